/*
 * bench_engine MODELS [MS [ROUNDS]]: first checks every set of kernels that this processor can run
 * on forests trained and random, against the general kernels and XGBoost; then times it on the models
 * of make_models. Ends with 1 where a check fails.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_kernels.h"
#include "bench_leads.h"
#include "bench_support.h"
#include "contestant.h"
#include "kernel_check.h"
#include "random_forest.h"
#include "stopwatch.h"

#define CHECKED_ROWS 700
#define EXPLAINED_ROWS 100

static size_t check_shape(const forest_shape *shape, uint64_t seed)
{
    lsc_allocator allocator;
    lsc_buffer json;
    float *rows = bench_alloc(CHECKED_ROWS * shape->n_columns, sizeof *rows);
    lsc_allocator_resolve(NULL, &allocator, NULL);
    lsc_buffer_init(&json, &allocator);
    random_forest_json(shape, seed, BENCH_BASE_SCORE, &json);
    random_forest_rows(shape, seed, CHECKED_ROWS, rows);
    const checked_forest forest = {.name = shape->name,
                                   .booster = bench_booster_load(json.data, json.length),
                                   .n_columns = shape->n_columns,
                                   .rows = rows,
                                   .n_rows = CHECKED_ROWS,
                                   .n_explained = EXPLAINED_ROWS,
                                   .xgboost_explains = !shape->zero_covers};
    size_t n_wrong = kernel_check(&forest);
    bench_booster_free(forest.booster);
    lsc_buffer_free(&json);
    free(rows);
    return n_wrong;
}

/* A model of make_models, on rows that it has not seen. */
static size_t check_model(const char *folder, const char *name, float *rows, size_t n_rows)
{
    char path[4096];
    size_t length;
    snprintf(path, sizeof path, "%s/%s.ubj", folder, name);
    char *bytes = bench_read_file(path, &length);
    const checked_forest forest = {.name = name,
                                   .booster = bench_booster_load(bytes, length),
                                   .n_columns = BENCH_COLUMNS,
                                   .rows = rows,
                                   .n_rows = n_rows,
                                   .n_explained = 50,
                                   .xgboost_explains = true};
    size_t n_wrong = kernel_check(&forest);
    bench_booster_free(forest.booster);
    free(bytes);
    return n_wrong;
}

static size_t check_all(const char *folder, const char *const *models, size_t n_models, float *rows,
                        size_t n_rows)
{
    size_t n_wrong = 0;
    printf(
        "other bits than XGBoost's in score_one and score_batch; than the general kernels' in the "
        "sigmoid,\nshap_one and shap_batch; how far contributions are from the margin in sum, and "
        "from XGBoost's,\nin parts of max(1, sum of |tree outputs|)\n\n");
    for (size_t i = 0; i < RANDOM_FOREST_SHAPES; i++) {
        n_wrong += check_shape(&random_forest_shapes[i], 100 + i);
    }
    for (size_t i = 0; i < n_models; i++) {
        n_wrong += check_model(folder, models[i], rows, n_rows);
    }
    return n_wrong;
}

/** A kernel of a model, as it is timed. */
typedef struct timed_kernel {
    const char *kernels; /* the set's name */
    void *opened;
    double *chunks; /* [n_chunks] of all rounds */
    size_t n_chunks;
    double *singles; /* [n_singles] of all rounds */
    size_t n_singles;
    size_t next;
} timed_kernel;

typedef struct timed_work {
    void *opened;
    void (*call)(void *opened, const float *rows, size_t n_rows, float *out);
    const float *rows;
    size_t n_rows;
    size_t n_batch;
    float *out;
} timed_work;

static void do_work(void *ctx, size_t number)
{
    const timed_work *self = ctx;
    size_t n_batches = self->n_rows / self->n_batch;
    self->call(self->opened, self->rows + number % n_batches * self->n_batch * BENCH_COLUMNS,
               self->n_batch, self->out);
}

static void score_one(void *opened, const float *rows, size_t n_rows, float *out)
{
    (void)n_rows;
    contest_leadscore.score_one(opened, rows, out);
}

static void shap_one(void *opened, const float *rows, size_t n_rows, float *out)
{
    (void)n_rows;
    contest_leadscore.shap_one(opened, rows, out);
}

static void explain_one(void *opened, const float *rows, size_t n_rows, float *out)
{
    (void)n_rows;
    contest_leadscore_explain.shap_one(opened, rows, out);
}

static void score_batch(void *opened, const float *rows, size_t n_rows, float *out)
{
    contest_leadscore.score_batch(opened, rows, n_rows, out);
}

static void shap_batch(void *opened, const float *rows, size_t n_rows, float *out)
{
    contest_leadscore.shap_batch(opened, rows, n_rows, out);
}

static const struct {
    const char *purpose;
    void (*call)(void *opened, const float *rows, size_t n_rows, float *out);
    size_t n_batch;
} purposes[] = {{"score_one", score_one, 1},
                {"score_batch", score_batch, 4000},
                {"shap_one", shap_one, 1},
                {"shap_batch", shap_batch, 256},
                {"explain_one", explain_one, 1}};

