#include "scorer.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "core/error.h"
#include "result.h"

static void run_scorecard(const lsc_model *model, const float *columns, lsc_result *result)
{
    size_t n_columns = lsc_spec_n_columns(model->spec);
    result->points = lsc_scorecard_points(&model->scorecard, columns, n_columns, NULL);
    result->score = (int)floor(result->points + 0.5);
    result->grade = lsc_grade(&model->grades, result->score / 100.0);
    lsc_calibrate_with_interval(&model->calibration, LSC_CPU_GENERAL, result->points,
                                &result->probability, &result->probability_low,
                                &result->probability_high);
    result->margin = NAN;
    result->raw_probability = NAN;
}

/** What follows from a margin of trees. */
static inline void finish_forest(const lsc_model *model, float margin, lsc_result *result)
{
    result->margin = margin;
    result->raw_probability = lsc_raw_sigmoid(result->margin);
    lsc_calibrate_with_interval(&model->calibration, model->plan.cpu, (double)result->margin,
                                &result->probability, &result->probability_low,
                                &result->probability_high);
    result->score = (int)(100 * result->probability + 0.5); /* not below 0 */
    result->grade = lsc_grade(&model->grades, result->probability);
    result->points = (double)NAN;
}

static void run_forest(const lsc_model *model, const float *columns, lsc_block_bytes *bytes,
                       lsc_result *result)
{
    finish_forest(model, lsc_forest_margin(&model->forest, &model->plan, columns, bytes), result);
}

/** Everything but result->size. */
static void run(const lsc_model *model, const float *columns, lsc_block_bytes *bytes,
                lsc_result *result)
{
    result->status = LSC_SCORED;
    if (model->engine == LSC_ENGINE_GBDT) {
        run_forest(model, columns, bytes, result);
    } else {
        run_scorecard(model, columns, result);
    }
    result->confidence = 1 - (result->probability_high - result->probability_low);
}

void lsc_scorer_run(lsc_scorer *scorer, lsc_result *result)
{
    run(scorer->model, scorer->columns, scorer->bytes, result);
}

void lsc_scorer_run_rows(lsc_scorer *scorer, const float *columns, size_t n_rows,
                         lsc_result *results)
{
    const lsc_model *model = scorer->model;
    size_t n_columns = lsc_spec_n_columns(model->spec);
    float margins[LSC_BLOCK_ROWS];
    if (model->engine == LSC_ENGINE_GBDT) {
        lsc_forest_margins(&model->forest, &model->plan, columns, n_rows, scorer->bytes, margins);
    }
    for (size_t row = 0; row < n_rows; row++) {
        lsc_result *result = &results[row];
        *result = (lsc_result)LSC_RESULT_INIT;
        if (model->engine == LSC_ENGINE_GBDT) {
            finish_forest(model, margins[row], result);
        } else {
            run_scorecard(model, columns + row * n_columns, result);
        }
        result->confidence = 1 - (result->probability_high - result->probability_low);
    }
}

/** Numbers that are looked at before the next test whether to go on. */
#define CHECKED_TOGETHER 64

static inline bool is_infinite(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (bits & 0x7fffffffu) == 0x7f800000u;
}

static inline bool any_infinite(const float *values)
{
    uint32_t any = 0;
    for (size_t i = 0; i < CHECKED_TOGETHER; i++) {
        any |= is_infinite(values[i]);
    }
    return any != 0;
}

/** For less: two numbers in an integer, as vectors cost more to set up. */
static inline bool pair_is_finite(const float *values)
{
    uint64_t bits;
    memcpy(&bits, values, sizeof bits);
    bits = (bits & UINT64_C(0x7fffffff7fffffff)) ^ UINT64_C(0x7f8000007f800000);
    bits += UINT64_C(0x7fffffff7fffffff); /* now the top bit of a half tells that it was not 0 */
    return (~bits & UINT64_C(0x8000000080000000)) == 0;
}

/** The first infinity, or `count`. */
static size_t find_infinity(const float *values, size_t count)
{
    size_t at = 0;
    while (at + CHECKED_TOGETHER <= count && !any_infinite(values + at)) {
        at += CHECKED_TOGETHER;
    }
    while (at + 2 <= count && pair_is_finite(values + at)) {
        at += 2;
    }
    while (at < count && !is_infinite(values[at])) {
        at++;
    }
    return at;
}

