#include <leadscore/store.h>

#include "api_support.h"

#include <sqlite3.h>

/* Every statement that the calls below prepare finds its rows by an index or a key: none reads a whole
   table of leads, activities, outcomes or scores. The linker puts the function below between the store
   and SQLite. */

#define MAX_STATEMENTS 200

static char *seen[MAX_STATEMENTS];
static size_t n_seen;

int __real_sqlite3_prepare_v3(sqlite3 *connection, const char *sql, int length, unsigned flags,
                              sqlite3_stmt **statement, const char **tail);
int __wrap_sqlite3_prepare_v3(sqlite3 *connection, const char *sql, int length, unsigned flags,
                              sqlite3_stmt **statement, const char **tail);

int __wrap_sqlite3_prepare_v3(sqlite3 *connection, const char *sql, int length, unsigned flags,
                              sqlite3_stmt **statement, const char **tail)
{
    bool is_new = true;
    for (size_t i = 0; i < n_seen; i++) {
        is_new = is_new && strcmp(seen[i], sql) != 0;
    }
    if (is_new) {
        ck_assert_uint_lt(n_seen, MAX_STATEMENTS);
        seen[n_seen++] = strdup(sql);
    }
    return __real_sqlite3_prepare_v3(connection, sql, length, flags, statement, tail);
}

static void list_in_all_ways(lsc_store *store)
{
    const lsc_stored_lead *leads;
    size_t n;
    for (int way = 0; way < 8; way++) {
        lsc_lead_query query = LSC_LEAD_QUERY_INIT;
        query.email = (way & 1) != 0 ? "x@y.example" : NULL;
        query.status = (way & 2) != 0 ? "open" : NULL;
        query.source = (way & 4) != 0 ? "ads" : NULL;
        ck_ok(lsc_store_list_leads(store, "acme", &query, &leads, &n, error));
    }
}

static void list_activities_in_all_ways(lsc_store *store)
{
    const lsc_stored_activity *activities;
    size_t n;
    for (int way = 0; way < 2; way++) {
        lsc_activity_query query = LSC_ACTIVITY_QUERY_INIT;
        query.latest_first = way == 1;
        ck_ok(lsc_store_list_activities(store, "acme", "a", &query, &activities, &n, error));
    }
}

static void score_in_all_ways(lsc_store *store)
{
    void *bundle;
    size_t length;
    char sha256[65];
    lsc_model *model;
    lsc_scorer *scorer;
    const lsc_stored_model *models;
    const lsc_stored_score *scores;
    ck_ok(lsc_scorecard_build("api", SCORECARD_SPEC, strlen(SCORECARD_SPEC), SCORECARD,
                              strlen(SCORECARD), &bundle, &length, error));
    ck_ok(lsc_store_add_model(store, "acme", bundle, length, NULL, sha256, error));
    ck_ok(lsc_store_activate_model(store, "acme", sha256, true, error));
    ck_ok(lsc_store_list_models(store, "acme", &models, &length, error));
    ck_ok(lsc_store_load_model(store, "acme", sha256, NULL, &model, error));
    lsc_model_unref(model);
    ck_ok(lsc_store_load_model(store, "acme", NULL, NULL, &model, error));
    ck_ok(lsc_scorer_new(model, NULL, &scorer, error));
    ck_ok(lsc_store_score_lead(store, "acme", "a", scorer, AS_OF, NULL, error));
    ck_ok(lsc_store_list_scores(store, "acme", NULL, &scores, &length, error));
    ck_ok(lsc_store_list_history(store, "acme", "a", LSC_TIME_NONE, 0, &scores, &length, error));
    lsc_score_change change = LSC_SCORE_CHANGE_INIT;
    const lsc_change_query pair = {sizeof pair, AS_OF, AS_OF, NULL, sha256};
    ck_ok(lsc_store_explain_change(store, "acme", "a", &pair, &change, error));
    ck_ok(lsc_store_put_lead_json(store, "acme", "{\"id\": \"a\"}", 11, error));
    const lsc_score_count *counts;
    const lsc_grade_conversion *grades;
    const lsc_performance *rows;
    const lsc_conversion_query conversions = {sizeof conversions, AS_OF, DAY, sha256, false};
    const lsc_performance_query months = {sizeof months, AS_OF,           AS_OF + DAY,
                                          DAY,           AS_OF + 2 * DAY, false};
    ck_ok(lsc_store_count_scores(store, "acme", &counts, &length, error));
    ck_ok(lsc_store_count_conversions(store, "acme", &conversions, &grades, &length, error));
    ck_ok(lsc_store_list_performance(store, "acme", &months, &rows, &length, error));
    const lsc_stale_lead *stale;
    lsc_rescoring options = LSC_RESCORING_INIT;
    options.as_of_ms = AS_OF;
    ck_ok(lsc_store_list_stale(store, "acme", AS_OF, 0, &stale, &length, error));
    for (options.n_threads = 1; options.n_threads <= 2; options.n_threads++) {
        ck_ok(lsc_store_score_stale(store, "acme", model, &options, NULL, error));
        ck_ok(lsc_store_score_all(store, "acme", model, &options, NULL, error));
    }
    lsc_scorer_free(scorer);
    lsc_model_unref(model);
    lsc_bundle_free(bundle);
}

