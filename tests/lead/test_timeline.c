#include <stdio.h>

#include "core/random.h"
#include "lead_tools.h"

/* A lead's activities as plain facts, from few ids, sources and times: full of duplicates. */
typedef struct fact {
    char id[8];
    const char *source;
    const char *type;
    int64_t time_ms;
    int64_t recorded_time_ms;
    bool bot;
    double number; /* of the property "n" */
} fact;

static const char *const sources[] = {"", "crm", "web"};
static const char *const types[] = {"a", "b", "identify"};

static fact random_fact(lsc_random *random, uint64_t n_ids)
{
    fact f = {.source = sources[lsc_random_below(random, 3)],
              .type = types[lsc_random_below(random, 3)],
              .time_ms = (int64_t)lsc_random_below(random, 5),
              .bot = lsc_random_below(random, 2) == 1,
              .number = (double)lsc_random_below(random, 2)};
    snprintf(f.id, sizeof f.id, "%d", (int)lsc_random_below(random, n_ids));
    f.recorded_time_ms = f.time_ms + (int64_t)lsc_random_below(random, 3);
    return f;
}

static void add_fact(lsc_lead *lead, const fact *f)
{
    const lsc_property property = {.name = "n", .type = LSC_VALUE_NUMBER, .number = f->number};
    const lsc_activity activity = {sizeof activity,     f->id,  f->type,   f->source, f->time_ms,
                                   f->recorded_time_ms, f->bot, &property, 1};
    ck_ok(lsc_lead_add_activity(lead, &activity, error));
}

static void shuffle(lsc_random *random, fact *facts, size_t n)
{
    for (size_t i = n; i > 1; i--) {
        size_t j = lsc_random_below(random, i);
        fact swapped = facts[i - 1];
        facts[i - 1] = facts[j];
        facts[j] = swapped;
    }
}

static bool same_identity(const fact *a, const fact *b)
{
    return strcmp(a->id, b->id) == 0 && strcmp(a->source, b->source) == 0;
}

/* The slow and obvious way: of each identity the earliest recorded, of these the earliest. */
static size_t keep_first(const fact *facts, size_t n, fact *kept)
{
    size_t n_kept = 0;
    for (size_t i = 0; i < n; i++) {
        bool beaten = false;
        for (size_t j = 0; j < n; j++) {
            if (!same_identity(&facts[i], &facts[j])) {
                continue;
            }
            if (facts[j].recorded_time_ms != facts[i].recorded_time_ms) {
                beaten |= facts[j].recorded_time_ms < facts[i].recorded_time_ms;
            } else if (facts[j].time_ms != facts[i].time_ms) {
                beaten |= facts[j].time_ms < facts[i].time_ms;
            } else {
                beaten |= j < i; /* equal in what the rule names: one of them */
            }
        }
        if (!beaten) {
            kept[n_kept++] = facts[i];
        }
    }
    return n_kept;
}

static int compare_kept(const void *a, const void *b)
{
    const fact *left = a;
    const fact *right = b;
    if (left->time_ms != right->time_ms) {
        return left->time_ms < right->time_ms ? -1 : 1;
    }
    int order = strcmp(left->source, right->source);
    return order != 0 ? order : strcmp(left->id, right->id);
}

START_TEST(timeline_is_what_the_slow_way_gives)
{
    lsc_random random;
    lsc_random_seed(&random, 1);
    for (int round = 0; round < 300; round++) {
        fact facts[60];
        fact kept[60];
        size_t n = lsc_random_below(&random, 61);
        lsc_lead *lead = lsc_test_new_lead();
        for (size_t i = 0; i < n; i++) {
            facts[i] = random_fact(&random, 12);
            add_fact(lead, &facts[i]);
            if (lsc_random_below(&random, 8) == 0) {
                lsc_lead_settle(lead);
            }
        }
        size_t n_kept = keep_first(facts, n, kept);
        qsort(kept, n_kept, sizeof *kept, compare_kept);
        ck_assert_uint_eq(lsc_lead_n_activities(lead), n_kept);
        lsc_lead_settle(lead);
        size_t n_events;
        const lsc_event *events = lsc_lead_events(lead, &n_events);
        ck_assert_uint_eq(n_events, n_kept);
        for (size_t i = 0; i < n_kept; i++) {
            ck_assert_str_eq(events[i].id, kept[i].id);
            ck_assert_str_eq(events[i].source, kept[i].source);
            ck_assert_int_eq(events[i].time_ms, kept[i].time_ms);
            ck_assert_int_eq(events[i].recorded_time_ms, kept[i].recorded_time_ms);
        }
        lsc_lead_free(lead);
    }
}
END_TEST

