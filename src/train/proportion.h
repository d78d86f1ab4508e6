/**
 * @file proportion.h
 * How sure a share is that was seen in a sample: of how many, and the intervals of Wilson and of
 * Jeffreys (Brown, Cai and DasGupta, "Interval estimation for a binomial proportion", 2001).
 */
#ifndef LSC_TRAIN_PROPORTION_H
#define LSC_TRAIN_PROPORTION_H

#include <stddef.h>
#include <stdint.h>

/**
 * To how many rows of equal weight the rows come: (sum w)² / sum w² (Kish, "Survey Sampling", 1965),
 * w being the weight of a lead, which is that of its rows together. Rows of one lead share its fate,
 * mostly: they count as one. 0 without weight.
 *
 * @param rows     [n_rows], indices into `weights` and `groups`
 * @param weights  of all rows
 * @param groups   of all rows; NULL: each is a lead of its own
 * @param sums     a number for each group, all 0; 0 again afterwards; not used where groups is NULL
 */
double lsc_effective_count(const uint32_t *rows, size_t n_rows, const double *weights,
                           const uint32_t *groups, double *sums);

/**
 * The 95 % Wilson interval of a share.
 * @param share  0 to 1
 * @param count  rows it was seen in, > 0
 */
void lsc_wilson_interval(double share, double count, double *low, double *high);

/**
 * The 90 % Jeffreys interval of a share: the 5 % and 95 % quantiles of Beta(count·share + 1/2,
 * count·(1 - share) + 1/2); low is 0 where the share is, and high 1.
 * @param share  0 to 1
 * @param count  rows it was seen in, > 0
 */
void lsc_jeffreys_interval(double share, double count, double *low, double *high);

/**
 * The quantile `q` of the beta distribution, to 1e-12.
 * @param a, b  1/2 to 1e9
 * @param q     0 to 1
 */
double lsc_beta_quantile(double a, double b, double q);

#endif
