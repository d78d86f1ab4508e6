/**
 * @file contributions.h
 * What each column, feature and group contributes to the margin, or to the points of a scorecard.
 */
#ifndef LSC_EXPLAIN_CONTRIBUTIONS_H
#define LSC_EXPLAIN_CONTRIBUTIONS_H

#include "score/scorer.h"

/** The margin (or points) before any contribution. */
double lsc_base_value(const lsc_model *model);

/**
 * Fill the scorer's column_contributions, contributions (a feature) and group_totals for the vector
 * in its columns.
 */
void lsc_contributions_compute(lsc_scorer *scorer);

#endif
