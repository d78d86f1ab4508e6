#include "tile_kernels.h"

const lsc_tile_kernels *lsc_tile_kernels_of(lsc_cpu cpu)
{
    switch (cpu) {
#ifdef LSC_X86_KERNELS
    case LSC_CPU_AVX2:
        return &lsc_tile_avx2;
    case LSC_CPU_AVX512:
        return &lsc_tile_avx512;
#endif
    default:
        return &lsc_tile_portable;
    }
}
