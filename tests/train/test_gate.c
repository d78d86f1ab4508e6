/* The verdicts of the gate, and the grades. */
#include "suite.h"

#include <math.h>

#include "train/gate.h"
#include "train/grading.h"
#include "train_support.h"

static lsc_gate_facts good_facts(void)
{
    return (lsc_gate_facts){.least_outcomes = 40,
                            .least_auc = 0.8,
                            .n_converted = 40,
                            .n_others = 40,
                            .roc_auc = {0.8, 0.7, 0.9},
                            .ece = {0.06, 0.05, 0.07},
                            .measured_on = "out-of-fold rows"};
}

static void judge(const lsc_gate_facts *facts, bool passed, const char *reason)
{
    lsc_gate gate;
    bool found = false;
    lsc_gate_judge(facts, &gate);
    ck_assert_int_eq(gate.passed, passed);
    for (size_t i = 0; i < gate.n_reasons; i++) {
        found = found || strcmp(gate.reasons[i], reason) == 0;
    }
    ck_assert_msg(found, "\"%s\" is not among the reasons: \"%s\" ...", reason, gate.reasons[0]);
}

START_TEST(what_is_just_enough_passes)
{
    lsc_gate_facts facts = good_facts();
    judge(&facts, true,
          "passed: 40 leads converted and 40 did not, at least 40 of each are asked for");
    judge(&facts, true,
          "passed: ROC AUC on out-of-fold rows is 0.8 (95 % interval 0.7 to 0.9), at least 0.8 is "
          "asked for");
}
END_TEST

START_TEST(too_few_of_either_class_fails)
{
    lsc_gate_facts facts = good_facts();
    facts.n_converted = 39;
    judge(&facts, false,
          "failed: 39 leads converted and 40 did not, at least 40 of each are asked for");
    facts = good_facts();
    facts.n_others = 39;
    judge(&facts, false,
          "failed: 40 leads converted and 39 did not, at least 40 of each are asked for");
}
END_TEST

START_TEST(an_auc_below_the_threshold_fails)
{
    lsc_gate_facts facts = good_facts();
    facts.roc_auc.value = 0.79;
    judge(&facts, false,
          "failed: ROC AUC on out-of-fold rows is 0.79 (95 % interval 0.7 to 0.9), at least 0.8 is "
          "asked for");
}
END_TEST

START_TEST(probabilities_that_do_not_hold_fail)
{
    lsc_gate_facts facts = good_facts();
    judge(
        &facts, true,
        "passed: calibration error on out-of-fold rows is 0.06 (95 % interval 0.05 to 0.07), which "
        "must reach down to 0.05");
    facts.ece.low = 0.051;
    judge(&facts, false,
          "failed: calibration error on out-of-fold rows is 0.06 (95 % interval 0.051 to 0.07), "
          "which must reach down to 0.05");
}
END_TEST

START_TEST(a_large_segment_that_is_worse_fails)
{
    lsc_gate_facts facts = good_facts();
    facts.has_incumbent = true;
    facts.n_compared = 900;
    facts.comparison = (lsc_comparison){{0.02, 0.001, 0.04}, 0.95};
    facts.segments = (lsc_gate_segments){3, "kind=a", {{-0.01, -0.05, 0.02}, 0.012}};
    judge(&facts, true,
          "passed: in the worst of 3 large segments, kind=a, ROC AUC is -0.01 against the "
          "incumbent's and higher in 1.2 % of the draws, more than 1 % are asked for");
    facts.segments.worst.won = 0.01;
    judge(&facts, false,
          "failed: in the worst of 3 large segments, kind=a, ROC AUC is -0.01 against the "
          "incumbent's and higher in 1 % of the draws, more than 1 % are asked for");
}
END_TEST

START_TEST(the_incumbent_must_be_beaten_in_nearly_all_draws)
{
    lsc_gate_facts facts = good_facts();
    facts.has_incumbent = true;
    facts.n_compared = 900;
    facts.comparison = (lsc_comparison){{0.02, 0.001, 0.04}, 0.95};
    judge(&facts, true,
          "passed: ROC AUC on the 900 rows that the incumbent scores is +0.02 against it (95 % "
          "interval 0.001 to 0.04) and higher in 95 % of the draws, 95 % are asked for");
    facts.comparison = (lsc_comparison){{0.01, -0.001, 0.03}, 0.945};
    judge(&facts, false,
          "failed: ROC AUC on the 900 rows that the incumbent scores is +0.01 against it (95 % "
          "interval -0.001 to 0.03) and higher in 94.5 % of the draws, 95 % are asked for");
    facts.comparison = (lsc_comparison){{-0.01, -0.03, 0.02}, 0.2};
    judge(&facts, false,
          "failed: ROC AUC on the 900 rows that the incumbent scores is -0.01 against it (95 % "
          "interval -0.03 to 0.02) and higher in 20 % of the draws, 95 % are asked for");
    facts.n_compared = 0;
    judge(&facts, false,
          "failed: the incumbent scores none of the leads on out-of-fold rows, or those of one "
          "class");
}
END_TEST

enum {
    N_ROWS = 1000
};

typedef struct graded {
    unsigned char labels[N_ROWS];
    double probabilities[N_ROWS];
    double weights[N_ROWS];
    uint32_t groups[N_ROWS];
    double incumbent[N_ROWS];
} graded;

