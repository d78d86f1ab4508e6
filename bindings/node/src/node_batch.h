/**
 * @file node_batch.h
 * Tables of vectors.
 */
#ifndef LSC_NODE_BATCH_H
#define LSC_NODE_BATCH_H

#include "node_model.h"

/** What is wanted of a table. The numbers are those of lib/model.js. */
typedef enum lsc_node_output {
    LSC_NODE_PROBABILITIES = 0,
    LSC_NODE_MARGINS = 1,
    LSC_NODE_CONTRIBUTIONS = 2
} lsc_node_output;

/** A table and where its results go: memory of typed arrays. */
typedef struct lsc_node_batch {
    const float *columns;
    size_t n_rows;
    size_t n_columns;
    lsc_node_output output;
    float *out;
} lsc_node_batch;

/** Read (columns, rows, output, out). False, and an exception, when sizes do not fit together. */
bool lsc_node_read_batch(napi_env env, const lsc_node_model *model, const napi_value args[4],
                         lsc_node_batch *batch);

/** Some of its rows. */
lsc_node_batch lsc_node_batch_rows(const lsc_node_batch *batch, size_t first, size_t n_rows);

lsc_status lsc_node_run_batch(lsc_scorer *scorer, const lsc_node_batch *batch, lsc_error *error);

#endif
