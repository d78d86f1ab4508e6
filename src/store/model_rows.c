#include "model_rows.h"

#include <string.h>

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool lsc_hash_read(const char *text, uint8_t hash[LSC_HASH_SIZE])
{
    if (strlen(text) != (size_t)2 * LSC_HASH_SIZE) {
        return false;
    }
    for (size_t i = 0; i < LSC_HASH_SIZE; i++) {
        int high = digit(text[2 * i]);
        int low = digit(text[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        hash[i] = (uint8_t)(high * 16 + low);
    }
    return true;
}

/* Adding. */

static lsc_status put_bytes(lsc_store *store, const lsc_model_row *row, lsc_error *error)
{
    static const char sql[] =
        "INSERT INTO model_bytes (sha256, bytes) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    lsc_query *query;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_bytes(query, 1, row->sha256, LSC_HASH_SIZE);
    lsc_query_set_bytes(query, 2, row->bytes, row->n_bytes);
    return lsc_query_finish(query, error);
}

static lsc_status put_row(lsc_store *store, int64_t organization_key, const lsc_model_row *row,
                          lsc_error *error)
{
    static const char sql[] =
        "INSERT INTO scoring_models (organization_key, uuid, sha256, spec_sha256, name, version,"
        " model_type, gate_passed, active) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0)"
        " ON CONFLICT (organization_key, sha256) DO NOTHING";
    char uuid[LSC_UUID_SIZE];
    lsc_query *query;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_database_uuid(uuid);
    lsc_query_set_int(query, 1, organization_key);
    lsc_query_set_text(query, 2, uuid);
    lsc_query_set_bytes(query, 3, row->sha256, LSC_HASH_SIZE);
    lsc_query_set_bytes(query, 4, row->spec_sha256, LSC_HASH_SIZE);
    lsc_query_set_text(query, 5, row->name);
    lsc_query_set_text(query, 6, row->version);
    lsc_query_set_text(query, 7, row->model_type);
    lsc_query_set_int(query, 8, row->gate_passed);
    return lsc_query_finish(query, error);
}

static lsc_status count(lsc_store *store, int64_t organization_key, int64_t *n, lsc_error *error)
{
    static const char sql[] = "SELECT count(*) FROM scoring_models WHERE organization_key = ?1";
    return lsc_query_number(store->database, sql, organization_key, n, error);
}

lsc_status lsc_model_row_put(lsc_store *store, int64_t organization_key, const lsc_model_row *row,
                             lsc_error *error)
{
    int64_t n = 0;
    lsc_status status = put_bytes(store, row, error);
    if (status == LSC_OK) {
        status = put_row(store, organization_key, row, error);
    }
    if (status == LSC_OK) {
        status = count(store, organization_key, &n, error);
    }
    if (status == LSC_OK && n > LSC_MAX_MODELS) {
        return lsc_fail(error, LSC_LIMIT, "the organization has %d models already", LSC_MAX_MODELS);
    }
    return status;
}

/* Finding. */

static lsc_status not_found(const char *sha256, lsc_error *error)
{
    return sha256 == NULL
               ? lsc_fail(error, LSC_NOT_FOUND, "no model of the organization is active")
               : lsc_fail(error, LSC_NOT_FOUND, "the organization has no model %.64s", sha256);
}

lsc_status lsc_model_row_find(lsc_store *store, int64_t organization_key, const char *sha256,
                              int64_t *key, bool *gate_passed, lsc_error *error)
{
    static const char sql[] = "SELECT key, gate_passed FROM scoring_models"
                              " WHERE organization_key = ?1 AND sha256 = ?2";
    uint8_t hash[LSC_HASH_SIZE];
    if (sha256 == NULL || !lsc_hash_read(sha256, hash)) {
        return lsc_fail(error, LSC_INVALID_ARG, "sha256 is not of 64 hexadecimal digits");
    }
    lsc_query *query;
    bool row = false;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status == LSC_OK) {
        lsc_query_set_int(query, 1, organization_key);
        lsc_query_set_bytes(query, 2, hash, sizeof hash);
        status = lsc_query_step(query, &row, error);
    }
    if (row) {
        *key = lsc_query_int(query, 0);
        *gate_passed = lsc_query_int(query, 1) != 0;
    }
    status = lsc_query_end(query, status, error);
    return status == LSC_OK && !row ? not_found(sha256, error) : status;
}

lsc_status lsc_model_row_find_active(lsc_store *store, int64_t organization_key, int64_t *key,
                                     lsc_error *error)
{
    static const char sql[] =
        "SELECT key FROM scoring_models WHERE organization_key = ?1 AND active = 1";
    return lsc_query_number(store->database, sql, organization_key, key, error);
}

static lsc_status set_wanted(lsc_query *query, int64_t organization_key, const char *sha256,
                             uint8_t hash[LSC_HASH_SIZE], lsc_error *error)
{
    lsc_query_set_int(query, 1, organization_key);
    if (sha256 == NULL) {
        return LSC_OK;
    }
    if (!lsc_hash_read(sha256, hash)) {
        return lsc_fail(error, LSC_INVALID_ARG, "sha256 is not of 64 hexadecimal digits");
    }
    lsc_query_set_bytes(query, 2, hash, LSC_HASH_SIZE);
    return LSC_OK;
}

lsc_status lsc_model_row_read(lsc_store *store, int64_t organization_key, const char *sha256,
                              lsc_take_model take, void *ctx, lsc_error *error)
{
    static const char active[] = "SELECT bytes FROM scoring_models JOIN model_bytes USING (sha256)"
                                 " WHERE organization_key = ?1 AND active = 1";
    static const char named[] = "SELECT bytes FROM scoring_models JOIN model_bytes USING (sha256)"
                                " WHERE organization_key = ?1 AND sha256 = ?2";
    uint8_t hash[LSC_HASH_SIZE];
    lsc_query *query;
    bool row = false;
    lsc_status status =
        lsc_query_begin(store->database, sha256 == NULL ? active : named, &query, error);
    if (status == LSC_OK) {
        status = set_wanted(query, organization_key, sha256, hash, error);
    }
    if (status == LSC_OK) {
        status = lsc_query_step(query, &row, error);
    }
    if (row) {
        size_t length;
        const void *bytes = lsc_query_bytes(query, 0, &length);
        status =
            bytes == NULL ? lsc_query_fail_missing(query, error) : take(ctx, bytes, length, error);
    }
    status = lsc_query_end(query, status, error);
    return status == LSC_OK && !row ? not_found(sha256, error) : status;
}

/* Activating. */

static lsc_status run_on(lsc_store *store, const char *sql, int64_t organization_key, int64_t key,
                         lsc_error *error)
{
    lsc_query *query;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, organization_key);
    if (key != 0) {
        lsc_query_set_int(query, 2, key);
    }
    return lsc_query_finish(query, error);
}

