#include <float.h>
#include <math.h>
#include <stdio.h>

#include "lead_tools.h"

START_TEST(new_lead_is_empty)
{
    size_t n;
    lsc_lead *lead = lsc_test_new_lead();
    ck_assert_str_eq(lsc_lead_id(lead), "");
    ck_assert_uint_eq(lsc_lead_n_activities(lead), 0);
    lsc_lead_fields(lead, &n);
    ck_assert_uint_eq(n, 0);
    ck_assert_ptr_null(lsc_test_value(lead, "email"));
    lsc_lead_free(lead);
    lsc_lead_free(NULL);
}
END_TEST

START_TEST(property_set_again_takes_the_place_of_the_first)
{
    lsc_lead *lead = lsc_test_new_lead();
    size_t n;
    ck_ok(lsc_lead_set_text(lead, "company.industry", "software", error));
    ck_ok(lsc_lead_set_number(lead, "company.industry", 7, error));
    ck_assert_int_eq(lsc_test_value(lead, "company.industry")->type, LSC_VALUE_NUMBER);
    lsc_lead_fields(lead, &n);
    ck_assert_uint_eq(n, 1);
    lsc_lead_free(lead);
}
END_TEST

START_TEST(missing_value_removes_the_property)
{
    lsc_lead *lead = lsc_test_new_lead();
    const char *const blanks[] = {"", NULL};
    const lsc_property missing[] = {
        {.name = "a", .type = LSC_VALUE_MISSING},
        {.name = "a", .type = LSC_VALUE_TEXT, .text = ""},
        {.name = "a", .type = LSC_VALUE_TEXT, .text = NULL},
        {.name = "a", .type = LSC_VALUE_LIST, .items = NULL, .n_items = 0},
        {.name = "a", .type = LSC_VALUE_LIST, .items = blanks, .n_items = 2},
    };
    for (size_t i = 0; i < sizeof missing / sizeof missing[0]; i++) {
        ck_ok(lsc_lead_set_text(lead, "a", "here", error));
        ck_ok(lsc_lead_set_text(lead, "b", "stays", error));
        ck_ok(lsc_lead_set(lead, &missing[i], error));
        ck_assert_ptr_null(lsc_test_value(lead, "a"));
        lsc_test_is_text(lead, "b", "stays");
        ck_ok(lsc_lead_set(lead, &missing[i], error)); /* of what is not there */
    }
    lsc_lead_free(lead);
}
END_TEST

START_TEST(fields_are_sorted_by_name_whatever_the_order_they_were_set_in)
{
    lsc_lead *lead = lsc_test_new_lead();
    char name[16];
    for (int i = 0; i < 500; i++) {
        snprintf(name, sizeof name, "p%d", i * 263 % 500);
        ck_ok(lsc_lead_set_number(lead, name, i * 263 % 500, error));
    }
    size_t n;
    const lsc_field *fields = lsc_lead_fields(lead, &n);
    ck_assert_uint_eq(n, 500);
    for (size_t i = 1; i < n; i++) {
        ck_assert_int_lt(strcmp(fields[i - 1].name, fields[i].name), 0);
    }
    for (int i = 0; i < 500; i++) {
        snprintf(name, sizeof name, "p%d", i);
        ck_assert(lsc_test_value(lead, name)->number == i);
    }
    lsc_lead_free(lead);
}
END_TEST

