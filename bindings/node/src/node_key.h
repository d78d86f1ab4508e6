/**
 * @file node_key.h
 * Secret keys of stores and backups.
 */
#ifndef LSC_NODE_KEY_H
#define LSC_NODE_KEY_H

#include "node_values.h"

#include <leadscore/store.h>

/** A key, or none. Start from all zero. */
typedef struct lsc_node_key {
    lsc_store_key key;
    lsc_node_text id;
    bool given;
} lsc_node_key;

/**
 * Copy a key: its array is the caller's, who may cleanse it at once.
 *
 * @param bytes  an Uint8Array of LSC_STORE_KEY_SIZE, or undefined or null
 * @param id     a text, or undefined or null
 * @return false, and an exception, for what is none
 */
bool lsc_node_read_key(napi_env env, napi_value bytes, napi_value id, lsc_node_key *key);

/** What C is given; NULL where there is none. */
const lsc_store_key *lsc_node_key_of(const lsc_node_key *key);

/** Cleanse and free. */
void lsc_node_key_free(lsc_node_key *key);

#endif
