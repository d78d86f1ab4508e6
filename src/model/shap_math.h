/**
 * @file shap_math.h
 * The recurrence of TreeSHAP by quadrature (docs/engine.md), as every kernel computes it: the same
 * float32 operations for each split of a tree, one by one, none fused. What splits give is rounded
 * to integers, which are summed. With a(q) and b(q) the factors from above and the values from below
 * at point q, z the share, m the merged share, o 1 where the row goes left and 0 elsewhere:
 *
 *     no other split of the path on the column:
 *         f(q) = z·rest(q) + o·point(q),  w(q) = a(q)
 *     else, where the row takes the path at all splits on the column above:
 *         f(q) = g(q)·((m·z)·rest(q) + o·point(q)),  w(q) = a(q)·kappa(q)
 *     else:
 *         f(q) = z,  w(q) = 0
 *     a_left(q) = a(q)·f(q),  a_right(q) = a(q) - a_left(q)
 *     b(q) = f(q)·(b_left(q) - b_right(q)) + b_right(q)
 *
 * A split adds to its column, with the terms of a sum added from q = 0 on,
 *
 *     round((o - z)·Σ w(q)·(b_left(q) - b_right(q)))
 *
 * and the root of a tree, so that its two children can be looked at apart (shap_tables.h),
 *
 *     round((o - z)·Σ w(q)·b_left(q)) - round((o - z)·Σ w(q)·b_right(q))
 */
#ifndef LSC_MODEL_SHAP_MATH_H
#define LSC_MODEL_SHAP_MATH_H

#include <stdbool.h>
#include <stddef.h>

#include "model/shap_plan.h"

/** What a split is at a point of the quadrature. */
typedef struct lsc_shap_point {
    float share; /**< z */
    float kept;  /**< z·rest, or (m·z)·rest */
    float point;
    float g;
    float kappa;
    bool same; /**< the path has other splits on the column */
} lsc_shap_point;

/** As lsc_shap_plan.same has it, which is made for kernels, and not there where paths are long. */
static inline lsc_shap_point lsc_shap_at(const lsc_shap_plan *plan, const lsc_shap_split *split,
                                         size_t q)
{
    bool same = split->same != 0;
    float merged = split->merged; /* 1 where none is the same */
    float g = same ? 1 / (merged + (1 - merged) * plan->points[q]) : 1;
    return (lsc_shap_point){
        .share = split->share,
        .kept = merged * split->share * plan->rest[q],
        .point = plan->points[q],
        .g = g,
        .kappa = merged * (g * g),
        .same = same,
    };
}

/** f(q). */
static inline float lsc_shap_factor(lsc_shap_point at, bool left, bool taken)
{
    float inner = at.kept + (left ? at.point : 0);
    return !at.same ? inner : taken ? at.g * inner : at.share;
}

/** w(q) where the row takes the path. */
static inline float lsc_shap_weight(lsc_shap_point at, float above)
{
    return at.same ? above * at.kappa : above;
}

/** o - z. */
static inline float lsc_shap_off(const lsc_shap_split *split, bool left)
{
    return (left ? 1.0f : 0.0f) - split->share;
}

#endif
