#include <math.h>

#include "spec_helpers.h"

#define NOW "2026-04-08T00:00:00Z"

/** The sentence of the one feature, of a lead in JSON. */
static const char *sentence_of(const char *feature, const char *lead_text, bool up)
{
    static char text[512];
    lsc_spec *spec = spec_of(feature);
    lsc_lead *lead = lead_of(lead_text);
    float *columns = vector_of(spec, lead, at(NOW));
    lsc_sighting sighting = lsc_spec_sighting(spec, 0, lead, at(NOW));
    lsc_spec_sentence(spec, 0, &sighting, columns, up, text, sizeof text);
    free(columns);
    lsc_lead_free(lead);
    lsc_spec_unref(spec);
    return text;
}

/** The sentence of the one feature, of a vector alone. */
static const char *sentence_of_vector(const char *feature, const float *columns)
{
    static char text[512];
    lsc_spec *spec = spec_of(feature);
    lsc_spec_sentence(spec, 0, NULL, columns, true, text, sizeof text);
    lsc_spec_unref(spec);
    return text;
}

#define PAGES(n_more) \
    "{'id': 'l', 'activities': [{'id': '1', 'type': 'A', 'time': '2026-04-01'}" n_more "]}"
#define COUNT                                                                                  \
    "{'name': 'f', 'group': 'g', 'kind': 'count', 'window_days': 30, 'unit': ['visit',"        \
    " 'visits'], 'reason_up': 'Made {value} in {window} days', 'reason_down': 'Only {value}'," \
    " 'reason_none': 'Made no visit'}"

START_TEST(a_count_is_told_with_its_unit)
{
    ck_assert_str_eq(sentence_of(COUNT, PAGES(""), true), "Made 1 visit in 30 days");
    ck_assert_str_eq(
        sentence_of(COUNT, PAGES(", {'id': '2', 'type': 'A', 'time': '2026-04-02'}"), true),
        "Made 2 visits in 30 days");
    ck_assert_str_eq(sentence_of(COUNT, PAGES(""), false), "Only 1 visit");
    ck_assert_str_eq(sentence_of(COUNT, "{'id': 'l'}", true), "Made no visit");
    ck_assert_str_eq(sentence_of(COUNT, "{'id': 'l'}", false), "Made no visit");
}
END_TEST

static const char *of_value(const char *kind_and_more, double value)
{
    char feature[300];
    snprintf(feature, sizeof feature, "{'name': 'f', 'group': 'g', %s, 'reason_up': '{value}'}",
             kind_and_more);
    float column = (float)value;
    return sentence_of_vector(feature, &column);
}

START_TEST(values_are_told_as_people_read_them)
{
    static const char *const number = "'kind': 'number', 'property': 'p'";
    static const char *const days = "'kind': 'recency'";
    static const char *const share = "'kind': 'share', 'events': {}";
    static const char *const trend = "'kind': 'trend', 'window_days': 7";
    ck_assert_str_eq(of_value(number, 12), "12");
    ck_assert_str_eq(of_value(number, 1500000), "1500000");
    ck_assert_str_eq(of_value(number, 1234.56), "1235");
    ck_assert_str_eq(of_value(number, 2.3456), "2.35");
    ck_assert_str_eq(of_value(number, -0.5), "-0.5");
    ck_assert_str_eq(of_value(days, 0), "Less than an hour");
    ck_assert_str_eq(of_value(days, 0.041), "Less than an hour");
    ck_assert_str_eq(of_value(days, 0.042), "1 hour");
    ck_assert_str_eq(of_value(days, 0.5), "12 hours");
    ck_assert_str_eq(of_value(days, 0.99), "1 day");
    ck_assert_str_eq(of_value(days, 1.4), "1 day");
    ck_assert_str_eq(of_value(days, 3), "3 days");
    ck_assert_str_eq(of_value(days, 1000.6), "1001 days");
    ck_assert_str_eq(of_value(share, 0.25), "25%");
    ck_assert_str_eq(of_value(share, 0.0312), "3.1%");
    ck_assert_str_eq(of_value(share, 1), "100%");
    ck_assert_str_eq(of_value(share, 0.996), "100%");
    ck_assert_str_eq(of_value(trend, 1), "2 times");
    ck_assert_str_eq(of_value(trend, -1), "0.5 times");
    ck_assert_str_eq(of_value("'kind': 'flag', 'property': 'p'", 1), "Yes");
    ck_assert_str_eq(of_value("'kind': 'flag', 'property': 'p'", 0), "No");
    ck_assert_str_eq(of_value("'kind': 'date', 'property': 'p', 'part': 'month'", 2), "February");
    ck_assert_str_eq(of_value("'kind': 'date', 'property': 'p', 'part': 'weekday'", 7), "Sunday");
    ck_assert_str_eq(of_value("'kind': 'date', 'property': 'p', 'part': 'year'", 2026), "2026");
    ck_assert_str_eq(of_value("'kind': 'date', 'property': 'p', 'part': 'days'", 20544),
                     "2026-04-01");
}
END_TEST

