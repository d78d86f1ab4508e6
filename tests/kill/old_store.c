/*
 * Make a store of the version before this library's, with leads in it, for kill_store.py to kill what
 * brings it up to date.    old_store STORE N_LEADS
 */
#include <stdio.h>
#include <stdlib.h>

#include "store/migrations.h"

/** Room for a statement. */
#define MAX_SQL 600

static void need(lsc_status status, const lsc_error *error)
{
    if (status != LSC_OK) {
        fprintf(stderr, "old_store: %s\n", error->message);
        exit(1);
    }
}

static void run(lsc_database *database, const char *sql)
{
    lsc_error error = LSC_ERROR_INIT;
    need(lsc_database_run(database, sql, &error), &error);
}

/* A row of the trail for each lead, as the second version kept them. */
static void fill_trail(lsc_database *database)
{
    run(database, "INSERT INTO audit_log (number, time, organization_key, action, subject, amount,"
                  " mac) SELECT key, 0, 1, 'put lead', uuid, 1, zeroblob(32) FROM leads");
}

/* Leads as the first version kept them, each with two activities. */
static void fill(lsc_database *database, long n_leads)
{
    char sql[MAX_SQL];
    run(database, "INSERT INTO organizations (uuid, external_id) VALUES ('u', 'acme')");
    snprintf(sql, sizeof sql,
             "INSERT INTO leads (organization_key, uuid, external_id, email, properties)"
             " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %ld)"
             " SELECT 1, 'u' || i, 'old' || i, i || '@x.example', '{\"id\":\"old' || i || '\"}'"
             " FROM n",
             n_leads);
    run(database, sql);
    run(database,
        "INSERT INTO lead_activities SELECT key, 's', '1', 't', 0, 0, 0, '{}' FROM leads");
    run(database,
        "INSERT INTO lead_activities SELECT key, 's', '2', 't', 0, 0, 0, '{}' FROM leads");
}

int main(int argc, char **argv)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_database *database;
    if (argc != 3) {
        return 2;
    }
    need(lsc_database_open(argv[1], LSC_ACCESS_CREATE, 0, lsc_default_allocator(), &database,
                           &error),
         &error);
    run(database, "PRAGMA journal_mode = WAL");
    if (LSC_STORE_VERSION > 1) {
        need(lsc_migrate(database, lsc_store_steps, 1, &error), &error);
        fill(database, atol(argv[2]));
        need(lsc_migrate(database, lsc_store_steps, LSC_STORE_VERSION - 1, &error), &error);
        fill_trail(database);
    }
    lsc_database_close(database);
    return 0;
}
