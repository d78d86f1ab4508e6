#include "store_tools.h"

#include <locale.h>
#include <sqlite3.h>

/* All that is held on a person: no column of a table that holds anything of a lead is passed over. */

static const lsc_store_key key = {sizeof key, "first", {1, 2, 3}};

static int64_t tick(void *ctx)
{
    int64_t *now = ctx;
    return ++*now;
}

/** What an export gave. */
typedef struct taken {
    char *text;
    size_t length;
    size_t largest; /* of its pieces */
    size_t n_left;  /* pieces until it is stopped; 0: never */
} taken;

static bool take(void *ctx, const char *bytes, size_t length)
{
    taken *at = ctx;
    at->text = realloc(at->text, at->length + length + 1);
    memcpy(at->text + at->length, bytes, length);
    at->length += length;
    at->text[at->length] = '\0';
    at->largest = length > at->largest ? length : at->largest;
    return at->n_left == 0 || --at->n_left > 0;
}

static taken export_lead(lsc_store *store, const char *organization, const char *id)
{
    taken all = {NULL, 0, 0, 0};
    ck_ok(lsc_store_export_lead(store, organization, id, take, &all, error));
    return all;
}

static const char jo[] =
    "{\"id\": \"jo\", \"email\": \"Jo@X.example\", \"status\": \"open\", \"source\": \"ads\","
    " \"created_at\": \"2024-01-02\", \"company\": {\"name\": \"X\", \"technologies\": [\"a\", "
    "\"b\"]},"
    " \"vip\": true, \"n\": 2.5, \"quote\": \"\\\"\\u0001\", \"activities\": ["
    "{\"id\": \"e1\", \"source\": \"web\", \"type\": \"Page Viewed\", \"time\": \"2025-05-01\","
    " \"recorded_time\": \"2025-05-02\", \"bot\": true, \"data\": {\"page\": \"/a\", \"at\": 3}}]}";

static const char long_ago[] = "{\"id\": \"jo\", \"activities\": [{\"id\": \"e0\", \"type\": \"t\","
                               " \"time\": \"2019-05-01T10:00:00Z\"}]}";

static void act(lsc_store *store)
{
    static int64_t now = AS_OF;
    lsc_store_actor actor = LSC_STORE_ACTOR_INIT;
    actor.uuid = "0f8fad5b-d9cb-469f-a165-70867728950e";
    actor.now_ms = tick;
    actor.ctx = &now;
    ck_ok(lsc_store_set_actor(store, &actor, error));
}

/* A lead of which something stands in each table; another's beside it. */
static lsc_store *full_store(const char *path, bool sealed)
{
    static const char *const ids[] = {"jo"};
    const lsc_consent consent = {sizeof consent, "marketing", true, AS_OF, "form"};
    const lsc_outcome outcome = {.time_ms = AS_OF, .converted = true};
    lsc_store *store;
    char sha256[65];
    lsc_scorer *scorer = make_scorer(true);
    lsc_store_options options = quick();
    options.key = sealed ? &key : NULL;
    ck_ok(lsc_store_open(path, &options, &store, error));
    ck_ok(lsc_store_add_organization(store, ACME, NULL, error));
    ck_ok(lsc_store_add_organization(store, GLOBEX, NULL, error));
    act(store);
    ck_ok(lsc_store_set_audited(store, true, error));
    add_model(store, ACME, true, sha256);
    put_lead(store, ACME, 1);
    lsc_retention retention = LSC_RETENTION_INIT;
    retention.activities_before_ms = AS_OF - 1000 * DAY;
    ck_ok(lsc_store_put_lead_json(store, ACME, long_ago, strlen(long_ago), error));
    ck_ok(lsc_store_retain(store, ACME, &retention, NULL, error));
    ck_ok(lsc_store_put_lead_json(store, ACME, "{\"id\": \"jo\", \"once\": 1}", 23, error));
    ck_ok(lsc_store_score_lead(store, ACME, "jo", scorer, AS_OF, NULL, error));
    ck_ok(lsc_store_put_lead_json(store, ACME, jo, strlen(jo), error));
    ck_ok(lsc_store_put_lead_json(store, GLOBEX, "{\"id\": \"jo\", \"other\": 1}", 24, error));
    ck_ok(lsc_store_set_consent(store, ACME, "jo", &consent, error));
    ck_ok(lsc_store_add_outcome(store, ACME, "jo", &outcome, error));
    ck_ok(lsc_store_note_training(store, ACME, sha256, ids, 1, error));
    ck_ok(lsc_store_score_lead(store, ACME, "jo", scorer, AS_OF + DAY, NULL, error));
    lsc_scorer_free(scorer);
    return store;
}

