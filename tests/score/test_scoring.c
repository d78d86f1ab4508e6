#include "suite.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

#include "card_fixture.h"
#include "core/fixed_math.h"
#include "score/scorer.h"

enum {
    N_COLUMNS = 4
};

static const int64_t now = INT64_C(1775001600000);

static const float vector[N_COLUMNS] = {0.25f, -0.5f, NAN, 1};

static lsc_scorer *scorer_of(lsc_model *model)
{
    lsc_scorer *scorer = NULL;
    ck_ok(lsc_scorer_new(model, NULL, &scorer, error));
    lsc_model_unref(model);
    return scorer;
}

static lsc_scorer *random_scorer(void)
{
    return scorer_of(fixture_random_model(8, 20, 5, N_COLUMNS, 2));
}

static lsc_scorer *card_scorer(void)
{
    return scorer_of(fixture_card_model(N_COLUMNS));
}

/** A lead whose properties give `vector`. */
static lsc_lead *vector_lead(void)
{
    lsc_lead *lead = NULL;
    ck_ok(lsc_lead_new(NULL, &lead, error));
    ck_ok(lsc_lead_set_id(lead, "L1", error));
    ck_ok(lsc_lead_set_number(lead, "f0", 0.25, error));
    ck_ok(lsc_lead_set_number(lead, "f1", -0.5, error));
    ck_ok(lsc_lead_set_number(lead, "f3", 1, error));
    return lead;
}

static void check_unscored(const lsc_result *result, lsc_outcome_status status)
{
    ck_assert_int_eq(result->status, status);
    ck_assert_int_eq(result->score, -1);
    ck_assert_int_eq(result->grade, 0);
    ck_assert(isnan(result->probability));
    ck_assert(isnan(result->probability_low));
    ck_assert(isnan(result->probability_high));
    ck_assert(isnan(result->confidence));
    ck_assert(isnan(result->margin));
    ck_assert(isnan(result->raw_probability));
    ck_assert(isnan(result->points));
}

