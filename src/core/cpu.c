#include "cpu.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[LSC_N_CPUS] = {"general", "portable", "avx2", "avx512"};

const char *lsc_cpu_name(lsc_cpu cpu)
{
    return names[cpu];
}

size_t lsc_cpu_lanes(lsc_cpu cpu)
{
    static const size_t lanes[LSC_N_CPUS] = {1, 4, 8, 16};
    return lanes[cpu];
}

#ifdef LSC_X86_KERNELS

static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") != 0;
}

static bool has_avx512(void)
{
    unsigned n_held = 0;
    n_held += __builtin_cpu_supports("avx512f") != 0;
    n_held += __builtin_cpu_supports("avx512bw") != 0;
    n_held += __builtin_cpu_supports("avx512dq") != 0;
    n_held += __builtin_cpu_supports("avx512vl") != 0;
    n_held += __builtin_cpu_supports("avx512vbmi") != 0;
    return n_held == 5;
}

#else

static bool has_avx2(void)
{
    return false;
}

static bool has_avx512(void)
{
    return false;
}

#endif

bool lsc_cpu_has(lsc_cpu cpu)
{
    switch (cpu) {
    case LSC_CPU_AVX2:
        return has_avx2();
    case LSC_CPU_AVX512:
        return has_avx2() && has_avx512();
    default:
        return true;
    }
}

lsc_cpu lsc_cpu_choose(void)
{
    const char *wanted = getenv("LEADSCORE_KERNELS");
    lsc_cpu best = LSC_CPU_PORTABLE;
    for (int i = 0; i < LSC_N_CPUS; i++) {
        lsc_cpu cpu = (lsc_cpu)i;
        if (lsc_cpu_has(cpu)) {
            best = cpu;
            if (wanted != NULL && strcmp(wanted, names[i]) == 0) {
                return cpu;
            }
        }
    }
    return best;
}
