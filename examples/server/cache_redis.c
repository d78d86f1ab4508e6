/* A cache in Redis, which several processes share. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache_kind.h"
#include "cache_owed.h"
#include "need.h"

typedef struct redis_cache {
    srv_redis *redis;
    srv_owed *owed; /* what is still to be removed: until then there is no value of it */
} redis_cache;

/* An empty value says that the key was removed a short while ago: it is not written over. */
static const char put_script[] = "if redis.call('GET', KEYS[1]) == '' then return 0 end\n"
                                 "redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])\n"
                                 "return 1";

/* As GET, and then DEL of what is not empty. */
static const char take_script[] = "local held = redis.call('GET', KEYS[1])\n"
                                  "if held and held ~= '' then redis.call('DEL', KEYS[1]) end\n"
                                  "return held";

static srv_shared *copy_of(const redisReply *reply)
{
    srv_shared *copy;

    if (reply == NULL || reply->type != REDIS_REPLY_STRING || reply->len == 0) {
        return NULL;
    }
    copy = srv_shared_new(reply->len);
    memcpy(copy->bytes, reply->str, reply->len);
    return copy;
}

static srv_shared *redis_get(void *state, const char *key, bool take)
{
    redis_cache *cache = state;
    const srv_redis_word get[] = {SRV_WORD("GET"), SRV_WORD(key)};
    const srv_redis_word take_it[] = {SRV_WORD("EVAL"), SRV_WORD(take_script), SRV_WORD("1"),
                                      SRV_WORD(key)};
    redisReply *reply;
    srv_shared *copy;

    if (srv_owed_has(cache->owed, key)) {
        return NULL;
    }
    reply = take ? srv_redis_call(cache->redis, take_it, 4) : srv_redis_call(cache->redis, get, 2);
    copy = copy_of(reply);
    if (reply != NULL) {
        freeReplyObject(reply);
    }
    return copy;
}

static bool redis_put(void *state, const char *key, srv_shared *held, int64_t ttl_ms)
{
    redis_cache *cache = state;
    char ttl[32];
    srv_redis_word words[] = {SRV_WORD("EVAL"), SRV_WORD(put_script),        SRV_WORD("1"),
                              SRV_WORD(key),    {held->bytes, held->length}, {ttl, 0}};
    redisReply *reply;
    bool put;

    if (srv_owed_has(cache->owed, key)) {
        return false;
    }
    words[5].length = (size_t)snprintf(ttl, sizeof ttl, "%" PRId64, ttl_ms);
    reply = srv_redis_call(cache->redis, words, 6);
    put = reply != NULL && reply->type == REDIS_REPLY_INTEGER && reply->integer == 1;
    if (reply != NULL) {
        freeReplyObject(reply);
    }
    return put;
}

static bool send_removal(void *context, const char *key)
{
    redis_cache *cache = context;
    char ttl[32];
    srv_redis_word words[] = {SRV_WORD("SET"), SRV_WORD(key), {"", 0}, SRV_WORD("PX"), {ttl, 0}};
    redisReply *reply;

    words[4].length = (size_t)snprintf(ttl, sizeof ttl, "%d", SRV_CACHE_GONE_MS);
    reply = srv_redis_call(cache->redis, words, 5);
    if (reply == NULL) {
        return false;
    }
    freeReplyObject(reply);
    return true;
}

static bool redis_remove(void *state, const char *key)
{
    redis_cache *cache = state;
    bool is_sent = send_removal(cache, key);

    if (!is_sent) {
        srv_owed_add(cache->owed, key);
    }
    return is_sent;
}

static void redis_count(void *state, srv_cache_counts *counts)
{
    (void)state;
    (void)counts;
}

static void redis_close(void *state)
{
    redis_cache *cache = state;

    srv_owed_close(cache->owed);
    free(cache);
}

srv_cache *srv_cache_in_redis(srv_redis *redis)
{
    static const srv_cache_kind kind = {redis_get, redis_put, redis_remove, redis_count,
                                        redis_close};
    redis_cache *cache = srv_need(calloc(1, sizeof *cache));

    cache->redis = redis;
    cache->owed = srv_owed_open(send_removal, cache);
    return srv_cache_of(&kind, cache);
}
