/**
 * @file tree_shap.h
 * Exact path-dependent TreeSHAP by quadrature (docs/engine.md).
 *
 * Every kernel does the same float32 operations for each split of a tree, one by one, none fused,
 * and sums their results as integers (model/shap_plan.h). With a(q) and b(q) the factors from above
 * and the values from below at point q, z the share, m the merged share, o 1 where the row goes left
 * and 0 elsewhere, and n_points terms summed from q = 0 on:
 *
 *     no other split of the path on the column:
 *         f(q) = z·rest(q) + o·point(q)
 *         sum  = a(0)·(b_left(0) - b_right(0)) + a(1)·...
 *     else, where the row takes the path at all splits on the column above:
 *         f(q) = g(q)·((m·z)·rest(q) + o·point(q))
 *         sum  = (a(0)·kappa(0))·(b_left(0) - b_right(0)) + ...
 *     else:
 *         f(q) = z,  sum = 0
 *     a_left(q) = a(q)·f(q),  a_right(q) = a(q) - a_left(q)
 *     b(q) = f(q)·(b_left(q) - b_right(q)) + b_right(q)
 *     contribution += round(sum·(o - z))
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
