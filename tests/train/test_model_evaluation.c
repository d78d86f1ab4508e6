/* A model measured on leads: the rows, weights and grades that training would take. */
#include "suite.h"

#include <math.h>
#include <stdio.h>

#include "trained.h"

enum {
    N_LEADS = 600
};

static lsc_json *evaluate(lsc_model *model, memory_source *source, const lsc_train *train)
{
    char *json;
    ck_ok(lsc_model_evaluate(model, source->source, train, &json, error));
    lsc_json *root = parse_metrics(json);
    lsc_text_free(json);
    return root;
}

static double value_of(const lsc_json *object, const char *key)
{
    return number_at(lsc_json_member(object, key), "value");
}

START_TEST(a_table_is_measured_as_one_would_by_hand)
{
    memory_source *source = table_of(2 * N_LEADS, 1);
    memory_source *fresh = table_of(N_LEADS, 2);
    lsc_train train = table_options();
    lsc_model *model = model_trained_on(source, &train);
    lsc_json *told = evaluate(model, fresh, NULL);
    lsc_scorer *scorer;
    double n_positive = 0;
    double squares = 0;
    double n_of_grade[5] = {0};
    ck_ok(lsc_scorer_new(model, NULL, &scorer, error));
    for (size_t i = 0; i < fresh->n_leads; i++) {
        lsc_result result = LSC_RESULT_INIT;
        ck_ok(lsc_score_lead(scorer, fresh->leads[i].lead, 0, &result, error));
        double label = fresh->leads[i].outcomes[0].converted;
        n_positive += label;
        squares += pow(result.probability - label, 2);
        n_of_grade[strchr("ABCDF", result.grade) - "ABCDF"]++;
    }
    ck_assert_double_eq(number_at(told, "n_rows"), N_LEADS);
    ck_assert_double_eq(number_at(told, "n_positive"), n_positive);
    ck_assert_double_eq_tol(number_at(told, "base_rate"), n_positive / N_LEADS, 1e-12);
    ck_assert_double_eq_tol(value_of(told, "brier"), squares / N_LEADS, 1e-12);
    const lsc_json *row = lsc_json_first(lsc_json_member(told, "grades"));
    for (size_t grade = 0; grade < 5; grade++, row = lsc_json_next(row)) {
        ck_assert_double_eq(number_at(row, "n_rows"), n_of_grade[grade]);
    }
    /* The model's own intervals are known: at 2,400 rows they are those of Venn-Abers. */
    ck_assert_double_eq(number_at(lsc_json_member(told, "interval_met"), "n_bins"), 10);
    lsc_scorer_free(scorer);
    lsc_json_free(told);
    lsc_model_unref(model);
    lsc_spec_unref(train.spec);
    memory_source_free(source);
    memory_source_free(fresh);
}
END_TEST

START_TEST(rows_in_time_weigh_as_in_training_and_their_leads_are_drawn_together)
{
    memory_source *source = timeline_of(N_LEADS, 3);
    lsc_train train = timeline_options();
    lsc_model *model = model_trained_on(source, &train);
    train.rows_per_lead = 2;
    lsc_json *few = evaluate(model, source, &train);
    train.rows_per_lead = 1000;
    lsc_json *all = evaluate(model, source, &train);
    double rows = number_at(few, "n_rows");
    double plain = number_at(few, "n_positive") / rows;
    double truly = number_at(all, "n_positive") / number_at(all, "n_rows");
    ck_assert_double_lt(rows, number_at(all, "n_rows") / 2);
    /* Two times of each lead make conversions look more frequent than all its times do; weights put
       that right, but for the chance of which two. */
    ck_assert_double_gt(plain, truly + 0.02);
    ck_assert_double_eq_tol(number_at(few, "base_rate"), truly, 0.02);
    ck_assert_double_eq_tol(number_at(all, "base_rate"), truly, 1e-6);
    lsc_json_free(few);
    lsc_json_free(all);
    lsc_model_unref(model);
    lsc_spec_unref(train.spec);
    memory_source_free(source);
}
END_TEST

START_TEST(leads_that_convert_again_are_measured_where_the_model_learned_from_them)
{
    memory_source *source = timeline_of(N_LEADS, 3);
    lsc_train train = LSC_TRAIN_INIT;
    train.spec = timeline_spec();
    train.effort = LSC_EFFORT_QUICK;
    lsc_model *once = model_trained_on(source, &train);
    train.repeats = true;
    lsc_model *again = model_trained_on(source, &train);
    lsc_json *plain = evaluate(once, source, NULL);
    lsc_json *told = evaluate(again, source, NULL);
    lsc_json *asked = evaluate(again, source, &train);
    ck_assert_double_gt(number_at(told, "n_rows"), number_at(plain, "n_rows"));
    ck_assert_double_eq(number_at(told, "n_rows"), number_at(asked, "n_rows"));
    lsc_json_free(plain);
    lsc_json_free(told);
    lsc_json_free(asked);
    lsc_model_unref(once);
    lsc_model_unref(again);
    lsc_spec_unref(train.spec);
    memory_source_free(source);
}
END_TEST

static bool stop(void *ctx, const char *stage, double fraction)
{
    (void)ctx;
    (void)fraction;
    return strcmp(stage, "measuring") != 0;
}

START_TEST(what_cannot_be_measured_is_refused)
{
    memory_source *source = table_of(N_LEADS, 4);
    lsc_train train = table_options();
    lsc_model *model = model_trained_on(source, &train);
    char *json = (char *)1;
    ck_fails(lsc_model_evaluate(NULL, source->source, NULL, &json, error), LSC_INVALID_ARG,
             "model is NULL");
    ck_assert_ptr_null(json);
    ck_fails(lsc_model_evaluate(model, NULL, NULL, &json, error), LSC_INVALID_ARG,
             "source is NULL");
    ck_fails(lsc_model_evaluate(model, source->source, NULL, NULL, error), LSC_INVALID_ARG,
             "json is NULL");
    train.horizon_ms = 1;
    ck_fails(lsc_model_evaluate(model, source->source, &train, &json, error), LSC_INVALID_ARG,
             "horizon_ms");
    train.horizon_ms = 0;
    train.progress = stop;
    ck_fails(lsc_model_evaluate(model, source->source, &train, &json, error), LSC_CANCELLED,
             "measuring");
    for (size_t i = 0; i < source->n_leads; i++) {
        source->leads[i].outcomes[0].converted = false;
    }
    ck_fails(lsc_model_evaluate(model, source->source, NULL, &json, error), LSC_BAD_DATA,
             "label 0");
    ck_assert_ptr_null(json);
    lsc_model_unref(model);
    lsc_spec_unref(train.spec);
    memory_source_free(source);
}
END_TEST

LSC_SUITE("train/model_evaluation", TEST(a_table_is_measured_as_one_would_by_hand),
          TEST(rows_in_time_weigh_as_in_training_and_their_leads_are_drawn_together),
          TEST(leads_that_convert_again_are_measured_where_the_model_learned_from_them),
          TEST(what_cannot_be_measured_is_refused))
