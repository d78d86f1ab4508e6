/*
 * A forest that tl2cgen, Treelite's compiler, wrote as C and a C compiler built: the shared library
 * is the model. A batch is what tl2cgen's own predictor makes of it: a loop.
 */
#include <math.h>
#include <stdlib.h>

#include "bench_support.h"
#include "contestant.h"

/* A value as the compiled forest takes it. */
typedef union tl2cgen_entry {
    int missing; /* -1: is missing */
    float value;
    int quantized;
} tl2cgen_entry;

typedef struct treelite {
    void (*predict)(tl2cgen_entry *row, int pred_margin, float *out);
} treelite;

static void *open_model(const char *library, const char *path)
{
    (void)library;
    treelite *self = bench_alloc(1, sizeof *self);
    contest_function(contest_library(path), "predict", &self->predict);
    return self;
}

static void score_one(void *ctx, const float *row, float *margin)
{
    treelite *self = ctx;
    tl2cgen_entry entries[BENCH_COLUMNS];
    for (size_t i = 0; i < BENCH_COLUMNS; i++) {
        if (isnan(row[i])) {
            entries[i].missing = -1;
        } else {
            entries[i].value = row[i];
        }
    }
    *margin = 0; /* it adds to what is there */
    self->predict(entries, 1, margin);
}

static void score_batch(void *ctx, const float *rows, size_t n_rows, float *margins)
{
    for (size_t i = 0; i < n_rows; i++) {
        score_one(ctx, rows + i * BENCH_COLUMNS, &margins[i]);
    }
}

const contestant contest_treelite = {"treelite", open_model,  free, score_one,
                                     NULL,       score_batch, NULL};
