#include "shap_support.h"

#include "suite.h"

/* Grow a random tree of at most `depth` splits at a node, over the first columns, with covers that
   add up only roughly. Every path repeats columns once depth passes n_columns. */
static void grow(test_forest *made, lsc_random *random, uint32_t at, size_t depth, float cover)
{
    if (depth == 0 || (depth < 4 && lsc_random_below(random, 4) == 0)) {
        made->nodes[at] =
            (lsc_node){.value = (float)(lsc_random_uniform(random) * 2 - 1), .cover = cover};
        return;
    }
    float share = (float)lsc_random_uniform(random);
    made->nodes[at] = (lsc_node){
        .column = (uint16_t)lsc_random_below(random, made->forest.n_columns),
        .value = (float)lsc_random_below(random, 8) / 8,
        .cover = cover,
        .default_left = lsc_random_below(random, 2) == 0,
    };
    uint32_t left = add_node(made, (lsc_node){0});
    uint32_t right = add_node(made, (lsc_node){0});
    made->nodes[at].left = left;
    grow(made, random, left, depth - 1, cover * share);
    grow(made, random, right, depth - 1, cover * (1 - share));
}

static test_forest *random_trees(lsc_random *random, size_t n_trees, size_t n_columns, size_t depth)
{
    test_forest *made = test_forest_new(n_columns);
    made->forest.max_depth = depth;
    made->forest.base_margin = -0.25f;
    for (size_t tree = 0; tree < n_trees; tree++) {
        made->roots[tree] = add_node(made, (lsc_node){0});
        grow(made, random, made->roots[tree], depth, 100);
        made->forest.n_trees++;
    }
    return made;
}

static test_forest *random_forest(lsc_random *random, size_t n_columns, size_t depth)
{
    return random_trees(random, 4, n_columns, depth);
}

static void random_row(lsc_random *random, size_t n_columns, float *columns)
{
    for (size_t column = 0; column < n_columns; column++) {
        columns[column] =
            lsc_random_below(random, 5) == 0 ? NAN : (float)lsc_random_below(random, 17) / 16;
    }
}

START_TEST(contributions_are_the_shapley_values_of_every_subset)
{
    for (int round = 0; round < 60; round++) {
        lsc_random random;
        lsc_random_seed(&random, (uint64_t)round);
        size_t n_columns = 1 + lsc_random_below(&random, 8);
        size_t depth = lsc_random_below(&random, 8);
        test_forest *made = random_forest(&random, n_columns, depth);
        shap_kit *kit = shap_kit_new(&made->forest);
        for (int row = 0; row < 8; row++) {
            float columns[8];
            double got[8];
            long double expected[8];
            random_row(&random, n_columns, columns);
            shap_of(&made->forest, columns, kit, got);
            shapley_by_subsets(&made->forest, columns, expected);
            for (size_t column = 0; column < n_columns; column++) {
                ck_assert_double_le(fabs(got[column] - (double)expected[column]), SHAP_TOLERANCE);
            }
        }
        shap_kit_free(kit);
        free(made);
    }
}
END_TEST

START_TEST(contributions_are_those_of_algorithm_2)
{
    for (int round = 0; round < 20; round++) {
        lsc_random random;
        lsc_random_seed(&random, 1000 + (uint64_t)round);
        size_t n_columns = 5 + lsc_random_below(&random, 20);
        test_forest *made = random_forest(&random, n_columns, 10);
        shap_kit *kit = shap_kit_new(&made->forest);
        float columns[32];
        double got[32];
        double expected[32];
        random_row(&random, n_columns, columns);
        shap_of(&made->forest, columns, kit, got);
        algorithm_2(&made->forest, share_of_children, columns, expected);
        for (size_t column = 0; column < n_columns; column++) {
            ck_assert_double_le(fabs(got[column] - expected[column]), SHAP_TOLERANCE);
        }
        shap_kit_free(kit);
        free(made);
    }
}
END_TEST

START_TEST(base_and_contributions_sum_to_the_margin)
{
    for (int round = 0; round < 13; round++) {
        lsc_random random;
        lsc_random_seed(&random, 2000 + (uint64_t)round);
        size_t n_columns = 40;
        test_forest *made = random_forest(&random, n_columns, 1 + (size_t)round);
        shap_kit *kit = shap_kit_new(&made->forest);
        float columns[40];
        double got[40];
        random_row(&random, n_columns, columns);
        shap_of(&made->forest, columns, kit, got);
        bool known[40];
        memset(known, 1, sizeof known);
        long double margin = (long double)made->forest.base_margin;
        long double sum = set_value(&made->forest, columns, 0);
        for (size_t tree = 0; tree < made->forest.n_trees; tree++) {
            margin += subtree_mean(&made->forest, made->roots[tree], columns, known);
        }
        for (size_t column = 0; column < n_columns; column++) {
            sum += (long double)got[column];
        }
        ck_assert_double_le(fabs((double)(sum - margin)), SHAP_TOLERANCE);
        shap_kit_free(kit);
        free(made);
    }
}
END_TEST

