#include "suite.h"

#include <float.h>
#include <math.h>

#include "core/fixed_math.h"
#include "model_fixtures.h"
#include "score/scorer.h"

static const double knots[] = {-2, 0, 3};
static const double low[] = {-3, -1, 0};
static const double high[] = {-2, 0.5, 4};

static const lsc_calibration platt = {.kind = LSC_CALIBRATION_PLATT,
                                      .slope = 1,
                                      .n_knots = 3,
                                      .knots = knots,
                                      .low = low,
                                      .high = high};

static double low_at(const lsc_calibration *calibration, double margin)
{
    double bottom;
    double top;
    lsc_calibrate_interval(calibration, margin, &bottom, &top);
    return bottom;
}

static double high_at(const lsc_calibration *calibration, double margin)
{
    double bottom;
    double top;
    lsc_calibrate_interval(calibration, margin, &bottom, &top);
    return top;
}

START_TEST(platt_is_a_logistic_of_the_margin)
{
    lsc_calibration calibration = platt;
    calibration.slope = 2;
    calibration.intercept = -1;
    ck_assert_double_eq(lsc_calibrate(&calibration, 0.5), 0.5);
    ck_assert_double_eq(lsc_calibrate(&calibration, 3), lsc_logistic(5));
    ck_assert_double_eq(lsc_calibrate(&calibration, (double)FLT_MAX), 1);
}
END_TEST

START_TEST(the_interval_is_linear_between_knots_and_constant_outside)
{
    ck_assert_double_eq(low_at(&platt, -2), lsc_logistic(-3));
    ck_assert_double_eq(low_at(&platt, -1), lsc_logistic(-2));
    ck_assert_double_eq(high_at(&platt, -1), lsc_logistic(-0.75));
    ck_assert_double_eq(low_at(&platt, 0), lsc_logistic(-1));
    ck_assert_double_eq(high_at(&platt, 1.5), lsc_logistic(2.25));
    ck_assert_double_eq(high_at(&platt, 3), lsc_logistic(4));
    ck_assert_double_eq(low_at(&platt, 100), lsc_logistic(0));
    ck_assert_double_eq(high_at(&platt, -100), lsc_logistic(-2));
}
END_TEST

START_TEST(one_knot_is_a_constant_interval)
{
    lsc_calibration calibration = platt;
    calibration.n_knots = 1;
    ck_assert_double_eq(low_at(&calibration, -2), lsc_logistic(-3));
    ck_assert_double_eq(high_at(&calibration, -50), lsc_logistic(-2));
    ck_assert_double_eq(low_at(&calibration, 7), lsc_logistic(-3));
}
END_TEST

START_TEST(the_interval_contains_the_probability_everywhere)
{
    for (int i = -4000; i <= 4000; i++) {
        double margin = i / 100.0;
        double probability = lsc_calibrate(&platt, margin);
        ck_assert(low_at(&platt, margin) <= probability);
        ck_assert(high_at(&platt, margin) >= probability);
        ck_assert(low_at(&platt, margin) >= 0 && high_at(&platt, margin) <= 1);
    }
}
END_TEST

START_TEST(every_knot_is_found)
{
    static double many[LSC_MAX_CURVE];
    static double bottom[LSC_MAX_CURVE];
    static double top[LSC_MAX_CURVE];
    for (size_t i = 0; i < LSC_MAX_CURVE; i++) {
        many[i] = (double)(i * i);
        bottom[i] = -30 + (double)(i % 7);
        top[i] = 30 + (double)(i % 5);
    }
    lsc_calibration calibration = {
        .kind = LSC_CALIBRATION_PLATT, .slope = 1e-9, .knots = many, .low = bottom, .high = top};
    for (size_t n = 1; n <= LSC_MAX_CURVE; n += 31) {
        calibration.n_knots = n;
        for (size_t i = 0; i < n; i++) {
            ck_assert_double_eq(low_at(&calibration, many[i]), lsc_logistic(bottom[i]));
            ck_assert_double_eq(high_at(&calibration, many[i]), lsc_logistic(top[i]));
        }
    }
}
END_TEST

