/**
 * @file sort.h
 * Sorting in place, allocating nothing (glibc's qsort may), O(n log n) on every input.
 */
#ifndef LSC_CORE_SORT_H
#define LSC_CORE_SORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "visibility.h"

/**
 * Quick sort, of few items insertion sort, and heap sort where quick sort does not get on; not stable:
 * give `compare` a total order. `ctx` is passed on to it.
 * @param item_size  at most 64 bytes
 */
LSC_SHARED void lsc_sort(void *items, size_t count, size_t item_size,
                         int (*compare)(const void *a, const void *b, void *ctx), void *ctx);

/**
 * Sort keys, rising, in time that grows with `count` alone.
 * @param room  [count], its contents are lost
 */
LSC_SHARED void lsc_sort_keys(uint32_t *keys, size_t count, uint32_t *room);

/** The number of a value, with a key that rises as the value does. */
typedef struct lsc_sort_place {
    uint64_t key;
    uint32_t number;
} lsc_sort_place;

/**
 * Put numbers of values, none of which is NaN, in the order of the values, in time that grows with
 * `count` alone. Those of equal values stay in the order they have.
 * @param order    [count]
 * @param falling  the highest value first
 * @param room     [2 × count], its contents are lost
 */
LSC_SHARED void lsc_sort_by_values(uint32_t *order, size_t count, const double *values,
                                   bool falling, lsc_sort_place *room);

#endif
