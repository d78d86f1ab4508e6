#include "suite.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <leadscore/store.h>

#include "store/migrations.h"

/* Steps of a schema, with made-up ones, and those of the store. */

static const char *const steps[] = {
    "CREATE TABLE one (x); INSERT INTO one VALUES (1)",
    "ALTER TABLE one ADD COLUMN y; UPDATE one SET y = x + 1",
    "CREATE TABLE three (z); INSERT INTO three SELECT y FROM one",
};

static const char *file_path(const char *name)
{
    static char path[4200];
    snprintf(path, sizeof path, "%s/%s", lsc_test_folder(), name);
    return path;
}

static lsc_database *open_file(const char *path)
{
    lsc_database *database;
    ck_ok(lsc_database_open(path, LSC_ACCESS_CREATE, 1000, lsc_default_allocator(), &database,
                            error));
    return database;
}

static int64_t number(lsc_database *database, const char *sql)
{
    int64_t found = -1;
    ck_ok(lsc_database_number(database, sql, &found, error));
    return found;
}

START_TEST(steps_are_taken_from_where_a_database_is)
{
    for (int at = 0; at <= 3; at++) {
        lsc_database *database = open_file(NULL);
        ck_ok(lsc_migrate(database, steps, at, error));
        ck_assert_int_eq(number(database, "PRAGMA user_version"), at);
        ck_ok(lsc_migrate(database, steps, 3, error));
        ck_ok(lsc_migrate(database, steps, 3, error));
        ck_assert_int_eq(number(database, "PRAGMA user_version"), 3);
        ck_assert_int_eq(number(database, "SELECT z FROM three"), 2);
        ck_assert_int_eq(number(database, "SELECT count(*) FROM three"), 1);
        ck_assert_int_eq(number(database, "PRAGMA application_id"), LSC_STORE_APPLICATION_ID);
        lsc_database_close(database);
    }
}
END_TEST

/* What a store of the first version held is there in one of today. */
START_TEST(a_store_of_the_first_version_is_brought_up_to_date)
{
    const char *path = file_path("first.store");
    lsc_database *database = open_file(path);
    ck_ok(lsc_migrate(database, lsc_store_steps, 1, error));
    ck_ok(lsc_database_run(
        database,
        "INSERT INTO organizations VALUES (1, 'u', 'acme', 'Acme');"
        "INSERT INTO leads VALUES (7, 1, 'v', 'a', 'x@y.example', 'open', 'ads', 5, '{}');"
        "INSERT INTO lead_activities VALUES (7, 's', '1', 't', 5, 5, 0, '{}');",
        error));
    lsc_database_close(database);
    lsc_store *store;
    const lsc_stored_lead *leads;
    lsc_lead_query query = LSC_LEAD_QUERY_INIT;
    size_t n;
    query.email = "X@y.example";
    ck_ok(lsc_store_open(path, NULL, &store, error));
    ck_ok(lsc_store_check(store, error));
    ck_ok(lsc_store_list_leads(store, "acme", &query, &leads, &n, error));
    ck_assert_uint_eq(n, 1);
    ck_assert_str_eq(leads[0].uuid, "v");
    lsc_store_close(store);
    database = open_file(path);
    ck_assert_int_eq(number(database, "PRAGMA user_version"), LSC_STORE_VERSION);
    ck_assert_int_eq(number(database, "SELECT count(*) FROM lead_activities"), 1);
    lsc_database_close(database);
}
END_TEST

START_TEST(a_step_that_fails_leaves_the_version_before_it)
{
    const char *const broken[] = {steps[0], "UPDATE one SET x = 7; UPDATE nothing SET x = 7",
                                  steps[2]};
    lsc_database *database = open_file(NULL);
    ck_fails(lsc_migrate(database, broken, 3, error), LSC_BAD_STORE, "nothing");
    ck_assert_int_eq(number(database, "PRAGMA user_version"), 1);
    ck_assert_int_eq(number(database, "SELECT x FROM one"), 1);
    ck_ok(lsc_migrate(database, steps, 3, error));
    lsc_database_close(database);
}
END_TEST

/* A step that keeps on until its process is killed. */
static const char endless[] =
    "UPDATE one SET x = 7;"
    "CREATE TABLE many AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    " SELECT i, randomblob(500) FROM n";

