/*
 * What the store costs, beside the same work by SQLite's own calls. measure_store.py runs it:
 *
 *     bench_store ingest STORE LEADS ACTIVITIES   take both in
 *     bench_store direct FILE LEADS ACTIVITIES    the same by SQLite and cJSON, into the same tables
 *     bench_store score STORE MODEL               score what is there
 *
 * Each prints a line of JSON. Time is that of the processor, as other work on the machine must not count,
 * but where threads or the disk are waited for.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <sqlite3.h>

#include <leadscore/leadscore.h>
#include <leadscore/store.h>

#include "bench_support.h"
#include "stopwatch.h"

#define ORGANIZATION "bench"
/* 2026-04-01T00:00:00Z. */
#define AS_OF INT64_C(1775001600000)
#define HOUR INT64_C(3600000)
#define BATCH 5000

static lsc_error error = LSC_ERROR_INIT;

static void need(lsc_status status)
{
    if (status != LSC_OK) {
        bench_die("%s", error.message);
    }
}

static double cpu_since(double begun_ns)
{
    return (stopwatch_cpu_ns() - begun_ns) / 1e9;
}

/* By the library. */

static void ingest(const char *path, const char *leads, const char *activities)
{
    lsc_store *store;
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    lsc_ingest files = LSC_INGEST_INIT;
    lsc_ingest_counts counts = LSC_INGEST_COUNTS_INIT;
    lsc_store_counts before = LSC_STORE_COUNTS_INIT;
    lsc_store_counts after = LSC_STORE_COUNTS_INIT;
    options.create = true;
    need(lsc_store_open(path, &options, &store, &error));
    need(lsc_store_add_organization(store, ORGANIZATION, NULL, &error));
    files.leads = leads;
    need(lsc_store_ingest(store, ORGANIZATION, &files, NULL, &error));
    need(lsc_store_count(store, NULL, &before, &error));
    files.leads = NULL;
    files.activities = activities;
    double begun = stopwatch_cpu_ns();
    need(lsc_store_ingest(store, ORGANIZATION, &files, &counts, &error));
    double seconds = cpu_since(begun);
    need(lsc_store_count(store, NULL, &after, &error));
    printf("{\"activities\": %llu, \"seconds\": %.6f, \"bytes\": %lld}\n",
           (unsigned long long)(counts.activities + counts.duplicates), seconds,
           (long long)(after.bytes - before.bytes));
    lsc_store_close(store);
}

/* By SQLite's own calls, as one would write it: statements prepared once, batches as large. */

static sqlite3 *connection;

static void run(const char *sql)
{
    if (sqlite3_exec(connection, sql, NULL, NULL, NULL) != SQLITE_OK) {
        bench_die("%s", sqlite3_errmsg(connection));
    }
}

static sqlite3_stmt *prepare(const char *sql)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(connection, sql, -1, &statement, NULL) != SQLITE_OK) {
        bench_die("%s", sqlite3_errmsg(connection));
    }
    return statement;
}

static void finish(sqlite3_stmt *statement)
{
    if (sqlite3_step(statement) != SQLITE_DONE) {
        bench_die("%s", sqlite3_errmsg(connection));
    }
    sqlite3_reset(statement);
}

static const char *member(const cJSON *object, const char *name)
{
    const cJSON *found = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsString(found) ? found->valuestring : "";
}

static void bind(sqlite3_stmt *statement, int n, const char *text)
{
    sqlite3_bind_text(statement, n, text, -1, SQLITE_TRANSIENT);
}

static int64_t time_of(const char *text)
{
    int64_t time_ms = 0;
    need(lsc_time_parse(text, strlen(text), &time_ms, &error));
    return time_ms;
}

static void insert_lead(sqlite3_stmt *statement, const cJSON *lead, const char *line)
{
    bind(statement, 1, member(lead, "id"));
    bind(statement, 2, line);
    finish(statement);
}

static void insert_activity(sqlite3_stmt *find, sqlite3_stmt *statement, const cJSON *activity)
{
    const cJSON *data = cJSON_GetObjectItemCaseSensitive(activity, "data");
    char *text = data != NULL ? cJSON_PrintUnformatted(data) : NULL;
    const int64_t time_ms = time_of(member(activity, "time"));
    const char *recorded = member(activity, "recorded_time");
    bind(find, 1, member(activity, "lead_id"));
    if (sqlite3_step(find) != SQLITE_ROW) {
        bench_die("there is no such lead");
    }
    sqlite3_bind_int64(statement, 1, sqlite3_column_int64(find, 0));
    sqlite3_reset(find);
    bind(statement, 2, member(activity, "source"));
    bind(statement, 3, member(activity, "id"));
    bind(statement, 4, member(activity, "type"));
    sqlite3_bind_int64(statement, 5, time_ms);
    sqlite3_bind_int64(statement, 6, recorded[0] != '\0' ? time_of(recorded) : time_ms);
    sqlite3_bind_int(statement, 7, cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(activity, "bot")));
    bind(statement, 8, text != NULL ? text : "{}");
    finish(statement);
    cJSON_free(text);
}

