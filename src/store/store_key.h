/**
 * @file store_key.h
 * A caller's key as it is read and named.
 */
#ifndef LSC_STORE_STORE_KEY_H
#define LSC_STORE_STORE_KEY_H

#include <leadscore/store.h>

/** A key, checked, with its id. Cleansed by its holder, with lsc_cleanse(). */
typedef struct lsc_known_key {
    char id[LSC_MAX_KEY_ID + 1]; /* zeros after its text */
    uint8_t bytes[LSC_STORE_KEY_SIZE];
} lsc_known_key;

/**
 * @return LSC_OK; LSC_BAD_KEY for a key of zeros alone, which was never filled; LSC_LIMIT or
 *         LSC_INVALID_ARG for its id; what lsc_options_read() and lsc_secret_derive() return.
 */
lsc_status lsc_store_read_key(const lsc_store_key *given, lsc_known_key *key, lsc_error *error);

#endif
