/*
 * Scoring many leads. A batch is chosen, scored and kept. By the caller's thread alone all that is one
 * change. By several, each batch is claimed in one change and kept in the next: what is changed in
 * between takes its claim away, and is scored again when the others of its batch are kept. While
 * threads score one batch, the caller's keeps the batch before and claims the one after.
 */
#include <leadscore/store.h>

#include <math.h>

#include "core/options.h"
#include "core/time_check.h"
#include "pipeline/rescoring_batch.h"
#include "store/audit.h"
#include "store/lead_rows.h"
#include "store/queue_rows.h"

#define N_BATCHES 3
/* Batches after which the log is brought into the file, so that it does not grow without end: somebody
   reads whenever something is written, and then SQLite cannot begin it anew by itself. */
#define LOGGED_BATCHES 8

typedef struct rescoring {
    lsc_store *store;
    lsc_model *model;
    lsc_rescoring options;
    bool only_stale;
    int64_t organization_key;
    int64_t model_key;
    int64_t claim;    /* 0: one thread */
    int64_t last_key; /* of the batch chosen last, where all are scored */
    bool is_over;     /* there are no more leads */
    lsc_batch batches[N_BATCHES];
    lsc_batch_worker own; /* the caller's thread, on the store itself */
    lsc_batch_worker *workers;
    size_t n_workers;
    lsc_rescoring_counts counts;
} rescoring;

void lsc_rescoring_init(lsc_rescoring *options, size_t size)
{
    const lsc_rescoring defaults = LSC_RESCORING_INIT;
    lsc_options_init(options, size, &defaults, sizeof defaults);
}

void lsc_rescoring_counts_init(lsc_rescoring_counts *counts, size_t size)
{
    const lsc_rescoring_counts defaults = LSC_RESCORING_COUNTS_INIT;
    lsc_options_init(counts, size, &defaults, sizeof defaults);
}

/* Choosing. */

static lsc_status take_key(void *ctx, int64_t key, const char *id, int64_t model_key,
                           lsc_error *error)
{
    return lsc_batch_add(ctx, key, id, model_key, error);
}

static lsc_status take_stale(void *ctx, int64_t key, const char *id, lsc_stale_reason reason,
                             int64_t due_ms, lsc_error *error)
{
    (void)reason;
    (void)due_ms;
    return lsc_batch_add(ctx, key, id, LSC_QUEUE_CHANGED, error);
}

/* The next leads of all, or of the stale ones that are not claimed yet. */
static lsc_status choose(rescoring *at, lsc_batch *batch, lsc_error *error)
{
    lsc_status status = LSC_OK;
    lsc_batch_clear(batch);
    if (at->is_over) {
        return LSC_OK;
    }
    if (at->only_stale) {
        status = lsc_queue_read(at->store, at->organization_key, at->model_key, at->claim,
                                at->options.as_of_ms, LSC_BATCH_LEADS, take_stale, batch, error);
    } else {
        status = lsc_queue_list(at->store, at->organization_key, at->last_key, LSC_BATCH_LEADS,
                                take_key, batch, error);
    }
    at->is_over = batch->n == 0;
    at->last_key = batch->n > 0 ? batch->leads[batch->n - 1].key : at->last_key;
    return status;
}

/* What is claimed is stale until it is scored, and not chosen again. */
static lsc_status claim_all(rescoring *at, const lsc_batch *batch, lsc_error *error)
{
    lsc_status status = LSC_OK;
    for (size_t i = 0; i < batch->n && status == LSC_OK; i++) {
        status = lsc_queue_claim(at->store, batch->leads[i].key, at->claim, error);
    }
    return status;
}

/* Keeping. */

static bool is_same(const lsc_score_mark *mark, const lsc_result *result)
{
    bool same_probability = mark->probability == result->probability ||
                            (isnan(mark->probability) && isnan(result->probability));
    return mark->known && mark->status == (int)result->status && mark->score == result->score &&
           mark->grade == result->grade && same_probability;
}

static lsc_status keep_score(rescoring *at, lsc_batch_lead *lead, lsc_error *error)
{
    lsc_score_mark before;
    const lsc_score_place place = {.organization_key = at->organization_key,
                                   .lead_key = lead->key,
                                   .model_key = at->model_key,
                                   .lead_id = lead->id,
                                   .due_ms = lead->due_ms};
    lsc_status status = lsc_score_row_latest(at->store, lead->key, &before, error);
    if (status == LSC_OK) {
        status = lsc_score_row_put(at->store, &place, &lead->score, error);
    }
    lead->changed = status == LSC_OK && !is_same(&before, &lead->score.result);
    return status;
}

/* Within a change nobody else is in the way. One that is gone is no fault: it was deleted meanwhile. */
static lsc_status score_now(rescoring *at, lsc_batch_lead *lead, lsc_error *error)
{
    lead->is_scored = false;
    lsc_status status =
        lsc_lead_row_find(at->store, at->organization_key, lead->id, &lead->key, error);
    if (status == LSC_NOT_FOUND) {
        return LSC_OK;
    }
    return status == LSC_OK ? lsc_batch_score(&at->own, lead, error) : status;
}

