#include "model_support.h"

#include "explain/reasons.h"

/** Explain the vector of ones and zeros that `up` spells, e.g. "1101". */
static lsc_explanation explain_bits(lsc_scorer *scorer, const char *up)
{
    float columns[MAX_STUMPS];
    for (size_t i = 0; up[i] != '\0'; i++) {
        columns[i] = up[i] == '1' ? 1 : 0;
    }
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    ck_ok(lsc_explain_vector(scorer, columns, strlen(up), &explanation, error));
    return explanation;
}

static void check_codes(const lsc_explanation *explanation, const char *const *codes, size_t n)
{
    ck_assert_uint_eq(explanation->n_reasons, n);
    for (size_t i = 0; i < n; i++) {
        ck_assert_str_eq(explanation->reasons[i].code, codes[i]);
    }
}

START_TEST(reasons_are_those_up_by_size_then_those_down_by_size)
{
    const float sizes[] = {0.5f, 2, 0.25f, 3, 1};
    lsc_scorer *scorer = scorer_of(number_model(5, 2, sizes, 0));
    lsc_explanation explanation = explain_bits(scorer, "11001");
    check_codes(&explanation,
                (const char *const[]){"f1.up", "f4.up", "f0.up", "f3.down", "f2.down"}, 5);
    ck_assert_str_eq(explanation.reasons[0].feature, "f1");
    ck_assert(explanation.reasons[0].contribution > 0);
    ck_assert(explanation.reasons[4].contribution < 0);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(equal_contributions_come_in_the_order_of_the_spec)
{
    const float sizes[] = {1, 2, 1, 2, 1};
    lsc_scorer *scorer = scorer_of(number_model(5, 1, sizes, 0));
    lsc_explanation explanation = explain_bits(scorer, "11111");
    check_codes(&explanation, (const char *const[]){"f1.up", "f3.up", "f0.up", "f2.up", "f4.up"},
                5);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(there_are_at_most_five_up_and_five_down)
{
    float sizes[14];
    for (int i = 0; i < 14; i++) {
        sizes[i] = (float)(1 + i % 7);
    }
    lsc_scorer *scorer = scorer_of(number_model(14, 1, sizes, 0));
    lsc_explanation explanation = explain_bits(scorer, "11111110000000");
    check_codes(&explanation,
                (const char *const[]){"f6.up", "f5.up", "f4.up", "f3.up", "f2.up", "f13.down",
                                      "f12.down", "f11.down", "f10.down", "f9.down"},
                10);
    /* The sixth of equal size is left out, not one of the first five. */
    explanation = explain_bits(scorer, "11111111111111");
    check_codes(&explanation, (const char *const[]){"f6.up", "f13.up", "f5.up", "f12.up", "f4.up"},
                5);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(a_contribution_below_a_thousandth_is_no_reason)
{
    const float sizes[] = {0, 0.0009f, 0.0011f, -0.0009f, -0.0011f};
    lsc_scorer *scorer = scorer_of(number_model(5, 1, sizes, 0));
    lsc_explanation explanation = explain_bits(scorer, "11111");
    check_codes(&explanation, (const char *const[]){"f2.up", "f4.down"}, 2);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(a_reason_names_the_latest_visible_activities_behind_it)
{
    const float sizes[LEAD_COLUMNS] = {0.1f, 0, 0, 0, 4, 2, 0};
    lsc_scorer *scorer = scorer_of(stump_model(LEAD_SPEC, sizes, 0));
    lsc_lead *lead = some_lead();
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    ck_ok(lsc_explain_lead(scorer, lead, AS_OF, &explanation, error));
    check_codes(&explanation, (const char *const[]){"opens.up", "demos.up", "employees.up"}, 3);
    const lsc_reason *opens = &explanation.reasons[0];
    ck_assert_uint_eq(opens->n_activity_ids, LSC_MAX_EVIDENCE);
    ck_assert_str_eq(opens->activity_ids[0], "o4");
    ck_assert_str_eq(opens->activity_ids[1], "o3");
    ck_assert_str_eq(opens->activity_ids[2], "o2");
    ck_assert_uint_eq(explanation.reasons[1].n_activity_ids, 1);
    ck_assert_str_eq(explanation.reasons[1].activity_ids[0], "d0");
    ck_assert_uint_eq(explanation.reasons[2].n_activity_ids, 0);
    lsc_lead_free(lead);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(a_reason_is_a_sentence)
{
    const float sizes[LEAD_COLUMNS] = {1, 1, 1, 1, 1, 1, 1};
    lsc_scorer *scorer = scorer_of(stump_model(LEAD_SPEC, sizes, 0));
    lsc_lead *lead = some_lead();
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    ck_ok(lsc_explain_lead(scorer, lead, AS_OF, &explanation, error));
    ck_assert_uint_gt(explanation.n_reasons, 0);
    for (size_t i = 0; i < explanation.n_reasons; i++) {
        const char *text = explanation.reasons[i].text;
        ck_assert_uint_gt(strlen(text), 3);
        ck_assert_uint_lt(strlen(text), LSC_REASON_SIZE);
        ck_assert_msg(strchr(text, '{') == NULL, "placeholder left in: %s", text);
    }
    lsc_lead_free(lead);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(reasons_of_a_vector_name_no_activities)
{
    const float sizes[LEAD_COLUMNS] = {1, 1, 1, 1, 1, 1, 1};
    lsc_scorer *scorer = scorer_of(stump_model(LEAD_SPEC, sizes, 0));
    lsc_explanation explanation = explain_bits(scorer, "1101101");
    ck_assert_uint_gt(explanation.n_reasons, 0);
    for (size_t i = 0; i < explanation.n_reasons; i++) {
        ck_assert_uint_eq(explanation.reasons[i].n_activity_ids, 0);
    }
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(the_longest_feature_name_fits_a_code)
{
    char spec[1024];
    char name[LSC_MAX_NAME + 1];
    memset(name, 'n', LSC_MAX_NAME);
    name[LSC_MAX_NAME] = '\0';
    snprintf(spec, sizeof spec,
             "{\"format\": 1, \"name\": \"x\", \"groups\": [\"g\"], \"features\": [{\"name\": "
             "\"%s\", \"group\": \"g\", \"kind\": \"number\", \"property\": \"x\"}]}",
             name);
    const float size = 1;
    lsc_scorer *scorer = scorer_of(stump_model(spec, &size, 0));
    lsc_explanation explanation = explain_bits(scorer, "0");
    ck_assert_uint_eq(strlen(explanation.reasons[0].code), LSC_MAX_NAME + strlen(".down"));
    ck_assert_str_eq(explanation.reasons[0].code + LSC_MAX_NAME, ".down");
    lsc_scorer_free(scorer);
}
END_TEST

LSC_SUITE("explain/reasons", TEST(reasons_are_those_up_by_size_then_those_down_by_size),
          TEST(equal_contributions_come_in_the_order_of_the_spec),
          TEST(there_are_at_most_five_up_and_five_down),
          TEST(a_contribution_below_a_thousandth_is_no_reason),
          TEST(a_reason_names_the_latest_visible_activities_behind_it),
          TEST(a_reason_is_a_sentence), TEST(reasons_of_a_vector_name_no_activities),
          TEST(the_longest_feature_name_fits_a_code))
