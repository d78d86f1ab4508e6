/*
 * Contributions of boosters that XGBoost trained, against Algorithm 2 in double (shap_support.h),
 * and the deviation of XGBoost's own pred_contribs beside it.
 */
#include "shap_support.h"

#include <stdio.h>
#include <xgboost/c_api.h>

#include "suite.h"

#define N_COLUMNS 12
#define N_TRAIN 1000
#define MOST_ROWS 10000

/* A call of XGBoost that works. */
#define xgb_ok(call) ck_assert_msg((call) == 0, "%s: %s", #call, XGBGetLastError())

typedef struct booster_case {
    int depth;
    int trees;
    size_t n_rows;
    const char *tree_method;
} booster_case;

/* XGBoost takes tens of milliseconds a row for the largest. */
static const booster_case cases[] = {
    {1, 1, MOST_ROWS, "exact"},  {1, 500, MOST_ROWS, "hist"}, {2, 50, MOST_ROWS, "exact"},
    {3, 50, MOST_ROWS, "hist"},  {4, 30, MOST_ROWS, "hist"},  {5, 20, MOST_ROWS, "hist"},
    {6, 10, MOST_ROWS, "exact"}, {4, 500, 200, "hist"},       {6, 500, 200, "hist"},
    {7, 100, 200, "exact"},      {8, 200, 200, "hist"},       {9, 300, 200, "hist"},
    {10, 500, 200, "hist"},
};

/* Rows with a missing value in ten, of numbers, of few levels, and of flags. */
static void make_rows(lsc_random *random, size_t n_rows, float *rows, float *labels)
{
    for (size_t row = 0; row < n_rows; row++) {
        float *columns = rows + row * N_COLUMNS;
        for (size_t column = 0; column < N_COLUMNS; column++) {
            float number = (float)lsc_random_uniform(random);
            float level = (float)lsc_random_below(random, column % 4 + 2);
            bool missing = lsc_random_below(random, 10) == 0;
            columns[column] = missing ? NAN : column % 2 == 0 ? number : level;
        }
        float a = isnan(columns[0]) ? 0.3f : columns[0];
        float b = isnan(columns[1]) ? 0.5f : columns[1];
        float c = isnan(columns[2]) ? 0.9f : columns[2];
        double pull = (double)(a * b + c * c - 0.7f) + lsc_random_uniform(random) - 0.5;
        labels[row] = pull > 0 ? 1 : 0;
    }
}

static DMatrixHandle matrix_of(const float *rows, size_t n_rows)
{
    DMatrixHandle matrix;
    xgb_ok(XGDMatrixCreateFromMat(rows, n_rows, N_COLUMNS, NAN, &matrix));
    return matrix;
}

static BoosterHandle train(const booster_case *made, const float *rows, const float *labels)
{
    char depth[16];
    snprintf(depth, sizeof depth, "%d", made->depth);
    DMatrixHandle matrix = matrix_of(rows, N_TRAIN);
    xgb_ok(XGDMatrixSetFloatInfo(matrix, "label", labels, N_TRAIN));
    BoosterHandle booster;
    xgb_ok(XGBoosterCreate(&matrix, 1, &booster));
    xgb_ok(XGBoosterSetParam(booster, "objective", "binary:logistic"));
    xgb_ok(XGBoosterSetParam(booster, "tree_method", made->tree_method));
    xgb_ok(XGBoosterSetParam(booster, "max_depth", depth));
    xgb_ok(XGBoosterSetParam(booster, "eta", "0.1"));
    xgb_ok(XGBoosterSetParam(booster, "min_child_weight", "0.1"));
    xgb_ok(XGBoosterSetParam(booster, "base_score", "0.3"));
    xgb_ok(XGBoosterSetParam(booster, "nthread", "1"));
    for (int i = 0; i < made->trees; i++) {
        xgb_ok(XGBoosterUpdateOneIter(booster, i, matrix));
    }
    xgb_ok(XGDMatrixFree(matrix));
    return booster;
}

static lsc_forest forest_of(BoosterHandle booster)
{
    bst_ulong length;
    const char *bytes;
    lsc_allocator allocator;
    lsc_forest forest;
    ck_ok(lsc_allocator_resolve(NULL, &allocator, error));
    xgb_ok(XGBoosterSaveModelToBuffer(booster, "{\"format\": \"ubj\"}", &length, &bytes));
    ck_ok(lsc_forest_read_ubjson(bytes, length, N_COLUMNS, &allocator, &forest, error));
    return forest;
}