START_TEST(a_vector_has_margin_probability_interval_score_and_grade)
{
    lsc_scorer *scorer = random_scorer();
    const lsc_model *model = lsc_scorer_model(scorer);
    lsc_result result = LSC_RESULT_INIT;
    ck_ok(lsc_score_vector(scorer, vector, N_COLUMNS, &result, error));
    float margin = lsc_forest_walk(&model->forest, vector);
    /* slope 1.25 and intercept -0.5 of fixture_calibration */
    double probability = lsc_logistic(1.25 * (double)margin - 0.5);
    ck_assert_int_eq(result.status, LSC_SCORED);
    ck_float_eq(result.margin, margin);
    ck_float_eq(result.raw_probability, lsc_raw_sigmoid(margin));
    ck_assert_double_eq(result.probability, probability);
    ck_assert_int_eq(result.score, (int)floor(100 * probability + 0.5));
    ck_assert_int_eq(result.grade, lsc_grade(&model->grades, probability));
    ck_assert(result.probability_low <= probability && result.probability_high >= probability);
    ck_assert_double_eq(result.confidence, 1 - (result.probability_high - result.probability_low));
    ck_assert(isnan(result.points));
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(lead_json_vector_and_batch_agree)
{
    static const char lead_json[] = "{\"id\": \"L1\", \"f0\": 0.25, \"f1\": -0.5, \"f3\": 1}";
    lsc_scorer *scorer = random_scorer();
    lsc_lead *lead = vector_lead();
    lsc_result typed = LSC_RESULT_INIT;
    lsc_result json = LSC_RESULT_INIT;
    lsc_result columns = LSC_RESULT_INIT;
    float probability = 0;
    float margin = 0;
    ck_ok(lsc_score_lead(scorer, lead, now, &typed, error));
    ck_ok(lsc_score_json(scorer, lead_json, strlen(lead_json), NULL, 0, now, &json, error));
    ck_ok(lsc_score_vector(scorer, vector, N_COLUMNS, &columns, error));
    ck_ok(lsc_score_batch(scorer, vector, 1, N_COLUMNS, &probability, &margin, error));
    ck_float_eq(typed.margin, columns.margin);
    ck_float_eq(json.margin, columns.margin);
    ck_float_eq(margin, columns.margin);
    ck_assert_double_eq(typed.probability, columns.probability);
    ck_assert_double_eq(json.probability, columns.probability);
    ck_float_eq(probability, (float)columns.probability);
    ck_assert_int_eq(typed.score, columns.score);
    lsc_lead_free(lead);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(a_scorecard_has_points_and_a_score_and_no_probability)
{
    lsc_scorer *scorer = card_scorer();
    lsc_result result = LSC_RESULT_INIT;
    /* 10 + 30.5 - 5 */
    ck_ok(lsc_score_vector(scorer, vector, N_COLUMNS, &result, error));
    ck_assert_int_eq(result.status, LSC_SCORED);
    ck_assert_double_eq(result.points, 35.5);
    ck_assert_int_eq(result.score, 36);
    ck_assert_int_eq(result.grade, 'D');
    ck_assert(isnan(result.probability));
    ck_assert(isnan(result.confidence));
    ck_assert(isnan(result.margin));
    ck_assert(isnan(result.raw_probability));
    float probability = 0;
    float points = 0;
    ck_ok(lsc_score_batch(scorer, vector, 1, N_COLUMNS, &probability, &points, error));
    ck_assert(isnan(probability));
    ck_float_eq(points, 35.5f);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(a_lead_that_refused_profiling_is_suppressed)
{
    lsc_scorer *scorer = random_scorer();
    lsc_lead *lead = vector_lead();
    lsc_result result = LSC_RESULT_INIT;
    ck_ok(lsc_lead_set_bool(lead, "consent.profiling", false, error));
    ck_ok(lsc_score_lead(scorer, lead, now, &result, error));
    check_unscored(&result, LSC_SUPPRESSED);
    ck_ok(lsc_lead_set_text(lead, "consent.profiling", "no", error));
    ck_ok(lsc_score_lead(scorer, lead, now, &result, error));
    check_unscored(&result, LSC_SUPPRESSED);
    ck_ok(lsc_lead_set_bool(lead, "consent.profiling", true, error));
    ck_ok(lsc_score_lead(scorer, lead, now, &result, error));
    ck_assert_int_eq(result.status, LSC_SCORED);
    lsc_lead_free(lead);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(too_little_data_gives_no_score_and_suppression_comes_first)
{
    lsc_scorer *scorer = random_scorer();
    lsc_lead *lead = NULL;
    lsc_result result = LSC_RESULT_INIT;
    /* The fixture's spec asks for f0. */
    ck_ok(lsc_lead_new(NULL, &lead, error));
    ck_ok(lsc_lead_set_number(lead, "f1", 3, error));
    ck_ok(lsc_score_lead(scorer, lead, now, &result, error));
    check_unscored(&result, LSC_INSUFFICIENT_DATA);
    ck_ok(lsc_lead_set_bool(lead, "consent.profiling", false, error));
    ck_ok(lsc_score_lead(scorer, lead, now, &result, error));
    check_unscored(&result, LSC_SUPPRESSED);
    lsc_lead_free(lead);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(consent_withdrawn_in_time_counts_from_then)
{
    static const char activities[] =
        "[{\"id\": \"a\", \"type\": \"identify\", \"time\": \"2026-03-01T00:00:00Z\", "
        "\"data\": {\"consent\": {\"profiling\": false}}}]";
    static const char lead[] = "{\"id\": \"L1\", \"f0\": 1, \"consent\": {\"profiling\": true}}";
    lsc_scorer *scorer = random_scorer();
    lsc_result result = LSC_RESULT_INIT;
    ck_ok(lsc_score_json(scorer, lead, strlen(lead), activities, strlen(activities), now, &result,
                         error));
    check_unscored(&result, LSC_SUPPRESSED);
    ck_ok(lsc_score_json(scorer, lead, strlen(lead), activities, strlen(activities),
                         now - INT64_C(90) * 86400000, &result, error));
    ck_assert_int_eq(result.status, LSC_SCORED);
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(other_widths_and_infinities_are_refused_and_outputs_untouched)
{
    lsc_scorer *scorer = random_scorer();
    lsc_result result = LSC_RESULT_INIT;
    float rows[3 * N_COLUMNS] = {0};
    float probabilities[3] = {7, 7, 7};
    result.score = 77;
    ck_fails(lsc_score_vector(scorer, vector, N_COLUMNS - 1, &result, error), LSC_INVALID_ARG,
             "n_columns is 3, the model has 4 columns");
    rows[2 * N_COLUMNS + 1] = -INFINITY;
    ck_fails(lsc_score_batch(scorer, rows, 3, N_COLUMNS, probabilities, NULL, error),
             LSC_INVALID_ARG, "row 2, column 1 (f1) is -infinity");
    for (int i = 0; i < 3; i++) {
        ck_float_eq(probabilities[i], 7);
    }
    rows[0] = INFINITY;
    ck_fails(lsc_score_vector(scorer, rows, N_COLUMNS, &result, error), LSC_INVALID_ARG,
             "row 0, column 0 (f0) is infinity");
    ck_fails(lsc_score_batch(scorer, NULL, 1, N_COLUMNS, NULL, NULL, error), LSC_INVALID_ARG,
             "columns is NULL");
    ck_ok(lsc_score_batch(scorer, NULL, 0, N_COLUMNS, NULL, NULL, error));
    ck_assert_int_eq(result.score, 77);
    lsc_scorer_free(scorer);
}
END_TEST

/* They are looked for many at a time: each place of a batch, full blocks and the rest of one. */
START_TEST(an_infinity_is_found_at_every_place)
{
    enum {
        N_ROWS = 37
    };
    lsc_scorer *scorer = random_scorer();
    for (size_t at = 0; at < N_ROWS * N_COLUMNS; at++) {
        float rows[N_ROWS * N_COLUMNS];
        char place[64];
        for (size_t i = 0; i < N_ROWS * N_COLUMNS; i++) {
            rows[i] = i % 3 == 0 ? NAN : i % 3 == 1 ? FLT_MAX : -0.0f;
        }
        ck_ok(lsc_score_batch(scorer, rows, N_ROWS, N_COLUMNS, NULL, NULL, error));
        rows[at] = at % 2 == 0 ? INFINITY : -INFINITY;
        snprintf(place, sizeof place, "row %zu, column %zu (f%zu) is %sinfinity", at / N_COLUMNS,
                 at % N_COLUMNS, at % N_COLUMNS, at % 2 == 0 ? "" : "-");
        ck_fails(lsc_score_batch(scorer, rows, N_ROWS, N_COLUMNS, NULL, NULL, error),
                 LSC_INVALID_ARG, place);
    }
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(missing_arguments_and_times_out_of_range_are_refused)
{
    lsc_scorer *scorer = random_scorer();
    lsc_lead *lead = vector_lead();
    lsc_result result = LSC_RESULT_INIT;
    ck_fails(lsc_score_lead(NULL, lead, now, &result, error), LSC_INVALID_ARG, "NULL");
    ck_fails(lsc_score_lead(scorer, NULL, now, &result, error), LSC_INVALID_ARG, "NULL");
    ck_fails(lsc_score_lead(scorer, lead, now, NULL, error), LSC_INVALID_ARG, "NULL");
    ck_fails(lsc_score_lead(scorer, lead, LSC_TIME_NONE, &result, error), LSC_INVALID_ARG,
             "as_of_ms");
    ck_fails(lsc_score_lead(scorer, lead, LSC_TIME_MAX + 1, &result, error), LSC_INVALID_ARG,
             "as_of_ms");
    ck_fails(lsc_score_json(NULL, "{}", 2, NULL, 0, now, &result, error), LSC_INVALID_ARG, "NULL");
    ck_fails(lsc_score_json(scorer, NULL, 0, NULL, 0, now, &result, error), LSC_INVALID_ARG,
             "lead is NULL");
    ck_fails(lsc_score_json(scorer, "{", 1, NULL, 0, now, &result, error), LSC_BAD_JSON, "");
    ck_fails(lsc_score_json(scorer, "{}", 2, "[", 1, now, &result, error), LSC_BAD_JSON, "");
    ck_fails(lsc_score_vector(NULL, vector, N_COLUMNS, &result, error), LSC_INVALID_ARG, "NULL");
    ck_fails(lsc_score_vector(scorer, NULL, N_COLUMNS, &result, error), LSC_INVALID_ARG, "NULL");
    ck_fails(lsc_score_batch(NULL, vector, 1, N_COLUMNS, NULL, NULL, error), LSC_INVALID_ARG,
             "NULL");
    lsc_lead_free(lead);
    lsc_scorer_free(scorer);
    ck_fails(lsc_scorer_new(NULL, NULL, &scorer, error), LSC_INVALID_ARG, "model is NULL");
    ck_assert_ptr_null(scorer);
}
END_TEST

START_TEST(structs_of_older_and_newer_clients_work)
{
    struct {
        lsc_result result;
        double newer;
    } longer;
    lsc_scorer *scorer = random_scorer();
    lsc_result result = LSC_RESULT_INIT;
    lsc_result_init(&longer.result, sizeof longer.result);
    longer.result.size = sizeof longer;
    longer.newer = 42;
    ck_ok(lsc_score_vector(scorer, vector, N_COLUMNS, &result, error));
    ck_ok(lsc_score_vector(scorer, vector, N_COLUMNS, &longer.result, error));
    ck_assert_uint_eq(longer.result.size, sizeof longer);
    ck_assert_int_eq(longer.result.score, result.score);
    ck_assert_double_eq(longer.newer, 42);
    result.size = 0;
    ck_fails(lsc_score_vector(scorer, vector, N_COLUMNS, &result, error), LSC_INVALID_ARG,
             "lsc_result.size is 0");
    result.size = sizeof result - 1;
    ck_fails(lsc_score_vector(scorer, vector, N_COLUMNS, &result, error), LSC_INVALID_ARG,
             "lsc_result.size");
    lsc_scorer_free(scorer);
}
END_TEST

START_TEST(scoring_allocates_nothing)
{
    lsc_test_heap heap = {0};
    lsc_allocator allocator = lsc_test_allocator(&heap);
    lsc_model *model = fixture_random_model(8, 20, 5, N_COLUMNS, 2);
    lsc_scorer *scorer = NULL;
    lsc_lead *lead = vector_lead();
    lsc_result result = LSC_RESULT_INIT;
    float margin;
    ck_ok(lsc_scorer_new(model, &allocator, &scorer, error));
    size_t calls = heap.calls;
    ck_ok(lsc_score_lead(scorer, lead, now, &result, error));
    ck_ok(lsc_score_vector(scorer, vector, N_COLUMNS, &result, error));
    ck_ok(lsc_score_batch(scorer, vector, 1, N_COLUMNS, NULL, &margin, error));
    ck_assert_uint_eq(heap.calls, calls);
    lsc_scorer_free(scorer);
    ck_assert_uint_eq(heap.live, 0);
    lsc_scorer_free(NULL);
    lsc_lead_free(lead);
    lsc_model_unref(model);
}
END_TEST

START_TEST(running_out_of_memory_leaks_nothing)
{
    lsc_model *model = fixture_random_model(8, 20, 5, N_COLUMNS, 2);
    lsc_status status = LSC_NO_MEMORY;
    size_t n_failures = 0;
    for (size_t fail_at = 1; status != LSC_OK; fail_at++, n_failures++) {
        lsc_test_heap heap = {.fail_at = fail_at};
        lsc_allocator allocator = lsc_test_allocator(&heap);
        lsc_scorer *scorer = NULL;
        status = lsc_scorer_new(model, &allocator, &scorer, NULL);
        ck_assert(status == LSC_OK || status == LSC_NO_MEMORY);
        ck_assert((scorer != NULL) == (status == LSC_OK));
        lsc_scorer_free(scorer);
        ck_assert_uint_eq(heap.live, 0);
    }
    ck_assert_uint_gt(n_failures, 8);
    lsc_model_unref(model);
}
END_TEST

START_TEST(outcomes_have_names)
{
    ck_assert_str_eq(lsc_outcome_status_name(LSC_SCORED), "scored");
    ck_assert_str_eq(lsc_outcome_status_name(LSC_INSUFFICIENT_DATA), "insufficient_data");
    ck_assert_str_eq(lsc_outcome_status_name(LSC_SUPPRESSED), "suppressed");
}
END_TEST

LSC_SUITE("score/scoring", TEST(a_vector_has_margin_probability_interval_score_and_grade),
          TEST(lead_json_vector_and_batch_agree),
          TEST(a_scorecard_has_points_and_a_score_and_no_probability),
          TEST(a_lead_that_refused_profiling_is_suppressed),
          TEST(too_little_data_gives_no_score_and_suppression_comes_first),
          TEST(consent_withdrawn_in_time_counts_from_then),
          TEST(other_widths_and_infinities_are_refused_and_outputs_untouched),
          TEST(an_infinity_is_found_at_every_place),
          TEST(missing_arguments_and_times_out_of_range_are_refused),
          TEST(structs_of_older_and_newer_clients_work), TEST(scoring_allocates_nothing),
          TEST(running_out_of_memory_leaks_nothing), TEST(outcomes_have_names))
