#include "leak_sets.h"

#include <math.h>
#include <stdio.h>

#include "suite.h"
#include "train_support.h"

enum {
    N_TELLING = 6,
    N_COLUMNS = 1 + N_TELLING + 4
};

static lsc_spec *numbers_spec(size_t n_columns)
{
    static char json[1 << 16];
    size_t length = (size_t)snprintf(json, sizeof json,
                                     "{\"format\": 1, \"name\": \"made\", \"groups\": [\"g\"], "
                                     "\"features\": [");
    for (size_t i = 0; i < n_columns; i++) {
        length += (size_t)snprintf(json + length, sizeof json - length,
                                   "%s{\"name\": \"c%zu\", \"group\": \"g\", \"kind\": \"number\", "
                                   "\"property\": \"c%zu\"}",
                                   i == 0 ? "" : ",", i, i);
    }
    length += (size_t)snprintf(json + length, sizeof json - length, "]}");
    lsc_spec *spec;
    ck_ok(lsc_spec_parse(json, length, NULL, &spec, error));
    return spec;
}

void leak_set_new(leak_set *set, size_t n_rows, size_t n_columns)
{
    lsc_rows *rows = &set->rows;
    *set = (leak_set){.spec = numbers_spec(n_columns)};
    rows->allocator = lsc_default_allocator();
    rows->n_rows = rows->n_groups = n_rows;
    rows->n_columns = n_columns;
    rows->columns = calloc(n_rows * n_columns, sizeof *rows->columns);
    rows->labels = calloc(n_rows, sizeof *rows->labels);
    rows->weights = calloc(n_rows, sizeof *rows->weights);
    rows->as_of_ms = calloc(n_rows, sizeof *rows->as_of_ms);
    rows->groups = calloc(n_rows, sizeof *rows->groups);
    rows->group_keys = calloc(n_rows, sizeof *rows->group_keys);
    rows->group_labels = calloc(n_rows, sizeof *rows->group_labels);
    for (size_t row = 0; row < n_rows; row++) {
        rows->weights[row] = 1;
        rows->groups[row] = (uint32_t)row;
        rows->group_keys[row] = row;
    }
}

void leak_set_finish(leak_set *set)
{
    memcpy(set->rows.group_labels, set->rows.labels, set->rows.n_rows);
}

void leak_set_free(leak_set *set)
{
    lsc_rows_free(&set->rows);
    lsc_spec_unref(set->spec);
}

/** The honest column's value, as the set has it. */
static float shape_of(uint64_t number, double value, lsc_random *random)
{
    switch (number / 3 % 3) {
    case 1:
        return (float)floor(2 * value);
    case 2:
        return lsc_random_uniform(random) < 0.2 ? NAN : (float)value;
    default:
        return (float)value;
    }
}

void leak_set_make(leak_set *set, uint64_t number)
{
    static const size_t sizes[] = {500, 2000, 8000};
    lsc_random random;
    lsc_random_seed(&random, number);
    leak_set_new(set, sizes[number % 3], N_COLUMNS);
    /* ROC AUC = Phi(d / sqrt 2) of two normal distributions d apart. */
    set->d = 0.742 + (1.466 - 0.742) * lsc_random_uniform(&random);
    set->others = 1.190 * lsc_random_uniform(&random);
    double rate = 0.05 + 0.35 * lsc_random_uniform(&random);
    rate = number % 3 == 0 && rate < 0.15 ? 0.15 : rate;
    for (size_t row = 0; row < set->rows.n_rows; row++) {
        float *columns = set->rows.columns + row * N_COLUMNS;
        double label = lsc_random_uniform(&random) < rate;
        set->rows.labels[row] = label > 0;
        columns[0] = shape_of(number, set->d * label + random_normal(&random), &random);
        for (size_t i = 1; i < N_COLUMNS; i++) {
            double told = i <= N_TELLING ? set->others / sqrt(N_TELLING) : 0;
            columns[i] = (float)(told * label + random_normal(&random));
        }
    }
    leak_set_finish(set);
}

lsc_leaks leaks_of(const leak_set *set)
{
    lsc_history history;
    lsc_leaks leaks;
    const lsc_stage silent = {.call = NULL};
    ck_ok(lsc_history_init(&history, set->spec, lsc_default_allocator(), error));
    ck_ok(lsc_leaks_find(&set->rows, set->spec, &history, 7, &silent, &leaks, error));
    lsc_history_free(&history);
    return leaks;
}
