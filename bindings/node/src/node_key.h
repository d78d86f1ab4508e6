/**
 * @file node_key.h
 * Secret keys of stores and backups, and who acts on stores.
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

/**
 * Read who acts on a store, and when; where `time` is NaN that is now.
 * @param time_ms  set, and looked at in whichever thread: it stays where it is as long as a store has the actor
 * @param text     set, and pointed to by `actor`
 * @return false, and an exception, for what is no text or no time
 */
bool lsc_node_read_actor(napi_env env, napi_value uuid, napi_value time, int64_t *time_ms,
                         lsc_node_text *text, lsc_store_actor *actor);

#endif
