#include "vault.h"

#include <limits.h>
#include <string.h>

#include "core/ed25519.h"
#include "core/secret.h"

/** Bytes before the encrypted value: the number of its key, and its nonce. */
#define NUMBER_SIZE LSC_KEY_NUMBER_SIZE
#define HEAD_SIZE (NUMBER_SIZE + LSC_GCM_NONCE_SIZE)

static void put_number(uint8_t *bytes, int64_t number)
{
    for (int i = 0; i < NUMBER_SIZE; i++) {
        bytes[i] = (uint8_t)((uint64_t)number >> (8 * i));
    }
}

static int64_t get_number(const uint8_t *bytes)
{
    uint64_t number = 0;
    for (int i = 0; i < NUMBER_SIZE; i++) {
        number |= (uint64_t)bytes[i] << (8 * i);
    }
    return (int64_t)number;
}

static int hex_value(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : 0;
}

/* The first byte of a UUID of version 4 is random. */
static unsigned row_key_of(const char *uuid)
{
    unsigned first = uuid[0] == '\0' ? 0 : (unsigned)(hex_value(uuid[0]) * 16 + hex_value(uuid[1]));
    return first % LSC_N_ROW_KEYS;
}

static lsc_status use_row_key(lsc_vault *vault, const lsc_data_key *key, const lsc_cell *cell,
                              lsc_error *error)
{
    const unsigned row = row_key_of(cell->uuid);
    if (vault->gcm_number == key->number && vault->gcm_row == row) {
        return LSC_OK;
    }
    vault->gcm_number = 0;
    lsc_status status = lsc_gcm_rekey(vault->gcm, key->rows[row], error);
    if (status == LSC_OK) {
        vault->gcm_number = key->number;
        vault->gcm_row = row;
    }
    return status;
}

/*
 * Each text with the zero that ends it, so that no two cells run together alike; in one piece, since a call
 * of libcrypto costs more than the bytes.
 */
static lsc_status add_cell(lsc_vault *vault, const lsc_cell *cell, lsc_error *error)
{
    const char *const texts[] = {cell->column, cell->uuid, cell->id, cell->source};
    uint8_t organization[NUMBER_SIZE];
    lsc_buffer *message = &vault->message;
    put_number(organization, cell->organization_key);
    lsc_buffer_clear(message);
    lsc_buffer_append(message, organization, sizeof organization);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        lsc_buffer_append(message, texts[i], strlen(texts[i]) + 1);
    }
    lsc_status status = lsc_buffer_status(message, error);
    return status == LSC_OK ? lsc_gcm_add(vault->gcm, message->data, message->length, error)
                            : status;
}

lsc_status lsc_vault_seal(lsc_store *store, const lsc_cell *cell, const void *value, size_t length,
                          lsc_buffer *sealed, lsc_error *error)
{
    lsc_vault *vault = store->vault;
    if (length > INT_MAX) {
        return lsc_fail(error, LSC_LIMIT, "a value has %zu bytes, at most %d are sealed", length,
                        INT_MAX);
    }
    lsc_buffer_clear(sealed);
    lsc_buffer_reserve(sealed, HEAD_SIZE + length + LSC_GCM_TAG_SIZE);
    if (sealed->failed) {
        return lsc_fail_memory(error);
    }
    uint8_t *head = (uint8_t *)sealed->data;
    uint8_t *body = head + HEAD_SIZE;
    put_number(head, vault->keys[0]->number);
    lsc_status status = use_row_key(vault, vault->keys[0], cell, error);
    if (status == LSC_OK) {
        status = lsc_secret_random(head + NUMBER_SIZE, LSC_GCM_NONCE_SIZE, error);
    }
    if (status == LSC_OK) {
        status = lsc_gcm_begin(vault->gcm, true, head + NUMBER_SIZE, error);
    }
    if (status == LSC_OK) {
        status = add_cell(vault, cell, error);
    }
    if (status == LSC_OK) {
        status = lsc_gcm_update(vault->gcm, value, body, length, error);
    }
    if (status == LSC_OK) {
        status = lsc_gcm_tag(vault->gcm, body + length, error);
    }
    sealed->length = status == LSC_OK ? HEAD_SIZE + length + LSC_GCM_TAG_SIZE : 0;
    return status;
}

static lsc_status damaged(lsc_store *store, const lsc_cell *cell, lsc_error *error)
{
    return lsc_fail(error, LSC_BAD_STORE, "%s: is damaged: %s of %.36s is not what was put there",
                    lsc_database_name(store->database), cell->column, cell->uuid);
}

