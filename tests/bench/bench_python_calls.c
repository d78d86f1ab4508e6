/* The calls of C that bench_python.py compares with, timed where no Python is in between. */
#include <stdint.h>
#include <time.h>

#include <leadscore/score.h>

/* For Python, which loads this by name. */
double bench_vector_ns(lsc_scorer *scorer, const float *rows, size_t n_rows, size_t n_columns,
                       size_t n_calls);
double bench_batch_ns(lsc_scorer *scorer, const float *rows, size_t n_rows, size_t n_columns,
                      float *probabilities);

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
