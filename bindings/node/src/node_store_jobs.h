/**
 * @file node_store_jobs.h
 * What jobs on a store have in common. Meanwhile the store is the job's alone.
 */
#ifndef LSC_NODE_STORE_JOBS_H
#define LSC_NODE_STORE_JOBS_H

#include "node_key.h"
#include "node_store.h"
#include "node_thread.h"

/** A job on a store, the first member of what the kinds of them are. */
typedef struct lsc_node_store_job {
    lsc_node_job job;
    lsc_node_state *state; /**< with the arguments, until it is begun */
    lsc_node_store *held;  /**< NULL: on a store that is yet to be made */
    lsc_node_text texts[LSC_NODE_TEXTS];
    lsc_node_key key;
} lsc_node_store_job;

/**
 * Read (store, flag, progress, name, name, ...) and make a job of `size` bytes.
 *
 * @param free  NULL: lsc_node_free_store_job()
 * @return NULL, and an exception, when the store cannot be used, a name is none, or memory runs out
 */
void *lsc_node_new_store_job(napi_env env, napi_callback_info info, size_t size, size_t n_names,
                             lsc_node_run run, lsc_node_answer answer,
                             void (*free)(lsc_node_job *job));

/** Begin it, with the flag and the progress that it was made with. */
napi_value lsc_node_start_store_job(napi_env env, lsc_node_store_job *job);

void lsc_node_free_store_job(lsc_node_job *job);

#endif
