#include "lead/alias_lookup.h"

#include <stdio.h>

#include "lead_tools.h"

static const char *resolve(const lsc_alias_table *table, const char *name)
{
    size_t rank;
    return lsc_alias_resolve(table, name, &rank);
}

static size_t rank_of(const lsc_alias_table *table, const char *name)
{
    size_t rank;
    lsc_alias_resolve(table, name, &rank);
    return rank;
}

static void is_sorted(const lsc_alias_table *table)
{
    for (size_t i = 1; i < table->n; i++) {
        ck_assert_msg(strcmp(table->entries[i - 1].theirs, table->entries[i].theirs) < 0, "%s, %s",
                      table->entries[i - 1].theirs, table->entries[i].theirs);
    }
}

static void is_same_table(const lsc_alias_table *a, const lsc_alias_table *b)
{
    ck_assert_uint_eq(a->n, b->n);
    ck_assert_str_eq(a->wrapper, b->wrapper);
    ck_assert_uint_eq(a->wrapper_length, b->wrapper_length);
    for (size_t i = 0; i < a->n; i++) {
        ck_assert_str_eq(a->entries[i].theirs, b->entries[i].theirs);
        ck_assert_str_eq(a->entries[i].ours, b->entries[i].ours);
        ck_assert_uint_eq(a->entries[i].rank, b->entries[i].rank);
    }
}

static lsc_aliases *read_file(const char *name)
{
    static char text[1 << 16];
    char path[512];
    lsc_aliases *aliases;
    snprintf(path, sizeof path, LSC_TEST_ALIASES "/%s.json", name);
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    size_t length = fread(text, 1, sizeof text, file);
    fclose(file);
    ck_ok(lsc_aliases_parse(text, length, NULL, &aliases, error));
    return aliases;
}

START_TEST(what_is_compiled_in_is_what_the_files_say)
{
    size_t n = 0;
    for (const lsc_named_aliases *at = lsc_alias_tables; strcmp(at->name, "all") != 0; at++, n++) {
        lsc_aliases *read = read_file(at->name);
        is_same_table(&read->table, &at->table);
        lsc_aliases_unref(read);
    }
    ck_assert_uint_eq(n, 4);
}
END_TEST

START_TEST(tables_are_sorted_by_the_bytes_of_their_names)
{
    for (const lsc_named_aliases *at = lsc_alias_tables; at->name != NULL; at++) {
        ck_assert_uint_gt(at->table.n, 5);
        is_sorted(&at->table);
    }
}
END_TEST

START_TEST(all_tables_together_say_what_each_says)
{
    for (const lsc_named_aliases *at = lsc_alias_tables; at->name != NULL; at++) {
        for (size_t i = 0; i < at->table.n; i++) {
            const lsc_alias *alias = &at->table.entries[i];
            ck_assert_str_eq(resolve(&lsc_all_aliases, alias->theirs), alias->ours);
        }
    }
}
END_TEST

static void sets_our_property(const lsc_alias *alias, lsc_aliases *aliases)
{
    lsc_lead *lead = lsc_test_new_lead();
    ck_ok(lsc_lead_set_aliases(lead, aliases, error));
    ck_ok(lsc_lead_set_text(lead, alias->theirs, "2026-04-01", error));
    if (strcmp(alias->ours, "id") == 0) {
        ck_assert_str_eq(lsc_lead_id(lead), "2026-04-01");
    } else {
        size_t n;
        ck_assert_str_eq(lsc_lead_fields(lead, &n)[0].name, alias->ours);
        ck_assert_uint_eq(n, 1);
    }
    lsc_lead_free(lead);
}

START_TEST(every_alias_sets_our_property)
{
    for (const lsc_named_aliases *at = lsc_alias_tables; at->name != NULL; at++) {
        lsc_aliases *aliases;
        ck_ok(lsc_aliases_named(at->name, NULL, &aliases, error));
        for (size_t i = 0; i < at->table.n; i++) {
            sets_our_property(&at->table.entries[i], aliases);
        }
        lsc_aliases_unref(aliases);
    }
}
END_TEST

