#include "shap_scratch.h"

#include <string.h>

/** Floats that the slots of a block may take, so that they stay in a cache. */
#define MOST_FLOATS ((size_t)1 << 18)
/** Sums of the widest vector. */
#define WIDEST 16

static size_t choose_rows(size_t n_slots)
{
    size_t n_rows = LSC_SHAP_ROWS;
    while (n_rows > LSC_SHAP_LEAST_ROWS && n_rows * n_slots > MOST_FLOATS) {
        n_rows /= 2;
    }
    return n_rows;
}

bool lsc_shap_scratch_make(const lsc_shap_plan *plan, const lsc_allocator *allocator,
                           lsc_shap_scratch *scratch)
{
    lsc_shap_stack *stack = &scratch->stack;
    size_t depth = plan->max_depth;
    size_t n_points = plan->n_points;
    size_t n_slots = lsc_shap_n_slots(plan);
    size_t n_sums = (plan->n_columns + WIDEST - 1) / WIDEST * WIDEST;
    memset(scratch, 0, sizeof *scratch);
    scratch->allocator = *allocator;
    scratch->n_rows = choose_rows(n_slots);
    stack->frames = lsc_alloc_array(allocator, depth + 1, sizeof *stack->frames);
    stack->above = lsc_alloc_array(allocator, (depth + 1) * n_points, sizeof *stack->above);
    stack->factors = lsc_alloc_array(allocator, (depth + 1) * n_points, sizeof *stack->factors);
    stack->below = lsc_alloc_array(allocator, (depth + 1) * n_points, sizeof *stack->below);
    stack->result = lsc_alloc_array(allocator, n_points, sizeof *stack->result);
    scratch->slots = lsc_alloc_aligned(allocator, n_slots * scratch->n_rows, sizeof(float));
    scratch->sums = lsc_alloc_aligned(allocator, n_sums * scratch->n_rows, sizeof(int32_t));
    scratch->totals = lsc_alloc_aligned(allocator, n_sums * scratch->n_rows, sizeof(int64_t));
    scratch->row = lsc_alloc_aligned(allocator, 1, sizeof *scratch->row);
    scratch->rows = lsc_alloc_aligned(allocator, 1, sizeof *scratch->rows);
    return scratch->row != NULL && scratch->rows != NULL && stack->frames != NULL &&
           stack->above != NULL && stack->factors != NULL && stack->below != NULL &&
           stack->result != NULL && scratch->slots != NULL && scratch->sums != NULL &&
           scratch->totals != NULL;
}

void lsc_shap_scratch_free(lsc_shap_scratch *scratch)
{
    const lsc_allocator *allocator = &scratch->allocator;
    lsc_release(allocator, scratch->stack.frames);
    lsc_release(allocator, scratch->stack.above);
    lsc_release(allocator, scratch->stack.factors);
    lsc_release(allocator, scratch->stack.below);
    lsc_release(allocator, scratch->stack.result);
    lsc_release_aligned(allocator, scratch->slots);
    lsc_release_aligned(allocator, scratch->sums);
    lsc_release_aligned(allocator, scratch->totals);
    lsc_release_aligned(allocator, scratch->row);
    lsc_release_aligned(allocator, scratch->rows);
    memset(scratch, 0, sizeof *scratch);
}
