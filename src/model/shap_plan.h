/**
 * @file shap_plan.h
 * A forest laid out for TreeSHAP by quadrature (docs/engine.md): the splits of each tree in
 * preorder, with the constants of the recurrence.
 *
 * Contributions are summed as integers, in units of a power of two of log-odds that the leaves
 * choose. Integers add up to the same sum in any order, so every kernel gives the same bits: those
 * of float32 operations in the one order that shap_math.h says, split by split.
 */
#ifndef LSC_MODEL_SHAP_PLAN_H
#define LSC_MODEL_SHAP_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "core/error.h"
#include "core/memory.h"
#include "core/visibility.h"
#include "model/forest.h"

/** Quadrature points that the deepest path can ask for. */
#define LSC_MAX_POINTS 128
/** The most that kernels are made for. */
#define LSC_SHAP_POINTS 8

/** Trees whose contributions an int32 has room for, beginning at each multiple. */
#define LSC_SHAP_WINDOW 64

/** For a tree that is but a leaf. */
#define LSC_SHAP_NO_SPLIT UINT32_MAX

/** Children of a split that are leaves. */
enum {
    LSC_SHAP_LEFT_LEAF = 1,
    LSC_SHAP_RIGHT_LEAF = 2
};

/**
 * A split. Its left child, where that is a split, is the next in the array. Values of leaves are in
 * units.
 */
typedef struct lsc_shap_split {
    float threshold;
    float share;  /**< of the cover, to the left */
    float merged; /**< product of the shares along the path of splits on the same column; or 1 */
    float left_value; /**< where the left child is a leaf */
    union {
        uint32_t right;    /**< index of the right child */
        float right_value; /**< where that is a leaf */
    };
    uint32_t same;    /**< index of its constants in lsc_shap_plan.same; 0: the path has no other
                           split on the column */
    uint32_t slot;    /**< of its value (lsc_shap_row) */
    uint16_t column;  /**< index in lsc_shap_plan.columns */
    uint8_t ancestor; /**< level of the nearest split on the same column */
    uint8_t leaves;   /**< LSC_SHAP_... */
} lsc_shap_split;

/** Where the value of a split by category comes from: 0 to the left, 1 to the right. */
typedef struct lsc_shap_set {
    uint32_t column; /**< of the row */
    uint32_t set;
    bool default_left;
} lsc_shap_set;

typedef struct lsc_shap_plan {
    lsc_allocator allocator;
    lsc_shap_split *splits; /**< [n_splits] */
    uint32_t *roots;        /**< [n_trees]: the first split of each, or LSC_SHAP_NO_SPLIT */
    float *same;            /**< [n_same][2][n_points]: g = 1 / (merged + (1 - merged)·s), then
                                kappa = merged·(g·g); the first is not used. NULL where there are
                                more than LSC_SHAP_POINTS: it would outgrow the splits */
    uint16_t *columns;      /**< [n_columns]: those that splits are on, rising */
    lsc_shap_set *sets;     /**< [n_sets] */
    size_t n_splits;
    size_t n_trees;
    size_t n_same;
    size_t n_columns;
    size_t n_sets;
    size_t max_depth;
    size_t n_points;               /**< 1 to LSC_MAX_POINTS */
    float points[LSC_MAX_POINTS];  /**< s of the quadrature */
    float rest[LSC_MAX_POINTS];    /**< 1 - s */
    float weights[LSC_MAX_POINTS]; /**< of the points; their sum is 1 */
    double unit;                   /**< log-odds of a unit */
    size_t size_bytes;
} lsc_shap_plan;

/** Floats of a row as splits read it: a column twice, -inf and +inf for NaN; then the sets. */
static inline size_t lsc_shap_n_slots(const lsc_shap_plan *plan)
{
    return 2 * plan->n_columns + plan->n_sets;
}

/** A node of a tree that is padded to a perfect one. */
typedef struct lsc_shap_place {
    const lsc_shap_split *split; /**< NULL for a leaf, and below one */
    float value;                 /**< of that leaf */
} lsc_shap_place;

/** The root of a tree. The value of a tree that is but a leaf does not matter. */
static inline lsc_shap_place lsc_shap_root(const lsc_shap_plan *plan, size_t tree)
{
    uint32_t root = plan->roots[tree];
    return (lsc_shap_place){root == LSC_SHAP_NO_SPLIT ? NULL : &plan->splits[root], 0};
}

static inline lsc_shap_place lsc_shap_child(const lsc_shap_plan *plan, lsc_shap_place parent,
                                            bool right)
{
    const lsc_shap_split *split = parent.split;
    if (split == NULL) {
        return parent;
    }
    if ((split->leaves & (right ? LSC_SHAP_RIGHT_LEAF : LSC_SHAP_LEFT_LEAF)) != 0) {
        return (lsc_shap_place){NULL, right ? split->right_value : split->left_value};
    }
    return (lsc_shap_place){right ? &plan->splits[split->right] : split + 1, 0};
}

/**
 * Lay out a forest.
 * @param plan  freed by lsc_shap_plan_free(), also after an error
 */
LSC_SHARED lsc_status lsc_shap_plan_build(const lsc_forest *forest, const lsc_allocator *allocator,
                                          lsc_shap_plan *plan, lsc_error *error);

LSC_SHARED void lsc_shap_plan_free(lsc_shap_plan *plan);

#endif
