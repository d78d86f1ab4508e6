/**
 * @file vault.h
 * The keys of an encrypted store, and what is sealed with them.
 *
 * Random data keys stand in the table store_keys, each wrapped by a key that follows (HKDF-SHA256) from
 * the caller's and a salt. From a data key follow LSC_N_ROW_KEYS keys, one for each class of rows by
 * their UUIDs, and the key of the blind index of addresses. While the keys are being changed there are
 * two data keys; what is sealed names its own.
 *
 * A sealed value is the number of its data key (8 bytes), a random nonce, the value encrypted by AES-256-GCM,
 * and its tag. Column, row and organization are authenticated with it.
 */
#ifndef LSC_STORE_VAULT_H
#define LSC_STORE_VAULT_H

#include "core/aes_gcm.h"
#include "core/mac.h"
#include "store/store_data.h"
#include "store/store_key.h"

/**
 * Keys that follow from a data key, for rows: a row's UUID says which is its. Random nonces of 96 bits
 * are good for 2^32 messages a key (NIST SP 800-38D, 8.3), so a data key is for 2^39.
 */
#define LSC_N_ROW_KEYS 128

/** A data key as it is used. */
typedef struct lsc_data_key {
    int64_t number; /**< in store_keys */
    uint8_t rows[LSC_N_ROW_KEYS][LSC_GCM_KEY_SIZE];
    lsc_mac *addresses;
} lsc_data_key;

struct lsc_vault {
    lsc_allocator allocator;
    lsc_known_key master; /**< the caller's */
    lsc_gcm *gcm;
    int64_t gcm_number;    /**< the data key whose row key it has; 0: none's */
    unsigned gcm_row;      /**< which of them */
    lsc_data_key *keys[2]; /**< the newest first; it seals */
    size_t n_keys;
    bool pending;         /**< rows may be sealed with the older key, or not at all */
    bool encrypting;      /**< the latter: it is the first encryption */
    lsc_mac *audit;       /**< of the audit trail */
    int64_t audit_from;   /**< the first row of it that is keyed */
    lsc_buffer opened;    /**< what was opened last */
    lsc_buffer message;   /**< what is being authenticated */
    lsc_buffer sealed[2]; /**< what is being written */
};

/** Which cell of the store it is. Texts are "" where a column needs none. */
typedef struct lsc_cell {
    const char *column;
    int64_t organization_key; /**< 0 where the row is a lead's */
    const char *uuid;         /**< of the row, or of the lead it belongs to */
    const char *id;
    const char *source;
} lsc_cell;

/** A cell of the table leads. */
static inline lsc_cell lsc_lead_cell(const char *column, int64_t organization_key, const char *uuid,
                                     const char *id)
{
    return (lsc_cell){column, organization_key, uuid, id, ""};
}

/** What store_keys is like. */
typedef struct lsc_key_state {
    int64_t n_rows;
    int64_t newest;
    bool pending;
} lsc_key_state;

lsc_status lsc_key_state_read(lsc_store *store, lsc_key_state *state, lsc_error *error);

/**
 * Open the keys of a store, where it has any.
 * @param key  the caller's; NULL: none
 * @return LSC_OK; LSC_BAD_KEY where `key` is not the store's, or one of both is missing.
 */
lsc_status lsc_vault_open(lsc_store *store, const lsc_known_key *key, lsc_error *error);

/*
 * Changes of keys, each within a change. The keys that the store has in memory are as they were until
 * lsc_vault_open() takes those of the file.
 */

/** Give a store its first keys. @param pending  something stands in it that is not sealed */
lsc_status lsc_vault_create(lsc_store *store, const lsc_known_key *key, bool pending,
                            lsc_error *error);

/** Add a newer data key and wrap all keys by `key`. */
lsc_status lsc_vault_renew(lsc_store *store, const lsc_known_key *key, lsc_error *error);

/** All is sealed with the newest key: forget the older one. */
lsc_status lsc_vault_settle(lsc_store *store, lsc_error *error);

/** Whether rows may stand there that are not sealed: in the first encryption alone. */
static inline bool lsc_vault_takes_plain(const lsc_vault *vault)
{
    return vault->encrypting && vault->n_keys == 1;
}

/** Forget the keys. NULL is allowed. */
void lsc_vault_free(lsc_vault *vault);

/**
 * See that the keys are those of the store as it now is: another connection may have changed them.
 * @return LSC_OK; LSC_BAD_KEY when it was encrypted, or its key changed, since it was opened.
 */
lsc_status lsc_vault_refresh(lsc_store *store, lsc_error *error);

/**
 * As lsc_vault_refresh(), before personal data is written, within a change: once in each.
 */
lsc_status lsc_vault_ready(lsc_store *store, lsc_error *error);

/**
 * Seal a value.
 * @param sealed  one of the vault's buffers
 */
lsc_status lsc_vault_seal(lsc_store *store, const lsc_cell *cell, const void *value, size_t length,
                          lsc_buffer *sealed, lsc_error *error);

/**
 * Set the parameters of a plain column and, after it, of its sealed one: to a text, or, in a store with a key,
 * to nothing and to what was sealed of it in the vault's first buffer. They must live until the statement ends.
 */
void lsc_vault_set_text(const lsc_store *store, lsc_query *query, int plain, const char *text,
                        size_t length);

/**
 * The value of a cell: that of its plain column, or what was sealed.
 *
 * @param plain, sealed  columns of the row
 * @param value          set to it, until the next; NULL for NULL
 * @return LSC_OK; LSC_BAD_STORE where it is not what was sealed there; LSC_BAD_KEY where a store is
 *         encrypted since it was opened without a key.
 */
lsc_status lsc_vault_text(lsc_store *store, const lsc_cell *cell, lsc_query *query, int plain,
                          int sealed, const char **value, size_t *length, lsc_error *error);

/** Bytes that a sealed value begins with: the number of its data key. */
#define LSC_KEY_NUMBER_SIZE 8

/** What a value begins with that is sealed with the newest key. */
void lsc_vault_newest(const lsc_vault *vault, uint8_t number[LSC_KEY_NUMBER_SIZE]);

/** The blind index of an address by one of the vault's keys. */
lsc_status lsc_vault_index(lsc_store *store, size_t key, int64_t organization_key,
                           const char *email, uint8_t index[LSC_MAC_SIZE], lsc_error *error);

#endif
