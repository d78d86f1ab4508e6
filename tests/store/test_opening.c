#include "store_tools.h"

#include <sys/stat.h>
#include <unistd.h>

/* What can be opened as a store, and what each of the rest is refused with. */

static lsc_status open_with(const char *path, bool create, bool read_only, lsc_error *error)
{
    lsc_store *store = (lsc_store *)1;
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    options.create = create;
    options.read_only = read_only;
    options.durability = LSC_DURABLE_OFF;
    lsc_status status = lsc_store_open(path, &options, &store, error);
    ck_assert((store != NULL) == (status == LSC_OK));
    lsc_store_close(store);
    return status;
}

START_TEST(a_store_is_made_only_where_that_is_asked_for)
{
    const char *path = fresh_path("made.store");
    ck_fails(open_with(path, false, false, error), LSC_NOT_FOUND, "made.store");
    ck_fails(open_with(path, false, true, error), LSC_NOT_FOUND, "made.store");
    ck_assert_int_ne(access(path, F_OK), 0);
    ck_ok(open_with(path, true, false, error));
    ck_ok(open_with(path, true, false, error));
    ck_ok(open_with(path, false, false, error));
    ck_ok(open_with(path, false, true, error));
}
END_TEST

START_TEST(what_was_put_is_there_when_it_is_opened_again)
{
    const char *path = fresh_path("again.store");
    lsc_store *store = file_store(path);
    put_lead(store, ACME, 1);
    lsc_store_close(store);
    store = file_store(path);
    ck_assert_int_eq(counts_of(store, ACME).leads, 1);
    ck_ok(lsc_store_check(store, error));
    lsc_store_close(store);
}
END_TEST

START_TEST(a_store_in_memory_is_gone_when_it_is_closed)
{
    lsc_store *store = memory_store();
    put_lead(store, ACME, 1);
    lsc_store_close(store);
    store = memory_store();
    ck_assert_int_eq(counts_of(store, ACME).leads, 0);
    ck_ok(lsc_store_check(store, error));
    lsc_store_close(store);
    ck_ok(lsc_store_open(NULL, NULL, &store, error));
    lsc_store_close(store);
}
END_TEST

START_TEST(a_folder_is_refused)
{
    ck_fails(open_with(lsc_test_folder(), true, false, error), LSC_IO, "is a folder");
    ck_fails(open_with("/nowhere/x.store", true, false, error), LSC_NOT_FOUND,
             "/nowhere/x.store: cannot be made");
}
END_TEST

START_TEST(a_file_that_is_no_database_is_refused_and_left_as_it_was)
{
    const char *path = fresh_path("text.store");
    char text[2000];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    write_file(path, text);
    ck_fails(open_with(path, true, false, error), LSC_BAD_STORE, "text.store");
    size_t length;
    char *after = read_text(path, &length);
    ck_assert_str_eq(after, text);
    free(after);
}
END_TEST

START_TEST(another_programs_database_is_refused_and_left_as_it_was)
{
    const char *path = fresh_path("other.store");
    run_sql(path, "CREATE TABLE notes (text); INSERT INTO notes VALUES ('mine')");
    ck_fails(open_with(path, true, false, error), LSC_BAD_STORE, "another program");
    run_sql(path, "PRAGMA application_id = 7");
    ck_fails(open_with(path, true, false, error), LSC_BAD_STORE, "another program");
    run_sql(path, "DROP TABLE notes");
    ck_fails(open_with(path, true, false, error), LSC_BAD_STORE, "another program");
}
END_TEST

START_TEST(an_empty_file_becomes_a_store_only_where_that_is_asked_for)
{
    const char *path = fresh_path("empty.store");
    write_file(path, "");
    ck_fails(open_with(path, false, false, error), LSC_BAD_STORE, "is empty");
    ck_fails(open_with(path, false, true, error), LSC_BAD_STORE, "is empty");
    ck_ok(open_with(path, true, false, error));
}
END_TEST

