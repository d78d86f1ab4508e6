#include "faulty_disk.h"
#include "store_tools.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

/* Erasing a lead leaves no byte of it in the file, its log or its index. */

/** What is searched for: texts that no other lead has, in all that is held of one. */
static const char *const traces[] = {"zq-lead-zq",     "zq-mail-zq", "zq-name-zq", "zq-page-zq",
                                     "zq-activity-zq", "zq-form-zq", "zq-older-zq"};

enum {
    N_TRACES = sizeof traces / sizeof traces[0]
};

static unsigned count_traces(const char *path)
{
    unsigned n = 0;
    for (size_t i = 0; i < N_TRACES; i++) {
        n += store_holds(path, traces[i]);
    }
    return n;
}

/* From then on what it was made from is kept, whatever comes after. */
static void score(lsc_store *store, const char *id)
{
    char sha256[65];
    lsc_scorer *scorer = make_scorer(false);
    add_model(store, ACME, false, sha256);
    ck_ok(lsc_store_score_lead(store, ACME, id, scorer, AS_OF, NULL, error));
    lsc_scorer_free(scorer);
}

static void put_json(lsc_store *store, const char *json)
{
    ck_ok(lsc_store_put_lead_json(store, ACME, json, strlen(json), error));
}

/* The lead is put twice, with others before, between and after, so that pages are split and merged. */
static void fill(lsc_store *store)
{
    const lsc_consent consent = {sizeof consent, "marketing", true, AS_OF, "zq-form-zq"};
    const lsc_outcome outcome = {.time_ms = AS_OF, .converted = true};
    for (unsigned i = 0; i < 60; i++) {
        put_lead(store, ACME, i);
    }
    put_json(store, "{\"id\": \"zq-lead-zq\", \"email\": \"zq-mail-zq@x.example\","
                    " \"last_name\": \"zq-older-zq\"}");
    score(store, "zq-lead-zq");
    for (unsigned i = 60; i < 120; i++) {
        put_lead(store, ACME, i);
    }
    put_json(store, "{\"id\": \"zq-lead-zq\", \"email\": \"zq-mail-zq@x.example\","
                    " \"last_name\": \"zq-name-zq\", \"activities\": [{\"id\": \"zq-activity-zq\","
                    " \"type\": \"Page Viewed\", \"time\": \"2025-05-01\","
                    " \"data\": {\"page\": \"zq-page-zq\"}}]}");
    ck_ok(lsc_store_set_consent(store, ACME, "zq-lead-zq", &consent, error));
    ck_ok(lsc_store_add_outcome(store, ACME, "zq-lead-zq", &outcome, error));
    for (unsigned i = 0; i < 120; i += 2) {
        char id[32];
        snprintf(id, sizeof id, "lead-%u", i);
        ck_ok(lsc_store_delete_lead(store, ACME, id, error));
    }
}

static void check_gone(const char *path)
{
    ck_assert_msg(count_traces(path) == 0, "%u traces", count_traces(path));
}

/* While the store is open, when it is closed, and whatever of it had come into the file before. */
START_TEST(no_trace_of_an_erased_lead_is_left)
{
    for (int state = 0; state < 3; state++) {
        const char *path = fresh_path("erased.store");
        lsc_store *store = file_store(path);
        fill(store);
        if (state == 1) { /* all in the file, nothing in the log */
            lsc_store_close(store);
            store = file_store(path);
        }
        if (state == 2) { /* the one, then the other */
            run_sql(path, "PRAGMA wal_checkpoint(PASSIVE)");
            put_lead(store, ACME, 0);
        }
        ck_assert_uint_ge(count_traces(path), N_TRACES - 1); /* so that they would be found */
        ck_ok(lsc_store_erase_lead(store, ACME, "zq-lead-zq", NULL, NULL, error));
        check_gone(path);
        ck_fails(lsc_store_erase_lead(store, ACME, "zq-lead-zq", NULL, NULL, error), LSC_NOT_FOUND,
                 "zq-lead-zq");
        ck_ok(lsc_store_check(store, error));
        ck_assert_int_ge(counts_of(store, ACME).leads, 60);
        lsc_store_close(store);
        check_gone(path);
    }
}
END_TEST

/* Leads put, put again at other lengths and deleted, among them the one that is to go: pages are split,
   merged and taken apart. */
