/* Training as its caller sees it: what comes out, and that it comes out again. */
#include "suite.h"

#include <math.h>
#include <stdio.h>

#include "train/training.h"
#include "trained.h"

enum {
    N_LEADS = 600
};

START_TEST(a_table_becomes_a_bundle_that_loads_and_passes_its_self_test)
{
    static const char *const names[] = {"manifest.json",    "features.json", "model.ubj",
                                        "calibration.json", "metrics.json",  "reference.json",
                                        "golden.ndjson",    "MODEL_CARD.md"};
    memory_source *source = table_of(N_LEADS, 61);
    lsc_train train = table_options();
    train.name = "table";
    lsc_training *training = train_on(source, &train);
    lsc_model *model = load_trained(training);
    lsc_model_info info = LSC_MODEL_INFO_INIT;
    ck_ok(lsc_model_get_info(model, &info, error));
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        ck_assert_str_eq(lsc_model_member_name(model, i), names[i]);
    }
    ck_assert_str_eq(info.name, "table");
    ck_assert_str_eq(info.version, "1");
    ck_assert_int_eq(info.engine, LSC_ENGINE_GBDT);
    ck_assert(info.calibrated);
    ck_assert(info.gate_passed);
    ck_assert(lsc_training_gate_passed(training));
    ck_assert_uint_eq(info.n_columns, 2 + 5);
    ck_assert_str_eq(lsc_model_member(model, "metrics.json", NULL),
                     lsc_training_metrics_json(training));
    lsc_model_unref(model);
    lsc_training_free(training);
    lsc_spec_unref(train.spec);
    memory_source_free(source);
}
END_TEST

START_TEST(the_shipped_model_is_as_good_and_as_calibrated_on_new_leads_as_it_says)
{
    memory_source *source = table_of(4 * N_LEADS, 62);
    memory_source *fresh = table_of(4 * N_LEADS, 63);
    lsc_train train = table_options();
    lsc_training *training = train_on(source, &train);
    lsc_model *model = load_trained(training);
    lsc_scorer *scorer;
    static unsigned char labels[4 * N_LEADS];
    static double probabilities[4 * N_LEADS];
    ck_ok(lsc_scorer_new(model, NULL, &scorer, error));
    for (size_t i = 0; i < fresh->n_leads; i++) {
        lsc_result result = LSC_RESULT_INIT;
        ck_ok(lsc_score_lead(scorer, fresh->leads[i].lead, 0, &result, error));
        ck_assert_double_le(result.probability_low, result.probability);
        ck_assert_double_ge(result.probability_high, result.probability);
        probabilities[i] = result.probability;
        labels[i] = fresh->leads[i].outcomes[0].converted;
    }
    char *json;
    ck_ok(lsc_metrics_json(labels, probabilities, fresh->n_leads, 1, &json, error));
    lsc_json *now = parse_metrics(json);
    lsc_json *told = parse_metrics(lsc_training_metrics_json(training));
    const lsc_json *auc = lsc_json_member(told, "roc_auc");
    double now_auc = number_at(lsc_json_member(now, "roc_auc"), "value");
    /* Two samples of 2,400: each AUC has a standard error of about .008. */
    ck_assert_double_eq_tol(now_auc, number_at(auc, "value"), 0.03);
    ck_assert_double_lt(number_at(auc, "low"), number_at(auc, "value"));
    ck_assert_double_gt(number_at(auc, "high"), number_at(auc, "value"));
    /* Chance alone gives ten bins of 240 an error of about .02. */
    ck_assert_double_lt(number_at(lsc_json_member(now, "ece"), "value"), 0.045);
    lsc_json_free(now);
    lsc_json_free(told);
    lsc_text_free(json);
    lsc_scorer_free(scorer);
    lsc_model_unref(model);
    lsc_training_free(training);
    lsc_spec_unref(train.spec);
    memory_source_free(source);
    memory_source_free(fresh);
}
END_TEST

START_TEST(the_bytes_depend_on_data_and_seed_and_not_on_threads)
{
    memory_source *source = timeline_of(N_LEADS, 64);
    lsc_train train = timeline_options();
    lsc_training *first = train_on(source, &train);
    lsc_training *again = train_on(source, &train);
    train.threads = 4;
    lsc_training *threaded = train_on(source, &train);
    train.seed = 1;
    lsc_training *seeded = train_on(source, &train);
    check_same_bundle(first, again, true);
    check_same_bundle(first, threaded, true);
    check_same_bundle(first, seeded, false);
    lsc_training_free(first);
    lsc_training_free(again);
    lsc_training_free(threaded);
    lsc_training_free(seeded);
    lsc_spec_unref(train.spec);
    memory_source_free(source);
}
END_TEST

