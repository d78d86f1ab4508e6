/**
 * @file rescoring_batch.h
 * Some hundreds of leads that are scored together: chosen, scored, kept, told.
 */
#ifndef LSC_PIPELINE_RESCORING_BATCH_H
#define LSC_PIPELINE_RESCORING_BATCH_H

#include <pthread.h>

#include "pipeline/score_state.h"

/** Leads of a batch, at the most. */
#define LSC_BATCH_LEADS 512

/** A lead, and what it came to. */
typedef struct lsc_batch_lead {
    int64_t key;
    const char *id;
    int64_t model_key; /**< whose its latest score was when it was chosen */
    bool is_scored;
    bool changed;
    int64_t due_ms;
    lsc_stored_score score; /**< its breakdown stands in `parts` */
    lsc_breakdown_part parts[LSC_MAX_GROUPS];
} lsc_batch_lead;

typedef struct lsc_batch {
    lsc_batch_lead *leads; /**< [LSC_BATCH_LEADS] */
    size_t n;
    lsc_arena ids;
} lsc_batch;

/** What scores: the store itself, or a thread with a connection of its own. */
typedef struct lsc_batch_worker {
    lsc_store *store; /**< whose lead is read */
    lsc_scorer *scorer;
    int64_t as_of_ms;
    lsc_batch *batch; /**< its leads [first, end) */
    size_t first;
    size_t end;
    lsc_status status;
    lsc_error error;
    pthread_t thread;
    bool is_running;
} lsc_batch_worker;

lsc_status lsc_batch_make(lsc_batch *batch, const lsc_allocator *allocator, lsc_error *error);
/** Of what was made, or zeroed. */
void lsc_batch_free(lsc_batch *batch);

void lsc_batch_clear(lsc_batch *batch);
lsc_status lsc_batch_add(lsc_batch *batch, int64_t key, const char *id, int64_t model_key,
                         lsc_error *error);

/** Score one lead, within a change or a look. One that is gone is left unscored. */
lsc_status lsc_batch_score(lsc_batch_worker *worker, lsc_batch_lead *lead, lsc_error *error);

/** Score a batch in threads, a part each. They run until lsc_batch_join(). */
void lsc_batch_start(lsc_batch *batch, lsc_batch_worker *workers, size_t n_workers);
/** Wait for all. @return the first failure, or LSC_OK. */
lsc_status lsc_batch_join(lsc_batch_worker *workers, size_t n_workers, lsc_error *error);

#endif