static void live(lsc_store *store, test_dice *dice)
{
    for (unsigned i = 0; i < 300; i++) {
        char json[2400];
        char id[40];
        const unsigned number = roll(dice, 40);
        const bool ours = number == 7;
        const int length = (int)roll(dice, 900);
        snprintf(id, sizeof id, ours ? "zq-lead-zq" : "%s-%u", number % 2 ? "zp" : "zr", number);
        if (!ours && roll(dice, 3) == 0) {
            lsc_store_delete_lead(store, ACME, id, NULL);
            continue;
        }
        snprintf(json, sizeof json,
                 "{\"id\": \"%s\", \"email\": \"%s@x.example\", \"last_name\": \"%s-%0*d\","
                 " \"activities\": [{\"id\": \"%s-%u\", \"type\": \"t\", \"time\": \"2025-05-01\","
                 " \"data\": {\"page\": \"%0*d\"}}]}",
                 id, ours ? "zq-mail-zq" : id, ours ? "zq-name-zq" : "x", length, 1,
                 ours ? "zq-activity-zq" : "a", roll(dice, 5), length, 1);
        put_json(store, json);
    }
    put_json(store, "{\"id\": \"zq-lead-zq\", \"email\": \"zq-mail-zq@x.example\"}");
}

/* What is searched for can be found: of leads that were only deleted, though what is deleted is overwritten
   (secure_delete) and the log is empty, some leave a copy. Writing the file anew is what takes it away. */
START_TEST(traces_are_left_where_no_purge_follows)
{
    enum {
        N_LIVES = 30 /* of SQLite 3.40.1 three leave one */
    };
    unsigned n_left = 0;
    test_dice dice = {3};
    for (unsigned i = 0; i < N_LIVES; i++) {
        const char *path = fresh_path("deleted.store");
        lsc_store *store = file_store(path);
        live(store, &dice);
        ck_ok(lsc_store_delete_lead(store, ACME, "zq-lead-zq", error));
        lsc_store_close(store);
        run_sql(path, "PRAGMA wal_checkpoint(TRUNCATE)");
        n_left += count_traces(path) > 0;
        run_sql(path, "VACUUM");
        check_gone(path);
    }
    ck_assert_uint_gt(n_left, 0);
}
END_TEST

