/**
 * @file calibration_check.h
 * Whether leads convert as often as their probabilities said, on rows that training never saw.
 */
#ifndef LSC_TRAIN_CALIBRATION_CHECK_H
#define LSC_TRAIN_CALIBRATION_CHECK_H

#include "train/metrics.h"

/** Groups of rows of similar probability. */
#define LSC_CALIBRATION_BINS 10

/** A share seen, and its 95 % interval (Wilson 1927), beside what was predicted. */
typedef struct lsc_observed {
    size_t n_rows;
    size_t n_positive;
    double predicted; /**< mean of the probabilities */
    double observed;
    double low;
    double high;
} lsc_observed;

typedef struct lsc_calibration_check {
    lsc_observed all;
    lsc_observed bins[LSC_CALIBRATION_BINS]; /**< of equal size but for ties, lowest first */
    size_t n_bins;
    /**
     * Chance of differences as large where each probability is right: sum over the bins of
     * (converted - expected)² / sum of p(1 - p), as chi-square with a degree of freedom a bin
     * (Hosmer and Lemeshow 1980; none is lost, as nothing was fitted to these rows).
     */
    double p_value;
} lsc_calibration_check;

/** @param predictions  without weights and groups; at least one row */
lsc_status lsc_calibration_check_make(const lsc_predictions *predictions,
                                      const lsc_allocator *allocator, lsc_calibration_check *check,
                                      lsc_error *error);

#endif
