#include "kernel_check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <leadscore/explain.h>

#include "bench_bundle.h"
#include "bench_kernels.h"
#include "bench_support.h"
#include "model/model_data.h"

/* Of max(1, sum of |tree outputs|): the bound that docs/benchmarks.md gives for their sum. */
#define SHAP_TOLERANCE 5e-6
/* XGBoost computes contributions in float32: seen were 2e-6. More tells other work from rounding. */
#define XGBOOST_TOLERANCE 1e-4

/** What one set of kernels gives. */
typedef struct kernel_output {
    float *margins_one;   /* [n_rows] */
    float *margins_batch; /* [n_rows] */
    float *sigmoids;      /* [n_rows] */
    float *shap_one;      /* [n_explained][n_columns + 1] */
    float *shap_batch;    /* [n_explained][n_columns + 1] */
    double *scales;       /* [n_explained]: max(1, sum of |tree outputs|) */
    double *margins;      /* [n_explained], summed in double */
} kernel_output;

static lsc_error error;

static void must(lsc_status status)
{
    if (status != LSC_OK) {
        bench_die("%s", error.message);
    }
}

static lsc_model *load(const lsc_buffer *bundle, const char *kernels)
{
    lsc_model *model;
    bench_use_kernels(kernels);
    must(lsc_model_load_bytes(bundle->data, bundle->length, NULL, &model, &error));
    return model;
}

/* The margin in double, and the scale of what it is made of. */
static double walk(const lsc_forest *forest, const float *row, double *scale)
{
    double margin = (double)forest->base_margin;
    double sum = 0;
    for (size_t tree = 0; tree < forest->n_trees; tree++) {
        const lsc_node *node = &forest->nodes[forest->roots[tree]];
        while (node->left != 0) {
            bool left = lsc_forest_goes_left(forest, node, row[node->column]);
            node = &forest->nodes[node->left + (left ? 0 : 1)];
        }
        margin += (double)node->value;
        sum += fabs((double)node->value);
    }
    *scale = fmax(1, sum);
    return margin;
}

static void score_rows(const checked_forest *forest, lsc_scorer *scorer, kernel_output *out)
{
    lsc_result result = LSC_RESULT_INIT;
    for (size_t i = 0; i < forest->n_rows; i++) {
        must(lsc_score_vector(scorer, forest->rows + i * forest->n_columns, forest->n_columns,
                              &result, &error));
        out->margins_one[i] = result.margin;
        out->sigmoids[i] = result.raw_probability;
    }
    /* Batches of 1, 3, 5, ... rows: full blocks, and what is left of one, of every size. */
    for (size_t at = 0, size = 1; at < forest->n_rows; at += size, size += 2) {
        size = size < forest->n_rows - at ? size : forest->n_rows - at;
        must(lsc_score_batch(scorer, forest->rows + at * forest->n_columns, size, forest->n_columns,
                             NULL, out->margins_batch + at, &error));
    }
}

static void explain_rows(const checked_forest *forest, lsc_scorer *scorer, kernel_output *out)
{
    size_t width = forest->n_columns + 1;
    for (size_t i = 0; i < forest->n_explained; i++) {
        const float *row = forest->rows + i * forest->n_columns;
        must(lsc_contributions_batch(scorer, row, 1, forest->n_columns, out->shap_one + i * width,
                                     &error));
        out->margins[i] = walk(&lsc_scorer_model(scorer)->forest, row, &out->scales[i]);
    }
    must(lsc_contributions_batch(scorer, forest->rows, forest->n_explained, forest->n_columns,
                                 out->shap_batch, &error));
}

static kernel_output run(const checked_forest *forest, const lsc_buffer *bundle,
                         const char *kernels)
{
    size_t n_shap = forest->n_explained * (forest->n_columns + 1);
    kernel_output out = {.margins_one = bench_alloc(forest->n_rows, sizeof(float)),
                         .margins_batch = bench_alloc(forest->n_rows, sizeof(float)),
                         .sigmoids = bench_alloc(forest->n_rows, sizeof(float)),
                         .shap_one = bench_alloc(n_shap, sizeof(float)),
                         .shap_batch = bench_alloc(n_shap, sizeof(float)),
                         .scales = bench_alloc(forest->n_explained, sizeof(double)),
                         .margins = bench_alloc(forest->n_explained, sizeof(double))};
    lsc_scorer *scorer;
    lsc_model *model = load(bundle, kernels);
    must(lsc_scorer_new(model, NULL, &scorer, &error));
    score_rows(forest, scorer, &out);
    explain_rows(forest, scorer, &out);
    lsc_scorer_free(scorer);
    lsc_model_unref(model);
    return out;
}