/* A reader holds on to what was there: the lead is gone, and its bytes when the reader is. */
START_TEST(a_purge_that_others_hold_up_is_ended_later)
{
    const char *path = fresh_path("held.store");
    lsc_store *store = file_store(path);
    lsc_store *again;
    lsc_source *source;
    lsc_record record;
    bool more;
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    options.busy_ms = -1;
    fill(store);
    lsc_store_close(store);
    ck_ok(lsc_store_open(path, &options, &store, error));
    ck_ok(lsc_source_open_store(path, ACME, NULL, &source, error));
    ck_ok(lsc_source_next(source, &record, &more, error));
    const char *const *models = NULL;
    const char *lead = "zq-lead-zq";
    static const char hash[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    size_t n = 0;
    ck_ok(lsc_store_note_training(store, ACME, hash, &lead, 1, error));
    ck_fails(lsc_store_erase_lead(store, ACME, lead, &models, &n, error), LSC_BUSY, "held.store");
    ck_assert_uint_eq(n, 1);
    ck_assert_str_eq(models[0], hash);
    ck_fails(lsc_store_purge(store, error), LSC_BUSY, "held.store");
    lsc_source_free(source);
    lsc_store_close(store);
    ck_ok(lsc_store_open(path, &options, &again, error)); /* in another process, perhaps */
    ck_ok(lsc_store_purge(again, error));
    check_gone(path);
    ck_ok(lsc_store_purge(again, error)); /* nothing is due */
    lsc_store_close(again);
}
END_TEST

/* Wherever it is stopped, the lead is there whole or gone, and what is left to do is done by the next. */
static void end_erasure(const char *path)
{
    lsc_store *store;
    lsc_error why = LSC_ERROR_INIT;
    ck_ok(lsc_store_open(path, NULL, &store, error));
    lsc_status status = lsc_store_erase_lead(store, ACME, "zq-lead-zq", NULL, NULL, &why);
    ck_assert_msg(status == LSC_OK || status == LSC_NOT_FOUND, "%s", why.message);
    ck_ok(lsc_store_purge(store, error));
    check_gone(path);
    ck_ok(lsc_store_check(store, error));
    lsc_store_close(store);
    check_gone(path);
}

START_TEST(a_disk_that_fails_while_a_lead_is_erased_leaves_no_trace_in_the_end)
{
    enum {
        N_POINTS = 16
    };
    size_t n_calls = 0;
    faulty_disk_install();
    for (size_t point = 0; point <= N_POINTS; point++) {
        const char *path = fresh_path("failing.store");
        lsc_store *store = file_store(path);
        fill(store);
        faulty_disk_begin(point == 0 ? 0 : 1 + (point - 1) * (n_calls - 1) / (N_POINTS - 1), false,
                          SQLITE_IOERR);
        lsc_store_erase_lead(store, ACME, "zq-lead-zq", NULL, NULL, NULL);
        lsc_store_close(store);
        size_t seen = faulty_disk_end();
        n_calls = point == 0 ? seen : n_calls;
        end_erasure(path);
    }
}
END_TEST

START_TEST(an_erasure_that_is_killed_leaves_no_trace_in_the_end)
{
    for (unsigned round = 0; round < 10; round++) {
        const char *path = fresh_path("killed.store");
        lsc_store *store = file_store(path);
        fill(store);
        lsc_store_close(store);
        pid_t child = fork();
        ck_assert_int_ge(child, 0);
        if (child == 0) {
            lsc_store_open(path, NULL, &store, NULL);
            lsc_store_erase_lead(store, ACME, "zq-lead-zq", NULL, NULL, NULL);
            _exit(0);
        }
        nanosleep(&(struct timespec){.tv_nsec = 1500000L * round}, NULL);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        end_erasure(path);
    }
}
END_TEST

START_TEST(an_erased_lead_names_the_models_that_learnt_from_it)
{
    static const char *const both[] = {"lead-1", "lead-2", "never-there"};
    char first[65];
    char second[65];
    const char *const *models;
    size_t n;
    lsc_store *store = memory_store();
    memset(first, 'a', 64);
    memset(second, 'b', 64);
    first[64] = second[64] = '\0';
    put_lead(store, ACME, 1);
    put_lead(store, ACME, 2);
    put_lead(store, GLOBEX, 1);
    ck_ok(lsc_store_note_training(store, ACME, first, both, 3, error));
    ck_ok(lsc_store_note_training(store, ACME, second, both, 1, error));
    ck_ok(lsc_store_note_training(store, ACME, second, both, 1, error));
    ck_fails(lsc_store_note_training(store, ACME, "zz", both, 1, error), LSC_INVALID_ARG, "sha256");
    ck_fails(lsc_store_note_training(store, "none", first, both, 1, error), LSC_NOT_FOUND, "none");
    ck_ok(lsc_store_erase_lead(store, GLOBEX, "lead-1", &models, &n, error));
    ck_assert_uint_eq(n, 0);
    ck_ok(lsc_store_erase_lead(store, ACME, "lead-1", &models, &n, error));
    ck_assert_uint_eq(n, 2);
    ck_assert_str_eq(models[0], first);
    ck_assert_str_eq(models[1], second);
    ck_ok(lsc_store_begin(store, error));
    ck_fails(lsc_store_erase_lead(store, ACME, "lead-2", &models, &n, error), LSC_INVALID_ARG,
             "transaction");
    lsc_store_rollback(store);
    ck_ok(lsc_store_erase_lead(store, ACME, "lead-2", &models, &n, error));
    ck_assert_uint_eq(n, 1);
    ck_assert_str_eq(models[0], first);
    lsc_store_close(store);
}
END_TEST

/* Erasing is no list, so what a list gave stays. */
START_TEST(leads_that_were_listed_are_erased_one_by_one)
{
    const lsc_stored_lead *leads;
    static const char *const ids[] = {"lead-1", "lead-2", "lead-3", "lead-4"};
    char sha256[65];
    size_t n;
    lsc_store *store = memory_store();
    memset(sha256, 'a', 64);
    sha256[64] = '\0';
    for (unsigned i = 1; i <= 4; i++) {
        put_lead(store, ACME, i);
    }
    ck_ok(lsc_store_note_training(store, ACME, sha256, ids, 4, error));
    ck_ok(lsc_store_list_leads(store, ACME, NULL, &leads, &n, error));
    ck_assert_uint_eq(n, 4);
    for (size_t i = n; i-- > 0;) {
        ck_assert_str_eq(leads[i].id, ids[i]);
        ck_ok(lsc_store_erase_lead(store, ACME, leads[i].id, NULL, NULL, error));
    }
    lsc_store_close(store);
}
END_TEST

LSC_SUITE("store/erasure", TEST(no_trace_of_an_erased_lead_is_left),
          TEST(traces_are_left_where_no_purge_follows),
          TEST(a_purge_that_others_hold_up_is_ended_later),
          TEST(a_disk_that_fails_while_a_lead_is_erased_leaves_no_trace_in_the_end),
          TEST(an_erasure_that_is_killed_leaves_no_trace_in_the_end),
          TEST(an_erased_lead_names_the_models_that_learnt_from_it),
          TEST(leads_that_were_listed_are_erased_one_by_one))
