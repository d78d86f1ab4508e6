/**
 * @file fixed_math.h
 * exp2 and log2 of fixed operations: additions, multiplications and divisions of double in one
 * order, never fused. The same bits on every CPU and libm. Features and calibration use these
 * alone.
 */
#ifndef LSC_CORE_FIXED_MATH_H
#define LSC_CORE_FIXED_MATH_H

#include <stddef.h>

#include "visibility.h"

/**
 * 2^x. Relative error below 4e-16 from -1022 on; below, where results are subnormal, off by at most
 * the smallest double. 0 below -1074, infinity from 1024 on. NaN gives NaN.
 */
LSC_SHARED double lsc_exp2(double x);
/** x[i] = lsc_exp2(x[i]), the same bits, in a fraction of the time. */
LSC_SHARED void lsc_exp2_each(double *x, size_t n);
/** log2(x) for x > 0. Absolute error below 4e-16·max(1, |log2 x|). 0 gives -infinity, x < 0 NaN. */
LSC_SHARED double lsc_log2(double x);
/** e^x = 2^(x·log2 e). Relative error below 2e-16·(2 + |x|) from -708 on; below as lsc_exp2(). */
LSC_SHARED double lsc_exp(double x);
/** x[i] = lsc_exp(x[i]), the same bits, in a fraction of the time. */
LSC_SHARED void lsc_exp_each(double *x, size_t n);
/** ln x = log2 x · ln 2. Absolute error below 4e-16·max(1, |ln x|). */
LSC_SHARED double lsc_log(double x);
/** x[i] = lsc_log(x[i]), the same bits, in a fraction of the time. */
LSC_SHARED void lsc_log_each(double *x, size_t n);
/** 1 / (1 + e^-x), in [0, 1]; exactly 1/2 at 0. Relative error below 2e-16·(4 + |x|). */
LSC_SHARED double lsc_logistic(double x);
/** x[i] = lsc_logistic(x[i]), the same bits, in a fraction of the time. */
LSC_SHARED void lsc_logistic_each(double *x, size_t n);
/** lsc_logistic() of three numbers, the same bits, in hardly more time than of one. */
LSC_SHARED void lsc_logistic_three(double a, double b, double c, double out[3]);
/** ln(p / (1 - p)), 0 < p < 1. */
LSC_SHARED double lsc_logit(double p);

#endif