START_TEST(a_timeline_becomes_a_bundle_that_says_what_it_was_made_of)
{
    memory_source *source = timeline_of(N_LEADS, 65);
    lsc_train train = timeline_options();
    train.created = "2026-01-02T03:04:05Z";
    lsc_training *training = train_on(source, &train);
    lsc_model *model = load_trained(training);
    const char *card = lsc_model_member(model, "MODEL_CARD.md", NULL);
    lsc_json *metrics = parse_metrics(lsc_training_metrics_json(training));
    const lsc_json *made = lsc_json_member(metrics, "training");
    ck_assert_double_gt(number_at(lsc_json_member(metrics, "roc_auc"), "value"), 0.75);
    ck_assert_double_gt(number_at(made, "n_rows"), number_at(metrics, "n_rows"));
    ck_assert_ptr_nonnull(strstr(card, "converts within 60 days"));
    ck_assert_ptr_nonnull(strstr(card, "hold their latest value: `size`."));
    ck_assert_ptr_nonnull(
        strstr(lsc_model_member(model, "manifest.json", NULL), "2026-01-02T03:04:05Z"));
    lsc_json_free(metrics);
    lsc_model_unref(model);
    lsc_training_free(training);
    lsc_spec_unref(train.spec);
    memory_source_free(source);
}
END_TEST

START_TEST(weights_undo_that_only_some_times_of_a_lead_are_taken)
{
    memory_source *source = timeline_of(4 * N_LEADS, 66);
    double rates[2];
    for (size_t i = 0; i < 2; i++) {
        lsc_train train = timeline_options();
        train.rows_per_lead = i == 0 ? 1000 : 2;
        lsc_training *training = train_on(source, &train);
        lsc_json *metrics = parse_metrics(lsc_training_metrics_json(training));
        rates[i] = number_at(lsc_json_member(metrics, "training"), "base_rate");
        lsc_json_free(metrics);
        lsc_training_free(training);
        lsc_spec_unref(train.spec);
    }
    /* 2,400 leads, two times each: a standard error of about a point. Without weights, leads that
       convert would count three times too often. */
    ck_assert_double_eq_tol(rates[1], rates[0], 0.03);
    memory_source_free(source);
}
END_TEST

START_TEST(a_model_type_keeps_its_groups_only)
{
    static const char *const types[] = {"behavioral", "demographic", "composite"};
    static const size_t n_features[] = {3, 2, 5};
    memory_source *source = timeline_of(N_LEADS, 67);
    for (size_t i = 0; i < 3; i++) {
        lsc_train train = LSC_TRAIN_INIT;
        train.spec = timeline_spec();
        train.model_type = types[i];
        train.horizon_ms = 60 * DAY;
        lsc_training *training = train_on(source, &train);
        lsc_model *model = load_trained(training);
        lsc_model_info info = LSC_MODEL_INFO_INIT;
        ck_ok(lsc_model_get_info(model, &info, error));
        ck_assert_uint_eq(info.n_features, n_features[i]);
        ck_assert_str_eq(info.model_type, types[i]);
        lsc_model_unref(model);
        lsc_training_free(training);
        lsc_spec_unref(train.spec);
    }
    memory_source_free(source);
}
END_TEST

/** A spec of the category "kind" and one number. */
static lsc_spec *spec_of_kind_and(const char *number)
{
    char json[600];
    lsc_spec *spec;
    int length = snprintf(json, sizeof json,
                          "{\"format\": 1, \"name\": \"two\", \"groups\": [\"g\"], "
                          "\"features\": [{\"name\": \"kind\", \"group\": \"g\", \"kind\": "
                          "\"category\", \"property\": \"kind\"}, {\"name\": \"%s\", "
                          "\"group\": \"g\", \"kind\": \"number\", \"property\": \"%s\"}]}",
                          number, number);
    ck_ok(lsc_spec_parse(json, (size_t)length, NULL, &spec, error));
    return spec;
}

START_TEST(a_model_that_is_better_on_the_whole_and_worse_for_a_large_segment_fails)
{
    static const char *const kinds[] = {"a", "b", "c", "d"};
    memory_source *source = memory_source_new(4 * N_LEADS, false);
    lsc_train train = LSC_TRAIN_INIT;
    lsc_random random;
    lsc_random_seed(&random, 81);
    for (size_t i = 0; i < source->n_leads; i++) {
        lsc_lead *lead = source->leads[i].lead;
        double y = random_normal(&random);
        double z = random_normal(&random);
        ck_ok(lsc_lead_set_text(lead, "kind", kinds[i % 4], error));
        ck_ok(lsc_lead_set_number(lead, "y", y, error));
        ck_ok(lsc_lead_set_number(lead, "z", z, error));
        double odds = 3 * (i % 4 == 0 ? y : z);
        add_outcome(&source->leads[i], LSC_TIME_NONE,
                    lsc_random_uniform(&random) < lsc_logistic(odds));
    }
    /* The incumbent knows what counts for the kind a, and the new model what counts for the rest. */
    train.spec = spec_of_kind_and("y");
    lsc_training *incumbent = train_on(source, &train);
    lsc_spec_unref(train.spec);
    train.spec = spec_of_kind_and("z");
    train.incumbent = load_trained(incumbent);
    train.gate_auc = 0.5;
    lsc_training *training = train_on(source, &train);
    const char *reasons = lsc_training_gate_reasons(training);
    ck_assert(!lsc_training_gate_passed(training));
    ck_assert_ptr_nonnull(strstr(reasons, "passed: ROC AUC on the 2400 rows that the incumbent"));
    ck_assert_ptr_nonnull(strstr(reasons, "failed: in the worst of 4 large segments, kind=a, ROC"));
    lsc_model_unref(train.incumbent);
    lsc_spec_unref(train.spec);
    lsc_training_free(incumbent);
    lsc_training_free(training);
    memory_source_free(source);
}
END_TEST

