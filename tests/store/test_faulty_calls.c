#include "faulty_disk.h"
#include "store_tools.h"

#include <sqlite3.h>

/*
 * Every call to the disk of a call of the store fails in turn, once or with all after it, each time on the same
 * small store: what reads says LSC_IO or what it says without a fault, and reads the same afterwards; what
 * changes is done or can be done again, and the store is whole. Leads and backups go through test_faults.c.
 */

/** Between the two scores of a lead. */
#define LATER (AS_OF + 20 * DAY)
/** More than any of the calls says. */
#define MAX_TEXT 20000

typedef struct told {
    char text[MAX_TEXT];
    size_t length;
} told;

static void tell(told *out, const char *text, size_t length)
{
    ck_assert_uint_lt(out->length + length, MAX_TEXT);
    memcpy(out->text + out->length, text, length);
    out->length += length;
}

static void tell_number(told *out, double number)
{
    char text[40];
    tell(out, text, (size_t)snprintf(text, sizeof text, "%.17g ", number));
}

/* What is called. */

static lsc_status explain_change(lsc_store *store, told *out, lsc_error *error)
{
    lsc_score_change change = LSC_SCORE_CHANGE_INIT;
    lsc_change_query query = LSC_CHANGE_QUERY_INIT;
    query.from_ms = AS_OF;
    query.to_ms = LATER;
    lsc_status status = lsc_store_explain_change(store, ACME, "a", &query, &change, error);
    for (int i = 0; i < LSC_N_CHANGE_PARTS && status == LSC_OK; i++) {
        tell_number(out, change.exact_points[i]);
    }
    return status;
}

static bool take_bytes(void *ctx, const char *bytes, size_t length)
{
    tell(ctx, bytes, length);
    return true;
}

static lsc_status export_lead(lsc_store *store, told *out, lsc_error *error)
{
    return lsc_store_export_lead(store, ACME, "a", take_bytes, out, error);
}

static lsc_status count(lsc_store *store, told *out, lsc_error *error)
{
    const lsc_conversion_query conversions = {sizeof conversions, AS_OF, 30 * DAY, NULL, false};
    const lsc_score_count *counts;
    const lsc_grade_conversion *grades;
    size_t n = 0;
    lsc_status status = lsc_store_count_scores(store, ACME, &counts, &n, error);
    for (size_t i = 0; i < n && status == LSC_OK; i++) {
        tell_number(out, counts[i].score);
        tell_number(out, (double)counts[i].n_leads);
    }
    n = 0;
    if (status == LSC_OK) {
        status = lsc_store_count_conversions(store, ACME, &conversions, &grades, &n, error);
    }
    for (size_t i = 0; i < n && status == LSC_OK; i++) {
        tell_number(out, (double)grades[i].n_leads);
        tell_number(out, (double)grades[i].n_converted);
    }
    return status;
}

static lsc_status list_performance(lsc_store *store, told *out, lsc_error *error)
{
    const lsc_performance_query months = {sizeof months,    AS_OF, LATER + DAY, 30 * DAY,
                                          LATER + 60 * DAY, false};
    const lsc_performance *rows;
    size_t n = 0;
    lsc_status status = lsc_store_list_performance(store, ACME, &months, &rows, &n, error);
    for (size_t i = 0; i < n && status == LSC_OK; i++) {
        tell(out, rows[i].month, strlen(rows[i].month));
        tell_number(out, (double)rows[i].n_leads);
        tell_number(out, rows[i].auc);
    }
    return status;
}

static lsc_status retain(lsc_store *store, told *out, lsc_error *error)
{
    lsc_retention policy = LSC_RETENTION_INIT;
    (void)out;
    policy.activities_before_ms = policy.scores_before_ms = AS_OF + DAY;
    return lsc_store_retain(store, ACME, &policy, NULL, error);
}

static void check_retained(lsc_store *store, bool done)
{
    const lsc_store_counts before = counts_of(store, ACME);
    ck_assert(!done || (before.activities == 1 && before.scores == 1));
    ck_assert(before.activities >= 1 && before.activities <= 3 && before.scores >= 1);
    ck_ok(retain(store, NULL, error));
    const lsc_store_counts after = counts_of(store, ACME);
    ck_assert(after.activities == 1 && after.scores == 1 && after.leads == 2);
}

