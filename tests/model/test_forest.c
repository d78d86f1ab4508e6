#include "suite.h"

#include <float.h>
#include <math.h>

#include "model_fixtures.h"

/** Build a forest of one tree. */
static lsc_status build(const fixture_tree *tree, float base_margin, lsc_forest *forest,
                        lsc_error *error)
{
    lsc_forest_builder builder;
    lsc_raw_tree raw = fixture_raw(tree);
    lsc_forest_builder_init(&builder, 2, fixture_allocator());
    lsc_status status = lsc_forest_builder_add(&builder, &raw, error);
    if (status == LSC_OK) {
        status = lsc_forest_builder_finish(&builder, base_margin, forest, error);
    }
    lsc_forest_builder_free(&builder);
    return status;
}

/** A stump with one number changed must be refused. */
static void refuse_stump(size_t array, size_t node, double value, const char *words)
{
    fixture_tree tree = fixture_stump(-1, 1);
    double *const arrays[] = {tree.left,  tree.right, tree.column,
                              tree.value, tree.cover, tree.default_left};
    arrays[array][node] = value;
    lsc_forest forest;
    ck_fails(build(&tree, 0, &forest, error), LSC_BAD_MODEL, words);
    fixture_tree_free(&tree);
}

enum {
    LEFT,
    RIGHT,
    COLUMN,
    VALUE,
    COVER,
    DEFAULT_LEFT
};

START_TEST(a_stump_is_a_split_and_two_leaves)
{
    fixture_tree tree = fixture_stump(-1, 2);
    lsc_forest forest;
    ck_ok(build(&tree, 0.25f, &forest, error));
    ck_assert_uint_eq(forest.n_nodes, 3);
    ck_assert_uint_eq(forest.n_trees, 1);
    ck_assert_uint_eq(forest.max_depth, 1);
    const lsc_node *root = &forest.nodes[forest.roots[0]];
    ck_float_eq(root->value, 0.5f);
    ck_assert(root->default_left);
    ck_float_eq(forest.nodes[root->left].value, -1);
    ck_float_eq(forest.nodes[root->left + 1].value, 2);
    ck_assert_uint_eq(forest.nodes[root->left].left, 0);
    /* 0.25 + (3·(-1) + 1·2) / 4 */
    ck_assert_double_eq(forest.base_value, 0);
    lsc_forest_set_base_margin(&forest, 1);
    ck_assert_double_eq(forest.base_value, 0.75);
    lsc_forest_free(&forest);
    fixture_tree_free(&tree);
}
END_TEST

START_TEST(children_must_exist_and_have_one_parent)
{
    refuse_stump(LEFT, 0, 3, "trees[0].nodes[0]: its child does not exist: 3");
    refuse_stump(RIGHT, 0, 2147483647, "its child does not exist");
    refuse_stump(RIGHT, 0, -1, "its child does not exist");
    refuse_stump(LEFT, 0, -2, "its child does not exist");
    refuse_stump(LEFT, 0, 2, "its child has another parent: 2");
    refuse_stump(LEFT, 0, 0, "its child has another parent: 0");
    refuse_stump(LEFT, 1, 0, "nodes[1]: its child has another parent: 0");
    refuse_stump(LEFT, 1, 2, "nodes[1]: its child has another parent: 2");
    refuse_stump(RIGHT, 1, 2, "a leaf has a right child: 2");
}
END_TEST

START_TEST(numbers_of_a_node_must_be_usable)
{
    refuse_stump(VALUE, 0, (double)NAN, "its threshold is nan");
    refuse_stump(VALUE, 0, HUGE_VAL, "its threshold is inf");
    refuse_stump(VALUE, 2, (double)NAN, "nodes[2]: its value is nan");
    refuse_stump(VALUE, 2, -HUGE_VAL, "nodes[2]: its value is -inf");
    refuse_stump(COVER, 1, -1, "its cover is -1");
    refuse_stump(COVER, 1, (double)NAN, "its cover is nan");
    refuse_stump(COVER, 0, HUGE_VAL, "its cover is inf");
    refuse_stump(COLUMN, 0, 2, "its column does not exist: 2");
    refuse_stump(COLUMN, 0, -1, "its column does not exist: -1");
    refuse_stump(DEFAULT_LEFT, 0, 2, "its default direction is 2");
}
END_TEST

START_TEST(leaves_that_can_overflow_together_are_refused)
{
    fixture_tree tree = fixture_stump(0, (double)FLT_MAX);
    lsc_forest forest;
    ck_fails(build(&tree, 0, &forest, error), LSC_BAD_MODEL, "beyond a float32");
    fixture_tree_free(&tree);
    tree = fixture_stump(0, 1);
    ck_fails(build(&tree, INFINITY, &forest, error), LSC_BAD_MODEL, "beyond a float32");
    fixture_tree_free(&tree);
}
END_TEST

START_TEST(deleted_nodes_are_dropped)
{
    /* Nodes 1 and 2 were pruned away: the root's children are 3 and 4. */
    double left[] = {3, -1, -1, -1, -1};
    double right[] = {4, -1, -1, -1, -1};
    double column[] = {1, 0, 2147483647, 0, 0};
    double value[] = {0.5, (double)NAN, 7, -1, 1};
    double cover[] = {2, 0, 0, 1, 1};
    double default_left[] = {0, 0, 0, 0, 0};
    fixture_tree tree = {5, 2, left, right, column, value, cover, default_left};
    lsc_forest forest;
    ck_ok(build(&tree, 0, &forest, error));
    ck_assert_uint_eq(forest.n_nodes, 3);
    ck_float_eq(forest.nodes[forest.nodes[0].left].value, -1);
    ck_float_eq(forest.nodes[forest.nodes[0].left + 1].value, 1);
    lsc_forest_free(&forest);
    tree.n_deleted = 1;
    ck_fails(build(&tree, 0, &forest, error), LSC_BAD_MODEL, "2 nodes that nothing leads to");
}
END_TEST

