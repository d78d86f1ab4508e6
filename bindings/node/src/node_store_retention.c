/* Retention: erasing what is older than it is to be kept. */
#include "node_store_jobs.h"

typedef struct retention_job {
    lsc_node_store_job base; /* texts: organization, type of activity */
    lsc_retention how;
    lsc_retention_counts counts;
} retention_job;

static bool tell_leads(void *ctx, uint64_t n_leads)
{
    return lsc_node_tell(ctx, NULL, (double)n_leads, 0);
}

static lsc_status run_retention(lsc_node_job *job)
{
    retention_job *work = (retention_job *)job;
    work->how.activity_type = work->base.texts[1].bytes;
    work->how.progress = tell_leads;
    work->how.progress_ctx = job;
    work->counts = (lsc_retention_counts)LSC_RETENTION_COUNTS_INIT;
    return lsc_store_retain(work->base.held->store, work->base.texts[0].bytes, &work->how,
                            &work->counts, &job->error);
}

static napi_value answer_retention(napi_env env, lsc_node_job *job)
{
    const lsc_retention_counts *counts = &((retention_job *)job)->counts;
    napi_value object = NULL;
    napi_create_object(env, &object);
    lsc_node_set_number(env, object, "leads", (double)counts->leads);
    lsc_node_set_number(env, object, "activities", (double)counts->activities);
    lsc_node_set_number(env, object, "scores", (double)counts->scores);
    return object;
}

/*
 * storeRetain(store, flag, progress, organization, type, activitiesBefore, scoresBefore, leadsBefore, dryRun): a
 * promise of counts
 */
static napi_value retain(napi_env env, napi_callback_info info)
{
    retention_job *work =
        lsc_node_new_store_job(env, info, sizeof(*work), 2, run_retention, answer_retention, NULL);
    if (work == NULL) {
        return NULL;
    }
    const napi_value *args = work->base.state->args;
    lsc_retention_init(&work->how, sizeof(work->how));
    if (!lsc_node_read_time(env, args[5], &work->how.activities_before_ms) ||
        !lsc_node_read_time(env, args[6], &work->how.scores_before_ms) ||
        !lsc_node_read_time(env, args[7], &work->how.leads_before_ms) ||
        !lsc_node_read_bool(env, args[8], &work->how.dry_run)) {
        return lsc_node_drop_job(env, &work->base.job);
    }
    return lsc_node_start_store_job(env, &work->base);
}

const lsc_node_function lsc_node_store_retention_functions[] = {
    {"storeRetain", retain},
    {NULL, NULL},
};
