/*
 * bench_runner CONTESTANT LIBRARY ROWS: a contestant, told by lines on its standard input what to
 * do, so that several can take turns in one run. LIBRARY is the peer's shared library, or "-".
 *
 *     open MODEL                    answers "ok MS", the CPU time it took
 *     time WHAT BATCH MS            for about MS milliseconds: answers a JSON object,
 *                                   {"chunks": [ns a row, ...], "singles": [ns of a call, ...]}
 *     write WHAT N_ROWS FILE        what it gives for the first rows, as float32: answers "ok"
 *
 * WHAT is score_one, shap_one, score_batch or shap_batch. What the contestant cannot do is answered
 * by "none". Where something fails, the program says why and ends.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_support.h"
#include "contestant.h"
#include "stopwatch.h"

/** Times printed of a turn, at the most: quantiles, evenly picked. */
#define MAX_SHOWN 101

static const contestant *const contestants[] = {
    &contest_leadscore,   &contest_leadscore_explain, &contest_xgboost, &contest_lightgbm,
    &contest_onnxruntime, &contest_treelite,          &contest_lleaves,
};

typedef struct runner {
    const contestant *who;
    const char *library;
    void *opened;
    float *rows;
    size_t n_rows;
    float *out; /* [CONTEST_BATCH][BENCH_COLUMNS + 1] */
    size_t next;
    void (*one)(void *self, const float *row, float *out);
    void (*batch)(void *self, const float *rows, size_t n_rows, float *out);
    size_t n_batch;
} runner;

static void work_one(void *ctx, size_t number)
{
    runner *self = ctx;
    self->one(self->opened, self->rows + number % self->n_rows * BENCH_COLUMNS, self->out);
}

static void work_batch(void *ctx, size_t number)
{
    runner *self = ctx;
    size_t n_batches = self->n_rows / self->n_batch;
    const float *rows = self->rows + number % n_batches * self->n_batch * BENCH_COLUMNS;
    self->batch(self->opened, rows, self->n_batch, self->out);
}

/* Set what `what` names; false where the contestant has it not. */
static bool choose(runner *self, const char *what)
{
    self->one = NULL;
    self->batch = NULL;
    if (strcmp(what, "score_one") == 0) {
        self->one = self->who->score_one;
    } else if (strcmp(what, "shap_one") == 0) {
        self->one = self->who->shap_one;
    } else if (strcmp(what, "score_batch") == 0) {
        self->batch = self->who->score_batch;
    } else if (strcmp(what, "shap_batch") == 0) {
        self->batch = self->who->shap_batch;
    } else {
        bench_die("nothing is called %s", what);
    }
    return self->one != NULL || self->batch != NULL;
}

static void open_model(runner *self, const char *path)
{
    if (self->opened != NULL) {
        self->who->close(self->opened);
    }
    double start = stopwatch_cpu_ns();
    self->opened = self->who->open(self->library, path);
    printf("ok %.3f\n", (stopwatch_cpu_ns() - start) / 1e6);
}

static void print_numbers(const char *name, const double *rising, size_t count, double units)
{
    size_t n = count < MAX_SHOWN ? count : MAX_SHOWN;
    printf("\"%s\": [", name);
    for (size_t i = 0; i < n; i++) {
        double quantile = n > 1 ? (double)i / (double)(n - 1) : 0;
        double ns = stopwatch_quantile(rising, count, quantile);
        printf("%s%.1f", i == 0 ? "" : ", ", ns / units);
    }
    printf("]");
}

static void print_times(const stopwatch_times *times, double units)
{
    printf("{");
    print_numbers("chunks", times->chunks, times->n_chunks, units);
    printf(", ");
    print_numbers("singles", times->singles, times->n_singles, units);
    printf("}\n");
}

static void time_work(runner *self, size_t n_batch, double ms)
{
    if (n_batch == 0 || n_batch > CONTEST_BATCH || n_batch > self->n_rows) {
        bench_die("a batch of %zu rows cannot be timed", n_batch);
    }
    bool one = self->one != NULL;
    self->n_batch = n_batch;
    stopwatch_times times = stopwatch_time(one ? work_one : work_batch, self, &self->next, ms, one);
    print_times(&times, one ? 1 : (double)n_batch);
    stopwatch_free(&times);
}

static void write_output(runner *self, const char *what, size_t n_rows, const char *path)
{
    size_t width = strncmp(what, "shap", 4) == 0 ? BENCH_COLUMNS + 1 : 1;
    if (n_rows > CONTEST_BATCH || n_rows > self->n_rows) {
        bench_die("the output of %zu rows cannot be written", n_rows);
    }
    if (self->batch != NULL) {
        self->batch(self->opened, self->rows, n_rows, self->out);
    }
    for (size_t i = 0; i < n_rows && self->one != NULL; i++) {
        self->one(self->opened, self->rows + i * BENCH_COLUMNS, self->out + i * width);
    }
    bench_write_file(path, self->out, n_rows * width * sizeof *self->out);
    printf("ok\n");
}

static void obey(runner *self, const char *line)
{
    char what[32];
    char path[4096];
    size_t count;
    double ms;
    if (sscanf(line, "open %4095[^\n]", path) == 1) {
        open_model(self, path);
    } else if (sscanf(line, "time %31s %zu %lf", what, &count, &ms) == 3) {
        if (choose(self, what)) {
            time_work(self, count, ms);
        } else {
            printf("none\n");
        }
    } else if (sscanf(line, "write %31s %zu %4095[^\n]", what, &count, path) == 3) {
        if (choose(self, what)) {
            write_output(self, what, count, path);
        } else {
            printf("none\n");
        }
    } else {
        bench_die("not understood: %s", line);
    }
    fflush(stdout);
}

static const contestant *find(const char *name)
{
    for (size_t i = 0; i < sizeof contestants / sizeof contestants[0]; i++) {
        if (strcmp(contestants[i]->name, name) == 0) {
            return contestants[i];
        }
    }
    bench_die("no contestant is called %s", name);
}

int main(int argc, char **argv)
{
    char line[8192];
    size_t length;
    if (argc != 4) {
        bench_die("use: bench_runner CONTESTANT LIBRARY ROWS");
    }
    runner self = {.who = find(argv[1]), .library = argv[2]};
    self.rows = (float *)(void *)bench_read_file(argv[3], &length);
    self.n_rows = length / (BENCH_COLUMNS * sizeof *self.rows);
    self.out = bench_alloc((size_t)CONTEST_BATCH * (BENCH_COLUMNS + 1), sizeof *self.out);
    stopwatch_pin();
    while (fgets(line, sizeof line, stdin) != NULL) {
        obey(&self, line);
    }
    free(self.rows);
    free(self.out);
    return 0;
}
