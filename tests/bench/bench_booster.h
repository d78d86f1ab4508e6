/**
 * @file bench_booster.h
 * XGBoost, linked: it makes the forests of the bench, and is the oracle of its checks.
 */
#ifndef LSC_TESTS_BENCH_BOOSTER_H
#define LSC_TESTS_BENCH_BOOSTER_H

#include <stddef.h>

/** A handle of XGBoost's. */
typedef void *bench_booster;

/** What is trained: `n_trees` trees of `depth` at a learning rate, as text. */
typedef struct bench_training {
    const char *name;
    int n_trees;
    const char *depth;
    const char *eta;
    const char *max_leaves; /**< grow by loss, to so many leaves; NULL: by depth */
} bench_training;

/** The prior probability that all forests of the bench start from. */
#define BENCH_BASE_SCORE 0.2f

bench_booster bench_booster_train(const bench_training *training, const float *rows,
                                  const float *labels, size_t n_rows, size_t n_columns);

/** From the bytes of a model, JSON or UBJSON. */
bench_booster bench_booster_load(const void *bytes, size_t length);

/** The model in a format, "ubj" or "json"; freed with free(). */
char *bench_booster_save(bench_booster booster, const char *format, size_t *length);

/** float32 [n_rows]; freed with free(). */
float *bench_booster_margins(bench_booster booster, const float *rows, size_t n_rows,
                             size_t n_columns);

/** XGBoost's pred_contribs, float32 [n_rows][n_columns + 1]; freed with free(). */
float *bench_booster_contributions(bench_booster booster, const float *rows, size_t n_rows,
                                   size_t n_columns);

void bench_booster_free(bench_booster booster);

#endif
