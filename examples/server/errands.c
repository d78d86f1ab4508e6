#include "errands.h"

#include <pthread.h>
#include <stdlib.h>

#include "worker.h"

struct srv_errands {
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t back;
    unsigned n_out;
    bool ends;
};

typedef struct errand {
    srv_errands *errands;
    void (*run)(void *ctx);
    void *ctx;
} errand;

static void come_back(srv_errands *errands)
{
    pthread_mutex_lock(&errands->lock);
    errands->n_out--;
    pthread_cond_signal(&errands->back);
    pthread_mutex_unlock(&errands->lock);
}

static void *go(void *of_thread)
{
    errand *one = of_thread;
    srv_errands *errands = one->errands;
    one->run(one->ctx);
    free(one);
    srv_worker_end();
    come_back(errands);
    return NULL;
}

srv_errands *srv_errands_new(void)
{
    srv_errands *errands = calloc(1, sizeof(*errands));
    if (errands != NULL) {
        pthread_mutex_init(&errands->lock, NULL);
        pthread_cond_init(&errands->back, NULL);
    }
    return errands;
}

static bool may_go(srv_errands *errands)
{
    pthread_mutex_lock(&errands->lock);
    bool may = !errands->ends && errands->n_out < SRV_MAX_ERRANDS;
    errands->n_out += may ? 1 : 0;
    pthread_mutex_unlock(&errands->lock);
    return may;
}

static bool start(errand *one)
{
    pthread_t thread;
    bool is_started = pthread_create(&thread, NULL, go, one) == 0;
    if (is_started) {
        pthread_detach(thread);
    }
    return is_started;
}

bool srv_errands_run(srv_errands *errands, void (*run)(void *ctx), void *ctx)
{
    if (!may_go(errands)) {
        return false;
    }
    errand *one = malloc(sizeof(*one));
    if (one != NULL) {
        *one = (errand){errands, run, ctx};
    }
    bool is_started = one != NULL && start(one);
    if (!is_started) {
        free(one);
        come_back(errands);
    }
    return is_started;
}

void srv_errands_end(srv_errands *errands)
{
    if (errands == NULL) {
        return;
    }
    pthread_mutex_lock(&errands->lock);
    errands->ends = true;
    while (errands->n_out > 0) {
        pthread_cond_wait(&errands->back, &errands->lock);
    }
    pthread_mutex_unlock(&errands->lock);
}

void srv_errands_free(srv_errands *errands)
{
    if (errands != NULL) {
        pthread_cond_destroy(&errands->back);
        pthread_mutex_destroy(&errands->lock);
        free(errands);
    }
}
