/**
 * @file model_rows.h
 * Rows of models: bytes with a hash, and what an organization knows of them. All is within a change,
 * or a look, of the caller's.
 */
#ifndef LSC_STORE_MODEL_ROWS_H
#define LSC_STORE_MODEL_ROWS_H

#include "core/hash.h"
#include "store/store_data.h"

/** A model to write. */
typedef struct lsc_model_row {
    uint8_t sha256[LSC_HASH_SIZE];
    uint8_t spec_sha256[LSC_HASH_SIZE];
    const char *name;
    const char *version;
    const char *model_type;
    bool gate_passed;
    const void *bytes;
    size_t n_bytes;
} lsc_model_row;

/** Add a model where the organization does not have it. LSC_LIMIT past LSC_MAX_MODELS. */
lsc_status lsc_model_row_put(lsc_store *store, int64_t organization_key, const lsc_model_row *row,
                             lsc_error *error);

/** Takes the bytes of a model, which are valid until it returns. */
typedef lsc_status (*lsc_take_model)(void *ctx, const void *bytes, size_t length, lsc_error *error);

/**
 * Give the bytes of a model to `take`.
 * @param sha256  its id; NULL: the active one
 * @return LSC_OK; LSC_NOT_FOUND; what `take` returns.
 */
lsc_status lsc_model_row_read(lsc_store *store, int64_t organization_key, const char *sha256,
                              lsc_take_model take, void *ctx, lsc_error *error);

/** The key of a model, by its id. LSC_OK; LSC_NOT_FOUND; LSC_INVALID_ARG for what is no hash. */
lsc_status lsc_model_row_find(lsc_store *store, int64_t organization_key, const char *sha256,
                              int64_t *key, bool *gate_passed, lsc_error *error);

/** The key of the active model; 0 where none is. */
lsc_status lsc_model_row_find_active(lsc_store *store, int64_t organization_key, int64_t *key,
                                     lsc_error *error);

/** The bytes of a hash in hex. False for what is none. */
bool lsc_hash_read(const char *text, uint8_t hash[LSC_HASH_SIZE]);

#endif
