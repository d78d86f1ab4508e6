/**
 * @file exp2_terms.h
 * The numbers that lsc_exp2() is made of, for those that do its operations in lanes.
 */
#ifndef LSC_CORE_EXP2_TERMS_H
#define LSC_CORE_EXP2_TERMS_H

#define LSC_LN_2 0x1.62e42fefa39efp-1
#define LSC_LOG2_E 0x1.71547652b82fep+0

/** Where lsc_exp2() takes its plainest way: no result is subnormal, or near infinity. */
#define LSC_PLAIN_EXPONENT 1000.0

#define LSC_N_TERMS 13

/** 1/13! to 1/1!. */
static const double lsc_inverse_factorial[LSC_N_TERMS] = {
    1.0 / 6227020800.0,
    1.0 / 479001600.0,
    1.0 / 39916800.0,
    1.0 / 3628800.0,
    1.0 / 362880.0,
    1.0 / 40320.0,
    1.0 / 5040.0,
    1.0 / 720.0,
    1.0 / 120.0,
    1.0 / 24.0,
    1.0 / 6.0,
    1.0 / 2.0,
    1.0,
};

#endif
