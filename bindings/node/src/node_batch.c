#include "node_batch.h"

/** How many numbers come of a row. */
static size_t width(const lsc_node_batch *batch)
{
    return batch->output == LSC_NODE_CONTRIBUTIONS ? batch->n_columns + 1 : 1;
}

static bool fits(const lsc_node_batch *batch, double rows, size_t length, size_t out_length)
{
    /* As doubles: a count that is no whole number, or too large for a product, equals none. */
    return (double)length == rows * (double)batch->n_columns &&
           (double)out_length == rows * (double)width(batch);
}

bool lsc_node_read_batch(napi_env env, const lsc_node_model *model, const napi_value args[4],
                         lsc_node_batch *batch)
{
    float *columns = NULL;
    size_t length = 0;
    size_t out_length = 0;
    double rows = 0;
    double output = 0;
    if (!lsc_node_read_floats(env, args[0], &columns, &length) ||
        !lsc_node_read_number(env, args[1], &rows) ||
        !lsc_node_read_number(env, args[2], &output) ||
        !lsc_node_read_floats(env, args[3], &batch->out, &out_length)) {
        return false;
    }
    batch->columns = columns;
    batch->n_columns = model->n_columns;
    batch->output = (lsc_node_output)(int)output;
    if (!fits(batch, rows, length, out_length)) {
        lsc_node_refuse(env, "the arrays are not of the sizes that the rows ask for");
        return false;
    }
    batch->n_rows = (size_t)rows;
    return true;
}

lsc_node_batch lsc_node_batch_rows(const lsc_node_batch *batch, size_t first, size_t n_rows)
{
    lsc_node_batch rows = *batch;
    rows.columns += first * batch->n_columns;
    rows.out += first * width(batch);
    rows.n_rows = n_rows;
    return rows;
}

lsc_status lsc_node_run_batch(lsc_scorer *scorer, const lsc_node_batch *batch, lsc_error *error)
{
    const float *columns = batch->columns;
    size_t n_rows = batch->n_rows;
    size_t n_columns = batch->n_columns;
    if (n_rows == 0) {
        return LSC_OK;
    }
    if (batch->output == LSC_NODE_CONTRIBUTIONS) {
        return lsc_contributions_batch(scorer, columns, n_rows, n_columns, batch->out, error);
    }
    float *probabilities = batch->output == LSC_NODE_PROBABILITIES ? batch->out : NULL;
    float *margins = batch->output == LSC_NODE_MARGINS ? batch->out : NULL;
    return lsc_score_batch(scorer, columns, n_rows, n_columns, probabilities, margins, error);
}
