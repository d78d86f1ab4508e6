/* The kernels for AVX-512. */
#include <immintrin.h>
#include <stdbool.h>
#include <stdint.h>

#define LANES 16
#define KERNELS lsc_shap_avx512

typedef float floats __attribute__((vector_size(64)));
typedef int32_t ints __attribute__((vector_size(64)));

static inline ints round_floats(floats value)
{
    return (ints)_mm512_cvtps_epi32((__m512)value);
}

static inline floats choose(ints mask, floats yes, floats no)
{
    return (floats)_mm512_mask_mov_ps((__m512)no, _mm512_movepi32_mask((__m512i)mask), (__m512)yes);
}

static inline ints widen_bytes(const uint8_t *from)
{
    return (ints)_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)from));
}

#define PLACE_NUMBERS

typedef __m512i placed_numbers;

/** The numbers of a line, and zeros after them. */
static inline placed_numbers load_numbers(const int32_t *from)
{
    return _mm512_zextsi256_si512(_mm256_load_si256((const __m256i *)from));
}

/** The other way about than in a place, 0 to 7 are numbers, and 8 is one of the zeros. */
static inline ints place_numbers(placed_numbers numbers, const uint8_t *places)
{
    __m128i from = _mm_xor_si128(_mm_load_si128((const __m128i *)places), _mm_set1_epi8(8));
    return (ints)_mm512_permutexvar_epi32(_mm512_cvtepu8_epi32(from), numbers);
}

#include "shap_template.h"
