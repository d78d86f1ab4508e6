/**
 * @file cpu.h
 * Which kernels the processor can run.
 */
#ifndef LSC_CORE_CPU_H
#define LSC_CORE_CPU_H

#include <stdbool.h>
#include <stddef.h>

#include "visibility.h"

/**
 * Sets of kernels. All give the same bits. NEON is what the portable ones compile to on arm64, as
 * SSE2 is on x86-64.
 */
typedef enum lsc_cpu {
    LSC_CPU_GENERAL,  /**< no kernel but the walk over the nodes, for any forest */
    LSC_CPU_PORTABLE, /**< what the compiler's own target has */
    LSC_CPU_AVX2,
    LSC_CPU_AVX512, /**< F, BW, DQ, VL and VBMI */
    LSC_N_CPUS
} lsc_cpu;

/** "general", "portable", "avx2", "avx512". Static. */
LSC_SHARED const char *lsc_cpu_name(lsc_cpu cpu);

/** Floats of a vector of its kernels. */
LSC_SHARED size_t lsc_cpu_lanes(lsc_cpu cpu);

/** Whether this processor and this build of the library have it. */
LSC_SHARED bool lsc_cpu_has(lsc_cpu cpu);

/**
 * The best there is; or what the environment variable LEADSCORE_KERNELS names, for tests, where
 * there is that.
 */
LSC_SHARED lsc_cpu lsc_cpu_choose(void);

#endif