/** A tree of `depth` splits, each with a leaf to its left. */
static fixture_tree chain(size_t depth)
{
    fixture_tree tree = fixture_stump(0, 0);
    size_t n = 2 * depth + 1;
    double **const arrays[] = {&tree.left,  &tree.right, &tree.column,
                               &tree.value, &tree.cover, &tree.default_left};
    for (size_t i = 0; i < 6; i++) {
        *arrays[i] = realloc(*arrays[i], n * sizeof(double));
        ck_assert_ptr_nonnull(*arrays[i]);
        for (size_t k = 0; k < n; k++) {
            (*arrays[i])[k] = 0;
        }
    }
    for (size_t k = 0; k < n; k++) {
        bool split = k % 2 == 0 && k + 1 < n;
        tree.left[k] = split ? (double)(k + 1) : -1;
        tree.right[k] = split ? (double)(k + 2) : -1;
        tree.value[k] = (double)k;
    }
    tree.n_nodes = n;
    return tree;
}

START_TEST(depth_is_taken_to_its_limit_and_not_past_it)
{
    lsc_forest forest;
    fixture_tree tree = chain(LSC_MAX_DEPTH);
    ck_ok(build(&tree, 0, &forest, error));
    ck_assert_uint_eq(forest.max_depth, LSC_MAX_DEPTH);
    lsc_forest_free(&forest);
    fixture_tree_free(&tree);
    tree = chain(LSC_MAX_DEPTH + 1);
    ck_fails(build(&tree, 0, &forest, error), LSC_LIMIT, "257 splits deep");
    fixture_tree_free(&tree);
}
END_TEST

START_TEST(trees_are_taken_to_their_limit_and_not_past_it)
{
    lsc_forest_builder builder;
    fixture_tree tree = fixture_leaf(0.5);
    lsc_raw_tree raw = fixture_raw(&tree);
    lsc_forest_builder_init(&builder, 2, fixture_allocator());
    for (size_t i = 0; i < LSC_MAX_TREES; i++) {
        ck_ok(lsc_forest_builder_add(&builder, &raw, error));
    }
    ck_fails(lsc_forest_builder_add(&builder, &raw, error), LSC_LIMIT, "more than 65536 trees");
    raw.n_nodes = LSC_MAX_NODES;
    builder.forest.n_trees = 1;
    ck_fails(lsc_forest_builder_add(&builder, &raw, error), LSC_LIMIT, "more than 67108864 nodes");
    lsc_forest_builder_free(&builder);
    fixture_tree_free(&tree);
}
END_TEST

/** The mean of a tree's leaves by its definition: each leaf times the shares on its path. */
static double mean_leaf(const fixture_tree *tree, size_t node)
{
    if (tree->left[node] == -1) {
        return tree->value[node];
    }
    size_t left = (size_t)tree->left[node];
    size_t right = (size_t)tree->right[node];
    double covers = tree->cover[left] + tree->cover[right];
    double share = covers > 0 ? tree->cover[left] / covers : 0.5;
    return share * mean_leaf(tree, left) + (1 - share) * mean_leaf(tree, right);
}

START_TEST(base_value_is_the_cover_weighted_mean_of_the_leaves)
{
    lsc_random random;
    lsc_random_seed(&random, 11);
    for (int trial = 0; trial < 200; trial++) {
        fixture_tree tree = fixture_random_tree(&random, 1 + lsc_random_below(&random, 8), 2);
        lsc_forest forest;
        ck_ok(build(&tree, 0.5f, &forest, error));
        /* The same operations in the same order. */
        ck_assert_double_eq(forest.base_value, 0.5 + mean_leaf(&tree, 0));
        lsc_forest_free(&forest);
        fixture_tree_free(&tree);
    }
}
END_TEST

START_TEST(covers_of_zero_count_as_halves)
{
    fixture_tree tree = fixture_stump(1, 3);
    tree.cover[0] = tree.cover[1] = tree.cover[2] = 0;
    lsc_forest forest;
    ck_ok(build(&tree, 0, &forest, error));
    ck_assert_double_eq(forest.base_value, 2);
    lsc_forest_free(&forest);
    fixture_tree_free(&tree);
}
END_TEST

START_TEST(base_margin_is_the_logit_in_float32)
{
    ck_float_eq(lsc_base_margin(0.5f), 0);
    ck_float_eq(lsc_base_margin(0.25f), -logf(3.0f));
}
END_TEST

LSC_SUITE("model/forest", TEST(a_stump_is_a_split_and_two_leaves),
          TEST(children_must_exist_and_have_one_parent), TEST(numbers_of_a_node_must_be_usable),
          TEST(leaves_that_can_overflow_together_are_refused), TEST(deleted_nodes_are_dropped),
          TEST(depth_is_taken_to_its_limit_and_not_past_it),
          TEST(trees_are_taken_to_their_limit_and_not_past_it),
          TEST(base_value_is_the_cover_weighted_mean_of_the_leaves),
          TEST(covers_of_zero_count_as_halves), TEST(base_margin_is_the_logit_in_float32))
