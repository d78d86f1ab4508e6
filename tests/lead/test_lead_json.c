#include "core/random.h"
#include "lead/lead_impl.h"
#include "lead_tools.h"

#define ck_refused(json, status, words) \
    ck_fails(lsc_lead_parse_json(lead, json, strlen(json), error), status, words)

START_TEST(nested_objects_become_dotted_paths)
{
    lsc_lead *lead = lsc_test_lead(
        "{\"id\": \"L1\", \"company\": {\"industry\": \"software\", \"employee_count\": 120,"
        " \"office\": {\"floor\": {\"number\": 3}}}, \"vip\": true, \"address.city\": \"Bern\"}");
    ck_assert_str_eq(lsc_lead_id(lead), "L1");
    lsc_test_is_text(lead, "company.industry", "software");
    lsc_test_is_text(lead, "address.city", "Bern");
    ck_assert(lsc_test_value(lead, "company.employee_count")->number == 120);
    ck_assert(lsc_test_value(lead, "company.office.floor.number")->number == 3);
    ck_assert(lsc_test_value(lead, "vip")->boolean);
    ck_assert_ptr_null(lsc_test_value(lead, "id"));
    lsc_lead_free(lead);
}
END_TEST

START_TEST(numbers_given_as_strings_stay_text)
{
    lsc_lead *lead = lsc_test_lead("{\"a\": \"12\", \"b\": 12}");
    lsc_test_is_text(lead, "a", "12");
    ck_assert_int_eq(lsc_test_value(lead, "b")->type, LSC_VALUE_NUMBER);
    lsc_lead_free(lead);
}
END_TEST

START_TEST(null_and_blank_are_missing)
{
    lsc_lead *lead = lsc_test_lead("{\"a\": null, \"b\": \"\", \"c\": [], \"d\": {}, \"e\": [null, "
                                   "\"\"], \"f\": {\"g\": null}, \"activities\": null}");
    size_t n;
    lsc_lead_fields(lead, &n);
    ck_assert_uint_eq(n, 0);
    lsc_lead_free(lead);
}
END_TEST

START_TEST(arrays_become_lists_of_texts)
{
    lsc_lead *lead =
        lsc_test_lead("{\"t\": [\"a\", 1.5, true, null, \"\", {\"x\": 1}, [2], \"b\"]}");
    const lsc_value *value = lsc_test_value(lead, "t");
    static const char *const items[] = {"a", "1.5", "true", "b"};
    ck_assert_int_eq(value->type, LSC_VALUE_LIST);
    ck_assert_uint_eq(value->n_items, 4);
    for (size_t i = 0; i < 4; i++) {
        ck_assert_str_eq(value->items[i], items[i]);
    }
    lsc_lead_free(lead);
}
END_TEST

START_TEST(known_times_are_read)
{
    lsc_lead *lead = lsc_test_lead("{\"created_at\": \"2026-04-01\", \"outcome\": {\"label\": "
                                   "\"won\", \"time\": 1775001600000}, \"seen\": \"2026-04-01\"}");
    ck_assert_int_eq(lsc_test_value(lead, "created_at")->type, LSC_VALUE_TIME);
    ck_assert_int_eq(lsc_test_value(lead, "created_at")->time_ms, INT64_C(1775001600000));
    ck_assert_int_eq(lsc_test_value(lead, "outcome.time")->time_ms, INT64_C(1775001600000));
    lsc_test_is_text(lead, "seen", "2026-04-01");
    ck_refused("{\"created_at\": \"soon\"}", LSC_BAD_LEAD, "created_at must be RFC 3339");
    ck_refused("{\"createdate\": [1]}", LSC_BAD_LEAD, "createdate must be RFC 3339");
    ck_refused("{\"outcome\": {\"time\": 1e300}}", LSC_BAD_LEAD, "outcome.time must be");
    lsc_lead_free(lead);
}
END_TEST

