/* Scoring all leads of a store, or those whose score can have changed. */
#include "node_model.h"
#include "node_store_jobs.h"

typedef struct rescoring_job {
    lsc_node_store_job base; /* texts: organization */
    lsc_model *model;
    lsc_rescoring how;
    lsc_rescoring_counts counts;
    double changed; /* so far */
    double scored;
    bool stale_only;
} rescoring_job;

static bool tell_score(void *ctx, const lsc_stored_score *score, bool changed)
{
    rescoring_job *work = ctx;
    (void)score;
    work->scored += 1;
    work->changed += changed ? 1 : 0;
    return lsc_node_tell(&work->base.job, NULL, work->scored, work->changed);
}

static lsc_status run_rescoring(lsc_node_job *job)
{
    rescoring_job *work = (rescoring_job *)job;
    lsc_store *store = work->base.held->store;
    const char *organization = work->base.texts[0].bytes;
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
    lsc_model_unref(((rescoring_job *)job)->model);
    lsc_node_free_store_job(job);
}

/* (..., model, asOf, threads, staleOnly) */
static bool read_rescoring(napi_env env, const napi_value args[], rescoring_job *work)
{
    lsc_node_model *model = lsc_node_read_model(env, args[4]);
    lsc_rescoring_init(&work->how, sizeof(work->how));
    if (model == NULL || !lsc_node_read_time(env, args[5], &work->how.as_of_ms) ||
        !lsc_node_read_int(env, args[6], &work->how.n_threads) ||
        !lsc_node_read_bool(env, args[7], &work->stale_only)) {
        return false;
    }
    work->how.take = tell_score;
    work->how.take_ctx = work;
    work->counts = (lsc_rescoring_counts)LSC_RESCORING_COUNTS_INIT;
    work->model = lsc_model_ref(model->model);
    return true;
}

/* storeScoreLeads(store, flag, progress, organization, model, asOf, threads, staleOnly): a promise of
   counts */
static napi_value score_leads(napi_env env, napi_callback_info info)
{
    rescoring_job *work = lsc_node_new_store_job(env, info, sizeof(*work), 1, run_rescoring,
                                                 answer_rescoring, free_rescoring);
    if (work == NULL) {
        return NULL;
    }
    if (!read_rescoring(env, work->base.state->args, work)) {
        return lsc_node_drop_job(env, &work->base.job);
    }
    return lsc_node_start_store_job(env, &work->base);
}

const lsc_node_function lsc_node_store_rescoring_functions[] = {
    {"storeScoreLeads", score_leads},
    {NULL, NULL},
};
