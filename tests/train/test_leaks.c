/* What is suspected to leak, and what is not. docs/leaks.md has the rules. */
#include "leak_sets.h"
#include "suite.h"

#include <math.h>
#include <stdio.h>

#include <leadscore/train.h>

#include "train_support.h"

enum {
    N_ROWS = 2000,
#ifdef LSC_SANITIZED
    N_SETS = 9
#else
    N_SETS = 100
#endif
};

/** Labels of a fifth, and columns c0 to c3 that tell a little. */
static void make_plain(leak_set *set, uint64_t seed)
{
    lsc_random random;
    lsc_random_seed(&random, seed);
    leak_set_new(set, N_ROWS, 5);
    for (size_t row = 0; row < N_ROWS; row++) {
        double label = lsc_random_uniform(&random) < 0.2;
        set->rows.labels[row] = label > 0;
        for (size_t i = 0; i < 5; i++) {
            set->rows.columns[row * 5 + i] = (float)(0.5 * label + random_normal(&random));
        }
    }
    leak_set_finish(set);
}

/** The one suspicion, about c4. */
static void check_c4(const leak_set *set, lsc_leak_rule rule, const char *words)
{
    lsc_leaks leaks = leaks_of(set);
    ck_assert_uint_eq(leaks.n, 1);
    ck_assert_str_eq(leaks.items[0].column, "c4");
    ck_assert_int_eq(leaks.items[0].rule, rule);
    ck_assert_msg(strstr(leaks.items[0].reason, words) != NULL, "%s", leaks.items[0].reason);
    lsc_leaks_free(&leaks);
}

static void check_none(const leak_set *set)
{
    lsc_leaks leaks = leaks_of(set);
    ck_assert_msg(leaks.n == 0, "%s: %s", leaks.items[0].column, leaks.items[0].reason);
    lsc_leaks_free(&leaks);
}

START_TEST(honest_columns_are_not_suspected)
{
    size_t n_alarms = 0;
    for (uint64_t number = 0; number < N_SETS; number++) {
        leak_set set;
        leak_set_make(&set, number);
        lsc_leaks leaks = leaks_of(&set);
        for (size_t i = 0; i < leaks.n; i++) {
            printf("set %u, %zu rows: %s: %s\n", (unsigned)number, set.rows.n_rows,
                   leaks.items[i].column, leaks.items[i].reason);
        }
        n_alarms += leaks.n > 0;
        lsc_leaks_free(&leaks);
        leak_set_free(&set);
    }
    printf("%zu of %d honest sets are suspected of something\n", n_alarms, N_SETS);
    /* docs/leaks.md has the number of the hundred. */
    ck_assert_uint_eq(n_alarms, 0);
}
END_TEST

START_TEST(a_column_that_is_the_label_but_for_noise_predicts_almost_alone)
{
    leak_set set;
    make_plain(&set, 1);
    for (size_t row = 0; row < N_ROWS; row++) {
        set.rows.columns[row * 5 + 4] += set.rows.labels[row] ? 4 : 0;
    }
    check_c4(&set, LSC_LEAK_ALONE, "predicts almost alone");
    leak_set_free(&set);
}
END_TEST

START_TEST(a_leak_that_falls_and_rises_is_found)
{
    leak_set set;
    make_plain(&set, 2);
    for (size_t row = 0; row < N_ROWS; row++) {
        float *value = &set.rows.columns[row * 5 + 4];
        *value = set.rows.labels[row] ? copysignf(3 + fabsf(*value), *value) : *value;
    }
    check_c4(&set, LSC_LEAK_ALONE, "predicts almost alone");
    leak_set_free(&set);
}
END_TEST