START_TEST(records_of_other_systems_are_understood)
{
    lsc_lead *hubspot = lsc_test_lead(
        "{\"id\": \"512\", \"properties\": {\"firstname\": \"Ada\", \"jobtitle\": \"CTO\","
        " \"hs_object_id\": \"9\", \"company\": \"Engines\", \"createdate\": "
        "\"2026-04-01T00:00:00.000Z\", \"numberofemployees\": \"12\"}}");
    ck_assert_str_eq(lsc_lead_id(hubspot), "512");
    lsc_test_is_text(hubspot, "first_name", "Ada");
    lsc_test_is_text(hubspot, "job_title", "CTO");
    lsc_test_is_text(hubspot, "company.name", "Engines");
    lsc_test_is_text(hubspot, "company.employee_count", "12");
    ck_assert_int_eq(lsc_test_value(hubspot, "created_at")->time_ms, INT64_C(1775001600000));
    lsc_lead_free(hubspot);

    lsc_lead *salesforce = lsc_test_lead(
        "{\"Id\": \"00Q1\", \"Email\": \"a@b.c\", \"Title\": \"CEO\", \"LeadSource\": \"Web\","
        " \"Address\": {\"city\": \"Rome\"}, \"CreatedDate\": \"2026-04-01T00:00:00.000+0000\"}");
    ck_assert_str_eq(lsc_lead_id(salesforce), "00Q1");
    lsc_test_is_text(salesforce, "source", "Web");
    lsc_test_is_text(salesforce, "address.city", "Rome");
    ck_assert_int_eq(lsc_test_value(salesforce, "created_at")->time_ms, INT64_C(1775001600000));
    lsc_lead_free(salesforce);

    lsc_lead *mailchimp = lsc_test_lead(
        "{\"email_address\": \"a@b.c\", \"merge_fields\": {\"FNAME\": \"Ada\", \"LNAME\": \"\"},"
        " \"location\": {\"country_code\": \"CH\"}, \"timestamp_signup\": \"\"}");
    lsc_test_is_text(mailchimp, "email", "a@b.c");
    lsc_test_is_text(mailchimp, "first_name", "Ada");
    lsc_test_is_text(mailchimp, "address.country", "CH");
    ck_assert_ptr_null(lsc_test_value(mailchimp, "last_name"));
    lsc_lead_free(mailchimp);
}
END_TEST

START_TEST(our_own_name_wins_over_an_alias_in_any_order)
{
    static const char *const leads[] = {
        "{\"email\": \"own\", \"Email\": \"alias\", \"properties\": {\"email\": \"wrapped\"}}",
        "{\"properties\": {\"email\": \"wrapped\"}, \"Email\": \"alias\", \"email\": \"own\"}",
        "{\"EMAIL\": \"alias\", \"email\": \"own\"}",
    };
    for (size_t i = 0; i < 3; i++) {
        lsc_lead *lead = lsc_test_lead(leads[i]);
        lsc_test_is_text(lead, "email", "own");
        lsc_lead_free(lead);
    }
    lsc_lead *lead = lsc_test_lead("{\"email\": null, \"Email\": \"alias\"}");
    lsc_test_is_text(lead, "email", "alias"); /* a missing value does not win */
    lsc_lead_free(lead);
}
END_TEST

START_TEST(ids_may_be_whole_numbers)
{
    lsc_lead *lead = lsc_test_lead("{\"id\": 9007199254740991}");
    ck_assert_str_eq(lsc_lead_id(lead), "9007199254740991");
    ck_refused("{\"id\": 9007199254740993}", LSC_BAD_LEAD, "2^53");
    ck_refused("{\"id\": [\"a\"]}", LSC_BAD_LEAD, "id must be text");
    lsc_lead_free(lead);
}
END_TEST

START_TEST(one_path_given_twice_is_refused)
{
    lsc_lead *lead = lsc_test_new_lead();
    ck_refused("{\"a.b\": 1, \"a\": {\"b\": 2}}", LSC_BAD_LEAD, "a.b is there twice");
    ck_refused("{\"a\": 1, \"a\": 2}", LSC_BAD_JSON, "a");
    ck_refused("{\"a\": 1, \"\\u0061\": 2}", LSC_BAD_JSON, "a");
    lsc_lead_free(lead);
}
END_TEST

