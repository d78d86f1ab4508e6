/* Taking in, backing up and restoring. */
#include "node_store_jobs.h"

#include "node_lead.h"

#include <stdlib.h>

/* What all have in common. */

#define FIRST_NAME 3

void lsc_node_free_store_job(lsc_node_job *job)
{
    lsc_node_store_job *work = (lsc_node_store_job *)job;
    for (size_t i = 0; i < LSC_NODE_TEXTS; i++) {
        lsc_node_text_free(&work->texts[i]);
    }
    lsc_node_key_free(&work->key);
    free(work);
}

/* The handle is held too: what it is of must not go while the job has it. */
static bool take_store(napi_env env, napi_value handle, lsc_node_store_job *work)
{
    if (lsc_node_type(env, handle) == napi_undefined) {
        return true;
    }
    lsc_node_store *held = lsc_node_read_store(env, handle);
    if (held == NULL || !lsc_node_job_hold(env, &work->job, handle)) {
        return false;
    }
    work->held = held;
    work->job.busy = &held->busy;
    held->busy = true;
    return true;
}

void *lsc_node_new_store_job(napi_env env, napi_callback_info info, size_t size, size_t n_names,
                             lsc_node_run run, lsc_node_answer answer,
                             void (*free)(lsc_node_job *job))
{
    lsc_node_state *state = lsc_node_enter(env, info);
    lsc_node_store_job *work =
        lsc_node_new_job(env, size, run, answer, free != NULL ? free : lsc_node_free_store_job);
    if (work == NULL) {
        return NULL;
    }
    work->state = state;
    if (!take_store(env, state->args[0], work) ||
        !lsc_node_read_args(env, &state->args[FIRST_NAME], work->texts, n_names)) {
        return lsc_node_drop_job(env, &work->job);
    }
    return work;
}

napi_value lsc_node_start_store_job(napi_env env, lsc_node_store_job *job)
{
    const napi_value *args = job->state->args;
    return lsc_node_start_thread(env, job->state, &job->job, args[1], args[2]);
}

/* Taking in. */

typedef struct ingest_job {
    lsc_node_store_job base; /* texts: organization, leads, activities, outcomes, rejects */
    size_t batch;
    lsc_aliases *aliases;
    lsc_ingest_counts counts;
} ingest_job;

static bool tell_lines(void *ctx, uint64_t n_lines)
{
    return lsc_node_tell(ctx, NULL, (double)n_lines, 0);
}

static lsc_status run_ingest(lsc_node_job *job)
{
    ingest_job *work = (ingest_job *)job;
    const lsc_node_text *texts = work->base.texts;
    lsc_ingest how = LSC_INGEST_INIT;
    how.leads = texts[1].bytes;
    how.activities = texts[2].bytes;
    how.outcomes = texts[3].bytes;
    how.rejects = texts[4].bytes;
    how.batch = work->batch;
    how.aliases = work->aliases;
    how.progress = tell_lines;
    how.progress_ctx = job;
    work->counts = (lsc_ingest_counts)LSC_INGEST_COUNTS_INIT;
    return lsc_store_ingest(work->base.held->store, texts[0].bytes, &how, &work->counts,
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
    lsc_aliases_unref(((ingest_job *)job)->aliases);
    lsc_node_free_store_job(job);
}

/*
 * storeIngest(store, flag, progress, organization, leads, activities, outcomes, rejects, batch, aliases): a
 * promise of counts
 */
static napi_value ingest(napi_env env, napi_callback_info info)
{
    ingest_job *work =
        lsc_node_new_store_job(env, info, sizeof(*work), 5, run_ingest, answer_ingest, free_ingest);
    if (work == NULL) {
        return NULL;
    }
    const napi_value *args = work->base.state->args;
    if (!lsc_node_read_size(env, args[8], &work->batch) ||
        !lsc_node_keep_aliases(env, args[9], &work->aliases)) {
        return lsc_node_drop_job(env, &work->base.job);
    }
    return lsc_node_start_store_job(env, &work->base);
}

/* Backup and restore. */

typedef struct copy_job {
    lsc_node_store_job base; /* texts: path of the backup; of the store to restore */
    bool replace;
} copy_job;

static bool tell_bytes(void *ctx, uint64_t n_bytes, uint64_t n_all)
{
    return lsc_node_tell(ctx, NULL, (double)n_bytes, (double)n_all);
}

static lsc_status run_backup(lsc_node_job *job)
{
    copy_job *copy = (copy_job *)job;
    lsc_backup how = LSC_BACKUP_INIT;
    how.key = lsc_node_key_of(&copy->base.key);
    how.progress = tell_bytes;
    how.progress_ctx = job;
    return lsc_store_backup(copy->base.held->store, copy->base.texts[0].bytes, &how, &job->error);
}

static lsc_status run_restore(lsc_node_job *job)
{
    copy_job *copy = (copy_job *)job;
    lsc_restore how = LSC_RESTORE_INIT;
    how.key = lsc_node_key_of(&copy->base.key);
    how.replace = copy->replace;
    how.progress = tell_bytes;
    how.progress_ctx = job;
    return lsc_store_restore(copy->base.texts[0].bytes, copy->base.texts[1].bytes, &how,
                             &job->error);
}

/* (store or undefined, flag, progress, path, other path or null, key, key's id, replace) */
static napi_value begin_copy(napi_env env, napi_callback_info info, lsc_node_run run)
{
    copy_job *copy = lsc_node_new_store_job(env, info, sizeof(*copy), 2, run, NULL, NULL);
    if (copy == NULL) {
        return NULL;
    }
    const napi_value *args = copy->base.state->args;
    if (!lsc_node_read_key(env, args[5], args[6], &copy->base.key) ||
        !lsc_node_read_bool(env, args[7], &copy->replace)) {
        return lsc_node_drop_job(env, &copy->base.job);
    }
    return lsc_node_start_store_job(env, &copy->base);
}

/* storeBackup(store, flag, progress, path, null, key, id, false): a promise */
static napi_value backup(napi_env env, napi_callback_info info)
{
    return begin_copy(env, info, run_backup);
}

/* storeRestore(undefined, flag, progress, backup, path, key, id, replace): a promise */
static napi_value restore(napi_env env, napi_callback_info info)
{
    return begin_copy(env, info, run_restore);
}

const lsc_node_function lsc_node_store_job_functions[] = {
    {"storeIngest", ingest},
    {"storeBackup", backup},
    {"storeRestore", restore},
    {NULL, NULL},
};