START_TEST(bad_property_is_refused_and_changes_nothing)
{
    lsc_lead *lead = lsc_test_new_lead();
    ck_ok(lsc_lead_set_text(lead, "a", "was", error));
    ck_fails(lsc_lead_set_text(lead, NULL, "x", error), LSC_INVALID_ARG, "no name");
    ck_fails(lsc_lead_set_text(lead, "", "x", error), LSC_INVALID_ARG, "no name");
    ck_fails(lsc_lead_set_text(lead, "\xff", "x", error), LSC_INVALID_ARG, "UTF-8");
    ck_fails(lsc_lead_set_text(lead, "a", "\xc3(", error), LSC_INVALID_ARG, "a is not UTF-8");
    ck_fails(lsc_lead_set_number(lead, "a", (double)NAN, error), LSC_INVALID_ARG,
             "a is not a finite");
    ck_fails(lsc_lead_set_number(lead, "a", (double)INFINITY, error), LSC_INVALID_ARG, "finite");
    ck_fails(lsc_lead_set_time(lead, "a", LSC_TIME_NONE, error), LSC_INVALID_ARG, "a is a time");
    ck_fails(lsc_lead_set_time(lead, "a", LSC_TIME_MAX + 1, error), LSC_INVALID_ARG, "9999");
    const lsc_property wrong = {.name = "a", .type = (lsc_value_type)6};
    ck_fails(lsc_lead_set(lead, &wrong, error), LSC_INVALID_ARG, "type 6");
    const char *const items[] = {"good", "\xc0\x80"};
    const lsc_property list = {.name = "a", .type = LSC_VALUE_LIST, .items = items, .n_items = 2};
    ck_fails(lsc_lead_set(lead, &list, error), LSC_INVALID_ARG, "UTF-8");
    ck_fails(lsc_lead_set(lead, NULL, error), LSC_INVALID_ARG, "property is NULL");
    ck_fails(lsc_lead_set(NULL, &list, error), LSC_INVALID_ARG, "lead is NULL");
    lsc_test_is_text(lead, "a", "was");
    ck_assert_int_eq(lsc_lead_set_number(lead, "a", (double)NAN, NULL), LSC_INVALID_ARG);
    lsc_lead_free(lead);
}
END_TEST

START_TEST(extreme_values_are_kept_as_they_are)
{
    lsc_lead *lead = lsc_test_new_lead();
    ck_ok(lsc_lead_set_number(lead, "n", -DBL_MAX, error));
    ck_ok(lsc_lead_set_number(lead, "zero", -0.0, error));
    ck_ok(lsc_lead_set_time(lead, "first", LSC_TIME_MIN, error));
    ck_ok(lsc_lead_set_time(lead, "last", LSC_TIME_MAX, error));
    ck_assert(lsc_test_value(lead, "n")->number == -DBL_MAX);
    ck_assert(!signbit(lsc_test_value(lead, "zero")->number)); /* -0 and 0 are one number */
    ck_assert_int_eq(lsc_test_value(lead, "first")->time_ms, LSC_TIME_MIN);
    ck_assert_int_eq(lsc_test_value(lead, "last")->time_ms, LSC_TIME_MAX);
    lsc_lead_free(lead);
}
END_TEST

START_TEST(text_and_name_have_limits)
{
    lsc_lead *lead = lsc_test_new_lead();
    char *text = lsc_test_repeat("", "x", LSC_MAX_TEXT, "");
    char *longer = lsc_test_repeat("", "x", LSC_MAX_TEXT + 1, "");
    char *name = lsc_test_repeat("", "n", LSC_MAX_PROPERTY_NAME, "");
    char *longer_name = lsc_test_repeat("", "n", LSC_MAX_PROPERTY_NAME + 1, "");
    ck_ok(lsc_lead_set_text(lead, name, text, error));
    ck_assert_uint_eq(lsc_test_value(lead, name)->length, LSC_MAX_TEXT);
    ck_fails(lsc_lead_set_text(lead, "a", longer, error), LSC_LIMIT, "a is longer than 65536");
    ck_fails(lsc_lead_set_text(lead, longer_name, "a", error), LSC_LIMIT, "256");
    ck_ok(lsc_lead_set_id(lead, text, error));
    ck_fails(lsc_lead_set_id(lead, longer, error), LSC_LIMIT, "id is longer");
    ck_assert_uint_eq(strlen(lsc_lead_id(lead)), LSC_MAX_TEXT);
    free(text);
    free(longer);
    free(name);
    free(longer_name);
    lsc_lead_free(lead);
}
END_TEST

START_TEST(lists_have_a_limit_and_leave_out_blank_items)
{
    lsc_lead *lead = lsc_test_new_lead();
    const char *items[LSC_MAX_LIST + 1];
    for (size_t i = 0; i <= LSC_MAX_LIST; i++) {
        items[i] = i == 3 ? "" : i == 4 ? NULL : "item";
    }
    lsc_property list = {.name = "l", .type = LSC_VALUE_LIST, .items = items};
    list.n_items = LSC_MAX_LIST;
    ck_ok(lsc_lead_set(lead, &list, error));
    ck_assert_uint_eq(lsc_test_value(lead, "l")->n_items, LSC_MAX_LIST - 2);
    list.n_items = LSC_MAX_LIST + 1;
    ck_fails(lsc_lead_set(lead, &list, error), LSC_LIMIT, "l has 1001 items");
    lsc_lead_free(lead);
}
END_TEST

