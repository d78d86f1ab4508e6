#include "account_rows.h"

#include <string.h>

#include "store/vault.h"

/** A table of accounts: its statements, and what messages and the trail call what is in it. */
typedef struct account_table {
    const char *noun;
    const char *cell; /**< its sealed column, where that is authenticated */
    const char *deeds[LSC_N_ACCOUNT_DEEDS];
    const char *insert;
    const char *update;
    const char *find;
    const char *list;
    const char *activate;
    const char *remove;
    const char *unsealed;
    const char *reseal;
} account_table;

/* What is read of a row; the columns that keep_row() takes. */
#define COLUMNS(role) "external_id, uuid, " role ", active, details, sealed_details"

#define OF_ONE " WHERE organization_key = ?1 AND external_id = ?2"

/* clang-format off */
#define TABLE(table, role, noun_)                                                                 \
    {                                                                                             \
        .noun = (noun_), .cell = table ".details",                                                \
        .deeds = {"put " noun_, "read " noun_, "list " table, "activate " noun_,                  \
                  "deactivate " noun_, "delete " noun_},                                          \
        .insert = "INSERT INTO " table " (organization_key, external_id, " role ", details,"      \
                  " sealed_details, uuid, active) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1)",            \
        .update = "UPDATE " table " SET " role " = ?3, details = ?4, sealed_details = ?5" OF_ONE, \
        .find = "SELECT " COLUMNS(role) " FROM " table OF_ONE,                                    \
        .list = "SELECT " COLUMNS(role) " FROM " table " WHERE organization_key = ?1"             \
                " AND external_id > ?2 ORDER BY external_id LIMIT ?3",                            \
        .activate = "UPDATE " table " SET active = ?3" OF_ONE,                                    \
        .remove = "DELETE FROM " table OF_ONE,                                                    \
        .unsealed = "SELECT " COLUMNS(role) ", organization_key, key FROM " table                 \
                    " WHERE sealed_details IS NULL OR substr(sealed_details, 1, 8) <> ?1"         \
                    " LIMIT ?2",                                                                  \
        .reseal = "UPDATE " table " SET details = ?2, sealed_details = ?3 WHERE key = ?1"         \
    }

static const account_table tables[] = {TABLE("users", "role", "user"),
                                       TABLE("integrations", "kind", "integration")};
/* clang-format on */

enum {
    N_TABLES = sizeof tables / sizeof tables[0]
};

const char *lsc_account_noun(lsc_account_type type)
{
    return tables[type].noun;
}

const char *lsc_account_action(lsc_account_type type, lsc_account_deed deed)
{
    return tables[type].deeds[deed];
}

/* The role is authenticated with the details: a file that was changed makes nobody an admin. */
static lsc_cell cell_of(lsc_account_type type, int64_t organization_key, const char *uuid,
                        const char *id, const char *role)
{
    return (lsc_cell){tables[type].cell, organization_key, uuid, id, role == NULL ? "" : role};
}

/* Reading rows. */

/* A copy of the details in the page of the store. */
static lsc_status keep_details(lsc_store *store, lsc_account_type type, int64_t organization_key,
                               lsc_query *query, lsc_stored_account *row, lsc_error *error)
{
    const char *details;
    size_t length;
    const lsc_cell cell = cell_of(type, organization_key, row->uuid, row->id, row->role);
    lsc_status status = lsc_vault_text(store, &cell, query, 4, 5, &details, &length, error);
    if (status == LSC_OK && details == NULL) {
        return lsc_query_fail_missing(query, error);
    }
    if (status == LSC_OK) {
        row->details = lsc_arena_copy(store->page, details, length);
        status = row->details == NULL ? lsc_fail_memory(error) : LSC_OK;
    }
    return status;
}

static lsc_status keep_row(lsc_store *store, lsc_account_type type, int64_t organization_key,
                           lsc_query *query, lsc_stored_account *row, lsc_error *error)
{
    row->active = lsc_query_int(query, 3) != 0;
    const bool kept = lsc_store_need_text(store, query, 0, &row->id) &&
                      lsc_store_need_text(store, query, 1, &row->uuid) &&
                      lsc_store_keep_text(store, query, 2, &row->role);
    return kept ? keep_details(store, type, organization_key, query, row, error)
                : lsc_query_fail_row(query, error);
}

static lsc_status note_place(lsc_account_place *at, lsc_query *query, lsc_error *error)
{
    size_t length;
    const char *uuid = lsc_query_text(query, 1, &length);
    if (uuid == NULL || length >= LSC_UUID_SIZE) {
        return lsc_query_fail_missing(query, error);
    }
    memcpy(at->uuid, uuid, length + 1);
    at->active = lsc_query_int(query, 3) != 0;
    return LSC_OK;
}

lsc_status lsc_account_row_find(lsc_store *store, lsc_account_place *at,
                                lsc_stored_account *account, lsc_error *error)
{
    lsc_query *query;
    bool row = false;
    lsc_status status = lsc_query_begin(store->database, tables[at->type].find, &query, error);
    if (status == LSC_OK) {
        lsc_query_set_int(query, 1, at->organization_key);
        lsc_query_set_text(query, 2, at->id);
        status = lsc_query_step(query, &row, error);
    }
    at->uuid[0] = '\0';
    if (row) {
        status = note_place(at, query, error);
    }
    if (row && status == LSC_OK && account != NULL) {
        status = keep_row(store, at->type, at->organization_key, query, account, error);
    }
    return lsc_query_end(query, status, error);
}

