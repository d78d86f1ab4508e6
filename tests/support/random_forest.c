#include "random_forest.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/number.h"
#include "core/random.h"

const forest_shape random_forest_shapes[RANDOM_FOREST_SHAPES] = {
    /* name, trees, depth, columns, thresholds, leaf chance, chain, zero covers, categories */
    {"one leaf", 1, 0, 3, 4, 0, false, false, 0},
    {"one stump", 1, 1, 3, 4, 0, false, false, 0},
    {"stumps", 2000, 1, 20, 40, 0, false, false, 0},
    {"perfect 4", 100, 4, 20, 60, 0, false, false, 0},
    {"perfect 6", 203, 6, 20, 60, 0, false, false, 0},
    {"perfect 8", 77, 8, 20, 300, 0, false, false, 0},
    {"ragged 4", 301, 4, 11, 9, 0.3, false, false, 0},
    {"ragged 3", 130, 3, 70, 9, 0.2, false, false, 0},
    {"ragged 6", 150, 6, 20, 30, 0.2, false, false, 0},
    {"ragged 10", 60, 10, 20, 255, 0.2, false, false, 0},
    {"ragged 16", 20, 16, 20, 256, 0.3, false, false, 0},
    {"one column", 120, 6, 1, 700, 0.1, false, false, 0},
    {"two columns", 90, 8, 2, 3, 0.1, false, false, 0},
    {"wide", 100, 6, 300, 5, 0.1, false, false, 0},
    {"thresholds", 200, 7, 3, 2000, 0.1, false, false, 0},
    {"chains", 40, 40, 20, 30, 0, true, false, 0},
    {"no cover 4", 100, 4, 40, 20, 0.2, false, true, 0},
    {"no cover", 100, 6, 8, 20, 0.2, false, true, 0},
    {"categories", 100, 6, 12, 30, 0.1, false, false, 7},
    {"more of them", 60, 5, 9, 30, 0.1, false, true, 96},
};

/** Nodes of a tree, at the most: what is open then becomes a leaf. */
#define MAX_NODES 8192

typedef struct random_node {
    size_t parent; /* of the root: XGBoost's mark, INT32_MAX */
    size_t left;   /* 0 for a leaf; the right child follows */
    size_t column;
    size_t depth;
    float value;
    double cover;
    bool default_left;
    bool categorical;
    uint32_t set[RANDOM_FOREST_MOST_CATEGORIES / 32]; /* of categories, which go right */
} random_node;

typedef struct random_tree {
    random_node *nodes; /* [MAX_NODES] */
    size_t n_nodes;
} random_tree;

bool random_forest_is_categorical(const forest_shape *shape, size_t column)
{
    return shape->n_categories > 0 && column % 3 == 0;
}

static void *zeroed(size_t count, size_t size)
{
    void *block = calloc(count, size);
    if (block == NULL) {
        abort();
    }
    return block;
}

/* Thresholds of a column, [n_thresholds] a column. Neighbours are often one float apart. */
static float *make_thresholds(const forest_shape *shape, uint64_t seed)
{
    static const float special[] = {0.0f, -0.0f, 1e-42f, -1e-42f, 1e30f, -1e30f};
    lsc_random random;
    lsc_random_seed(&random, seed);
    size_t n = shape->n_columns * shape->n_thresholds;
    float *thresholds = zeroed(n, sizeof *thresholds);
    for (size_t i = 0; i < n; i++) {
        uint64_t kind = lsc_random_below(&random, 8);
        if (kind == 0) {
            thresholds[i] = special[lsc_random_below(&random, 6)];
        } else if (kind < 4 && i > 0) {
            thresholds[i] = nextafterf(thresholds[i - 1], INFINITY);
        } else {
            thresholds[i] = (float)(lsc_random_uniform(&random) * 20 - 10);
        }
    }
    return thresholds;
}

static bool becomes_leaf(const forest_shape *shape, lsc_random *random, const random_tree *tree,
                         size_t node)
{
    size_t depth = tree->nodes[node].depth;
    if (depth == shape->depth || tree->n_nodes + 2 > MAX_NODES) {
        return true;
    }
    if (shape->chain && depth > 0) {
        size_t parent = tree->nodes[node].parent;
        return node != tree->nodes[parent].left + (depth % 3 == 0);
    }
    return depth > 0 && lsc_random_uniform(random) < shape->leaf_chance;
}

/* A set with one category at the least; XGBoost writes no empty one. */
static void draw_set(const forest_shape *shape, lsc_random *random, random_node *node)
{
    size_t always = (size_t)lsc_random_below(random, shape->n_categories);
    node->categorical = true;
    for (size_t i = 0; i < shape->n_categories; i++) {
        if (i == always || lsc_random_below(random, 2) == 0) {
            node->set[i / 32] |= UINT32_C(1) << i % 32;
        }
    }
}