/** A column and where it stands: a path of the export, with SQL that says the same; or why it does not. */
typedef struct held_column {
    const char *column;
    const char *path;
    const char *sql;    /* of the first row of its table, `t`; NULL: the column as it is */
    const char *reason; /* where `path` is NULL */
} held_column;

#define TIME(column) "strftime('%Y-%m-%dT%H:%M:%SZ', t." column " / 1000, 'unixepoch')"
#define HEX(column) "lower(hex(t." column "))"
#define MODEL "(SELECT lower(hex(sha256)) FROM scoring_models m WHERE m.key = t.model_key)"

static const char row_key[] = "a row number of the file, which names nobody";
static const char by_lead[] = "it is the lead that is asked for";
static const char sealed_form[] = "the sealed form of another column";
static const char inner[] =
    "which state of the lead it belongs to, counted; what that was is there";

static const held_column columns[] = {
    {"leads.key", NULL, NULL, row_key},
    {"leads.organization_key", NULL, NULL, row_key},
    {"leads.uuid", "$.uuid", NULL, NULL},
    {"leads.external_id", "$.id", NULL, NULL},
    {"leads.email", "$.properties.email", "replace(replace(t.email, 'jo', 'Jo'), 'x.', 'X.')",
     NULL},
    {"leads.status", "$.properties.status", NULL, NULL},
    {"leads.source", "$.properties.source", NULL, NULL},
    {"leads.created_at", "$.properties.created_at", TIME("created_at"), NULL},
    {"leads.properties", "$.properties.\"company.name\"", "'X'", NULL},
    {"leads.sealed_properties", NULL, NULL, sealed_form},
    {"leads.sealed_email", NULL, NULL, sealed_form},
    {"leads.email_index", NULL, NULL, sealed_form},
    {"leads.last_seen", "$.last_seen", TIME("last_seen"), NULL},
    {"lead_activities.lead_key", NULL, NULL, by_lead},
    {"lead_activities.source", "$.activities[0].source", NULL, NULL},
    {"lead_activities.id", "$.activities[0].id", NULL, NULL},
    {"lead_activities.type", "$.activities[0].type", NULL, NULL},
    {"lead_activities.time", "$.activities[0].time", TIME("time"), NULL},
    {"lead_activities.recorded_time", "$.activities[0].recorded_time", TIME("recorded_time"), NULL},
    {"lead_activities.bot", "$.activities[0].bot", NULL, NULL},
    {"lead_activities.data", "$.activities[0].data.page", "'/a'", NULL},
    {"lead_activities.sealed_data", NULL, NULL, sealed_form},
    {"lead_activities.revision", NULL, NULL, inner},
    {"outcomes.lead_key", NULL, NULL, by_lead},
    {"outcomes.time", "$.outcomes[0].time", TIME("time"), NULL},
    {"outcomes.converted", "$.outcomes[0].converted", NULL, NULL},
    {"consents.lead_key", NULL, NULL, by_lead},
    {"consents.purpose", "$.consents[0].purpose", NULL, NULL},
    {"consents.time", "$.consents[0].time", TIME("time"), NULL},
    {"consents.given", "$.consents[0].given", NULL, NULL},
    {"consents.source", "$.consents[0].source", NULL, NULL},
    {"trained_leads.lead_key", NULL, NULL, by_lead},
    {"trained_leads.training_key", "$.trained_models[0]",
     "(SELECT lower(hex(sha256)) FROM trainings WHERE key = t.training_key)", NULL},
    {"lead_scores.lead_key", NULL, NULL, by_lead},
    {"lead_scores.as_of", "$.scores[0].as_of", TIME("as_of"), NULL},
    {"lead_scores.model_key", "$.scores[0].receipt.model_sha256", MODEL, NULL},
    {"lead_scores.status", "$.scores[0].status", "iif(t.status = 0, 'scored', '?')", NULL},
    {"lead_scores.score", "$.scores[0].score", NULL, NULL},
    {"lead_scores.grade", "$.scores[0].grade", "nullif(char(t.grade), char(0))", NULL},
    {"lead_scores.probability", "$.scores[0].probability", NULL, NULL},
    {"lead_scores.probability_low", "$.scores[0].probability_low", NULL, NULL},
    {"lead_scores.probability_high", "$.scores[0].probability_high", NULL, NULL},
    {"lead_scores.confidence", "$.scores[0].confidence", NULL, NULL},
    {"lead_scores.margin", "$.scores[0].raw.margin", NULL, NULL},
    {"lead_scores.raw_probability", "$.scores[0].raw.probability", NULL, NULL},
    {"lead_scores.points", "$.scores[0].points", NULL, NULL},
    {"lead_scores.baseline", "$.scores[0].breakdown.baseline", NULL, NULL},
    {"lead_scores.breakdown", "$.scores[0].breakdown.behavioral",
     "json_extract(t.breakdown, '$.behavioral')", NULL},
    {"lead_scores.input_sha256", "$.scores[0].receipt.input_sha256", HEX("input_sha256"), NULL},
    {"lead_scores.result_sha256", "$.scores[0].receipt.result_sha256", HEX("result_sha256"), NULL},
    {"lead_scores.library_version", "$.scores[0].receipt.library_version", NULL, NULL},
    {"lead_scores.revision", NULL, NULL, inner},
    {"latest_scores.lead_key", NULL, NULL, by_lead},
    {"latest_scores.organization_key", NULL, NULL, row_key},
    {"latest_scores.external_id", "$.id", NULL, NULL},
    {"latest_scores.rank", NULL, NULL, "a hundred less the score"},
    {"latest_scores.as_of", "$.latest_score.as_of", TIME("as_of"), NULL},
    {"latest_scores.model_key", "$.latest_score.model_sha256", MODEL, NULL},
    {"score_queue.lead_key", NULL, NULL, by_lead},
    {"score_queue.organization_key", NULL, NULL, row_key},
    {"score_queue.model_key", "$.rescoring.changed", "t.model_key <= 0", NULL},
    {"score_queue.due_at", "$.rescoring.due",
     "iif(t.due_at = 9223372036854775807, NULL, " TIME("due_at") ")", NULL},
    {"score_queue.revision", NULL, NULL, inner},
    {"earlier_properties.lead_key", NULL, NULL, by_lead},
    {"earlier_properties.revision", "$.earlier_properties[0].revision", NULL, NULL},
    {"earlier_properties.properties", "$.earlier_properties[0].properties.once", "1", NULL},
    {"earlier_properties.sealed_properties", NULL, NULL, sealed_form},
};

