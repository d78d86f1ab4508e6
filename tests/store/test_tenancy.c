#include "store_tools.h"

/* Random calls over several organizations: no call gives anything of another's. Every text of an
   organization holds its name, so that what is given shows whose it is. */

#define N_ORGANIZATIONS 4
#define N_LEADS 12u
#define N_CALLS 3000

/** A call of the store that is made with an organization: noted, so that none is forgotten. */
#define CALL(function) (note_call(#function), (function))

enum {
    MAX_CALLS = 100
};

static const char *called[MAX_CALLS];
static size_t n_called;

static bool is_called(const char *name)
{
    for (size_t i = 0; i < n_called; i++) {
        if (strcmp(called[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static void note_call(const char *name)
{
    if (!is_called(name)) {
        ck_assert_uint_lt(n_called, MAX_CALLS);
        called[n_called++] = name;
    }
}

static const char *const names[N_ORGANIZATIONS] = {"alpha", "bravo", "charlie", "delta"};

static int64_t no_time(void *ctx)
{
    (void)ctx;
    return AS_OF;
}

typedef struct world {
    const char *path;
    lsc_store *store;
    lsc_scorer *scorer;
    test_dice dice;
    const char *mine;                   /* of the call under way */
    char lead_id[64];                   /* of any organization */
    char own[N_ORGANIZATIONS][N_LEADS]; /* whether it is there */
    unsigned who;
    unsigned number;
} world;

/* A text that the store gave, or said, names no organization but the one that asked, except where the
   caller itself named another's lead. */
static void check_text(const world *at, const char *text)
{
    for (int i = 0; i < N_ORGANIZATIONS && text != NULL; i++) {
        bool foreign = strcmp(names[i], at->mine) != 0 && strstr(at->lead_id, names[i]) == NULL;
        ck_assert_msg(!foreign || strstr(text, names[i]) == NULL, "%s was given \"%s\"", at->mine,
                      text);
    }
}

/* A lead that is another's is not there; one's own is there when it was put. */
static void check_found(const world *at, lsc_status status, const lsc_error *error)
{
    check_text(at, error->message);
    bool expected = strstr(at->lead_id, at->mine) == at->lead_id && at->own[at->who][at->number];
    ck_assert_int_eq(status, expected ? LSC_OK : LSC_NOT_FOUND);
}

static void put(world *at)
{
    char json[400];
    lsc_error error = LSC_ERROR_INIT;
    snprintf(at->lead_id, sizeof at->lead_id, "%s-%u", at->mine, at->number);
    /* The same addresses in each organization. */
    snprintf(
        json, sizeof json,
        "{\"id\": \"%s\", \"email\": \"%u@x.example\", \"status\": \"open\", \"source\": \"ads\","
        " \"last_name\": \"%s\", \"activities\": [{\"id\": \"1\", \"type\": \"Page Viewed\","
        " \"time\": \"2025-05-01\", \"data\": {\"of\": \"%s\"}}]}",
        at->lead_id, at->number, at->mine, at->mine);
    ck_assert_int_eq(CALL(lsc_store_put_lead_json)(at->store, at->mine, json, strlen(json), &error),
                     LSC_OK);
    at->own[at->who][at->number] = 1;
}

static void get(world *at)
{
    lsc_error error = LSC_ERROR_INIT;
    const char *json = NULL;
    size_t length;
    lsc_status status =
        CALL(lsc_store_lead_json)(at->store, at->mine, at->lead_id, &json, &length, &error);
    check_found(at, status, &error);
    if (status == LSC_OK) {
        check_text(at, json);
    }
}

static void remove_lead(world *at)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_status status = CALL(lsc_store_delete_lead)(at->store, at->mine, at->lead_id, &error);
    check_found(at, status, &error);
    if (status == LSC_OK) {
        at->own[at->who][at->number] = 0;
    }
}

static void add(world *at)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_activity activity = LSC_ACTIVITY_INIT;
    const lsc_outcome outcome = {.time_ms = AS_OF, .converted = true};
    activity.id = "2";
    activity.type = "Email Opened";
    activity.time_ms = AS_OF;
    check_found(at,
                CALL(lsc_store_add_activities)(at->store, at->mine, at->lead_id, &activity, 1, NULL,
                                               &error),
                &error);
    check_found(at, CALL(lsc_store_add_outcome)(at->store, at->mine, at->lead_id, &outcome, &error),
                &error);
    check_found(at, CALL(lsc_store_clear_outcomes)(at->store, at->mine, at->lead_id, &error),
                &error);
}

static void score(world *at)
{
    lsc_error error = LSC_ERROR_INIT;
    const lsc_stored_score *scores;
    size_t n;
    int64_t as_of_ms = AS_OF + roll(&at->dice, 3) * DAY;
    check_found(at,
                CALL(lsc_store_score_lead)(at->store, at->mine, at->lead_id, at->scorer, as_of_ms,
                                           NULL, &error),
                &error);
    lsc_status status = CALL(lsc_store_list_history)(at->store, at->mine, at->lead_id,
                                                     LSC_TIME_NONE, 0, &scores, &n, &error);
    check_found(at, status, &error);
    for (size_t i = 0; status == LSC_OK && i < n; i++) {
        check_text(at, scores[i].lead_id);
    }
}

static void list_activities(world *at)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_activity_query query = LSC_ACTIVITY_QUERY_INIT;
    const lsc_stored_activity *rows = NULL;
    size_t n = 0;
    query.latest_first = roll(&at->dice, 2) == 0;
    lsc_status status = CALL(lsc_store_list_activities)(at->store, at->mine, at->lead_id, &query,
                                                        &rows, &n, &error);
    check_found(at, status, &error);
    for (size_t i = 0; i < n; i++) {
        check_text(at, rows[i].data);
    }
    check_found(at, CALL(lsc_store_note_access)(at->store, at->mine, at->lead_id, &error), &error);
}

static void explain_change(world *at)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_score_change change = LSC_SCORE_CHANGE_INIT;
    const lsc_change_query query = {sizeof query, AS_OF, AS_OF + roll(&at->dice, 3) * DAY, NULL,
                                    NULL};
    lsc_status status =
        CALL(lsc_store_explain_change)(at->store, at->mine, at->lead_id, &query, &change, &error);
    check_text(at, error.message);
    bool own = strstr(at->lead_id, at->mine) == at->lead_id && at->own[at->who][at->number];
    /* Of an own lead whose input went, or which was not scored, there may be nothing to say. */
    ck_assert_msg(status == LSC_NOT_FOUND || own, "%s", error.message);
}

/* Of no other's leads, and none by name. */
static void analyse(world *at)
{
    const lsc_score_count *counts;
    const lsc_grade_conversion *grades;
    const lsc_performance *rows;
    const lsc_conversion_query conversions = {sizeof conversions, AS_OF + 9 * DAY, DAY, NULL,
                                              false};
    const lsc_performance_query months = {sizeof months, AS_OF,           AS_OF + DAY,
                                          DAY,           AS_OF + 2 * DAY, false};
    int64_t n_own = 0;
    int64_t sums[3] = {0, 0, 0};
    size_t n;
    for (unsigned i = 0; i < N_LEADS; i++) {
        n_own += at->own[at->who][i];
    }
    ck_ok(CALL(lsc_store_count_scores)(at->store, at->mine, &counts, &n, error));
    for (size_t i = 0; i < n; i++) {
        sums[0] += counts[i].n_leads;
    }
    ck_ok(CALL(lsc_store_count_conversions)(at->store, at->mine, &conversions, &grades, &n, error));
    for (size_t i = 0; i < n; i++) {
        sums[1] += grades[i].n_leads;
    }
    ck_ok(CALL(lsc_store_list_performance)(at->store, at->mine, &months, &rows, &n, error));
    for (size_t i = 0; i < n; i++) {
        sums[2] += rows[i].n_leads;
    }
    ck_assert(sums[0] <= n_own && sums[1] <= n_own && sums[2] <= n_own);
}

static void list(world *at)
{
    const lsc_stored_lead *leads;
    lsc_lead_query query = LSC_LEAD_QUERY_INIT;
    size_t n;
    char email[32];
    snprintf(email, sizeof email, "%u@x.example", roll(&at->dice, N_LEADS));
    query.after = roll(&at->dice, 2) == 0 ? NULL : at->lead_id; /* perhaps another's */
    query.status = roll(&at->dice, 2) == 0 ? NULL : "open";
    query.source = roll(&at->dice, 2) == 0 ? NULL : "ads";
    query.email = roll(&at->dice, 2) == 0 ? NULL : email;
    ck_ok(CALL(lsc_store_list_leads)(at->store, at->mine, &query, &leads, &n, error));
    ck_assert_uint_le(n, N_LEADS);
    for (size_t i = 0; i < n; i++) {
        ck_assert_int_eq(strncmp(leads[i].id, at->mine, strlen(at->mine)), 0);
    }
}

static void list_scores(world *at)
{
    const lsc_stored_score *scores;
    lsc_score_query query = LSC_SCORE_QUERY_INIT;
    size_t n;
    query.min_score = -1;
    query.after_id = roll(&at->dice, 2) == 0 ? NULL : at->lead_id;
    query.after_score = (int)roll(&at->dice, 101);
    ck_ok(CALL(lsc_store_list_scores)(at->store, at->mine, &query, &scores, &n, error));
    for (size_t i = 0; i < n; i++) {
        ck_assert_int_eq(strncmp(scores[i].lead_id, at->mine, strlen(at->mine)), 0);
    }
}

static bool check_scored(void *ctx, const lsc_stored_score *score, bool changed)
{
    (void)changed;
    const world *at = ctx;
    ck_assert_int_eq(strncmp(score->lead_id, at->mine, strlen(at->mine)), 0);
    return true;
}

static void rescore(world *at)
{
    const lsc_stale_lead *leads;
    size_t n;
    lsc_rescoring options = LSC_RESCORING_INIT;
    lsc_rescoring_counts counts = LSC_RESCORING_COUNTS_INIT;
    options.as_of_ms = AS_OF + 3 * DAY; /* not before any other score */
    options.take = check_scored;
    options.take_ctx = at;
    ck_ok(CALL(lsc_store_list_stale)(at->store, at->mine, options.as_of_ms, 0, &leads, &n, error));
    for (size_t i = 0; i < n; i++) {
        ck_assert_int_eq(strncmp(leads[i].id, at->mine, strlen(at->mine)), 0);
    }
    bool all = roll(&at->dice, 3) == 0;
    ck_ok((all ? CALL(lsc_store_score_all) : CALL(lsc_store_score_stale))(
        at->store, at->mine, lsc_scorer_model(at->scorer), &options, &counts, error));
    ck_assert(all ? counts.scored >= n : counts.scored == n);
}

static void count(world *at)
{
    int64_t expected = 0;
    for (unsigned i = 0; i < N_LEADS; i++) {
        expected += at->own[at->who][i];
    }
    lsc_store_counts counts = LSC_STORE_COUNTS_INIT;
    ck_ok(CALL(lsc_store_count)(at->store, at->mine, &counts, error));
    ck_assert_int_eq(counts.leads, expected);
}

/* The lead as an object, its activities, its UUID. */
static void use_lead(world *at)
{
    static const char deed[] = "{\"id\": \"3\", \"type\": \"t\", \"time\": \"2025-05-01\"}";
    lsc_error why = LSC_ERROR_INIT;
    lsc_lead *lead;
    char uuid[37];
    ck_ok(lsc_lead_new(NULL, &lead, error));
    lsc_status status = CALL(lsc_store_get_lead)(at->store, at->mine, at->lead_id, lead, &why);
    check_found(at, status, &why);
    check_text(at, lsc_lead_id(lead));
    if (status == LSC_OK) {
        ck_ok(CALL(lsc_store_put_lead)(at->store, at->mine, lead, error));
    }
    lsc_lead_free(lead);
    status = CALL(lsc_store_add_activities_json)(at->store, at->mine, at->lead_id, deed,
                                                 strlen(deed), NULL, &why);
    check_found(at, status, &why);
    check_found(at, CALL(lsc_store_lead_uuid)(at->store, at->mine, at->lead_id, uuid, &why), &why);
}

static bool keep_text(void *ctx, const char *bytes, size_t length)
{
    char *text = ctx;
    const size_t held = strlen(text);
    ck_assert_uint_lt(held + length, 20000);
    memcpy(text + held, bytes, length);
    text[held + length] = '\0';
    return true;
}

static void export_lead(world *at)
{
    static char text[20001];
    lsc_error why = LSC_ERROR_INIT;
    text[0] = '\0';
    check_found(
        at, CALL(lsc_store_export_lead)(at->store, at->mine, at->lead_id, keep_text, text, &why),
        &why);
    check_text(at, text);
}

static void consent(world *at)
{
    lsc_error why = LSC_ERROR_INIT;
    const lsc_consent given = {sizeof given, "marketing", true, AS_OF, at->mine};
    const lsc_consent *consents = NULL;
    size_t n = 0;
    check_found(at, CALL(lsc_store_set_consent)(at->store, at->mine, at->lead_id, &given, &why),
                &why);
    check_found(
        at, CALL(lsc_store_list_consents)(at->store, at->mine, at->lead_id, &consents, &n, &why),
        &why);
    for (size_t i = 0; i < n; i++) {
        ck_assert_str_eq(consents[i].source, at->mine);
    }
}

/* A model that was trained from a lead of all that are named: the own ones alone are noted. */
static void erase(world *at)
{
    char sha256[65];
    const char *const ids[] = {at->lead_id};
    const char *const *models = NULL;
    size_t n = 0;
    lsc_error why = LSC_ERROR_INIT;
    memset(sha256, 'a' + (int)at->who, 64);
    sha256[64] = '\0';
    ck_ok(CALL(lsc_store_note_training)(at->store, at->mine, sha256, ids, 1, error));
    lsc_status status =
        CALL(lsc_store_erase_lead)(at->store, at->mine, at->lead_id, &models, &n, &why);
    check_found(at, status, &why);
    ck_assert_uint_eq(n, status == LSC_OK);
    if (status == LSC_OK) {
        ck_assert_str_eq(models[0], sha256);
        at->own[at->who][at->number] = 0;
    }
}

/* The activities of one organization go; those of the others stay. */
static void retain(world *at)
{
    lsc_retention retention = LSC_RETENTION_INIT;
    const int64_t all = counts_of(at->store, NULL).activities;
    const int64_t own = counts_of(at->store, at->mine).activities;
    retention.activities_before_ms = AS_OF + DAY;
    ck_ok(CALL(lsc_store_retain)(at->store, at->mine, &retention, NULL, error));
    ck_assert_int_eq(counts_of(at->store, NULL).activities, all - own);
}

static void use_accounts(world *at)
{
    lsc_error why = LSC_ERROR_INIT;
    lsc_account account = LSC_ACCOUNT_INIT;
    const lsc_stored_account *accounts;
    char uuid[37];
    size_t n;
    account.type = (lsc_account_type)roll(&at->dice, 2);
    account.id = at->lead_id; /* which names whose it is; a name of another's is none here */
    account.role = at->mine;
    if (strstr(at->lead_id, at->mine) == at->lead_id) {
        ck_ok(CALL(lsc_store_put_account)(at->store, at->mine, &account, error));
    }
    ck_ok(CALL(lsc_store_list_accounts)(at->store, at->mine, account.type, NULL, 0, &accounts, &n,
                                        error));
    for (size_t i = 0; i < n; i++) {
        ck_assert_str_eq(accounts[i].role, at->mine);
    }
    lsc_status status =
        CALL(lsc_store_get_account)(at->store, at->mine, account.type, account.id, &accounts, &why);
    const lsc_status expected =
        strstr(at->lead_id, at->mine) == at->lead_id ? LSC_OK : LSC_NOT_FOUND;
    ck_assert_int_eq(status, expected);
    check_text(at, why.message);
    ck_assert_int_eq(
        CALL(lsc_store_account_uuid)(at->store, at->mine, account.type, account.id, uuid, NULL),
        expected);
    ck_assert_int_eq(CALL(lsc_store_set_account_active)(at->store, at->mine, account.type,
                                                        account.id, false, NULL),
                     expected);
    ck_assert_int_eq(
        CALL(lsc_store_delete_account)(at->store, at->mine, account.type, account.id, NULL),
        expected);
}

static void list_audit(world *at)
{
    const lsc_audit_row *rows;
    lsc_audit_query query = LSC_AUDIT_QUERY_INIT;
    size_t n;
    query.after = roll(&at->dice, 5000);
    ck_ok(CALL(lsc_store_list_audit)(at->store, at->mine, &query, &rows, &n, error));
    for (size_t i = 0; i < n; i++) {
        ck_assert_str_eq(rows[i].organization, at->mine);
    }
}

/* Each has one model, of the same bytes. */
static void use_models(world *at)
{
    const lsc_stored_model *models;
    lsc_model *model;
    char sha256[65];
    size_t n;
    ck_ok(CALL(lsc_store_list_models)(at->store, at->mine, &models, &n, error));
    ck_assert_uint_eq(n, 1);
    ck_ok(CALL(lsc_store_load_model)(at->store, at->mine, models[0].sha256, NULL, &model, error));
    lsc_model_unref(model);
    test_bundle bundle = scorecard_bundle();
    ck_ok(CALL(lsc_store_add_model)(at->store, at->mine, bundle.bytes, bundle.length, NULL, sha256,
                                    error));
    free(bundle.bytes);
    ck_ok(CALL(lsc_store_activate_model)(at->store, at->mine, sha256, true, error));
}

static void take_in(world *at)
{
    char path[4300];
    char line[200];
    lsc_ingest files = LSC_INGEST_INIT;
    snprintf(path, sizeof path, "%s/tenancy.ndjson", lsc_test_folder());
    snprintf(line, sizeof line, "{\"id\": \"%s-%u\", \"last_name\": \"%s\"}\n", at->mine,
             at->number, at->mine);
    write_file(path, line);
    files.leads = path;
    ck_ok(CALL(lsc_store_ingest)(at->store, at->mine, &files, NULL, error));
    at->own[at->who][at->number] = 1;
}

/* Nothing else is noted by then: those of erase() are gone. */
static void note_source(world *at, lsc_source *source)
{
    char others[300];
    uint64_t n_gone;
    ck_ok(CALL(lsc_store_note_source)(at->store, source, "model", 5, &n_gone, error));
    ck_assert_uint_eq(n_gone, 0);
    snprintf(others, sizeof others,
             "SELECT count(*) FROM trained_leads JOIN leads ON leads.key = lead_key"
             " JOIN organizations o ON o.key = organization_key WHERE o.external_id <> '%s'",
             at->mine);
    ck_assert_int_eq(read_number(at->path, others), 0);
    ck_assert_int_eq(read_number(at->path, "SELECT count(*) FROM trained_leads"),
                     counts_of(at->store, at->mine).leads);
    run_sql(at->path, "DELETE FROM trained_leads");
}

static void read_source(world *at)
{
    lsc_source *source;
    lsc_record record;
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    const lsc_store_actor actor = {sizeof actor, NULL, no_time, NULL};
    bool more = true;
    options.actor = &actor;
    ck_ok(CALL(lsc_source_open_store)(at->path, at->mine, &options, &source, error));
    while (more) {
        ck_ok(lsc_source_next(source, &record, &more, error));
        ck_assert(!more || strncmp(lsc_lead_id(record.lead), at->mine, strlen(at->mine)) == 0);
    }
    note_source(at, source);
    lsc_source_free(source);
}

/* Calls of the store that name no organization, and why they may. */
static const char *const of_all[] = {
    /* The file as a whole, or the connection. */
    "lsc_store_open", "lsc_store_close", "lsc_store_begin", "lsc_store_commit",
    "lsc_store_rollback", "lsc_store_check", "lsc_store_backup", "lsc_store_restore",
    "lsc_store_rekey", "lsc_store_purge", "lsc_store_set_actor", "lsc_store_set_audited",
    "lsc_store_audit_head", "lsc_store_verify",
    /* Who the organizations are: of who runs the store. */
    "lsc_store_add_organization", "lsc_store_list_organizations"};

static bool is_of_all(const char *name)
{
    bool found = strstr(name, "_init") != NULL; /* of a struct */
    for (size_t i = 0; i < sizeof of_all / sizeof of_all[0]; i++) {
        found = found || strcmp(of_all[i], name) == 0;
    }
    return found;
}

/* Every function of the library's map was called, or is named above. */
static void check_map(void)
{
    size_t length;
    size_t n = 0;
    char *map = read_text(LSC_STORE_MAP, &length);
    char *rest = NULL;
    for (char *word = strtok_r(map, " ;\n", &rest); word != NULL;
         word = strtok_r(NULL, " ;\n", &rest)) {
        const bool is_call =
            strncmp(word, "lsc_store_", 10) == 0 || strcmp(word, "lsc_source_open_store") == 0;
        ck_assert_msg(!is_call || is_called(word) != is_of_all(word),
                      "%s: call it with an organization, or say why it needs none", word);
        n += is_call;
    }
    ck_assert_uint_gt(n, 40);
    free(map);
}

/* Rows of the trail hold UUIDs alone, also after calls that were refused. */
static void check_trail(const char *path)
{
    ck_assert_int_gt(read_number(path, "SELECT count(DISTINCT action) FROM audit_log"), 20);
    ck_assert_int_eq(
        read_number(path, "SELECT count(*) FROM (SELECT actor AS name FROM audit_log UNION ALL"
                          " SELECT subject FROM audit_log) WHERE name IS NOT NULL AND"
                          " (length(name) <> 36 OR name GLOB '*[^0-9a-f-]*')"),
        0);
    ck_assert_int_eq(read_number(path, "SELECT count(*) FROM audit_log WHERE action GLOB"
                                       " '*[^a-z ]*' OR typeof(amount) <> 'integer'"),
                     0);
}

START_TEST(no_call_gives_a_row_of_another_organization)
{
    static void (*const calls[])(world *) = {put,
                                             put,
                                             put,
                                             take_in,
                                             get,
                                             remove_lead,
                                             use_lead,
                                             add,
                                             score,
                                             list,
                                             count,
                                             rescore,
                                             explain_change,
                                             list_scores,
                                             consent,
                                             export_lead,
                                             read_source,
                                             erase,
                                             retain,
                                             use_accounts,
                                             use_models,
                                             list_audit,
                                             analyse,
                                             list_activities};
    char sha256[65];
    world at = {.path = fresh_path("tenancy.store"), .scorer = make_scorer(false), .dice = {11}};
    const lsc_store_actor actor = {sizeof actor, NULL, no_time, NULL};
    at.store = file_store(at.path);
    ck_ok(lsc_store_set_actor(at.store, &actor, error));
    ck_ok(lsc_store_set_audited(at.store, true, error));
    for (int i = 0; i < N_ORGANIZATIONS; i++) {
        ck_ok(lsc_store_add_organization(at.store, names[i], NULL, error));
        add_model(at.store, names[i], false, sha256);
    }
    for (int i = 0; i < N_CALLS; i++) {
        at.who = roll(&at.dice, N_ORGANIZATIONS);
        at.mine = names[at.who];
        at.number = roll(&at.dice, N_LEADS);
        snprintf(at.lead_id, sizeof at.lead_id, "%s-%u", names[roll(&at.dice, N_ORGANIZATIONS)],
                 at.number);
        calls[roll(&at.dice, sizeof calls / sizeof calls[0])](&at);
    }
    ck_ok(lsc_store_check(at.store, error));
    check_map();
    check_trail(at.path);
    lsc_scorer_free(at.scorer);
    lsc_store_close(at.store);
}
END_TEST

START_TEST(a_model_of_another_organization_is_not_there)
{
    lsc_store *store = memory_store();
    lsc_scorer *scorer = make_scorer(true);
    lsc_model *model;
    char sha256[65];
    add_model(store, GLOBEX, true, sha256);
    put_lead(store, ACME, 1);
    ck_fails(lsc_store_load_model(store, ACME, sha256, NULL, &model, error), LSC_NOT_FOUND, sha256);
    ck_fails(lsc_store_activate_model(store, ACME, sha256, true, error), LSC_NOT_FOUND, sha256);
    ck_fails(lsc_store_score_lead(store, ACME, "lead-1", scorer, AS_OF, NULL, error), LSC_NOT_FOUND,
             "no model");
    lsc_scorer_free(scorer);
    lsc_store_close(store);
}
END_TEST

LSC_SUITE("store/tenancy", TEST(no_call_gives_a_row_of_another_organization),
          TEST(a_model_of_another_organization_is_not_there))
