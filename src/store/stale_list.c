#include "queue_rows.h"

#include <string.h>

#include "store/audit.h"
#include "store/model_rows.h"

/* Rows that are being read, of those there is room for. */
typedef struct listing {
    lsc_store *store;
    int64_t organization_key;
    lsc_stale_lead *rows;
    size_t n;
} listing;

static lsc_status keep_row(void *ctx, int64_t lead_key, const char *id, lsc_stale_reason reason,
                           int64_t due_ms, lsc_error *error)
{
    (void)lead_key;
    listing *at = ctx;
    char *copy = lsc_arena_copy(at->store->page, id, strlen(id));
    if (copy == NULL) {
        return lsc_fail_memory(error);
    }
    at->rows[at->n++] = (lsc_stale_lead){.id = copy, .reason = reason, .due_ms = due_ms};
    return LSC_OK;
}

static lsc_status list(listing *at, const char *organization, int64_t as_of_ms, size_t limit,
                       lsc_error *error)
{
    int64_t model_key = 0;
    lsc_store *store = at->store;
    lsc_status status = lsc_organization_find(store, organization, &at->organization_key, error);
    if (status == LSC_OK) {
        status = lsc_model_row_find_active(store, at->organization_key, &model_key, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    lsc_store_turn_page(store);
    at->rows = lsc_arena_alloc(store->page, limit * sizeof *at->rows);
    if (at->rows == NULL) {
        return lsc_fail_memory(error);
    }
    return lsc_queue_read(store, at->organization_key, model_key, 0, as_of_ms, limit, keep_row, at,
                          error);
}

lsc_status lsc_store_list_stale(lsc_store *store, const char *organization, int64_t as_of_ms,
                                size_t limit, const lsc_stale_lead **leads, size_t *n,
                                lsc_error *error)
{
    if (store == NULL || leads == NULL || n == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store, leads or n is NULL");
    }
    listing at = {.store = store};
    size_t most = 0;
    bool noting = false;
    lsc_status status = lsc_store_check_limit(limit, &most, error);
    if (status == LSC_OK) {
        status = lsc_audit_read_begin(store, &noting, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    status = list(&at, organization, as_of_ms, most, error);
    const lsc_audit_entry entry = {"list stale leads", at.organization_key, NULL, (int64_t)at.n};
    status = lsc_audit_list_end(store, noting ? &entry : NULL, status, error);
    if (status == LSC_OK) {
        *leads = at.rows;
        *n = at.n;
    }
    return status;
}
