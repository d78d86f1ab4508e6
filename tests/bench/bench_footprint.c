/*
 * bench_footprint MODELS: what a model costs beside its time. How long it takes to load, what it and
 * a scorer hold in memory, what two threads on one model do, and that calls allocate nothing.
 */
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <leadscore/explain.h>

#include "bench_leads.h"
#include "bench_support.h"
#include "malloc_watch.h"
#include "stopwatch.h"

#define LOADS 15
#define THREAD_ROUNDS 9
#define THREAD_MS 300
#define CALLS 1000000
#define CALLS_MS 25000
#define BATCH 512

static float *rows;
static size_t n_rows;

static void must(lsc_status status, const lsc_error *error)
{
    if (status != LSC_OK) {
        bench_die("%s", error->message);
    }
}

static lsc_model *load(const char *path, const lsc_load *options)
{
    lsc_error error;
    lsc_model *model;
    must(lsc_model_load_file(path, options, &model, &error), &error);
    return model;
}

static lsc_scorer *scorer_of(lsc_model *model, const lsc_allocator *allocator)
{
    lsc_error error;
    lsc_scorer *scorer;
    must(lsc_scorer_new(model, allocator, &scorer, &error), &error);
    return scorer;
}

/* Memory */

/* Bytes that are held: blocks carry their size before them. */
static size_t held;

typedef union block_head {
    size_t size;
    max_align_t aligned;
} block_head;

static void *counted_malloc(size_t size, void *ctx)
{
    (void)ctx;
    block_head *head = malloc(sizeof *head + size);
    if (head == NULL) {
        return NULL;
    }
    head->size = size;
    held += size;
    return head + 1;
}

static void counted_free(void *block, void *ctx)
{
    (void)ctx;
    if (block != NULL) {
        block_head *head = (block_head *)block - 1;
        held -= head->size;
        free(head);
    }
}

static void *counted_realloc(void *block, size_t size, void *ctx)
{
    void *moved = counted_malloc(size, ctx);
    if (moved != NULL && block != NULL) {
        size_t old = ((block_head *)block - 1)->size;
        memcpy(moved, block, old < size ? old : size);
        counted_free(block, ctx);
    }
    return moved;
}

static size_t resident_bytes(void)
{
    unsigned long whole = 0;
    unsigned long resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL) {
        return 0;
    }
    if (fscanf(file, "%lu %lu", &whole, &resident) != 2) {
        resident = 0;
    }
    fclose(file);
    return resident * (size_t)sysconf(_SC_PAGESIZE);
}

static void print_memory(const char *path)
{
    const lsc_allocator counted = {counted_malloc, counted_realloc, counted_free, NULL};
    lsc_load options = LSC_LOAD_INIT;
    options.allocator = counted;
    held = 0;
    lsc_model *model = load(path, &options);
    size_t model_bytes = held;
    lsc_scorer *scorer = scorer_of(model, &counted);
    printf("  held by the model %.2f MB, by a scorer %.1f KB", (double)model_bytes / 1e6,
           (double)(held - model_bytes) / 1e3);
    lsc_scorer_free(scorer);
    lsc_model_unref(model);
}

/* In a process of its own, so that memory freed before is not used again. */
static void print_resident(const char *path)
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        size_t before = resident_bytes();
        lsc_scorer *scorer = scorer_of(load(path, NULL), NULL);
        lsc_result result = LSC_RESULT_INIT;
        lsc_error error;
        must(lsc_score_vector(scorer, rows, BENCH_COLUMNS, &result, &error), &error);
        printf("; the process grew by %.2f MB\n", (double)(resident_bytes() - before) / 1e6);
        fflush(stdout);
        _exit(0);
    }
    waitpid(child, NULL, 0);
}

static void print_load(const char *path)
{
    double ms[LOADS];
    for (size_t i = 0; i < LOADS; i++) {
        double start = stopwatch_cpu_ns();
        lsc_model *model = load(path, NULL);
        ms[i] = (stopwatch_cpu_ns() - start) / 1e6;
        lsc_model_unref(model);
    }
    stopwatch_sort(ms, LOADS);
    printf("  loads in %.2f ms (median; least %.2f)\n", ms[LOADS / 2], ms[0]);
}

/* Threads */

typedef void (*thread_call)(lsc_scorer *scorer, size_t number);

typedef struct scoring_thread {
    lsc_scorer *scorer;
    thread_call call;
    atomic_bool *go;
    atomic_bool *stop;
    size_t n_calls;
    double cpu_ns;
} scoring_thread;

static void score_single(lsc_scorer *scorer, size_t number)
{
    lsc_result result = LSC_RESULT_INIT;
    lsc_error error;
    must(lsc_score_vector(scorer, rows + number % n_rows * BENCH_COLUMNS, BENCH_COLUMNS, &result,
                          &error),
         &error);
}

static void score_many(lsc_scorer *scorer, size_t number)
{
    float margins[BATCH];
    lsc_error error;
    const float *first = rows + number % (n_rows / BATCH) * BATCH * BENCH_COLUMNS;
    must(lsc_score_batch(scorer, first, BATCH, BENCH_COLUMNS, NULL, margins, &error), &error);
}

