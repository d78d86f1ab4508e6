/* Validation that is repeated, and by folds of all rows beside the newest ones. */
#include "suite.h"

#include <string.h>

#include "trained.h"

enum {
    N_LEADS = 600
};

static lsc_train quick_options(void)
{
    lsc_train train = timeline_options();
    train.effort = LSC_EFFORT_QUICK;
    return train;
}

/** A validation among those that metrics.json tells of: that of `n_rows` rows. */
static void check_validation(const lsc_json *seen, const char *measured_on, double n_rows,
                             double n_repeats)
{
    const lsc_json *auc = lsc_json_member(seen, "roc_auc");
    ck_assert_str_eq(lsc_json_string(lsc_json_member(seen, "measured_on")), measured_on);
    ck_assert_double_eq(number_at(seen, "n_rows"), n_rows);
    ck_assert_double_eq(number_at(seen, "repeats"), n_repeats);
    ck_assert_double_gt(number_at(auc, "value"), 0.7);
    ck_assert_double_lt(number_at(auc, "low"), number_at(auc, "value"));
    ck_assert_double_gt(number_at(auc, "high"), number_at(auc, "value"));
    /* Each dealing measures the same leads by other models: it differs, and by less than leads do. */
    ck_assert_double_gt(number_at(auc, "deviation"), 0);
    ck_assert_double_lt(number_at(auc, "deviation"),
                        number_at(auc, "high") - number_at(auc, "low"));
}

START_TEST(validation_is_repeated_and_made_both_ways_when_asked)
{
    memory_source *source = timeline_of(N_LEADS, 82);
    lsc_train train = quick_options();
    lsc_training *plain = train_on(source, &train);
    train.fold_repeats = 3;
    train.validation = LSC_VALIDATION_BOTH;
    lsc_training *training = train_on(source, &train);
    lsc_model *model = load_trained(training);
    lsc_model *plain_model = load_trained(plain);
    lsc_json *metrics = parse_metrics(lsc_training_metrics_json(training));
    lsc_json *plain_metrics = parse_metrics(lsc_training_metrics_json(plain));
    const lsc_json *list = lsc_json_member(metrics, "validations");
    ck_assert_uint_eq(lsc_json_count(lsc_json_member(plain_metrics, "validations")), 0);
    ck_assert_uint_eq(lsc_json_count(list), 2);
    const lsc_json *by_time = lsc_json_first(list);
    check_validation(by_time, "held-out newest rows", number_at(metrics, "n_rows"), 3);
    check_validation(lsc_json_next(by_time), "out-of-fold rows",
                     number_at(lsc_json_member(metrics, "training"), "n_rows"), 3);
    /* The model is what it is without. */
    ck_assert_str_eq(lsc_model_member(model, "calibration.json", NULL),
                     lsc_model_member(plain_model, "calibration.json", NULL));
    ck_assert_double_eq(number_at(lsc_json_member(metrics, "roc_auc"), "value"),
                        number_at(lsc_json_member(plain_metrics, "roc_auc"), "value"));
    ck_assert_ptr_nonnull(strstr(lsc_model_member(model, "MODEL_CARD.md", NULL),
                                 "- On out-of-fold rows, leads dealt 3 times to 5 folds: ROC AUC"));
    train.threads = 2;
    lsc_training *threaded = train_on(source, &train);
    check_same_bundle(training, threaded, true);
    lsc_json_free(metrics);
    lsc_json_free(plain_metrics);
    lsc_model_unref(model);
    lsc_model_unref(plain_model);
    lsc_training_free(plain);
    lsc_training_free(training);
    lsc_training_free(threaded);
    lsc_spec_unref(train.spec);
    memory_source_free(source);
}
END_TEST

START_TEST(a_table_is_validated_by_folds_alone)
{
    memory_source *source = table_of(N_LEADS, 83);
    lsc_train train = LSC_TRAIN_INIT;
    train.spec = table_spec();
    train.effort = LSC_EFFORT_QUICK;
    train.fold_repeats = 2;
    train.validation = LSC_VALIDATION_BOTH;
    lsc_training *training = train_on(source, &train);
    lsc_json *metrics = parse_metrics(lsc_training_metrics_json(training));
    const lsc_json *list = lsc_json_member(metrics, "validations");
    ck_assert_uint_eq(lsc_json_count(list), 1);
    check_validation(lsc_json_first(list), "out-of-fold rows", N_LEADS, 2);
    lsc_json_free(metrics);
    lsc_training_free(training);
    lsc_spec_unref(train.spec);
    memory_source_free(source);
}
END_TEST

LSC_SUITE("train/repeated", TEST(validation_is_repeated_and_made_both_ways_when_asked),
          TEST(a_table_is_validated_by_folds_alone))
