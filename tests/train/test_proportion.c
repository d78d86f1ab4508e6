/* Intervals of shares against numbers made elsewhere, and by their definition. */
#include "suite.h"

#include <math.h>

#include "core/random.h"
#include "train/proportion.h"

START_TEST(a_beta_quantile_is_what_scipy_gives)
{
    /* scipy 1.18.1, scipy.stats.beta.ppf(q, a, b) */
    static const struct {
        double a, b, q, quantile;
    } cases[] = {
        {0.5, 0.5, 0.05, 0.00615582970243114},           {1.5, 7.5, 0.95, 0.396673166885515},
        {40.5, 359.5, 0.05, 0.0776526465724949},         {40.5, 359.5, 0.95, 0.127115178783043},
        {0.5, 100.5, 0.95, 0.0189768877030735},          {12000.5, 28000.5, 0.05, 0.29624192957989},
        {4500000.0, 4500000.0, 0.95, 0.500274142258171}, {3.25, 1.75, 0.5, 0.671308401346422},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double quantile = lsc_beta_quantile(cases[i].a, cases[i].b, cases[i].q);
        /* Bisection ends 1e-14 wide; the distribution function is good to some 1e-11 there. */
        ck_assert_double_eq_tol(quantile, cases[i].quantile, 1e-10);
    }
}
END_TEST

START_TEST(the_wilson_interval_holds_the_shares_that_the_normal_test_does_not_refuse)
{
    static const double shares[] = {0, 0.02, 0.1, 0.5, 0.98, 1};
    static const double counts[] = {1, 10, 40, 1000.5};
    const double z = 1.959963984540054;
    for (size_t i = 0; i < 24; i++) {
        double share = shares[i % 6];
        double count = counts[i / 6];
        double low;
        double high;
        lsc_wilson_interval(share, count, &low, &high);
        ck_assert(low >= 0 && low <= share && high >= share && high <= 1);
        /* An end p is where |share - p| is z standard errors at p, unless it is 0 or 1. */
        ck_assert_double_eq_tol(pow(share - low, 2) * count, z * z * low * (1 - low), 1e-9);
        ck_assert_double_eq_tol(pow(share - high, 2) * count, z * z * high * (1 - high), 1e-9);
    }
}
END_TEST

START_TEST(the_jeffreys_interval_reaches_the_end_where_the_share_does)
{
    double low;
    double high;
    lsc_jeffreys_interval(0, 100, &low, &high);
    ck_assert_double_eq(low, 0);
    ck_assert_double_eq_tol(high, 0.0189768877030735, 1e-10);
    lsc_jeffreys_interval(1, 100, &low, &high);
    ck_assert_double_eq_tol(low, 1 - 0.0189768877030735, 1e-10);
    ck_assert_double_eq(high, 1);
    lsc_jeffreys_interval(0.1, 399, &low, &high);
    ck_assert_double_eq_tol(low, lsc_beta_quantile(40.4, 359.6, 0.05), 1e-15);
    ck_assert_double_eq_tol(high, lsc_beta_quantile(40.4, 359.6, 0.95), 1e-15);
}
END_TEST

START_TEST(rows_of_one_lead_count_as_one)
{
    static const uint32_t rows[] = {5, 1, 2, 4};
    static const double weights[] = {9, 1, 2, 9, 3, 2};
    static const uint32_t groups[] = {0, 1, 1, 0, 2, 1};
    double sums[3] = {0};
    /* Alone: (2 + 1 + 2 + 3)² / (4 + 1 + 4 + 9); together: 8² / (5² + 3²). */
    ck_assert_double_eq_tol(lsc_effective_count(rows, 4, weights, NULL, NULL), 64.0 / 18, 1e-15);
    ck_assert_double_eq_tol(lsc_effective_count(rows, 4, weights, groups, sums), 64.0 / 34, 1e-15);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_double_eq(sums[i], 0);
    }
    ck_assert_double_eq(lsc_effective_count(rows, 0, weights, NULL, NULL), 0);
}
END_TEST

LSC_SUITE("train/proportion", TEST(a_beta_quantile_is_what_scipy_gives),
          TEST(the_wilson_interval_holds_the_shares_that_the_normal_test_does_not_refuse),
          TEST(the_jeffreys_interval_reaches_the_end_where_the_share_does),
          TEST(rows_of_one_lead_count_as_one))