static void split(const forest_shape *shape, const float *thresholds, lsc_random *random,
                  random_tree *tree, size_t number)
{
    random_node *node = &tree->nodes[number];
    node->column = (size_t)lsc_random_below(random, shape->n_columns);
    node->value = thresholds[node->column * shape->n_thresholds +
                             (size_t)lsc_random_below(random, shape->n_thresholds)];
    node->default_left = lsc_random_below(random, 2) == 0;
    node->left = tree->n_nodes;
    if (random_forest_is_categorical(shape, node->column)) {
        draw_set(shape, random, node);
    }
    for (size_t i = 0; i < 2; i++) {
        tree->nodes[tree->n_nodes++] = (random_node){.parent = number, .depth = node->depth + 1};
    }
}

/* Nodes come in the order of their numbers, so a parent stands before its children. */
static void grow(const forest_shape *shape, const float *thresholds, lsc_random *random,
                 random_tree *tree)
{
    tree->nodes[0] = (random_node){.parent = INT32_MAX};
    tree->n_nodes = 1;
    for (size_t i = 0; i < tree->n_nodes; i++) {
        if (becomes_leaf(shape, random, tree, i)) {
            bool empty = shape->zero_covers && lsc_random_below(random, 3) == 0;
            tree->nodes[i].value = (float)(lsc_random_uniform(random) - 0.5);
            tree->nodes[i].cover = empty ? 0 : 1 + 50 * lsc_random_uniform(random);
        } else {
            split(shape, thresholds, random, tree, i);
        }
    }
    for (size_t i = tree->n_nodes; i-- > 1;) {
        tree->nodes[tree->nodes[i].parent].cover += tree->nodes[i].cover;
    }
}

typedef enum node_member {
    LEFT,
    RIGHT,
    PARENT,
    COLUMN,
    VALUE,
    COVER,
    DEFAULT_LEFT,
    CATEGORICAL
} node_member;

static double member_of(const random_node *node, node_member member)
{
    switch (member) {
    case LEFT:
        return node->left > 0 ? (double)node->left : -1;
    case RIGHT:
        return node->left > 0 ? (double)node->left + 1 : -1;
    case PARENT:
        return (double)node->parent;
    case COLUMN:
        return (double)node->column;
    case VALUE:
        return (double)node->value;
    case COVER:
        return (double)(float)node->cover;
    case DEFAULT_LEFT:
        return node->default_left;
    case CATEGORICAL:
        return node->categorical;
    }
    return 0;
}

/* Not by printf(), which would write what the locale has for a point. */
static void put_number(lsc_buffer *json, double number, bool real)
{
    char text[LSC_NUMBER_TEXT_SIZE];
    if (real) {
        lsc_number_format_float((float)number, text);
        lsc_buffer_append_text(json, text);
        lsc_buffer_append_text(json,
                               strpbrk(text, ".e") == NULL ? ".0" : ""); /* or no real to XGBoost */
    } else {
        lsc_buffer_append_format(json, "%lld", (long long)number);
    }
}

static void put_array(lsc_buffer *json, const char *key, const random_tree *tree,
                      node_member member)
{
    bool real = member == VALUE || member == COVER;
    lsc_buffer_append_format(json, "\"%s\": [", key);
    for (size_t i = 0; i < tree->n_nodes; i++) {
        lsc_buffer_append_text(json, i == 0 ? "" : ",");
        put_number(json, member_of(&tree->nodes[i], member), real);
    }
    lsc_buffer_append_text(json, "], ");
}

static bool holds(const random_node *node, size_t category)
{
    return (node->set[category / 32] >> category % 32 & 1) != 0;
}

static size_t count_set(const random_node *node)
{
    size_t n = 0;
    for (size_t i = 0; i < RANDOM_FOREST_MOST_CATEGORIES; i++) {
        n += holds(node, i);
    }
    return n;
}

static void put_set(lsc_buffer *json, const random_node *node, const char **comma)
{
    for (size_t i = 0; i < RANDOM_FOREST_MOST_CATEGORIES; i++) {
        if (holds(node, i)) {
            lsc_buffer_append_format(json, "%s%zu", *comma, i);
            *comma = ",";
        }
    }
}

/* Four arrays: all sets one after another, and of each its node, where it starts, how much it holds. */
static void put_categories(lsc_buffer *json, const random_tree *tree)
{
    static const char *const keys[] = {"categories", "categories_nodes", "categories_segments",
                                       "categories_sizes"};
    for (int array = 0; array < 4; array++) {
        const char *comma = "";
        size_t start = 0;
        lsc_buffer_append_format(json, "\"%s\": [", keys[array]);
        for (size_t i = 0; i < tree->n_nodes; i++) {
            if (!tree->nodes[i].categorical) {
                continue;
            }
            size_t n = count_set(&tree->nodes[i]);
            const size_t numbers[] = {0, i, start, n};
            if (array == 0) {
                put_set(json, &tree->nodes[i], &comma);
            } else {
                lsc_buffer_append_format(json, "%s%zu", comma, numbers[array]);
                comma = ",";
            }
            start += n;
        }
        lsc_buffer_append_text(json, "], ");
    }
}

