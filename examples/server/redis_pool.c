#include "redis_pool.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "need.h"
#include "trace/tracing.h"
#include "wall_clock.h"

#define DEFAULT_PORT 6379
#define DATABASE_MAX 1000000
/* Room for why there is no connection. */
#define WHY_MAX 256

struct srv_redis {
    char *host;
    char *user;     /* NULL: none */
    char *password; /* NULL: none */
    int port;
    int database;
    pthread_mutex_t lock; /* guards what follows */
    redisContext *idle[SRV_REDIS_IDLE_MAX];
    size_t n_idle;
    int64_t pause_until_ms; /* 0: it answers */
};

static int64_t now_ms(void)
{
    return srv_ticks_us() / 1000;
}

/* ---- the address ---- */

/* A part of the URL, to be freed by curl_free(), or NULL. */
static char *url_part(CURLU *url, CURLUPart part, unsigned flags)
{
    char *text = NULL;

    return curl_url_get(url, part, &text, flags) == CURLUE_OK ? text : NULL;
}

static char *copy_and_free(char *part)
{
    char *copy = part == NULL || part[0] == '\0' ? NULL : srv_need(strdup(part));

    curl_free(part);
    return copy;
}

static bool read_number(const char *text, long max, int *number)
{
    char *end;
    long value;

    if (text[0] < '0' || text[0] > '9') {
        return false;
    }
    value = strtol(text, &end, 10);
    *number = (int)value;
    return *end == '\0' && value <= max;
}

/* `path` is "/", "/3" or NULL. */
static bool read_database(srv_redis *redis, char *path)
{
    bool fits = path == NULL || path[0] == '\0' || strcmp(path, "/") == 0 ||
                read_number(path + 1, DATABASE_MAX, &redis->database);

    curl_free(path);
    return fits;
}

static bool read_port(srv_redis *redis, char *port)
{
    bool fits = port == NULL || read_number(port, 65535, &redis->port);

    curl_free(port);
    return fits;
}

