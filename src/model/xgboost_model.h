/**
 * @file xgboost_model.h
 * The model that XGBoost writes, in JSON or UBJSON, releases 1.6 to 3.x.
 */
#ifndef LSC_MODEL_XGBOOST_MODEL_H
#define LSC_MODEL_XGBOOST_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/error.h"
#include "core/stream.h"
#include "core/visibility.h"
#include "forest.h"
#include "pull.h"

/** Of a text that is kept whole: a feature's name, or that of a category. */
typedef struct lsc_xgboost_text {
    const char *text; /**< NUL-terminated */
    size_t length;
} lsc_xgboost_text;

typedef struct lsc_xgboost_texts {
    lsc_xgboost_text *items; /**< NULL where there are none */
    size_t count;
    bool beyond_ascii; /**< of categories: a name has a character that is not of ASCII */
    const char *fault; /**< static: why categories cannot be told by these names; or NULL */
} lsc_xgboost_texts;

/** What a model says beside its trees. */
typedef struct lsc_xgboost_facts {
    char objective[64];
    float base_score;
    int32_t version[3]; /**< of the XGBoost that wrote it; 0 where it does not say */
    size_t n_columns;
    int64_t parallel_trees;  /**< trees that one round adds */
    int64_t best_iteration;  /**< round that early stopping found best; -1 where it does not say */
    float scale_pos_weight;  /**< 1 where it does not say */
    lsc_arena arena;         /**< holds the names, which are read where wanted */
    lsc_xgboost_texts names; /**< of the columns; none, or n_columns */
    lsc_xgboost_texts
        types; /**< of the columns: "q", "float", "int", "i", "c"; none, or n_columns */
    lsc_xgboost_texts
        *categories; /**< [n_columns]: of the categories 0, 1, ...; NULL: none named */
} lsc_xgboost_facts;

/** How a model is read. */
typedef struct lsc_xgboost_reading {
    const lsc_allocator *allocator;
    lsc_pull_format format;
    size_t
        n_columns; /**< what the spec gives; another number of features is LSC_BAD_MODEL; 0: any */
    size_t expected_nodes; /**< of all trees, where known; may be wrong */
    bool names;            /**< read the names of columns and categories, too */
} lsc_xgboost_reading;

/**
 * Read a model: the booster gbtree, or dart, its weights taken into the leaves; the objective
 * binary:logistic, reg:logistic or binary:logitraw; one output. Anything else is LSC_UNSUPPORTED by
 * its name; anything damaged is LSC_BAD_MODEL with the place.
 * @param facts  filled, unless NULL; nothing in it needs to be freed on error
 */
LSC_SHARED lsc_status lsc_xgboost_read(lsc_stream *in, const lsc_xgboost_reading *reading,
                                       lsc_forest *forest, lsc_xgboost_facts *facts,
                                       lsc_error *error);

LSC_SHARED void lsc_xgboost_facts_free(lsc_xgboost_facts *facts);

#endif
