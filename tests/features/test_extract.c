/* What the one feature kernel promises, on the default spec and a spec of every kind. */
#include <float.h>
#include <locale.h>
#include <math.h>

#include "comma_locale.h"
#include "core/random.h"
#include "spec_helpers.h"

#define DAY INT64_C(86400000)
#define N_ACTIVITIES 60

static const char *const types[] = {"Page Viewed", "Email Opened",     "Email Delivered",
                                    "identify",    "Demo Requested",   "Unsubscribed",
                                    "Signed In",   "Webinar Attended", "Content Downloaded"};
static const char *const paths[] = {"/", "/pricing", "/pricing/eu", "/docs"};

/** An activity of a random lead, of its own number alone. */
static void add_random(lsc_lead *lead, size_t number, int64_t latest_ms)
{
    lsc_random random;
    lsc_random_seed(&random, number);
    int64_t time = latest_ms - (int64_t)lsc_random_below(&random, (uint64_t)(100 * DAY));
    bool late = lsc_random_below(&random, 3) == 0;
    char id[24];
    snprintf(id, sizeof id, "%zu", number);
    lsc_property properties[] = {
        {.name = "duration_seconds",
         .type = LSC_VALUE_NUMBER,
         .number = lsc_random_uniform(&random) * 100},
        {.name = "job_title", .type = LSC_VALUE_TEXT, .text = number % 2 == 0 ? "CEO" : "Intern"},
        {.name = "path", .type = LSC_VALUE_TEXT, .text = paths[lsc_random_below(&random, 4)]},
    };
    lsc_activity activity = LSC_ACTIVITY_INIT;
    activity.id = id;
    activity.type = types[lsc_random_below(&random, sizeof types / sizeof types[0])];
    activity.source = number % 3 == 0 ? "mail" : "web";
    activity.time_ms = time;
    activity.recorded_time_ms =
        late ? time + (int64_t)lsc_random_below(&random, (uint64_t)(9 * DAY)) : LSC_TIME_NONE;
    activity.bot = lsc_random_below(&random, 6) == 0;
    activity.properties = properties;
    activity.n_properties = 3;
    ck_ok(lsc_lead_add_activity(lead, &activity, error));
}

static lsc_lead *empty_lead(const lsc_allocator *allocator)
{
    lsc_lead *lead = NULL;
    ck_ok(lsc_lead_new(allocator, &lead, error));
    ck_ok(lsc_lead_set_id(lead, "l", error));
    ck_ok(lsc_lead_set_text(lead, "email", "ann@acme.com", error));
    ck_ok(lsc_lead_set_text(lead, "company.industry", "Computer Software", error));
    ck_ok(lsc_lead_set_text(lead, "company.employee_count", "250.5", error));
    ck_ok(lsc_lead_set_text(lead, "created_at", "2025-10-01", error));
    return lead;
}

static lsc_spec *default_spec(void)
{
    lsc_spec *spec = NULL;
    ck_ok(lsc_spec_default(NULL, &spec, error));
    return spec;
}

START_TEST(what_happens_or_is_recorded_later_never_changes_the_vector)
{
    lsc_spec *spec = default_spec();
    size_t size = lsc_spec_n_columns(spec) * sizeof(float);
    int64_t latest = at("2026-04-01");
    for (size_t trial = 0; trial < 40; trial++) {
        for (int64_t back = 0; back <= 60; back += 20) {
            int64_t as_of = latest - back * DAY;
            lsc_lead *known = empty_lead(NULL);
            lsc_lead *all = empty_lead(NULL);
            for (size_t i = 0; i < N_ACTIVITIES; i++) {
                add_random(all, trial * 1000 + i, latest);
            }
            /* The same lead, of which only what was visible is there at all. */
            lsc_lead_settle(all);
            size_t n = 0;
            const lsc_event *events = lsc_lead_events(all, &n);
            for (size_t i = 0; i < n; i++) {
                if (events[i].time_ms <= as_of && events[i].recorded_time_ms <= as_of) {
                    add_random(known, strtoul(events[i].id, NULL, 10), latest);
                }
            }
            float *expected = vector_of(spec, known, as_of);
            float *columns = vector_of(spec, all, as_of);
            ck_assert_mem_eq(columns, expected, size);
            free(columns);
            free(expected);
            lsc_lead_free(known);
            lsc_lead_free(all);
        }
    }
    lsc_spec_unref(spec);
}
END_TEST

