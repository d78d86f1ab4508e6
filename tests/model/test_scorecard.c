#include "suite.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

#include "model/scorecard.h"
#include "model_fixtures.h"

/** Columns: visits, industry=software, industry=retail, industry=(other), staff. */
static const char spec_json[] =
    "{\"format\": 1, \"name\": \"s\", \"groups\": [\"behavioral\", \"demographic\"], "
    "\"features\": ["
    "{\"name\": \"visits\", \"group\": \"behavioral\", \"kind\": \"number\", "
    "\"property\": \"visits\"},"
    "{\"name\": \"industry\", \"group\": \"demographic\", \"kind\": \"category\", "
    "\"property\": \"industry\", \"levels\": [\"retail\", \"software\"]},"
    "{\"name\": \"staff\", \"group\": \"demographic\", \"kind\": \"number\", "
    "\"property\": \"staff\"}]}";

enum {
    VISITS,
    RETAIL,
    SOFTWARE,
    OTHER,
    STAFF,
    N_COLUMNS
};

static lsc_status parse(const char *json, lsc_scorecard *card, lsc_error *error)
{
    lsc_spec *spec = NULL;
    ck_assert_int_eq(lsc_spec_parse(spec_json, strlen(spec_json), NULL, &spec, NULL), LSC_OK);
    lsc_status status =
        lsc_scorecard_parse(json, strlen(json), spec, fixture_allocator(), card, error);
    lsc_spec_unref(spec);
    return status;
}

/** A card of these members and rules. */
static lsc_scorecard card_of(const char *members, const char *rules)
{
    char json[4000];
    lsc_scorecard card;
    snprintf(json, sizeof json, "{\"format\": 1, %s \"rules\": [%s]}", members, rules);
    ck_ok(parse(json, &card, error));
    return card;
}

static void refuse(const char *members, const char *rules, lsc_status status, const char *words)
{
    char json[4000];
    lsc_scorecard card;
    snprintf(json, sizeof json, "{\"format\": 1, %s \"rules\": [%s]}", members, rules);
    ck_fails(parse(json, &card, error), status, words);
}

static void check_points(const lsc_scorecard *card, const float *columns, double points)
{
    double contributions[N_COLUMNS];
    double total = card->base;
    ck_assert_double_eq(lsc_scorecard_points(card, columns, N_COLUMNS, contributions), points);
    ck_assert_double_eq(lsc_scorecard_points(card, columns, N_COLUMNS, NULL), points);
    for (size_t i = 0; i < N_COLUMNS; i++) {
        total += contributions[i];
    }
    /* The points are sums of numbers with few binary digits. */
    ck_assert_double_eq(total, points);
}

START_TEST(points_per_unit_grow_to_the_cap)
{
    lsc_scorecard card =
        card_of("", "{\"feature\": \"visits\", \"points\": 1.5, \"per\": \"unit\", \"cap\": 40}");
    check_points(&card, (float[]){0, 0, 0, 0, 0}, 0);
    check_points(&card, (float[]){4, 0, 0, 0, 0}, 6);
    check_points(&card, (float[]){100, 0, 0, 0, 0}, 40);
    check_points(&card, (float[]){FLT_MAX, 0, 0, 0, 0}, 40);
    check_points(&card, (float[]){NAN, 0, 0, 0, 0}, 0);
    check_points(&card, (float[]){-100, 0, 0, 0, 0}, 0);
    lsc_scorecard_free(&card);
}
END_TEST

START_TEST(a_range_has_both_its_ends)
{
    lsc_scorecard card =
        card_of("", "{\"feature\": \"staff\", \"points\": 10, \"least\": 3, \"most\": 9}");
    check_points(&card, (float[]){0, 0, 0, 0, 2.999f}, 0);
    check_points(&card, (float[]){0, 0, 0, 0, 3}, 10);
    check_points(&card, (float[]){0, 0, 0, 0, 9}, 10);
    check_points(&card, (float[]){0, 0, 0, 0, 9.001f}, 0);
    check_points(&card, (float[]){0, 0, 0, 0, NAN}, 0);
    lsc_scorecard_free(&card);
}
END_TEST

START_TEST(a_level_counts_where_its_column_is_one)
{
    lsc_scorecard card =
        card_of("", "{\"feature\": \"industry\", \"level\": \"software\", \"points\": 5},"
                    "{\"feature\": \"industry\", \"level\": \"(other)\", \"points\": 2}");
    check_points(&card, (float[]){0, 0, 1, 0, 0}, 5);
    check_points(&card, (float[]){0, 1, 0, 0, 0}, 0);
    check_points(&card, (float[]){0, 0, 0, 1, 0}, 2);
    check_points(&card, (float[]){0, NAN, NAN, NAN, 0}, 0);
    lsc_scorecard_free(&card);
}
END_TEST

