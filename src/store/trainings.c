#include "trainings.h"

#include "store/audit.h"
#include "store/model_rows.h"

static lsc_status put_row(lsc_store *store, int64_t organization_key, const uint8_t *hash,
                          lsc_error *error)
{
    static const char sql[] = "INSERT INTO trainings (organization_key, sha256) VALUES (?1, ?2)"
                              " ON CONFLICT DO NOTHING";
    lsc_query *query;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, organization_key);
    lsc_query_set_bytes(query, 2, hash, LSC_HASH_SIZE);
    return lsc_query_finish(query, error);
}

static lsc_status find_row(lsc_store *store, int64_t organization_key, const uint8_t *hash,
                           int64_t *key, lsc_error *error)
{
    static const char sql[] =
        "SELECT key FROM trainings WHERE organization_key = ?1 AND sha256 = ?2";
    lsc_query *query;
    bool row = false;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status == LSC_OK) {
        lsc_query_set_int(query, 1, organization_key);
        lsc_query_set_bytes(query, 2, hash, LSC_HASH_SIZE);
        status = lsc_query_step(query, &row, error);
    }
    *key = row ? lsc_query_int(query, 0) : 0;
    return lsc_query_end(query, status, error);
}

lsc_status lsc_training_note_begin(lsc_store *store, int64_t organization_key,
                                   const uint8_t hash[LSC_HASH_SIZE], lsc_training_note *note,
                                   lsc_error *error)
{
    *note = (lsc_training_note){.organization_key = organization_key};
    lsc_status status = put_row(store, organization_key, hash, error);
    return status == LSC_OK ? find_row(store, organization_key, hash, &note->key, error) : status;
}

/* The key of a lead; 0 where it is gone. */
static lsc_status find_lead(lsc_store *store, int64_t organization_key, const char *lead_id,
                            const char *uuid, int64_t *key, lsc_error *error)
{
    static const char sql[] = "SELECT key FROM leads WHERE organization_key = ?1"
                              " AND external_id = ?2 AND (?3 IS NULL OR uuid = ?3)";
    lsc_query *query;
    bool row = false;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status == LSC_OK) {
        lsc_query_set_int(query, 1, organization_key);
        lsc_query_set_text(query, 2, lead_id);
        lsc_query_set_text(query, 3, uuid);
        status = lsc_query_step(query, &row, error);
    }
    *key = row ? lsc_query_int(query, 0) : 0;
    return lsc_query_end(query, status, error);
}

lsc_status lsc_training_note_lead(lsc_store *store, lsc_training_note *note, const char *lead_id,
                                  const char *uuid, bool *there, lsc_error *error)
{
    static const char sql[] = "INSERT INTO trained_leads (lead_key, training_key) VALUES (?1, ?2)"
                              " ON CONFLICT DO NOTHING";
    int64_t key = 0;
    lsc_query *query;
    lsc_status status = find_lead(store, note->organization_key, lead_id, uuid, &key, error);
    *there = key != 0;
    if (status != LSC_OK || key == 0) {
        return status;
    }
    status = lsc_query_begin(store->database, sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, key);
    lsc_query_set_int(query, 2, note->key);
    status = lsc_query_finish(query, error);
    note->n_new += status == LSC_OK ? lsc_database_n_changed(store->database) : 0;
    return status;
}

lsc_status lsc_training_note_end(lsc_store *store, const lsc_training_note *note, lsc_error *error)
{
    const lsc_audit_entry entry = {"note training", note->organization_key, NULL, note->n_new};
    return lsc_audit_note(store, &entry, error);
}

static lsc_status note_training(lsc_store *store, const char *organization, const uint8_t *hash,
                                const char *const *lead_ids, size_t n, lsc_error *error)
{
    int64_t organization_key = 0;
    lsc_training_note note;
    bool there;
    lsc_status status = lsc_organization_find(store, organization, &organization_key, error);
    if (status == LSC_OK) {
        status = lsc_training_note_begin(store, organization_key, hash, &note, error);
    }
    for (size_t i = 0; i < n && status == LSC_OK; i++) {
        status = lsc_store_check_id("the lead's id", lead_ids[i], error);
        if (status == LSC_OK) {
            status = lsc_training_note_lead(store, &note, lead_ids[i], NULL, &there, error);
        }
    }
    return status == LSC_OK ? lsc_training_note_end(store, &note, error) : status;
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