START_TEST(a_leak_that_is_there_twice_does_not_hide_itself)
{
    leak_set set;
    make_plain(&set, 3);
    lsc_random random;
    lsc_random_seed(&random, 3);
    for (size_t row = 0; row < N_ROWS; row++) {
        float *columns = set.rows.columns + row * 5;
        /* In the way of a duration: nobody converts in a short call, and the others tell who else. */
        columns[4] = (float)(random_normal(&random) + (set.rows.labels[row] ? 3 : 0));
        columns[3] = columns[4] * 60;
    }
    lsc_leaks leaks = leaks_of(&set);
    ck_assert_uint_eq(leaks.n, 2);
    ck_assert_str_eq(leaks.items[0].column, "c3");
    ck_assert_str_eq(leaks.items[1].column, "c4");
    lsc_leaks_free(&leaks);
    leak_set_free(&set);
}
END_TEST

START_TEST(a_column_filled_for_one_class_only_is_suspected)
{
    leak_set set;
    make_plain(&set, 4);
    for (size_t row = 0; row < N_ROWS; row++) {
        bool filled = set.rows.labels[row] && row % 3 == 0;
        set.rows.columns[row * 5 + 4] = filled ? 1 : NAN;
    }
    check_c4(&set, LSC_LEAK_ONE_CLASS, "filled for one class only");
    /* The other class: a reason why it was lost. */
    for (size_t row = 0; row < N_ROWS; row++) {
        bool filled = !set.rows.labels[row] && row % 3 == 0;
        set.rows.columns[row * 5 + 4] = filled ? 1 : NAN;
    }
    check_c4(&set, LSC_LEAK_ONE_CLASS, "of all 2000 leads");
    leak_set_free(&set);
}
END_TEST

START_TEST(a_column_that_happens_to_be_filled_for_few_leads_of_one_class_is_not)
{
    leak_set set;
    make_plain(&set, 5);
    size_t n_filled = 0;
    for (size_t row = 0; row < N_ROWS; row++) {
        bool filled = !set.rows.labels[row] && n_filled < 40;
        n_filled += filled;
        set.rows.columns[row * 5 + 4] = filled ? 1 : NAN;
    }
    check_none(&set);
    leak_set_free(&set);
}
END_TEST

START_TEST(running_numbers_are_an_identifier_and_amounts_are_not)
{
    leak_set set;
    lsc_random random;
    make_plain(&set, 6);
    lsc_random_seed(&random, 6);
    for (size_t row = 0; row < N_ROWS; row++) {
        set.rows.columns[row * 5 + 3] = (float)lsc_random_below(&random, 10000000);
        set.rows.columns[row * 5 + 4] = (float)((row * 7919) % N_ROWS + 5000);
    }
    check_c4(&set, LSC_LEAK_IDENTIFIER, "identifier");
    leak_set_free(&set);
}
END_TEST

/** Copy every second lead over the next one, or only those that do not convert. */
static void make_twins(leak_set *set, bool converted_too)
{
    for (size_t row = 0; row + 1 < N_ROWS; row += 2) {
        if (converted_too || !set->rows.labels[row]) {
            memcpy(set->rows.columns + (row + 1) * 5, set->rows.columns + row * 5,
                   5 * sizeof(float));
            set->rows.labels[row + 1] = set->rows.labels[row];
        }
    }
    leak_set_finish(set);
}

START_TEST(leads_that_are_there_twice_are_found_and_left_out)
{
    leak_set set;
    make_plain(&set, 7);
    make_twins(&set, true);
    lsc_leaks leaks = leaks_of(&set);
    ck_assert_uint_eq(leaks.n, 1);
    ck_assert_str_eq(leaks.items[0].column, LSC_LEAK_ROWS);
    ck_assert_int_eq(leaks.items[0].rule, LSC_LEAK_TWINS);
    ck_ok(lsc_leaks_drop(&leaks, &set.rows, &set.spec, error));
    ck_assert(leaks.dropped);
    ck_assert_uint_eq(set.rows.n_rows, N_ROWS / 2);
    ck_assert_uint_eq(set.rows.n_groups, N_ROWS / 2);
    check_none(&set);
    lsc_leaks_free(&leaks);
    leak_set_free(&set);
}
END_TEST

