#include "vault.h"

#include <stdio.h>
#include <string.h>

#include "core/ed25519.h"
#include "core/secret.h"

#define SALT_SIZE 16
#define WRAPPED_SIZE (LSC_GCM_NONCE_SIZE + LSC_GCM_KEY_SIZE + LSC_GCM_TAG_SIZE)

static const char data_key[] = "data";
static const char audit_key[] = "audit";

/** Marks of a data key: what rows may not be sealed with it. */
enum {
    ALL_SEALED,
    FIRST_ENCRYPTION, /* the others are not sealed at all */
    OLDER_KEY         /* they are sealed with the one before */
};

/** A row of store_keys, and the key in it. */
typedef struct key_row {
    int64_t number;
    const char *purpose;
    int64_t mark; /* of a data key: see above; of the audit's: see audit_from */
    uint8_t bytes[LSC_GCM_KEY_SIZE];
} key_row;

/* Wrapping. */

static lsc_status use_wrapping_key(lsc_vault *vault, const uint8_t salt[SALT_SIZE],
                                   lsc_error *error)
{
    uint8_t key[LSC_GCM_KEY_SIZE];
    lsc_status status =
        lsc_secret_derive(vault->master.bytes, sizeof vault->master.bytes, salt, SALT_SIZE,
                          "leadscore store wrap", key, sizeof key, error);
    if (status == LSC_OK) {
        vault->gcm_number = 0;
        status = lsc_gcm_rekey(vault->gcm, key, error);
    }
    lsc_cleanse(key, sizeof key);
    return status;
}

/* What else a row of the table says is authenticated with its key. */
static lsc_status add_marks(lsc_vault *vault, const key_row *row, lsc_error *error)
{
    char marks[64];
    snprintf(marks, sizeof marks, "%s %lld %lld", row->purpose, (long long)row->number,
             (long long)row->mark);
    return lsc_gcm_add(vault->gcm, marks, strlen(marks), error);
}

static lsc_status wrap(lsc_vault *vault, const key_row *row, uint8_t salt[SALT_SIZE],
                       uint8_t wrapped[WRAPPED_SIZE], lsc_error *error)
{
    uint8_t *nonce = wrapped;
    uint8_t *key = wrapped + LSC_GCM_NONCE_SIZE;
    lsc_status status = lsc_secret_random(salt, SALT_SIZE, error);
    if (status == LSC_OK) {
        status = use_wrapping_key(vault, salt, error);
    }
    if (status == LSC_OK) {
        status = lsc_secret_random(nonce, LSC_GCM_NONCE_SIZE, error);
    }
    if (status == LSC_OK) {
        status = lsc_gcm_begin(vault->gcm, true, nonce, error);
    }
    if (status == LSC_OK) {
        status = add_marks(vault, row, error);
    }
    if (status == LSC_OK) {
        status = lsc_gcm_update(vault->gcm, row->bytes, key, sizeof row->bytes, error);
    }
    return status == LSC_OK ? lsc_gcm_tag(vault->gcm, key + LSC_GCM_KEY_SIZE, error) : status;
}

static lsc_status unwrap(lsc_vault *vault, key_row *row, const uint8_t *salt,
                         const uint8_t *wrapped, bool *genuine, lsc_error *error)
{
    const uint8_t *key = wrapped + LSC_GCM_NONCE_SIZE;
    lsc_status status = use_wrapping_key(vault, salt, error);
    if (status == LSC_OK) {
        status = lsc_gcm_begin(vault->gcm, false, wrapped, error);
    }
    if (status == LSC_OK) {
        status = add_marks(vault, row, error);
    }
    if (status == LSC_OK) {
        status = lsc_gcm_update(vault->gcm, key, row->bytes, sizeof row->bytes, error);
    }
    return status == LSC_OK ? lsc_gcm_check(vault->gcm, key + LSC_GCM_KEY_SIZE, genuine, error)
                            : status;
}

