/*
 * A part of shap_row_template.h: the visit of a split for N_POINTS quadrature points. NAME(x) gives
 * the functions names of their own.
 */

/** @param kappa  what the factors from above count; 1 where the path has no split on the column */
static ALWAYS_INLINE seen_split NAME(look_row)(const row_walk *self, row_split split, ints path,
                                               floats *factors, floats *kappa)
{
    const lsc_shap_plan *plan = self->plan;
    floats share = self->shares[split.at];
    uint32_t same = self->same[split.at];
    seen_split seen = {widen_bytes(self->left + split.node * LSC_LANE_TREES), ~(ints){0}};
    if (same == 0) {
        UNROLL for (size_t q = 0; q < N_POINTS; q++)
        {
            factors[q] =
                share * same_floats(plan->rest[q]) + keep(seen.left, same_floats(plan->points[q]));
            kappa[q] = same_floats(1);
        }
        return seen;
    }
    seen.taken = path << widen_bytes(self->shifts + (size_t)same * LANES) >> 31;
    floats merged = self->merged[same];
    floats merged_share = merged * share;
    UNROLL for (size_t q = 0; q < N_POINTS; q++)
    {
        floats g = 1 / (merged + (1 - merged) * same_floats(plan->points[q]));
        floats inner = merged_share * same_floats(plan->rest[q]) +
                       keep(seen.left, same_floats(plan->points[q]));
        factors[q] = choose(seen.taken, g * inner, share);
        kappa[q] = merged * (g * g);
    }
    return seen;
}

static ALWAYS_INLINE void NAME(combine_row)(const row_walk *self, row_split split, seen_split seen,
                                            const floats *above, const floats *factors,
                                            const floats *kappa, const floats *left,
                                            const floats *right, floats *result)
{
    floats sum = {0};
    UNROLL for (size_t q = 0; q < N_POINTS; q++)
    {
        floats difference = left[q] - right[q];
        floats term = above[q] * kappa[q] * difference;
        sum = q == 0 ? term : sum + term;
        result[q] = factors[q] * difference + right[q];
    }
    floats off = keep(seen.left, same_floats(1)) - self->shares[split.at];
    self->numbers[split.at] = round_floats(sum * off) & seen.taken;
}

/** A split of the last level. */
static ALWAYS_INLINE void NAME(visit_last_row)(const row_walk *self, row_split split, ints path,
                                               const floats *above, floats *result)
{
    floats factors[N_POINTS];
    floats kappa[N_POINTS];
    floats left[N_POINTS];
    floats right[N_POINTS];
    size_t first_leaf = 2 * split.node - self->n_leaves;
    seen_split seen = NAME(look_row)(self, split, path, factors, kappa);
    UNROLL for (size_t q = 0; q < N_POINTS; q++)
    {
        left[q] = self->leaves[first_leaf];
        right[q] = self->leaves[first_leaf + 1];
    }
    NAME(combine_row)(self, split, seen, above, factors, kappa, left, right, result);
}

/* What comes up from both children of a split, visited by `child`. Macros, since a function cannot
   be inlined into itself: three levels are one call, so that most splits cost none. */
#define VISIT_CHILDREN(name, child)                                                              \
    static ALWAYS_INLINE void NAME(name)(const row_walk *self, row_split split, seen_split seen, \
                                         ints path, const floats *above, const floats *factors,  \
                                         floats *left, floats *right)                            \
    {                                                                                            \
        floats to_left[N_POINTS];                                                                \
        floats to_right[N_POINTS];                                                               \
        UNROLL for (size_t q = 0; q < N_POINTS; q++)                                             \
        {                                                                                        \
            to_left[q] = above[q] * factors[q];                                                  \
            to_right[q] = above[q] - to_left[q];                                                 \
        }                                                                                        \
        ints bit = (ints){0} + (int32_t)(1u << (self->depth - split.levels));                    \
        ints left_path = path | (seen.taken & seen.left & bit);                                  \
        ints right_path = path | (seen.taken & ~seen.left & bit);                                \
        NAME(child)(self, left_of(split), left_path, to_left, left);                             \
        NAME(child)(self, right_of(split), right_path, to_right, right);                         \
    }

/* A split above the last level. */
#define VISIT_SPLIT(name, visit_both)                                                      \
    static ALWAYS_INLINE void NAME(name)(const row_walk *self, row_split split, ints path, \
                                         const floats *above, floats *result)              \
    {                                                                                      \
        floats factors[N_POINTS];                                                          \
        floats kappa[N_POINTS];                                                            \
        floats left[N_POINTS];                                                             \
        floats right[N_POINTS];                                                            \
        seen_split seen = NAME(look_row)(self, split, path, factors, kappa);               \
        NAME(visit_both)(self, split, seen, path, above, factors, left, right);            \
        NAME(combine_row)(self, split, seen, above, factors, kappa, left, right, result);  \
    }

VISIT_CHILDREN(visit_last_two, visit_last_row)
VISIT_SPLIT(visit_two, visit_last_two)
VISIT_CHILDREN(visit_two_twice, visit_two)
VISIT_SPLIT(visit_three_inline, visit_two_twice)

static NEVER_INLINE void NAME(visit_three)(const row_walk *self, row_split split, ints path,
                                           const floats *above, floats *result)
{
    split.levels = 3;
    NAME(visit_three_inline)(self, split, path, above, result);
}

static NEVER_INLINE void NAME(visit_row)(const row_walk *self, row_split split, ints path,
                                         const floats *above, floats *result);
VISIT_CHILDREN(visit_both, visit_row)
VISIT_SPLIT(visit_above, visit_both)

/* Recursion: at most LSC_MAX_HEAP_DEPTH deep. */
static NEVER_INLINE void NAME(visit_row)(const row_walk *self, row_split split, ints path,
                                         const floats *above, floats *result)
{
    switch (split.levels) {
    case 0: /* a leaf, child of the root */
        UNROLL for (size_t q = 0; q < N_POINTS; q++)
        {
            result[q] = self->leaves[split.node - self->n_leaves];
        }
        break;
    case 1:
        NAME(visit_last_row)(self, split, path, above, result);
        break;
    case 2:
        NAME(visit_two)(self, split, path, above, result);
        break;
    case 3:
        NAME(visit_three)(self, split, path, above, result);
        break;
    default:
        NAME(visit_above)(self, split, path, above, result);
    }
}

#undef VISIT_SPLIT
#undef VISIT_CHILDREN

static void NAME(explain_group)(const row_walk *self, row_split root)
{
    floats above[N_POINTS];
    floats factors[N_POINTS];
    floats kappa[N_POINTS];
    floats left[N_POINTS];
    floats right[N_POINTS];
    ints path = (ints){0} + INT32_MIN;
    UNROLL for (size_t q = 0; q < N_POINTS; q++)
    {
        above[q] = same_floats(self->plan->weights[q]);
    }
    seen_split seen = NAME(look_row)(self, root, path, factors, kappa);
    NAME(visit_both)(self, root, seen, path, above, factors, left, right);
    floats off = keep(seen.left, same_floats(1)) - self->shares[root.at];
    self->numbers[root.at] = NAME(root_units)(above, left, right, off);
}

#undef N_POINTS
#undef NAME
