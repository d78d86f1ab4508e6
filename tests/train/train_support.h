/**
 * @file train_support.h
 * Random data that the tests of training share. All of it is seeded.
 */
#ifndef LSC_TESTS_TRAIN_SUPPORT_H
#define LSC_TESTS_TRAIN_SUPPORT_H

#include "core/fixed_math.h"
#include "core/memory.h"
#include "core/random.h"

/** A number from -6 to 6 or so: the sum of twelve uniform ones, less six. */
static inline double random_normal(lsc_random *random)
{
    double sum = -6;
    for (int i = 0; i < 12; i++) {
        sum += lsc_random_uniform(random);
    }
    return sum;
}

#endif
