/**
 * @file bootstrap.h
 * Intervals by resampling (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, ch. 13:
 * percentiles). Leads are drawn, not rows: the rows of one lead come and go together, as they hang
 * together.
 */
#ifndef LSC_TRAIN_BOOTSTRAP_H
#define LSC_TRAIN_BOOTSTRAP_H

#include "train/metrics.h"

/** Draws behind an interval, and behind one that is to take little time. */
#define LSC_BOOTSTRAP_DRAWS 500
#define LSC_BOOTSTRAP_FEW_DRAWS 200

/** A number, and its 95 % interval. */
typedef struct lsc_estimate {
    double value;
    double low;
    double high;
} lsc_estimate;

/** How two sets of predictions for the same rows compare. */
typedef struct lsc_comparison {
    lsc_estimate gain; /**< ROC AUC of the first less that of the second */
    double won;        /**< share of the draws in which the first had the higher AUC */
} lsc_comparison;

/** The value at share `q` of values in rising order [count > 0], linear between neighbours. */
double lsc_quantile(const double *rising, size_t count, double q);

/** Sort doubles, none of them NaN, to rise. */
void lsc_sort_doubles(double *values, size_t count);

/**
 * Everything measured with its interval.
 * @param n_draws  behind the intervals, at most LSC_BOOTSTRAP_DRAWS
 * @return LSC_OK; LSC_BAD_DATA when there is one class only, or no row; LSC_NO_MEMORY.
 */
lsc_status lsc_metrics_estimate(const lsc_predictions *predictions, size_t n_draws, uint64_t seed,
                                const lsc_allocator *allocator,
                                lsc_estimate estimates[LSC_N_MEASURES], lsc_error *error);

/**
 * Compare with the probabilities (any scores that rise with them) of another model for the same
 * rows, each draw giving both the same leads.
 * @return as lsc_metrics_estimate().
 */
lsc_status lsc_metrics_compare(const lsc_predictions *predictions, const double *others,
                               uint64_t seed, const lsc_allocator *allocator,
                               lsc_comparison *comparison, lsc_error *error);

#endif
