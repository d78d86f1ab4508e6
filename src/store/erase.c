#include "audit.h"

#include <string.h>

#include "core/hash.h"
#include "store/lead_rows.h"
#include "store/model_rows.h"
#include "store/person_rows.h"
#include "store/purge.h"
#include "store/store_settings.h"

/* Erasing. */

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

/* Which leads a model was trained from. */

static lsc_status find_training(lsc_store *store, int64_t organization_key, const uint8_t *hash,
                                int64_t *key, lsc_error *error)
{
    static const char add[] = "INSERT INTO trainings (organization_key, sha256) VALUES (?1, ?2)"
                              " ON CONFLICT DO NOTHING";
    static const char find[] =
        "SELECT key FROM trainings WHERE organization_key = ?1 AND sha256 = ?2";
    const char *const texts[] = {add, find};
    lsc_status status = LSC_OK;
    for (size_t i = 0; i < 2 && status == LSC_OK; i++) {
        lsc_query *query;
        bool row = false;
        status = lsc_query_begin(store->database, texts[i], &query, error);
        if (status == LSC_OK) {
            lsc_query_set_int(query, 1, organization_key);
            lsc_query_set_bytes(query, 2, hash, LSC_HASH_SIZE);
            status = lsc_query_step(query, &row, error);
        }
        *key = row ? lsc_query_int(query, 0) : 0;
        status = lsc_query_end(query, status, error);
    }
    return status;
}

/** A training that is being noted. */
typedef struct training {
    int64_t organization_key;
    int64_t key;
    int64_t n_new; /* leads of which it was not known */
} training;

static lsc_status add_trained(lsc_store *store, training *at, const char *id, lsc_error *error)
{
    static const char sql[] =
        "INSERT INTO trained_leads (lead_key, training_key) SELECT key, ?1 FROM leads"
        " WHERE organization_key = ?2 AND external_id = ?3 ON CONFLICT DO NOTHING";
    lsc_query *query;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, at->key);
    lsc_query_set_int(query, 2, at->organization_key);
    lsc_query_set_text(query, 3, id);
    status = lsc_query_finish(query, error);
    at->n_new += status == LSC_OK ? lsc_database_n_changed(store->database) : 0;
    return status;
}

static lsc_status note_training(lsc_store *store, const char *organization, const uint8_t *hash,
                                const char *const *lead_ids, size_t n, lsc_error *error)
{
    training at = {.organization_key = 0};
    lsc_status status = lsc_organization_find(store, organization, &at.organization_key, error);
    if (status == LSC_OK) {
        status = find_training(store, at.organization_key, hash, &at.key, error);
    }
    for (size_t i = 0; i < n && status == LSC_OK; i++) {
        status = lsc_store_check_id("the lead's id", lead_ids[i], error);
        if (status == LSC_OK) {
            status = add_trained(store, &at, lead_ids[i], error);
        }
    }
    const lsc_audit_entry entry = {"note training", at.organization_key, NULL, at.n_new};
    return status == LSC_OK ? lsc_audit_note(store, &entry, error) : status;
}

lsc_status lsc_store_note_training(lsc_store *store, const char *organization, const char *sha256,
                                   const char *const *lead_ids, size_t n_leads, lsc_error *error)
{
    uint8_t hash[LSC_HASH_SIZE];
    if (store == NULL || (lead_ids == NULL && n_leads > 0)) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL", store == NULL ? "store" : "lead_ids");
    }
    if (sha256 == NULL || !lsc_hash_read(sha256, hash)) {
        return lsc_fail(error, LSC_INVALID_ARG, "sha256 is not of 64 hexadecimal digits");
    }
    lsc_status status = lsc_change_begin(store->database, error);
    if (status != LSC_OK) {
        return status;
    }
    status = note_training(store, organization, hash, lead_ids, n_leads, error);
    return lsc_change_end(store->database, status, error);
}
