/* The kernels for AVX2. */
#include <immintrin.h>
#include <math.h>

#include "core/inline.h"
#include "tile_kernels.h"

#define KERNELS lsc_tile_avx2

typedef __m256i infinities;

static inline infinities no_infinities(void)
{
    return _mm256_setzero_si256();
}

static inline infinities with_infinities(infinities found, __m256 values)
{
    __m256i size = _mm256_and_si256(_mm256_castps_si256(values), _mm256_set1_epi32(0x7fffffff));
    return _mm256_or_si256(found, _mm256_cmpeq_epi32(size, _mm256_set1_epi32(0x7f800000)));
}

static inline bool is_any(infinities found)
{
    return _mm256_testz_si256(found, found) == 0;
}

static inline __m256 narrow_eight(const unsigned char *from)
{
    const unsigned char *second = from + sizeof(__m256d);
    __m128 low = _mm256_cvtpd_ps(_mm256_loadu_pd((const double *)(const void *)from));
    __m128 high = _mm256_cvtpd_ps(_mm256_loadu_pd((const double *)(const void *)second));
    return _mm256_insertf128_ps(_mm256_castps128_ps256(low), high, 1);
}

static inline __m256 blank_eight(__m256 values, uint8_t bits)
{
    __m256i bit = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
    __m256i there = _mm256_cmpeq_epi32(_mm256_and_si256(_mm256_set1_epi32(bits), bit), bit);
    return _mm256_blendv_ps(_mm256_set1_ps(NAN), values, _mm256_castsi256_ps(there));
}

#include "tile_template.h"
