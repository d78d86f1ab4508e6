#include "lead_tools.h"

#define ck_added(lead, json) ck_ok(lsc_lead_add_activities_json(lead, json, strlen(json), error))
#define ck_refused(lead, json, status, words) \
    ck_fails(lsc_lead_add_activities_json(lead, json, strlen(json), error), status, words)

/* The only event of a lead that has one. */
static const lsc_event *only_event(lsc_lead *lead)
{
    size_t n;
    lsc_lead_settle(lead);
    const lsc_event *events = lsc_lead_events(lead, &n);
    ck_assert_uint_eq(n, 1);
    return events;
}

static const lsc_value *value_of(const lsc_event *event, const char *name)
{
    const lsc_value *value = lsc_event_value(event, name, strlen(name));
    ck_assert_msg(value != NULL, "%s is missing", name);
    return value;
}

START_TEST(flat_form_is_read)
{
    lsc_lead *lead = lsc_test_lead("{\"id\": \"L1\"}");
    ck_added(lead, "[{\"id\": \"a1\", \"lead_id\": \"L1\", \"type\": \"Page Viewed\", \"time\": "
                   "\"2026-04-01T00:00:00Z\", \"recorded_time\": 1775001660000, \"source\": "
                   "\"web\", \"bot\": true, \"data\": {\"path\": \"/pricing\", \"utm\": "
                   "{\"source\": \"x\"}, \"duration_seconds\": 12.5, \"tags\": [\"a\", \"b\"]}}]");
    const lsc_event *event = only_event(lead);
    ck_assert_str_eq(event->id, "a1");
    ck_assert_str_eq(event->type, "Page Viewed");
    ck_assert_uint_eq(event->type_length, 11);
    ck_assert_str_eq(event->source, "web");
    ck_assert_int_eq(event->time_ms, INT64_C(1775001600000));
    ck_assert_int_eq(event->recorded_time_ms, INT64_C(1775001660000));
    ck_assert(event->bot && !event->identify);
    ck_assert_uint_eq(event->n_fields, 4);
    ck_assert_str_eq(value_of(event, "path")->text, "/pricing");
    ck_assert_str_eq(value_of(event, "utm.source")->text, "x");
    ck_assert(value_of(event, "duration_seconds")->number == 12.5);
    ck_assert_uint_eq(value_of(event, "tags")->n_items, 2);
    lsc_lead_free(lead);
}
END_TEST

START_TEST(what_is_optional_may_be_left_out)
{
    lsc_lead *lead = lsc_test_new_lead();
    ck_added(lead, "{\"id\": 17, \"type\": \"a\", \"time\": \"12345\", \"source\": null, \"bot\": "
                   "null, \"data\": null, \"recorded_time\": \"\", \"unknown\": [1]}");
    const lsc_event *event = only_event(lead);
    ck_assert_str_eq(event->id, "17");
    ck_assert_str_eq(event->source, "");
    ck_assert_int_eq(event->time_ms, 12345);
    ck_assert_int_eq(event->recorded_time_ms, 12345);
    ck_assert(!event->bot);
    ck_assert_uint_eq(event->n_fields, 0);
    lsc_lead_free(lead);
}
END_TEST

START_TEST(lead_without_id_takes_the_activities_of_any)
{
    lsc_lead *lead = lsc_test_new_lead();
    ck_added(lead, "{\"id\": \"1\", \"lead_id\": \"L1\", \"type\": \"a\", \"time\": 1}");
    ck_assert_str_eq(only_event(lead)->id, "1");
    lsc_lead_free(lead);
}
END_TEST

START_TEST(names_in_activities_take_no_alias)
{
    lsc_lead *lead = lsc_test_new_lead();
    ck_added(lead, "{\"id\": \"1\", \"type\": \"a\", \"time\": 1, \"data\": {\"title\": \"x\", "
                   "\"created_at\": \"never\"}}");
    ck_assert_str_eq(value_of(only_event(lead), "title")->text, "x");
    ck_assert_str_eq(value_of(only_event(lead), "created_at")->text, "never");
    lsc_lead_free(lead);
}
END_TEST

