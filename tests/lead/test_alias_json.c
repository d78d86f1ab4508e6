#include "lead/alias_lookup.h"

#include <stdio.h>

#include "lead_tools.h"

static lsc_status parse(const char *json, lsc_aliases **aliases, lsc_error *error)
{
    return lsc_aliases_parse(json, strlen(json), NULL, aliases, error);
}

START_TEST(a_table_of_ones_own_is_read)
{
    static const char json[] =
        "{\"format\": 1, \"name\": \"Ours\", \"documentation\": [\"https://crm.example\"],"
        " \"wrapper\": \"record\","
        " \"fields\": {\"job_title\": [\"Role__c\", \"role\"], \"status\": [\"title\"]},"
        " \"other\": {\"budget\": [\"Budget__c\"], \"crm.tier\": [\"Tier\"]}}";
    lsc_aliases *aliases;
    ck_ok(parse(json, &aliases, error));
    ck_assert_str_eq(lsc_aliases_meaning(aliases, "Role__c"), "job_title");
    ck_assert_str_eq(lsc_aliases_meaning(aliases, "record.role"), "job_title");
    ck_assert_str_eq(lsc_aliases_meaning(aliases, "Budget__c"), "budget");
    ck_assert_str_eq(lsc_aliases_meaning(aliases, "record.budget"), "budget");
    ck_assert_str_eq(lsc_aliases_meaning(aliases, "Tier"), "crm.tier");
    ck_assert_str_eq(lsc_aliases_meaning(aliases, "Title"), "Title");
    /* Its own word counts before what all tables have. */
    ck_assert_str_eq(lsc_aliases_meaning(aliases, "title"), "status");
    ck_assert_str_eq(lsc_aliases_meaning(aliases, "lastName"), "last_name");
    ck_assert_str_eq(lsc_aliases_meaning(aliases, "lead_id"), "id");
    ck_assert_ptr_eq(lsc_aliases_ref(aliases), aliases);
    lsc_aliases_unref(aliases);
    lsc_aliases_unref(aliases);
    lsc_aliases_unref(NULL);
}
END_TEST

START_TEST(an_empty_table_knows_what_all_tables_know)
{
    lsc_aliases *aliases;
    ck_ok(parse("{\"format\": 1}", &aliases, error));
    ck_assert_uint_eq(aliases->table.n, lsc_common_aliases.n);
    ck_assert_str_eq(lsc_aliases_meaning(aliases, "properties.email"), "properties.email");
    lsc_aliases_unref(aliases);
}
END_TEST

