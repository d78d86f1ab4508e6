/* The kernels for AVX-512 (BW, VBMI): a block of rows is one vector. */
#include <immintrin.h>
#include <math.h>
#include <stdint.h>

#include "score_kernels.h"

#define VECTOR_BYTES 64
#define TREE_LANES 1
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

static inline bytes_vector mask_bytes(bytes_mask mask)
{
    return _mm512_movm_epi8(mask);
}

typedef struct row_table {
    __m512i part[LSC_LANE_BYTES / 64];
} row_table;

static inline row_table load_table(const uint8_t *bytes)
{
    return (row_table){{_mm512_load_si512(bytes), _mm512_load_si512(bytes + 64)}};
}

static inline bytes_vector look_up_64(const row_table *table, bytes_vector slots)
{
    return _mm512_permutexvar_epi8(slots, table->part[0]);
}

static inline bytes_vector look_up_128(const row_table *table, bytes_vector slots)
{
    return _mm512_permutex2var_epi8(table->part[0], slots, table->part[1]);
}

#define FEW_LEAVES 16

static inline void add_few_leaves(const float *leaves, const uint8_t *leaf_of_row, float *margins)
{
    __m256i index = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)leaf_of_row));
    __m256 low = _mm256_permutevar8x32_ps(_mm256_loadu_ps(leaves), index);
    __m256 high = _mm256_permutevar8x32_ps(_mm256_loadu_ps(leaves + 8), index);
    __m256i bit_3 = _mm256_slli_epi32(index, 28);
    __m256 leaf = _mm256_blendv_ps(low, high, _mm256_castsi256_ps(bit_3));
    _mm256_storeu_ps(margins, _mm256_add_ps(_mm256_loadu_ps(margins), leaf));
}

#include "score_template.h"
