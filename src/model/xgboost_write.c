#include "xgboost_write.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/number.h"

/** What XGBoost writes for the parent of a root. */
#define NO_PARENT 2147483647u

/* UBJSON as XGBoost writes it: counts and lengths are int64, numbers big-endian. */

static void put_big_endian(lsc_buffer *out, uint64_t bits, size_t size)
{
    char bytes[8];
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (char)(bits >> (8 * (size - 1 - i)));
    }
    lsc_buffer_append(out, bytes, size);
}

static void put_text(lsc_buffer *out, const char *text, size_t length)
{
    lsc_buffer_append_text(out, "L");
    put_big_endian(out, length, 8);
    lsc_buffer_append(out, text, length);
}

static void put_key(lsc_buffer *out, const char *key)
{
    put_text(out, key, strlen(key));
}

static void put_string(lsc_buffer *out, const char *key, const char *text)
{
    put_key(out, key);
    lsc_buffer_append_text(out, "S");
    put_key(out, text);
}

/** A parameter: XGBoost has its numbers as texts. */
static void put_param(lsc_buffer *out, const char *key, uint64_t number)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, number);
    put_string(out, key, text);
}

static void begin_object(lsc_buffer *out, const char *key)
{
    put_key(out, key);
    lsc_buffer_append_text(out, "{");
}

static void end_object(lsc_buffer *out)
{
    lsc_buffer_append_text(out, "}");
}

/** An array of `n` values, each with its own type. */
static void begin_array(lsc_buffer *out, const char *key, uint64_t n)
{
    put_key(out, key);
    lsc_buffer_append_text(out, "[#L");
    put_big_endian(out, n, 8);
}

static void put_int(lsc_buffer *out, uint32_t number)
{
    lsc_buffer_append_text(out, "l");
    put_big_endian(out, number, 4);
}

/** An array of `n` numbers of one type: their bytes follow. */
static void begin_numbers(lsc_buffer *out, const char *key, char type, uint64_t n)
{
    const char head[] = {'[', '$', type, '#', 'L'};
    put_key(out, key);
    lsc_buffer_append(out, head, sizeof head);
    put_big_endian(out, n, 8);
}

/**
 * A float32 as XGBoost writes it, d.ddE-x: the shortest digits that read back, in the only form that
 * the reader of all its releases takes.
 */
static void format_float(float number, char text[LSC_NUMBER_TEXT_SIZE + 8])
{
    char plain[LSC_NUMBER_TEXT_SIZE];
    char digits[LSC_NUMBER_TEXT_SIZE];
    lsc_number_format_float(number, plain);
    bool negative = plain[0] == '-';
    const char *at = plain + negative;
    int n = 0;
    int whole = -1; /* digits before the point */
    for (; *at != '\0' && *at != 'e'; at++) {
        if (*at == '.') {
            whole = n;
        } else {
            digits[n++] = *at;
        }
    }
    assert(n > 0);
    int exponent = *at == 'e' ? (int)strtol(at + 1, NULL, 10) : 0;
    int zeros = 0;
    while (zeros < n - 1 && digits[zeros] == '0') {
        zeros++;
    }
    exponent += (whole < 0 ? n : whole) - zeros - 1;
    while (n > zeros + 1 && digits[n - 1] == '0') {
        n--;
    }
    if (digits[zeros] == '0') {
        exponent = 0;
    }
    snprintf(text, LSC_NUMBER_TEXT_SIZE + 8, "%s%c%s%.*sE%d", negative ? "-" : "", digits[zeros],
             n > zeros + 1 ? "." : "", n - zeros - 1, digits + zeros + 1, exponent);
}

static void put_float_param(lsc_buffer *out, const char *key, float number)
{
    char text[LSC_NUMBER_TEXT_SIZE + 8];
    format_float(number, text);
    put_string(out, key, text);
}

/* Trees */

/** A tree of the forest: its nodes, numbered from its root. */
typedef struct tree_view {
    const lsc_forest *forest;
    const lsc_node *nodes;
    size_t root;
    size_t n_nodes;
} tree_view;

static tree_view view_of(const lsc_forest *forest, size_t tree)
{
    size_t root = forest->roots[tree];
    size_t end = tree + 1 < forest->n_trees ? forest->roots[tree + 1] : forest->n_nodes;
    return (tree_view){forest, forest->nodes + root, root, end - root};
}

static bool is_leaf(const lsc_node *node)
{
    return node->left == 0;
}

