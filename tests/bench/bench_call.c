/*
 * bench_call MODEL ROWS LEAD: what calls of the library take, for those who measure a binding beside them. ROWS
 * holds float32 vectors of the model, LEAD the JSON of a lead. Lines on the standard input say
 * what is timed:
 *
 *     vector MS      lsc_score_vector(), another row each call
 *     batch MS       lsc_score_batch() of all rows
 *     waited MS      the same, by the wall clock
 *     lead MS        lsc_score_json()
 *
 * Each is answered by a line: the median of the chunks of that time, in ns of CPU time a row or lead.
 */
#include <leadscore/leadscore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_support.h"
#include "stopwatch.h"

typedef struct caller {
    lsc_scorer *scorer;
    size_t n_columns;
    float *rows;
    size_t n_rows;
    float *out;
    char *lead;
    size_t lead_length;
    int64_t as_of_ms;
} caller;

static void must(lsc_status status, const lsc_error *error)
{
    if (status != LSC_OK) {
        bench_die("%s", error->message);
    }
}

static void score_vector(void *ctx, size_t number)
{
    caller *self = ctx;
    lsc_error error;
    lsc_result result = LSC_RESULT_INIT;
    const float *row = self->rows + number % self->n_rows * self->n_columns;
    must(lsc_score_vector(self->scorer, row, self->n_columns, &result, &error), &error);
    self->out[number % self->n_rows] = (float)result.probability;
}

static void score_batch(void *ctx, size_t number)
{
    caller *self = ctx;
    lsc_error error;
    (void)number;
    must(lsc_score_batch(self->scorer, self->rows, self->n_rows, self->n_columns, self->out, NULL,
                         &error),
         &error);
}

static void score_lead(void *ctx, size_t number)
{
    caller *self = ctx;
    lsc_error error;
    lsc_result result = LSC_RESULT_INIT;
    must(lsc_score_json(self->scorer, self->lead, self->lead_length, NULL, 0, self->as_of_ms,
                        &result, &error),
         &error);
    self->out[number % self->n_rows] = (float)result.probability;
}

static double time_work(caller *self, stopwatch_work work, double ms)
{
    size_t next = 0;
    stopwatch_times times = stopwatch_time(work, self, &next, ms, false);
    double median = stopwatch_quantile(times.chunks, times.n_chunks, 0.5);
    stopwatch_free(&times);
    return median;
}

/** The median of single calls, by the wall clock. */
static double time_waited(caller *self, stopwatch_work work, double ms)
{
    enum {
        MOST = 10000
    };
    double *calls = bench_alloc(MOST, sizeof *calls);
    double end = stopwatch_now_ns() + ms * 1e6;
    size_t n = 0;
    do {
        double begin = stopwatch_now_ns();
        work(self, n);
        calls[n++] = stopwatch_now_ns() - begin;
    } while (stopwatch_now_ns() < end && n < MOST);
    stopwatch_sort(calls, n);
    double median = stopwatch_quantile(calls, n, 0.5);
    free(calls);
    return median;
}

static void answer(caller *self, const char *what, double ms)
{
    double ns = 0;
    if (strcmp(what, "vector") == 0) {
        ns = time_work(self, score_vector, ms);
    } else if (strcmp(what, "batch") == 0) {
        ns = time_work(self, score_batch, ms) / (double)self->n_rows;
    } else if (strcmp(what, "waited") == 0) {
        ns = time_waited(self, score_batch, ms) / (double)self->n_rows;
    } else if (strcmp(what, "lead") == 0) {
        ns = time_work(self, score_lead, ms);
    } else {
        bench_die("nothing is called %s", what);
    }
    printf("%.1f\n", ns);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        bench_die("bench_call MODEL ROWS LEAD");
    }
    caller self = {.as_of_ms = INT64_C(1775001600000)};
    lsc_error error;
    lsc_model *model = NULL;
    size_t length = 0;
    must(lsc_model_load_file(argv[1], NULL, &model, &error), &error);
    must(lsc_scorer_new(model, NULL, &self.scorer, &error), &error);
    self.n_columns = lsc_spec_n_columns(lsc_model_spec(model));
    self.rows = (float *)(void *)bench_read_file(argv[2], &length);
    self.n_rows = length / (self.n_columns * sizeof *self.rows);
    self.out = bench_alloc(self.n_rows, sizeof *self.out);
    self.lead = bench_read_file(argv[3], &self.lead_length);
    char what[16];
    double ms;
    while (scanf("%15s %lf", what, &ms) == 2) {
        answer(&self, what, ms);
    }
    free(self.lead);
    free(self.out);
    free(self.rows);
    lsc_scorer_free(self.scorer);
    lsc_model_unref(model);
    return 0;
}
