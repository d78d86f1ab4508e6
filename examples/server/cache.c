#include "cache.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "cache_kind.h"
#include "need.h"

struct srv_cache {
    const srv_cache_kind *kind;
    void *state;
    atomic_uint_fast64_t hits;
    atomic_uint_fast64_t misses;
};

srv_cache *srv_cache_of(const srv_cache_kind *kind, void *state)
{
    srv_cache *cache = srv_need(calloc(1, sizeof *cache));

    cache->kind = kind;
    cache->state = state;
    return cache;
}

/* Of "VERSION\nVALUE" the value; NULL where the version is another. */
static const char *behind_version(const srv_shared *held, const char *version)
{
    size_t before = strlen(version);

    return held != NULL && held->length > before && memcmp(held->bytes, version, before) == 0 &&
                   held->bytes[before] == '\n'
               ? held->bytes + before + 1
               : NULL;
}

static srv_shared *find(srv_cache *cache, const char *key, const char *version, bool take,
                        const char **value, size_t *length)
{
    srv_shared *held = cache->kind->get(cache->state, key, take);

    *value = behind_version(held, version);
    atomic_fetch_add(*value == NULL ? &cache->misses : &cache->hits, 1);
    if (*value == NULL) {
        srv_shared_let_go(held);
        *length = 0;
        return NULL;
    }
    *length = held->length - (size_t)(*value - held->bytes);
    return held;
}

static char *find_copy(srv_cache *cache, const char *key, const char *version, bool take,
                       size_t *length)
{
    const char *value;
    srv_shared *held = find(cache, key, version, take, &value, length);
    char *copy;

    if (held == NULL) {
        return NULL;
    }
    copy = srv_need(malloc(*length + 1));
    memcpy(copy, value, *length + 1);
    srv_shared_let_go(held);
    return copy;
}

char *srv_cache_get(srv_cache *cache, const char *key, const char *version, size_t *length)
{
    return find_copy(cache, key, version, false, length);
}

srv_shared *srv_cache_share(srv_cache *cache, const char *key, const char *version,
                            const char **value, size_t *length)
{
    return find(cache, key, version, false, value, length);
}

char *srv_cache_take(srv_cache *cache, const char *key, const char *version, size_t *length)
{
    return find_copy(cache, key, version, true, length);
}

bool srv_cache_put(srv_cache *cache, const char *key, const char *version, const char *value,
                   size_t length, int64_t ttl_ms)
{
    size_t before = strlen(version);
    srv_shared *held;
    bool put;

    if (length > SRV_CACHE_VALUE_MAX || strlen(key) >= SRV_CACHE_KEY_MAX || ttl_ms <= 0) {
        return false;
    }
    held = srv_shared_new(before + 1 + length);
    memcpy(held->bytes, version, before);
    held->bytes[before] = '\n';
    memcpy(held->bytes + before + 1, value, length);
    put = cache->kind->put(cache->state, key, held, ttl_ms);
    srv_shared_let_go(held);
    return put;
}

bool srv_cache_remove(srv_cache *cache, const char *key)
{
    return cache->kind->remove(cache->state, key);
}

srv_cache_counts srv_cache_count(srv_cache *cache)
{
    srv_cache_counts counts = {0};

    cache->kind->count(cache->state, &counts);
    counts.hits = atomic_load(&cache->hits);
    counts.misses = atomic_load(&cache->misses);
    return counts;
}

void srv_cache_close(srv_cache *cache)
{
    if (cache != NULL) {
        cache->kind->close(cache->state);
        free(cache);
    }
}

/* Append `text`, with ':' and '%' as %3A and %25; false where there is no room. */
static bool append_escaped(char *key, size_t *at, const char *text)
{
    for (; *text != '\0'; text++) {
        const char *escape = *text == ':' ? "%3A" : *text == '%' ? "%25" : NULL;
        size_t n = escape == NULL ? 1 : 3;

        if (*at + n >= SRV_CACHE_KEY_MAX) {
            return false;
        }
        memcpy(key + *at, escape == NULL ? text : escape, n);
        *at += n;
    }
    key[*at] = '\0';
    return true;
}

bool srv_cache_score_key(char key[SRV_CACHE_KEY_MAX], const char *organization, const char *lead)
{
    static const char prefix[] = "lead_scores:";
    size_t at = sizeof prefix - 1;

    memcpy(key, prefix, sizeof prefix);
    if (!append_escaped(key, &at, organization) || at + 1 >= SRV_CACHE_KEY_MAX) {
        return false;
    }
    key[at++] = ':';
    return append_escaped(key, &at, lead);
}