static const lsc_data_key *find_key(const lsc_vault *vault, int64_t number)
{
    for (size_t i = 0; i < vault->n_keys; i++) {
        if (vault->keys[i]->number == number) {
            return vault->keys[i];
        }
    }
    return NULL;
}

static lsc_status open_value(lsc_store *store, const lsc_cell *cell, const uint8_t *sealed,
                             size_t length, lsc_error *error)
{
    lsc_vault *vault = store->vault;
    lsc_buffer *opened = &vault->opened;
    const lsc_data_key *key =
        length < HEAD_SIZE + LSC_GCM_TAG_SIZE ? NULL : find_key(vault, get_number(sealed));
    if (key == NULL) {
        return damaged(store, cell, error);
    }
    const size_t n = length - HEAD_SIZE - LSC_GCM_TAG_SIZE;
    bool genuine = false;
    lsc_buffer_clear(opened);
    lsc_buffer_reserve(opened, n + 1);
    if (opened->failed) {
        return lsc_fail_memory(error);
    }
    lsc_status status = use_row_key(vault, key, cell, error);
    if (status == LSC_OK) {
        status = lsc_gcm_begin(vault->gcm, false, sealed + NUMBER_SIZE, error);
    }
    if (status == LSC_OK) {
        status = add_cell(vault, cell, error);
    }
    if (status == LSC_OK) {
        status = lsc_gcm_update(vault->gcm, sealed + HEAD_SIZE, opened->data, n, error);
    }
    if (status == LSC_OK) {
        status = lsc_gcm_check(vault->gcm, sealed + HEAD_SIZE + n, &genuine, error);
    }
    if (status != LSC_OK || !genuine) {
        lsc_cleanse(opened->data, n);
        return status == LSC_OK ? damaged(store, cell, error) : status;
    }
    opened->data[n] = '\0';
    opened->length = n;
    return LSC_OK;
}

/* A value by a key that is newer than those that are held: they are read again. */
static lsc_status open_by_any(lsc_store *store, const lsc_cell *cell, const uint8_t *sealed,
                              size_t length, lsc_error *error)
{
    if (length >= NUMBER_SIZE && find_key(store->vault, get_number(sealed)) == NULL) {
        lsc_status status = lsc_vault_open(store, &store->vault->master, error);
        if (status != LSC_OK) {
            return status;
        }
    }
    return open_value(store, cell, sealed, length, error);
}

void lsc_vault_set_text(const lsc_store *store, lsc_query *query, int plain, const char *text,
                        size_t length)
{
    if (store->vault == NULL) {
        lsc_query_set_span(query, plain, text, length);
        return;
    }
    const lsc_buffer *sealed = &store->vault->sealed[0];
    lsc_query_set_text(query, plain, "");
    lsc_query_set_bytes(query, plain + 1, sealed->data, sealed->length);
}

lsc_status lsc_vault_text(lsc_store *store, const lsc_cell *cell, lsc_query *query, int plain,
                          int sealed, const char **value, size_t *length, lsc_error *error)
{
    size_t n;
    *value = NULL;
    *length = 0;
    if (lsc_query_is_null(query, sealed)) {
        *value = lsc_query_text(query, plain, length);
        return *value != NULL && store->vault != NULL && !lsc_vault_takes_plain(store->vault)
                   ? damaged(store, cell, error)
                   : LSC_OK;
    }
    if (store->vault == NULL) {
        return lsc_fail(error, LSC_BAD_KEY, "%s: was encrypted meanwhile: open it with its key",
                        lsc_database_name(store->database));
    }
    const uint8_t *bytes = lsc_query_bytes(query, sealed, &n);
    if (bytes == NULL) {
        return lsc_query_fail_missing(query, error);
    }
    lsc_status status = open_by_any(store, cell, bytes, n, error);
    if (status == LSC_OK) {
        *value = store->vault->opened.data;
        *length = store->vault->opened.length;
    }
    return status;
}

void lsc_vault_newest(const lsc_vault *vault, uint8_t number[LSC_KEY_NUMBER_SIZE])
{
    put_number(number, vault->keys[0]->number);
}

lsc_status lsc_vault_index(lsc_store *store, size_t key, int64_t organization_key,
                           const char *email, uint8_t index[LSC_MAC_SIZE], lsc_error *error)
{
    lsc_buffer *message = &store->vault->message;
    uint8_t organization[NUMBER_SIZE];
    put_number(organization, organization_key);
    lsc_buffer_clear(message);
    lsc_buffer_append(message, organization, sizeof organization);
    lsc_buffer_append_text(message, email);
    lsc_status status = lsc_buffer_status(message, error);
    return status == LSC_OK ? lsc_mac_of(store->vault->keys[key]->addresses, message->data,
                                         message->length, index, error)
                            : status;
}