START_TEST(the_order_in_which_activities_come_never_changes_the_vector)
{
    lsc_spec *spec = default_spec();
    size_t size = lsc_spec_n_columns(spec) * sizeof(float);
    int64_t as_of = at("2026-04-01");
    lsc_random random;
    lsc_random_seed(&random, 1);
    for (size_t trial = 0; trial < 40; trial++) {
        lsc_lead *ordered = empty_lead(NULL);
        lsc_lead *shuffled = empty_lead(NULL);
        size_t order[N_ACTIVITIES];
        for (size_t i = 0; i < N_ACTIVITIES; i++) {
            size_t other = lsc_random_below(&random, i + 1);
            order[i] = other < i ? order[other] : i;
            order[other] = i;
            add_random(ordered, trial * 1000 + i, as_of);
        }
        for (size_t i = 0; i < N_ACTIVITIES; i++) {
            add_random(shuffled, trial * 1000 + order[i], as_of);
            /* Looking in between must not disturb what comes later. */
            free(vector_of(spec, shuffled, as_of));
        }
        float *expected = vector_of(spec, ordered, as_of);
        float *columns = vector_of(spec, shuffled, as_of);
        ck_assert_mem_eq(columns, expected, size);
        free(columns);
        free(expected);
        lsc_lead_free(ordered);
        lsc_lead_free(shuffled);
    }
    lsc_spec_unref(spec);
}
END_TEST

START_TEST(extracting_allocates_nothing)
{
    lsc_test_heap heap = {0};
    lsc_allocator allocator = lsc_test_allocator(&heap);
    lsc_spec *spec = NULL;
    ck_ok(lsc_spec_default(&allocator, &spec, error));
    lsc_lead *lead = empty_lead(&allocator);
    int64_t as_of = at("2026-04-01");
    for (size_t i = 0; i < N_ACTIVITIES; i++) {
        add_random(lead, i, as_of);
    }
    size_t n = lsc_spec_n_columns(spec);
    float *columns = malloc(n * sizeof *columns);
    size_t calls = heap.calls;
    ck_ok(lsc_spec_extract(spec, lead, as_of, columns, n, error));
    ck_assert(!lsc_spec_insufficient(spec, lead, as_of));
    const lsc_event *events[3];
    char text[200];
    for (size_t i = 0; i < lsc_spec_n_features(spec); i++) {
        lsc_spec_evidence(spec, i, lead, as_of, events, 3);
        lsc_sighting sighting = lsc_spec_sighting(spec, i, lead, as_of);
        lsc_spec_sentence(spec, i, &sighting, columns, true, text, sizeof text);
    }
    ck_assert_uint_eq(heap.calls, calls);
    free(columns);
    lsc_lead_free(lead);
    lsc_spec_unref(spec);
    ck_assert_uint_eq(heap.live, 0);
}
END_TEST