START_TEST(a_property_is_told_as_the_lead_has_it)
{
    static const char *const feature =
        "{'name': 'company_size', 'group': 'g', 'kind': 'number', 'property': 'company.size'}";
    ck_assert_str_eq(sentence_of(feature, "{'id': 'l', 'company': {'size': '250 '}}", true),
                     "Company size is 250 ");
    ck_assert_str_eq(sentence_of(feature, "{'id': 'l', 'company': {'size': 250}}", false),
                     "Company size is 250");
    ck_assert_str_eq(sentence_of("{'name': 'tech', 'group': 'g', 'kind': 'overlap', 'property':"
                                 " 't', 'table': [{'words': ['a'], 'value': 1}]}",
                                 "{'id': 'l', 't': ['AWS', 'Slack']}", true),
                     "Tech is AWS, Slack");
    ck_assert_str_eq(sentence_of("{'name': 'f', 'group': 'g', 'kind': 'flag', 'property': 'p'}",
                                 "{'id': 'l', 'p': true}", true),
                     "F is true");
}
END_TEST

START_TEST(what_is_missing_is_told_so)
{
    ck_assert_str_eq(sentence_of("{'name': 'title_score', 'group': 'g', 'kind': 'ordinal',"
                                 " 'property': 'job_title', 'missing': 0, 'table': [{'words':"
                                 " ['ceo'], 'value': 1}]}",
                                 "{'id': 'l'}", true),
                     "No job title is known");
    ck_assert_str_eq(sentence_of("{'name': 'days_since_visit', 'group': 'g', 'kind': 'recency'}",
                                 "{'id': 'l'}", false),
                     "No days since visit is known");
    ck_assert_str_eq(sentence_of("{'name': 'f', 'group': 'g', 'kind': 'recency', 'missing': 365,"
                                 " 'reason_up': 'Came {value} ago', 'reason_missing': 'Never"
                                 " came'}",
                                 "{'id': 'l'}", true),
                     "Never came");
    ck_assert_str_eq(sentence_of("{'name': 'industry', 'group': 'g', 'kind': 'category',"
                                 " 'property': 'company.industry', 'missing': 0}",
                                 "{'id': 'l'}", true),
                     "No company industry is known");
    /* Nothing was sent, so that the rate is the prior alone. */
    ck_assert_str_eq(sentence_of("{'name': 'rate', 'group': 'g', 'kind': 'smoothed_rate',"
                                 " 'events': {'types': ['A']}, 'of': {'types': ['B']}, 'prior':"
                                 " 0.5, 'strength': 1, 'reason_missing': 'Was sent nothing'}",
                                 "{'id': 'l'}", true),
                     "Was sent nothing");
}
END_TEST

START_TEST(a_smoothed_rate_is_told_as_it_was_seen)
{
    static const char *const feature =
        "{'name': 'rate', 'group': 'g', 'kind': 'smoothed_rate', 'events': {'types': ['B']},"
        " 'of': {'types': ['A']}, 'prior': 0.5, 'strength': 10, 'reason_up': 'Opened {value}',"
        " 'reason_none': 'Opened none'}";
    ck_assert_str_eq(sentence_of(feature, PAGES(""), true), "Opened none");
    ck_assert_str_eq(sentence_of(feature,
                                 PAGES(", {'id': '2', 'type': 'A', 'time': '2026-04-02'}"
                                       ", {'id': '3', 'type': 'B', 'time': '2026-04-02'}"),
                                 true),
                     "Opened 50%");
    ck_assert_str_eq(
        sentence_of(feature, PAGES(", {'id': '3', 'type': 'B', 'time': '2026-04-02'}"), true),
        "Opened 100%");
    ck_assert_str_eq(sentence_of_vector(feature, (float[]){0.25f}), "Opened 25%");
}
END_TEST

START_TEST(a_category_is_told_by_its_level)
{
    static const char *const plain = "{'name': 'job', 'group': 'g', 'kind': 'category',"
                                     " 'property': 'p', 'levels': ['a', 'b'], 'reason_up':"
                                     " 'Works as {value}'}";
    ck_assert_str_eq(sentence_of(plain, "{'id': 'l', 'p': 'b'}", true), "Works as b");
    ck_assert_str_eq(sentence_of(plain, "{'id': 'l', 'p': 'rare'}", true), "Works as rare");
    ck_assert_str_eq(sentence_of(plain, "{'id': 'l', 'p': 'b'}", false), "Job is b");
    ck_assert_str_eq(sentence_of_vector(plain, (float[]){1, 0, 0}), "Works as a");
    ck_assert_str_eq(sentence_of_vector(plain, (float[]){0, 0, 1}), "Works as another one");
    ck_assert_str_eq(sentence_of_vector(plain, (float[]){NAN, NAN, NAN}), "No p is known");
}
END_TEST

START_TEST(a_vector_alone_tells_values_not_properties)
{
    static const char *const feature = "{'name': 'size_score', 'group': 'g', 'kind': 'band',"
                                       " 'property': 'size', 'edges': [1, 10], 'reason_up':"
                                       " 'Has {property} employees'}";
    ck_assert_str_eq(sentence_of_vector(feature, (float[]){2}), "Size score is 2");
    ck_assert_str_eq(sentence_of_vector(feature, (float[]){NAN}), "No size is known");
    ck_assert_str_eq(sentence_of(feature, "{'id': 'l', 'size': 20}", true), "Has 20 employees");
}
END_TEST