START_TEST(no_alias_leads_to_another)
{
    for (size_t i = 0; i < lsc_all_aliases.n; i++) {
        const char *ours = lsc_all_aliases.entries[i].ours;
        ck_assert_str_eq(resolve(&lsc_all_aliases, ours), ours);
        ck_assert_uint_eq(rank_of(&lsc_all_aliases, ours), 0);
        ck_assert(lsc_is_own_property(ours));
    }
}
END_TEST

START_TEST(a_property_is_found_by_another_systems_name_too)
{
    lsc_lead *lead = lsc_test_lead("{\"id\": \"a\", \"Industry\": \"software\"}");
    ck_assert_str_eq(lsc_test_value(lead, "industry")->text, "software");
    ck_assert_str_eq(lsc_test_value(lead, "company.industry")->text, "software");
    ck_assert_ptr_null(lsc_test_value(lead, "city"));
    lsc_lead_free(lead);
    /* In a table each name is a column of its own. */
    lead = lsc_test_new_lead();
    ck_ok(lsc_test_cell(lead, "company.industry", "software", error));
    ck_assert_ptr_null(lsc_test_value(lead, "industry"));
    ck_assert_ptr_nonnull(lsc_test_value(lead, "company.industry"));
    lsc_lead_free(lead);
}
END_TEST

START_TEST(case_counts)
{
    ck_assert_str_eq(resolve(&lsc_all_aliases, "FIRSTNAME"), "FIRSTNAME");
    ck_assert_uint_eq(rank_of(&lsc_all_aliases, "FIRSTNAME"), 0);
}
END_TEST

START_TEST(wrapped_names_rank_behind_all_others)
{
    ck_assert_str_eq(resolve(&lsc_all_aliases, "properties.email"), "email");
    ck_assert_uint_eq(rank_of(&lsc_all_aliases, "properties.email"), LSC_WRAPPED_RANK);
    ck_assert_str_eq(resolve(&lsc_all_aliases, "properties.firstname"), "first_name");
    ck_assert_uint_gt(rank_of(&lsc_all_aliases, "properties.firstname"), LSC_WRAPPED_RANK);
    ck_assert_str_eq(resolve(&lsc_all_aliases, "properties."), "properties.");
    ck_assert_str_eq(resolve(&lsc_all_aliases, "properties"), "properties");
    ck_assert_uint_eq(rank_of(&lsc_all_aliases, "properties"), 0);
}
END_TEST

