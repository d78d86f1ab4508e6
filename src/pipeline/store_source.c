#include "store_source.h"

#include <string.h>

#include "pipeline/lead_state.h"
#include "store/audit.h"
#include "store/lead_rows.h"

/* The leads of an organization, in one look at the store from opening to freeing. */
typedef struct state_source {
    lsc_allocator allocator;
    lsc_store *store;
    int64_t organization_key;
    lsc_lead *lead;
    lsc_buffer last_id; /* of the lead given last; empty before the first */
    lsc_outcome *outcomes;
    size_t n_outcomes;
    size_t outcomes_capacity;
    int64_t position;
    int64_t n_given; /* from the first on: as far as it was ever read */
} state_source;

static lsc_status append_outcome(void *ctx, const lsc_outcome *outcome, lsc_error *error)
{
    state_source *source = ctx;
    void *outcomes = source->outcomes;
    if (!lsc_grow(&source->allocator, &outcomes, &source->outcomes_capacity, source->n_outcomes + 1,
                  sizeof *outcome)) {
        return lsc_fail_memory(error);
    }
    source->outcomes = outcomes;
    source->outcomes[source->n_outcomes++] = *outcome;
    return LSC_OK;
}

/* Those that were added; else the lead's own. */
static lsc_status read_outcomes(state_source *source, int64_t key, lsc_error *error)
{
    bool known = false;
    lsc_outcome own;
    source->n_outcomes = 0;
    lsc_status status = lsc_outcome_rows_read(source->store, key, append_outcome, source, error);
    if (status == LSC_OK && source->n_outcomes == 0) {
        status = lsc_outcome_of_lead(source->lead, &known, &own, error);
        if (status == LSC_BAD_LEAD) {
            lsc_error_prefix(error, "lead \"%.100s\": ", lsc_lead_id(source->lead));
        }
    }
    return status == LSC_OK && known ? append_outcome(source, &own, error) : status;
}

static lsc_status note_id(state_source *source, lsc_error *error)
{
    lsc_buffer_clear(&source->last_id);
    lsc_buffer_append_text(&source->last_id, lsc_lead_id(source->lead));
    return lsc_buffer_status(&source->last_id, error);
}

static lsc_status state_next(void *ctx, lsc_record *record, bool *more, lsc_error *error)
{
    state_source *source = ctx;
    int64_t key = 0;
    const char *after = source->position == 0 ? "" : source->last_id.data;
    lsc_status status =
        lsc_lead_row_next(source->store, source->organization_key, after, &key, error);
    *more = key != 0;
    if (status != LSC_OK || key == 0) {
        return status;
    }
    status = lsc_state_get_lead(source->store, key, source->lead, error);
    if (status == LSC_OK) {
        status = note_id(source, error);
    }
    if (status == LSC_OK) {
        status = read_outcomes(source, key, error);
    }
    source->position++;
    if (status == LSC_OK && source->position > source->n_given) {
        source->n_given = source->position;
    }
    *record = (lsc_record){.lead = source->lead,
                           .outcomes = source->outcomes,
                           .n_outcomes = source->n_outcomes,
                           .position = source->position};
    return status;
}

static lsc_status state_rewind(void *ctx, lsc_error *error)
{
    (void)error;
    state_source *source = ctx;
    source->position = 0;
    return LSC_OK;
}

static void state_free(void *ctx)
{
    state_source *source = ctx;
    lsc_store_close(source->store);
    lsc_lead_free(source->lead);
    lsc_buffer_free(&source->last_id);
    lsc_allocator allocator = source->allocator;
    lsc_release(&allocator, source->outcomes);
    lsc_release(&allocator, source);
}

/* One row of the audit trail for all that will be read, through a connection that writes. */
static lsc_status note_reading(const char *path, const lsc_store_options *options,
                               const state_source *source, lsc_error *error)
{
    bool on;
    lsc_store *store;
    lsc_status status = lsc_audit_is_on(source->store, &on, error);
    if (status != LSC_OK || !on) {
        return status;
    }
    lsc_store_options writing = *options;
    writing.read_only = false;
    status = lsc_store_open(path, &writing, &store, error);
    if (status == LSC_OK) {
        status = lsc_audit_whole(store, "read all leads", source->organization_key, error);
    }
    lsc_store_close(store);
    return status;
}

static lsc_status open_state(const char *path, const char *organization,
                             const lsc_store_options *options, state_source *source,
                             lsc_error *error)
{
    lsc_status status = lsc_store_open(path, options, &source->store, error);
    if (status == LSC_OK) {
        status = lsc_lead_new(&source->allocator, &source->lead, error);
    }
    if (status == LSC_OK) {
        status =
            lsc_organization_find(source->store, organization, &source->organization_key, error);
    }
    if (status == LSC_OK) {
        status = note_reading(path, options, source, error);
    }
    if (status == LSC_OK) {
        status = lsc_look_begin(source->store->database, error);
    }
    /* A look is of the moment at which something is read first. */
    return status == LSC_OK ? lsc_organization_find(source->store, organization,
                                                    &source->organization_key, error)
                            : status;
}

static lsc_status make_source(state_source *state, lsc_source **source, lsc_error *error)
{
    lsc_source_calls calls = LSC_SOURCE_CALLS_INIT;
    calls.next = state_next;
    calls.rewind = state_rewind;
    calls.free = state_free;
    calls.has_times = true;
    return lsc_source_new(&calls, state, &state->allocator, source, error);
}

lsc_status lsc_source_open_store(const char *path, const char *organization,
                                 const lsc_store_options *options, lsc_source **source,
                                 lsc_error *error)
{
    if (path == NULL || source == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL", path == NULL ? "path" : "source");
    }
    *source = NULL;
    lsc_store_options known;
    lsc_status status = lsc_store_read_options(options, &known, error);
    if (status != LSC_OK) {
        return status;
    }
    known.read_only = true;
    state_source *made = lsc_alloc_array(&known.allocator, 1, sizeof *made);
    if (made == NULL) {
        return lsc_fail_memory(error);
    }
    made->allocator = known.allocator;
    lsc_buffer_init(&made->last_id, &made->allocator);
    status = open_state(path, organization, &known, made, error);
    if (status == LSC_OK) {
        status = make_source(made, source, error);
    }
    if (status != LSC_OK) {
        state_free(made);
    }
    return status;
}

bool lsc_store_source_given(const lsc_source *source, lsc_given_leads *given)
{
    const state_source *state = lsc_source_ctx(source, state_free);
    if (state == NULL) {
        return false;
    }
    *given = (lsc_given_leads){
        .store = state->store, .organization_key = state->organization_key, .n = state->n_given};
    return true;
}
