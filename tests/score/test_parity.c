/*
 * XGBoost as the oracle: boosters trained here by its C API, saved as UBJSON and JSON, read by us.
 * Margins and raw sigmoids must agree to the bit. LEADSCORE_TEST_ROWS, where it is set: so many rows are
 * compared, in builds that take long (tests/run.py).
 */
#include "suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <xgboost/c_api.h>

#include "core/random.h"
#include "model/xgboost_model.h"
#include "model_fixtures.h"
#include "score/scorer.h"

enum {
    N_COLUMNS = 12,
    N_TRAIN = 700,
    MOST_TEST = 10000
};

#define ck_xgb(call) ck_assert_msg((call) == 0, "%s", XGBGetLastError())

static size_t n_test(void)
{
    static size_t n;
    const char *few = n == 0 ? getenv("LEADSCORE_TEST_ROWS") : NULL;
    if (n == 0) {
        n = few != NULL && strtoul(few, NULL, 10) < MOST_TEST ? strtoul(few, NULL, 10) : MOST_TEST;
    }
    return n;
}

/** A setting of XGBoost; lists end with a NULL name. */
typedef struct setting {
    const char *name;
    const char *value;
} setting;

/** Counts, skewed numbers, flags and fractions, with NaN in most columns. */
static float random_value(lsc_random *random, size_t column)
{
    double u = lsc_random_uniform(random);
    if (column % 4 != 3 && lsc_random_below(random, 8) == 0) {
        return NAN;
    }
    switch (column % 4) {
    case 0:
        return (float)floor(12 * u * u);
    case 1:
        return (float)(exp(9 * u) - 4);
    case 2:
        return (float)(2 * u - 1);
    default:
        return u < 0.4 ? 1 : 0;
    }
}

static void random_rows(lsc_random *random, float *rows, size_t n_rows)
{
    for (size_t i = 0; i < n_rows * N_COLUMNS; i++) {
        rows[i] = random_value(random, i % N_COLUMNS);
    }
}

static float random_label(lsc_random *random, const float *row)
{
    double margin = -1;
    for (size_t i = 0; i < N_COLUMNS; i++) {
        margin += isnan(row[i]) ? 0.3 : sin((double)row[i] + (double)i);
    }
    return lsc_random_uniform(random) < 1 / (1 + exp(-margin)) ? 1.0f : 0.0f;
}

static DMatrixHandle new_matrix(const float *rows, size_t n_rows)
{
    DMatrixHandle matrix;
    ck_xgb(XGDMatrixCreateFromMat(rows, n_rows, N_COLUMNS, NAN, &matrix));
    return matrix;
}

static BoosterHandle train(uint64_t seed, int n_trees, const setting *settings)
{
    static float rows[N_TRAIN * N_COLUMNS];
    static float labels[N_TRAIN];
    lsc_random random;
    lsc_random_seed(&random, seed);
    random_rows(&random, rows, N_TRAIN);
    for (size_t i = 0; i < N_TRAIN; i++) {
        labels[i] = random_label(&random, rows + i * N_COLUMNS);
    }
    DMatrixHandle matrix = new_matrix(rows, N_TRAIN);
    ck_xgb(XGDMatrixSetFloatInfo(matrix, "label", labels, N_TRAIN));
    BoosterHandle booster;
    ck_xgb(XGBoosterCreate(&matrix, 1, &booster));
    ck_xgb(XGBoosterSetParam(booster, "objective", "binary:logistic"));
    ck_xgb(XGBoosterSetParam(booster, "nthread", "1"));
    for (; settings->name != NULL; settings++) {
        ck_xgb(XGBoosterSetParam(booster, settings->name, settings->value));
    }
    for (int i = 0; i < n_trees; i++) {
        ck_xgb(XGBoosterUpdateOneIter(booster, i, matrix));
    }
    ck_xgb(XGDMatrixFree(matrix));
    return booster;
}

