/**
 * @file rate_limit.h
 * How often an organization may call an endpoint: a bucket of `quota` tokens that is full again after
 * `window_s`. In the memory of this process, or in Redis where several processes share the limit.
 *
 * A bucket is held as one number, the time at which it will be full: each call moves that by window / quota,
 * and is refused where it would come to lie further than the window away. (This is the generic cell rate
 * algorithm, and answers as a bucket of tokens does.)
 */
#ifndef SRV_RATE_LIMIT_H
#define SRV_RATE_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "redis_pool.h"

#define SRV_RATE_QUOTA_MAX 100000000
#define SRV_RATE_WINDOW_S_MAX (24 * 60 * 60)
/** Buckets in memory. Beyond it the one used longest ago is forgotten, and is full when it comes again. */
#define SRV_RATE_BUCKETS_MAX 100000
/** Bytes of the key `rate_limit:ORGANIZATION:ENDPOINT`, its NUL included; what is longer is cut. */
#define SRV_RATE_KEY_MAX 512

typedef struct srv_rate_limiter srv_rate_limiter;

typedef struct srv_rate_policy {
    unsigned quota;    /* calls in a window, 1 to srv_rate_quota_max() */
    unsigned window_s; /* 1 to SRV_RATE_WINDOW_S_MAX */
} srv_rate_policy;

typedef struct srv_rate_verdict {
    bool allowed;
    unsigned remaining;     /* calls that may come at once */
    unsigned reset_s;       /* until the bucket is full, rounded up */
    unsigned retry_after_s; /* until one more call is allowed, rounded up; 0 where one is */
} srv_rate_verdict;

/** The largest quota of a window of so many seconds: one call moves a bucket by a microsecond or more. */
unsigned srv_rate_quota_max(unsigned window_s);

/** @param redis  where the buckets are, NULL: in memory; it must outlive the limiter */
srv_rate_limiter *srv_rate_limiter_new(srv_redis *redis);

/** No call may be under way. NULL is taken. */
void srv_rate_limiter_free(srv_rate_limiter *limiter);

/**
 * Take a token for a call of `endpoint` by `organization`. Any number of threads may call it.
 *
 * @param now_us  the time, by a clock that never goes back; Redis has its own, which its processes share
 *
 * While Redis does not answer the limit holds in this process alone.
 */
srv_rate_verdict srv_rate_take(srv_rate_limiter *limiter, const char *organization,
                               const char *endpoint, srv_rate_policy policy, int64_t now_us);

/** Room for either header. */
#define SRV_RATE_HEADER_MAX 128

/** The value of the header `RateLimit-Policy`: `"default";q=100;w=60`. */
void srv_rate_policy_header(char header[SRV_RATE_HEADER_MAX], srv_rate_policy policy);

/** The value of the header `RateLimit`: `"default";r=42;t=35`. */
void srv_rate_header(char header[SRV_RATE_HEADER_MAX], const srv_rate_verdict *verdict);

#endif
