#include "lead_rows.h"

#include <string.h>

#include "core/ed25519.h"
#include "store/account_rows.h"
#include "store/earlier_rows.h"
#include "store/purge.h"
#include "store/store_settings.h"

/** Rows of leads and activities, or of accounts, that are sealed anew in one change; a lead's together. */
#define BATCH 5000

/** A lead whose rows are being sealed anew. */
typedef struct resealing {
    lsc_store *store;
    int64_t lead_key;
    size_t n_rows; /* in the batch under way */
} resealing;

static lsc_status reseal_activity(void *ctx, const lsc_activity_row *row, lsc_error *error)
{
    resealing *at = ctx;
    at->n_rows++;
    return lsc_activity_row_replace(at->store, at->lead_key, row, error);
}

/* The address of the row, in the page of the store: opening the properties takes its place. */
static lsc_status read_email(lsc_store *store, lsc_query *query, const lsc_lead_row *row,
                             const char **email, lsc_error *error)
{
    size_t length;
    const lsc_subject *subject = &store->subject;
    const lsc_cell cell =
        lsc_lead_cell(LSC_LEAD_EMAIL, subject->organization_key, subject->uuid, row->id);
    lsc_status status = lsc_vault_text(store, &cell, query, 3, 4, email, &length, error);
    if (status == LSC_OK && *email != NULL) {
        *email = lsc_arena_copy(store->page, *email, length);
        status = *email == NULL ? lsc_fail_memory(error) : LSC_OK;
    }
    return status;
}

static lsc_status write_lead(lsc_store *store, int64_t key, const lsc_lead_row *row,
                             lsc_error *error)
{
    static const char sql[] =
        "UPDATE leads SET email = ?2, properties = ?3, sealed_properties = ?4, sealed_email = ?5,"
        " email_index = ?6 WHERE key = ?1";
    uint8_t index[LSC_MAC_SIZE];
    lsc_query *query = NULL;
    const lsc_subject *subject = &store->subject;
    lsc_status status =
        lsc_lead_seal(store, subject->organization_key, subject->uuid, row, index, error);
    if (status == LSC_OK) {
        status = lsc_query_begin(store->database, sql, &query, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, key);
    lsc_lead_set_personal(store, query, 2, row, index);
    return lsc_query_finish(query, error);
}

/* The row of a lead: its columns as reseal_lead() names them. */
static lsc_status reseal_row(lsc_store *store, lsc_query *query, int64_t key, lsc_error *error)
{
    size_t length;
    lsc_lead_row row = {.id = lsc_query_text(query, 0, &length)};
    if (row.id == NULL) {
        return lsc_query_fail_missing(query, error);
    }
    const lsc_cell cell = lsc_lead_cell(LSC_LEAD_PROPERTIES, store->subject.organization_key,
                                        store->subject.uuid, row.id);
    lsc_status status = read_email(store, query, &row, &row.email, error);
    if (status == LSC_OK) {
        status = lsc_vault_text(store, &cell, query, 1, 2, &row.properties, &length, error);
    }
    if (status == LSC_OK && row.properties == NULL) {
        status = lsc_query_fail_missing(query, error);
    }
    return status == LSC_OK ? write_lead(store, key, &row, error) : status;
}

static lsc_status reseal_lead(resealing *at, lsc_error *error)
{
    static const char sql[] =
        "SELECT external_id, properties, sealed_properties, email, sealed_email FROM leads"
        " WHERE key = ?1";
    lsc_query *query = NULL;
    bool row = false;
    lsc_store_turn_page(at->store);
    lsc_status status = lsc_lead_subject(at->store, at->lead_key, error);
    if (status == LSC_OK) {
        status = lsc_query_begin(at->store->database, sql, &query, error);
    }
    if (status == LSC_OK) {
        lsc_query_set_int(query, 1, at->lead_key);
        status = lsc_query_step(query, &row, error);
    }
    if (row) {
        status = reseal_row(at->store, query, at->lead_key, error);
    }
    status = lsc_query_end(query, status, error);
    at->n_rows++;
    if (status == LSC_OK) {
        status = lsc_earlier_rows_reseal(at->store, at->lead_key, &at->n_rows, error);
    }
    return status == LSC_OK
               ? lsc_activity_rows_read(at->store, at->lead_key, reseal_activity, at, error)
               : status;
}

static lsc_status next_lead(lsc_store *store, int64_t after, int64_t *key, lsc_error *error)
{
    static const char sql[] = "SELECT key FROM leads WHERE key > ?1 ORDER BY key LIMIT 1";
    lsc_query *query;
    bool row = false;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status == LSC_OK) {
        lsc_query_set_int(query, 1, after);
        status = lsc_query_step(query, &row, error);
    }
    *key = row ? lsc_query_int(query, 0) : 0;
    return lsc_query_end(query, status, error);
}

