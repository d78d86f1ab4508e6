/**
 * @file metrics.h
 * How good predictions are, each metric by the formula of docs/metrics.md.
 */
#ifndef LSC_TRAIN_METRICS_H
#define LSC_TRAIN_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"
#include "core/memory.h"

/** Equal-mass bins of the expected calibration error, and of the Brier score's decomposition. */
#define LSC_ECE_BINS 10
/** Tenths of the weight, ranked, of which lift and gain are told. */
#define LSC_N_TENTHS 10

typedef enum lsc_metric {
    LSC_METRIC_ROC_AUC,
    LSC_METRIC_PR_AUC,
    LSC_METRIC_LOG_LOSS,
    LSC_METRIC_BRIER,
    LSC_METRIC_BRIER_RELIABILITY,
    LSC_METRIC_BRIER_RESOLUTION,
    LSC_METRIC_BRIER_UNCERTAINTY,
    LSC_METRIC_ECE,
    LSC_METRIC_KS,
    LSC_METRIC_LIFT_10,
    LSC_N_METRICS
} lsc_metric;

/** Behind the metrics, all that is measured has a number each of LSC_N_TENTHS tenths. */
enum {
    LSC_MEASURE_RATE = LSC_N_METRICS,                   /**< share of a tenth that converts */
    LSC_MEASURE_LIFT = LSC_MEASURE_RATE + LSC_N_TENTHS, /**< that, over the share of all */
    LSC_MEASURE_GAIN = LSC_MEASURE_LIFT + LSC_N_TENTHS, /**< of all conversions, in it or above */
    LSC_N_MEASURES = LSC_MEASURE_GAIN + LSC_N_TENTHS
};

/** Predictions, and what became true. */
typedef struct lsc_predictions {
    const unsigned char *labels; /**< [n_rows], 0 or 1 */
    const double *probabilities; /**< [n_rows], in [0, 1] */
    const double *lows;          /**< [n_rows], interval of the probability; NULL: none is known */
    const double *highs;         /**< [n_rows]; NULL where lows is */
    const double *weights;       /**< [n_rows], >= 0; NULL: 1 each */
    const uint32_t *groups;      /**< [n_rows], below n_groups: rows of one lead; NULL: none are */
    size_t n_groups;
    size_t n_rows; /**< at most UINT32_MAX */
} lsc_predictions;

/** The key of a metric in JSON: "roc_auc". Static. */
const char *lsc_metric_name(lsc_metric metric);

/** Predictions in the order of their probabilities: what every metric walks. */
typedef struct lsc_ranking {
    const lsc_allocator *allocator;
    const lsc_predictions *predictions; /**< outlives the ranking */
    uint32_t *order;                    /**< [n_rows], highest probability first */
    double *falling;                    /**< [n_rows], probabilities in that order */
    unsigned char *labels;              /**< [n_rows], in that order */
    double *log_losses;                 /**< [n_rows], in the order of the predictions */
    double *squares;                    /**< [n_rows], of the misses, likewise */
} lsc_ranking;

lsc_status lsc_ranking_init(lsc_ranking *ranking, const lsc_predictions *predictions,
                            const lsc_allocator *allocator, lsc_error *error);
void lsc_ranking_free(lsc_ranking *ranking);

/** Rows of one probability: whatever order they stand in, no metric may depend on it. */
typedef struct lsc_tie {
    double probability;
    double positive; /**< weight of the rows that converted */
    double negative;
} lsc_tie;

/** The tie that begins at `*at` of the order; `*at` moves past it. */
lsc_tie lsc_ranking_tie(const lsc_ranking *ranking, const double *weights, size_t *at);

/** The weights of all rows together. */
lsc_tie lsc_ranking_total(const lsc_ranking *ranking, const double *weights);

/**
 * The bin of equal mass that a tie falls in, by its middle; 0 has the highest probabilities.
 * @param above   weight of the rows ranked above it
 * @param own     weight of the tie
 * @param weight  of all rows
 */
size_t lsc_equal_mass_bin(double above, double own, double weight);

/**
 * All metrics at once, and the numbers of each tenth.
 * @param weights  [n_rows], >= 0, in place of the predictions' own
 * @return false, and `values` untouched, when one of the classes has no weight.
 */
bool lsc_ranking_measure(const lsc_ranking *ranking, const double *weights,
                         double values[LSC_N_MEASURES]);

/** The ROC AUC alone; NaN when one of the classes has no weight. */
double lsc_ranking_roc_auc(const lsc_ranking *ranking, const double *weights);

#endif
