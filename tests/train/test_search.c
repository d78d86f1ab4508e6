/* What an effort buys, and that it comes out again. */
#include "suite.h"

#include <leadscore/train.h>

#include "core/json.h"
#include "train_support.h"

enum {
    N_LEADS = 400
};

static const lsc_effort EFFORTS[] = {LSC_EFFORT_QUICK, LSC_EFFORT_STANDARD, LSC_EFFORT_BEST};

static lsc_training *train_with(memory_source *source, lsc_effort effort, int threads)
{
    lsc_train train = LSC_TRAIN_INIT;
    lsc_training *training;
    train.spec = table_spec();
    train.effort = effort;
    train.threads = threads;
    ck_ok(lsc_train_model(source->source, &train, &training, error));
    lsc_spec_unref(train.spec);
    return training;
}

/** A number that metrics.json has of the trees. */
static double of_trees(const lsc_training *training, const char *key)
{
    const lsc_json_limits limits = {1 << 22, 16, 1 << 20};
    const char *json = lsc_training_metrics_json(training);
    lsc_json *root;
    ck_ok(lsc_json_parse(json, strlen(json), &limits, &root, error));
    const lsc_json *trees = lsc_json_member(lsc_json_member(root, "training"), "trees");
    double number = lsc_json_number(lsc_json_member(trees, key));
    lsc_json_free(root);
    return number;
}

START_TEST(an_effort_tries_as_many_settings_and_averages_as_many_trees_as_it_says)
{
    /* The table of docs/training.md. */
    static const double tried[] = {0, 4, 12};
    static const double a_round[] = {1, 4, 8};
    memory_source *source = table_of(N_LEADS, 91);
    for (size_t i = 0; i < sizeof EFFORTS / sizeof *EFFORTS; i++) {
        lsc_training *training = train_with(source, EFFORTS[i], 1);
        ck_assert_double_eq(of_trees(training, "settings_tried"), tried[i]);
        ck_assert_double_eq(of_trees(training, "a_round"), a_round[i]);
        lsc_training_free(training);
    }
    memory_source_free(source);
}
END_TEST

START_TEST(a_search_gives_the_same_bytes_whatever_the_threads)
{
    memory_source *source = table_of(N_LEADS, 92);
    for (size_t i = 0; i < sizeof EFFORTS / sizeof *EFFORTS; i++) {
        size_t lengths[2];
        lsc_training *one = train_with(source, EFFORTS[i], 1);
        lsc_training *three = train_with(source, EFFORTS[i], 3);
        const void *bytes = lsc_training_bundle(one, &lengths[0]);
        const void *others = lsc_training_bundle(three, &lengths[1]);
        ck_assert_uint_eq(lengths[0], lengths[1]);
        ck_assert_mem_eq(bytes, others, lengths[0]);
        lsc_training_free(one);
        lsc_training_free(three);
    }
    memory_source_free(source);
}
END_TEST

/** Stops at the second report of the search. */
static bool stop_while_searching(void *ctx, const char *stage, double fraction)
{
    int *n_seen = ctx;
    (void)fraction;
    *n_seen += strcmp(stage, "searching settings") == 0;
    return *n_seen < 2;
}

START_TEST(a_search_can_be_stopped)
{
    memory_source *source = table_of(N_LEADS, 93);
    lsc_train train = LSC_TRAIN_INIT;
    lsc_training *training;
    int n_seen = 0;
    train.spec = table_spec();
    train.progress = stop_while_searching;
    train.progress_ctx = &n_seen;
    ck_fails(lsc_train_model(source->source, &train, &training, error), LSC_CANCELLED,
             "while searching settings");
    ck_assert_ptr_null(training);
    ck_assert_int_ge(n_seen, 2);
    lsc_spec_unref(train.spec);
    memory_source_free(source);
}
END_TEST

LSC_SUITE("train/search",
          TEST(an_effort_tries_as_many_settings_and_averages_as_many_trees_as_it_says),
          TEST(a_search_gives_the_same_bytes_whatever_the_threads), TEST(a_search_can_be_stopped))
