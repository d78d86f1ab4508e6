#include "bench_booster.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <xgboost/c_api.h>

#include "bench_support.h"

#define MUST(call) must((call), #call)

static void must(int result, const char *call)
{
    if (result != 0) {
        bench_die("%s: %s", call, XGBGetLastError());
    }
}

static DMatrixHandle matrix_of(const float *rows, size_t n_rows, size_t n_columns)
{
    DMatrixHandle matrix;
    MUST(XGDMatrixCreateFromMat(rows, n_rows, n_columns, NAN, &matrix));
    return matrix;
}

static void configure(bench_booster booster, const bench_training *training)
{
    char base_score[32];
    snprintf(base_score, sizeof base_score, "%.9g", (double)BENCH_BASE_SCORE);
    const char *const parameters[][2] = {{"nthread", "1"},
                                         {"objective", "binary:logistic"},
                                         {"base_score", base_score},
                                         {"tree_method", "hist"},
                                         {"subsample", "0.8"},
                                         {"colsample_bytree", "0.8"},
                                         {"max_depth", training->depth},
                                         {"eta", training->eta}};
    for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++) {
        MUST(XGBoosterSetParam(booster, parameters[i][0], parameters[i][1]));
    }
    if (training->max_leaves != NULL) {
        MUST(XGBoosterSetParam(booster, "grow_policy", "lossguide"));
        MUST(XGBoosterSetParam(booster, "max_leaves", training->max_leaves));
    }
}

bench_booster bench_booster_train(const bench_training *training, const float *rows,
                                  const float *labels, size_t n_rows, size_t n_columns)
{
    DMatrixHandle matrix = matrix_of(rows, n_rows, n_columns);
    bench_booster booster;
    MUST(XGDMatrixSetFloatInfo(matrix, "label", labels, n_rows));
    MUST(XGBoosterCreate(&matrix, 1, &booster));
    configure(booster, training);
    for (int i = 0; i < training->n_trees; i++) {
        MUST(XGBoosterUpdateOneIter(booster, i, matrix));
    }
    MUST(XGDMatrixFree(matrix));
    return booster;
}

bench_booster bench_booster_load(const void *bytes, size_t length)
{
    bench_booster booster;
    MUST(XGBoosterCreate(NULL, 0, &booster));
    MUST(XGBoosterLoadModelFromBuffer(booster, bytes, length));
    return booster;
}

char *bench_booster_save(bench_booster booster, const char *format, size_t *length)
{
    char config[32];
    bst_ulong size;
    const char *bytes;
    snprintf(config, sizeof config, "{\"format\": \"%s\"}", format);
    MUST(XGBoosterSaveModelToBuffer(booster, config, &size, &bytes));
    char *copy = bench_alloc(size, 1);
    memcpy(copy, bytes, size);
    *length = size;
    return copy;
}

/* `type` as in XGBoost's documentation: 1 for margins, 2 for contributions. */
static float *predict(bench_booster booster, int type, const float *rows, size_t n_rows,
                      size_t n_columns, size_t width)
{
    char config[128];
    const bst_ulong *shape;
    bst_ulong n_dimensions;
    const float *result;
    DMatrixHandle matrix = matrix_of(rows, n_rows, n_columns);
    snprintf(config, sizeof config,
             "{\"type\": %d, \"training\": false, \"iteration_begin\": 0, \"iteration_end\": 0, "
             "\"strict_shape\": false}",
             type);
    MUST(XGBoosterPredictFromDMatrix(booster, matrix, config, &shape, &n_dimensions, &result));
    float *copy = bench_alloc(n_rows * width, sizeof *copy);
    memcpy(copy, result, n_rows * width * sizeof *copy);
    MUST(XGDMatrixFree(matrix));
    return copy;
}

float *bench_booster_margins(bench_booster booster, const float *rows, size_t n_rows,
                             size_t n_columns)
{
    return predict(booster, 1, rows, n_rows, n_columns, 1);
}

float *bench_booster_contributions(bench_booster booster, const float *rows, size_t n_rows,
                                   size_t n_columns)
{
    return predict(booster, 2, rows, n_rows, n_columns, n_columns + 1);
}

void bench_booster_free(bench_booster booster)
{
    MUST(XGBoosterFree(booster));
}