static lsc_status put_row(lsc_store *store, lsc_vault *vault, const key_row *row, lsc_error *error)
{
    static const char sql[] =
        "INSERT OR REPLACE INTO store_keys (number, purpose, key_id, salt, mark, wrapped)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    uint8_t salt[SALT_SIZE];
    uint8_t wrapped[WRAPPED_SIZE];
    lsc_query *query;
    lsc_status status = wrap(vault, row, salt, wrapped, error);
    if (status == LSC_OK) {
        status = lsc_query_begin(store->database, sql, &query, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, row->number);
    lsc_query_set_text(query, 2, row->purpose);
    lsc_query_set_text(query, 3, vault->master.id);
    lsc_query_set_bytes(query, 4, salt, sizeof salt);
    lsc_query_set_int(query, 5, row->mark);
    lsc_query_set_bytes(query, 6, wrapped, sizeof wrapped);
    return lsc_query_finish(query, error);
}

/* A vault in memory. */

static void free_data_key(const lsc_allocator *allocator, lsc_data_key *key)
{
    if (key != NULL) {
        lsc_mac_free(key->addresses);
        lsc_cleanse(key, sizeof *key);
        lsc_release(allocator, key);
    }
}

void lsc_vault_free(lsc_vault *vault)
{
    if (vault == NULL) {
        return;
    }
    for (size_t i = 0; i < vault->n_keys; i++) {
        free_data_key(&vault->allocator, vault->keys[i]);
    }
    lsc_mac_free(vault->audit);
    lsc_gcm_free(vault->gcm);
    lsc_buffer_free(&vault->opened);
    lsc_buffer_free(&vault->message);
    lsc_buffer_free(&vault->sealed[0]);
    lsc_buffer_free(&vault->sealed[1]);
    lsc_allocator allocator = vault->allocator;
    lsc_cleanse(vault, sizeof *vault);
    lsc_release(&allocator, vault);
}

static lsc_status new_vault(lsc_store *store, const lsc_known_key *master, lsc_vault **vault,
                            lsc_error *error)
{
    lsc_vault *made = lsc_alloc_array(&store->allocator, 1, sizeof *made);
    if (made == NULL) {
        return lsc_fail_memory(error);
    }
    made->allocator = store->allocator;
    made->master = *master;
    lsc_buffer_init(&made->opened, &store->allocator);
    lsc_buffer_init(&made->message, &store->allocator);
    lsc_buffer_init(&made->sealed[0], &store->allocator);
    lsc_buffer_init(&made->sealed[1], &store->allocator);
    lsc_status status = lsc_gcm_new(master->bytes, &store->allocator, &made->gcm, error);
    if (status != LSC_OK) {
        lsc_vault_free(made);
        return status;
    }
    *vault = made;
    return LSC_OK;
}

static lsc_status use_data_key(lsc_vault *vault, const key_row *row, lsc_error *error)
{
    uint8_t addresses[LSC_MAC_KEY_SIZE];
    if (vault->n_keys == sizeof vault->keys / sizeof vault->keys[0]) {
        return lsc_fail(error, LSC_BAD_STORE, "the store is damaged: it has too many keys");
    }
    lsc_data_key *made = lsc_alloc_array(&vault->allocator, 1, sizeof *made);
    if (made == NULL) {
        return lsc_fail_memory(error);
    }
    vault->keys[vault->n_keys++] = made;
    vault->pending = vault->pending || row->mark != ALL_SEALED;
    vault->encrypting = vault->encrypting || row->mark == FIRST_ENCRYPTION;
    made->number = row->number;
    lsc_status status =
        lsc_secret_derive(row->bytes, sizeof row->bytes, NULL, 0, "leadscore store rows",
                          made->rows, sizeof made->rows, error);
    if (status == LSC_OK) {
        status = lsc_secret_derive(row->bytes, sizeof row->bytes, NULL, 0,
                                   "leadscore store addresses", addresses, sizeof addresses, error);
    }
    if (status == LSC_OK) {
        status = lsc_mac_new(addresses, &vault->allocator, &made->addresses, error);
    }
    lsc_cleanse(addresses, sizeof addresses);
    return status;
}

static lsc_status use_key(lsc_vault *vault, const key_row *row, lsc_error *error)
{
    if (strcmp(row->purpose, data_key) == 0) {
        return use_data_key(vault, row, error);
    }
    if (vault->audit != NULL) {
        return lsc_fail(error, LSC_BAD_STORE, "the store is damaged: it has too many keys");
    }
    vault->audit_from = row->mark;
    return lsc_mac_new(row->bytes, &vault->allocator, &vault->audit, error);
}

static lsc_status read_key(lsc_store *store, lsc_vault *vault, lsc_query *query, lsc_error *error)
{
    size_t salt_length;
    size_t wrapped_length;
    size_t length;
    bool genuine = false;
    key_row row = {.number = lsc_query_int(query, 0), .mark = lsc_query_int(query, 4)};
    row.purpose = lsc_query_text(query, 1, &length);
    const char *id = lsc_query_text(query, 2, &length);
    const uint8_t *salt = lsc_query_bytes(query, 3, &salt_length);
    const uint8_t *wrapped = lsc_query_bytes(query, 5, &wrapped_length);
    if (row.purpose == NULL || id == NULL || salt == NULL || salt_length != SALT_SIZE ||
        wrapped == NULL || wrapped_length != WRAPPED_SIZE) {
        return lsc_query_fail_missing(query, error);
    }
    lsc_status status = unwrap(vault, &row, salt, wrapped, &genuine, error);
    if (status == LSC_OK && !genuine) {
        status = lsc_fail(error, LSC_BAD_KEY, "%s: its key is \"%.64s\", and \"%.64s\" is not it",
                          lsc_database_name(store->database), id, vault->master.id);
    }
    if (status == LSC_OK) {
        status = use_key(vault, &row, error);
    }
    lsc_cleanse(&row, sizeof row);
    return status;
}

static lsc_status read_keys(lsc_store *store, lsc_vault *vault, lsc_error *error)
{
    static const char sql[] =
        "SELECT number, purpose, key_id, salt, mark, wrapped FROM store_keys ORDER BY number DESC";
    lsc_query *query;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    while (lsc_query_next(query, &status, error)) {
        status = read_key(store, vault, query, error);
    }
    status = lsc_query_end(query, status, error);
    if (status == LSC_OK && (vault->n_keys == 0 || vault->audit == NULL)) {
        status = lsc_fail(error, LSC_BAD_STORE, "%s: a key of it is missing",
                          lsc_database_name(store->database));
    }
    return status;
}

/* Take the keys as they stand in the store, in place of those that were held. */
static lsc_status load(lsc_store *store, const lsc_known_key *master, lsc_error *error)
{
    lsc_vault *made;
    lsc_status status = new_vault(store, master, &made, error);
    if (status == LSC_OK) {
        status = read_keys(store, made, error);
        if (status != LSC_OK) {
            lsc_vault_free(made);
        }
    }
    if (status == LSC_OK) {
        lsc_vault_free(store->vault);
        store->vault = made;
    }
    return status;
}

lsc_status lsc_key_state_read(lsc_store *store, lsc_key_state *state, lsc_error *error)
{
    static const char sql[] = "SELECT count(*), coalesce(max(number), 0),"
                              " coalesce(max(purpose = 'data' AND mark <> 0), 0) FROM store_keys";
    lsc_query *query;
    bool row = false;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status == LSC_OK) {
        status = lsc_query_step(query, &row, error);
    }
    if (row) {
        state->n_rows = lsc_query_int(query, 0);
        state->newest = lsc_query_int(query, 1);
        state->pending = lsc_query_int(query, 2) != 0;
    }
    return lsc_query_end(query, status, error);
}

