/* What tells drift from chance: the index of stability, and probabilities beside new outcomes. */
#include "suite.h"

#include <math.h>

#include "core/random.h"
#include "train/bins.h"
#include "train/calibration_check.h"
#include "train/stability.h"

enum {
    N_TRIALS = 1000,
    N_BINS = 11
};

/** How often each of these shares was drawn in `n` times. */
static void draw(lsc_random *random, const double *shares, size_t n, double counts[N_BINS])
{
    memset(counts, 0, N_BINS * sizeof *counts);
    for (size_t i = 0; i < n; i++) {
        double left = lsc_random_uniform(random);
        size_t bin = 0;
        while (bin + 1 < N_BINS && left >= shares[bin]) {
            left -= shares[bin++];
        }
        counts[bin]++;
    }
}

START_TEST(the_index_is_its_formula)
{
    const double shares[] = {0.2, 0.3, 0.5};
    const double counts[] = {400, 300, 300};
    lsc_stability found = lsc_stability_measure(shares, 1000, counts, 3);
    double expected = 0;
    for (size_t i = 0; i < 3; i++) {
        double p = (1000 * shares[i] + 0.5) / 1001.5;
        double q = (counts[i] + 0.5) / 1001.5;
        expected += (q - p) * log(q / p);
    }
    /* Another logarithm: a few units in the last place. */
    ck_assert_double_eq_tol(found.psi, expected, 1e-14);
    ck_assert_uint_eq(found.n_bins, 3);
    ck_assert_double_lt(found.p_value, 1e-10);
    found = lsc_stability_measure(shares, (double)NAN, counts, 3);
    /* Without a size half a row is added to a million. */
    ck_assert_double_eq_tol(found.psi, expected, 1e-3);
    ck_assert(isnan(found.p_value));
}
END_TEST

START_TEST(nothing_is_compared_with_one_bin_or_without_rows)
{
    const double shares[] = {1, 0};
    const double all[] = {500, 0};
    const double none[] = {0, 0};
    lsc_stability found = lsc_stability_measure(shares, 1000, all, 2);
    ck_assert_double_eq(found.psi, 0);
    ck_assert_double_eq(found.p_value, 1);
    found = lsc_stability_measure(shares, 1000, none, 2);
    ck_assert_double_eq(found.psi, 0);
    ck_assert(isnan(found.p_value));
}
END_TEST

START_TEST(tails_of_chi_square_are_those_of_tables)
{
    /* The quantiles of any table, to all digits of a double; the last is erfc(10). */
    static const struct {
        double x;
        size_t df;
        double tail;
    } known[] = {{3.841458820694124, 1, 0.05},    {5.991464547107979, 2, 0.05},
                 {7.814727903251179, 3, 0.05},    {18.307038053275146, 10, 0.05},
                 {23.209251158954356, 10, 0.01},  {9.236356899781123, 5, 0.1},
                 {200, 1, 2.0884875837625446e-45}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        double tail = lsc_chi_square_tail(known[i].x, known[i].df);
        /* A dozen terms, each off by some 1e-15 of itself; and x has 16 digits. */
        ck_assert_double_eq_tol(tail, known[i].tail, 1e-12 * known[i].tail + 1e-300);
    }
    ck_assert_double_eq(lsc_chi_square_tail(0, 4), 1);
    ck_assert_double_eq(lsc_chi_square_tail(-1, 4), 1);
    ck_assert_double_eq(lsc_chi_square_tail(3, 0), 1);
}
END_TEST

/** Shares of p-values at or below .01, .05 and .5, where n and m rows of `shares` are drawn. */
static void spread_of_chances(const double shares[N_BINS], size_t n, size_t m, double found[3])
{
    static const double levels[] = {0.01, 0.05, 0.5};
    lsc_random random;
    lsc_random_seed(&random, 7000 + n + m);
    memset(found, 0, 3 * sizeof *found);
    for (size_t trial = 0; trial < N_TRIALS; trial++) {
        double then[N_BINS];
        double now[N_BINS];
        draw(&random, shares, n, then);
        draw(&random, shares, m, now);
        for (size_t i = 0; i < N_BINS; i++) {
            then[i] /= (double)n;
        }
        double p = lsc_stability_measure(then, (double)n, now, N_BINS).p_value;
        for (size_t i = 0; i < 3; i++) {
            found[i] += p <= levels[i] ? 1.0 / N_TRIALS : 0;
        }
    }
}

