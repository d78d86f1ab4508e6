/**
 * @file forest_margin.h
 * The margin of a row: float32, ((base + tree 0) + tree 1) + ... in the order of the trees. The
 * plan's kernels and the plain walk give the same bits.
 */
#ifndef LSC_SCORE_FOREST_MARGIN_H
#define LSC_SCORE_FOREST_MARGIN_H

#include <stddef.h>

#include "core/visibility.h"
#include "model/forest.h"
#include "model/forest_plan.h"
#include "score/score_kernels.h"

/** By the nodes themselves, whatever the forest. @param columns  float32 [n_columns] */
LSC_SHARED float lsc_forest_walk(const lsc_forest *forest, const float *columns);

/** By the plan. @param scratch  aligned */
LSC_SHARED float lsc_forest_margin(const lsc_forest *forest, const lsc_forest_plan *plan,
                                   const float *columns, lsc_block_bytes *scratch);

/**
 * As lsc_forest_margin() for many rows.
 * @param rows     float32 [n_rows][forest->n_columns]
 * @param margins  float32 [n_rows]
 */
LSC_SHARED void lsc_forest_margins(const lsc_forest *forest, const lsc_forest_plan *plan,
                                   const float *rows, size_t n_rows, lsc_block_bytes *scratch,
                                   float *margins);

#endif
