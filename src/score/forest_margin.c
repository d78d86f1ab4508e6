#include "forest_margin.h"

#include <math.h>

#include "core/inline.h"

/** Trees that are walked in lockstep, so that their loads overlap. */
#define LOCKSTEP 8

/** One step from a node towards its leaf; a leaf stays. Nothing here is a branch for a threshold. */
static ALWAYS_INLINE uint32_t step(const lsc_forest *forest, uint32_t at, const float *columns)
{
    const lsc_node *node = &forest->nodes[at];
    float value = columns[node->column];
    bool left = (value < node->value) | (isnan(value) & node->default_left);
    if (node->categorical) {
        left = lsc_forest_goes_left(forest, node, value);
    }
    return node->left == 0 ? at : node->left + (left ? 0 : 1);
}

static float walk_one(const lsc_forest *forest, uint32_t at, const float *columns)
{
    while (forest->nodes[at].left != 0) {
        at = step(forest, at, columns);
    }
    return forest->nodes[at].value;
}

/** Take LOCKSTEP nodes to their leaves. */
static inline void walk_together(const lsc_forest *forest, uint32_t *at, const float *columns)
{
    uint32_t splits;
    do {
        splits = 0;
        UNROLL for (size_t k = 0; k < LOCKSTEP; k++)
        {
            at[k] = step(forest, at[k], columns);
            splits |= forest->nodes[at[k]].left;
        }
    } while (splits != 0);
}

float lsc_forest_walk(const lsc_forest *forest, const float *columns)
{
    float margin = forest->base_margin;
    size_t tree = 0;
    for (; tree + LOCKSTEP <= forest->n_trees; tree += LOCKSTEP) {
        uint32_t at[LOCKSTEP];
        UNROLL for (size_t k = 0; k < LOCKSTEP; k++)
        {
            at[k] = forest->roots[tree + k];
        }
        walk_together(forest, at, columns);
        UNROLL for (size_t k = 0; k < LOCKSTEP; k++)
        {
            margin += forest->nodes[at[k]].value;
        }
    }
    for (; tree < forest->n_trees; tree++) {
        margin += walk_one(forest, forest->roots[tree], columns);
    }
    return margin;
}

/**
 * Whether lanes are quicker than the heap. They visit every node, the heap a path: where a lookup is
 * one instruction they always are, with AVX2 up to five levels of splits.
 */
static bool lanes_pay(const lsc_forest_plan *plan)
{
    const lsc_score_kernels *kernels = lsc_score_kernels_of(plan->cpu);
    return plan->lanes.n_groups > 0 && kernels->score_lanes != NULL &&
           2 * plan->ranks.n_slots <= LSC_LANE_BYTES &&
           (plan->cpu == LSC_CPU_AVX512 || plan->heap.depth <= 5);
}

float lsc_forest_margin(const lsc_forest *forest, const lsc_forest_plan *plan, const float *columns,
                        lsc_block_bytes *scratch)
{
    if (plan->heap.depth == 0) {
        return lsc_forest_walk(forest, columns);
    }
    const lsc_score_kernels *kernels = lsc_score_kernels_of(plan->cpu);
    if (plan->ranks.is_short && kernels->score_short != NULL && lanes_pay(plan)) {
        return kernels->score_short(&plan->ranks, &plan->lanes, &plan->heap, forest->base_margin,
                                    columns, forest->n_columns);
    }
    size_t n_bytes = 2 * plan->ranks.n_slots;
    kernels->rank_row(&plan->ranks, forest, columns, scratch->of_row);
    if (lanes_pay(plan)) {
        return kernels->score_lanes(&plan->lanes, &plan->heap, n_bytes, forest->base_margin,
                                    scratch->of_row);
    }
    return kernels->score_row(&plan->heap, forest->base_margin, scratch->of_row);
}

void lsc_forest_margins(const lsc_forest *forest, const lsc_forest_plan *plan, const float *rows,
                        size_t n_rows, lsc_block_bytes *scratch, float *margins)
{
    size_t n_columns = forest->n_columns;
    size_t row = 0;
    if (plan->heap.depth > 0) {
        const lsc_score_kernels *kernels = lsc_score_kernels_of(plan->cpu);
        for (; row + LSC_BLOCK_ROWS <= n_rows; row += LSC_BLOCK_ROWS) {
            kernels->score_block(&plan->ranks, forest, &plan->heap, rows + row * n_columns,
                                 n_columns, scratch, margins + row);
        }
    }
    for (; row < n_rows; row++) {
        margins[row] = lsc_forest_margin(forest, plan, rows + row * n_columns, scratch);
    }
}
