/**
 * @file interval.h
 * The interval of a Platt calibration: how far it would have come out otherwise, had chance dealt
 * other outcomes to the same leads. A seeded parametric bootstrap: labels are drawn from the fitted
 * probabilities and the calibration is fitted to them, LSC_INTERVAL_DRAWS times; the interval at a
 * margin holds the middle 90 % of the log-odds that these give it.
 */
#ifndef LSC_TRAIN_INTERVAL_H
#define LSC_TRAIN_INTERVAL_H

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

/**
 * @param fitted   lsc_platt_fit() of the same rows
 * @param margins  [n_rows], n_rows > 0; the knots cover their range and half of it on each side
 * @return LSC_OK or LSC_NO_MEMORY.
 */
lsc_status lsc_interval_draw(lsc_platt fitted, const double *margins, const double *weights,
                             size_t n_rows, uint64_t seed, const lsc_allocator *allocator,
                             lsc_interval_curve *curve, lsc_error *error);

#endif
