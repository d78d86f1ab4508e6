#include "performance_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "trace/tracing.h"

/** Months where the query does not say. */
#define USUAL_MONTHS 12

static json_t *json_of_bins(const lsc_performance *row)
{
    json_t *bins = json_array();
    for (int i = 0; i < LSC_N_PROBABILITY_BINS; i++) {
        json_array_append_new(
            bins, json_pack("{s:f, s:I, s:I, s:o}", "from", (double)i / LSC_N_PROBABILITY_BINS,
                            "leads", (json_int_t)row->bins[i].n_leads, "converted",
                            (json_int_t)row->bins[i].n_converted, "mean_probability",
                            srv_json_number(row->bins[i].mean_probability)));
    }
    return bins;
}

static json_t *json_of_month(const lsc_performance *row)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:o, s:o, s:o, s:o, s:o}", "month", row->month,
                     "model_id", row->model_sha256, "model_name", row->model_name, "model_version",
                     row->model_version, "leads", (json_int_t)row->n_leads, "converted",
                     (json_int_t)row->n_converted, "mean_probability",
                     srv_json_number(row->mean_probability), "brier", srv_json_number(row->brier),
                     "log_loss", srv_json_number(row->log_loss), "auc", srv_json_number(row->auc),
                     "bins", json_of_bins(row));
}

/* When the first of `n` months begins, of which the last is that of `until_ms`; not before the year 1. */
static int64_t begin_of_months(int64_t until_ms, int64_t n)
{
    char text[LSC_TIME_TEXT_SIZE];
    int64_t begin_ms = LSC_TIME_MIN;
    lsc_time_format(until_ms, text);
    int64_t months = strtoll(text, NULL, 10) * 12 + strtoll(text + 5, NULL, 10) - n;
    if (months >= 12) {
        snprintf(text, sizeof(text), "%04d-%02d-01T00:00:00Z", (int)(months / 12),
                 (int)(months % 12) + 1);
        lsc_time_parse(text, strlen(text), &begin_ms, NULL);
    }
    return begin_ms;
}

bool srv_performance(srv_call *call, lsc_store *store, const char *model_id, json_t **months)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_performance_query query = LSC_PERFORMANCE_QUERY_INIT;
    const lsc_performance *rows;
    size_t n;
    query.until_ms = srv_query_time(call, "until", srv_now_ms(call));
    query.from_ms =
        begin_of_months(query.until_ms, srv_query_integer(call, "months", USUAL_MONTHS));
    query.horizon_ms = srv_query_integer(call, "horizon_days", 90) * SRV_DAY_MS;
    query.known_ms = srv_now_ms(call);
    if (!srv_went_well(call,
                       SRV_STEP(lsc_store_list_performance, store, srv_organization(call), &query,
                                &rows, &n, &error),
                       &error)) {
        return false;
    }
    *months = json_array();
    for (size_t i = 0; i < n; i++) {
        if (model_id == NULL || strcmp(rows[i].model_sha256, model_id) == 0) {
            json_array_append_new(*months, json_of_month(&rows[i]));
        }
    }
    return true;
}
