#include "store_tools.h"

/* Consents that were given and withdrawn. */

static void say(lsc_store *store, unsigned number, const char *purpose, bool given, int64_t time_ms)
{
    char id[32];
    lsc_consent consent = LSC_CONSENT_INIT;
    snprintf(id, sizeof id, "lead-%u", number);
    consent.purpose = purpose;
    consent.given = given;
    consent.time_ms = time_ms;
    consent.source = "form-7";
    ck_ok(lsc_store_set_consent(store, ACME, id, &consent, error));
}

static lsc_outcome_status status_of(lsc_store *store, lsc_scorer *scorer, unsigned number,
                                    int64_t as_of_ms)
{
    char id[32];
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    snprintf(id, sizeof id, "lead-%u", number);
    ck_ok(lsc_store_score_lead(store, ACME, id, scorer, as_of_ms, &explanation, error));
    return explanation.result.status;
}

/** A store with a model and two leads. */
static lsc_store *store_of_two(void)
{
    lsc_store *store = memory_store();
    char sha256[65];
    add_model(store, ACME, false, sha256);
    put_lead(store, ACME, 1);
    put_lead(store, ACME, 2);
    return store;
}

START_TEST(a_lead_that_withdraws_is_suppressed_as_of_any_time)
{
    lsc_scorer *scorer = make_scorer(false);
    lsc_store *store = store_of_two();
    say(store, 1, "marketing", false, AS_OF);
    ck_assert_int_eq(status_of(store, scorer, 1, AS_OF), LSC_SCORED);
    say(store, 1, LSC_CONSENT_PROFILING, false, AS_OF);
    ck_assert_int_eq(status_of(store, scorer, 1, AS_OF - DAY), LSC_SUPPRESSED);
    ck_assert_int_eq(status_of(store, scorer, 1, AS_OF + DAY), LSC_SUPPRESSED);
    ck_assert_int_eq(status_of(store, scorer, 2, AS_OF), LSC_SCORED);
    say(store, 1, LSC_CONSENT_PROFILING, true, AS_OF - DAY); /* before it withdrew */
    ck_assert_int_eq(status_of(store, scorer, 1, AS_OF), LSC_SUPPRESSED);
    say(store, 1, LSC_CONSENT_PROFILING, true, AS_OF + DAY);
    ck_assert_int_eq(status_of(store, scorer, 1, AS_OF), LSC_SCORED);
    lsc_scorer_free(scorer);
    lsc_store_close(store);
}
END_TEST

START_TEST(a_lead_that_withdraws_is_to_be_scored_again)
{
    lsc_scorer *scorer = make_scorer(false);
    lsc_store *store = store_of_two();
    ck_assert_int_eq(status_of(store, scorer, 1, AS_OF), LSC_SCORED);
    ck_assert_int_eq(status_of(store, scorer, 2, AS_OF), LSC_SCORED);
    ck_assert_uint_eq(n_stale(store, AS_OF, NULL), 0);
    say(store, 1, LSC_CONSENT_PROFILING, false, AS_OF);
    ck_assert_uint_eq(n_stale(store, AS_OF, "lead-1"), 1);
    ck_assert_int_eq(status_of(store, scorer, 1, AS_OF), LSC_SUPPRESSED);
    ck_assert_uint_eq(n_stale(store, AS_OF, NULL), 0);
    lsc_scorer_free(scorer);
    lsc_store_close(store);
}
END_TEST

/* Neither the lead's properties nor an activity that versions them gives back what was withdrawn. */
START_TEST(properties_do_not_outvote_a_withdrawal)
{
    static const char json[] =
        "{\"id\": \"lead-1\", \"email\": \"a@x.example\", \"consent\": {\"profiling\": true},"
        " \"activities\": [{\"id\": \"1\", \"type\": \"identify\", \"time\": \"2025-05-01\","
        " \"data\": {\"consent.profiling\": true}}]}";
    static const char refusing[] =
        "{\"id\": \"lead-2\", \"email\": \"b@x.example\", \"consent\": {\"profiling\": false}}";
    lsc_store *store = memory_store();
    lsc_scorer *scorer = make_scorer(false);
    char sha256[65];
    add_model(store, ACME, false, sha256);
    ck_ok(lsc_store_put_lead_json(store, ACME, json, strlen(json), error));
    say(store, 1, LSC_CONSENT_PROFILING, false, FIRST_DAY);
    ck_assert_int_eq(status_of(store, scorer, 1, AS_OF), LSC_SUPPRESSED);
    ck_ok(lsc_store_put_lead_json(store, ACME, json, strlen(json), error));
    ck_assert_int_eq(status_of(store, scorer, 1, AS_OF), LSC_SUPPRESSED);
    ck_ok(lsc_store_put_lead_json(store, ACME, refusing, strlen(refusing), error));
    say(store, 2, LSC_CONSENT_PROFILING, true, FIRST_DAY);
    ck_assert_int_eq(status_of(store, scorer, 2, AS_OF), LSC_SUPPRESSED);
    lsc_scorer_free(scorer);
    lsc_store_close(store);
}
END_TEST

/* A score of lead 1 as its JSON, for lsc_replay_lead(). */
static char *score_json(lsc_store *store, lsc_scorer *scorer)
{
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    const char *json;
    size_t length;
    ck_ok(lsc_store_score_lead(store, ACME, "lead-1", scorer, AS_OF, &explanation, error));
    ck_ok(lsc_explanation_json(scorer, &explanation, NULL, 0, &json, &length, error));
    return strdup(json);
}