/** Read the model in one of its forms, as lsc_xgboost_read() tells it. */
static lsc_status read_as(BoosterHandle booster, const char *format, lsc_forest *forest,
                          lsc_error *error)
{
    bst_ulong length = 0;
    const char *bytes = NULL;
    lsc_stream in;
    lsc_xgboost_reading reading = {.allocator = fixture_allocator(), .n_columns = N_COLUMNS};
    ck_xgb(XGBoosterSaveModelToBuffer(booster, format, &length, &bytes));
    lsc_stream_of_bytes(&in, bytes, length);
    return lsc_xgboost_read(&in, &reading, forest, NULL, error);
}

/** From UBJSON, and once more from JSON, which must give the same bits. */
static lsc_forest read_forest(BoosterHandle booster)
{
    lsc_forest forest;
    lsc_forest of_json;
    ck_ok(read_as(booster, "{\"format\": \"ubj\"}", &forest, error));
    ck_ok(read_as(booster, "{\"format\": \"json\"}", &of_json, error));
    ck_assert_uint_eq(forest.n_nodes, of_json.n_nodes);
    ck_assert_mem_eq(forest.nodes, of_json.nodes, forest.n_nodes * sizeof *forest.nodes);
    ck_assert_mem_eq(&forest.base_margin, &of_json.base_margin, sizeof forest.base_margin);
    ck_assert_mem_eq(&forest.base_value, &of_json.base_value, sizeof forest.base_value);
    ck_assert_uint_eq(forest.n_set_words, of_json.n_set_words);
    for (size_t i = 0; i < forest.n_set_words; i++) {
        ck_assert_uint_eq(forest.set_words[i], of_json.set_words[i]);
    }
    lsc_forest_free(&of_json);
    return forest;
}

/** Put the forest's own thresholds, and the floats just below, into some of the values. */
static void put_thresholds(lsc_random *random, const lsc_forest *forest, float *rows)
{
    for (size_t i = 0; i < n_test(); i++) {
        const lsc_node *node = &forest->nodes[lsc_random_below(random, forest->n_nodes)];
        if (node->left != 0 && !node->categorical) {
            bool below = lsc_random_below(random, 2) == 0;
            rows[i * N_COLUMNS + node->column] =
                below ? nextafterf(node->value, -INFINITY) : node->value;
        }
    }
}

/** What XGBoost predicts: type 0 is the sigmoid, type 1 the margin. Owned by the booster. */
static const float *predict(BoosterHandle booster, DMatrixHandle matrix, int type)
{
    char config[200];
    const bst_ulong *shape = NULL;
    bst_ulong n_dimensions = 0;
    const float *out = NULL;
    snprintf(config, sizeof config,
             "{\"type\": %d, \"training\": false, \"iteration_begin\": 0, \"iteration_end\": 0, "
             "\"strict_shape\": false}",
             type);
    ck_xgb(XGBoosterPredictFromDMatrix(booster, matrix, config, &shape, &n_dimensions, &out));
    ck_assert_uint_eq(shape[0], n_test());
    return out;
}

static size_t count_different(const float *a, const float *b)
{
    size_t n = 0;
    for (size_t i = 0; i < n_test(); i++) {
        n += memcmp(&a[i], &b[i], sizeof *a) != 0;
    }
    return n;
}

static bool has_setting(const setting *settings, const char *name, const char *value)
{
    while (settings->name != NULL &&
           (strcmp(settings->name, name) != 0 || strcmp(settings->value, value) != 0)) {
        settings++;
    }
    return settings->name != NULL;
}

