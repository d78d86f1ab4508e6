/**
 * @file interval.h
 * The interval of a Platt calibration: how far it would have come out otherwise, by a seeded
 * bootstrap. LSC_INTERVAL_DRAWS times the calibration is fitted to what chance might have dealt
 * instead; the interval at a margin holds the middle 90 % of the log-odds that these give it.
 *
 * Rows of their own are given other labels, drawn from the fitted probabilities. Rows of one lead
 * share its fate, and as many labels drawn apart would promise too much: of these, leads are drawn.
 */
#ifndef LSC_TRAIN_INTERVAL_H
#define LSC_TRAIN_INTERVAL_H

#include <stddef.h>
#include <stdint.h>

#include "core/error.h"
#include "core/memory.h"
#include "train/platt.h"

#define LSC_INTERVAL_DRAWS 200
/** Margins at which the interval is held. */
#define LSC_INTERVAL_KNOTS 33

typedef struct lsc_interval_curve {
    double knots[LSC_INTERVAL_KNOTS]; /**< margins, strictly rising */
    double low[LSC_INTERVAL_KNOTS];   /**< log-odds, around those of the calibration */
    double high[LSC_INTERVAL_KNOTS];
} lsc_interval_curve;

/** The rows that a calibration was fitted to. */
typedef struct lsc_calibrated {
    const double *margins;       /**< [n_rows] */
    const unsigned char *labels; /**< [n_rows] */
    const double *weights;       /**< [n_rows] */
    const uint32_t *groups;      /**< [n_rows] leads, below n_groups; NULL: one row a lead */
    size_t n_groups;
    size_t n_rows; /**< > 0 */
} lsc_calibrated;

/**
 * @param fitted  lsc_platt_fit() of `rows`
 * @param curve   its knots cover the range of the margins and half of it on each side
 * @return LSC_OK or LSC_NO_MEMORY.
 */
lsc_status lsc_interval_draw(lsc_platt fitted, const lsc_calibrated *rows, uint64_t seed,
                             const lsc_allocator *allocator, lsc_interval_curve *curve,
                             lsc_error *error);

#endif