START_TEST(track_call_in_an_envelope_is_read)
{
    lsc_lead *lead = lsc_test_lead("{\"id\": \"L1\"}");
    ck_added(lead,
             "{\"specversion\": \"1.0\", \"id\": \"e1\", \"source\": \"//site\", \"type\": "
             "\"com.segment.track\", \"subject\": \"L1\", \"time\": \"2026-04-01T00:00:00Z\", "
             "\"recordedtime\": \"2026-04-01T00:01:00Z\", \"data\": {\"type\": \"track\", "
             "\"event\": \"Demo Requested\", \"userId\": \"other\", \"properties\": {\"plan\": "
             "\"pro\"}, \"context\": {\"bot\": true, \"ip\": \"::1\"}}}");
    const lsc_event *event = only_event(lead);
    ck_assert_str_eq(event->id, "e1");
    ck_assert_str_eq(event->source, "//site");
    ck_assert_str_eq(event->type, "Demo Requested");
    ck_assert_int_eq(event->recorded_time_ms - event->time_ms, 60000);
    ck_assert(event->bot);
    ck_assert_uint_eq(event->n_fields, 1);
    ck_assert_str_eq(value_of(event, "plan")->text, "pro");
    lsc_lead_free(lead);
}
END_TEST

START_TEST(body_stands_in_for_what_the_envelope_leaves_out)
{
    lsc_lead *lead = lsc_test_lead("{\"id\": \"42\"}");
    ck_added(lead, "{\"specversion\": \"1.0\", \"id\": \"e1\", \"source\": \"s\", \"type\": \"t\", "
                   "\"data\": {\"type\": \"page\", \"userId\": 42, \"timestamp\": 5, "
                   "\"receivedAt\": 9, \"properties\": {\"path\": \"/\"}}}");
    const lsc_event *event = only_event(lead);
    ck_assert_str_eq(event->type, "Page Viewed");
    ck_assert_int_eq(event->time_ms, 5);
    ck_assert_int_eq(event->recorded_time_ms, 9);
    ck_refused(lead,
               "{\"specversion\": \"1.0\", \"id\": \"e2\", \"source\": \"s\", \"type\": \"t\", "
               "\"data\": {\"type\": \"page\", \"userId\": \"43\", \"timestamp\": 5}}",
               LSC_BAD_LEAD, "lead_id is \"43\"");
    lsc_lead_free(lead);
}
END_TEST

START_TEST(calls_of_segment_have_their_types)
{
    static const struct {
        const char *call;
        const char *type;
        bool identify;
    } cases[] = {{"page", "Page Viewed", false},
                 {"screen", "Screen Viewed", false},
                 {"identify", "identify", true},
                 {"group", "identify", true}};
    for (size_t i = 0; i < 4; i++) {
        lsc_lead *lead = lsc_test_new_lead();
        char *json = lsc_test_repeat("{\"specversion\": \"1.0\", \"id\": \"e\", \"type\": \"t\", "
                                     "\"time\": 1, \"data\": {\"type\": \"",
                                     cases[i].call, 1, "\"}}");
        ck_added(lead, json);
        ck_assert_str_eq(only_event(lead)->type, cases[i].type);
        ck_assert(only_event(lead)->identify == cases[i].identify);
        free(json);
        lsc_lead_free(lead);
    }
}
END_TEST

START_TEST(traits_of_identify_and_group_are_properties_of_the_lead)
{
    lsc_lead *lead = lsc_test_lead("{\"job_title\": \"CTO\"}");
    ck_added(lead,
             "{\"specversion\": \"1.0\", \"id\": \"1\", \"type\": \"t\", \"time\": 1, \"data\": "
             "{\"type\": \"identify\", \"traits\": {\"firstName\": \"Ada\", \"title\": \"CEO\", "
             "\"createdAt\": \"1970-01-01T00:00:05Z\"}}}\n"
             "{\"specversion\": \"1.0\", \"id\": \"2\", \"type\": \"t\", \"time\": 2, \"data\": "
             "{\"type\": \"group\", \"traits\": {\"name\": \"Engines\", \"employees\": 12}}}\n");
    lsc_test_is_text(lead, "first_name", "Ada");
    lsc_test_is_text(lead, "job_title", "CEO");
    lsc_test_is_text(lead, "company.name", "Engines");
    ck_assert(lsc_test_value(lead, "company.employee_count")->number == 12);
    ck_assert_int_eq(lsc_test_value(lead, "created_at")->time_ms, 5000);
    lsc_lead_free(lead);
}
END_TEST

