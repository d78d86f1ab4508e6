#include "score_rows.h"

#include <stdio.h>
#include <string.h>

#include "core/json.h"
#include "core/options.h"
#include "store/audit.h"
#include "store/lead_rows.h"
#include "store/model_rows.h"

/* Of the breakdown's JSON: more than any model has groups. */
static const lsc_json_limits breakdown_limits = {
    .max_bytes = 65536, .max_depth = 1, .max_values = 64};

/* What both lists read of a score; the columns that keep_row() takes. */
#define COLUMNS                                                                               \
    "k.as_of, m.name, m.version, m.sha256, m.spec_sha256, k.status, k.score, k.grade,"        \
    " k.probability, k.probability_low, k.probability_high, k.confidence, k.margin,"          \
    " k.raw_probability, k.points, k.baseline, k.breakdown, k.input_sha256, k.result_sha256," \
    " k.library_version"

static const char best_sql[] =
    "SELECT " COLUMNS ", s.external_id FROM latest_scores s"
    " JOIN lead_scores k ON k.lead_key = s.lead_key AND k.as_of = s.as_of"
    "  AND k.model_key = s.model_key"
    " JOIN scoring_models m ON m.key = s.model_key"
    " WHERE s.organization_key = ?1 AND (s.rank, s.external_id) > (?2, ?3) AND s.rank <= ?4"
    " ORDER BY s.rank, s.external_id LIMIT ?5";

static const char history_sql[] =
    "SELECT " COLUMNS ", ?4 FROM lead_scores k JOIN scoring_models m ON m.key = k.model_key"
    " WHERE k.lead_key = ?1 AND k.as_of < ?2 AND k.as_of >= (SELECT min(as_of) FROM"
    "  (SELECT DISTINCT as_of FROM lead_scores WHERE lead_key = ?1 AND as_of < ?2"
    "   ORDER BY as_of DESC LIMIT ?3))"
    " ORDER BY k.as_of DESC, k.model_key DESC";

/* Rows that are being read: they stand in the page, and move when they become more. */
typedef struct listing {
    lsc_store *store;
    lsc_stored_score *rows;
    size_t n;
    size_t capacity;
} listing;

void lsc_score_query_init(lsc_score_query *query, size_t size)
{
    const lsc_score_query defaults = LSC_SCORE_QUERY_INIT;
    lsc_options_init(query, size, &defaults, sizeof defaults);
}

static lsc_stored_score *new_row(listing *at)
{
    if (at->n == at->capacity) {
        size_t capacity = 2 * at->capacity + 16;
        lsc_stored_score *rows = lsc_arena_alloc(at->store->page, capacity * sizeof *rows);
        if (rows == NULL) {
            return NULL;
        }
        if (at->n > 0) {
            memcpy(rows, at->rows, at->n * sizeof *rows);
        }
        at->rows = rows;
        at->capacity = capacity;
    }
    return &at->rows[at->n++];
}

static void read_result(lsc_query *query, lsc_result *result)
{
    *result = (lsc_result)LSC_RESULT_INIT;
    result->status = (lsc_outcome_status)lsc_query_int(query, 5);
    result->score = (int)lsc_query_int(query, 6);
    result->grade = (char)lsc_query_int(query, 7);
    result->probability = lsc_query_double(query, 8);
    result->probability_low = lsc_query_double(query, 9);
    result->probability_high = lsc_query_double(query, 10);
    result->confidence = lsc_query_double(query, 11);
    result->margin = (float)lsc_query_double(query, 12);
    result->raw_probability = (float)lsc_query_double(query, 13);
    result->points = lsc_query_double(query, 14);
}

