/**
 * @file fit.h
 * The procedure of fitting: a model a fold, and a final one refitted on all rows.
 */
#ifndef LSC_TRAIN_FIT_H
#define LSC_TRAIN_FIT_H

#include "train/beside.h"
#include "train/fold.h"

typedef struct lsc_fit {
    const lsc_allocator *allocator;
    float *margins;                    /**< [n_rows], of the model that has not seen the lead */
    size_t fold_rounds[LSC_MAX_FOLDS]; /**< where the folds stopped */
    lsc_growth growth;                 /**< how the trees of the folds and the final model grew */
    size_t n_tried;                    /**< settings tried for it */
    size_t n_rounds;                   /**< of the final model: a fifth more than their mean */
    lsc_buffer model;                  /**< the final model, UBJSON */
    double *gains;                     /**< [n_columns], of the final model's splits */
} lsc_fit;

typedef struct lsc_fit_options {
    lsc_effort effort;
    bool additive; /**< trees of one split each, whatever the effort: log-odds are a sum of one
                        function of each column */
    uint64_t seed;
    size_t threads;  /**< folds trained at a time; what comes out does not depend on it */
    lsc_stage stage; /**< told of the progress by the calling thread only */
    /** Of lsc_fit_rows(): done once the folds have been trained, of which it may read the margins; while
        the model is, where there is more than one thread, else after it. */
    lsc_work beside;
} lsc_fit_options;

/**
 * Fit.
 *
 * @param fit  freed by lsc_fit_free(); empty on error
 * @return LSC_OK; LSC_TRAINING; LSC_CANCELLED; LSC_NO_MEMORY; what the work beside it does.
 */
lsc_status lsc_fit_rows(const lsc_rows *rows, const lsc_split *split, const lsc_spec *spec,
                        const lsc_fit_options *options, lsc_fit *fit, lsc_error *error);

/**
 * Train the folds alone, to measure by: trees grow as they are told, and there is no model.
 * @param fit  as of lsc_fit_rows(), its model and gains empty
 */
lsc_status lsc_fit_folds(const lsc_rows *rows, const lsc_split *split, const lsc_spec *spec,
                         const lsc_growth *growth, const lsc_fit_options *options, lsc_fit *fit,
                         lsc_error *error);
void lsc_fit_free(lsc_fit *fit);

#endif
