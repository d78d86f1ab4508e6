#include "contributions.h"

#include <stdint.h>
#include <string.h>

#include "tree_shap.h"

double lsc_base_value(const lsc_model *model)
{
    return model->engine == LSC_ENGINE_SCORECARD ? model->scorecard.base : model->forest.base_value;
}

static void compute_columns(lsc_scorer *scorer, const float *columns)
{
    const lsc_model *model = scorer->model;
    if (model->engine == LSC_ENGINE_SCORECARD) {
        lsc_scorecard_points(&model->scorecard, columns, lsc_spec_n_columns(model->spec),
                             scorer->column_contributions);
    } else {
        lsc_tree_shap(&model->forest, &model->plan, columns, &scorer->scratch.shap,
                      scorer->column_contributions);
    }
}

void lsc_contributions_compute(lsc_scorer *scorer)
{
    const lsc_spec *spec = scorer->model->spec;
    size_t n_features = lsc_spec_n_features(spec);
    compute_columns(scorer, scorer->columns);
    memset(scorer->contributions, 0, n_features * sizeof *scorer->contributions);
    const uint32_t *features = lsc_spec_column_features(spec);
    size_t n_columns = lsc_spec_n_columns(spec);
    for (size_t column = 0; column < n_columns; column++) {
        scorer->contributions[features[column]] += scorer->column_contributions[column];
    }
    memset(scorer->group_totals, 0, sizeof scorer->group_totals);
    const uint32_t *groups = lsc_spec_feature_groups(spec);
    for (size_t feature = 0; feature < n_features; feature++) {
        scorer->group_totals[groups[feature]] += scorer->contributions[feature];
    }
}

static void scorecard_rows(lsc_scorer *scorer, const float *columns, size_t n_rows,
                           float *contributions)
{
    size_t n_columns = lsc_spec_n_columns(scorer->model->spec);
    for (size_t row = 0; row < n_rows; row++) {
        compute_columns(scorer, columns + row * n_columns);
        for (size_t column = 0; column < n_columns; column++) {
            contributions[row * (n_columns + 1) + column] =
                (float)scorer->column_contributions[column];
        }
    }
}

lsc_status lsc_contributions_batch(lsc_scorer *scorer, const float *columns, size_t n_rows,
                                   size_t n_columns, float *contributions, lsc_error *error)
{
    if (scorer == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "scorer is NULL");
    }
    if (contributions == NULL && n_rows > 0) {
        return lsc_fail(error, LSC_INVALID_ARG, "contributions is NULL");
    }
    lsc_status status = lsc_scorer_check(scorer, columns, n_rows, n_columns, error);
    if (status != LSC_OK) {
        return status;
    }
    if (scorer->model->engine == LSC_ENGINE_GBDT) {
        lsc_tree_shap_rows(&scorer->model->forest, &scorer->model->plan, columns, n_rows,
                           &scorer->scratch.shap, contributions);
    } else {
        scorecard_rows(scorer, columns, n_rows, contributions);
    }
    float base_value = (float)lsc_base_value(scorer->model);
    for (size_t row = 0; row < n_rows; row++) {
        contributions[row * (n_columns + 1) + n_columns] = base_value;
    }
    return LSC_OK;
}
