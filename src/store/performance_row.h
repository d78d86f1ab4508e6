/**
 * @file performance_row.h
 * What is summed over the scores of a month and a model.
 */
#ifndef LSC_STORE_PERFORMANCE_ROW_H
#define LSC_STORE_PERFORMANCE_ROW_H

#include <leadscore/store_analytics.h>

#include "core/visibility.h"

/** Sums, in the order in which leads come. Start from zeros. */
typedef struct lsc_performance_sums {
    int64_t n[2];           /**< leads that did not convert, and that did */
    int64_t scores[2][101]; /**< the same by score */
    int64_t n_probabilities;
    double probability;
    double brier;
    double log_loss;
    lsc_probability_bin bins[LSC_N_PROBABILITY_BINS]; /**< mean_probability is the sum */
} lsc_performance_sums;

/** Add a lead. @param probability  NaN: there is none */
void lsc_performance_add(lsc_performance_sums *sums, int score, double probability, bool converted);

/** Fill the numbers of a row. */
void lsc_performance_finish(const lsc_performance_sums *sums, lsc_performance *row);

/** LSC_OK, or LSC_INVALID_ARG for a horizon that is not positive, or longer than any time. */
lsc_status lsc_check_horizon(int64_t horizon_ms, lsc_error *error);

#endif
