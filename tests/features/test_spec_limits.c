/* Limits of a spec: each is taken, and one past it refused. */
#include "core/buffer.h"
#include "features/feature_spec.h"
#include "spec_helpers.h"

#define ONE "'features': [{'name': 'f', 'group': 'g', 'kind': 'count'}]"

/** before, `count` items with commas between them, which are numbers within a head and a tail, and after. */
static lsc_buffer repeated(const char *before, const char *head, const char *tail, size_t count,
                           const char *after)
{
    lsc_buffer made;
    lsc_buffer_init(&made, lsc_default_allocator());
    lsc_buffer_append_text(&made, before);
    for (size_t i = 0; i < count; i++) {
        lsc_buffer_append_format(&made, "%s%s%zu%s", i > 0 ? ", " : "", head, i, tail);
    }
    lsc_buffer_append_text(&made, after);
    return made;
}

/** The text parses with `count` items, and is past a limit with one more. */
static void check_limit(const char *before, const char *head, const char *tail, size_t count,
                        const char *after, const char *words)
{
    lsc_spec *spec = NULL;
    lsc_buffer fits = repeated(before, head, tail, count, after);
    ck_ok(try_features(fits.data, &spec, error));
    lsc_spec_unref(spec);
    lsc_buffer_free(&fits);
    lsc_buffer exceeds = repeated(before, head, tail, count + 1, after);
    ck_fails(try_features(exceeds.data, &spec, error), LSC_LIMIT, words);
    lsc_buffer_free(&exceeds);
}

START_TEST(lists_are_taken_up_to_their_limit)
{
    check_limit("", "{'group': 'g', 'kind': 'count', 'name': 'f", "'}", LSC_MAX_FEATURES, "",
                "features has 4097 items");
    check_limit("{'name': 'f', 'group': 'g', 'kind': 'category', 'property': 'p', 'levels': [", "'",
                "'", LSC_MAX_LEVELS, "]}", "features[0].levels has 10001 items");
    check_limit("{'name': 'f', 'group': 'g', 'kind': 'count', 'events': {'types': [", "'", "'",
                LSC_MAX_SPEC_LIST, "]}}", "features[0].events.types has 101 items");
    check_limit("{'name': 'f', 'group': 'g', 'kind': 'count', 'events': {'where': {", "'x",
                "': {'least': 1}", LSC_MAX_SPEC_LIST, "}}}",
                "features[0].events.where has 101 conditions");
    check_limit("{'name': 'f', 'group': 'g', 'kind': 'completeness', 'properties': [", "'", "'",
                LSC_MAX_SPEC_LIST, "]}", "features[0].properties has 101 items");
    check_limit("{'name': 'f', 'group': 'g', 'kind': 'band', 'property': 'p', 'edges': [", "", "",
                LSC_MAX_SPEC_LIST, "]}", "features[0].edges has 101 items");
    check_limit("{'name': 'f', 'group': 'g', 'kind': 'decayed_count', 'decay': {'linear_days': 1},"
                " 'weights': {",
                "'", "': 1", LSC_MAX_SPEC_LIST, "}}", "features[0].weights has 101 entries");
    check_limit("{'name': 'f', 'group': 'g', 'kind': 'ordinal', 'property': 'p', 'table': [",
                "{'words': ['", "'], 'value': 1}", LSC_MAX_LEVELS, "]}",
                "features[0].table has 10001 entries");
    check_limit("{'name': 'f', 'group': 'g', 'kind': 'overlap', 'property': 'p', 'table': ["
                "{'value': 1, 'words': ['a']}, {'value': 2, 'words': [",
                "'", "'", LSC_MAX_LEVELS - 1, "]}]}",
                "features[0].table has more than 10000 words");
}
END_TEST

START_TEST(groups_are_at_most_twelve)
{
    static const char before[] = "{'format': 1, 'name': 's', 'groups': ['g', ";
    lsc_spec *spec = NULL;
    lsc_buffer fits = repeated(before, "'", "'", LSC_MAX_GROUPS - 1, "], " ONE "}");
    ck_ok(try_spec(fits.data, NULL, &spec, error));
    ck_assert_uint_eq(lsc_spec_n_groups(spec), LSC_MAX_GROUPS);
    lsc_spec_unref(spec);
    lsc_buffer_free(&fits);
    lsc_buffer exceeds = repeated(before, "'", "'", LSC_MAX_GROUPS, "], " ONE "}");
    ck_fails(try_spec(exceeds.data, NULL, &spec, error), LSC_LIMIT, "groups has 13 items");
    lsc_buffer_free(&exceeds);
}
END_TEST