enum {
    N_COLUMNS = sizeof columns / sizeof columns[0]
};

static sqlite3 *open_sql(const char *path)
{
    sqlite3 *connection;
    ck_assert_int_eq(sqlite3_open_v2(path, &connection, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    return connection;
}

static const held_column *find_column(const char *name)
{
    for (size_t i = 0; i < N_COLUMNS; i++) {
        if (strcmp(columns[i].column, name) == 0) {
            return &columns[i];
        }
    }
    return NULL;
}

/* Numbers are compared to 1e-7 of themselves: a float32 is written with as many digits as tell it from others. */
static const char compare_sql[] =
    "SELECT e.held IS e.given OR abs(e.held - e.given) <= 1e-7 * abs(e.held), e.held IS NULL,"
    " e.held, e.given FROM (SELECT %s AS held, json_extract(?1, '%s') AS given FROM %.*s t"
    " WHERE t.%s = (SELECT key FROM leads WHERE external_id = 'jo' AND organization_key = 1)"
    " ORDER BY %s LIMIT 1) e";

static void check_column(sqlite3 *connection, const held_column *column, const taken *all)
{
    char sql[1200];
    char plain[100];
    sqlite3_stmt *statement;
    const char *name = strchr(column->column, '.') + 1;
    const int length = (int)(name - column->column) - 1;
    snprintf(plain, sizeof plain, "t.%s", name);
    snprintf(sql, sizeof sql, compare_sql, column->sql == NULL ? plain : column->sql, column->path,
             length, column->column, strncmp(column->column, "leads.", 6) == 0 ? "key" : "lead_key",
             strncmp(column->column, "lead_scores.", 12) == 0 ? "t.as_of DESC" : "1");
    ck_assert_msg(sqlite3_prepare_v2(connection, sql, -1, &statement, NULL) == SQLITE_OK, "%s: %s",
                  sql, sqlite3_errmsg(connection));
    sqlite3_bind_text64(statement, 1, all->text, all->length, SQLITE_STATIC, SQLITE_UTF8);
    ck_assert_msg(sqlite3_step(statement) == SQLITE_ROW, "%s has no row", column->column);
    ck_assert_msg(sqlite3_column_int(statement, 0) == 1, "%s is %s, and %s in the export",
                  column->column, sqlite3_column_text(statement, 2),
                  sqlite3_column_text(statement, 3));
    /* So that something is compared. These two say nothing of this lead. */
    ck_assert_msg(sqlite3_column_int(statement, 1) == 0 ||
                      strcmp(column->column, "lead_scores.points") == 0 ||
                      strcmp(column->column, "score_queue.due_at") == 0,
                  "%s is NULL", column->column);
    sqlite3_finalize(statement);
}

START_TEST(every_column_that_is_held_of_a_lead_is_in_its_export)
{
    static const char all_columns[] =
        "SELECT m.name || '.' || c.name FROM sqlite_schema m, pragma_table_info(m.name) c"
        " WHERE m.type = 'table' AND (m.name = 'leads' OR EXISTS"
        "  (SELECT 1 FROM pragma_table_info(m.name) WHERE name = 'lead_key'))";
    const char *path = fresh_path("person.store");
    lsc_store *store = full_store(path, false);
    taken all = export_lead(store, ACME, "jo");
    lsc_store_close(store);
    sqlite3 *connection = open_sql(path);
    sqlite3_stmt *statement;
    size_t n = 0;
    setlocale(LC_NUMERIC, "C"); /* SQLite's json_extract() reads numbers by the locale's point */
    ck_assert_int_eq(sqlite3_prepare_v2(connection, all_columns, -1, &statement, NULL), SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(statement, 0);
        const held_column *column = find_column(name);
        ck_assert_msg(column != NULL, "%s is held of a lead: export it, or say why not", name);
        ck_assert_msg((column->path != NULL) != (column->reason != NULL), "%s", name);
        if (column->path != NULL) {
            check_column(connection, column, &all);
        }
        n++;
    }
    sqlite3_finalize(statement);
    sqlite3_close(connection);
    ck_assert_uint_eq(n, N_COLUMNS); /* none is listed that is none */
    free(all.text);
}
END_TEST

static void check_holds(const taken *all, const char *words)
{
    ck_assert_msg(strstr(all->text, words) != NULL, "%s is not in %s", words, all->text);
}

START_TEST(an_export_is_the_same_of_an_encrypted_store)
{
    lsc_store *store = full_store(fresh_path("sealed.store"), true);
    taken all = export_lead(store, ACME, "jo");
    check_holds(&all, "\"email\":\"Jo@X.example\"");
    check_holds(&all, "\"company.technologies\":[\"a\",\"b\"]");
    check_holds(&all, "\"quote\":\"\\\"\\u0001\"");
    check_holds(&all, "\"created_at\":\"2024-01-02T00:00:00Z\"");
    check_holds(&all, "\"data\":{\"at\":3,\"page\":\"/a\"}");
    check_holds(&all, "\"earlier_properties\":[{\"revision\":0,\"properties\":{\"once\":1}}]");
    ck_assert_ptr_null(strstr(all.text, "other"));
    free(all.text);
    lsc_store_close(store);
}
END_TEST

/* What was done with the lead is part of it, the export that is being made included. */
START_TEST(an_export_names_the_rows_of_the_trail_that_name_the_lead)
{
    lsc_store *store = full_store(NULL, false);
    const lsc_audit_row *rows;
    lsc_audit_query query = LSC_AUDIT_QUERY_INIT;
    char uuid[37];
    size_t n;
    size_t n_found = 0;
    taken all = export_lead(store, ACME, "jo");
    ck_ok(lsc_store_lead_uuid(store, ACME, "jo", uuid, error));
    query.subject = uuid;
    ck_ok(lsc_store_list_audit(store, ACME, &query, &rows, &n, error));
    ck_assert_str_eq(rows[n - 1].action, "export lead");
    for (const char *at = all.text; (at = strstr(at, "\"action\":")) != NULL; at++) {
        n_found++;
    }
    ck_assert_uint_eq(n_found, n);
    check_holds(&all, "\"action\":\"export lead\",\"amount\":1}]}");
    free(all.text);
    lsc_store_close(store);
}
END_TEST

/* Whole pages of leads are exported, each by the id that the page gave. */
START_TEST(an_export_leaves_what_a_list_gave)
{
    lsc_store *store = full_store(NULL, false);
    const lsc_stored_lead *leads;
    size_t n;
    ck_ok(lsc_store_list_leads(store, ACME, NULL, &leads, &n, error));
    ck_assert_uint_eq(n, 2);
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < n; i++) {
            taken one = export_lead(store, ACME, leads[i].id);
            check_holds(&one, i == 0 ? "\"id\":\"jo\"" : "\"id\":\"lead-1\"");
            free(one.text);
        }
    }
    ck_assert_str_eq(leads[0].id, "jo");
    ck_assert_str_eq(leads[1].id, "lead-1");
    lsc_store_close(store);
}
END_TEST

