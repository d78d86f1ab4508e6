/**
 * @file otlp_post.h
 * One request to a collector over HTTP.
 */
#ifndef SRV_OTLP_POST_H
#define SRV_OTLP_POST_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Bytes of a collector's answer that are read. One that goes on is not waited for. */
#define SRV_OTLP_ANSWER_MAX (64 * 1024)
/** Seconds that a collector may ask for with Retry-After. More is as much as that. */
#define SRV_OTLP_RETRY_AFTER_MAX 60

typedef struct srv_otlp_post srv_otlp_post;

/** What came of it. */
typedef enum srv_otlp_outcome {
    SRV_OTLP_TAKEN,   /**< the collector has answered that it has them */
    SRV_OTLP_LATER,   /**< it cannot be reached, or says so: again later */
    SRV_OTLP_REFUSED, /**< it does not want them; again would not help */
} srv_otlp_outcome;

typedef struct srv_otlp_result {
    srv_otlp_outcome outcome;
    long status;           /**< 0: there was no answer */
    int64_t retry_after_s; /**< that the answer asks for; 0: nothing */
    uint64_t rejected;     /**< spans that the collector took not, of those that came */
    const char *fault;     /**< why there was no answer; a text of libcurl's */
} srv_otlp_result;

/**
 * @param url      http:// or https://
 * @param headers  to send with it, by srv_pairs_read(); NULL: none
 * @return NULL: the headers are none, or no memory
 */
srv_otlp_post *srv_otlp_post_new(const char *url, const char *headers);
void srv_otlp_post_free(srv_otlp_post *post);

/** Whether headers, by srv_pairs_read(), may be sent. NULL: none, which may. */
bool srv_otlp_headers_are_good(const char *headers);

/** Whether a URL may be posted to. */
bool srv_otlp_url_is_good(const char *url);

/**
 * Send a body.
 *
 * @param timeout_ms  for it and its answer
 * @param ends_us     by srv_ticks_us(): then it is given up all the same. Another thread may bring it nearer
 */
srv_otlp_result srv_otlp_post_send(srv_otlp_post *post, const char *body, int64_t timeout_ms,
                                   atomic_int_fast64_t *ends_us);

#endif
