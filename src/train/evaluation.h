/**
 * @file evaluation.h
 * What the out-of-fold margins tell: calibration, its interval, grades, and metrics of rows whose
 * lead and time the model and the calibration had not seen.
 */
#ifndef LSC_TRAIN_EVALUATION_H
#define LSC_TRAIN_EVALUATION_H

#include "model/model_data.h"
#include "train/bootstrap.h"
#include "train/calibrator.h"
#include "train/curves.h"
#include "train/fit.h"

typedef struct lsc_evaluation {
    const lsc_allocator *allocator;
    /** Measured rows; the calibration of each is fitted to other folds. */
    size_t n_rows;
    uint32_t *rows; /**< which of all rows each is */
    unsigned char *labels;
    double *probabilities;
    double *lows; /**< 90 % interval of the probability */
    double *highs;
    double *weights;
    uint32_t *groups;
    double *incumbent;           /**< NULL without one */
    lsc_predictions predictions; /**< these, together */
    lsc_estimate estimates[LSC_N_MEASURES];
    size_t n_draws; /**< behind their intervals */
    lsc_curves curves;
    double fold_auc[LSC_MAX_FOLDS]; /**< NaN where the measured rows of a fold have one label */
    /** Of the model that is shipped: fitted to the margins of all folds. */
    lsc_calibrator calibrator;
} lsc_evaluation;

/**
 * @param n_draws     behind the intervals of the metrics
 * @param evaluation  freed by lsc_evaluation_free(); empty on error
 * @return LSC_OK; LSC_CANCELLED; LSC_NO_MEMORY.
 */
lsc_status lsc_evaluate(const lsc_rows *rows, const lsc_split *split, const lsc_fit *fit,
                        size_t n_draws, uint64_t seed, const lsc_stage *stage,
                        lsc_evaluation *evaluation, lsc_error *error);
void lsc_evaluation_free(lsc_evaluation *evaluation);

#endif
