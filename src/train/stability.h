/**
 * @file stability.h
 * How far a distribution has moved from its reference, and whether chance alone moves one so far
 * (docs/drift.md).
 */
#ifndef LSC_TRAIN_STABILITY_H
#define LSC_TRAIN_STABILITY_H

#include <stddef.h>

/** What was found. */
typedef struct lsc_stability {
    double psi;     /**< population stability index */
    double p_value; /**< chance of one as large without drift; NaN where it is not known */
    size_t n_bins;  /**< that were compared, rare ones taken together */
} lsc_stability;

/**
 * The population stability index, sum of (q - p) ln(q / p) over the bins, and its p-value: without
 * drift, it is distributed as (1/n + 1/m) times chi-square with B - 1 degrees of freedom (Yurdakul
 * and Naranjo, "Statistical properties of the population stability index", 2020).
 *
 * Half a row is added to each bin of both, so that no share is 0. A bin in which fewer than one row
 * is expected and fewer than five are found is taken together with the others like it.
 *
 * @param shares       [n_bins] of the reference; sum to 1
 * @param n_reference  rows that the shares were counted on, > 0; NaN: not known
 * @param counts       [n_bins] rows found
 */
lsc_stability lsc_stability_measure(const double *shares, double n_reference, const double *counts,
                                    size_t n_bins);

/** P(chi-square with `df` degrees of freedom >= x), in closed form; 1 where df is 0. */
double lsc_chi_square_tail(double x, size_t df);

#endif