static lsc_predictions fill(graded *rows, uint64_t seed)
{
    lsc_random random;
    lsc_random_seed(&random, seed);
    for (size_t row = 0; row < N_ROWS; row++) {
        double odds = 2 * random_normal(&random);
        rows->probabilities[row] = lsc_logistic(odds);
        rows->labels[row] = lsc_random_uniform(&random) < rows->probabilities[row];
        rows->weights[row] = 0.5 + lsc_random_uniform(&random);
        rows->groups[row] = (uint32_t)row / 2;
        rows->incumbent[row] = odds + 3 * random_normal(&random);
    }
    return (lsc_predictions){.labels = rows->labels,
                             .probabilities = rows->probabilities,
                             .weights = rows->weights,
                             .groups = rows->groups,
                             .n_groups = N_ROWS / 2,
                             .n_rows = N_ROWS};
}

START_TEST(the_incumbent_is_compared_on_the_rows_it_scores)
{
    static graded rows;
    lsc_comparison comparison;
    lsc_comparison again;
    size_t n_compared;
    const lsc_allocator *allocator = lsc_default_allocator();
    lsc_predictions predictions = fill(&rows, 51);
    for (size_t row = 0; row < N_ROWS; row += 2) {
        rows.incumbent[row] = (double)NAN;
    }
    ck_ok(lsc_gate_compare(&predictions, rows.incumbent, 1, allocator, &comparison, &n_compared,
                           error));
    ck_assert_uint_eq(n_compared, N_ROWS / 2);
    ck_assert_double_gt(comparison.gain.low, 0);
    ck_assert_double_eq(comparison.won, 1);
    for (size_t row = 0; row < N_ROWS; row += 2) {
        rows.probabilities[row] = rows.labels[row] ? 0 : 1;
    }
    ck_ok(lsc_gate_compare(&predictions, rows.incumbent, 1, allocator, &again, &n_compared, error));
    ck_assert_double_eq_tol(again.gain.value, comparison.gain.value, 1e-12);
}
END_TEST

START_TEST(an_incumbent_without_scores_of_both_classes_cannot_be_compared)
{
    static graded rows;
    lsc_comparison comparison;
    size_t n_compared = 1;
    lsc_predictions predictions = fill(&rows, 52);
    for (size_t row = 0; row < N_ROWS; row++) {
        rows.incumbent[row] = rows.labels[row] ? (double)NAN : 1;
    }
    ck_ok(lsc_gate_compare(&predictions, rows.incumbent, 1, lsc_default_allocator(), &comparison,
                           &n_compared, error));
    ck_assert_uint_eq(n_compared, 0);
}
END_TEST

START_TEST(grades_hold_their_shares_of_the_weight)
{
    static graded rows;
    static const double shares[LSC_N_GRADES] = {0.10, 0.15, 0.25, 0.25, 0.25};
    lsc_grades grades;
    lsc_grade_row table[LSC_N_GRADES];
    size_t n_rows = 0;
    size_t n_positive = 0;
    lsc_predictions predictions = fill(&rows, 53);
    ck_ok(lsc_grade_predictions(&predictions, lsc_default_allocator(), &grades, table, error));
    for (size_t i = 0; i < LSC_N_GRADES; i++) {
        ck_assert_int_eq(table[i].grade, "ABCDF"[i]);
        /* A row weighs at most 1.5 of about 1,000. */
        ck_assert_double_eq_tol(table[i].share, shares[i], 0.002);
        n_rows += table[i].n_rows;
        n_positive += table[i].n_positive;
        if (i > 0) {
            ck_assert_double_lt(table[i].least, table[i - 1].least);
            ck_assert_double_lt(table[i].rate, table[i - 1].rate);
        }
    }
    ck_assert_uint_eq(n_rows, N_ROWS);
    for (size_t row = 0; row < N_ROWS; row++) {
        n_positive -= rows.labels[row];
    }
    ck_assert_uint_eq(n_positive, 0);
}
END_TEST

START_TEST(rows_of_one_probability_have_one_grade)
{
    const unsigned char labels[] = {1, 0, 0, 1, 0, 0, 0, 0};
    const double probabilities[] = {0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.2, 0.2};
    lsc_predictions predictions = {.labels = labels, .probabilities = probabilities, .n_rows = 8};
    lsc_grades grades;
    lsc_grade_row table[LSC_N_GRADES];
    ck_ok(lsc_grade_predictions(&predictions, lsc_default_allocator(), &grades, table, error));
    ck_assert_double_eq(grades.least[0], 0.5);
    ck_assert_double_eq(grades.least[3], 0.5);
    ck_assert_uint_eq(table[0].n_rows, 6);
    ck_assert_uint_eq(table[1].n_rows, 0);
    ck_assert(isnan(table[1].rate));
    ck_assert_uint_eq(table[4].n_rows, 2);
}
END_TEST

LSC_SUITE("train/gate", TEST(probabilities_that_do_not_hold_fail),
          TEST(a_large_segment_that_is_worse_fails), TEST(what_is_just_enough_passes),
          TEST(too_few_of_either_class_fails), TEST(an_auc_below_the_threshold_fails),
          TEST(the_incumbent_must_be_beaten_in_nearly_all_draws),
          TEST(the_incumbent_is_compared_on_the_rows_it_scores),
          TEST(an_incumbent_without_scores_of_both_classes_cannot_be_compared),
          TEST(grades_hold_their_shares_of_the_weight),
          TEST(rows_of_one_probability_have_one_grade))
