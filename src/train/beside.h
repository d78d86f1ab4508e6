/**
 * @file beside.h
 * Two pieces of work that need nothing of each other.
 */
#ifndef LSC_TRAIN_BESIDE_H
#define LSC_TRAIN_BESIDE_H

#include <stddef.h>

#include "core/error.h"

typedef struct lsc_work {
    lsc_status (*run)(void *ctx, lsc_error *error); /**< NULL: nothing */
    void *ctx;
} lsc_work;

/**
 * Do both: the second in a thread of its own while the first is done, where there may be more than one;
 * else after it, if that worked. Both have ended when this returns.
 * @return the first's status where it failed, else the second's.
 */
lsc_status lsc_work_beside(const lsc_work *first, const lsc_work *second, size_t threads,
                           lsc_error *error);

#endif