START_TEST(an_incumbent_that_knows_as_much_is_not_beaten_and_one_that_knows_less_is)
{
    memory_source *source = timeline_of(2 * N_LEADS, 68);
    lsc_train train = LSC_TRAIN_INIT;
    train.spec = timeline_spec();
    train.horizon_ms = 60 * DAY;
    train.gate_auc = 0.6;
    lsc_training *equal = train_on(source, &train);
    train.model_type = "demographic";
    lsc_training *poor = train_on(source, &train);
    train.model_type = NULL;

    train.incumbent = load_trained(equal);
    lsc_training *training = train_on(source, &train);
    ck_assert(!lsc_training_gate_passed(training));
    ck_assert_ptr_nonnull(strstr(lsc_training_gate_reasons(training), "that the incumbent scores"));
    lsc_training_free(training);
    lsc_model_unref(train.incumbent);

    train.incumbent = load_trained(poor);
    training = train_on(source, &train);
    ck_assert_msg(lsc_training_gate_passed(training), "%s", lsc_training_gate_reasons(training));
    lsc_training_free(training);
    lsc_model_unref(train.incumbent);

    lsc_training_free(equal);
    lsc_training_free(poor);
    lsc_spec_unref(train.spec);
    memory_source_free(source);
}
END_TEST

START_TEST(no_value_of_a_lead_stands_in_the_bundle)
{
    memory_source *source = table_of(N_LEADS, 69);
    lsc_train train = table_options();
    for (size_t i = 0; i < 9; i++) {
        ck_ok(lsc_lead_set_text(source->leads[i].lead, "kind", "a rare kind", error));
    }
    ck_ok(lsc_lead_set_number(source->leads[0].lead, "y", 1234.5678, error));
    lsc_training *training = train_on(source, &train);
    lsc_model *model = load_trained(training);
    for (size_t i = 0; i < lsc_model_n_members(model); i++) {
        const char *name = lsc_model_member_name(model, i);
        const char *text = lsc_model_member(model, name, NULL);
        if (text != NULL) {
            ck_assert_msg(strstr(text, "a rare kind") == NULL, "in %s", name);
            ck_assert_msg(strstr(text, "1234.5678") == NULL, "in %s", name);
            ck_assert_msg(strstr(text, "lead-0") == NULL, "in %s", name);
        }
    }
    lsc_model_unref(model);
    lsc_training_free(training);
    lsc_spec_unref(train.spec);
    memory_source_free(source);
}
END_TEST

START_TEST(the_reference_says_how_columns_are_spread)
{
    memory_source *source = table_of(N_LEADS, 70);
    lsc_train train = table_options();
    lsc_training *training = train_on(source, &train);
    lsc_model *model = load_trained(training);
    lsc_json *reference = parse_metrics(lsc_model_member(model, "reference.json", NULL));
    const lsc_json *column = lsc_json_first(lsc_json_member(reference, "columns"));
    for (size_t i = 0; i < 7; i++, column = lsc_json_next(column)) {
        double sum = 0;
        size_t n_shares = lsc_json_count(lsc_json_member(column, "shares"));
        ck_assert_str_eq(lsc_json_string(lsc_json_member(column, "name")),
                         lsc_spec_column_name(lsc_model_spec(model), i));
        ck_assert_uint_eq(n_shares, lsc_json_count(lsc_json_member(column, "edges")) + 1);
        for (const lsc_json *share = lsc_json_first(lsc_json_member(column, "shares"));
             share != NULL; share = lsc_json_next(share)) {
            sum += lsc_json_number(share);
        }
        /* Up to ten shares, each rounded to three digits. */
        ck_assert_double_eq_tol(sum, 1, 0.005);
        ck_assert_double_eq_tol(number_at(column, "missing"), i == 1 ? 0.1 : 0, 0.05);
        /* Numbers fall into ten bins, a level into "no" and "yes", "(other)" is always "no". */
        ck_assert_uint_eq(n_shares, i < 2 ? 10 : i < 6 ? 2 : 1);
    }
    ck_assert_ptr_null(column);
    lsc_json_free(reference);
    lsc_model_unref(model);
    lsc_training_free(training);
    lsc_spec_unref(train.spec);
    memory_source_free(source);
}
END_TEST

