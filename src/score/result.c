#include "result.h"

#include <math.h>

#include "core/options.h"
#include "scorer.h"

/** Bytes of lsc_result in release 0.1, the least that a caller may give. */
#define RESULT_SIZE_0_1 LSC_SIZE_UP_TO(lsc_result, points)

void lsc_result_init(lsc_result *result, size_t size)
{
    const lsc_result defaults = LSC_RESULT_INIT;
    lsc_options_init(result, size, &defaults, sizeof defaults);
}

const char *lsc_outcome_status_name(lsc_outcome_status status)
{
    switch (status) {
    case LSC_INSUFFICIENT_DATA:
        return "insufficient_data";
    case LSC_SUPPRESSED:
        return "suppressed";
    default:
        return "scored";
    }
}

void lsc_result_clear(lsc_result *result, lsc_outcome_status status)
{
    result->status = status;
    result->score = -1;
    result->grade = '\0';
    result->probability = (double)NAN;
    result->probability_low = (double)NAN;
    result->probability_high = (double)NAN;
    result->confidence = (double)NAN;
    result->margin = NAN;
    result->raw_probability = NAN;
    result->points = (double)NAN;
}

lsc_status lsc_result_write(const lsc_result *scored, lsc_result *result, lsc_error *error)
{
    return lsc_options_write("lsc_result", scored, sizeof *scored, result, RESULT_SIZE_0_1, error);
}

char lsc_grade(const lsc_grades *grades, double value)
{
    size_t reached = 0; /* without a branch, for which way is not foreseeable */
    for (size_t i = 0; i < 4; i++) {
        reached += value >= grades->least[i];
    }
    return "FDCBA"[reached];
}
