/* docs/feature-spec.md is held to what it says: its examples, kinds, and table of the default. */
#include <stdio.h>

#include "features/feature_kinds.h"
#include "spec_helpers.h"

static char *read_page(void)
{
    FILE *file = fopen(LSC_TEST_DOCS "/feature-spec.md", "r");
    ck_assert_ptr_nonnull(file);
    char *page = calloc(1, 1 << 20);
    ck_assert_ptr_nonnull(page);
    size_t length = fread(page, 1, (1 << 20) - 1, file);
    fclose(file);
    page[length] = '\0';
    return page;
}

/** The next block of JSON behind `*at_text`, freed by the caller; NULL after the last. */
static char *next_block(const char **at_text)
{
    static const char fence[] = "\n```json\n";
    const char *begin = strstr(*at_text, fence);
    if (begin == NULL) {
        return NULL;
    }
    begin += strlen(fence);
    const char *end = strstr(begin, "\n```\n");
    ck_assert_ptr_nonnull(end);
    *at_text = end;
    return strndup(begin, (size_t)(end - begin));
}

/** A whole spec as it stands; a feature in a spec of the groups that the page uses. */
static void check_block(const char *block)
{
    lsc_spec *spec = NULL;
    if (strstr(block, "\"format\"") != NULL) {
        ck_ok(lsc_spec_parse(block, strlen(block), NULL, &spec, error));
    } else {
        size_t size = strlen(block) + 200;
        char *json = malloc(size);
        ck_assert_ptr_nonnull(json);
        snprintf(json, size,
                 "{\"format\": 1, \"name\": \"s\", \"groups\": [\"behavioral\", \"demographic\"],"
                 " \"features\": [%s]}",
                 block);
        ck_ok(lsc_spec_parse(json, strlen(json), NULL, &spec, error));
        free(json);
    }
    lsc_spec_unref(spec);
}

START_TEST(every_example_is_a_valid_feature_or_spec)
{
    char *page = read_page();
    const char *at_text = page;
    char *block = NULL;
    size_t n = 0;
    while ((block = next_block(&at_text)) != NULL) {
        check_block(block);
        free(block);
        n++;
    }
    ck_assert_uint_ge(n, 22);
    free(page);
}
END_TEST

static void check_kinds(const char *page, const lsc_kind *kinds)
{
    for (const lsc_kind *kind = kinds; kind->name != NULL; kind++) {
        char words[100];
        snprintf(words, sizeof words, "\n### %s\n", kind->name);
        const char *heading = strstr(page, words);
        ck_assert_msg(heading != NULL, "%s has no heading", kind->name);
        snprintf(words, sizeof words, "\"kind\": \"%s\"", kind->name);
        const char *example = strstr(heading, words);
        const char *next = strstr(heading + 1, "\n### ");
        ck_assert_msg(example != NULL && (next == NULL || example < next), "%s has no example",
                      kind->name);
    }
}

START_TEST(every_kind_has_its_heading_and_example)
{
    char *page = read_page();
    check_kinds(page, lsc_property_kinds);
    check_kinds(page, lsc_activity_kinds);
    free(page);
}
END_TEST

START_TEST(every_default_feature_has_its_row_in_order)
{
    char *page = read_page();
    lsc_spec *spec = NULL;
    ck_ok(lsc_spec_default(NULL, &spec, error));
    const char *row = strstr(page, "## The default spec");
    for (size_t i = 0; i < lsc_spec_n_features(spec); i++) {
        const lsc_feature *feature = &spec->content.features[i];
        char words[400];
        snprintf(words, sizeof words, "\n| `%s` | %s | %s |", feature->name,
                 spec->content.groups[feature->group].text, feature->kind->name);
        row = strstr(row, words);
        ck_assert_msg(row != NULL, "no row, or not in order: %s", words + 1);
    }
    ck_assert_ptr_null(strstr(row + 2, "\n| `"));
    lsc_spec_unref(spec);
    free(page);
}
END_TEST

LSC_SUITE("features/spec_docs", TEST(every_example_is_a_valid_feature_or_spec),
          TEST(every_kind_has_its_heading_and_example),
          TEST(every_default_feature_has_its_row_in_order))
