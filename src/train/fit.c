#include "train/fit.h"

#include <assert.h>
#include <pthread.h>

#include "features/spec_data.h"

/** Threads that train folds, one fold after another each; the caller's thread waits for news. */
typedef struct fold_crew {
    lsc_fold_task task;
    lsc_fit *fit;
    pthread_mutex_t lock; /**< of what follows */
    pthread_cond_t news;
    size_t next_fold;
    size_t n_working;                  /**< threads that have not ended */
    size_t rounds_done[LSC_MAX_FOLDS]; /**< LSC_MAX_ROUNDS once a fold has ended */
    bool stop;
    lsc_status status; /**< of the first fold that failed */
    lsc_error error;
} fold_crew;

static bool go_on(void *ctx, size_t fold, size_t round)
{
    fold_crew *crew = ctx;
    pthread_mutex_lock(&crew->lock);
    crew->rounds_done[fold] = round + 1;
    bool stop = crew->stop;
    pthread_cond_signal(&crew->news);
    pthread_mutex_unlock(&crew->lock);
    return !stop;
}

/** Train the next fold, unlocked meanwhile. */
static void work_on(fold_crew *crew, size_t fold)
{
    lsc_error error = LSC_ERROR_INIT;
    pthread_mutex_unlock(&crew->lock);
    lsc_status status = lsc_fold_train(&crew->task, fold, crew->fit->margins,
                                       &crew->fit->fold_rounds[fold], &error);
    pthread_mutex_lock(&crew->lock);
    crew->rounds_done[fold] = LSC_MAX_ROUNDS;
    if (status != LSC_OK && crew->status == LSC_OK) {
        crew->status = status;
        crew->error = error;
        crew->stop = true;
    }
}

static void *work(void *ctx)
{
    fold_crew *crew = ctx;
    pthread_mutex_lock(&crew->lock);
    while (!crew->stop && crew->next_fold < crew->task.split->n_folds) {
        work_on(crew, crew->next_fold++);
    }
    crew->n_working--;
    pthread_cond_signal(&crew->news);
    pthread_mutex_unlock(&crew->lock);
    return NULL;
}

static double share_done(const fold_crew *crew)
{
    size_t n_folds = crew->task.split->n_folds;
    size_t sum = 0;
    for (size_t fold = 0; fold < n_folds; fold++) {
        sum += crew->rounds_done[fold];
    }
    return (double)sum / ((double)n_folds * LSC_MAX_ROUNDS);
}

/** Pass on the progress until every thread has ended. */
static lsc_status wait_for_all(fold_crew *crew, const lsc_stage *stage, lsc_error *error)
{
    lsc_status status = LSC_OK;
    pthread_mutex_lock(&crew->lock);
    while (crew->n_working > 0) {
        pthread_cond_wait(&crew->news, &crew->lock);
        double share = share_done(crew);
        if (status != LSC_OK) {
            continue;
        }
        pthread_mutex_unlock(&crew->lock);
        status = lsc_stage_report(stage, share, error);
        pthread_mutex_lock(&crew->lock);
        crew->stop = crew->stop || status != LSC_OK;
    }
    pthread_mutex_unlock(&crew->lock);
    return status;
}

static lsc_status run_crew(fold_crew *crew, size_t threads, const lsc_stage *stage,
                           lsc_error *error)
{
    pthread_t workers[LSC_MAX_FOLDS];
    size_t wanted = threads < crew->task.split->n_folds ? threads : crew->task.split->n_folds;
    size_t started = 0;
    crew->n_working = wanted;
    while (started < wanted && pthread_create(&workers[started], NULL, work, crew) == 0) {
        started++;
    }
    pthread_mutex_lock(&crew->lock);
    crew->n_working -= wanted - started;
    pthread_mutex_unlock(&crew->lock);
    lsc_status status = wait_for_all(crew, stage, error);
    for (size_t i = 0; i < started; i++) {
        pthread_join(workers[i], NULL);
    }
    if (started == 0) {
        return lsc_fail(error, LSC_NO_MEMORY, "the system starts no thread to train in");
    }
    if (status == LSC_OK && crew->status != LSC_OK) {
        status = crew->status;
        if (error != NULL) {
            *error = crew->error;
        }
    }
    return status;
}

