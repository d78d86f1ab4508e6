/**
 * @file cache.h
 * Values that may be forgotten: scores that were made, sessions, one-use tickets. In the memory of this
 * process, or in Redis where several processes share them.
 *
 * What was removed stays away for SRV_CACHE_GONE_MS: a thread that read a lead before it was changed, and
 * has its score ready only after, does not put the old one back.
 */
#ifndef SRV_CACHE_H
#define SRV_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "redis_pool.h"
#include "shared_bytes.h"

/** Longer than it takes to read a lead and to score it. */
#define SRV_CACHE_GONE_MS 5000
/** Bytes of a key, its NUL included. */
#define SRV_CACHE_KEY_MAX 1024
/** Bytes of a value. */
#define SRV_CACHE_VALUE_MAX (1024 * 1024)

typedef struct srv_cache srv_cache;

/** The time in milliseconds by a clock that never goes back. */
typedef int64_t srv_cache_clock(void);

typedef struct srv_cache_counts {
    uint64_t hits;
    uint64_t misses;
    uint64_t entries; /* 0 where the cache is in Redis */
    uint64_t bytes;   /* 0 where the cache is in Redis */
} srv_cache_counts;

/**
 * A cache in this process of up to `max_bytes` of keys and values, beyond which what was asked for longest
 * ago is dropped. Close it by srv_cache_close().
 *
 * @param clock  NULL: the system's
 */
srv_cache *srv_cache_in_memory(size_t max_bytes, srv_cache_clock *clock);

/**
 * A cache in `redis`, which must outlive it. While Redis does not answer there is nothing in it; what was removed
 * meanwhile is removed when it does (cache_owed.h).
 */
srv_cache *srv_cache_in_redis(srv_redis *redis);

/** No call may be under way. NULL is taken. */
void srv_cache_close(srv_cache *cache);

/* Any number of threads may call what follows. Keys are shorter than SRV_CACHE_KEY_MAX. */

/**
 * The value of `key` if it was put with the same `version`.
 *
 * @param version  what the value was made from, e.g. the model; "" where that says nothing
 * @param length   its bytes
 * @return to be freed by the caller, with a NUL behind it; NULL: there is none
 */
char *srv_cache_get(srv_cache *cache, const char *key, const char *version, size_t *length);

/**
 * As srv_cache_get(), without a copy.
 *
 * @param value  what was put, with a NUL behind it, until the caller lets go
 */
srv_shared *srv_cache_share(srv_cache *cache, const char *key, const char *version,
                            const char **value, size_t *length);

/** As srv_cache_get(), and removes it: of several that take one key at once, one has it. */
char *srv_cache_take(srv_cache *cache, const char *key, const char *version, size_t *length);

/** Put a value of at most SRV_CACHE_VALUE_MAX bytes, for `ttl_ms`, in place of one that is there. */
bool srv_cache_put(srv_cache *cache, const char *key, const char *version, const char *value,
                   size_t length, int64_t ttl_ms);

/** @return false: Redis did not answer. It is removed there when it does, and until then this process finds none. */
bool srv_cache_remove(srv_cache *cache, const char *key);

srv_cache_counts srv_cache_count(srv_cache *cache);

/**
 * Write the key of a lead's score, `lead_scores:ORGANIZATION:LEAD`. The organization stands in it because a
 * lead's id is unique within one organization only.
 *
 * @return false: the key would be longer than SRV_CACHE_KEY_MAX
 */
bool srv_cache_score_key(char key[SRV_CACHE_KEY_MAX], const char *organization, const char *lead);

#endif