/** Margins by every set of kernels that this machine has, row by row and in blocks. */
static void check_margins(const lsc_forest *forest, const float *rows, const float *expected)
{
    static float one[MOST_TEST];
    static float block[MOST_TEST];
    static _Alignas(LSC_ALIGNMENT) lsc_block_bytes scratch;
    for (int i = 0; i < LSC_N_CPUS; i++) {
        lsc_cpu cpu = (lsc_cpu)i;
        lsc_forest_plan plan;
        if (!lsc_cpu_has(cpu)) {
            continue;
        }
        ck_ok(lsc_forest_plan_build(forest, cpu, SIZE_MAX, &forest->allocator, &plan, error));
        for (size_t row = 0; row < n_test(); row++) {
            one[row] = lsc_forest_margin(forest, &plan, rows + row * N_COLUMNS, &scratch);
        }
        lsc_forest_margins(forest, &plan, rows, n_test(), &scratch, block);
        ck_assert_msg(count_different(one, expected) == 0, "%s, one row", lsc_cpu_name(cpu));
        ck_assert_msg(count_different(block, expected) == 0, "%s, a block", lsc_cpu_name(cpu));
        lsc_forest_plan_free(&plan);
    }
}

/** Train, predict by both, compare; returns the depth of the forest. */
static size_t check_parity(uint64_t seed, int n_trees, const setting *settings)
{
    static float rows[MOST_TEST * N_COLUMNS];
    static float sigmoids[MOST_TEST];
    BoosterHandle booster = train(seed, n_trees, settings);
    lsc_forest forest = read_forest(booster);
    lsc_random random;
    lsc_random_seed(&random, seed + 1000);
    random_rows(&random, rows, n_test());
    put_thresholds(&random, &forest, rows);
    DMatrixHandle matrix = new_matrix(rows, n_test());
    size_t parallel = has_setting(settings, "num_parallel_tree", "3") ? 3 : 1;
    ck_assert_uint_eq(forest.n_trees, (size_t)n_trees * parallel);
    check_margins(&forest, rows, predict(booster, matrix, 1));
    bool raw = has_setting(settings, "objective", "binary:logitraw");
    for (size_t i = 0; i < n_test(); i++) {
        float margin = lsc_forest_walk(&forest, rows + i * N_COLUMNS);
        sigmoids[i] = raw ? margin : lsc_raw_sigmoid(margin);
    }
    ck_assert_uint_eq(count_different(sigmoids, predict(booster, matrix, 0)), 0);
    ck_xgb(XGDMatrixFree(matrix));
    ck_xgb(XGBoosterFree(booster));
    size_t depth = forest.max_depth;
    lsc_forest_free(&forest);
    return depth;
}

START_TEST(every_depth_and_number_of_trees_agrees_to_the_bit)
{
    static const int n_trees[] = {1, 2, 10, 60, 500};
    for (int depth = 1; depth <= 10; depth++) {
        for (size_t t = 0; t < sizeof n_trees / sizeof n_trees[0]; t++) {
            char depth_text[8];
            snprintf(depth_text, sizeof depth_text, "%d", depth);
            const setting settings[] = {{"max_depth", depth_text},
                                        {"eta", n_trees[t] == 500 ? "0.05" : "0.3"},
                                        {"tree_method", (depth + t) % 2 == 0 ? "hist" : "exact"},
                                        {NULL, NULL}};
            check_parity((uint64_t)depth * 10 + t, n_trees[t], settings);
        }
    }
}
END_TEST

START_TEST(the_settings_that_training_uses_agree_to_the_bit)
{
    static const setting sampled[] = {{"max_depth", "6"},          {"subsample", "0.7"},
                                      {"colsample_bytree", "0.6"}, {"scale_pos_weight", "3.7"},
                                      {"tree_method", "hist"},     {NULL, NULL}};
    static const setting based[] = {
        {"max_depth", "4"}, {"base_score", "0.0317"}, {"tree_method", "hist"}, {NULL, NULL}};
    static const setting steep[] = {{"max_depth", "5"}, {"base_score", "0.97"},    {"eta", "1"},
                                    {"lambda", "0"},    {"min_child_weight", "0"}, {NULL, NULL}};
    static const setting monotone[] = {{"max_depth", "5"},
                                       {"monotone_constraints", "(1,0,-1,0,0,1,0,0,0,0,0,0)"},
                                       {"tree_method", "hist"},
                                       {NULL, NULL}};
    static const setting approximate[] = {{"max_depth", "5"},
                                          {"max_bin", "33"},
                                          {"colsample_bynode", "0.5"},
                                          {"tree_method", "approx"},
                                          {NULL, NULL}};
    check_parity(201, 80, sampled);
    check_parity(202, 80, based);
    check_parity(203, 80, steep);
    check_parity(204, 80, monotone);
    check_parity(205, 80, approximate);
}
END_TEST