START_TEST(a_newer_store_is_refused_and_not_damaged)
{
    const char *path = fresh_path("newer.store");
    lsc_store *store = file_store(path);
    put_lead(store, ACME, 1);
    lsc_store_close(store);
    char back[64];
    snprintf(back, sizeof back, "PRAGMA user_version = %d",
             (int)read_number(path, "PRAGMA user_version"));
    run_sql(path, "PRAGMA user_version = 999");
    ck_fails(open_with(path, true, false, error), LSC_UNSUPPORTED, "version 999");
    ck_fails(open_with(path, false, true, error), LSC_UNSUPPORTED, "version 999");
    run_sql(path, back);
    store = file_store(path);
    ck_assert_int_eq(counts_of(store, ACME).leads, 1);
    lsc_store_close(store);
}
END_TEST

START_TEST(options_are_checked)
{
    lsc_store *store;
    lsc_store_options options = quick();
    options.read_only = true;
    ck_fails(lsc_store_open(NULL, &options, &store, error), LSC_INVALID_ARG, "read_only");
    options = quick();
    options.durability = (lsc_durability)7;
    ck_fails(lsc_store_open(NULL, &options, &store, error), LSC_INVALID_ARG, "durability is 7");
    ck_fails(lsc_store_open("", NULL, &store, error), LSC_INVALID_ARG, "path is empty");
    ck_fails(lsc_store_open(NULL, NULL, NULL, error), LSC_INVALID_ARG, "store is NULL");
    lsc_store_close(NULL);
}
END_TEST

START_TEST(a_store_opened_to_read_changes_nothing)
{
    const char *path = fresh_path("read.store");
    lsc_store *store = file_store(path);
    put_lead(store, ACME, 1);
    lsc_store_close(store);
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    options.read_only = true;
    ck_ok(lsc_store_open(path, &options, &store, error));
    ck_fails(lsc_store_put_lead_json(store, ACME, "{\"id\": \"x\"}", 11, error), LSC_IO, "");
    ck_fails(lsc_store_delete_lead(store, ACME, "lead-1", error), LSC_IO, "");
    ck_assert_int_eq(counts_of(store, ACME).leads, 1);
    lsc_store_close(store);
}
END_TEST

/* Rights do not hold root back: as another user, in a folder where that one may write. */
START_TEST(a_file_that_may_only_be_read_is_refused_to_write)
{
    const char *path = fresh_path("locked.store");
    const bool is_root = geteuid() == 0;
    lsc_store *store = file_store(path);
    put_lead(store, ACME, 1);
    lsc_store_close(store);
    ck_assert_int_eq(chmod(path, 0444), 0);
    ck_assert_int_eq(chmod(lsc_test_folder(), 0777), 0);
    ck_assert(!is_root || seteuid(65534) == 0);
    if (access(path, F_OK) != 0) {
        fprintf(stderr, "SKIPPED: another user does not reach %s\n", path);
    } else {
        ck_fails(open_with(path, false, false, error), LSC_IO, "locked.store: attempt to write");
        ck_fails(open_with(path, true, false, error), LSC_IO, "locked.store: attempt to write");
        ck_ok(open_with(path, false, true, error));
    }
    ck_assert(!is_root || seteuid(0) == 0);
    ck_assert_int_eq(chmod(path, 0644), 0);
    ck_ok(open_with(path, false, false, error));
}
END_TEST

START_TEST(a_change_waits_for_another_connections_and_then_says_busy)
{
    const char *path = fresh_path("busy.store");
    lsc_store *one = file_store(path);
    lsc_store *two;
    lsc_store_options options = quick();
    options.busy_ms = -1;
    ck_ok(lsc_store_open(path, &options, &two, error));
    ck_ok(lsc_store_begin(one, error));
    put_lead(one, ACME, 1);
    ck_fails(lsc_store_put_lead_json(two, ACME, "{\"id\": \"x\"}", 11, error), LSC_BUSY,
             "busy.store");
    ck_fails(lsc_store_begin(two, error), LSC_BUSY, "busy.store");
    ck_assert_int_eq(counts_of(two, ACME).leads, 0);
    ck_ok(lsc_store_commit(one, error));
    ck_ok(lsc_store_put_lead_json(two, ACME, "{\"id\": \"x\"}", 11, error));
    ck_assert_int_eq(counts_of(one, ACME).leads, 2);
    lsc_store_close(two);
    lsc_store_close(one);
}
END_TEST

