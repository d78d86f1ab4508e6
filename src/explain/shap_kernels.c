#include "shap_kernels.h"

static const lsc_shap_kernels *kernels_of(lsc_cpu cpu)
{
    switch (cpu) {
#ifdef LSC_X86_KERNELS
    case LSC_CPU_AVX2:
        return &lsc_shap_avx2;
    case LSC_CPU_AVX512:
        return &lsc_shap_avx512;
#endif
    case LSC_CPU_PORTABLE:
        return &lsc_shap_portable;
    default:
        return NULL;
    }
}

const lsc_shap_kernels *lsc_shap_kernels_of(lsc_cpu cpu)
{
    const lsc_shap_kernels *kernels = kernels_of(cpu);
    return kernels != NULL && kernels->lanes > 0 ? kernels : NULL;
}
