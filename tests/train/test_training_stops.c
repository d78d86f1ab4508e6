/* What stops a training: its data, its options, its source and its caller. */
#include "suite.h"

#include <stdio.h>

#include "train/training.h"
#include "trained.h"

enum {
    N_LEADS = 600
};

static void refuse(memory_source *source, const lsc_train *train, lsc_status status,
                   const char *words)
{
    lsc_training *training = (lsc_training *)&status;
    ck_fails(lsc_train_model(source->source, train, &training, error), status, words);
    ck_assert_ptr_null(training);
}

START_TEST(data_that_teach_nothing_are_refused_in_words)
{
    lsc_train train = table_options();
    memory_source *source = table_of(0, 71);
    refuse(source, &train, LSC_BAD_DATA, "the source holds no leads");
    memory_source_free(source);

    source = table_of(50, 71);
    for (size_t i = 0; i < 50; i++) {
        source->leads[i].outcomes[0].converted = true;
    }
    refuse(source, &train, LSC_BAD_DATA, "each of the 50 rows converted");
    for (size_t i = 0; i < 50; i++) {
        source->leads[i].outcomes[0].converted = false;
    }
    refuse(source, &train, LSC_BAD_DATA, "none of the 50 rows converted");
    for (size_t i = 0; i < 9; i++) {
        source->leads[i].outcomes[0].converted = true;
    }
    refuse(source, &train, LSC_BAD_DATA, "9 rows converted and 41 did not: 10 of each");
    for (size_t i = 0; i < 50; i++) {
        source->leads[i].n_outcomes = 0;
    }
    refuse(source, &train, LSC_BAD_DATA, "none of the 50 rows has a label");
    lsc_spec_unref(train.spec);
    train.spec = NULL;
    refuse(source, &train, LSC_BAD_DATA, "a table needs a spec");
    memory_source_free(source);

    source = timeline_of(50, 71);
    train.spec = timeline_spec();
    train.horizon_ms = 700 * DAY;
    refuse(source, &train, LSC_BAD_DATA, "and 700 days must pass after one");
    lsc_spec_unref(train.spec);
    memory_source_free(source);
}
END_TEST

START_TEST(leads_of_whom_too_little_is_known_make_no_row)
{
    memory_source *source = memory_source_new(30, true);
    lsc_train train = LSC_TRAIN_INIT;
    for (size_t i = 0; i < 30; i++) {
        ck_ok(lsc_lead_set_time(source->leads[i].lead, "created_at", START, error));
        add_outcome(&source->leads[i], START + (i % 2 == 0 ? 0 : 500) * DAY, i % 2 != 0);
    }
    train.spec = timeline_spec();
    refuse(source, &train, LSC_BAD_DATA, "too little is known of every lead");
    lsc_spec_unref(train.spec);
    memory_source_free(source);
}
END_TEST

typedef struct watcher {
    size_t n_calls;
    size_t stop_at; /**< 0: never */
    double fraction;
    char stage[64];
} watcher;

static bool watch(void *ctx, const char *stage, double fraction)
{
    watcher *seen = ctx;
    if (fraction >= 0) {
        ck_assert_double_ge(fraction, seen->fraction);
        ck_assert_double_le(fraction, 1);
        seen->fraction = fraction;
    }
    snprintf(seen->stage, sizeof seen->stage, "%s", stage);
    return ++seen->n_calls != seen->stop_at;
}

START_TEST(progress_rises_and_the_caller_can_stop_at_any_stage)
{
    memory_source *source = table_of(N_LEADS, 74);
    lsc_train train = table_options();
    watcher all = {0};
    train.threads = 2;
    train.progress = watch;
    train.progress_ctx = &all;
    lsc_training_free(train_on(source, &train));
    ck_assert_str_eq(all.stage, "calibrating and measuring");
    for (size_t stop_at = 1; stop_at <= all.n_calls / 2; stop_at += 1 + stop_at / 4) {
        watcher one = {.stop_at = stop_at};
        train.progress_ctx = &one;
        refuse(source, &train, LSC_CANCELLED, "stopped by its caller");
        ck_assert_uint_eq(one.n_calls, stop_at);
    }
    lsc_spec_unref(train.spec);
    memory_source_free(source);
}
END_TEST

/** The reading of the source that breaks down. */
static size_t broken_reading;

static lsc_status break_down(memory_source *source, lsc_error *error)
{
    if (source->n_rewinds == broken_reading && source->at == 7) {
        error->status = LSC_IO;
        snprintf(error->message, sizeof error->message, "the disk is gone");
        return LSC_IO;
    }
    return LSC_OK;
}

