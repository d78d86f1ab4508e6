#include "person_rows.h"

#include "store/queue_rows.h"

lsc_status lsc_last_seen_read(lsc_store *store, int64_t lead_key, int64_t *time_ms,
                              lsc_error *error)
{
    static const char sql[] =
        "SELECT coalesce(last_seen, -9223372036854775808) FROM leads WHERE key = ?1";
    return lsc_query_number(store->database, sql, lead_key, time_ms, error);
}

lsc_status lsc_latest_row_read(lsc_store *store, int64_t lead_key, lsc_latest_row *row,
                               lsc_error *error)
{
    static const char sql[] = "SELECT s.as_of, m.sha256 FROM latest_scores s JOIN scoring_models m"
                              " ON m.key = s.model_key WHERE s.lead_key = ?1";
    lsc_query *query;
    *row = (lsc_latest_row){.found = false};
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status == LSC_OK) {
        lsc_query_set_int(query, 1, lead_key);
        status = lsc_query_step(query, &row->found, error);
    }
    if (row->found) {
        row->as_of_ms = lsc_query_int(query, 0);
        status =
            lsc_query_hash(query, 1, row->model_sha256) ? LSC_OK : lsc_query_fail_row(query, error);
    }
    return lsc_query_end(query, status, error);
}

lsc_status lsc_queue_row_read(lsc_store *store, int64_t lead_key, lsc_queue_row *row,
                              lsc_error *error)
{
    static const char sql[] = "SELECT model_key, due_at FROM score_queue WHERE lead_key = ?1";
    lsc_query *query;
    bool found = false;
    *row = (lsc_queue_row){.changed = true, .due_ms = LSC_QUEUE_NEVER};
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status == LSC_OK) {
        lsc_query_set_int(query, 1, lead_key);
        status = lsc_query_step(query, &found, error);
    }
    if (found && lsc_query_int(query, 0) > LSC_QUEUE_CHANGED) {
        row->changed = false;
        row->due_ms = lsc_query_int(query, 1);
    }
    return lsc_query_end(query, status, error);
}

static lsc_status keep_hash(lsc_store *store, lsc_query *query, const char **text, lsc_error *error)
{
    char *hex = lsc_arena_alloc(store->page, LSC_HASH_TEXT_SIZE);
    if (hex == NULL) {
        return lsc_fail_memory(error);
    }
    *text = hex;
    return lsc_query_hash(query, 0, hex) ? LSC_OK : lsc_query_fail_row(query, error);
}

lsc_status lsc_training_rows_read(lsc_store *store, int64_t lead_key, const char *const **models,
                                  size_t *n, lsc_error *error)
{
    static const char count[] = "SELECT count(*) FROM trained_leads WHERE lead_key = ?1";
    static const char sql[] = "SELECT sha256 FROM trained_leads JOIN trainings"
                              " ON trainings.key = training_key WHERE lead_key = ?1"
                              " ORDER BY training_key LIMIT ?2";
    int64_t most = 0;
    lsc_query *query;
    lsc_status status = lsc_query_number(store->database, count, lead_key, &most, error);
    if (status != LSC_OK) {
        return status;
    }
    const char **rows = lsc_arena_alloc(store->page, ((size_t)most + 1) * sizeof *rows);
    *models = rows;
    *n = 0;
    if (rows == NULL) {
        return lsc_fail_memory(error);
    }
    status = lsc_query_begin(store->database, sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, lead_key);
    lsc_query_set_int(query, 2, most);
    while (lsc_query_next(query, &status, error)) {
        status = keep_hash(store, query, &rows[(*n)++], error);
    }
    return lsc_query_end(query, status, error);
}
