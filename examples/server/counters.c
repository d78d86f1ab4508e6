#define _POSIX_C_SOURCE 200809L
#include "counters.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include <leadscore/version.h>

#include "metric_text.h"
#include "wall_clock.h"

static const unsigned statuses[] = {200, 201, 202, 204, 304, 400, 401, 403, 404, 405, 406,
                                    409, 412, 413, 415, 422, 423, 429, 500, 501, 502, 503};

#define N_STATUSES (sizeof(statuses) / sizeof(statuses[0]))

/* Of requests, in microseconds. */
static const int64_t bounds_us[] = {100,   250,   500,    1000,   2500,   5000,
                                    10000, 25000, 100000, 250000, 1000000};

#define N_BOUNDS (sizeof(bounds_us) / sizeof(bounds_us[0]))

typedef struct operation_tally {
    atomic_int_fast64_t by_status[N_STATUSES + 1]; /**< the last: any other */
    atomic_int_fast64_t by_time[N_BOUNDS + 1];
    atomic_int_fast64_t total_us;
} operation_tally;

struct srv_counters {
    int64_t started_ms;
    atomic_int_fast64_t in_flight;
    atomic_int_fast64_t counts[SRV_N_COUNTS];
    size_t n_operations;
    operation_tally tallies[]; /**< [n_operations + 1], the last of what is no operation */
};

static const char *const count_names[SRV_N_COUNTS][2] = {
    {"leadscore_scores_total", "Leads that were scored."},
    {"leadscore_models_loaded_total", "Models that were loaded from the store."},
    {"leadscore_idempotent_replays_total", "Answers given again for an Idempotency-Key."},
    {"leadscore_auth_failures_total", "Requests without a valid credential."},
    {"leadscore_rate_limited_total", "Requests beyond their rate limit."},
};

srv_counters *srv_counters_new(size_t n_operations)
{
    srv_counters *counters =
        calloc(1, sizeof(*counters) + (n_operations + 1) * sizeof(counters->tallies[0]));
    if (counters != NULL) {
        counters->n_operations = n_operations;
        counters->started_ms = srv_wall_ms();
    }
    return counters;
}

void srv_counters_free(srv_counters *counters)
{
    free(counters);
}

void srv_counters_begin(srv_counters *counters)
{
    atomic_fetch_add(&counters->in_flight, 1);
}

void srv_counters_end(srv_counters *counters, const srv_operation *operation, unsigned status,
                      int64_t took_us)
{
    operation_tally *tally =
        &counters->tallies[operation != NULL ? operation->number : counters->n_operations];
    size_t of_status = 0;
    while (of_status < N_STATUSES && statuses[of_status] != status) {
        of_status++;
    }
    size_t of_time = 0;
    while (of_time < N_BOUNDS && took_us > bounds_us[of_time]) {
        of_time++;
    }
    atomic_fetch_add_explicit(&tally->by_status[of_status], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&tally->by_time[of_time], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&tally->total_us, took_us, memory_order_relaxed);
}

void srv_counters_leave(srv_counters *counters)
{
    atomic_fetch_sub(&counters->in_flight, 1);
}

int64_t srv_counters_in_flight(const srv_counters *counters)
{
    return atomic_load(&counters->in_flight);
}

void srv_counters_add(srv_counters *counters, srv_count what, int64_t n)
{
    atomic_fetch_add_explicit(&counters->counts[what], n, memory_order_relaxed);
}

static const char *name_at(const srv_routes *routes, const srv_counters *counters, size_t number)
{
    return number < counters->n_operations ? srv_routes_at(routes, number)->id : "none";
}

static void write_requests(FILE *out, const srv_counters *counters, const srv_routes *routes)
{
    fputs("# HELP leadscore_http_requests_total Requests that were answered.\n"
          "# TYPE leadscore_http_requests_total counter\n",
          out);
    for (size_t i = 0; i <= counters->n_operations; i++) {
        for (size_t s = 0; s <= N_STATUSES; s++) {
            int64_t n = atomic_load(&counters->tallies[i].by_status[s]);
            if (n > 0) {
                fprintf(out,
                        "leadscore_http_requests_total{operation=\"%s\",status=\"%u\"} %" PRId64
                        "\n",
                        name_at(routes, counters, i), s < N_STATUSES ? statuses[s] : 0, n);
            }
        }
    }
}

/* Seconds as text, without a printf() that a locale could change. */
static void write_seconds(FILE *out, int64_t us)
{
    fprintf(out, "%" PRId64 ".%06" PRId64, us / 1000000, us % 1000000);
}

static void write_times_of(FILE *out, const operation_tally *tally, const char *name)
{
    int64_t sum = 0;
    for (size_t b = 0; b <= N_BOUNDS; b++) {
        sum += atomic_load(&tally->by_time[b]);
        fprintf(out, "leadscore_http_request_duration_seconds_bucket{operation=\"%s\",le=\"", name);
        if (b < N_BOUNDS) {
            write_seconds(out, bounds_us[b]);
        } else {
            fputs("+Inf", out);
        }
        fprintf(out, "\"} %" PRId64 "\n", sum);
    }
    fprintf(out, "leadscore_http_request_duration_seconds_sum{operation=\"%s\"} ", name);
    write_seconds(out, atomic_load(&tally->total_us));
    fprintf(out, "\nleadscore_http_request_duration_seconds_count{operation=\"%s\"} %" PRId64 "\n",
            name, sum);
}

static void write_times(FILE *out, const srv_counters *counters, const srv_routes *routes)
{
    fputs("# HELP leadscore_http_request_duration_seconds What requests took, sending apart.\n"
          "# TYPE leadscore_http_request_duration_seconds histogram\n",
          out);
    for (size_t i = 0; i <= counters->n_operations; i++) {
        write_times_of(out, &counters->tallies[i], name_at(routes, counters, i));
    }
}

char *srv_counters_text(const srv_counters *counters, const srv_routes *routes, size_t *length)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, length);
    if (out == NULL) {
        return NULL;
    }
    fprintf(out,
            "# HELP leadscore_build_info What runs.\n# TYPE leadscore_build_info gauge\n"
            "leadscore_build_info{version=\"%s\"} 1\n",
            lsc_version());
    fputs("# HELP process_start_time_seconds When the process began, since 1970.\n"
          "# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds ",
          out);
    write_seconds(out, counters->started_ms * 1000);
    fprintf(out,
            "\n# HELP leadscore_requests_in_flight Requests that have begun and are not answered.\n"
            "# TYPE leadscore_requests_in_flight gauge\n"
            "leadscore_requests_in_flight %" PRId64 "\n",
            srv_counters_in_flight(counters));
    for (size_t i = 0; i < SRV_N_COUNTS; i++) {
        srv_metric_write(out, count_names[i][0], "counter", count_names[i][1],
                         (uint64_t)atomic_load(&counters->counts[i]));
    }
    write_requests(out, counters, routes);
    write_times(out, counters, routes);
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}
