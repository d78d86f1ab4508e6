/*
 * The recurrence of shap_math.h for one row and any forest: a walk over the splits in preorder on a
 * stack of its own.
 */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/rounding.h"
#include "model/shap_math.h"
#include "shap_kernels.h"

typedef struct walk {
    const lsc_shap_plan *plan;
    const float *slots;
    lsc_shap_stack *stack;
    int64_t *sums;
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

/** Begin with a split, to which the factors at its level have come. */
static void enter(walk *self, uint32_t at)
{
    const lsc_shap_plan *plan = self->plan;
    const lsc_shap_split *split = &plan->splits[at];
    float *factors = level_of(self, self->stack->factors, self->n_frames);
    bool left = self->slots[split->slot] < split->threshold;
    bool taken = takes_path(self, split);
    for (size_t q = 0; q < plan->n_points; q++) {
        factors[q] = lsc_shap_factor(lsc_shap_at(plan, split, q), left, taken);
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

static void add_units(const walk *self, const lsc_shap_split *split, int32_t units)
{
    self->sums[split->column] += units;
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
        float term = lsc_shap_weight(lsc_shap_at(plan, split, q), above[q]) * difference;
        sum = q == 0 ? term : sum + term;
        result[q] = factors[q] * difference + result[q];
    }
    if (frame->taken) {
        add_units(self, split, lsc_round_to_int(sum * lsc_shap_off(split, frame->left)));
    }
    self->n_frames--;
}

/** The root, on no path: what each of its children brings about is rounded apart. */
static void leave_root(walk *self, const lsc_shap_split *split)
{
    const lsc_shap_plan *plan = self->plan;
    const float *left = self->stack->below;
    const float *right = self->stack->result;
    float off = lsc_shap_off(split, self->stack->frames[0].left);
    float left_sum = plan->weights[0] * left[0];
    float right_sum = plan->weights[0] * right[0];
    for (size_t q = 1; q < plan->n_points; q++) {
        left_sum += plan->weights[q] * left[q];
        right_sum += plan->weights[q] * right[q];
    }
    add_units(self, split, lsc_round_to_int(left_sum * off) - lsc_round_to_int(right_sum * off));
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
        if (done == 2 && level == 0) {
            leave_root(self, split);
        } else if (done == 2) {
            leave(self, split, level);
        } else {
            frame->n_children++;
            visit_child(self, split, level, done == 1);
        }
    }
}

void lsc_shap_general(const lsc_shap_plan *plan, const float *slots, lsc_shap_stack *stack,
                      int64_t *sums)
{
    walk self = {.plan = plan, .slots = slots, .stack = stack, .sums = sums};
    for (size_t tree = 0; tree < plan->n_trees; tree++) {
        if (plan->roots[tree] != LSC_SHAP_NO_SPLIT) {
            explain_tree(&self, plan->roots[tree]);
        }
    }
}
