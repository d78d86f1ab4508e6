/**
 * @file shap_support.h
 * Forests made by hand, scratch for them, and slow references of their Shapley values.
 */
#ifndef LSC_TESTS_SHAP_SUPPORT_H
#define LSC_TESTS_SHAP_SUPPORT_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "explain/tree_shap.h"
#include "model/forest.h"
#include "suite.h"

#define MAX_TEST_NODES 70000
#define MAX_TEST_TREES 150

/** A forest under construction: nodes are added by hand, the two children of a split together. */
typedef struct test_forest {
    lsc_forest forest;
    lsc_node nodes[MAX_TEST_NODES];
    uint32_t roots[MAX_TEST_TREES];
} test_forest;

static inline test_forest *test_forest_new(size_t n_columns)
{
    test_forest *made = calloc(1, sizeof *made);
    made->forest.nodes = made->nodes;
    made->forest.roots = made->roots;
    made->forest.n_columns = n_columns;
    return made;
}

static inline uint32_t add_node(test_forest *made, lsc_node node)
{
    made->nodes[made->forest.n_nodes] = node;
    return (uint32_t)made->forest.n_nodes++;
}

/** The share of a split's cover that a child has. */
typedef long double (*cover_share)(const lsc_forest *forest, const lsc_node *split, uint32_t child);

/** Of the cover of both children, as lsc_forest_left_share() has it. */
static inline long double share_of_children(const lsc_forest *forest, const lsc_node *split,
                                            uint32_t child)
{
    long double left = (long double)forest->nodes[split->left].cover;
    long double right = (long double)forest->nodes[split->left + 1].cover;
    long double own = (long double)forest->nodes[child].cover;
    return left + right > 0 ? own / (left + right) : 0.5L;
}

/** Of the cover of their parent, as XGBoost has it. Both differ by the rounding of the three. */
static inline long double share_of_parent(const lsc_forest *forest, const lsc_node *split,
                                          uint32_t child)
{
    return (long double)forest->nodes[child].cover / (long double)split->cover;
}

static inline bool takes_left(const lsc_node *node, float value)
{
    return isnan(value) ? node->default_left : value < node->value;
}

/** The mean of a subtree over the rows that agree with `columns` where `known` is set. */
static inline long double subtree_mean(const lsc_forest *forest, uint32_t at, const float *columns,
                                       const bool *known)
{
    const lsc_node *node = &forest->nodes[at];
    if (node->left == 0) {
        return (long double)node->value;
    }
    if (known[node->column]) {
        uint32_t next = takes_left(node, columns[node->column]) ? node->left : node->left + 1;
        return subtree_mean(forest, next, columns, known);
    }
    return share_of_children(forest, node, node->left) *
               subtree_mean(forest, node->left, columns, known) +
           share_of_children(forest, node, node->left + 1) *
               subtree_mean(forest, node->left + 1, columns, known);
}

/** The value of the set of columns whose bits are set: Lundberg et al. 2020, Algorithm 1. */
static inline long double set_value(const lsc_forest *forest, const float *columns, uint64_t set)
{
    bool *known = calloc(forest->n_columns + 1, sizeof *known);
    for (size_t column = 0; column < forest->n_columns && column < 64; column++) {
        known[column] = (set >> column & 1) != 0;
    }
    long double value = (long double)forest->base_margin;
    for (size_t tree = 0; tree < forest->n_trees; tree++) {
        value += subtree_mean(forest, forest->roots[tree], columns, known);
    }
    free(known);
    return value;
}

/** Shapley values by their definition: every subset of the columns. */
static inline void shapley_by_subsets(const lsc_forest *forest, const float *columns,
                                      long double *values)
{
    size_t n = forest->n_columns;
    long double *game = malloc(((size_t)1 << n) * sizeof *game);
    for (uint64_t set = 0; set < (uint64_t)1 << n; set++) {
        game[set] = set_value(forest, columns, set);
    }
    long double factorial[16] = {1};
    for (size_t i = 1; i < 16; i++) {
        factorial[i] = factorial[i - 1] * (long double)i;
    }
    for (size_t column = 0; column < n; column++) {
        values[column] = 0;
        for (uint64_t set = 0; set < (uint64_t)1 << n; set++) {
            if ((set >> column & 1) != 0) {
                continue;
            }
            size_t size = 0;
            for (size_t i = 0; i < n; i++) {
                size += set >> i & 1;
            }
            long double weight = factorial[size] * factorial[n - size - 1] / factorial[n];
            values[column] += weight * (game[set | (uint64_t)1 << column] - game[set]);
        }
    }
    free(game);
}

