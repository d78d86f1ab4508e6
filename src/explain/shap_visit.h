/*
 * A part of shap_template.h: the visit of a split for N_POINTS quadrature points. NAME(x) gives the
 * functions names of their own.
 */

/** The factors of the left child; those of the right child are what is left of 1. */
static ALWAYS_INLINE seen_split NAME(look)(const walk *self, const lsc_shap_split *split, ints path,
                                           floats *factors)
{
    const lsc_shap_plan *plan = self->plan;
    floats share = same_floats(split->share);
    seen_split seen = {self->slots[split->slot] < same_floats(split->threshold),
                       takes_path(split, path)};
    if (split->same == 0) {
        UNROLL for (size_t q = 0; q < N_POINTS; q++)
        {
            factors[q] =
                share * same_floats(plan->rest[q]) + keep(seen.left, same_floats(plan->points[q]));
        }
        return seen;
    }
    const float *g = plan->same + (size_t)split->same * 2 * N_POINTS;
    floats merged = same_floats(split->merged * split->share);
    UNROLL for (size_t q = 0; q < N_POINTS; q++)
    {
        floats inner =
            merged * same_floats(plan->rest[q]) + keep(seen.left, same_floats(plan->points[q]));
        factors[q] = choose(seen.taken, same_floats(g[q]) * inner, share);
    }
    return seen;
}

/** What the split contributes, and its own values from those of its children. */
static ALWAYS_INLINE void NAME(combine)(const walk *self, const lsc_shap_split *split,
                                        seen_split seen, const floats *above, const floats *factors,
                                        const floats *left, const floats *right, floats *result)
{
    const float *kappa = self->plan->same + ((size_t)split->same * 2 + 1) * N_POINTS;
    floats sum = {0};
    UNROLL for (size_t q = 0; q < N_POINTS; q++)
    {
        floats difference = left[q] - right[q];
        floats factor = split->same == 0 ? above[q] : above[q] * same_floats(kappa[q]);
        floats term = factor * difference;
        sum = q == 0 ? term : sum + term;
        result[q] = factors[q] * difference + right[q];
    }
    floats off = keep(seen.left, same_floats(1)) - same_floats(split->share);
    ints units = round_floats(sum * off);
    self->sums[split->column] += split->same == 0 ? units : units & seen.taken;
}

/** What the root contributes: that of each child is rounded apart. */
static ALWAYS_INLINE ints NAME(root_units)(const floats *above, const floats *left,
                                           const floats *right, floats off)
{
    floats left_sum = above[0] * left[0];
    floats right_sum = above[0] * right[0];
    UNROLL for (size_t q = 1; q < N_POINTS; q++)
    {
        left_sum += above[q] * left[q];
        right_sum += above[q] * right[q];
    }
    return round_floats(left_sum * off) - round_floats(right_sum * off);
}

/** A split whose children are leaves. */
static ALWAYS_INLINE void NAME(visit_last)(const walk *self, const lsc_shap_split *split, ints path,
                                           const floats *above, floats *result)
{
    floats factors[N_POINTS];
    floats left[N_POINTS];
    floats right[N_POINTS];
    seen_split seen = NAME(look)(self, split, path, factors);
    UNROLL for (size_t q = 0; q < N_POINTS; q++)
    {
        left[q] = same_floats(split->left_value);
        right[q] = same_floats(split->right_value);
    }
    NAME(combine)(self, split, seen, above, factors, left, right, result);
}

/* Recursion: at most LSC_SHAP_LEVELS deep, over a plan that was made of a valid forest. */
static NEVER_INLINE void NAME(visit)(const walk *self, const lsc_shap_split *split, ints path,
                                     unsigned level, const floats *above, floats *result);

/** What comes up from a child: of a leaf, its value. */
static ALWAYS_INLINE void NAME(visit_child)(const walk *self, const lsc_shap_split *child,
                                            bool is_leaf, float value, ints path, unsigned level,
                                            const floats *above, floats *result)
{
    if (is_leaf) {
        UNROLL for (size_t q = 0; q < N_POINTS; q++)
        {
            result[q] = same_floats(value);
        }
    } else if (child->leaves == (LSC_SHAP_LEFT_LEAF | LSC_SHAP_RIGHT_LEAF)) {
        NAME(visit_last)(self, child, path, above, result);
    } else {
        NAME(visit)(self, child, path, level, above, result);
    }
}

/** What comes up from both children. */
static ALWAYS_INLINE void NAME(visit_children)(const walk *self, const lsc_shap_split *split,
                                               seen_split seen, ints path, unsigned level,
                                               const floats *above, const floats *factors,
                                               floats *left, floats *right)
{
    floats to_left[N_POINTS];
    floats to_right[N_POINTS];
    UNROLL for (size_t q = 0; q < N_POINTS; q++)
    {
        to_left[q] = above[q] * factors[q];
        to_right[q] = above[q] - to_left[q];
    }
    ints bit = (ints){0} + (int32_t)(1u << level);
    bool left_leaf = (split->leaves & LSC_SHAP_LEFT_LEAF) != 0;
    bool right_leaf = (split->leaves & LSC_SHAP_RIGHT_LEAF) != 0;
    NAME(visit_child)
    (self, split + 1, left_leaf, split->left_value, path | (seen.taken & seen.left & bit),
     level + 1, to_left, left);
    const lsc_shap_split *right_child = right_leaf ? split : &self->plan->splits[split->right];
    NAME(visit_child)
    (self, right_child, right_leaf, split->right_value, path | (seen.taken & ~seen.left & bit),
     level + 1, to_right, right);
}

static NEVER_INLINE void NAME(visit)(const walk *self, const lsc_shap_split *split, ints path,
                                     unsigned level, const floats *above, floats *result)
{
    floats factors[N_POINTS];
    floats left[N_POINTS];
    floats right[N_POINTS];
    seen_split seen = NAME(look)(self, split, path, factors);
    NAME(visit_children)(self, split, seen, path, level, above, factors, left, right);
    NAME(combine)(self, split, seen, above, factors, left, right, result);
}

static NEVER_INLINE void NAME(explain_tree)(const walk *self, const lsc_shap_split *root)
{
    floats above[N_POINTS];
    floats factors[N_POINTS];
    floats left[N_POINTS];
    floats right[N_POINTS];
    UNROLL for (size_t q = 0; q < N_POINTS; q++)
    {
        above[q] = same_floats(self->plan->weights[q]);
    }
    seen_split seen = NAME(look)(self, root, (ints){0}, factors);
    NAME(visit_children)(self, root, seen, (ints){0}, 0, above, factors, left, right);
    floats off = keep(seen.left, same_floats(1)) - same_floats(root->share);
    self->sums[root->column] += NAME(root_units)(above, left, right, off);
}

#undef N_POINTS
#undef NAME
