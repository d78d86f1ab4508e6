#include "suite.h"

#include <math.h>

#include "core/fixed_math.h"
#include "model_fixtures.h"
#include "score/scorer.h"

static const double knot[] = {0};

/** A model that lsc_breakdown() can read: engine and calibration. */
static lsc_model model_of(lsc_engine engine)
{
    lsc_model model = {.engine = engine};
    model.calibration = (lsc_calibration){.kind = LSC_CALIBRATION_PLATT,
                                          .slope = 1.5,
                                          .intercept = -0.25,
                                          .n_knots = 1,
                                          .knots = knot,
                                          .low = knot,
                                          .high = knot};
    return model;
}

/**
 * Shapley values as an average over all orders in which the groups join: n! of them, by recursion.
 */
static double walk_orders(const lsc_model *model, double margin, const double *totals, size_t n,
                          unsigned joined, double *sums)
{
    double n_orders = 0;
    for (size_t g = 0; g < n; g++) {
        if ((joined >> g & 1) == 0) {
            double before = 100 * lsc_calibrate(&model->calibration, margin);
            double after = 100 * lsc_calibrate(&model->calibration, margin + totals[g]);
            double orders =
                walk_orders(model, margin + totals[g], totals, n, joined | 1u << g, sums);
            sums[g] += orders * (after - before);
            n_orders += orders;
        }
    }
    return n_orders == 0 ? 1 : n_orders;
}

static void permutation_shapley(const lsc_model *model, double base, const double *totals, size_t n,
                                double *phi)
{
    double sums[LSC_MAX_GROUPS] = {0};
    double n_orders = walk_orders(model, base, totals, n, 0, sums);
    for (size_t g = 0; g < n; g++) {
        phi[g] = sums[g] / n_orders;
    }
}

static int score_of(const lsc_model *model, double base, const double *totals, size_t n)
{
    double margin = base;
    for (size_t g = 0; g < n; g++) {
        margin += totals[g];
    }
    double value = model->engine == LSC_ENGINE_GBDT
                       ? 100 * lsc_calibrate(&model->calibration, margin)
                       : margin;
    return (int)floor(value + 0.5);
}

static int sum_of(int baseline, const int *points, size_t n)
{
    for (size_t g = 0; g < n; g++) {
        baseline += points[g];
    }
    return baseline;
}

START_TEST(parts_are_rounded_shapley_values)
{
    lsc_model model = model_of(LSC_ENGINE_GBDT);
    lsc_random random;
    lsc_random_seed(&random, 1);
    for (int trial = 0; trial < 300; trial++) {
        size_t n = 1 + lsc_random_below(&random, 6);
        double base = 6 * lsc_random_uniform(&random) - 3;
        double totals[LSC_MAX_GROUPS];
        double exact[LSC_MAX_GROUPS];
        int points[LSC_MAX_GROUPS];
        int baseline;
        for (size_t g = 0; g < n; g++) {
            totals[g] = 4 * lsc_random_uniform(&random) - 2;
        }
        permutation_shapley(&model, base, totals, n, exact);
        int score = score_of(&model, base, totals, n);
        lsc_breakdown(&model, base, totals, n, score, &baseline, points);
        ck_assert_int_eq(sum_of(baseline, points, n), score);
        /* Largest remainder moves no part by a unit or more from its exact value. */
        double base_points = 100 * lsc_calibrate(&model.calibration, base);
        ck_assert(fabs(baseline - base_points) < 1);
        for (size_t g = 0; g < n; g++) {
            ck_assert_msg(fabs(points[g] - exact[g]) < 1 + 1e-9, "group %zu: %d for %f", g,
                          points[g], exact[g]);
        }
    }
}
END_TEST

START_TEST(a_known_case)
{
    /* c is the logistic. v: 50 alone, a: logistic(1), b: logistic(-2), both: logistic(-1). */
    lsc_model model = model_of(LSC_ENGINE_GBDT);
    model.calibration.slope = 1;
    model.calibration.intercept = 0;
    double a = 100 * lsc_logistic(1);
    double b = 100 * lsc_logistic(-2);
    double both = 100 * lsc_logistic(-1);
    /* By hand: ((a - 50) + (both - b)) / 2, ((b - 50) + (both - a)) / 2. */
    ck_assert_double_eq_tol(((a - 50) + (both - b)) / 2, 19.04, 0.01);
    ck_assert_double_eq_tol(((b - 50) + (both - a)) / 2, -42.14, 0.01);
    int baseline;
    int points[2];
    lsc_breakdown(&model, 0, (double[]){1, -2}, 2, 27, &baseline, points);
    /* 50, 19.04 and -42.14: floors 50, 19, -43 lack one, which goes to the last. */
    ck_assert_int_eq(baseline, 50);
    ck_assert_int_eq(points[0], 19);
    ck_assert_int_eq(points[1], -42);
}
END_TEST