START_TEST(order_of_arrival_does_not_matter)
{
    lsc_random random;
    lsc_random_seed(&random, 2);
    for (int round = 0; round < 60; round++) {
        fact facts[40];
        char expected[6][LSC_HASH_TEXT_SIZE];
        for (size_t i = 0; i < 40; i++) {
            facts[i] = random_fact(&random, 10);
        }
        for (int order = 0; order < 12; order++) {
            lsc_lead *lead = lsc_test_new_lead();
            for (size_t i = 0; i < 40; i++) {
                add_fact(lead, &facts[i]);
                if (lsc_random_below(&random, 10) == 0) {
                    lsc_lead_settle(lead);
                }
            }
            for (int as_of = 0; as_of < 6; as_of++) {
                const char *hash = lsc_test_hash(lead, as_of);
                if (order == 0) {
                    strcpy(expected[as_of], hash);
                }
                ck_assert_str_eq(hash, expected[as_of]);
            }
            lsc_lead_free(lead);
            shuffle(&random, facts, 40);
        }
    }
}
END_TEST

START_TEST(one_id_of_two_sources_is_two_activities)
{
    lsc_lead *lead = lsc_test_new_lead();
    lsc_test_add(lead, "[{\"id\": \"1\", \"source\": \"a\", \"type\": \"t\", \"time\": 1},"
                       " {\"id\": \"1\", \"source\": \"b\", \"type\": \"t\", \"time\": 1},"
                       " {\"id\": \"1\", \"type\": \"t\", \"time\": 1}]");
    ck_assert_uint_eq(lsc_lead_n_activities(lead), 3);
    lsc_lead_free(lead);
}
END_TEST

START_TEST(source_and_id_do_not_run_together)
{
    lsc_lead *lead = lsc_test_new_lead();
    lsc_test_add(lead, "[{\"id\": \"bc\", \"source\": \"a\", \"type\": \"t\", \"time\": 1},"
                       " {\"id\": \"c\", \"source\": \"ab\", \"type\": \"t\", \"time\": 1},"
                       " {\"id\": \"abc\", \"source\": \"\", \"type\": \"t\", \"time\": 1}]");
    ck_assert_uint_eq(lsc_lead_n_activities(lead), 3);
    lsc_lead_free(lead);
}
END_TEST

START_TEST(late_redelivery_does_not_replace_what_was_known_first)
{
    lsc_lead *lead = lsc_test_new_lead();
    lsc_test_add(lead, "[{\"id\": \"1\", \"type\": \"t\", \"time\": 5, \"recorded_time\": 90, "
                       "\"data\": {\"v\": \"second\"}},"
                       " {\"id\": \"1\", \"type\": \"t\", \"time\": 6, \"recorded_time\": 10, "
                       "\"data\": {\"v\": \"first\"}}]");
    size_t n;
    lsc_lead_settle(lead);
    const lsc_event *events = lsc_lead_events(lead, &n);
    ck_assert_uint_eq(n, 1);
    ck_assert_str_eq(lsc_event_value(events, "v", 1)->text, "first");
    lsc_lead_free(lead);
}
END_TEST

START_TEST(event_is_visible_once_it_happened_and_was_recorded)
{
    lsc_lead *lead = lsc_test_new_lead();
    lsc_test_add(lead, "[{\"id\": \"1\", \"type\": \"t\", \"time\": 10, \"recorded_time\": 20},"
                       " {\"id\": \"2\", \"type\": \"t\", \"time\": 30, \"recorded_time\": 25}]");
    size_t n;
    const lsc_event *events = lsc_lead_events(lead, &n);
    ck_assert(!lsc_event_visible(&events[0], 19));
    ck_assert(lsc_event_visible(&events[0], 20));
    ck_assert(!lsc_event_visible(&events[1], 29));
    ck_assert(lsc_event_visible(&events[1], 30));
    lsc_lead_free(lead);
}
END_TEST

