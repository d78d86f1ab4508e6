/**
 * @file flat_key.h
 * The key of an encrypted store or backup, and who acts on a store.
 */
#ifndef LEADSCORE_FLAT_KEY_H
#define LEADSCORE_FLAT_KEY_H

#include <leadscore/store.h>

typedef struct flat_key flat_key;

/** Copy a key of LSC_STORE_KEY_SIZE bytes; LSC_INVALID_ARG for another length. `id` may be NULL. */
flat_key *flat_key_new(const char *secret, size_t secret_length, const char *id, lsc_error *error);
/** The key as C has it; NULL of NULL. */
const lsc_store_key *flat_key_inner(const flat_key *key);
/** Cleanse and free. NULL is allowed. */
void flat_key_free(flat_key *key);
/** Who acts on a store, for its audit trail. */
typedef struct flat_actor flat_actor;

/**
 * @param uuid     may be NULL; copied
 * @param time_ms  when what is noted is done; LSC_TIME_NONE: the system's clock is asked each time
 */
flat_actor *flat_actor_new(const char *uuid, int64_t time_ms, lsc_error *error);
/** The actor as C has it; NULL of NULL. */
const lsc_store_actor *flat_actor_inner(const flat_actor *actor);
/** NULL is allowed. It must outlive the stores and sources that it acts on. */
void flat_actor_free(flat_actor *actor);

/** As flat_store_open(); `key` and `actor` may be NULL. */
lsc_store *flat_store_open_as(const char *path, bool create, bool read_only, int durability,
                              int busy_ms, bool make_leads, const flat_key *key, flat_actor *actor,
                              lsc_error *error);
void flat_store_set_actor(lsc_store *store, flat_actor *actor, lsc_error *error);
void flat_store_rekey(lsc_store *store, const flat_key *key, lsc_error *error);

/** Write zeros, also where nobody reads them. */
void flat_cleanse(void *memory, size_t size);

#endif