static lsc_status deactivate(lsc_store *store, told *out, lsc_error *error)
{
    (void)out;
    return lsc_store_set_account_active(store, ACME, LSC_ACCOUNT_USER, "jo", false, error);
}

static void check_deactivated(lsc_store *store, bool done)
{
    const lsc_stored_account *account;
    ck_ok(lsc_store_get_account(store, ACME, LSC_ACCOUNT_USER, "jo", &account, error));
    ck_assert_str_eq(account->details, "{\"name\": \"Jo\"}");
    ck_assert(!done || !account->active);
    ck_ok(deactivate(store, NULL, error));
}

static lsc_status delete_account(lsc_store *store, told *out, lsc_error *error)
{
    (void)out;
    return lsc_store_delete_account(store, ACME, LSC_ACCOUNT_USER, "jo", error);
}

static void check_deleted(lsc_store *store, bool done)
{
    const lsc_status status = delete_account(store, NULL, NULL);
    ck_assert(done ? status == LSC_NOT_FOUND : status == LSC_OK || status == LSC_NOT_FOUND);
}

/* Opens the file that fresh_store() made once more, and reads it. */
static lsc_status note_source(lsc_store *store, told *out, lsc_error *error)
{
    char path[4200];
    lsc_source *source;
    lsc_record record;
    bool more = true;
    (void)out;
    snprintf(path, sizeof path, "%s/faulty.store", lsc_test_folder());
    lsc_status status = lsc_source_open_store(path, ACME, NULL, &source, error);
    while (status == LSC_OK && more) {
        status = lsc_source_next(source, &record, &more, error);
    }
    if (status == LSC_OK) {
        status = lsc_store_note_source(store, source, "model", 5, NULL, error);
    }
    lsc_source_free(source);
    return status;
}

static bool is_noted(lsc_store *store)
{
    static told out;
    out.length = 0;
    ck_ok(export_lead(store, &out, error));
    tell(&out, "", 1);
    return strstr(out.text, "\"trained_models\":[\"") != NULL;
}

static void check_noted(lsc_store *store, bool done)
{
    ck_assert(!done || is_noted(store));
    ck_ok(note_source(store, NULL, error));
    ck_assert(is_noted(store));
}

/* The store, made once, and put in place for each fault. */

static void put(lsc_store *store, const char *json)
{
    ck_ok(lsc_store_put_lead_json(store, ACME, json, strlen(json), error));
}

static void fill(lsc_store *store)
{
    char sha256[65];
    const lsc_outcome outcome = {.time_ms = AS_OF + 3 * DAY, .converted = true};
    lsc_account account = LSC_ACCOUNT_INIT;
    lsc_scorer *scorer = make_scorer(false);
    account.id = "jo";
    account.details = "{\"name\": \"Jo\"}";
    add_model(store, ACME, false, sha256);
    put(store,
        "{\"id\": \"a\", \"email\": \"x@y.example\", \"activities\": [{\"id\": \"1\", \"type\": "
        "\"t\", \"time\": \"2025-05-01\"}, {\"id\": \"2\", \"type\": \"t\", \"time\": "
        "\"2025-05-02\"}]}");
    put(store, "{\"id\": \"b\", \"email\": \"z@y.example\"}");
    ck_ok(lsc_store_add_outcome(store, ACME, "a", &outcome, error));
    ck_ok(lsc_store_score_lead(store, ACME, "a", scorer, AS_OF, NULL, error));
    put(store,
        "{\"id\": \"a\", \"email\": \"x@y.example\", \"job_title\": \"CTO\", \"activities\": "
        "[{\"id\": \"3\", \"type\": \"t\", \"time\": \"2025-11-05\"}]}");
    ck_ok(lsc_store_score_lead(store, ACME, "a", scorer, LATER, NULL, error));
    ck_ok(lsc_store_put_account(store, ACME, &account, error));
    lsc_scorer_free(scorer);
}

