/**
 * @file node_job.h
 * Work off JavaScript's thread, with a promise of it: in Node's own pool where it is short, else in a
 * thread of its own (node_thread.h).
 */
#ifndef LSC_NODE_JOB_H
#define LSC_NODE_JOB_H

#include "node_values.h"

/** Values that a job holds until it is done. */
#define LSC_NODE_MAX_HELD 4

/** Threads of the pool that a job may have. */
#define LSC_NODE_MAX_THREADS 2

typedef struct lsc_node_job lsc_node_job;
typedef struct lsc_node_thread lsc_node_thread;

/**
 * Does the work, in another thread: without anything of JavaScript. A job of several threads is run by each of
 * them; at most one of them returns an error.
 */
typedef lsc_status (*lsc_node_run)(lsc_node_job *job);
/** Makes what the promise is fulfilled with; NULL: undefined. On an exception it is rejected. */
typedef napi_value (*lsc_node_answer)(napi_env env, lsc_node_job *job);
/** Adds to the error that the promise is rejected with. */
typedef void (*lsc_node_blame)(napi_env env, lsc_node_job *job, napi_value error);

/** A job, the first member of what the kinds of jobs are. */
struct lsc_node_job {
    lsc_node_run run;
    lsc_node_answer answer;
    lsc_node_blame blame; /**< may be NULL */
    /** Frees what the job has, and the job, once it is over. */
    void (*free)(lsc_node_job *job);
    bool *busy;              /**< set while the job is under way; may be NULL */
    lsc_node_thread *thread; /**< of its own; NULL: in the pool */
    lsc_error error;         /**< set by `run` */
    int64_t index;           /**< which of many was at fault; -1 */

    /* From here on node_job.c's own. */
    lsc_status status;
    napi_async_work works[LSC_NODE_MAX_THREADS];
    size_t n_works;
    size_t n_under_way; /**< of the works */
    bool has_run;
    napi_deferred deferred;
    napi_ref held[LSC_NODE_MAX_HELD];
    size_t n_held;
};

/** Make a job of `size` bytes, all else in it zero. NULL, and an exception, when memory runs out. */
void *lsc_node_new_job(napi_env env, size_t size, lsc_node_run run, lsc_node_answer answer,
                       void (*free)(lsc_node_job *job));

/** Keep a value, and the memory of a typed array, until the job is over. */
bool lsc_node_job_hold(napi_env env, lsc_node_job *job, napi_value value);

/** Free a job that was not begun, with what it holds. Returns NULL. */
napi_value lsc_node_drop_job(napi_env env, lsc_node_job *job);

/**
 * Begin a job in the pool. It is freed when it is over, or cannot be begun.
 * @return the promise; NULL, and an exception, when it cannot be begun
 */
napi_value lsc_node_start_job(napi_env env, lsc_node_job *job);

/**
 * The same in steps, for what is to be done between them: make the promise of a job of one thread or several.
 * JavaScript may run meanwhile, where it watches promises (async_hooks); after this it does not.
 *
 * @return the promise; NULL, and an exception, when memory runs out: then the job is freed
 */
napi_value lsc_node_prepare_job(napi_env env, lsc_node_job *job, size_t n_threads);

/** Begin a job that was prepared. False, and an exception, when it cannot be begun. */
bool lsc_node_queue_job(napi_env env, lsc_node_job *job);

/** Reject the promise of a job that was not begun with the exception that is pending; free the job. */
void lsc_node_reject_job(napi_env env, lsc_node_job *job);

/** Settle the promise of a job that has run, and free the job. */
void lsc_node_end_job(napi_env env, lsc_node_job *job);

#endif
