/* A cache in this process: a table in the order of use, the oldest first. */

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "cache_kind.h"
#include "hash_table.h"
#include "need.h"
#include "wall_clock.h"

/* What an entry takes beside its key and value: itself, two blocks of malloc's, its share of the table. */
#define ENTRY_OVERHEAD (sizeof(entry) + 64)

typedef struct entry {
    char *key;
    srv_shared *held; /* NULL: the key was removed a short while ago */
    int64_t until_ms;
    UT_hash_handle hh;
} entry;

typedef struct memory_cache {
    pthread_mutex_t lock;
    entry *entries;
    size_t bytes;
    size_t max_bytes;
    srv_cache_clock *clock;
} memory_cache;

static int64_t system_clock(void)
{
    return srv_ticks_us() / 1000;
}

static size_t size_of(const entry *found)
{
    return strlen(found->key) + (found->held != NULL ? found->held->length : 0) + ENTRY_OVERHEAD;
}

static void drop(memory_cache *cache, entry *found)
{
    HASH_DEL(cache->entries, found);
    cache->bytes -= size_of(found);
    free(found->key);
    srv_shared_let_go(found->held);
    free(found);
}

/* The entry of `key`, or NULL; one whose time is over is dropped. */
static entry *look_up(memory_cache *cache, const char *key)
{
    entry *found;

    HASH_FIND_STR(cache->entries, key, found);
    if (found != NULL && found->until_ms <= cache->clock()) {
        drop(cache, found);
        return NULL;
    }
    return found;
}

/* Takes `held`. */
static void add(memory_cache *cache, const char *key, srv_shared *held, int64_t ttl_ms)
{
    entry *made = srv_need(calloc(1, sizeof *made));

    made->key = srv_need(strdup(key));
    made->held = held;
    made->until_ms = cache->clock() + ttl_ms;
    HASH_ADD_KEYPTR(hh, cache->entries, made->key, strlen(made->key), made);
    cache->bytes += size_of(made);
    while (cache->bytes > cache->max_bytes) {
        drop(cache, cache->entries);
    }
}

static srv_shared *memory_get(void *state, const char *key, bool take)
{
    memory_cache *cache = state;
    srv_shared *held = NULL;
    entry *found;

    pthread_mutex_lock(&cache->lock);
    found = look_up(cache, key);
    if (found != NULL && found->held != NULL) {
        held = srv_shared_hold(found->held);
        if (take) {
            drop(cache, found);
        } else {
            HASH_DEL(cache->entries, found);
            HASH_ADD_KEYPTR(hh, cache->entries, found->key, strlen(found->key), found);
        }
    }
    pthread_mutex_unlock(&cache->lock);
    return held;
}

static bool memory_put(void *state, const char *key, srv_shared *held, int64_t ttl_ms)
{
    memory_cache *cache = state;
    entry *found;
    bool may;

    pthread_mutex_lock(&cache->lock);
    found = look_up(cache, key);
    may = found == NULL || found->held != NULL;
    if (may) {
        if (found != NULL) {
            drop(cache, found);
        }
        add(cache, key, srv_shared_hold(held), ttl_ms);
    }
    pthread_mutex_unlock(&cache->lock);
    return may;
}

static bool memory_remove(void *state, const char *key)
{
    memory_cache *cache = state;
    entry *found;

    pthread_mutex_lock(&cache->lock);
    found = look_up(cache, key);
    if (found != NULL) {
        drop(cache, found);
    }
    add(cache, key, NULL, SRV_CACHE_GONE_MS);
    pthread_mutex_unlock(&cache->lock);
    return true;
}

static void memory_count(void *state, srv_cache_counts *counts)
{
    memory_cache *cache = state;

    pthread_mutex_lock(&cache->lock);
    counts->entries = HASH_COUNT(cache->entries);
    counts->bytes = cache->bytes;
    pthread_mutex_unlock(&cache->lock);
}

static void memory_close(void *state)
{
    memory_cache *cache = state;

    while (cache->entries != NULL) {
        drop(cache, cache->entries);
    }
    pthread_mutex_destroy(&cache->lock);
    free(cache);
}

srv_cache *srv_cache_in_memory(size_t max_bytes, srv_cache_clock *clock)
{
    static const srv_cache_kind kind = {memory_get, memory_put, memory_remove, memory_count,
                                        memory_close};
    memory_cache *cache = srv_need(calloc(1, sizeof *cache));

    srv_table_begin();
    pthread_mutex_init(&cache->lock, NULL);
    cache->max_bytes = max_bytes;
    cache->clock = clock == NULL ? system_clock : clock;
    return srv_cache_of(&kind, cache);
}