/* Numbers of columns about those that vectors and passes over tables end at; more trees and rows
   than a group and a block have; trees of every depth that has tables, and ragged ones. */
START_TEST(tables_give_the_bits_of_the_walk)
{
    static const size_t n_columns[] = {1, 7, 8, 9, 16, 17, 24, 32, 33, 56, 64, 65, 100};
    enum {
        N_ROWS = 67
    };
    for (size_t i = 0; i < 4 * sizeof n_columns / sizeof n_columns[0]; i++) {
        lsc_random random;
        lsc_random_seed(&random, 3000 + i);
        size_t n = n_columns[i / 4];
        size_t depth = 1 + i % 4;
        test_forest *made = random_trees(&random, MAX_TEST_TREES, n, depth);
        shap_kit *kit = shap_kit_new(&made->forest);
        float *rows = calloc(N_ROWS * n, sizeof *rows);
        double *got = calloc(N_ROWS * n, sizeof *got);
        for (size_t row = 0; row < N_ROWS; row++) {
            random_row(&random, n, rows + row * n);
        }
        ck_assert_uint_eq(kit->plans[LSC_CPU_PORTABLE].tables.depth, depth);
        shap_of_rows(&made->forest, rows, N_ROWS, kit, got);
        shap_kit_free(kit);
        free(rows);
        free(got);
        free(made);
    }
}
END_TEST

/* The trunk, and the small trees beside it. */
#define TRUNK_TREES 4

/* A trunk of `n_distinct` splits on columns of their own, with a random tree to the left of each; and
   trees of one to three splits on a path, which get as many points as it does. */
static test_forest *trunk(lsc_random *random, size_t n_columns, size_t n_distinct)
{
    test_forest *made = test_forest_new(n_columns);
    uint32_t at = add_node(made, (lsc_node){0});
    float cover = 1000;
    made->forest.max_depth = n_distinct + 4;
    made->forest.n_trees = TRUNK_TREES;
    for (size_t i = 0; i < n_distinct; i++) {
        uint32_t left = add_node(made, (lsc_node){0});
        uint32_t right = add_node(made, (lsc_node){0});
        made->nodes[at] =
            (lsc_node){.column = (uint16_t)i, .value = 0.25f, .cover = cover, .left = left};
        cover *= 0.75f;
        grow(made, random, left, 3, cover / 3);
        at = right;
    }
    grow(made, random, at, 4, cover);
    for (size_t tree = 1; tree < TRUNK_TREES; tree++) {
        made->roots[tree] = add_node(made, (lsc_node){0});
        grow(made, random, made->roots[tree], tree, 10);
    }
    return made;
}

/* Up to 16 columns on a path kernels have as many points as they need, a function for each number. */
START_TEST(kernels_agree_for_every_number_of_points)
{
    enum {
        N_COLUMNS = 18
    };
    lsc_random random;
    lsc_random_seed(&random, 4000);
    for (size_t n = 0; n < 4 * (size_t)N_COLUMNS; n++) {
        size_t n_distinct = n / 4 + 1;
        test_forest *made = trunk(&random, n_distinct, n_distinct);
        shap_kit *kit = shap_kit_new(&made->forest);
        ck_assert_uint_eq(kit->plans[0].shap.n_points, (n_distinct + 1) / 2);
        for (int row = 0; row < 40; row++) {
            float columns[N_COLUMNS];
            double got[N_COLUMNS];
            double expected[N_COLUMNS];
            random_row(&random, n_distinct, columns);
            shap_of(&made->forest, columns, kit, got);
            algorithm_2(&made->forest, share_of_children, columns, expected);
            for (size_t column = 0; column < n_distinct; column++) {
                ck_assert_double_le(fabs(got[column] - expected[column]), SHAP_TOLERANCE);
            }
        }
        shap_kit_free(kit);
        free(made);
    }
}
END_TEST

/* A tree that is one long path of `depth` splits, each on a column of its own with `share` of the
   cover going on, to a leaf of value 1; all other leaves are 0. */
