#include "suite.h"

#include <math.h>

#include "core/json.h"

static lsc_json *parsed(const char *text)
{
    static const lsc_json_limits limits = {1 << 20, 16, 1000};
    lsc_json *root = NULL;
    ck_ok(lsc_json_parse(text, strlen(text), &limits, &root, error));
    return root;
}

static const char document[] = "{\"name\": \"x\", \"days\": 7, \"on\": true, \"list\": [1],"
                               " \"map\": {}, \"nothing\": null}";

START_TEST(members_of_the_right_type_are_given)
{
    lsc_json *root = parsed(document);
    const char *text = NULL;
    ck_ok(lsc_json_get_string(root, "name", true, &text, LSC_BAD_SPEC, "p", error));
    ck_assert_str_eq(text, "x");
    double number = 0;
    ck_ok(lsc_json_get_number(root, "days", true, 7, 7, &number, LSC_BAD_SPEC, "p", error));
    ck_assert_double_eq(number, 7);
    bool on = false;
    ck_ok(lsc_json_get_bool(root, "on", true, &on, LSC_BAD_SPEC, "p", error));
    ck_assert(on);
    const lsc_json *found = NULL;
    ck_ok(lsc_json_get_container(root, "list", true, LSC_JSON_ARRAY, &found, LSC_BAD_SPEC, "p",
                                 error));
    ck_assert_uint_eq(lsc_json_count(found), 1);
    ck_ok(lsc_json_get_container(root, "map", true, LSC_JSON_OBJECT, &found, LSC_BAD_SPEC, "p",
                                 error));
    ck_assert_uint_eq(lsc_json_count(found), 0);
    lsc_json_free(root);
}
END_TEST

START_TEST(an_absent_member_leaves_its_default)
{
    lsc_json *root = parsed(document);
    const char *text = "default";
    double number = 5;
    bool on = true;
    const lsc_json *found = root;
    ck_ok(lsc_json_get_string(root, "a", false, &text, LSC_BAD_SPEC, "p", error));
    ck_ok(lsc_json_get_number(root, "a", false, 0, 1, &number, LSC_BAD_SPEC, "p", error));
    ck_ok(lsc_json_get_bool(root, "a", false, &on, LSC_BAD_SPEC, "p", error));
    ck_ok(
        lsc_json_get_container(root, "a", false, LSC_JSON_ARRAY, &found, LSC_BAD_SPEC, "p", error));
    ck_assert_str_eq(text, "default");
    ck_assert_double_eq(number, 5);
    ck_assert(on);
    ck_assert_ptr_eq(found, root);
    ck_fails(lsc_json_get_string(root, "a", true, &text, LSC_BAD_SPEC, "features[3]", error),
             LSC_BAD_SPEC, "features[3].a is missing");
    ck_fails(lsc_json_get_number(root, "a", true, 0, 1, &number, LSC_BAD_LEAD, "", error),
             LSC_BAD_LEAD, "a is missing");
    lsc_json_free(root);
}
END_TEST

START_TEST(a_member_of_another_type_is_named)
{
    lsc_json *root = parsed(document);
    const char *text = "default";
    double number = 5;
    bool on = true;
    const lsc_json *found = NULL;
    ck_fails(lsc_json_get_string(root, "days", false, &text, LSC_BAD_SPEC, "f[3]", error),
             LSC_BAD_SPEC, "f[3].days is of type number, must be of type string");
    ck_fails(lsc_json_get_number(root, "name", false, 0, 1, &number, LSC_BAD_SPEC, "", error),
             LSC_BAD_SPEC, "name is of type string, must be of type number");
    ck_fails(lsc_json_get_bool(root, "nothing", false, &on, LSC_BAD_SPEC, "", error), LSC_BAD_SPEC,
             "nothing is of type null, must be of type boolean");
    ck_fails(
        lsc_json_get_container(root, "map", true, LSC_JSON_ARRAY, &found, LSC_BAD_SPEC, "", error),
        LSC_BAD_SPEC, "map is of type object, must be of type array");
    ck_assert_str_eq(text, "default");
    lsc_json_free(root);
}
END_TEST

START_TEST(a_number_out_of_range_is_named)
{
    lsc_json *root = parsed("{\"days\": -7, \"share\": 1.5}");
    double number = 5;
    ck_fails(lsc_json_get_number(root, "days", true, 1, 3650, &number, LSC_BAD_SPEC, "features[3]",
                                 error),
             LSC_BAD_SPEC, "features[3].days is -7, must be 1 to 3650");
    ck_fails(lsc_json_get_number(root, "days", true, 0, HUGE_VAL, &number, LSC_BAD_SPEC, "", error),
             LSC_BAD_SPEC, "days is -7, must be at least 0");
    ck_fails(
        lsc_json_get_number(root, "share", true, -HUGE_VAL, 1, &number, LSC_BAD_SPEC, "", error),
        LSC_BAD_SPEC, "share is 1.5, must be at most 1");
    ck_assert_double_eq(number, 5);
    lsc_json_free(root);
}
END_TEST

START_TEST(an_unknown_member_is_named)
{
    lsc_json *root = parsed("{\"name\": 1, \"wat\": 2}");
    static const char *const both[] = {"wat", "name", NULL};
    static const char *const one[] = {"name", NULL};
    ck_ok(lsc_json_check_keys(root, both, LSC_BAD_SPEC, "features[3]", error));
    ck_fails(lsc_json_check_keys(root, one, LSC_BAD_SPEC, "features[3]", error), LSC_BAD_SPEC,
             "features[3] has an unknown member \"wat\"");
    ck_fails(lsc_json_check_keys(root, one, LSC_BAD_SPEC, "", error), LSC_BAD_SPEC,
             "the object has an unknown member \"wat\"");
    lsc_json_free(root);
}
END_TEST

LSC_SUITE("core/json_members", TEST(members_of_the_right_type_are_given),
          TEST(an_absent_member_leaves_its_default), TEST(a_member_of_another_type_is_named),
          TEST(a_number_out_of_range_is_named), TEST(an_unknown_member_is_named))
