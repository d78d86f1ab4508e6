#include <math.h>
#include <time.h>

#include "core/random.h"
#include "features/email_domain.h"
#include "features/word_table.h"
#include "spec_helpers.h"

#define NOW "2026-04-08T00:00:00Z"
#define FEATURE(kind, rest) \
    "{'name': 'f', 'group': 'g', 'kind': '" kind "', 'property': 'p'" rest "}"

/** The feature of a lead that has only the property p. */
static double of(const char *feature, const char *value)
{
    char lead[5000];
    snprintf(lead, sizeof lead, "{'id': 'l', 'p': %s}", value);
    return value_of(feature, lead, NOW);
}

START_TEST(a_number_is_read_from_numbers_texts_and_booleans)
{
    static const char *const feature = FEATURE("number", "");
    ck_assert_double_eq(of(feature, "2.5"), 2.5);
    ck_assert_double_eq(of(feature, "' -3e2 '"), -300);
    ck_assert_double_eq(of(feature, "true"), 1);
    ck_assert_double_nan(of(feature, "'many'"));
    ck_assert_double_nan(of(feature, "'1,000'"));
    ck_assert_double_nan(of(feature, "['1']"));
    ck_assert_double_nan(of(feature, "null"));
    ck_assert_double_nan(of(feature, "''"));
    ck_assert_double_eq(of(FEATURE("number", ", 'missing': -1"), "null"), -1);
    ck_assert_double_eq(of(FEATURE("number", ", 'missing': -1"), "'many'"), -1);
}
END_TEST

START_TEST(numbers_are_rounded_to_float32)
{
    ck_assert_double_eq(of(FEATURE("number", ""), "0.1"), (double)0.1f);
    ck_assert_double_eq(of(FEATURE("number", ""), "1e300"), (double)3.40282347e38f);
    ck_assert_double_eq(of(FEATURE("number", ""), "-1e300"), (double)-3.40282347e38f);
}
END_TEST

/** The columns of a one-hot feature as text: "010", "---" where missing. */
static const char *columns_of(const char *feature, const char *value)
{
    static char text[32];
    char lead_text[500];
    snprintf(lead_text, sizeof lead_text, "{'id': 'l', 'p': %s}", value);
    lsc_spec *spec = spec_of(feature);
    lsc_lead *lead = lead_of(lead_text);
    float *columns = vector_of(spec, lead, at(NOW));
    size_t n = lsc_spec_n_columns(spec);
    for (size_t i = 0; i < n; i++) {
        text[i] = '-';
        if (!isnan(columns[i])) {
            text[i] = (char)('0' + (int)columns[i]);
        }
    }
    text[n] = '\0';
    free(columns);
    lsc_lead_free(lead);
    lsc_spec_unref(spec);
    return text;
}

START_TEST(a_category_has_a_column_a_level_and_one_for_all_others)
{
    static const char *const feature = FEATURE("category", ", 'levels': ['b', 'a', '3', 'true']");
    /* By bytes: 3, a, b, true, (other). */
    ck_assert_str_eq(columns_of(feature, "'a'"), "01000");
    ck_assert_str_eq(columns_of(feature, "'b'"), "00100");
    ck_assert_str_eq(columns_of(feature, "3"), "10000");
    ck_assert_str_eq(columns_of(feature, "3.0"), "10000");
    ck_assert_str_eq(columns_of(feature, "true"), "00010");
    ck_assert_str_eq(columns_of(feature, "'A'"), "00001");
    ck_assert_str_eq(columns_of(feature, "'aa'"), "00001");
    ck_assert_str_eq(columns_of(feature, "'unknown'"), "00001");
    ck_assert_str_eq(columns_of(feature, "null"), "-----");
    ck_assert_str_eq(columns_of(feature, "['a']"), "-----");
    ck_assert_str_eq(columns_of(FEATURE("category", ", 'levels': [], 'missing': 0"), "null"), "0");
    ck_assert_str_eq(columns_of(FEATURE("category", ""), "'a'"), "1");
    ck_assert_str_eq(columns_of(FEATURE("category", ""), "null"), "-");
}
END_TEST

