#include "worker.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "active_models.h"
#include "trace/tracing.h"
#include "wall_clock.h"

typedef struct held_scorer {
    char *organization;
    lsc_scorer *scorer;
    int64_t used_us;
} held_scorer;

typedef struct worker_state {
    lsc_store *store;
    held_scorer scorers[SRV_MAX_SCORERS];
} worker_state;

static pthread_key_t key;
static pthread_once_t key_is_made = PTHREAD_ONCE_INIT;

static void let_go(held_scorer *held)
{
    free(held->organization);
    lsc_scorer_free(held->scorer);
    memset(held, 0, sizeof(*held));
}

static void free_worker(void *of_thread)
{
    worker_state *worker = of_thread;
    for (size_t i = 0; i < SRV_MAX_SCORERS; i++) {
        let_go(&worker->scorers[i]);
    }
    lsc_store_close(worker->store);
    free(worker);
}

static void make_key(void)
{
    pthread_key_create(&key, free_worker);
}

static worker_state *this_worker(lsc_error *error)
{
    pthread_once(&key_is_made, make_key);
    worker_state *worker = pthread_getspecific(key);
    if (worker == NULL) {
        worker = calloc(1, sizeof(*worker));
        if (worker != NULL && pthread_setspecific(key, worker) != 0) {
            free(worker);
            worker = NULL;
        }
    }
    if (worker == NULL) {
        *error = (lsc_error){LSC_NO_MEMORY, -1, "no memory"};
    }
    return worker;
}

lsc_store *srv_worker_store(const srv_app *app, lsc_error *error)
{
    worker_state *worker = this_worker(error);
    if (worker == NULL || worker->store != NULL) {
        return worker != NULL ? worker->store : NULL;
    }
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    options.durability =
        strcmp(app->config.durability, "normal") == 0 ? LSC_DURABLE_NORMAL : LSC_DURABLE_FULL;
    lsc_store_open(app->config.store, &options, &worker->store, error);
    return worker->store;
}

static held_scorer *place_of(worker_state *worker, const char *organization)
{
    held_scorer *oldest = &worker->scorers[0];
    for (size_t i = 0; i < SRV_MAX_SCORERS; i++) {
        held_scorer *held = &worker->scorers[i];
        if (held->organization != NULL && strcmp(held->organization, organization) == 0) {
            return held;
        }
        oldest = held->used_us < oldest->used_us ? held : oldest;
    }
    let_go(oldest);
    oldest->organization = strdup(organization);
    return oldest;
}

lsc_scorer *srv_worker_scorer(srv_app *app, const char *organization, lsc_error *error)
{
    lsc_store *store = srv_worker_store(app, error);
    worker_state *worker = this_worker(error);
    if (store == NULL || worker == NULL) {
        return NULL;
    }
    int64_t now_us = srv_ticks_us();
    lsc_model *model;
    if (SRV_STEP(srv_models_get, app->models, store, organization, now_us / 1000, &model, error) !=
        LSC_OK) {
        return NULL;
    }
    held_scorer *held = place_of(worker, organization);
    held->used_us = now_us;
    if (held->scorer == NULL || lsc_scorer_model(held->scorer) != model) {
        lsc_scorer_free(held->scorer);
        held->scorer = NULL;
        lsc_scorer_new(model, NULL, &held->scorer, error);
    }
    lsc_model_unref(model);
    return held->scorer;
}

void srv_worker_end(void)
{
    pthread_once(&key_is_made, make_key);
    worker_state *worker = pthread_getspecific(key);
    if (worker != NULL) {
        pthread_setspecific(key, NULL);
        free_worker(worker);
    }
}
