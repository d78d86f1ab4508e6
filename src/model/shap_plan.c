#include "shap_plan.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include <leadscore/model.h>

#include "quadrature.h"

/** Bits of the sum of all that the trees of a window can differ by, in units. They contribute no more, so
    an int32 has room for it, and for half a unit of rounding a split. */
#define SUM_BITS 30
/** No ancestor on the path splits on the column. */
#define NONE UINT16_MAX

/** A split on the path to the node under way. */
typedef struct step {
    uint32_t node;
    uint32_t split;      /**< its index in the plan */
    double share;        /**< to the left */
    double merged;       /**< shares of the ancestors on the same column */
    uint16_t ancestor;   /**< level of the nearest of them, or NONE */
    uint16_t n_distinct; /**< columns on the path up to it */
    uint8_t n_children;  /**< that are done */
} step;

typedef struct builder {
    const lsc_forest *forest;
    lsc_shap_plan *plan;
    uint16_t *column_at; /**< [n_columns]: index in plan->columns */
    uint16_t *nearest;   /**< [n_columns]: level of the nearest split of the path on it, or NONE */
    double *merged;      /**< [n_same] */
    step path[LSC_MAX_DEPTH];
    size_t n_steps;
    size_t most_distinct;
} builder;

/* The trees */

static bool is_leaf(const builder *self, uint32_t node)
{
    return self->forest->nodes[node].left == 0;
}

/** Where a split finds its value in a row of slots. */
static uint32_t slot_of(const builder *self, const lsc_node *node)
{
    lsc_shap_plan *plan = self->plan;
    if (node->categorical) {
        plan->sets[plan->n_sets] = (lsc_shap_set){node->column, node->set, node->default_left};
        return (uint32_t)(2 * plan->n_columns + plan->n_sets++);
    }
    return 2u * self->column_at[node->column] + (node->default_left ? 0 : 1);
}

/** Begin with a split: write what does not depend on its children, and put it on the path. */
static void enter(builder *self, uint32_t node_at)
{
    lsc_shap_plan *plan = self->plan;
    const lsc_node *node = &self->forest->nodes[node_at];
    const step *above = self->n_steps > 0 ? &self->path[self->n_steps - 1] : NULL;
    step *begun = &self->path[self->n_steps];
    lsc_shap_split *split = &plan->splits[plan->n_splits];
    *begun = (step){.node = node_at,
                    .split = (uint32_t)plan->n_splits++,
                    .share = lsc_forest_left_share(self->forest, node),
                    .merged = 1,
                    .ancestor = self->nearest[node->column],
                    .n_distinct = above != NULL ? above->n_distinct : 0};
    *split = (lsc_shap_split){.threshold = node->categorical ? 0.5f : node->value,
                              .share = (float)begun->share,
                              .merged = 1,
                              .slot = slot_of(self, node),
                              .column = self->column_at[node->column]};
    if (begun->ancestor == NONE) {
        begun->n_distinct++;
    } else {
        const step *same = &self->path[begun->ancestor];
        begun->merged = same->merged * (same->n_children == 1 ? same->share : 1 - same->share);
        split->merged = (float)begun->merged;
        split->ancestor = (uint8_t)begun->ancestor;
        split->same = (uint32_t)plan->n_same;
        self->merged[plan->n_same++] = begun->merged;
    }
    if (begun->n_distinct > self->most_distinct) {
        self->most_distinct = begun->n_distinct;
    }
    self->nearest[node->column] = (uint16_t)self->n_steps;
    self->n_steps++;
}

static void leave(builder *self)
{
    const step *done = &self->path[--self->n_steps];
    self->nearest[self->forest->nodes[done->node].column] = done->ancestor;
}

