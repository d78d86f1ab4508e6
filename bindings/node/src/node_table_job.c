/*
 * Tables scored off JavaScript's thread. A copy is read while it is made, so that it takes no time of its own; a
 * large table is shared by two threads.
 */
#include "node_batch.h"
#include "node_feed.h"
#include "node_job.h"

#include <stdlib.h>
#include <string.h>

/* Most floats that are kept for the next table: 32 MiB. */
#define KEPT_FLOATS ((size_t)1 << 23)

/* Floats that are copied, and scored, together: 128 KiB, which stay in the cache of one core. */
#define PIECE_FLOATS ((size_t)1 << 15)
/* Their rows are a multiple of so many, which the library scores together. */
#define PIECE_ROWS 64

/* Rows from which on a second thread is worth waking. Two are half of Node's pool: the other half is for others. */
#define ROWS_FOR_TWO 4096

typedef struct table_job {
    lsc_node_job job;
    lsc_node_state *state;
    lsc_model *model;
    lsc_node_batch batch;
    lsc_node_block copy; /* of the columns, unless their memory is the job's */
    lsc_node_feed feed;  /* of its rows */
    bool has_feed;
} table_job;

/* In the pool. */

static lsc_status score_pieces(lsc_scorer *scorer, table_job *table, lsc_error *error)
{
    lsc_status status = LSC_OK;
    size_t first = 0;
    size_t n_rows = 0;
    while (status == LSC_OK && (n_rows = lsc_node_feed_take(&table->feed, &first)) > 0) {
        lsc_node_batch rows = lsc_node_batch_rows(&table->batch, first, n_rows);
        status = lsc_node_run_batch(scorer, &rows, error);
    }
    return status;
}

/*
 * The first thread that finds a fault tells of it, and has the whole table looked at once more: what is told is
 * the first row of all that is at fault.
 */
static lsc_status tell(lsc_scorer *scorer, table_job *table, lsc_status status, lsc_error *error)
{
    if (!lsc_node_feed_stop(&table->feed)) {
        return LSC_OK;
    }
    if (scorer != NULL) {
        lsc_node_feed_wait(&table->feed);
        status = lsc_node_run_batch(scorer, &table->batch, error);
    }
    table->job.error = *error;
    return status;
}

static lsc_status run_table(lsc_node_job *job)
{
    table_job *table = (table_job *)job;
    lsc_scorer *scorer = NULL;
    lsc_error error = LSC_ERROR_INIT;
    lsc_status status = lsc_scorer_new(table->model, NULL, &scorer, &error);
    if (status == LSC_OK) {
        status = score_pieces(scorer, table, &error);
    }
    if (status != LSC_OK) {
        status = tell(scorer, table, status, &error);
    }
    lsc_scorer_free(scorer);
    return status;
}

/* In JavaScript's thread. */

/* Of two blocks the larger one is kept. */
static void free_table(lsc_node_job *job)
{
    table_job *table = (table_job *)job;
    lsc_node_block *spare = &table->state->spare;
    if (table->copy.length > spare->length && table->copy.length <= KEPT_FLOATS) {
        lsc_node_block smaller = *spare;
        *spare = table->copy;
        table->copy = smaller;
    }
    if (table->has_feed) {
        lsc_node_feed_end(&table->feed);
    }
    free(table->copy.floats);
    lsc_model_unref(table->model);
    free(table);
}

/* Memory for a copy of so many floats. */
static bool make_room(napi_env env, table_job *table, size_t length)
{
    lsc_node_block *spare = &table->state->spare;
    if (length == 0) {
        return true;
    }
    if (spare->length >= length) {
        table->copy = *spare;
        *spare = (lsc_node_block){NULL, 0};
    } else {
        table->copy.floats = malloc(length * sizeof(float));
        table->copy.length = table->copy.floats != NULL ? length : 0;
    }
    if (table->copy.floats == NULL) {
        lsc_node_no_memory(env);
        return false;
    }
    return true;
}

static size_t rows_of_piece(size_t n_columns)
{
    size_t blocks = PIECE_FLOATS / PIECE_ROWS / (n_columns + 1);
    return PIECE_ROWS * (blocks > 0 ? blocks : 1);
}

/*
 * A hold of the columns, or else room for a copy. To hold an array does not hold its memory, unless that is
 * shared or nobody else's: it goes with whoever it is given to, and may be gone while it is read.
 */
static bool keep_columns(napi_env env, table_job *table, napi_value columns, bool in_place)
{
    const lsc_node_batch *batch = &table->batch;
    table->has_feed =
        lsc_node_feed_init(&table->feed, batch->n_rows, rows_of_piece(batch->n_columns), in_place);
    if (!table->has_feed) {
        lsc_node_no_memory(env);
        return false;
    }
    return in_place ? lsc_node_job_hold(env, &table->job, columns)
                    : make_room(env, table, batch->n_rows * batch->n_columns);
}

static bool read_table(napi_env env, const napi_value args[6], table_job *table)
{
    lsc_node_model *held = lsc_node_read_model(env, args[0]);
    bool in_place = false;
    if (held == NULL || !lsc_node_read_batch(env, held, &args[1], &table->batch) ||
        !lsc_node_read_bool(env, args[5], &in_place)) {
        return false;
    }
    table->model = lsc_model_ref(held->model);
    return keep_columns(env, table, args[1], in_place) &&
           lsc_node_job_hold(env, &table->job, args[4]);
}

/* Begin the job, and then make the copy, if there is one to be made. */
static bool begin(napi_env env, table_job *table)
{
    const float *from = table->batch.columns;
    float *to = table->copy.floats;
    if (to != NULL) {
        table->batch.columns = to;
    }
    if (!lsc_node_queue_job(env, &table->job)) {
        return false;
    }
    if (to != NULL) {
        lsc_node_feed_copy(&table->feed, to, from, table->batch.n_columns);
    }
    return true;
}

static size_t threads_for(napi_env env, napi_value rows)
{
    double n_rows = 0;
    napi_get_value_double(env, rows, &n_rows);
    return n_rows >= ROWS_FOR_TWO ? 2 : 1;
}

/*
 * batchLater(model, columns, rows, output, out, inPlace): a promise. Nobody else may have the memory of
 * `out`; that of columns read in place has to stay. lib/model.js sees to both.
 */
static napi_value batch_later(napi_env env, napi_callback_info info)
{
    lsc_node_state *state = lsc_node_enter(env, info);
    napi_value args[6];
    memcpy(args, state->args, sizeof(args));
    table_job *table = lsc_node_new_job(env, sizeof(*table), run_table, NULL, free_table);
    if (table == NULL) {
        return NULL;
    }
    table->state = state;
    napi_value promise = lsc_node_prepare_job(env, &table->job, threads_for(env, args[2]));
    if (promise == NULL) {
        return NULL;
    }
    /* No JavaScript runs from here on, which could take away what is read. */
    if (!read_table(env, args, table) || !begin(env, table)) {
        lsc_node_reject_job(env, &table->job);
    }
    return promise;
}

const lsc_node_function lsc_node_table_job_functions[] = {
    {"batchLater", batch_later},
    {NULL, NULL},
};