START_TEST(a_transaction_is_kept_or_undone_whole)
{
    lsc_store *store = memory_store();
    ck_fails(lsc_store_commit(store, error), LSC_INVALID_ARG, "no transaction");
    lsc_store_rollback(store);
    ck_ok(lsc_store_begin(store, error));
    ck_fails(lsc_store_begin(store, error), LSC_INVALID_ARG, "has begun already");
    put_lead(store, ACME, 1);
    /* A call that fails undoes itself alone. */
    ck_fails(lsc_store_delete_lead(store, ACME, "nobody", error), LSC_NOT_FOUND, "nobody");
    put_lead(store, ACME, 2);
    lsc_store_rollback(store);
    ck_assert_int_eq(counts_of(store, NULL).leads, 0);
    ck_ok(lsc_store_begin(store, error));
    put_lead(store, ACME, 3);
    ck_ok(lsc_store_commit(store, error));
    ck_assert_int_eq(counts_of(store, NULL).leads, 1);
    lsc_store_close(store);
}
END_TEST

START_TEST(what_was_not_committed_is_gone_after_closing)
{
    const char *path = fresh_path("closed.store");
    lsc_store *store = file_store(path);
    ck_ok(lsc_store_begin(store, error));
    put_lead(store, ACME, 1);
    lsc_store_close(store);
    store = file_store(path);
    ck_assert_int_eq(counts_of(store, NULL).leads, 0);
    lsc_store_close(store);
}
END_TEST

START_TEST(a_check_finds_what_other_hands_changed)
{
    static const struct {
        const char *sql;
        const char *words;
    } changes[] = {
        {"DROP INDEX leads_by_status", "leads_by_status"},
        {"CREATE TABLE more (x)", "more"},
        {"PRAGMA foreign_keys = OFF; DELETE FROM leads", "refers to what is not there"},
        {"UPDATE latest_scores SET as_of = as_of - 1", "the latest"},
        {"UPDATE scoring_models SET organization_key = 2", "another organization"},
    };
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const char *path = fresh_path("changed.store");
        char sha256[65];
        lsc_store *store = file_store(path);
        lsc_scorer *scorer = make_scorer(false);
        put_lead(store, ACME, 1);
        add_model(store, ACME, false, sha256);
        ck_ok(lsc_store_score_lead(store, ACME, "lead-1", scorer, AS_OF, NULL, error));
        ck_ok(lsc_store_check(store, error));
        lsc_store_close(store);
        run_sql(path, changes[i].sql);
        lsc_store_options options = quick();
        ck_ok(lsc_store_open(path, &options, &store, error));
        ck_fails(lsc_store_check(store, error), LSC_BAD_STORE, changes[i].words);
        lsc_store_close(store);
        lsc_scorer_free(scorer);
    }
}
END_TEST

/* Triggers and views that a file brings along are code of whoever made it. */
START_TEST(triggers_of_a_file_do_not_run)
{
    const char *path = fresh_path("trigger.store");
    lsc_store *store = file_store(path);
    lsc_store_close(store);
    run_sql(path, "CREATE TRIGGER t AFTER INSERT ON leads BEGIN DELETE FROM organizations; END");
    lsc_store_options options = quick();
    ck_ok(lsc_store_open(path, &options, &store, error));
    put_lead(store, ACME, 1);
    ck_assert_int_eq(counts_of(store, NULL).organizations, 2);
    ck_fails(lsc_store_check(store, error), LSC_BAD_STORE, "TRIGGER");
    lsc_store_close(store);
}
END_TEST

START_TEST(a_store_without_its_tables_is_refused_by_every_call)
{
    const char *path = fresh_path("torn.store");
    lsc_store *store = file_store(path);
    lsc_store_close(store);
    run_sql(path, "PRAGMA foreign_keys = OFF; DROP TABLE leads");
    lsc_store_options options = quick();
    ck_ok(lsc_store_open(path, &options, &store, error));
    ck_fails(lsc_store_put_lead_json(store, ACME, "{\"id\": \"x\"}", 11, error), LSC_BAD_STORE,
             "leads");
    lsc_store_close(store);
}
END_TEST