static void value_at_is(lsc_lead *lead, const char *name, int64_t as_of_ms, const char *text)
{
    const lsc_value *value = lsc_lead_value(lead, name, strlen(name), as_of_ms);
    if (text == NULL) {
        ck_assert_ptr_null(value);
    } else {
        ck_assert_ptr_nonnull(value);
        ck_assert_str_eq(value->text, text);
    }
}

START_TEST(identify_versions_properties_in_time)
{
    lsc_lead *lead = lsc_test_lead("{\"job_title\": \"Engineer\", \"email\": \"a@b.c\"}");
    lsc_test_add(
        lead, "[{\"id\": \"3\", \"type\": \"identify\", \"time\": 300, \"data\": {\"title\": "
              "\"CTO\", \"email\": null}},"
              " {\"id\": \"1\", \"type\": \"identify\", \"time\": 100, \"data\": {\"job_title\": "
              "\"Lead\", \"phone\": \"1\"}},"
              " {\"id\": \"2\", \"type\": \"Form Submitted\", \"time\": 200, \"data\": "
              "{\"job_title\": \"no trait\"}},"
              " {\"id\": \"4\", \"type\": \"identify\", \"time\": 50, \"recorded_time\": 400, "
              "\"data\": {\"phone\": \"late\"}}]");
    lsc_lead_settle(lead);
    value_at_is(lead, "job_title", 99, "Engineer");
    value_at_is(lead, "job_title", 100, "Lead");
    value_at_is(lead, "job_title", 299, "Lead");
    value_at_is(lead, "job_title", 300, "CTO");
    value_at_is(lead, "email", 1000, "a@b.c"); /* a missing trait says nothing */
    value_at_is(lead, "phone", 99, NULL);
    value_at_is(lead, "phone", 100, "1");
    value_at_is(lead, "phone", 400, "1"); /* the earlier event does not win by being learned of */
    lsc_lead_free(lead);
}
END_TEST

START_TEST(replaced_identify_event_no_longer_counts)
{
    lsc_lead *lead = lsc_test_lead("{\"a\": \"own\"}");
    lsc_test_add(lead,
                 "[{\"id\": \"1\", \"type\": \"identify\", \"time\": 5, \"recorded_time\": 9, "
                 "\"data\": {\"a\": \"trait\"}}]");
    value_at_is(lead, "a", 10, "trait");
    lsc_test_add(lead, "[{\"id\": \"1\", \"type\": \"t\", \"time\": 5, \"recorded_time\": 8, "
                       "\"data\": {\"a\": \"data\"}}]");
    lsc_lead_settle(lead);
    value_at_is(lead, "a", 10, "own");
    lsc_lead_free(lead);
}
END_TEST

static void add_number(lsc_lead *lead, int64_t number)
{
    char id[24];
    snprintf(id, sizeof id, "%lld", (long long)number);
    lsc_activity activity = LSC_ACTIVITY_INIT;
    activity.id = id;
    activity.type = "t";
    activity.time_ms = number;
    ck_assert_int_eq(lsc_lead_add_activity(lead, &activity, NULL), LSC_OK);
}

/* A quadratic way would take hours here. */
START_TEST(a_million_activities_are_taken_in_reverse_and_not_one_more)
{
    lsc_lead *lead = lsc_test_new_lead();
    for (int64_t i = LSC_MAX_ACTIVITIES; i > 0; i--) {
        add_number(lead, i);
    }
    lsc_lead_settle(lead);
    size_t n;
    const lsc_event *events = lsc_lead_events(lead, &n);
    ck_assert_uint_eq(n, LSC_MAX_ACTIVITIES);
    for (size_t i = 0; i < n; i++) {
        ck_assert_int_eq(events[i].time_ms, (int64_t)i + 1);
    }
    add_number(lead, 5); /* is there already */
    lsc_activity activity = LSC_ACTIVITY_INIT;
    activity.id = "more";
    activity.type = "t";
    activity.time_ms = 1;
    ck_fails(lsc_lead_add_activity(lead, &activity, error), LSC_LIMIT, "1000000");
    add_number(lead, 6); /* is there still */
    ck_assert_uint_eq(lsc_lead_n_activities(lead), LSC_MAX_ACTIVITIES);
    lsc_lead_free(lead);
}
END_TEST

