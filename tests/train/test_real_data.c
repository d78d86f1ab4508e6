/* Real tables: cross-validation must come out as the reference does (five stratified folds of
   XGBoost with the same parameters; the README beside the data tells how it was made). */
#include "suite.h"

#include <math.h>
#include <stdio.h>

#include <leadscore/train.h>

#include "core/json.h"

/** What a five-fold mean may differ by: other folds alone move it by about .002. */
#define CLOSE 0.005

static double mean_fold_auc(const lsc_training *training)
{
    const lsc_json_limits limits = {1 << 22, 16, 1 << 20};
    const char *json = lsc_training_metrics_json(training);
    lsc_json *root;
    ck_ok(lsc_json_parse(json, strlen(json), &limits, &root, error));
    const lsc_json *validation = lsc_json_member(root, "validation");
    double auc = lsc_json_number(lsc_json_member(validation, "mean_fold_roc_auc"));
    double pooled = lsc_json_number(lsc_json_member(lsc_json_member(root, "roc_auc"), "value"));
    lsc_json_free(root);
    printf("five-fold ROC AUC: %.4f mean, %.4f pooled\n", auc, pooled);
    ck_assert_double_eq_tol(auc, pooled, CLOSE);
    return auc;
}

/** Probabilities are borne out, and intervals meet what was observed. */
static void check_calibration(const lsc_training *training, double most_ece)
{
    const lsc_json_limits limits = {1 << 22, 16, 1 << 20};
    const char *json = lsc_training_metrics_json(training);
    lsc_json *root;
    ck_ok(lsc_json_parse(json, strlen(json), &limits, &root, error));
    double ece = lsc_json_number(lsc_json_member(lsc_json_member(root, "ece"), "value"));
    const lsc_json *met = lsc_json_member(root, "interval_met");
    double n_bins = lsc_json_number(lsc_json_member(met, "n_bins"));
    double n_met = lsc_json_number(lsc_json_member(met, "n_met"));
    const char *kind =
        lsc_json_string(lsc_json_member(lsc_json_member(root, "calibration"), "kind"));
    printf("calibration error: %.4f; intervals of %.0f of %.0f bins meet the rows\n", ece, n_met,
           n_bins);
    ck_assert_str_eq(kind, "venn-abers");
    ck_assert_double_le(ece, most_ece);
    ck_assert_double_eq(n_bins, 10);
    /* All ten were seen to; one may miss by chance: intervals are of 90 and 95 %. */
    ck_assert_double_ge(n_met, 9);
    lsc_json_free(root);
}

/** Score the first rows with the bundle, and explain them. */
static void explain_rows(lsc_source *source, const lsc_training *training)
{
    size_t length;
    const void *bytes = lsc_training_bundle(training, &length);
    lsc_load options = LSC_LOAD_INIT;
    lsc_model *model;
    lsc_scorer *scorer;
    options.self_test = true;
    ck_ok(lsc_model_load_bytes(bytes, length, &options, &model, error));
    ck_ok(lsc_scorer_new(model, NULL, &scorer, error));
    ck_ok(lsc_source_rewind(source, error));
    for (int i = 0; i < 20; i++) {
        lsc_record record;
        bool more;
        lsc_explanation explanation = LSC_EXPLANATION_INIT;
        ck_ok(lsc_source_next(source, &record, &more, error));
        ck_assert(more);
        ck_ok(lsc_explain_lead(scorer, record.lead, 0, &explanation, error));
        ck_assert_int_eq(explanation.result.status, LSC_SCORED);
        ck_assert_uint_gt(explanation.n_reasons, 0);
    }
    lsc_scorer_free(scorer);
    lsc_model_unref(model);
}

/** Train on a table without a column that leaks. */
static void check_table(const char *file, const char *label, const char *positive,
                        const char *exclude, double reference, double most_ece)
{
    const char *path = lsc_test_data(file);
    if (path == NULL) {
        return;
    }
    lsc_csv csv = LSC_CSV_INIT;
    lsc_infer infer = LSC_INFER_INIT;
    lsc_train train = LSC_TRAIN_INIT;
    lsc_source *source;
    lsc_training *training;
    csv.path = path;
    csv.label = label;
    csv.positive = positive;
    infer.exclude = &exclude;
    infer.n_exclude = 1;
    ck_ok(lsc_source_open_csv(&csv, &source, error));
    ck_ok(lsc_spec_infer(source, &infer, NULL, &train.spec, NULL, error));
    train.threads = 2;
    train.effort = LSC_EFFORT_QUICK;
    ck_ok(lsc_train_model(source, &train, &training, error));
    ck_assert_double_eq_tol(mean_fold_auc(training), reference, CLOSE);
    check_calibration(training, most_ece);
    explain_rows(source, training);
    lsc_training_free(training);
    lsc_spec_unref(train.spec);
    lsc_source_free(source);
}

/** Suspicions that were told, until training begins in earnest. */
typedef struct suspects {
    char columns[1000];
} suspects;

