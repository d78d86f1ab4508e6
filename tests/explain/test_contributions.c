#include "model_support.h"

#include "core/random.h"

static const float lead_sizes[LEAD_COLUMNS] = {0.5f, 0.25f, 0.125f, 0.0625f, 1, 2, 0.75f};

START_TEST(a_feature_contributes_the_sum_of_its_columns)
{
    lsc_scorer *scorer = scorer_of(stump_model(LEAD_SPEC, lead_sizes, -1));
    /* employees, industry of three columns (software), opens, demos, last activity */
    const float columns[LEAD_COLUMNS] = {1, 0, 1, 0, 0, 1, NAN};
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    ck_ok(lsc_explain_vector(scorer, columns, LEAD_COLUMNS, &explanation, error));
    const char *const features[] = {"employees", "industry", "opens", "demos",
                                    "last_activity_days"};
    const char *const groups[] = {"demographic", "demographic", "behavioral", "behavioral",
                                  "behavioral"};
    const double values[] = {0.5, -0.25 + 0.125 - 0.0625, -1, 2, -0.75};
    ck_assert_uint_eq(explanation.n_contributions, 5);
    for (size_t i = 0; i < 5; i++) {
        ck_assert_str_eq(explanation.contributions[i].feature, features[i]);
        ck_assert_str_eq(explanation.contributions[i].group, groups[i]);
        /* Stumps of equal covers: halves of small powers of two, but for the quadrature's point. */
        ck_assert_double_eq_tol(explanation.contributions[i].value, values[i], 1e-15);
    }
    ck_assert(explanation.base_value == -1);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(base_and_contributions_sum_to_the_margin)
{
    lsc_scorer *scorer = scorer_of(stump_model(LEAD_SPEC, lead_sizes, 0.25f));
    lsc_random random;
    lsc_random_seed(&random, 3);
    for (int round = 0; round < 200; round++) {
        float columns[LEAD_COLUMNS];
        for (size_t i = 0; i < LEAD_COLUMNS; i++) {
            columns[i] =
                lsc_random_below(&random, 4) == 0 ? NAN : (float)lsc_random_uniform(&random);
        }
        lsc_explanation explanation = LSC_EXPLANATION_INIT;
        ck_ok(lsc_explain_vector(scorer, columns, LEAD_COLUMNS, &explanation, error));
        double sum = explanation.base_value;
        for (size_t i = 0; i < explanation.n_contributions; i++) {
            sum += explanation.contributions[i].value;
        }
        /* The margin is exact in float32: all leaves are small powers of two. */
        ck_assert_double_eq_tol(sum, (double)explanation.result.margin, 1e-14);
    }
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(a_batch_gives_a_value_a_column_and_the_base_last)
{
    lsc_scorer *scorer = scorer_of(stump_model(LEAD_SPEC, lead_sizes, -1));
    const float rows[2][LEAD_COLUMNS] = {{1, 1, 1, 1, 1, 1, 1}, {0, NAN, 1, 0, 0, 0, 0}};
    float out[2][LEAD_COLUMNS + 1];
    ck_ok(lsc_contributions_batch(scorer, rows[0], 2, LEAD_COLUMNS, out[0], error));
    for (size_t i = 0; i < LEAD_COLUMNS; i++) {
        ck_assert(out[0][i] == lead_sizes[i]);
        ck_assert(out[1][i] == (i == 2 ? lead_sizes[i] : -lead_sizes[i]));
    }
    ck_assert(out[0][LEAD_COLUMNS] == -1);
    ck_assert(out[1][LEAD_COLUMNS] == -1);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(a_batch_that_is_refused_leaves_the_output_alone)
{
    lsc_scorer *scorer = scorer_of(stump_model(LEAD_SPEC, lead_sizes, -1));
    float rows[2][LEAD_COLUMNS] = {{0}, {0, 0, 0, INFINITY, 0, 0, 0}};
    float out[2 * (LEAD_COLUMNS + 1)];
    for (size_t i = 0; i < sizeof out / sizeof out[0]; i++) {
        out[i] = 42;
    }
    ck_fails(lsc_contributions_batch(scorer, rows[0], 2, LEAD_COLUMNS, out, error), LSC_INVALID_ARG,
             "");
    ck_fails(lsc_contributions_batch(scorer, rows[0], 2, LEAD_COLUMNS - 1, out, error),
             LSC_INVALID_ARG, "");
    ck_fails(lsc_contributions_batch(scorer, NULL, 2, LEAD_COLUMNS, out, error), LSC_INVALID_ARG,
             "NULL");
    ck_fails(lsc_contributions_batch(scorer, rows[0], 2, LEAD_COLUMNS, NULL, error),
             LSC_INVALID_ARG, "contributions is NULL");
    ck_fails(lsc_contributions_batch(NULL, rows[0], 2, LEAD_COLUMNS, out, error), LSC_INVALID_ARG,
             "scorer is NULL");
    for (size_t i = 0; i < sizeof out / sizeof out[0]; i++) {
        ck_assert(out[i] == 42);
    }
    ck_ok(lsc_contributions_batch(scorer, NULL, 0, LEAD_COLUMNS, NULL, error));
    lsc_scorer_free(scorer);
}
END_TEST

static lsc_model *scorecard(const char *rules)
{
    char card[2048];
    snprintf(card, sizeof card,
             "{\"format\": 1, \"base\": 10, \"cap\": 100, \"group_caps\": {\"behavioral\": 30},"
             " \"rules\": [%s]}",
             rules);
    void *bundle;
    size_t length;
    lsc_model *model;
    ck_ok(lsc_scorecard_build("card", LEAD_SPEC, strlen(LEAD_SPEC), card, strlen(card), &bundle,
                              &length, error));
    ck_ok(lsc_model_load_bytes(bundle, length, NULL, &model, error));
    lsc_bundle_free(bundle);
    return model;
}

START_TEST(a_scorecard_contributes_its_counted_points)
{
    lsc_model *model = scorecard("{\"feature\": \"opens\", \"points\": 5, \"per\": \"unit\", "
                                 "\"cap\": 20},"
                                 "{\"feature\": \"demos\", \"points\": 25, \"per\": \"unit\"},"
                                 "{\"feature\": \"industry\", \"level\": \"software\", "
                                 "\"points\": 15},"
                                 "{\"feature\": \"industry\", \"level\": \"retail\", "
                                 "\"points\": 7}");
    lsc_scorer *scorer = scorer_of(model);
    const float columns[LEAD_COLUMNS] = {NAN, 0, 1, 0, 3, 1, 0};
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    ck_ok(lsc_explain_vector(scorer, columns, LEAD_COLUMNS, &explanation, error));
    /* opens 15; demos 25, of which the group's cap of 30 leaves 15; software 15; base 10. */
    const double values[] = {0, 15, 15, 15, 0};
    for (size_t i = 0; i < 5; i++) {
        ck_assert(explanation.contributions[i].value == values[i]);
    }
    ck_assert(explanation.base_value == 10);
    ck_assert(explanation.result.points == 55);
    ck_assert_int_eq(explanation.result.score, 55);
    ck_assert_int_eq(explanation.baseline, 10);
    ck_assert_int_eq(explanation.breakdown[0].points, 30);
    ck_assert_int_eq(explanation.breakdown[1].points, 15);

    float out[LEAD_COLUMNS + 1];
    const float expected[LEAD_COLUMNS + 1] = {0, 0, 15, 0, 15, 15, 0, 10};
    ck_ok(lsc_contributions_batch(scorer, columns, 1, LEAD_COLUMNS, out, error));
    for (size_t i = 0; i <= LEAD_COLUMNS; i++) {
        ck_assert(out[i] == expected[i]);
    }
    lsc_scorer_free(scorer);
}
END_TEST

LSC_SUITE("explain/contributions", TEST(a_feature_contributes_the_sum_of_its_columns),
          TEST(base_and_contributions_sum_to_the_margin),
          TEST(a_batch_gives_a_value_a_column_and_the_base_last),
          TEST(a_batch_that_is_refused_leaves_the_output_alone),
          TEST(a_scorecard_contributes_its_counted_points))