static size_t insert_lines(const char *path, sqlite3_stmt *find, sqlite3_stmt *statement)
{
    size_t length;
    size_t n = 0;
    char *text = bench_read_file(path, &length);
    run("BEGIN IMMEDIATE");
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        cJSON *json = cJSON_Parse(line);
        if (find == NULL) {
            insert_lead(statement, json, line);
        } else {
            insert_activity(find, statement, json);
        }
        cJSON_Delete(json);
        if (++n % BATCH == 0) {
            run("COMMIT; BEGIN IMMEDIATE");
        }
    }
    run("COMMIT");
    free(text);
    return n;
}

static void ingest_directly(const char *path, const char *leads, const char *activities)
{
    if (sqlite3_open(path, &connection) != SQLITE_OK) {
        bench_die("%s", path);
    }
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
        "CREATE TABLE leads (key INTEGER PRIMARY KEY, external_id TEXT NOT NULL UNIQUE,"
        " properties TEXT NOT NULL) STRICT;"
        "CREATE TABLE lead_activities (lead_key INTEGER NOT NULL, source TEXT NOT NULL,"
        " id TEXT NOT NULL, type TEXT NOT NULL, time INTEGER NOT NULL,"
        " recorded_time INTEGER NOT NULL, bot INTEGER NOT NULL, data TEXT NOT NULL,"
        " PRIMARY KEY (lead_key, source, id)) STRICT, WITHOUT ROWID");
    sqlite3_stmt *statements[] = {
        prepare("INSERT INTO leads (external_id, properties) VALUES (?1, ?2)"),
        prepare("SELECT key FROM leads WHERE external_id = ?1"),
        prepare("INSERT OR IGNORE INTO lead_activities VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"),
    };
    insert_lines(leads, NULL, statements[0]);
    double begun = stopwatch_cpu_ns();
    size_t n = insert_lines(activities, statements[1], statements[2]);
    printf("{\"activities\": %zu, \"seconds\": %.6f}\n", n, cpu_since(begun));
    for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++) {
        sqlite3_finalize(statements[i]);
    }
    sqlite3_close(connection);
}

/* Scoring. */

typedef struct bench {
    lsc_store *store;
    lsc_model *model;
    lsc_scorer *scorer;
    lsc_lead *lead;
    const char **ids; /* [n] */
    size_t n;
} bench;

static void open_bench(const char *path, const char *model_path, bench *at)
{
    size_t length;
    char sha256[65];
    const lsc_stored_lead *leads;
    lsc_lead_query query = LSC_LEAD_QUERY_INIT;
    char *bundle = bench_read_file(model_path, &length);
    need(lsc_store_open(path, NULL, &at->store, &error));
    need(lsc_store_add_model(at->store, ORGANIZATION, bundle, length, NULL, sha256, &error));
    need(lsc_store_activate_model(at->store, ORGANIZATION, sha256, true, &error));
    need(lsc_store_load_model(at->store, ORGANIZATION, sha256, NULL, &at->model, &error));
    need(lsc_scorer_new(at->model, NULL, &at->scorer, &error));
    need(lsc_lead_new(NULL, &at->lead, &error));
    free(bundle);
    query.limit = LSC_MAX_PAGE;
    need(lsc_store_list_leads(at->store, ORGANIZATION, &query, &leads, &at->n, &error));
    at->ids = bench_alloc(at->n, sizeof *at->ids);
    for (size_t i = 0; i < at->n; i++) {
        at->ids[i] = strdup(leads[i].id);
    }
}

static void close_bench(bench *at)
{
    for (size_t i = 0; i < at->n; i++) {
        free((void *)(uintptr_t)at->ids[i]);
    }
    free(at->ids);
    lsc_lead_free(at->lead);
    lsc_scorer_free(at->scorer);
    lsc_model_unref(at->model);
    lsc_store_close(at->store);
}

static double time_rescoring(const bench *at, bool stale, int64_t as_of_ms, int n_threads,
                             lsc_rescoring_counts *counts)
{
    lsc_rescoring options = LSC_RESCORING_INIT;
    options.as_of_ms = as_of_ms;
    options.n_threads = n_threads;
    double begun = stopwatch_now_ns();
    need((stale ? lsc_store_score_stale : lsc_store_score_all)(at->store, ORGANIZATION, at->model,
                                                               &options, counts, &error));
    return (stopwatch_now_ns() - begun) / 1e9;
}

