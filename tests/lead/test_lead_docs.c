#include <stdio.h>

#include "lead/alias_lookup.h"
#include "lead_tools.h"

/* docs/lead.md is held to what it says: its table of aliases, and every example. */

static const char *read_page(void)
{
    static char text[1 << 20];
    FILE *file = fopen(LSC_TEST_DOCS "/lead.md", "r");
    ck_assert_ptr_nonnull(file);
    size_t length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[length] = '\0';
    return text;
}

/* The next fenced block of a kind at or behind `*at`, freed by the caller; NULL after the last. */
static char *next_block(const char **at, const char *kind)
{
    char fence[64];
    snprintf(fence, sizeof fence, "\n```%s\n", kind);
    const char *begin = strstr(*at, fence);
    if (begin == NULL) {
        return NULL;
    }
    begin += strlen(fence);
    const char *end = strstr(begin, "\n```\n");
    ck_assert_ptr_nonnull(end);
    *at = end;
    size_t length = (size_t)(end - begin) + 1;
    char *block = malloc(length + 1);
    memcpy(block, begin, length);
    block[length] = '\0';
    return block;
}

static size_t count_records(lsc_source *source)
{
    lsc_record record;
    bool more;
    size_t n = 0;
    for (;; n++) {
        ck_ok(lsc_source_next(source, &record, &more, error));
        if (!more) {
            return n;
        }
    }
}

/* The row of the table of aliases that begins with our name. */
static void find_row(const char *page, const char *ours, char *row, size_t size)
{
    char head[128];
    snprintf(head, sizeof head, "\n| `%s` | ", ours);
    const char *begin = strstr(page, head);
    ck_assert_msg(begin != NULL, "docs/lead.md has no row of aliases for %s", ours);
    const char *end = strchr(begin + 1, '\n');
    ck_assert_uint_lt((size_t)(end - begin), size);
    memcpy(row, begin, (size_t)(end - begin));
    row[end - begin] = '\0';
}

START_TEST(every_alias_is_listed)
{
    const char *page = read_page();
    for (size_t i = 0; i < lsc_all_aliases.n; i++) {
        const lsc_alias *alias = &lsc_all_aliases.entries[i];
        char row[1024];
        char name[128];
        if (strcmp(alias->theirs, "lead_id") == 0 || strcmp(alias->theirs, "outcome") == 0) {
            continue; /* in the text below the table */
        }
        find_row(page, alias->ours, row, sizeof row);
        snprintf(name, sizeof name, "`%s`", alias->theirs);
        ck_assert_msg(strstr(row, name) != NULL, "docs/lead.md lacks %s: %s", name, row);
    }
}
END_TEST

START_TEST(example_table_of_aliases_is_read)
{
    const char *at = read_page();
    char *block = next_block(&at, "json aliases");
    lsc_aliases *aliases;
    ck_ok(lsc_aliases_parse(block, strlen(block), NULL, &aliases, error));
    ck_assert_str_eq(lsc_aliases_meaning(aliases, "record.Role"), "job_title");
    ck_assert_str_eq(lsc_aliases_meaning(aliases, "Annual_Budget__c"), "budget");
    lsc_aliases_unref(aliases);
    free(block);
}
END_TEST

START_TEST(example_leads_parse)
{
    const char *at = read_page();
    size_t n = 0;
    for (char *block; (block = next_block(&at, "json lead")) != NULL; n++) {
        lsc_lead *lead = lsc_test_lead(block);
        ck_assert_ptr_nonnull(lsc_test_value(lead, "created_at")); /* under one name or another */
        lsc_lead_free(lead);
        free(block);
    }
    ck_assert_uint_eq(n, 4);
}
END_TEST

START_TEST(example_activities_and_outcomes_are_read_as_files)
{
    const char *at = read_page();
    char *leads =
        lsc_test_write_text("leads.ndjson", "{\"id\": \"L-1001\"}\n{\"id\": \"L-1002\"}\n");
    size_t n = 0;
    for (char *block; (block = next_block(&at, "ndjson activities")) != NULL; n++) {
        const char *outcomes_at = read_page();
        char *outcomes_block = next_block(&outcomes_at, "ndjson outcomes");
        char *activities = lsc_test_write_text("activities.ndjson", block);
        char *outcomes = lsc_test_write_text("outcomes.ndjson", outcomes_block);
        lsc_files files = LSC_FILES_INIT;
        files.leads = leads;
        files.activities = activities;
        files.outcomes = outcomes;
        lsc_source *source;
        lsc_record record;
        bool more;
        ck_ok(lsc_source_open_files(&files, &source, error));
        ck_ok(lsc_source_next(source, &record, &more, error));
        ck_assert_uint_eq(lsc_lead_n_activities(record.lead), 3);
        ck_assert_uint_eq(record.n_outcomes, 1);
        ck_assert_uint_eq(count_records(source), 1);
        lsc_source_free(source);
        free(outcomes_block);
        free(outcomes);
        free(activities);
        free(block);
    }
    free(leads);
    ck_assert_uint_eq(n, 2);
}
END_TEST

START_TEST(example_table_is_read)
{
    const char *at = read_page();
    char *block = next_block(&at, "csv");
    char *path = lsc_test_write_text("table.csv", block);
    lsc_csv csv = LSC_CSV_INIT;
    csv.path = path;
    csv.id = "customer";
    csv.label = "y";
    lsc_source *source;
    ck_ok(lsc_source_open_csv(&csv, &source, error));
    ck_assert_uint_eq(count_records(source), 2);
    lsc_source_free(source);
    free(path);
    free(block);
}
END_TEST

LSC_SUITE("lead/lead_docs", TEST(every_alias_is_listed), TEST(example_table_of_aliases_is_read),
          TEST(example_leads_parse), TEST(example_activities_and_outcomes_are_read_as_files),
          TEST(example_table_is_read))
