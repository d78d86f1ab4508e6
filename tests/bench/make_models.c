/*
 * make_models FOLDER: the models that benches measure, S, M and L, trained by XGBoost on simulated
 * leads. Of each, model.ubj as XGBoost wrote it (NAME.ubj), and as JSON (NAME.json); beside them
 * rows.f32, vectors that no model has seen, float32 [n][20].
 */
#include <stdio.h>
#include <stdlib.h>

#include "bench_booster.h"
#include "bench_leads.h"
#include "bench_support.h"

#define N_TRAINING 200000
#define N_ROWS 20000

static const bench_training models[] = {
    {"S", 100, "4", "0.1", NULL},
    {"M", 200, "6", "0.06", NULL},
    {"L", 1000, "8", "0.02", NULL},
};

static void write_part(const char *folder, const char *name, const char *ending, const void *bytes,
                       size_t length)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.%s", folder, name, ending);
    bench_write_file(path, bytes, length);
}

static void write_model(const char *folder, const char *name, bench_booster booster)
{
    static const char *const formats[] = {"json", "ubj"};
    for (size_t i = 0; i < 2; i++) {
        size_t length;
        char *bytes = bench_booster_save(booster, formats[i], &length);
        write_part(folder, name, formats[i], bytes, length);
        free(bytes);
    }
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        bench_die("use: make_models FOLDER");
    }
    float *rows = bench_alloc(N_TRAINING * BENCH_COLUMNS, sizeof *rows);
    float *labels = bench_alloc(N_TRAINING, sizeof *labels);
    bench_leads(2, N_ROWS, rows, NULL);
    write_part(argv[1], "rows", "f32", rows, N_ROWS * BENCH_COLUMNS * sizeof *rows);
    bench_leads(1, N_TRAINING, rows, labels);
    for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
        printf("training %s: %d trees of depth %s\n", models[i].name, models[i].n_trees,
               models[i].depth);
        fflush(stdout);
        bench_booster booster =
            bench_booster_train(&models[i], rows, labels, N_TRAINING, BENCH_COLUMNS);
        write_model(argv[1], models[i].name, booster);
        bench_booster_free(booster);
    }
    free(rows);
    free(labels);
    return 0;
}
