/**
 * @file forest_builder.h
 * From trees as a file gives them to a valid forest. Everything that a walk relies on is checked
 * here, whatever format the trees came from.
 */
#ifndef LSC_MODEL_FOREST_BUILDER_H
#define LSC_MODEL_FOREST_BUILDER_H

#include <stddef.h>
#include <stdint.h>

#include "core/error.h"
#include "core/visibility.h"
#include "forest.h"

/**
 * A tree as read, nothing checked: arrays [n_nodes], the root first.
 */
typedef struct lsc_raw_tree {
    size_t n_nodes;
    size_t n_deleted;    /**< nodes that pruning left behind: no walk reaches them */
    const int32_t *left; /**< -1 for a leaf */
    const int32_t *right;
    const int32_t *column; /**< of a split */
    const float *value;    /**< threshold, or value of a leaf */
    const float *cover;
    const uint8_t *default_left; /**< 0 or 1 */
    const uint8_t *categorical;  /**< 0 or 1; NULL: no split is by category */
    /** [n_category_nodes]: nodes that have categories, rising, and which of `categories`. */
    const int32_t *category_nodes;
    const int32_t *category_starts;
    const int32_t *category_counts;
    size_t n_category_nodes;
    const int32_t *categories; /**< [n_categories], those of each node in turn */
    size_t n_categories;
} lsc_raw_tree;

typedef struct lsc_forest_builder {
    lsc_forest forest;     /**< so far */
    size_t expected_nodes; /**< of all trees, where known; else 0. May be wrong */
    size_t node_capacity;
    size_t tree_capacity;
    size_t set_capacity;
    size_t word_capacity;
    uint32_t *sources; /**< of the nodes of the tree being added: their places in the raw tree */
    size_t source_capacity;
    unsigned char *reached; /**< of the raw tree: nodes that something leads to */
    size_t reached_capacity;
} lsc_forest_builder;

/** @param n_columns  LSC_MAX_COLUMNS where it is not known yet */
LSC_SHARED void lsc_forest_builder_init(lsc_forest_builder *builder, size_t n_columns,
                                        const lsc_allocator *allocator);

/**
 * Add a tree: every child in range, each reached once, no cycle, all but n_deleted reached, depth,
 * thresholds, leaves, columns, categories and covers as lsc_forest promises. Nodes no walk reaches
 * are dropped.
 * @return LSC_OK; LSC_BAD_MODEL or LSC_LIMIT naming tree, node and value; LSC_NO_MEMORY.
 */
LSC_SHARED lsc_status lsc_forest_builder_add(lsc_forest_builder *builder, const lsc_raw_tree *tree,
                                             lsc_error *error);

/**
 * Say how many columns there are, once it is known.
 * @return LSC_OK; LSC_BAD_MODEL where a split has another column.
 */
LSC_SHARED lsc_status lsc_forest_builder_set_columns(lsc_forest_builder *builder, size_t n_columns,
                                                     lsc_error *error);

/**
 * Multiply the leaves of each tree by its weight, in float32, as XGBoost does when it predicts with
 * the weights of dart.
 * @param weights  of the trees, in order
 * @return LSC_OK; LSC_BAD_MODEL where a product is not finite.
 */
LSC_SHARED lsc_status lsc_forest_builder_weigh(lsc_forest_builder *builder, const float *weights,
                                               lsc_error *error);

/**
 * Give the forest away, its arrays as large as they must be.
 * @return LSC_OK; LSC_BAD_MODEL where base margin and leaves together can overflow a float32;
 *         LSC_NO_MEMORY.
 */
LSC_SHARED lsc_status lsc_forest_builder_finish(lsc_forest_builder *builder, float base_margin,
                                                lsc_forest *forest, lsc_error *error);

/** Free what was not given away. */
LSC_SHARED void lsc_forest_builder_free(lsc_forest_builder *builder);

#endif
