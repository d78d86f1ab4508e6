#include "audit.h"

#include "store/lead_rows.h"
#include "store/person_rows.h"
#include "store/purge.h"

/* Turns the page only where something is given: else what a list gave stays. `models` may be NULL. */
static lsc_status erase(lsc_store *store, const char *organization, const char *id,
                        const char *const **models, size_t *n, lsc_error *error)
{
    int64_t key = 0;
    lsc_status status = lsc_lead_row_find_in(store, organization, id, &key, error);
    if (status == LSC_OK && models != NULL) {
        lsc_store_turn_page(store);
        status = lsc_training_rows_read(store, key, models, n, error);
    }
    if (status == LSC_OK) {
        status = lsc_lead_row_delete(store, key, error);
    }
    return status == LSC_OK ? lsc_purge_note(store, error) : status;
}

lsc_status lsc_store_erase_lead(lsc_store *store, const char *organization, const char *id,
                                const char *const **models, size_t *n, lsc_error *error)
{
    const char *const *found = NULL;
    size_t n_found = 0;
    if (store == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store is NULL");
    }
    if (lsc_change_depth(store->database) > 0) {
        return lsc_fail(error, LSC_INVALID_ARG, "a transaction has begun: end it first");
    }
    lsc_status status = lsc_change_begin(store->database, error);
    if (status != LSC_OK) {
        return status;
    }
    const bool is_list = models != NULL && n != NULL;
    status = erase(store, organization, id, is_list ? &found : NULL, &n_found, error);
    status = lsc_audit_change_end(store, "erase lead", 1, status, error);
    if (status != LSC_OK) {
        return status;
    }
    if (is_list) {
        *models = found;
        *n = n_found;
    }
    return lsc_purge(store, error);
}