static void put_tree(lsc_buffer *json, const forest_shape *shape, const random_tree *tree,
                     size_t number)
{
    lsc_buffer_append_format(json, "%s{\"id\": %zu, ", number == 0 ? "" : ", ", number);
    put_categories(json, tree);
    put_array(json, "base_weights", tree, VALUE);
    put_array(json, "default_left", tree, DEFAULT_LEFT);
    put_array(json, "left_children", tree, LEFT);
    put_array(json, "right_children", tree, RIGHT);
    put_array(json, "loss_changes", tree, COVER);
    put_array(json, "parents", tree, PARENT);
    put_array(json, "split_conditions", tree, VALUE);
    put_array(json, "split_indices", tree, COLUMN);
    put_array(json, "split_type", tree, CATEGORICAL);
    put_array(json, "sum_hessian", tree, COVER);
    lsc_buffer_append_format(json,
                             "\"tree_param\": {\"num_deleted\": \"0\", \"num_feature\": \"%zu\", "
                             "\"num_nodes\": \"%zu\", \"size_leaf_vector\": \"0\"}}",
                             shape->n_columns, tree->n_nodes);
}

static void put_facts(lsc_buffer *json, const forest_shape *shape, float base_score)
{
    lsc_buffer_append_text(
        json, "]}, \"name\": \"gbtree\"}, \"learner_model_param\": {\"base_score\": \"");
    put_number(json, (double)base_score, true);
    lsc_buffer_append_format(
        json,
        "\", \"num_class\": \"0\", \"num_feature\": \"%zu\", \"num_target\": \"1\"}, "
        "\"objective\": {\"name\": \"binary:logistic\", \"reg_loss_param\": "
        "{\"scale_pos_weight\": \"1\"}}}, \"version\": [1, 7, 4]}",
        shape->n_columns);
}

void random_forest_json(const forest_shape *shape, uint64_t seed, float base_score,
                        lsc_buffer *json)
{
    lsc_random random;
    assert(shape->n_categories <= RANDOM_FOREST_MOST_CATEGORIES);
    lsc_random_seed(&random, seed + 1);
    float *thresholds = make_thresholds(shape, seed);
    random_tree tree = {zeroed(MAX_NODES, sizeof(random_node)), 0};
    lsc_buffer_append_format(json,
                             "{\"learner\": {\"attributes\": {}, \"feature_names\": [], "
                             "\"feature_types\": [], \"gradient_booster\": {\"model\": "
                             "{\"gbtree_model_param\": {\"num_parallel_tree\": \"1\", "
                             "\"num_trees\": \"%zu\", \"size_leaf_vector\": \"0\"}, "
                             "\"tree_info\": [",
                             shape->n_trees);
    for (size_t i = 0; i < shape->n_trees; i++) {
        lsc_buffer_append_text(json, i == 0 ? "0" : ",0");
    }
    lsc_buffer_append_text(json, "], \"trees\": [");
    for (size_t i = 0; i < shape->n_trees; i++) {
        grow(shape, thresholds, &random, &tree);
        put_tree(json, shape, &tree, i);
    }
    put_facts(json, shape, base_score);
    if (json->failed) {
        abort();
    }
    free(tree.nodes);
    free(thresholds);
}

/* A value for a column whose thresholds these are. */
static float draw_value(lsc_random *random, const float *thresholds, size_t n_thresholds)
{
    float threshold = thresholds[lsc_random_below(random, n_thresholds)];
    switch (lsc_random_below(random, 8)) {
    case 0:
        return NAN;
    case 1:
        return nextafterf(threshold, -INFINITY);
    case 2:
        return nextafterf(threshold, INFINITY);
    case 3:
        return -0.0f;
    case 4:
        return 1e-45f;
    case 5:
        return threshold;
    default:
        return (float)(lsc_random_uniform(random) * 24 - 12);
    }
}

/* A category, or what is none: it counts as not in the set. */
static float draw_category(lsc_random *random, size_t n_categories)
{
    static const float strange[] = {NAN, -1, -0.5f, 1.5f, 4e6f, 16777216, 3e38f, -0.0f};
    if (lsc_random_below(random, 5) == 0) {
        return strange[lsc_random_below(random, 8)];
    }
    return (float)lsc_random_below(random, n_categories + 2);
}

void random_forest_rows(const forest_shape *shape, uint64_t seed, size_t n_rows, float *rows)
{
    lsc_random random;
    lsc_random_seed(&random, seed + 2);
    float *thresholds = make_thresholds(shape, seed);
    for (size_t i = 0; i < n_rows * shape->n_columns; i++) {
        size_t column = i % shape->n_columns;
        float value = random_forest_is_categorical(shape, column)
                          ? draw_category(&random, shape->n_categories)
                          : draw_value(&random, thresholds + column * shape->n_thresholds,
                                       shape->n_thresholds);
        rows[i] = i < shape->n_columns ? NAN : value;
    }
    free(thresholds);
}
