/* What reference.json keeps of the features: how much they matter, and which way. */
#include "suite.h"

#include <math.h>

#include "trained.h"

enum {
    N_LEADS = 1500
};

/** The member "dependence" of a model trained on a table; `root` is freed by the caller. */
static const lsc_json *dependence_of(size_t n_leads, uint64_t seed, lsc_json **root)
{
    memory_source *source = table_of(n_leads, seed);
    lsc_train train = table_options();
    lsc_model *model = model_trained_on(source, &train);
    *root = parse_metrics(lsc_model_member(model, "reference.json", NULL));
    lsc_model_unref(model);
    lsc_spec_unref(train.spec);
    memory_source_free(source);
    return lsc_json_member(*root, "dependence");
}

static const lsc_json *feature_named(const lsc_json *dependence, const char *name)
{
    const lsc_json *item = lsc_json_first(dependence);
    while (item != NULL && strcmp(lsc_json_string(lsc_json_member(item, "feature")), name) != 0) {
        item = lsc_json_next(item);
    }
    ck_assert_msg(item != NULL, "no feature %s", name);
    return item;
}

START_TEST(features_come_by_importance_with_shares_of_all_rows)
{
    lsc_json *root;
    const lsc_json *dependence = dependence_of(N_LEADS, 91, &root);
    double last = HUGE_VAL;
    ck_assert_uint_eq(lsc_json_count(dependence), 3);
    ck_assert_str_eq(lsc_json_string(lsc_json_member(lsc_json_first(dependence), "feature")), "x");
    for (const lsc_json *item = lsc_json_first(dependence); item != NULL;
         item = lsc_json_next(item)) {
        double shares = 0;
        double importance = number_at(item, "importance");
        ck_assert_double_le(importance, last);
        last = importance;
        for (const lsc_json *bin = lsc_json_first(lsc_json_member(item, "bins")); bin != NULL;
             bin = lsc_json_next(bin)) {
            shares += number_at(bin, "share");
            ck_assert_double_ge(number_at(bin, "n_rows"), 10);
            ck_assert_double_le(number_at(bin, "low"), number_at(bin, "observed"));
            ck_assert_double_ge(number_at(bin, "high"), number_at(bin, "observed"));
        }
        /* A dozen shares of three digits each. */
        ck_assert_double_eq_tol(shares, 1, 0.006);
    }
    lsc_json_free(root);
}
END_TEST

START_TEST(contributions_go_the_way_that_the_labels_do)
{
    lsc_json *root;
    const lsc_json *dependence = dependence_of(N_LEADS, 92, &root);
    const lsc_json *x = lsc_json_member(feature_named(dependence, "x"), "bins");
    const lsc_json *kind = lsc_json_member(feature_named(dependence, "kind"), "bins");
    double last = -HUGE_VAL;
    ck_assert_uint_eq(lsc_json_count(x), 10);
    for (const lsc_json *bin = lsc_json_first(x); bin != NULL; bin = lsc_json_next(bin)) {
        /* The spec holds x to rise, and so do the means but for what is added to it by others. */
        ck_assert_double_ge(number_at(bin, "contribution"), last - 0.1);
        last = number_at(bin, "contribution");
        /* 150 rows a bin: a standard error of .04. */
        ck_assert_double_eq_tol(number_at(bin, "predicted"), number_at(bin, "observed"), 0.15);
    }
    ck_assert_double_gt(last, 1);
    for (const lsc_json *bin = lsc_json_first(kind); bin != NULL; bin = lsc_json_next(bin)) {
        const lsc_json *level = lsc_json_member(bin, "level");
        bool is_c = level != NULL && strcmp(lsc_json_string(level), "c") == 0;
        ck_assert_int_eq(number_at(bin, "contribution") > 0.5, is_c);
    }
    lsc_json_free(root);
}
END_TEST

START_TEST(rows_without_a_value_are_a_bin_of_their_own)
{
    lsc_json *root;
    const lsc_json *dependence = dependence_of(N_LEADS, 93, &root);
    const lsc_json *missing = NULL;
    for (const lsc_json *bin =
             lsc_json_first(lsc_json_member(feature_named(dependence, "y"), "bins"));
         bin != NULL; bin = lsc_json_next(bin)) {
        missing = lsc_json_member(bin, "missing") != NULL ? bin : missing;
    }
    ck_assert_ptr_nonnull(missing);
    /* A tenth of 1,500: a standard error of .008. */
    ck_assert_double_eq_tol(number_at(missing, "share"), 0.1, 0.03);
    lsc_json_free(root);
}
END_TEST

LSC_SUITE("train/dependence", TEST(features_come_by_importance_with_shares_of_all_rows),
          TEST(contributions_go_the_way_that_the_labels_do),
          TEST(rows_without_a_value_are_a_bin_of_their_own))
