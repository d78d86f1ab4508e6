/**
 * @file node_job.h
 * Work off JavaScript's thread, with a promise of it.
 */
#ifndef LSC_NODE_JOB_H
#define LSC_NODE_JOB_H

#include "node_values.h"

/** Values that a job holds until it is done. */
#define LSC_NODE_MAX_HELD 4

typedef struct lsc_node_job lsc_node_job;

/** A job, the first member of what the kinds of jobs are. */
struct lsc_node_job {
    /** Does the work, in another thread: without anything of JavaScript. */
    lsc_status (*run)(lsc_node_job *job);
    /** Makes what the promise is fulfilled with; NULL: undefined. On an exception it is rejected. */
    napi_value (*answer)(napi_env env, lsc_node_job *job);
    /** Frees what the job has, and the job, once it is over. */
    void (*free)(lsc_node_job *job);
    lsc_error error; /**< set by `run` */
    int64_t index;   /**< which of many was at fault; -1 */

    /* From here on node_job.c's own. */
    lsc_status status;
    napi_async_work work;
    napi_deferred deferred;
    napi_ref held[LSC_NODE_MAX_HELD];
    size_t n_held;
};

/** Keep a value, and the memory of a typed array, until the job is over. */
bool lsc_node_job_hold(napi_env env, lsc_node_job *job, napi_value value);

/** Free a job that was not begun, with what it holds. */
void lsc_node_drop_job(napi_env env, lsc_node_job *job);

/**
 * Begin a job, which is freed when it is over, or cannot be begun.
 * @return the promise; NULL, and an exception, when it cannot be begun
 */
napi_value lsc_node_start_job(napi_env env, lsc_node_job *job);

#endif
