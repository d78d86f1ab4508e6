/**
 * @file random.h
 * Seeded random numbers, the same on every machine: xoshiro256** (Blackman and Vigna, "Scrambled
 * linear pseudorandom number generators", 2021), seeded by SplitMix64. Not for secrets.
 */
#ifndef LSC_CORE_RANDOM_H
#define LSC_CORE_RANDOM_H

#include <stdint.h>

#include "visibility.h"

typedef struct lsc_random {
    uint64_t state[4];
} lsc_random;

LSC_SHARED void lsc_random_seed(lsc_random *random, uint64_t seed);
LSC_SHARED uint64_t lsc_random_next(lsc_random *random);
/** Uniform in [0, 1), 53 bits. */
LSC_SHARED double lsc_random_uniform(lsc_random *random);
/** Uniform in 0 .. bound-1, without bias (Lemire 2019). bound > 0. */
LSC_SHARED uint64_t lsc_random_below(lsc_random *random, uint64_t bound);

#endif
