/*
 * Forests that no training would make, by every set of kernels that the machine has. Margins and
 * sigmoids must have XGBoost's bits, or, where the build has no XGBoost, those of the walk over the
 * nodes. Contributions must be those of a reference in double, add up to the margin, and be the same
 * bits by every kernel, for one row and for many. A failure names the shape and the seed.
 *
 * LEADSCORE_TEST_FORESTS is how many there are besides the shapes of random_forest.h: fewer where an
 * instruction takes longer (tests/run.py).
 */
#include <float.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef LSC_TEST_XGBOOST
#include <xgboost/c_api.h>
#endif

#include "core/buffer.h"
#include "model/xgboost_model.h"
#include "random_forest.h"
#include "score/forest_margin.h"
#include "score/scorer.h"
#include "shapley_by_leaves.h"
#include "suite.h"

/** Three blocks of rows and a part of one. */
#define N_ROWS 200
/** Of them, rows that many-row kernels explain: full vectors, and a part of one. */
#define N_EXPLAINED 37
/** Rows that the reference explains, and what it may take of steps for a forest. */
#define MOST_REFERENCES 5
#define REFERENCE_STEPS 4e6
#define DEFAULT_FORESTS 85
/** Nodes of a forest of a random shape, about. */
#define MOST_NODES 6000
#define BASE_SCORE 0.2f

/** What is checked at the moment. */
typedef struct trial {
    const forest_shape *shape;
    uint64_t seed;
    lsc_buffer json;
    lsc_forest forest;
    float *rows; /**< [N_ROWS][n_columns] */
    float margins[N_ROWS];
} trial;

#define ck_trial(self, condition, ...)                                                           \
    do {                                                                                         \
        if (!(condition)) {                                                                      \
            char said[200];                                                                      \
            snprintf(said, sizeof said, __VA_ARGS__);                                            \
            ck_abort_msg("%s: %zu trees of depth %zu, %zu columns, %zu thresholds, leaf chance " \
                         "%.2f%s%s, %zu categories, seed %llu: %s",                              \
                         (self)->shape->name, (self)->shape->n_trees, (self)->shape->depth,      \
                         (self)->shape->n_columns, (self)->shape->n_thresholds,                  \
                         (self)->shape->leaf_chance, (self)->shape->chain ? ", chains" : "",     \
                         (self)->shape->zero_covers ? ", zero covers" : "",                      \
                         (self)->shape->n_categories, (unsigned long long)(self)->seed, said);   \
        }                                                                                        \
    } while (0)

/** The first number whose bits are others, or `n`. */
static size_t first_other(const float *a, const float *b, size_t n)
{
    size_t i = 0;
    while (i < n && memcmp(&a[i], &b[i], sizeof *a) == 0) {
        i++;
    }
    return i;
}

static const float *row_of(const trial *self, size_t row)
{
    return self->rows + row * self->shape->n_columns;
}

static void make(trial *self)
{
    lsc_stream in;
    const lsc_allocator *allocator = lsc_default_allocator();
    const lsc_xgboost_reading reading = {
        .allocator = allocator, .format = LSC_PULL_JSON, .n_columns = self->shape->n_columns};
    lsc_buffer_init(&self->json, allocator);
    random_forest_json(self->shape, self->seed, BASE_SCORE, &self->json);
    lsc_stream_of_bytes(&in, self->json.data, self->json.length);
    lsc_error failed;
    lsc_status status = lsc_xgboost_read(&in, &reading, &self->forest, NULL, &failed);
    ck_trial(self, status == LSC_OK, "%.150s", failed.message);
    self->rows = calloc(N_ROWS * self->shape->n_columns, sizeof *self->rows);
    random_forest_rows(self->shape, self->seed, N_ROWS, self->rows);
}

static void discard(trial *self)
{
    lsc_forest_free(&self->forest);
    lsc_buffer_free(&self->json);
    free(self->rows);
}

#ifdef LSC_TEST_XGBOOST

static void xgb_ok(const trial *self, int result)
{
    ck_trial(self, result == 0, "XGBoost: %.150s", XGBGetLastError());
}

static void set_types(const trial *self, DMatrixHandle matrix)
{
    const char **types = calloc(self->shape->n_columns, sizeof *types);
    for (size_t i = 0; i < self->shape->n_columns; i++) {
        types[i] = random_forest_is_categorical(self->shape, i) ? "c" : "float";
    }
    xgb_ok(self, XGDMatrixSetStrFeatureInfo(matrix, "feature_type", types, self->shape->n_columns));
    free(types);
}