/** Go on to the next child of the last split of the path. */
static void go_on(builder *self, double middle)
{
    const lsc_forest *forest = self->forest;
    step *last = &self->path[self->n_steps - 1];
    lsc_shap_split *split = &self->plan->splits[last->split];
    bool right = last->n_children == 1;
    uint32_t child = forest->nodes[last->node].left + (right ? 1 : 0);
    last->n_children++;
    if (!is_leaf(self, child)) {
        if (right) {
            split->right = (uint32_t)self->plan->n_splits;
        }
        enter(self, child);
        return;
    }
    float value = (float)(((double)forest->nodes[child].value - middle) / self->plan->unit);
    if (right) {
        split->right_value = value;
    } else {
        split->left_value = value;
    }
    split->leaves |= right ? LSC_SHAP_RIGHT_LEAF : LSC_SHAP_LEFT_LEAF;
}

/** The least and the largest leaf of a tree. */
static void leaf_range(const lsc_forest *forest, size_t tree, double *least, double *most)
{
    size_t end = tree + 1 < forest->n_trees ? forest->roots[tree + 1] : forest->n_nodes;
    *least = (double)INFINITY;
    *most = -(double)INFINITY;
    for (size_t i = forest->roots[tree]; i < end; i++) {
        if (forest->nodes[i].left == 0) {
            *least = fmin(*least, (double)forest->nodes[i].value);
            *most = fmax(*most, (double)forest->nodes[i].value);
        }
    }
}

static void add_tree(builder *self, size_t tree)
{
    lsc_shap_plan *plan = self->plan;
    uint32_t root = self->forest->roots[tree];
    if (is_leaf(self, root)) {
        plan->roots[tree] = LSC_SHAP_NO_SPLIT;
        return;
    }
    double least;
    double most;
    leaf_range(self->forest, tree, &least, &most);
    /* A tree may be shifted as a whole: small values are the more exact. */
    double middle = least + (most - least) / 2;
    plan->roots[tree] = (uint32_t)plan->n_splits;
    enter(self, root);
    while (self->n_steps > 0) {
        if (self->path[self->n_steps - 1].n_children == 2) {
            leave(self);
        } else {
            go_on(self, middle);
        }
    }
}

/* The constants */

static void choose_unit(builder *self)
{
    double reach = 0; /* of the window that reaches the farthest */
    double window = 0;
    for (size_t tree = 0; tree < self->forest->n_trees; tree++) {
        double least;
        double most;
        leaf_range(self->forest, tree, &least, &most);
        window = (tree % LSC_SHAP_WINDOW == 0 ? 0 : window) + (most - least);
        reach = fmax(reach, window);
    }
    int exponent = 0;
    frexp(reach, &exponent); /* reach < 2^exponent */
    self->plan->unit = reach > 0 ? ldexp(1, exponent - SUM_BITS) : 1;
}

static void choose_columns(builder *self)
{
    const lsc_forest *forest = self->forest;
    lsc_shap_plan *plan = self->plan;
    for (size_t i = 0; i < forest->n_nodes; i++) {
        if (forest->nodes[i].left != 0) {
            self->nearest[forest->nodes[i].column] = 1;
        }
    }
    for (size_t column = 0; column < forest->n_columns; column++) {
        if (self->nearest[column] != 0) {
            self->column_at[column] = (uint16_t)plan->n_columns;
            plan->columns[plan->n_columns++] = (uint16_t)column;
        }
        self->nearest[column] = NONE;
    }
}

static void fill_points(builder *self)
{
    lsc_shap_plan *plan = self->plan;
    double points[LSC_MAX_POINTS];
    double weights[LSC_MAX_POINTS];
    plan->n_points = self->most_distinct == 0 ? 1 : (self->most_distinct + 1) / 2;
    lsc_quadrature_rule(plan->n_points, points, weights);
    for (size_t q = 0; q < plan->n_points; q++) {
        plan->points[q] = (float)points[q];
        plan->rest[q] = (float)(1 - points[q]);
        plan->weights[q] = (float)weights[q];
    }
}

