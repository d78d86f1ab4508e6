#include "model_support.h"

#include "core/random.h"

static const float sizes[LEAD_COLUMNS] = {1, 0.5f, 0.25f, 0.125f, 1, 2, 0.75f};

static int breakdown_sum(const lsc_explanation *explanation)
{
    int sum = explanation->baseline;
    for (size_t i = 0; i < explanation->n_breakdown; i++) {
        sum += explanation->breakdown[i].points;
    }
    return sum;
}

START_TEST(the_breakdown_sums_to_the_score)
{
    lsc_random random;
    lsc_random_seed(&random, 11);
    for (size_t n_groups = 1; n_groups <= LSC_MAX_GROUPS; n_groups++) {
        float random_sizes[24];
        for (size_t i = 0; i < 24; i++) {
            random_sizes[i] = (float)lsc_random_uniform(&random);
        }
        lsc_scorer *scorer = scorer_of(number_model(24, n_groups, random_sizes, -1.5f));
        for (int round = 0; round < 100; round++) {
            float columns[24];
            for (size_t i = 0; i < 24; i++) {
                columns[i] = (float)lsc_random_below(&random, 2);
            }
            lsc_explanation explanation = LSC_EXPLANATION_INIT;
            ck_ok(lsc_explain_vector(scorer, columns, 24, &explanation, error));
            ck_assert_uint_eq(explanation.n_breakdown, n_groups);
            ck_assert_int_eq(breakdown_sum(&explanation), explanation.result.score);
        }
        lsc_scorer_free(scorer);
    }
}
END_TEST