START_TEST(what_is_no_lead_is_refused_and_leaves_the_lead_empty)
{
    lsc_lead *lead = lsc_test_lead("{\"id\": \"was\", \"a\": 1}");
    ck_refused("", LSC_BAD_JSON, "");
    ck_refused("{\"id\": \"L1\"", LSC_BAD_JSON, "");
    ck_refused("{\"id\": \"L1\"} x", LSC_BAD_JSON, "");
    ck_refused("[]", LSC_BAD_LEAD, "a lead must be an object, not of type array");
    ck_refused("\"L1\"", LSC_BAD_LEAD, "not of type string");
    ck_refused("{\"id\": \"L1\", \"n\": \"\xff\"}", LSC_BAD_JSON, "");
    ck_refused("{\"id\": \"L1\", \"n\": \"\\u0000\"}", LSC_BAD_JSON, "");
    ck_refused("{\"id\": \"L1\", \"n\": 01}", LSC_BAD_JSON, "");
    ck_refused("{\"id\": \"L1\", \"\": 1}", LSC_BAD_LEAD, "empty name");
    ck_refused("{\"id\": \"L1\", \"a\": {\"\": 1}}", LSC_BAD_LEAD, "empty name");
    ck_refused("{\"id\": \"L1\", \"activities\": {}}", LSC_BAD_LEAD,
               "activities must be an array, not of type object");
    ck_refused("{\"id\": \"L1\", \"activities\": [{\"id\": \"1\", \"type\": \"a\", \"time\": 1}, "
               "{\"id\": \"2\", \"type\": \"a\"}]}",
               LSC_BAD_LEAD, "activities[1]: time is missing");
    ck_assert_str_eq(lsc_lead_id(lead), "");
    ck_assert_uint_eq(lsc_lead_n_activities(lead), 0);
    ck_assert_ptr_null(lsc_test_value(lead, "a"));
    ck_fails(lsc_lead_parse_json(lead, NULL, 0, error), LSC_INVALID_ARG, "json is NULL");
    ck_fails(lsc_lead_parse_json(NULL, "{}", 2, error), LSC_INVALID_ARG, "lead is NULL");
    ck_assert_int_eq(lsc_lead_parse_json(lead, "[]", 2, NULL), LSC_BAD_LEAD);
    lsc_lead_free(lead);
}
END_TEST

START_TEST(offset_of_broken_json_is_told)
{
    lsc_lead *lead = lsc_test_new_lead();
    lsc_error error = LSC_ERROR_INIT;
    ck_assert_int_eq(lsc_lead_parse_json(lead, "{\"a\": nul}", 10, &error), LSC_BAD_JSON);
    ck_assert_int_ge(error.offset, 6);
    ck_assert_int_le(error.offset, 9);
    lsc_lead_free(lead);
}
END_TEST

START_TEST(depth_has_a_limit)
{
    lsc_lead *lead = lsc_test_new_lead();
    char *text = lsc_test_repeat("", "{\"a\":", LSC_MAX_JSON_DEPTH, "7");
    char *deepest = lsc_test_repeat(text, "}", LSC_MAX_JSON_DEPTH, "");
    ck_ok(lsc_lead_parse_json(lead, deepest, strlen(deepest), error));
    char *path = lsc_test_repeat("a", ".a", LSC_MAX_JSON_DEPTH - 1, "");
    ck_assert(lsc_test_value(lead, path)->number == 7);
    char *deeper = lsc_test_repeat("{\"a\":", deepest, 1, "}");
    ck_refused(deeper, LSC_LIMIT, "");
    char *abyss = lsc_test_repeat("", "[", 1000000, "");
    ck_refused(abyss, LSC_LIMIT, "");
    free(abyss);
    free(deeper);
    free(path);
    free(deepest);
    free(text);
    lsc_lead_free(lead);
}
END_TEST

START_TEST(size_has_a_limit)
{
    lsc_lead *lead = lsc_test_new_lead();
    char *text = lsc_test_repeat("{}", " ", LSC_MAX_LEAD_JSON - 1, "");
    ck_ok(lsc_lead_parse_json(lead, text, LSC_MAX_LEAD_JSON, error));
    ck_fails(lsc_lead_parse_json(lead, text, LSC_MAX_LEAD_JSON + 1, error), LSC_LIMIT, "16777216");
    free(text);
    lsc_lead_free(lead);
}
END_TEST

START_TEST(names_texts_and_lists_have_limits)
{
    lsc_lead *lead = lsc_test_new_lead();
    char *name = lsc_test_repeat("{\"a\": {\"", "n", LSC_MAX_PROPERTY_NAME - 2, "\": 1}}");
    char *longer_name = lsc_test_repeat("{\"a\": {\"", "n", LSC_MAX_PROPERTY_NAME - 1, "\": 1}}");
    char *text = lsc_test_repeat("{\"a\": \"", "x", LSC_MAX_TEXT, "\"}");
    char *longer_text = lsc_test_repeat("{\"a\": \"", "x", LSC_MAX_TEXT + 1, "\"}");
    char *longer_item = lsc_test_repeat("{\"a\": [\"", "x", LSC_MAX_TEXT + 1, "\"]}");
    char *list = lsc_test_repeat("{\"a\": [1", ",null,2", LSC_MAX_LIST - 1, "]}");
    char *longer_list = lsc_test_repeat("{\"a\": [1", ",2", LSC_MAX_LIST, "]}");
    ck_ok(lsc_lead_parse_json(lead, name, strlen(name), error));
    ck_ok(lsc_lead_parse_json(lead, text, strlen(text), error));
    ck_ok(lsc_lead_parse_json(lead, list, strlen(list), error));
    ck_assert_uint_eq(lsc_test_value(lead, "a")->n_items, LSC_MAX_LIST);
    ck_refused(longer_name, LSC_LIMIT, "longer than 256");
    ck_refused(longer_text, LSC_LIMIT, "a is longer than 65536");
    ck_refused(longer_item, LSC_LIMIT, "a is longer than 65536");
    ck_refused(longer_list, LSC_LIMIT, "a has more than 1000 items");
    free(name);
    free(longer_name);
    free(text);
    free(longer_text);
    free(longer_item);
    free(list);
    free(longer_list);
    lsc_lead_free(lead);
}
END_TEST

