#include "train/fold_crew.h"

#include <pthread.h>

/** Threads that train folds, one fold after another each; the caller's thread waits for news. */
typedef struct fold_crew {
    lsc_fold_task task;
    size_t n_folds;
    float *margins;
    size_t *fold_rounds;
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
    lsc_status status =
        lsc_fold_train(&crew->task, fold, crew->margins, &crew->fold_rounds[fold], &error);
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
    while (!crew->stop && crew->next_fold < crew->n_folds) {
        work_on(crew, crew->next_fold++);
    }
    crew->n_working--;
    pthread_cond_signal(&crew->news);
    pthread_mutex_unlock(&crew->lock);
    return NULL;
}

static double share_done(const fold_crew *crew)
{
    size_t sum = 0;
    for (size_t fold = 0; fold < crew->n_folds; fold++) {
        sum += crew->rounds_done[fold];
    }
    return (double)sum / ((double)crew->n_folds * LSC_MAX_ROUNDS);
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
    size_t wanted = threads < crew->n_folds ? threads : crew->n_folds;
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

lsc_status lsc_fold_crew_train(const lsc_fold_task *task, size_t n_folds, size_t threads,
                               const lsc_stage *stage, float *margins, size_t *fold_rounds,
                               lsc_error *error)
{
    fold_crew crew = {
        .task = *task, .n_folds = n_folds, .margins = margins, .fold_rounds = fold_rounds};
    crew.task.go_on = go_on;
    crew.task.ctx = &crew;
    pthread_mutex_init(&crew.lock, NULL);
    pthread_cond_init(&crew.news, NULL);
    lsc_status status = run_crew(&crew, threads, stage, error);
    pthread_cond_destroy(&crew.news);
    pthread_mutex_destroy(&crew.lock);
    return status;
}