/** A category feature of `n` levels. */
static void append_category(lsc_buffer *to, size_t number, size_t n)
{
    char head[120];
    snprintf(head, sizeof head,
             "%s{'name': 'f%zu', 'group': 'g', 'kind': 'category', 'property': 'p', 'levels': [",
             number > 0 ? ", " : "", number);
    lsc_buffer feature = repeated(head, "'", "'", n, "]}");
    lsc_buffer_append_text(to, feature.data);
    lsc_buffer_free(&feature);
}

START_TEST(columns_are_at_most_65535)
{
    /* Six categories of 10,000 levels and (other); the seventh brings the rest. */
    const size_t rest = LSC_MAX_COLUMNS - 6 * (LSC_MAX_LEVELS + 1) - 1;
    for (size_t extra = 0; extra <= 1; extra++) {
        lsc_buffer features;
        lsc_buffer_init(&features, lsc_default_allocator());
        for (size_t i = 0; i < 6; i++) {
            append_category(&features, i, LSC_MAX_LEVELS);
        }
        append_category(&features, 6, rest + extra);
        lsc_spec *spec = NULL;
        if (extra == 0) {
            ck_ok(try_features(features.data, &spec, error));
            ck_assert_uint_eq(lsc_spec_n_columns(spec), LSC_MAX_COLUMNS);
        } else {
            ck_fails(try_features(features.data, &spec, error), LSC_LIMIT,
                     "features[6] brings the columns past 65535");
        }
        lsc_spec_unref(spec);
        lsc_buffer_free(&features);
    }
}
END_TEST

/** Parse before, `length` letters, and after. */
static void try_length(const char *before, const char *after, size_t length, lsc_status expected,
                       const char *words)
{
    lsc_buffer made;
    lsc_buffer_init(&made, lsc_default_allocator());
    lsc_buffer_append_text(&made, before);
    for (size_t i = 0; i < length; i++) {
        lsc_buffer_append_text(&made, "a");
    }
    lsc_buffer_append_text(&made, after);
    lsc_spec *spec = NULL;
    if (expected == LSC_OK) {
        ck_ok(try_features(made.data, &spec, error));
    } else {
        ck_fails(try_features(made.data, &spec, error), expected, words);
    }
    lsc_spec_unref(spec);
    lsc_buffer_free(&made);
}

static void check_length(const char *before, const char *after, size_t longest, const char *words)
{
    try_length(before, after, longest, LSC_OK, "");
    try_length(before, after, longest + 1, LSC_LIMIT, words);
}

START_TEST(texts_are_taken_up_to_their_limit)
{
    check_length("{'group': 'g', 'kind': 'count', 'name': '", "'}", LSC_MAX_NAME,
                 "features[0].name has 257 bytes");
    check_length("{'name': 'f', 'group': 'g', 'kind': 'number', 'property': '", "'}",
                 LSC_MAX_PROPERTY_NAME, "features[0].property has 257 bytes");
    check_length("{'name': 'f', 'group': 'g', 'kind': 'count', 'reason_up': '", "'}",
                 LSC_MAX_REASON_TEXT, "features[0].reason_up has 401 bytes");
    check_length("{'name': 'f', 'group': 'g', 'kind': 'category', 'property': 'p', 'levels': ['",
                 "']}", LSC_MAX_NAME - 2, "features[0] has a column whose name has 257 bytes");
    check_length("{'group': 'g', 'kind': 'category', 'property': 'p', 'name': '", "'}",
                 LSC_MAX_NAME - 8, "features[0] has a column whose name has 257 bytes");
}
END_TEST

START_TEST(json_is_taken_up_to_its_limit_of_bytes)
{
    size_t size = LSC_MAX_SPEC_JSON + 1;
    char *json = malloc(size);
    memset(json, ' ', size);
    char *spec_text = quoted("{'format': 1, 'name': 's', 'groups': ['g'], " ONE "}");
    memcpy(json, spec_text, strlen(spec_text));
    lsc_spec *spec = NULL;
    ck_ok(lsc_spec_parse(json, LSC_MAX_SPEC_JSON, NULL, &spec, error));
    lsc_spec_unref(spec);
    ck_fails(lsc_spec_parse(json, size, NULL, &spec, error), LSC_LIMIT, "");
    free(spec_text);
    free(json);
}
END_TEST

LSC_SUITE("features/spec_limits", TEST(lists_are_taken_up_to_their_limit),
          TEST(groups_are_at_most_twelve), TEST(columns_are_at_most_65535),
          TEST(texts_are_taken_up_to_their_limit), TEST(json_is_taken_up_to_its_limit_of_bytes))
