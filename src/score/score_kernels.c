#include "score_kernels.h"

const lsc_score_kernels *lsc_score_kernels_of(lsc_cpu cpu)
{
    switch (cpu) {
#ifdef LSC_X86_KERNELS
    case LSC_CPU_AVX2:
        return &lsc_score_avx2;
    case LSC_CPU_AVX512:
        return &lsc_score_avx512;
#endif
    case LSC_CPU_PORTABLE:
        return &lsc_score_portable;
    default:
        return NULL;
    }
}
