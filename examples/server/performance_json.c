#include "performance_json.h"

#include <string.h>

#include "answers.h"
#include "trace/tracing.h"

/** What is looked at where the query does not say: the last year. */
#define USUAL_DAYS 365

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

bool srv_performance(srv_call *call, lsc_store *store, const char *model_id, json_t **months)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_performance_query query = LSC_PERFORMANCE_QUERY_INIT;
    const lsc_performance *rows;
    size_t n;
    query.until_ms = srv_query_time(call, "until", srv_now_ms(call));
    query.from_ms = srv_query_time(call, "from", query.until_ms - USUAL_DAYS * SRV_DAY_MS);
    query.horizon_ms = srv_query_integer(call, "horizon_days", 90) * SRV_DAY_MS;
    query.known_ms = srv_now_ms(call);
    if (query.from_ms < LSC_TIME_MIN || query.from_ms > query.until_ms) {
        srv_fail(call, 422, "bad_time", "from must not be after until, nor before the year 1");
        return false;
    }
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
