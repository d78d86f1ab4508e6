#include "consent_rows.h"

#include <leadscore/clock.h>

#include "core/options.h"
#include "core/time_check.h"
#include "store/audit.h"
#include "store/lead_rows.h"
#include "store/queue_rows.h"

void lsc_consent_init(lsc_consent *consent, size_t size)
{
    const lsc_consent defaults = LSC_CONSENT_INIT;
    lsc_options_init(consent, size, &defaults, sizeof defaults);
}

static lsc_status read_consent(const lsc_consent *given, lsc_consent *consent, lsc_error *error)
{
    *consent = (lsc_consent)LSC_CONSENT_INIT;
    lsc_status status = lsc_options_read("lsc_consent", consent, sizeof *consent, given,
                                         LSC_SIZE_UP_TO(lsc_consent, source), error);
    if (status == LSC_OK) {
        status = lsc_store_check_id("consent.purpose", consent->purpose, error);
    }
    if (status == LSC_OK && consent->source != NULL) {
        status = lsc_store_check_id("consent.source", consent->source, error);
    }
    return status == LSC_OK ? lsc_time_check("consent.time_ms", consent->time_ms, error) : status;
}

static lsc_status put(lsc_store *store, int64_t lead_key, const lsc_consent *consent,
                      lsc_error *error)
{
    static const char sql[] =
        "INSERT OR REPLACE INTO consents (lead_key, purpose, time, given, source)"
        " VALUES (?1, ?2, ?3, ?4, ?5)";
    lsc_query *query;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, lead_key);
    lsc_query_set_text(query, 2, consent->purpose);
    lsc_query_set_int(query, 3, consent->time_ms);
    lsc_query_set_int(query, 4, consent->given);
    lsc_query_set_text(query, 5, consent->source);
    return lsc_query_finish(query, error);
}

static lsc_status count(lsc_store *store, int64_t lead_key, int64_t *n, lsc_error *error)
{
    static const char sql[] = "SELECT count(*) FROM consents WHERE lead_key = ?1";
    return lsc_query_number(store->database, sql, lead_key, n, error);
}

static lsc_status set(lsc_store *store, const char *organization, const char *lead_id,
                      const lsc_consent *consent, lsc_error *error)
{
    int64_t lead_key = 0;
    int64_t n = 0;
    lsc_status status = lsc_lead_row_find_in(store, organization, lead_id, &lead_key, error);
    if (status == LSC_OK) {
        status = put(store, lead_key, consent, error);
    }
    if (status == LSC_OK) {
        status = lsc_queue_mark(store, lead_key, error);
    }
    if (status == LSC_OK) {
        status = count(store, lead_key, &n, error);
    }
    return status == LSC_OK && n > LSC_MAX_CONSENTS
               ? lsc_fail(error, LSC_LIMIT, "the lead has %d consents already", LSC_MAX_CONSENTS)
               : status;
}

lsc_status lsc_store_set_consent(lsc_store *store, const char *organization, const char *lead_id,
                                 const lsc_consent *consent, lsc_error *error)
{
    if (store == NULL || consent == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL", store == NULL ? "store" : "consent");
    }
    lsc_consent known;
    lsc_status status = read_consent(consent, &known, error);
    if (status == LSC_OK) {
        status = lsc_change_begin(store->database, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    status = set(store, organization, lead_id, &known, error);
    return lsc_audit_change_end(store, "set consent", 1, status, error);
}

static bool keep_row(lsc_store *store, lsc_query *query, lsc_consent *row)
{
    *row = (lsc_consent)LSC_CONSENT_INIT;
    row->time_ms = lsc_query_int(query, 1);
    row->given = lsc_query_int(query, 2) != 0;
    return lsc_store_need_text(store, query, 0, &row->purpose) &&
           lsc_store_keep_text(store, query, 3, &row->source);
}

static lsc_status read_rows(lsc_store *store, int64_t lead_key, lsc_consent *rows, size_t most,
                            size_t *n, lsc_error *error)
{
    static const char sql[] = "SELECT purpose, time, given, source FROM consents"
                              " WHERE lead_key = ?1 ORDER BY purpose, time LIMIT ?2";
    lsc_query *query;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, lead_key);
    lsc_query_set_int(query, 2, (int64_t)most);
    *n = 0;
    while (lsc_query_next(query, &status, error)) {
        if (!keep_row(store, query, &rows[(*n)++])) {
            status = lsc_query_fail_row(query, error);
        }
    }
    return lsc_query_end(query, status, error);
}

lsc_status lsc_consent_rows_read(lsc_store *store, int64_t lead_key, const lsc_consent **consents,
                                 size_t *n, lsc_error *error)
{
    int64_t most = 0;
    lsc_status status = count(store, lead_key, &most, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_consent *rows = lsc_arena_alloc(store->page, ((size_t)most + 1) * sizeof *rows);
    if (rows == NULL) {
        return lsc_fail_memory(error);
    }
    *consents = rows;
    return read_rows(store, lead_key, rows, (size_t)most, n, error);
}

lsc_status lsc_store_list_consents(lsc_store *store, const char *organization, const char *lead_id,
                                   const lsc_consent **consents, size_t *n, lsc_error *error)
{
    if (store == NULL || consents == NULL || n == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store, consents or n is NULL");
    }
    int64_t lead_key = 0;
    const lsc_consent *rows = NULL;
    size_t n_rows = 0;
    bool noting;
    lsc_status status = lsc_audit_read_begin(store, &noting, error);
    if (status != LSC_OK) {
        return status;
    }
    status = lsc_lead_row_find_in(store, organization, lead_id, &lead_key, error);
    lsc_store_turn_page(store);
    if (status == LSC_OK) {
        status = lsc_consent_rows_read(store, lead_key, &rows, &n_rows, error);
    }
    status =
        lsc_audit_read_end(store, noting ? "read consents" : NULL, (int64_t)n_rows, status, error);
    if (status == LSC_OK) {
        *consents = rows;
        *n = n_rows;
    }
    return status;
}
