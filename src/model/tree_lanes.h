/**
 * @file tree_lanes.h
 * The perfect trees of byte_heap.h the other way about: for one row, with a tree in each byte of a
 * vector. Of each node of the heap stand the slots of 64 trees together, then their ranks, so that
 * one comparison decides the node for all of them.
 */
#ifndef LSC_MODEL_TREE_LANES_H
#define LSC_MODEL_TREE_LANES_H

#include <stddef.h>
#include <stdint.h>

#include "core/error.h"
#include "core/memory.h"
#include "core/visibility.h"
#include "model/byte_heap.h"

/** Trees of a group. */
#define LSC_LANE_TREES 64

/** A node of the heap in all trees of a group. A tree that is not there always goes left. */
typedef struct lsc_lane_node {
    uint8_t slots[LSC_LANE_TREES];
    uint8_t ranks[LSC_LANE_TREES];
} lsc_lane_node;

typedef struct lsc_tree_lanes {
    lsc_allocator allocator;
    size_t n_groups;      /**< 0: there are no lanes */
    lsc_lane_node *nodes; /**< [n_groups][1 << depth of the heap], aligned; the first is not used */
    size_t size_bytes;
} lsc_tree_lanes;

/**
 * The lanes of a heap. Where that is empty, or they would take more than `budget_bytes`, there are
 * none.
 * @param lanes  freed by lsc_tree_lanes_free(), also after an error
 */
LSC_SHARED lsc_status lsc_tree_lanes_build(const lsc_byte_heap *heap, size_t budget_bytes,
                                           const lsc_allocator *allocator, lsc_tree_lanes *lanes,
                                           lsc_error *error);

LSC_SHARED void lsc_tree_lanes_free(lsc_tree_lanes *lanes);

#endif
