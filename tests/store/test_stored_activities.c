#include "store_tools.h"

/* Activities and outcomes. */

static void add_json(lsc_store *store, const char *lead_id, const char *json, size_t expected)
{
    size_t n_added = 99;
    ck_ok(lsc_store_add_activities_json(store, ACME, lead_id, json, strlen(json), &n_added, error));
    ck_assert_uint_eq(n_added, expected);
}

START_TEST(activities_are_added_once)
{
    lsc_store *store = memory_store();
    put_lead(store, ACME, 1);
    int64_t held = counts_of(store, ACME).activities;
    lsc_activity activities[3] = {LSC_ACTIVITY_INIT, LSC_ACTIVITY_INIT, LSC_ACTIVITY_INIT};
    static const char *const ids[] = {"x", "y", "x"};
    size_t n_added;
    for (size_t i = 0; i < 3; i++) {
        activities[i].id = ids[i];
        activities[i].type = "Page Viewed";
        activities[i].time_ms = AS_OF;
    }
    ck_ok(lsc_store_add_activities(store, ACME, "lead-1", activities, 3, &n_added, error));
    ck_assert_uint_eq(n_added, 2);
    ck_ok(lsc_store_add_activities(store, ACME, "lead-1", activities, 3, &n_added, error));
    ck_assert_uint_eq(n_added, 0);
    ck_ok(lsc_store_add_activities(store, ACME, "lead-1", NULL, 0, NULL, error));
    activities[0].source = "crm";
    ck_ok(lsc_store_add_activities(store, ACME, "lead-1", activities, 1, &n_added, error));
    ck_assert_uint_eq(n_added, 1);
    ck_assert_int_eq(counts_of(store, ACME).activities, held + 3);
    lsc_store_close(store);
}
END_TEST

START_TEST(activities_come_as_an_array_or_lines_and_name_their_lead_or_not)
{
    lsc_store *store = memory_store();
    put_lead(store, ACME, 1);
    put_lead(store, ACME, 2);
    add_json(store, "lead-1", "[{\"id\": \"p\", \"type\": \"t\", \"time\": \"2025-02-01\"}]", 1);
    add_json(store, NULL,
             "{\"lead_id\": \"lead-1\", \"id\": \"q\", \"type\": \"t\", \"time\": \"2025-02-01\"}\n"
             "\n"
             "{\"specversion\": \"1.0\", \"subject\": \"lead-2\", \"id\": \"q\", \"type\": \"t\","
             " \"time\": \"2025-02-01T00:00:00Z\", \"source\": \"web\"}\r\n",
             2);
    add_json(store, "lead-1", "", 0);
    static const char no_lead[] = "[{\"id\": \"p\", \"type\": \"t\", \"time\": \"2025-02-01\"}]";
    ck_fails(
        lsc_store_add_activities_json(store, ACME, NULL, no_lead, strlen(no_lead), NULL, error),
        LSC_BAD_LEAD, "activities[0]: lead_id is missing");
    static const char other[] = "{\"id\": \"r\", \"type\": \"t\", \"time\": \"2025-02-01\"}\n"
                                "{\"lead_id\": \"lead-2\", \"id\": \"p\", \"type\": \"t\","
                                " \"time\": \"2025-02-01\"}";
    ck_fails(
        lsc_store_add_activities_json(store, ACME, "lead-1", other, strlen(other), NULL, error),
        LSC_BAD_LEAD, "activities, line 2: lead_id is \"lead-2\"");
    static const char bad[] = "{\"id\": 01}";
    ck_fails(lsc_store_add_activities_json(store, ACME, "lead-1", bad, strlen(bad), NULL, error),
             LSC_BAD_JSON, "activities, line 1: ");
    /* What failed left nothing of its first line. */
    add_json(store, "lead-1", "{\"id\": \"r\", \"type\": \"t\", \"time\": \"2025-02-01\"}", 1);
    lsc_store_close(store);
}
END_TEST

START_TEST(an_activity_of_an_unknown_lead_is_refused_or_makes_it)
{
    static const char json[] =
        "{\"lead_id\": \"new\", \"id\": \"p\", \"type\": \"t\", \"time\": -7}";
    const lsc_outcome outcome = {.time_ms = -1, .converted = true};
    lsc_store *store = memory_store();
    lsc_activity activity = LSC_ACTIVITY_INIT;
    activity.id = "1";
    activity.type = "t";
    activity.time_ms = LSC_TIME_MIN;
    ck_fails(lsc_store_add_activities_json(store, ACME, NULL, json, strlen(json), NULL, error),
             LSC_NOT_FOUND, "there is no lead \"new\"");
    ck_fails(lsc_store_add_activities(store, ACME, "new", &activity, 1, NULL, error), LSC_NOT_FOUND,
             "new");
    ck_fails(lsc_store_add_outcome(store, ACME, "new", &outcome, error), LSC_NOT_FOUND, "new");
    lsc_store_close(store);

    lsc_store_options options = quick();
    options.make_leads = true;
    ck_ok(lsc_store_open(NULL, &options, &store, error));
    ck_ok(lsc_store_add_organization(store, ACME, NULL, error));
    ck_ok(lsc_store_add_activities_json(store, ACME, NULL, json, strlen(json), NULL, error));
    ck_ok(lsc_store_add_activities(store, ACME, "other", &activity, 1, NULL, error));
    ck_ok(lsc_store_add_outcome(store, ACME, "third", &outcome, error));
    ck_assert_int_eq(counts_of(store, ACME).leads, 3);
    const char *text;
    size_t length;
    ck_ok(lsc_store_lead_json(store, ACME, "new", &text, &length, error));
    ck_assert_str_eq(text, "{\"id\":\"new\"}");
    lsc_store_close(store);
}
END_TEST