START_TEST(a_chosen_table_knows_its_own_names_and_those_of_segment)
{
    static const struct {
        const char *table;
        const char *name;
        const char *meaning;
    } cases[] = {
        {"hubspot", "jobtitle", "job_title"},
        {"hubspot", "properties.jobtitle", "job_title"},
        {"hubspot", "Title", "Title"},
        {"hubspot", "firstName", "first_name"},
        {"salesforce", "Title", "job_title"},
        {"salesforce", "jobtitle", "jobtitle"},
        {"salesforce", "properties.Title", "properties.Title"},
        {"salesforce", "outcome", "outcome.label"},
        {"mailchimp", "merge_fields.FNAME", "first_name"},
        {"mailchimp", "FirstName", "FirstName"},
        {"segment", "title", "job_title"},
        {"segment", "jobtitle", "jobtitle"},
        {"all", "Title", "job_title"},
        {"all", "jobtitle", "job_title"},
        {"none", "jobtitle", "jobtitle"},
        {"none", "lead_id", "lead_id"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lsc_aliases *aliases;
        ck_ok(lsc_aliases_named(cases[i].table, NULL, &aliases, error));
        ck_assert_str_eq(lsc_aliases_meaning(aliases, cases[i].name), cases[i].meaning);
        lsc_aliases_unref(aliases);
    }
    ck_assert_str_eq(lsc_aliases_meaning(NULL, "jobtitle"), "job_title");
}
END_TEST

START_TEST(a_name_that_is_no_table_is_refused_with_those_there_are)
{
    lsc_aliases *aliases;
    ck_fails(lsc_aliases_named("HubSpot", NULL, &aliases, error), LSC_NOT_FOUND,
             "\"HubSpot\"; there are hubspot, salesforce, mailchimp, segment, all, none");
    ck_assert_ptr_null(aliases);
    ck_fails(lsc_aliases_named(NULL, NULL, &aliases, error), LSC_INVALID_ARG, "name is NULL");
    ck_fails(lsc_aliases_named("all", NULL, NULL, error), LSC_INVALID_ARG, "aliases is NULL");
    ck_fails(lsc_lead_set_aliases(NULL, NULL, error), LSC_INVALID_ARG, "lead is NULL");
}
END_TEST

START_TEST(a_chosen_table_is_kept_when_the_lead_is_cleared)
{
    lsc_aliases *aliases;
    lsc_lead *lead = lsc_test_new_lead();
    ck_ok(lsc_aliases_named("salesforce", NULL, &aliases, error));
    ck_ok(lsc_lead_set_aliases(lead, aliases, error));
    lsc_aliases_unref(aliases); /* the lead holds it */
    lsc_lead_clear(lead);
    ck_ok(lsc_lead_set_text(lead, "jobtitle", "CTO", error));
    ck_ok(lsc_lead_set_text(lead, "Title", "CEO", error));
    lsc_test_is_text(lead, "job_title", "CEO");
    ck_ok(lsc_lead_set_aliases(lead, NULL, error));
    ck_ok(lsc_lead_set_text(lead, "jobtitle", "CFO", error));
    lsc_test_is_text(lead, "job_title", "CFO");
    lsc_lead_free(lead);
}
END_TEST

START_TEST(of_several_names_the_best_that_is_not_missing_counts)
{
    static const struct {
        const char *json;
        const char *source;
    } cases[] = {
        {"{\"source\": \"own\", \"Original Source\": \"b\", \"hs_analytics_source\": \"a\"}",
         "own"},
        {"{\"Original Source\": \"b\", \"hs_analytics_source\": \"a\"}", "a"},
        {"{\"hs_analytics_source\": \"a\", \"Original Source\": \"b\"}", "a"},
        {"{\"hs_analytics_source\": \"\", \"Original Source\": \"b\"}", "b"},
        {"{\"properties\": {\"hs_analytics_source\": \"a\"}, \"Original Source\": \"b\"}", "b"},
        {"{\"properties\": {\"source\": \"w\", \"hs_analytics_source\": \"a\"}}", "w"},
        {"{\"source\": null, \"properties\": {\"hs_analytics_source\": \"a\"}}", "a"},
    };
    lsc_aliases *aliases;
    lsc_lead *lead = lsc_test_new_lead();
    ck_ok(lsc_aliases_named("hubspot", NULL, &aliases, error));
    ck_ok(lsc_lead_set_aliases(lead, aliases, error));
    lsc_aliases_unref(aliases);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_ok(lsc_lead_parse_json(lead, cases[i].json, strlen(cases[i].json), error));
        lsc_test_is_text(lead, "source", cases[i].source);
    }
    lsc_lead_free(lead);
}
END_TEST

START_TEST(traits_of_identify_activities_are_named_by_the_chosen_table)
{
    static const char traits[] =
        "{\"id\": \"1\", \"type\": \"identify\", \"time\": 100000, \"data\": {\"Title\": \"CTO\", "
        "\"jobtitle\": \"no\", \"firstName\": \"Ada\"}}";
    lsc_aliases *aliases;
    lsc_lead *lead = lsc_test_new_lead();
    ck_ok(lsc_aliases_named("salesforce", NULL, &aliases, error));
    ck_ok(lsc_lead_set_aliases(lead, aliases, error));
    lsc_aliases_unref(aliases);
    lsc_test_add(lead, traits);
    lsc_test_is_text(lead, "job_title", "CTO");
    lsc_test_is_text(lead, "first_name", "Ada");
    lsc_lead_free(lead);
}
END_TEST

LSC_SUITE("lead/alias_lookup", TEST(what_is_compiled_in_is_what_the_files_say),
          TEST(tables_are_sorted_by_the_bytes_of_their_names),
          TEST(all_tables_together_say_what_each_says), TEST(every_alias_sets_our_property),
          TEST(no_alias_leads_to_another), TEST(a_property_is_found_by_another_systems_name_too),
          TEST(case_counts), TEST(wrapped_names_rank_behind_all_others),
          TEST(a_chosen_table_knows_its_own_names_and_those_of_segment),
          TEST(a_name_that_is_no_table_is_refused_with_those_there_are),
          TEST(a_chosen_table_is_kept_when_the_lead_is_cleared),
          TEST(of_several_names_the_best_that_is_not_missing_counts),
          TEST(traits_of_identify_activities_are_named_by_the_chosen_table))