START_TEST(envelope_without_a_segment_body_is_taken_as_it_is)
{
    lsc_lead *lead = lsc_test_new_lead();
    ck_added(lead, "{\"specversion\": \"1.0\", \"id\": \"1\", \"source\": \"s\", \"type\": "
                   "\"Signed In\", \"time\": 1, \"data\": {\"type\": \"sso\"}}");
    ck_assert_str_eq(only_event(lead)->type, "Signed In");
    ck_assert_str_eq(value_of(only_event(lead), "type")->text, "sso");
    lsc_lead_free(lead);
}
END_TEST

START_TEST(bad_member_is_named_with_what_stands_there)
{
    static const struct {
        const char *json;
        const char *words;
    } cases[] = {
        {"[{\"type\": \"a\", \"time\": 1}]", "activities[0]: id is missing"},
        {"[{\"id\": \"\", \"type\": \"a\", \"time\": 1}]", "id is missing"},
        {"[{\"id\": null, \"type\": \"a\", \"time\": 1}]", "id is missing"},
        {"[{\"id\": 1.5, \"type\": \"a\", \"time\": 1}]", "id must be a string, or a whole"},
        {"[{\"id\": {}, \"type\": \"a\", \"time\": 1}]", "id must be a string, not of type object"},
        {"[{\"id\": \"1\", \"time\": 1}]", "type is missing"},
        {"[{\"id\": \"1\", \"type\": 5, \"time\": 1}]",
         "type must be a string, not of type number"},
        {"[{\"id\": \"1\", \"type\": \"a\"}]", "time is missing"},
        {"[{\"id\": \"1\", \"type\": \"a\", \"time\": null}]", "time is missing"},
        {"[{\"id\": \"1\", \"type\": \"a\", \"time\": \"today\"}]",
         "time must be RFC 3339 or epoch milliseconds, not \"today\""},
        {"[{\"id\": \"1\", \"type\": \"a\", \"time\": 1e18}]", "not 1000000000000000000"},
        {"[{\"id\": \"1\", \"type\": \"a\", \"time\": true}]", "not of type boolean"},
        {"[{\"id\": \"1\", \"type\": \"a\", \"time\": 1, \"recorded_time\": \"x\"}]",
         "recorded_time must be RFC 3339"},
        {"[{\"id\": \"1\", \"type\": \"a\", \"time\": 1, \"bot\": \"yes\"}]",
         "bot must be true or false, not of type string"},
        {"[{\"id\": \"1\", \"type\": \"a\", \"time\": 1, \"source\": 5}]",
         "source must be a string, not of type number"},
        {"[{\"id\": \"1\", \"type\": \"a\", \"time\": 1, \"data\": [1]}]",
         "data must be an object, not of type array"},
        {"[{\"id\": \"1\", \"type\": \"a\", \"time\": 1, \"data\": {\"a\": {\"b\": 1}, \"a.b\": "
         "2}}]",
         "a.b is there twice"},
        {"[{\"id\": \"1\", \"type\": \"a\", \"time\": 1, \"lead_id\": \"L2\"}]",
         "lead_id is \"L2\", the lead's id is \"L1\""},
        {"[{\"id\": \"1\", \"type\": \"identify\", \"time\": 1, \"data\": {\"created_at\": "
         "\"x\"}}]",
         "created_at must be RFC 3339"},
        {"[7]", "activities[0]: an activity must be an object, not of type number"},
        {"[{\"specversion\": \"0.3\", \"id\": \"1\", \"type\": \"a\", \"time\": 1}]",
         "specversion must be \"1.0\", not \"0.3\""},
        {"[{\"specversion\": \"1.0\", \"id\": \"1\", \"time\": 1, \"data\": {\"type\": "
         "\"track\"}}]",
         "data.event is missing"},
        {"[{\"specversion\": \"1.0\", \"id\": \"1\", \"type\": \"t\", \"data\": {\"type\": "
         "\"track\", \"event\": \"a\"}}]",
         "time is missing"},
        {"[{\"specversion\": \"1.0\", \"id\": \"1\", \"type\": \"t\", \"time\": 1, \"data\": {"
         "\"type\": \"track\", \"event\": \"a\", \"properties\": 5}}]",
         "properties must be an object, not of type number"},
    };
    lsc_lead *lead = lsc_test_lead("{\"id\": \"L1\"}");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_refused(lead, cases[i].json, LSC_BAD_LEAD, cases[i].words);
    }
    ck_assert_uint_eq(lsc_lead_n_activities(lead), 0);
    lsc_lead_free(lead);
}
END_TEST