/* Margins on knots, between them and outside; log-odds that overflow e^x among them. */
START_TEST(every_kernel_gives_the_same_bits)
{
    static const double steep_low[] = {-2000, -1, 0};
    static const double steep_high[] = {-2, 0.5, 40000};
    const lsc_calibration steep = {.kind = LSC_CALIBRATION_PLATT,
                                   .slope = 300,
                                   .intercept = 0.25,
                                   .n_knots = 3,
                                   .knots = knots,
                                   .low = steep_low,
                                   .high = steep_high};
    const lsc_calibration *const calibrations[] = {&platt, &steep};
    for (int i = -20000; i <= 20000; i++) {
        const double margin = i == 20000 ? (double)INFINITY : i / 2500.0;
        for (int cpu = 0; cpu < 2 * LSC_N_CPUS; cpu++) {
            const lsc_calibration *calibration = calibrations[cpu % 2];
            double got[3];
            double low_end;
            double high_end;
            if (!lsc_cpu_has((lsc_cpu)(cpu / 2))) {
                continue;
            }
            lsc_calibrate_interval(calibration, margin, &low_end, &high_end);
            lsc_calibrate_with_interval(calibration, (lsc_cpu)(cpu / 2), margin, &got[0], &got[1],
                                        &got[2]);
            const double expected[3] = {lsc_calibrate(calibration, margin), low_end, high_end};
            ck_assert_mem_eq(got, expected, sizeof got);
        }
    }
}
END_TEST

static const double points[] = {-1, 0.5, 2};
static const double heights[] = {-0.75, -0.5, 1};
static const double step_low[] = {0.01, 0.1, 0.1};
static const double step_high[] = {0.05, 0.25, 0.875};

/** A line of slope 1/2 with a curve on it; intervals in steps from -2, 0 and 3 on. */
static const lsc_calibration venn_abers = {.kind = LSC_CALIBRATION_VENN_ABERS,
                                           .slope = 0.5,
                                           .intercept = -1,
                                           .n_knots = 3,
                                           .knots = knots,
                                           .low = step_low,
                                           .high = step_high,
                                           .n_points = 3,
                                           .points = points,
                                           .heights = heights};

START_TEST(venn_abers_is_a_curve_on_a_line)
{
    ck_assert_double_eq(lsc_calibrate(&venn_abers, -1), lsc_logistic(-1.5 - 0.75));
    ck_assert_double_eq(lsc_calibrate(&venn_abers, 0.5), lsc_logistic(-0.75 - 0.5));
    ck_assert_double_eq(lsc_calibrate(&venn_abers, 1.25), lsc_logistic(-0.375 + 0.25));
    ck_assert_double_eq(lsc_calibrate(&venn_abers, 2), lsc_logistic(1));
    ck_assert_double_eq(lsc_calibrate(&venn_abers, -8), lsc_logistic(-5 - 0.75));
    ck_assert_double_eq(lsc_calibrate(&venn_abers, 10), lsc_logistic(4 + 1));
    ck_assert_double_eq(lsc_calibrate(&venn_abers, (double)FLT_MAX), 1);
    ck_assert_double_eq(lsc_calibrate(&venn_abers, -(double)INFINITY), 0);
    ck_assert(isnan(lsc_calibrate(&venn_abers, (double)NAN)));
    lsc_calibration line = venn_abers;
    line.n_points = 0;
    ck_assert_double_eq(lsc_calibrate(&line, 3), lsc_logistic(0.5));
}
END_TEST

START_TEST(the_interval_of_venn_abers_is_the_step_that_began_last)
{
    static const struct {
        double margin, low, high;
    } cases[] = {{-50, 0.01, 0.05},  {-2, 0.01, 0.05}, {-0.001, 0.01, 0.05}, {0, 0.1, 0.25},
                 {2.999, 0.1, 0.25}, {3, 0.1, 0.875},  {3.5, 0.1, 0.875}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double probability = lsc_calibrate(&venn_abers, cases[i].margin);
        ck_assert_double_eq(low_at(&venn_abers, cases[i].margin), fmin(cases[i].low, probability));
        ck_assert_double_eq(high_at(&venn_abers, cases[i].margin),
                            fmax(cases[i].high, probability));
    }
    ck_assert(isnan(low_at(&venn_abers, (double)NAN)));
}
END_TEST

