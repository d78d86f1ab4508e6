#include "store_tools.h"

/* Random calls over several organizations: no call gives anything of another's. Every text of an
   organization holds its name, so that what is given shows whose it is. */

#define N_ORGANIZATIONS 4
#define N_LEADS 12u
#define N_CALLS 3000

static const char *const names[N_ORGANIZATIONS] = {"alpha", "bravo", "charlie", "delta"};

typedef struct world {
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
    ck_assert_int_eq(lsc_store_put_lead_json(at->store, at->mine, json, strlen(json), &error),
                     LSC_OK);
    at->own[at->who][at->number] = 1;
}

static void get(world *at)
{
    lsc_error error = LSC_ERROR_INIT;
    const char *json = NULL;
    size_t length;
    lsc_status status =
        lsc_store_lead_json(at->store, at->mine, at->lead_id, &json, &length, &error);
    check_found(at, status, &error);
    if (status == LSC_OK) {
        check_text(at, json);
    }
}

static void remove_lead(world *at)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_status status = lsc_store_delete_lead(at->store, at->mine, at->lead_id, &error);
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
    check_found(
        at, lsc_store_add_activities(at->store, at->mine, at->lead_id, &activity, 1, NULL, &error),
        &error);
    check_found(at, lsc_store_add_outcome(at->store, at->mine, at->lead_id, &outcome, &error),
                &error);
    check_found(at, lsc_store_clear_outcomes(at->store, at->mine, at->lead_id, &error), &error);
}

static void score(world *at)
{
    lsc_error error = LSC_ERROR_INIT;
    const lsc_stored_score *scores;
    size_t n;
    int64_t as_of_ms = AS_OF + roll(&at->dice, 3) * DAY;
    check_found(
        at,
        lsc_store_score_lead(at->store, at->mine, at->lead_id, at->scorer, as_of_ms, NULL, &error),
        &error);
    lsc_status status = lsc_store_list_history(at->store, at->mine, at->lead_id, LSC_TIME_NONE, 0,
                                               &scores, &n, &error);
    check_found(at, status, &error);
    for (size_t i = 0; status == LSC_OK && i < n; i++) {
        check_text(at, scores[i].lead_id);
    }
}

static void explain_change(world *at)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_score_change change = LSC_SCORE_CHANGE_INIT;
    const lsc_change_query query = {sizeof query, AS_OF, AS_OF + roll(&at->dice, 3) * DAY, NULL,
                                    NULL};
    lsc_status status =
        lsc_store_explain_change(at->store, at->mine, at->lead_id, &query, &change, &error);
    check_text(at, error.message);
    bool own = strstr(at->lead_id, at->mine) == at->lead_id && at->own[at->who][at->number];
    ck_assert_msg(status == LSC_NOT_FOUND || (status == LSC_OK && own), "%s", error.message);
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
    ck_ok(lsc_store_list_leads(at->store, at->mine, &query, &leads, &n, error));
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
    ck_ok(lsc_store_list_scores(at->store, at->mine, &query, &scores, &n, error));
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
    ck_ok(lsc_store_list_stale(at->store, at->mine, options.as_of_ms, 0, &leads, &n, error));
    for (size_t i = 0; i < n; i++) {
        ck_assert_int_eq(strncmp(leads[i].id, at->mine, strlen(at->mine)), 0);
    }
    bool all = roll(&at->dice, 3) == 0;
    ck_ok((all ? lsc_store_score_all : lsc_store_score_stale)(
        at->store, at->mine, lsc_scorer_model(at->scorer), &options, &counts, error));
    ck_assert(all ? counts.scored >= n : counts.scored == n);
}

static void count(world *at)
{
    int64_t expected = 0;
    for (unsigned i = 0; i < N_LEADS; i++) {
        expected += at->own[at->who][i];
    }
    ck_assert_int_eq(counts_of(at->store, at->mine).leads, expected);
}

START_TEST(no_call_gives_a_row_of_another_organization)
{
    static void (*const calls[])(world *) = {
        put, put, get, remove_lead, add, score, list, list_scores, count, rescore, explain_change};
    char sha256[65];
    world at = {.store = memory_store(), .scorer = make_scorer(false), .dice = {11}};
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
