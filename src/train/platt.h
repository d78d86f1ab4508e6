/**
 * @file platt.h
 * Platt scaling: p = logistic(slope·margin + intercept), fitted by maximum likelihood on smoothed
 * targets (Platt, "Probabilistic outputs for support vector machines", 1999) by Newton's method with
 * backtracking.
 */
#ifndef LSC_TRAIN_PLATT_H
#define LSC_TRAIN_PLATT_H

#include <stddef.h>

/** The least slope: a higher margin never means a lower probability. */
#define LSC_PLATT_LEAST_SLOPE 1e-3

typedef struct lsc_platt {
    double slope;
    double intercept;
} lsc_platt;

/**
 * Fit.
 *
 * Where the likelihood asks for a slope below LSC_PLATT_LEAST_SLOPE (margins that tell nothing, or
 * the opposite), the slope is that, and the intercept fitted to it.
 *
 * @param margins  [n_rows], finite
 * @param labels   [n_rows], 0 or 1
 * @param weights  [n_rows], >= 0, not all 0
 * @param start    where the search begins; NULL: at slope 0 and the base rate's log-odds
 */
lsc_platt lsc_platt_fit(const double *margins, const unsigned char *labels, const double *weights,
                        size_t n_rows, const lsc_platt *start);

/** The calibrated log-odds and probability of a margin. */
double lsc_platt_log_odds(lsc_platt platt, double margin);
double lsc_platt_probability(lsc_platt platt, double margin);

#endif
