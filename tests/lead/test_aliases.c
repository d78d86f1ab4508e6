#include "lead/aliases.h"

#include "lead_tools.h"

START_TEST(table_is_sorted_by_the_bytes_of_their_names)
{
    size_t n;
    const lsc_alias *aliases = lsc_aliases(&n);
    ck_assert_uint_gt(n, 40);
    for (size_t i = 1; i < n; i++) {
        ck_assert_msg(strcmp(aliases[i - 1].theirs, aliases[i].theirs) < 0, "%s, %s",
                      aliases[i - 1].theirs, aliases[i].theirs);
    }
}
END_TEST

START_TEST(every_alias_is_found_and_sets_our_property)
{
    size_t n;
    const lsc_alias *aliases = lsc_aliases(&n);
    for (size_t i = 0; i < n; i++) {
        size_t rank;
        ck_assert_str_eq(lsc_alias_resolve(aliases[i].theirs, &rank), aliases[i].ours);
        ck_assert_uint_eq(rank, i + 1);
        lsc_lead *lead = lsc_test_new_lead();
        ck_ok(lsc_lead_set_text(lead, aliases[i].theirs, "2026-04-01", error));
        if (strcmp(aliases[i].ours, "id") == 0) {
            ck_assert_str_eq(lsc_lead_id(lead), "2026-04-01");
        } else {
            ck_assert_ptr_nonnull(lsc_test_value(lead, aliases[i].ours));
        }
        lsc_lead_free(lead);
    }
}
END_TEST

START_TEST(no_alias_leads_to_another)
{
    size_t n;
    const lsc_alias *aliases = lsc_aliases(&n);
    for (size_t i = 0; i < n; i++) {
        size_t rank;
        ck_assert_str_eq(lsc_alias_resolve(aliases[i].ours, &rank), aliases[i].ours);
        ck_assert_uint_eq(rank, 0);
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
    size_t rank;
    ck_assert_str_eq(lsc_alias_resolve("FIRSTNAME", &rank), "FIRSTNAME");
    ck_assert_uint_eq(rank, 0);
}
END_TEST

START_TEST(wrapped_names_rank_behind_all_others)
{
    size_t n;
    size_t rank;
    lsc_aliases(&n);
    ck_assert_str_eq(lsc_alias_resolve("properties.email", &rank), "email");
    ck_assert_uint_eq(rank, n + 1);
    ck_assert_str_eq(lsc_alias_resolve("properties.firstname", &rank), "first_name");
    ck_assert_uint_gt(rank, n + 1);
    ck_assert_str_eq(lsc_alias_resolve("properties.", &rank), "properties.");
    ck_assert_str_eq(lsc_alias_resolve("properties", &rank), "properties");
    ck_assert_uint_eq(rank, 0);
}
END_TEST

LSC_SUITE("lead/aliases", TEST(table_is_sorted_by_the_bytes_of_their_names),
          TEST(every_alias_is_found_and_sets_our_property), TEST(no_alias_leads_to_another),
          TEST(a_property_is_found_by_another_systems_name_too), TEST(case_counts),
          TEST(wrapped_names_rank_behind_all_others))