START_TEST(properties_have_a_limit)
{
    lsc_lead *lead = lsc_test_new_lead();
    char name[16];
    ck_ok(lsc_lead_set_id(lead, "not a property", error));
    for (int i = 0; i < LSC_MAX_PROPERTIES; i++) {
        snprintf(name, sizeof name, "p%d", i);
        ck_ok(lsc_lead_set_number(lead, name, i, error));
    }
    ck_fails(lsc_lead_set_number(lead, "more", 1, error), LSC_LIMIT, "1001 properties");
    ck_ok(lsc_lead_set_number(lead, "p7", -7, error)); /* is there already */
    ck_ok(lsc_lead_set_text(lead, "p8", NULL, error));
    ck_ok(lsc_lead_set_number(lead, "more", 1, error));
    lsc_lead_free(lead);
}
END_TEST

START_TEST(id_is_set_by_its_call_or_as_a_property)
{
    lsc_lead *lead = lsc_test_new_lead();
    size_t n;
    ck_ok(lsc_lead_set_id(lead, "L-1", error));
    ck_assert_str_eq(lsc_lead_id(lead), "L-1");
    ck_ok(lsc_lead_set_text(lead, "id", "L-2", error));
    ck_assert_str_eq(lsc_lead_id(lead), "L-2");
    ck_ok(lsc_lead_set_number(lead, "Id", 42, error));
    ck_assert_str_eq(lsc_lead_id(lead), "42");
    lsc_lead_fields(lead, &n);
    ck_assert_uint_eq(n, 0);
    ck_fails(lsc_lead_set_number(lead, "id", 0.5, error), LSC_INVALID_ARG, "whole number");
    ck_fails(lsc_lead_set_bool(lead, "id", true, error), LSC_INVALID_ARG, "must be text");
    ck_fails(lsc_lead_set_id(lead, "", error), LSC_INVALID_ARG, "empty");
    ck_fails(lsc_lead_set_id(lead, NULL, error), LSC_INVALID_ARG, "empty");
    ck_fails(lsc_lead_set_id(lead, "\x80", error), LSC_INVALID_ARG, "UTF-8");
    ck_assert_str_eq(lsc_lead_id(lead), "42");
    ck_ok(lsc_lead_set_text(lead, "id", "", error));
    ck_assert_str_eq(lsc_lead_id(lead), "");
    lsc_lead_free(lead);
}
END_TEST

START_TEST(known_times_are_times_in_whatever_form_they_came)
{
    lsc_lead *lead = lsc_test_new_lead();
    ck_ok(lsc_lead_set_text(lead, "created_at", "2026-04-01T00:00:00Z", error));
    ck_assert_int_eq(lsc_test_value(lead, "created_at")->type, LSC_VALUE_TIME);
    ck_assert_int_eq(lsc_test_value(lead, "created_at")->time_ms, INT64_C(1775001600000));
    ck_ok(lsc_lead_set_number(lead, "CreatedDate", 1500, error));
    ck_assert_int_eq(lsc_test_value(lead, "created_at")->time_ms, 1500);
    ck_fails(lsc_lead_set_text(lead, "createdate", "long ago", error), LSC_INVALID_ARG,
             "createdate must be RFC 3339 or epoch milliseconds, not \"long ago\"");
    ck_assert_int_eq(lsc_test_value(lead, "created_at")->time_ms, 1500);
    ck_ok(lsc_lead_set_text(lead, "seen_at", "2026-04-01T00:00:00Z", error));
    ck_assert_int_eq(lsc_test_value(lead, "seen_at")->type, LSC_VALUE_TEXT);
    lsc_lead_free(lead);
}
END_TEST

START_TEST(aliases_mean_our_names)
{
    lsc_lead *lead = lsc_test_new_lead();
    ck_ok(lsc_lead_set_text(lead, "FirstName", "Ada", error));
    ck_ok(lsc_lead_set_text(lead, "properties.lastname", "Lovelace", error));
    ck_ok(lsc_lead_set_text(lead, "properties.favourite", "engines", error));
    lsc_test_is_text(lead, "first_name", "Ada");
    lsc_test_is_text(lead, "last_name", "Lovelace");
    lsc_test_is_text(lead, "favourite", "engines");
    ck_assert_ptr_eq(lsc_test_value(lead, "FirstName"), lsc_test_value(lead, "first_name"));
    lsc_lead_free(lead);
}
END_TEST

