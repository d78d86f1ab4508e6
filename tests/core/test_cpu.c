#include "suite.h"

#include <stdlib.h>

#include "core/cpu.h"

START_TEST(what_is_asked_for_is_taken_where_the_processor_has_it)
{
    for (int i = 0; i < LSC_N_CPUS; i++) {
        lsc_cpu cpu = (lsc_cpu)i;
        ck_assert_int_eq(setenv("LEADSCORE_KERNELS", lsc_cpu_name(cpu), 1), 0);
        if (lsc_cpu_has(cpu)) {
            ck_assert_int_eq(lsc_cpu_choose(), cpu);
        } else {
            ck_assert(lsc_cpu_has(lsc_cpu_choose()));
        }
    }
}
END_TEST

START_TEST(without_a_known_name_the_best_is_taken)
{
    lsc_cpu best = LSC_CPU_PORTABLE;
    for (int i = 0; i < LSC_N_CPUS; i++) {
        best = lsc_cpu_has((lsc_cpu)i) ? (lsc_cpu)i : best;
    }
    ck_assert_int_eq(unsetenv("LEADSCORE_KERNELS"), 0);
    ck_assert_int_eq(lsc_cpu_choose(), best);
    static const char *const unknown[] = {"", "avx", "AVX2", "avx5120"};
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        ck_assert_int_eq(setenv("LEADSCORE_KERNELS", unknown[i], 1), 0);
        ck_assert_int_eq(lsc_cpu_choose(), best);
    }
}
END_TEST

START_TEST(every_machine_has_the_kernels_in_c)
{
    ck_assert(lsc_cpu_has(LSC_CPU_GENERAL));
    ck_assert(lsc_cpu_has(LSC_CPU_PORTABLE));
    for (int i = 1; i < LSC_N_CPUS; i++) {
        ck_assert_uint_gt(lsc_cpu_lanes((lsc_cpu)i), lsc_cpu_lanes((lsc_cpu)(i - 1)));
    }
}
END_TEST

LSC_SUITE("core/cpu", TEST(what_is_asked_for_is_taken_where_the_processor_has_it),
          TEST(without_a_known_name_the_best_is_taken), TEST(every_machine_has_the_kernels_in_c))
