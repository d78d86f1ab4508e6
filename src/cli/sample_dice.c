#include "sample_dice.h"

/* SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014). */
static uint64_t next_bits(lsc_dice *dice)
{
    dice->state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t bits = dice->state;
    bits = (bits ^ (bits >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    bits = (bits ^ (bits >> 27)) * UINT64_C(0x94D049BB133111EB);
    return bits ^ (bits >> 31);
}

lsc_dice lsc_dice_start(uint64_t seed, uint64_t stream)
{
    lsc_dice of_seed = {seed};
    lsc_dice dice = {next_bits(&of_seed) ^ stream};
    dice.state = next_bits(&dice);
    return dice;
}

double lsc_dice_uniform(lsc_dice *dice)
{
    return (double)(next_bits(dice) >> 11) * 0x1p-53;
}

size_t lsc_dice_below(lsc_dice *dice, size_t n)
{
    return (size_t)(lsc_dice_uniform(dice) * (double)n);
}

bool lsc_dice_chance(lsc_dice *dice, double probability)
{
    return lsc_dice_uniform(dice) < probability;
}

double lsc_dice_normal(lsc_dice *dice)
{
    double sum = -6;
    for (int i = 0; i < 12; i++) {
        sum += lsc_dice_uniform(dice);
    }
    return sum;
}

unsigned lsc_dice_poisson(lsc_dice *dice, double mean)
{
    const double none = lsc_sample_exp(-mean);
    double product = lsc_dice_uniform(dice);
    unsigned count = 0;
    while (product > none) {
        product *= lsc_dice_uniform(dice);
        count++;
    }
    return count;
}

size_t lsc_dice_pick(lsc_dice *dice, const double *weights, size_t n)
{
    double total = 0;
    for (size_t i = 0; i < n; i++) {
        total += weights[i];
    }
    double left = lsc_dice_uniform(dice) * total;
    for (size_t i = 0; i + 1 < n; i++) {
        left -= weights[i];
        if (left < 0) {
            return i;
        }
    }
    return n - 1;
}

/* e^x = 2^k · e^r with |r| <= ln 2 / 2, and the series of e^r to r^13 / 13!. */
double lsc_sample_exp(double x)
{
    const double ln2_high = 0x1.62e42fee00000p-1;
    const double ln2_low = 0x1.a39ef35793c76p-33;
    const double steps = x * 0x1.71547652b82fep+0;
    const int k = (int)(steps < 0 ? steps - 0.5 : steps + 0.5);
    const double r = (x - k * ln2_high) - k * ln2_low;
    double sum = 1;
    for (int n = 13; n >= 1; n--) {
        sum = 1 + sum * r / n;
    }
    const double base = k < 0 ? 0.5 : 2;
    for (int i = k < 0 ? -k : k; i > 0; i--) {
        sum *= base;
    }
    return sum;
}

double lsc_sample_logistic(double x)
{
    return 1 / (1 + lsc_sample_exp(-x));
}
