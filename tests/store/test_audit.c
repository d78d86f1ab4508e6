#include "store_tools.h"

#include <sqlite3.h>

/* The audit trail. */

#define ACTOR "0f8fad5b-d9cb-469f-a165-70867728950e"

static const lsc_store_key key = {sizeof key, "first", {1, 2, 3}};

static int64_t tick(void *ctx)
{
    int64_t *now = ctx;
    return ++*now;
}

static int64_t now = AS_OF;

static lsc_store_actor actor_at(void)
{
    lsc_store_actor actor = LSC_STORE_ACTOR_INIT;
    actor.uuid = ACTOR;
    actor.now_ms = tick;
    actor.ctx = &now;
    return actor;
}

static lsc_store *open_audited(const char *path, bool sealed)
{
    lsc_store *store;
    const lsc_store_actor actor = actor_at();
    lsc_store_options options = quick();
    options.key = sealed ? &key : NULL;
    options.actor = &actor;
    ck_ok(lsc_store_open(path, &options, &store, error));
    return store;
}

/* An audited store with a lead or two. */
static lsc_store *audited_store(const char *path, bool sealed)
{
    lsc_store *store = open_audited(path, sealed);
    ck_ok(lsc_store_add_organization(store, ACME, NULL, error));
    ck_ok(lsc_store_set_audited(store, true, error));
    put_lead(store, ACME, 1);
    put_lead(store, ACME, 2);
    return store;
}

static int64_t n_rows(lsc_store *store)
{
    char head[65];
    int64_t n;
    ck_ok(lsc_store_audit_head(store, &n, head, error));
    return n;
}

