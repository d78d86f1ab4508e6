/*
 * LightGBM by its C interface: LGBM_BoosterPredictForMatSingleRowFast() for one row, with what it
 * needs made once, and LGBM_BoosterPredictForMat() for a batch.
 */
#include <stdint.h>
#include <stdlib.h>

#include "bench_support.h"
#include "contestant.h"

enum {
    FLOAT32 = 0,
    ROW_MAJOR = 1,
    RAW_SCORE = 1,
    CONTRIBUTIONS = 3,
    ALL_ITERATIONS = -1
};

static const char parameters[] = "num_threads=1";

typedef struct lightgbm {
    const char *(*last_error)(void);
    int (*create)(const char *path, int *n_iterations, void **booster);
    int (*free)(void *booster);
    int (*fast_init)(void *booster, int type, int start, int n_iterations, int data_type,
                     int32_t n_columns, const char *parameters, void **fast);
    int (*fast_free)(void *fast);
    int (*predict_fast)(void *fast, const void *row, int64_t *length, double *out);
    int (*predict)(void *booster, const void *rows, int data_type, int32_t n_rows,
                   int32_t n_columns, int row_major, int type, int start, int n_iterations,
                   const char *parameters, int64_t *length, double *out);
    void *booster;
    void *fast_score;
    void *fast_shap;
    double *out; /* [CONTEST_BATCH][BENCH_COLUMNS + 1] */
} lightgbm;

static void must(const lightgbm *self, int result)
{
    if (result != 0) {
        bench_die("lightgbm: %s", self->last_error());
    }
}

static void load_functions(lightgbm *self, const char *path)
{
    void *library = contest_library(path);
    contest_function(library, "LGBM_GetLastError", &self->last_error);
    contest_function(library, "LGBM_BoosterCreateFromModelfile", &self->create);
    contest_function(library, "LGBM_BoosterFree", &self->free);
    contest_function(library, "LGBM_BoosterPredictForMatSingleRowFastInit", &self->fast_init);
    contest_function(library, "LGBM_FastConfigFree", &self->fast_free);
    contest_function(library, "LGBM_BoosterPredictForMatSingleRowFast", &self->predict_fast);
    contest_function(library, "LGBM_BoosterPredictForMat", &self->predict);
}

static void *make_fast(const lightgbm *self, int type)
{
    void *fast;
    must(self, self->fast_init(self->booster, type, 0, ALL_ITERATIONS, FLOAT32, BENCH_COLUMNS,
                               parameters, &fast));
    return fast;
}

static void *open_model(const char *library, const char *path)
{
    lightgbm *self = bench_alloc(1, sizeof *self);
    int n_iterations;
    load_functions(self, library);
    must(self, self->create(path, &n_iterations, &self->booster));
    self->fast_score = make_fast(self, RAW_SCORE);
    self->fast_shap = make_fast(self, CONTRIBUTIONS);
    self->out = bench_alloc((size_t)CONTEST_BATCH * (BENCH_COLUMNS + 1), sizeof *self->out);
    return self;
}

static void close_model(void *ctx)
{
    lightgbm *self = ctx;
    must(self, self->fast_free(self->fast_score));
    must(self, self->fast_free(self->fast_shap));
    must(self, self->free(self->booster));
    free(self->out);
    free(self);
}

static void take(const lightgbm *self, int64_t length, float *out)
{
    for (int64_t i = 0; i < length; i++) {
        out[i] = (float)self->out[i];
    }
}

static void score_one(void *ctx, const float *row, float *margin)
{
    lightgbm *self = ctx;
    int64_t length;
    must(self, self->predict_fast(self->fast_score, row, &length, self->out));
    take(self, length, margin);
}

static void shap_one(void *ctx, const float *row, float *contributions)
{
    lightgbm *self = ctx;
    int64_t length;
    must(self, self->predict_fast(self->fast_shap, row, &length, self->out));
    take(self, length, contributions);
}

static void predict(lightgbm *self, int type, const float *rows, size_t n_rows, float *out)
{
    int64_t length;
    must(self, self->predict(self->booster, rows, FLOAT32, (int32_t)n_rows, BENCH_COLUMNS,
                             ROW_MAJOR, type, 0, ALL_ITERATIONS, parameters, &length, self->out));
    take(self, length, out);
}

static void score_batch(void *ctx, const float *rows, size_t n_rows, float *margins)
{
    predict(ctx, RAW_SCORE, rows, n_rows, margins);
}

static void shap_batch(void *ctx, const float *rows, size_t n_rows, float *contributions)
{
    predict(ctx, CONTRIBUTIONS, rows, n_rows, contributions);
}

const contestant contest_lightgbm = {"lightgbm", open_model,  close_model, score_one,
                                     shap_one,   score_batch, shap_batch};
