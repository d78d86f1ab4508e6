#include "node_job.h"

#include <stdlib.h>

#define CANNOT_BEGIN "no work can be begun: the thread is ending"

void *lsc_node_new_job(napi_env env, size_t size, lsc_node_run run, lsc_node_answer answer,
                       void (*free)(lsc_node_job *job))
{
    lsc_node_job *job = calloc(1, size);
    if (job == NULL) {
        lsc_node_no_memory(env);
        return NULL;
    }
    job->run = run;
    job->answer = answer;
    job->free = free;
    job->error = (lsc_error)LSC_ERROR_INIT;
    job->index = -1;
    return job;
}

bool lsc_node_job_hold(napi_env env, lsc_node_job *job, napi_value value)
{
    if (job->n_held == LSC_NODE_MAX_HELD ||
        napi_create_reference(env, value, 1, &job->held[job->n_held]) != napi_ok) {
        lsc_node_no_memory(env);
        return false;
    }
    job->n_held++;
    return true;
}

napi_value lsc_node_drop_job(napi_env env, lsc_node_job *job)
{
    if (job->busy != NULL) {
        *job->busy = false;
    }
    for (size_t i = 0; i < job->n_held; i++) {
        napi_delete_reference(env, job->held[i]);
    }
    for (size_t i = 0; i < job->n_works; i++) {
        napi_delete_async_work(env, job->works[i]);
    }
    job->free(job);
    return NULL;
}

static void execute(napi_env env, void *data)
{
    (void)env;
    lsc_node_job *job = data;
    lsc_status status = job->run(job);
    if (status != LSC_OK) {
        job->status = status;
    }
}

/* What is thrown while the answer is made is what the promise is rejected with. */
static void settle(napi_env env, lsc_node_job *job)
{
    napi_value value = NULL;
    bool thrown = false;
    if (job->status != LSC_OK) {
        value = lsc_node_make_error(env, &job->error, job->index);
        if (job->blame != NULL) {
            job->blame(env, job, value);
        }
        napi_reject_deferred(env, job->deferred, value);
        return;
    }
    if (job->answer != NULL) {
        value = job->answer(env, job);
        napi_is_exception_pending(env, &thrown);
    }
    if (thrown) {
        napi_get_and_clear_last_exception(env, &value);
        napi_reject_deferred(env, job->deferred, value);
        return;
    }
    napi_resolve_deferred(env, job->deferred, value != NULL ? value : lsc_node_undefined(env));
}

void lsc_node_end_job(napi_env env, lsc_node_job *job)
{
    settle(env, job);
    lsc_node_drop_job(env, job);
}

/*
 * The works of a job are queued together: a thread that has run one, and left nothing to do, comes to the last of
 * them soon, if other threads of JavaScript put nothing long between. All cancelled are those of a worker that ends
 * before one began: nobody waits for the job any more.
 */
static void complete(napi_env env, napi_status status, void *data)
{
    lsc_node_job *job = data;
    job->has_run = job->has_run || status == napi_ok;
    job->n_under_way--;
    if (job->n_under_way > 0) {
        return;
    }
    if (job->has_run) {
        settle(env, job);
    }
    lsc_node_drop_job(env, job);
}

static bool make_works(napi_env env, lsc_node_job *job, size_t n_threads)
{
    napi_value name = NULL;
    napi_create_string_utf8(env, "leadscore", NAPI_AUTO_LENGTH, &name);
    while (job->n_works < n_threads) {
        if (napi_create_async_work(env, NULL, name, execute, complete, job,
                                   &job->works[job->n_works]) != napi_ok) {
            return false;
        }
        job->n_works++;
    }
    return true;
}

napi_value lsc_node_prepare_job(napi_env env, lsc_node_job *job, size_t n_threads)
{
    napi_value promise = NULL;
    if (make_works(env, job, n_threads) &&
        napi_create_promise(env, &job->deferred, &promise) == napi_ok) {
        return promise;
    }
    lsc_node_drop_job(env, job);
    return lsc_node_refuse(env, CANNOT_BEGIN);
}

bool lsc_node_queue_job(napi_env env, lsc_node_job *job)
{
    for (size_t i = 0; i < job->n_works; i++) {
        if (napi_queue_async_work(env, job->works[i]) == napi_ok) {
            job->n_under_way++;
        }
    }
    if (job->n_under_way == 0) {
        lsc_node_refuse(env, CANNOT_BEGIN);
    }
    return job->n_under_way > 0;
}

void lsc_node_reject_job(napi_env env, lsc_node_job *job)
{
    napi_value reason = NULL;
    napi_get_and_clear_last_exception(env, &reason);
    napi_reject_deferred(env, job->deferred, reason);
    lsc_node_drop_job(env, job);
}

napi_value lsc_node_start_job(napi_env env, lsc_node_job *job)
{
    napi_value promise = lsc_node_prepare_job(env, job, 1);
    if (promise != NULL && !lsc_node_queue_job(env, job)) {
        lsc_node_reject_job(env, job);
    }
    return promise;
}
