/**
 * @file tree_shap.h
 * Exact path-dependent TreeSHAP by quadrature (docs/engine.md): the recurrence of model/shap_math.h,
 * by whichever kernel suits the forest. All give the same bits.
 */
#ifndef LSC_EXPLAIN_TREE_SHAP_H
#define LSC_EXPLAIN_TREE_SHAP_H

#include <stddef.h>
#include <stdint.h>

#include "model/forest.h"
#include "model/forest_plan.h"
#include "score/shap_scratch.h"

/**
 * Contributions of a row in log-odds, one a column. They and the base value sum to the margin.
 * @param columns        float32 [n_columns], NaN means missing
 * @param contributions  double [n_columns], filled
 */
void lsc_tree_shap(const lsc_forest *forest, const lsc_forest_plan *plan, const float *columns,
                   lsc_shap_scratch *scratch, double *contributions);

/**
 * The same for many rows, to float32.
 * @param rows           float32 [n_rows][n_columns]
 * @param contributions  float32 [n_rows][n_columns + 1], the last of each row untouched
 */
void lsc_tree_shap_rows(const lsc_forest *forest, const lsc_forest_plan *plan, const float *rows,
                        size_t n_rows, lsc_shap_scratch *scratch, float *contributions);

#endif
