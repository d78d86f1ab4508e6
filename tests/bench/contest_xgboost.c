/*
 * XGBoost by its C interface. A score is XGBoosterPredictFromDense(), in place, with a proxy matrix,
 * interface and configuration that are made once. Contributions have no such path: a matrix is made
 * of the rows in each call.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_support.h"
#include "contestant.h"

#define PREDICT \
    "\"training\": false, \"iteration_begin\": 0, \"iteration_end\": 0, \"strict_shape\": false"

static const char margin_config[] = "{\"type\": 1, \"missing\": NaN, \"cache_id\": 0, " PREDICT "}";
static const char shap_config[] = "{\"type\": 2, " PREDICT "}";
static const char matrix_config[] = "{\"missing\": NaN, \"nthread\": 1}";

typedef struct xgboost {
    const char *(*last_error)(void);
    int (*booster_create)(void *const *matrices, uint64_t n, void **booster);
    int (*booster_load)(void *booster, const char *path);
    int (*booster_set)(void *booster, const char *name, const char *value);
    int (*booster_free)(void *booster);
    int (*proxy_create)(void **proxy);
    int (*matrix_create)(const char *rows, const char *config, void **matrix);
    int (*matrix_free)(void *matrix);
    int (*predict_dense)(void *booster, const char *rows, const char *config, void *proxy,
                         const uint64_t **shape, uint64_t *n_dimensions, const float **out);
    int (*predict_matrix)(void *booster, void *matrix, const char *config, const uint64_t **shape,
                          uint64_t *n_dimensions, const float **out);
    void *booster;
    void *proxy;
    float row[BENCH_COLUMNS]; /* where the row interface points */
    char row_interface[160];
} xgboost;

static void must(const xgboost *self, int result)
{
    if (result != 0) {
        bench_die("xgboost: %s", self->last_error());
    }
}

/* Numpy's description of an array, as the C interface takes it. */
static void describe(const float *rows, size_t n_rows, char text[160])
{
    snprintf(text, 160,
             "{\"data\": [%" PRIuPTR ", true], \"shape\": [%zu, %d], \"typestr\": \"<f4\", "
             "\"version\": 3}",
             (uintptr_t)rows, n_rows, BENCH_COLUMNS);
}

static void load_functions(xgboost *self, const char *path)
{
    void *library = contest_library(path);
    contest_function(library, "XGBGetLastError", &self->last_error);
    contest_function(library, "XGBoosterCreate", &self->booster_create);
    contest_function(library, "XGBoosterLoadModel", &self->booster_load);
    contest_function(library, "XGBoosterSetParam", &self->booster_set);
    contest_function(library, "XGBoosterFree", &self->booster_free);
    contest_function(library, "XGProxyDMatrixCreate", &self->proxy_create);
    contest_function(library, "XGDMatrixCreateFromDense", &self->matrix_create);
    contest_function(library, "XGDMatrixFree", &self->matrix_free);
    contest_function(library, "XGBoosterPredictFromDense", &self->predict_dense);
    contest_function(library, "XGBoosterPredictFromDMatrix", &self->predict_matrix);
}

static void *open_model(const char *library, const char *path)
{
    xgboost *self = bench_alloc(1, sizeof *self);
    load_functions(self, library);
    must(self, self->booster_create(NULL, 0, &self->booster));
    must(self, self->booster_load(self->booster, path));
    must(self, self->booster_set(self->booster, "nthread", "1"));
    must(self, self->proxy_create(&self->proxy));
    describe(self->row, 1, self->row_interface);
    return self;
}

static void close_model(void *ctx)
{
    xgboost *self = ctx;
    must(self, self->matrix_free(self->proxy));
    must(self, self->booster_free(self->booster));
    free(self);
}

static void predict_in_place(xgboost *self, const char *rows, size_t n_rows, float *margins)
{
    const uint64_t *shape;
    uint64_t n_dimensions;
    const float *out;
    must(self, self->predict_dense(self->booster, rows, margin_config, self->proxy, &shape,
                                   &n_dimensions, &out));
    memcpy(margins, out, n_rows * sizeof *out);
}

static void score_one(void *ctx, const float *row, float *margin)
{
    xgboost *self = ctx;
    memcpy(self->row, row, sizeof self->row);
    predict_in_place(self, self->row_interface, 1, margin);
}

static void score_batch(void *ctx, const float *rows, size_t n_rows, float *margins)
{
    char interface[160];
    describe(rows, n_rows, interface);
    predict_in_place(ctx, interface, n_rows, margins);
}

static void shap_batch(void *ctx, const float *rows, size_t n_rows, float *contributions)
{
    xgboost *self = ctx;
    char interface[160];
    void *matrix;
    const uint64_t *shape;
    uint64_t n_dimensions;
    const float *out;
    describe(rows, n_rows, interface);
    must(self, self->matrix_create(interface, matrix_config, &matrix));
    must(self,
         self->predict_matrix(self->booster, matrix, shap_config, &shape, &n_dimensions, &out));
    memcpy(contributions, out, n_rows * (BENCH_COLUMNS + 1) * sizeof *out);
    must(self, self->matrix_free(matrix));
}

static void shap_one(void *ctx, const float *row, float *contributions)
{
    shap_batch(ctx, row, 1, contributions);
}

const contestant contest_xgboost = {"xgboost", open_model,  close_model, score_one,
                                    shap_one,  score_batch, shap_batch};
