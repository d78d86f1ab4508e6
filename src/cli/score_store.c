#include "score_store.h"

#include <leadscore/store.h>

#include <unistd.h>

#include "command.h"
#include "input.h"
#include "meter.h"
#include "store_open.h"

/* A pass through all leads is worth waiting longer for those who write meanwhile. */
#define BUSY_MS 60000

/* Leads that are read at a time, and kept in one transaction. */
enum {
    PAGE = 500
};

typedef struct store_work {
    const lsc_store_scoring *wanted;
    lsc_store *store;
    lsc_loaded loaded;
    lsc_meter meter;
    uint64_t n_scored;
} store_work;

static lsc_status load_active(store_work *work, lsc_error *error)
{
    lsc_load options;
    lsc_public_key keys[LSC_MOST_KEYS];
    lsc_model *model = NULL;
    lsc_status status = lsc_load_options(work->wanted->loading, keys, &options, error);
    if (status == LSC_OK) {
        status = lsc_store_load_model(work->store, work->wanted->access.organization, NULL,
                                      &options, &model, error);
    }
    return status == LSC_OK ? lsc_loaded_of(model, &work->loaded, error) : status;
}

static lsc_status score_one(store_work *work, const char *id, lsc_error *error)
{
    const lsc_store_scoring *wanted = work->wanted;
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    const lsc_status status =
        lsc_store_score_lead(work->store, wanted->access.organization, id, work->loaded.scorer,
                             wanted->as_of_ms, &explanation, error);
    if (status == LSC_OK && wanted->take == NULL) {
        wanted->take_result(wanted->ctx, id, &explanation.result);
        return LSC_OK;
    }
    return status == LSC_OK ? wanted->take(wanted->ctx, &work->loaded, id, &explanation, error)
                            : status;
}

/* A page of leads in one transaction. */
static lsc_status score_page(store_work *work, lsc_lead_query *query, size_t *n, lsc_error *error)
{
    const lsc_stored_lead *leads;
    lsc_status status = lsc_store_begin(work->store, error);
    if (status != LSC_OK) {
        return status;
    }
    status = lsc_store_list_leads(work->store, work->wanted->access.organization, query, &leads, n,
                                  error);
    for (size_t i = 0; i < *n && status == LSC_OK; i++) {
        status = score_one(work, leads[i].id, error);
    }
    if (status != LSC_OK) {
        lsc_store_rollback(work->store);
        return status;
    }
    query->after = *n > 0 ? leads[*n - 1].id : NULL;
    return lsc_store_commit(work->store, error);
}

/* With all that is to be said of each. */
static lsc_status explain_all(store_work *work, lsc_error *error)
{
    lsc_lead_query query = LSC_LEAD_QUERY_INIT;
    lsc_status status = LSC_OK;
    size_t n = PAGE;
    query.limit = PAGE;
    while (status == LSC_OK && n == PAGE) {
        n = 0;
        status = score_page(work, &query, &n, error);
        work->n_scored += n;
        lsc_meter_count(&work->meter, "leads", work->n_scored);
    }
    return status;
}

static bool take_kept(void *ctx, const lsc_stored_score *score, bool changed)
{
    (void)changed;
    store_work *work = ctx;
    lsc_meter_count(&work->meter, "leads", work->n_scored++);
    work->wanted->take_result(work->wanted->ctx, score->lead_id, &score->result);
    return true;
}

/* By all processors. */
static lsc_status score_many(store_work *work, lsc_error *error)
{
    const lsc_store_scoring *wanted = work->wanted;
    const long n_processors = sysconf(_SC_NPROCESSORS_ONLN);
    lsc_rescoring options = LSC_RESCORING_INIT;
    options.as_of_ms = wanted->as_of_ms;
    options.n_threads = n_processors < 1                 ? 1
                        : n_processors > LSC_MAX_THREADS ? LSC_MAX_THREADS
                                                         : (int)n_processors;
    options.take = take_kept;
    options.take_ctx = work;
    return (wanted->stale ? lsc_store_score_stale : lsc_store_score_all)(
        work->store, wanted->access.organization, work->loaded.model, &options, NULL, error);
}

static lsc_status score_wanted(store_work *work, lsc_error *error)
{
    if (work->wanted->id != NULL) {
        return score_one(work, work->wanted->id, error);
    }
    work->meter = lsc_meter_start();
    const lsc_status status =
        work->wanted->take != NULL ? explain_all(work, error) : score_many(work, error);
    lsc_meter_end(&work->meter);
    return status;
}

lsc_status lsc_score_store(const lsc_store_scoring *wanted, lsc_error *error)
{
    store_work work = {.wanted = wanted, .loaded = {.info = LSC_MODEL_INFO_INIT}};
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    options.busy_ms = BUSY_MS;
    lsc_status status = lsc_open_store(&wanted->access, &options, &work.store, error);
    if (status == LSC_OK) {
        status = load_active(&work, error);
    }
    if (status == LSC_OK) {
        lsc_warn_of_gate(&work.loaded, wanted->access.path);
        status = score_wanted(&work, error);
    }
    lsc_loaded_free(&work.loaded);
    lsc_store_close(work.store);
    return status;
}

lsc_status lsc_input_open_store(const lsc_input *input, lsc_source **source, lsc_error *error)
{
    return lsc_open_store_source(&input->store, source, error);
}
