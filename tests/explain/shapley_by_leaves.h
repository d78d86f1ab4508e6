/**
 * @file shapley_by_leaves.h
 * Shapley values of a forest in double, leaf by leaf, for any forest that no path of is deeper than
 * MOST_PATH. For one leaf of value y whose path has the distinct columns j, with zero_j the product of
 * the shares at the splits on j and one_j whether the row takes them all,
 *
 *     phi_i = y (one_i - zero_i) * integral of prod over j != i of (zero_j (1 - s) + one_j s)
 *
 * over s from 0 to 1. The product is multiplied out in terms of s^m (1 - s)^(n - m), none of which is
 * negative, so nothing cancels; their integral is m! (n - m)! / (n + 1)!.
 */
#ifndef LSC_TESTS_SHAPLEY_BY_LEAVES_H
#define LSC_TESTS_SHAPLEY_BY_LEAVES_H

#include "shap_support.h"

#define MOST_PATH 64

typedef struct leaf_column {
    uint32_t column;
    double zero;
    bool one;
} leaf_column;

typedef struct leaf_walk {
    const lsc_forest *forest;
    const float *columns;
    double *values;  /**< [n_columns] */
    double expected; /**< of the forest, without its base margin */
    double margin;   /**< likewise, for the row */
    double outputs;  /**< sum of |tree outputs| */
} leaf_walk;

/** The integral of the product over all columns of a path but one. */
static inline double integral_without(const leaf_column *path, size_t length, size_t but)
{
    double terms[MOST_PATH + 1] = {1};
    size_t n = 0;
    for (size_t j = 0; j < length; j++) {
        if (j == but) {
            continue;
        }
        n++;
        for (size_t m = n + 1; m-- > 0;) {
            double left = m < n ? terms[m] * path[j].zero : 0;
            terms[m] = left + (m > 0 && path[j].one ? terms[m - 1] : 0);
        }
    }
    double sum = 0;
    double integral = 1 / (double)(n + 1); /* of s^m (1 - s)^(n - m), from m = 0 on */
    for (size_t m = 0; m <= n; m++) {
        sum += terms[m] * integral;
        integral *= (double)(m + 1) / (double)(n > m ? n - m : 1);
    }
    return sum;
}

static inline void count_leaf(leaf_walk *walk, const leaf_column *path, size_t length, double value)
{
    double share = 1;
    bool reached = true;
    for (size_t i = 0; i < length; i++) {
        share *= path[i].zero;
        reached &= path[i].one;
        double gain = (path[i].one ? 1 : 0) - path[i].zero;
        if (gain != 0) {
            walk->values[path[i].column] += value * gain * integral_without(path, length, i);
        }
    }
    walk->expected += share * value;
    walk->margin += reached ? value : 0;
    walk->outputs += reached ? fabs(value) : 0;
}

static inline void walk_leaves(leaf_walk *walk, uint32_t at, const leaf_column *above,
                               size_t length)
{
    const lsc_forest *forest = walk->forest;
    const lsc_node *node = &forest->nodes[at];
    if (node->left == 0) {
        count_leaf(walk, above, length, (double)node->value);
        return;
    }
    leaf_column path[MOST_PATH];
    size_t i = 0;
    ck_assert_uint_lt(length, MOST_PATH);
    memcpy(path, above, length * sizeof *path);
    while (i < length && path[i].column != node->column) {
        i++;
    }
    if (i == length) {
        path[length++] = (leaf_column){node->column, 1, true};
    }
    const leaf_column before = path[i];
    bool goes_left = lsc_forest_goes_left(forest, node, walk->columns[node->column]);
    for (uint32_t side = 0; side < 2; side++) {
        double share = (double)share_of_children(forest, node, node->left + side);
        path[i].zero = before.zero * share;
        path[i].one = before.one && goes_left == (side == 0);
        walk_leaves(walk, node->left + side, path, length);
    }
}

/** @param values  [n_columns], filled */
static inline leaf_walk shapley_by_leaves(const lsc_forest *forest, const float *columns,
                                          double *values)
{
    leaf_walk walk = {.forest = forest, .columns = columns, .values = values};
    const leaf_column nothing = {0};
    memset(values, 0, forest->n_columns * sizeof *values);
    for (size_t tree = 0; tree < forest->n_trees; tree++) {
        walk_leaves(&walk, forest->roots[tree], &nothing, 0);
    }
    return walk;
}

#endif