START_TEST(points_past_a_cap_are_not_counted_in_the_order_of_the_rules)
{
    lsc_scorecard card =
        card_of("\"base\": 10, \"cap\": 50, \"group_caps\": {\"demographic\": 20},",
                "{\"feature\": \"staff\", \"points\": 15, \"least\": 1},"
                "{\"feature\": \"industry\", \"level\": \"retail\", \"points\": 8},"
                "{\"feature\": \"visits\", \"points\": 1, \"per\": \"unit\"},"
                "{\"feature\": \"staff\", \"points\": -30, \"least\": 100}");
    double contributions[N_COLUMNS];
    /* 10 + 15, then 5 of 8 by the group's cap, then 20 of 30 by the total's. */
    float columns[N_COLUMNS] = {30, 1, 0, 0, 2};
    ck_assert_double_eq(lsc_scorecard_points(&card, columns, N_COLUMNS, contributions), 50);
    ck_assert_double_eq(contributions[STAFF], 15);
    ck_assert_double_eq(contributions[RETAIL], 5);
    ck_assert_double_eq(contributions[VISITS], 20);
    ck_assert_double_eq(contributions[SOFTWARE], 0);
    /* The last rule takes 30 from what there is. */
    columns[STAFF] = 100;
    check_points(&card, columns, 20);
    /* Below 0 nothing is taken: 10 + 15 - 25 of 30. */
    check_points(&card, (float[]){0, 0, 0, 0, 100}, 0);
    lsc_scorecard_free(&card);
}
END_TEST

START_TEST(points_that_the_total_cuts_leave_room_in_their_group)
{
    lsc_scorecard card = card_of("\"cap\": 50, \"group_caps\": {\"behavioral\": 60},",
                                 "{\"feature\": \"visits\", \"points\": 60, \"least\": 1},"
                                 "{\"feature\": \"staff\", \"points\": -40, \"least\": 1},"
                                 "{\"feature\": \"visits\", \"points\": 30, \"least\": 2}");
    /* 50 of 60 by the total, less 40, then 10 of 30 by the group: it has 50 of 60. */
    check_points(&card, (float[]){2, 0, 0, 0, 1}, 20);
    lsc_scorecard_free(&card);
}
END_TEST

START_TEST(what_is_not_said_has_its_default)
{
    lsc_scorecard card = card_of("", "");
    ck_assert_double_eq(card.base, 0);
    ck_assert_double_eq(card.total_cap, 100);
    ck_assert_double_eq(card.grades[0], 80);
    ck_assert_double_eq(card.grades[3], 20);
    lsc_scorecard_free(&card);
    card = card_of("\"grades\": {\"A\": 90, \"B\": 70, \"C\": 50, \"D\": 50},", "");
    ck_assert_double_eq(card.grades[0], 90);
    ck_assert_double_eq(card.grades[3], 50);
    lsc_scorecard_free(&card);
}
END_TEST

START_TEST(rules_that_cannot_be_are_refused_by_name)
{
    refuse("", "[]", LSC_BAD_SPEC, "rules[0] is not an object but array");
    refuse("", "{\"points\": 1, \"least\": 1}", LSC_BAD_SPEC, "feature");
    refuse("", "{\"feature\": \"visits\", \"least\": 1}", LSC_BAD_SPEC, "points");
    refuse("", "{\"feature\": \"visitors\", \"points\": 1, \"least\": 1}", LSC_BAD_SPEC,
           "rules[0]: the spec has no feature \"visitors\"");
    refuse("", "{\"feature\": \"industry\", \"points\": 1, \"least\": 1}", LSC_BAD_SPEC,
           "\"industry\" is a category, say which level");
    refuse("", "{\"feature\": \"industry\", \"level\": \"tea\", \"points\": 1}", LSC_BAD_SPEC,
           "\"industry\" has no level \"tea\"");
    refuse("", "{\"feature\": \"industry=retail\", \"points\": 1, \"least\": 1}", LSC_BAD_SPEC,
           "the spec has no feature \"industry=retail\"");
    refuse("", "{\"feature\": \"visits\", \"points\": 1}", LSC_BAD_SPEC, "must have one of");
    refuse("", "{\"feature\": \"visits\", \"points\": 1, \"per\": \"unit\", \"least\": 1}",
           LSC_BAD_SPEC, "must have one of");
    refuse("", "{\"feature\": \"visits\", \"points\": 1, \"per\": \"day\"}", LSC_BAD_SPEC,
           "per is \"day\"");
    refuse("", "{\"feature\": \"visits\", \"points\": 1, \"least\": 2, \"most\": 1}", LSC_BAD_SPEC,
           "most");
    refuse("", "{\"feature\": \"visits\", \"points\": 1e7, \"least\": 2}", LSC_BAD_SPEC, "points");
    refuse("", "{\"feature\": \"visits\", \"points\": 1, \"least\": 2, \"cap\": -1}", LSC_BAD_SPEC,
           "cap");
    refuse("", "{\"feature\": \"visits\", \"points\": 1, \"least\": 2, \"window\": 7}",
           LSC_BAD_SPEC, "window");
}
END_TEST