/** @param type  0 for the sigmoid, 1 for the margin */
static void xgboost_predict(const trial *self, int type, float *out)
{
    char config[200];
    BoosterHandle booster;
    DMatrixHandle matrix;
    const bst_ulong *shape;
    bst_ulong n_dimensions;
    const float *result;
    xgb_ok(self, XGBoosterCreate(NULL, 0, &booster));
    xgb_ok(self, XGBoosterLoadModelFromBuffer(booster, self->json.data, self->json.length));
    xgb_ok(self, XGBoosterSetParam(booster, "nthread", "1"));
    xgb_ok(self, XGDMatrixCreateFromMat(self->rows, N_ROWS, self->shape->n_columns, NAN, &matrix));
    set_types(self, matrix);
    snprintf(config, sizeof config,
             "{\"type\": %d, \"training\": false, \"iteration_begin\": 0, \"iteration_end\": 0, "
             "\"strict_shape\": false}",
             type);
    xgb_ok(self,
           XGBoosterPredictFromDMatrix(booster, matrix, config, &shape, &n_dimensions, &result));
    memcpy(out, result, N_ROWS * sizeof *out);
    xgb_ok(self, XGDMatrixFree(matrix));
    xgb_ok(self, XGBoosterFree(booster));
}

static void check_against_xgboost(const trial *self)
{
    float expected[N_ROWS];
    float sigmoids[N_ROWS];
    xgboost_predict(self, 1, expected);
    size_t other = first_other(self->margins, expected, N_ROWS);
    ck_trial(self, other == N_ROWS, "margin of row %zu is %a, XGBoost's %a", other,
             (double)self->margins[other], (double)expected[other]);
    xgboost_predict(self, 0, expected);
    for (size_t i = 0; i < N_ROWS; i++) {
        sigmoids[i] = lsc_raw_sigmoid(self->margins[i]);
    }
    other = first_other(sigmoids, expected, N_ROWS);
    ck_trial(self, other == N_ROWS, "sigmoid of row %zu is %a, XGBoost's %a", other,
             (double)sigmoids[other], (double)expected[other]);
}

#else

static void check_against_xgboost(const trial *self)
{
    (void)self;
}

#endif

static void check_margins(trial *self, const shap_kit *kit)
{
    static _Alignas(LSC_ALIGNMENT) lsc_block_bytes scratch;
    float one[N_ROWS];
    float many[N_ROWS];
    for (size_t i = 0; i < N_ROWS; i++) {
        self->margins[i] = lsc_forest_walk(&self->forest, row_of(self, i));
    }
    for (int cpu = 0; cpu < LSC_N_CPUS; cpu++) {
        if (!lsc_cpu_has((lsc_cpu)cpu)) {
            continue;
        }
        for (size_t i = 0; i < N_ROWS; i++) {
            one[i] = lsc_forest_margin(&self->forest, &kit->plans[cpu], row_of(self, i), &scratch);
        }
        lsc_forest_margins(&self->forest, &kit->plans[cpu], self->rows, N_ROWS, &scratch, many);
        size_t other = first_other(one, self->margins, N_ROWS);
        ck_trial(self, other == N_ROWS, "%s, one row: margin of row %zu",
                 lsc_cpu_name((lsc_cpu)cpu), other);
        other = first_other(many, self->margins, N_ROWS);
        ck_trial(self, other == N_ROWS, "%s, a batch: margin of row %zu",
                 lsc_cpu_name((lsc_cpu)cpu), other);
    }
}

/** By every kernel, with the bits of the walk over any forest. */
static void check_contributions(const trial *self, shap_kit *kit)
{
    size_t n = self->shape->n_columns;
    double *expected = calloc(N_EXPLAINED * n, sizeof *expected);
    double *one = calloc(n, sizeof *one);
    float *many = calloc(N_EXPLAINED * (n + 1), sizeof *many);
    for (size_t i = 0; i < N_EXPLAINED; i++) {
        lsc_tree_shap(&self->forest, &kit->plans[LSC_CPU_GENERAL], row_of(self, i), &kit->scratch,
                      expected + i * n);
    }
    for (int cpu = 0; cpu < LSC_N_CPUS; cpu++) {
        const char *name = lsc_cpu_name((lsc_cpu)cpu);
        if (!lsc_cpu_has((lsc_cpu)cpu)) {
            continue;
        }
        lsc_tree_shap_rows(&self->forest, &kit->plans[cpu], self->rows, N_EXPLAINED, &kit->scratch,
                           many);
        for (size_t i = 0; i < N_EXPLAINED; i++) {
            lsc_tree_shap(&self->forest, &kit->plans[cpu], row_of(self, i), &kit->scratch, one);
            ck_trial(self, memcmp(one, expected + i * n, n * sizeof *one) == 0,
                     "%s, one row: contributions of row %zu", name, i);
            for (size_t j = 0; j < n; j++) {
                ck_trial(self, many[i * (n + 1) + j] == (float)expected[i * n + j],
                         "%s, a batch: contribution of column %zu of row %zu", name, j, i);
            }
        }
    }
    free(expected);
    free(one);
    free(many);
}

/** How many rows the reference can explain in the time that it is given. */
static size_t count_references(const trial *self)
{
    size_t n = self->shape->n_columns;
    double length = (double)(self->forest.max_depth < n ? self->forest.max_depth : n) + 1;
    double steps = (double)self->forest.n_nodes / 2 * length * length * length / 4;
    double rows = REFERENCE_STEPS / steps;
    return rows > MOST_REFERENCES ? MOST_REFERENCES : rows < 1 ? 1 : (size_t)rows;
}

