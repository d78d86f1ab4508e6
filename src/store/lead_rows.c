#include "lead_rows.h"

#include <string.h>

#include "store/consent_rows.h"
#include "store/queue_rows.h"

typedef struct held_lead {
    int64_t key; /* 0: it is not there */
    bool same;   /* its properties are those compared with */
} held_lead;

static lsc_status find(lsc_store *store, int64_t organization_key, const char *id,
                       const char *properties, held_lead *held, lsc_error *error)
{
    static const char sql[] = "SELECT key, properties IS ?3 FROM leads"
                              " WHERE organization_key = ?1 AND external_id = ?2";
    lsc_query *query;
    bool row = false;
    *held = (held_lead){0};
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status == LSC_OK) {
        lsc_query_set_int(query, 1, organization_key);
        lsc_query_set_text(query, 2, id);
        lsc_query_set_text(query, 3, properties);
        status = lsc_query_step(query, &row, error);
    }
    if (row) {
        held->key = lsc_query_int(query, 0);
        held->same = lsc_query_int(query, 1) != 0;
    }
    return lsc_query_end(query, status, error);
}

static void set_row(lsc_query *query, int64_t first, const char *id, const lsc_lead_row *row)
{
    lsc_query_set_int(query, 1, first);
    lsc_query_set_text(query, 2, id);
    lsc_query_set_text(query, 3, row->email);
    lsc_query_set_text(query, 4, row->status);
    lsc_query_set_text(query, 5, row->source);
    if (row->created_at_ms != LSC_TIME_NONE) {
        lsc_query_set_int(query, 6, row->created_at_ms);
    }
    lsc_query_set_text(query, 7, row->properties);
}

/* Of what is written here only the e-mail can stand in another's way. */
static lsc_status finish_write(lsc_query *query, lsc_error *error)
{
    lsc_status status = lsc_query_finish(query, error);
    if (status == LSC_CONFLICT) {
        return lsc_fail(error, status, "the e-mail is that of another lead of the organization");
    }
    return status;
}

static lsc_status insert(lsc_store *store, int64_t organization_key, const lsc_lead_row *row,
                         int64_t *key, lsc_error *error)
{
    static const char sql[] =
        "INSERT INTO leads (organization_key, external_id, email, status, source, created_at,"
        " properties, uuid) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    char uuid[LSC_UUID_SIZE];
    lsc_query *query;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_database_uuid(uuid);
    set_row(query, organization_key, row->id, row);
    lsc_query_set_text(query, 8, uuid);
    status = finish_write(query, error);
    if (status != LSC_OK) {
        return status;
    }
    *key = lsc_database_last_key(store->database);
    return lsc_queue_add(store, organization_key, *key, error);
}

static lsc_status update(lsc_store *store, int64_t key, const lsc_lead_row *row, lsc_error *error)
{
    static const char sql[] =
        "UPDATE leads SET email = ?3, status = ?4, source = ?5, created_at = ?6, properties = ?7"
        " WHERE key = ?1 AND external_id = ?2";
    lsc_query *query;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    set_row(query, key, row->id, row);
    status = finish_write(query, error);
    return status == LSC_OK ? lsc_queue_mark(store, key, error) : status;
}

lsc_status lsc_lead_row_put(lsc_store *store, int64_t organization_key, const lsc_lead_row *row,
                            int64_t *key, lsc_error *error)
{
    held_lead held;
    lsc_status status = find(store, organization_key, row->id, row->properties, &held, error);
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

lsc_status lsc_lead_row_read(lsc_store *store, int64_t key, lsc_take_properties take, void *ctx,
                             lsc_error *error)
{
    static const char sql[] =
        "SELECT external_id, properties, " LSC_SQL_WITHDRAWN " FROM leads WHERE key = ?1";
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
        lsc_held_lead held = {.withdrawn = lsc_query_int(query, 2) != 0};
        held.id = lsc_query_text(query, 0, &held.length);
        held.properties = lsc_query_text(query, 1, &held.length);
        status = held.id == NULL || held.properties == NULL ? lsc_query_fail_missing(query, error)
                                                            : take(ctx, &held, error);
    }
    return lsc_query_end(query, status, error);
}

lsc_status lsc_store_delete_lead(lsc_store *store, const char *organization, const char *id,
                                 lsc_error *error)
{
    static const char sql[] = "DELETE FROM leads WHERE key = ?1";
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
    lsc_query *query = NULL;
    if (status == LSC_OK) {
        status = lsc_query_begin(store->database, sql, &query, error);
    }
    if (status == LSC_OK) {
        lsc_query_set_int(query, 1, key);
        status = lsc_query_finish(query, error);
    }
    return lsc_change_end(store->database, status, error);
}