START_TEST(groups_stand_in_the_order_of_the_spec)
{
    lsc_scorer *scorer = scorer_of(stump_model(LEAD_SPEC, sizes, 0));
    lsc_lead *lead = some_lead();
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    ck_ok(lsc_explain_lead(scorer, lead, AS_OF, &explanation, error));
    ck_assert_uint_eq(explanation.n_breakdown, 2);
    ck_assert_str_eq(explanation.breakdown[0].group, "behavioral");
    ck_assert_str_eq(explanation.breakdown[1].group, "demographic");
    lsc_lead_free(lead);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(the_result_is_that_of_scoring)
{
    lsc_scorer *scorer = scorer_of(stump_model(LEAD_SPEC, sizes, 0));
    lsc_lead *lead = some_lead();
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    lsc_result result = LSC_RESULT_INIT;
    ck_ok(lsc_explain_lead(scorer, lead, AS_OF, &explanation, error));
    ck_ok(lsc_score_lead(scorer, lead, AS_OF, &result, error));
    ck_assert_int_eq(explanation.result.status, LSC_SCORED);
    ck_assert_int_eq(explanation.result.score, result.score);
    ck_assert_int_eq(explanation.result.grade, result.grade);
    ck_assert(explanation.result.probability == result.probability);
    ck_assert(explanation.result.probability_low == result.probability_low);
    ck_assert(explanation.result.probability_high == result.probability_high);
    ck_assert(explanation.result.confidence == result.confidence);
    ck_assert(explanation.result.margin == result.margin);
    ck_assert(explanation.result.raw_probability == result.raw_probability);
    lsc_lead_free(lead);
    lsc_scorer_free(scorer);
}
END_TEST

static void check_unscored(lsc_scorer *scorer, lsc_lead *lead, lsc_outcome_status expected)
{
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    ck_ok(lsc_explain_lead(scorer, lead, AS_OF, &explanation, error));
    ck_assert_int_eq(explanation.result.status, expected);
    ck_assert_int_eq(explanation.result.score, -1);
    ck_assert_int_eq(explanation.result.grade, 0);
    ck_assert(isnan(explanation.result.probability));
    ck_assert(isnan(explanation.result.margin));
    ck_assert(isnan(explanation.base_value));
    ck_assert_uint_eq(explanation.n_contributions, 0);
    ck_assert_uint_eq(explanation.n_breakdown, 0);
    ck_assert_uint_eq(explanation.n_reasons, 0);
    ck_assert_uint_eq(strlen(explanation.receipt.input_sha256), 64);
    ck_assert_uint_eq(strlen(explanation.receipt.result_sha256), 64);
    ck_assert_int_eq(explanation.receipt.as_of_ms, AS_OF);
}

START_TEST(an_unscored_lead_has_a_receipt_and_nothing_else)
{
    lsc_scorer *scorer = scorer_of(stump_model(LEAD_SPEC, sizes, 0));
    lsc_lead *lead = some_lead();
    ck_ok(lsc_lead_set_bool(lead, "consent.profiling", false, error));
    check_unscored(scorer, lead, LSC_SUPPRESSED);
    lsc_lead_clear(lead);
    check_unscored(scorer, lead, LSC_INSUFFICIENT_DATA);
    lsc_lead_free(lead);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(explaining_twice_gives_the_same_bits)
{
    lsc_scorer *scorer = scorer_of(stump_model(LEAD_SPEC, sizes, 0));
    lsc_lead *lead = some_lead();
    lsc_explanation first = LSC_EXPLANATION_INIT;
    lsc_explanation second = LSC_EXPLANATION_INIT;
    ck_ok(lsc_explain_lead(scorer, lead, AS_OF, &first, error));
    lsc_receipt receipt = first.receipt;
    const float other[LEAD_COLUMNS] = {0};
    ck_ok(lsc_explain_vector(scorer, other, LEAD_COLUMNS, &second, error));
    ck_assert_str_ne(second.receipt.result_sha256, receipt.result_sha256);
    ck_ok(lsc_explain_lead(scorer, lead, AS_OF, &second, error));
    ck_assert_str_eq(second.receipt.result_sha256, receipt.result_sha256);
    lsc_lead_free(lead);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(init_and_macro_agree)
{
    lsc_explanation made;
    lsc_explanation_init(&made, sizeof made);
    lsc_explanation macro = LSC_EXPLANATION_INIT;
    ck_assert_uint_eq(made.size, sizeof made);
    ck_assert_uint_eq(made.size, macro.size);
    ck_assert_uint_eq(made.result.size, sizeof made.result);
    ck_assert_int_eq(made.result.score, -1);
    ck_assert(made.receipt.as_of_ms == LSC_TIME_NONE);
}
END_TEST

START_TEST(bad_arguments_leave_the_explanation_alone)
{
    lsc_scorer *scorer = scorer_of(stump_model(LEAD_SPEC, sizes, 0));
    lsc_lead *lead = some_lead();
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    explanation.baseline = 42;
    float columns[LEAD_COLUMNS] = {0, 0, INFINITY, 0, 0, 0, 0};
    ck_fails(lsc_explain_lead(NULL, lead, AS_OF, &explanation, error), LSC_INVALID_ARG, "NULL");
    ck_fails(lsc_explain_lead(scorer, NULL, AS_OF, &explanation, error), LSC_INVALID_ARG, "NULL");
    ck_fails(lsc_explain_lead(scorer, lead, AS_OF, NULL, error), LSC_INVALID_ARG, "NULL");
    ck_fails(lsc_explain_lead(scorer, lead, LSC_TIME_NONE, &explanation, error), LSC_INVALID_ARG,
             "");
    ck_fails(lsc_explain_lead(scorer, lead, LSC_TIME_MAX + 1, &explanation, error), LSC_INVALID_ARG,
             "");
    ck_fails(lsc_explain_vector(NULL, columns, LEAD_COLUMNS, &explanation, error), LSC_INVALID_ARG,
             "NULL");
    ck_fails(lsc_explain_vector(scorer, columns, LEAD_COLUMNS, NULL, error), LSC_INVALID_ARG,
             "NULL");
    ck_fails(lsc_explain_vector(scorer, NULL, LEAD_COLUMNS, &explanation, error), LSC_INVALID_ARG,
             "NULL");
    ck_fails(lsc_explain_vector(scorer, columns, LEAD_COLUMNS, &explanation, error),
             LSC_INVALID_ARG, "");
    ck_fails(lsc_explain_vector(scorer, columns, LEAD_COLUMNS + 1, &explanation, error),
             LSC_INVALID_ARG, "");
    ck_fails(lsc_explain_json(NULL, "{}", 2, NULL, 0, AS_OF, &explanation, error), LSC_INVALID_ARG,
             "NULL");
    ck_fails(lsc_explain_json(scorer, "{", 1, NULL, 0, AS_OF, &explanation, error), LSC_BAD_JSON,
             "");
    ck_fails(lsc_explain_json(scorer, "{}", 2, "[3]", 3, AS_OF, &explanation, error), LSC_BAD_LEAD,
             "");
    ck_assert_int_eq(explanation.baseline, 42);
    lsc_lead_free(lead);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(a_struct_below_the_first_release_is_refused)
{
    lsc_scorer *scorer = scorer_of(stump_model(LEAD_SPEC, sizes, 0));
    lsc_lead *lead = some_lead();
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    explanation.size = offsetof(lsc_explanation, receipt);
    ck_fails(lsc_explain_lead(scorer, lead, AS_OF, &explanation, error), LSC_INVALID_ARG,
             "lsc_explanation");
    explanation.size = 0;
    ck_fails(lsc_explain_lead(scorer, lead, AS_OF, &explanation, error), LSC_INVALID_ARG,
             "lsc_explanation");
    ck_assert_ptr_null(explanation.contributions);
    lsc_lead_free(lead);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(a_struct_of_a_later_release_is_filled_as_far_as_known)
{
    lsc_scorer *scorer = scorer_of(stump_model(LEAD_SPEC, sizes, 0));
    lsc_lead *lead = some_lead();
    struct {
        lsc_explanation known;
        double later;
    } longer = {LSC_EXPLANATION_INIT, 0};
    longer.known.size = sizeof longer;
    ck_ok(lsc_explain_lead(scorer, lead, AS_OF, &longer.known, error));
    ck_assert_uint_eq(longer.known.size, sizeof longer);
    ck_assert_uint_eq(longer.known.n_contributions, 5);
    ck_assert(longer.later == 0);
    lsc_lead_free(lead);
    lsc_scorer_free(scorer);
}
END_TEST

LSC_SUITE("explain/explain", TEST(the_breakdown_sums_to_the_score),
          TEST(groups_stand_in_the_order_of_the_spec), TEST(the_result_is_that_of_scoring),
          TEST(an_unscored_lead_has_a_receipt_and_nothing_else),
          TEST(explaining_twice_gives_the_same_bits), TEST(init_and_macro_agree),
          TEST(bad_arguments_leave_the_explanation_alone),
          TEST(a_struct_below_the_first_release_is_refused),
          TEST(a_struct_of_a_later_release_is_filled_as_far_as_known))
