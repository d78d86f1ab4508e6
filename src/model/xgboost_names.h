/**
 * @file xgboost_names.h
 * The names in XGBoost's model: of the features, and (3.1 and later) of the categories.
 */
#ifndef LSC_MODEL_XGBOOST_NAMES_H
#define LSC_MODEL_XGBOOST_NAMES_H

#include "pull_object.h"
#include "xgboost_model.h"

/** Bytes of the names of all categories together, or numbers where they are named by these; and names. */
#define LSC_MAX_CATEGORY_NAMES (4u << 20)

/** What names are read to. Zero but for `task` and `arena`, which outlives what is read. */
typedef struct lsc_names_reader {
    lsc_pull_task task;
    lsc_arena *arena;
    size_t n_read;              /**< of LSC_MAX_CATEGORY_NAMES */
    size_t n_kept;              /**< categories, as many at the most */
    lsc_xgboost_texts *columns; /**< [n_columns] names of categories */
    size_t n_columns;
    size_t columns_capacity;
    /* Of the column under way. */
    int64_t type;
    bool has_offsets;
    lsc_int_list offsets;
    int64_t *values; /**< bytes of texts, or integers */
    size_t n_values;
    size_t values_capacity;
} lsc_names_reader;

/** An array of texts, at most LSC_MAX_COLUMNS of at most LSC_MAX_NAME bytes; to lsc_xgboost_texts. */
lsc_status lsc_names_read_texts(lsc_names_reader *reader, const lsc_pull_event *event,
                                lsc_xgboost_texts *texts, lsc_error *error);

/** The object `cats`, to `columns`. */
lsc_status lsc_names_read_categories(lsc_names_reader *reader, const lsc_pull_event *event,
                                     lsc_error *error);

/** Free what reading needed; not what was read. */
void lsc_names_reader_free(lsc_names_reader *reader);

#endif