static void explain_single(lsc_scorer *scorer, size_t number)
{
    float contributions[BENCH_COLUMNS + 1];
    lsc_error error;
    must(lsc_contributions_batch(scorer, rows + number % n_rows * BENCH_COLUMNS, 1, BENCH_COLUMNS,
                                 contributions, &error),
         &error);
}

static void *run_thread(void *ctx)
{
    scoring_thread *self = ctx;
    struct timespec start;
    struct timespec end;
    size_t number = 0;
    while (!atomic_load(self->go)) {
    }
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start);
    while (!atomic_load_explicit(self->stop, memory_order_relaxed)) {
        self->call(self->scorer, number++);
    }
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
    self->n_calls = number;
    self->cpu_ns =
        (double)(end.tv_sec - start.tv_sec) * 1e9 + (double)(end.tv_nsec - start.tv_nsec);
    return NULL;
}

/** Calls a second of all threads: by the wall clock, and as their CPU time would have it. */
typedef struct throughput {
    double wall;
    double cpu;
} throughput;

static throughput run_threads(lsc_model *model, thread_call call, size_t n_threads)
{
    atomic_bool go = false;
    atomic_bool stop = false;
    pthread_t ids[2];
    scoring_thread threads[2];
    const struct timespec time = {0, THREAD_MS * 1000000L};
    for (size_t i = 0; i < n_threads; i++) {
        threads[i] = (scoring_thread){scorer_of(model, NULL), call, &go, &stop, 0, 0};
        if (pthread_create(&ids[i], NULL, run_thread, &threads[i]) != 0) {
            bench_die("no thread can be made");
        }
    }
    double start = stopwatch_now_ns();
    throughput sum = {0, 0};
    atomic_store(&go, true);
    nanosleep(&time, NULL);
    atomic_store(&stop, true);
    for (size_t i = 0; i < n_threads; i++) {
        pthread_join(ids[i], NULL);
        lsc_scorer_free(threads[i].scorer);
    }
    double seconds = (stopwatch_now_ns() - start) / 1e9;
    for (size_t i = 0; i < n_threads; i++) {
        sum.wall += (double)threads[i].n_calls / seconds;
        sum.cpu += (double)threads[i].n_calls / (threads[i].cpu_ns / 1e9);
    }
    return sum;
}

static void print_threads(lsc_model *model, const char *what, thread_call call)
{
    double wall[THREAD_ROUNDS];
    double cpu[THREAD_ROUNDS];
    for (size_t i = 0; i < THREAD_ROUNDS; i++) {
        throughput one = run_threads(model, call, 1);
        throughput two = run_threads(model, call, 2);
        wall[i] = two.wall / one.wall;
        cpu[i] = two.cpu / one.cpu;
    }
    stopwatch_sort(wall, THREAD_ROUNDS);
    stopwatch_sort(cpu, THREAD_ROUNDS);
    printf("  two threads, %s: x %.2f of one thread; by CPU time x %.2f\n", what,
           wall[THREAD_ROUNDS / 2], cpu[THREAD_ROUNDS / 2]);
}

/* Allocations */

static void print_calls(lsc_model *model, const char *what, thread_call call)
{
    lsc_scorer *scorer = scorer_of(model, NULL);
    call(scorer, 0);
    size_t resident = resident_bytes();
    size_t allocations = malloc_count();
    double end = stopwatch_now_ns() + CALLS_MS * 1e6;
    size_t n = 0;
    while (n < CALLS && (n % 1000 != 0 || stopwatch_now_ns() < end)) {
        call(scorer, n++);
    }
    allocations = malloc_count() - allocations;
    double grown = (double)resident_bytes() - (double)resident;
    printf("  %zu calls, %s: %zu allocations, resident memory grew by %.0f KB\n", n, what,
           allocations, grown / 1e3);
    lsc_scorer_free(scorer);
    if (allocations > 0) {
        bench_die("calls allocate");
    }
}

static void print_model(const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.lsm", folder, name);
    printf("%s\n", name);
    print_load(path);
    print_memory(path);
    print_resident(path);
    lsc_model *model = load(path, NULL);
    print_threads(model, "single rows", score_single);
    print_threads(model, "batches", score_many);
    print_threads(model, "contributions", explain_single);
    print_calls(model, "lsc_score_vector", score_single);
    print_calls(model, "lsc_contributions_batch", explain_single);
    lsc_model_unref(model);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    char path[4096];
    size_t length;
    if (argc != 2) {
        bench_die("use: bench_footprint MODELS");
    }
    if (!malloc_watch_works()) {
        bench_die("allocations cannot be counted here");
    }
    snprintf(path, sizeof path, "%s/rows.f32", argv[1]);
    rows = (float *)(void *)bench_read_file(path, &length);
    n_rows = length / (BENCH_COLUMNS * sizeof *rows);
    print_model(argv[1], "S");
    print_model(argv[1], "M");
    print_model(argv[1], "L");
    free(rows);
    return 0;
}