START_TEST(in_order_adds_with_a_look_after_each_stay_cheap)
{
    lsc_lead *lead = lsc_test_new_lead();
    for (int64_t i = 0; i < 200000; i++) {
        add_number(lead, i);
        lsc_lead_settle(lead);
    }
    ck_assert_uint_eq(lsc_lead_n_activities(lead), 200000);
    lsc_lead_clear(lead);
    for (int64_t i = 0; i < 200000; i++) { /* small leads after a huge one */
        lsc_lead_clear(lead);
        add_number(lead, i);
    }
    lsc_lead_free(lead);
}
END_TEST

/** The hash of a lead with two activities that differ in the value of one property alone. */
static void hash_of_pair(const lsc_property *first, const lsc_property *second,
                         char hash[LSC_HASH_TEXT_SIZE])
{
    lsc_lead *lead = lsc_test_new_lead();
    lsc_activity activity = LSC_ACTIVITY_INIT;
    activity.id = "1";
    activity.type = "a";
    activity.time_ms = 5;
    activity.n_properties = 1;
    activity.properties = first;
    ck_ok(lsc_lead_add_activity(lead, &activity, error));
    activity.properties = second;
    ck_ok(lsc_lead_add_activity(lead, &activity, error));
    ck_assert_uint_eq(lsc_lead_n_activities(lead), 1);
    strcpy(hash, lsc_test_hash(lead, LSC_TIME_MAX));
    lsc_lead_free(lead);
}

/* What is left to tell duplicates apart is their properties, whatever these are. */
START_TEST(duplicates_that_differ_in_a_value_alone_give_one_lead_in_either_order)
{
    static const char *const list_a[] = {"x", "y"};
    static const char *const list_b[] = {"x", "z"};
    const lsc_property values[] = {
        {.name = "p", .type = LSC_VALUE_BOOL, .boolean = false},
        {.name = "p", .type = LSC_VALUE_BOOL, .boolean = true},
        {.name = "p", .type = LSC_VALUE_NUMBER, .number = -1.5},
        {.name = "p", .type = LSC_VALUE_NUMBER, .number = 2},
        {.name = "p", .type = LSC_VALUE_TEXT, .text = "a"},
        {.name = "p", .type = LSC_VALUE_TEXT, .text = "b"},
        {.name = "p", .type = LSC_VALUE_TIME, .time_ms = 1},
        {.name = "p", .type = LSC_VALUE_TIME, .time_ms = 2},
        {.name = "p", .type = LSC_VALUE_LIST, .items = list_a, .n_items = 1},
        {.name = "p", .type = LSC_VALUE_LIST, .items = list_a, .n_items = 2},
        {.name = "p", .type = LSC_VALUE_LIST, .items = list_b, .n_items = 2},
        {.name = "q", .type = LSC_VALUE_BOOL, .boolean = true},
    };
    const size_t n = sizeof values / sizeof values[0];
    char hashes[12][LSC_HASH_TEXT_SIZE];
    for (size_t i = 0; i < n; i++) {
        hash_of_pair(&values[i], &values[i], hashes[i]);
        for (size_t k = 0; k < i; k++) {
            char forth[LSC_HASH_TEXT_SIZE];
            char back[LSC_HASH_TEXT_SIZE];
            hash_of_pair(&values[i], &values[k], forth);
            hash_of_pair(&values[k], &values[i], back);
            ck_assert_str_eq(forth, back);
            ck_assert_str_ne(hashes[i], hashes[k]);
            ck_assert(strcmp(forth, hashes[i]) == 0 || strcmp(forth, hashes[k]) == 0);
        }
    }
}
END_TEST

LSC_SUITE("lead/timeline", TEST(timeline_is_what_the_slow_way_gives),
          TEST(order_of_arrival_does_not_matter), TEST(one_id_of_two_sources_is_two_activities),
          TEST(source_and_id_do_not_run_together),
          TEST(late_redelivery_does_not_replace_what_was_known_first),
          TEST(event_is_visible_once_it_happened_and_was_recorded),
          TEST(identify_versions_properties_in_time),
          TEST(replaced_identify_event_no_longer_counts),
          TEST(a_million_activities_are_taken_in_reverse_and_not_one_more),
          TEST(in_order_adds_with_a_look_after_each_stay_cheap),
          TEST(duplicates_that_differ_in_a_value_alone_give_one_lead_in_either_order))