START_TEST(cells_take_no_alias_and_no_time)
{
    lsc_lead *lead = lsc_test_new_lead();
    ck_ok(lsc_test_cell(lead, "FirstName", "Ada", error));
    ck_ok(lsc_test_cell(lead, "LastName", "", error));
    ck_ok(lsc_test_cell(lead, "created_at", "long ago", error));
    lsc_test_is_text(lead, "FirstName", "Ada");
    lsc_test_is_text(lead, "created_at", "long ago");
    ck_assert_ptr_null(lsc_test_value(lead, "LastName"));
    char *longer = lsc_test_repeat("", "x", LSC_MAX_TEXT + 1, "");
    ck_fails(lsc_test_cell(lead, "d", longer, error), LSC_LIMIT, "d is");
    ck_ok(lsc_test_cell(lead, "d", longer + 1, error));
    lsc_lead_free(lead);
    free(longer);
}
END_TEST

START_TEST(cleared_lead_is_like_a_new_one)
{
    lsc_lead *lead = lsc_test_lead("{\"id\": \"L1\", \"email\": \"a@b.c\", \"activities\": ["
                                   "{\"id\": \"1\", \"type\": \"identify\", \"time\": 1,"
                                   " \"data\": {\"email\": \"x@y.z\"}}]}");
    lsc_lead *fresh = lsc_test_new_lead();
    lsc_lead_clear(lead);
    ck_assert_str_eq(lsc_lead_id(lead), "");
    ck_assert_uint_eq(lsc_lead_n_activities(lead), 0);
    ck_assert_ptr_null(lsc_test_value(lead, "email"));
    char hash[LSC_HASH_TEXT_SIZE];
    strcpy(hash, lsc_test_hash(lead, LSC_TIME_MAX));
    ck_assert_str_eq(hash, lsc_test_hash(fresh, LSC_TIME_MAX));
    lsc_test_add(lead, "[{\"id\": \"1\", \"type\": \"a\", \"time\": 2}]");
    ck_assert_uint_eq(lsc_lead_n_activities(lead), 1);
    lsc_lead_free(fresh);
    lsc_lead_free(lead);
    lsc_lead_clear(NULL);
}
END_TEST

START_TEST(what_is_given_is_copied)
{
    char name[] = "first";
    char text[] = "value";
    lsc_lead *lead = lsc_test_new_lead();
    ck_ok(lsc_lead_set_text(lead, name, text, error));
    const lsc_property property = {.name = name, .type = LSC_VALUE_TEXT, .text = text};
    lsc_activity activity = LSC_ACTIVITY_INIT;
    activity.id = activity.type = activity.source = name;
    activity.time_ms = 1;
    activity.properties = &property;
    activity.n_properties = 1;
    ck_ok(lsc_lead_add_activity(lead, &activity, error));
    memset(name, 'x', 5);
    memset(text, 'x', 5);
    lsc_test_is_text(lead, "first", "value");
    size_t n;
    const lsc_event *event = lsc_lead_events(lead, &n);
    ck_assert_str_eq(event->id, "first");
    ck_assert_str_eq(event->type, "first");
    ck_assert_str_eq(event->source, "first");
    ck_assert_str_eq(lsc_event_value(event, "first", 5)->text, "value");
    lsc_lead_free(lead);
}
END_TEST