START_TEST(equal_leads_that_end_differently_or_do_not_convert_are_no_twins)
{
    leak_set set;
    make_plain(&set, 8);
    make_twins(&set, false);
    check_none(&set);
    for (size_t row = 0; row < N_ROWS; row++) {
        for (size_t i = 0; i < 5; i++) {
            float *value = &set.rows.columns[row * 5 + i];
            *value = *value > 1 ? 1 : 0;
        }
    }
    check_none(&set);
    leak_set_free(&set);
}
END_TEST

static lsc_training *train_on(memory_source *source, lsc_train *train)
{
    lsc_training *training;
    ck_ok(lsc_train_model(source->source, train, &training, error));
    return training;
}

/** The last suspicion that was told, and how many. */
typedef struct told_leaks {
    size_t n;
    char column[64];
} told_leaks;

static void hear(void *ctx, const char *column, const char *reason)
{
    told_leaks *told = ctx;
    ck_assert_uint_gt(strlen(reason), 0);
    snprintf(told->column, sizeof told->column, "%s", column);
    told->n++;
}

START_TEST(suspects_are_told_before_training_and_stand_in_the_bundle)
{
    memory_source *source = table_of(600, 9);
    lsc_train train = LSC_TRAIN_INIT;
    told_leaks told = {.n = 0};
    for (size_t i = 0; i < source->n_leads; i++) {
        ck_ok(lsc_lead_set_number(source->leads[i].lead, "y",
                                  source->leads[i].outcomes[0].converted ? 1 : 0, error));
    }
    train.spec = table_spec();
    train.leak = hear;
    train.leak_ctx = &told;
    lsc_training *training = train_on(source, &train);
    ck_assert_uint_eq(told.n, 1);
    ck_assert_str_eq(told.column, "y");
    ck_assert_uint_eq(lsc_training_n_leaks(training), 1);
    ck_assert_str_eq(lsc_training_leak_column(training, 0), "y");
    ck_assert_ptr_nonnull(strstr(lsc_training_leak_reason(training, 0), "ROC AUC 1 by itself"));
    ck_assert_ptr_null(lsc_training_leak_column(training, 1));
    ck_assert_ptr_null(lsc_training_leak_reason(training, 1));
    ck_assert_ptr_nonnull(strstr(lsc_training_metrics_json(training), "\"dropped\": false"));
    lsc_training_free(training);
    lsc_spec_unref(train.spec);
    memory_source_free(source);
}
END_TEST

START_TEST(dropped_leaks_are_not_in_the_model_and_are_listed)
{
    memory_source *source = table_of(600, 10);
    lsc_train train = LSC_TRAIN_INIT;
    lsc_model *model;
    size_t length;
    for (size_t i = 0; i < source->n_leads; i++) {
        ck_ok(lsc_lead_set_number(source->leads[i].lead, "y",
                                  source->leads[i].outcomes[0].converted ? 1 : 0, error));
    }
    train.spec = table_spec();
    train.drop_leaks = true;
    lsc_training *training = train_on(source, &train);
    const void *bytes = lsc_training_bundle(training, &length);
    ck_ok(lsc_model_load_bytes(bytes, length, NULL, &model, error));
    ck_assert_uint_eq(lsc_spec_n_features(lsc_model_spec(model)), 2);
    ck_assert_str_eq(lsc_spec_feature_name(lsc_model_spec(model), 0), "x");
    ck_assert_str_eq(lsc_spec_feature_name(lsc_model_spec(model), 1), "kind");
    ck_assert_ptr_nonnull(strstr(lsc_training_metrics_json(training), "\"dropped\": true"));
    ck_assert_ptr_nonnull(strstr(lsc_model_member(model, "MODEL_CARD.md", NULL), "- `y`: "));
    const char *manifest = lsc_model_member(model, "manifest.json", NULL);
    ck_assert_ptr_nonnull(strstr(manifest, "\"y: predicts almost alone"));
    lsc_model_unref(model);
    lsc_training_free(training);
    lsc_spec_unref(train.spec);
    memory_source_free(source);
}
END_TEST

