/* Kinds over activities, in cases by hand whose numbers are seen at once. */
#include <float.h>

#include "spec_helpers.h"

#define LEAD(activities) "{'id': 'l', 'activities': [" activities "]}"
#define PAGE(id, time) "{'id': '" id "', 'type': 'Page Viewed', 'time': '" time "'}"

START_TEST(a_window_ends_with_the_as_of_time_and_begins_after_its_start)
{
    static const char *const feature =
        "{'name': 'f', 'group': 'g', 'kind': 'count', 'window_days': 7}";
    ck_assert_double_eq(value_of(feature, LEAD(PAGE("1", "2026-04-08")), "2026-04-08"), 1);
    ck_assert_double_eq(
        value_of(feature, LEAD(PAGE("1", "2026-04-08T00:00:00.001Z")), "2026-04-08"), 0);
    ck_assert_double_eq(value_of(feature, LEAD(PAGE("1", "2026-04-01")), "2026-04-08"), 0);
    ck_assert_double_eq(
        value_of(feature, LEAD(PAGE("1", "2026-04-01T00:00:00.001Z")), "2026-04-08"), 1);
}
END_TEST

START_TEST(a_half_life_halves_what_an_activity_counts)
{
    static const char *const feature = "{'name': 'f', 'group': 'g', 'kind': 'decayed_count',"
                                       " 'decay': {'half_life_days': 7}}";
    ck_assert_double_eq(value_of(feature, LEAD(PAGE("1", "2026-04-08")), "2026-04-08"), 1);
    ck_assert_double_eq(value_of(feature, LEAD(PAGE("1", "2026-04-01")), "2026-04-08"), 0.5);
    ck_assert_double_eq(value_of(feature, LEAD(PAGE("1", "2026-04-01")), "2026-04-15"), 0.25);
}
END_TEST

START_TEST(linear_decay_reaches_nothing_at_its_end)
{
    static const char *const feature = "{'name': 'f', 'group': 'g', 'kind': 'decayed_count',"
                                       " 'decay': {'linear_days': 10}}";
    ck_assert_double_eq(value_of(feature, LEAD(PAGE("1", "2026-04-01")), "2026-04-06"), 0.5);
    ck_assert_double_eq(value_of(feature, LEAD(PAGE("1", "2026-04-01")), "2026-04-11"), 0);
    ck_assert_double_eq(value_of(feature, LEAD(PAGE("1", "2026-04-01")), "2026-05-01"), 0);
}
END_TEST

START_TEST(a_pause_of_thirty_minutes_is_still_the_same_session)
{
    static const char *const feature = "{'name': 'f', 'group': 'g', 'kind': 'sessions'}";
    ck_assert_double_eq(
        value_of(feature,
                 LEAD(PAGE("1", "2026-04-01T10:00:00Z") "," PAGE("2", "2026-04-01T10:30:00Z")),
                 "2026-04-08"),
        1);
    ck_assert_double_eq(
        value_of(feature,
                 LEAD(PAGE("1", "2026-04-01T10:00:00Z") "," PAGE("2", "2026-04-01T10:30:00.001Z")),
                 "2026-04-08"),
        2);
}
END_TEST

START_TEST(a_rate_never_exceeds_one)
{
    static const char *const feature =
        "{'name': 'f', 'group': 'g', 'kind': 'smoothed_rate', 'events': {'types': ['Page Viewed']},"
        " 'of': {'types': ['Page Sent']}, 'prior': 1, 'strength': 0}";
    ck_assert_double_eq(
        value_of(feature, LEAD(PAGE("1", "2026-04-01") "," PAGE("2", "2026-04-02")), "2026-04-08"),
        1);
    ck_assert_double_nan(value_of(feature, LEAD(""), "2026-04-08"));
}
END_TEST

START_TEST(missing_values_take_the_number_of_the_policy)
{
    ck_assert_double_eq(value_of("{'name': 'f', 'group': 'g', 'kind': 'recency', 'missing': 365}",
                                 LEAD(""), "2026-04-08"),
                        365);
    ck_assert_double_eq(value_of("{'name': 'f', 'group': 'g', 'kind': 'median_gap', 'missing': -1}",
                                 LEAD(PAGE("1", "2026-04-01")), "2026-04-08"),
                        -1);
    ck_assert_double_nan(
        value_of("{'name': 'f', 'group': 'g', 'kind': 'recency'}", LEAD(""), "2026-04-08"));
}
END_TEST