static test_forest *chain(size_t depth, double share)
{
    test_forest *made = test_forest_new(depth);
    made->forest.max_depth = depth;
    made->forest.n_trees = 1;
    double cover = 1e9;
    add_node(made, (lsc_node){.cover = (float)cover});
    for (size_t i = 0; i < depth; i++) {
        uint32_t at = (uint32_t)made->forest.n_nodes - 1;
        made->nodes[at].value = 0.5f;
        made->nodes[at].column = (uint16_t)i;
        /* The covers of two siblings alone decide, so each pair can begin anew. */
        made->nodes[at].left = add_node(made, (lsc_node){.cover = (float)(cover * (1 - share))});
        add_node(made, (lsc_node){.cover = (float)(cover * share)});
    }
    made->nodes[made->forest.n_nodes - 1].value = 1;
    return made;
}

/* All columns play the same part, so each has an equal share of 1 - z^k: for a row that follows. */
START_TEST(a_path_of_256_columns_is_exact)
{
    size_t depth = LSC_MAX_DEPTH;
    test_forest *made = chain(depth, 0.75);
    shap_kit *kit = shap_kit_new(&made->forest);
    float columns[LSC_MAX_DEPTH];
    double got[LSC_MAX_DEPTH];
    for (size_t column = 0; column < depth; column++) {
        columns[column] = 1;
    }
    shap_of(&made->forest, columns, kit, got);
    double z = (double)share_of_children(&made->forest, &made->nodes[0], 2);
    double expected = (1 - pow(z, (double)depth)) / (double)depth;
    for (size_t column = 0; column < depth; column++) {
        ck_assert_double_le(fabs(got[column] - expected), SHAP_TOLERANCE);
    }
    shap_kit_free(kit);
    free(made);
}
END_TEST

/* The row leaves the path at one column. That one's value is the integral of
   -z·(z + (1 - z)·s)^(k-1), and what remains to -z^k is shared by the others. */
START_TEST(a_row_that_leaves_a_path_of_256_columns_is_exact)
{
    size_t depth = LSC_MAX_DEPTH;
    size_t leaves_at = 100;
    test_forest *made = chain(depth, 0.96875);
    shap_kit *kit = shap_kit_new(&made->forest);
    float columns[LSC_MAX_DEPTH];
    double got[LSC_MAX_DEPTH];
    for (size_t column = 0; column < depth; column++) {
        columns[column] = column == leaves_at ? 0 : 1;
    }
    shap_of(&made->forest, columns, kit, got);
    double k = (double)depth;
    double z = (double)share_of_children(&made->forest, &made->nodes[0], 2);
    double leaver = -z * (1 - pow(z, k)) / (k * (1 - z));
    double follower = (-pow(z, k) - leaver) / (k - 1);
    for (size_t column = 0; column < depth; column++) {
        double expected = column == leaves_at ? leaver : follower;
        ck_assert_double_le(fabs(got[column] - expected), SHAP_TOLERANCE);
    }
    shap_kit_free(kit);
    free(made);
}
END_TEST

/* Why src/explain does not use Algorithm 2. */
START_TEST(algorithm_2_has_no_digit_left_at_depth_100)
{
    test_forest *made = chain(100, 0.96875);
    float columns[100];
    double got[100];
    for (size_t column = 0; column < 100; column++) {
        columns[column] = 1;
    }
    algorithm_2(&made->forest, share_of_children, columns, got);
    double z = (double)share_of_children(&made->forest, &made->nodes[0], 2);
    double expected = (1 - pow(z, 100)) / 100;
    double worst = 0;
    for (size_t column = 0; column < 100; column++) {
        worst = fmax(worst, fabs(got[column] / expected - 1));
    }
    ck_assert_double_gt(worst, 1);
    free(made);
}
END_TEST

START_TEST(splits_without_cover_share_it_in_halves)
{
    /* Column 0 at the root; both of its children have no cover at all. */
    test_forest *made = test_forest_new(2);
    made->forest.max_depth = 2;
    made->forest.n_trees = 1;
    made->roots[0] = add_node(made, (lsc_node){.left = 1, .value = 0.5f});
    add_node(made, (lsc_node){.left = 3, .column = 1, .value = 0.5f});
    add_node(made, (lsc_node){.value = 8});
    add_node(made, (lsc_node){.value = 2});
    add_node(made, (lsc_node){.value = 4});
    shap_kit *kit = shap_kit_new(&made->forest);
    float columns[2] = {0, 0};
    double got[2];
    shap_of(&made->forest, columns, kit, got);
    /* v() = 5.5, v(0) = 3, v(1) = 5, v(01) = 2, so by hand: */
    ck_assert_double_eq_tol(got[0], ((3 - 5.5) + (2 - 5)) / 2, 5 * SHAP_TOLERANCE);
    ck_assert_double_eq_tol(got[1], ((5 - 5.5) + (2 - 3)) / 2, 5 * SHAP_TOLERANCE);
    shap_kit_free(kit);
    free(made);
}
END_TEST

