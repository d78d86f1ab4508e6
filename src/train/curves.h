/**
 * @file curves.h
 * Predictions beside what became true, to be drawn: calibration by bins, ROC and precision-recall
 * curves, and how the probabilities of the two classes are spread (docs/metrics.md).
 */
#ifndef LSC_TRAIN_CURVES_H
#define LSC_TRAIN_CURVES_H

#include "train/metrics.h"

/** Most points of a curve. */
#define LSC_MAX_CURVE_POINTS 100
/** Steps of probability in which the classes are counted. */
#define LSC_HISTOGRAM_STEPS 50

/** Rows of similar probabilities. Means and shares are by weight. */
typedef struct lsc_calibration_bin {
    double from; /**< least and highest probability */
    double to;
    double predicted; /**< mean probability */
    double observed;  /**< share that converted */
    double low;       /**< 95 % Wilson interval of `observed` */
    double high;
    double mean_low; /**< means of the predictions' own intervals; NaN where there are none */
    double mean_high;
    double share; /**< of the weight of all rows */
    size_t n_rows;
    size_t n_positive;
} lsc_calibration_bin;

typedef struct lsc_curve {
    double x[LSC_MAX_CURVE_POINTS];
    double y[LSC_MAX_CURVE_POINTS];
    size_t n_points;
} lsc_curve;

typedef struct lsc_curves {
    double base_rate;
    lsc_calibration_bin bins[LSC_ECE_BINS]; /**< lowest probabilities first */
    size_t n_bins;                          /**< those that hold a row */
    double least[LSC_N_TENTHS];             /**< least probability of each, the highest first */
    lsc_curve roc;                          /**< share of the others, of the converted */
    lsc_curve precision;                    /**< recall, precision */
    double converted[LSC_HISTOGRAM_STEPS];  /**< shares of the class by probability */
    double others[LSC_HISTOGRAM_STEPS];
} lsc_curves;

/**
 * @param predictions  of both classes
 * @return LSC_OK or LSC_NO_MEMORY.
 */
lsc_status lsc_curves_draw(const lsc_predictions *predictions, const lsc_allocator *allocator,
                           lsc_curves *curves, lsc_error *error);

/** Bins whose mean interval of the predictions meets the Wilson interval of what was observed. */
size_t lsc_curves_count_met(const lsc_curves *curves);

#endif