static void hear_suspect(void *ctx, const char *column, const char *reason)
{
    suspects *heard = ctx;
    size_t length = strlen(heard->columns);
    printf("possible leak: %s: %s\n", column, reason);
    snprintf(heard->columns + length, sizeof heard->columns - length, "%s ", column);
}

/** Stop at what comes after the looking for leaks. */
static bool stop_at_the_search(void *ctx, const char *stage, double fraction)
{
    (void)ctx;
    (void)fraction;
    return strcmp(stage, "searching settings") != 0;
}

/** Of all columns of a table, these and no others are suspected; and none without them. */
static void check_suspects(const char *file, const char *label, const char *positive,
                           const char *exclude, const char *expected)
{
    const char *path = lsc_test_data(file);
    if (path == NULL) {
        return;
    }
    lsc_csv csv = LSC_CSV_INIT;
    lsc_infer infer = LSC_INFER_INIT;
    lsc_train train = LSC_TRAIN_INIT;
    suspects heard = {""};
    lsc_source *source;
    lsc_training *training;
    csv.path = path;
    csv.label = label;
    csv.positive = positive;
    infer.exclude = &exclude;
    infer.n_exclude = exclude != NULL;
    ck_ok(lsc_source_open_csv(&csv, &source, error));
    ck_ok(lsc_spec_infer(source, &infer, NULL, &train.spec, NULL, error));
    train.leak = hear_suspect;
    train.leak_ctx = &heard;
    train.progress = stop_at_the_search;
    ck_fails(lsc_train_model(source, &train, &training, error), LSC_CANCELLED, "stopped");
    ck_assert_str_eq(heard.columns, expected);
    lsc_spec_unref(train.spec);
    lsc_source_free(source);
}

START_TEST(the_duration_of_the_call_is_suspected_in_bank_marketing_and_nothing_else)
{
    check_suspects("bank_marketing.csv", "y", "yes", NULL, "duration ");
    check_suspects("bank_marketing.csv", "y", "yes", "duration", "");
}
END_TEST

START_TEST(page_values_are_suspected_in_online_shoppers_and_nothing_else)
{
    check_suspects("online_shoppers.csv", "Revenue", "TRUE", NULL, "PageValues ");
    check_suspects("online_shoppers.csv", "Revenue", "TRUE", "PageValues", "");
}
END_TEST

START_TEST(bank_marketing_without_duration_is_as_good_as_the_reference)
{
    check_table("bank_marketing.csv", "y", "yes", "duration", 0.803, 0.01);
}
END_TEST

START_TEST(online_shoppers_without_page_values_is_as_good_as_the_reference)
{
    check_table("online_shoppers.csv", "Revenue", "TRUE", "PageValues", 0.786, 0.02);
}
END_TEST

START_TEST(purchases_alone_train_a_model)
{
    static const char map[] = "{\"id\": \"masterid\", \"time\": {\"column\": \"date\", "
                              "\"format\": \"YYYYMMDD\"}, \"type\": \"Purchase\", "
                              "\"data\": {\"quantity\": \"cds\", \"amount\": \"sales\"}, "
                              "\"outcome\": {\"types\": [\"Purchase\"], \"repeatable\": true}}";
    const char *path = lsc_test_data("cdnow_events.csv");
    if (path == NULL) {
        return;
    }
    lsc_events events = LSC_EVENTS_INIT;
    lsc_train train = LSC_TRAIN_INIT;
    lsc_source *source;
    lsc_training *training;
    events.path = path;
    events.map_json = map;
    events.map_length = sizeof map - 1;
    ck_ok(lsc_source_open_events(&events, &source, error));
    ck_ok(lsc_spec_infer_events(source, NULL, &train.spec, error));
    train.threads = 2;
    ck_ok(lsc_train_model(source, &train, &training, error));
    const lsc_json_limits limits = {1 << 22, 16, 1 << 20};
    lsc_json *root;
    const char *json = lsc_training_metrics_json(training);
    ck_ok(lsc_json_parse(json, strlen(json), &limits, &root, error));
    /* .809 when this was written; its 95 % interval is .775 to .839. */
    ck_assert_double_gt(lsc_json_number(lsc_json_member(lsc_json_member(root, "roc_auc"), "value")),
                        0.775);
    ck_assert_uint_eq(lsc_training_n_leaks(training), 0);
    ck_assert_double_eq(
        lsc_json_number(lsc_json_member(lsc_json_member(root, "training"), "n_leads")), 2357);
    lsc_json_free(root);
    lsc_training_free(training);
    lsc_spec_unref(train.spec);
    lsc_source_free(source);
}
END_TEST

LSC_SUITE("train/real_data", TEST(purchases_alone_train_a_model),
          TEST(bank_marketing_without_duration_is_as_good_as_the_reference),
          TEST(online_shoppers_without_page_values_is_as_good_as_the_reference),
          TEST(the_duration_of_the_call_is_suspected_in_bank_marketing_and_nothing_else),
          TEST(page_values_are_suspected_in_online_shoppers_and_nothing_else))