START_TEST(a_level_is_found_among_any_number_of_levels)
{
    for (size_t n = 1; n <= 9; n++) {
        char feature[300] = "{'name': 'f', 'group': 'g', 'kind': 'category', 'property': 'p',"
                            " 'levels': [";
        for (size_t i = 0; i < n; i++) {
            size_t length = strlen(feature);
            snprintf(feature + length, sizeof feature - length, "%s'%c'", i > 0 ? ", " : "",
                     (char)('b' + 2 * i));
        }
        strcat(feature, "]}");
        for (size_t i = 0; i < 2 * n + 1; i++) {
            char value[8];
            snprintf(value, sizeof value, "'%c'", (char)('a' + i));
            const char *columns = columns_of(feature, value);
            size_t expected = i % 2 == 1 ? i / 2 : n;
            ck_assert_uint_eq((size_t)(strchr(columns, '1') - columns), expected);
        }
    }
}
END_TEST

START_TEST(a_code_is_the_number_of_its_text)
{
    static const char *const feature = FEATURE("code", ", 'codes': ['red', '', 'green', '7', 'b']");
    static const struct {
        const char *lead;
        double code;
    } cases[] = {{"{'id': 'a', 'p': 'red'}", 0},   {"{'id': 'a', 'p': 'green'}", 2},
                 {"{'id': 'a', 'p': 'b'}", 4},     {"{'id': 'a', 'p': 7}", 3},
                 {"{'id': 'a', 'p': '7'}", 3},     {"{'id': 'a', 'p': 'Red'}", -1},
                 {"{'id': 'a', 'p': 'redd'}", -1}, {"{'id': 'a', 'p': true}", -1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_double_eq(value_of(feature, cases[i].lead, "2026-01-01"), cases[i].code);
    }
    ck_assert(isnan(value_of(feature, "{'id': 'a'}", "2026-01-01")));
    ck_assert(isnan(value_of(feature, "{'id': 'a', 'p': ''}", "2026-01-01")));
    ck_assert(isnan(value_of(feature, "{'id': 'a', 'p': ['red']}", "2026-01-01")));
    ck_assert_double_eq(
        value_of(FEATURE("code", ", 'codes': ['a'], 'missing': 9"), "{'id': 'a'}", "2026-01-01"),
        9);
}
END_TEST

START_TEST(codes_are_taken_to_their_limit_and_not_past_it)
{
    lsc_buffer text;
    lsc_spec *spec = NULL;
    lsc_buffer_init(&text, lsc_default_allocator());
    for (int i = 0; i < 2; i++) {
        lsc_buffer_clear(&text);
        lsc_buffer_append_text(&text, "{'name': 'f', 'group': 'g', 'kind': 'code', 'property': "
                                      "'x', 'codes': ['a'");
        for (int k = 1; k < LSC_MAX_LEVELS + i; k++) {
            lsc_buffer_append_format(&text, ", '%d'", k);
        }
        lsc_buffer_append_text(&text, "]}");
        if (i == 0) {
            ck_ok(try_features(text.data, &spec, error));
            lsc_spec_unref(spec);
        } else {
            ck_fails(try_features(text.data, &spec, error), LSC_LIMIT, "codes has 10001 items");
        }
    }
    lsc_buffer_free(&text);
    ck_fails(try_features(FEATURE("code", ", 'codes': []"), &spec, error), LSC_BAD_SPEC,
             "codes is empty");
    ck_fails(try_features(FEATURE("code", ", 'codes': ['a', 'b', 'a']"), &spec, error),
             LSC_BAD_SPEC, "codes has \"a\" twice");
    ck_fails(try_features(FEATURE("code", ", 'codes': [1]"), &spec, error), LSC_BAD_SPEC,
             "codes[0] is of type number");
    ck_fails(try_features(FEATURE("code", ""), &spec, error), LSC_BAD_SPEC, "codes");
}
END_TEST

START_TEST(a_band_begins_at_its_edge)
{
    static const char *const plain = FEATURE("band", ", 'edges': [1, 10, 100]");
    static const char *const valued =
        FEATURE("band", ", 'edges': [1, 10, 100], 'values': [5, 3, 9, -2]");
    ck_assert_double_eq(of(plain, "0.999"), 0);
    ck_assert_double_eq(of(plain, "1"), 1);
    ck_assert_double_eq(of(plain, "'9.99'"), 1);
    ck_assert_double_eq(of(plain, "10"), 2);
    ck_assert_double_eq(of(plain, "100"), 3);
    ck_assert_double_eq(of(plain, "1e9"), 3);
    ck_assert_double_eq(of(valued, "0"), 5);
    ck_assert_double_eq(of(valued, "10"), 9);
    ck_assert_double_eq(of(valued, "100"), -2);
    ck_assert_double_nan(of(valued, "'big'"));
}
END_TEST

#define TITLES                                                                                   \
    ", 'unseen': 2, 'table': [{'words': ['assistant'], 'value': 1},"                             \
    " {'words': ['vice president', 'VP'], 'value': 8}, {'words': ['ceo', 'president'], 'value':" \
    " 10}, {'words': ['c++'], 'value': 3}]"

START_TEST(an_ordinal_is_the_first_row_that_has_a_word_of_the_text)
{
    static const char *const feature = FEATURE("ordinal", TITLES);
    ck_assert_double_eq(of(feature, "'CEO'"), 10);
    ck_assert_double_eq(of(feature, "'Assistant to the CEO'"), 1);
    ck_assert_double_eq(of(feature, "'Senior Vice President, Sales'"), 8);
    ck_assert_double_eq(of(feature, "'vp/sales'"), 8);
    ck_assert_double_eq(of(feature, "'VPN engineer'"), 2);
    ck_assert_double_eq(of(feature, "'MVP'"), 2);
    ck_assert_double_eq(of(feature, "'C++ developer'"), 3);
    ck_assert_double_eq(of(feature, "['intern', 'president']"), 10);
    ck_assert_double_eq(of(feature, "7"), 2);
    ck_assert_double_nan(of(feature, "null"));
    ck_assert_double_eq(of(FEATURE("ordinal", TITLES ", 'missing': 0"), "''"), 0);
}
END_TEST

START_TEST(an_overlap_adds_each_row_once)
{
    static const char *const feature =
        FEATURE("overlap", ", 'unseen': -1, 'table': [{'words': ['aws', 'azure'], 'value': 1},"
                           " {'words': ['salesforce'], 'value': 2.5}]");
    ck_assert_double_eq(of(feature, "['AWS', 'Azure', 'Slack']"), 1);
    ck_assert_double_eq(of(feature, "['Salesforce', 'AWS']"), 3.5);
    ck_assert_double_eq(of(feature, "'aws;salesforce;slack'"), 3.5);
    ck_assert_double_eq(of(feature, "['Slack']"), -1);
    ck_assert_double_nan(of(feature, "[]"));
    ck_assert_double_nan(of(feature, "null"));
}
END_TEST

START_TEST(a_word_counts_only_within_the_first_4096_bytes)
{
    char value[LSC_MAX_MATCHED_TEXT + 32];
    for (int past = 0; past <= 1; past++) {
        size_t before = LSC_MAX_MATCHED_TEXT - 3 + (size_t)past;
        value[0] = '\'';
        memset(value + 1, ' ', before);
        value[1] = 'x';
        strcpy(value + 1 + before, "ceo'");
        ck_assert_double_eq(of(FEATURE("ordinal", TITLES), value), past ? 2 : 10);
    }
}
END_TEST

/** Whole words by splitting: what lsc_text_has_word does at once. */
static bool has_word_slowly(const char *text, const char *word)
{
    size_t length = strlen(text);
    size_t word_length = strlen(word);
    for (size_t start = 0; start < length; start++) {
        char padded[40] = " ";
        snprintf(padded, sizeof padded, " %s ", text);
        char *place = padded + 1 + start;
        bool same = start + word_length <= length && strncmp(place, word, word_length) == 0;
        bool left = strchr("abc", place[-1]) == NULL;
        bool right = same && strchr("abc", place[word_length]) == NULL;
        if (same && left && right) {
            return true;
        }
    }
    return false;
}

START_TEST(words_are_found_whole_in_random_texts)
{
    static const char letters[] = "abc +";
    lsc_random random;
    lsc_random_seed(&random, 9);
    size_t found = 0;
    for (size_t i = 0; i < 20000; i++) {
        char text[12] = "";
        char word[4] = "";
        size_t length = lsc_random_below(&random, 11);
        size_t word_length = 1 + lsc_random_below(&random, 3);
        for (size_t k = 0; k < length; k++) {
            text[k] = letters[lsc_random_below(&random, 5)];
        }
        for (size_t k = 0; k < word_length; k++) {
            word[k] = letters[lsc_random_below(&random, 5)];
        }
        bool expected = has_word_slowly(text, word);
        found += expected;
        lsc_name name = lsc_name_of(word, word_length);
        ck_assert_msg(lsc_text_has_word(text, length, &name) == expected, "\"%s\" in \"%s\"", word,
                      text);
    }
    ck_assert_uint_gt(found, 1000);
}
END_TEST

START_TEST(letters_beyond_ascii_belong_to_a_word)
{
    lsc_name word = lsc_name_of("tel", 3);
    ck_assert(!lsc_text_has_word("h\xc3\xb4tel", 6, &word));
    ck_assert(!lsc_text_has_word("tel\xc3\xa9", 5, &word));
    ck_assert(lsc_text_has_word("a-TEL.b", 7, &word));
}
END_TEST

START_TEST(a_flag_is_one_or_zero)
{
    static const char *const feature = FEATURE("flag", "");
    ck_assert_double_eq(of(feature, "true"), 1);
    ck_assert_double_eq(of(feature, "'No'"), 0);
    ck_assert_double_eq(of(feature, "1"), 1);
    ck_assert_double_nan(of(feature, "2"));
    ck_assert_double_nan(of(feature, "'maybe'"));
}
END_TEST

START_TEST(an_address_is_classed_by_its_domain)
{
    static const struct {
        const char *address;
        lsc_email_class expected;
    } cases[] = {
        {"a@acme.com", LSC_EMAIL_BUSINESS},
        {"a@GMail.com", LSC_EMAIL_FREE},
        {"a@notgmail.com", LSC_EMAIL_BUSINESS},
        {"a@gmail.com.evil.org", LSC_EMAIL_BUSINESS},
        {"a@yahoo.co.uk", LSC_EMAIL_FREE},
        {"a@x.mailinator.com", LSC_EMAIL_DISPOSABLE},
        /* The ends of both lists. */
        {"a@10minutemail.com", LSC_EMAIL_DISPOSABLE},
        {"a@yopmail.com", LSC_EMAIL_DISPOSABLE},
        {"a@126.com", LSC_EMAIL_FREE},
        {"a@zoho.com", LSC_EMAIL_FREE},
        {"a@mail.com", LSC_EMAIL_FREE},
        {"a@mit.edu", LSC_EMAIL_EDUCATION},
        {"a@cs.ox.ac.uk", LSC_EMAIL_EDUCATION},
        {"a@uni.edu.au", LSC_EMAIL_EDUCATION},
        {"a@island.ac", LSC_EMAIL_BUSINESS},
        {"a@ac.me.com", LSC_EMAIL_FREE},
        {"a@edu.com", LSC_EMAIL_BUSINESS},
        {"a@nasa.gov", LSC_EMAIL_GOVERNMENT},
        {"a@hmrc.gov.uk", LSC_EMAIL_GOVERNMENT},
        {"a@finances.gouv.fr", LSC_EMAIL_GOVERNMENT},
        {"a@army.mil", LSC_EMAIL_GOVERNMENT},
        {"\"x@y\"@acme.com", LSC_EMAIL_BUSINESS},
        {"acme.com", LSC_EMAIL_NONE},
        {"@acme.com", LSC_EMAIL_NONE},
        {"a@", LSC_EMAIL_NONE},
        {"a@localhost", LSC_EMAIL_NONE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *address = cases[i].address;
        ck_assert_msg(lsc_email_classify(address, strlen(address)) == cases[i].expected, "%s",
                      address);
    }
}
END_TEST

START_TEST(a_domain_has_at_most_255_bytes)
{
    char address[300];
    for (size_t length = 255; length <= 256; length++) {
        memset(address, 'a', sizeof address);
        memcpy(address, "a@", 2);
        memcpy(address + 2 + length - 4, ".com", 5);
        ck_assert_int_eq(lsc_email_classify(address, 2 + length),
                         length == 255 ? LSC_EMAIL_BUSINESS : LSC_EMAIL_NONE);
    }
}
END_TEST

START_TEST(an_address_has_one_column_of_its_class)
{
    static const char *const feature = FEATURE("email_domain", "");
    ck_assert_str_eq(columns_of(feature, "'a@acme.com'"), "10000");
    ck_assert_str_eq(columns_of(feature, "'a@gmail.com'"), "00010");
    ck_assert_str_eq(columns_of(feature, "'nobody'"), "-----");
    ck_assert_str_eq(columns_of(feature, "7"), "-----");
}
END_TEST

START_TEST(completeness_is_the_share_of_properties_that_are_there)
{
    static const char *const feature = "{'name': 'f', 'group': 'g', 'kind': 'completeness',"
                                       " 'properties': ['a', 'b.c', 'd', 'e']}";
    ck_assert_double_eq(value_of(feature, "{'id': 'l', 'a': 0, 'b': {'c': 'x'}, 'd': ''}", NOW),
                        0.5);
    ck_assert_double_eq(value_of(feature, "{'id': 'l'}", NOW), 0);
}
END_TEST

START_TEST(tenure_counts_the_days_since_a_time_that_has_come)
{
    static const char *const feature = FEATURE("tenure", "");
    ck_assert_double_eq(of(feature, "'2026-04-01'"), 7);
    ck_assert_double_eq(of(feature, "'2026-04-07T12:00:00Z'"), 0.5);
    ck_assert_double_eq(of(feature, "'2026-04-08'"), 0);
    ck_assert_double_nan(of(feature, "'2026-04-08T00:00:00.001Z'"));
    ck_assert_double_nan(of(feature, "'soon'"));
}
END_TEST

static double part_of(const char *part, const char *value)
{
    char feature[200];
    snprintf(feature, sizeof feature, FEATURE("date", ", 'part': '%s'"), part);
    return of(feature, value);
}

START_TEST(a_date_has_its_parts_in_utc)
{
    static const char *const late = "'2024-02-29T23:30:00-02:00'"; /* 2024-03-01T01:30Z, Friday */
    ck_assert_double_eq(part_of("year", late), 2024);
    ck_assert_double_eq(part_of("month", late), 3);
    ck_assert_double_eq(part_of("day", late), 1);
    ck_assert_double_eq(part_of("weekday", late), 5);
    ck_assert_double_eq(part_of("hour", late), 1);
    ck_assert_double_eq(part_of("days", "'1970-01-02T12:00:00Z'"), 1.5);
    ck_assert_double_eq(part_of("weekday", "'1969-12-31'"), 3);
    ck_assert_double_eq(part_of("hour", "'1969-12-31T23:00:00Z'"), 23);
    ck_assert_double_eq(part_of("year", "'0001-01-01'"), 1);
    ck_assert_double_eq(part_of("month", "'9999-12-31'"), 12);
    ck_assert_double_nan(part_of("year", "'yesterday'"));
}
END_TEST

START_TEST(dates_are_those_of_the_calendar)
{
    lsc_spec *spec =
        spec_of("{'name': 'y', 'group': 'g', 'kind': 'date', 'property': 'p', 'part': 'year'},"
                "{'name': 'm', 'group': 'g', 'kind': 'date', 'property': 'p', 'part': 'month'},"
                "{'name': 'd', 'group': 'g', 'kind': 'date', 'property': 'p', 'part': 'day'},"
                "{'name': 'w', 'group': 'g', 'kind': 'date', 'property': 'p', 'part': 'weekday'}");
    lsc_lead *lead = lead_of("{'id': 'l'}");
    /* 0001-01-01 was a Monday; every day of 9,999 years would be long: every 11th is looked at. */
    for (int64_t day = -719162; day <= 2932896; day += 11) {
        lsc_property property = {
            .name = "p", .type = LSC_VALUE_TIME, .time_ms = day * INT64_C(86400000)};
        ck_ok(lsc_lead_set(lead, &property, error));
        float columns[4];
        ck_ok(lsc_spec_extract(spec, lead, 0, columns, 4, error));
        time_t seconds = (time_t)day * 86400;
        struct tm civil;
        gmtime_r(&seconds, &civil);
        ck_assert_int_eq((int)columns[0], civil.tm_year + 1900);
        ck_assert_int_eq((int)columns[1], civil.tm_mon + 1);
        ck_assert_int_eq((int)columns[2], civil.tm_mday);
        ck_assert_int_eq((int)columns[3], (civil.tm_wday + 6) % 7 + 1);
        /* What is set stays in the lead's memory. */
        if (day % 1100 == 0) {
            lsc_lead_clear(lead);
        }
    }
    lsc_lead_free(lead);
    lsc_spec_unref(spec);
}
END_TEST

START_TEST(properties_are_those_of_the_time_that_is_asked_for)
{
    static const char *const lead =
        "{'id': 'l', 'p': 'small', 'activities': [{'id': '1', 'type': 'identify', 'time':"
        " '2026-03-01', 'recorded_time': '2026-03-05', 'data': {'p': 'big'}}]}";
    static const char *const feature =
        FEATURE("ordinal", ", 'table': [{'words': ['small'], 'value': 1},"
                           " {'words': ['big'], 'value': 2}]");
    ck_assert_double_eq(value_of(feature, lead, "2026-02-28"), 1);
    ck_assert_double_eq(value_of(feature, lead, "2026-03-04"), 1);
    ck_assert_double_eq(value_of(feature, lead, "2026-03-05"), 2);
}
END_TEST

LSC_SUITE("features/property_features", TEST(a_number_is_read_from_numbers_texts_and_booleans),
          TEST(numbers_are_rounded_to_float32),
          TEST(a_category_has_a_column_a_level_and_one_for_all_others),
          TEST(a_level_is_found_among_any_number_of_levels), TEST(a_code_is_the_number_of_its_text),
          TEST(codes_are_taken_to_their_limit_and_not_past_it), TEST(a_band_begins_at_its_edge),
          TEST(an_ordinal_is_the_first_row_that_has_a_word_of_the_text),
          TEST(an_overlap_adds_each_row_once), TEST(a_word_counts_only_within_the_first_4096_bytes),
          TEST(words_are_found_whole_in_random_texts), TEST(letters_beyond_ascii_belong_to_a_word),
          TEST(a_flag_is_one_or_zero), TEST(an_address_is_classed_by_its_domain),
          TEST(a_domain_has_at_most_255_bytes), TEST(an_address_has_one_column_of_its_class),
          TEST(completeness_is_the_share_of_properties_that_are_there),
          TEST(tenure_counts_the_days_since_a_time_that_has_come),
          TEST(a_date_has_its_parts_in_utc), TEST(dates_are_those_of_the_calendar),
          TEST(properties_are_those_of_the_time_that_is_asked_for))