START_TEST(without_drift_p_values_are_spread_evenly)
{
    const double even[N_BINS] = {.1, .1, .1, .1, .1, .1, .1, .1, .1, .1, 0};
    const double missing[N_BINS] = {.05, .05, .05, .05, .05, .05, .05, .05, .05, .05, .5};
    const double skewed[N_BINS] = {.6, .2, .1, .05, .02, .01, .01, .005, .003, .001, .001};
    const double *const all[] = {even, missing, skewed};
    static const size_t sizes[][2] = {{1500, 1000}, {3000, 300}, {400, 3000}};
    double found[3];
    for (size_t i = 0; i < 3; i++) {
        for (size_t k = 0; k < 3; k++) {
            spread_of_chances(all[i], sizes[k][0], sizes[k][1], found);
            /* Of 1,000 the share at .05 has a standard error of .007, that at .01 of .003, at .5 of
               .016. With rare bins the index is only roughly chi-square, and the added half rows
               make it careful: fewer alarms, never twice as many. */
            ck_assert_double_le(found[0], 0.02);
            ck_assert_double_le(found[1], 0.075);
            ck_assert_double_ge(found[1], 0.02);
            ck_assert_double_le(found[2], 0.56);
            ck_assert_double_ge(found[2], 0.35);
        }
    }
}
END_TEST

START_TEST(planted_drift_is_found)
{
    const double before[N_BINS] = {.1, .1, .1, .1, .1, .1, .1, .1, .1, .1, 0};
    const double after[N_BINS] = {.05, .05, .05, .1, .1, .1, .1, .1, .15, .15, .05};
    lsc_random random;
    lsc_random_seed(&random, 71);
    for (size_t trial = 0; trial < 200; trial++) {
        double counts[N_BINS];
        draw(&random, after, 1000, counts);
        lsc_stability found = lsc_stability_measure(before, 2000, counts, N_BINS);
        ck_assert_double_lt(found.p_value, 1e-6);
        ck_assert_double_gt(found.psi, 0.1);
    }
}
END_TEST

START_TEST(a_bin_that_was_empty_counts_once_a_few_rows_are_in_it)
{
    const double shares[] = {0.5, 0.5, 0};
    const double few[] = {500, 496, 4};
    const double some[] = {450, 450, 100};
    ck_assert_uint_eq(lsc_stability_measure(shares, 2000, few, 3).n_bins, 2);
    lsc_stability found = lsc_stability_measure(shares, 2000, some, 3);
    ck_assert_uint_eq(found.n_bins, 3);
    ck_assert_double_gt(found.psi, 0.25);
}
END_TEST

/** Rows of n leads, `copies` of each, with weights. */
static double effective(size_t n, size_t copies, bool weighted, lsc_random *random)
{
    static double values[10000];
    static double weights[10000];
    static uint32_t groups[10000];
    lsc_bins bins = {.edges = {0.5}, .n_edges = 1};
    for (size_t row = 0; row < n * copies; row++) {
        groups[row] = (uint32_t)(row / copies);
        bool first = row % copies == 0;
        values[row] = first ? lsc_random_uniform(random) : values[row - 1];
        /* Half the leads weigh 3, half 1. */
        weights[row] = !weighted ? 1
                       : first   ? 1 + 2 * (double)lsc_random_below(random, 2)
                                 : weights[row - 1];
        lsc_bins_add(&bins, values[row], weights[row]);
    }
    const lsc_binned rows = {values, weights, groups, n * copies};
    return lsc_bins_effective(&bins, &rows);
}

START_TEST(rows_count_once_a_lead_and_by_their_weights)
{
    lsc_random random;
    lsc_random_seed(&random, 72);
    /* Exactly so, but for rounding: each lead adds the same to the variance as to the share. */
    ck_assert_double_eq_tol(effective(2000, 1, false, &random), 2000, 1e-6);
    ck_assert_double_eq_tol(effective(2000, 4, false, &random), 2000, 1e-6);
    /* (sum w)² / sum w² = 2000 · 4 / 5, from random weights: within a tenth. */
    ck_assert_double_eq_tol(effective(2000, 1, true, &random), 1600, 160);
}
END_TEST

