#include "queue_rows.h"

/* Run a statement of up to three numbers. */
static lsc_status run(lsc_store *store, const char *sql, int64_t first, int64_t second,
                      const int64_t *third, lsc_error *error)
{
    lsc_query *query;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, first);
    lsc_query_set_int(query, 2, second);
    if (third != NULL) {
        lsc_query_set_int(query, 3, *third);
    }
    return lsc_query_finish(query, error);
}

lsc_status lsc_queue_add(lsc_store *store, int64_t organization_key, int64_t lead_key,
                         lsc_error *error)
{
    static const char sql[] = "INSERT INTO score_queue (organization_key, lead_key, model_key,"
                              " due_at) VALUES (?1, ?2, 0, 0)";
    return run(store, sql, organization_key, lead_key, NULL, error);
}

lsc_status lsc_queue_mark(lsc_store *store, int64_t lead_key, lsc_error *error)
{
    static const char sql[] = "UPDATE score_queue SET model_key = ?2, revision = revision + 1"
                              " WHERE lead_key = ?1 AND model_key <> ?2";
    return run(store, sql, lead_key, LSC_QUEUE_CHANGED, NULL, error);
}

lsc_status lsc_queue_close_revision(lsc_store *store, int64_t lead_key, lsc_error *error)
{
    static const char sql[] = "UPDATE score_queue SET revision = revision + ?2 WHERE lead_key = ?1";
    return run(store, sql, lead_key, 1, NULL, error);
}

lsc_status lsc_queue_put(lsc_store *store, int64_t lead_key, int64_t model_key, int64_t due_ms,
                         lsc_error *error)
{
    static const char sql[] =
        "UPDATE score_queue SET model_key = ?2, due_at = ?3 WHERE lead_key = ?1";
    return run(store, sql, lead_key, model_key, &due_ms, error);
}

int64_t lsc_queue_new_claim(void)
{
    return -1 - (int64_t)(lsc_database_random() >> 2);
}

lsc_status lsc_queue_claim(lsc_store *store, int64_t lead_key, int64_t claim, lsc_error *error)
{
    static const char sql[] = "UPDATE score_queue SET model_key = ?2 WHERE lead_key = ?1";
    return run(store, sql, lead_key, claim, NULL, error);
}

lsc_status lsc_queue_is_claimed(lsc_store *store, int64_t lead_key, int64_t claim, bool *is_claimed,
                                lsc_error *error)
{
    static const char sql[] = "SELECT 1 FROM score_queue WHERE lead_key = ?1 AND model_key = ?2";
    lsc_query *query;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    *is_claimed = false;
    if (status == LSC_OK) {
        lsc_query_set_int(query, 1, lead_key);
        lsc_query_set_int(query, 2, claim);
        status = lsc_query_step(query, is_claimed, error);
    }
    return lsc_query_end(query, status, error);
}

lsc_status lsc_queue_unclaim(lsc_store *store, int64_t lead_key, int64_t claim, int64_t model_key,
                             lsc_error *error)
{
    static const char sql[] =
        "UPDATE score_queue SET model_key = ?3 WHERE lead_key = ?1 AND model_key = ?2";
    return run(store, sql, lead_key, claim, &model_key, error);
}

/* Ranges of the index, one after the other, so that leads that are not in the queue are not met. */
#define RANGE(condition)                                                                      \
    "SELECT s.lead_key, l.external_id, s.model_key, s.due_at FROM score_queue s JOIN leads l" \
    " ON l.key = s.lead_key WHERE s.organization_key = ?1 AND " condition
/* clang-format off */
static const char read_sql[] =
    RANGE("s.model_key < ?2") " UNION ALL "
    RANGE("s.model_key > ?2 AND s.model_key < ?3") " UNION ALL "
    RANGE("s.model_key = ?3 AND s.due_at <= ?4") " UNION ALL "
    RANGE("s.model_key > ?3") " LIMIT ?5";
/* clang-format on */

static lsc_status give(lsc_query *query, int64_t model_key, lsc_take_queued take, void *ctx,
                       lsc_error *error)
{
    size_t length;
    const int64_t scored_by = lsc_query_int(query, 2);
    const char *id = lsc_query_text(query, 1, &length);
    if (id == NULL) {
        return lsc_query_fail_missing(query, error);
    }
    lsc_stale_reason reason = scored_by <= LSC_QUEUE_CHANGED ? LSC_STALE_CHANGED
                              : scored_by == model_key       ? LSC_STALE_DUE
                                                             : LSC_STALE_MODEL;
    int64_t due_ms = reason == LSC_STALE_DUE ? lsc_query_int(query, 3) : LSC_TIME_NONE;
    return take(ctx, lsc_query_int(query, 0), id, reason, due_ms, error);
}

lsc_status lsc_queue_read(lsc_store *store, int64_t organization_key, int64_t model_key,
                          int64_t claim, int64_t as_of_ms, size_t limit, lsc_take_queued take,
                          void *ctx, lsc_error *error)
{
    lsc_query *query;
    lsc_status status = lsc_query_begin(store->database, read_sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, organization_key);
    lsc_query_set_int(query, 2, claim == 0 ? INT64_MIN : claim);
    lsc_query_set_int(query, 3, model_key == 0 ? INT64_MAX : model_key);
    lsc_query_set_int(query, 4, as_of_ms);
    lsc_query_set_int(query, 5, (int64_t)limit);
    while (lsc_query_next(query, &status, error)) {
        status = give(query, model_key, take, ctx, error);
    }
    return lsc_query_end(query, status, error);
}

lsc_status lsc_queue_list(lsc_store *store, int64_t organization_key, int64_t after_key,
                          size_t limit, lsc_take_key take, void *ctx, lsc_error *error)
{
    /* By the key, not by the index of organizations, which has another order. */
    static const char sql[] =
        "SELECT s.lead_key, l.external_id, s.model_key FROM score_queue s"
        " JOIN leads l ON l.key = s.lead_key"
        " WHERE +s.organization_key = ?1 AND s.lead_key > ?2 ORDER BY s.lead_key LIMIT ?3";
    lsc_query *query;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, organization_key);
    lsc_query_set_int(query, 2, after_key);
    lsc_query_set_int(query, 3, (int64_t)limit);
    while (lsc_query_next(query, &status, error)) {
        size_t length;
        const char *id = lsc_query_text(query, 1, &length);
        status = id == NULL
                     ? lsc_query_fail_missing(query, error)
                     : take(ctx, lsc_query_int(query, 0), id, lsc_query_int(query, 2), error);
    }
    return lsc_query_end(query, status, error);
}
