/* Scoring all leads of a store, or those whose score can have changed, off JavaScript's thread. */
#include "node_job.h"
#include "node_model.h"
#include "node_store.h"

#include <stdlib.h>

typedef struct rescoring_job {
    lsc_node_job job;
    lsc_node_store *held;
    lsc_model *model;
    lsc_node_text organization;
    lsc_rescoring how;
    lsc_rescoring_counts counts;
    bool stale_only;
} rescoring_job;

static lsc_status run_rescoring(lsc_node_job *job)
{
    rescoring_job *work = (rescoring_job *)job;
    lsc_store *store = work->held->store;
    const char *organization = work->organization.bytes;
    if (work->stale_only) {
        return lsc_store_score_stale(store, organization, work->model, &work->how, &work->counts,
                                     &job->error);
    }
    return lsc_store_score_all(store, organization, work->model, &work->how, &work->counts,
                               &job->error);
}

static napi_value answer_rescoring(napi_env env, lsc_node_job *job)
{
    const lsc_rescoring_counts *counts = &((rescoring_job *)job)->counts;
    napi_value object = NULL;
    napi_create_object(env, &object);
    lsc_node_set_number(env, object, "scored", (double)counts->scored);
    lsc_node_set_number(env, object, "changed", (double)counts->changed);
    return object;
}

static void free_rescoring(lsc_node_job *job)
{
    rescoring_job *work = (rescoring_job *)job;
    if (work->held != NULL) {
        work->held->busy = false;
    }
    lsc_model_unref(work->model);
    lsc_node_text_free(&work->organization);
    free(work);
}

/* (store, organization, model, asOf, threads, staleOnly) */
static bool read_rescoring(napi_env env, const napi_value args[], rescoring_job *work)
{
    double as_of = 0;
    double threads = 0;
    lsc_node_model *model = lsc_node_read_model(env, args[2]);
    lsc_rescoring_init(&work->how, sizeof(work->how));
    work->counts = (lsc_rescoring_counts)LSC_RESCORING_COUNTS_INIT;
    if (model == NULL || !lsc_node_read_name(env, args[1], &work->organization) ||
        !lsc_node_read_number(env, args[3], &as_of) ||
        !lsc_node_read_number(env, args[4], &threads) ||
        !lsc_node_read_bool(env, args[5], &work->stale_only)) {
        return false;
    }
    work->how.as_of_ms = (int64_t)as_of;
    work->how.n_threads = (int)threads;
    work->model = lsc_model_ref(model->model);
    return lsc_node_job_hold(env, &work->job, args[0]);
}

/* storeScoreLeads(store, organization, model, asOf, threads, staleOnly): a promise of counts */
static napi_value score_leads(napi_env env, napi_callback_info info)
{
    lsc_node_state *state = lsc_node_enter(env, info);
    lsc_node_store *held = lsc_node_read_store(env, state->args[0]);
    rescoring_job *work = held != NULL ? calloc(1, sizeof(*work)) : NULL;
    if (work == NULL) {
        return held != NULL ? lsc_node_no_memory(env) : NULL;
    }
    work->job.run = run_rescoring;
    work->job.answer = answer_rescoring;
    work->job.free = free_rescoring;
    if (!read_rescoring(env, state->args, work)) {
        lsc_node_drop_job(env, &work->job);
        return NULL;
    }
    work->held = held;
    held->busy = true;
    return lsc_node_start_job(env, &work->job);
}

const lsc_node_function lsc_node_store_rescoring_functions[] = {
    {"storeScoreLeads", score_leads},
    {NULL, NULL},
};