START_TEST(an_export_can_be_stopped)
{
    lsc_store *store = full_store(NULL, false);
    taken first = {NULL, 0, 0, 1};
    const char *json;
    size_t n;
    ck_fails(lsc_store_export_lead(store, ACME, "jo", take, &first, error), LSC_CANCELLED,
             "stopped");
    ck_fails(lsc_store_export_lead(store, ACME, "none", take, &first, error), LSC_NOT_FOUND,
             "none");
    ck_fails(lsc_store_export_lead(store, "none", "jo", take, &first, error), LSC_NOT_FOUND,
             "none");
    ck_ok(lsc_store_lead_json(store, ACME, "jo", &json, &n, error)); /* it is as before */
    free(first.text);
    lsc_store_close(store);
}
END_TEST

/** Bytes that the store has, and once had at the most. */
typedef struct meter {
    size_t now;
    size_t most;
} meter;

enum {
    HEAD = 16
};

static void *count_malloc(size_t size, void *ctx)
{
    meter *at = ctx;
    size_t *block = malloc(size + HEAD);
    *block = size;
    at->now += size;
    at->most = at->now > at->most ? at->now : at->most;
    return (char *)block + HEAD;
}

static void count_free(void *block, void *ctx)
{
    meter *at = ctx;
    if (block != NULL) {
        size_t *head = (size_t *)(void *)((char *)block - HEAD);
        at->now -= *head;
        free(head);
    }
}