START_TEST(an_all_missing_column_and_a_constant_one_do_no_harm)
{
    memory_source *source = table_of(N_LEADS, 72);
    lsc_train train = table_options();
    for (size_t i = 0; i < N_LEADS; i++) {
        ck_ok(lsc_lead_set_text(source->leads[i].lead, "y", NULL, error));
        ck_ok(lsc_lead_set_text(source->leads[i].lead, "kind", "same", error));
    }
    lsc_training *training = train_on(source, &train);
    lsc_model_unref(load_trained(training));
    lsc_training_free(training);
    lsc_spec_unref(train.spec);
    memory_source_free(source);
}
END_TEST

START_TEST(labels_drawn_by_lot_fail_the_gate_and_still_make_a_bundle)
{
    memory_source *source = table_of(N_LEADS, 73);
    lsc_train train = table_options();
    lsc_random random;
    lsc_random_seed(&random, 73);
    for (size_t i = 0; i < N_LEADS; i++) {
        source->leads[i].outcomes[0].converted = lsc_random_uniform(&random) < 0.3;
    }
    lsc_training *training = train_on(source, &train);
    lsc_model *model = load_trained(training);
    lsc_model_info info = LSC_MODEL_INFO_INIT;
    ck_ok(lsc_model_get_info(model, &info, error));
    ck_assert(!info.gate_passed);
    ck_assert(!lsc_training_gate_passed(training));
    ck_assert_ptr_nonnull(strstr(lsc_training_gate_reasons(training), "failed: ROC AUC on"));
    lsc_model_unref(model);
    lsc_training_free(training);
    lsc_spec_unref(train.spec);
    memory_source_free(source);
}
END_TEST

/** Train while at most so many bytes of leads are kept. */
static lsc_training *train_keeping(memory_source *source, const lsc_train *train, size_t bytes,
                                   size_t n_readings)
{
    lsc_training *training;
    source->n_rewinds = 0;
    ck_ok(lsc_train_keeping(source->source, train, bytes, &training, error));
    ck_assert_uint_eq(source->n_rewinds, n_readings);
    return training;
}

START_TEST(the_bundle_is_the_same_whether_leads_are_kept_or_read_again)
{
    memory_source *sources[] = {table_of(N_LEADS, 77), timeline_of(N_LEADS, 77)};
    lsc_spec *specs[] = {table_spec(), timeline_spec()};
    /* To plan, to learn the levels where there are categories, and to make the rows. */
    const size_t n_readings[] = {3, 2};
    for (size_t i = 0; i < 2; i++) {
        lsc_train train = LSC_TRAIN_INIT;
        train.spec = specs[i];
        train.effort = LSC_EFFORT_QUICK;
        lsc_training *kept = train_keeping(sources[i], &train, LSC_MOST_KEPT_BYTES, 1);
        lsc_training *read = train_keeping(sources[i], &train, 0, n_readings[i]);
        lsc_training *given_up = train_keeping(sources[i], &train, 10000, n_readings[i]);
        check_same_bundle(kept, read, true);
        check_same_bundle(kept, given_up, true);
        lsc_training_free(kept);
        lsc_training_free(read);
        lsc_training_free(given_up);
        lsc_spec_unref(specs[i]);
        memory_source_free(sources[i]);
    }
}
END_TEST

LSC_SUITE("train/training", TEST(a_table_becomes_a_bundle_that_loads_and_passes_its_self_test),
          TEST(the_shipped_model_is_as_good_and_as_calibrated_on_new_leads_as_it_says),
          TEST(the_bytes_depend_on_data_and_seed_and_not_on_threads),
          TEST(a_timeline_becomes_a_bundle_that_says_what_it_was_made_of),
          TEST(weights_undo_that_only_some_times_of_a_lead_are_taken),
          TEST(a_model_type_keeps_its_groups_only),
          TEST(a_model_that_is_better_on_the_whole_and_worse_for_a_large_segment_fails),
          TEST(an_incumbent_that_knows_as_much_is_not_beaten_and_one_that_knows_less_is),
          TEST(no_value_of_a_lead_stands_in_the_bundle),
          TEST(the_reference_says_how_columns_are_spread),
          TEST(an_all_missing_column_and_a_constant_one_do_no_harm),
          TEST(labels_drawn_by_lot_fail_the_gate_and_still_make_a_bundle),
          TEST(the_bundle_is_the_same_whether_leads_are_kept_or_read_again))