#define N_PURPOSES (sizeof purposes / sizeof purposes[0])
/** Of fewer single calls there is no 99th percentile. */
#define LEAST_SINGLES 100
/** Times kept of all rounds. */
#define MAX_TIMES 65536

static void keep(double *all, size_t *n_all, const double *some, size_t n, double units)
{
    for (size_t i = 0; i < n && *n_all < MAX_TIMES; i++) {
        all[(*n_all)++] = some[i] / units;
    }
}

static void take_turn(timed_kernel *kernel, timed_work *work, double ms)
{
    bool one = work->n_batch == 1;
    work->opened = kernel->opened;
    stopwatch_times times = stopwatch_time(do_work, work, &kernel->next, ms, one);
    keep(kernel->chunks, &kernel->n_chunks, times.chunks, times.n_chunks, (double)work->n_batch);
    keep(kernel->singles, &kernel->n_singles, times.singles, times.n_singles, 1);
    stopwatch_free(&times);
}

static void print_kernel(const char *model, const char *purpose, timed_kernel *kernel,
                         double *general)
{
    stopwatch_sort(kernel->chunks, kernel->n_chunks);
    stopwatch_sort(kernel->singles, kernel->n_singles);
    double median = stopwatch_quantile(kernel->chunks, kernel->n_chunks, 0.5);
    if (isnan(*general)) {
        *general = median;
    }
    printf("%-3s %-12s %-9s %12.1f %12.1f", model, purpose, kernel->kernels, median,
           kernel->chunks[0]);
    if (kernel->n_singles < LEAST_SINGLES) {
        printf(" %12s", "");
    } else {
        printf(" %12.1f", stopwatch_quantile(kernel->singles, kernel->n_singles, 0.99));
    }
    printf(" %8.2f\n", *general / median);
    fflush(stdout);
}

static void time_purpose(const char *model, size_t purpose, timed_kernel *kernels, size_t n_kernels,
                         timed_work *work, double ms, size_t n_rounds)
{
    double general = (double)NAN;
    work->call = purposes[purpose].call;
    work->n_batch = purposes[purpose].n_batch;
    for (size_t i = 0; i < n_kernels; i++) {
        kernels[i].n_chunks = 0;
        kernels[i].n_singles = 0;
    }
    for (size_t round = 0; round < n_rounds; round++) {
        for (size_t i = 0; i < n_kernels; i++) {
            take_turn(&kernels[i], work, ms);
        }
    }
    for (size_t i = 0; i < n_kernels; i++) {
        print_kernel(model, purposes[purpose].purpose, &kernels[i], &general);
    }
}

static void time_model(const char *folder, const char *model, const float *rows, size_t n_rows,
                       double ms, size_t n_rounds)
{
    char path[4096];
    const char *names[BENCH_MAX_KERNELS];
    timed_kernel kernels[BENCH_MAX_KERNELS] = {{0}};
    size_t n_kernels = bench_kernels(names);
    timed_work work = {.rows = rows, .n_rows = n_rows};
    work.out = bench_alloc((size_t)CONTEST_BATCH * (BENCH_COLUMNS + 1), sizeof *work.out);
    snprintf(path, sizeof path, "%s/%s.lsm", folder, model);
    for (size_t i = 0; i < n_kernels; i++) {
        bench_use_kernels(names[i]);
        kernels[i].kernels = names[i];
        kernels[i].opened = contest_leadscore.open(NULL, path);
        kernels[i].chunks = bench_alloc(MAX_TIMES, sizeof(double));
        kernels[i].singles = bench_alloc(MAX_TIMES, sizeof(double));
    }
    for (size_t i = 0; i < N_PURPOSES; i++) {
        time_purpose(model, i, kernels, n_kernels, &work, ms, n_rounds);
    }
    for (size_t i = 0; i < n_kernels; i++) {
        contest_leadscore.close(kernels[i].opened);
        free(kernels[i].chunks);
        free(kernels[i].singles);
    }
    free(work.out);
}

int main(int argc, char **argv)
{
    static const char *const models[] = {"S", "M", "L"};
    char path[4096];
    size_t length;
    if (argc < 2 || argc > 4) {
        bench_die("use: bench_engine MODELS [MS [ROUNDS]]");
    }
    double ms = argc > 2 ? strtod(argv[2], NULL) : 100;
    size_t n_rounds = argc > 3 ? strtoul(argv[3], NULL, 10) : 5;
    if (!(ms > 0) || n_rounds == 0) {
        bench_die("MS and ROUNDS must be above 0");
    }
    snprintf(path, sizeof path, "%s/rows.f32", argv[1]);
    float *rows = (float *)(void *)bench_read_file(path, &length);
    size_t n_rows = length / (BENCH_COLUMNS * sizeof *rows);
    size_t n_wrong = check_all(argv[1], models, 3, rows, n_rows);
    if (n_wrong > 0) {
        bench_die("%zu checks failed: nothing is timed", n_wrong);
    }
    printf("\nns a row: median, least, and 99th percentile of single calls; how many times as fast "
           "as the general kernels\n\n");
    stopwatch_pin();
    for (size_t i = 0; i < 3; i++) {
        time_model(argv[1], models[i], rows, n_rows, ms, n_rounds);
    }
    free(rows);
    return 0;
}
