#include "suite.h"

#include <stdint.h>

#include "core/random.h"

START_TEST(the_generator_is_the_published_one)
{
    /* From the state 1, 2, 3, 4 the authors' C code gives these. */
    static const uint64_t expected[] = {
        UINT64_C(11520),
        UINT64_C(0),
        UINT64_C(1509978240),
        UINT64_C(1215971899390074240),
        UINT64_C(1216172134540287360),
        UINT64_C(607988272756665600),
        UINT64_C(16172922978634559625),
        UINT64_C(8476171486693032832),
        UINT64_C(10595114339597558777),
        UINT64_C(2904607092377533576),
    };
    lsc_random random = {{1, 2, 3, 4}};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        ck_assert_uint_eq(lsc_random_next(&random), expected[i]);
    }
}
END_TEST

START_TEST(the_seed_is_spread_by_split_mix)
{
    /* SplitMix64 from 1234567, as published with its reference code. */
    lsc_random random;
    lsc_random_seed(&random, 1234567);
    ck_assert_uint_eq(random.state[0], UINT64_C(6457827717110365317));
    ck_assert_uint_eq(random.state[1], UINT64_C(3203168211198807973));
    ck_assert_uint_eq(random.state[2], UINT64_C(9817491932198370423));
    ck_assert_uint_eq(random.state[3], UINT64_C(4593380528125082431));
}
END_TEST

START_TEST(uniform_numbers_stay_below_one)
{
    lsc_random random;
    lsc_random_seed(&random, 1);
    double sum = 0;
    for (int i = 0; i < 1000000; i++) {
        double number = lsc_random_uniform(&random);
        ck_quick(number >= 0 && number < 1);
        sum += number;
    }
    /* The mean of a million has a standard deviation of 0.00029. */
    ck_assert_double_eq_tol(sum / 1e6, 0.5, 0.0015);
    lsc_random most = {{0, UINT64_MAX, 0, 0}};
    ck_assert(lsc_random_uniform(&most) < 1);
}
END_TEST

START_TEST(bounded_numbers_are_below_the_bound_and_even)
{
    lsc_random random;
    lsc_random_seed(&random, 2);
    for (uint64_t bound = 1; bound <= 20; bound++) {
        size_t counts[20] = {0};
        for (uint64_t i = 0; i < 10000 * bound; i++) {
            uint64_t number = lsc_random_below(&random, bound);
            ck_quick(number < bound);
            counts[number]++;
        }
        for (uint64_t number = 0; number < bound; number++) {
            ck_assert_uint_ge(counts[number], 9500); /* five standard deviations */
            ck_assert_uint_le(counts[number], 10500);
        }
    }
}
END_TEST

START_TEST(large_bounds_are_without_bias)
{
    /* Of 2^64 draws under 3·2^62, a third must fall into each third: taking the remainder would
     * give the first one half. */
    lsc_random random;
    lsc_random_seed(&random, 3);
    uint64_t bound = UINT64_C(3) << 62;
    size_t counts[3] = {0};
    for (int i = 0; i < 300000; i++) {
        uint64_t number = lsc_random_below(&random, bound);
        ck_quick(number < bound);
        counts[number >> 62]++;
    }
    for (int third = 0; third < 3; third++) {
        ck_assert_uint_ge(counts[third], 98500);
        ck_assert_uint_le(counts[third], 101500);
    }
    for (int i = 0; i < 1000; i++) {
        ck_assert_uint_lt(lsc_random_below(&random, UINT64_MAX), UINT64_MAX);
    }
}
END_TEST

LSC_SUITE("core/random", TEST(the_generator_is_the_published_one),
          TEST(the_seed_is_spread_by_split_mix), TEST(uniform_numbers_stay_below_one),
          TEST(bounded_numbers_are_below_the_bound_and_even), TEST(large_bounds_are_without_bias))