START_TEST(what_is_wrong_with_a_table_is_named_with_its_place)
{
    static const struct {
        const char *json;
        lsc_status status;
        const char *words;
    } cases[] = {
        {"[]", LSC_BAD_SPEC, "a table of aliases is of type array, must be an object"},
        {"{", LSC_BAD_JSON, ""},
        {"{}", LSC_BAD_SPEC, "aliases.format"},
        {"{\"format\": 2}", LSC_UNSUPPORTED, "aliases.format is 2, this library reads 1"},
        {"{\"format\": 1, \"feilds\": {}}", LSC_BAD_SPEC, "unknown member \"feilds\""},
        {"{\"format\": 1, \"name\": 7}", LSC_BAD_SPEC, "aliases.name"},
        {"{\"format\": 1, \"documentation\": [7]}", LSC_BAD_SPEC, "aliases.documentation has a "},
        {"{\"format\": 1, \"wrapper\": \"\"}", LSC_BAD_SPEC, "aliases.wrapper is \"\""},
        {"{\"format\": 1, \"wrapper\": \"activities\"}", LSC_BAD_SPEC, "aliases.wrapper is"},
        {"{\"format\": 1, \"wrapper\": \"company\"}", LSC_BAD_SPEC,
         "aliases.wrapper is \"company\", in which properties of our own stand"},
        {"{\"format\": 1, \"wrapper\": \"w\", \"other\": {\"w.a\": [\"b\"]}}", LSC_BAD_SPEC,
         "aliases.other has the property \"w.a\", which must be given without the wrapper"},
        {"{\"format\": 1, \"fields\": []}", LSC_BAD_SPEC, "aliases.fields"},
        {"{\"format\": 1, \"fields\": {\"company.employes\": [\"n\"]}}", LSC_BAD_SPEC,
         "aliases.fields has the property \"company.employes\", which is none of ours; one of your "
         "own belongs in aliases.other"},
        {"{\"format\": 1, \"other\": {\"email\": [\"n\"]}}", LSC_BAD_SPEC,
         "aliases.other has the property \"email\", which is one of ours and belongs in "
         "aliases.fields"},
        {"{\"format\": 1, \"other\": {\"activities\": [\"n\"]}}", LSC_BAD_SPEC,
         "\"activities\", which is no name of a property"},
        {"{\"format\": 1, \"other\": {\"\": [\"n\"]}}", LSC_BAD_SPEC, "no name of a property"},
        {"{\"format\": 1, \"fields\": {\"email\": \"mail\"}}", LSC_BAD_SPEC,
         "aliases.fields.email must be a list of names"},
        {"{\"format\": 1, \"fields\": {\"email\": []}}", LSC_BAD_SPEC,
         "aliases.fields.email must be a list of names"},
        {"{\"format\": 1, \"fields\": {\"email\": [\"a\", 7]}}", LSC_BAD_SPEC,
         "aliases.fields.email[1] is of type number, must be a text"},
        {"{\"format\": 1, \"fields\": {\"email\": [\"\"]}}", LSC_BAD_SPEC,
         "aliases.fields.email[0] is \"\", which is no name of a property"},
        {"{\"format\": 1, \"fields\": {\"email\": [\"activities\"]}}", LSC_BAD_SPEC,
         "aliases.fields.email[0] is \"activities\", which is no name"},
        {"{\"format\": 1, \"fields\": {\"email\": [\"phone\"]}}", LSC_BAD_SPEC,
         "aliases.fields.email[0] is \"phone\", which is a name of our own"},
        {"{\"format\": 1, \"fields\": {\"email\": [\"email\"]}}", LSC_BAD_SPEC,
         "aliases.fields.email[0] is \"email\", which is a name of our own"},
        {"{\"format\": 1, \"wrapper\": \"w\", \"fields\": {\"email\": [\"w.mail\"]}}", LSC_BAD_SPEC,
         "aliases.fields.email[0] is \"w.mail\", must be given without the wrapper"},
        {"{\"format\": 1, \"fields\": {\"email\": [\"a\", \"a\"]}}", LSC_BAD_SPEC,
         "aliases.fields.email[1] is \"a\", which means \"email\" already"},
        {"{\"format\": 1, \"fields\": {\"email\": [\"a\"], \"phone\": [\"b\", \"a\"]}}",
         LSC_BAD_SPEC, "aliases.fields.phone[1] is \"a\", which means \"email\" already"},
        {"{\"format\": 1, \"fields\": {\"email\": [\"a\"]}, \"other\": {\"b\": [\"a\"]}}",
         LSC_BAD_SPEC, "aliases.other.b[0] is \"a\", which means \"email\" already"},
        {"{\"format\": 1, \"fields\": {\"email\": [\"a\"]}, \"other\": {\"a\": [\"b\"]}}",
         LSC_BAD_SPEC, "aliases.other has the property \"a\", which is itself a name of \"email\""},
        {"{\"format\": 1, \"other\": {\"a\": [\"b\"], \"b\": [\"c\"]}}", LSC_BAD_SPEC,
         "aliases.other has the property \"b\", which is itself a name of \"a\""},
        {"{\"format\": 1, \"other\": {\"title\": [\"b\"]}}", LSC_BAD_SPEC,
         "aliases.other has the property \"title\", which is itself a name of \"job_title\""},
        {"{\"format\": 1, \"fields\": {\"email\": [\"a\"], \"email\": [\"b\"]}}", LSC_BAD_JSON, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lsc_aliases *aliases = (lsc_aliases *)&aliases;
        lsc_error told = LSC_ERROR_INIT;
        ck_assert_msg(parse(cases[i].json, &aliases, &told) == cases[i].status, "%s: %s",
                      cases[i].json, told.message);
        ck_assert_msg(strstr(told.message, cases[i].words) != NULL, "%s: %s", cases[i].json,
                      told.message);
        ck_assert_ptr_null(aliases);
    }
}
END_TEST

START_TEST(null_arguments_are_refused)
{
    lsc_aliases *aliases;
    ck_fails(lsc_aliases_parse(NULL, 0, NULL, &aliases, error), LSC_INVALID_ARG, "json is NULL");
    ck_fails(lsc_aliases_parse("{}", 2, NULL, NULL, error), LSC_INVALID_ARG, "aliases is NULL");
}
END_TEST

/* {"format":1,"other":{"mine":["a0","a1",...]}} of `n` names. */
static char *many_names(size_t n)
{
    const size_t room = 64 + 10 * n;
    char *text = malloc(room);
    size_t used = (size_t)snprintf(text, room, "{\"format\":1,\"other\":{\"mine\":[");
    for (size_t i = 0; i < n; i++) {
        used += (size_t)snprintf(text + used, room - used, "%s\"a%zu\"", i == 0 ? "" : ",", i);
    }
    snprintf(text + used, room - used, "]}}");
    return text;
}

START_TEST(limits_hold)
{
    lsc_aliases *aliases;
    char *json = many_names(LSC_MAX_ALIASES);
    ck_ok(parse(json, &aliases, error));
    ck_assert_str_eq(lsc_aliases_meaning(aliases, "a9999"), "mine");
    lsc_aliases_unref(aliases);
    free(json);
    json = many_names(LSC_MAX_ALIASES + 1);
    ck_fails(parse(json, &aliases, error), LSC_LIMIT, "10001 names, at most 10000 are taken");
    free(json);

    json = lsc_test_repeat("{\"format\":1,\"fields\":{\"email\":[\"", "x", LSC_MAX_PROPERTY_NAME,
                           "\"]}}");
    ck_ok(parse(json, &aliases, error));
    lsc_aliases_unref(aliases);
    free(json);
    json = lsc_test_repeat("{\"format\":1,\"fields\":{\"email\":[\"", "x",
                           LSC_MAX_PROPERTY_NAME + 1, "\"]}}");
    ck_fails(parse(json, &aliases, error), LSC_LIMIT, "a name is longer than 256 bytes");
    free(json);
    json = lsc_test_repeat("{\"format\":1,\"other\":{\"", "x", LSC_MAX_PROPERTY_NAME + 1,
                           "\":[\"a\"]}}");
    ck_fails(parse(json, &aliases, error), LSC_LIMIT, "a property is longer than 256 bytes");
    free(json);
    json = lsc_test_repeat("{\"format\":1,\"wrapper\":\"", "x", LSC_MAX_PROPERTY_NAME + 1, "\"}");
    ck_fails(parse(json, &aliases, error), LSC_LIMIT, "the wrapper is longer than 256 bytes");
    free(json);

    json = lsc_test_repeat("{\"format\":1", " ", LSC_MAX_ALIASES_JSON - 12, "}");
    ck_ok(parse(json, &aliases, error));
    lsc_aliases_unref(aliases);
    free(json);
    json = lsc_test_repeat("{\"format\":1", " ", LSC_MAX_ALIASES_JSON - 11, "}");
    ck_fails(parse(json, &aliases, error), LSC_LIMIT, "");
    free(json);
}
END_TEST

LSC_SUITE("lead/alias_json", TEST(a_table_of_ones_own_is_read),
          TEST(an_empty_table_knows_what_all_tables_know),
          TEST(what_is_wrong_with_a_table_is_named_with_its_place),
          TEST(null_arguments_are_refused), TEST(limits_hold))
