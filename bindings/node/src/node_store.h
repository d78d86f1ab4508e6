/**
 * @file node_store.h
 * Stores: leadscore/store.h in JavaScript's thread, and taking in off it.
 */
#ifndef LSC_NODE_STORE_H
#define LSC_NODE_STORE_H

#include "node_values.h"

#include <leadscore/store.h>

/** A store in JavaScript's hands. */
typedef struct lsc_node_store {
    lsc_store *store;      /**< NULL once it is closed */
    bool busy;             /**< a job has it */
    int64_t actor_time_ms; /**< when what is noted is done; LSC_TIME_NONE: now */
} lsc_node_store;

/** A call under way: its store, its texts, and what it came to. */
typedef struct lsc_node_call {
    lsc_node_state *state;
    lsc_node_store *held;
    lsc_store *store; /**< of `held` */
    const lsc_node_text *texts;
    lsc_error error;
} lsc_node_call;

/**
 * Begin a call (store, name, name, ...): the names are in the texts, in order.
 * @return false, and an exception, when the store cannot be used, or a name is none
 */
bool lsc_node_begin_call(napi_env env, napi_callback_info info, size_t n_names,
                         lsc_node_call *call);

/** End a call: `value`, or an exception of what it came to. */
napi_value lsc_node_leave(napi_env env, const lsc_node_call *call, lsc_status status,
                          napi_value value);

/** Writes what a row of an array holds into an object. */
typedef void (*lsc_node_put_row)(napi_env env, napi_value object, const void *rows, size_t row);

/** An array of objects, one for each row. */
napi_value lsc_node_rows(napi_env env, const void *rows, size_t n, lsc_node_put_row put);

/** An array of objects of the rows that a call gave; or an exception of what it came to. */
napi_value lsc_node_give_rows(napi_env env, const lsc_node_call *call, lsc_status status,
                              const void *rows, size_t n, lsc_node_put_row put);

/** The open store of a handle; NULL, and an exception, when it is closed, busy, or none. */
lsc_node_store *lsc_node_read_store(napi_env env, napi_value value);

/** Of node_store.c, and of the file of each other name. */
extern const lsc_node_function lsc_node_store_functions[];
extern const lsc_node_function lsc_node_store_account_functions[];
extern const lsc_node_function lsc_node_store_analytics_functions[];
extern const lsc_node_function lsc_node_store_change_functions[];
extern const lsc_node_function lsc_node_store_job_functions[];
extern const lsc_node_function lsc_node_store_list_functions[];
extern const lsc_node_function lsc_node_store_privacy_functions[];
extern const lsc_node_function lsc_node_store_rescoring_functions[];
extern const lsc_node_function lsc_node_store_retention_functions[];

#endif
