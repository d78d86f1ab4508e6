#include "suite.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>

#include "core/fixed_math.h"
#include "core/random.h"

/*
 * The reference is libm's long double, whose error (an ulp of 64 bits, 1e-19) is far below the
 * bounds. Where long double is no wider than double, as on some machines, only the golden bits
 * below are checked.
 */
#define HAS_REFERENCE (LDBL_MANT_DIG >= 64)

enum {
    N_POINTS = 700000
};

static double worst;

static void start(void)
{
    worst = 0;
}

static void check_bound(long double error, double bound, double x)
{
    double share = (double)fabsl(error) / bound;
    worst = share > worst ? share : worst;
    if (share > 1) {
        ck_abort_msg("at %a the error is %g of its bound", x, share);
    }
}

static void show(const char *name)
{
    printf("%s: worst error %.2f of its bound\n", name, worst);
}

static double draw(lsc_random *random, double low, double high)
{
    return low + (high - low) * lsc_random_uniform(random);
}

static double double_of(uint64_t bits)
{
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

static uint64_t bits_of(double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

static void check_exp2(double x)
{
    long double expected = exp2l((long double)x);
    long double error = (long double)lsc_exp2(x) - expected;
    if (x >= -1022) {
        check_bound(error / expected, 4e-16, x);
    } else {
        check_bound(error, 0x1p-1074, x);
    }
}

START_TEST(exp2_is_within_its_bound)
{
    lsc_random random;
    lsc_random_seed(&random, 31);
    start();
    for (int i = 0; HAS_REFERENCE && i < N_POINTS; i++) {
        check_exp2(draw(&random, -1, 1));
        check_exp2(draw(&random, -1080, 1023.99));
        check_exp2(ldexp(draw(&random, -1, 1), -(int)lsc_random_below(&random, 60)));
    }
    for (int k = -1074; k < 1024; k++) {
        ck_assert_msg(lsc_exp2(k) == ldexp(1.0, k), "2^%d", k);
        check_exp2(k + 0.5);
        check_exp2(nextafter(k + 0.5, 2000));
        check_exp2(nextafter(k + 0.5, -2000));
    }
    show("exp2");
}
END_TEST

START_TEST(exp2_at_the_ends_of_its_range)
{
    ck_assert(isnan(lsc_exp2((double)NAN)));
    ck_assert(lsc_exp2(HUGE_VAL) == HUGE_VAL);
    ck_assert(lsc_exp2(-HUGE_VAL) == 0);
    ck_assert(lsc_exp2(1024) == HUGE_VAL);
    ck_assert(isfinite(lsc_exp2(nextafter(1024, 0))));
    ck_assert(lsc_exp2(-1074) == 0x1p-1074);
    ck_assert(lsc_exp2(nextafter(-1074, -2000)) == 0);
    ck_assert(lsc_exp2(1e300) == HUGE_VAL);
    ck_assert(lsc_exp2(-1e300) == 0);
    ck_assert(lsc_exp2(0) == 1);
    ck_assert(lsc_exp2(-0.0) == 1);
    ck_assert(lsc_exp2(5e-324) == 1);
}
END_TEST

static void check_log2(double x)
{
    long double expected = log2l((long double)x);
    long double error = (long double)lsc_log2(x) - expected;
    check_bound(error, 4e-16 * fmax(1, (double)fabsl(expected)), x);
}

START_TEST(log2_is_within_its_bound)
{
    lsc_random random;
    lsc_random_seed(&random, 32);
    start();
    for (int i = 0; HAS_REFERENCE && i < N_POINTS; i++) {
        check_log2(draw(&random, 0.5, 2));
        check_log2(double_of(lsc_random_below(&random, UINT64_C(0x7FF0000000000000) - 1) + 1));
        check_log2(1 + ldexp(draw(&random, -1, 1), -(int)lsc_random_below(&random, 53)));
    }
    for (int k = -1074; k < 1024; k++) {
        double power = ldexp(1.0, k);
        ck_assert_msg(lsc_log2(power) == k, "log2 of 2^%d", k);
        check_log2(nextafter(power, DBL_MAX));
        check_log2(power * 1.4142135623730951);
        check_log2(power * 1.4142135623730949);
        if (k > -1074) {
            check_log2(nextafter(power, 0));
        }
    }
    check_log2(DBL_MAX);
    show("log2");
}
END_TEST

START_TEST(log2_at_the_ends_of_its_range)
{
    ck_assert(isnan(lsc_log2((double)NAN)));
    ck_assert(isnan(lsc_log2(-1)));
    ck_assert(isnan(lsc_log2(-5e-324)));
    ck_assert(isnan(lsc_log2(-HUGE_VAL)));
    ck_assert(lsc_log2(HUGE_VAL) == HUGE_VAL);
    ck_assert(lsc_log2(0) == -HUGE_VAL);
    ck_assert(lsc_log2(-0.0) == -HUGE_VAL);
    ck_assert(lsc_log2(5e-324) == -1074);
}
END_TEST

START_TEST(exp_and_log_are_within_their_bounds)
{
    lsc_random random;
    lsc_random_seed(&random, 33);
    start();
    for (int i = 0; HAS_REFERENCE && i < N_POINTS; i++) {
        double x = draw(&random, -708, 709.7);
        long double expected = expl((long double)x);
        check_bound(((long double)lsc_exp(x) - expected) / expected, 2e-16 * (2 + fabs(x)), x);
        x = draw(&random, -2, 2);
        expected = expl((long double)x);
        check_bound(((long double)lsc_exp(x) - expected) / expected, 2e-16 * (2 + fabs(x)), x);
    }
    show("exp");
    start();
    for (int i = 0; HAS_REFERENCE && i < N_POINTS; i++) {
        double x = double_of(lsc_random_below(&random, UINT64_C(0x7FF0000000000000) - 1) + 1);
        long double expected = logl((long double)x);
        check_bound((long double)lsc_log(x) - expected, 4e-16 * fmax(1, (double)fabsl(expected)),
                    x);
    }
    show("log");
    ck_assert(lsc_exp(0) == 1);
    ck_assert(lsc_exp(-HUGE_VAL) == 0);
    ck_assert(lsc_exp(710) == HUGE_VAL);
    ck_assert(lsc_log(1) == 0);
}
END_TEST

START_TEST(logistic_is_a_probability)
{
    lsc_random random;
    lsc_random_seed(&random, 34);
    start();
    for (int i = 0; HAS_REFERENCE && i < N_POINTS; i++) {
        double x = draw(&random, -40, 40);
        double p = lsc_logistic(x);
        long double expected = 1 / (1 + expl(-(long double)x));
        check_bound(((long double)p - expected) / expected, 2e-16 * (4 + fabs(x)), x);
        ck_assert(p > 0 && p <= 1);
    }
    show("logistic");
    ck_assert(lsc_logistic(0) == 0.5);
    ck_assert(lsc_logistic(-0.0) == 0.5);
    ck_assert(lsc_logistic(HUGE_VAL) == 1);
    ck_assert(lsc_logistic(-HUGE_VAL) == 0);
    ck_assert(lsc_logistic(1e308) == 1);
    ck_assert(lsc_logistic(-1e308) == 0);
    ck_assert(lsc_logistic(-700) > 0);
    ck_assert(isnan(lsc_logistic((double)NAN)));
}
END_TEST

START_TEST(logit_undoes_logistic)
{
    lsc_random random;
    lsc_random_seed(&random, 35);
    for (int i = 0; i < 200000; i++) {
        double x = draw(&random, -20, 20);
        double back = lsc_logit(lsc_logistic(x));
        /* The probability holds x to within half an ulp over its slope p(1-p). */
        double slope = lsc_logistic(x) * lsc_logistic(-x);
        ck_assert_double_eq_tol(back, x, 1e-15 * (4 + fabs(x)) + 2e-16 / slope);
    }
    ck_assert(lsc_logit(0.5) == 0);
}
END_TEST

/** All bits of many results, folded into one number (FNV-1a over 64-bit words). */
static uint64_t fold_results(double (*function)(double), const double *points, size_t count)
{
    uint64_t fold = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < count; i++) {
        fold = (fold ^ bits_of(function(points[i]))) * UINT64_C(0x100000001B3);
    }
    return fold;
}

START_TEST(bits_are_the_same_everywhere)
{
    /* Computed on x86-64 by the first release, and never to change: stored models and receipts
     * depend on them. */
    static const struct {
        double (*function)(double);
        double x;
        uint64_t bits;
    } cases[] = {
        {lsc_exp2, 0x1.999999999999ap-4, UINT64_C(0x3FF125FBEE250664)},
        {lsc_exp2, -0x1p-1, UINT64_C(0x3FE6A09E667F3BCC)},
        {lsc_exp2, 0x1.5555555555555p-2, UINT64_C(0x3FF428A2F98D728B)},
        {lsc_exp2, -0x1.2aaaaaaaaaaabp+2, UINT64_C(0x3FA428A2F98D728A)},
        {lsc_exp2, 0x1.fff3333333333p+9, UINT64_C(0x7FEDDB680117AA8E)},
        {lsc_exp2, -0x1.0c53333333333p+10, UINT64_C(0x0000000000000002)},
        {lsc_log2, 0x1.8p+1, UINT64_C(0x3FF95C01A39FBD69)},
        {lsc_log2, 0x1.4p+3, UINT64_C(0x400A934F0979A371)},
        {lsc_log2, 0x1.6666666666666p-1, UINT64_C(0xBFE0776228967D12)},
        {lsc_log2, 0x0.012688b70e62bp-1022, UINT64_C(0xC0901730DABCA5F6)},
        {lsc_log2, 0x1.000001ad7f29bp+0, UINT64_C(0x3E835D0FEA5FCCB7)},
        {lsc_log2, 0x1.fde9f10a8d361p+78, UINT64_C(0x4053BF9F7E29ABE6)},
        {lsc_exp, 0x1p+0, UINT64_C(0x4005BF0A8B145769)},
        {lsc_exp, -0x1p+0, UINT64_C(0x3FD78B56362CEF38)},
        {lsc_exp, 0x1.999999999999ap-4, UINT64_C(0x3FF1AEC7B35A00D4)},
        {lsc_exp, -0x1.48p+4, UINT64_C(0x3E157A3AFEED00B3)},
        {lsc_exp, 0x1.5ep+9, UINT64_C(0x7F0D945DF4F8EB8E)},
        {lsc_exp, -0x1.72p+9, UINT64_C(0x0000000000000055)},
        {lsc_log, 0x1p+1, UINT64_C(0x3FE62E42FEFA39EF)},
        {lsc_log, 0x1.4p+3, UINT64_C(0x40026BB1BBB55515)},
        {lsc_log, 0x1p-1, UINT64_C(0xBFE62E42FEFA39EF)},
        {lsc_log, 0x1.4f8b588e368f1p-17, UINT64_C(0xC027069E2AA2AA5B)},
        {lsc_log, 0x1.ff7ced916872bp-1, UINT64_C(0xBF5064670D979B73)},
        {lsc_log, 0x1.7e43c8800759cp+996, UINT64_C(0x4085963447F87FB5)},
        {lsc_logistic, 0x1p+0, UINT64_C(0x3FE764D4F5D5A2BD)},
        {lsc_logistic, -0x1p+0, UINT64_C(0x3FD136561454BA86)},
        {lsc_logistic, 0x1p-2, UINT64_C(0x3FE1FD5992BC4B83)},
        {lsc_logistic, -0x1.9p+3, UINT64_C(0x3ECF42E59CDCDADF)},
        {lsc_logistic, 0x1.ep+4, UINT64_C(0x3FEFFFFFFFFFFCB6)},
        {lsc_logistic, -0x1.2cp+9, UINT64_C(0x09D4DD4D0D12C004)},
        {lsc_logit, 0x1.999999999999ap-4, UINT64_C(0xC00193EA7AAD030A)},
        {lsc_logit, 0x1p-2, UINT64_C(0xBFF193EA7AAD030B)},
        {lsc_logit, 0x1.ccccccccccccdp-1, UINT64_C(0x400193EA7AAD030B)},
        {lsc_logit, 0x1.ffffde7210be9p-1, UINT64_C(0x402BA18A7801D009)},
        {lsc_logit, 0x1.12e0be826d695p-30, UINT64_C(0xC034B927F327B435)},
        {lsc_logit, 0x1.3333333333333p-1, UINT64_C(0x3FD9F323ECBF9849)},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t bits = bits_of(cases[i].function(cases[i].x));
        ck_assert_msg(bits == cases[i].bits, "case %zu gives 0x%016llX", i,
                      (unsigned long long)bits);
    }
}
END_TEST

START_TEST(a_hundred_thousand_results_keep_their_bits)
{
    enum {
        N = 100000
    };
    static double wide[N];
    static double positive[N];
    static double shares[N];
    lsc_random random;
    lsc_random_seed(&random, 36);
    for (int i = 0; i < N; i++) {
        wide[i] = draw(&random, -60, 60);
        positive[i] = double_of(lsc_random_below(&random, UINT64_C(0x7FF0000000000000)));
        shares[i] = lsc_random_uniform(&random);
    }
    ck_assert_uint_eq(fold_results(lsc_exp2, wide, N), UINT64_C(0xD405641C543B48C2));
    ck_assert_uint_eq(fold_results(lsc_log2, positive, N), UINT64_C(0x4C05EBC0214C3EF2));
    ck_assert_uint_eq(fold_results(lsc_exp, wide, N), UINT64_C(0xEC39F8EEAC7A67FF));
    ck_assert_uint_eq(fold_results(lsc_log, positive, N), UINT64_C(0xBFCB451F8FF305E6));
    ck_assert_uint_eq(fold_results(lsc_logistic, wide, N), UINT64_C(0xA95DC82A57A2B750));
    ck_assert_uint_eq(fold_results(lsc_logit, shares, N), UINT64_C(0x8B990EF55EE36629));
}
END_TEST

static void check_each(void (*each)(double *x, size_t n), double (*one)(double), const double *x,
                       size_t n)
{
    double results[32];
    memcpy(results, x, n * sizeof *x);
    each(results, n);
    for (size_t i = 0; i < n; i++) {
        /* The sign of a NaN is the compiler's choice. */
        double expected = one(x[i]);
        bool both_nan = isnan(results[i]) && isnan(expected);
        if (!both_nan && bits_of(results[i]) != bits_of(expected)) {
            ck_abort_msg("of %zu, number %zu: at %a it is %a, not %a", n, i, x[i], results[i],
                         expected);
        }
    }
}

static void three(double *x, size_t n)
{
    ck_assert_uint_eq(n, 3);
    lsc_logistic_three(x[0], x[1], x[2], x);
}

/* Plain exponents, those that are not, and both together; in groups that are full and not. */
START_TEST(several_at_a_time_are_the_same_bits)
{
    static const double odd[] = {0.0,
                                 -0.0,
                                 (double)NAN,
                                 (double)INFINITY,
                                 -(double)INFINITY,
                                 1000.0,
                                 -1000.0,
                                 999.9999,
                                 -1021.5,
                                 1023.75,
                                 1025.0,
                                 -1074.25,
                                 -1e300,
                                 1e300,
                                 0.5,
                                 -0.5,
                                 2.5,
                                 -2.5,
                                 1e-300,
                                 -1e-300};
    lsc_random random;
    lsc_random_seed(&random, 37);
    for (int i = 0; i < 100000; i++) {
        double x[32];
        size_t n = lsc_random_below(&random, 33);
        double range = lsc_random_below(&random, 2) == 0 ? 60 : 1100;
        for (size_t k = 0; k < n; k++) {
            bool is_odd = lsc_random_below(&random, 20) == 0;
            x[k] = is_odd ? odd[lsc_random_below(&random, sizeof odd / sizeof odd[0])]
                          : draw(&random, -range, range);
        }
        check_each(lsc_exp2_each, lsc_exp2, x, n);
        check_each(lsc_exp_each, lsc_exp, x, n);
        check_each(lsc_logistic_each, lsc_logistic, x, n);
        if (n >= 3) {
            check_each(three, lsc_logistic, x, 3);
        }
        check_each(lsc_log_each, lsc_log, x, n);
        for (size_t k = 0; k < n; k++) {
            x[k] = i % 2 == 0 ? fabs(x[k]) : lsc_exp2(x[k]); /* most of them above 0 */
        }
        check_each(lsc_log_each, lsc_log, x, n);
    }
}
END_TEST

LSC_SUITE("core/fixed_math", TEST(exp2_is_within_its_bound), TEST(exp2_at_the_ends_of_its_range),
          TEST(log2_is_within_its_bound), TEST(log2_at_the_ends_of_its_range),
          TEST(exp_and_log_are_within_their_bounds), TEST(logistic_is_a_probability),
          TEST(logit_undoes_logistic), TEST(bits_are_the_same_everywhere),
          TEST(a_hundred_thousand_results_keep_their_bits),
          TEST(several_at_a_time_are_the_same_bits))