START_TEST(one_bad_activity_refuses_all_of_the_call)
{
    lsc_lead *lead = lsc_test_lead("{\"activities\": [{\"id\": \"0\", \"type\": \"a\", \"time\": "
                                   "1}]}");
    ck_refused(lead,
               "[{\"id\": \"1\", \"type\": \"a\", \"time\": 1}, {\"id\": \"2\", \"type\": \"a\", "
               "\"time\": 2}, {\"id\": \"3\", \"type\": \"a\"}]",
               LSC_BAD_LEAD, "activities[2]: time is missing");
    ck_refused(
        lead, "{\"id\": \"1\", \"type\": \"a\", \"time\": 1}\n\n{\"id\": \"2\", \"type\": \"a\"}\n",
        LSC_BAD_LEAD, "activities, line 3: time is missing");
    ck_refused(lead, "{\"id\": \"1\", \"type\": \"a\", \"time\": 1}\n{\"id\": \"2\"", LSC_BAD_JSON,
               "activities, line 2");
    ck_refused(lead, "[{\"id\": \"1\", \"type\": \"a\", \"time\": 1},]", LSC_BAD_JSON, "");
    ck_assert_uint_eq(lsc_lead_n_activities(lead), 1);
    ck_assert_str_eq(only_event(lead)->id, "0");
    lsc_test_add(lead, "[{\"id\": \"1\", \"type\": \"b\", \"time\": 7}]");
    ck_assert_uint_eq(lsc_lead_n_activities(lead), 2);
    lsc_lead_free(lead);
}
END_TEST

START_TEST(offset_counts_from_the_beginning_of_all_lines)
{
    lsc_lead *lead = lsc_test_new_lead();
    const char *json = "{\"id\": \"1\", \"type\": \"a\", \"time\": 1}\n{\"id\": oops}";
    lsc_error error = LSC_ERROR_INIT;
    ck_assert_int_eq(lsc_lead_add_activities_json(lead, json, strlen(json), &error), LSC_BAD_JSON);
    ck_assert_int_ge(error.offset, strstr(json, "oops") - json);
    ck_assert_int_lt(error.offset, (int64_t)strlen(json));
    lsc_lead_free(lead);
}
END_TEST

START_TEST(lines_may_be_blank_end_in_cr_lf_or_have_no_end)
{
    lsc_lead *lead = lsc_test_new_lead();
    ck_added(lead, "\r\n  \t\n{\"id\": \"1\", \"type\": \"a\", \"time\": 1}\r\n\n"
                   "{\"id\": \"2\", \"type\": \"a\", \"time\": 2}");
    ck_assert_uint_eq(lsc_lead_n_activities(lead), 2);
    ck_added(lead, "");
    ck_added(lead, " \n ");
    ck_added(lead, " [ ] ");
    ck_ok(lsc_lead_add_activities_json(lead, NULL, 0, error));
    ck_assert_uint_eq(lsc_lead_n_activities(lead), 2);
    lsc_lead_free(lead);
}
END_TEST

START_TEST(no_activity_at_all_is_fine_for_a_new_lead)
{
    static const char *const none[] = {"", "\n\n", "[]"}; /* a sanitizer sees NULL + 0 */
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        lsc_lead *lead = NULL;
        ck_ok(lsc_lead_new(NULL, &lead, error));
        ck_ok(lsc_lead_add_activities_json(lead, none[i], strlen(none[i]), error));
        ck_ok(lsc_lead_add_activities_json(lead, NULL, 0, error));
        ck_assert_uint_eq(lsc_lead_n_activities(lead), 0);
        lsc_lead_free(lead);
    }
}
END_TEST

START_TEST(arguments_are_checked)
{
    lsc_lead *lead = lsc_test_new_lead();
    ck_fails(lsc_lead_add_activities_json(NULL, "[]", 2, error), LSC_INVALID_ARG, "lead");
    ck_fails(lsc_lead_add_activities_json(lead, NULL, 2, error), LSC_INVALID_ARG, "json");
    ck_assert_int_eq(lsc_lead_add_activities_json(lead, "[1]", 3, NULL), LSC_BAD_LEAD);
    lsc_lead_free(lead);
}
END_TEST

