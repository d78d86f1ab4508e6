/**
 * @file kernel_check.h
 * Whether kernels give what they must: XGBoost's margins to the bit, and the contributions of the
 * general kernels within 5e-6 of the size of the trees' outputs.
 */
#ifndef LSC_TESTS_BENCH_KERNEL_CHECK_H
#define LSC_TESTS_BENCH_KERNEL_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "bench_booster.h"

/** A forest, rows, and what XGBoost gives for them. */
typedef struct checked_forest {
    const char *name;
    bench_booster booster;
    size_t n_columns;
    const float *rows; /**< [n_rows][n_columns] */
    size_t n_rows;
    size_t n_explained;    /**< so many of the first rows are explained too */
    bool xgboost_explains; /**< whether XGBoost has contributions: it has none without cover */
} checked_forest;

/** Check every set of kernels. Prints a line a set. @return how many are wrong */
size_t kernel_check(const checked_forest *forest);

#endif
