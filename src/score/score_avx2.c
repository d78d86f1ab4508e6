/* The kernels for AVX2. */
#include <immintrin.h>
#include <math.h>
#include <stdint.h>

#include "logistic_avx2.h"
#include "score_kernels.h"

#define first_above count_at_most
#define VECTOR_BYTES 32
#define TREE_LANES 1
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
    __m256i both = _mm256_packs_epi32(_mm256_castps_si256(low), _mm256_castps_si256(high));
    return (uint32_t)_mm_popcnt_u32((unsigned)_mm256_movemask_epi8(both)) / 2;
}

static inline bytes_vector mask_bytes(bytes_mask mask)
{
    return mask;
}

typedef struct row_table {
    __m256i part[LSC_LANE_BYTES / 16]; /* 16 bytes each, twice */
} row_table;

static inline row_table load_table(const uint8_t *bytes)
{
    row_table table;
    for (int i = 0; i < LSC_LANE_BYTES / 16; i++) {
        table.part[i] = _mm256_broadcastsi128_si256(_mm_load_si128((const __m128i *)bytes + i));
    }
    return table;
}

/** Of 64 bytes, the one that the low six bits name: a shuffle takes four bits, a blend one each. */
static inline __m256i look_up_part(const __m256i *part, __m256i slots)
{
    __m256i bit_4 = _mm256_slli_epi16(slots, 3);
    __m256i bit_5 = _mm256_slli_epi16(slots, 2);
    __m256i low = _mm256_blendv_epi8(_mm256_shuffle_epi8(part[0], slots),
                                     _mm256_shuffle_epi8(part[1], slots), bit_4);
    __m256i high = _mm256_blendv_epi8(_mm256_shuffle_epi8(part[2], slots),
                                      _mm256_shuffle_epi8(part[3], slots), bit_4);
    return _mm256_blendv_epi8(low, high, bit_5);
}

static inline bytes_vector look_up_64(const row_table *table, bytes_vector slots)
{
    return look_up_part(table->part, slots);
}

static inline bytes_vector look_up_128(const row_table *table, bytes_vector slots)
{
    __m256i bit_6 = _mm256_slli_epi16(slots, 1);
    return _mm256_blendv_epi8(look_up_part(table->part, slots),
                              look_up_part(table->part + 4, slots), bit_6);
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
