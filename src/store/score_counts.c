#include <leadscore/store_analytics.h>

#include "core/options.h"
#include "core/time_check.h"
#include "store/model_rows.h"
#include "store/performance_row.h"
#include "store/store_data.h"

/* Scores of 0 to 100 with five grades each, and what is not scored. */
#define MOST_COUNTS (101 * 5 + 2)
#define MOST_GRADES 5

void lsc_conversion_query_init(lsc_conversion_query *query, size_t size)
{
    const lsc_conversion_query defaults = LSC_CONVERSION_QUERY_INIT;
    lsc_options_init(query, size, &defaults, sizeof defaults);
}

/* By score. */

static lsc_status count_scores(lsc_store *store, int64_t organization_key, lsc_score_count *counts,
                               size_t *n, lsc_error *error)
{
    static const char sql[] =
        "SELECT k.status, k.score, k.grade, count(*) FROM latest_scores s"
        " JOIN lead_scores k ON k.lead_key = s.lead_key AND k.as_of = s.as_of"
        "  AND k.model_key = s.model_key WHERE s.organization_key = ?1"
        " GROUP BY s.rank, k.status, k.grade ORDER BY s.rank, k.status, k.grade LIMIT ?2";
    lsc_query *query;
    lsc_status status = lsc_query_begin(store->database, sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, organization_key);
    lsc_query_set_int(query, 2, MOST_COUNTS);
    while (lsc_query_next(query, &status, error)) {
        counts[(*n)++] = (lsc_score_count){.status = (lsc_outcome_status)lsc_query_int(query, 0),
                                           .score = (int)lsc_query_int(query, 1),
                                           .grade = (char)lsc_query_int(query, 2),
                                           .n_leads = lsc_query_int(query, 3)};
    }
    return lsc_query_end(query, status, error);
}

lsc_status lsc_store_count_scores(lsc_store *store, const char *organization,
                                  const lsc_score_count **counts, size_t *n, lsc_error *error)
{
    if (store == NULL || counts == NULL || n == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store, counts or n is NULL");
    }
    int64_t key = 0;
    size_t n_rows = 0;
    lsc_status status = lsc_organization_find(store, organization, &key, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_store_turn_page(store);
    lsc_score_count *rows = lsc_arena_alloc(store->page, MOST_COUNTS * sizeof *rows);
    status = rows == NULL ? lsc_fail_memory(error) : count_scores(store, key, rows, &n_rows, error);
    if (status == LSC_OK) {
        *counts = rows;
        *n = n_rows;
    }
    return status;
}

/* Conversions by grade. */

/* Of each lead the grade that it had; NULL where it had none. */
static const char conversions_sql[] =
    "SELECT grade, count(*), sum(converted) FROM (SELECT"
    " (SELECT k.grade FROM lead_scores k WHERE k.lead_key = l.key AND k.as_of <= ?2"
    "   AND (?4 = 0 OR k.model_key = ?4) ORDER BY k.as_of DESC, k.model_key DESC LIMIT 1) AS grade,"
    " EXISTS (SELECT 1 FROM outcomes o WHERE o.lead_key = l.key AND o.time > ?2"
    "   AND o.time <= ?3 AND o.converted = 1) AS converted"
    " FROM leads l WHERE l.organization_key = ?1 AND (?5 OR NOT EXISTS (SELECT 1 FROM outcomes o"
    "   WHERE o.lead_key = l.key AND o.time <= ?2 AND o.converted = 1)))"
    " WHERE grade <> 0 GROUP BY grade ORDER BY grade LIMIT ?6";

static lsc_status count_conversions(lsc_store *store, const int64_t keys[2],
                                    const lsc_conversion_query *wanted, lsc_grade_conversion *rows,
                                    size_t *n, lsc_error *error)
{
    lsc_query *query;
    lsc_status status = lsc_query_begin(store->database, conversions_sql, &query, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_query_set_int(query, 1, keys[0]);
    lsc_query_set_int(query, 2, wanted->as_of_ms);
    lsc_query_set_int(query, 3, wanted->as_of_ms + wanted->horizon_ms);
    lsc_query_set_int(query, 4, keys[1]);
    lsc_query_set_int(query, 5, wanted->repeats);
    lsc_query_set_int(query, 6, MOST_GRADES);
    while (lsc_query_next(query, &status, error)) {
        rows[(*n)++] = (lsc_grade_conversion){.grade = (char)lsc_query_int(query, 0),
                                              .n_leads = lsc_query_int(query, 1),
                                              .n_converted = lsc_query_int(query, 2)};
    }
    return lsc_query_end(query, status, error);
}

static lsc_status read_query(const lsc_conversion_query *given, lsc_conversion_query *wanted,
                             lsc_error *error)
{
    *wanted = (lsc_conversion_query)LSC_CONVERSION_QUERY_INIT;
    lsc_status status = lsc_options_read("lsc_conversion_query", wanted, sizeof *wanted, given,
                                         LSC_SIZE_UP_TO(lsc_conversion_query, repeats), error);
    if (status == LSC_OK) {
        status = lsc_time_check("query.as_of_ms", wanted->as_of_ms, error);
    }
    return status == LSC_OK ? lsc_check_horizon(wanted->horizon_ms, error) : status;
}

/* Of the organization and, where one is named, the model. */
static lsc_status find_keys(lsc_store *store, const char *organization, const char *model,
                            int64_t keys[2], lsc_error *error)
{
    bool gate_passed;
    lsc_status status = lsc_organization_find(store, organization, &keys[0], error);
    return status == LSC_OK && model != NULL
               ? lsc_model_row_find(store, keys[0], model, &keys[1], &gate_passed, error)
               : status;
}

lsc_status lsc_store_count_conversions(lsc_store *store, const char *organization,
                                       const lsc_conversion_query *query,
                                       const lsc_grade_conversion **grades, size_t *n,
                                       lsc_error *error)
{
    if (store == NULL || query == NULL || grades == NULL || n == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store, query, grades or n is NULL");
    }
    lsc_conversion_query wanted;
    int64_t keys[2] = {0, 0};
    size_t n_rows = 0;
    lsc_status status = read_query(query, &wanted, error);
    if (status == LSC_OK) {
        status = find_keys(store, organization, wanted.model, keys, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    lsc_store_turn_page(store);
    lsc_grade_conversion *rows = lsc_arena_alloc(store->page, MOST_GRADES * sizeof *rows);
    status = rows == NULL ? lsc_fail_memory(error)
                          : count_conversions(store, keys, &wanted, rows, &n_rows, error);
    if (status == LSC_OK) {
        *grades = rows;
        *n = n_rows;
    }
    return status;
}
