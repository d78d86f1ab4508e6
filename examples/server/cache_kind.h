/**
 * @file cache_kind.h
 * What cache_memory.c and cache_redis.c give to cache.c. A value is held as bytes, its version before it:
 * "VERSION\nVALUE". No bytes at all say that the key was removed a short while ago.
 */
#ifndef SRV_CACHE_KIND_H
#define SRV_CACHE_KIND_H

#include "cache.h"

typedef struct srv_cache_kind {
    /* What is held, of which the caller lets go; NULL: nothing. `take` removes it. */
    srv_shared *(*get)(void *state, const char *key, bool take);
    /* Put it where the key was not removed a short while ago. */
    bool (*put)(void *state, const char *key, srv_shared *held, int64_t ttl_ms);
    bool (*remove)(void *state, const char *key);
    void (*count)(void *state, srv_cache_counts *counts);
    void (*close)(void *state);
} srv_cache_kind;

/** A cache of this kind, which owns `state`. */
srv_cache *srv_cache_of(const srv_cache_kind *kind, void *state);

#endif