/** What stands in an array of a tree for a node. */
typedef uint32_t (*number_call)(const tree_view *tree, const lsc_node *node);

static uint32_t left_of(const tree_view *tree, const lsc_node *node)
{
    return is_leaf(node) ? UINT32_MAX : node->left - (uint32_t)tree->root;
}

static uint32_t right_of(const tree_view *tree, const lsc_node *node)
{
    return is_leaf(node) ? UINT32_MAX : node->left + 1 - (uint32_t)tree->root;
}

static uint32_t column_of(const tree_view *tree, const lsc_node *node)
{
    (void)tree;
    return is_leaf(node) ? 0 : node->column;
}

static uint32_t bits_of(float number)
{
    uint32_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

static uint32_t weight_of(const tree_view *tree, const lsc_node *node)
{
    (void)tree;
    return is_leaf(node) ? bits_of(node->value) : 0;
}

static uint32_t gain_of(const tree_view *tree, const lsc_node *node)
{
    (void)tree;
    (void)node;
    return 0;
}

static uint32_t condition_of(const tree_view *tree, const lsc_node *node)
{
    (void)tree;
    return node->categorical ? 0 : bits_of(node->value);
}

static uint32_t cover_of(const tree_view *tree, const lsc_node *node)
{
    (void)tree;
    return bits_of(node->cover);
}

static uint32_t default_left_of(const tree_view *tree, const lsc_node *node)
{
    (void)tree;
    return node->default_left;
}

static uint32_t split_type_of(const tree_view *tree, const lsc_node *node)
{
    (void)tree;
    return node->categorical;
}

static void put_numbers(lsc_buffer *out, const char *key, char type, const tree_view *tree,
                        number_call number)
{
    begin_numbers(out, key, type, tree->n_nodes);
    for (size_t i = 0; i < tree->n_nodes; i++) {
        put_big_endian(out, number(tree, &tree->nodes[i]), type == 'U' ? 1 : 4);
    }
}

/** The parents: children stand side by side, pairs in the order of the splits that have them. */
static void put_parents(lsc_buffer *out, const tree_view *tree)
{
    begin_numbers(out, "parents", 'l', tree->n_nodes);
    put_big_endian(out, NO_PARENT, 4);
    for (size_t i = 0; i < tree->n_nodes; i++) {
        if (!is_leaf(&tree->nodes[i])) {
            put_big_endian(out, i, 4);
            put_big_endian(out, i, 4);
        }
    }
}

static uint32_t count_bits(uint32_t word)
{
    uint32_t n = 0;
    for (; word != 0; word &= word - 1) {
        n++;
    }
    return n;
}

static uint32_t set_size(const lsc_forest *forest, const lsc_node *node)
{
    const lsc_category_set *set = &forest->sets[node->set];
    uint32_t n = 0;
    for (uint32_t i = 0; i < set->n_words; i++) {
        n += count_bits(forest->set_words[set->first_word + i]);
    }
    return n;
}

static void put_set(lsc_buffer *out, const lsc_forest *forest, const lsc_node *node)
{
    const lsc_category_set *set = &forest->sets[node->set];
    for (uint32_t i = 0; i < 32 * set->n_words; i++) {
        if ((forest->set_words[set->first_word + i / 32] >> i % 32 & 1) != 0) {
            put_big_endian(out, i, 4);
        }
    }
}

static void put_categories(lsc_buffer *out, const tree_view *tree)
{
    uint64_t n_nodes = 0;
    uint64_t n_categories = 0;
    for (size_t i = 0; i < tree->n_nodes; i++) {
        if (tree->nodes[i].categorical) {
            n_nodes++;
            n_categories += set_size(tree->forest, &tree->nodes[i]);
        }
    }
    begin_numbers(out, "categories", 'l', n_categories);
    for (size_t i = 0; i < tree->n_nodes; i++) {
        if (tree->nodes[i].categorical) {
            put_set(out, tree->forest, &tree->nodes[i]);
        }
    }
    begin_numbers(out, "categories_nodes", 'l', n_nodes);
    for (size_t i = 0; i < tree->n_nodes; i++) {
        if (tree->nodes[i].categorical) {
            put_big_endian(out, i, 4);
        }
    }
    begin_numbers(out, "categories_segments", 'L', n_nodes);
    uint64_t start = 0;
    for (size_t i = 0; i < tree->n_nodes; i++) {
        if (tree->nodes[i].categorical) {
            put_big_endian(out, start, 8);
            start += set_size(tree->forest, &tree->nodes[i]);
        }
    }
    begin_numbers(out, "categories_sizes", 'L', n_nodes);
    for (size_t i = 0; i < tree->n_nodes; i++) {
        if (tree->nodes[i].categorical) {
            put_big_endian(out, set_size(tree->forest, &tree->nodes[i]), 8);
        }
    }
}

/** Members in the order of their keys, as XGBoost has them. */
static void put_tree(lsc_buffer *out, const lsc_forest *forest, size_t number)
{
    tree_view tree = view_of(forest, number);
    lsc_buffer_append_text(out, "{");
    put_numbers(out, "base_weights", 'd', &tree, weight_of);
    put_categories(out, &tree);
    put_numbers(out, "default_left", 'U', &tree, default_left_of);
    put_key(out, "id");
    put_int(out, (uint32_t)number);
    put_numbers(out, "left_children", 'l', &tree, left_of);
    put_numbers(out, "loss_changes", 'd', &tree, gain_of);
    put_parents(out, &tree);
    put_numbers(out, "right_children", 'l', &tree, right_of);
    put_numbers(out, "split_conditions", 'd', &tree, condition_of);
    put_numbers(out, "split_indices", 'l', &tree, column_of);
    put_numbers(out, "split_type", 'U', &tree, split_type_of);
    put_numbers(out, "sum_hessian", 'd', &tree, cover_of);
    begin_object(out, "tree_param");
    put_param(out, "num_deleted", 0);
    put_param(out, "num_feature", forest->n_columns);
    put_param(out, "num_nodes", tree.n_nodes);
    put_param(out, "size_leaf_vector", 0);
    end_object(out);
    end_object(out);
}

/* The model around them */

static void put_booster(lsc_buffer *out, const lsc_forest *forest, const lsc_xgboost_facts *facts)
{
    uint64_t n = forest->n_trees;
    uint64_t parallel = facts->parallel_trees > 0 ? (uint64_t)facts->parallel_trees : 1;
    if (n % parallel != 0) {
        parallel = 1; /* rounds of different sizes: each tree is one */
    }
    begin_object(out, "gradient_booster");
    begin_object(out, "model");
    begin_object(out, "gbtree_model_param");
    put_param(out, "num_parallel_tree", parallel);
    put_param(out, "num_trees", n);
    put_param(out, "size_leaf_vector", 0);
    end_object(out);
    begin_array(out, "iteration_indptr", n / parallel + 1);
    for (uint64_t i = 0; i <= n; i += parallel) {
        put_int(out, (uint32_t)i);
    }
    begin_array(out, "tree_info", n);
    for (uint64_t i = 0; i < n; i++) {
        put_int(out, 0);
    }
    begin_array(out, "trees", n);
    for (size_t i = 0; i < n && !out->failed; i++) {
        put_tree(out, forest, i);
    }
    end_object(out);
    put_string(out, "name", "gbtree");
    end_object(out);
}

static void put_texts(lsc_buffer *out, const char *key, const lsc_xgboost_texts *texts)
{
    begin_array(out, key, texts->count);
    for (size_t i = 0; i < texts->count; i++) {
        lsc_buffer_append_text(out, "S");
        put_text(out, texts->items[i].text, texts->items[i].length);
    }
}

static void put_learner(lsc_buffer *out, const lsc_forest *forest, const lsc_xgboost_facts *facts)
{
    begin_object(out, "learner");
    begin_object(out, "attributes");
    end_object(out);
    put_texts(out, "feature_names", &facts->names);
    put_texts(out, "feature_types", &facts->types);
    put_booster(out, forest, facts);
    begin_object(out, "learner_model_param");
    put_float_param(out, "base_score", facts->base_score);
    put_param(out, "boost_from_average", 0); /* the base score is final, trees or none */
    put_param(out, "num_class", 0);
    put_param(out, "num_feature", forest->n_columns);
    put_param(out, "num_target", 1);
    end_object(out);
    begin_object(out, "objective");
    put_string(out, "name", facts->objective);
    begin_object(out, "reg_loss_param");
    put_float_param(out, "scale_pos_weight", facts->scale_pos_weight);
    end_object(out);
    end_object(out);
    end_object(out);
}

void lsc_xgboost_write(const lsc_forest *forest, const lsc_xgboost_facts *facts, lsc_buffer *out)
{
    lsc_buffer_append_text(out, "{");
    put_learner(out, forest, facts);
    begin_array(out, "version", 3);
    for (size_t i = 0; i < 3; i++) {
        put_int(out, (uint32_t)facts->version[i]);
    }
    end_object(out);
}