lsc_status lsc_vault_open(lsc_store *store, const lsc_known_key *key, lsc_error *error)
{
    lsc_key_state state = {0};
    const char *name = lsc_database_name(store->database);
    lsc_status status = lsc_key_state_read(store, &state, error);
    if (status != LSC_OK || (state.n_rows == 0 && key == NULL)) {
        return status;
    }
    if (key == NULL) {
        return lsc_fail(error, LSC_BAD_KEY, "%s: is encrypted, and no key was given", name);
    }
    if (state.n_rows == 0) {
        return lsc_fail(error, LSC_BAD_KEY,
                        "%s: a key was given, and it is not encrypted: lsc_store_rekey() does that",
                        name);
    }
    return load(store, key, error);
}

/* Changes of keys. */

static lsc_status put_new_key(lsc_store *store, lsc_vault *vault, key_row *row, lsc_error *error)
{
    lsc_status status = lsc_secret_random(row->bytes, sizeof row->bytes, error);
    if (status == LSC_OK) {
        status = put_row(store, vault, row, error);
    }
    lsc_cleanse(row->bytes, sizeof row->bytes);
    return status;
}

lsc_status lsc_vault_create(lsc_store *store, const lsc_known_key *key, bool pending,
                            lsc_error *error)
{
    lsc_vault *vault;
    int64_t n_audited = 0;
    lsc_status status = lsc_database_number(
        store->database, "SELECT coalesce(max(number), 0) FROM audit_log", &n_audited, error);
    if (status == LSC_OK) {
        status = new_vault(store, key, &vault, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    key_row data = {
        .number = 2, .purpose = data_key, .mark = pending ? FIRST_ENCRYPTION : ALL_SEALED};
    key_row audit = {.number = 1, .purpose = audit_key, .mark = n_audited + 1};
    status = put_new_key(store, vault, &data, error);
    if (status == LSC_OK) {
        status = put_new_key(store, vault, &audit, error);
    }
    lsc_vault_free(vault);
    return status;
}

/* The keys as rows: what renewing and settling write again. */
typedef struct key_rows {
    key_row rows[3];
    size_t n;
} key_rows;

static lsc_status collect(lsc_store *store, key_rows *all, lsc_error *error)
{
    static const char sql[] = "SELECT number, purpose, salt, mark, wrapped FROM store_keys"
                              " ORDER BY number DESC LIMIT 3";
    lsc_query *query;
    size_t length;
    size_t salt_length;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    while (status == LSC_OK && lsc_query_next(query, &status, error)) {
        key_row *row = &all->rows[all->n++];
        bool genuine = false;
        const char *purpose = lsc_query_text(query, 1, &length);
        const void *salt = lsc_query_bytes(query, 2, &salt_length);
        const void *wrapped = lsc_query_bytes(query, 4, &length);
        if (purpose == NULL || salt == NULL || salt_length != SALT_SIZE || wrapped == NULL ||
            length != WRAPPED_SIZE) {
            status = lsc_query_fail_missing(query, error);
            break;
        }
        row->number = lsc_query_int(query, 0);
        row->purpose = strcmp(purpose, data_key) == 0 ? data_key : audit_key;
        row->mark = lsc_query_int(query, 3);
        status = unwrap(store->vault, row, salt, wrapped, &genuine, error);
        if (status == LSC_OK && !genuine) {
            status = lsc_fail(error, LSC_BAD_KEY, "%s: its key was changed meanwhile",
                              lsc_database_name(store->database));
        }
    }
    return lsc_query_end(query, status, error);
}

lsc_status lsc_vault_renew(lsc_store *store, const lsc_known_key *key, lsc_error *error)
{
    key_rows all = {.n = 0};
    lsc_vault *vault = NULL;
    lsc_status status = collect(store, &all, error);
    if (status == LSC_OK) {
        status = new_vault(store, key, &vault, error);
    }
    for (size_t i = 0; i < all.n && status == LSC_OK; i++) {
        status = put_row(store, vault, &all.rows[i], error);
    }
    if (status == LSC_OK) {
        key_row newest = {.number = all.rows[0].number + 1, .purpose = data_key, .mark = OLDER_KEY};
        status = put_new_key(store, vault, &newest, error);
    }
    lsc_cleanse(&all, sizeof all);
    lsc_vault_free(vault);
    return status;
}

lsc_status lsc_vault_settle(lsc_store *store, lsc_error *error)
{
    static const char sql[] = "DELETE FROM store_keys WHERE purpose = 'data' AND number <> ?1";
    const int64_t newest = store->vault->keys[0]->number;
    key_rows all = {.n = 0};
    lsc_query *query;
    lsc_status status = collect(store, &all, error);
    for (size_t i = 0; i < all.n && status == LSC_OK; i++) {
        if (all.rows[i].number == newest) {
            all.rows[i].mark = ALL_SEALED;
            status = put_row(store, store->vault, &all.rows[i], error);
        }
    }
    lsc_cleanse(&all, sizeof all);
    if (status == LSC_OK) {
        status = lsc_query_begin(store->database, sql, &query, error);
    }
    if (status == LSC_OK) {
        lsc_query_set_int(query, 1, newest);
        status = lsc_query_finish(query, error);
    }
    return status;
}

static bool is_current(const lsc_vault *vault, const lsc_key_state *state)
{
    return state->newest == vault->keys[0]->number && state->n_rows == (int64_t)vault->n_keys + 1 &&
           state->pending == vault->pending;
}

lsc_status lsc_vault_refresh(lsc_store *store, lsc_error *error)
{
    lsc_key_state state = {0};
    const lsc_vault *vault = store->vault;
    lsc_status status = lsc_key_state_read(store, &state, error);
    if (status != LSC_OK) {
        return status;
    }
    if (vault == NULL) {
        return state.n_rows == 0 ? LSC_OK
                                 : lsc_fail(error, LSC_BAD_KEY,
                                            "%s: was encrypted meanwhile: open it with its key",
                                            lsc_database_name(store->database));
    }
    return is_current(vault, &state) ? LSC_OK : load(store, &vault->master, error);
}

lsc_status lsc_vault_ready(lsc_store *store, lsc_error *error)
{
    const uint64_t change = lsc_change_number(store->database);
    if (store->vault_checked == change) {
        return LSC_OK;
    }
    lsc_status status = lsc_vault_refresh(store, error);
    store->vault_checked = status == LSC_OK ? change : 0;
    return status;
}