/** A store with a score, in whose file a column may then be NULL, and a statement makes one so. */
static lsc_store *damaged_store(const char *path, const char *column, const char *update)
{
    char sha256[65];
    char sql[600];
    lsc_store_options options = quick();
    lsc_store *store = file_store(path);
    lsc_scorer *scorer = make_scorer(false);
    put_lead(store, ACME, 1);
    add_model(store, ACME, false, sha256);
    ck_ok(lsc_store_score_lead(store, ACME, "lead-1", scorer, AS_OF, NULL, error));
    lsc_scorer_free(scorer);
    lsc_store_close(store);
    snprintf(sql, sizeof sql,
             "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(replace(sql, "
             "'%s TEXT NOT NULL', '%s TEXT'), 'STRICT', ''); PRAGMA writable_schema = RESET; "
             "PRAGMA foreign_keys = OFF; %s",
             column, column, update);
    run_sql(path, sql);
    ck_ok(lsc_store_open(path, &options, &store, error));
    return store;
}

/** How many lists find that a store is damaged; the others must work. */
static unsigned n_lists_that_refuse(lsc_store *store, const char *update)
{
    const lsc_stored_organization *organizations;
    const lsc_stored_lead *leads;
    const lsc_stored_model *models;
    const lsc_stored_score *scores;
    size_t n;
    lsc_error why = LSC_ERROR_INIT;
    const lsc_status found[] = {
        lsc_store_list_organizations(store, NULL, 0, &organizations, &n, &why),
        lsc_store_list_leads(store, ACME, NULL, &leads, &n, &why),
        lsc_store_list_models(store, ACME, &models, &n, &why),
        lsc_store_list_scores(store, ACME, NULL, &scores, &n, &why),
    };
    unsigned n_bad = 0;
    for (size_t k = 0; k < sizeof found / sizeof found[0]; k++) {
        ck_assert_msg(found[k] == LSC_OK || found[k] == LSC_BAD_STORE, "%s, list %zu: %s: %s",
                      update, k, lsc_status_name(found[k]), why.message);
        n_bad += found[k] == LSC_BAD_STORE;
    }
    return n_bad;
}

/* What is never NULL in a store may be in a damaged one: no list gives it. */
START_TEST(a_value_that_is_missing_is_said_to_be_damage)
{
    static const struct {
        const char *nullable; /* what is made of "NOT NULL" columns */
        const char *update;
    } changes[] = {
        {"uuid", "UPDATE organizations SET uuid = NULL"},
        {"uuid", "UPDATE leads SET uuid = NULL"},
        {"uuid", "UPDATE scoring_models SET uuid = NULL"},
        {"model_type", "UPDATE scoring_models SET model_type = NULL"},
        {"sha256", "UPDATE scoring_models SET sha256 = x'00'"},
        {"library_version", "UPDATE lead_scores SET library_version = NULL"},
        {"name", "UPDATE scoring_models SET name = NULL"},
    };
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        lsc_store *store =
            damaged_store(fresh_path("missing.store"), changes[i].nullable, changes[i].update);
        ck_assert_msg(n_lists_that_refuse(store, changes[i].update) > 0, "%s: no list finds it",
                      changes[i].update);
        lsc_store_close(store);
    }
}
END_TEST

LSC_SUITE("store/opening", TEST(a_store_is_made_only_where_that_is_asked_for),
          TEST(what_was_put_is_there_when_it_is_opened_again),
          TEST(a_store_in_memory_is_gone_when_it_is_closed), TEST(a_folder_is_refused),
          TEST(a_file_that_is_no_database_is_refused_and_left_as_it_was),
          TEST(another_programs_database_is_refused_and_left_as_it_was),
          TEST(an_empty_file_becomes_a_store_only_where_that_is_asked_for),
          TEST(a_newer_store_is_refused_and_not_damaged), TEST(options_are_checked),
          TEST(a_store_opened_to_read_changes_nothing),
          TEST(a_file_that_may_only_be_read_is_refused_to_write),
          TEST(a_change_waits_for_another_connections_and_then_says_busy),
          TEST(a_transaction_is_kept_or_undone_whole),
          TEST(what_was_not_committed_is_gone_after_closing),
          TEST(a_check_finds_what_other_hands_changed), TEST(triggers_of_a_file_do_not_run),
          TEST(a_store_without_its_tables_is_refused_by_every_call),
          TEST(a_value_that_is_missing_is_said_to_be_damage))