START_TEST(properties_have_a_limit_that_id_and_blanks_do_not_count_for)
{
    lsc_lead *lead = lsc_test_new_lead();
    lsc_buffer text;
    lsc_allocator allocator;
    ck_ok(lsc_allocator_resolve(NULL, &allocator, error));
    lsc_buffer_init(&text, &allocator);
    lsc_buffer_append_text(&text, "{\"id\": \"L1\", \"activities\": []");
    for (int i = 0; i < LSC_MAX_PROPERTIES; i++) {
        lsc_buffer_append_format(&text, ",\"p%d\":%d,\"n%d\":null", i, i, i);
    }
    size_t at = text.length;
    lsc_buffer_append_text(&text, "}");
    ck_ok(lsc_lead_parse_json(lead, text.data, text.length, error));
    text.length = at;
    lsc_buffer_append_text(&text, ",\"more\":1}");
    ck_fails(lsc_lead_parse_json(lead, text.data, text.length, error), LSC_LIMIT,
             "1001 properties");
    lsc_buffer_free(&text);
    lsc_lead_free(lead);
}
END_TEST

/** A lead of `n` fields that are n / 2 properties, each under two names. */
static void write_renamed(size_t n, lsc_buffer *text)
{
    static const char *const wrappers[] = {"", "properties."};
    lsc_buffer_clear(text);
    lsc_buffer_append_text(text, "{\"id\": \"L1\"");
    for (size_t i = 0; i < n; i++) {
        lsc_buffer_append_format(text, ",\"%sp%zu\":%zu", wrappers[i % 2], i / 2, i);
    }
    lsc_buffer_append_text(text, "}");
}

START_TEST(fields_have_a_limit_before_their_names_are_resolved)
{
    lsc_lead *lead = lsc_test_new_lead();
    lsc_buffer text;
    lsc_buffer_init(&text, lsc_default_allocator());
    write_renamed(2 * LSC_MAX_PROPERTIES, &text);
    ck_ok(lsc_lead_parse_json(lead, text.data, text.length, error));
    write_renamed(LSC_MAX_LEAVES - 1, &text); /* and the id */
    ck_fails(lsc_lead_parse_json(lead, text.data, text.length, error), LSC_LIMIT,
             "2000 properties, at most 1000");
    write_renamed(LSC_MAX_LEAVES, &text);
    ck_fails(lsc_lead_parse_json(lead, text.data, text.length, error), LSC_LIMIT,
             "more than 4000 fields");
    lsc_buffer_free(&text);
    lsc_lead_free(lead);
}
END_TEST

static void *adding_malloc(size_t size, void *ctx)
{
    *(size_t *)ctx += size;
    return malloc(size);
}

static void *adding_realloc(void *block, size_t size, void *ctx)
{
    *(size_t *)ctx += size;
    return realloc(block, size);
}

static void adding_free(void *block, void *ctx)
{
    (void)ctx;
    free(block);
}

START_TEST(fields_without_number_are_refused_before_they_take_memory)
{
    /* Each path is repeated in full: a field of ten bytes may take hundreds. */
    size_t taken = 0;
    const lsc_allocator allocator = {adding_malloc, adding_realloc, adding_free, &taken};
    lsc_lead *lead;
    lsc_buffer text;
    ck_ok(lsc_lead_new(&allocator, &lead, error));
    lsc_buffer_init(&text, lsc_default_allocator());
    lsc_buffer_append_format(&text, "{\"id\": \"L1\", \"%0240d\": {\"x\": 1", 0);
    for (int i = 0; i < 100000; i++) {
        lsc_buffer_append_format(&text, ",\"%x\":1", i);
    }
    lsc_buffer_append_text(&text, "}}");
    ck_fails(lsc_lead_parse_json(lead, text.data, text.length, error), LSC_LIMIT,
             "more than 4000 fields");
    /* 4000 fields of 400 bytes each, and what is allocated ahead. */
    ck_assert_uint_lt(taken, 4000000);
    lsc_buffer_free(&text);
    lsc_lead_free(lead);
}
END_TEST