START_TEST(a_migration_that_is_killed_leaves_the_version_before_it)
{
    const char *const killed[] = {steps[0], endless};
    const char *path = file_path("killed.store");
    lsc_database *database = open_file(path);
    ck_ok(lsc_database_run(database, "PRAGMA journal_mode = WAL", error));
    ck_ok(lsc_migrate(database, steps, 1, error));
    lsc_database_close(database);
    for (int round = 0; round < 5; round++) {
        pid_t child = fork();
        ck_assert_int_ge(child, 0);
        if (child == 0) {
            lsc_migrate(open_file(path), killed, 2, NULL);
            _exit(0);
        }
        nanosleep(&(struct timespec){.tv_nsec = 20000000L * (round + 1)}, NULL);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        database = open_file(path);
        ck_assert_int_eq(number(database, "PRAGMA user_version"), 1);
        ck_assert_int_eq(number(database, "SELECT x FROM one"), 1);
        lsc_database_close(database);
    }
    database = open_file(path);
    ck_ok(lsc_migrate(database, steps, 3, error));
    ck_assert_int_eq(number(database, "SELECT z FROM three"), 2);
    lsc_database_close(database);
}
END_TEST

START_TEST(changes_within_a_change_are_undone_alone_or_with_it)
{
    lsc_database *database = open_file(NULL);
    ck_ok(lsc_database_run(database, "CREATE TABLE t (x)", error));
    ck_ok(lsc_change_begin(database, error));
    ck_ok(lsc_database_run(database, "INSERT INTO t VALUES (1)", error));
    ck_ok(lsc_change_begin(database, error));
    ck_ok(lsc_database_run(database, "INSERT INTO t VALUES (2)", error));
    ck_assert_int_eq(lsc_change_end(database, LSC_BAD_LEAD, NULL), LSC_BAD_LEAD);
    ck_assert_int_eq(number(database, "SELECT count(*) FROM t"), 1);
    ck_ok(lsc_change_begin(database, error));
    ck_ok(lsc_database_run(database, "INSERT INTO t VALUES (3)", error));
    ck_ok(lsc_change_end(database, LSC_OK, error));
    ck_assert_int_eq(lsc_change_depth(database), 1);
    ck_ok(lsc_change_end(database, LSC_OK, error));
    ck_assert_int_eq(number(database, "SELECT count(*) FROM t"), 2);
    lsc_database_close(database);
}
END_TEST

/* SQLite undoes all by itself when the disk is full: what goes on within says so until it is over. */
START_TEST(a_change_that_the_database_undid_is_not_gone_on_with)
{
    lsc_database *database = open_file(file_path("full.store"));
    ck_ok(lsc_database_run(database, "CREATE TABLE t (x); PRAGMA max_page_count = 5", error));
    ck_ok(lsc_change_begin(database, error));
    ck_ok(lsc_database_run(database, "INSERT INTO t VALUES (1)", error));
    ck_ok(lsc_change_begin(database, error));
    /* As a failure in the midst of writing does. */
    ck_ok(lsc_database_run(database, "ROLLBACK", error));
    ck_fails(lsc_change_begin(database, error), LSC_IO, "earlier failure");
    ck_fails(lsc_change_end(database, LSC_OK, error), LSC_IO, "earlier failure");
    ck_fails(lsc_change_begin(database, error), LSC_IO, "earlier failure");
    ck_fails(lsc_change_end(database, LSC_OK, error), LSC_IO, "earlier failure");
    ck_assert_int_eq(lsc_change_depth(database), 0);
    ck_ok(lsc_change_begin(database, error));
    ck_ok(lsc_database_run(database, "INSERT INTO t VALUES (2)", error));
    ck_fails(lsc_database_run(database, "INSERT INTO t VALUES (zeroblob(100000))", error), LSC_IO,
             "full");
    ck_assert_int_ne(lsc_change_end(database, LSC_IO, NULL), LSC_OK);
    ck_assert_int_eq(number(database, "SELECT count(*) FROM t"), 0);
    lsc_database_close(database);
}
END_TEST

LSC_SUITE("store/migrations", TEST(steps_are_taken_from_where_a_database_is),
          TEST(a_store_of_the_first_version_is_brought_up_to_date),
          TEST(a_step_that_fails_leaves_the_version_before_it),
          TEST(a_migration_that_is_killed_leaves_the_version_before_it),
          TEST(changes_within_a_change_are_undone_alone_or_with_it),
          TEST(a_change_that_the_database_undid_is_not_gone_on_with))