START_TEST(bytes_of_activities_have_a_limit)
{
    lsc_lead *lead = lsc_test_new_lead();
    char *text = lsc_test_repeat("[]", " ", LSC_MAX_ACTIVITIES_JSON - 1, "");
    ck_ok(lsc_lead_add_activities_json(lead, text, LSC_MAX_ACTIVITIES_JSON, error));
    ck_fails(lsc_lead_add_activities_json(lead, text, LSC_MAX_ACTIVITIES_JSON + 1, error),
             LSC_LIMIT, "268435456");
    free(text);
    lsc_lead_free(lead);
}
END_TEST

START_TEST(depth_of_activities_has_a_limit)
{
    lsc_lead *lead = lsc_test_new_lead();
    /* The array, the activity and its data are three levels. */
    const size_t free_levels = LSC_MAX_JSON_DEPTH - 3;
    char *open = lsc_test_repeat("[{\"id\": \"1\", \"type\": \"a\", \"time\": 1, \"data\": ",
                                 "{\"a\":", free_levels + 1, "5");
    char *json = lsc_test_repeat(open, "}", free_levels + 1, "}]");
    ck_added(lead, json);
    ck_assert_uint_eq(only_event(lead)->n_fields, 1);
    char *deeper_open = lsc_test_repeat("[{\"id\": \"2\", \"type\": \"a\", \"time\": 1, \"data\": ",
                                        "{\"a\":", free_levels + 2, "5");
    char *deeper = lsc_test_repeat(deeper_open, "}", free_levels + 2, "}]");
    ck_refused(lead, deeper, LSC_LIMIT, "");
    free(open);
    free(json);
    free(deeper_open);
    free(deeper);
    lsc_lead_free(lead);
}
END_TEST

START_TEST(texts_of_activities_have_limits)
{
    lsc_lead *lead = lsc_test_new_lead();
    char *id =
        lsc_test_repeat("[{\"type\": \"a\", \"time\": 1, \"id\": \"", "x", LSC_MAX_TEXT, "\"}]");
    char *longer = lsc_test_repeat("[{\"type\": \"a\", \"time\": 1, \"id\": \"", "x",
                                   LSC_MAX_TEXT + 1, "\"}]");
    char *type = lsc_test_repeat("[{\"id\": \"a\", \"time\": 1, \"type\": \"", "x",
                                 LSC_MAX_TEXT + 1, "\"}]");
    char *source = lsc_test_repeat("[{\"id\": \"a\", \"time\": 1, \"type\": \"a\", \"source\": \"",
                                   "x", LSC_MAX_TEXT + 1, "\"}]");
    ck_added(lead, id);
    ck_refused(lead, longer, LSC_LIMIT, "activities[0]: id is longer than 65536 bytes");
    ck_refused(lead, type, LSC_LIMIT, "type is longer than 65536 bytes");
    ck_refused(lead, source, LSC_LIMIT, "source is longer than 65536 bytes");
    free(id);
    free(longer);
    free(type);
    free(source);
    lsc_lead_free(lead);
}
END_TEST

LSC_SUITE("lead/activity_json", TEST(flat_form_is_read), TEST(what_is_optional_may_be_left_out),
          TEST(lead_without_id_takes_the_activities_of_any),
          TEST(names_in_activities_take_no_alias), TEST(track_call_in_an_envelope_is_read),
          TEST(body_stands_in_for_what_the_envelope_leaves_out),
          TEST(calls_of_segment_have_their_types),
          TEST(traits_of_identify_and_group_are_properties_of_the_lead),
          TEST(envelope_without_a_segment_body_is_taken_as_it_is),
          TEST(bad_member_is_named_with_what_stands_there),
          TEST(one_bad_activity_refuses_all_of_the_call),
          TEST(offset_counts_from_the_beginning_of_all_lines),
          TEST(lines_may_be_blank_end_in_cr_lf_or_have_no_end),
          TEST(no_activity_at_all_is_fine_for_a_new_lead), TEST(arguments_are_checked),
          TEST(bytes_of_activities_have_a_limit), TEST(depth_of_activities_has_a_limit),
          TEST(texts_of_activities_have_limits))