START_TEST(other_objectives_of_log_odds_agree_to_the_bit)
{
    static const setting raw[] = {{"objective", "binary:logitraw"},
                                  {"base_score", "-1.25"},
                                  {"max_depth", "4"},
                                  {NULL, NULL}};
    static const setting share[] = {
        {"objective", "reg:logistic"}, {"base_score", "0.2"}, {"max_depth", "4"}, {NULL, NULL}};
    check_parity(211, 30, raw);
    check_parity(212, 30, share);
}
END_TEST

START_TEST(dart_and_parallel_trees_agree_to_the_bit)
{
    static const setting dart[] = {{"booster", "dart"}, {"rate_drop", "0.4"},    {"one_drop", "1"},
                                   {"max_depth", "4"},  {"tree_method", "hist"}, {NULL, NULL}};
    static const setting forest[] = {{"num_parallel_tree", "3"},
                                     {"subsample", "0.5"},
                                     {"max_depth", "4"},
                                     {"tree_method", "hist"},
                                     {NULL, NULL}};
    check_parity(221, 40, dart);
    check_parity(222, 20, forest);
}
END_TEST

START_TEST(pruned_trees_agree_to_the_bit)
{
    static const setting pruned[] = {
        {"max_depth", "8"}, {"gamma", "3"}, {"tree_method", "exact"}, {NULL, NULL}};
    check_parity(301, 40, pruned);
}
END_TEST

START_TEST(deep_chains_agree_to_the_bit)
{
    static const setting chains[] = {{"max_depth", "0"},      {"grow_policy", "lossguide"},
                                     {"max_leaves", "200"},   {"min_child_weight", "0"},
                                     {"lambda", "0.01"},      {"eta", "0.5"},
                                     {"tree_method", "hist"}, {NULL, NULL}};
    size_t depth = check_parity(401, 50, chains);
    ck_assert_uint_gt(depth, 12);
}
END_TEST

/** Make categories of the first three columns; odd ones, too, where they are to be scored. */
static void put_categories(lsc_random *random, float *rows, size_t n, bool odd)
{
    static const float strange[] = {-1, -0.5f, 1.5f, 40, 4e6f, 16777215, 16777216, 3e38f, -0.0f};
    static const uint64_t n_categories[] = {3, 7, 100};
    for (size_t i = 0; i < n * 3; i++) {
        float *value = &rows[i / 3 * N_COLUMNS + i % 3];
        bool is_strange = odd && lsc_random_below(random, 6) == 0;
        *value = is_strange ? strange[lsc_random_below(random, 9)]
                            : (float)lsc_random_below(random, n_categories[i % 3]);
        if (lsc_random_below(random, 10) == 0) {
            *value = NAN;
        }
    }
}

static void set_types(DMatrixHandle matrix)
{
    const char *types[N_COLUMNS];
    for (size_t i = 0; i < N_COLUMNS; i++) {
        types[i] = i < 3 ? "c" : "float";
    }
    ck_xgb(XGDMatrixSetStrFeatureInfo(matrix, "feature_type", types, N_COLUMNS));
}