START_TEST(with_rows_that_hang_together_p_values_are_spread_evenly)
{
    lsc_random random;
    lsc_random_seed(&random, 73);
    const lsc_bins edges = {.edges = {.1, .2, .3, .4, .5, .6, .7, .8, .9}, .n_edges = 9};
    size_t n_found = 0;
    for (size_t trial = 0; trial < N_TRIALS; trial++) {
        static double values[900];
        static double weights[900];
        static uint32_t groups[900];
        lsc_bins then = edges;
        lsc_bins now = edges;
        double shares[N_BINS];
        for (size_t row = 0; row < 900; row++) {
            /* Three rows a lead, of like values. */
            double own = row % 3 == 0 ? lsc_random_uniform(&random)
                                      : values[row - row % 3] + 0.1 * lsc_random_uniform(&random);
            values[row] = own < 1 ? own : own - 1;
            groups[row] = (uint32_t)(row / 3);
            weights[row] = 1 + (double)(row / 3 % 2);
            lsc_bins_add(&then, values[row], weights[row]);
            lsc_bins_add(&now, lsc_random_uniform(&random), 1);
        }
        for (size_t bin = 0; bin < N_BINS; bin++) {
            shares[bin] = then.weights[bin] / then.total;
        }
        const lsc_binned rows = {values, weights, groups, 900};
        double n = lsc_bins_effective(&then, &rows);
        n_found += lsc_stability_measure(shares, n, now.weights, N_BINS).p_value <= 0.05;
    }
    /* As above; were rows counted as 900 apart, it would be found in some 40 % of the trials. */
    ck_assert_double_le((double)n_found / N_TRIALS, 0.08);
    ck_assert_double_ge((double)n_found / N_TRIALS, 0.02);
}
END_TEST

/** Outcomes of random probabilities whose odds are multiplied by `odds`. */
static lsc_calibration_check check_of(lsc_random *random, size_t n, double odds)
{
    static unsigned char labels[4000];
    static double probabilities[4000];
    lsc_calibration_check check;
    for (size_t i = 0; i < n; i++) {
        double p = 0.02 + 0.5 * lsc_random_uniform(random);
        probabilities[i] = p;
        labels[i] = lsc_random_uniform(random) < p * odds / (1 - p + p * odds);
    }
    const lsc_predictions predictions = {
        .labels = labels, .probabilities = probabilities, .n_rows = n};
    ck_ok(lsc_calibration_check_make(&predictions, lsc_default_allocator(), &check, error));
    return check;
}

START_TEST(right_probabilities_pass_and_wrong_ones_are_found)
{
    lsc_random random;
    lsc_random_seed(&random, 74);
    size_t n_found = 0;
    size_t n_outside = 0;
    for (size_t trial = 0; trial < 500; trial++) {
        lsc_calibration_check check = check_of(&random, 1000, 1);
        ck_assert_uint_eq(check.n_bins, LSC_CALIBRATION_BINS);
        n_found += check.p_value <= 0.05;
        n_outside += check.all.predicted < check.all.low || check.all.predicted > check.all.high;
    }
    /* 500 trials at .05: a standard error of .01. */
    ck_assert_double_le((double)n_found / 500, 0.08);
    ck_assert_double_ge((double)n_found / 500, 0.02);
    ck_assert_double_le((double)n_outside / 500, 0.08);
    lsc_calibration_check wrong = check_of(&random, 4000, 2);
    ck_assert_double_lt(wrong.p_value, 1e-6);
    ck_assert_double_gt(wrong.all.low, wrong.all.predicted);
}
END_TEST

START_TEST(tied_probabilities_share_a_bin)
{
    static unsigned char labels[100];
    static double probabilities[100];
    lsc_calibration_check check;
    for (size_t i = 0; i < 100; i++) {
        probabilities[i] = i < 70 ? 0.1 : 0.5;
        labels[i] = i % 10 == 0;
    }
    const lsc_predictions predictions = {
        .labels = labels, .probabilities = probabilities, .n_rows = 100};
    ck_ok(lsc_calibration_check_make(&predictions, lsc_default_allocator(), &check, error));
    ck_assert_uint_eq(check.n_bins, 2);
    ck_assert_uint_eq(check.bins[0].n_rows, 70);
    ck_assert_double_eq_tol(check.bins[0].predicted, 0.1, 1e-12);
    ck_assert_double_eq(check.bins[0].observed, 0.1);
}
END_TEST

LSC_SUITE("train/stability", TEST(the_index_is_its_formula),
          TEST(nothing_is_compared_with_one_bin_or_without_rows),
          TEST(tails_of_chi_square_are_those_of_tables),
          TEST(without_drift_p_values_are_spread_evenly), TEST(planted_drift_is_found),
          TEST(a_bin_that_was_empty_counts_once_a_few_rows_are_in_it),
          TEST(rows_count_once_a_lead_and_by_their_weights),
          TEST(with_rows_that_hang_together_p_values_are_spread_evenly),
          TEST(right_probabilities_pass_and_wrong_ones_are_found),
          TEST(tied_probabilities_share_a_bin))
