#include <leadscore/store_analytics.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/options.h"
#include "core/time_check.h"
#include "store/model_rows.h"
#include "store/performance_row.h"
#include "store/store_data.h"

/** A model in a month. */
typedef struct cell {
    struct cell *next; /* by model_key */
    int64_t model_key;
    int64_t lead_key; /* which was counted last */
    lsc_performance_sums sums;
} cell;

/** A walk through scores. */
typedef struct walk {
    lsc_store *store;
    lsc_arena cells;
    int first_month;
    cell *months[LSC_MAX_MONTHS]; /* of each, from the first one on, the models that scored */
    size_t n_cells;
} walk;

void lsc_performance_query_init(lsc_performance_query *query, size_t size)
{
    const lsc_performance_query defaults = LSC_PERFORMANCE_QUERY_INIT;
    lsc_options_init(query, size, &defaults, sizeof defaults);
}

/* Counting. */

/* 12 · year + month. */
static int month_of(int64_t time_ms)
{
    char text[LSC_TIME_TEXT_SIZE];
    lsc_time_format(time_ms, text);
    return (int)(12 * strtol(text, NULL, 10) + strtol(text + strlen("2026-"), NULL, 10));
}

/* A new one is put in its place. */
static cell *cell_of(walk *at, int month, int64_t model_key)
{
    cell **link = &at->months[month - at->first_month];
    while (*link != NULL && (*link)->model_key < model_key) {
        link = &(*link)->next;
    }
    if (*link != NULL && (*link)->model_key == model_key) {
        return *link;
    }
    cell *made = lsc_arena_alloc(&at->cells, sizeof *made);
    if (made != NULL) {
        memset(made, 0, sizeof *made);
        made->next = *link;
        made->model_key = model_key;
        *link = made;
        at->n_cells++;
    }
    return made;
}

/* A lead's scores come in the order of their times: its first one of a month counts, if at all. */
static lsc_status count_score(walk *at, lsc_query *query, lsc_error *error)
{
    const int64_t lead_key = lsc_query_int(query, 0);
    cell *held = cell_of(at, month_of(lsc_query_int(query, 1)), lsc_query_int(query, 2));
    if (held == NULL) {
        return lsc_fail_memory(error);
    }
    const bool has_converted = lsc_query_int(query, 5) != 0;
    if (held->lead_key != lead_key && !has_converted) {
        lsc_performance_add(&held->sums, (int)lsc_query_int(query, 3), lsc_query_double(query, 4),
                            lsc_query_int(query, 6) != 0);
    }
    held->lead_key = lead_key;
    return LSC_OK;
}

/* Whether a lead had converted by the time of a score (0 where that does not count), and whether it did after. */
static const char scores_sql[] =
    "SELECT k.lead_key, k.as_of, k.model_key, k.score, k.probability,"
    " ?5 = 0 AND EXISTS (SELECT 1 FROM outcomes o WHERE o.lead_key = k.lead_key"
    "  AND o.time <= k.as_of AND o.converted = 1),"
    " EXISTS (SELECT 1 FROM outcomes o WHERE o.lead_key = k.lead_key AND o.time > k.as_of"
    "  AND o.time <= k.as_of + ?4 AND o.converted = 1)"
    " FROM leads l JOIN lead_scores k ON k.lead_key = l.key"
    " WHERE l.organization_key = ?1 AND k.as_of >= ?2 AND k.as_of < ?3 AND k.status = 0"
    " ORDER BY l.external_id, k.as_of";

static lsc_status count_all(walk *at, int64_t organization_key, const lsc_performance_query *wanted,
                            lsc_error *error)
{
    const int64_t known = wanted->known_ms - wanted->horizon_ms + 1;
    lsc_query *query;
    lsc_status status = lsc_query_begin(at->store->database, scores_sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, organization_key);
    lsc_query_set_int(query, 2, wanted->from_ms);
    lsc_query_set_int(query, 3, known < wanted->until_ms ? known : wanted->until_ms);
    lsc_query_set_int(query, 4, wanted->horizon_ms);
    lsc_query_set_int(query, 5, wanted->repeats);
    while (lsc_query_next(query, &status, error)) {
        status = count_score(at, query, error);
    }
    return lsc_query_end(query, status, error);
}

/* The rows that are given. */

