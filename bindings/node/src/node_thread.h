/**
 * @file node_thread.h
 * Jobs that take long, each in a thread of its own, so that Node's pool stays free for what is short. They
 * tell how far they are, can be stopped, and are stopped where their environment ends.
 */
#ifndef LSC_NODE_THREAD_H
#define LSC_NODE_THREAD_H

#include "node_job.h"

/**
 * Begin a job. It is freed when it is over, or cannot be begun.
 *
 * @param flag      an Int32Array of one: no longer 0 when JavaScript wants it to stop
 * @param progress  called with what lsc_node_tell() is given: (stage, done, all); undefined: nobody is
 * @return the promise; NULL, and an exception, when it cannot be begun
 */
napi_value lsc_node_start_thread(napi_env env, lsc_node_state *state, lsc_node_job *job,
                                 napi_value flag, napi_value progress);

/**
 * Say, in the thread of the job, how far it is. JavaScript is told now and then: of what was said last.
 *
 * @param stage  static; may be NULL
 * @return false when it is to stop
 */
bool lsc_node_tell(lsc_node_job *job, const char *stage, double done, double all);

/** Stop the threads of an environment, and wait for them. Their promises stay as they are. */
void lsc_node_end_threads(lsc_node_state *state);

#endif
