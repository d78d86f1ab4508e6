#include "errands.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "principal.h"
#include "worker.h"

typedef struct errand {
    struct errand *next;
    srv_errands *errands;
    char organization[SRV_MAX_ORGANIZATION]; /**< "": it waits for others */
    srv_errand_run *run;
    void *ctx;
} errand;

struct srv_errands {
    unsigned most_servers;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t changed;
    errand *line;   /* who came first is first */
    errand *served; /* of those that stood in line */
    unsigned n_servers;
    unsigned n_idle; /* of these */
    unsigned n_waiting;
    unsigned n_threads;
    bool ends;
};

/* With the lock, as what follows up to the threads. */
static unsigned count_of(const errand *list, const char *organization)
{
    unsigned n = 0;
    for (; list != NULL; list = list->next) {
        n += strcmp(list->organization, organization) == 0 ? 1 : 0;
    }
    return n;
}

static void take_out(errand **list, errand *one)
{
    while (*list != one) {
        list = &(*list)->next;
    }
    *list = one->next;
}

/* The next in line of an organization that has none under way; where there is a choice not of the one before. */
static errand *next_in_line(srv_errands *errands, const char *before)
{
    errand *found = NULL;
    for (errand *each = errands->line; each != NULL; each = each->next) {
        if (count_of(errands->served, each->organization) > 0) {
            continue;
        }
        if (strcmp(each->organization, before) != 0) {
            found = each;
            break;
        }
        found = found == NULL ? each : found;
    }
    if (found != NULL) {
        take_out(&errands->line, found);
        found->next = errands->served;
        errands->served = found;
    }
    return found;
}

static void wait_for_more(srv_errands *errands)
{
    errands->n_idle++;
    pthread_cond_wait(&errands->changed, &errands->lock);
    errands->n_idle--;
}

static void stand_in_line(srv_errands *errands, errand *one)
{
    errand **last = &errands->line;
    while (*last != NULL) {
        last = &(*last)->next;
    }
    *last = one;
}

static void leave(srv_errands *errands)
{
    errands->n_threads--;
    pthread_cond_broadcast(&errands->changed);
}

/* Threads. */

static void *serve_line(void *ctx)
{
    srv_errands *errands = ctx;
    char before[SRV_MAX_ORGANIZATION] = "";
    pthread_mutex_lock(&errands->lock);
    while (!errands->ends) {
        errand *one = next_in_line(errands, before);
        if (one == NULL) {
            wait_for_more(errands);
            continue;
        }
        pthread_mutex_unlock(&errands->lock);
        one->run(one->ctx, true);
        pthread_mutex_lock(&errands->lock);
        memcpy(before, one->organization, sizeof(before));
        take_out(&errands->served, one);
        free(one);
    }
    pthread_mutex_unlock(&errands->lock);
    srv_worker_end();
    pthread_mutex_lock(&errands->lock);
    leave(errands);
    pthread_mutex_unlock(&errands->lock);
    return NULL;
}

static void *do_one(void *ctx)
{
    errand *one = ctx;
    srv_errands *errands = one->errands;
    one->run(one->ctx, true);
    free(one);
    srv_worker_end();
    pthread_mutex_lock(&errands->lock);
    errands->n_waiting--;
    leave(errands);
    pthread_mutex_unlock(&errands->lock);
    return NULL;
}

/* With the lock. */
static bool start(srv_errands *errands, void *(*run)(void *), void *ctx)
{
    pthread_t thread;
    bool is_started = pthread_create(&thread, NULL, run, ctx) == 0;
    if (is_started) {
        pthread_detach(thread);
        errands->n_threads++;
    }
    return is_started;
}

/* What is asked. */

srv_errands *srv_errands_new(unsigned n_threads)
{
    srv_errands *errands = calloc(1, sizeof(*errands));
    if (errands != NULL) {
        errands->most_servers = n_threads;
        pthread_mutex_init(&errands->lock, NULL);
        pthread_cond_init(&errands->changed, NULL);
    }
    return errands;
}

static bool send_to_others(srv_errands *errands, errand *one)
{
    bool is_sent = errands->n_waiting < SRV_MAX_ERRANDS && start(errands, do_one, one);
    errands->n_waiting += is_sent ? 1 : 0;
    return is_sent;
}

static bool send_to_line(srv_errands *errands, errand *one)
{
    if (count_of(errands->line, one->organization) + count_of(errands->served, one->organization) >=
        SRV_MAX_ERRANDS_IN_LINE) {
        return false;
    }
    if (errands->n_idle == 0 && errands->n_servers < errands->most_servers &&
        start(errands, serve_line, errands)) {
        errands->n_servers++;
    }
    if (errands->n_servers == 0) {
        return false;
    }
    stand_in_line(errands, one);
    pthread_cond_broadcast(&errands->changed);
    return true;
}

bool srv_errands_run(srv_errands *errands, const char *organization, srv_errand_run *run, void *ctx)
{
    errand *one = calloc(1, sizeof(*one));
    if (one == NULL) {
        return false;
    }
    one->errands = errands;
    one->run = run;
    one->ctx = ctx;
    snprintf(one->organization, sizeof(one->organization), "%s",
             organization != NULL ? organization : "");
    pthread_mutex_lock(&errands->lock);
    bool is_sent = !errands->ends && (organization != NULL ? send_to_line(errands, one)
                                                           : send_to_others(errands, one));
    pthread_mutex_unlock(&errands->lock);
    if (!is_sent) {
        free(one);
    }
    return is_sent;
}

static errand *end_line(srv_errands *errands)
{
    pthread_mutex_lock(&errands->lock);
    errand *line = errands->line;
    errands->line = NULL;
    errands->ends = true;
    pthread_cond_broadcast(&errands->changed);
    pthread_mutex_unlock(&errands->lock);
    return line;
}

void srv_errands_end(srv_errands *errands)
{
    if (errands == NULL) {
        return;
    }
    for (errand *one = end_line(errands); one != NULL;) {
        errand *next = one->next;
        one->run(one->ctx, false);
        free(one);
        one = next;
    }
    pthread_mutex_lock(&errands->lock);
    while (errands->n_threads > 0) {
        pthread_cond_wait(&errands->changed, &errands->lock);
    }
    pthread_mutex_unlock(&errands->lock);
}

void srv_errands_free(srv_errands *errands)
{
    if (errands != NULL) {
        pthread_cond_destroy(&errands->changed);
        pthread_mutex_destroy(&errands->lock);
        free(errands);
    }
}
