/**
 * @file sample_dice.h
 * Chance for the sample: the same numbers from the same seed on every machine, so nothing here
 * calls libm.
 */
#ifndef LSC_CLI_SAMPLE_DICE_H
#define LSC_CLI_SAMPLE_DICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct lsc_dice {
    uint64_t state;
} lsc_dice;

/** The stream number `stream` of a seed; streams do not depend on each other. */
lsc_dice lsc_dice_start(uint64_t seed, uint64_t stream);

/** Uniform in [0, 1). */
double lsc_dice_uniform(lsc_dice *dice);
/** Uniform among 0 .. n - 1. */
size_t lsc_dice_below(lsc_dice *dice, size_t n);
bool lsc_dice_chance(lsc_dice *dice, double probability);
/** Nearly normal, mean 0 and variance 1: the sum of twelve uniforms. Within ±6. */
double lsc_dice_normal(lsc_dice *dice);
/** Events in a time in which `mean` are to be expected; for small means. */
unsigned lsc_dice_poisson(lsc_dice *dice, double mean);
/** An index with a probability in proportion to its weight. */
size_t lsc_dice_pick(lsc_dice *dice, const double *weights, size_t n);

/** e to the power of x, for |x| <= 700, to about 1e-15 of its value. */
double lsc_sample_exp(double x);
/** 1 / (1 + e^-x). */
double lsc_sample_logistic(double x);

#endif
