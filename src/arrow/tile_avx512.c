/* The kernels for AVX-512 (DQ, VL): vectors of eight floats still, as eight doubles make no more. */
#include <immintrin.h>
#include <math.h>

#include "core/inline.h"
#include "tile_kernels.h"

#define KERNELS lsc_tile_avx512

/** Infinities of both signs, as fpclass knows them. */
#define INFINITE 0x18

typedef __mmask8 infinities;

static inline infinities no_infinities(void)
{
    return 0;
}

static inline infinities with_infinities(infinities found, __m256 values)
{
    return (infinities)(found | _mm256_fpclass_ps_mask(values, INFINITE));
}

static inline bool is_any(infinities found)
{
    return found != 0;
}

static inline __m256 narrow_eight(const unsigned char *from)
{
    return _mm512_cvtpd_ps(_mm512_loadu_pd(from));
}

static inline __m256 blank_eight(__m256 values, uint8_t bits)
{
    return _mm256_mask_mov_ps(_mm256_set1_ps(NAN), bits, values);
}

#include "tile_template.h"
