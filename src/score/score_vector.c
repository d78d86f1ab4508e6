#include "scorer.h"

#include <math.h>
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
    result->margin = lsc_forest_margin(&model->forest, scorer->columns);
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
    for (size_t row = 0; row < n_rows; row++) {
        for (size_t column = 0; column < n_columns; column++) {
            float value = columns[row * n_columns + column];
            if (isinf(value)) {
                return lsc_fail(error, LSC_INVALID_ARG,
                                "row %zu, column %zu (%s) is %s, must be finite or NaN", row,
                                column, lsc_spec_column_name(spec, column),
                                value > 0 ? "infinity" : "-infinity");
            }
        }
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

/** Margin, or points, and the probability of a row. */
static void score_row(const lsc_model *model, const float *columns, size_t n_columns,
                      float *probability, float *margin)
{
    double value = model->engine == LSC_ENGINE_GBDT
                       ? (double)lsc_forest_margin(&model->forest, columns)
                       : lsc_scorecard_points(&model->scorecard, columns, n_columns, NULL);
    if (margin != NULL) {
        *margin = (float)value;
    }
    if (probability != NULL) {
        *probability = (float)lsc_calibrate(&model->calibration, value);
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
    for (size_t row = 0; row < n_rows; row++) {
        score_row(scorer->model, columns + row * n_columns, n_columns,
                  probabilities != NULL ? &probabilities[row] : NULL,
                  margins != NULL ? &margins[row] : NULL);
    }
    return LSC_OK;
}
