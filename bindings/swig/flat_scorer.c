#include "flat_aliases.h"
#include "flat_support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct flat_scorer {
    lsc_scorer *scorer;
    lsc_aliases *aliases; /* NULL: all of the library's */
    lsc_result result;
    double numbers[FLAT_NUMBERS];
    lsc_explanation explanation;
    bool explained;      /* by the last call */
    lsc_reason *reasons; /* of an explanation that a store made; else NULL */
};

/** What a call uses; the explanation of the one before is gone with it. */
static lsc_scorer *begin(flat_scorer *scorer)
{
    scorer->explained = false;
    free(scorer->reasons);
    scorer->reasons = NULL;
    return scorer->scorer;
}

flat_scorer *flat_scorer_new(lsc_model *model, lsc_error *error)
{
    flat_scorer *made = flat_alloc(sizeof *made, error);
    if (made == NULL) {
        return NULL;
    }
    lsc_result_init(&made->result, sizeof made->result);
    lsc_explanation_init(&made->explanation, sizeof made->explanation);
    if (lsc_scorer_new(model, NULL, &made->scorer, error) != LSC_OK) {
        free(made);
        return NULL;
    }
    return made;
}

void flat_scorer_free(flat_scorer *scorer)
{
    if (scorer != NULL) {
        lsc_scorer_free(begin(scorer));
        lsc_aliases_unref(scorer->aliases);
        free(scorer);
    }
}

void flat_scorer_set_aliases(flat_scorer *scorer, lsc_aliases *aliases, lsc_error *error)
{
    if (lsc_scorer_set_aliases(scorer->scorer, aliases, error) == LSC_OK) {
        lsc_aliases_unref(scorer->aliases);
        scorer->aliases = aliases == NULL ? NULL : lsc_aliases_ref(aliases);
    }
}

lsc_scorer *flat_scorer_inner(flat_scorer *scorer)
{
    return begin(scorer);
}

const lsc_result *flat_scorer_result(const flat_scorer *scorer)
{
    return &scorer->result;
}

const double *flat_scorer_numbers(const flat_scorer *scorer)
{
    return scorer->numbers;
}

static void write_numbers(flat_scorer *scorer)
{
    const lsc_result *result = &scorer->result;
    double *numbers = scorer->numbers;
    numbers[0] = result->status;
    numbers[1] = result->score;
    numbers[2] = result->grade;
    numbers[3] = result->probability;
    numbers[4] = result->probability_low;
    numbers[5] = result->probability_high;
    numbers[6] = result->confidence;
    numbers[7] = (double)result->margin;
    numbers[8] = (double)result->raw_probability;
    numbers[9] = result->points;
}

double flat_predict(flat_scorer *scorer, const float *columns, size_t n_columns, lsc_error *error)
{
    lsc_status status = lsc_score_vector(begin(scorer), columns, n_columns, &scorer->result, error);
    return status == LSC_OK ? scorer->result.probability : (double)NAN;
}

void flat_score_vector(flat_scorer *scorer, const float *columns, size_t n_columns,
                       lsc_error *error)
{
    if (lsc_score_vector(begin(scorer), columns, n_columns, &scorer->result, error) == LSC_OK) {
        write_numbers(scorer);
    }
}

void flat_score_json(flat_scorer *scorer, const char *lead, size_t lead_length,
                     const char *activities, size_t activities_length, int64_t as_of_ms,
                     lsc_error *error)
{
    if (lsc_score_json(begin(scorer), lead, lead_length, activities, activities_length, as_of_ms,
                       &scorer->result, error) == LSC_OK) {
        write_numbers(scorer);
    }
}

/** Whether two ranges of numbers share memory. */
static bool overlap(const float *a, size_t n_a, const float *b, size_t n_b)
{
    uintptr_t first = (uintptr_t)a;
    uintptr_t second = (uintptr_t)b;
    return n_a > 0 && n_b > 0 && first < second + n_b * sizeof *b &&
           second < first + n_a * sizeof *a;
}

static bool is_aligned(const float *numbers)
{
    return (uintptr_t)numbers % sizeof *numbers == 0;
}

void flat_batch(flat_scorer *scorer, const float *in_buffer, size_t in_offset, size_t n_rows,
                size_t n_columns, flat_output output, float *out_buffer, size_t out_offset,
                lsc_error *error)
{
    const float *rows = in_buffer + in_offset;
    float *out = out_buffer + out_offset;
    size_t width = output == FLAT_CONTRIBUTIONS ? n_columns + 1 : 1;
    if (!is_aligned(rows) || !is_aligned(out)) {
        flat_fail(error, LSC_INVALID_ARG, "rows or output are not aligned to float32");
    } else if (overlap(rows, n_rows * n_columns, out, n_rows * width)) {
        flat_fail(error, LSC_INVALID_ARG, "rows and output share memory");
    } else if (output == FLAT_CONTRIBUTIONS) {
        lsc_contributions_batch(begin(scorer), rows, n_rows, n_columns, out, error);
    } else {
        lsc_score_batch(begin(scorer), rows, n_rows, n_columns,
                        output == FLAT_PROBABILITY ? out : NULL, output == FLAT_MARGIN ? out : NULL,
                        error);
    }
}

