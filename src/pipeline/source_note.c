#include "store_source.h"

#include "store/consent_rows.h"
#include "store/trainings.h"

/** Leads that are noted in one transaction. */
#define BATCH 5000

/** A source whose leads are being noted. */
typedef struct noting {
    lsc_store *store; /* in which they are */
    int64_t organization_key;
    uint8_t hash[LSC_HASH_SIZE];
    lsc_query *leads; /* that the source has given, as it saw them */
    int64_t rest;     /* how many of them are still to be noted */
    uint64_t n_gone;
} noting;

/* Where they are. */

static lsc_status match_organization(lsc_store *store, const char *id, const char *uuid,
                                     int64_t *key, lsc_error *error)
{
    static const char sql[] = "SELECT key FROM organizations WHERE external_id = ?1 AND uuid = ?2";
    lsc_query *query;
    bool row = false;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status == LSC_OK) {
        lsc_query_set_text(query, 1, id);
        lsc_query_set_text(query, 2, uuid);
        status = lsc_query_step(query, &row, error);
    }
    *key = row ? lsc_query_int(query, 0) : 0;
    status = lsc_query_end(query, status, error);
    return status == LSC_OK && !row
               ? lsc_fail(error, LSC_NOT_FOUND,
                          "the source's organization \"%.200s\" is not in this store", id)
               : status;
}

/* By its UUID, too: another store may have one of the same id. */
static lsc_status find_organization(lsc_store *store, const lsc_given_leads *given, int64_t *key,
                                    lsc_error *error)
{
    static const char sql[] = "SELECT external_id, uuid FROM organizations WHERE key = ?1";
    lsc_query *query;
    bool row = false;
    lsc_status status = lsc_query_begin(given->store->database, sql, &query, error);
    if (status == LSC_OK) {
        lsc_query_set_int(query, 1, given->organization_key);
        status = lsc_query_step(query, &row, error);
    }
    if (status == LSC_OK) {
        size_t length;
        const char *id = lsc_query_text(query, 0, &length);
        const char *uuid = lsc_query_text(query, 1, &length);
        status = id == NULL || uuid == NULL ? lsc_query_fail_missing(query, error)
                                            : match_organization(store, id, uuid, key, error);
    }
    return lsc_query_end(query, status, error);
}

/* Noting. */

static lsc_status begin_leads(const lsc_given_leads *given, lsc_query **leads, lsc_error *error)
{
    static const char sql[] = "SELECT external_id, uuid, " LSC_SQL_WITHDRAWN " FROM leads"
                              " WHERE organization_key = ?1 ORDER BY external_id";
    lsc_status status = lsc_query_begin(given->store->database, sql, leads, error);
    lsc_query_set_int(*leads, 1, given->organization_key);
    return status;
}

/* The lead in the row. */
static lsc_status note_lead(noting *at, lsc_training_note *note, lsc_error *error)
{
    size_t length;
    bool there = true;
    const char *id = lsc_query_text(at->leads, 0, &length);
    const char *uuid = lsc_query_text(at->leads, 1, &length);
    if (id == NULL || uuid == NULL) {
        return lsc_query_fail_missing(at->leads, error);
    }
    if (lsc_query_int(at->leads, 2) != 0) {
        return LSC_OK; /* withdrawn: nothing was learnt from it */
    }
    lsc_status status = lsc_training_note_lead(at->store, note, id, uuid, &there, error);
    at->n_gone += !there;
    return status;
}

static lsc_status note_some(noting *at, lsc_error *error)
{
    lsc_training_note note;
    lsc_status status =
        lsc_training_note_begin(at->store, at->organization_key, at->hash, &note, error);
    for (int i = 0; i < BATCH && at->rest > 0 && status == LSC_OK; i++) {
        bool row = false;
        status = lsc_query_step(at->leads, &row, error);
        at->rest = row ? at->rest - 1 : 0;
        if (row) {
            status = note_lead(at, &note, error);
        }
    }
    return status == LSC_OK ? lsc_training_note_end(at->store, &note, error) : status;
}

static lsc_status note_batch(noting *at, lsc_error *error)
{
    lsc_status status = lsc_change_begin(at->store->database, error);
    return status == LSC_OK ? lsc_change_end(at->store->database, note_some(at, error), error)
                            : status;
}

static lsc_status note_all(noting *at, const lsc_given_leads *given, lsc_error *error)
{
    at->rest = given->n;
    lsc_status status = find_organization(at->store, given, &at->organization_key, error);
    if (status == LSC_OK) {
        status = begin_leads(given, &at->leads, error);
    }
    if (status == LSC_OK) {
        do {
            status = note_batch(at, error);
        } while (status == LSC_OK && at->rest > 0);
    }
    return lsc_query_end(at->leads, status, error);
}

lsc_status lsc_store_note_source(lsc_store *store, lsc_source *source, const void *bundle,
                                 size_t length, uint64_t *n_gone, lsc_error *error)
{
    noting at = {.store = store};
    lsc_given_leads given;
    if (store == NULL || source == NULL || bundle == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store, source or bundle is NULL");
    }
    if (!lsc_store_source_given(source, &given)) {
        return lsc_fail(error, LSC_INVALID_ARG, "the source is not one of lsc_source_open_store()");
    }
    lsc_status status = lsc_hash_block(bundle, length, at.hash, error);
    if (status == LSC_OK) {
        status = note_all(&at, &given, error);
    }
    if (status == LSC_OK && n_gone != NULL) {
        *n_gone = at.n_gone;
    }
    return status;
}
