/**
 * @file xgboost_text.h
 * Models of XGBoost as JSON texts, of parts that a test can change.
 */
#ifndef LSC_TESTS_XGBOOST_TEXT_H
#define LSC_TESTS_XGBOOST_TEXT_H

#include "core/buffer.h"
#include "model/xgboost_model.h"

/** The members of a tree: arrays as JSON, NULL for none. Start from TEXT_STUMP. */
typedef struct text_tree {
    const char *left;
    const char *right;
    const char *column;
    const char *value;
    const char *cover;
    const char *default_left;
    const char *split_type;
    const char *categories;
    const char *category_nodes;
    const char *category_starts;
    const char *category_counts;
    const char *num_nodes;
    const char *num_deleted;
    const char *leaf_vector;
} text_tree;

/** "f0 < 0.5 ? -0.25 : 0.5". */
#define TEXT_STUMP                                                                              \
    {                                                                                           \
        .left = "[1,-1,-1]", .right = "[2,-1,-1]", .column = "[0,0,0]",                         \
        .value = "[0.5,-0.25,0.5]", .cover = "[4,3,1]", .default_left = "[1,0,0]",              \
        .split_type = "[0,0,0]", .categories = "[]", .category_nodes = "[]",                    \
        .category_starts = "[]", .category_counts = "[]", .num_nodes = "3", .num_deleted = "0", \
        .leaf_vector = "1"                                                                      \
    }

/** A model of one or two equal trees. Texts are JSON; NULL for none. Start from TEXT_MODEL. */
typedef struct text_model {
    text_tree tree;
    size_t n_trees;
    const char *booster;     /**< "gbtree" */
    const char *weights;     /**< of dart, in its own object; of gbtree (3.3) beside the model */
    const char *new_weights; /**< of 3.4, in the model */
    const char *objective;
    const char *base_score; /**< with its quotes */
    const char *num_feature;
    const char *num_class;
    const char *tree_info;
    const char *names;
    const char *types;
    const char *cats;
    const char *attributes;
    const char *version;
    const char *more; /**< more members of the document, ending in a comma */
    bool backwards;   /**< members in the opposite order */
} text_model;

#define TEXT_MODEL                                                                             \
    {                                                                                          \
        .tree = TEXT_STUMP, .n_trees = 1, .booster = "gbtree", .objective = "binary:logistic", \
        .base_score = "\"5E-1\"", .num_feature = "2", .num_class = "0", .tree_info = "[0]",    \
        .attributes = "{}", .version = "[1,7,4]", .more = ""                                   \
    }

/** "f0 is 1 or 40 ? 0.5 : -0.25", the threshold NaN as XGBoost before 3.0 has it. */
text_model text_by_category(void);

/** The text, in the place of what `out` held. */
void text_of_model(const text_model *model, lsc_buffer *out);

/** Read it, in chunks of a few bytes, with names. `facts` is freed where it is NULL. */
lsc_status text_read(const text_model *model, lsc_forest *forest, lsc_xgboost_facts *facts,
                     lsc_error *error);

/** Its forest; it must be read. */
lsc_forest text_forest(const text_model *model);

/** It must not be read. */
void text_refuse(const text_model *model, lsc_status status, const char *words);

#endif
