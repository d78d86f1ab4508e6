/**
 * @file tree_shap.h
 * Exact path-dependent TreeSHAP: the Shapley values of a forest's columns.
 */
#ifndef LSC_EXPLAIN_TREE_SHAP_H
#define LSC_EXPLAIN_TREE_SHAP_H

#include "model/forest.h"
#include "score/scorer.h"

/**
 * The contributions of one row. The forest's base value and all contributions sum to its margin, up
 * to rounding in double.
 *
 * @param columns        float32 [n_columns]; NaN means missing
 * @param scratch        made for this forest
 * @param contributions  double [n_columns], filled
 */
void lsc_tree_shap(const lsc_forest *forest, const float *columns, lsc_scratch *scratch,
                   double *contributions);

#endif
