#include <leadscore/train.h>

#include <math.h>

#include "score/scorer.h"
#include "train/metrics_json.h"
#include "train/reference_read.h"
#include "train/row_walk.h"
#include "train/settings.h"

/** Rows scored by the model that is measured. */
typedef struct scored_rows {
    const lsc_allocator *allocator;
    lsc_scorer *scorer;
    const lsc_spec *spec;
    float *columns; /**< [n_columns]: the vector being scored */
    size_t n_columns;
    unsigned char *labels;
    double *probabilities;
    double *lows;
    double *highs;
    double *weights;
    uint32_t *groups;
    size_t n_rows;
    bool has_intervals; /**< each row so far has one */
} scored_rows;

static lsc_status make_room(scored_rows *rows, size_t n, lsc_error *error)
{
    const lsc_allocator *allocator = rows->allocator;
    rows->n_columns = lsc_spec_n_columns(rows->spec);
    rows->columns = lsc_alloc_array(allocator, rows->n_columns, sizeof *rows->columns);
    rows->labels = lsc_alloc_array(allocator, n, sizeof *rows->labels);
    rows->probabilities = lsc_alloc_array(allocator, n, sizeof *rows->probabilities);
    rows->lows = lsc_alloc_array(allocator, n, sizeof *rows->lows);
    rows->highs = lsc_alloc_array(allocator, n, sizeof *rows->highs);
    rows->weights = lsc_alloc_array(allocator, n, sizeof *rows->weights);
    rows->groups = lsc_alloc_array(allocator, n, sizeof *rows->groups);
    if (rows->columns == NULL || rows->labels == NULL || rows->probabilities == NULL ||
        rows->lows == NULL || rows->highs == NULL || rows->weights == NULL ||
        rows->groups == NULL) {
        return lsc_fail_memory(error);
    }
    return LSC_OK;
}

static void free_rows(scored_rows *rows)
{
    lsc_release(rows->allocator, rows->columns);
    lsc_release(rows->allocator, rows->labels);
    lsc_release(rows->allocator, rows->probabilities);
    lsc_release(rows->allocator, rows->lows);
    lsc_release(rows->allocator, rows->highs);
    lsc_release(rows->allocator, rows->weights);
    lsc_release(rows->allocator, rows->groups);
    lsc_scorer_free(rows->scorer);
}

static lsc_status score_row(void *ctx, lsc_lead *lead, const lsc_row *row, lsc_error *error)
{
    scored_rows *rows = ctx;
    lsc_result result = LSC_RESULT_INIT;
    lsc_status status =
        lsc_spec_extract(rows->spec, lead, row->as_of_ms, rows->columns, rows->n_columns, error);
    if (status == LSC_OK) {
        status = lsc_score_vector(rows->scorer, rows->columns, rows->n_columns, &result, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    size_t at = rows->n_rows++;
    bool has_probability = !isnan(result.probability);
    rows->labels[at] = row->label;
    /* Points rank leads as probabilities do. */
    rows->probabilities[at] = has_probability ? result.probability : result.points / 100;
    rows->lows[at] = result.probability_low;
    rows->highs[at] = result.probability_high;
    rows->weights[at] = (double)row->weight;
    rows->groups[at] = row->lead;
    rows->has_intervals = rows->has_intervals && !isnan(result.probability_low);
    return LSC_OK;
}

/** Score the rows that training would make. */
static lsc_status score_rows(lsc_source *source, const lsc_train *settings, lsc_plan *plan,
                             scored_rows *rows, lsc_error *error)
{
    lsc_plan_options options = lsc_settings_plan(settings);
    lsc_stage reading = lsc_settings_stage(settings, "reading leads", 0, 0.5);
    lsc_stage scoring = lsc_settings_stage(settings, "scoring", 0.5, 0.9);
    lsc_history history;
    lsc_status status = lsc_history_init(&history, settings->spec, rows->allocator, error);
    if (status != LSC_OK) {
        return status;
    }
    status = lsc_plan_make(source, &options, &history, &reading, rows->allocator, plan, error);
    if (status == LSC_OK) {
        status = make_room(rows, plan->n_rows, error);
    }
    if (status == LSC_OK) {
        status = lsc_plan_walk(plan, source, rows->spec, &scoring, score_row, rows, error);
    }
    lsc_history_free(&history);
    return status;
}

static lsc_status measure(const lsc_train *settings, const lsc_plan *plan, const lsc_model *model,
                          const scored_rows *rows, char **json, lsc_error *error)
{
    lsc_stage stage = lsc_settings_stage(settings, "measuring", 0.9, 1);
    const lsc_predictions predictions = {.labels = rows->labels,
                                         .probabilities = rows->probabilities,
                                         .lows = rows->has_intervals ? rows->lows : NULL,
                                         .highs = rows->has_intervals ? rows->highs : NULL,
                                         .weights = rows->weights,
                                         .groups = rows->groups,
                                         .n_groups = plan->n_leads,
                                         .n_rows = rows->n_rows};
    lsc_status status = lsc_stage_report(&stage, 0, error);
    return status == LSC_OK ? lsc_predictions_json(&predictions, &model->grades, settings->seed,
                                                   rows->allocator, json, error)
                            : status;
}

/** Where the model learned from leads that may convert again, measure it on such too. */
static lsc_status take_repeats(const lsc_model *model, lsc_train *settings, lsc_error *error)
{
    lsc_reference reference;
    size_t length;
    if (lsc_model_member(model, "reference.json", &length) == NULL) {
        return LSC_OK; /* a scorecard, an imported model */
    }
    const lsc_status status = lsc_reference_read(model, lsc_default_allocator(), &reference, error);
    if (status == LSC_OK) {
        settings->repeats = settings->repeats || reference.repeats;
        lsc_reference_free(&reference);
    }
    return status;
}

static lsc_status evaluate(lsc_source *source, lsc_model *model, const lsc_train *settings,
                           char **json, lsc_error *error)
{
    scored_rows rows = {
        .allocator = lsc_default_allocator(), .spec = model->spec, .has_intervals = true};
    lsc_plan plan = {.allocator = rows.allocator};
    lsc_status status = lsc_scorer_new(model, rows.allocator, &rows.scorer, error);
    if (status == LSC_OK) {
        status = score_rows(source, settings, &plan, &rows, error);
    }
    if (status == LSC_OK) {
        status = measure(settings, &plan, model, &rows, json, error);
    }
    free_rows(&rows);
    lsc_plan_free(&plan);
    return status;
}

lsc_status lsc_model_evaluate(lsc_model *model, lsc_source *source, const lsc_train *train,
                              char **json, lsc_error *error)
{
    lsc_train settings;
    if (json != NULL) {
        *json = NULL;
    }
    if (model == NULL || source == NULL || json == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL",
                        model == NULL    ? "model"
                        : source == NULL ? "source"
                                         : "json");
    }
    lsc_status status = lsc_settings_read(train, &settings, error);
    if (status != LSC_OK) {
        return status;
    }
    settings.spec = model->spec;
    status = take_repeats(model, &settings, error);
    return status == LSC_OK ? evaluate(source, model, &settings, json, error) : status;
}
