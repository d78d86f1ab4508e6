#include "store_data.h"

#include <stdio.h>
#include <string.h>

#include "core/options.h"
#include "core/text.h"

/* Room for the statement below with all that can stand in it. */
#define SQL_SIZE 320

void lsc_lead_query_init(lsc_lead_query *query, size_t size)
{
    const lsc_lead_query defaults = LSC_LEAD_QUERY_INIT;
    lsc_options_init(query, size, &defaults, sizeof defaults);
}

/* What is not asked for is not in it, so that an index serves what is. Of one address there is one. */
static void write_sql(const lsc_lead_query *wanted, char sql[SQL_SIZE])
{
    snprintf(sql, SQL_SIZE,
             "SELECT external_id, uuid, email, status, source, created_at FROM leads"
             " WHERE organization_key = ?1 AND external_id > ?2%s%s%s%s LIMIT ?3",
             wanted->email == NULL ? "" : " AND email = ?4",
             wanted->status == NULL ? "" : " AND status = ?5",
             wanted->source == NULL ? "" : " AND source = ?6",
             wanted->email == NULL ? " ORDER BY external_id" : "");
}

static bool keep_row(lsc_store *store, lsc_query *query, lsc_stored_lead *row)
{
    row->created_at_ms = lsc_query_is_null(query, 5) ? LSC_TIME_NONE : lsc_query_int(query, 5);
    return lsc_store_need_text(store, query, 0, &row->id) &&
           lsc_store_need_text(store, query, 1, &row->uuid) &&
           lsc_store_keep_text(store, query, 2, &row->email) &&
           lsc_store_keep_text(store, query, 3, &row->status) &&
           lsc_store_keep_text(store, query, 4, &row->source);
}

static lsc_status read_rows(lsc_store *store, lsc_query *query, lsc_stored_lead *rows, size_t *n,
                            lsc_error *error)
{
    lsc_status status = LSC_OK;
    while (lsc_query_next(query, &status, error)) {
        if (!keep_row(store, query, &rows[(*n)++])) {
            status = lsc_query_fail_row(query, error);
        }
    }
    return lsc_query_end(query, status, error);
}

static lsc_status read_query(const lsc_lead_query *given, lsc_lead_query *wanted, lsc_error *error)
{
    *wanted = (lsc_lead_query)LSC_LEAD_QUERY_INIT;
    lsc_status status = LSC_OK;
    if (given != NULL) {
        status = lsc_options_read("lsc_lead_query", wanted, sizeof *wanted, given,
                                  LSC_SIZE_UP_TO(lsc_lead_query, source), error);
    }
    if (status == LSC_OK && wanted->after != NULL) {
        status = lsc_store_check_id("query.after", wanted->after, error);
    }
    return status == LSC_OK ? lsc_store_check_limit(wanted->limit, &wanted->limit, error) : status;
}

/* The e-mail as the store holds it, in the page. */
static lsc_status lower_email(lsc_store *store, lsc_lead_query *wanted, lsc_error *error)
{
    if (wanted->email == NULL) {
        return LSC_OK;
    }
    size_t length = strlen(wanted->email);
    char *lower = lsc_arena_copy(store->page, wanted->email, length);
    if (lower == NULL) {
        return lsc_fail_memory(error);
    }
    lsc_text_lower(lower, length, lower);
    wanted->email = lower;
    return LSC_OK;
}

static lsc_status list(lsc_store *store, int64_t organization_key, const lsc_lead_query *wanted,
                       lsc_stored_lead **rows, size_t *n, lsc_error *error)
{
    char sql[SQL_SIZE];
    lsc_query *query;
    *rows = lsc_arena_alloc(store->page, wanted->limit * sizeof **rows);
    if (*rows == NULL) {
        return lsc_fail_memory(error);
    }
    write_sql(wanted, sql);
    lsc_status status = lsc_query_begin_once(store->database, sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, organization_key);
    lsc_query_set_text(query, 2, wanted->after == NULL ? "" : wanted->after);
    lsc_query_set_int(query, 3, (int64_t)wanted->limit);
    if (wanted->email != NULL) {
        lsc_query_set_text(query, 4, wanted->email);
    }
    if (wanted->status != NULL) {
        lsc_query_set_text(query, 5, wanted->status);
    }
    if (wanted->source != NULL) {
        lsc_query_set_text(query, 6, wanted->source);
    }
    return read_rows(store, query, *rows, n, error);
}

lsc_status lsc_store_list_leads(lsc_store *store, const char *organization,
                                const lsc_lead_query *query, const lsc_stored_lead **leads,
                                size_t *n, lsc_error *error)
{
    if (store == NULL || leads == NULL || n == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store, leads or n is NULL");
    }
    lsc_lead_query wanted;
    int64_t organization_key = 0;
    lsc_stored_lead *rows = NULL;
    size_t n_rows = 0;
    lsc_status status = read_query(query, &wanted, error);
    if (status == LSC_OK) {
        status = lsc_organization_find(store, organization, &organization_key, error);
    }
    lsc_store_turn_page(store);
    if (status == LSC_OK) {
        status = lower_email(store, &wanted, error);
    }
    if (status == LSC_OK) {
        status = list(store, organization_key, &wanted, &rows, &n_rows, error);
    }
    if (status == LSC_OK) {
        *leads = rows;
        *n = n_rows;
    }
    return status;
}