static lsc_status keep_one(rescoring *at, lsc_batch_lead *lead, lsc_error *error)
{
    bool is_claimed = false;
    lsc_status status = LSC_OK;
    if (at->claim != 0) {
        status = lsc_queue_is_claimed(at->store, lead->key, at->claim, &is_claimed, error);
    }
    if (status == LSC_OK && !is_claimed) {
        status = score_now(at, lead, error);
    }
    if (status == LSC_OK && lead->is_scored) {
        status = keep_score(at, lead, error);
    }
    /* Where a later score is there already, that is what the queue goes on to speak of. */
    return status == LSC_OK && is_claimed && !at->only_stale
               ? lsc_queue_unclaim(at->store, lead->key, at->claim, lead->model_key, error)
               : status;
}

static lsc_status keep_all(rescoring *at, lsc_batch *batch, lsc_error *error)
{
    lsc_status status = LSC_OK;
    for (size_t i = 0; i < batch->n && status == LSC_OK; i++) {
        status = keep_one(at, &batch->leads[i], error);
    }
    return status;
}

/* After its change is in the file. */
static lsc_status tell(rescoring *at, const lsc_batch *batch, lsc_error *error)
{
    for (size_t i = 0; i < batch->n; i++) {
        const lsc_batch_lead *lead = &batch->leads[i];
        at->counts.scored += lead->is_scored;
        at->counts.changed += lead->is_scored && lead->changed;
    }
    for (size_t i = 0; i < batch->n && at->options.take != NULL; i++) {
        const lsc_batch_lead *lead = &batch->leads[i];
        if (lead->is_scored &&
            !at->options.take(at->options.take_ctx, &lead->score, lead->changed)) {
            return lsc_fail(error, LSC_CANCELLED, "it was stopped by its caller");
        }
    }
    return LSC_OK;
}

/* In one change: keep a batch, choose the next. Either may be NULL. */
static lsc_status keep_and_claim(rescoring *at, lsc_batch *kept, lsc_batch *next, lsc_error *error)
{
    lsc_status status = lsc_change_begin(at->store->database, error);
    if (status != LSC_OK) {
        return status;
    }
    if (kept != NULL) {
        status = keep_all(at, kept, error);
    }
    if (status == LSC_OK && next != NULL) {
        status = choose(at, next, error);
    }
    if (status == LSC_OK && next != NULL) {
        status = claim_all(at, next, error);
    }
    status = lsc_change_end(at->store->database, status, error);
    return status == LSC_OK && kept != NULL ? tell(at, kept, error) : status;
}

/* Ways through all batches. */

/* In one change a batch. What is scored is out of the queue, but where a later score is there
   already: those are chosen again, so they are claimed. */
static lsc_status run_alone(rescoring *at, lsc_error *error)
{
    lsc_batch *batch = &at->batches[0];
    lsc_status status = LSC_OK;
    while (status == LSC_OK && !at->is_over) {
        status = lsc_change_begin(at->store->database, error);
        if (status != LSC_OK) {
            return status;
        }
        status = choose(at, batch, error);
        if (status == LSC_OK && at->only_stale) {
            status = claim_all(at, batch, error);
        }
        for (size_t i = 0; i < batch->n && status == LSC_OK; i++) {
            status = score_now(at, &batch->leads[i], error);
            if (status == LSC_OK && batch->leads[i].is_scored) {
                status = keep_score(at, &batch->leads[i], error);
            }
        }
        status = lsc_change_end(at->store->database, status, error);
        if (status == LSC_OK) {
            status = tell(at, batch, error);
        }
    }
    return status;
}

static lsc_status run_together(rescoring *at, lsc_error *error)
{
    size_t n = 0;
    lsc_status status = keep_and_claim(at, NULL, &at->batches[0], error);
    while (status == LSC_OK && at->batches[n % N_BATCHES].n > 0) {
        lsc_batch *before = n > 0 ? &at->batches[(n - 1) % N_BATCHES] : NULL;
        lsc_batch *next = &at->batches[(n + 1) % N_BATCHES];
        lsc_error ignored = LSC_ERROR_INIT;
        lsc_batch_start(&at->batches[n % N_BATCHES], at->workers, at->n_workers);
        status = keep_and_claim(at, before, next, error);
        lsc_status joined =
            lsc_batch_join(at->workers, at->n_workers, status == LSC_OK ? error : &ignored);
        status = status == LSC_OK ? joined : status;
        n++;
        if (status == LSC_OK && n % LOGGED_BATCHES == 0) {
            status = lsc_database_checkpoint(at->store->database, error);
        }
    }
    return status == LSC_OK && n > 0
               ? keep_and_claim(at, &at->batches[(n - 1) % N_BATCHES], NULL, error)
               : status;
}

/* Making ready. */