START_TEST(bad_activity_is_refused_and_changes_nothing)
{
    lsc_lead *lead = lsc_test_new_lead();
    const lsc_activity good = {sizeof good, "1", "a", NULL, 5, LSC_TIME_NONE, false, NULL, 0};
    const lsc_property twice[] = {{.name = "p", .type = LSC_VALUE_BOOL},
                                  {.name = "p", .type = LSC_VALUE_BOOL}};
    ck_ok(lsc_lead_add_activity(lead, &good, error));
    lsc_activity bad = good;
    bad.id = NULL;
    ck_fails(lsc_lead_add_activity(lead, &bad, error), LSC_INVALID_ARG, "id is missing");
    bad.id = "";
    ck_fails(lsc_lead_add_activity(lead, &bad, error), LSC_INVALID_ARG, "id is missing");
    bad.id = "\xff";
    ck_fails(lsc_lead_add_activity(lead, &bad, error), LSC_INVALID_ARG, "id is not UTF-8");
    bad = good;
    bad.type = NULL;
    ck_fails(lsc_lead_add_activity(lead, &bad, error), LSC_INVALID_ARG, "type is missing");
    bad = good;
    bad.source = "\xff";
    ck_fails(lsc_lead_add_activity(lead, &bad, error), LSC_INVALID_ARG, "source is not UTF-8");
    bad = good;
    bad.time_ms = LSC_TIME_NONE;
    ck_fails(lsc_lead_add_activity(lead, &bad, error), LSC_INVALID_ARG, "time is missing");
    bad.time_ms = LSC_TIME_MIN - 1;
    ck_fails(lsc_lead_add_activity(lead, &bad, error), LSC_INVALID_ARG,
             "time is -62135596800001, must be a time of the years 1 to 9999");
    bad = good;
    bad.recorded_time_ms = LSC_TIME_MAX + 1;
    ck_fails(lsc_lead_add_activity(lead, &bad, error), LSC_INVALID_ARG, "recorded_time is");
    bad = good;
    bad.n_properties = 1;
    ck_fails(lsc_lead_add_activity(lead, &bad, error), LSC_INVALID_ARG, "properties is NULL");
    bad.properties = twice;
    bad.n_properties = 2;
    ck_fails(lsc_lead_add_activity(lead, &bad, error), LSC_INVALID_ARG, "p is there twice");
    bad = good;
    bad.size = 0;
    ck_fails(lsc_lead_add_activity(lead, &bad, error), LSC_INVALID_ARG, "");
    ck_fails(lsc_lead_add_activity(lead, NULL, error), LSC_INVALID_ARG, "activity is NULL");
    ck_assert_uint_eq(lsc_lead_n_activities(lead), 1);
    lsc_lead_free(lead);
}
END_TEST

START_TEST(properties_of_an_activity_have_a_limit)
{
    lsc_lead *lead = lsc_test_new_lead();
    static char names[LSC_MAX_PROPERTIES + 1][8];
    static lsc_property properties[LSC_MAX_PROPERTIES + 1];
    for (size_t i = 0; i <= LSC_MAX_PROPERTIES; i++) {
        snprintf(names[i], sizeof names[i], "p%zu", i);
        properties[i] = (lsc_property){.name = names[i], .type = LSC_VALUE_BOOL};
    }
    lsc_activity activity = LSC_ACTIVITY_INIT;
    activity.id = activity.type = "a";
    activity.time_ms = 0;
    activity.properties = properties;
    activity.n_properties = LSC_MAX_PROPERTIES + 1;
    ck_fails(lsc_lead_add_activity(lead, &activity, error), LSC_LIMIT, "1001 properties");
    activity.n_properties = LSC_MAX_PROPERTIES;
    ck_ok(lsc_lead_add_activity(lead, &activity, error));
    lsc_lead_free(lead);
}
END_TEST

START_TEST(initialiser_functions_say_what_the_macros_say)
{
    lsc_activity activity;
    lsc_files files;
    lsc_csv csv;
    lsc_activity_init(&activity, sizeof activity);
    lsc_files_init(&files, sizeof files);
    lsc_csv_init(&csv, sizeof csv);
    ck_assert_uint_eq(activity.size, sizeof activity);
    ck_assert_int_eq(activity.time_ms, LSC_TIME_NONE);
    ck_assert_int_eq(activity.recorded_time_ms, LSC_TIME_NONE);
    ck_assert_uint_eq(files.size, sizeof files);
    ck_assert_uint_eq(csv.size, sizeof csv);
    ck_assert_int_eq(csv.delimiter, 0);
}
END_TEST

LSC_SUITE("lead/lead", TEST(new_lead_is_empty),
          TEST(property_set_again_takes_the_place_of_the_first),
          TEST(missing_value_removes_the_property),
          TEST(fields_are_sorted_by_name_whatever_the_order_they_were_set_in),
          TEST(bad_property_is_refused_and_changes_nothing),
          TEST(extreme_values_are_kept_as_they_are), TEST(text_and_name_have_limits),
          TEST(lists_have_a_limit_and_leave_out_blank_items), TEST(properties_have_a_limit),
          TEST(id_is_set_by_its_call_or_as_a_property),
          TEST(known_times_are_times_in_whatever_form_they_came), TEST(aliases_mean_our_names),
          TEST(cells_take_no_alias_and_no_time), TEST(cleared_lead_is_like_a_new_one),
          TEST(what_is_given_is_copied), TEST(bad_activity_is_refused_and_changes_nothing),
          TEST(properties_of_an_activity_have_a_limit),
          TEST(initialiser_functions_say_what_the_macros_say))