START_TEST(a_bad_activity_leaves_nothing_of_its_call)
{
    lsc_store *store = memory_store();
    put_lead(store, ACME, 1);
    int64_t held = counts_of(store, ACME).activities;
    lsc_activity activities[2] = {LSC_ACTIVITY_INIT, LSC_ACTIVITY_INIT};
    activities[0].id = "x";
    activities[0].type = "t";
    activities[0].time_ms = AS_OF;
    activities[1] = activities[0];
    activities[1].id = NULL;
    ck_fails(lsc_store_add_activities(store, ACME, "lead-1", activities, 2, NULL, error),
             LSC_INVALID_ARG, "activities[1]: id");
    activities[1].id = "y";
    activities[1].size += 8;
    ck_fails(lsc_store_add_activities(store, ACME, "lead-1", activities, 2, NULL, error),
             LSC_INVALID_ARG, "size");
    ck_fails(lsc_store_add_activities(store, ACME, "lead-1", NULL, 2, NULL, error), LSC_INVALID_ARG,
             "activities is NULL");
    ck_assert_int_eq(counts_of(store, ACME).activities, held);
    lsc_store_close(store);
}
END_TEST

static void make_activity(test_dice *dice, lsc_activity *activity, lsc_property *property)
{
    static const char *const ids[] = {"1", "2", "3"};
    static const char *const types[] = {"Email Opened", "Page Viewed", "identify"};
    static const char *const sources[] = {NULL, "", "crm"};
    *property = (lsc_property){.name = "path", .type = LSC_VALUE_NUMBER};
    property->number = roll(dice, 3);
    *activity = (lsc_activity)LSC_ACTIVITY_INIT;
    activity->id = ids[roll(dice, 3)];
    activity->type = types[roll(dice, 3)];
    activity->source = sources[roll(dice, 3)];
    activity->time_ms = AS_OF + roll(dice, 3);
    activity->recorded_time_ms = roll(dice, 2) == 0 ? LSC_TIME_NONE : AS_OF + roll(dice, 3);
    activity->bot = roll(dice, 2) == 0;
    activity->properties = property;
    activity->n_properties = 1;
}

/* The timeline is the oracle: it drops duplicates by the same rule, in whatever order they come. */
START_TEST(of_duplicates_the_one_stays_that_stays_on_a_timeline)
{
    test_dice dice = {.state = 7};
    lsc_scorer *scorer = make_scorer(true);
    lsc_store *store = memory_store();
    lsc_lead *back;
    ck_ok(lsc_lead_new(NULL, &back, error));
    for (int round = 0; round < 200; round++) {
        char id[16];
        char put[65];
        char got[65];
        lsc_lead *lead;
        snprintf(id, sizeof id, "%d", round);
        ck_ok(lsc_lead_new(NULL, &lead, error));
        ck_ok(lsc_lead_set_id(lead, id, error));
        ck_ok(lsc_store_put_lead(store, ACME, lead, error));
        for (int i = 0; i < 12; i++) {
            lsc_activity activity;
            lsc_property property;
            make_activity(&dice, &activity, &property);
            ck_ok(lsc_lead_add_activity(lead, &activity, error));
            ck_ok(lsc_store_add_activities(store, ACME, id, &activity, 1, NULL, error));
        }
        ck_ok(lsc_store_get_lead(store, ACME, id, back, error));
        hash_of(scorer, lead, LSC_TIME_MAX, put);
        hash_of(scorer, back, LSC_TIME_MAX, got);
        ck_assert_str_eq(put, got);
        lsc_lead_free(lead);
    }
    lsc_lead_free(back);
    lsc_store_close(store);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(outcomes_are_added_once_and_cleared)
{
    lsc_store *store = memory_store();
    put_lead(store, ACME, 1);
    lsc_outcome outcome = {.time_ms = AS_OF, .converted = true};
    ck_ok(lsc_store_add_outcome(store, ACME, "lead-1", &outcome, error));
    ck_ok(lsc_store_add_outcome(store, ACME, "lead-1", &outcome, error));
    ck_assert_int_eq(counts_of(store, ACME).outcomes, 1);
    outcome.converted = false;
    ck_ok(lsc_store_add_outcome(store, ACME, "lead-1", &outcome, error));
    outcome.time_ms = LSC_TIME_NONE;
    ck_fails(lsc_store_add_outcome(store, ACME, "lead-1", &outcome, error), LSC_INVALID_ARG,
             "time");
    ck_fails(lsc_store_add_outcome(store, ACME, "lead-1", NULL, error), LSC_INVALID_ARG, "NULL");
    ck_assert_int_eq(counts_of(store, ACME).outcomes, 2);
    ck_ok(lsc_store_clear_outcomes(store, ACME, "lead-1", error));
    ck_assert_int_eq(counts_of(store, ACME).outcomes, 0);
    lsc_store_close(store);
}
END_TEST

LSC_SUITE("store/activities", TEST(activities_are_added_once),
          TEST(activities_come_as_an_array_or_lines_and_name_their_lead_or_not),
          TEST(an_activity_of_an_unknown_lead_is_refused_or_makes_it),
          TEST(a_bad_activity_leaves_nothing_of_its_call),
          TEST(of_duplicates_the_one_stays_that_stays_on_a_timeline),
          TEST(outcomes_are_added_once_and_cleared))