static void check_against_reference(const trial *self, shap_kit *kit)
{
    size_t n = self->shape->n_columns;
    size_t n_rows = count_references(self);
    double *ours = calloc(n, sizeof *ours);
    double *expected = calloc(n, sizeof *expected);
    for (size_t row = 0; row < n_rows; row++) {
        leaf_walk walk = shapley_by_leaves(&self->forest, row_of(self, row), expected);
        lsc_tree_shap(&self->forest, &kit->plans[LSC_CPU_GENERAL], row_of(self, row), &kit->scratch,
                      ours);
        double bound = SHAP_TOLERANCE * fmax(1, walk.outputs);
        double sum = self->forest.base_value;
        for (size_t j = 0; j < n; j++) {
            sum += ours[j];
            ck_trial(self, fabs(ours[j] - expected[j]) <= bound,
                     "contribution of column %zu of row %zu is %.9g, in double %.9g", j, row,
                     ours[j], expected[j]);
        }
        double base = (double)self->forest.base_margin;
        ck_trial(self, fabs(self->forest.base_value - base - walk.expected) <= bound,
                 "base value is %.9g, in double %.9g", self->forest.base_value,
                 base + walk.expected);
        ck_trial(self, fabs(sum - base - walk.margin) <= bound,
                 "row %zu: base and contributions are %.9g, the margin %.9g", row, sum,
                 base + walk.margin);
    }
    free(ours);
    free(expected);
}

/** What no row may hold; but memory that others change does, perhaps, once it was looked at. */
static void put_infinities(trial *self)
{
    enum {
        APART = 17 /* so that each column has some, however many there are */
    };
    for (size_t i = 0; i < N_ROWS * self->shape->n_columns; i += APART) {
        self->rows[i] = i % 2 == 0 ? INFINITY : -INFINITY;
    }
}

static void check_forest(const forest_shape *shape, uint64_t seed)
{
    trial self = {.shape = shape, .seed = seed};
    make(&self);
    shap_kit *kit = shap_kit_new(&self.forest);
    check_margins(&self, kit);
    check_against_xgboost(&self);
    check_contributions(&self, kit);
    check_against_reference(&self, kit);
    put_infinities(&self);
    check_margins(&self, kit);
    check_contributions(&self, kit);
    shap_kit_free(kit);
    discard(&self);
}

START_TEST(shapes_of_note_agree_everywhere)
{
    for (size_t i = 0; i < RANDOM_FOREST_SHAPES; i++) {
        check_forest(&random_forest_shapes[i], 100 + i);
    }
}
END_TEST

static size_t pick(lsc_random *random, const size_t *from, size_t n)
{
    return from[lsc_random_below(random, n)];
}
#define PICK(random, from) pick(random, from, sizeof(from) / sizeof(from)[0])

/** Numbers around those that kernels are built on: 8 and 64 trees, 16 and 255 thresholds, 32 slots. */
static forest_shape random_shape(uint64_t seed)
{
    static const size_t n_trees[] = {1, 2, 7, 8, 9, 63, 64, 65, 100, 129, 500, 2000};
    static const size_t n_columns[] = {1, 2, 3, 8, 9, 20, 31, 32, 33, 63, 64, 65, 130, 300};
    static const size_t n_thresholds[] = {1, 2, 15, 16, 17, 60, 239, 240, 255, 256, 257, 900};
    static const size_t n_categories[] = {1, 2, 7, 33, 96};
    lsc_random random;
    lsc_random_seed(&random, seed);
    forest_shape shape = {.name = "random", .depth = (size_t)(seed % 17)};
    shape.n_columns = PICK(&random, n_columns);
    shape.n_thresholds = PICK(&random, n_thresholds);
    shape.chain = lsc_random_below(&random, 6) == 0;
    shape.zero_covers = lsc_random_below(&random, 4) == 0;
    shape.n_categories = lsc_random_below(&random, 3) == 0 ? PICK(&random, n_categories) : 0;
    bool perfect = shape.depth <= 8 && lsc_random_below(&random, 2) == 0;
    shape.leaf_chance = perfect ? 0 : 0.15 + 0.25 * lsc_random_uniform(&random);
    double nodes = shape.chain ? 2 * (double)shape.depth + 1
                               : pow(2 - 2 * shape.leaf_chance, (double)shape.depth) * 2;
    shape.n_trees = PICK(&random, n_trees);
    while (shape.n_trees > 1 && (double)shape.n_trees * nodes > MOST_NODES) {
        shape.n_trees = (shape.n_trees + 1) / 2;
    }
    return shape;
}

START_TEST(random_shapes_agree_everywhere)
{
    const char *wanted = getenv("LEADSCORE_TEST_FORESTS");
    uint64_t n = wanted != NULL ? strtoul(wanted, NULL, 10) : DEFAULT_FORESTS;
    for (uint64_t seed = 0; seed < n; seed++) {
        forest_shape shape = random_shape(seed);
        check_forest(&shape, seed);
    }
}
END_TEST

LSC_SUITE("explain/random_forests", TEST(shapes_of_note_agree_everywhere),
          TEST(random_shapes_agree_everywhere))
