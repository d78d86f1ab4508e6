/*
 * What changed between two scores. Both are computed again from what the lead was like when they were made,
 * and compared with what was kept. Then the lead is scored as some of the parts were and others became, once
 * for each set of parts that can be (change_parts.h).
 */
#include <leadscore/store_changes.h>

#include <math.h>
#include <string.h>

#include "core/options.h"
#include "pipeline/change_parts.h"
#include "pipeline/lead_state.h"
#include "pipeline/score_state.h"
#include "store/audit.h"
#include "store/lead_rows.h"

/* The two ends of a change. */
enum {
    FROM,
    TO,
    N_ENDS
};

typedef struct comparison {
    lsc_store *store;
    const char *organization;
    int64_t lead_key;
    lsc_companion *companion;
    lsc_kept_score kept[N_ENDS];
    lsc_scorer *scorers[N_ENDS];
    double points[LSC_N_CHANGE_SETS];  /* of each set that exists, before rounding */
    double margins[LSC_N_CHANGE_SETS]; /* NaN: none */
    size_t n_activities[N_ENDS];
} comparison;

const char *lsc_change_part_name(lsc_change_part part)
{
    static const char *const names[LSC_N_CHANGE_PARTS] = {"time", "activities", "properties",
                                                          "model"};
    return (unsigned)part < LSC_N_CHANGE_PARTS ? names[part] : "unknown";
}

void lsc_change_query_init(lsc_change_query *query, size_t size)
{
    const lsc_change_query defaults = LSC_CHANGE_QUERY_INIT;
    lsc_options_init(query, size, &defaults, sizeof defaults);
}

void lsc_score_change_init(lsc_score_change *change, size_t size)
{
    const lsc_score_change defaults = LSC_SCORE_CHANGE_INIT;
    lsc_options_init(change, size, &defaults, sizeof defaults);
}

/* The models of both ends, kept from call to call. */

static bool scores_by(const lsc_scorer *scorer, const char *sha256)
{
    return scorer != NULL && strcmp(scorer->model->hash_text, sha256) == 0;
}

/* @param other  the scorer that must stay; NULL: none */
static lsc_status find_scorer(comparison *at, const char *sha256, const lsc_scorer *other,
                              lsc_scorer **scorer, lsc_error *error)
{
    lsc_scorer **held = at->companion->compared;
    lsc_model *model = NULL;
    for (int i = 0; i < 2; i++) {
        if (scores_by(held[i], sha256)) {
            *scorer = held[i];
            return LSC_OK;
        }
    }
    const int place = held[0] != NULL && (held[0] == other || held[1] == NULL);
    lsc_status status =
        lsc_store_load_model(at->store, at->organization, sha256, NULL, &model, error);
    if (status == LSC_OK) {
        status = lsc_scorer_new(model, &at->store->allocator, scorer, error);
    }
    lsc_model_unref(model);
    if (status == LSC_OK) {
        lsc_scorer_free(held[place]);
        held[place] = *scorer;
    }
    return status;
}

/* Both ends as they were. */

static lsc_status fail_end(const lsc_kept_score *kept, lsc_status status, const char *what,
                           lsc_error *error)
{
    char text[LSC_TIME_TEXT_SIZE];
    lsc_time_format(kept->as_of_ms, text);
    return lsc_fail(error, status, "the score as of %s: %s", text, what);
}

/* That the lead, as it was made again, gives the score that was kept. */
static lsc_status check_end(comparison *at, int end, lsc_error *error)
{
    const lsc_kept_score *kept = &at->kept[end];
    lsc_explanation now = LSC_EXPLANATION_INIT;
    lsc_lead *lead = at->companion->lead;
    at->n_activities[end] = lsc_lead_n_activities(lead);
    lsc_status status = lsc_state_explain(at->scorers[end], lead, kept->as_of_ms, &now, error);
    if (status != LSC_OK) {
        return status;
    }
    if (strcmp(now.receipt.input_sha256, kept->input_sha256) != 0) {
        return fail_end(kept, LSC_INPUT_NOT_HELD, "what it was made from is not held any more",
                        error);
    }
    if (strcmp(now.receipt.result_sha256, kept->result_sha256) != 0) {
        return fail_end(kept, LSC_MISMATCH, "what it was made from gives another score now", error);
    }
    return LSC_OK;
}

/* Scoring sets of parts. */

/* Whatever is known of the lead: the rule of what is too little is for scores that are given out. */
static void score_set(comparison *at, unsigned set)
{
    const int time = set >> LSC_CHANGE_TIME & 1;
    lsc_scorer *scorer = at->scorers[set >> LSC_CHANGE_MODEL & 1];
    lsc_result result = LSC_RESULT_INIT;
    lsc_spec_extract_noting(scorer->model->spec, at->companion->lead, at->kept[time].as_of_ms,
                            scorer->columns, NULL);
    lsc_scorer_run(scorer, &result);
    at->points[set] =
        scorer->model->engine == LSC_ENGINE_GBDT ? 100 * result.probability : result.points;
    at->margins[set] = (double)result.margin;
}