static lsc_status take_parts(lsc_store *store, const lsc_json *tree, lsc_stored_score *row,
                             lsc_error *error)
{
    lsc_breakdown_part *parts =
        lsc_arena_alloc(store->page, (lsc_json_count(tree) + 1) * sizeof *parts);
    if (parts == NULL) {
        return lsc_fail_memory(error);
    }
    size_t n = 0;
    for (const lsc_json *part = lsc_json_first(tree); part != NULL; part = lsc_json_next(part)) {
        const char *group = lsc_json_key(part);
        double points = lsc_json_kind(part) == LSC_JSON_NUMBER ? lsc_json_number(part) : 1000;
        if (points < -500 || points > 500) {
            return lsc_fail(error, LSC_BAD_STORE, "the store is damaged: a breakdown");
        }
        parts[n].points = (int)points;
        parts[n].group = lsc_arena_copy(store->page, group, strlen(group));
        if (parts[n++].group == NULL) {
            return lsc_fail_memory(error);
        }
    }
    row->breakdown = parts;
    row->n_breakdown = n;
    return LSC_OK;
}

static lsc_status read_breakdown(lsc_store *store, lsc_query *query, lsc_stored_score *row,
                                 lsc_error *error)
{
    size_t length;
    lsc_json *tree;
    const char *json = lsc_query_text(query, 16, &length);
    if (json == NULL) {
        return lsc_query_fail_missing(query, error);
    }
    lsc_status status = lsc_json_parse(json, length, &breakdown_limits, &tree, error);
    if (status != LSC_OK) {
        return status == LSC_NO_MEMORY
                   ? status
                   : lsc_fail(error, LSC_BAD_STORE, "the store is damaged: a breakdown");
    }
    status = take_parts(store, tree, row, error);
    lsc_json_free(tree);
    return status;
}

/* Texts and hashes. */
static bool keep_texts(lsc_store *store, lsc_query *query, lsc_stored_score *row)
{
    size_t length;
    const char *version = lsc_query_text(query, 19, &length);
    bool whole = version != NULL && lsc_query_hash(query, 3, row->receipt.model_sha256) &&
                 lsc_query_hash(query, 4, row->receipt.spec_sha256) &&
                 lsc_query_hash(query, 17, row->receipt.input_sha256) &&
                 lsc_query_hash(query, 18, row->receipt.result_sha256);
    if (!whole) {
        lsc_query_lacks(query);
        return false;
    }
    snprintf(row->receipt.library_version, sizeof row->receipt.library_version, "%s", version);
    return lsc_store_need_text(store, query, 1, &row->model_name) &&
           lsc_store_need_text(store, query, 2, &row->model_version) &&
           lsc_store_need_text(store, query, 20, &row->lead_id);
}

static lsc_status keep_row(listing *at, lsc_query *query, lsc_error *error)
{
    lsc_stored_score *row = new_row(at);
    if (row == NULL) {
        return lsc_fail_memory(error);
    }
    *row = (lsc_stored_score){.baseline = (int)lsc_query_int(query, 15)};
    row->receipt.as_of_ms = lsc_query_int(query, 0);
    read_result(query, &row->result);
    if (!keep_texts(at->store, query, row)) {
        return lsc_query_fail_row(query, error);
    }
    return read_breakdown(at->store, query, row, error);
}

/* Read a query that is set, and end it. */
static lsc_status read_rows(listing *at, lsc_query *query, lsc_error *error)
{
    lsc_status status = LSC_OK;
    while (lsc_query_next(query, &status, error)) {
        status = keep_row(at, query, error);
    }
    return lsc_query_end(query, status, error);
}

/* The best. */

