/*
 * bench_rows LEADS [ACTIVITIES OUTCOMES]: how long training takes to make its rows from files, on one
 * core, and what memory that needs at the most. measure_rows.py runs it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <leadscore/train.h>

#include "bench_support.h"
#include "stopwatch.h"

static bool count_row(void *ctx, const char *lead_id, int64_t as_of_ms, const float *columns,
                      size_t n_columns, bool label)
{
    (void)lead_id;
    (void)as_of_ms;
    (void)columns;
    (void)n_columns;
    (void)label;
    ++*(size_t *)ctx;
    return true;
}

/** The most memory that this program has had; getrusage() also counts who started it. */
static double peak_mib(void)
{
    char line[256];
    double kib = 0;
    FILE *status = fopen("/proc/self/status", "r");
    while (status != NULL && fgets(line, sizeof line, status) != NULL) {
        if (strncmp(line, "VmHWM:", 6) == 0) {
            kib = strtod(line + 6, NULL);
        }
    }
    if (status != NULL) {
        fclose(status);
    }
    return kib / 1024;
}

int main(int argc, char **argv)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_files files = LSC_FILES_INIT;
    lsc_source *source;
    size_t n_rows = 0;
    if (argc != 2 && argc != 4) {
        bench_die("usage: bench_rows LEADS [ACTIVITIES OUTCOMES]");
    }
    files.leads = argv[1];
    files.activities = argc == 4 ? argv[2] : NULL;
    files.outcomes = argc == 4 ? argv[3] : NULL;
    stopwatch_pin();
    double before_mib = peak_mib();
    double begun = stopwatch_cpu_ns();
    if (lsc_source_open_files(&files, &source, &error) != LSC_OK) {
        bench_die("%s", error.message);
    }
    double opened = stopwatch_cpu_ns();
    if (lsc_training_rows(source, NULL, count_row, &n_rows, &error) != LSC_OK) {
        bench_die("%s", error.message);
    }
    double ended = stopwatch_cpu_ns();
    lsc_source_free(source);
    printf("{\"rows\": %zu, \"open_s\": %.2f, \"rows_s\": %.2f, \"memory_mib\": %.1f}\n", n_rows,
           (opened - begun) / 1e9, (ended - opened) / 1e9, peak_mib() - before_mib);
    return 0;
}