static lsc_status fill_same(builder *self, lsc_error *error)
{
    lsc_shap_plan *plan = self->plan;
    fill_points(self);
    size_t n = plan->n_points;
    if (n > LSC_SHAP_POINTS) {
        return LSC_OK;
    }
    plan->same = lsc_alloc_array(&plan->allocator, plan->n_same * 2 * n, sizeof *plan->same);
    if (plan->same == NULL) {
        return lsc_fail_memory(error);
    }
    plan->size_bytes += plan->n_same * 2 * n * sizeof *plan->same;
    for (size_t i = 1; i < plan->n_same; i++) {
        float *g = plan->same + i * 2 * n;
        float merged = (float)self->merged[i];
        for (size_t q = 0; q < n; q++) {
            g[q] = 1 / (merged + (1 - merged) * plan->points[q]);
            g[n + q] = merged * (g[q] * g[q]);
        }
    }
    return LSC_OK;
}

static size_t count_splits(const lsc_forest *forest, bool categorical)
{
    size_t n = 0;
    for (size_t i = 0; i < forest->n_nodes; i++) {
        const lsc_node *node = &forest->nodes[i];
        n += node->left != 0 && (!categorical || node->categorical);
    }
    return n;
}

static bool allocate(builder *self)
{
    const lsc_forest *forest = self->forest;
    lsc_shap_plan *plan = self->plan;
    const lsc_allocator *allocator = &plan->allocator;
    size_t n_splits = count_splits(forest, false);
    size_t n_sets = count_splits(forest, true);
    plan->splits = lsc_alloc_array(allocator, n_splits, sizeof *plan->splits);
    plan->roots = lsc_alloc_array(allocator, forest->n_trees, sizeof *plan->roots);
    plan->columns = lsc_alloc_array(allocator, forest->n_columns, sizeof *plan->columns);
    plan->sets = lsc_alloc_array(allocator, n_sets, sizeof *plan->sets);
    self->column_at = lsc_alloc_array(allocator, forest->n_columns, sizeof *self->column_at);
    self->nearest = lsc_alloc_array(allocator, forest->n_columns, sizeof *self->nearest);
    self->merged = lsc_alloc_array(allocator, n_splits + 1, sizeof *self->merged);
    plan->size_bytes = n_splits * sizeof *plan->splits + forest->n_trees * sizeof *plan->roots +
                       forest->n_columns * sizeof *plan->columns + n_sets * sizeof *plan->sets;
    return plan->splits != NULL && plan->roots != NULL && plan->columns != NULL &&
           plan->sets != NULL && self->column_at != NULL && self->nearest != NULL &&
           self->merged != NULL;
}

static lsc_status build(builder *self, lsc_error *error)
{
    lsc_shap_plan *plan = self->plan;
    if (!allocate(self)) {
        return lsc_fail_memory(error);
    }
    plan->max_depth = self->forest->max_depth;
    plan->n_trees = self->forest->n_trees;
    plan->n_same = 1;
    choose_unit(self);
    choose_columns(self);
    for (size_t tree = 0; tree < self->forest->n_trees; tree++) {
        add_tree(self, tree);
    }
    return fill_same(self, error);
}

lsc_status lsc_shap_plan_build(const lsc_forest *forest, const lsc_allocator *allocator,
                               lsc_shap_plan *plan, lsc_error *error)
{
    memset(plan, 0, sizeof *plan);
    plan->allocator = *allocator;
    builder *self = lsc_alloc_array(allocator, 1, sizeof *self);
    if (self == NULL) {
        return lsc_fail_memory(error);
    }
    self->forest = forest;
    self->plan = plan;
    lsc_status status = build(self, error);
    lsc_release(allocator, self->column_at);
    lsc_release(allocator, self->nearest);
    lsc_release(allocator, self->merged);
    lsc_release(allocator, self);
    return status;
}

void lsc_shap_plan_free(lsc_shap_plan *plan)
{
    lsc_release(&plan->allocator, plan->splits);
    lsc_release(&plan->allocator, plan->roots);
    lsc_release(&plan->allocator, plan->same);
    lsc_release(&plan->allocator, plan->columns);
    lsc_release(&plan->allocator, plan->sets);
    memset(plan, 0, sizeof *plan);
}
