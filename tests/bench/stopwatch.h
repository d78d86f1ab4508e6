/**
 * @file stopwatch.h
 * Times calls so that the numbers hold on a machine that does other work as well.
 *
 * The work comes in numbered units, so that each call can be given another row. Units are timed in
 * chunks that are long against the clock, by the CPU time of the process: what else the machine does
 * is not counted. The single calls of which a percentile is taken are mostly too short for that
 * clock, and are timed by the wall clock. What reading the clock takes is subtracted.
 */
#ifndef LSC_TESTS_BENCH_STOPWATCH_H
#define LSC_TESTS_BENCH_STOPWATCH_H

#include <stdbool.h>
#include <stddef.h>

/** Work to time: unit `number`, which counts up from call to call. */
typedef void (*stopwatch_work)(void *ctx, size_t number);

/** What was measured. Freed by stopwatch_free(). */
typedef struct stopwatch_times {
    double *chunks; /**< [n_chunks], ns a unit, the mean of a chunk each; rising */
    size_t n_chunks;
    double *singles; /**< [n_singles], ns of one unit; rising */
    size_t n_singles;
} stopwatch_times;

/** Stay on one core: the last of those allowed. Where that is not possible, nothing happens. */
void stopwatch_pin(void);

/** Wall clock, ns. */
double stopwatch_now_ns(void);
/** CPU time of the process, ns. */
double stopwatch_cpu_ns(void);

/**
 * Warm up, then time units for about `ms`; one chunk at the least.
 *
 * @param next     number of the first unit; left at the one after the last
 * @param singles  whether single calls are timed as well
 */
stopwatch_times stopwatch_time(stopwatch_work work, void *ctx, size_t *next, double ms,
                               bool singles);
void stopwatch_free(stopwatch_times *times);

/** A quantile, 0 to 1, of numbers that rise; NaN where there are none. */
double stopwatch_quantile(const double *rising, size_t count, double quantile);

/** Put numbers in rising order. */
void stopwatch_sort(double *numbers, size_t count);

#endif