/* What is wrong with the URL, or NULL. */
static const char *read_url(srv_redis *redis, const char *text)
{
    CURLU *url = srv_need(curl_url());
    const char *fault = NULL;
    char *scheme;

    if (curl_url_set(url, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
        curl_url_cleanup(url);
        return "is not a URL";
    }
    scheme = url_part(url, CURLUPART_SCHEME, 0);
    if (scheme == NULL || strcmp(scheme, "redis") != 0) {
        fault = "must begin with redis://";
    }
    curl_free(scheme);
    redis->host = copy_and_free(url_part(url, CURLUPART_HOST, 0));
    redis->user = copy_and_free(url_part(url, CURLUPART_USER, CURLU_URLDECODE));
    redis->password = copy_and_free(url_part(url, CURLUPART_PASSWORD, CURLU_URLDECODE));
    if (!read_port(redis, url_part(url, CURLUPART_PORT, 0))) {
        fault = "has no good port";
    }
    if (!read_database(redis, url_part(url, CURLUPART_PATH, 0))) {
        fault = "must end with the number of a database, or with nothing";
    }
    if (fault == NULL && redis->host == NULL) {
        fault = "names no host";
    }
    curl_url_cleanup(url);
    return fault;
}

/* ---- connections ---- */

static struct timeval timeout_of(int ms)
{
    return (struct timeval){ms / 1000, (ms % 1000) * 1000};
}

/* In the words of Redis, or of what is wrong with the connection; neither has the password. */
static void explain(const redisContext *context, const redisReply *reply, char *why, size_t size)
{
    if (reply != NULL) {
        snprintf(why, size, "refuses the password or the database (%.*s): mend the URL",
                 (int)reply->len, reply->str);
    } else {
        bool is_late = context != NULL && context->err == REDIS_ERR_IO && errno == EAGAIN;

        snprintf(why, size, "does not answer (%s): start it, or leave the setting out",
                 is_late           ? "in time"
                 : context != NULL ? context->errstr
                                   : "no memory");
    }
}

/* True where the answer came and is no error; it is freed. */
static bool was_well(const redisContext *context, redisReply *reply, char *why, size_t size)
{
    bool well = reply != NULL && reply->type != REDIS_REPLY_ERROR;

    if (!well) {
        explain(context, reply, why, size);
    }
    if (reply != NULL) {
        freeReplyObject(reply);
    }
    return well;
}

static bool sign_in(const srv_redis *redis, redisContext *context, char *why, size_t size)
{
    redisReply *reply;

    if (redis->password == NULL) {
        return true;
    }
    if (redis->user == NULL) {
        reply = redisCommand(context, "AUTH %s", redis->password);
    } else {
        reply = redisCommand(context, "AUTH %s %s", redis->user, redis->password);
    }
    return was_well(context, reply, why, size);
}

/* Where it has a password, and none was given, this is what it refuses. */
static bool choose_database(const srv_redis *redis, redisContext *context, char *why, size_t size)
{
    return was_well(context, redisCommand(context, "SELECT %d", redis->database), why, size);
}

/* NULL: `why` says why. */
static redisContext *make_connection(const srv_redis *redis, int timeout_ms, char *why, size_t size)
{
    redisContext *context =
        redisConnectWithTimeout(redis->host, redis->port, timeout_of(SRV_REDIS_TIMEOUT_MS));

    if (context == NULL || context->err != 0 ||
        redisSetTimeout(context, timeout_of(timeout_ms)) != REDIS_OK) {
        explain(context, NULL, why, size);
    } else if (sign_in(redis, context, why, size) && choose_database(redis, context, why, size)) {
        return context;
    }
    if (context != NULL) {
        redisFree(context);
    }
    return NULL;
}

redisContext *srv_redis_connect(srv_redis *redis, int timeout_ms)
{
    char why[WHY_MAX];

    return make_connection(redis, timeout_ms, why, sizeof why);
}

/* An idle connection, or a new one; NULL while Redis is not answering. */
static redisContext *borrow(srv_redis *redis)
{
    redisContext *context = NULL;
    bool pauses;

    pthread_mutex_lock(&redis->lock);
    pauses = redis->pause_until_ms != 0 && now_ms() < redis->pause_until_ms;
    if (!pauses && redis->n_idle > 0) {
        context = redis->idle[--redis->n_idle];
    }
    pthread_mutex_unlock(&redis->lock);
    if (pauses || context != NULL) {
        return context;
    }
    return srv_redis_connect(redis, SRV_REDIS_TIMEOUT_MS);
}

static void give_back(srv_redis *redis, redisContext *context)
{
    pthread_mutex_lock(&redis->lock);
    redis->pause_until_ms = 0;
    if (redis->n_idle < SRV_REDIS_IDLE_MAX) {
        redis->idle[redis->n_idle++] = context;
        context = NULL;
    }
    pthread_mutex_unlock(&redis->lock);
    if (context != NULL) {
        redisFree(context);
    }
}

/* The other idle connections are as old, and most likely as broken. */
static void give_up(srv_redis *redis, redisContext *context)
{
    pthread_mutex_lock(&redis->lock);
    redis->pause_until_ms = now_ms() + SRV_REDIS_PAUSE_MS;
    while (redis->n_idle > 0) {
        redisFree(redis->idle[--redis->n_idle]);
    }
    pthread_mutex_unlock(&redis->lock);
    if (context != NULL) {
        redisFree(context);
    }
}

static bool is_pausing(srv_redis *redis)
{
    bool pauses;

    pthread_mutex_lock(&redis->lock);
    pauses = redis->pause_until_ms != 0 && now_ms() < redis->pause_until_ms;
    pthread_mutex_unlock(&redis->lock);
    return pauses;
}

static redisReply *call(srv_redis *redis, const srv_redis_word *words, size_t n_words)
{
    const char *data[SRV_REDIS_WORDS_MAX];
    size_t lengths[SRV_REDIS_WORDS_MAX];
    redisContext *context;
    redisReply *reply;

    assert(n_words <= SRV_REDIS_WORDS_MAX);
    for (size_t i = 0; i < n_words; i++) {
        data[i] = words[i].data;
        lengths[i] = words[i].length;
    }
    context = borrow(redis);
    if (context == NULL) {
        if (!is_pausing(redis)) {
            give_up(redis, NULL);
        }
        return NULL;
    }
    reply = redisCommandArgv(context, (int)n_words, data, lengths);
    if (reply == NULL) {
        give_up(redis, context);
        return NULL;
    }
    give_back(redis, context);
    if (reply->type == REDIS_REPLY_ERROR) {
        freeReplyObject(reply);
        return NULL;
    }
    return reply;
}

redisReply *srv_redis_call(srv_redis *redis, const srv_redis_word *words, size_t n_words)
{
    redisReply *reply;

    srv_step_begin("srv_redis_call");
    reply = call(redis, words, n_words);
    srv_step_end(reply == NULL ? "unavailable" : NULL);
    return reply;
}

bool srv_redis_is_up(srv_redis *redis)
{
    bool up;

    pthread_mutex_lock(&redis->lock);
    up = redis->pause_until_ms == 0;
    pthread_mutex_unlock(&redis->lock);
    return up;
}

srv_redis *srv_redis_open(const char *url, char *message, size_t size)
{
    srv_redis *redis = srv_need(calloc(1, sizeof *redis));
    char why[WHY_MAX];
    const char *fault;
    redisContext *context;

    redis->port = DEFAULT_PORT;
    pthread_mutex_init(&redis->lock, NULL);
    fault = read_url(redis, url);
    if (fault != NULL) {
        snprintf(message, size,
                 "redis %s: it must be redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE]", fault);
        srv_redis_close(redis);
        return NULL;
    }
    context = make_connection(redis, SRV_REDIS_TIMEOUT_MS, why, sizeof why);
    if (context == NULL) {
        snprintf(message, size, "redis names the one at %s:%d, which %s", redis->host, redis->port,
                 why);
        srv_redis_close(redis);
        return NULL;
    }
    give_back(redis, context);
    return redis;
}

void srv_redis_close(srv_redis *redis)
{
    if (redis == NULL) {
        return;
    }
    while (redis->n_idle > 0) {
        redisFree(redis->idle[--redis->n_idle]);
    }
    pthread_mutex_destroy(&redis->lock);
    free(redis->host);
    free(redis->user);
    free(redis->password);
    free(redis);
}
