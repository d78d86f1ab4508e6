/*
 * A part of shap_template.h: kernels for one row, with a tree in each lane (model/shap_lanes.h).
 */

/** A group of trees, and the row's decisions in it. */
typedef struct row_walk {
    const lsc_shap_plan *plan;
    const floats *shares;
    const uint32_t *same;
    const uint8_t *shifts;
    const floats *merged;
    const floats *leaves;
    size_t n_leaves;
    size_t depth;
    const uint8_t *left;
    ints *numbers;
} row_walk;

/** A split: its place in preorder, and in the heap. */
typedef struct row_split {
    size_t at;
    size_t node;
    unsigned levels; /**< of splits from here down */
} row_split;

static ALWAYS_INLINE row_split left_of(row_split split)
{
    return (row_split){split.at + 1, 2 * split.node, split.levels - 1};
}

static ALWAYS_INLINE row_split right_of(row_split split)
{
    return (row_split){split.at + ((size_t)1 << (split.levels - 1)), 2 * split.node + 1,
                       split.levels - 1};
}

#define N_POINTS 1
#define NAME(name) name##_1
#include "shap_row_visit.h"
#define N_POINTS 2
#define NAME(name) name##_2
#include "shap_row_visit.h"
#define N_POINTS 3
#define NAME(name) name##_3
#include "shap_row_visit.h"
#define N_POINTS 4
#define NAME(name) name##_4
#include "shap_row_visit.h"

/* Trees of at most LSC_MAX_HEAP_DEPTH levels: four points are enough. */
static void explain_group(const lsc_shap_plan *plan, const lsc_shap_lanes *lanes, size_t group,
                          const uint8_t *left, int32_t *numbers)
{
    static void (*const visits[])(const row_walk *, row_split) = {explain_group_1, explain_group_2,
                                                                  explain_group_3, explain_group_4};
    size_t n_leaves = (size_t)1 << lanes->depth;
    size_t n_splits = n_leaves - 1;
    row_walk self = {
        .plan = plan,
        .shares = (const floats *)lanes->shares + group * n_splits,
        .same = lanes->same + group * n_splits,
        .shifts = lanes->shifts,
        .merged = (const floats *)lanes->merged,
        .leaves = (const floats *)lanes->leaves + group * n_leaves,
        .n_leaves = n_leaves,
        .depth = lanes->depth,
        .left = left,
        .numbers = (ints *)numbers,
    };
    visits[plan->n_points - 1](&self, (row_split){0, 1, (unsigned)lanes->depth});
}
