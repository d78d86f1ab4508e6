/*
 * Taking in, backing up and restoring, off JavaScript's thread. Meanwhile a store is the job's alone.
 */
#include "node_job.h"
#include "node_store.h"

#include <stdlib.h>
#include <string.h>

#define N_PATHS 5

/* Taking in. */

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

/* Backup and restore. */

typedef struct copy_job {
    lsc_node_job job;
    lsc_node_store *held;   /* that is backed up */
    lsc_node_text texts[2]; /* paths: of the backup; of the store to restore */
    lsc_store_key key;
    bool has_key;
    bool replace;
} copy_job;

static lsc_status run_backup(lsc_node_job *job)
{
    copy_job *copy = (copy_job *)job;
    lsc_backup how = LSC_BACKUP_INIT;
    how.key = copy->has_key ? &copy->key : NULL;
    return lsc_store_backup(copy->held->store, copy->texts[0].bytes, &how, &job->error);
}

static lsc_status run_restore(lsc_node_job *job)
{
    copy_job *copy = (copy_job *)job;
    lsc_restore how = LSC_RESTORE_INIT;
    how.key = copy->has_key ? &copy->key : NULL;
    how.replace = copy->replace;
    return lsc_store_restore(copy->texts[0].bytes, copy->texts[1].bytes, &how, &job->error);
}

/* Through a volatile pointer, so that it is not left out as writing what nobody reads. */
static void cleanse(void *memory, size_t size)
{
    volatile unsigned char *bytes = memory;
    for (size_t i = 0; i < size; i++) {
        bytes[i] = 0;
    }
}

static void free_copy(lsc_node_job *job)
{
    copy_job *copy = (copy_job *)job;
    if (copy->held != NULL) {
        copy->held->busy = false;
    }
    lsc_node_text_free(&copy->texts[0]);
    lsc_node_text_free(&copy->texts[1]);
    cleanse(&copy->key, sizeof(copy->key));
    free(copy);
}

/* The key is copied: its array is the caller's, who may cleanse it at once. */
static bool read_key(napi_env env, napi_value value, copy_job *copy)
{
    lsc_node_text bytes = {0};
    bool read = lsc_node_read_text(env, value, &bytes);
    lsc_store_key_init(&copy->key, sizeof(copy->key));
    if (read && bytes.bytes != NULL) {
        read = bytes.block == NULL && bytes.length == LSC_STORE_KEY_SIZE;
        if (read) {
            memcpy(copy->key.bytes, bytes.bytes, LSC_STORE_KEY_SIZE);
            copy->has_key = true;
        } else {
            lsc_node_refuse(env, "the key is not 32 bytes");
        }
    }
    lsc_node_text_free(&bytes);
    return read;
}

/* storeBackup(store, path, key): a promise */
static napi_value backup(napi_env env, napi_callback_info info)
{
    lsc_node_state *state = lsc_node_enter(env, info);
    lsc_node_store *held = lsc_node_read_store(env, state->args[0]);
    copy_job *copy = held != NULL ? calloc(1, sizeof(*copy)) : NULL;
    if (copy == NULL) {
        return held != NULL ? lsc_node_no_memory(env) : NULL;
    }
    copy->job.run = run_backup;
    copy->job.free = free_copy;
    if (!lsc_node_read_name(env, state->args[1], &copy->texts[0]) ||
        !read_key(env, state->args[2], copy) ||
        !lsc_node_job_hold(env, &copy->job, state->args[0])) {
        lsc_node_drop_job(env, &copy->job);
        return NULL;
    }
    copy->held = held;
    held->busy = true;
    return lsc_node_start_job(env, &copy->job);
}

/* storeRestore(backup, path, key, replace): a promise */
static napi_value restore(napi_env env, napi_callback_info info)
{
    lsc_node_state *state = lsc_node_enter(env, info);
    copy_job *copy = calloc(1, sizeof(*copy));
    if (copy == NULL) {
        return lsc_node_no_memory(env);
    }
    copy->job.run = run_restore;
    copy->job.free = free_copy;
    if (!lsc_node_read_name(env, state->args[0], &copy->texts[0]) ||
        !lsc_node_read_name(env, state->args[1], &copy->texts[1]) ||
        !read_key(env, state->args[2], copy) ||
        !lsc_node_read_bool(env, state->args[3], &copy->replace)) {
        lsc_node_drop_job(env, &copy->job);
        return NULL;
    }
    return lsc_node_start_job(env, &copy->job);
}

const lsc_node_function lsc_node_store_job_functions[] = {
    {"storeIngest", ingest},
    {"storeBackup", backup},
    {"storeRestore", restore},
    {NULL, NULL},
};
