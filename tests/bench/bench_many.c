/*
 * A store of very many leads, scored in one pass while another process writes. measure_many.py runs it:
 *
 *     bench_many fill STORE MODEL LEADS   make the store, with eight activities a lead in the mean
 *     bench_many score STORE THREADS DAY  score all as of a day, and say how long it took
 *     bench_many write STORE              add activities, ten in a transaction, until SIGTERM
 *
 * Each prints a line of JSON.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <leadscore/leadscore.h>
#include <leadscore/store.h>

#include "bench_support.h"
#include "stopwatch.h"

#define ORGANIZATION "bench"
/* 2026-04-01T00:00:00Z. */
#define AS_OF INT64_C(1775001600000)
#define DAY INT64_C(86400000)
/* Leads, and then activities, of a transaction. */
#define BATCH 5000
#define WRITTEN_TOGETHER 10
/* Two that write all the time may each miss the moments at which the other does not. */
#define BUSY_MS 60000
/* Between two of them. */
#define PAUSE_NS 5000000L

static lsc_error error = LSC_ERROR_INIT;
static volatile sig_atomic_t is_over;

static void need(lsc_status status)
{
    if (status != LSC_OK) {
        bench_die("%s", error.message);
    }
}

/* Steele, Lea and Flood's SplitMix64 of a number: the same lead has the same activities. */
static uint64_t mix(uint64_t number)
{
    number += UINT64_C(0x9E3779B97F4A7C15);
    number = (number ^ (number >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    number = (number ^ (number >> 27)) * UINT64_C(0x94D049BB133111EB);
    return number ^ (number >> 31);
}

static void fill_lead(lsc_lead *lead, uint64_t number)
{
    static const char *const industries[] = {"Software", "Retail", "Health Care", "Banking"};
    static const char *const types[] = {"Page Viewed", "Email Opened", "Email Link Clicked",
                                        "Form Submitted", "Demo Requested"};
    const uint64_t dice = mix(number);
    char text[64];
    lsc_lead_clear(lead);
    snprintf(text, sizeof text, "lead-%07llu", (unsigned long long)number);
    need(lsc_lead_set_id(lead, text, &error));
    snprintf(text, sizeof text, "person%llu@company%llu.example", (unsigned long long)number,
             (unsigned long long)(dice % 50000));
    need(lsc_lead_set_text(lead, "email", text, &error));
    need(lsc_lead_set_text(lead, "job_title", dice % 3 == 0 ? "VP of Sales" : "Analyst", &error));
    need(lsc_lead_set_text(lead, "company.industry", industries[dice / 8 % 4], &error));
    need(lsc_lead_set_number(lead, "company.employee_count", (double)(dice / 64 % 5000), &error));
    need(lsc_lead_set_time(lead, "created_at", AS_OF - (int64_t)(dice % 700) * DAY, &error));
    for (uint64_t i = 0; i < dice / 1024 % 17; i++) {
        const uint64_t deed = mix(dice + i);
        lsc_activity activity = LSC_ACTIVITY_INIT;
        snprintf(text, sizeof text, "%016llx", (unsigned long long)deed);
        activity.id = text;
        activity.source = "site";
        activity.type = types[deed % 5];
        activity.time_ms = AS_OF - (int64_t)(deed / 8 % (200 * (uint64_t)DAY));
        need(lsc_lead_add_activity(lead, &activity, &error));
    }
}

static void fill(const char *path, const char *model_path, size_t n_leads)
{
    lsc_store *store;
    lsc_lead *lead;
    size_t length;
    char sha256[65];
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    lsc_store_counts counts = LSC_STORE_COUNTS_INIT;
    char *bundle = bench_read_file(model_path, &length);
    options.create = true;
    options.durability = LSC_DURABLE_OFF;
    need(lsc_store_open(path, &options, &store, &error));
    need(lsc_store_add_organization(store, ORGANIZATION, NULL, &error));
    need(lsc_store_add_model(store, ORGANIZATION, bundle, length, NULL, sha256, &error));
    need(lsc_store_activate_model(store, ORGANIZATION, sha256, true, &error));
    need(lsc_lead_new(NULL, &lead, &error));
    for (size_t i = 0; i < n_leads; i++) {
        if (i % BATCH == 0) {
            need(i == 0 ? LSC_OK : lsc_store_commit(store, &error));
            need(lsc_store_begin(store, &error));
        }
        fill_lead(lead, i);
        need(lsc_store_put_lead(store, ORGANIZATION, lead, &error));
    }
    need(lsc_store_commit(store, &error));
    need(lsc_store_count(store, NULL, &counts, &error));
    printf("{\"leads\": %lld, \"activities\": %lld, \"bytes\": %lld}\n", (long long)counts.leads,
           (long long)counts.activities, (long long)counts.bytes);
    free(bundle);
    lsc_lead_free(lead);
    lsc_store_close(store);
}

static void score(const char *path, int n_threads, int day)
{
    lsc_store *store;
    lsc_model *model;
    struct rusage used;
    lsc_rescoring options = LSC_RESCORING_INIT;
    lsc_rescoring_counts counts = LSC_RESCORING_COUNTS_INIT;
    lsc_store_options opening = LSC_STORE_OPTIONS_INIT;
    opening.busy_ms = BUSY_MS;
    need(lsc_store_open(path, &opening, &store, &error));
    need(lsc_store_load_model(store, ORGANIZATION, NULL, NULL, &model, &error));
    options.as_of_ms = AS_OF + day * DAY;
    options.n_threads = n_threads;
    const double begun = stopwatch_now_ns();
    const double cpu = stopwatch_cpu_ns();
    need(lsc_store_score_all(store, ORGANIZATION, model, &options, &counts, &error));
    getrusage(RUSAGE_SELF, &used);
    printf("{\"scored\": %llu, \"seconds\": %.3f, \"cpu\": %.3f, \"peak_kib\": %ld}\n",
           (unsigned long long)counts.scored, (stopwatch_now_ns() - begun) / 1e9,
           (stopwatch_cpu_ns() - cpu) / 1e9, used.ru_maxrss);
    lsc_model_unref(model);
    lsc_store_close(store);
}

/* Writing. */

static void end(int number)
{
    (void)number;
    is_over = 1;
}

static void add_one(lsc_store *store, uint64_t number, int64_t n_leads)
{
    char lead_id[32];
    char id[32];
    lsc_activity activity = LSC_ACTIVITY_INIT;
    snprintf(lead_id, sizeof lead_id, "lead-%07llu",
             (unsigned long long)(mix(number) % (uint64_t)n_leads));
    snprintf(id, sizeof id, "w%llu-%lld", (unsigned long long)number, (long long)time(NULL));
    activity.id = id;
    activity.type = "Page Viewed";
    activity.time_ms = AS_OF;
    need(lsc_store_add_activities(store, ORGANIZATION, lead_id, &activity, 1, NULL, &error));
}

static void write_on(const char *path)
{
    lsc_store *store;
    lsc_store_counts counts = LSC_STORE_COUNTS_INIT;
    uint64_t n = 0;
    unsigned long long n_busy = 0;
    double longest = 0;
    struct sigaction action = {.sa_handler = end};
    sigaction(SIGTERM, &action, NULL);
    need(lsc_store_open(path, NULL, &store, &error));
    need(lsc_store_count(store, NULL, &counts, &error));
    while (!is_over) {
        const double begun = stopwatch_now_ns();
        const lsc_status status = lsc_store_begin(store, &error);
        if (status == LSC_BUSY) {
            n_busy++;
            continue;
        }
        need(status);
        for (int i = 0; i < WRITTEN_TOGETHER; i++) {
            add_one(store, n++, counts.leads);
        }
        need(lsc_store_commit(store, &error));
        const double took = (stopwatch_now_ns() - begun) / 1e9;
        longest = took > longest ? took : longest;
        nanosleep(&(struct timespec){.tv_nsec = PAUSE_NS}, NULL);
    }
    printf("{\"written\": %llu, \"busy\": %llu, \"longest\": %.3f}\n", (unsigned long long)n,
           n_busy, longest);
    lsc_store_close(store);
}

int main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "fill") == 0) {
        fill(argv[2], argv[3], strtoul(argv[4], NULL, 10));
    } else if (argc == 5 && strcmp(argv[1], "score") == 0) {
        score(argv[2], atoi(argv[3]), atoi(argv[4]));
    } else if (argc == 3 && strcmp(argv[1], "write") == 0) {
        write_on(argv[2]);
    } else {
        bench_die(
            "usage: bench_many fill STORE MODEL LEADS | score STORE THREADS DAY | write STORE");
    }
    return 0;
}
