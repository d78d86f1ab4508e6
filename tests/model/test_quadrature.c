#include <math.h>

#include "model/quadrature.h"
#include "suite.h"

/* The most points that a forest can need: a path of LSC_MAX_DEPTH columns. */
#define MOST_POINTS (LSC_MAX_DEPTH / 2)

static double integral_of_power(size_t n, const double *points, const double *weights, int power)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += weights[i] * pow(points[i], power);
    }
    return sum;
}

START_TEST(n_points_integrate_every_power_up_to_2n_minus_1)
{
    double points[MOST_POINTS];
    double weights[MOST_POINTS];
    for (size_t n = 1; n <= MOST_POINTS; n++) {
        lsc_quadrature_rule(n, points, weights);
        for (int power = 0; power <= 2 * (int)n - 1; power++) {
            /* The integral of s^p over [0, 1] is 1 / (p + 1). The points are good to 1e-16, and a
               power multiplies their relative error; 256 powers stay below 1e-12. */
            double got = integral_of_power(n, points, weights, power);
            ck_assert_double_le(fabs(got * (power + 1) - 1), 1e-12);
        }
    }
}
END_TEST

START_TEST(one_power_more_is_not_exact)
{
    double points[4];
    double weights[4];
    for (size_t n = 1; n <= 4; n++) {
        lsc_quadrature_rule(n, points, weights);
        int power = 2 * (int)n;
        double got = integral_of_power(n, points, weights, power);
        ck_assert_double_gt(fabs(got * (power + 1) - 1), 1e-5);
    }
}
END_TEST

START_TEST(points_rise_inside_the_interval_and_mirror)
{
    double points[MOST_POINTS];
    double weights[MOST_POINTS];
    for (size_t n = 1; n <= MOST_POINTS; n++) {
        lsc_quadrature_rule(n, points, weights);
        ck_assert_double_gt(points[0], 0);
        ck_assert_double_lt(points[n - 1], 1);
        for (size_t i = 0; i < n; i++) {
            ck_assert(i == 0 || points[i] > points[i - 1]);
            ck_assert_double_gt(weights[i], 0);
            ck_assert_double_eq_tol(points[i] + points[n - 1 - i], 1, 1e-16);
            ck_assert(weights[i] == weights[n - 1 - i]);
        }
    }
}
END_TEST

START_TEST(small_rules_are_those_of_the_tables)
{
    /* Abramowitz and Stegun, table 25.4, moved from [-1, 1] to [0, 1]. */
    double points[3];
    double weights[3];
    lsc_quadrature_rule(1, points, weights);
    ck_assert(points[0] == 0.5);
    ck_assert(weights[0] == 1);
    lsc_quadrature_rule(2, points, weights);
    ck_assert_double_eq_tol(points[0], (1 - 0.577350269189625764509) / 2, 1e-16);
    ck_assert_double_eq_tol(weights[0], 0.5, 1e-15);
    lsc_quadrature_rule(3, points, weights);
    ck_assert_double_eq_tol(points[0], (1 - 0.774596669241483377036) / 2, 1e-16);
    ck_assert(points[1] == 0.5);
    ck_assert_double_eq_tol(weights[0], 5.0 / 18, 1e-15);
    ck_assert_double_eq_tol(weights[1], 4.0 / 9, 1e-15);
}
END_TEST

LSC_SUITE("model/quadrature", TEST(n_points_integrate_every_power_up_to_2n_minus_1),
          TEST(one_power_more_is_not_exact), TEST(points_rise_inside_the_interval_and_mirror),
          TEST(small_rules_are_those_of_the_tables))