static bool same(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

/** The height of a curve by looking at every point. */
static double slow_height(const lsc_calibration *calibration, double margin)
{
    const double *at = calibration->points;
    const double *height = calibration->heights;
    size_t n = calibration->n_points;
    if (margin <= at[0] || margin >= at[n - 1]) {
        return margin <= at[0] ? height[0] : height[n - 1];
    }
    size_t i = 0;
    while (at[i + 1] <= margin) {
        i++;
    }
    return height[i] + (margin - at[i]) / (at[i + 1] - at[i]) * (height[i + 1] - height[i]);
}

START_TEST(every_point_and_step_of_venn_abers_is_found)
{
    static double many[LSC_MAX_CURVE];
    static double rising[LSC_MAX_CURVE];
    for (size_t i = 0; i < LSC_MAX_CURVE; i++) {
        many[i] = (double)(i * i) / 1000;
        rising[i] = (double)(i * (i % 2 + 1)) / (2.0 * LSC_MAX_CURVE);
        rising[i] = i > 0 ? fmax(rising[i], rising[i - 1]) : rising[i];
    }
    for (size_t n = 1; n <= LSC_MAX_CURVE; n += n < 20 ? 1 : 67) {
        lsc_calibration calibration = {.kind = LSC_CALIBRATION_VENN_ABERS,
                                       .slope = 1e-3,
                                       .n_knots = n,
                                       .knots = many,
                                       .low = rising,
                                       .high = rising,
                                       .n_points = n,
                                       .points = many,
                                       .heights = rising};
        double margins[3 * LSC_MAX_CURVE];
        double each[3 * LSC_MAX_CURVE];
        for (size_t i = 0; i < 3 * n; i++) {
            double margin = many[i / 3] + ((double)(i % 3) - 1) * 0.0004; /* below, at, above */
            size_t step = i % 3 == 0 && i > 0 ? i / 3 - 1 : i / 3;
            double odds = 1e-3 * margin + slow_height(&calibration, margin);
            double probability = lsc_calibrate(&calibration, margin);
            ck_quick(same(probability, lsc_logistic(odds)));
            ck_quick(same(low_at(&calibration, margin), fmin(rising[step], probability)));
            ck_quick(same(high_at(&calibration, margin), fmax(rising[step], probability)));
            margins[i] = each[i] = margin;
        }
        lsc_calibrate_each(&calibration, each, 3 * n);
        for (size_t i = 0; i < 3 * n; i++) {
            ck_quick(same(each[i], lsc_calibrate(&calibration, margins[i])));
        }
    }
}
END_TEST

START_TEST(without_calibration_there_is_no_probability)
{
    lsc_calibration none = {.kind = LSC_CALIBRATION_NONE};
    ck_assert(isnan(lsc_calibrate(&none, 1)));
    ck_assert(isnan(low_at(&none, 1)));
    ck_assert(isnan(high_at(&none, 1)));
    double margins[] = {-1, 0, 1};
    lsc_calibrate_each(&none, margins, 3);
    ck_assert(isnan(margins[0]) && isnan(margins[1]) && isnan(margins[2]));
}
END_TEST

START_TEST(a_model_of_its_own_probability_has_no_interval)
{
    lsc_calibration own = {.kind = LSC_CALIBRATION_LOGISTIC, .slope = 1};
    ck_assert_double_eq(lsc_calibrate(&own, 0.75), lsc_logistic(0.75));
    ck_assert(isnan(low_at(&own, 1)));
    ck_assert(isnan(high_at(&own, 1)));
}
END_TEST

START_TEST(a_grade_begins_at_its_threshold)
{
    lsc_grades grades = {{0.8, 0.6, 0.4, 0.2}};
    ck_assert_int_eq(lsc_grade(&grades, 1), 'A');
    ck_assert_int_eq(lsc_grade(&grades, 0.8), 'A');
    ck_assert_int_eq(lsc_grade(&grades, nextafter(0.8, 0)), 'B');
    ck_assert_int_eq(lsc_grade(&grades, 0.6), 'B');
    ck_assert_int_eq(lsc_grade(&grades, 0.4), 'C');
    ck_assert_int_eq(lsc_grade(&grades, 0.2), 'D');
    ck_assert_int_eq(lsc_grade(&grades, 0.199), 'F');
    ck_assert_int_eq(lsc_grade(&grades, 0), 'F');
}
END_TEST

LSC_SUITE("score/calibrate", TEST(platt_is_a_logistic_of_the_margin),
          TEST(the_interval_is_linear_between_knots_and_constant_outside),
          TEST(one_knot_is_a_constant_interval),
          TEST(the_interval_contains_the_probability_everywhere), TEST(every_knot_is_found),
          TEST(every_kernel_gives_the_same_bits), TEST(venn_abers_is_a_curve_on_a_line),
          TEST(the_interval_of_venn_abers_is_the_step_that_began_last),
          TEST(every_point_and_step_of_venn_abers_is_found),
          TEST(without_calibration_there_is_no_probability),
          TEST(a_model_of_its_own_probability_has_no_interval),
          TEST(a_grade_begins_at_its_threshold))