static BoosterHandle train_categories(lsc_random *random, const char *max_cat_to_onehot)
{
    static float rows[N_TRAIN * N_COLUMNS];
    static float labels[N_TRAIN];
    random_rows(random, rows, N_TRAIN);
    put_categories(random, rows, N_TRAIN, false);
    for (size_t i = 0; i < N_TRAIN; i++) {
        double odds = fmod((double)rows[i * N_COLUMNS + 2], 7) - (double)rows[i * N_COLUMNS];
        labels[i] = odds > 2 * lsc_random_uniform(random) ? 1.0f : 0.0f;
    }
    DMatrixHandle matrix = new_matrix(rows, N_TRAIN);
    BoosterHandle booster;
    set_types(matrix);
    ck_xgb(XGDMatrixSetFloatInfo(matrix, "label", labels, N_TRAIN));
    ck_xgb(XGBoosterCreate(&matrix, 1, &booster));
    const setting settings[] = {{"objective", "binary:logistic"},
                                {"nthread", "1"},
                                {"tree_method", "hist"},
                                {"max_depth", "6"},
                                {"max_cat_to_onehot", max_cat_to_onehot}};
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        ck_xgb(XGBoosterSetParam(booster, settings[i].name, settings[i].value));
    }
    for (int i = 0; i < 40; i++) {
        ck_xgb(XGBoosterUpdateOneIter(booster, i, matrix));
    }
    ck_xgb(XGDMatrixFree(matrix));
    return booster;
}

START_TEST(splits_by_category_agree_to_the_bit)
{
    static float rows[MOST_TEST * N_COLUMNS];
    static const char *const max_cat_to_onehot[] = {"1", "4", "200"};
    for (size_t k = 0; k < 3; k++) {
        lsc_random random;
        lsc_random_seed(&random, 500 + k);
        BoosterHandle booster = train_categories(&random, max_cat_to_onehot[k]);
        lsc_forest forest = read_forest(booster);
        ck_assert_uint_gt(forest.n_sets, 20);
        random_rows(&random, rows, n_test());
        put_categories(&random, rows, n_test(), true);
        put_thresholds(&random, &forest, rows);
        DMatrixHandle matrix = new_matrix(rows, n_test());
        set_types(matrix);
        check_margins(&forest, rows, predict(booster, matrix, 1));
        ck_xgb(XGDMatrixFree(matrix));
        ck_xgb(XGBoosterFree(booster));
        lsc_forest_free(&forest);
    }
}
END_TEST

START_TEST(other_boosters_of_xgboost_are_named)
{
    static const setting linear[] = {{"booster", "gblinear"}, {NULL, NULL}};
    static const setting regression[] = {
        {"objective", "reg:squarederror"}, {"max_depth", "2"}, {NULL, NULL}};
    static const setting classes[] = {
        {"objective", "multi:softprob"}, {"num_class", "3"}, {"max_depth", "2"}, {NULL, NULL}};
    static const struct {
        const setting *settings;
        const char *words;
    } cases[] = {{linear, "booster is \"gblinear\""},
                 {regression, "objective is \"reg:squarederror\""},
                 {classes, "objective is \"multi:softprob\""}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lsc_forest forest;
        BoosterHandle booster = train(501, 2, cases[i].settings);
        ck_fails(read_as(booster, "{\"format\": \"ubj\"}", &forest, error), LSC_UNSUPPORTED,
                 cases[i].words);
        ck_fails(read_as(booster, "{\"format\": \"json\"}", &forest, error), LSC_UNSUPPORTED,
                 cases[i].words);
        ck_xgb(XGBoosterFree(booster));
    }
}
END_TEST

LSC_SUITE("score/parity", TEST(every_depth_and_number_of_trees_agrees_to_the_bit),
          TEST(the_settings_that_training_uses_agree_to_the_bit),
          TEST(other_objectives_of_log_odds_agree_to_the_bit),
          TEST(dart_and_parallel_trees_agree_to_the_bit), TEST(splits_by_category_agree_to_the_bit),
          TEST(pruned_trees_agree_to_the_bit), TEST(deep_chains_agree_to_the_bit),
          TEST(other_boosters_of_xgboost_are_named))