START_TEST(unknown_placeholders_and_open_braces_stay)
{
    static const char *const feature =
        "{'name': 'a_b', 'group': 'g', 'kind': 'count', 'reason_up': '{x} {} {name}, {window}"
        " {value'}";
    ck_assert_str_eq(sentence_of_vector(feature, (float[]){3}), "{x} {} a b, all {value");
}
END_TEST

START_TEST(control_characters_of_a_property_become_spaces)
{
    ck_assert_str_eq(sentence_of("{'name': 'f', 'group': 'g', 'kind': 'category', 'property':"
                                 " 'p'}",
                                 "{'id': 'l', 'p': 'a\\nb\\u0007c'}", true),
                     "F is a b c");
}
END_TEST

START_TEST(long_properties_are_shortened_at_a_character)
{
    char lead[400] = "{'id': 'l', 'p': 'x";
    for (size_t i = 0; i < 100; i++) {
        strcat(lead, "\xc3\xa9");
    }
    strcat(lead, "'}");
    const char *text =
        sentence_of("{'name': 'f', 'group': 'g', 'kind': 'category', 'property': 'p'}", lead, true);
    /* "F is ", x, 49 characters of two bytes each (100 would cut one), "...". */
    ck_assert_uint_eq(strlen(text), 5 + 1 + 98 + 3);
    ck_assert_str_eq(text + strlen(text) - 5, "\xc3\xa9...");
}
END_TEST

START_TEST(a_sentence_is_cut_at_a_character_to_fit)
{
    lsc_spec *spec = spec_of("{'name': 'f', 'group': 'g', 'kind': 'count', 'reason_up':"
                             " '\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80' }");
    static const size_t kept[] = {0, 0, 2, 2, 2, 5, 5, 5, 5, 9, 9};
    float column = 1;
    for (size_t size = 1; size <= 11; size++) {
        char text[16];
        memset(text, 'x', sizeof text);
        lsc_spec_sentence(spec, 0, NULL, &column, true, text, size);
        ck_assert_uint_eq(strlen(text), kept[size - 1]);
        ck_assert_int_eq(text[size], 'x');
    }
    char untouched = 'x';
    lsc_spec_sentence(spec, 0, NULL, &column, true, &untouched, 0);
    ck_assert_int_eq(untouched, 'x');
    lsc_spec_unref(spec);
}
END_TEST

START_TEST(default_sentences_have_no_placeholder_left)
{
    lsc_spec *spec = NULL;
    ck_ok(lsc_spec_default(NULL, &spec, error));
    static const char *const leads[] = {
        "{'id': 'l'}",
        "{'id': 'l', 'email': 'a@b.com', 'job_title': 'CEO', 'created_at': '2026-01-01',"
        " 'source': 'fair', 'company': {'industry': 'software', 'employee_count': 20,"
        " 'annual_revenue': 1e6, 'technologies': ['aws']}, 'address': {'country': 'DE'},"
        " 'activities': [{'id': '1', 'type': 'Page Viewed', 'time': '2026-04-01', 'data':"
        " {'path': '/pricing', 'duration_seconds': 30}}, {'id': '2', 'type': 'Email Opened',"
        " 'time': '2026-04-02'}]}"};
    for (size_t i = 0; i < 4; i++) {
        lsc_lead *lead = lead_of(leads[i / 2]);
        float *columns = vector_of(spec, lead, at(NOW));
        for (size_t feature = 0; feature < lsc_spec_n_features(spec); feature++) {
            char text[512];
            lsc_sighting sighting = lsc_spec_sighting(spec, feature, lead, at(NOW));
            lsc_spec_sentence(spec, feature, &sighting, columns, i % 2 == 0, text, sizeof text);
            ck_assert_msg(strpbrk(text, "{}") == NULL && strstr(text, "nan") == NULL &&
                              strstr(text, " all ") == strstr(text, " all activity"),
                          "%s: %s", lsc_spec_feature_name(spec, feature), text);
        }
        free(columns);
        lsc_lead_free(lead);
    }
    lsc_spec_unref(spec);
}
END_TEST

LSC_SUITE("features/sentence", TEST(a_count_is_told_with_its_unit),
          TEST(values_are_told_as_people_read_them), TEST(a_property_is_told_as_the_lead_has_it),
          TEST(what_is_missing_is_told_so), TEST(a_smoothed_rate_is_told_as_it_was_seen),
          TEST(a_category_is_told_by_its_level), TEST(a_vector_alone_tells_values_not_properties),
          TEST(unknown_placeholders_and_open_braces_stay),
          TEST(control_characters_of_a_property_become_spaces),
          TEST(long_properties_are_shortened_at_a_character),
          TEST(a_sentence_is_cut_at_a_character_to_fit),
          TEST(default_sentences_have_no_placeholder_left))