static double time_reading(const bench *at)
{
    double begun = stopwatch_cpu_ns();
    for (size_t i = 0; i < at->n; i++) {
        need(lsc_store_get_lead(at->store, ORGANIZATION, at->ids[i], at->lead, &error));
    }
    return cpu_since(begun);
}

/* The rows of each lead, every column of them, and nothing made of it. */
static double time_reading_directly(const char *path, const bench *at)
{
    if (sqlite3_open(path, &connection) != SQLITE_OK) {
        bench_die("%s", path);
    }
    sqlite3_stmt *lead = prepare(
        "SELECT key, properties FROM leads WHERE organization_key = 1 AND external_id = ?1");
    sqlite3_stmt *activities =
        prepare("SELECT source, id, type, time, recorded_time, bot, data FROM lead_activities"
                " WHERE lead_key = ?1");
    double begun = stopwatch_cpu_ns();
    for (size_t i = 0; i < at->n; i++) {
        sqlite3_bind_text(lead, 1, at->ids[i], -1, SQLITE_STATIC);
        if (sqlite3_step(lead) != SQLITE_ROW) {
            bench_die("there is no such lead");
        }
        sqlite3_column_text(lead, 1);
        sqlite3_bind_int64(activities, 1, sqlite3_column_int64(lead, 0));
        while (sqlite3_step(activities) == SQLITE_ROW) {
            for (int column = 0; column < 7; column++) {
                sqlite3_column_text(activities, column);
            }
        }
        sqlite3_reset(activities);
        sqlite3_reset(lead);
    }
    double seconds = cpu_since(begun);
    sqlite3_finalize(lead);
    sqlite3_finalize(activities);
    sqlite3_close(connection);
    return seconds;
}

/* One call after the other: in one transaction, or each waited for on the disk. Rising. */
static void time_singles(const bench *at, bool together, size_t n, double *us)
{
    if (together) {
        need(lsc_store_begin(at->store, &error));
    }
    for (size_t i = 0; i < n; i++) {
        double begun = together ? stopwatch_cpu_ns() : stopwatch_now_ns();
        need(lsc_store_score_lead(at->store, ORGANIZATION, at->ids[i], at->scorer, AS_OF, NULL,
                                  &error));
        us[i] = ((together ? stopwatch_cpu_ns() : stopwatch_now_ns()) - begun) / 1e3;
    }
    if (together) {
        need(lsc_store_commit(at->store, &error));
    }
    stopwatch_sort(us, n);
}

static void score(const char *path, const char *model_path)
{
    bench at;
    lsc_rescoring_counts counts = LSC_RESCORING_COUNTS_INIT;
    open_bench(path, model_path, &at);
    const size_t n_durable = at.n < 200 ? at.n : 200;
    double *us = bench_alloc(at.n, sizeof *us);
    printf("{\"leads\": %zu", at.n);
    printf(", \"read\": %.6f", time_reading(&at));
    printf(", \"read_directly\": %.6f", time_reading_directly(path, &at));
    double begun = stopwatch_cpu_ns();
    printf(", \"all_by_one\": %.6f", time_rescoring(&at, false, AS_OF, 1, &counts));
    printf(", \"all_by_one_cpu\": %.6f", cpu_since(begun));
    printf(", \"all_by_two\": %.6f", time_rescoring(&at, false, AS_OF, 2, &counts));
    printf(", \"stale\": %.6f", time_rescoring(&at, true, AS_OF + HOUR, 2, &counts));
    printf(", \"stale_scored\": %llu, \"stale_changed\": %llu", (unsigned long long)counts.scored,
           (unsigned long long)counts.changed);
    time_singles(&at, true, at.n, us);
    printf(", \"median_us\": %.2f, \"p99_us\": %.2f", stopwatch_quantile(us, at.n, 0.5),
           stopwatch_quantile(us, at.n, 0.99));
    time_singles(&at, false, n_durable, us);
    printf(", \"durable_median_us\": %.2f, \"durable_p99_us\": %.2f}\n",
           stopwatch_quantile(us, n_durable, 0.5), stopwatch_quantile(us, n_durable, 0.99));
    free(us);
    close_bench(&at);
}

int main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "ingest") == 0) {
        ingest(argv[2], argv[3], argv[4]);
    } else if (argc == 5 && strcmp(argv[1], "direct") == 0) {
        ingest_directly(argv[2], argv[3], argv[4]);
    } else if (argc == 4 && strcmp(argv[1], "score") == 0) {
        score(argv[2], argv[3]);
    } else {
        bench_die("usage: bench_store ingest|direct STORE LEADS ACTIVITIES | score STORE MODEL");
    }
    return 0;
}
