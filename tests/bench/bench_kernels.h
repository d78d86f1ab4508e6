/**
 * @file bench_kernels.h
 * The sets of kernels that this processor can run, by the names that LEADSCORE_KERNELS takes. The
 * first is the general one, which runs everywhere and is what the others are checked against.
 */
#ifndef LSC_TESTS_BENCH_KERNELS_H
#define LSC_TESTS_BENCH_KERNELS_H

#include <stddef.h>

#define BENCH_MAX_KERNELS 8

/** Fills `names`; returns how many there are. */
size_t bench_kernels(const char *names[BENCH_MAX_KERNELS]);

/** Models loaded from now on use these kernels. */
void bench_use_kernels(const char *name);

#endif
