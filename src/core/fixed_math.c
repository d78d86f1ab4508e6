#include "fixed_math.h"

#include <math.h> /* HUGE_VAL and NAN alone: no function of it is called */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "exp2_terms.h"
#include "inline.h"

#define SQRT_2 0x1.6a09e667f3bcdp+0

/** 2^exponent, for -1022 to 1023. */
static double power_of_two(int exponent)
{
    uint64_t bits = (uint64_t)(exponent + 1023) << 52;
    double power;
    memcpy(&power, &bits, sizeof power);
    return power;
}

/**
 * e^t for |t| <= ln(2)/2 + 1e-13 by its Taylor series up to t^13/13!. The rest is below
 * e^|t| · |t|^14/14! < 6e-18. Horner's scheme, so that the small terms are added first.
 */
static double exp_series(double t)
{
    double sum = lsc_inverse_factorial[0];
    for (int i = 1; i < LSC_N_TERMS; i++) {
        sum = sum * t + lsc_inverse_factorial[i];
    }
    return 1.0 + t * sum;
}

/** 2^x = 2^k · e^(r · ln 2) with k the integer next to x, so that |r| <= 1/2; x - k is exact. */
double lsc_exp2(double x)
{
    if (x != x) {
        return x;
    }
    if (x >= 1024.0) {
        return HUGE_VAL;
    }
    if (x < -1074.0) {
        return 0.0;
    }
    int k = (int)(x < 0 ? x - 0.5 : x + 0.5);
    double fraction = exp_series((x - k) * LSC_LN_2);
    if (k > 1023) {
        return fraction * 0x1p1023 * 2.0;
    }
    if (k < -1021) {
        return fraction * power_of_two(k + 64) * 0x1p-64; /* only the last step rounds */
    }
    return fraction * power_of_two(k);
}

/** Numbers that are worked on side by side, which compilers turn into vectors. */
#define LANES 4

/** lsc_exp2() of plain exponents, by the same operations in the same order. */
static void exp2_lanes(double x[LANES])
{
    double t[LANES];
    double sum[LANES];
    int k[LANES];
    for (int lane = 0; lane < LANES; lane++) {
        k[lane] = (int)(x[lane] + (x[lane] < 0 ? -0.5 : 0.5));
        t[lane] = (x[lane] - k[lane]) * LSC_LN_2;
        sum[lane] = lsc_inverse_factorial[0];
    }
    UNROLL for (int i = 1; i < LSC_N_TERMS; i++)
    {
        for (int lane = 0; lane < LANES; lane++) {
            sum[lane] = sum[lane] * t[lane] + lsc_inverse_factorial[i];
        }
    }
    for (int lane = 0; lane < LANES; lane++) {
        x[lane] = (1.0 + t[lane] * sum[lane]) * power_of_two(k[lane]);
    }
}

static bool are_plain(const double x[LANES])
{
    bool plain = true;
    for (int lane = 0; lane < LANES; lane++) {
        plain &= (x[lane] > -LSC_PLAIN_EXPONENT) & (x[lane] < LSC_PLAIN_EXPONENT);
    }
    return plain;
}

static void exp2_group(double x[LANES])
{
    if (are_plain(x)) {
        exp2_lanes(x);
        return;
    }
    for (int lane = 0; lane < LANES; lane++) {
        x[lane] = lsc_exp2(x[lane]);
    }
}

/** Work on all, LANES at a time; what is left of them is filled up with zeros. */
static ALWAYS_INLINE void each_group(void (*group)(double x[LANES]), double *x, size_t n)
{
    for (; n >= LANES; n -= LANES, x += LANES) {
        group(x);
    }
    if (n > 0) {
        double rest[LANES] = {0};
        memcpy(rest, x, n * sizeof *x);
        group(rest);
        memcpy(x, rest, n * sizeof *x);
    }
}

void lsc_exp2_each(double *x, size_t n)
{
    each_group(exp2_group, x, n);
}

/** Of the terms of log_series() but its first, 1/21. */
static const double inverse_odd[] = {1.0 / 19, 1.0 / 17, 1.0 / 15, 1.0 / 13, 1.0 / 11,
                                     1.0 / 9,  1.0 / 7,  1.0 / 5,  1.0 / 3,  1.0};
#define N_INVERSE_ODD (sizeof inverse_odd / sizeof *inverse_odd)

/**
 * ln(1+d) = 2·atanh(s) with s = d/(2+d), by the series 2·(s + s^3/3 + ... + s^21/21). For
 * 1+d in [sqrt(1/2), sqrt(2)] it holds that |s| < 0.1716, and the rest is below
 * 2·|s|^23/23/(1-s^2) < 3e-19.
 */