START_TEST(what_the_source_reports_is_passed_on)
{
    memory_source *source = table_of(N_LEADS, 75);
    lsc_train train = table_options();
    lsc_training *training;
    source->meddle = break_down;
    broken_reading = 1;
    refuse(source, &train, LSC_IO, "the disk is gone");
    source->n_rewinds = 0;
    broken_reading = 3;
    ck_fails(lsc_train_keeping(source->source, &train, 0, &training, error), LSC_IO,
             "the disk is gone");
    ck_assert_ptr_null(training);
    lsc_spec_unref(train.spec);
    memory_source_free(source);
}
END_TEST

static lsc_status nothing(void *ctx, lsc_record *record, bool *more, lsc_error *error)
{
    (void)ctx;
    (void)record;
    (void)error;
    *more = false;
    return LSC_OK;
}

START_TEST(a_source_that_cannot_rewind_is_unsupported)
{
    const lsc_source_calls calls = {.size = sizeof calls, .next = nothing};
    lsc_train train = table_options();
    lsc_source *source;
    lsc_training *training;
    ck_ok(lsc_source_new(&calls, NULL, NULL, &source, error));
    ck_fails(lsc_train_model(source, &train, &training, error), LSC_UNSUPPORTED, "");
    lsc_source_free(source);
    lsc_spec_unref(train.spec);
}
END_TEST

START_TEST(options_out_of_range_are_refused_by_name_and_value)
{
    memory_source *source = table_of(50, 76);
    lsc_train good = table_options();
    struct {
        lsc_train train;
        const char *words;
    } cases[] = {
        {good, "horizon_ms is 3599999, must be 3600000"},
        {good, "every_ms is -5, must be"},
        {good, "rows_per_lead is 100001, must be 1 to 100000"},
        {good, "folds is 1, must be 2 to 50"},
        {good, "folds is 51, must be 2 to 50"},
        {good, "threads is -1, must be"},
        {good, "effort is 3, which is no lsc_effort"},
        {good, "gate_auc is 1.5, must be 0 to 1"},
        {good, "model_type is \"best\", must be behavioral, demographic or composite"},
        {good, "created: "},
        {good, "name must be 1 to 256 bytes"},
        {good, "version must be 1 to 256 bytes"},
        {good, "lsc_train.size is 8"},
        {good, "fold_repeats is 21, must be 1 to 20"},
        {good, "validation is 2, which is no lsc_validation"},
        {good, "learner is 3, which is no lsc_learner"},
    };
    cases[0].train.horizon_ms = 3599999;
    cases[1].train.every_ms = -5;
    cases[2].train.rows_per_lead = 100001;
    cases[3].train.folds = 1;
    cases[4].train.folds = 51;
    cases[5].train.threads = -1;
    cases[6].train.effort = (lsc_effort)3;
    cases[7].train.gate_auc = 1.5;
    cases[8].train.model_type = "best";
    cases[9].train.created = "yesterday";
    cases[10].train.name = "";
    cases[11].train.version = "\xff";
    cases[12].train.size = 8;
    cases[13].train.fold_repeats = 21;
    cases[14].train.validation = (lsc_validation)2;
    cases[15].train.learner = (lsc_learner)3;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        refuse(source, &cases[i].train, LSC_INVALID_ARG, cases[i].words);
    }
    lsc_training *training;
    ck_fails(lsc_train_model(NULL, &good, &training, error), LSC_INVALID_ARG, "source is NULL");
    ck_fails(lsc_train_model(source->source, &good, NULL, error), LSC_INVALID_ARG,
             "training is NULL");
    ck_fails(lsc_training_rows(source->source, &good, NULL, NULL, error), LSC_INVALID_ARG,
             "row is NULL");
    lsc_training_free(NULL);
    lsc_spec_unref(good.spec);
    memory_source_free(source);
}
END_TEST

START_TEST(a_spec_without_a_group_of_the_model_type_is_bad_data)
{
    memory_source *source = table_of(50, 77);
    lsc_train train = table_options();
    train.model_type = "behavioral";
    refuse(source, &train, LSC_BAD_DATA, "no group of the spec belongs to a behavioral model");
    lsc_spec_unref(train.spec);
    memory_source_free(source);
}
END_TEST

LSC_SUITE("train/training_stops", TEST(data_that_teach_nothing_are_refused_in_words),
          TEST(leads_of_whom_too_little_is_known_make_no_row),
          TEST(progress_rises_and_the_caller_can_stop_at_any_stage),
          TEST(what_the_source_reports_is_passed_on),
          TEST(a_source_that_cannot_rewind_is_unsupported),
          TEST(options_out_of_range_are_refused_by_name_and_value),
          TEST(a_spec_without_a_group_of_the_model_type_is_bad_data))
