#include "lead_rows.h"

#include <string.h>

#include "store/audit.h"
#include "store/consent_rows.h"
#include "store/earlier_rows.h"
#include "store/queue_rows.h"

typedef struct held_lead {
    int64_t key; /* 0: it is not there */
    bool same;   /* its properties are those compared with */
} held_lead;

/* Note whose rows are written or read next. */
static lsc_status note_subject(lsc_store *store, int64_t key, int64_t organization_key,
                               lsc_query *query, int column, lsc_error *error)
{
    size_t length;
    const char *uuid = lsc_query_text(query, column, &length);
    store->subject.key = 0;
    if (uuid == NULL || length >= LSC_UUID_SIZE) {
        return lsc_query_fail_missing(query, error);
    }
    memcpy(store->subject.uuid, uuid, length + 1);
    store->subject.key = key;
    store->subject.organization_key = organization_key;
    return LSC_OK;
}

/* Compare the properties of a row with new ones; what differs is kept where a score was made from it. */
static lsc_status compare(lsc_store *store, lsc_query *query, const char *id,
                          const char *properties, bool *same, lsc_error *error)
{
    size_t length;
    const char *found;
    const lsc_cell cell = lsc_lead_cell(LSC_LEAD_PROPERTIES, store->subject.organization_key,
                                        store->subject.uuid, id);
    lsc_status status = lsc_vault_text(store, &cell, query, 2, 3, &found, &length, error);
    *same = status == LSC_OK && found != NULL && strcmp(found, properties) == 0;
    return status == LSC_OK && found != NULL && !*same
               ? lsc_earlier_row_keep(store, store->subject.key, found, error)
               : status;
}

static lsc_status find(lsc_store *store, int64_t organization_key, const char *id,
                       const char *properties, held_lead *held, lsc_error *error)
{
    static const char sql[] = "SELECT key, uuid, properties, sealed_properties FROM leads"
                              " WHERE organization_key = ?1 AND external_id = ?2";
    lsc_query *query;
    bool row = false;
    *held = (held_lead){0};
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status == LSC_OK) {
        lsc_query_set_int(query, 1, organization_key);
        lsc_query_set_text(query, 2, id);
        status = lsc_query_step(query, &row, error);
    }
    if (row) {
        held->key = lsc_query_int(query, 0);
        status = note_subject(store, held->key, organization_key, query, 1, error);
    }
    if (status == LSC_OK && row && properties != NULL) {
        status = compare(store, query, id, properties, &held->same, error);
    }
    return lsc_query_end(query, status, error);
}

lsc_status lsc_lead_subject(lsc_store *store, int64_t key, lsc_error *error)
{
    static const char sql[] = "SELECT uuid, organization_key FROM leads WHERE key = ?1";
    lsc_query *query;
    bool row = false;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status == LSC_OK) {
        lsc_query_set_int(query, 1, key);
        status = lsc_query_step(query, &row, error);
    }
    if (status == LSC_OK && row) {
        status = note_subject(store, key, lsc_query_int(query, 1), query, 0, error);
    } else if (status == LSC_OK) {
        status = lsc_fail(error, LSC_NOT_FOUND, "the lead is gone");
    }
    return lsc_query_end(query, status, error);
}

/* Writing. */

static lsc_status email_taken(lsc_error *error)
{
    return lsc_fail(error, LSC_CONFLICT, "the e-mail is that of another lead of the organization");
}

/*
 * While keys are being changed an address may stand there in three forms, of which the index of the
 * table tells two apart that are the same.
 */
