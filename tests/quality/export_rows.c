/* The rows that training makes of leads, as CSV on standard output: what the peers learn from in
   bench_quality.py.

       export_rows LEADS SPEC HORIZON_DAYS EVERY_DAYS */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <leadscore/leadscore.h>
#include <leadscore/train.h>

#define DAY_MS INT64_C(86400000)
#define MAX_SPEC_BYTES (1 << 20)
/* Each time of a lead, so that all rows weigh the same. */
#define ALL_TIMES 10000

static void check(lsc_status status, const lsc_error *error)
{
    if (status != LSC_OK) {
        fprintf(stderr, "export_rows: %s\n", error->message);
        exit(1);
    }
}

static lsc_spec *read_spec(const char *path)
{
    static char json[MAX_SPEC_BYTES];
    lsc_error error = LSC_ERROR_INIT;
    lsc_spec *spec = NULL;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    size_t length = fread(json, 1, sizeof json, file);
    fclose(file);
    check(lsc_spec_parse(json, length, NULL, &spec, &error), &error);
    return spec;
}

static bool put_row(void *ctx, const char *lead_id, int64_t as_of_ms, const float *columns,
                    size_t n_columns, bool label)
{
    (void)ctx;
    printf("%s,%lld,%d", lead_id, (long long)as_of_ms, label);
    for (size_t i = 0; i < n_columns; i++) {
        if (isnan(columns[i])) {
            putchar(',');
        } else {
            printf(",%.9g", (double)columns[i]);
        }
    }
    putchar('\n');
    return true;
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fputs("usage: export_rows LEADS SPEC HORIZON_DAYS EVERY_DAYS\n", stderr);
        return 2;
    }
    lsc_error error = LSC_ERROR_INIT;
    lsc_source *source = NULL;
    lsc_files files = LSC_FILES_INIT;
    lsc_train train = LSC_TRAIN_INIT;
    files.leads = argv[1];
    train.spec = read_spec(argv[2]);
    train.horizon_ms = strtol(argv[3], NULL, 10) * DAY_MS;
    train.every_ms = strtol(argv[4], NULL, 10) * DAY_MS;
    train.rows_per_lead = ALL_TIMES;
    check(lsc_source_open_files(&files, &source, &error), &error);
    fputs("lead_id,as_of_ms,label", stdout);
    for (size_t i = 0; i < lsc_spec_n_columns(train.spec); i++) {
        printf(",%s", lsc_spec_column_name(train.spec, i));
    }
    putchar('\n');
    check(lsc_training_rows(source, &train, put_row, NULL, &error), &error);
    lsc_source_free(source);
    lsc_spec_unref(train.spec);
    return 0;
}
