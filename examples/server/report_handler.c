#include "analytics_handlers.h"

#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "need.h"
#include "report_query.h"
#include "report_scores.h"
#include "trace/tracing.h"

/** Leads that a report looks at. One past is 422. */
#define MAX_LEADS 200000
/** Rows of a report. One past is 422. */
#define MAX_ROWS 1000

/** A row while it is counted. */
typedef struct report_row {
    json_t *values; /**< of the dimensions, an array */
    int64_t n_leads;
    int64_t n_scored;
    int64_t sum;
    int low;
    int high;
} report_row;

typedef struct report_state {
    srv_call *call;
    lsc_store *store;
    const json_t *dimensions;
    const json_t *filters;
    srv_report_scores scores;
    json_t *numbers;    /**< by what a row is of, as text: its number among the groups */
    report_row *groups; /**< [MAX_ROWS] */
    size_t n_groups;
    size_t n_leads;
} report_state;

static bool refuse(const report_state *report, const char *what)
{
    srv_fail(report->call, 422, "limit", "the report has too many %s", what);
    return false;
}

/* Scores first: a list is gone when the next one is read. */
static bool read_scores(report_state *report)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_score_query query = LSC_SCORE_QUERY_INIT;
    const lsc_stored_score *scores;
    size_t n = LSC_MAX_PAGE;
    char *last = NULL;
    query.limit = LSC_MAX_PAGE;
    while (n == LSC_MAX_PAGE) {
        query.after_id = last;
        lsc_status status = SRV_STEP(lsc_store_list_scores, report->store,
                                     srv_organization(report->call), &query, &scores, &n, &error);
        free(last);
        last = NULL;
        if (!srv_went_well(report->call, status, &error)) {
            return false;
        }
        for (size_t i = 0; i < n; i++) {
            const lsc_result *result = &scores[i].result;
            srv_report_scores_put(&report->scores, scores[i].lead_id, result->score, result->grade);
        }
        if (srv_report_scores_count(&report->scores) > MAX_LEADS) {
            return refuse(report, "scores");
        }
        if (n == LSC_MAX_PAGE) {
            last = srv_need(strdup(scores[n - 1].lead_id));
            query.after_score = scores[n - 1].result.score;
        }
    }
    return true;
}

static report_row *group_of(report_state *report, json_t *values)
{
    char *key = json_dumps(values, JSON_COMPACT);
    json_t *number = key != NULL ? json_object_get(report->numbers, key) : NULL;
    if (number == NULL && report->n_groups < MAX_ROWS && key != NULL) {
        number = json_integer((json_int_t)report->n_groups);
        json_object_set_new(report->numbers, key, number);
        report->groups[report->n_groups++] = (report_row){json_incref(values), 0, 0, 0, 100, 0};
    }
    free(key);
    return number != NULL ? &report->groups[json_integer_value(number)] : NULL;
}

static bool count(report_state *report, const srv_report_lead *lead)
{
    if (!srv_report_takes(report->filters, lead)) {
        return true;
    }
    json_t *values = json_array();
    for (size_t i = 0; i < json_array_size(report->dimensions); i++) {
        json_array_append_new(
            values,
            srv_report_value(json_string_value(json_array_get(report->dimensions, i)), lead));
    }
    report_row *group = group_of(report, values);
    json_decref(values);
    if (group == NULL) {
        return refuse(report, "rows");
    }
    group->n_leads++;
    if (lead->score >= 0) {
        group->n_scored++;
        group->sum += lead->score;
        group->low = lead->score < group->low ? lead->score : group->low;
        group->high = lead->score > group->high ? lead->score : group->high;
    }
    return true;
}

static bool count_page(report_state *report, const lsc_stored_lead *leads, size_t n)
{
    report->n_leads += n;
    if (report->n_leads > MAX_LEADS) {
        return refuse(report, "leads");
    }
    for (size_t i = 0; i < n; i++) {
        const srv_report_score *held = srv_report_scores_get(&report->scores, leads[i].id);
        const srv_report_lead lead = {&leads[i], held != NULL ? held->score : -1,
                                      held != NULL ? held->grade : 0};
        if (!count(report, &lead)) {
            return false;
        }
    }
    return true;
}

