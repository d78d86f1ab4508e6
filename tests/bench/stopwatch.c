#define _GNU_SOURCE
#include "stopwatch.h"

#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>

#include "bench_support.h"

/** A chunk is this long, where a unit is not longer: a thousand times what the clock takes. */
#define CHUNK_NS 400000.0
#define MAX_CHUNKS 4096
#define MAX_SINGLES 20000
/** Single calls that take longer are timed by the CPU clock too, which takes a part of a µs. */
#define LONG_NS 20000.0

static double clock_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

double stopwatch_now_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}

double stopwatch_cpu_ns(void)
{
    return clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

void stopwatch_pin(void)
{
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) {
        return;
    }
    for (int cpu = CPU_SETSIZE; cpu-- > 0;) {
        if (CPU_ISSET(cpu, &allowed)) {
            CPU_ZERO(&allowed);
            CPU_SET(cpu, &allowed);
            sched_setaffinity(0, sizeof allowed, &allowed);
            return;
        }
    }
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

void stopwatch_sort(double *numbers, size_t count)
{
    qsort(numbers, count, sizeof *numbers, by_size);
}

double stopwatch_quantile(const double *rising, size_t count, double quantile)
{
    if (count == 0) {
        return (double)NAN;
    }
    return rising[(size_t)(quantile * (double)(count - 1) + 0.5)];
}

/* What reading a clock twice takes: the median of many. */
static double cost_ns(clockid_t clock)
{
    double costs[255];
    for (size_t i = 0; i < 255; i++) {
        double before = clock_ns(clock);
        costs[i] = clock_ns(clock) - before;
    }
    stopwatch_sort(costs, 255);
    return costs[127];
}

/* Units for `ms`; at least one. Returns ns a unit. */
static double warm_up(stopwatch_work work, void *ctx, size_t *next, double ms)
{
    size_t units = 0;
    double start = stopwatch_cpu_ns();
    double taken = 0;
    while (units == 0 || taken < ms * 1e6) {
        work(ctx, (*next)++);
        units++;
        taken = stopwatch_cpu_ns() - start;
    }
    return taken / (double)units;
}

static void time_chunks(stopwatch_work work, void *ctx, size_t *next, double ms, size_t units,
                        stopwatch_times *times)
{
    double end = stopwatch_now_ns() + ms * 1e6;
    do {
        double start = stopwatch_cpu_ns();
        for (size_t i = 0; i < units; i++) {
            work(ctx, (*next)++);
        }
        times->chunks[times->n_chunks++] = (stopwatch_cpu_ns() - start) / (double)units;
    } while (times->n_chunks < MAX_CHUNKS && stopwatch_now_ns() < end);
    stopwatch_sort(times->chunks, times->n_chunks);
}

static void time_singles(stopwatch_work work, void *ctx, size_t *next, double ms, clockid_t clock,
                         stopwatch_times *times)
{
    double cost = cost_ns(clock);
    double end = stopwatch_now_ns() + ms * 1e6;
    do {
        double start = clock_ns(clock);
        work(ctx, (*next)++);
        times->singles[times->n_singles++] = fmax(clock_ns(clock) - start - cost, 0);
    } while (times->n_singles < MAX_SINGLES && stopwatch_now_ns() < end);
    stopwatch_sort(times->singles, times->n_singles);
}

stopwatch_times stopwatch_time(stopwatch_work work, void *ctx, size_t *next, double ms,
                               bool singles)
{
    stopwatch_times times = {.chunks = bench_alloc(MAX_CHUNKS, sizeof(double)),
                             .singles = bench_alloc(MAX_SINGLES, sizeof(double))};
    double unit_ns = warm_up(work, ctx, next, ms / 10);
    if (unit_ns >= ms * 1e6) {
        /* So long a unit had no need to be warmed up for. */
        times.chunks[times.n_chunks++] = unit_ns;
        return times;
    }
    size_t units = unit_ns < CHUNK_NS ? (size_t)(CHUNK_NS / fmax(unit_ns, 1)) + 1 : 1;
    time_chunks(work, ctx, next, singles ? ms * 0.6 : ms * 0.9, units, &times);
    if (singles) {
        clockid_t clock = unit_ns < LONG_NS ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID;
        time_singles(work, ctx, next, ms * 0.3, clock, &times);
    }
    return times;
}

void stopwatch_free(stopwatch_times *times)
{
    free(times->chunks);
    free(times->singles);
}
