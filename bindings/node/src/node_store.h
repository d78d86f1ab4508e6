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
    lsc_store *store; /**< NULL once it is closed */
    bool busy;        /**< a job has it */
} lsc_node_store;

/** A call under way: its store, its texts, and what it came to. */
typedef struct lsc_node_call {
    lsc_node_state *state;
    lsc_store *store;
    const lsc_node_text *texts;
    lsc_error error;
} lsc_node_call;

/**
 * Begin a call (store, name, name, ...): the names are in the texts, in order.
 * @return false, and an exception, when the store cannot be used, or a name is none
 */
bool lsc_node_begin_call(napi_env env, napi_callback_info info, size_t n_names,
                         lsc_node_call *call);

/** The open store of a handle; NULL, and an exception, when it is closed, busy, or none. */
lsc_node_store *lsc_node_read_store(napi_env env, napi_value value);

/** Of node_store.c, and of the file of each other name. */
extern const lsc_node_function lsc_node_store_functions[];
extern const lsc_node_function lsc_node_store_job_functions[];
extern const lsc_node_function lsc_node_store_list_functions[];
extern const lsc_node_function lsc_node_store_rescoring_functions[];

#endif
