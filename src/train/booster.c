#include "train/booster.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xgboost/c_api.h>

#include "core/number.h"

const lsc_growth lsc_usual_growth = {.max_depth = 5,
                                     .trees_a_round = 1,
                                     .eta = 0.1,
                                     .subsample = 0.8,
                                     .column_share = 0.8,
                                     .min_child_weight = 5,
                                     .lambda = 1};

/** XGBoost's handles are void pointers, which our types tell apart; it takes no const ones. */
static DMatrixHandle matrix_handle(const lsc_matrix *matrix)
{
    return (DMatrixHandle)(uintptr_t)matrix;
}

/** The first line of XGBoost's message: a stack trace may follow. */
static lsc_status check(int result, lsc_error *error)
{
    if (result == 0) {
        return LSC_OK;
    }
    const char *message = XGBGetLastError();
    return lsc_fail(error, LSC_TRAINING, "XGBoost: %.*s", (int)strcspn(message, "\n"), message);
}

/** Labels and weights, as the floats that XGBoost takes. */
static lsc_status describe(DMatrixHandle matrix, const unsigned char *labels, const float *weights,
                           size_t n_rows, const lsc_allocator *allocator, lsc_error *error)
{
    float *targets = lsc_alloc_array(allocator, n_rows, sizeof *targets);
    if (targets == NULL) {
        return lsc_fail_memory(error);
    }
    for (size_t row = 0; row < n_rows; row++) {
        targets[row] = labels[row] ? 1 : 0;
    }
    lsc_status status = check(XGDMatrixSetFloatInfo(matrix, "label", targets, n_rows), error);
    if (status == LSC_OK) {
        status = check(XGDMatrixSetFloatInfo(matrix, "weight", weights, n_rows), error);
    }
    lsc_release(allocator, targets);
    return status;
}

lsc_status lsc_matrix_new(const float *columns, const unsigned char *labels, const float *weights,
                          size_t n_rows, size_t n_columns, const lsc_allocator *allocator,
                          lsc_matrix **matrix, lsc_error *error)
{
    DMatrixHandle handle;
    *matrix = NULL;
    lsc_status status =
        check(XGDMatrixCreateFromMat(columns, n_rows, n_columns, NAN, &handle), error);
    if (status != LSC_OK) {
        return status;
    }
    status = describe(handle, labels, weights, n_rows, allocator, error);
    if (status != LSC_OK) {
        XGDMatrixFree(handle);
        return status;
    }
    *matrix = handle;
    return LSC_OK;
}

lsc_status lsc_matrix_slice(const lsc_matrix *matrix, const int *rows, size_t n_rows,
                            lsc_matrix **slice, lsc_error *error)
{
    DMatrixHandle handle;
    *slice = NULL;
    lsc_status status =
        check(XGDMatrixSliceDMatrix(matrix_handle(matrix), rows, n_rows, &handle), error);
    if (status == LSC_OK) {
        *slice = handle;
    }
    return status;
}

void lsc_matrix_free(lsc_matrix *matrix)
{
    if (matrix != NULL) {
        XGDMatrixFree(matrix);
    }
}

static lsc_status set_monotone(BoosterHandle handle, const signed char *monotone, size_t n_columns,
                               const lsc_allocator *allocator, lsc_error *error)
{
    lsc_buffer text;
    lsc_buffer_init(&text, allocator);
    for (size_t column = 0; column < n_columns; column++) {
        lsc_buffer_append_format(&text, "%c%d", column == 0 ? '(' : ',', monotone[column]);
    }
    lsc_buffer_append_text(&text, ")");
    lsc_status status = lsc_buffer_status(&text, error);
    if (status == LSC_OK) {
        status = check(XGBoosterSetParam(handle, "monotone_constraints", text.data), error);
    }
    lsc_buffer_free(&text);
    return status;
}

/** A parameter of XGBoost's and its value. */
typedef struct parameter {
    const char *name;
    const char *value;
} parameter;

static lsc_status set_all(BoosterHandle handle, const parameter *parameters, size_t n,
                          lsc_error *error)
{
    lsc_status status = LSC_OK;
    for (size_t i = 0; i < n && status == LSC_OK; i++) {
        status = check(XGBoosterSetParam(handle, parameters[i].name, parameters[i].value), error);
    }
    return status;
}

static lsc_status set_growth(BoosterHandle handle, const lsc_growth *growth, lsc_error *error)
{
    const struct {
        const char *name;
        double value;
    } numbers[] = {
        {"max_depth", growth->max_depth},
        {"num_parallel_tree", growth->trees_a_round},
        {"eta", growth->eta},
        {"subsample", growth->subsample},
        {"colsample_bytree", growth->column_share},
        {"min_child_weight", growth->min_child_weight},
        {"lambda", growth->lambda},
    };
    lsc_status status = LSC_OK;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0] && status == LSC_OK; i++) {
        char text[LSC_NUMBER_TEXT_SIZE];
        lsc_number_format_short(numbers[i].value, 6, text);
        status = set_all(handle, &(parameter){numbers[i].name, text}, 1, error);
    }
    return status;
}

