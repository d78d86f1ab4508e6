/**
 * @file bins.h
 * The distribution of a column in bins: what reference.json keeps of it, and drift counts again.
 */
#ifndef LSC_TRAIN_BINS_H
#define LSC_TRAIN_BINS_H

#include <stddef.h>
#include <stdint.h>

#include "core/memory.h"

/** Bins of the values of a column, at the most. */
#define LSC_REFERENCE_BINS 10
/** The same, with that of the rows where it is missing. */
#define LSC_MOST_BINS (LSC_REFERENCE_BINS + 1)

/** At or below edge 0, up to edge 1, ..., above the last; and missing, which comes last. */
typedef struct lsc_bins {
    double edges[LSC_REFERENCE_BINS - 1];
    size_t n_edges;
    double weights[LSC_MOST_BINS]; /**< of the rows in each */
    double total;
} lsc_bins;

/** A column of rows: rows of one lead stand together and have the same group. */
typedef struct lsc_binned {
    const double *values;  /**< [n_rows]; NaN means missing */
    const double *weights; /**< [n_rows] */
    const uint32_t *groups;
    size_t n_rows;
} lsc_binned;

/** Bins with missing as the last. */
static inline size_t lsc_bins_count(const lsc_bins *bins)
{
    return bins->n_edges + 2;
}

/** `value` with the few digits that an edge or a share has. */
double lsc_bins_round(double value);

/** Deciles of what is there, but for those that would leave a bin with fewer than LSC_LEVEL_SUPPORT
    rows. @param rising  the values that are not missing, in rising order */
void lsc_bins_place(lsc_bins *bins, const double *rising, size_t count);

/** The bin of a value. */
size_t lsc_bins_find(const lsc_bins *bins, double value);

/** Count a row. */
void lsc_bins_add(lsc_bins *bins, double value, double weight);

/**
 * How many rows drawn one by one would tell the shares of the bins as well as these do, which weigh
 * differently and come several from a lead: (B - 1) / sum of V_b / p_b over the B bins that hold
 * something, with V_b the variance of the share p_b between leads, linearized (the first-order
 * correction of Rao and Scott, "On chi-squared tests for multiway contingency tables", 1984).
 * As many as there are rows where each weighs the same and has a lead of its own.
 * @param bins  with the rows counted
 */
double lsc_bins_effective(const lsc_bins *bins, const lsc_binned *rows);

#endif