static void *count_realloc(void *block, size_t size, void *ctx)
{
    void *moved = count_malloc(size, ctx);
    if (block != NULL) {
        const size_t held = *(size_t *)(void *)((char *)block - HEAD);
        memcpy(moved, block, held < size ? held : size);
        count_free(block, ctx);
    }
    return moved;
}

static bool drop(void *ctx, const char *bytes, size_t length)
{
    (void)bytes;
    *(size_t *)ctx += length;
    return true;
}

/* The most that the store took while a lead of so many activities was exported. */
static size_t memory_of(unsigned n_activities, size_t *length)
{
    meter used = {0, 0};
    lsc_store *store;
    char id[16];
    lsc_store_options options = quick();
    const lsc_property page = {
        .name = "page", .type = LSC_VALUE_TEXT, .text = "/some/page/of/a/site"};
    options.make_leads = true;
    options.allocator = (lsc_allocator){count_malloc, count_realloc, count_free, &used};
    ck_ok(lsc_store_open(NULL, &options, &store, error));
    ck_ok(lsc_store_add_organization(store, ACME, NULL, error));
    ck_ok(lsc_store_begin(store, error));
    for (unsigned i = 0; i < n_activities; i++) {
        lsc_activity activity = LSC_ACTIVITY_INIT;
        snprintf(id, sizeof id, "%u", i);
        activity.id = id;
        activity.type = "Page Viewed";
        activity.time_ms = AS_OF;
        activity.properties = &page;
        activity.n_properties = 1;
        ck_quick(lsc_store_add_activities(store, ACME, "busy", &activity, 1, NULL, NULL) == LSC_OK);
    }
    ck_ok(lsc_store_commit(store, error));
    const size_t before = used.now;
    used.most = before;
    ck_ok(lsc_store_export_lead(store, ACME, "busy", drop, length, error));
    lsc_store_close(store);
    return used.most - before;
}

START_TEST(an_export_takes_no_more_memory_of_a_busy_lead)
{
    size_t length = 0;
    const size_t few = memory_of(1000, &length);
    const size_t of_few = length;
    const size_t many = memory_of(20000, &length);
    ck_assert_uint_gt(length, 20 * of_few);
    ck_assert_msg(many <= few, "%zu bytes, and %zu of twenty times as many", few, many);
}
END_TEST

LSC_SUITE("store/person_export", TEST(every_column_that_is_held_of_a_lead_is_in_its_export),
          TEST(an_export_is_the_same_of_an_encrypted_store),
          TEST(an_export_names_the_rows_of_the_trail_that_name_the_lead),
          TEST(an_export_leaves_what_a_list_gave), TEST(an_export_can_be_stopped),
          TEST(an_export_takes_no_more_memory_of_a_busy_lead))