START_TEST(a_suppressed_score_replays_and_one_from_before_names_another_input)
{
    lsc_store *store = memory_store();
    lsc_scorer *scorer = make_scorer(false);
    lsc_lead *lead;
    char sha256[65];
    ck_ok(lsc_lead_new(NULL, &lead, error));
    add_model(store, ACME, false, sha256);
    put_lead(store, ACME, 1);
    char *before = score_json(store, scorer);
    say(store, 1, LSC_CONSENT_PROFILING, false, AS_OF);
    char *after = score_json(store, scorer);
    ck_ok(lsc_store_get_lead(store, ACME, "lead-1", lead, error));
    ck_ok(lsc_replay_lead(scorer, lead, after, strlen(after), error));
    ck_fails(lsc_replay_lead(scorer, lead, before, strlen(before), error), LSC_MISMATCH, "input");
    free(before);
    free(after);
    lsc_lead_free(lead);
    lsc_scorer_free(scorer);
    lsc_store_close(store);
}
END_TEST

START_TEST(consents_are_listed_by_purpose_and_time)
{
    lsc_store *store = memory_store();
    const lsc_consent *consents;
    size_t n;
    put_lead(store, ACME, 1);
    put_lead(store, ACME, 2);
    say(store, 1, "profiling", true, AS_OF);
    say(store, 1, "marketing", true, AS_OF + DAY);
    say(store, 1, "marketing", true, -5);
    say(store, 1, "marketing", false, -5); /* in its place */
    say(store, 2, "marketing", true, 7);
    ck_ok(lsc_store_list_consents(store, ACME, "lead-1", &consents, &n, error));
    ck_assert_uint_eq(n, 3);
    ck_assert_str_eq(consents[0].purpose, "marketing");
    ck_assert(consents[0].time_ms == -5 && !consents[0].given);
    ck_assert_str_eq(consents[0].source, "form-7");
    ck_assert(consents[1].time_ms == AS_OF + DAY && consents[1].given);
    ck_assert_str_eq(consents[2].purpose, "profiling");
    ck_ok(lsc_store_delete_lead(store, ACME, "lead-1", error));
    put_lead(store, ACME, 1);
    ck_ok(lsc_store_list_consents(store, ACME, "lead-1", &consents, &n, error));
    ck_assert_uint_eq(n, 0);
    lsc_store_close(store);
}
END_TEST

START_TEST(consents_that_say_nothing_are_refused)
{
    lsc_store *store = memory_store();
    lsc_consent consent = LSC_CONSENT_INIT;
    const lsc_consent *consents;
    size_t n;
    put_lead(store, ACME, 1);
    consent.time_ms = AS_OF;
    ck_fails(lsc_store_set_consent(store, ACME, "lead-1", &consent, error), LSC_INVALID_ARG,
             "purpose");
    consent.purpose = "marketing";
    consent.source = "";
    ck_fails(lsc_store_set_consent(store, ACME, "lead-1", &consent, error), LSC_INVALID_ARG,
             "source");
    consent.source = NULL;
    consent.time_ms = LSC_TIME_NONE;
    ck_fails(lsc_store_set_consent(store, ACME, "lead-1", &consent, error), LSC_INVALID_ARG,
             "time_ms");
    consent.time_ms = AS_OF;
    ck_fails(lsc_store_set_consent(store, ACME, "lead-9", &consent, error), LSC_NOT_FOUND,
             "lead-9");
    ck_fails(lsc_store_set_consent(store, GLOBEX, "lead-1", &consent, error), LSC_NOT_FOUND,
             "lead-1");
    ck_fails(lsc_store_list_consents(store, GLOBEX, "lead-1", &consents, &n, error), LSC_NOT_FOUND,
             "lead-1");
    consent.size = 5;
    ck_fails(lsc_store_set_consent(store, ACME, "lead-1", &consent, error), LSC_INVALID_ARG,
             "lsc_consent");
    ck_ok(lsc_store_list_consents(store, ACME, "lead-1", &consents, &n, error));
    ck_assert_uint_eq(n, 0);
    lsc_store_close(store);
}
END_TEST

START_TEST(consents_of_a_lead_have_a_limit)
{
    lsc_store *store = memory_store();
    lsc_consent consent = LSC_CONSENT_INIT;
    const lsc_consent *consents;
    size_t n;
    put_lead(store, ACME, 1);
    consent.purpose = "marketing";
    ck_ok(lsc_store_begin(store, error));
    for (int i = 0; i < LSC_MAX_CONSENTS; i++) {
        consent.time_ms = i;
        ck_quick(lsc_store_set_consent(store, ACME, "lead-1", &consent, NULL) == LSC_OK);
    }
    consent.time_ms = -1;
    ck_fails(lsc_store_set_consent(store, ACME, "lead-1", &consent, error), LSC_LIMIT, "1000");
    ck_ok(lsc_store_commit(store, error));
    ck_ok(lsc_store_list_consents(store, ACME, "lead-1", &consents, &n, error));
    ck_assert_uint_eq(n, LSC_MAX_CONSENTS);
    ck_assert_int_eq(consents[0].time_ms, 0);
    lsc_store_close(store);
}
END_TEST

LSC_SUITE("store/consents", TEST(a_lead_that_withdraws_is_suppressed_as_of_any_time),
          TEST(a_lead_that_withdraws_is_to_be_scored_again),
          TEST(properties_do_not_outvote_a_withdrawal),
          TEST(a_suppressed_score_replays_and_one_from_before_names_another_input),
          TEST(consents_are_listed_by_purpose_and_time),
          TEST(consents_that_say_nothing_are_refused), TEST(consents_of_a_lead_have_a_limit))
