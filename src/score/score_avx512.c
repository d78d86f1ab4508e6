/* The kernels for AVX-512 (BW): a block of rows is one vector. */
#include <immintrin.h>
#include <math.h>
#include <stdint.h>

#include "score_kernels.h"

#define VECTOR_BYTES 64
#define KERNELS lsc_score_avx512

typedef __m512i bytes_vector;
typedef __mmask64 bytes_mask;

static inline bytes_vector load_bytes(const uint8_t *from)
{
    return _mm512_loadu_si512(from);
}

static inline void store_bytes(uint8_t *to, bytes_vector vector)
{
    _mm512_storeu_si512(to, vector);
}

static inline bytes_vector same_bytes(uint8_t byte)
{
    return _mm512_set1_epi8((char)byte);
}

static inline bytes_mask below(bytes_vector a, bytes_vector b)
{
    return _mm512_cmple_epu8_mask(a, b);
}

static inline bytes_vector choose(bytes_mask mask, bytes_vector a, bytes_vector b)
{
    return _mm512_mask_mov_epi8(b, mask, a);
}

static inline uint32_t count_at_most(const float *block, float x)
{
    __mmask16 mask = _mm512_cmp_ps_mask(_mm512_load_ps(block), _mm512_set1_ps(x), _CMP_LE_OQ);
    return (uint32_t)_mm_popcnt_u32(mask);
}

#include "score_template.h"
