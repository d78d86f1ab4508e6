/* The calls of C that bench_python.py compares with, timed where no Python is in between. */
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <leadscore/arrow.h>
#include <leadscore/score.h>

/* For Python, which loads this by name. */
double bench_vector_ns(lsc_scorer *scorer, const float *rows, size_t n_rows, size_t n_columns,
                       size_t n_calls);
double bench_batch_ns(lsc_scorer *scorer, const float *rows, size_t n_rows, size_t n_columns,
                      float *probabilities);
double bench_table_ns(lsc_scorer *scorer, const lsc_arrow_reader *reader,
                      const struct ArrowArray *array, size_t n_columns, float *probabilities);

static double thread_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/** ns of a call; -1 where one failed. */
double bench_vector_ns(lsc_scorer *scorer, const float *rows, size_t n_rows, size_t n_columns,
                       size_t n_calls)
{
    lsc_result result = LSC_RESULT_INIT;
    double begin = thread_ns();
    for (size_t i = 0; i < n_calls; i++) {
        const float *row = rows + i % n_rows * n_columns;
        if (lsc_score_vector(scorer, row, n_columns, &result, NULL) != LSC_OK) {
            return -1;
        }
    }
    return (thread_ns() - begin) / (double)n_calls;
}

/** ns of a row; -1 where the call failed. */
double bench_batch_ns(lsc_scorer *scorer, const float *rows, size_t n_rows, size_t n_columns,
                      float *probabilities)
{
    double begin = thread_ns();
    if (lsc_score_batch(scorer, rows, n_rows, n_columns, probabilities, NULL, NULL) != LSC_OK) {
        return -1;
    }
    return (thread_ns() - begin) / (double)n_rows;
}

/* Rows of 128 KiB at a time, as the package has it. */
static size_t rows_together(size_t n_columns)
{
    const size_t tiles = 32768 / 64 / (n_columns + 1);
    return 64 * (tiles > 0 ? tiles : 1);
}

/** Columns of Arrow, made rows and scored: ns of a row; -1 where a call failed. */
double bench_table_ns(lsc_scorer *scorer, const lsc_arrow_reader *reader,
                      const struct ArrowArray *array, size_t n_columns, float *probabilities)
{
    const size_t n_rows = (size_t)array->length;
    const size_t most = rows_together(n_columns);
    const double begin = thread_ns();
    float *rows = malloc(most * n_columns * sizeof *rows);
    lsc_status status = rows != NULL ? LSC_OK : LSC_NO_MEMORY;
    for (size_t row = 0; row < n_rows && status == LSC_OK; row += most) {
        const size_t n = n_rows - row < most ? n_rows - row : most;
        status = lsc_arrow_read(reader, array, row, n, rows, n_columns, NULL);
        if (status == LSC_OK) {
            status = lsc_score_batch(scorer, rows, n, n_columns, probabilities + row, NULL, NULL);
        }
    }
    free(rows);
    return status == LSC_OK ? (thread_ns() - begin) / (double)n_rows : -1;
}