START_TEST(activities_deeper_down_are_a_property)
{
    lsc_lead *lead = lsc_test_lead("{\"team\": {\"activities\": [\"golf\"]}}");
    ck_assert_uint_eq(lsc_test_value(lead, "team.activities")->n_items, 1);
    lsc_lead_free(lead);
}
END_TEST

START_TEST(embedded_activities_are_added_wherever_they_stand)
{
    lsc_lead *lead = lsc_test_lead("{\"activities\": [{\"id\": \"1\", \"lead_id\": \"L1\", "
                                   "\"type\": \"a\", \"time\": 1}], \"id\": \"L1\"}");
    ck_assert_uint_eq(lsc_lead_n_activities(lead), 1);
    ck_refused("{\"activities\": [{\"id\": \"1\", \"lead_id\": \"L2\", \"type\": \"a\", \"time\": "
               "1}], \"id\": \"L1\"}",
               LSC_BAD_LEAD, "activities[0]: lead_id is \"L2\", the lead's id is \"L1\"");
    lsc_lead_free(lead);
}
END_TEST

/* Whatever bytes come, there is a lead or a message. */
START_TEST(damaged_json_is_refused_or_read_but_never_crashes)
{
    static const char good[] =
        "{\"id\": \"L1\", \"company\": {\"technologies\": [\"a\", 1], \"x\": {\"y\": null}}, "
        "\"created_at\": \"2026-04-01\", \"activities\": [{\"id\": \"1\", \"type\": \"a\", "
        "\"time\": 1, \"data\": {\"p\": \"\\ud83d\\ude42\"}}, {\"specversion\": \"1.0\", \"id\": "
        "\"2\", \"type\": \"t\", \"time\": 2, \"data\": {\"type\": \"group\", \"traits\": "
        "{\"name\": "
        "\"x\"}}}]}";
    lsc_random random;
    lsc_random_seed(&random, 6);
    lsc_lead *lead = lsc_test_new_lead();
    size_t n_read = 0;
    for (int round = 0; round < 20000; round++) {
        char text[sizeof good];
        memcpy(text, good, sizeof good);
        size_t length = sizeof good - 1;
        for (uint64_t n = lsc_random_below(&random, 3); n > 0; n--) {
            text[lsc_random_below(&random, length)] = (char)lsc_random_below(&random, 256);
        }
        if (lsc_random_below(&random, 4) == 0) {
            length = lsc_random_below(&random, length);
        }
        lsc_error error = LSC_ERROR_INIT;
        lsc_status status = lsc_lead_parse_json(lead, text, length, &error);
        n_read += status == LSC_OK;
        if (status != LSC_OK) {
            ck_assert(status == LSC_BAD_JSON || status == LSC_BAD_LEAD || status == LSC_LIMIT);
            ck_assert_int_eq(error.status, status);
            ck_assert_uint_gt(strlen(error.message), 0);
            ck_assert_uint_eq(lsc_lead_n_activities(lead), 0);
        }
    }
    ck_assert_uint_gt(n_read, 1000);
    lsc_lead_free(lead);
}
END_TEST

LSC_SUITE("lead/lead_json", TEST(nested_objects_become_dotted_paths),
          TEST(numbers_given_as_strings_stay_text), TEST(null_and_blank_are_missing),
          TEST(arrays_become_lists_of_texts), TEST(known_times_are_read),
          TEST(records_of_other_systems_are_understood),
          TEST(our_own_name_wins_over_an_alias_in_any_order), TEST(ids_may_be_whole_numbers),
          TEST(one_path_given_twice_is_refused),
          TEST(what_is_no_lead_is_refused_and_leaves_the_lead_empty),
          TEST(offset_of_broken_json_is_told), TEST(depth_has_a_limit), TEST(size_has_a_limit),
          TEST(names_texts_and_lists_have_limits),
          TEST(properties_have_a_limit_that_id_and_blanks_do_not_count_for),
          TEST(fields_have_a_limit_before_their_names_are_resolved),
          TEST(fields_without_number_are_refused_before_they_take_memory),
          TEST(activities_deeper_down_are_a_property),
          TEST(embedded_activities_are_added_wherever_they_stand),
          TEST(damaged_json_is_refused_or_read_but_never_crashes))
