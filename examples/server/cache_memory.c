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
    char *held; /* NULL: the key was removed a short while ago */
    size_t length;
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
    return strlen(found->key) + found->length + ENTRY_OVERHEAD;
}

static void drop(memory_cache *cache, entry *found)
{
    HASH_DEL(cache->entries, found);
    cache->bytes -= size_of(found);
    free(found->key);
    free(found->held);
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

static void add(memory_cache *cache, const char *key, char *held, size_t length, int64_t ttl_ms)
{
    entry *made = srv_need(calloc(1, sizeof *made));

    made->key = srv_need(strdup(key));
    made->held = held;
    made->length = length;
    made->until_ms = cache->clock() + ttl_ms;
    HASH_ADD_KEYPTR(hh, cache->entries, made->key, strlen(made->key), made);
    cache->bytes += size_of(made);
    while (cache->bytes > cache->max_bytes) {
        drop(cache, cache->entries);
    }
}

static char *memory_get(void *state, const char *key, bool take, size_t *length)
{
    memory_cache *cache = state;
    char *copy = NULL;
    entry *found;

    pthread_mutex_lock(&cache->lock);
    found = look_up(cache, key);
    if (found != NULL && found->held != NULL) {
        copy = srv_need(malloc(found->length + 1));
        memcpy(copy, found->held, found->length);
        copy[found->length] = '\0';
        *length = found->length;
        if (take) {
            drop(cache, found);
        } else {
            HASH_DEL(cache->entries, found);
            HASH_ADD_KEYPTR(hh, cache->entries, found->key, strlen(found->key), found);
        }
    }
    pthread_mutex_unlock(&cache->lock);
    return copy;
}

static bool memory_put(void *state, const char *key, const char *held, size_t length,
                       int64_t ttl_ms)
{
    memory_cache *cache = state;
    entry *found;
    bool may;

    pthread_mutex_lock(&cache->lock);
    found = look_up(cache, key);
    may = found == NULL || found->held != NULL;
    if (may) {
        char *copy = srv_need(malloc(length));

        memcpy(copy, held, length);
        if (found != NULL) {
            drop(cache, found);
        }
        add(cache, key, copy, length, ttl_ms);
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
    add(cache, key, NULL, 0, SRV_CACHE_GONE_MS);
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
