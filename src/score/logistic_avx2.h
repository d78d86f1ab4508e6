/**
 * @file logistic_avx2.h
 * lsc_logistic_three() in lanes of AVX2: the operations of fixed_math.c in their order, none fused.
 * For files that have included immintrin.h.
 */
#ifndef LSC_SCORE_LOGISTIC_AVX2_H
#define LSC_SCORE_LOGISTIC_AVX2_H

#include "core/exp2_terms.h"
#include "core/fixed_math.h"
#include "core/inline.h"

/** lsc_exp2() from -LSC_PLAIN_EXPONENT to 0. */
static inline __m256d exp2_lanes(__m256d x)
{
    __m128i k = _mm256_cvttpd_epi32(_mm256_sub_pd(x, _mm256_set1_pd(0.5)));
    __m256d t = _mm256_mul_pd(_mm256_sub_pd(x, _mm256_cvtepi32_pd(k)), _mm256_set1_pd(LSC_LN_2));
    __m256d sum = _mm256_set1_pd(lsc_inverse_factorial[0]);
    UNROLL for (int i = 1; i < LSC_N_TERMS; i++)
    {
        sum = _mm256_add_pd(_mm256_mul_pd(sum, t), _mm256_set1_pd(lsc_inverse_factorial[i]));
    }
    __m256i exponent = _mm256_add_epi64(_mm256_cvtepi32_epi64(k), _mm256_set1_epi64x(1023));
    return _mm256_mul_pd(_mm256_add_pd(_mm256_set1_pd(1.0), _mm256_mul_pd(t, sum)),
                         _mm256_castsi256_pd(_mm256_slli_epi64(exponent, 52)));
}

static void logistic_three(double a, double b, double c, double out[3])
{
    __m256d lanes = _mm256_set_pd(0, c, b, a);
    __m256d sign = _mm256_set1_pd(-0.0);
    __m256d exponent = _mm256_mul_pd(_mm256_or_pd(lanes, sign), _mm256_set1_pd(LSC_LOG2_E));
    __m256d plain = _mm256_cmp_pd(exponent, _mm256_set1_pd(-LSC_PLAIN_EXPONENT), _CMP_GT_OQ);
    if (_mm256_movemask_pd(plain) != 15) {
        lsc_logistic_three(a, b, c, out);
        return;
    }
    __m256d power = exp2_lanes(exponent); /* e^-|x| */
    __m256d one = _mm256_set1_pd(1.0);
    __m256d below_0 = _mm256_cmp_pd(lanes, _mm256_setzero_pd(), _CMP_LT_OQ);
    __m256d logistic =
        _mm256_div_pd(_mm256_blendv_pd(one, power, below_0), _mm256_add_pd(one, power));
    __m128d high = _mm256_extractf128_pd(logistic, 1);
    _mm_storeu_pd(out, _mm256_castpd256_pd128(logistic));
    _mm_store_sd(out + 2, high);
}

#endif
