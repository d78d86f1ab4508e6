#include "bench_kernels.h"

#include <stdlib.h>

#include "bench_support.h"

#if __has_include("core/cpu.h")
#include "core/cpu.h"

size_t bench_kernels(const char *names[BENCH_MAX_KERNELS])
{
    size_t n = 0;
    for (int cpu = 0; cpu < LSC_N_CPUS && n < BENCH_MAX_KERNELS; cpu++) {
        if (lsc_cpu_has((lsc_cpu)cpu)) {
            names[n++] = lsc_cpu_name((lsc_cpu)cpu);
        }
    }
    return n;
}

#else

size_t bench_kernels(const char *names[BENCH_MAX_KERNELS])
{
    names[0] = "general";
    return 1;
}

#endif

void bench_use_kernels(const char *name)
{
    if (setenv("LEADSCORE_KERNELS", name, 1) != 0) {
        bench_die("the environment cannot be set");
    }
}