static lsc_status activate(lsc_store *store, const char *organization, const char *sha256,
                           bool force, lsc_error *error)
{
    static const char none[] =
        "UPDATE scoring_models SET active = 0 WHERE organization_key = ?1 AND active = 1";
    static const char one[] =
        "UPDATE scoring_models SET active = 1 WHERE organization_key = ?1 AND key = ?2";
    int64_t organization_key = 0;
    int64_t key = 0;
    bool gate_passed = false;
    lsc_status status = lsc_organization_find(store, organization, &organization_key, error);
    if (status == LSC_OK) {
        status = lsc_model_row_find(store, organization_key, sha256, &key, &gate_passed, error);
    }
    if (status == LSC_OK && !gate_passed && !force) {
        return lsc_fail(error, LSC_GATE_FAILED,
                        "the gate of the model %.64s did not pass; it can be forced", sha256);
    }
    if (status == LSC_OK) {
        status = run_on(store, none, organization_key, 0, error);
    }
    return status == LSC_OK ? run_on(store, one, organization_key, key, error) : status;
}

lsc_status lsc_store_activate_model(lsc_store *store, const char *organization, const char *sha256,
                                    bool force, lsc_error *error)
{
    if (store == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store is NULL");
    }
    lsc_status status = lsc_change_begin(store->database, error);
    if (status != LSC_OK) {
        return status;
    }
    return lsc_change_end(store->database, activate(store, organization, sha256, force, error),
                          error);
}

/* Listing. */

static bool keep_hash(lsc_store *store, lsc_query *query, int column, const char **text)
{
    size_t length;
    const void *bytes = lsc_query_bytes(query, column, &length);
    if (bytes == NULL || length != LSC_HASH_SIZE) {
        lsc_query_lacks(query);
        return false;
    }
    char *hex = lsc_arena_alloc(store->page, LSC_HASH_TEXT_SIZE);
    if (hex != NULL) {
        lsc_hash_format(bytes, hex);
    }
    *text = hex;
    return hex != NULL;
}

static bool keep_row(lsc_store *store, lsc_query *query, lsc_stored_model *row)
{
    row->gate_passed = lsc_query_int(query, 5) != 0;
    row->active = lsc_query_int(query, 6) != 0;
    return keep_hash(store, query, 0, &row->sha256) &&
           lsc_store_need_text(store, query, 1, &row->uuid) &&
           lsc_store_need_text(store, query, 2, &row->name) &&
           lsc_store_need_text(store, query, 3, &row->version) &&
           lsc_store_need_text(store, query, 4, &row->model_type);
}

static lsc_status list(lsc_store *store, int64_t organization_key, lsc_stored_model *rows,
                       size_t most, size_t *n, lsc_error *error)
{
    static const char sql[] =
        "SELECT sha256, uuid, name, version, model_type, gate_passed, active FROM scoring_models"
        " WHERE organization_key = ?1 ORDER BY key LIMIT ?2";
    lsc_query *query;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, organization_key);
    lsc_query_set_int(query, 2, (int64_t)most);
    while (lsc_query_next(query, &status, error)) {
        if (!keep_row(store, query, &rows[(*n)++])) {
            status = lsc_query_fail_row(query, error);
        }
    }
    return lsc_query_end(query, status, error);
}

lsc_status lsc_store_list_models(lsc_store *store, const char *organization,
                                 const lsc_stored_model **models, size_t *n, lsc_error *error)
{
    if (store == NULL || models == NULL || n == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store, models or n is NULL");
    }
    int64_t organization_key = 0;
    int64_t most = 0;
    size_t n_rows = 0;
    lsc_stored_model *rows = NULL;
    lsc_status status = lsc_look_begin(store->database, error);
    if (status != LSC_OK) {
        return status;
    }
    status = lsc_organization_find(store, organization, &organization_key, error);
    if (status == LSC_OK) {
        status = count(store, organization_key, &most, error);
    }
    lsc_store_turn_page(store);
    if (status == LSC_OK) {
        rows = lsc_arena_alloc(store->page, (size_t)(most + 1) * sizeof *rows);
        status = rows == NULL ? lsc_fail_memory(error)
                              : list(store, organization_key, rows, (size_t)most, &n_rows, error);
    }
    status = lsc_look_end(store->database, status);
    if (status == LSC_OK) {
        *models = rows;
        *n = n_rows;
    }
    return status;
}
