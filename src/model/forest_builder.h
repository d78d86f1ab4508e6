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
 * A tree as read, nothing checked: arrays [n_nodes], the root first. They are doubles, which hold
 * every int32 and float32 exactly and so keep a bad value as it stood in the file.
 */
typedef struct lsc_raw_tree {
    size_t n_nodes;
    size_t n_deleted;   /**< nodes that pruning left behind: no walk reaches them */
    const double *left; /**< -1 for a leaf */
    const double *right;
    const double *column; /**< of a split */
    const double *value;  /**< threshold, or value of a leaf */
    const double *cover;
    const double *default_left; /**< 0 or 1 */
} lsc_raw_tree;

typedef struct lsc_forest_builder {
    lsc_forest forest; /**< so far */
    size_t node_capacity;
    size_t tree_capacity;
    uint32_t *sources; /**< of the nodes of the tree being added: their places in the raw tree */
    size_t source_capacity;
    unsigned char *reached; /**< of the raw tree: nodes that something leads to */
    size_t reached_capacity;
} lsc_forest_builder;

LSC_SHARED void lsc_forest_builder_init(lsc_forest_builder *builder, size_t n_columns,
                                        const lsc_allocator *allocator);

/**
 * Add a tree: every child in range, each reached once, no cycle, all but n_deleted reached, depth,
 * thresholds, leaves, columns and covers as lsc_forest promises. Nodes no walk reaches are dropped.
 * @return LSC_OK; LSC_BAD_MODEL or LSC_LIMIT naming tree, node and value; LSC_NO_MEMORY.
 */
LSC_SHARED lsc_status lsc_forest_builder_add(lsc_forest_builder *builder, const lsc_raw_tree *tree,
                                             lsc_error *error);

/**
 * Give the forest away.
 * @return LSC_OK; LSC_BAD_MODEL where base margin and leaves together can overflow a float32.
 */
LSC_SHARED lsc_status lsc_forest_builder_finish(lsc_forest_builder *builder, float base_margin,
                                                lsc_forest *forest, lsc_error *error);

/** Free what was not given away. */
LSC_SHARED void lsc_forest_builder_free(lsc_forest_builder *builder);

#endif