START_TEST(a_comma_for_the_point_of_the_locale_changes_nothing)
{
    lsc_spec *before = default_spec();
    lsc_lead *lead = empty_lead(NULL);
    int64_t as_of = at("2026-04-01");
    for (size_t i = 0; i < N_ACTIVITIES; i++) {
        add_random(lead, i, as_of);
    }
    float *expected = vector_of(before, lead, as_of);
    lsc_test_comma_locale();
    lsc_spec *after = default_spec();
    ck_assert_str_eq(lsc_spec_json(after, NULL), lsc_spec_json(before, NULL));
    float *columns = vector_of(after, lead, as_of);
    ck_assert_mem_eq(columns, expected, lsc_spec_n_columns(before) * sizeof(float));
    char text[200];
    for (size_t i = 0; i < lsc_spec_n_features(after); i++) {
        lsc_sighting sighting = lsc_spec_sighting(after, i, lead, as_of);
        lsc_spec_sentence(after, i, &sighting, columns, true, text, sizeof text);
    }
    setlocale(LC_ALL, "C");
    free(columns);
    free(expected);
    lsc_lead_free(lead);
    lsc_spec_unref(after);
    lsc_spec_unref(before);
}
END_TEST

START_TEST(wrong_arguments_leave_the_vector_alone)
{
    lsc_spec *spec = spec_of("{'name': 'f', 'group': 'g', 'kind': 'count'}");
    lsc_lead *lead = lead_of("{'id': 'l'}");
    float column = 42;
    ck_fails(lsc_spec_extract(NULL, lead, 0, &column, 1, error), LSC_INVALID_ARG, "spec");
    ck_fails(lsc_spec_extract(spec, NULL, 0, &column, 1, error), LSC_INVALID_ARG, "lead");
    ck_fails(lsc_spec_extract(spec, lead, 0, NULL, 1, error), LSC_INVALID_ARG, "columns");
    ck_fails(lsc_spec_extract(spec, lead, 0, &column, 2, error), LSC_INVALID_ARG,
             "n_columns is 2, the spec has 1");
    ck_fails(lsc_spec_extract(spec, lead, LSC_TIME_NONE, &column, 1, error), LSC_INVALID_ARG,
             "as_of_ms");
    ck_fails(lsc_spec_extract(spec, lead, LSC_TIME_MAX + 1, &column, 1, error), LSC_INVALID_ARG,
             "as_of_ms is 253402300800000");
    ck_assert_double_eq((double)column, 42);
    ck_ok(lsc_spec_extract(spec, lead, LSC_TIME_MIN, &column, 1, error));
    ck_ok(lsc_spec_extract(spec, lead, LSC_TIME_MAX, &column, 1, error));
    ck_assert_double_eq((double)column, 0);
    lsc_lead_free(lead);
    lsc_spec_unref(spec);
}
END_TEST

static bool is_insufficient(const char *rule, const char *lead_text)
{
    char text[400];
    snprintf(text, sizeof text,
             "{'format': 1, 'name': 's', 'groups': ['g'], %s 'features':"
             " [{'name': 'f', 'group': 'g', 'kind': 'count'}]}",
             rule);
    lsc_spec *spec = NULL;
    ck_ok(try_spec(text, NULL, &spec, error));
    lsc_lead *lead = lead_of(lead_text);
    bool insufficient = lsc_spec_insufficient(spec, lead, at("2026-04-01"));
    lsc_lead_free(lead);
    lsc_spec_unref(spec);
    return insufficient;
}

#define ACTIVE(time, rest) \
    "{'id': 'l', 'activities': [{'id': '1', 'type': 'A', 'time': '" time "'" rest "}]}"

START_TEST(too_little_is_known_when_all_of_the_rule_holds)
{
    static const char *const both =
        "'insufficient_data': {'missing': ['email', 'phone'], 'no_activities': true},";
    ck_assert(is_insufficient(both, "{'id': 'l'}"));
    ck_assert(!is_insufficient(both, "{'id': 'l', 'phone': '1'}"));
    ck_assert(!is_insufficient(both, ACTIVE("2026-04-01", "")));
    ck_assert(is_insufficient(both, ACTIVE("2026-04-02", "")));
    ck_assert(is_insufficient(both, ACTIVE("2026-03-01", ", 'recorded_time': '2026-04-02'")));
    ck_assert(is_insufficient(both, ACTIVE("2026-03-01", ", 'bot': true")));
    ck_assert(!is_insufficient("", "{'id': 'l'}"));

    static const char *const missing = "'insufficient_data': {'missing': ['email']},";
    ck_assert(is_insufficient(missing, ACTIVE("2026-03-01", "")));
    static const char *const idle = "'insufficient_data': {'no_activities': true},";
    ck_assert(is_insufficient(idle, "{'id': 'l', 'email': 'a@b.c'}"));
    ck_assert(!is_insufficient(idle, ACTIVE("2026-03-01", "")));
}
END_TEST

