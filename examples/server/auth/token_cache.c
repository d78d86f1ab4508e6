#include "auth/token_cache.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

typedef struct entry {
    uint8_t digest[SRV_DIGEST_BYTES];
    int64_t from_ms;
    int64_t until_ms; /* 0: there is none */
    srv_principal who;
} entry;

struct srv_token_cache {
    uint8_t key[crypto_generichash_KEYBYTES];
    pthread_mutex_t mutex;
    entry entries[SRV_CACHED_TOKENS];
};

srv_token_cache *srv_token_cache_new(void)
{
    srv_token_cache *cache = calloc(1, sizeof *cache);
    if (cache != NULL) {
        srv_random(cache->key, sizeof cache->key);
        pthread_mutex_init(&cache->mutex, NULL);
    }
    return cache;
}

void srv_token_cache_free(srv_token_cache *cache)
{
    if (cache != NULL) {
        pthread_mutex_destroy(&cache->mutex);
        free(cache);
    }
}

void srv_token_cache_name(const srv_token_cache *cache, const char *token,
                          uint8_t digest[SRV_DIGEST_BYTES])
{
    crypto_generichash(digest, SRV_DIGEST_BYTES, (const uint8_t *)token, strlen(token), cache->key,
                       sizeof cache->key);
}

static entry *place_of(srv_token_cache *cache, const uint8_t digest[SRV_DIGEST_BYTES])
{
    uint32_t number;
    memcpy(&number, digest, sizeof number);
    return &cache->entries[number % SRV_CACHED_TOKENS];
}

void srv_token_cache_put(srv_token_cache *cache, const uint8_t digest[SRV_DIGEST_BYTES],
                         int64_t from_ms, int64_t until_ms, const srv_principal *who)
{
    entry *place = place_of(cache, digest);
    pthread_mutex_lock(&cache->mutex);
    memcpy(place->digest, digest, SRV_DIGEST_BYTES);
    place->from_ms = from_ms;
    place->until_ms = until_ms;
    place->who = *who;
    pthread_mutex_unlock(&cache->mutex);
}

bool srv_token_cache_get(srv_token_cache *cache, const uint8_t digest[SRV_DIGEST_BYTES],
                         int64_t now_ms, srv_principal *who)
{
    entry *place = place_of(cache, digest);
    pthread_mutex_lock(&cache->mutex);
    bool found = place->from_ms <= now_ms && now_ms < place->until_ms &&
                 srv_digest_equal(place->digest, digest);
    if (found) {
        *who = place->who;
    }
    pthread_mutex_unlock(&cache->mutex);
    return found;
}