START_TEST(conditions_look_at_the_data_of_an_activity)
{
    static const struct {
        const char *where;
        double count;
    } cases[] = {
        {"'plan': {'equals': 'pro'}", 1},
        {"'plan': {'in': ['free', 'pro']}", 2},
        {"'plan': {'prefix': 'p'}", 1},
        {"'plan': {'prefix': 'professional'}", 0},
        {"'seats': {'equals': '5'}", 1},
        {"'seats': {'least': 5}", 2},
        {"'seats': {'most': 5}", 1},
        {"'seats': {'least': 5, 'most': 6}", 1},
        {"'seats': {'least': 5}, 'plan': {'equals': 'pro'}", 1},
        {"'trial': {'equals': 'true'}", 1},
        {"'tags': {'equals': 'b'}", 1},
        {"'tags': {'prefix': 'a'}", 1},
        {"'tags': {'least': 0}", 0},
        {"'absent': {'prefix': 'x'}", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char feature[300];
        snprintf(feature, sizeof feature,
                 "{'name': 'f', 'group': 'g', 'kind': 'count', 'events': {'where': {%s}}}",
                 cases[i].where);
        double count =
            value_of(feature,
                     LEAD("{'id': '1', 'type': 'A', 'time': '2026-04-01', 'data': {'plan': 'pro',"
                          " 'seats': 5, 'trial': true, 'tags': ['a', 'b']}},"
                          "{'id': '2', 'type': 'A', 'time': '2026-04-01', 'data': {'plan': 'free',"
                          " 'seats': '7'}}"),
                     "2026-04-08");
        ck_assert_msg(count == cases[i].count, "%s: %g", cases[i].where, count);
    }
}
END_TEST

/** A lead that viewed pages 0 .. n-1, and page 0 again. */
static lsc_lead *lead_of_pages(size_t n)
{
    lsc_lead *lead = NULL;
    ck_ok(lsc_lead_new(NULL, &lead, error));
    for (size_t i = 0; i <= n; i++) {
        char id[24];
        char path[32];
        snprintf(id, sizeof id, "%zu", i);
        snprintf(path, sizeof path, "/page/%zu", i % n);
        const lsc_property page = {.name = "path", .type = LSC_VALUE_TEXT, .text = path};
        lsc_activity activity = LSC_ACTIVITY_INIT;
        activity.id = id;
        activity.type = "Page Viewed";
        activity.time_ms = at("2026-01-01") + (int64_t)i;
        activity.properties = &page;
        activity.n_properties = 1;
        ck_ok(lsc_lead_add_activity(lead, &activity, error));
    }
    return lead;
}

START_TEST(distinct_values_are_counted_up_to_a_thousand)
{
    static const size_t pages[] = {1, 999, 1000, 1001, 3000};
    lsc_spec *spec = spec_of("{'name': 'f', 'group': 'g', 'kind': 'distinct', 'data': 'path'}");
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        lsc_lead *lead = lead_of_pages(pages[i]);
        float *columns = vector_of(spec, lead, at("2026-04-01"));
        ck_assert_double_eq((double)columns[0], pages[i] < 1000 ? (double)pages[i] : 1000);
        free(columns);
        lsc_lead_free(lead);
    }
    lsc_spec_unref(spec);
}
END_TEST

START_TEST(distinct_values_differ_by_type_or_content)
{
    static const char *const lead =
        LEAD("{'id': '1', 'type': 'A', 'time': '2026-04-01', 'data': {'v': 1}},"
             "{'id': '2', 'type': 'A', 'time': '2026-04-01', 'data': {'v': 1.0}},"
             "{'id': '3', 'type': 'A', 'time': '2026-04-01', 'data': {'v': '1'}},"
             "{'id': '4', 'type': 'A', 'time': '2026-04-01', 'data': {'v': true}},"
             "{'id': '5', 'type': 'A', 'time': '2026-04-01', 'data': {'v': false}},"
             "{'id': '6', 'type': 'A', 'time': '2026-04-01', 'data': {'v': ['1', '2']}},"
             "{'id': '7', 'type': 'A', 'time': '2026-04-01', 'data': {'v': ['1', '2']}},"
             "{'id': '8', 'type': 'A', 'time': '2026-04-01', 'data': {'v': ['12']}},"
             "{'id': '9', 'type': 'A', 'time': '2026-04-01', 'data': {'v': 0}},"
             "{'id': '10', 'type': 'A', 'time': '2026-04-01', 'data': {'v': -0.0}},"
             "{'id': '11', 'type': 'A', 'time': '2026-04-01'}");
    ck_assert_double_eq(value_of("{'name': 'f', 'group': 'g', 'kind': 'distinct', 'data': 'v'}",
                                 lead, "2026-04-08"),
                        7);
}
END_TEST