/** A lead of JSON, freed with lsc_lead_free(); NULL where it is none. */
static lsc_lead *read_lead(lsc_aliases *aliases, const char *json, size_t length,
                           const char *activities, size_t activities_length, lsc_error *error)
{
    lsc_lead *lead = NULL;
    if (lsc_lead_new(NULL, &lead, error) == LSC_OK &&
        lsc_lead_set_aliases(lead, aliases, error) == LSC_OK &&
        lsc_lead_parse_json(lead, json, length, error) == LSC_OK &&
        (activities == NULL ||
         lsc_lead_add_activities_json(lead, activities, activities_length, error) == LSC_OK)) {
        return lead;
    }
    lsc_lead_free(lead);
    return NULL;
}

void flat_extract(flat_scorer *scorer, const char *lead, size_t lead_length, const char *activities,
                  size_t activities_length, int64_t as_of_ms, float *out, size_t n_out,
                  lsc_error *error)
{
    lsc_lead *read =
        read_lead(scorer->aliases, lead, lead_length, activities, activities_length, error);
    if (read != NULL) {
        const lsc_spec *spec = lsc_model_spec(lsc_scorer_model(scorer->scorer));
        lsc_spec_extract(spec, read, as_of_ms, out, n_out, error);
        lsc_lead_free(read);
    }
}

void flat_replay(flat_scorer *scorer, const char *lead, size_t lead_length, const char *activities,
                 size_t activities_length, const char *receipt, size_t receipt_length,
                 lsc_error *error)
{
    lsc_lead *read =
        read_lead(scorer->aliases, lead, lead_length, activities, activities_length, error);
    if (read != NULL) {
        lsc_replay_lead(begin(scorer), read, receipt, receipt_length, error);
        lsc_lead_free(read);
    }
}

/** Keep an explanation, and give it back. */
static const lsc_explanation *keep(flat_scorer *scorer, const lsc_explanation *explanation)
{
    scorer->explained = true;
    scorer->explanation = *explanation;
    scorer->result = explanation->result;
    write_numbers(scorer);
    return &scorer->explanation;
}

/** Bytes of the ids behind all reasons. */
static size_t size_of_ids(const lsc_explanation *explanation)
{
    size_t size = 0;
    for (size_t i = 0; i < explanation->n_reasons; i++) {
        const lsc_reason *reason = &explanation->reasons[i];
        for (size_t k = 0; k < reason->n_activity_ids; k++) {
            size += strlen(reason->activity_ids[k]) + 1;
        }
    }
    return size;
}

/** The reasons, and the ids behind them, in one block; NULL where there is no memory. */
static lsc_reason *copy_reasons(const lsc_explanation *explanation, lsc_error *error)
{
    const size_t n = explanation->n_reasons;
    lsc_reason *reasons = flat_alloc((n + 1) * sizeof *reasons + size_of_ids(explanation), error);
    char *bytes = reasons == NULL ? NULL : (char *)(reasons + n);
    for (size_t i = 0; reasons != NULL && i < n; i++) {
        reasons[i] = explanation->reasons[i];
        for (size_t k = 0; k < reasons[i].n_activity_ids; k++) {
            reasons[i].activity_ids[k] = strcpy(bytes, reasons[i].activity_ids[k]);
            bytes += strlen(bytes) + 1;
        }
    }
    return reasons;
}

const lsc_explanation *flat_scorer_keep_stored(flat_scorer *scorer,
                                               const lsc_explanation *explanation, lsc_error *error)
{
    lsc_explanation own = *explanation;
    scorer->reasons = copy_reasons(explanation, error);
    own.reasons = scorer->reasons;
    return own.reasons == NULL ? NULL : keep(scorer, &own);
}

const lsc_explanation *flat_explain_json(flat_scorer *scorer, const char *lead, size_t lead_length,
                                         const char *activities, size_t activities_length,
                                         int64_t as_of_ms, lsc_error *error)
{
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    lsc_status status = lsc_explain_json(begin(scorer), lead, lead_length, activities,
                                         activities_length, as_of_ms, &explanation, error);
    return status == LSC_OK ? keep(scorer, &explanation) : NULL;
}

const lsc_explanation *flat_explain_vector(flat_scorer *scorer, const float *columns,
                                           size_t n_columns, lsc_error *error)
{
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    lsc_status status = lsc_explain_vector(begin(scorer), columns, n_columns, &explanation, error);
    return status == LSC_OK ? keep(scorer, &explanation) : NULL;
}

flat_bytes flat_explanation_json(flat_scorer *scorer, const char *lead_id, lsc_error *error)
{
    flat_bytes json = {NULL, 0};
    if (!scorer->explained) {
        flat_fail(error, LSC_INVALID_ARG, "the last call of the scorer explained nothing");
        return json;
    }
    lsc_explanation_json(scorer->scorer, &scorer->explanation, lead_id, 0, &json.bytes,
                         &json.length, error);
    return json;
}

const lsc_contribution *flat_contribution(const lsc_explanation *explanation, size_t i)
{
    return i < explanation->n_contributions ? &explanation->contributions[i] : NULL;
}

const lsc_breakdown_part *flat_breakdown_part(const lsc_explanation *explanation, size_t i)
{
    return i < explanation->n_breakdown ? &explanation->breakdown[i] : NULL;
}

const lsc_reason *flat_reason(const lsc_explanation *explanation, size_t i)
{
    return i < explanation->n_reasons ? &explanation->reasons[i] : NULL;
}

const char *flat_reason_activity_id(const lsc_reason *reason, size_t i)
{
    return i < reason->n_activity_ids ? reason->activity_ids[i] : NULL;
}
