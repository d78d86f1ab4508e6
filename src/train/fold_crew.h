/**
 * @file fold_crew.h
 * Folds trained beside each other.
 */
#ifndef LSC_TRAIN_FOLD_CREW_H
#define LSC_TRAIN_FOLD_CREW_H

#include "train/fold.h"

/**
 * Train the models of the first `n_folds` folds.
 *
 * @param task         go_on and ctx are the crew's own, whatever stands there
 * @param threads      folds trained at a time; what comes out does not depend on it
 * @param stage        told of the progress by the calling thread only
 * @param margins      [n_rows] of all rows; those of these folds are filled in
 * @param fold_rounds  [n_folds], filled
 * @return as lsc_fold_train(); LSC_CANCELLED when the stage said so.
 */
lsc_status lsc_fold_crew_train(const lsc_fold_task *task, size_t n_folds, size_t threads,
                               const lsc_stage *stage, float *margins, size_t *fold_rounds,
                               lsc_error *error);

#endif