/** Algorithm 2 of the same paper, as it is printed: by extending and unwinding a path. */
typedef struct element {
    int64_t column;
    double zero;
    double one;
    double weight;
} element;

static inline void extend(element *path, size_t depth, double zero, double one, int64_t column)
{
    path[depth] = (element){column, zero, one, depth == 0 ? 1 : 0};
    for (size_t i = depth; i-- > 0;) {
        path[i + 1].weight += one * path[i].weight * (double)(i + 1) / (double)(depth + 1);
        path[i].weight = zero * path[i].weight * (double)(depth - i) / (double)(depth + 1);
    }
}

static inline void unwind(element *path, size_t depth, size_t at)
{
    double one = path[at].one;
    double zero = path[at].zero;
    double next = path[depth].weight;
    for (size_t i = depth; i-- > 0;) {
        if (one != 0) {
            double before = path[i].weight;
            path[i].weight = next * (double)(depth + 1) / ((double)(i + 1) * one);
            next = before - path[i].weight * zero * (double)(depth - i) / (double)(depth + 1);
        } else {
            path[i].weight = path[i].weight * (double)(depth + 1) / (zero * (double)(depth - i));
        }
    }
    for (size_t i = at; i < depth; i++) {
        path[i].column = path[i + 1].column;
        path[i].zero = path[i + 1].zero;
        path[i].one = path[i + 1].one;
    }
}

static inline double unwound_sum(const element *path, size_t depth, size_t at)
{
    element copy[LSC_MAX_DEPTH + 2];
    memcpy(copy, path, (depth + 1) * sizeof *copy);
    unwind(copy, depth, at);
    double sum = 0;
    for (size_t i = 0; i < depth; i++) {
        sum += copy[i].weight;
    }
    return sum;
}

static inline void algorithm_2_at(const lsc_forest *forest, cover_share share, uint32_t at,
                                  const float *columns, const element *parent, size_t depth,
                                  element step, double *values)
{
    element path[LSC_MAX_DEPTH + 2];
    for (size_t i = 0; i < depth; i++) {
        path[i] = parent[i];
    }
    extend(path, depth, step.zero, step.one, step.column);
    const lsc_node *node = &forest->nodes[at];
    if (node->left == 0) {
        for (size_t i = 1; i <= depth; i++) {
            values[path[i].column] +=
                unwound_sum(path, depth, i) * (path[i].one - path[i].zero) * (double)node->value;
        }
        return;
    }
    bool left = takes_left(node, columns[node->column]);
    double left_share = (double)share(forest, node, node->left);
    double right_share = (double)share(forest, node, node->left + 1);
    element before = {node->column, 1, 1, 0};
    for (size_t i = 1; i <= depth; i++) {
        if (path[i].column == (int64_t)node->column) {
            before = path[i];
            unwind(path, depth, i);
            depth--;
            break;
        }
    }
    element to_left = {node->column, before.zero * left_share, left ? before.one : 0, 0};
    element to_right = {node->column, before.zero * right_share, left ? 0 : before.one, 0};
    algorithm_2_at(forest, share, node->left, columns, path, depth + 1, to_left, values);
    algorithm_2_at(forest, share, node->left + 1, columns, path, depth + 1, to_right, values);
}

static inline void algorithm_2(const lsc_forest *forest, cover_share share, const float *columns,
                               double *values)
{
    memset(values, 0, forest->n_columns * sizeof *values);
    for (size_t tree = 0; tree < forest->n_trees; tree++) {
        algorithm_2_at(forest, share, forest->roots[tree], columns, NULL, 0, (element){-1, 1, 1, 0},
                       values);
    }
}

/* Contributions may be off by this, in parts of max(1, sum of |tree outputs|): the contract. */
#define SHAP_TOLERANCE 5e-6

/** Plans and scratch of a forest, for every set of kernels that this machine has. */
typedef struct shap_kit {
    lsc_forest_plan plans[LSC_N_CPUS];
    lsc_forest_plan without_tables[LSC_N_CPUS]; /**< for want of room; where there are any */
    lsc_shap_scratch scratch;
} shap_kit;

