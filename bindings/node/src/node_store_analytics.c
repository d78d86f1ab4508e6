/* Counts over the scores and outcomes of an organization, off JavaScript's thread: each looks at many leads. */
#include "node_store_jobs.h"

#include <math.h>

typedef struct analytics_job {
    lsc_node_store_job base; /* texts: organization, model */
    lsc_conversion_query conversions;
    lsc_performance_query performance;
    const void *rows; /* the store's, which nobody else has until the promise is settled */
    size_t n;
} analytics_job;

static napi_value give_rows(napi_env env, lsc_node_job *job, lsc_node_put_row put)
{
    const analytics_job *work = (const analytics_job *)job;
    return lsc_node_rows(env, work->rows, work->n, put);
}

/* By score. */

static lsc_status run_scores(lsc_node_job *job)
{
    analytics_job *work = (analytics_job *)job;
    const lsc_score_count *counts = NULL;
    lsc_status status = lsc_store_count_scores(work->base.held->store, work->base.texts[0].bytes,
                                               &counts, &work->n, &job->error);
    work->rows = counts;
    return status;
}

static void set_grade(napi_env env, napi_value object, char grade)
{
    const char text[2] = {grade, '\0'};
    lsc_node_set_string(env, object, "grade", grade != '\0' ? text : NULL);
}

static void put_score_count(napi_env env, napi_value object, const void *rows, size_t row)
{
    const lsc_score_count *given = (const lsc_score_count *)rows + row;
    lsc_node_set_string(env, object, "status", lsc_outcome_status_name(given->status));
    lsc_node_set_number(env, object, "score",
                        given->score < 0 ? (double)NAN : (double)given->score);
    set_grade(env, object, given->grade);
    lsc_node_set_number(env, object, "leads", (double)given->n_leads);
}

static napi_value answer_scores(napi_env env, lsc_node_job *job)
{
    return give_rows(env, job, put_score_count);
}

/* storeCountScores(store, flag, progress, organization): a promise */
static napi_value count_scores(napi_env env, napi_callback_info info)
{
    analytics_job *work =
        lsc_node_new_store_job(env, info, sizeof(*work), 1, run_scores, answer_scores, NULL);
    return work != NULL ? lsc_node_start_store_job(env, &work->base) : NULL;
}

/* By grade. */

static lsc_status run_conversions(lsc_node_job *job)
{
    analytics_job *work = (analytics_job *)job;
    const lsc_grade_conversion *grades = NULL;
    work->conversions.model = work->base.texts[1].bytes;
    lsc_status status =
        lsc_store_count_conversions(work->base.held->store, work->base.texts[0].bytes,
                                    &work->conversions, &grades, &work->n, &job->error);
    work->rows = grades;
    return status;
}

static void put_conversion(napi_env env, napi_value object, const void *rows, size_t row)
{
    const lsc_grade_conversion *given = (const lsc_grade_conversion *)rows + row;
    set_grade(env, object, given->grade);
    lsc_node_set_number(env, object, "leads", (double)given->n_leads);
    lsc_node_set_number(env, object, "converted", (double)given->n_converted);
}

static napi_value answer_conversions(napi_env env, lsc_node_job *job)
{
    return give_rows(env, job, put_conversion);
}

/* storeCountConversions(store, flag, progress, organization, model, asOf, horizon, repeats): a promise */
static napi_value count_conversions(napi_env env, napi_callback_info info)
{
    analytics_job *work = lsc_node_new_store_job(env, info, sizeof(*work), 2, run_conversions,
                                                 answer_conversions, NULL);
    if (work == NULL) {
        return NULL;
    }
    const napi_value *args = work->base.state->args;
    lsc_conversion_query *query = &work->conversions;
    lsc_conversion_query_init(query, sizeof(*query));
    if (!lsc_node_read_time(env, args[5], &query->as_of_ms) ||
        !lsc_node_read_time(env, args[6], &query->horizon_ms) ||
        !lsc_node_read_bool(env, args[7], &query->repeats)) {
        return lsc_node_drop_job(env, &work->base.job);
    }
    return lsc_node_start_store_job(env, &work->base);
}

/* By month and model. */

static lsc_status run_performance(lsc_node_job *job)
{
    analytics_job *work = (analytics_job *)job;
    const lsc_performance *rows = NULL;
    lsc_status status =
        lsc_store_list_performance(work->base.held->store, work->base.texts[0].bytes,
                                   &work->performance, &rows, &work->n, &job->error);
    work->rows = rows;
    return status;
}

static void put_bin(napi_env env, napi_value object, const void *rows, size_t row)
{
    const lsc_probability_bin *given = (const lsc_probability_bin *)rows + row;
    lsc_node_set_number(env, object, "leads", (double)given->n_leads);
    lsc_node_set_number(env, object, "converted", (double)given->n_converted);
    lsc_node_set_number(env, object, "meanProbability", given->mean_probability);
}

static void put_performance(napi_env env, napi_value object, const void *rows, size_t row)
{
    const lsc_performance *given = (const lsc_performance *)rows + row;
    lsc_node_set_string(env, object, "month", given->month);
    lsc_node_set_string(env, object, "modelSha256", given->model_sha256);
    lsc_node_set_string(env, object, "modelName", given->model_name);
    lsc_node_set_string(env, object, "modelVersion", given->model_version);
    lsc_node_set_number(env, object, "leads", (double)given->n_leads);
    lsc_node_set_number(env, object, "converted", (double)given->n_converted);
    lsc_node_set_number(env, object, "meanProbability", given->mean_probability);
    lsc_node_set_number(env, object, "brier", given->brier);
    lsc_node_set_number(env, object, "logLoss", given->log_loss);
    lsc_node_set_number(env, object, "auc", given->auc);
    lsc_node_set(env, object, "bins",
                 lsc_node_rows(env, given->bins, LSC_N_PROBABILITY_BINS, put_bin));
}

static napi_value answer_performance(napi_env env, lsc_node_job *job)
{
    return give_rows(env, job, put_performance);
}

/* storeListPerformance(store, flag, progress, organization, from, until, horizon, known, repeats): a promise */
static napi_value list_performance(napi_env env, napi_callback_info info)
{
    analytics_job *work = lsc_node_new_store_job(env, info, sizeof(*work), 1, run_performance,
                                                 answer_performance, NULL);
    if (work == NULL) {
        return NULL;
    }
    const napi_value *args = work->base.state->args;
    lsc_performance_query *query = &work->performance;
    lsc_performance_query_init(query, sizeof(*query));
    if (!lsc_node_read_time(env, args[4], &query->from_ms) ||
        !lsc_node_read_time(env, args[5], &query->until_ms) ||
        !lsc_node_read_time(env, args[6], &query->horizon_ms) ||
        !lsc_node_read_time(env, args[7], &query->known_ms) ||
        !lsc_node_read_bool(env, args[8], &query->repeats)) {
        return lsc_node_drop_job(env, &work->base.job);
    }
    return lsc_node_start_store_job(env, &work->base);
}

const lsc_node_function lsc_node_store_analytics_functions[] = {
    {"storeCountScores", count_scores},
    {"storeCountConversions", count_conversions},
    {"storeListPerformance", list_performance},
    {NULL, NULL},
};