/* All sets of one state of the lead, and the end that it is. */
static lsc_status score_state(comparison *at, int properties, int activities, lsc_error *error)
{
    bool withdrawn = false;
    const lsc_past_lead past = {.properties = at->kept[properties].revision,
                                .activities = at->kept[activities].revision,
                                .seen_ms = at->kept[activities].as_of_ms};
    lsc_lead *lead = at->companion->lead;
    lsc_status status =
        lsc_state_get_past_lead(at->store, at->lead_key, &past, lead, &withdrawn, error);
    if (status == LSC_OK && withdrawn) {
        status =
            lsc_fail(error, LSC_INVALID_ARG, "the lead has withdrawn its consent to profiling");
    }
    if (status == LSC_OK && properties == activities) {
        status = check_end(at, properties, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    lsc_lead_settle(lead);
    const unsigned fixed = (unsigned)properties << LSC_CHANGE_PROPERTIES |
                           (unsigned)activities << LSC_CHANGE_ACTIVITIES;
    for (unsigned set = 0; set < LSC_N_CHANGE_SETS; set++) {
        const unsigned rest = 1u << LSC_CHANGE_TIME | 1u << LSC_CHANGE_MODEL;
        if ((set & ~rest) == fixed && lsc_change_set_exists(set)) {
            score_set(at, set);
        }
    }
    return LSC_OK;
}

static void write_parts(const comparison *at, lsc_score_change *made)
{
    int64_t units[LSC_N_CHANGE_PARTS] = {0};
    made->from_score = at->kept[FROM].score;
    made->to_score = at->kept[TO].score;
    made->from_activities = at->n_activities[FROM];
    made->to_activities = at->n_activities[TO];
    lsc_change_parts(at->points, units);
    lsc_change_round(units, made->to_score - made->from_score, made->points);
    for (int i = 0; i < LSC_N_CHANGE_PARTS; i++) {
        made->exact_points[i] = (double)units[i] * LSC_CHANGE_UNIT;
    }
    const bool has_margins = lsc_change_parts(at->margins, units);
    for (int i = 0; i < LSC_N_CHANGE_PARTS; i++) {
        made->margins[i] = has_margins ? (double)units[i] * LSC_CHANGE_UNIT : (double)NAN;
    }
}

/* Finding what is compared. */

static lsc_status find_end(comparison *at, int end, int64_t as_of_ms, const char *model,
                           lsc_error *error)
{
    lsc_kept_score *kept = &at->kept[end];
    lsc_status status = lsc_score_row_find(at->store, at->lead_key, as_of_ms, model, kept, error);
    if (status != LSC_OK || kept->status == LSC_SCORED) {
        return status;
    }
    return fail_end(kept, LSC_INVALID_ARG,
                    kept->status == LSC_SUPPRESSED ? "its status is suppressed"
                                                   : "its status is insufficient_data",
                    error);
}

static lsc_status find_all(comparison *at, const char *lead_id, const lsc_change_query *query,
                           lsc_error *error)
{
    int64_t organization_key = 0;
    lsc_status status =
        lsc_organization_find(at->store, at->organization, &organization_key, error);
    if (status == LSC_OK) {
        status = lsc_lead_row_find(at->store, organization_key, lead_id, &at->lead_key, error);
    }
    if (status == LSC_OK) {
        status = find_end(at, FROM, query->from_ms, query->from_model, error);
    }
    if (status == LSC_OK) {
        status = find_end(at, TO, query->to_ms, query->to_model, error);
    }
    if (status == LSC_OK) {
        status = find_scorer(at, at->kept[FROM].model_sha256, NULL, &at->scorers[FROM], error);
    }
    return status == LSC_OK ? find_scorer(at, at->kept[TO].model_sha256, at->scorers[FROM],
                                          &at->scorers[TO], error)
                            : status;
}

static lsc_status explain_change(comparison *at, const char *lead_id, const lsc_change_query *query,
                                 lsc_error *error)
{
    lsc_status status = find_all(at, lead_id, query, error);
    for (int properties = FROM; properties < N_ENDS; properties++) {
        for (int activities = FROM; activities < N_ENDS && status == LSC_OK; activities++) {
            status = score_state(at, properties, activities, error);
        }
    }
    return status;
}

static lsc_status read_query(const lsc_change_query *given, lsc_change_query *query,
                             lsc_error *error)
{
    *query = (lsc_change_query)LSC_CHANGE_QUERY_INIT;
    lsc_status status = lsc_options_read("lsc_change_query", query, sizeof *query, given,
                                         LSC_SIZE_UP_TO(lsc_change_query, to_model), error);
    if (status == LSC_OK && query->to_ms < query->from_ms) {
        status = lsc_fail(error, LSC_INVALID_ARG, "query.to_ms is before query.from_ms");
    }
    return status;
}

lsc_status lsc_store_explain_change(lsc_store *store, const char *organization, const char *lead_id,
                                    const lsc_change_query *query, lsc_score_change *given,
                                    lsc_error *error)
{
    const size_t least = LSC_SIZE_UP_TO(lsc_score_change, to_activities);
    if (store == NULL || query == NULL || given == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store, query or change is NULL");
    }
    lsc_change_query wanted;
    lsc_score_change made = LSC_SCORE_CHANGE_INIT;
    comparison at = {.store = store, .organization = organization};
    bool noting = false;
    lsc_status status = read_query(query, &wanted, error);
    if (status == LSC_OK) {
        status = lsc_options_check("lsc_score_change", given, least, error);
    }
    if (status == LSC_OK) {
        status = lsc_companion_of(store, &at.companion, error);
    }
    if (status == LSC_OK) {
        status = lsc_audit_read_begin(store, &noting, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    status = explain_change(&at, lead_id, &wanted, error);
    status = lsc_audit_read_end(store, noting ? "read scores" : NULL, 2, status, error);
    if (status != LSC_OK) {
        return status;
    }
    write_parts(&at, &made);
    return lsc_options_write("lsc_score_change", &made, sizeof made, given, least, error);
}
