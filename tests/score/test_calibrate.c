#include "suite.h"

#include <float.h>
#include <math.h>

#include "core/fixed_math.h"
#include "model_fixtures.h"
#include "score/scorer.h"

static const double knots[] = {-2, 0, 3};
static const double low[] = {-3, -1, 0};
static const double high[] = {-2, 0.5, 4};

static const lsc_calibration platt = {LSC_CALIBRATION_PLATT, 1, 0, 3, knots, low, high, NULL};

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
        LSC_CALIBRATION_PLATT, 1e-9, 0, LSC_MAX_CURVE, many, bottom, top, NULL};
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
    const lsc_calibration steep = {
        LSC_CALIBRATION_PLATT, 300, 0.25, 3, knots, steep_low, steep_high, NULL};
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

START_TEST(without_calibration_there_is_no_probability)
{
    lsc_calibration none = {.kind = LSC_CALIBRATION_NONE};
    ck_assert(isnan(lsc_calibrate(&none, 1)));
    ck_assert(isnan(low_at(&none, 1)));
    ck_assert(isnan(high_at(&none, 1)));
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
          TEST(every_kernel_gives_the_same_bits), TEST(without_calibration_there_is_no_probability),
          TEST(a_model_of_its_own_probability_has_no_interval),
          TEST(a_grade_begins_at_its_threshold))