static lsc_status name_model(walk *at, int64_t model_key, lsc_performance *row, lsc_error *error)
{
    static const char sql[] = "SELECT sha256, name, version FROM scoring_models WHERE key = ?1";
    lsc_query *query;
    bool found = false;
    char *hash = lsc_arena_alloc(at->store->page, LSC_HASH_TEXT_SIZE);
    if (hash == NULL) {
        return lsc_fail_memory(error);
    }
    row->model_sha256 = hash;
    lsc_status status = lsc_query_begin(at->store->database, sql, &query, error);
    if (status == LSC_OK) {
        lsc_query_set_int(query, 1, model_key);
        status = lsc_query_step(query, &found, error);
    }
    if (status == LSC_OK && !found) {
        lsc_query_lacks(query);
    }
    if (status == LSC_OK && !(found && lsc_query_hash(query, 0, hash) &&
                              lsc_store_need_text(at->store, query, 1, &row->model_name) &&
                              lsc_store_need_text(at->store, query, 2, &row->model_version))) {
        status = lsc_query_fail_row(query, error);
    }
    return lsc_query_end(query, status, error);
}

static lsc_status write_month(walk *at, unsigned month, const cell *held, lsc_performance *rows,
                              size_t *n, lsc_error *error)
{
    lsc_status status = LSC_OK;
    for (; held != NULL && status == LSC_OK; held = held->next) {
        lsc_performance *row = &rows[*n];
        if (held->sums.n[0] + held->sums.n[1] == 0) {
            continue;
        }
        memset(row, 0, sizeof *row);
        snprintf(row->month, sizeof row->month, "%04u-%02u", (month - 1) / 12 % 10000,
                 (month - 1) % 12 + 1);
        lsc_performance_finish(&held->sums, row);
        status = name_model(at, held->model_key, row, error);
        (*n)++;
    }
    return status;
}

static lsc_status write_rows(walk *at, lsc_performance *rows, size_t *n, lsc_error *error)
{
    lsc_status status = LSC_OK;
    for (int i = 0; i < LSC_MAX_MONTHS && status == LSC_OK; i++) {
        status = write_month(at, (unsigned)(at->first_month + i), at->months[i], rows, n, error);
    }
    return status;
}

static lsc_status make_rows(walk *at, lsc_performance **rows, size_t *n, lsc_error *error)
{
    *rows = lsc_arena_alloc(at->store->page, (at->n_cells + 1) * sizeof **rows);
    return *rows == NULL ? lsc_fail_memory(error) : write_rows(at, *rows, n, error);
}

/* What is asked for. */

static lsc_status read_query(const lsc_performance_query *given, lsc_performance_query *wanted,
                             lsc_error *error)
{
    *wanted = (lsc_performance_query)LSC_PERFORMANCE_QUERY_INIT;
    lsc_status status = lsc_options_read("lsc_performance_query", wanted, sizeof *wanted, given,
                                         LSC_SIZE_UP_TO(lsc_performance_query, repeats), error);
    if (status == LSC_OK) {
        status = lsc_time_check("query.from_ms", wanted->from_ms, error);
    }
    if (status == LSC_OK) {
        status = lsc_time_check("query.until_ms", wanted->until_ms, error);
    }
    if (status == LSC_OK) {
        status = lsc_time_check("query.known_ms", wanted->known_ms, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    const int n_months = month_of(wanted->until_ms) - month_of(wanted->from_ms) + 1;
    return n_months > LSC_MAX_MONTHS
               ? lsc_fail(error, LSC_LIMIT, "query: is of %d months, at most %d are taken",
                          n_months, LSC_MAX_MONTHS)
               : lsc_check_horizon(wanted->horizon_ms, error);
}

static lsc_status list_performance(walk *at, const char *organization,
                                   const lsc_performance_query *wanted, lsc_performance **rows,
                                   size_t *n, lsc_error *error)
{
    int64_t key = 0;
    lsc_status status = lsc_organization_find(at->store, organization, &key, error);
    if (status == LSC_OK) {
        status = count_all(at, key, wanted, error);
    }
    if (status == LSC_OK) {
        lsc_store_turn_page(at->store);
        status = make_rows(at, rows, n, error);
    }
    return status;
}

lsc_status lsc_store_list_performance(lsc_store *store, const char *organization,
                                      const lsc_performance_query *query,
                                      const lsc_performance **rows, size_t *n, lsc_error *error)
{
    if (store == NULL || query == NULL || rows == NULL || n == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store, query, rows or n is NULL");
    }
    lsc_performance_query wanted;
    lsc_performance *made = NULL;
    size_t n_made = 0;
    walk at = {.store = store};
    lsc_status status = read_query(query, &wanted, error);
    if (status == LSC_OK) {
        status = lsc_look_begin(store->database, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    at.first_month = month_of(wanted.from_ms);
    lsc_arena_init(&at.cells, &store->allocator);
    status = list_performance(&at, organization, &wanted, &made, &n_made, error);
    lsc_arena_free(&at.cells);
    status = lsc_look_end(store->database, status);
    if (status == LSC_OK) {
        *rows = made;
        *n = n_made;
    }
    return status;
}