START_TEST(evidence_is_what_the_feature_counted_latest_first)
{
    lsc_spec *spec = spec_of(
        "{'name': 'c', 'group': 'g', 'kind': 'count', 'window_days': 10, 'events': {'types':"
        " ['A']}}, {'name': 'p', 'group': 'g', 'kind': 'number', 'property': 'p'}");
    lsc_lead *lead = lead_of("{'id': 'l', 'p': 1, 'activities': ["
                             "{'id': 'old', 'type': 'A', 'time': '2026-03-01'},"
                             "{'id': '1', 'type': 'A', 'time': '2026-03-25'},"
                             "{'id': '2', 'type': 'A', 'time': '2026-03-26'},"
                             "{'id': 'b', 'type': 'B', 'time': '2026-03-27'},"
                             "{'id': 'bot', 'type': 'A', 'time': '2026-03-27', 'bot': true},"
                             "{'id': 'late', 'type': 'A', 'time': '2026-03-27', 'recorded_time':"
                             " '2026-04-02'},"
                             "{'id': '3', 'type': 'A', 'time': '2026-04-01'},"
                             "{'id': 'next', 'type': 'A', 'time': '2026-04-02'}]}");
    const lsc_event *events[5];
    ck_assert_uint_eq(lsc_spec_evidence(spec, 0, lead, at("2026-04-01"), events, 5), 3);
    ck_assert_str_eq(events[0]->id, "3");
    ck_assert_str_eq(events[1]->id, "2");
    ck_assert_str_eq(events[2]->id, "1");
    ck_assert_uint_eq(lsc_spec_evidence(spec, 0, lead, at("2026-04-01"), events, 2), 2);
    ck_assert_str_eq(events[1]->id, "2");
    ck_assert_uint_eq(lsc_spec_evidence(spec, 0, lead, at("2026-04-01"), events, 0), 0);
    ck_assert_uint_eq(lsc_spec_evidence(spec, 1, lead, at("2026-04-01"), events, 5), 0);
    lsc_lead_free(lead);
    lsc_spec_unref(spec);
}
END_TEST

START_TEST(tens_of_thousands_of_activities_are_extracted)
{
    lsc_spec *spec = default_spec();
    lsc_lead *lead = empty_lead(NULL);
    int64_t as_of = at("2026-04-01");
    for (size_t i = 0; i < 50000; i++) {
        add_random(lead, i, as_of);
    }
    float *columns = vector_of(spec, lead, as_of);
    for (size_t i = 0; i < lsc_spec_n_columns(spec); i++) {
        ck_assert_msg(!isinf(columns[i]), "%s", lsc_spec_column_name(spec, i));
    }
    free(columns);
    lsc_lead_free(lead);
    lsc_spec_unref(spec);
}
END_TEST

LSC_SUITE("features/extract", TEST(what_happens_or_is_recorded_later_never_changes_the_vector),
          TEST(the_order_in_which_activities_come_never_changes_the_vector),
          TEST(extracting_allocates_nothing),
          TEST(a_comma_for_the_point_of_the_locale_changes_nothing),
          TEST(wrong_arguments_leave_the_vector_alone),
          TEST(too_little_is_known_when_all_of_the_rule_holds),
          TEST(evidence_is_what_the_feature_counted_latest_first),
          TEST(tens_of_thousands_of_activities_are_extracted))