static lsc_status reseal_accounts(lsc_store *store, bool *done, lsc_error *error)
{
    size_t n = 0;
    lsc_status status = lsc_account_rows_reseal(store, BATCH, &n, error);
    *done = status == LSC_OK && n < BATCH;
    return status;
}

/* The next leads, then accounts, within a change; past the last the older key is forgotten. */
static lsc_status reseal_batch(lsc_store *store, bool *done, lsc_error *error)
{
    int64_t last = 0;
    resealing at = {.store = store};
    lsc_status status = lsc_vault_ready(store, error);
    if (status == LSC_OK) {
        status = lsc_setting_read(store, LSC_SETTING_REKEYED, &last, error);
    }
    *done = status == LSC_OK && !store->vault->pending; /* another connection did it */
    if (status != LSC_OK || *done) {
        return status;
    }
    do {
        status = next_lead(store, last, &at.lead_key, error);
        if (status == LSC_OK && at.lead_key != 0) {
            last = at.lead_key;
            status = reseal_lead(&at, error);
        }
    } while (status == LSC_OK && at.lead_key != 0 && at.n_rows < BATCH);
    if (status == LSC_OK && at.lead_key == 0) {
        status = reseal_accounts(store, done, error);
    }
    if (*done) {
        status = lsc_vault_settle(store, error);
    }
    if (*done && status == LSC_OK) {
        status = lsc_purge_note(store, error);
    }
    return status == LSC_OK ? lsc_setting_write(store, LSC_SETTING_REKEYED, *done ? 0 : last, error)
                            : status;
}

/* Seal anew what is not sealed with the newest key. */
static lsc_status reseal_all(lsc_store *store, lsc_error *error)
{
    lsc_status status = LSC_OK;
    bool done = false;
    while (status == LSC_OK && !done) {
        status = lsc_change_begin(store->database, error);
        if (status == LSC_OK) {
            status = reseal_batch(store, &done, error);
            status = lsc_change_end(store->database, status, error);
        }
    }
    return status == LSC_OK ? lsc_vault_open(store, &store->vault->master, error) : status;
}

static lsc_status begin_rekey(lsc_store *store, const lsc_known_key *key, lsc_error *error)
{
    lsc_status status = lsc_change_begin(store->database, error);
    if (status != LSC_OK) {
        return status;
    }
    status = lsc_vault_ready(store, error);
    if (status == LSC_OK && store->vault != NULL && store->vault->pending) {
        status = lsc_fail(error, LSC_BUSY, "%s: its keys are being changed: call again",
                          lsc_database_name(store->database));
    }
    if (status == LSC_OK) {
        status = store->vault == NULL ? lsc_vault_create(store, key, true, error)
                                      : lsc_vault_renew(store, key, error);
    }
    if (status == LSC_OK) {
        status = lsc_setting_write(store, LSC_SETTING_REKEYED, 0, error);
    }
    status = lsc_change_end(store->database, status, error);
    return status == LSC_OK ? lsc_vault_open(store, key, error) : status;
}

static lsc_status rekey(lsc_store *store, const lsc_known_key *key, lsc_error *error)
{
    lsc_status status = lsc_vault_refresh(store, error);
    if (status == LSC_OK && store->vault != NULL && store->vault->pending) {
        status = reseal_all(store, error);
    }
    if (status == LSC_OK && key != NULL) {
        status = begin_rekey(store, key, error);
        if (status == LSC_OK) {
            status = reseal_all(store, error);
        }
    }
    return status == LSC_OK ? lsc_store_purge(store, error) : status;
}

lsc_status lsc_store_rekey(lsc_store *store, const lsc_store_key *key, lsc_error *error)
{
    if (store == NULL || (key == NULL && store->vault == NULL)) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL", store == NULL ? "store" : "key");
    }
    if (lsc_change_depth(store->database) > 0) {
        return lsc_fail(error, LSC_INVALID_ARG, "a transaction has begun: end it first");
    }
    lsc_known_key known;
    lsc_status status = key == NULL ? LSC_OK : lsc_store_read_key(key, &known, error);
    if (status == LSC_OK) {
        status = rekey(store, key == NULL ? NULL : &known, error);
    }
    lsc_cleanse(&known, sizeof known);
    return status;
}