START_TEST(distinct_counts_times_and_lists_that_typed_calls_give)
{
    static const char *const one[] = {"x"};
    static const char *const two[] = {"x", "y"};
    static const char *const other[] = {"x", "z"};
    const lsc_property values[] = {
        {.name = "v", .type = LSC_VALUE_TIME, .time_ms = 1},
        {.name = "v", .type = LSC_VALUE_TIME, .time_ms = 2},
        {.name = "v", .type = LSC_VALUE_TIME, .time_ms = 1},
        {.name = "v", .type = LSC_VALUE_BOOL, .boolean = true},
        {.name = "v", .type = LSC_VALUE_BOOL, .boolean = true},
        {.name = "v", .type = LSC_VALUE_LIST, .items = one, .n_items = 1},
        {.name = "v", .type = LSC_VALUE_LIST, .items = two, .n_items = 2},
        {.name = "v", .type = LSC_VALUE_LIST, .items = other, .n_items = 2},
        {.name = "v", .type = LSC_VALUE_LIST, .items = two, .n_items = 2},
    };
    lsc_spec *spec = spec_of("{'name': 'f', 'group': 'g', 'kind': 'distinct', 'data': 'v'}");
    lsc_lead *lead;
    ck_ok(lsc_lead_new(NULL, &lead, error));
    for (int i = 0; i < 9; i++) {
        char id[8];
        snprintf(id, sizeof id, "%d", i);
        lsc_activity activity = LSC_ACTIVITY_INIT;
        activity.id = id;
        activity.type = "A";
        activity.time_ms = 1000;
        activity.properties = &values[i];
        activity.n_properties = 1;
        ck_ok(lsc_lead_add_activity(lead, &activity, error));
    }
    float *columns = vector_of(spec, lead, 2000);
    ck_assert_double_eq((double)columns[0], 6); /* two times, true, three lists */
    free(columns);
    lsc_lead_free(lead);
    lsc_spec_unref(spec);
}
END_TEST

START_TEST(a_sum_beyond_float32_is_the_largest_float32)
{
    static const char *const feature = "{'name': 'f', 'group': 'g', 'kind': 'sum', 'data': 'v'}";
    static const char *const sums[] = {"1e308", "-1e308"};
    for (size_t i = 0; i < 2; i++) {
        char lead[400];
        snprintf(lead, sizeof lead,
                 LEAD("{'id': '1', 'type': 'A', 'time': '2026-04-01', 'data': {'v': %s}},"
                      "{'id': '2', 'type': 'A', 'time': '2026-04-01', 'data': {'v': %s}}"),
                 sums[i], sums[i]);
        double value = value_of(feature, lead, "2026-04-08");
        ck_assert_double_eq(value, i == 0 ? (double)FLT_MAX : -(double)FLT_MAX);
    }
}
END_TEST

LSC_SUITE("features/activity_cases",
          TEST(a_window_ends_with_the_as_of_time_and_begins_after_its_start),
          TEST(a_half_life_halves_what_an_activity_counts),
          TEST(linear_decay_reaches_nothing_at_its_end),
          TEST(a_pause_of_thirty_minutes_is_still_the_same_session), TEST(a_rate_never_exceeds_one),
          TEST(missing_values_take_the_number_of_the_policy),
          TEST(conditions_look_at_the_data_of_an_activity),
          TEST(distinct_values_are_counted_up_to_a_thousand),
          TEST(distinct_counts_times_and_lists_that_typed_calls_give),
          TEST(distinct_values_differ_by_type_or_content),
          TEST(a_sum_beyond_float32_is_the_largest_float32))
