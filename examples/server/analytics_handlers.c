#include "analytics_handlers.h"

#include "answers.h"
#include "performance_json.h"
#include "trace/tracing.h"

static json_t *json_of_grade(const lsc_grade_conversion *grade)
{
    char name[2] = {grade->grade, '\0'};
    return json_pack("{s:s, s:I, s:I, s:o}", "grade", name, "leads", (json_int_t)grade->n_leads,
                     "converted", (json_int_t)grade->n_converted, "rate",
                     grade->n_leads > 0
                         ? json_real((double)grade->n_converted / (double)grade->n_leads)
                         : json_null());
}

static void get_conversion_rates(srv_call *call)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_conversion_query query = LSC_CONVERSION_QUERY_INIT;
    const lsc_grade_conversion *grades;
    size_t n;
    lsc_store *store = srv_store(call);
    query.horizon_ms = srv_query_integer(call, "horizon_days", 90) * SRV_DAY_MS;
    int64_t today_ms = srv_now_ms(call) / SRV_DAY_MS * SRV_DAY_MS;
    query.as_of_ms = srv_query_time(call, "as_of", today_ms - query.horizon_ms);
    query.model = srv_query(call, "model_id");
    if (store == NULL ||
        !srv_went_well(call,
                       SRV_STEP(lsc_store_count_conversions, store, srv_organization(call), &query,
                                &grades, &n, &error),
                       &error)) {
        return;
    }
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        json_array_append_new(list, json_of_grade(&grades[i]));
    }
    srv_reply(call, 200,
              json_pack("{s:o, s:I, s:b, s:o}", "as_of", srv_json_time(query.as_of_ms),
                        "horizon_days", (json_int_t)(query.horizon_ms / SRV_DAY_MS), "is_complete",
                        (int)(query.as_of_ms + query.horizon_ms <= srv_now_ms(call)), "grades",
                        list));
}

static json_t *json_of_count(const lsc_score_count *count)
{
    char grade[2] = {count->grade, '\0'};
    return json_pack("{s:s, s:o, s:o, s:I}", "status", lsc_outcome_status_name(count->status),
                     "score", count->score >= 0 ? json_integer(count->score) : json_null(), "grade",
                     srv_json_text(count->grade != 0 ? grade : NULL), "leads",
                     (json_int_t)count->n_leads);
}

static void get_score_distribution(srv_call *call)
{
    lsc_error error = LSC_ERROR_INIT;
    const lsc_score_count *counts;
    size_t n;
    lsc_store *store = srv_store(call);
    if (store == NULL || !srv_went_well(call,
                                        SRV_STEP(lsc_store_count_scores, store,
                                                 srv_organization(call), &counts, &n, &error),
                                        &error)) {
        return;
    }
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        json_array_append_new(list, json_of_count(&counts[i]));
    }
    srv_reply(call, 200, json_pack("{s:o}", "scores", list));
}

static void get_performance(srv_call *call)
{
    json_t *months;
    lsc_store *store = srv_store(call);
    if (store != NULL && srv_performance(call, store, NULL, &months)) {
        srv_reply(call, 200, json_pack("{s:o}", "months", months));
    }
}

/* They look at all that an organization has. */

void srv_get_conversion_rates(srv_call *call)
{
    srv_answer_in_line(call, get_conversion_rates);
}

void srv_get_score_distribution(srv_call *call)
{
    srv_answer_in_line(call, get_score_distribution);
}

void srv_get_performance(srv_call *call)
{
    srv_answer_in_line(call, get_performance);
}