static lsc_status set_parameters(BoosterHandle handle, const lsc_growth *growth, uint64_t seed,
                                 lsc_error *error)
{
    /* The seed is taken anew in each round, so that no round depends on what else ran. XGBoost
       keeps it in a signed number. */
    char seed_text[LSC_NUMBER_TEXT_SIZE];
    snprintf(seed_text, sizeof seed_text, "%u", (unsigned)(seed >> 33));
    const parameter parameters[] = {
        {"verbosity", "0"},
        {"nthread", "1"},
        {"booster", "gbtree"},
        {"tree_method", "hist"},
        {"objective", "binary:logistic"},
        {"eval_metric", "logloss"},
        {"base_score", "0.5"},
        {"seed_per_iteration", "1"},
        {"seed", seed_text},
    };
    lsc_status status =
        set_all(handle, parameters, sizeof parameters / sizeof parameters[0], error);
    return status == LSC_OK ? set_growth(handle, growth, error) : status;
}

lsc_status lsc_booster_new(const lsc_matrix *train, const lsc_growth *growth,
                           const signed char *monotone, size_t n_columns, uint64_t seed,
                           const lsc_allocator *allocator, lsc_booster **booster, lsc_error *error)
{
    const DMatrixHandle cached[1] = {matrix_handle(train)};
    BoosterHandle handle;
    *booster = NULL;
    lsc_status status = check(XGBoosterCreate(cached, 1, &handle), error);
    if (status != LSC_OK) {
        return status;
    }
    status = set_parameters(handle, growth, seed, error);
    if (status == LSC_OK) {
        status = set_monotone(handle, monotone, n_columns, allocator, error);
    }
    if (status != LSC_OK) {
        XGBoosterFree(handle);
        return status;
    }
    *booster = handle;
    return LSC_OK;
}

void lsc_booster_free(lsc_booster *booster)
{
    if (booster != NULL) {
        XGBoosterFree(booster);
    }
}

lsc_status lsc_booster_update(lsc_booster *booster, int round, const lsc_matrix *train,
                              lsc_error *error)
{
    return check(XGBoosterUpdateOneIter(booster, round, matrix_handle(train)), error);
}

lsc_status lsc_booster_loss(lsc_booster *booster, int round, const lsc_matrix *matrix, double *loss,
                            lsc_error *error)
{
    DMatrixHandle matrices[1] = {matrix_handle(matrix)};
    const char *names[1] = {"watched"};
    const char *text; /* "[12]\twatched-logloss:0.3012" */
    lsc_status status =
        check(XGBoosterEvalOneIter(booster, round, matrices, names, 1, &text), error);
    if (status != LSC_OK) {
        return status;
    }
    const char *colon = strrchr(text, ':');
    if (colon == NULL || !lsc_number_parse(colon + 1, strlen(colon + 1), loss)) {
        return lsc_fail(error, LSC_TRAINING, "XGBoost: no loss stands in \"%s\"", text);
    }
    return LSC_OK;
}

lsc_status lsc_booster_margins(lsc_booster *booster, const lsc_matrix *matrix, size_t n_rounds,
                               float *margins, lsc_error *error)
{
    char config[128];
    const bst_ulong *shape;
    bst_ulong n_dimensions;
    const float *result;
    snprintf(config, sizeof config,
             "{\"type\": 1, \"training\": false, \"iteration_begin\": 0, "
             "\"iteration_end\": %zu, \"strict_shape\": true}",
             n_rounds);
    lsc_status status = check(XGBoosterPredictFromDMatrix(booster, matrix_handle(matrix), config,
                                                          &shape, &n_dimensions, &result),
                              error);
    if (status == LSC_OK) {
        memcpy(margins, result, shape[0] * sizeof *margins);
    }
    return status;
}

lsc_status lsc_booster_save(lsc_booster *booster, lsc_buffer *out, lsc_error *error)
{
    bst_ulong length;
    const char *bytes;
    lsc_status status =
        check(XGBoosterSaveModelToBuffer(booster, "{\"format\": \"ubj\"}", &length, &bytes), error);
    if (status == LSC_OK) {
        lsc_buffer_append(out, bytes, length);
        status = lsc_buffer_status(out, error);
    }
    return status;
}

lsc_status lsc_booster_gains(lsc_booster *booster, double *gains, size_t n_columns,
                             lsc_error *error)
{
    bst_ulong n_names;
    const char **names; /* "f0", "f1", ...: of columns that have a split */
    bst_ulong n_dimensions;
    const bst_ulong *shape;
    const float *scores;
    lsc_status status =
        check(XGBoosterFeatureScore(booster, "{\"importance_type\": \"total_gain\"}", &n_names,
                                    &names, &n_dimensions, &shape, &scores),
              error);
    if (status != LSC_OK) {
        return status;
    }
    memset(gains, 0, n_columns * sizeof *gains);
    for (size_t i = 0; i < n_names; i++) {
        size_t column = strtoul(names[i] + 1, NULL, 10);
        if (column < n_columns) {
            gains[column] = (double)scores[i];
        }
    }
    return LSC_OK;
}