static lsc_status check_email(lsc_store *store, int64_t organization_key, const lsc_lead_row *row,
                              lsc_error *error)
{
    static const char sql[] =
        "SELECT external_id FROM leads WHERE organization_key = ?1 AND external_id <> ?4"
        " AND (email = ?2 OR email_index = ?3) LIMIT 1";
    uint8_t index[LSC_MAC_SIZE];
    lsc_query *query;
    bool found = false;
    lsc_vault *vault = store->vault;
    lsc_status status =
        lsc_vault_index(store, vault->n_keys - 1, organization_key, row->email, index, error);
    if (status == LSC_OK) {
        status = lsc_query_begin(store->database, sql, &query, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, organization_key);
    lsc_query_set_text(query, 2, row->email);
    lsc_query_set_bytes(query, 3, index, sizeof index);
    lsc_query_set_text(query, 4, row->id);
    status = lsc_query_step(query, &found, error);
    status = lsc_query_end(query, status, error);
    return status == LSC_OK && found ? email_taken(error) : status;
}

lsc_status lsc_lead_seal(lsc_store *store, int64_t organization_key, const char *uuid,
                         const lsc_lead_row *row, uint8_t index[LSC_MAC_SIZE], lsc_error *error)
{
    lsc_vault *vault = store->vault;
    const lsc_cell properties = lsc_lead_cell(LSC_LEAD_PROPERTIES, organization_key, uuid, row->id);
    const lsc_cell email = lsc_lead_cell(LSC_LEAD_EMAIL, organization_key, uuid, row->id);
    lsc_status status = lsc_vault_seal(store, &properties, row->properties, strlen(row->properties),
                                       &vault->sealed[0], error);
    if (status == LSC_OK && row->email != NULL) {
        status =
            lsc_vault_seal(store, &email, row->email, strlen(row->email), &vault->sealed[1], error);
    }
    return status == LSC_OK && row->email != NULL
               ? lsc_vault_index(store, 0, organization_key, row->email, index, error)
               : status;
}

/* What is to be done before a row is written: its sealed columns. */
static lsc_status prepare(lsc_store *store, int64_t organization_key, const char *uuid,
                          const lsc_lead_row *row, uint8_t index[LSC_MAC_SIZE], lsc_error *error)
{
    lsc_status status = lsc_vault_ready(store, error);
    if (status != LSC_OK || store->vault == NULL) {
        return status;
    }
    if (store->vault->pending && row->email != NULL) {
        status = check_email(store, organization_key, row, error);
    }
    return status == LSC_OK ? lsc_lead_seal(store, organization_key, uuid, row, index, error)
                            : status;
}

void lsc_lead_set_personal(lsc_store *store, lsc_query *query, int first, const lsc_lead_row *row,
                           const uint8_t index[LSC_MAC_SIZE])
{
    const lsc_vault *vault = store->vault;
    lsc_vault_set_text(store, query, first + 1, row->properties, strlen(row->properties));
    if (vault == NULL) {
        lsc_query_set_text(query, first, row->email);
    } else if (row->email != NULL) {
        lsc_query_set_bytes(query, first + 3, vault->sealed[1].data, vault->sealed[1].length);
        lsc_query_set_bytes(query, first + 4, index, LSC_MAC_SIZE);
    }
}

static void set_row(lsc_store *store, lsc_query *query, int64_t first, const lsc_lead_row *row,
                    const uint8_t index[LSC_MAC_SIZE])
{
    lsc_query_set_int(query, 1, first);
    lsc_query_set_text(query, 2, row->id);
    lsc_query_set_text(query, 3, row->status);
    lsc_query_set_text(query, 4, row->source);
    if (row->created_at_ms != LSC_TIME_NONE) {
        lsc_query_set_int(query, 5, row->created_at_ms);
    }
    lsc_lead_set_personal(store, query, 6, row, index);
}

/* Of what is written here only the e-mail can stand in another's way. */
static lsc_status finish_write(lsc_query *query, lsc_error *error)
{
    lsc_status status = lsc_query_finish(query, error);
    return status == LSC_CONFLICT ? email_taken(error) : status;
}

static lsc_status insert(lsc_store *store, int64_t organization_key, const lsc_lead_row *row,
                         int64_t *key, lsc_error *error)
{
    static const char sql[] =
        "INSERT INTO leads (organization_key, external_id, status, source, created_at, email,"
        " properties, sealed_properties, sealed_email, email_index, uuid)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    uint8_t index[LSC_MAC_SIZE];
    lsc_query *query = NULL;
    store->subject.key = 0;
    lsc_database_uuid(store->subject.uuid);
    lsc_status status = prepare(store, organization_key, store->subject.uuid, row, index, error);
    if (status == LSC_OK) {
        status = lsc_query_begin(store->database, sql, &query, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    set_row(store, query, organization_key, row, index);
    lsc_query_set_text(query, 11, store->subject.uuid);
    status = finish_write(query, error);
    if (status != LSC_OK) {
        return status;
    }
    *key = lsc_database_last_key(store->database);
    store->subject.key = *key;
    store->subject.organization_key = organization_key;
    return lsc_queue_add(store, organization_key, *key, error);
}

static lsc_status update(lsc_store *store, int64_t key, const lsc_lead_row *row, lsc_error *error)
{
    static const char sql[] =
        "UPDATE leads SET status = ?3, source = ?4, created_at = ?5, email = ?6, properties = ?7,"
        " sealed_properties = ?8, sealed_email = ?9, email_index = ?10"
        " WHERE key = ?1 AND external_id = ?2";
    uint8_t index[LSC_MAC_SIZE];
    lsc_query *query = NULL;
    const lsc_subject *subject = &store->subject;
    lsc_status status = prepare(store, subject->organization_key, subject->uuid, row, index, error);
    if (status == LSC_OK) {
        status = lsc_query_begin(store->database, sql, &query, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    set_row(store, query, key, row, index);
    status = finish_write(query, error);
    return status == LSC_OK ? lsc_queue_mark(store, key, error) : status;
}

lsc_status lsc_lead_row_put(lsc_store *store, int64_t organization_key, const lsc_lead_row *row,
                            int64_t *key, lsc_error *error)
{
    held_lead held;
    /* First, since reading the keys anew lets go of what was opened by those of before. */
    lsc_status status = lsc_vault_ready(store, error);
    if (status == LSC_OK) {
        status = find(store, organization_key, row->id, row->properties, &held, error);
    }
    if (status == LSC_OK && held.key == 0) {
        return insert(store, organization_key, row, key, error);
    }
    if (status == LSC_OK && !held.same) {
        status = update(store, held.key, row, error);
    }
    if (status == LSC_OK) {
        *key = held.key;
    }
    return status;
}

lsc_status lsc_lead_row_find(lsc_store *store, int64_t organization_key, const char *id,
                             int64_t *key, lsc_error *error)
{
    held_lead held;
    lsc_status status = lsc_store_check_id("the lead's id", id, error);
    if (status == LSC_OK) {
        status = find(store, organization_key, id, NULL, &held, error);
    }
    if (status == LSC_OK && held.key == 0) {
        return lsc_fail(error, LSC_NOT_FOUND, "there is no lead \"%.200s\"", id);
    }
    if (status == LSC_OK) {
        *key = held.key;
    }
    return status;
}

lsc_status lsc_lead_row_find_in(lsc_store *store, const char *organization, const char *id,
                                int64_t *key, lsc_error *error)
{
    int64_t organization_key = 0;
    lsc_status status = lsc_organization_find(store, organization, &organization_key, error);
    return status == LSC_OK ? lsc_lead_row_find(store, organization_key, id, key, error) : status;
}

lsc_status lsc_lead_row_need(lsc_store *store, int64_t organization_key, const char *id,
                             int64_t *key, lsc_error *error)
{
    const lsc_lead_row bare = {.id = id, .created_at_ms = LSC_TIME_NONE, .properties = "{}"};
    lsc_status status = lsc_lead_row_find(store, organization_key, id, key, error);
    if (status == LSC_NOT_FOUND && store->make_leads) {
        return insert(store, organization_key, &bare, key, error);
    }
    return status;
}

lsc_status lsc_lead_row_next(lsc_store *store, int64_t organization_key, const char *after,
                             int64_t *key, lsc_error *error)
{
    static const char sql[] = "SELECT key FROM leads WHERE organization_key = ?1"
                              " AND external_id > ?2 ORDER BY external_id LIMIT 1";
    lsc_query *query;
    bool row = false;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status == LSC_OK) {
        lsc_query_set_int(query, 1, organization_key);
        lsc_query_set_text(query, 2, after);
        status = lsc_query_step(query, &row, error);
    }
    *key = row ? lsc_query_int(query, 0) : 0;
    return lsc_query_end(query, status, error);
}

/* The row of lsc_lead_row_read(). */
static lsc_status give(lsc_store *store, lsc_query *query, lsc_take_properties take, void *ctx,
                       lsc_error *error)
{
    size_t length;
    lsc_held_lead held = {.withdrawn = lsc_query_int(query, 3) != 0};
    held.id = lsc_query_text(query, 0, &length);
    if (held.id == NULL) {
        return lsc_query_fail_missing(query, error);
    }
    const lsc_cell cell = lsc_lead_cell(LSC_LEAD_PROPERTIES, store->subject.organization_key,
                                        store->subject.uuid, held.id);
    lsc_status status =
        lsc_vault_text(store, &cell, query, 4, 5, &held.properties, &held.length, error);
    if (status == LSC_OK && held.properties == NULL) {
        return lsc_query_fail_missing(query, error);
    }
    return status == LSC_OK ? take(ctx, &held, error) : status;
}

lsc_status lsc_lead_row_read(lsc_store *store, int64_t key, lsc_take_properties take, void *ctx,
                             lsc_error *error)
{
    static const char sql[] = "SELECT external_id, uuid, organization_key, " LSC_SQL_WITHDRAWN
                              ", properties, sealed_properties FROM leads WHERE key = ?1";
    lsc_query *query;
    bool row = false;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status == LSC_OK) {
        lsc_query_set_int(query, 1, key);
        status = lsc_query_step(query, &row, error);
    }
    if (status == LSC_OK && !row) {
        status = lsc_fail(error, LSC_NOT_FOUND, "the lead is gone");
    }
    if (status == LSC_OK) {
        status = note_subject(store, key, lsc_query_int(query, 2), query, 1, error);
    }
    if (status == LSC_OK) {
        status = give(store, query, take, ctx, error);
    }
    return lsc_query_end(query, status, error);
}

lsc_status lsc_lead_row_delete(lsc_store *store, int64_t key, lsc_error *error)
{
    static const char sql[] = "DELETE FROM leads WHERE key = ?1";
    int64_t none;
    return lsc_query_number(store->database, sql, key, &none, error);
}

lsc_status lsc_store_delete_lead(lsc_store *store, const char *organization, const char *id,
                                 lsc_error *error)
{
    if (store == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store is NULL");
    }
    int64_t organization_key = 0;
    int64_t key = 0;
    lsc_status status = lsc_change_begin(store->database, error);
    if (status != LSC_OK) {
        return status;
    }
    status = lsc_organization_find(store, organization, &organization_key, error);
    if (status == LSC_OK) {
        status = lsc_lead_row_find(store, organization_key, id, &key, error);
    }
    if (status == LSC_OK) {
        status = lsc_lead_row_delete(store, key, error);
    }
    return lsc_audit_change_end(store, "delete lead", 1, status, error);
}

lsc_status lsc_store_lead_uuid(lsc_store *store, const char *organization, const char *id,
                               char uuid[37], lsc_error *error)
{
    if (store == NULL || uuid == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL", store == NULL ? "store" : "uuid");
    }
    int64_t organization_key = 0;
    int64_t key = 0;
    lsc_status status = lsc_look_begin(store->database, error);
    if (status != LSC_OK) {
        return status;
    }
    status = lsc_organization_find(store, organization, &organization_key, error);
    if (status == LSC_OK) {
        status = lsc_lead_row_find(store, organization_key, id, &key, error);
    }
    status = lsc_look_end(store->database, status);
    if (status == LSC_OK) {
        memcpy(uuid, store->subject.uuid, LSC_UUID_SIZE);
    }
    return status;
}