/* XGBoost's contributions: [n_rows][N_COLUMNS + 1], freed by the caller. */
static float *xgboost_contributions(BoosterHandle booster, const float *rows, size_t n_rows)
{
    DMatrixHandle matrix = matrix_of(rows, n_rows);
    const bst_ulong *shape;
    bst_ulong dimensions;
    const float *out;
    xgb_ok(XGBoosterPredictFromDMatrix(booster, matrix,
                                       "{\"type\": 2, \"training\": false, \"iteration_begin\": 0,"
                                       " \"iteration_end\": 0, \"strict_shape\": false}",
                                       &shape, &dimensions, &out));
    ck_assert_uint_eq(dimensions, 2);
    ck_assert_uint_eq(shape[0], n_rows);
    ck_assert_uint_eq(shape[1], N_COLUMNS + 1);
    size_t size = n_rows * (N_COLUMNS + 1) * sizeof *out;
    float *copy = malloc(size);
    memcpy(copy, out, size);
    xgb_ok(XGDMatrixFree(matrix));
    return copy;
}

static double tree_output(const lsc_forest *forest, size_t tree, const float *columns)
{
    const lsc_node *node = &forest->nodes[forest->roots[tree]];
    while (node->left != 0) {
        node =
            &forest->nodes[takes_left(node, columns[node->column]) ? node->left : node->left + 1];
    }
    return (double)node->value;
}

/** Deviations in parts of max(1, sum of |tree outputs|), the worst over rows and columns. */
typedef struct deviations {
    double ours;
    double xgboost;
    double sum; /**< base + contributions from the margin in double, ours */
} deviations;

/* Rows between those that every kernel computes; the others are by the walk over any forest. */
#define KERNEL_STRIDE 16

static void compare_row(const lsc_forest *forest, shap_kit *kit, const float *columns,
                        const float *theirs, bool all_kernels, deviations *worst)
{
    double ours[N_COLUMNS];
    double expected[N_COLUMNS];
    if (all_kernels) {
        shap_of(forest, columns, kit, ours);
    } else {
        lsc_tree_shap(forest, &kit->plans[LSC_CPU_GENERAL], columns, &kit->scratch, ours);
    }
    algorithm_2(forest, share_of_parent, columns, expected);
    double outputs = 0;
    double margin = (double)forest->base_margin;
    for (size_t tree = 0; tree < forest->n_trees; tree++) {
        double output = tree_output(forest, tree, columns);
        outputs += fabs(output);
        margin += output;
    }
    double scale = fmax(1, outputs);
    double sum = forest->base_value;
    for (size_t column = 0; column < N_COLUMNS; column++) {
        worst->ours = fmax(worst->ours, fabs(ours[column] - expected[column]) / scale);
        worst->xgboost =
            fmax(worst->xgboost, fabs((double)theirs[column] - expected[column]) / scale);
        sum += ours[column];
    }
    double base_off = fabs((double)theirs[N_COLUMNS] - forest->base_value);
    worst->xgboost = fmax(worst->xgboost, base_off / scale);
    worst->sum = fmax(worst->sum, fabs(sum - margin) / scale);
}

static deviations compare_rows(const lsc_forest *forest, const float *rows, size_t n_rows,
                               const float *theirs)
{
    shap_kit *kit = shap_kit_new(forest);
    deviations worst = {0};
    for (size_t row = 0; row < n_rows; row++) {
        compare_row(forest, kit, rows + row * N_COLUMNS, theirs + row * (N_COLUMNS + 1),
                    row % KERNEL_STRIDE == 0, &worst);
    }
    shap_kit_free(kit);
    return worst;
}

static void check_case(const booster_case *made, const float *rows, const float *labels)
{
    BoosterHandle booster = train(made, rows, labels);
    lsc_forest forest = forest_of(booster);
    ck_assert_uint_eq(forest.n_trees, (size_t)made->trees);
    float *theirs = xgboost_contributions(booster, rows, made->n_rows);
    deviations worst = compare_rows(&forest, rows, made->n_rows, theirs);
    printf("%5d %5d %5zu  %12.1e  %7.1e  %18.1e\n", made->depth, made->trees, made->n_rows,
           worst.ours, worst.xgboost, worst.sum);
    ck_assert_double_le(worst.ours, SHAP_TOLERANCE);
    /* XGBoost computes in float32: its deviation is shown, and bounded only so that a wrong reference
       does not pass for a right one. */
    ck_assert_double_le(worst.xgboost, 1e-3);
    ck_assert_double_le(worst.sum, SHAP_TOLERANCE);
    lsc_forest_free(&forest);
    free(theirs);
    xgb_ok(XGBoosterFree(booster));
}

START_TEST(contributions_of_trained_boosters_are_those_of_algorithm_2)
{
    lsc_random random;
    lsc_random_seed(&random, 20);
    float *rows = malloc(MOST_ROWS * N_COLUMNS * sizeof *rows);
    float *labels = malloc(MOST_ROWS * sizeof *labels);
    make_rows(&random, MOST_ROWS, rows, labels);
    printf("deviation from TreeSHAP in double, in parts of max(1, sum of |tree outputs|)\n"
           "depth trees  rows  this library  XGBoost  sum against margin\n");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check_case(&cases[i], rows, labels);
    }
    free(rows);
    free(labels);
}
END_TEST

LSC_SUITE("explain/shap_parity", TEST(contributions_of_trained_boosters_are_those_of_algorithm_2))
