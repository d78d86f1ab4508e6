#include "train/leak_strength.h"

#include <math.h>
#include <string.h>

#include "core/fixed_math.h"
#include "features/spec_data.h"
#include "train/booster.h"
#include "train/metrics.h"

/** Trees of a model: enough to rank by, not to be sure of a probability. */
#define ROUNDS 60
#define ETA 0.05

/** One half of the leads, as XGBoost and the metrics take it. */
typedef struct half_rows {
    size_t n;
    float *columns; /**< [n][n_columns], NaN where a feature is left out */
    unsigned char *labels;
    float *weights;
    double *doubles; /**< weights */
    double *scores;
    float *margins;
    lsc_matrix *matrix;
} half_rows;

static void half_free(half_rows *half, const lsc_allocator *allocator)
{
    lsc_matrix_free(half->matrix);
    lsc_release(allocator, half->columns);
    lsc_release(allocator, half->labels);
    lsc_release(allocator, half->weights);
    lsc_release(allocator, half->doubles);
    lsc_release(allocator, half->scores);
    lsc_release(allocator, half->margins);
}

static lsc_status make_room(half_rows *half, size_t n, size_t n_columns,
                            const lsc_allocator *allocator, lsc_error *error)
{
    half->columns = lsc_alloc_array(allocator, n, n_columns * sizeof *half->columns);
    half->labels = lsc_alloc_array(allocator, n, sizeof *half->labels);
    half->weights = lsc_alloc_array(allocator, n, sizeof *half->weights);
    half->doubles = lsc_alloc_array(allocator, n, sizeof *half->doubles);
    half->scores = lsc_alloc_array(allocator, n, sizeof *half->scores);
    half->margins = lsc_alloc_array(allocator, n, sizeof *half->margins);
    if (half->columns == NULL || half->labels == NULL || half->weights == NULL ||
        half->doubles == NULL || half->scores == NULL || half->margins == NULL) {
        return lsc_fail_memory(error);
    }
    return LSC_OK;
}

static void add_row(half_rows *half, const lsc_rows *rows, size_t row, const lsc_spec *spec,
                    const bool *left_out)
{
    const uint32_t *features = lsc_spec_column_features(spec);
    float *columns = half->columns + half->n * rows->n_columns;
    for (size_t column = 0; column < rows->n_columns; column++) {
        bool is_out = left_out[features[column]];
        columns[column] = is_out ? NAN : rows->columns[row * rows->n_columns + column];
    }
    half->labels[half->n] = rows->labels[row];
    half->weights[half->n] = rows->weights[row];
    half->doubles[half->n++] = (double)rows->weights[row];
}

static lsc_status make_half(const lsc_leak_sample *sample, int which, const lsc_spec *spec,
                            const bool *left_out, half_rows *half, lsc_error *error)
{
    const lsc_rows *rows = sample->rows;
    size_t n = 0;
    for (size_t i = 0; i < sample->n; i++) {
        n += lsc_leak_half(sample, i) == which;
    }
    lsc_status status = make_room(half, n, rows->n_columns, rows->allocator, error);
    if (status != LSC_OK) {
        return status;
    }
    for (size_t i = 0; i < sample->n; i++) {
        if (lsc_leak_half(sample, i) == which) {
            add_row(half, rows, sample->picked[i], spec, left_out);
        }
    }
    return lsc_matrix_new(half->columns, half->labels, half->weights, n, rows->n_columns,
                          rows->allocator, &half->matrix, error);
}

static lsc_status learn(const half_rows *from, const half_rows *about, size_t n_columns,
                        uint64_t seed, const lsc_stage *stage, const lsc_allocator *allocator,
                        lsc_error *error)
{
    signed char *free_columns = lsc_alloc_array(allocator, n_columns, sizeof *free_columns);
    lsc_growth growth = lsc_usual_growth;
    lsc_booster *booster = NULL;
    growth.eta = ETA;
    lsc_status status = free_columns != NULL ? LSC_OK : lsc_fail_memory(error);
    if (status == LSC_OK) {
        status = lsc_booster_new(from->matrix, &growth, free_columns, n_columns, seed, allocator,
                                 &booster, error);
    }
    for (int round = 0; round < ROUNDS && status == LSC_OK; round++) {
        status = lsc_booster_update(booster, round, from->matrix, error);
        if (status == LSC_OK) {
            status = lsc_stage_report(stage, -1, error);
        }
    }
    if (status == LSC_OK) {
        status = lsc_booster_margins(booster, about->matrix, ROUNDS, about->margins, error);
    }
    lsc_booster_free(booster);
    lsc_release(allocator, free_columns);
    return status;
}

/** 1/2 where the half has one class. */
static lsc_status rank(const half_rows *half, const lsc_allocator *allocator, double *auc,
                       lsc_error *error)
{
    lsc_ranking ranking;
    for (size_t i = 0; i < half->n; i++) {
        half->scores[i] = lsc_logistic((double)half->margins[i]);
    }
    lsc_predictions predictions = {.labels = half->labels,
                                   .probabilities = half->scores,
                                   .weights = half->doubles,
                                   .n_rows = half->n};
    lsc_status status = lsc_ranking_init(&ranking, &predictions, allocator, error);
    if (status == LSC_OK) {
        *auc = lsc_ranking_roc_auc(&ranking, half->doubles);
        *auc = isnan(*auc) ? 0.5 : *auc;
        lsc_ranking_free(&ranking);
    }
    return status;
}

lsc_status lsc_leak_auc_without(const lsc_leak_sample *sample, const lsc_spec *spec,
                                const bool *left_out, uint64_t seed, const lsc_stage *stage,
                                double *auc, lsc_error *error)
{
    const lsc_allocator *allocator = sample->rows->allocator;
    half_rows halves[2];
    double aucs[2] = {0.5, 0.5};
    memset(halves, 0, sizeof halves);
    lsc_status status = make_half(sample, 0, spec, left_out, &halves[0], error);
    if (status == LSC_OK) {
        status = make_half(sample, 1, spec, left_out, &halves[1], error);
    }
    for (int i = 0; i < 2 && status == LSC_OK; i++) {
        status = learn(&halves[1 - i], &halves[i], sample->rows->n_columns, seed, stage, allocator,
                       error);
        if (status == LSC_OK) {
            status = rank(&halves[i], allocator, &aucs[i], error);
        }
    }
    *auc = (aucs[0] + aucs[1]) / 2;
    half_free(&halves[0], allocator);
    half_free(&halves[1], allocator);
    return status;
}
