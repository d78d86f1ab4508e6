/**
 * @file fold.h
 * The model of one fold: learned from the other folds, stopped early, predicting its own rows.
 */
#ifndef LSC_TRAIN_FOLD_H
#define LSC_TRAIN_FOLD_H

#include "train/booster.h"
#include "train/split.h"

/** Most rounds of boosting. */
#define LSC_MAX_ROUNDS 1000
/**
 * Boosting stops after so many rounds, over eta, without a lower loss on the watched rows: a lower
 * eta takes smaller steps.
 */
#define LSC_PATIENCE 1.5

/** What all folds share. */
typedef struct lsc_fold_task {
    const lsc_rows *rows;
    const lsc_split *split;
    const lsc_matrix *matrix; /**< of all rows */
    const lsc_growth *growth;
    const signed char *monotone; /**< [n_columns] */
    uint64_t seed;
    /** Called after each round, by the thread that trains the fold; false stops it. */
    bool (*go_on)(void *ctx, size_t fold, size_t round);
    void *ctx;
} lsc_fold_task;

/**
 * @param margins   [n_rows] of all rows; those of the fold's rows are filled in, others untouched
 * @param n_rounds  set to the rounds that gave the lowest loss, at least 1
 * @return LSC_OK; LSC_TRAINING; LSC_CANCELLED when `go_on` said no; LSC_NO_MEMORY.
 */
lsc_status lsc_fold_train(const lsc_fold_task *task, size_t fold, float *margins, size_t *n_rounds,
                          lsc_error *error);

#endif