START_TEST(a_group_without_contribution_has_no_points)
{
    lsc_model model = model_of(LSC_ENGINE_GBDT);
    lsc_random random;
    lsc_random_seed(&random, 2);
    for (int trial = 0; trial < 200; trial++) {
        double totals[] = {lsc_random_uniform(&random) - 0.5, 0, 2 * lsc_random_uniform(&random),
                           0};
        double base = lsc_random_uniform(&random);
        int baseline;
        int points[4];
        lsc_breakdown(&model, base, totals, 4, score_of(&model, base, totals, 4), &baseline,
                      points);
        ck_assert_int_eq(points[1], 0);
        ck_assert_int_eq(points[3], 0);
    }
}
END_TEST

START_TEST(the_parts_always_sum_to_the_score)
{
    lsc_random random;
    lsc_random_seed(&random, 4);
    for (int trial = 0; trial < 4000; trial++) {
        lsc_model model = model_of(trial % 2 == 0 ? LSC_ENGINE_GBDT : LSC_ENGINE_SCORECARD);
        size_t n = 1 + lsc_random_below(&random, 8);
        double scale = model.engine == LSC_ENGINE_GBDT ? 40 : 200;
        double base = scale * (lsc_random_uniform(&random) - 0.5);
        double totals[LSC_MAX_GROUPS];
        int points[LSC_MAX_GROUPS];
        int baseline;
        for (size_t g = 0; g < n; g++) {
            totals[g] =
                lsc_random_below(&random, 4) == 0 ? 0 : scale * (lsc_random_uniform(&random) - 0.5);
        }
        /* Any score, also one that the parts are far from. */
        int score = (int)lsc_random_below(&random, 101);
        lsc_breakdown(&model, base, totals, n, score, &baseline, points);
        ck_assert_int_eq(sum_of(baseline, points, n), score);
    }
}
END_TEST

START_TEST(twelve_groups_sum_too)
{
    lsc_model model = model_of(LSC_ENGINE_GBDT);
    double totals[LSC_MAX_GROUPS];
    int points[LSC_MAX_GROUPS];
    int baseline;
    for (size_t g = 0; g < LSC_MAX_GROUPS; g++) {
        totals[g] = 0.3 * (double)g - 1.5;
    }
    int score = score_of(&model, -1, totals, LSC_MAX_GROUPS);
    lsc_breakdown(&model, -1, totals, LSC_MAX_GROUPS, score, &baseline, points);
    ck_assert_int_eq(sum_of(baseline, points, LSC_MAX_GROUPS), score);
}
END_TEST

START_TEST(equal_groups_get_the_odd_point_in_order)
{
    lsc_model model = model_of(LSC_ENGINE_SCORECARD);
    int baseline;
    int points[3];
    lsc_breakdown(&model, 10, (double[]){1.5, 1.5, 1.5}, 3, 15, &baseline, points);
    ck_assert_int_eq(baseline, 10);
    ck_assert_int_eq(points[0], 2);
    ck_assert_int_eq(points[1], 2);
    ck_assert_int_eq(points[2], 1);
    lsc_breakdown(&model, 10, (double[]){1, 1, 1}, 3, 11, &baseline, points);
    ck_assert_int_eq(baseline, 9);
    ck_assert_int_eq(points[0], 0);
    ck_assert_int_eq(points[1], 1);
    ck_assert_int_eq(points[2], 1);
}
END_TEST

LSC_SUITE("score/breakdown", TEST(parts_are_rounded_shapley_values), TEST(a_known_case),
          TEST(a_group_without_contribution_has_no_points), TEST(the_parts_always_sum_to_the_score),
          TEST(twelve_groups_sum_too), TEST(equal_groups_get_the_odd_point_in_order))
