/*
 * The recurrence of tree_shap.h for one row and any forest: a walk over the splits in preorder on a
 * stack of its own.
 */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/rounding.h"
#include "shap_kernels.h"

typedef struct walk {
    const lsc_shap_plan *plan;
    const float *slots;
    lsc_shap_stack *stack;
    int32_t *sums;
    size_t n_frames;
} walk;

static float *level_of(const walk *self, float *levels, size_t level)
{
    return levels + level * self->plan->n_points;
}

/** Whether the row takes the path at the nearest ancestor on the same column, and all above it. */
static bool takes_path(const walk *self, const lsc_shap_split *split)
{
    if (split->same == 0) {
        return true;
    }
    const lsc_shap_frame *ancestor = &self->stack->frames[split->ancestor];
    bool right = ancestor->n_children == 2;
    return ancestor->taken && ancestor->left != right;
}

/**
 * What a split with another on its column is weighed by at a point, as lsc_shap_plan.same has it: that
 * is made for kernels, and not there where paths are long.
 */
static float g_of(const lsc_shap_plan *plan, const lsc_shap_split *split, size_t point)
{
    return 1 / (split->merged + (1 - split->merged) * plan->points[point]);
}

/** Begin with a split, to which the factors at its level have come. */
static void enter(walk *self, uint32_t at)
{
    const lsc_shap_plan *plan = self->plan;
    const lsc_shap_split *split = &plan->splits[at];
    float *factors = level_of(self, self->stack->factors, self->n_frames);
    bool left = self->slots[split->slot] < split->threshold;
    bool taken = takes_path(self, split);
    for (size_t q = 0; q < plan->n_points; q++) {
        float point = left ? plan->points[q] : 0;
        if (split->same == 0) {
            factors[q] = split->share * plan->rest[q] + point;
        } else {
            float merged = split->merged * split->share;
            factors[q] =
                taken ? g_of(plan, split, q) * (merged * plan->rest[q] + point) : split->share;
        }
    }
    self->stack->frames[self->n_frames++] = (lsc_shap_frame){at, 0, left, taken};
}

/** Go to the left or right child: into it, or take its value where it is a leaf. */
static void visit_child(walk *self, const lsc_shap_split *split, size_t level, bool right)
{
    size_t n_points = self->plan->n_points;
    if ((split->leaves & (right ? LSC_SHAP_RIGHT_LEAF : LSC_SHAP_LEFT_LEAF)) != 0) {
        for (size_t q = 0; q < n_points; q++) {
            self->stack->result[q] = right ? split->right_value : split->left_value;
        }
        return;
    }
    const float *above = level_of(self, self->stack->above, level);
    const float *factors = level_of(self, self->stack->factors, level);
    float *next = level_of(self, self->stack->above, level + 1);
    for (size_t q = 0; q < n_points; q++) {
        float to_left = above[q] * factors[q];
        next[q] = right ? above[q] - to_left : to_left;
    }
    uint32_t at = self->stack->frames[level].split;
    enter(self, right ? split->right : at + 1);
}

/** Both children are done: add what the split contributes, and put its own values together. */
static void leave(walk *self, const lsc_shap_split *split, size_t level)
{
    const lsc_shap_plan *plan = self->plan;
    const lsc_shap_frame *frame = &self->stack->frames[level];
    const float *above = level_of(self, self->stack->above, level);
    const float *factors = level_of(self, self->stack->factors, level);
    const float *left = level_of(self, self->stack->below, level);
    float *result = self->stack->result;
    float sum = 0;
    for (size_t q = 0; q < plan->n_points; q++) {
        float difference = left[q] - result[q];
        float factor = above[q];
        if (split->same != 0) {
            float g = g_of(plan, split, q);
            factor *= split->merged * (g * g);
        }
        sum = q == 0 ? factor * difference : sum + factor * difference;
        result[q] = factors[q] * difference + result[q];
    }
    if (frame->taken) {
        uint32_t units =
            (uint32_t)lsc_round_to_int(sum * ((frame->left ? 1.0f : 0.0f) - split->share));
        self->sums[split->column] = (int32_t)((uint32_t)self->sums[split->column] + units);
    }
    self->n_frames--;
}

static void explain_tree(walk *self, uint32_t root)
{
    const lsc_shap_plan *plan = self->plan;
    memcpy(self->stack->above, plan->weights, plan->n_points * sizeof *plan->weights);
    enter(self, root);
    while (self->n_frames > 0) {
        size_t level = self->n_frames - 1;
        lsc_shap_frame *frame = &self->stack->frames[level];
        const lsc_shap_split *split = &plan->splits[frame->split];
        uint32_t done = frame->n_children;
        if (done == 1) {
            memcpy(level_of(self, self->stack->below, level), self->stack->result,
                   plan->n_points * sizeof *self->stack->result);
        }
        if (done == 2) {
            leave(self, split, level);
        } else {
            frame->n_children++;
            visit_child(self, split, level, done == 1);
        }
    }
}

void lsc_shap_general(const lsc_shap_plan *plan, const float *slots, lsc_shap_stack *stack,
                      int32_t *sums)
{
    walk self = {.plan = plan, .slots = slots, .stack = stack, .sums = sums};
    for (size_t tree = 0; tree < plan->n_trees; tree++) {
        if (plan->roots[tree] != LSC_SHAP_NO_SPLIT) {
            explain_tree(&self, plan->roots[tree]);
        }
    }
}
