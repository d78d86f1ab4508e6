/*
 * A forest that lleaves compiled from LightGBM's model by LLVM, linked into a shared library: the
 * library is the model. It takes doubles, and its caller converts.
 */
#include <stdlib.h>

#include "bench_support.h"
#include "contestant.h"

typedef struct lleaves {
    void (*predict)(const double *rows, double *out, int first, int end);
    double *rows; /* [CONTEST_BATCH][BENCH_COLUMNS] */
    double *out;  /* [CONTEST_BATCH] */
} lleaves;

static void *open_model(const char *library, const char *path)
{
    (void)library;
    lleaves *self = bench_alloc(1, sizeof *self);
    contest_function(contest_library(path), "forest_root", &self->predict);
    self->rows = bench_alloc((size_t)CONTEST_BATCH * BENCH_COLUMNS, sizeof *self->rows);
    self->out = bench_alloc(CONTEST_BATCH, sizeof *self->out);
    return self;
}

static void close_model(void *ctx)
{
    lleaves *self = ctx;
    free(self->rows);
    free(self->out);
    free(self);
}

static void score_batch(void *ctx, const float *rows, size_t n_rows, float *margins)
{
    lleaves *self = ctx;
    for (size_t i = 0; i < n_rows * BENCH_COLUMNS; i++) {
        self->rows[i] = (double)rows[i];
    }
    self->predict(self->rows, self->out, 0, (int)n_rows);
    for (size_t i = 0; i < n_rows; i++) {
        margins[i] = (float)self->out[i];
    }
}

static void score_one(void *ctx, const float *row, float *margin)
{
    score_batch(ctx, row, 1, margin);
}

const contestant contest_lleaves = {"lleaves", open_model,  close_model, score_one,
                                    NULL,      score_batch, NULL};
