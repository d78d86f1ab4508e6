/**
 * @file split.h
 * Which rows are learned from and which are measured on.
 *
 * All rows of a lead lie in one fold. The model of a fold learns from the training rows of the
 * other folds, and predicts the rows of its own: no model predicts a lead it has seen. Where there
 * are times, training rows are those whose horizon had passed at the split time, and measured rows
 * those as of the split time or later: the model of a fold has seen nothing of the time it is
 * measured in, either. What lies between is in neither part (purged). In a table each row is in
 * both.
 */
#ifndef LSC_TRAIN_SPLIT_H
#define LSC_TRAIN_SPLIT_H

#include "train/rows.h"

/** Folds: at least two, and not more than this. */
#define LSC_MAX_FOLDS 50
/** Leads of each class that each fold needs to train on and to stop early by. */
#define LSC_LEADS_A_FOLD 2

enum {
    LSC_ROW_TRAINED = 1, /**< may be learned from by the models of the other folds */
    LSC_ROW_MEASURED = 2 /**< metrics are computed on it */
};

typedef struct lsc_split {
    const lsc_allocator *allocator;
    size_t n_folds;
    int64_t split_ms;     /**< LSC_TIME_NONE in a table */
    unsigned char *parts; /**< [n_rows], bits LSC_ROW_TRAINED and LSC_ROW_MEASURED */
    uint32_t *places;     /**< [n_groups], place of a lead in its class, shuffled */
} lsc_split;

/**
 * @param horizon_ms  0 for a table
 * @param split       freed by lsc_split_free(); empty on error
 * @return LSC_OK; LSC_BAD_DATA naming the class and part of which there is too little;
 *         LSC_NO_MEMORY.
 */
lsc_status lsc_split_make(const lsc_rows *rows, int64_t horizon_ms, size_t n_folds, uint64_t seed,
                          lsc_split *split, lsc_error *error);
void lsc_split_free(lsc_split *split);

/** The fold of a row, from 0. */
size_t lsc_split_fold(const lsc_split *split, const lsc_rows *rows, size_t row);

/**
 * Whether the model of `fold`, which does not have this row's lead, watches the row to know when to
 * stop instead of learning from it: one lead in ten of each class.
 */
bool lsc_split_watched(const lsc_split *split, const lsc_rows *rows, size_t row, size_t fold);

#endif