START_TEST(cards_that_cannot_be_are_refused)
{
    lsc_scorecard card;
    refuse("\"group_caps\": {\"weather\": 1},", "", LSC_BAD_SPEC, "no group \"weather\"");
    refuse("\"group_caps\": {\"behavioral\": -1},", "", LSC_BAD_SPEC, "behavioral");
    refuse("\"cap\": 101,", "", LSC_BAD_SPEC, "cap");
    refuse("\"cap\": 50, \"base\": 51,", "", LSC_BAD_SPEC, "base");
    refuse("\"grades\": {\"A\": 10, \"B\": 20, \"C\": 5, \"D\": 1},", "", LSC_BAD_SPEC, "B");
    refuse("\"grades\": {\"A\": 10},", "", LSC_BAD_SPEC, "B");
    refuse("\"colour\": 1,", "", LSC_BAD_SPEC, "colour");
    ck_fails(parse("{\"format\": 2, \"rules\": []}", &card, error), LSC_UNSUPPORTED, "format is 2");
    ck_fails(parse("{\"rules\": []}", &card, error), LSC_BAD_SPEC, "format");
    ck_fails(parse("{\"format\": 1}", &card, error), LSC_BAD_SPEC, "rules");
    ck_fails(parse("[]", &card, error), LSC_BAD_SPEC, "not an object but array");
    ck_fails(parse("{", &card, error), LSC_BAD_JSON, "scorecard.json: ");
}
END_TEST

START_TEST(rules_are_taken_to_their_limit_and_not_past_it)
{
    lsc_buffer json;
    lsc_scorecard card;
    lsc_buffer_init(&json, fixture_allocator());
    lsc_buffer_append_text(&json, "{\"format\": 1, \"rules\": [");
    for (int i = 0; i < LSC_MAX_RULES; i++) {
        lsc_buffer_append_format(&json, "%s{\"feature\": \"visits\", \"points\": 1, \"least\": 1}",
                                 i == 0 ? "" : ",");
    }
    size_t length = json.length;
    lsc_buffer_append_text(&json, "]}");
    ck_ok(parse(json.data, &card, error));
    ck_assert_uint_eq(card.n_rules, LSC_MAX_RULES);
    lsc_scorecard_free(&card);
    json.length = length;
    lsc_buffer_append_text(&json, ",{\"feature\": \"visits\", \"points\": 1, \"least\": 1}]}");
    ck_fails(parse(json.data, &card, error), LSC_LIMIT, "4097 rules, at most 4096");
    lsc_buffer_free(&json);
}
END_TEST

START_TEST(points_and_their_parts_agree_for_any_card_and_vector)
{
    lsc_random random;
    lsc_random_seed(&random, 5);
    for (int trial = 0; trial < 2000; trial++) {
        lsc_rule rules[6];
        lsc_scorecard card = {.rules = rules, .n_rules = 6};
        card.total_cap = 1 + 99 * lsc_random_uniform(&random);
        card.base = card.total_cap * lsc_random_uniform(&random);
        for (size_t g = 0; g < LSC_MAX_GROUPS; g++) {
            card.group_cap[g] = 60 * lsc_random_uniform(&random);
        }
        for (size_t i = 0; i < 6; i++) {
            rules[i] = (lsc_rule){.column = (uint32_t)lsc_random_below(&random, N_COLUMNS),
                                  .group = (uint32_t)lsc_random_below(&random, 3),
                                  .per_unit = lsc_random_below(&random, 2) == 0,
                                  .points = 80 * lsc_random_uniform(&random) - 40,
                                  .least = lsc_random_uniform(&random),
                                  .most = 2,
                                  .cap = 50 * lsc_random_uniform(&random)};
        }
        float columns[N_COLUMNS];
        double contributions[N_COLUMNS];
        for (size_t i = 0; i < N_COLUMNS; i++) {
            columns[i] = lsc_random_below(&random, 5) == 0
                             ? NAN
                             : (float)(4 * lsc_random_uniform(&random) - 1);
        }
        double points = lsc_scorecard_points(&card, columns, N_COLUMNS, contributions);
        double sum = card.base;
        for (size_t i = 0; i < N_COLUMNS; i++) {
            sum += contributions[i];
        }
        ck_assert(points >= 0 && points <= card.total_cap);
        /* A dozen additions of numbers below 128. */
        ck_assert_double_eq_tol(sum, points, 1e-12);
    }
}
END_TEST

LSC_SUITE("model/scorecard", TEST(points_per_unit_grow_to_the_cap), TEST(a_range_has_both_its_ends),
          TEST(a_level_counts_where_its_column_is_one),
          TEST(points_past_a_cap_are_not_counted_in_the_order_of_the_rules),
          TEST(points_that_the_total_cuts_leave_room_in_their_group),
          TEST(what_is_not_said_has_its_default), TEST(rules_that_cannot_be_are_refused_by_name),
          TEST(cards_that_cannot_be_are_refused),
          TEST(rules_are_taken_to_their_limit_and_not_past_it),
          TEST(points_and_their_parts_agree_for_any_card_and_vector))
