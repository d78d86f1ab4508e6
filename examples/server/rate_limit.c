#include "rate_limit.h"

#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hash_table.h"
#include "need.h"

typedef struct bucket {
    char *key;
    int64_t full_us;
    UT_hash_handle hh; /* in the order of use, the oldest first */
} bucket;

struct srv_rate_limiter {
    srv_redis *redis;
    pthread_mutex_t lock;
    bucket *buckets;
};

/*
 * What the bucket says, and then its new time. The same steps as move() has, on Redis's own clock;
 * Lua's numbers are doubles, which hold microseconds exactly until the year 2255.
 */
static const char script[] = "local clock = redis.call('TIME')\n"
                             "local now = clock[1] * 1000000 + clock[2]\n"
                             "local step = tonumber(ARGV[1])\n"
                             "local window = tonumber(ARGV[2])\n"
                             "local full = tonumber(redis.call('GET', KEYS[1]) or now)\n"
                             "if full < now then full = now end\n"
                             "local allowed = 0\n"
                             "if full + step - now <= window then\n"
                             "  full = full + step\n"
                             "  allowed = 1\n"
                             "  redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX',\n"
                             "             math.ceil((full - now) / 1000))\n"
                             "end\n"
                             "return {allowed, string.format('%.0f', full - now)}";

/* Microseconds that one call moves a bucket, and that are in `quota` of them. */
static int64_t step_us(srv_rate_policy policy)
{
    return (int64_t)policy.window_s * 1000000 / policy.quota;
}

static int64_t window_us(srv_rate_policy policy)
{
    return step_us(policy) * policy.quota;
}

static unsigned seconds_up(int64_t us)
{
    return us <= 0 ? 0 : (unsigned)((us + 999999) / 1000000);
}

/* `ahead_us`: how long until the bucket is full, after the call. */
static srv_rate_verdict verdict_of(bool allowed, int64_t ahead_us, srv_rate_policy policy)
{
    int64_t step = step_us(policy);
    int64_t left = window_us(policy) - ahead_us;
    srv_rate_verdict verdict = {.allowed = allowed, .reset_s = seconds_up(ahead_us)};

    verdict.remaining = left <= 0 ? 0 : (unsigned)(left / step);
    verdict.retry_after_s = seconds_up(step - left);
    return verdict;
}

static bool move(int64_t *full_us, int64_t now_us, srv_rate_policy policy)
{
    if (*full_us < now_us) {
        *full_us = now_us;
    }
    if (*full_us + step_us(policy) - now_us > window_us(policy)) {
        return false;
    }
    *full_us += step_us(policy);
    return true;
}

static void forget(srv_rate_limiter *limiter, bucket *found)
{
    HASH_DEL(limiter->buckets, found);
    free(found->key);
    free(found);
}

/* The bucket of `key`, last in the order of use. */
static bucket *bucket_of(srv_rate_limiter *limiter, const char *key)
{
    bucket *found;

    HASH_FIND_STR(limiter->buckets, key, found);
    if (found != NULL) {
        HASH_DEL(limiter->buckets, found);
    } else {
        if (HASH_COUNT(limiter->buckets) >= SRV_RATE_BUCKETS_MAX) {
            forget(limiter, limiter->buckets);
        }
        found = srv_need(calloc(1, sizeof *found));
        found->key = srv_need(strdup(key));
    }
    HASH_ADD_KEYPTR(hh, limiter->buckets, found->key, strlen(found->key), found);
    return found;
}

static srv_rate_verdict take_in_memory(srv_rate_limiter *limiter, const char *key,
                                       srv_rate_policy policy, int64_t now_us)
{
    bucket *found;
    bool allowed;
    int64_t ahead_us;

    pthread_mutex_lock(&limiter->lock);
    found = bucket_of(limiter, key);
    allowed = move(&found->full_us, now_us, policy);
    ahead_us = found->full_us - now_us;
    pthread_mutex_unlock(&limiter->lock);
    return verdict_of(allowed, ahead_us, policy);
}

/* False: Redis did not answer. */
static bool take_in_redis(srv_rate_limiter *limiter, const char *key, srv_rate_policy policy,
                          srv_rate_verdict *verdict)
{
    char step[32];
    char window[32];
    srv_redis_word words[] = {SRV_WORD("EVAL"), SRV_WORD(script), SRV_WORD("1"),
                              SRV_WORD(key),    {step, 0},        {window, 0}};
    redisReply *reply;
    int64_t ahead_us;
    bool fits;

    words[4].length = (size_t)snprintf(step, sizeof step, "%" PRId64, step_us(policy));
    words[5].length = (size_t)snprintf(window, sizeof window, "%" PRId64, window_us(policy));
    reply = srv_redis_call(limiter->redis, words, 6);
    if (reply == NULL) {
        return false;
    }
    fits = reply->type == REDIS_REPLY_ARRAY && reply->elements == 2 &&
           reply->element[0]->type == REDIS_REPLY_INTEGER &&
           reply->element[1]->type == REDIS_REPLY_STRING;
    ahead_us = fits ? strtoll(reply->element[1]->str, NULL, 10) : -1;
    fits = ahead_us >= 0 && ahead_us <= SRV_RATE_WINDOW_S_MAX * INT64_C(1000000);
    if (fits) {
        *verdict = verdict_of(reply->element[0]->integer == 1, ahead_us, policy);
    }
    freeReplyObject(reply);
    return fits;
}

unsigned srv_rate_quota_max(unsigned window_s)
{
    int64_t most = (int64_t)window_s * 1000000;

    return most < SRV_RATE_QUOTA_MAX ? (unsigned)most : SRV_RATE_QUOTA_MAX;
}

srv_rate_verdict srv_rate_take(srv_rate_limiter *limiter, const char *organization,
                               const char *endpoint, srv_rate_policy policy, int64_t now_us)
{
    char key[SRV_RATE_KEY_MAX];
    srv_rate_verdict verdict;

    assert(policy.quota >= 1 && policy.quota <= srv_rate_quota_max(policy.window_s));
    assert(policy.window_s >= 1 && policy.window_s <= SRV_RATE_WINDOW_S_MAX);
    snprintf(key, sizeof key, "rate_limit:%s:%s", organization, endpoint);
    if (limiter->redis != NULL && take_in_redis(limiter, key, policy, &verdict)) {
        return verdict;
    }
    return take_in_memory(limiter, key, policy, now_us);
}

srv_rate_limiter *srv_rate_limiter_new(srv_redis *redis)
{
    srv_rate_limiter *limiter = srv_need(calloc(1, sizeof *limiter));

    srv_table_begin();
    limiter->redis = redis;
    pthread_mutex_init(&limiter->lock, NULL);
    return limiter;
}

void srv_rate_limiter_free(srv_rate_limiter *limiter)
{
    if (limiter == NULL) {
        return;
    }
    while (limiter->buckets != NULL) {
        forget(limiter, limiter->buckets);
    }
    pthread_mutex_destroy(&limiter->lock);
    free(limiter);
}

void srv_rate_policy_header(char header[SRV_RATE_HEADER_MAX], srv_rate_policy policy)
{
    snprintf(header, SRV_RATE_HEADER_MAX, "\"default\";q=%u;w=%u", policy.quota, policy.window_s);
}

void srv_rate_header(char header[SRV_RATE_HEADER_MAX], const srv_rate_verdict *verdict)
{
    snprintf(header, SRV_RATE_HEADER_MAX, "\"default\";r=%u;t=%u", verdict->remaining,
             verdict->reset_s);
}