static lsc_status seal(lsc_store *store, const lsc_account_place *at, const char *role,
                       const char *details, lsc_error *error)
{
    const lsc_cell cell = cell_of(at->type, at->organization_key, at->uuid, at->id, role);
    return store->vault == NULL ? LSC_OK
                                : lsc_vault_seal(store, &cell, details, strlen(details),
                                                 &store->vault->sealed[0], error);
}

lsc_status lsc_account_row_write(lsc_store *store, const lsc_account_place *at, bool is_new,
                                 const lsc_account *account, lsc_error *error)
{
    const char *sql = is_new ? tables[at->type].insert : tables[at->type].update;
    lsc_query *query = NULL;
    lsc_status status = lsc_vault_ready(store, error);
    if (status == LSC_OK) {
        status = seal(store, at, account->role, account->details, error);
    }
    if (status == LSC_OK) {
        status = lsc_query_begin(store->database, sql, &query, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, at->organization_key);
    lsc_query_set_text(query, 2, at->id);
    lsc_query_set_text(query, 3, account->role);
    lsc_vault_set_text(store, query, 4, account->details, strlen(account->details));
    if (is_new) {
        lsc_query_set_text(query, 6, at->uuid);
    }
    return lsc_query_finish(query, error);
}

lsc_status lsc_account_rows_list(lsc_store *store, const lsc_account_place *at, const char *after,
                                 size_t limit, lsc_stored_account *rows, size_t *n,
                                 lsc_error *error)
{
    lsc_query *query;
    lsc_status status = lsc_query_begin(store->database, tables[at->type].list, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, at->organization_key);
    lsc_query_set_text(query, 2, after);
    lsc_query_set_int(query, 3, (int64_t)limit);
    *n = 0;
    while (lsc_query_next(query, &status, error)) {
        status = keep_row(store, at->type, at->organization_key, query, &rows[(*n)++], error);
    }
    return lsc_query_end(query, status, error);
}

lsc_status lsc_account_row_change(lsc_store *store, const lsc_account_place *at,
                                  lsc_account_deed deed, lsc_error *error)
{
    const bool removes = deed == LSC_ACCOUNT_DELETE;
    const char *sql = removes ? tables[at->type].remove : tables[at->type].activate;
    lsc_query *query;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, at->organization_key);
    lsc_query_set_text(query, 2, at->id);
    if (!removes) {
        lsc_query_set_int(query, 3, deed == LSC_ACCOUNT_ACTIVATE);
    }
    return lsc_query_finish(query, error);
}

/* Sealing anew. */

/** Rows that are read before they are written: an index must not move under a statement that reads. */
#define RESEALED_ROWS 64

/** An account that is sealed anew. */
typedef struct resealed {
    int64_t key;
    int64_t organization_key;
    lsc_stored_account account;
} resealed;

static lsc_status read_unsealed(lsc_store *store, lsc_account_type type, size_t most,
                                resealed *rows, size_t *n, lsc_error *error)
{
    uint8_t number[LSC_KEY_NUMBER_SIZE];
    lsc_query *query;
    lsc_status status = lsc_query_begin(store->database, tables[type].unsealed, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_vault_newest(store->vault, number);
    lsc_query_set_bytes(query, 1, number, sizeof number);
    lsc_query_set_int(query, 2, (int64_t)most);
    while (lsc_query_next(query, &status, error)) {
        resealed *row = &rows[(*n)++];
        row->organization_key = lsc_query_int(query, 6);
        row->key = lsc_query_int(query, 7);
        status = keep_row(store, type, row->organization_key, query, &row->account, error);
    }
    return lsc_query_end(query, status, error);
}

static lsc_status reseal_row(lsc_store *store, lsc_account_type type, const resealed *row,
                             lsc_error *error)
{
    const lsc_stored_account *account = &row->account;
    lsc_account_place at = {
        .type = type, .organization_key = row->organization_key, .id = account->id};
    lsc_query *query = NULL;
    const size_t length = strlen(account->uuid);
    if (length >= sizeof at.uuid) {
        return lsc_fail(error, LSC_BAD_STORE, "%s: is damaged: a UUID",
                        lsc_database_name(store->database));
    }
    memcpy(at.uuid, account->uuid, length + 1);
    lsc_status status = seal(store, &at, account->role, account->details, error);
    if (status == LSC_OK) {
        status = lsc_query_begin(store->database, tables[type].reseal, &query, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, row->key);
    lsc_vault_set_text(store, query, 2, account->details, strlen(account->details));
    return lsc_query_finish(query, error);
}

static lsc_status reseal_some(lsc_store *store, lsc_account_type type, size_t most, size_t *n,
                              lsc_error *error)
{
    resealed rows[RESEALED_ROWS];
    *n = 0;
    lsc_store_turn_page(store);
    lsc_status status = read_unsealed(store, type, most, rows, n, error);
    for (size_t i = 0; i < *n && status == LSC_OK; i++) {
        status = reseal_row(store, type, &rows[i], error);
    }
    return status;
}

lsc_status lsc_account_rows_reseal(lsc_store *store, size_t most, size_t *n, lsc_error *error)
{
    lsc_status status = LSC_OK;
    *n = 0;
    for (int i = 0; i < N_TABLES && status == LSC_OK; i++) {
        size_t n_rows = RESEALED_ROWS;
        while (status == LSC_OK && n_rows == RESEALED_ROWS && *n < most) {
            status = reseal_some(store, (lsc_account_type)i, RESEALED_ROWS, &n_rows, error);
            *n += n_rows;
        }
    }
    return status;
}
