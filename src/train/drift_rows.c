#include "train/drift_rows.h"

#include <math.h>
#include <string.h>

#include "lead/lead_data.h"
#include "score/scorer.h"

/** Leads between two calls of the caller's progress function. */
#define LEADS_A_REPORT 256

void lsc_drift_rows_free(lsc_drift_rows *rows)
{
    lsc_reference_free(&rows->reference);
    lsc_release(rows->allocator, rows->probabilities);
    lsc_release(rows->allocator, rows->labels);
    rows->probabilities = NULL;
    rows->labels = NULL;
}

bool lsc_drift_rows_labelled(const lsc_drift_rows *rows)
{
    return rows->n_outcomes > 0 && rows->n_labelled > 0 &&
           (!rows->timed || rows->data_to_ms - rows->as_of_ms >= rows->horizon_ms);
}

static lsc_status keep(lsc_drift_rows *rows, double probability, bool label, lsc_error *error)
{
    size_t needed = rows->n_labelled + 1;
    if (!lsc_grow(rows->allocator, (void **)&rows->probabilities, &rows->probabilities_capacity,
                  needed, sizeof *rows->probabilities) ||
        !lsc_grow(rows->allocator, (void **)&rows->labels, &rows->labels_capacity, needed,
                  sizeof *rows->labels)) {
        return lsc_fail_memory(error);
    }
    rows->probabilities[rows->n_labelled] = probability;
    rows->labels[rows->n_labelled++] = label;
    return LSC_OK;
}

/** Score a lead and count it. @param labelled  its outcome is known, or will be */
static lsc_status count_row(lsc_drift_rows *rows, lsc_scorer *scorer, lsc_lead *lead, bool labelled,
                            bool label, lsc_error *error)
{
    lsc_reference *reference = &rows->reference;
    lsc_result result = LSC_RESULT_INIT;
    lsc_status status = lsc_score_lead(scorer, lead, rows->as_of_ms, &result, error);
    if (status != LSC_OK) {
        return status;
    }
    if (result.status != LSC_SCORED) {
        rows->n_unscored++;
        return LSC_OK;
    }
    if (rows->n_rows == LSC_MAX_TRAINING_ROWS) {
        return lsc_fail(error, LSC_LIMIT, "more than %d leads, the most compared at a time",
                        LSC_MAX_TRAINING_ROWS);
    }
    rows->n_rows++;
    for (size_t column = 0; column < reference->n_columns; column++) {
        lsc_bins_add(&reference->columns[column].bins, (double)scorer->columns[column], 1);
    }
    lsc_bins_add(&reference->probability.bins, result.probability, 1);
    return labelled ? keep(rows, result.probability, label, error) : LSC_OK;
}

/** Whether a lead converts after the as-of time, within the horizon. */
static bool converts(const lsc_drift_rows *rows, const lsc_record *record)
{
    bool found = false;
    for (size_t i = 0; i < record->n_outcomes; i++) {
        const lsc_outcome *outcome = &record->outcomes[i];
        found = found || (outcome->converted && outcome->time_ms != LSC_TIME_NONE &&
                          outcome->time_ms > rows->as_of_ms &&
                          outcome->time_ms - rows->as_of_ms <= rows->horizon_ms);
    }
    return found;
}

/** A lead as of a time, where it was there by then and had not converted for good. */
static lsc_status count_timed(lsc_drift_rows *rows, lsc_scorer *scorer, const lsc_record *record,
                              lsc_plan *span, lsc_error *error)
{
    lsc_planned_lead lead = {.known_ms = LSC_TIME_NONE};
    lsc_lead_settle(record->lead);
    lsc_plan_read_times(span, record, &lead);
    if (lead.known_ms == LSC_TIME_NONE || lead.known_ms > rows->as_of_ms) {
        rows->n_not_yet++;
        return LSC_OK;
    }
    if (!rows->repeats && lead.converted_ms <= rows->as_of_ms) {
        rows->n_converted++;
        return LSC_OK;
    }
    return count_row(rows, scorer, record->lead, true, converts(rows, record), error);
}

static lsc_status count_untimed(lsc_drift_rows *rows, lsc_scorer *scorer, const lsc_record *record,
                                lsc_error *error)
{
    bool converted = false;
    for (size_t i = 0; i < record->n_outcomes; i++) {
        converted = converted || record->outcomes[i].converted;
    }
    return count_row(rows, scorer, record->lead, record->n_outcomes > 0, converted, error);
}

lsc_status lsc_drift_rows_read(lsc_drift_rows *rows, lsc_scorer *scorer, lsc_source *source,
                               const lsc_stage *stage, lsc_error *error)
{
    lsc_plan span = {.allocator = rows->allocator,
                     .timed = rows->timed,
                     .from_ms = LSC_TIME_NONE,
                     .to_ms = LSC_TIME_NONE};
    lsc_status status = LSC_OK;
    rows->repeats = rows->reference.repeats || lsc_source_repeats(source);
    for (size_t n_leads = 0; status == LSC_OK; n_leads++) {
        lsc_record record;
        bool more;
        status = lsc_source_next(source, &record, &more, error);
        if (status != LSC_OK || !more) {
            break;
        }
        if (n_leads % LEADS_A_REPORT == 0) {
            status = lsc_stage_report(stage, -1, error);
        }
        rows->n_outcomes += record.n_outcomes;
        if (status == LSC_OK) {
            status = rows->timed ? count_timed(rows, scorer, &record, &span, error)
                                 : count_untimed(rows, scorer, &record, error);
        }
    }
    rows->data_to_ms = span.to_ms;
    return status;
}