static const char *small_store(size_t *length)
{
    static char *bytes;
    static size_t n_bytes;
    if (bytes == NULL) {
        const char *path = fresh_path("small.store");
        lsc_store *store = file_store(path);
        fill(store);
        lsc_store_close(store);
        bytes = read_text(path, &n_bytes);
    }
    *length = n_bytes;
    return bytes;
}

static const char *fresh_store(void)
{
    size_t length;
    const char *bytes = small_store(&length);
    const char *path = fresh_path("faulty.store");
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, length, file), length);
    fclose(file);
    return path;
}

/* Going through the faults. */

typedef struct deed {
    lsc_status (*run)(lsc_store *store, told *out, lsc_error *error);
    void (*check)(lsc_store *store, bool done); /**< NULL: it reads */
    size_t every; /**< of the faults that stay, so many are left out */
} deed;

static const deed deeds[] = {
    {explain_change, NULL, 1},
    {export_lead, NULL, 1},
    {count, NULL, 1},
    {list_performance, NULL, 1},
    {retain, check_retained, 9},
    {deactivate, check_deactivated, 3},
    {delete_account, check_deleted, 3},
    {note_source, check_noted, 3},
};

static bool run(const deed *wanted, const char *path, told *out)
{
    lsc_store *store = NULL;
    lsc_error why = LSC_ERROR_INIT;
    lsc_store_options options = quick();
    options.busy_ms = -1;
    lsc_status status = lsc_store_open(path, &options, &store, &why);
    out->length = 0;
    if (status == LSC_OK) {
        status = wanted->run(store, out, &why);
    }
    lsc_store_close(store);
    /* A file that is not opened has the reason of a call before: that some file is not there. */
    ck_assert_msg(status == LSC_OK || status == LSC_IO || status == LSC_NOT_FOUND, "%s: %s",
                  lsc_status_name(status), why.message);
    return status == LSC_OK;
}

static void check_after(const deed *wanted, const char *path, bool done, const told *expected)
{
    static told again;
    lsc_store *store;
    lsc_store_options options = quick();
    ck_ok(lsc_store_open(path, &options, &store, error));
    if (wanted->check != NULL) {
        ck_ok(lsc_store_check(store, error));
        wanted->check(store, done);
    } else {
        again.length = 0;
        ck_ok(wanted->run(store, &again, error));
        ck_assert_uint_eq(again.length, expected->length);
        ck_assert_mem_eq(again.text, expected->text, expected->length);
    }
    lsc_store_close(store);
}

static void sweep(const deed *wanted, bool once, int code)
{
    static told expected;
    static told out;
    faulty_disk_begin(0, once, code);
    ck_assert(run(wanted, fresh_store(), &expected));
    const size_t n_calls = faulty_disk_end();
    ck_assert(wanted->check != NULL || expected.length > 0);
    ck_assert_uint_gt(n_calls, 5);
    for (size_t fail_at = 1; fail_at <= n_calls; fail_at += once ? 1 : wanted->every) {
        const char *path = fresh_store();
        faulty_disk_begin(fail_at, once, code);
        const bool done = run(wanted, path, &out);
        faulty_disk_end();
        ck_assert(!done || out.length == expected.length);
        ck_assert(!done || memcmp(out.text, expected.text, out.length) == 0);
        check_after(wanted, path, done, &expected);
    }
}

static void sweep_all(bool once, int code)
{
    faulty_disk_install();
    for (size_t i = 0; i < sizeof deeds / sizeof deeds[0]; i++) {
        /* What reads is not told that a disk is full. */
        if (deeds[i].check != NULL || code != SQLITE_FULL) {
            sweep(&deeds[i], once, code);
        }
    }
}

START_TEST(calls_survive_a_call_to_the_disk_that_fails)
{
    sweep_all(true, SQLITE_IOERR);
}
END_TEST

START_TEST(calls_survive_a_disk_that_fails_from_then_on)
{
    sweep_all(false, SQLITE_IOERR);
}
END_TEST

START_TEST(calls_survive_a_disk_that_is_full)
{
    sweep_all(false, SQLITE_FULL);
}
END_TEST

LSC_SUITE("store/faulty_calls", TEST(calls_survive_a_call_to_the_disk_that_fails),
          TEST(calls_survive_a_disk_that_fails_from_then_on),
          TEST(calls_survive_a_disk_that_is_full))
