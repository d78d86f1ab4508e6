#include "audit.h"

#include <stdio.h>

#include <leadscore/clock.h>

#include "core/options.h"

/* Room for the statement below with all that can stand in it. */
#define SQL_SIZE 600

void lsc_audit_query_init(lsc_audit_query *query, size_t size)
{
    const lsc_audit_query defaults = LSC_AUDIT_QUERY_INIT;
    lsc_options_init(query, size, &defaults, sizeof defaults);
}

/* Rows of one subject are fewer than those of an organization: its index is the one to go by. */
static const char *part_of_organization(bool of_one, bool of_subject)
{
    if (!of_one) {
        return "";
    }
    return of_subject ? " AND +a.organization_key = ?3" : " AND a.organization_key = ?3";
}

/*
 * What is not asked for is not in it, so that an index serves what is. UUIDs are the same in upper and lower
 * case, and stand there as they were given.
 */
static void write_sql(bool of_one, const lsc_audit_query *wanted, char sql[SQL_SIZE])
{
    snprintf(sql, SQL_SIZE,
             "SELECT a.number, a.time, o.external_id, a.actor, a.action, a.subject, a.amount"
             " FROM audit_log a LEFT JOIN organizations o ON o.key = a.organization_key"
             " WHERE a.number > ?1%s%s%s%s%s%s ORDER BY a.number LIMIT ?2",
             part_of_organization(of_one, wanted->subject != NULL),
             wanted->subject == NULL ? "" : " AND a.subject = ?4 COLLATE NOCASE",
             wanted->actor == NULL ? "" : " AND a.actor = ?5 COLLATE NOCASE",
             wanted->action == NULL ? "" : " AND a.action = ?6",
             wanted->from_ms == LSC_TIME_NONE ? "" : " AND a.time >= ?7",
             wanted->until_ms == LSC_TIME_NONE ? "" : " AND a.time < ?8");
}

static void set_query(lsc_query *query, const int64_t *organization_key,
                      const lsc_audit_query *wanted)
{
    const char *const texts[] = {wanted->subject, wanted->actor, wanted->action};
    const int64_t times[] = {wanted->from_ms, wanted->until_ms};
    lsc_query_set_int(query, 1, wanted->after);
    lsc_query_set_int(query, 2, (int64_t)wanted->limit);
    if (organization_key != NULL) {
        lsc_query_set_int(query, 3, *organization_key);
    }
    for (int i = 0; i < 3; i++) {
        if (texts[i] != NULL) {
            lsc_query_set_text(query, 4 + i, texts[i]);
        }
    }
    for (int i = 0; i < 2; i++) {
        if (times[i] != LSC_TIME_NONE) {
            lsc_query_set_int(query, 7 + i, times[i]);
        }
    }
}

static bool keep_row(lsc_store *store, lsc_query *query, lsc_audit_row *row)
{
    row->number = lsc_query_int(query, 0);
    row->time_ms = lsc_query_int(query, 1);
    row->amount = lsc_query_int(query, 6);
    return lsc_store_keep_text(store, query, 2, &row->organization) &&
           lsc_store_keep_text(store, query, 3, &row->actor) &&
           lsc_store_need_text(store, query, 4, &row->action) &&
           lsc_store_keep_text(store, query, 5, &row->subject);
}

static lsc_status check_uuid(const char *what, const char *text, lsc_error *error)
{
    return text == NULL || lsc_audit_is_uuid(text)
               ? LSC_OK
               : lsc_fail(error, LSC_INVALID_ARG, "%s is not a UUID", what);
}

static lsc_status read_query(const lsc_audit_query *given, lsc_audit_query *wanted,
                             lsc_error *error)
{
    *wanted = (lsc_audit_query)LSC_AUDIT_QUERY_INIT;
    lsc_status status = LSC_OK;
    if (given != NULL) {
        status = lsc_options_read("lsc_audit_query", wanted, sizeof *wanted, given,
                                  LSC_SIZE_UP_TO(lsc_audit_query, until_ms), error);
    }
    if (status == LSC_OK) {
        status = check_uuid("query.subject", wanted->subject, error);
    }
    if (status == LSC_OK) {
        status = check_uuid("query.actor", wanted->actor, error);
    }
    if (status == LSC_OK && wanted->action != NULL) {
        status = lsc_store_check_id("query.action", wanted->action, error);
    }
    return status == LSC_OK ? lsc_store_check_limit(wanted->limit, &wanted->limit, error) : status;
}

static lsc_status read_rows(lsc_store *store, lsc_query *query, lsc_audit_row *rows, size_t *n,
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

lsc_status lsc_audit_rows_list(lsc_store *store, const int64_t *organization_key,
                               const lsc_audit_query *wanted, const lsc_audit_row **rows, size_t *n,
                               lsc_error *error)
{
    char sql[SQL_SIZE];
    lsc_query *query;
    lsc_audit_row *room = lsc_arena_alloc(store->page, wanted->limit * sizeof *room);
    *rows = room;
    *n = 0;
    if (room == NULL) {
        return lsc_fail_memory(error);
    }
    write_sql(organization_key != NULL, wanted, sql);
    lsc_status status = lsc_query_begin_once(store->database, sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    set_query(query, organization_key, wanted);
    return read_rows(store, query, room, n, error);
}

static lsc_status list(lsc_store *store, const char *organization, const lsc_audit_query *wanted,
                       const lsc_audit_row **rows, size_t *n, lsc_error *error)
{
    int64_t key = 0;
    lsc_status status =
        organization == NULL ? LSC_OK : lsc_organization_find(store, organization, &key, error);
    lsc_store_turn_page(store);
    return status == LSC_OK ? lsc_audit_rows_list(store, organization == NULL ? NULL : &key, wanted,
                                                  rows, n, error)
                            : status;
}

lsc_status lsc_store_list_audit(lsc_store *store, const char *organization,
                                const lsc_audit_query *query, const lsc_audit_row **rows, size_t *n,
                                lsc_error *error)
{
    if (store == NULL || rows == NULL || n == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store, rows or n is NULL");
    }
    lsc_audit_query wanted;
    const lsc_audit_row *found = NULL;
    size_t n_found = 0;
    lsc_status status = read_query(query, &wanted, error);
    if (status == LSC_OK) {
        status = lsc_look_begin(store->database, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    status = list(store, organization, &wanted, &found, &n_found, error);
    status = lsc_look_end(store->database, status);
    if (status == LSC_OK) {
        *rows = found;
        *n = n_found;
    }
    return status;
}
