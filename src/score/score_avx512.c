/* The kernels for AVX-512 (BW, VBMI): a block of rows is one vector. */
#include <immintrin.h>
#include <math.h>
#include <stdint.h>

#include "logistic_avx2.h"
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

/** A bit for each that is above x; all for NaN. */
static inline uint32_t bits_above(const float *block, float x)
{
    return _cvtmask16_u32(
        _mm512_cmp_ps_mask(_mm512_set1_ps(x), _mm512_load_ps(block), _CMP_NGE_UQ));
}

static inline uint32_t first_above(const float *block, float x)
{
    return _tzcnt_u32(bits_above(block, x));
}

static inline uint32_t count_at_most(const float *block, float x)
{
    return _tzcnt_u32(bits_above(block, x) | 1u << LSC_RANK_BLOCK);
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

#define SHORT_ROWS 1
#define SHORT_WORDS (LSC_LEAST_SLOTS / LSC_RANK_WORD)

/** A bit for each of at most 64 columns that are missing. */
static inline __mmask64 missing_columns(const float *columns, size_t n_columns)
{
    uint64_t missing = 0;
    uint64_t there = n_columns < 64 ? (UINT64_C(1) << n_columns) - 1 : ~UINT64_C(0);
    for (unsigned i = 0; i < n_columns; i += 16) {
        __mmask16 mask = (__mmask16)(there >> i);
        __m512 values = _mm512_maskz_loadu_ps(mask, columns + i);
        missing |= (uint64_t)_mm512_cmp_ps_mask(values, values, _CMP_UNORD_Q) << i;
    }
    return _cvtu64_mask64(missing);
}

static inline row_table short_table(const uint64_t *words, const uint8_t *column_of_slot,
                                    const float *columns, size_t n_columns)
{
    __m512i missing = _mm512_movm_epi8(missing_columns(columns, n_columns));
    __m256i ranks = _mm256_set_epi64x((long long)words[3], (long long)words[2], (long long)words[1],
                                      (long long)words[0]);
    __m512i slots = _mm512_castsi256_si512(_mm256_loadu_si256((const __m256i *)column_of_slot));
    __m256i with_missing =
        _mm256_or_si256(ranks, _mm512_castsi512_si256(_mm512_permutexvar_epi8(slots, missing)));
    row_table table = {{_mm512_inserti64x4(_mm512_castsi256_si512(ranks), with_missing, 1)}};
    return table;
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