static lsc_status make_workers(rescoring *at, size_t n, lsc_error *error)
{
    at->workers = lsc_alloc_array(&at->store->allocator, n, sizeof *at->workers);
    if (at->workers == NULL) {
        return lsc_fail_memory(error);
    }
    lsc_status status = LSC_OK;
    for (; at->n_workers < n && status == LSC_OK; at->n_workers++) {
        lsc_batch_worker *worker = &at->workers[at->n_workers];
        worker->as_of_ms = at->options.as_of_ms;
        worker->error = (lsc_error)LSC_ERROR_INIT;
        status = lsc_store_open_reader(at->store, &worker->store, error);
        if (status == LSC_OK) {
            status = lsc_scorer_new(at->model, &at->store->allocator, &worker->scorer, error);
        }
    }
    return status;
}

static lsc_status make_ready(rescoring *at, lsc_error *error)
{
    bool alone = at->options.n_threads <= 1 || lsc_database_path(at->store->database) == NULL ||
                 lsc_change_depth(at->store->database) > 0;
    lsc_status status = LSC_OK;
    at->own.store = at->store;
    at->own.as_of_ms = at->options.as_of_ms;
    for (size_t i = 0; i < (alone ? 1 : N_BATCHES) && status == LSC_OK; i++) {
        status = lsc_batch_make(&at->batches[i], &at->store->allocator, error);
    }
    if (status == LSC_OK) {
        status = lsc_scorer_new(at->model, &at->store->allocator, &at->own.scorer, error);
    }
    if (!alone || at->only_stale) {
        at->claim = lsc_queue_new_claim();
    }
    return status == LSC_OK && !alone ? make_workers(at, (size_t)at->options.n_threads, error)
                                      : status;
}

static void clean_up(rescoring *at)
{
    for (size_t i = 0; i < at->n_workers; i++) {
        lsc_scorer_free(at->workers[i].scorer);
        lsc_store_close(at->workers[i].store);
    }
    lsc_release(&at->store->allocator, at->workers);
    lsc_scorer_free(at->own.scorer);
    for (size_t i = 0; i < N_BATCHES; i++) {
        lsc_batch_free(&at->batches[i]);
    }
}

static lsc_status read_options(const lsc_rescoring *given, lsc_rescoring *options, lsc_error *error)
{
    *options = (lsc_rescoring)LSC_RESCORING_INIT;
    lsc_status status = lsc_options_read("lsc_rescoring", options, sizeof *options, given,
                                         LSC_SIZE_UP_TO(lsc_rescoring, take_ctx), error);
    if (status == LSC_OK) {
        status = lsc_time_check("rescoring.as_of_ms", options->as_of_ms, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    if (options->n_threads < 0 || options->n_threads > LSC_MAX_THREADS) {
        return lsc_fail(error, options->n_threads < 0 ? LSC_INVALID_ARG : LSC_LIMIT,
                        "rescoring.n_threads is %d, must be 0 to %d", options->n_threads,
                        LSC_MAX_THREADS);
    }
    return LSC_OK;
}

static lsc_status find(rescoring *at, const char *organization, lsc_error *error)
{
    lsc_status status =
        lsc_organization_find(at->store, organization, &at->organization_key, error);
    return status == LSC_OK ? lsc_state_find_model(at->store, at->model, at->organization_key,
                                                   &at->model_key, error)
                            : status;
}

static lsc_status run(rescoring *at, const char *organization, lsc_error *error)
{
    lsc_status status = find(at, organization, error);
    if (status == LSC_OK) {
        status = make_ready(at, error);
    }
    if (status == LSC_OK) {
        status = lsc_audit_whole(at->store, "score leads", at->organization_key, error);
    }
    if (status == LSC_OK) {
        status = at->n_workers > 0 ? run_together(at, error) : run_alone(at, error);
    }
    clean_up(at);
    return status;
}

static lsc_status rescore(lsc_store *store, const char *organization, lsc_model *model,
                          bool only_stale, const lsc_rescoring *options,
                          lsc_rescoring_counts *counts, lsc_error *error)
{
    const size_t least = LSC_SIZE_UP_TO(lsc_rescoring_counts, changed);
    if (store == NULL || model == NULL || options == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store, model or rescoring is NULL");
    }
    rescoring at = {.store = store,
                    .model = model,
                    .only_stale = only_stale,
                    .counts = LSC_RESCORING_COUNTS_INIT};
    lsc_status status = read_options(options, &at.options, error);
    if (status == LSC_OK && counts != NULL) {
        status = lsc_options_check("lsc_rescoring_counts", counts, least, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    status = run(&at, organization, error);
    if (counts != NULL) {
        lsc_options_write("lsc_rescoring_counts", &at.counts, sizeof at.counts, counts, least,
                          NULL);
    }
    return status;
}

lsc_status lsc_store_score_all(lsc_store *store, const char *organization, lsc_model *model,
                               const lsc_rescoring *options, lsc_rescoring_counts *counts,
                               lsc_error *error)
{
    return rescore(store, organization, model, false, options, counts, error);
}

lsc_status lsc_store_score_stale(lsc_store *store, const char *organization, lsc_model *model,
                                 const lsc_rescoring *options, lsc_rescoring_counts *counts,
                                 lsc_error *error)
{
    return rescore(store, organization, model, true, options, counts, error);
}
