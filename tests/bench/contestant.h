/**
 * @file contestant.h
 * One who scores: this library, or a peer whose shared library is loaded at run time and called by
 * its quickest path from C. A file a contestant, contest_<name>.c.
 */
#ifndef LSC_TESTS_BENCH_CONTESTANT_H
#define LSC_TESTS_BENCH_CONTESTANT_H

#include <stddef.h>

#include "bench_leads.h"

/** Most rows of a batch. */
#define CONTEST_BATCH 4096

/**
 * All calls end the program when something fails. Those that a contestant does not have are NULL.
 * Rows are float32 [n_rows][BENCH_COLUMNS], NaN where missing.
 */
typedef struct contestant {
    const char *name;
    /**
     * @param library  the peer's shared library; NULL for this one
     * @param model    file of the model, in the contestant's own format
     */
    void *(*open)(const char *library, const char *model);
    void (*close)(void *self);
    /** The margin of a row. */
    void (*score_one)(void *self, const float *row, float *margin);
    /** The contributions of a row, and the base value: float32 [BENCH_COLUMNS + 1]. */
    void (*shap_one)(void *self, const float *row, float *contributions);
    /** n_rows <= CONTEST_BATCH. */
    void (*score_batch)(void *self, const float *rows, size_t n_rows, float *margins);
    /** float32 [n_rows][BENCH_COLUMNS + 1]; n_rows <= CONTEST_BATCH. */
    void (*shap_batch)(void *self, const float *rows, size_t n_rows, float *contributions);
} contestant;

extern const contestant contest_leadscore;
extern const contestant contest_leadscore_explain;
extern const contestant contest_xgboost;
extern const contestant contest_lightgbm;
extern const contestant contest_onnxruntime;
extern const contestant contest_treelite;
extern const contestant contest_lleaves;

/** Open a shared library. */
void *contest_library(const char *path);
/** A function of it, stored to `function`, which points to a pointer to a function. */
void contest_function(void *library, const char *name, void *function);

#endif