static lsc_status read_query(const lsc_score_query *given, lsc_score_query *wanted,
                             lsc_error *error)
{
    *wanted = (lsc_score_query)LSC_SCORE_QUERY_INIT;
    lsc_status status = LSC_OK;
    if (given != NULL) {
        status = lsc_options_read("lsc_score_query", wanted, sizeof *wanted, given,
                                  LSC_SIZE_UP_TO(lsc_score_query, max_score), error);
    }
    if (status == LSC_OK && wanted->after_id != NULL) {
        status = lsc_store_check_id("query.after_id", wanted->after_id, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    wanted->max_score = wanted->max_score == 0 ? 100 : wanted->max_score;
    if (wanted->min_score < -1 || wanted->min_score > 100 || wanted->max_score < -1 ||
        wanted->max_score > 100) {
        return lsc_fail(error, LSC_INVALID_ARG, "query: scores are between -1 and 100");
    }
    return lsc_store_check_limit(wanted->limit, &wanted->limit, error);
}

static lsc_status list_best(listing *at, int64_t organization_key, const lsc_score_query *wanted,
                            lsc_error *error)
{
    bool begins = wanted->after_id == NULL || wanted->after_score > wanted->max_score;
    lsc_query *query;
    lsc_status status = lsc_query_begin(at->store->database, best_sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, organization_key);
    lsc_query_set_int(query, 2, 100 - (begins ? wanted->max_score : wanted->after_score));
    lsc_query_set_text(query, 3, begins ? "" : wanted->after_id);
    lsc_query_set_int(query, 4, 100 - wanted->min_score);
    lsc_query_set_int(query, 5, (int64_t)wanted->limit);
    return read_rows(at, query, error);
}

lsc_status lsc_store_list_scores(lsc_store *store, const char *organization,
                                 const lsc_score_query *query, const lsc_stored_score **scores,
                                 size_t *n, lsc_error *error)
{
    if (store == NULL || scores == NULL || n == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store, scores or n is NULL");
    }
    listing at = {.store = store};
    lsc_score_query wanted;
    int64_t organization_key = 0;
    bool noting = false;
    lsc_status status = read_query(query, &wanted, error);
    if (status == LSC_OK) {
        status = lsc_audit_read_begin(store, &noting, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    status = lsc_organization_find(store, organization, &organization_key, error);
    lsc_store_turn_page(store);
    if (status == LSC_OK) {
        status = list_best(&at, organization_key, &wanted, error);
    }
    const lsc_audit_entry entry = {"list scores", organization_key, NULL, (int64_t)at.n};
    status = lsc_audit_list_end(store, noting ? &entry : NULL, status, error);
    if (status == LSC_OK) {
        *scores = at.rows;
        *n = at.n;
    }
    return status;
}

/* The history of one lead. */

lsc_status lsc_score_rows_read(lsc_store *store, int64_t lead_key, const char *lead_id,
                               int64_t before_ms, size_t limit, const lsc_stored_score **rows,
                               size_t *n, lsc_error *error)
{
    listing at = {.store = store};
    lsc_query *query;
    lsc_status status = lsc_query_begin(store->database, history_sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, lead_key);
    lsc_query_set_int(query, 2, before_ms == LSC_TIME_NONE ? INT64_MAX : before_ms);
    lsc_query_set_int(query, 3, (int64_t)limit);
    lsc_query_set_text(query, 4, lead_id);
    status = read_rows(&at, query, error);
    *rows = at.rows;
    *n = at.n;
    return status;
}

static lsc_status list_history(lsc_store *store, const char *organization, const char *lead_id,
                               int64_t before_ms, size_t limit, const lsc_stored_score **rows,
                               size_t *n, lsc_error *error)
{
    int64_t lead_key = 0;
    lsc_status status = lsc_lead_row_find_in(store, organization, lead_id, &lead_key, error);
    lsc_store_turn_page(store);
    return status == LSC_OK
               ? lsc_score_rows_read(store, lead_key, lead_id, before_ms, limit, rows, n, error)
               : status;
}

lsc_status lsc_store_list_history(lsc_store *store, const char *organization, const char *lead_id,
                                  int64_t before_ms, size_t limit, const lsc_stored_score **scores,
                                  size_t *n, lsc_error *error)
{
    if (store == NULL || scores == NULL || n == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store, scores or n is NULL");
    }
    const lsc_stored_score *rows = NULL;
    size_t n_rows = 0;
    size_t most = 0;
    bool noting = false;
    lsc_status status = lsc_store_check_limit(limit, &most, error);
    if (status == LSC_OK) {
        status = lsc_audit_read_begin(store, &noting, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    status = list_history(store, organization, lead_id, before_ms, most, &rows, &n_rows, error);
    status =
        lsc_audit_read_end(store, noting ? "read scores" : NULL, (int64_t)n_rows, status, error);
    if (status == LSC_OK) {
        *scores = rows;
        *n = n_rows;
    }
    return status;
}