static inline void plan_kernels(const lsc_forest *forest, lsc_cpu cpu, shap_kit *kit)
{
    const lsc_allocator *allocator = lsc_default_allocator();
    lsc_forest_plan *plan = &kit->plans[cpu];
    ck_ok(lsc_forest_plan_build(forest, cpu, SIZE_MAX, allocator, plan, error));
    if (plan->tables.depth > 0) {
        size_t too_few = lsc_forest_plan_size(plan) - plan->shap.size_bytes - 1;
        lsc_forest_plan *without = &kit->without_tables[cpu];
        ck_ok(lsc_forest_plan_build(forest, cpu, too_few, allocator, without, error));
        ck_assert_uint_eq(without->tables.depth, 0);
    }
}

static inline shap_kit *shap_kit_new(const lsc_forest *forest)
{
    shap_kit *kit = calloc(1, sizeof *kit);
    for (int cpu = 0; cpu < LSC_N_CPUS; cpu++) {
        if (lsc_cpu_has((lsc_cpu)cpu)) {
            plan_kernels(forest, (lsc_cpu)cpu, kit);
        }
    }
    ck_assert(lsc_shap_scratch_make(&kit->plans[0].shap, lsc_default_allocator(), &kit->scratch));
    return kit;
}

static inline void shap_kit_free(shap_kit *kit)
{
    for (int cpu = 0; cpu < LSC_N_CPUS; cpu++) {
        lsc_forest_plan_free(&kit->plans[cpu]);
        lsc_forest_plan_free(&kit->without_tables[cpu]);
    }
    lsc_shap_scratch_free(&kit->scratch);
    free(kit);
}

/** A plan must give the bits of `values`, [n_rows][n_columns], for rows alone and together. */
static inline void plan_gives(const lsc_forest *forest, const lsc_forest_plan *plan,
                              const float *rows, size_t n_rows, shap_kit *kit, const double *values)
{
    size_t n = forest->n_columns;
    double *one = calloc(n, sizeof *one);
    float *all = calloc(n_rows * (n + 1), sizeof *all);
    lsc_tree_shap_rows(forest, plan, rows, n_rows, &kit->scratch, all);
    for (size_t row = 0; row < n_rows; row++) {
        const double *expected = values + row * n;
        lsc_tree_shap(forest, plan, rows + row * n, &kit->scratch, one);
        ck_assert_msg(memcmp(one, expected, n * sizeof *one) == 0, "%s, row %zu alone",
                      lsc_cpu_name(plan->cpu), row);
        size_t i = 0;
        while (i < n && all[row * (n + 1) + i] == (float)expected[i]) {
            i++;
        }
        ck_assert_msg(i == n, "%s, row %zu of %zu, column %zu", lsc_cpu_name(plan->cpu), row,
                      n_rows, i);
    }
    free(one);
    free(all);
}

/** By the walk over any forest, to `values`; every kernel and layout must give the same bits. */
static inline void shap_of_rows(const lsc_forest *forest, const float *rows, size_t n_rows,
                                shap_kit *kit, double *values)
{
    for (size_t row = 0; row < n_rows; row++) {
        lsc_tree_shap(forest, &kit->plans[LSC_CPU_GENERAL], rows + row * forest->n_columns,
                      &kit->scratch, values + row * forest->n_columns);
    }
    for (int cpu = 0; cpu < LSC_N_CPUS; cpu++) {
        if (lsc_cpu_has((lsc_cpu)cpu)) {
            plan_gives(forest, &kit->plans[cpu], rows, n_rows, kit, values);
        }
        if (kit->plans[cpu].tables.depth > 0) {
            plan_gives(forest, &kit->without_tables[cpu], rows, n_rows, kit, values);
        }
    }
}

/** The same for one row, which is also taken twice. */
static inline void shap_of(const lsc_forest *forest, const float *columns, shap_kit *kit,
                           double *values)
{
    size_t n = forest->n_columns;
    float *rows = calloc(2 * n, sizeof *rows);
    double *of_both = calloc(2 * n, sizeof *of_both);
    memcpy(rows, columns, n * sizeof *rows);
    memcpy(rows + n, columns, n * sizeof *rows);
    shap_of_rows(forest, rows, 2, kit, of_both);
    memcpy(values, of_both, n * sizeof *values);
    free(rows);
    free(of_both);
}

#endif
