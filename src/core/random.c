#include "random.h"

#include <assert.h>

/** SplitMix64: spreads one seed over the whole state. */
static uint64_t split_mix(uint64_t *state)
{
    *state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t z = *state;
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

void lsc_random_seed(lsc_random *random, uint64_t seed)
{
    for (int i = 0; i < 4; i++) {
        random->state[i] = split_mix(&seed);
    }
}

static uint64_t rotate_left(uint64_t x, int bits)
{
    return (x << bits) | (x >> (64 - bits));
}

uint64_t lsc_random_next(lsc_random *random)
{
    uint64_t *s = random->state;
    uint64_t result = rotate_left(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate_left(s[3], 45);
    return result;
}

double lsc_random_uniform(lsc_random *random)
{
    return (double)(lsc_random_next(random) >> 11) * 0x1p-53;
}

/** a × b as 128 bits: the high half is returned, the low one set. */
static uint64_t multiply_wide(uint64_t a, uint64_t b, uint64_t *low)
{
    uint64_t a_low = a & UINT32_MAX;
    uint64_t a_high = a >> 32;
    uint64_t b_low = b & UINT32_MAX;
    uint64_t b_high = b >> 32;
    uint64_t middle = a_high * b_low + ((a_low * b_low) >> 32);
    uint64_t other = a_low * b_high + (middle & UINT32_MAX);
    *low = a * b;
    return a_high * b_high + (middle >> 32) + (other >> 32);
}

/**
 * The high half of next × bound, where the low halves below 2^64 mod bound are rejected: they are
 * what makes some results one draw likelier than others.
 */
uint64_t lsc_random_below(lsc_random *random, uint64_t bound)
{
    assert(bound > 0);
    uint64_t rejected = (0 - bound) % bound; /* 2^64 mod bound */
    uint64_t low;
    uint64_t high;
    do {
        high = multiply_wide(lsc_random_next(random), bound, &low);
    } while (low < rejected);
    return high;
}
