/**
 * @file node_model.h
 * Models: loaded, scored with, and asked why, in the thread of the caller.
 */
#ifndef LSC_NODE_MODEL_H
#define LSC_NODE_MODEL_H

#include "node_values.h"

/** A model in JavaScript's hands. */
typedef struct lsc_node_model {
    lsc_model *model;   /**< NULL once it is closed */
    lsc_scorer *scorer; /**< of JavaScript's thread; jobs make their own */
    size_t n_columns;
    int64_t weight; /**< bytes that the garbage collector was told of */
    int64_t ticket; /**< by which other threads find it (node_sharing.h); 0: none */
    struct lsc_node_model *next_shared;
} lsc_node_model;

/** How a model is loaded, with what the struct points to. Start from all zero. */
typedef struct lsc_node_load {
    lsc_load load;
    lsc_public_key *keys;
} lsc_node_load;

/**
 * Read how a model is loaded.
 * @param keys  an array of PEM texts, or undefined
 * @return false, and an exception, for a key that is none
 */
bool lsc_node_read_load(napi_env env, napi_value self_test, napi_value plan_bytes, napi_value keys,
                        lsc_node_load *load);
void lsc_node_load_free(lsc_node_load *load);

/** Hand a model over. Takes the reference, also when it fails with an exception and NULL. */
napi_value lsc_node_give_model(napi_env env, lsc_model *model);

/** The open model of a handle; NULL, and an exception, when it is closed or none. */
lsc_node_model *lsc_node_read_model(napi_env env, napi_value value);

/** The explanation that was just made, as JSON. */
napi_value lsc_node_explanation(napi_env env, lsc_scorer *scorer,
                                const lsc_explanation *explanation, const char *lead_id);

/** Of node_model.c, node_model_jobs.c, node_table_job.c and node_sharing.c. */
extern const lsc_node_function lsc_node_model_functions[];
extern const lsc_node_function lsc_node_model_job_functions[];
extern const lsc_node_function lsc_node_table_job_functions[];
extern const lsc_node_function lsc_node_sharing_functions[];

#endif
