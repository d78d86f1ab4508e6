/**
 * @file rows.h
 * The rows of training in memory: a matrix of vectors, with what belongs to each.
 */
#ifndef LSC_TRAIN_ROWS_H
#define LSC_TRAIN_ROWS_H

#include <leadscore/model.h>

#include "train/row_walk.h"

typedef struct lsc_rows {
    const lsc_allocator *allocator;
    size_t n_rows;
    size_t n_columns;
    float *columns;        /**< [n_rows][n_columns], row-major */
    unsigned char *labels; /**< [n_rows] */
    float *weights;        /**< [n_rows], 1 on average */
    int64_t *as_of_ms;     /**< [n_rows] */
    uint32_t *groups;      /**< [n_rows], rows of one lead have the same */
    uint64_t *group_keys;  /**< [n_groups], rising: a lead's number is its place among the keys */
    unsigned char *group_labels; /**< [n_groups], 1 where some row of the lead has the label 1 */
    size_t n_groups;
    double *incumbent; /**< [n_rows], its probability or points, NaN where it gives none; or NULL */
} lsc_rows;

/**
 * Learn a spec's vocabularies from all rows of a plan. Levels carry nothing of the labels, so one
 * vocabulary serves all folds.
 * @param learned  set to a new reference
 */
lsc_status lsc_rows_learn(const lsc_plan *plan, lsc_source *source, lsc_spec *spec,
                          const lsc_stage *stage, lsc_spec **learned, lsc_error *error);

/**
 * Extract the rows of a plan.
 *
 * @param incumbent  also scores each row, by its own spec; may be NULL
 * @param rows       freed by lsc_rows_free(); empty on error
 * @return as lsc_plan_walk(); LSC_BAD_DATA when no row is left or all have one label.
 */
lsc_status lsc_rows_extract(const lsc_plan *plan, lsc_source *source, const lsc_spec *spec,
                            lsc_model *incumbent, const lsc_stage *stage, lsc_rows *rows,
                            lsc_error *error);
void lsc_rows_free(lsc_rows *rows);

/** Number the leads anew, and scale the weights, once rows were taken out. */
lsc_status lsc_rows_renumber(lsc_rows *rows, lsc_error *error);

/** Leads that convert in some row. */
size_t lsc_rows_count_converted(const lsc_rows *rows);

#endif
