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

#include "shap_template.h"
