/**
 * @file counters.h
 * What /metrics tells: counted without locks, by any thread.
 */
#ifndef SRV_COUNTERS_H
#define SRV_COUNTERS_H

#include <stddef.h>
#include <stdint.h>

#include "routes.h"

typedef struct srv_counters srv_counters;

/** Things that are counted by themselves. */
typedef enum srv_count {
    SRV_COUNT_SCORES = 0,        /**< leads that were scored */
    SRV_COUNT_MODELS_LOADED = 1, /**< models that were loaded from the store */
    SRV_COUNT_REPLAYS = 2,       /**< answers given again for an Idempotency-Key */
    SRV_COUNT_AUTH_FAILURES = 3, /**< requests that were answered 401 */
    SRV_COUNT_RATE_LIMITED = 4   /**< requests that were answered 429 */
} srv_count;

#define SRV_N_COUNTS 5

/** Counters for so many operations. NULL: no memory. */
srv_counters *srv_counters_new(size_t n_operations);
void srv_counters_free(srv_counters *counters);

/** The headers of a request have come. */
void srv_counters_begin(srv_counters *counters);
/** Its answer is made. `operation` is NULL for a path that is none. */
void srv_counters_end(srv_counters *counters, const srv_operation *operation, unsigned status,
                      int64_t took_us);
/** Its answer has been sent, or nobody is there to take it. */
void srv_counters_leave(srv_counters *counters);
/** Requests that have begun and not left. */
int64_t srv_counters_in_flight(const srv_counters *counters);
void srv_counters_add(srv_counters *counters, srv_count what, int64_t n);

/** All of it in Prometheus' text format, freed by free(). NULL: no memory. */
char *srv_counters_text(const srv_counters *counters, const srv_routes *routes, size_t *length);

#endif