static lsc_status fit_folds(const lsc_fold_task *task, lsc_fit *fit, size_t threads,
                            const lsc_stage *stage, lsc_error *error)
{
    fold_crew crew = {.task = *task, .fit = fit};
    crew.task.go_on = go_on;
    crew.task.ctx = &crew;
    pthread_mutex_init(&crew.lock, NULL);
    pthread_cond_init(&crew.news, NULL);
    lsc_status status = run_crew(&crew, threads, stage, error);
    pthread_cond_destroy(&crew.news);
    pthread_mutex_destroy(&crew.lock);
    return status;
}

/** The mean of the folds' rounds, rounded. */
static size_t mean_rounds(const lsc_fit *fit, size_t n_folds)
{
    size_t sum = 0;
    assert(n_folds > 0);
    for (size_t fold = 0; fold < n_folds; fold++) {
        sum += fit->fold_rounds[fold];
    }
    return (2 * sum + n_folds) / (2 * n_folds);
}

/** The model that is shipped: of all rows, for as many rounds as the folds needed. */
static lsc_status refit(const lsc_fold_task *task, lsc_fit *fit, const lsc_stage *stage,
                        lsc_error *error)
{
    size_t n_columns = task->rows->n_columns;
    lsc_booster *booster;
    lsc_status status = lsc_booster_new(task->matrix, task->monotone, n_columns,
                                        lsc_mix(task->seed, 0, 2), fit->allocator, &booster, error);
    for (size_t round = 0; status == LSC_OK && round < fit->n_rounds; round++) {
        status = lsc_booster_update(booster, (int)round, task->matrix, error);
        if (status == LSC_OK) {
            status = lsc_stage_report(stage, (double)round / (double)fit->n_rounds, error);
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

static lsc_status fit_all(const lsc_fold_task *task, size_t threads, const lsc_stage *stage,
                          lsc_fit *fit, lsc_error *error)
{
    double folds_share = (double)task->split->n_folds / (double)(task->split->n_folds + 1);
    lsc_stage folds = *stage;
    lsc_stage last = *stage;
    folds.name = "training the folds";
    folds.to = last.from = stage->from + folds_share * (stage->to - stage->from);
    last.name = "training the model";
    lsc_status status = fit_folds(task, fit, threads, &folds, error);
    if (status == LSC_OK) {
        fit->n_rounds = mean_rounds(fit, task->split->n_folds);
        status = refit(task, fit, &last, error);
    }
    return status;
}

lsc_status lsc_fit_rows(const lsc_rows *rows, const lsc_split *split, const lsc_spec *spec,
                        uint64_t seed, size_t threads, const lsc_stage *stage, lsc_fit *fit,
                        lsc_error *error)
{
    const lsc_allocator *allocator = rows->allocator;
    signed char *monotone = lsc_alloc_array(allocator, rows->n_columns, sizeof *monotone);
    lsc_matrix *matrix = NULL;
    lsc_status status = LSC_OK;
    *fit = (lsc_fit){.allocator = allocator};
    lsc_buffer_init(&fit->model, allocator);
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
        lsc_fold_task task = {
            .rows = rows, .split = split, .matrix = matrix, .monotone = monotone, .seed = seed};
        status = fit_all(&task, threads, stage, fit, error);
    }
out:
    if (status != LSC_OK) {
        lsc_fit_free(fit);
    }
    lsc_matrix_free(matrix);
    lsc_release(allocator, monotone);
    return status;
}

void lsc_fit_free(lsc_fit *fit)
{
    lsc_release(fit->allocator, fit->margins);
    lsc_release(fit->allocator, fit->gains);
    lsc_buffer_free(&fit->model);
    fit->margins = NULL;
    fit->gains = NULL;
}
