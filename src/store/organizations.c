#include "store_data.h"

lsc_status lsc_organization_find(lsc_store *store, const char *organization, int64_t *key,
                                 lsc_error *error)
{
    static const char find[] = "SELECT key FROM organizations WHERE external_id = ?1";
    lsc_status status = lsc_store_check_id("organization", organization, error);
    lsc_query *query = NULL;
    bool row = false;
    if (status == LSC_OK) {
        status = lsc_query_begin(store->database, find, &query, error);
        lsc_query_set_text(query, 1, organization);
    }
    if (status == LSC_OK) {
        status = lsc_query_step(query, &row, error);
    }
    if (row) {
        *key = lsc_query_int(query, 0);
    }
    status = lsc_query_end(query, status, error);
    if (status == LSC_OK && !row) {
        return lsc_fail(error, LSC_NOT_FOUND, "there is no organization \"%.200s\"", organization);
    }
    return status;
}

lsc_status lsc_store_add_organization(lsc_store *store, const char *organization, const char *name,
                                      lsc_error *error)
{
    static const char add[] =
        "INSERT INTO organizations (uuid, external_id, name) VALUES (?1, ?2, ?3)"
        " ON CONFLICT (external_id) DO UPDATE SET name = excluded.name"
        " WHERE excluded.name IS NOT NULL AND excluded.name IS NOT name";
    char uuid[LSC_UUID_SIZE];
    if (store == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store is NULL");
    }
    lsc_status status = lsc_store_check_id("organization", organization, error);
    if (status == LSC_OK && name != NULL) {
        status = lsc_store_check_id("name", name, error);
    }
    if (status == LSC_OK) {
        status = lsc_change_begin(store->database, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    lsc_query *query;
    status = lsc_query_begin(store->database, add, &query, error);
    if (status == LSC_OK) {
        lsc_database_uuid(uuid);
        lsc_query_set_text(query, 1, uuid);
        lsc_query_set_text(query, 2, organization);
        lsc_query_set_text(query, 3, name);
        status = lsc_query_finish(query, error);
    }
    return lsc_change_end(store->database, status, error);
}

static bool keep_row(lsc_store *store, lsc_query *query, lsc_stored_organization *row)
{
    return lsc_store_need_text(store, query, 0, &row->id) &&
           lsc_store_need_text(store, query, 1, &row->uuid) &&
           lsc_store_keep_text(store, query, 2, &row->name);
}

static lsc_status read_rows(lsc_store *store, lsc_query *query, lsc_stored_organization *rows,
                            size_t *n, lsc_error *error)
{
    lsc_status status = LSC_OK;
    *n = 0;
    while (lsc_query_next(query, &status, error)) {
        if (!keep_row(store, query, &rows[(*n)++])) {
            status = lsc_query_fail_row(query, error);
        }
    }
    return lsc_query_end(query, status, error);
}

lsc_status lsc_store_list_organizations(lsc_store *store, const char *after, size_t limit,
                                        const lsc_stored_organization **organizations, size_t *n,
                                        lsc_error *error)
{
    static const char list[] = "SELECT external_id, uuid, name FROM organizations"
                               " WHERE external_id > ?1 ORDER BY external_id LIMIT ?2";
    if (store == NULL || organizations == NULL || n == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store, organizations or n is NULL");
    }
    size_t most = 0;
    size_t n_rows = 0;
    lsc_query *query = NULL;
    lsc_status status = lsc_store_check_limit(limit, &most, error);
    if (status == LSC_OK && after != NULL) {
        status = lsc_store_check_id("after", after, error);
    }
    lsc_store_turn_page(store);
    lsc_stored_organization *rows = NULL;
    if (status == LSC_OK) {
        rows = lsc_arena_alloc(store->page, most * sizeof *rows);
        status = rows == NULL ? lsc_fail_memory(error)
                              : lsc_query_begin(store->database, list, &query, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_text(query, 1, after == NULL ? "" : after);
    lsc_query_set_int(query, 2, (int64_t)most);
    status = read_rows(store, query, rows, &n_rows, error);
    if (status == LSC_OK) {
        *organizations = rows;
        *n = n_rows;
    }
    return status;
}