lsc_status lsc_scorer_check(const lsc_scorer *scorer, const float *columns, size_t n_rows,
                            size_t n_columns, lsc_error *error)
{
    const lsc_spec *spec = scorer->model->spec;
    if (n_columns != lsc_spec_n_columns(spec)) {
        return lsc_fail(error, LSC_INVALID_ARG, "n_columns is %zu, the model has %zu columns",
                        n_columns, lsc_spec_n_columns(spec));
    }
    if (columns == NULL && n_rows > 0) {
        return lsc_fail(error, LSC_INVALID_ARG, "columns is NULL");
    }
    size_t at = find_infinity(columns, n_rows * n_columns);
    if (at < n_rows * n_columns) {
        size_t column = at % n_columns;
        return lsc_fail(error, LSC_INVALID_ARG,
                        "row %zu, column %zu (%s) is %s, must be finite or NaN", at / n_columns,
                        column, lsc_spec_column_name(spec, column),
                        columns[at] > 0 ? "infinity" : "-infinity");
    }
    return LSC_OK;
}

lsc_status lsc_score_vector(lsc_scorer *scorer, const float *columns, size_t n_columns,
                            lsc_result *result, lsc_error *error)
{
    if (scorer == NULL || result == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "scorer or result is NULL");
    }
    lsc_status status = lsc_scorer_check(scorer, columns, 1, n_columns, error);
    if (status != LSC_OK) {
        return status;
    }
    if (result->size == sizeof *result) { /* written in place */
        run(scorer->model, columns, scorer->bytes, result);
        return LSC_OK;
    }
    lsc_result scored = LSC_RESULT_INIT;
    run(scorer->model, columns, scorer->bytes, &scored);
    return lsc_result_write(&scored, result, error);
}

/** Either output may be NULL. */
static void put_row(const lsc_model *model, double margin, float *probabilities, float *margins,
                    size_t row)
{
    if (margins != NULL) {
        margins[row] = (float)margin;
    }
    if (probabilities != NULL) {
        probabilities[row] = (float)lsc_calibrate(&model->calibration, margin);
    }
}

static void batch_forest(lsc_scorer *scorer, const float *columns, size_t n_rows,
                         float *probabilities, float *margins)
{
    const lsc_model *model = scorer->model;
    size_t n_columns = model->forest.n_columns;
    float block[LSC_BLOCK_ROWS];
    for (size_t first = 0; first < n_rows; first += LSC_BLOCK_ROWS) {
        size_t n = n_rows - first < LSC_BLOCK_ROWS ? n_rows - first : LSC_BLOCK_ROWS;
        lsc_forest_margins(&model->forest, &model->plan, columns + first * n_columns, n,
                           scorer->bytes, block);
        for (size_t row = 0; row < n; row++) {
            put_row(model, (double)block[row], probabilities, margins, first + row);
        }
    }
}

static void batch_scorecard(const lsc_model *model, const float *columns, size_t n_rows,
                            float *probabilities, float *margins)
{
    size_t n_columns = lsc_spec_n_columns(model->spec);
    for (size_t row = 0; row < n_rows; row++) {
        double points =
            lsc_scorecard_points(&model->scorecard, columns + row * n_columns, n_columns, NULL);
        put_row(model, points, probabilities, margins, row);
    }
}

lsc_status lsc_score_batch(lsc_scorer *scorer, const float *columns, size_t n_rows,
                           size_t n_columns, float *probabilities, float *margins, lsc_error *error)
{
    if (scorer == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "scorer is NULL");
    }
    lsc_status status = lsc_scorer_check(scorer, columns, n_rows, n_columns, error);
    if (status != LSC_OK) {
        return status;
    }
    if (scorer->model->engine == LSC_ENGINE_GBDT) {
        batch_forest(scorer, columns, n_rows, probabilities, margins);
    } else {
        batch_scorecard(scorer->model, columns, n_rows, probabilities, margins);
    }
    return LSC_OK;
}
