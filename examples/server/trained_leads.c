#include "trained_leads.h"

#include <stdlib.h>
#include <string.h>

#include "need.h"

/** Leads that are noted in one transaction. */
#define NOTED_AT_ONCE 1000

struct srv_trained_leads {
    lsc_source *inner;
    char *ids; /**< one behind the other, a NUL behind each */
    size_t length;
    size_t room;
    size_t n;
    size_t position; /**< of the reading under way: it may begin again */
};

static void keep_id(srv_trained_leads *leads, const char *id)
{
    size_t size = strlen(id) + 1;
    if (size > leads->room - leads->length) {
        leads->room = 2 * (leads->room + size);
        leads->ids = srv_need(realloc(leads->ids, leads->room));
    }
    memcpy(leads->ids + leads->length, id, size);
    leads->length += size;
    leads->n++;
}

/* A store is read as it was when it was opened: each time the same leads in the same order. */
static lsc_status next(void *ctx, lsc_record *record, bool *more, lsc_error *error)
{
    srv_trained_leads *leads = ctx;
    lsc_status status = lsc_source_next(leads->inner, record, more, error);
    if (status == LSC_OK && *more && leads->position++ == leads->n) {
        keep_id(leads, lsc_lead_id(record->lead));
    }
    return status;
}

static lsc_status start_again(void *ctx, lsc_error *error)
{
    srv_trained_leads *leads = ctx;
    leads->position = 0;
    return lsc_source_rewind(leads->inner, error);
}

static lsc_status make_source(srv_trained_leads *leads, lsc_source **source, lsc_error *error)
{
    lsc_source_calls calls = LSC_SOURCE_CALLS_INIT;
    calls.next = next;
    calls.rewind = start_again;
    calls.has_times = lsc_source_has_times(leads->inner);
    calls.repeats = lsc_source_repeats(leads->inner);
    return lsc_source_new(&calls, leads, NULL, source, error);
}

lsc_status srv_trained_leads_open(const char *path, const char *organization,
                                  const lsc_store_options *options, srv_trained_leads **leads,
                                  lsc_source **source, lsc_error *error)
{
    srv_trained_leads *made = srv_need(calloc(1, sizeof(*made)));
    *leads = NULL;
    *source = NULL;
    lsc_status status = lsc_source_open_store(path, organization, options, &made->inner, error);
    if (status == LSC_OK) {
        status = make_source(made, source, error);
    }
    if (status != LSC_OK) {
        srv_trained_leads_free(made);
        return status;
    }
    *leads = made;
    return LSC_OK;
}

void srv_trained_leads_free(srv_trained_leads *leads)
{
    if (leads != NULL) {
        lsc_source_free(leads->inner);
        free(leads->ids);
        free(leads);
    }
}

/* The next ids; how many. */
static size_t take_batch(const srv_trained_leads *leads, size_t *at, const char *ids[NOTED_AT_ONCE])
{
    size_t n = 0;
    while (n < NOTED_AT_ONCE && *at < leads->length) {
        ids[n] = leads->ids + *at;
        *at += strlen(ids[n++]) + 1;
    }
    return n;
}

/* Within a transaction: none goes between the look and the note. */
static lsc_status note_within(lsc_store *store, const char *organization, const char *sha256,
                              const char *const *ids, size_t n, lsc_error *error)
{
    char uuid[37];
    for (size_t i = 0; i < n; i++) {
        lsc_status status = lsc_store_lead_uuid(store, organization, ids[i], uuid, error);
        if (status != LSC_OK) {
            return status;
        }
    }
    return lsc_store_note_training(store, organization, sha256, ids, n, error);
}

static lsc_status note_batch(lsc_store *store, const char *organization, const char *sha256,
                             const char *const *ids, size_t n, lsc_error *error)
{
    lsc_status status = lsc_store_begin(store, error);
    if (status != LSC_OK) {
        return status;
    }
    status = note_within(store, organization, sha256, ids, n, error);
    if (status != LSC_OK) {
        lsc_store_rollback(store);
        return status;
    }
    return lsc_store_commit(store, error);
}

lsc_status srv_trained_leads_note(const srv_trained_leads *leads, lsc_store *store,
                                  const char *organization, const char *sha256, bool *went,
                                  lsc_error *error)
{
    const char *ids[NOTED_AT_ONCE];
    lsc_status status = LSC_OK;
    size_t at = 0;
    size_t n;
    while (status == LSC_OK && (n = take_batch(leads, &at, ids)) > 0) {
        status = note_batch(store, organization, sha256, ids, n, error);
    }
    *went = status == LSC_NOT_FOUND;
    return status;
}
