/* The kernels for AVX2. */
#include <immintrin.h>
#include <math.h>
#include <stdint.h>

#include "score_kernels.h"

#define VECTOR_BYTES 32
#define KERNELS lsc_score_avx2

typedef __m256i bytes_vector;
typedef __m256i bytes_mask;

static inline bytes_vector load_bytes(const uint8_t *from)
{
    return _mm256_loadu_si256((const __m256i *)from);
}

static inline void store_bytes(uint8_t *to, bytes_vector vector)
{
    _mm256_storeu_si256((__m256i *)to, vector);
}

static inline bytes_vector same_bytes(uint8_t byte)
{
    return _mm256_set1_epi8((char)byte);
}

static inline bytes_mask below(bytes_vector a, bytes_vector b)
{
    return _mm256_cmpeq_epi8(_mm256_min_epu8(a, b), a);
}

static inline bytes_vector choose(bytes_mask mask, bytes_vector a, bytes_vector b)
{
    return _mm256_blendv_epi8(b, a, mask);
}

static inline uint32_t count_at_most(const float *block, float x)
{
    __m256 same = _mm256_set1_ps(x);
    __m256 low = _mm256_cmp_ps(_mm256_load_ps(block), same, _CMP_LE_OQ);
    __m256 high = _mm256_cmp_ps(_mm256_load_ps(block + 8), same, _CMP_LE_OQ);
    unsigned mask = (unsigned)_mm256_movemask_ps(low) | (unsigned)_mm256_movemask_ps(high) << 8;
    return (uint32_t)_mm_popcnt_u32(mask);
}

#include "score_template.h"
