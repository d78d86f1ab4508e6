/**
 * @file booster.h
 * Boosted trees from XGBoost: the only user of its C API. Its faults are LSC_TRAINING with its
 * message. XGBoost always runs on one thread: sums over several would differ in the last bits.
 */
#ifndef LSC_TRAIN_BOOSTER_H
#define LSC_TRAIN_BOOSTER_H

#include <stddef.h>
#include <stdint.h>

#include "core/buffer.h"
#include "core/error.h"

/** The margin that a booster begins from: the log-odds of XGBoost's base score of one half. */
#define LSC_BASE_MARGIN 0.0f

/** How trees are grown: XGBoost's parameters. */
typedef struct lsc_growth {
    int max_depth;
    int trees_a_round; /**< grown beside each other, and averaged */
    double eta;
    double subsample;    /**< share of the rows that a tree learns from */
    double column_share; /**< share of the columns that a tree may split on */
    double min_child_weight;
    double lambda;
} lsc_growth;

/** What suits most data: a tree a round, at eta 0.1. */
extern const lsc_growth lsc_usual_growth;

/** Rows in XGBoost's own form. */
typedef struct lsc_matrix lsc_matrix;
typedef struct lsc_booster lsc_booster;

/** @param columns  [n_rows][n_columns], row-major; NaN means missing */
lsc_status lsc_matrix_new(const float *columns, const unsigned char *labels, const float *weights,
                          size_t n_rows, size_t n_columns, const lsc_allocator *allocator,
                          lsc_matrix **matrix, lsc_error *error);
/** Some rows of a matrix, by their numbers. */
lsc_status lsc_matrix_slice(const lsc_matrix *matrix, const int *rows, size_t n_rows,
                            lsc_matrix **slice, lsc_error *error);
void lsc_matrix_free(lsc_matrix *matrix);

/**
 * A booster that has learned nothing yet.
 * @param growth    copied
 * @param monotone  [n_columns]: +1, -1 or 0 (lsc_spec_monotone())
 */
lsc_status lsc_booster_new(const lsc_matrix *train, const lsc_growth *growth,
                           const signed char *monotone, size_t n_columns, uint64_t seed,
                           const lsc_allocator *allocator, lsc_booster **booster, lsc_error *error);
void lsc_booster_free(lsc_booster *booster);

/** Add the trees of a round. `round` counts from 0. */
lsc_status lsc_booster_update(lsc_booster *booster, int round, const lsc_matrix *train,
                              lsc_error *error);
/** Mean log loss on a matrix with labels. */
lsc_status lsc_booster_loss(lsc_booster *booster, int round, const lsc_matrix *matrix, double *loss,
                            lsc_error *error);
/** Margins by the trees of the first n_rounds rounds. @param margins [rows of the matrix] */
lsc_status lsc_booster_margins(lsc_booster *booster, const lsc_matrix *matrix, size_t n_rounds,
                               float *margins, lsc_error *error);
/** Append the model as UBJSON, XGBoost's own format. */
lsc_status lsc_booster_save(lsc_booster *booster, lsc_buffer *out, lsc_error *error);
/** How much the splits on each column have lowered the loss. @param gains [n_columns] */
lsc_status lsc_booster_gains(lsc_booster *booster, double *gains, size_t n_columns,
                             lsc_error *error);

#endif
