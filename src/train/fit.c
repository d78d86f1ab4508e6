#include "train/fit.h"

#include <assert.h>

#include "features/spec_data.h"
#include "train/fold_crew.h"
#include "train/search.h"

/**
 * A fifth more than the mean of the folds' rounds, rounded: with five folds the model learns from
 * 1.4 times the rows that a fold's did, and more rows bear more rounds (docs/quality.md).
 */
static size_t refit_rounds(const lsc_fit *fit, size_t n_folds)
{
    size_t sum = 0;
    assert(n_folds > 0);
    for (size_t fold = 0; fold < n_folds; fold++) {
        sum += fit->fold_rounds[fold];
    }
    return (2 * sum * 6 / 5 + n_folds) / (2 * n_folds);
}

/** The model that is shipped, to be made. */
typedef struct refit_job {
    const lsc_fold_task *task;
    lsc_fit *fit;
    const lsc_stage *stage;
} refit_job;

/** Make the model that is shipped: of all rows. */
static lsc_status refit(void *ctx, lsc_error *error)
{
    const refit_job *job = ctx;
    const lsc_fold_task *task = job->task;
    lsc_fit *fit = job->fit;
    size_t n_columns = task->rows->n_columns;
    lsc_booster *booster;
    lsc_status status = lsc_booster_new(task->matrix, task->growth, task->monotone, n_columns,
                                        lsc_mix(task->seed, 0, 2), fit->allocator, &booster, error);
    for (size_t round = 0; status == LSC_OK && round < fit->n_rounds; round++) {
        status = lsc_booster_update(booster, (int)round, task->matrix, error);
        if (status == LSC_OK) {
            status = lsc_stage_report(job->stage, (double)round / (double)fit->n_rounds, error);
        }
    }
    if (status == LSC_OK) {
        status = lsc_booster_save(booster, &fit->model, error);
    }
    if (status == LSC_OK) {
        status = lsc_booster_gains(booster, fit->gains, n_columns, error);
    }
    lsc_booster_free(booster);
    return status;
}

/** Choose how trees are grown, let the folds show how well that does, and make the model. */
static lsc_status fit_all(lsc_fold_task *task, const lsc_fit_options *options, lsc_fit *fit,
                          lsc_error *error)
{
    const size_t n_folds = task->split->n_folds;
    const double span = options->stage.to - options->stage.from;
    lsc_stage search = options->stage;
    lsc_stage folds = options->stage;
    lsc_stage last = options->stage;
    double search_share = options->additive ? 0 : lsc_search_share(options->effort);
    search.name = "searching settings";
    folds.name = "training the folds";
    last.name = "training the model";
    search.to = folds.from = search.from + search_share * span;
    folds.to = last.from =
        folds.from + (1 - search_share) * span * (double)n_folds / (double)(n_folds + 1);
    lsc_status status = LSC_OK;
    if (options->additive) {
        fit->growth = lsc_usual_growth;
        fit->growth.max_depth = 1;
    } else {
        status = lsc_search_growth(task, options->effort, options->threads, &search, fit->margins,
                                   &fit->growth, &fit->n_tried, error);
    }
    task->growth = &fit->growth;
    if (status == LSC_OK) {
        status = lsc_fold_crew_train(task, n_folds, options->threads, &folds, fit->margins,
                                     fit->fold_rounds, error);
    }
    if (status == LSC_OK) {
        fit->n_rounds = refit_rounds(fit, n_folds);
        refit_job job = {task, fit, &last};
        const lsc_work making = {refit, &job};
        status = lsc_work_beside(&making, &options->beside, options->threads, error);
    }
    return status;
}

static lsc_status train_folds(lsc_fold_task *task, const lsc_fit_options *options, lsc_fit *fit,
                              lsc_error *error)
{
    task->growth = &fit->growth;
    return lsc_fold_crew_train(task, task->split->n_folds, options->threads, &options->stage,
                               fit->margins, fit->fold_rounds, error);
}

/** Give the rows to XGBoost, and let `work` train on them. */
static lsc_status with_matrix(const lsc_rows *rows, const lsc_split *split, const lsc_spec *spec,
                              const lsc_fit_options *options,
                              lsc_status (*work)(lsc_fold_task *, const lsc_fit_options *,
                                                 lsc_fit *, lsc_error *),
                              lsc_fit *fit, lsc_error *error)
{
    const lsc_allocator *allocator = rows->allocator;
    signed char *monotone = lsc_alloc_array(allocator, rows->n_columns, sizeof *monotone);
    lsc_matrix *matrix = NULL;
    lsc_status status = LSC_OK;
    lsc_buffer_init(&fit->model, allocator);
    fit->allocator = allocator;
    fit->margins = lsc_alloc_array(allocator, rows->n_rows, sizeof *fit->margins);
    fit->gains = lsc_alloc_array(allocator, rows->n_columns, sizeof *fit->gains);
    if (monotone == NULL || fit->margins == NULL || fit->gains == NULL) {
        status = lsc_fail_memory(error);
        goto out;
    }
    for (size_t column = 0; column < rows->n_columns; column++) {
        monotone[column] = (signed char)lsc_spec_monotone(spec, column);
    }
    status = lsc_matrix_new(rows->columns, rows->labels, rows->weights, rows->n_rows,
                            rows->n_columns, allocator, &matrix, error);
    if (status == LSC_OK) {
        lsc_fold_task task = {.rows = rows,
                              .split = split,
                              .matrix = matrix,
                              .monotone = monotone,
                              .seed = options->seed};
        status = work(&task, options, fit, error);
    }
out:
    if (status != LSC_OK) {
        lsc_fit_free(fit);
    }
    lsc_matrix_free(matrix);
    lsc_release(allocator, monotone);
    return status;
}

lsc_status lsc_fit_rows(const lsc_rows *rows, const lsc_split *split, const lsc_spec *spec,
                        const lsc_fit_options *options, lsc_fit *fit, lsc_error *error)
{
    *fit = (lsc_fit){.n_rounds = 0};
    return with_matrix(rows, split, spec, options, fit_all, fit, error);
}

lsc_status lsc_fit_folds(const lsc_rows *rows, const lsc_split *split, const lsc_spec *spec,
                         const lsc_growth *growth, const lsc_fit_options *options, lsc_fit *fit,
                         lsc_error *error)
{
    *fit = (lsc_fit){.growth = *growth};
    return with_matrix(rows, split, spec, options, train_folds, fit, error);
}

void lsc_fit_free(lsc_fit *fit)
{
    lsc_release(fit->allocator, fit->margins);
    lsc_release(fit->allocator, fit->gains);
    lsc_buffer_free(&fit->model);
    fit->margins = NULL;
    fit->gains = NULL;
}
