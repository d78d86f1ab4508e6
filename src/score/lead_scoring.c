#include "scorer.h"

#include "core/error.h"
#include "core/time_check.h"
#include "result.h"

static bool profiling_refused(const lsc_lead *lead, int64_t as_of_ms)
{
    static const char property[] = "consent.profiling";
    bool allowed = true;
    if (lsc_lead_is_withdrawn(lead)) {
        return true;
    }
    const lsc_value *value = lsc_lead_value(lead, property, sizeof property - 1, as_of_ms);
    return value != NULL && lsc_value_flag(value, &allowed) && !allowed;
}

lsc_outcome_status lsc_scoring_status(const lsc_spec *spec, lsc_lead *lead, int64_t as_of_ms)
{
    lsc_lead_settle(lead);
    if (profiling_refused(lead, as_of_ms)) {
        return LSC_SUPPRESSED;
    }
    return lsc_spec_insufficient(spec, lead, as_of_ms) ? LSC_INSUFFICIENT_DATA : LSC_SCORED;
}

lsc_status lsc_scorer_extract(lsc_scorer *scorer, lsc_lead *lead, int64_t as_of_ms,
                              lsc_sightings *sightings, lsc_outcome_status *status,
                              lsc_error *error)
{
    const lsc_spec *spec = scorer->model->spec;
    lsc_status checked = lsc_time_check("as_of_ms", as_of_ms, error);
    if (checked != LSC_OK) {
        return checked;
    }
    *status = lsc_scoring_status(spec, lead, as_of_ms);
    if (*status == LSC_SCORED) {
        lsc_spec_extract_noting(spec, lead, as_of_ms, scorer->columns, sightings);
    }
    return LSC_OK;
}

lsc_status lsc_score_lead(lsc_scorer *scorer, lsc_lead *lead, int64_t as_of_ms, lsc_result *result,
                          lsc_error *error)
{
    if (scorer == NULL || lead == NULL || result == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "scorer, lead or result is NULL");
    }
    lsc_result scored = LSC_RESULT_INIT;
    lsc_outcome_status outcome = LSC_SCORED;
    lsc_status status = lsc_scorer_extract(scorer, lead, as_of_ms, NULL, &outcome, error);
    if (status != LSC_OK) {
        return status;
    }
    if (outcome == LSC_SCORED) {
        lsc_scorer_run(scorer, &scored);
    } else {
        lsc_result_clear(&scored, outcome);
    }
    return lsc_result_write(&scored, result, error);
}

lsc_status lsc_scorer_set_aliases(lsc_scorer *scorer, lsc_aliases *aliases, lsc_error *error)
{
    if (scorer == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "scorer is NULL");
    }
    return lsc_lead_set_aliases(scorer->lead, aliases, error);
}

lsc_status lsc_scorer_read_json(lsc_scorer *scorer, const char *lead, size_t lead_length,
                                const char *activities, size_t activities_length, lsc_error *error)
{
    if (lead == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "lead is NULL");
    }
    lsc_status status = lsc_lead_parse_json(scorer->lead, lead, lead_length, error);
    if (status == LSC_OK && activities != NULL) {
        status = lsc_lead_add_activities_json(scorer->lead, activities, activities_length, error);
    }
    return status;
}

lsc_status lsc_score_json(lsc_scorer *scorer, const char *lead, size_t lead_length,
                          const char *activities, size_t activities_length, int64_t as_of_ms,
                          lsc_result *result, lsc_error *error)
{
    if (scorer == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "scorer is NULL");
    }
    lsc_status status =
        lsc_scorer_read_json(scorer, lead, lead_length, activities, activities_length, error);
    return status == LSC_OK ? lsc_score_lead(scorer, scorer->lead, as_of_ms, result, error)
                            : status;
}
