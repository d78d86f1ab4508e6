/**
 * @file byte_heap.h
 * The trees of a forest as perfect binary trees of one depth, for splits on the bytes of ranks.h.
 * The root of a tree is node 1, the children of node i are 2i and 2i + 1, and past the last level of
 * splits stand the leaves: no pointers, and no test for the end of a path. A leaf higher up is
 * continued by splits that all go left.
 */
#ifndef LSC_MODEL_BYTE_HEAP_H
#define LSC_MODEL_BYTE_HEAP_H

#include <stddef.h>
#include <stdint.h>

#include "core/error.h"
#include "core/memory.h"
#include "core/visibility.h"
#include "model/forest.h"
#include "model/ranks.h"

/** Deeper forests are not padded: each level doubles what that takes. */
#define LSC_MAX_HEAP_DEPTH 8

typedef struct lsc_byte_heap {
    lsc_allocator allocator;
    size_t depth; /**< of every tree, 1 to LSC_MAX_HEAP_DEPTH; 0: there is no heap */
    size_t n_trees;
    lsc_rank_split *nodes; /**< [n_trees][1 << depth], aligned; the first of each is not used */
    float *leaves;         /**< [n_trees][1 << depth], aligned: from left to right */
    size_t size_bytes;
} lsc_byte_heap;

/**
 * The heap of a forest. Where it has no ranks, is too deep, or the heap would take more than
 * `budget_bytes`, there is none: depth is 0.
 * @param heap  freed by lsc_byte_heap_free(), also after an error
 */
LSC_SHARED lsc_status lsc_byte_heap_build(const lsc_forest *forest, const lsc_ranks *ranks,
                                          size_t budget_bytes, const lsc_allocator *allocator,
                                          lsc_byte_heap *heap, lsc_error *error);

LSC_SHARED void lsc_byte_heap_free(lsc_byte_heap *heap);

#endif