START_TEST(a_branch_without_cover_counts_only_when_taken)
{
    test_forest *made = test_forest_new(1);
    made->forest.max_depth = 2;
    made->forest.n_trees = 1;
    made->roots[0] = add_node(made, (lsc_node){.left = 1, .value = 0.5f, .cover = 4});
    add_node(made, (lsc_node){.left = 3, .value = 0.25f, .cover = 0});
    add_node(made, (lsc_node){.value = 1, .cover = 4});
    add_node(made, (lsc_node){.value = 9, .cover = 0});
    add_node(made, (lsc_node){.value = 7, .cover = 0});
    shap_kit *kit = shap_kit_new(&made->forest);
    const float rows[3] = {0, 0.375f, 1};
    const double expected[3] = {9 - 1, 7 - 1, 0};
    for (int row = 0; row < 3; row++) {
        double got;
        shap_of(&made->forest, &rows[row], kit, &got);
        ck_assert_double_eq_tol(got, expected[row], 9 * SHAP_TOLERANCE);
    }
    shap_kit_free(kit);
    free(made);
}
END_TEST

START_TEST(covers_from_the_smallest_to_the_largest_float_give_no_nan)
{
    lsc_random random;
    lsc_random_seed(&random, 77);
    const float covers[] = {0, 1e-45f, 1e-38f, 1, 3.4e38f};
    test_forest *made = random_forest(&random, 6, 12);
    for (size_t i = 0; i < made->forest.n_nodes; i++) {
        made->nodes[i].cover = covers[lsc_random_below(&random, 5)];
    }
    shap_kit *kit = shap_kit_new(&made->forest);
    for (int row = 0; row < 50; row++) {
        float columns[6];
        double got[6];
        random_row(&random, 6, columns);
        shap_of(&made->forest, columns, kit, got);
        for (size_t column = 0; column < 6; column++) {
            /* 4 trees of leaves in [-1, 1]: no difference of two values can be larger than 8. */
            ck_assert_double_le(fabs(got[column]), 8);
        }
    }
    shap_kit_free(kit);
    free(made);
}
END_TEST

START_TEST(a_forest_of_leaves_contributes_nothing)
{
    test_forest *made = test_forest_new(3);
    made->roots[0] = add_node(made, (lsc_node){.value = 2, .cover = 1});
    made->forest.n_trees = 1;
    shap_kit *kit = shap_kit_new(&made->forest);
    float columns[3] = {1, 2, NAN};
    double got[3] = {5, 5, 5};
    shap_of(&made->forest, columns, kit, got);
    for (size_t column = 0; column < 3; column++) {
        ck_assert(got[column] == 0);
    }
    shap_kit_free(kit);
    free(made);
}
END_TEST

START_TEST(columns_that_no_tree_uses_contribute_exactly_nothing)
{
    lsc_random random;
    lsc_random_seed(&random, 5);
    test_forest *made = random_forest(&random, 4, 6);
    made->forest.n_columns = 7;
    shap_kit *kit = shap_kit_new(&made->forest);
    float columns[7] = {0.5f, 0.25f, NAN, 0, 1, 1, NAN};
    double got[7];
    shap_of(&made->forest, columns, kit, got);
    for (size_t column = 4; column < 7; column++) {
        ck_assert(got[column] == 0);
    }
    shap_kit_free(kit);
    free(made);
}
END_TEST

LSC_SUITE("explain/tree_shap", TEST(contributions_are_the_shapley_values_of_every_subset),
          TEST(contributions_are_those_of_algorithm_2),
          TEST(base_and_contributions_sum_to_the_margin), TEST(tables_give_the_bits_of_the_walk),
          TEST(a_path_of_256_columns_is_exact), TEST(kernels_agree_for_every_number_of_points),
          TEST(a_row_that_leaves_a_path_of_256_columns_is_exact),
          TEST(algorithm_2_has_no_digit_left_at_depth_100),
          TEST(splits_without_cover_share_it_in_halves),
          TEST(a_branch_without_cover_counts_only_when_taken),
          TEST(covers_from_the_smallest_to_the_largest_float_give_no_nan),
          TEST(a_forest_of_leaves_contributes_nothing),
          TEST(columns_that_no_tree_uses_contribute_exactly_nothing))
