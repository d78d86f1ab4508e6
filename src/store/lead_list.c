#include "lead_rows.h"

#include <stdio.h>
#include <string.h>

#include "core/options.h"
#include "core/text.h"
#include "store/audit.h"

/* Room for the statement below with all that can stand in it. */
#define SQL_SIZE 400

void lsc_lead_query_init(lsc_lead_query *query, size_t size)
{
    const lsc_lead_query defaults = LSC_LEAD_QUERY_INIT;
    lsc_options_init(query, size, &defaults, sizeof defaults);
}

/* What is not asked for is not in it, so that an index serves what is. Of one address there is one. */
static void write_sql(const lsc_store *store, const lsc_lead_query *wanted, char sql[SQL_SIZE])
{
    const lsc_vault *vault = store->vault;
    const char *email = vault == NULL    ? " AND email = ?4"
                        : vault->pending ? " AND (email = ?4 OR email_index IN (?7, ?8))"
                                         : " AND email_index = ?7";
    snprintf(sql, SQL_SIZE,
             "SELECT external_id, uuid, email, status, source, created_at, sealed_email FROM leads"
             " WHERE organization_key = ?1 AND external_id > ?2%s%s%s%s LIMIT ?3",
             wanted->email == NULL ? "" : email, wanted->status == NULL ? "" : " AND status = ?5",
             wanted->source == NULL ? "" : " AND source = ?6",
             wanted->email == NULL ? " ORDER BY external_id" : "");
}

static lsc_status keep_email(lsc_store *store, int64_t organization_key, lsc_query *query,
                             lsc_stored_lead *row, lsc_error *error)
{
    const char *email;
    size_t length;
    const lsc_cell cell = lsc_lead_cell(LSC_LEAD_EMAIL, organization_key, row->uuid, row->id);
    lsc_status status = lsc_vault_text(store, &cell, query, 2, 6, &email, &length, error);
    row->email = email == NULL ? NULL : lsc_arena_copy(store->page, email, length);
    return status == LSC_OK && email != NULL && row->email == NULL ? lsc_fail_memory(error)
                                                                   : status;
}

static bool keep_texts(lsc_store *store, lsc_query *query, lsc_stored_lead *row)
{
    row->created_at_ms = lsc_query_is_null(query, 5) ? LSC_TIME_NONE : lsc_query_int(query, 5);
    return lsc_store_need_text(store, query, 0, &row->id) &&
           lsc_store_need_text(store, query, 1, &row->uuid) &&
           lsc_store_keep_text(store, query, 3, &row->status) &&
           lsc_store_keep_text(store, query, 4, &row->source);
}

static lsc_status read_rows(lsc_store *store, int64_t organization_key, lsc_query *query,
                            lsc_stored_lead *rows, size_t *n, lsc_error *error)
{
    lsc_status status = LSC_OK;
    while (lsc_query_next(query, &status, error)) {
        lsc_stored_lead *row = &rows[(*n)++];
        if (!keep_texts(store, query, row)) {
            status = lsc_query_fail_row(query, error);
        } else {
            status = keep_email(store, organization_key, query, row, error);
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

/* The parameters of an address, in all the forms that it may stand there in. */
static lsc_status set_email(lsc_store *store, int64_t organization_key, lsc_query *query,
                            const char *email, uint8_t indexes[2][LSC_MAC_SIZE], lsc_error *error)
{
    const lsc_vault *vault = store->vault;
    if (vault == NULL || vault->pending) {
        lsc_query_set_text(query, 4, email);
    }
    lsc_status status = LSC_OK;
    for (size_t i = 0; vault != NULL && i < vault->n_keys && status == LSC_OK; i++) {
        status = lsc_vault_index(store, i, organization_key, email, indexes[i], error);
        lsc_query_set_bytes(query, 7 + (int)i, indexes[i], LSC_MAC_SIZE);
    }
    return status;
}

static lsc_status list(lsc_store *store, int64_t organization_key, const lsc_lead_query *wanted,
                       lsc_stored_lead **rows, size_t *n, lsc_error *error)
{
    char sql[SQL_SIZE];
    uint8_t indexes[2][LSC_MAC_SIZE];
    lsc_query *query;
    *rows = lsc_arena_alloc(store->page, wanted->limit * sizeof **rows);
    if (*rows == NULL) {
        return lsc_fail_memory(error);
    }
    write_sql(store, wanted, sql);
    lsc_status status = lsc_query_begin_once(store->database, sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, organization_key);
    lsc_query_set_text(query, 2, wanted->after == NULL ? "" : wanted->after);
    lsc_query_set_int(query, 3, (int64_t)wanted->limit);
    if (wanted->email != NULL) {
        status = set_email(store, organization_key, query, wanted->email, indexes, error);
    }
    if (wanted->status != NULL) {
        lsc_query_set_text(query, 5, wanted->status);
    }
    if (wanted->source != NULL) {
        lsc_query_set_text(query, 6, wanted->source);
    }
    return status == LSC_OK ? read_rows(store, organization_key, query, *rows, n, error)
                            : lsc_query_end(query, status, error);
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
    bool noting = false;
    lsc_status status = read_query(query, &wanted, error);
    if (status == LSC_OK) {
        status = lsc_audit_read_begin(store, &noting, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    status = lsc_organization_find(store, organization, &organization_key, error);
    lsc_store_turn_page(store);
    if (status == LSC_OK) {
        status = lower_email(store, &wanted, error);
    }
    if (status == LSC_OK && wanted.email != NULL) {
        status = lsc_vault_refresh(store, error); /* an address is looked up by its index */
    }
    if (status == LSC_OK) {
        status = list(store, organization_key, &wanted, &rows, &n_rows, error);
    }
    const lsc_audit_entry entry = {"list leads", organization_key, NULL, (int64_t)n_rows};
    status = lsc_audit_list_end(store, noting ? &entry : NULL, status, error);
    if (status == LSC_OK) {
        *leads = rows;
        *n = n_rows;
    }
    return status;
}