static void use_accounts(lsc_store *store)
{
    const lsc_stored_account *accounts;
    size_t n;
    for (int type = LSC_ACCOUNT_USER; type <= LSC_ACCOUNT_INTEGRATION; type++) {
        lsc_account account = LSC_ACCOUNT_INIT;
        account.type = (lsc_account_type)type;
        account.id = "jo";
        account.role = "any";
        ck_ok(lsc_store_put_account(store, "acme", &account, error));
        ck_ok(lsc_store_put_account(store, "acme", &account, error));
        ck_ok(lsc_store_get_account(store, "acme", account.type, "jo", &accounts, error));
        ck_ok(lsc_store_list_accounts(store, "acme", account.type, NULL, 0, &accounts, &n, error));
        ck_ok(lsc_store_set_account_active(store, "acme", account.type, "jo", false, error));
        ck_ok(lsc_store_delete_account(store, "acme", account.type, "jo", error));
    }
}

static void list_audit_in_all_ways(lsc_store *store)
{
    static const char uuid[] = "0f8fad5b-d9cb-469f-a165-70867728950e";
    const lsc_audit_row *rows;
    size_t n;
    for (int way = 0; way < 32; way++) {
        lsc_audit_query query = LSC_AUDIT_QUERY_INIT;
        query.subject = (way & 1) != 0 ? uuid : NULL;
        query.actor = (way & 2) != 0 ? uuid : NULL;
        query.action = (way & 4) != 0 ? "read lead" : NULL;
        query.from_ms = (way & 8) != 0 ? AS_OF : LSC_TIME_NONE;
        query.until_ms = (way & 8) != 0 ? AS_OF : LSC_TIME_NONE;
        ck_ok(
            lsc_store_list_audit(store, (way & 16) != 0 ? "acme" : NULL, &query, &rows, &n, error));
    }
}

static bool take_bytes(void *ctx, const char *bytes, size_t length)
{
    (void)ctx;
    return bytes != NULL && length > 0;
}

static void keep_what_is_young(lsc_store *store)
{
    lsc_retention retention = LSC_RETENTION_INIT;
    retention.activities_before_ms = retention.scores_before_ms = AS_OF;
    retention.leads_before_ms = AS_OF - 10000 * DAY;
    for (int dry = 1; dry >= 0; dry--) {
        retention.dry_run = dry != 0;
        ck_ok(lsc_store_retain(store, "acme", &retention, NULL, error));
    }
}

static void call_for_privacy(lsc_store *store)
{
    const lsc_consent consent = {sizeof consent, LSC_CONSENT_PROFILING, true, AS_OF, NULL};
    const lsc_consent *consents;
    size_t n;
    ck_ok(lsc_store_set_consent(store, "acme", "a", &consent, error));
    ck_ok(lsc_store_list_consents(store, "acme", "a", &consents, &n, error));
    ck_ok(lsc_store_export_lead(store, "acme", "a", take_bytes, NULL, error));
}

