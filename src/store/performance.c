#include <leadscore/store_analytics.h>

#include <stdio.h>
#include <string.h>

#include "core/options.h"
#include "store/model_rows.h"
#include "store/performance_row.h"
#include "store/store_data.h"

/* Room for the text of a month. */
#define MONTH_SIZE sizeof(((lsc_performance *)0)->month)

/** A model in a month. */
typedef struct cell {
    struct cell *next; /* in the order in which they were met */
    int64_t model_key;
    int64_t lead_key; /* which was counted last */
    char month[MONTH_SIZE];
    lsc_performance_sums sums;
} cell;

/** A walk through scores. */
typedef struct walk {
    lsc_store *store;
    lsc_arena cells;
    cell *first;
    size_t n_cells;
} walk;

void lsc_performance_query_init(lsc_performance_query *query, size_t size)
{
    const lsc_performance_query defaults = LSC_PERFORMANCE_QUERY_INIT;
    lsc_options_init(query, size, &defaults, sizeof defaults);
}

/* Counting. */

static void month_of(int64_t time_ms, char month[MONTH_SIZE])
{
    char text[LSC_TIME_TEXT_SIZE];
    lsc_time_format(time_ms, text);
    snprintf(month, MONTH_SIZE, "%.7s", text);
}

/* By month, then model; a new one is put in its place. */
static cell *cell_of(walk *at, int64_t model_key, const char *month)
{
    cell **link = &at->first;
    for (; *link != NULL; link = &(*link)->next) {
        int order = strcmp((*link)->month, month);
        order = order != 0 ? order
                           : ((*link)->model_key > model_key) - ((*link)->model_key < model_key);
        if (order == 0) {
            return *link;
        }
        if (order > 0) {
            break;
        }
    }
    cell *made = lsc_arena_alloc(&at->cells, sizeof *made);
    if (made != NULL) {
        memset(made, 0, sizeof *made);
        made->next = *link;
        made->model_key = model_key;
        memcpy(made->month, month, MONTH_SIZE);
        *link = made;
        at->n_cells++;
    }
    return made;
}

/* A lead's scores come in the order of their times: its first one of a month counts, if at all. */
static lsc_status count_score(walk *at, lsc_query *query, lsc_error *error)
{
    char month[MONTH_SIZE];
    const int64_t lead_key = lsc_query_int(query, 0);
    month_of(lsc_query_int(query, 1), month);
    cell *held = cell_of(at, lsc_query_int(query, 2), month);
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
    if (status == LSC_OK && !(found && lsc_query_hash(query, 0, hash) &&
                              lsc_store_need_text(at->store, query, 1, &row->model_name) &&
                              lsc_store_need_text(at->store, query, 2, &row->model_version))) {
        status = lsc_query_fail_missing(query, error);
    }
    return lsc_query_end(query, status, error);
}

static lsc_status write_rows(walk *at, lsc_performance *rows, size_t *n, lsc_error *error)
{
    lsc_status status = LSC_OK;
    for (const cell *held = at->first; held != NULL && status == LSC_OK; held = held->next) {
        lsc_performance *row = &rows[*n];
        if (held->sums.n[0] + held->sums.n[1] == 0) {
            continue;
        }
        memset(row, 0, sizeof *row);
        memcpy(row->month, held->month, sizeof row->month);
        lsc_performance_finish(&held->sums, row);
        status = name_model(at, held->model_key, row, error);
        (*n)++;
    }
    return status;
}

static lsc_status make_rows(walk *at, lsc_performance **rows, size_t *n, lsc_error *error)
{
    *rows = lsc_arena_alloc(at->store->page, (at->n_cells + 1) * sizeof **rows);
    return *rows == NULL ? lsc_fail_memory(error) : write_rows(at, *rows, n, error);
}

/* What is asked for. */

static bool is_time(int64_t time_ms)
{
    return time_ms >= LSC_TIME_MIN && time_ms <= LSC_TIME_MAX;
}

static int n_months(const lsc_performance_query *wanted)
{
    int years[2];
    int months[2];
    char text[2][MONTH_SIZE];
    month_of(wanted->from_ms, text[0]);
    month_of(wanted->until_ms, text[1]);
    for (int i = 0; i < 2; i++) {
        const char *at = text[i];
        years[i] = (at[0] - '0') * 1000 + (at[1] - '0') * 100 + (at[2] - '0') * 10 + (at[3] - '0');
        months[i] = (at[5] - '0') * 10 + (at[6] - '0');
    }
    return 12 * (years[1] - years[0]) + months[1] - months[0] + 1;
}

static lsc_status read_query(const lsc_performance_query *given, lsc_performance_query *wanted,
                             lsc_error *error)
{
    *wanted = (lsc_performance_query)LSC_PERFORMANCE_QUERY_INIT;
    lsc_status status = lsc_options_read("lsc_performance_query", wanted, sizeof *wanted, given,
                                         LSC_SIZE_UP_TO(lsc_performance_query, repeats), error);
    if (status != LSC_OK) {
        return status;
    }
    if (!is_time(wanted->from_ms) || !is_time(wanted->until_ms) || !is_time(wanted->known_ms)) {
        return lsc_fail(error, LSC_INVALID_ARG,
                        "query: from_ms, until_ms or known_ms is outside the years 1 to 9999");
    }
    if (n_months(wanted) > LSC_MAX_MONTHS) {
        return lsc_fail(error, LSC_LIMIT, "query: is of %d months, at most %d are taken",
                        n_months(wanted), LSC_MAX_MONTHS);
    }
    return lsc_check_horizon(wanted->horizon_ms, error);
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
