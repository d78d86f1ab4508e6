/**
 * @file sort.h
 * Sorting in place, allocating nothing (glibc's qsort may), O(n log n) on every input.
 */
#ifndef LSC_CORE_SORT_H
#define LSC_CORE_SORT_H

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

#endif