static void call_all(const char *path)
{
    static const char first[] = "{\"id\": \"a\", \"activities\": [{\"id\": \"1\", \"type\": \"t\","
                                " \"time\": \"2025-05-01\"}]}";
    static const char second[] = "{\"id\": \"a\", \"email\": \"x@y.example\", \"activities\": ["
                                 "{\"id\": \"1\", \"type\": \"t\", \"time\": \"2025-05-01\"}]}";
    const lsc_outcome outcome = {.time_ms = AS_OF, .converted = true};
    const lsc_stored_organization *organizations;
    lsc_store *store;
    lsc_source *source;
    lsc_record record;
    const char *json;
    size_t n;
    bool more;
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    options.create = true;
    options.durability = LSC_DURABLE_OFF;
    ck_ok(lsc_store_open(path, &options, &store, error));
    ck_ok(lsc_store_add_organization(store, "acme", NULL, error));
    ck_ok(lsc_store_list_organizations(store, NULL, 0, &organizations, &n, error));
    ck_ok(lsc_store_put_lead_json(store, "acme", first, strlen(first), error));
    ck_ok(lsc_store_put_lead_json(store, "acme", second, strlen(second), error));
    ck_ok(lsc_store_add_outcome(store, "acme", "a", &outcome, error));
    ck_ok(lsc_store_lead_json(store, "acme", "a", &json, &n, error));
    ck_ok(lsc_store_clear_outcomes(store, "acme", "a", error));
    call_for_privacy(store);
    use_accounts(store);
    list_audit_in_all_ways(store);
    keep_what_is_young(store);
    list_in_all_ways(store);
    list_activities_in_all_ways(store);
    score_in_all_ways(store);
    ck_ok(lsc_source_open_store(path, "acme", &(lsc_store_options)LSC_STORE_OPTIONS_INIT, &source,
                                error));
    ck_ok(lsc_source_next(source, &record, &more, error));
    ck_ok(lsc_store_note_source(store, source, "model", 5, NULL, error));
    lsc_source_free(source);
    ck_ok(lsc_store_delete_lead(store, "acme", "a", error));
    lsc_store_close(store);
}

/* How SQLite goes about a statement; a table that is read whole is "SCAN table". */
static void check_plan(sqlite3 *connection, const char *sql, size_t *n_plans)
{
    sqlite3_stmt *plan;
    char explain[2000];
    snprintf(explain, sizeof explain, "EXPLAIN QUERY PLAN %s", sql);
    ck_assert_msg(sqlite3_prepare_v2(connection, explain, -1, &plan, NULL) == SQLITE_OK, "%s: %s",
                  sql, sqlite3_errmsg(connection));
    while (sqlite3_step(plan) == SQLITE_ROW) {
        const char *step = (const char *)sqlite3_column_text(plan, 3);
        bool reads_all = strncmp(step, "SCAN", 4) == 0 && strstr(step, "SUBQUERY") == NULL &&
                         strstr(step, "(subquery") == NULL && strstr(step, "CONSTANT ROW") == NULL;
        /* The models of an organization are few, grades are five, and a lead's activities, by the
           key of that lead, are what scoring it reads. */
        bool is_of_one_lead = strstr(sql, "FROM lead_activities WHERE lead_key = ?1") != NULL &&
                              strstr(sql, "ORDER BY time") != NULL;
        bool is_short = strstr(sql, "FROM scoring_models") != NULL || is_of_one_lead ||
                        strstr(sql, "GROUP BY grade ORDER BY grade") != NULL;
        bool sorts = strstr(step, "TEMP B-TREE FOR ORDER BY") != NULL && !is_short;
        ck_assert_msg(!reads_all && !sorts, "%s\n%s", sql, step);
        /* Going by the numbers of rows reads all that come after one, and is no SCAN. */
        bool has_subject = strstr(sql, "a.subject = ") != NULL && strstr(step, " a ") != NULL;
        ck_assert_msg(!has_subject || strstr(step, "audit_by_subject") != NULL, "%s\n%s", sql,
                      step);
        *n_plans += 1;
    }
    sqlite3_finalize(plan);
}

START_TEST(every_statement_finds_its_rows_by_an_index)
{
    char path[4200];
    sqlite3 *connection;
    size_t n_plans = 0;
    snprintf(path, sizeof path, "%s/queries.store", lsc_test_folder());
    call_all(path);
    size_t n = n_seen;
    ck_assert_uint_gt(n, 30);
    ck_assert_int_eq(sqlite3_open(path, &connection), SQLITE_OK);
    for (size_t i = 0; i < n; i++) {
        bool reads = strncmp(seen[i], "PRAGMA", 6) != 0 && strstr(seen[i], "sqlite_schema") == NULL;
        if (reads && strstr(seen[i], "WHERE") != NULL) {
            check_plan(connection, seen[i], &n_plans);
        }
    }
    ck_assert_uint_gt(n_plans, 25);
    sqlite3_close(connection);
}
END_TEST

LSC_SUITE("store/queries", TEST(every_statement_finds_its_rows_by_an_index))