/** A call of the store, on lead 1, of which a row must tell. */
#define NOTED(call)                                              \
    do {                                                         \
        const int64_t before = n_rows(store);                    \
        ck_ok(call);                                             \
        ck_assert_msg(n_rows(store) == before + 1, "%s", #call); \
    } while (0)

static const char activity[] = "{\"id\": \"z\", \"type\": \"t\", \"time\": \"2025-05-01\"}";

static bool take_bytes(void *ctx, const char *bytes, size_t length)
{
    (void)ctx;
    return bytes != NULL && length > 0;
}

START_TEST(every_reading_and_change_of_personal_data_is_noted)
{
    const char *path = fresh_path("noted.store");
    lsc_store *store = audited_store(path, true);
    lsc_scorer *scorer = make_scorer(false);
    lsc_lead *lead = make_lead(1, NULL);
    const lsc_outcome outcome = {.time_ms = AS_OF, .converted = true};
    const lsc_consent consent = {sizeof consent, "marketing", true, AS_OF, NULL};
    const lsc_store_actor actor = actor_at();
    const char *const ids[] = {"lead-1", "lead-2"};
    const lsc_stored_lead *leads;
    const lsc_stored_score *scores;
    const lsc_consent *consents;
    const char *json;
    char sha256[65];
    size_t n;
    lsc_source *source;
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    add_model(store, ACME, false, sha256);
    NOTED(lsc_store_put_lead(store, ACME, lead, error));
    NOTED(lsc_store_put_lead_json(store, ACME, "{\"id\": \"x\"}", 11, error));
    NOTED(lsc_store_get_lead(store, ACME, "lead-1", lead, error));
    NOTED(lsc_store_lead_json(store, ACME, "lead-1", &json, &n, error));
    NOTED(lsc_store_list_leads(store, ACME, NULL, &leads, &n, error));
    NOTED(lsc_store_add_activities(store, ACME, "lead-1", NULL, 0, NULL, error));
    NOTED(lsc_store_add_activities_json(store, ACME, "lead-1", activity, strlen(activity), NULL,
                                        error));
    NOTED(lsc_store_add_outcome(store, ACME, "lead-1", &outcome, error));
    NOTED(lsc_store_clear_outcomes(store, ACME, "lead-1", error));
    NOTED(lsc_store_set_consent(store, ACME, "lead-1", &consent, error));
    NOTED(lsc_store_list_consents(store, ACME, "lead-1", &consents, &n, error));
    const lsc_stored_activity *activities;
    NOTED(lsc_store_list_activities(store, ACME, "lead-1", NULL, &activities, &n, error));
    NOTED(lsc_store_note_access(store, ACME, "lead-1", error));
    NOTED(lsc_store_score_lead(store, ACME, "lead-1", scorer, AS_OF, NULL, error));
    NOTED(lsc_store_list_scores(store, ACME, NULL, &scores, &n, error));
    NOTED(lsc_store_list_history(store, ACME, "lead-1", LSC_TIME_NONE, 0, &scores, &n, error));
    const lsc_stale_lead *stale;
    NOTED(lsc_store_list_stale(store, ACME, AS_OF, 0, &stale, &n, error));
    NOTED(lsc_store_note_training(store, ACME, sha256, ids, 2, error));
    lsc_rescoring again = LSC_RESCORING_INIT;
    again.as_of_ms = AS_OF;
    NOTED(lsc_store_score_all(store, ACME, lsc_scorer_model(scorer), &again, NULL, error));
    NOTED(lsc_store_export_lead(store, ACME, "lead-1", take_bytes, NULL, error));
    lsc_account account = LSC_ACCOUNT_INIT;
    const lsc_stored_account *accounts;
    account.id = "jo";
    NOTED(lsc_store_put_account(store, ACME, &account, error));
    NOTED(lsc_store_get_account(store, ACME, LSC_ACCOUNT_USER, "jo", &accounts, error));
    NOTED(lsc_store_list_accounts(store, ACME, LSC_ACCOUNT_USER, NULL, 0, &accounts, &n, error));
    NOTED(lsc_store_set_account_active(store, ACME, LSC_ACCOUNT_USER, "jo", false, error));
    NOTED(lsc_store_delete_account(store, ACME, LSC_ACCOUNT_USER, "jo", error));
    NOTED(lsc_store_delete_lead(store, ACME, "lead-1", error));
    NOTED(lsc_store_erase_lead(store, ACME, "lead-2", NULL, NULL, error));
    NOTED(lsc_store_backup(store, fresh_path("noted.backup"), NULL, error));
    options.key = &key;
    options.actor = &actor;
    NOTED(lsc_source_open_store(path, ACME, &options, &source, error));
    NOTED(lsc_store_note_source(store, source, "model", 5, NULL, error));
    lsc_source_free(source);
    ck_ok(lsc_store_verify(store, NULL, NULL, error));
    ck_ok(lsc_store_set_audited(store, false, error));
    int64_t before = n_rows(store);
    ck_ok(lsc_store_list_leads(store, ACME, NULL, &leads, &n, error));
    ck_assert_int_eq(n_rows(store), before);
    lsc_lead_free(lead);
    lsc_scorer_free(scorer);
    lsc_store_close(store);
    ck_assert_int_eq(read_number(path, "SELECT count(*) FROM audit_log WHERE actor <> '" ACTOR "'"),
                     0);
    /* Of leads that are gone: the first putting of each, and the 14 calls above that name one. */
    ck_assert_int_eq(read_number(path,
                                 "SELECT count(*) FROM audit_log WHERE subject NOT IN"
                                 " (SELECT uuid FROM leads) AND action NOT IN"
                                 " ('delete lead', 'erase lead') AND action NOT LIKE '%user'"),
                     16);
}
END_TEST

static int64_t last_amount(lsc_store *store, const char *action)
{
    const lsc_audit_row *rows;
    size_t n;
    ck_ok(lsc_store_list_audit(store, NULL, NULL, &rows, &n, error));
    ck_assert_uint_gt(n, 0);
    ck_assert_str_eq(rows[n - 1].action, action);
    ck_assert_str_eq(rows[n - 1].organization, ACME);
    ck_assert_ptr_null(rows[n - 1].subject);
    return rows[n - 1].amount;
}

/* Both tell of several leads: how many, not which. */
START_TEST(stale_leads_and_trainings_are_noted_with_their_number)
{
    static const char hash[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    const char *const ids[] = {"lead-1", "lead-2", "gone"};
    lsc_store *store = audited_store(NULL, false);
    const lsc_stale_lead *stale;
    size_t n;
    ck_ok(lsc_store_list_stale(store, ACME, AS_OF, 1, &stale, &n, error));
    ck_assert_uint_eq(n, 1);
    ck_assert_int_eq(last_amount(store, "list stale leads"), 1);
    ck_ok(lsc_store_note_training(store, ACME, hash, ids, 1, error));
    ck_assert_int_eq(last_amount(store, "note training"), 1);
    ck_ok(lsc_store_note_training(store, ACME, hash, ids, 3, error)); /* lead-1 was there */
    ck_assert_int_eq(last_amount(store, "note training"), 1);
    const int64_t before = n_rows(store);
    ck_fails(lsc_store_list_stale(store, "none", AS_OF, 0, &stale, &n, error), LSC_NOT_FOUND,
             "none");
    ck_fails(lsc_store_note_training(store, "none", hash, ids, 1, error), LSC_NOT_FOUND, "none");
    ck_assert_int_eq(n_rows(store), before);
    lsc_store_close(store);
}
END_TEST

START_TEST(who_acts_is_said_first)
{
    const char *path = fresh_path("actors.store");
    lsc_store *store;
    lsc_lead *lead;
    lsc_store_options options = quick();
    lsc_store_actor actor = actor_at();
    const lsc_stale_lead *stale;
    size_t n;
    ck_ok(lsc_lead_new(NULL, &lead, error));
    ck_ok(lsc_store_open(path, &options, &store, error));
    ck_fails(lsc_store_set_audited(store, true, error), LSC_INVALID_ARG, "who acts");
    actor.uuid = "jo@acme.example";
    ck_fails(lsc_store_set_actor(store, &actor, error), LSC_INVALID_ARG, "UUID");
    actor = actor_at();
    actor.now_ms = NULL;
    ck_fails(lsc_store_set_actor(store, &actor, error), LSC_INVALID_ARG, "now_ms");
    lsc_store_close(store);
    lsc_store_close(audited_store(path, false));
    ck_ok(lsc_store_open(path, &options, &store, error));
    ck_fails(lsc_store_get_lead(store, ACME, "lead-1", lead, error), LSC_INVALID_ARG, "who acts");
    ck_fails(lsc_store_delete_lead(store, ACME, "lead-1", error), LSC_INVALID_ARG, "who acts");
    ck_fails(lsc_store_list_stale(store, ACME, AS_OF, 0, &stale, &n, error), LSC_INVALID_ARG,
             "who acts");
    ck_assert_int_eq(counts_of(store, ACME).leads, 2);
    actor = actor_at();
    actor.uuid = NULL;
    ck_ok(lsc_store_set_actor(store, &actor, error));
    ck_ok(lsc_store_get_lead(store, ACME, "lead-1", lead, error));
    lsc_store_close(store);
    options = (lsc_store_options)LSC_STORE_OPTIONS_INIT;
    options.read_only = true;
    options.actor = &actor;
    ck_ok(lsc_store_open(path, &options, &store, error));
    ck_fails(lsc_store_get_lead(store, ACME, "lead-1", lead, error), LSC_IO, "open it to write");
    ck_ok(lsc_store_verify(store, NULL, NULL, error));
    lsc_store_close(store);
    lsc_lead_free(lead);
}
END_TEST

/* What is undone with its transaction is not noted; what is refused neither. */
START_TEST(what_did_not_happen_is_not_noted)
{
    lsc_store *store = audited_store(NULL, false);
    int64_t before = n_rows(store);
    ck_ok(lsc_store_begin(store, error));
    put_lead(store, ACME, 3);
    lsc_store_rollback(store);
    ck_fails(lsc_store_delete_lead(store, ACME, "none", error), LSC_NOT_FOUND, "none");
    ck_assert_int_eq(n_rows(store), before);
    ck_ok(lsc_store_verify(store, NULL, &before, error));
    ck_assert_int_eq(n_rows(store), before);
    lsc_store_close(store);
}
END_TEST

START_TEST(an_actor_is_a_uuid_to_the_last_character)
{
    static const char *const others[] = {"",
                                         "0f8fad5b-d9cb-469f-a165-70867728950",
                                         "0f8fad5b-d9cb-469f-a165-70867728950e0",
                                         "0f8fad5b0d9cb-469f-a165-70867728950e",
                                         "0f8fad5b-d9cb-469f-a165-7086772895-e",
                                         "0f8fad5b-d9cb-469f-a165-70867728950g"};
    lsc_store *store = audited_store(NULL, false);
    lsc_store_actor actor = actor_at();
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        actor.uuid = others[i];
        ck_fails(lsc_store_set_actor(store, &actor, error), LSC_INVALID_ARG, "UUID");
    }
    actor.uuid = "0F8FAD5B-D9CB-469F-A165-70867728950E";
    ck_ok(lsc_store_set_actor(store, &actor, error));
    lsc_store_close(store);
}
END_TEST

static int64_t no_time(void *ctx)
{
    (void)ctx;
    return LSC_TIME_NONE;
}

START_TEST(nothing_is_done_while_the_clock_gives_no_time)
{
    lsc_store *store = audited_store(NULL, false);
    const int64_t before = n_rows(store);
    lsc_store_actor actor = actor_at();
    actor.now_ms = no_time;
    ck_ok(lsc_store_set_actor(store, &actor, error));
    ck_fails(lsc_store_delete_lead(store, ACME, "lead-1", error), LSC_INVALID_ARG, "no time");
    ck_fails(lsc_store_set_audited(store, false, error), LSC_INVALID_ARG, "no time");
    actor = actor_at();
    ck_ok(lsc_store_set_actor(store, &actor, error));
    ck_assert_int_eq(counts_of(store, ACME).leads, 2);
    ck_assert_int_eq(n_rows(store), before);
    ck_ok(lsc_store_delete_lead(store, ACME, "lead-1", error));
    lsc_store_close(store);
}
END_TEST

/** What someone does to the trail in the file, and the row that verifying then names. */
typedef struct attack {
    const char *sql;
    const char *words;
    bool by_anchor; /* found with an anchor alone */
} attack;

static const attack attacks[] = {
    {"UPDATE audit_log SET actor = NULL WHERE number = 2", "row 2 ", false},
    {"UPDATE audit_log SET time = time + 1 WHERE number = 1", "row 1 ", false},
    {"UPDATE audit_log SET subject = NULL WHERE number = 3", "row 3 ", false},
    {"UPDATE audit_log SET action = 'read lead' WHERE number = 3", "row 3 ", false},
    {"UPDATE audit_log SET amount = 7 WHERE number = 3", "row 3 ", false},
    {"UPDATE audit_log SET action = action || substr(subject, 1, 1), subject = substr(subject, 2)"
     " WHERE number = 3",
     "row 3 ", false},
    {"UPDATE audit_log SET organization_key = 9 WHERE number = 3", "row 3 ", false},
    {"UPDATE audit_log SET mac = zeroblob(32) WHERE number = 2", "row 2 ", false},
    {"DELETE FROM audit_log WHERE number = 2", "row 2 ", false},
    {"DELETE FROM audit_log WHERE number = 1", "row 1 ", false},
    {"DELETE FROM audit_log WHERE number = 2; UPDATE audit_log SET number = 2 WHERE number = 3",
     "row 2 ", false},
    {"DELETE FROM audit_log WHERE number = 3", "row 3 ", true},
    {"DELETE FROM audit_log", "row 1 ", true},
};

static void check_attacks(bool sealed)
{
    for (size_t i = 0; i < sizeof attacks / sizeof attacks[0]; i++) {
        const char *path = fresh_path("attacked.store");
        lsc_store *store = audited_store(path, sealed);
        char head[65];
        int64_t n;
        ck_ok(lsc_store_audit_head(store, &n, head, error));
        ck_assert_int_eq(n, 3);
        ck_ok(lsc_store_verify(store, head, &n, error));
        put_lead(store, ACME, 3);
        ck_ok(lsc_store_verify(store, head, &n, error));
        lsc_store_close(store);
        run_sql(path, "DELETE FROM audit_log WHERE number = 4");
        run_sql(path, attacks[i].sql);
        store = open_audited(path, sealed);
        ck_fails(lsc_store_verify(store, head, NULL, error), LSC_BAD_STORE, attacks[i].words);
        if (attacks[i].by_anchor) {
            ck_ok(lsc_store_verify(store, NULL, NULL, error));
        } else {
            ck_fails(lsc_store_verify(store, NULL, NULL, error), LSC_BAD_STORE, attacks[i].words);
        }
        lsc_store_close(store);
    }
}

START_TEST(a_changed_missing_or_cut_off_row_is_found)
{
    check_attacks(false);
    check_attacks(true);
}
END_TEST

/** The head of the trail after its first row, and after the third. */
static void find_heads(bool sealed, int64_t first_ms, char head[65], char later[65])
{
    int64_t n;
    lsc_store *store = open_audited(NULL, sealed);
    now = first_ms;
    ck_ok(lsc_store_set_audited(store, true, error));
    ck_ok(lsc_store_audit_head(store, &n, head, error));
    now = AS_OF;
    ck_ok(lsc_store_set_audited(store, false, error));
    ck_ok(lsc_store_set_audited(store, true, error));
    ck_ok(lsc_store_set_audited(store, true, error)); /* as it was: no row */
    ck_ok(lsc_store_audit_head(store, &n, later, error));
    ck_assert_int_eq(n, 3);
    lsc_store_close(store);
}

/* Of a store without a key anyone can compute the code of a row that he changed: those after it tell. */
START_TEST(the_head_tells_of_every_row_before)
{
    char heads[3][65];
    char laters[3][65];
    find_heads(false, AS_OF - DAY, heads[0], laters[0]);
    find_heads(false, AS_OF - DAY, heads[1], laters[1]);
    find_heads(false, AS_OF - 2 * DAY, heads[2], laters[2]);
    ck_assert_str_eq(laters[0], laters[1]);
    ck_assert_str_ne(laters[0], laters[2]);
}
END_TEST

START_TEST(the_first_row_of_a_store_with_a_key_is_under_it)
{
    char heads[2][65];
    char laters[2][65];
    find_heads(false, AS_OF - DAY, heads[0], laters[0]);
    find_heads(true, AS_OF - DAY, heads[1], laters[1]);
    ck_assert_str_ne(heads[0], heads[1]);
    ck_assert_str_ne(laters[0], laters[1]);
}
END_TEST

/* Rows from before a store had a key, and after its key was changed. */
START_TEST(the_trail_goes_on_when_keys_change)
{
    const lsc_store_key other = {sizeof other, "other", {9}};
    lsc_store *store = audited_store(fresh_path("going.store"), false);
    char head[65];
    int64_t n;
    ck_ok(lsc_store_audit_head(store, &n, head, error));
    ck_ok(lsc_store_rekey(store, &key, error));
    put_lead(store, ACME, 3);
    ck_ok(lsc_store_rekey(store, &other, error));
    put_lead(store, ACME, 4);
    ck_ok(lsc_store_verify(store, head, &n, error));
    ck_assert_int_eq(n, 5);
    ck_fails(lsc_store_verify(store, "zz", &n, error), LSC_INVALID_ARG, "64");
    lsc_store_close(store);
}
END_TEST

LSC_SUITE("store/audit", TEST(every_reading_and_change_of_personal_data_is_noted),
          TEST(stale_leads_and_trainings_are_noted_with_their_number), TEST(who_acts_is_said_first),
          TEST(an_actor_is_a_uuid_to_the_last_character), TEST(what_did_not_happen_is_not_noted),
          TEST(nothing_is_done_while_the_clock_gives_no_time),
          TEST(a_changed_missing_or_cut_off_row_is_found), TEST(the_head_tells_of_every_row_before),
          TEST(the_first_row_of_a_store_with_a_key_is_under_it),
          TEST(the_trail_goes_on_when_keys_change))
