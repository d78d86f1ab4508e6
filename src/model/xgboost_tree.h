/**
 * @file xgboost_tree.h
 * One tree of XGBoost's model: an object of arrays, which a builder takes.
 */
#ifndef LSC_MODEL_XGBOOST_TREE_H
#define LSC_MODEL_XGBOOST_TREE_H

#include "forest_builder.h"
#include "pull_object.h"

/** What a tree is read to; its arrays are used again for the next. Zero but for `task` and `builder`. */
typedef struct lsc_tree_reader {
    lsc_pull_task task;
    lsc_forest_builder *builder;
    int64_t id;
    int64_t num_nodes;
    int64_t num_deleted;
    int64_t leaf_vector;
    lsc_int_list left;
    lsc_int_list right;
    lsc_int_list column;
    lsc_float_list value;
    lsc_float_list cover;
    lsc_byte_list default_left;
    lsc_byte_list split_type;
    lsc_int_list categories;
    lsc_int_list category_nodes;
    lsc_int_list category_starts;
    lsc_int_list category_counts;
} lsc_tree_reader;

/**
 * Read the tree that `event` begins and add it to the builder.
 * @return LSC_OK; LSC_BAD_MODEL, LSC_LIMIT naming tree and place; LSC_UNSUPPORTED for leaves of
 *         several values; LSC_NO_MEMORY.
 */
lsc_status lsc_tree_read(lsc_tree_reader *reader, const lsc_pull_event *event, lsc_error *error);

/** Free the arrays. */
void lsc_tree_reader_free(lsc_tree_reader *reader);

#endif