static bool count_leads(report_state *report)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_lead_query query = LSC_LEAD_QUERY_INIT;
    const lsc_stored_lead *leads;
    size_t n = LSC_MAX_PAGE;
    char *last = NULL;
    bool goes_on = true;
    query.limit = LSC_MAX_PAGE;
    while (goes_on && n == LSC_MAX_PAGE) {
        query.after = last;
        lsc_status status = SRV_STEP(lsc_store_list_leads, report->store,
                                     srv_organization(report->call), &query, &leads, &n, &error);
        free(last);
        last = NULL;
        goes_on = srv_went_well(report->call, status, &error) && count_page(report, leads, n);
        if (goes_on && n == LSC_MAX_PAGE) {
            last = srv_need(strdup(leads[n - 1].id));
        }
    }
    free(last);
    return goes_on;
}

/* Only measures that were asked for. */
static void set_measure(json_t *row, const json_t *measures, const char *name, json_t *value)
{
    for (size_t i = 0; i < json_array_size(measures); i++) {
        if (strcmp(json_string_value(json_array_get(measures, i)), name) == 0) {
            json_object_set(row, name, value);
        }
    }
    json_decref(value);
}

static json_t *json_of_group(const report_state *report, const report_row *group,
                             const json_t *measures)
{
    bool is_scored = group->n_scored > 0;
    json_t *row = json_object();
    for (size_t i = 0; i < json_array_size(report->dimensions); i++) {
        json_object_set(row, json_string_value(json_array_get(report->dimensions, i)),
                        json_array_get(group->values, i));
    }
    set_measure(row, measures, "leads", json_integer(group->n_leads));
    set_measure(row, measures, "scored_leads", json_integer(group->n_scored));
    set_measure(row, measures, "mean_score",
                is_scored ? json_real((double)group->sum / (double)group->n_scored) : json_null());
    set_measure(row, measures, "min_score", is_scored ? json_integer(group->low) : json_null());
    set_measure(row, measures, "max_score", is_scored ? json_integer(group->high) : json_null());
    return row;
}

/* By their dimensions, as texts; what has none comes last. */
static int compare(const void *a, const void *b)
{
    const report_row *left = a;
    const report_row *right = b;
    for (size_t i = 0; i < json_array_size(left->values); i++) {
        const char *x = json_string_value(json_array_get(left->values, i));
        const char *y = json_string_value(json_array_get(right->values, i));
        int order = x == NULL || y == NULL ? (x == NULL) - (y == NULL) : strcmp(x, y);
        if (order != 0) {
            return order;
        }
    }
    return 0;
}

static void reply_report(report_state *report, const json_t *measures)
{
    json_t *rows = json_array();
    qsort(report->groups, report->n_groups, sizeof(*report->groups), compare);
    for (size_t i = 0; i < report->n_groups; i++) {
        json_array_append_new(rows, json_of_group(report, &report->groups[i], measures));
    }
    srv_reply(report->call, 200, json_pack("{s:o}", "rows", rows));
}

static void make_report(srv_call *call)
{
    const json_t *body = srv_body(call);
    report_state report = {0};
    report.call = call;
    report.store = srv_store(call);
    report.dimensions = json_object_get(body, "dimensions");
    report.filters = json_object_get(body, "filters");
    report.numbers = json_object();
    report.groups = calloc(MAX_ROWS, sizeof(*report.groups));
    if (report.store != NULL && report.groups == NULL) {
        srv_fail(call, 503, "no_memory", "no memory");
    } else if (report.store != NULL && read_scores(&report) && count_leads(&report)) {
        reply_report(&report, json_object_get(body, "measures"));
    }
    for (size_t i = 0; i < report.n_groups; i++) {
        json_decref(report.groups[i].values);
    }
    free(report.groups);
    json_decref(report.numbers);
    srv_report_scores_free(&report.scores);
}

void srv_make_report(srv_call *call)
{
    srv_answer_in_line(call, make_report);
}
