/**
 * @file forest.h
 * Boosted trees in flat arrays. Once built a forest is valid: every walk from a root ends at a leaf
 * of the same tree.
 */
#ifndef LSC_MODEL_FOREST_H
#define LSC_MODEL_FOREST_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"
#include "core/memory.h"
#include "core/visibility.h"

/**
 * A node. `left` is 0 for a leaf (no node has the root as a child); the children of a split are
 * indices into lsc_forest.nodes.
 */
typedef struct lsc_node {
    uint32_t left;
    uint32_t right;
    uint32_t column;   /**< of a split */
    float value;       /**< threshold of a split: x < value goes left; or the leaf's value */
    float cover;       /**< sum of hessians, finite, >= 0 */
    bool default_left; /**< where NaN goes */
} lsc_node;

typedef struct lsc_forest {
    lsc_allocator allocator;
    lsc_node *nodes; /**< [n_nodes] */
    uint32_t *roots; /**< [n_trees], indices of nodes */
    size_t n_nodes;
    size_t n_trees;
    size_t n_columns;
    size_t max_depth; /**< splits on the longest path */
    float base_margin;
    double trees_mean; /**< sum over the trees of the cover-weighted mean of their leaves */
    double base_value; /**< base margin + trees_mean: SHAP's base value */
} lsc_forest;

/**
 * Read a model that XGBoost wrote as UBJSON: gbtree, binary:logistic, one output, numerical splits.
 * Anything else is LSC_UNSUPPORTED by its name; anything damaged is LSC_BAD_MODEL with the offset.
 * @param n_columns  what the spec gives; another number of features is LSC_BAD_MODEL
 */
LSC_SHARED lsc_status lsc_forest_read_ubjson(const void *bytes, size_t length, size_t n_columns,
                                             const lsc_allocator *allocator, lsc_forest *forest,
                                             lsc_error *error);

/** The margin of a base score, as XGBoost computes it: -logf(1/p - 1) in float32. 0 < p < 1. */
LSC_SHARED float lsc_base_margin(float base_score);

/** Put another base margin in place of the one read, and the base value with it. */
LSC_SHARED void lsc_forest_set_base_margin(lsc_forest *forest, float base_margin);

LSC_SHARED void lsc_forest_free(lsc_forest *forest);

/** Where a split sends a value: below its threshold to the left, NaN its default way. */
static inline bool lsc_forest_goes_left(const lsc_node *split, float value)
{
    return isnan(value) ? split->default_left : value < split->value;
}

/**
 * The share of a split's cover that its left child has, in [0, 1]; the right child has the rest.
 * One half where neither has any, as XGBoost 3 has it.
 */
static inline double lsc_forest_left_share(const lsc_forest *forest, const lsc_node *split)
{
    double left = (double)forest->nodes[split->left].cover;
    double right = (double)forest->nodes[split->right].cover;
    return left + right > 0 ? left / (left + right) : 0.5;
}

#endif
