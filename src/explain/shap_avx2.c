/* The kernels for AVX2. */
#include <immintrin.h>
#include <stdbool.h>
#include <stdint.h>

#define LANES 8
#define KERNELS lsc_shap_avx2

typedef float floats __attribute__((vector_size(32)));
typedef int32_t ints __attribute__((vector_size(32)));

static inline ints round_floats(floats value)
{
    return (ints)_mm256_cvtps_epi32((__m256)value);
}

static inline floats choose(ints mask, floats yes, floats no)
{
    return (floats)_mm256_blendv_ps((__m256)no, (__m256)yes, (__m256)mask);
}

static inline ints widen_bytes(const uint8_t *from)
{
    return (ints)_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)from));
}

#define PLACE_NUMBERS

typedef __m256i placed_numbers;

static inline placed_numbers load_numbers(const int32_t *from)
{
    return _mm256_load_si256((const __m256i *)from);
}

/** A permutation takes the index from a place; what is given the sign of 0 is 0. */
static inline ints place_numbers(placed_numbers numbers, const uint8_t *places)
{
    __m256i from = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)places));
    return (ints)_mm256_sign_epi32(_mm256_permutevar8x32_epi32(numbers, from), from);
}

#include "shap_template.h"