START_TEST(nothing_left_to_learn_from_is_an_error)
{
    leak_set set;
    leak_set_new(&set, N_ROWS, 1);
    for (size_t row = 0; row < N_ROWS; row++) {
        set.rows.labels[row] = row % 5 == 0;
        set.rows.columns[row] = row % 5 == 0;
    }
    leak_set_finish(&set);
    lsc_leaks leaks = leaks_of(&set);
    ck_assert_uint_eq(leaks.n, 2); /* the column, and rows that are all alike */
    ck_fails(lsc_leaks_drop(&leaks, &set.rows, &set.spec, error), LSC_BAD_DATA,
             "nothing is left to learn from: all 1 features are suspected");
    lsc_leaks_free(&leaks);
    leak_set_free(&set);
}
END_TEST

/** "stage" of the lead itself is what an identify activity said after it converted. */
START_TEST(a_value_that_was_set_after_the_outcome_is_suspected)
{
    memory_source *source = timeline_of(400, 11);
    lsc_train train = LSC_TRAIN_INIT;
    for (size_t i = 0; i < source->n_leads; i++) {
        memory_lead *lead = &source->leads[i];
        if (lead->n_outcomes == 0 || !lead->outcomes[0].converted) {
            continue;
        }
        lsc_property trait = {.name = "size", .type = LSC_VALUE_NUMBER, .number = 7};
        lsc_activity identify = LSC_ACTIVITY_INIT;
        identify.id = "after";
        identify.type = "identify";
        identify.time_ms = lead->outcomes[0].time_ms + (i % 2 == 0 ? DAY : 0);
        identify.properties = &trait;
        identify.n_properties = 1;
        ck_ok(lsc_lead_set_number(lead->lead, "size", 7, error));
        ck_ok(lsc_lead_add_activity(lead->lead, &identify, error));
    }
    train.spec = timeline_spec();
    lsc_training *training = train_on(source, &train);
    ck_assert_uint_eq(lsc_training_n_leaks(training), 1);
    ck_assert_str_eq(lsc_training_leak_column(training, 0), "size");
    ck_assert_ptr_nonnull(strstr(lsc_training_leak_reason(training, 0), "set after the outcome"));
    lsc_training_free(training);
    lsc_spec_unref(train.spec);
    memory_source_free(source);
}
END_TEST

START_TEST(a_history_that_is_in_order_is_not_suspected)
{
    memory_source *source = timeline_of(400, 12);
    lsc_train train = LSC_TRAIN_INIT;
    train.spec = timeline_spec();
    lsc_training *training = train_on(source, &train);
    ck_assert_uint_eq(lsc_training_n_leaks(training), 0);
    lsc_training_free(training);
    lsc_spec_unref(train.spec);
    memory_source_free(source);
}
END_TEST

LSC_SUITE("train/leaks", TEST(honest_columns_are_not_suspected),
          TEST(a_column_that_is_the_label_but_for_noise_predicts_almost_alone),
          TEST(a_leak_that_falls_and_rises_is_found),
          TEST(a_leak_that_is_there_twice_does_not_hide_itself),
          TEST(a_column_filled_for_one_class_only_is_suspected),
          TEST(a_column_that_happens_to_be_filled_for_few_leads_of_one_class_is_not),
          TEST(running_numbers_are_an_identifier_and_amounts_are_not),
          TEST(leads_that_are_there_twice_are_found_and_left_out),
          TEST(equal_leads_that_end_differently_or_do_not_convert_are_no_twins),
          TEST(suspects_are_told_before_training_and_stand_in_the_bundle),
          TEST(dropped_leaks_are_not_in_the_model_and_are_listed),
          TEST(nothing_left_to_learn_from_is_an_error),
          TEST(a_value_that_was_set_after_the_outcome_is_suspected),
          TEST(a_history_that_is_in_order_is_not_suspected))
