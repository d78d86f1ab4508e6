#include "scorer.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "core/error.h"
#include "result.h"

static void run_scorecard(lsc_scorer *scorer, lsc_result *result)
{
    const lsc_model *model = scorer->model;
    size_t n_columns = lsc_spec_n_columns(model->spec);
    result->points = lsc_scorecard_points(&model->scorecard, scorer->columns, n_columns, NULL);
    result->score = (int)floor(result->points + 0.5);
    result->grade = lsc_grade(&model->grades, result->score / 100.0);
    lsc_calibrate_with_interval(&model->calibration, result->points, &result->probability,
                                &result->probability_low, &result->probability_high);
}

static void run_forest(lsc_scorer *scorer, lsc_result *result)
{
    const lsc_model *model = scorer->model;
    result->margin =
        lsc_forest_margin(&model->forest, &model->plan, scorer->columns, scorer->bytes);
    result->raw_probability = lsc_raw_sigmoid(result->margin);
    lsc_calibrate_with_interval(&model->calibration, (double)result->margin, &result->probability,
                                &result->probability_low, &result->probability_high);
    result->score = (int)floor(100 * result->probability + 0.5);
    result->grade = lsc_grade(&model->grades, result->probability);
}

void lsc_scorer_run(lsc_scorer *scorer, lsc_result *result)
{
    lsc_result_clear(result, LSC_SCORED);
    if (scorer->model->engine == LSC_ENGINE_GBDT) {
        run_forest(scorer, result);
    } else {
        run_scorecard(scorer, result);
    }
    result->confidence = 1 - (result->probability_high - result->probability_low);
}

/** Numbers that are looked at before the next test whether to go on. */
#define CHECKED_TOGETHER 64

static inline bool is_infinite(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (bits & 0x7fffffffu) == 0x7f800000u;
}

/** The first infinity, or `count`. */
static size_t find_infinity(const float *values, size_t count)
{
    size_t at = 0;
    for (; at + CHECKED_TOGETHER <= count; at += CHECKED_TOGETHER) {
        uint32_t any = 0;
        for (size_t i = 0; i < CHECKED_TOGETHER; i++) {
            any |= is_infinite(values[at + i]);
        }
        if (any != 0) {
            break;
        }
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
    lsc_result scored = LSC_RESULT_INIT;
    memcpy(scorer->columns, columns, n_columns * sizeof *columns);
    lsc_scorer_run(scorer, &scored);
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
