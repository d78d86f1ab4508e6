/**
 * @file redis_pool.h
 * Connections to one Redis, shared by all threads.
 *
 * Redis holds nothing here that cannot be lost: rate limits, cached scores, sessions, events under way. So a
 * Redis that does not answer must cost a request little: a call waits for SRV_REDIS_TIMEOUT_MS at most, and
 * after one that had no answer all calls fail at once for SRV_REDIS_PAUSE_MS.
 */
#ifndef SRV_REDIS_POOL_H
#define SRV_REDIS_POOL_H

#include <stdbool.h>
#include <stddef.h>

#include <hiredis/hiredis.h>

#define SRV_REDIS_TIMEOUT_MS 250
#define SRV_REDIS_PAUSE_MS 1000
/** Connections that are kept open while nobody uses them. */
#define SRV_REDIS_IDLE_MAX 16
/** Words of one command. */
#define SRV_REDIS_WORDS_MAX 16

typedef struct srv_redis srv_redis;

/** A word of a command: bytes, NUL among them if need be. */
typedef struct srv_redis_word {
    const char *data;
    size_t length;
} srv_redis_word;

/** A word of a string that ends with NUL. */
#define SRV_WORD(text) ((srv_redis_word){(text), strlen(text)})

/**
 * Open Redis at `url`: `redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE]`, and see that it answers.
 *
 * @param message  what is wrong, where NULL is given back; it never has the password
 * @return to be closed by srv_redis_close(), or NULL
 */
srv_redis *srv_redis_open(const char *url, char *message, size_t size);

/** No call may be under way. NULL is taken. */
void srv_redis_close(srv_redis *redis);

/**
 * Send one command of up to SRV_REDIS_WORDS_MAX words.
 *
 * @return the answer, to be freed by freeReplyObject(), or NULL: Redis did not answer, or with an error.
 * Any number of threads may call it.
 */
redisReply *srv_redis_call(srv_redis *redis, const srv_redis_word *words, size_t n_words);

/**
 * Make a connection for the caller alone, who may wait on it for longer: `timeout_ms` a call.
 *
 * @return to be freed by redisFree(), or NULL
 */
redisContext *srv_redis_connect(srv_redis *redis, int timeout_ms);

/** True where the last call had an answer. */
bool srv_redis_is_up(srv_redis *redis);

#endif