static void free_output(kernel_output *out)
{
    free(out->margins_one);
    free(out->margins_batch);
    free(out->sigmoids);
    free(out->shap_one);
    free(out->shap_batch);
    free(out->scales);
    free(out->margins);
}

static size_t other_bits(const float *a, const float *b, size_t n)
{
    size_t n_other = 0;
    for (size_t i = 0; i < n; i++) {
        n_other += memcmp(&a[i], &b[i], sizeof a[i]) != 0;
    }
    return n_other;
}

/* The largest difference, in parts of a row's scale. NaN counts as infinite. */
static double distance(const checked_forest *forest, const double *scales, const float *a,
                       const float *b)
{
    double worst = 0;
    size_t width = forest->n_columns + 1;
    for (size_t i = 0; i < forest->n_explained * width; i++) {
        double far = fabs((double)a[i] - (double)b[i]) / scales[i / width];
        worst = isnan(far) ? HUGE_VAL : fmax(worst, far);
    }
    return worst;
}

/* The largest difference between base + contributions and the margin, in parts of the scale. */
static double sum_distance(const checked_forest *forest, const kernel_output *out)
{
    double worst = 0;
    size_t width = forest->n_columns + 1;
    for (size_t i = 0; i < forest->n_explained; i++) {
        double sum = 0;
        for (size_t j = 0; j < width; j++) {
            sum += (double)out->shap_batch[i * width + j];
        }
        worst = fmax(worst, fabs(sum - out->margins[i]) / out->scales[i]);
    }
    return worst;
}

/* `shap` is NULL where XGBoost has no contributions to compare with. */
static bool compare(const checked_forest *forest, const char *kernels, const kernel_output *out,
                    const kernel_output *general, const float *margins, const float *shap)
{
    size_t n_one = other_bits(out->margins_one, margins, forest->n_rows);
    size_t n_batch = other_bits(out->margins_batch, margins, forest->n_rows);
    size_t n_sigmoids = other_bits(out->sigmoids, general->sigmoids, forest->n_rows);
    size_t n_shap = forest->n_explained * (forest->n_columns + 1);
    size_t n_shap_one = other_bits(out->shap_one, general->shap_one, n_shap);
    size_t n_shap_batch = other_bits(out->shap_batch, general->shap_one, n_shap);
    double sum = sum_distance(forest, out);
    double xgboost =
        shap != NULL ? distance(forest, out->scales, out->shap_one, shap) : (double)NAN;
    bool good = n_one + n_batch + n_sigmoids + n_shap_one + n_shap_batch == 0 &&
                sum <= SHAP_TOLERANCE && (shap == NULL || xgboost <= XGBOOST_TOLERANCE);
    printf("%-12s %-9s %6zu %5zu %5zu %5zu %5zu  %8.1e %8.1e%s\n", forest->name, kernels, n_one,
           n_batch, n_sigmoids, n_shap_one, n_shap_batch, sum, xgboost, good ? "" : "  WRONG");
    fflush(stdout);
    return good;
}

size_t kernel_check(const checked_forest *forest)
{
    const char *names[BENCH_MAX_KERNELS];
    size_t n_kernels = bench_kernels(names);
    size_t length;
    size_t n_wrong = 0;
    lsc_allocator allocator;
    lsc_buffer bundle;
    lsc_allocator_resolve(NULL, &allocator, NULL);
    lsc_buffer_init(&bundle, &allocator);
    char *ubjson = bench_booster_save(forest->booster, "ubj", &length);
    bench_bundle(ubjson, length, forest->n_columns, BENCH_BASE_SCORE, &bundle);
    float *margins =
        bench_booster_margins(forest->booster, forest->rows, forest->n_rows, forest->n_columns);
    float *shap = NULL;
    if (forest->xgboost_explains) {
        shap = bench_booster_contributions(forest->booster, forest->rows, forest->n_explained,
                                           forest->n_columns);
    }
    kernel_output general = run(forest, &bundle, names[0]);
    for (size_t i = 0; i < n_kernels; i++) {
        kernel_output out = run(forest, &bundle, names[i]);
        n_wrong += !compare(forest, names[i], &out, &general, margins, shap);
        free_output(&out);
    }
    free_output(&general);
    free(margins);
    free(shap);
    free(ubjson);
    lsc_buffer_free(&bundle);
    return n_wrong;
}