static double log_series(double d)
{
    double s = d / (2.0 + d);
    double square = s * s;
    double sum = 1.0 / 21.0;
    for (size_t i = 0; i < N_INVERSE_ODD; i++) {
        sum = sum * square + inverse_odd[i];
    }
    return 2.0 * s * sum;
}

/** log2(m · 2^e) = e + ln(m) / ln 2 with m in [sqrt(1/2), sqrt(2)]; m - 1 is exact. */
double lsc_log2(double x)
{
    if (x != x || x < 0) {
        return (double)NAN;
    }
    if (x == 0) {
        return -HUGE_VAL;
    }
    if (x > 0x1.fffffffffffffp+1023) {
        return HUGE_VAL;
    }
    int exponent = -1023;
    if (x < 0x1p-1022) {
        x *= 0x1p64;
        exponent -= 64;
    }
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    exponent += (int)(bits >> 52);
    bits = (bits & UINT64_C(0x000FFFFFFFFFFFFF)) | UINT64_C(1023) << 52;
    double mantissa; /* in [1, 2) */
    memcpy(&mantissa, &bits, sizeof mantissa);
    if (mantissa > SQRT_2) {
        mantissa *= 0.5;
        exponent++;
    }
    return exponent + log_series(mantissa - 1.0) * LSC_LOG2_E;
}

double lsc_exp(double x)
{
    return lsc_exp2(x * LSC_LOG2_E);
}

double lsc_log(double x)
{
    return lsc_log2(x) * LSC_LN_2;
}

static inline void exp_group(double x[LANES])
{
    for (int lane = 0; lane < LANES; lane++) {
        x[lane] *= LSC_LOG2_E;
    }
    exp2_group(x);
}

void lsc_exp_each(double *x, size_t n)
{
    each_group(exp_group, x, n);
}

/** lsc_log() of normal numbers above 0, by the same operations in the same order. */
static void log_lanes(double x[LANES])
{
    double s[LANES];
    double square[LANES];
    double sum[LANES];
    int exponent[LANES];
    for (int lane = 0; lane < LANES; lane++) {
        uint64_t bits;
        memcpy(&bits, &x[lane], sizeof bits);
        exponent[lane] = (int)(bits >> 52) - 1023;
        bits = (bits & UINT64_C(0x000FFFFFFFFFFFFF)) | UINT64_C(1023) << 52;
        memcpy(&x[lane], &bits, sizeof bits);
        bool above = x[lane] > SQRT_2;
        exponent[lane] += above;
        double d = x[lane] * (above ? 0.5 : 1.0) - 1.0;
        s[lane] = d / (2.0 + d);
        square[lane] = s[lane] * s[lane];
        sum[lane] = 1.0 / 21.0;
    }
    UNROLL for (size_t i = 0; i < N_INVERSE_ODD; i++)
    {
        for (int lane = 0; lane < LANES; lane++) {
            sum[lane] = sum[lane] * square[lane] + inverse_odd[i];
        }
    }
    for (int lane = 0; lane < LANES; lane++) {
        double log2 = exponent[lane] + 2.0 * s[lane] * sum[lane] * LSC_LOG2_E;
        x[lane] = log2 * LSC_LN_2;
    }
}

static inline void log_group(double x[LANES])
{
    bool normal = true;
    for (int lane = 0; lane < LANES; lane++) {
        normal &= (x[lane] >= 0x1p-1022) & (x[lane] <= 0x1.fffffffffffffp+1023);
    }
    if (normal) {
        log_lanes(x);
        return;
    }
    for (int lane = 0; lane < LANES; lane++) {
        x[lane] = lsc_log(x[lane]);
    }
}

void lsc_log_each(double *x, size_t n)
{
    each_group(log_group, x, n);
}

double lsc_logistic(double x)
{
    if (x < 0) { /* not through e^-x, which may overflow */
        double power = lsc_exp(x);
        return power / (1.0 + power);
    }
    return 1.0 / (1.0 + lsc_exp(-x));
}

/** lsc_logistic() of each, through e^-|x| as it takes it. */
static inline void logistic_group(double x[LANES])
{
    double power[LANES];
    for (int lane = 0; lane < LANES; lane++) {
        power[lane] = (x[lane] < 0 ? x[lane] : -x[lane]) * LSC_LOG2_E;
    }
    exp2_group(power);
    for (int lane = 0; lane < LANES; lane++) {
        x[lane] = (x[lane] < 0 ? power[lane] : 1.0) / (1.0 + power[lane]);
    }
}

void lsc_logistic_each(double *x, size_t n)
{
    each_group(logistic_group, x, n);
}

void lsc_logistic_three(double a, double b, double c, double out[3])
{
    double x[LANES] = {a, b, c};
    logistic_group(x);
    memcpy(out, x, 3 * sizeof *out);
}

double lsc_logit(double p)
{
    return lsc_log(p / (1.0 - p));
}
