/* What is learned: an additive model, trees, or what is better of both. */
#include "suite.h"

#include <math.h>

#include <leadscore/score.h>

#include "trained.h"

enum {
    N_LEADS = 800
};

/** A table whose label depends on whether x and y have the same sign, and on neither alone. */
static memory_source *crossed_table(size_t n_leads, uint64_t seed)
{
    memory_source *source = memory_source_new(n_leads, false);
    lsc_random random;
    lsc_random_seed(&random, seed);
    for (size_t i = 0; i < n_leads; i++) {
        memory_lead *lead = &source->leads[i];
        double x = random_normal(&random);
        double y = random_normal(&random);
        ck_ok(lsc_lead_set_number(lead->lead, "x", x, error));
        ck_ok(lsc_lead_set_number(lead->lead, "y", y, error));
        add_outcome(lead, LSC_TIME_NONE, lsc_random_uniform(&random) < (x * y > 0 ? 0.8 : 0.2));
    }
    return source;
}

static lsc_train options_with(lsc_learner learner)
{
    lsc_train train = LSC_TRAIN_INIT;
    train.spec = table_spec();
    train.effort = LSC_EFFORT_QUICK;
    train.learner = learner;
    return train;
}

static double margin_of(lsc_scorer *scorer, float x, float y)
{
    const float columns[] = {x, y, 0, 0, 1, 0, 0};
    lsc_result result = LSC_RESULT_INIT;
    ck_ok(lsc_score_vector(scorer, columns, sizeof columns / sizeof *columns, &result, error));
    return (double)result.margin;
}

START_TEST(the_log_odds_of_an_additive_model_are_a_sum_of_what_each_column_gives)
{
    memory_source *source = table_of(N_LEADS, 91);
    lsc_train train = options_with(LSC_LEARNER_ADDITIVE);
    lsc_training *training = train_on(source, &train);
    lsc_model *model = load_trained(training);
    lsc_scorer *scorer;
    ck_ok(lsc_scorer_new(model, NULL, &scorer, error));
    for (float step = 0.25f; step < 3; step += 0.25f) {
        double where_y_is_low = margin_of(scorer, step, -step) - margin_of(scorer, -step, -step);
        double where_y_is_high = margin_of(scorer, step, step) - margin_of(scorer, -step, step);
        /* Some hundred leaves are summed in floats: each sum is off by some 1e-5 at the most. */
        ck_assert_double_eq_tol(where_y_is_low, where_y_is_high, 1e-4);
        ck_assert_double_gt(where_y_is_low, 0);
    }
    lsc_json *metrics = parse_metrics(lsc_training_metrics_json(training));
    const lsc_json *made = lsc_json_member(metrics, "training");
    ck_assert_str_eq(lsc_json_string(lsc_json_member(made, "learner")), "additive");
    ck_assert_double_eq(number_at(lsc_json_member(made, "trees"), "max_depth"), 1);
    ck_assert_int_eq(lsc_json_kind(lsc_json_member(made, "ladder")), LSC_JSON_NULL);
    ck_assert_ptr_nonnull(
        strstr(lsc_model_member(model, "MODEL_CARD.md", NULL), "of one split each"));
    lsc_json_free(metrics);
    lsc_scorer_free(scorer);
    lsc_model_unref(model);
    lsc_training_free(training);
    lsc_spec_unref(train.spec);
    memory_source_free(source);
}
END_TEST

/** Climb the ladder. @return the share of the draws that trees won */
static double climb(memory_source *source, const char *chosen)
{
    lsc_train train = options_with(LSC_LEARNER_LADDER);
    lsc_training *training = train_on(source, &train);
    lsc_json *metrics = parse_metrics(lsc_training_metrics_json(training));
    const lsc_json *made = lsc_json_member(metrics, "training");
    const lsc_json *ladder = lsc_json_member(made, "ladder");
    double won = number_at(ladder, "won");
    ck_assert_str_eq(lsc_json_string(lsc_json_member(made, "learner")), chosen);
    ck_assert_double_le(number_at(lsc_json_member(ladder, "trees_roc_auc_gain"), "low"),
                        number_at(lsc_json_member(ladder, "trees_roc_auc_gain"), "high"));
    lsc_json_free(metrics);
    lsc_training_free(training);
    lsc_spec_unref(train.spec);
    return won;
}

START_TEST(trees_take_the_place_of_the_additive_model_where_columns_act_together)
{
    memory_source *source = crossed_table(N_LEADS, 92);
    ck_assert_double_ge(climb(source, "trees"), 0.95);
    memory_source_free(source);
}
END_TEST

START_TEST(the_additive_model_stays_where_columns_add_up)
{
    memory_source *source = table_of(N_LEADS, 93);
    ck_assert_double_lt(climb(source, "additive"), 0.95);
    memory_source_free(source);
}
END_TEST

/** The bundle of the ladder is that of what it chose, but for what metrics.json says of the climb. */
static void check_chosen(memory_source *source, lsc_learner learner)
{
    lsc_train train = options_with(LSC_LEARNER_LADDER);
    lsc_train alone = options_with(learner);
    lsc_training *climbed = train_on(source, &train);
    train.threads = 3;
    lsc_training *threaded = train_on(source, &train);
    lsc_training *plain = train_on(source, &alone);
    lsc_model *model = load_trained(climbed);
    lsc_model *plain_model = load_trained(plain);
    /* model.ubj is not kept by a model: the golden vectors are made of its thresholds, and have its margins. */
    ck_assert_str_eq(lsc_model_member(model, "golden.ndjson", NULL),
                     lsc_model_member(plain_model, "golden.ndjson", NULL));
    ck_assert_str_eq(lsc_model_member(model, "calibration.json", NULL),
                     lsc_model_member(plain_model, "calibration.json", NULL));
    check_same_bundle(climbed, threaded, true);
    lsc_model_unref(model);
    lsc_model_unref(plain_model);
    lsc_training_free(climbed);
    lsc_training_free(threaded);
    lsc_training_free(plain);
    lsc_spec_unref(train.spec);
    lsc_spec_unref(alone.spec);
}

START_TEST(what_is_chosen_is_what_it_would_be_alone)
{
    memory_source *crossed = crossed_table(N_LEADS, 94);
    memory_source *added = table_of(N_LEADS, 95);
    check_chosen(crossed, LSC_LEARNER_TREES);
    check_chosen(added, LSC_LEARNER_ADDITIVE);
    memory_source_free(crossed);
    memory_source_free(added);
}
END_TEST

LSC_SUITE("train/ladder",
          TEST(the_log_odds_of_an_additive_model_are_a_sum_of_what_each_column_gives),
          TEST(trees_take_the_place_of_the_additive_model_where_columns_act_together),
          TEST(the_additive_model_stays_where_columns_add_up),
          TEST(what_is_chosen_is_what_it_would_be_alone))
