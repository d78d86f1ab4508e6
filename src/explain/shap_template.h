/*
 * The kernels of shap_kernels.h, written once for vectors of any width. A file that includes this
 * says first:
 *
 *   LANES            rows of a vector
 *   KERNELS          the name of the lsc_shap_kernels
 *   round_floats(v)  to the nearest integers, to the even one of two: an `ints` of a `floats`
 *   choose(mask, yes, no)  yes where the mask, all ones or zero in a lane, is set
 *   widen_bytes(from)  LANES signed bytes as an `ints`
 *   PLACE_NUMBERS    where there is a quick way to put the numbers of a line (model/shap_tables.h) to
 *                    their columns; then also
 *   placed_numbers, load_numbers(from)  such numbers
 *   place_numbers(numbers, places)      at each of LANES places the number named there, or 0: an `ints`
 *
 * model/shap_math.h says what is computed, docs/engine.md why. A lane is a row; `path` has a bit for each
 * level above, set where the row takes the path at that split and at all above it on its column.
 */
#include <string.h>

#include "core/inline.h"
#include "shap_kernels.h"

typedef struct walk {
    const lsc_shap_plan *plan;
    const floats *slots;
    ints *sums;
} walk;

static ALWAYS_INLINE floats same_floats(float value)
{
    return value - (floats){0};
}

static ALWAYS_INLINE floats keep(ints mask, floats value)
{
    return (floats)((ints)value & mask);
}

/** A split seen by the rows: computed on the way down, used again on the way up. */
typedef struct seen_split {
    ints left;  /**< where the row goes left */
    ints taken; /**< where it takes the path at the splits above on the same column */
} seen_split;

/** All ones in the lanes where the row takes the path at the ancestor and all above. */
static ALWAYS_INLINE ints takes_path(const lsc_shap_split *split, ints path)
{
    return split->same == 0 ? ~(ints){0} : path << (31 - split->ancestor) >> 31;
}

#define N_POINTS 1
#define NAME(name) name##_1
#include "shap_visit.h"
#define N_POINTS 2
#define NAME(name) name##_2
#include "shap_visit.h"
#define N_POINTS 3
#define NAME(name) name##_3
#include "shap_visit.h"
#define N_POINTS 4
#define NAME(name) name##_4
#include "shap_visit.h"
#define N_POINTS 5
#define NAME(name) name##_5
#include "shap_visit.h"
#define N_POINTS 6
#define NAME(name) name##_6
#include "shap_visit.h"
#define N_POINTS 7
#define NAME(name) name##_7
#include "shap_visit.h"
#define N_POINTS 8
#define NAME(name) name##_8
#include "shap_visit.h"

static void explain_block(const lsc_shap_plan *plan, const lsc_shap_block *block)
{
    static void (*const visits[])(const walk *, const lsc_shap_split *) = {
        explain_tree_1, explain_tree_2, explain_tree_3, explain_tree_4,
        explain_tree_5, explain_tree_6, explain_tree_7, explain_tree_8,
    };
    size_t n_slots = lsc_shap_n_slots(plan);
    void (*explain_tree)(const walk *, const lsc_shap_split *) = visits[plan->n_points - 1];
    size_t n_sums = block->n_groups * plan->n_columns * LANES;
    for (size_t tree = 0; tree < plan->n_trees; tree++) {
        if (tree > 0 && tree % LSC_SHAP_WINDOW == 0) {
            lsc_shap_close_window(block->sums, block->totals, n_sums);
        }
        if (plan->roots[tree] == LSC_SHAP_NO_SPLIT) {
            continue;
        }
        for (size_t group = 0; group < block->n_groups; group++) {
            walk self = {
                .plan = plan,
                .slots = (const floats *)block->slots + group * n_slots,
                .sums = (ints *)block->sums + group * plan->n_columns,
            };
            explain_tree(&self, &plan->splits[plan->roots[tree]]);
        }
    }
    lsc_shap_close_window(block->sums, block->totals, n_sums);
}

#include "shap_row_template.h"
#include "shap_table_template.h"

const lsc_shap_kernels KERNELS = {LANES, explain_block, explain_group, choose_lines, add_lines};
