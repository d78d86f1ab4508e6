#include "rescoring_batch.h"

#include <string.h>

lsc_status lsc_batch_make(lsc_batch *batch, const lsc_allocator *allocator, lsc_error *error)
{
    batch->n = 0;
    lsc_arena_init(&batch->ids, allocator);
    batch->leads = lsc_alloc_array(allocator, LSC_BATCH_LEADS, sizeof *batch->leads);
    return batch->leads != NULL ? LSC_OK : lsc_fail_memory(error);
}

void lsc_batch_free(lsc_batch *batch)
{
    if (batch->ids.allocator != NULL) {
        lsc_release(batch->ids.allocator, batch->leads);
        lsc_arena_free(&batch->ids);
    }
}

void lsc_batch_clear(lsc_batch *batch)
{
    batch->n = 0;
    lsc_arena_clear(&batch->ids);
}

lsc_status lsc_batch_add(lsc_batch *batch, int64_t key, const char *id, int64_t model_key,
                         lsc_error *error)
{
    lsc_batch_lead *lead = &batch->leads[batch->n];
    *lead = (lsc_batch_lead){.key = key, .model_key = model_key};
    lead->id = lsc_arena_copy(&batch->ids, id, strlen(id));
    if (lead->id == NULL) {
        return lsc_fail_memory(error);
    }
    batch->n++;
    return LSC_OK;
}

lsc_status lsc_batch_score(lsc_batch_worker *worker, lsc_batch_lead *lead, lsc_error *error)
{
    lsc_explanation made = LSC_EXPLANATION_INIT;
    lsc_status status = lsc_state_score(worker->store, lead->key, worker->scorer, worker->as_of_ms,
                                        &made, &lead->due_ms, error);
    if (status == LSC_NOT_FOUND) {
        return LSC_OK;
    }
    if (status != LSC_OK) {
        return status;
    }
    if (made.n_breakdown > 0) {
        memcpy(lead->parts, made.breakdown, made.n_breakdown * sizeof *lead->parts);
    }
    lead->score = (lsc_stored_score){.lead_id = lead->id,
                                     .model_name = worker->scorer->model->name,
                                     .model_version = worker->scorer->model->version,
                                     .result = made.result,
                                     .baseline = made.baseline,
                                     .breakdown = lead->parts,
                                     .n_breakdown = made.n_breakdown,
                                     .receipt = made.receipt};
    lead->is_scored = true;
    return LSC_OK;
}

/* In one look: short, so that the log can be used again. */
static void *score_part(void *ctx)
{
    lsc_batch_worker *worker = ctx;
    worker->status = lsc_look_begin(worker->store->database, &worker->error);
    if (worker->status != LSC_OK) {
        return NULL;
    }
    for (size_t i = worker->first; i < worker->end && worker->status == LSC_OK; i++) {
        worker->status = lsc_batch_score(worker, &worker->batch->leads[i], &worker->error);
    }
    worker->status = lsc_look_end(worker->store->database, worker->status);
    return NULL;
}

void lsc_batch_start(lsc_batch *batch, lsc_batch_worker *workers, size_t n_workers)
{
    for (size_t i = 0; i < n_workers; i++) {
        lsc_batch_worker *worker = &workers[i];
        worker->batch = batch;
        worker->first = batch->n * i / n_workers;
        worker->end = batch->n * (i + 1) / n_workers;
        worker->is_running = pthread_create(&worker->thread, NULL, score_part, worker) == 0;
        if (!worker->is_running) {
            score_part(worker);
        }
    }
}

lsc_status lsc_batch_join(lsc_batch_worker *workers, size_t n_workers, lsc_error *error)
{
    lsc_status status = LSC_OK;
    for (size_t i = 0; i < n_workers; i++) {
        if (workers[i].is_running) {
            pthread_join(workers[i].thread, NULL);
            workers[i].is_running = false;
        }
        if (status == LSC_OK && workers[i].status != LSC_OK) {
            status = workers[i].status;
            if (error != NULL) {
                *error = workers[i].error;
            }
        }
    }
    return status;
}
