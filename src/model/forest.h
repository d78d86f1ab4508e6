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
 * A node. `left` is 0 for a leaf (no node has the root as a child); the children of a split stand
 * side by side in lsc_forest.nodes: `left` and `left` + 1.
 */
typedef struct lsc_node {
    uint32_t left;
    uint16_t column;   /**< of a split */
    bool default_left; /**< where NaN goes */
    bool categorical;  /**< a split by category */
    union {
        float value;  /**< a leaf's value; or a split's threshold: what is below it goes left */
        uint32_t set; /**< of a split by category: the index in lsc_forest.sets */
    };
    float cover; /**< sum of hessians, finite, >= 0 */
} lsc_node;

/** The categories that go right: category c is bit c % 32 of word c / 32. */
typedef struct lsc_category_set {
    uint32_t first_word; /**< in lsc_forest.set_words */
    uint32_t n_words;
} lsc_category_set;

/** Categories are the integers below this: those that a float32 holds exactly. */
#define LSC_MAX_CATEGORY (1u << 24)

typedef struct lsc_forest {
    lsc_allocator allocator;
    lsc_node *nodes;        /**< [n_nodes] */
    uint32_t *roots;        /**< [n_trees], indices of nodes, rising */
    lsc_category_set *sets; /**< [n_sets] */
    uint32_t *set_words;    /**< [n_set_words] */
    size_t n_nodes;
    size_t n_trees;
    size_t n_sets;
    size_t n_set_words;
    size_t n_columns;
    size_t max_depth; /**< splits on the longest path */
    float base_margin;
    double trees_mean; /**< sum over the trees of the cover-weighted mean of their leaves */
    double base_value; /**< base margin + trees_mean: SHAP's base value */
} lsc_forest;

/**
 * Read a model that XGBoost wrote as UBJSON: lsc_xgboost_read() of bytes.
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

/** Whether a split by category has the category of `value`, not NaN, in its set. */
static inline bool lsc_forest_set_holds(const lsc_forest *forest, uint32_t set, float value)
{
    if (!(value >= 0 && value < (float)LSC_MAX_CATEGORY)) {
        return false;
    }
    uint32_t category = (uint32_t)value;
    const lsc_category_set *held = &forest->sets[set];
    return category / 32 < held->n_words &&
           (forest->set_words[held->first_word + category / 32] >> category % 32 & 1) != 0;
}

/**
 * Where a split sends a value. Below its threshold to the left, NaN its default way; by category,
 * one of its set to the right, and all others, with what is no category, to the left.
 */
static inline bool lsc_forest_goes_left(const lsc_forest *forest, const lsc_node *split,
                                        float value)
{
    if (isnan(value)) {
        return split->default_left;
    }
    return split->categorical ? !lsc_forest_set_holds(forest, split->set, value)
                              : value < split->value;
}

/**
 * The share of a split's cover that its left child has, in [0, 1]; the right child has the rest.
 * One half where neither has any, as XGBoost 3 has it.
 */
static inline double lsc_forest_left_share(const lsc_forest *forest, const lsc_node *split)
{
    double left = (double)forest->nodes[split->left].cover;
    double right = (double)forest->nodes[split->left + 1].cover;
    return left + right > 0 ? left / (left + right) : 0.5;
}

#endif
