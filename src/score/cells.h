/**
 * @file cells.h
 * Between which numbers a column may move without a model noticing: the thresholds of its splits, or
 * the ends of a scorecard's ranges. Of columns that move with time alone, and of these only.
 */
#ifndef LSC_SCORE_CELLS_H
#define LSC_SCORE_CELLS_H

#include "model/model_data.h"

/** A threshold t parts the floats below it from t and those above. */
typedef struct lsc_cells {
    const lsc_allocator *allocator;
    float *thresholds; /**< of each column rising, one after the other */
    size_t *first;     /**< [n_columns + 1], where those of a column begin */
    bool *is_whole; /**< [n_columns], split by category: every whole number is a threshold, too */
    bool has_per_unit; /**< a scorecard gives points per unit of one of them */
} lsc_cells;

/** @param allocator  outlives the cells
 * @param cells      freed by lsc_cells_free(), also after an error */
LSC_SHARED lsc_status lsc_cells_make(const lsc_model *model, const lsc_allocator *allocator,
                                     lsc_cells *cells, lsc_error *error);
LSC_SHARED void lsc_cells_free(lsc_cells *cells);

/**
 * The threshold that a rising value meets next: the least above it; or a falling one: the greatest
 * not above it.
 * @return false where there is none.
 */
bool lsc_cells_next(const lsc_cells *cells, size_t column, float value, bool rises,
                    float *threshold);

#endif
