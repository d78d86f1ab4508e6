/**
 * @file repeated.h
 * Validation once more: leads dealt to the folds anew, and folds of all rows beside those in order of
 * time. How the trees grow is chosen before, and no model comes of it: only metrics.
 */
#ifndef LSC_TRAIN_REPEATED_H
#define LSC_TRAIN_REPEATED_H

#include "train/evaluation.h"

/** Times that leads may be dealt to the folds. */
#define LSC_MAX_FOLD_REPEATS 20

/** A kind of validation, over all times that leads were dealt to the folds. */
typedef struct lsc_repeated {
    int64_t split_ms; /**< LSC_TIME_NONE: folds of all rows */
    size_t n_repeats;
    size_t n_rows; /**< measured in each */
    size_t n_positive;
    lsc_estimate means[LSC_N_METRICS]; /**< of the values, and of the ends of their intervals */
    double deviations[LSC_N_METRICS];  /**< of the values from dealing to dealing; 0 for one */
} lsc_repeated;

/** What was validated more than once; nothing where that was not asked for. */
typedef struct lsc_validations {
    lsc_repeated items[2];
    size_t n;
} lsc_validations;

typedef struct lsc_repeat_options {
    int64_t horizon_ms; /**< 0 for a table */
    bool both;          /**< folds of all rows too, where the rows have times */
    size_t n_repeats;
    size_t n_draws; /**< behind each interval */
    lsc_fit_options fit;
} lsc_repeat_options;

/** How many times all folds are to be trained again. */
size_t lsc_repeats_count(const lsc_repeat_options *options);

/**
 * @param split, fit, evaluation  of the first dealing
 * @return as lsc_fit_rows().
 */
lsc_status lsc_repeat_validation(const lsc_rows *rows, const lsc_spec *spec, const lsc_split *split,
                                 const lsc_fit *fit, const lsc_evaluation *evaluation,
                                 const lsc_repeat_options *options, lsc_validations *validations,
                                 lsc_error *error);

#endif
