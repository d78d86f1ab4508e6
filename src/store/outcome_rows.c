#include "lead_rows.h"

#include <leadscore/clock.h>

#include "core/time_check.h"
#include "store/audit.h"

/* Begin a change of a lead's, and find it. The change has begun where LSC_OK is returned. */
static lsc_status begin(lsc_store *store, const char *organization, const char *lead_id, bool make,
                        int64_t *key, lsc_error *error)
{
    int64_t organization_key = 0;
    if (store == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store is NULL");
    }
    lsc_status status = lsc_change_begin(store->database, error);
    if (status != LSC_OK) {
        return status;
    }
    status = lsc_organization_find(store, organization, &organization_key, error);
    if (status == LSC_OK) {
        status = make ? lsc_lead_row_need(store, organization_key, lead_id, key, error)
                      : lsc_lead_row_find(store, organization_key, lead_id, key, error);
    }
    return status == LSC_OK ? LSC_OK : lsc_change_end(store->database, status, error);
}

lsc_status lsc_outcome_row_put(lsc_store *store, int64_t lead_key, const lsc_outcome *outcome,
                               lsc_error *error)
{
    static const char sql[] = "INSERT INTO outcomes (lead_key, time, converted) VALUES (?1, ?2, ?3)"
                              " ON CONFLICT DO NOTHING";
    lsc_query *query = NULL;
    lsc_status status = lsc_time_check("the outcome's time", outcome->time_ms, error);
    if (status == LSC_OK) {
        status = lsc_query_begin(store->database, sql, &query, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, lead_key);
    lsc_query_set_int(query, 2, outcome->time_ms);
    lsc_query_set_int(query, 3, outcome->converted);
    return lsc_query_finish(query, error);
}

lsc_status lsc_store_add_outcome(lsc_store *store, const char *organization, const char *lead_id,
                                 const lsc_outcome *outcome, lsc_error *error)
{
    if (outcome == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "outcome is NULL");
    }
    int64_t key = 0;
    lsc_status status = begin(store, organization, lead_id, true, &key, error);
    if (status != LSC_OK) {
        return status;
    }
    status = lsc_outcome_row_put(store, key, outcome, error);
    return lsc_audit_change_end(store, "add outcome", 1, status, error);
}

lsc_status lsc_store_clear_outcomes(lsc_store *store, const char *organization, const char *lead_id,
                                    lsc_error *error)
{
    static const char sql[] = "DELETE FROM outcomes WHERE lead_key = ?1";
    int64_t key = 0;
    lsc_query *query;
    lsc_status status = begin(store, organization, lead_id, false, &key, error);
    if (status != LSC_OK) {
        return status;
    }
    status = lsc_query_begin(store->database, sql, &query, error);
    if (status == LSC_OK) {
        lsc_query_set_int(query, 1, key);
        status = lsc_query_finish(query, error);
    }
    return lsc_audit_change_end(store, "clear outcomes", 1, status, error);
}

lsc_status lsc_outcome_rows_read(lsc_store *store, int64_t lead_key, lsc_take_outcome take,
                                 void *ctx, lsc_error *error)
{
    static const char sql[] = "SELECT time, converted FROM outcomes WHERE lead_key = ?1"
                              " ORDER BY time, converted";
    lsc_query *query;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, lead_key);
    while (lsc_query_next(query, &status, error)) {
        const lsc_outcome outcome = {.time_ms = lsc_query_int(query, 0),
                                     .converted = lsc_query_int(query, 1) != 0};
        status = take(ctx, &outcome, error);
    }
    return lsc_query_end(query, status, error);
}
