/* Taking in files, off JavaScript's thread. Meanwhile the store is the job's alone. */
#include "node_job.h"
#include "node_store.h"

#include <stdlib.h>

#define N_PATHS 5

typedef struct ingest_job {
    lsc_node_job job;
    lsc_node_store *held;
    lsc_node_text texts[N_PATHS]; /* organization, leads, activities, outcomes, rejects */
    lsc_ingest ingest;
    lsc_ingest_counts counts;
} ingest_job;

static lsc_status run_ingest(lsc_node_job *job)
{
    ingest_job *work = (ingest_job *)job;
    return lsc_store_ingest(work->held->store, work->texts[0].bytes, &work->ingest, &work->counts,
                            &job->error);
}

static napi_value answer_ingest(napi_env env, lsc_node_job *job)
{
    const lsc_ingest_counts *counts = &((ingest_job *)job)->counts;
    napi_value object = NULL;
    napi_create_object(env, &object);
    lsc_node_set_number(env, object, "leads", (double)counts->leads);
    lsc_node_set_number(env, object, "activities", (double)counts->activities);
    lsc_node_set_number(env, object, "duplicates", (double)counts->duplicates);
    lsc_node_set_number(env, object, "outcomes", (double)counts->outcomes);
    lsc_node_set_number(env, object, "rejected", (double)counts->rejected);
    return object;
}

static void free_ingest(lsc_node_job *job)
{
    ingest_job *work = (ingest_job *)job;
    if (work->held != NULL) {
        work->held->busy = false;
    }
    for (size_t i = 0; i < N_PATHS; i++) {
        lsc_node_text_free(&work->texts[i]);
    }
    free(work);
}

static bool read_ingest(napi_env env, const napi_value args[], ingest_job *work)
{
    double batch = 0;
    for (size_t i = 0; i < N_PATHS; i++) {
        if (!lsc_node_read_name(env, args[i + 1], &work->texts[i])) {
            return false;
        }
    }
    if (!lsc_node_read_number(env, args[N_PATHS + 1], &batch)) {
        return false;
    }
    lsc_ingest_init(&work->ingest, sizeof(work->ingest));
    work->ingest.leads = work->texts[1].bytes;
    work->ingest.activities = work->texts[2].bytes;
    work->ingest.outcomes = work->texts[3].bytes;
    work->ingest.rejects = work->texts[4].bytes;
    work->ingest.batch = (size_t)batch;
    work->counts = (lsc_ingest_counts)LSC_INGEST_COUNTS_INIT;
    return lsc_node_job_hold(env, &work->job, args[0]);
}

/* storeIngest(store, organization, leads, activities, outcomes, rejects, batch): a promise of counts */
static napi_value ingest(napi_env env, napi_callback_info info)
{
    lsc_node_state *state = lsc_node_enter(env, info);
    lsc_node_store *held = lsc_node_read_store(env, state->args[0]);
    if (held == NULL) {
        return NULL;
    }
    ingest_job *work = calloc(1, sizeof(*work));
    if (work == NULL) {
        return lsc_node_no_memory(env);
    }
    work->job.run = run_ingest;
    work->job.answer = answer_ingest;
    work->job.free = free_ingest;
    if (!read_ingest(env, state->args, work)) {
        lsc_node_drop_job(env, &work->job);
        return NULL;
    }
    work->held = held;
    held->busy = true;
    return lsc_node_start_job(env, &work->job);
}

static const lsc_node_function functions[] = {
    {"storeIngest", ingest},
};

bool lsc_node_define_store_ingest(napi_env env, napi_value exports, lsc_node_state *state)
{
    return lsc_node_define(env, exports, state, functions, 1);
}
