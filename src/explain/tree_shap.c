#include "tree_shap.h"

#include <math.h>
#include <string.h>

#include "shap_kernels.h"

/** Write a row as splits read it; `stride` floats lie between two slots. */
static void fill_slots(const lsc_forest *forest, const lsc_shap_plan *plan, const float *columns,
                       float *slots, size_t stride)
{
    for (size_t i = 0; i < plan->n_columns; i++) {
        float x = columns[plan->columns[i]];
        slots[2 * i * stride] = isnan(x) ? -INFINITY : x;
        slots[(2 * i + 1) * stride] = isnan(x) ? INFINITY : x;
    }
    float *of_sets = slots + 2 * plan->n_columns * stride;
    for (size_t i = 0; i < plan->n_sets; i++) {
        const lsc_shap_set *set = &plan->sets[i];
        float x = columns[set->column];
        bool left = isnan(x) ? set->default_left : !lsc_forest_set_holds(forest, set->set, x);
        of_sets[i * stride] = left ? 0.0f : 1.0f;
    }
}

void lsc_tree_shap(const lsc_forest *forest, const lsc_forest_plan *plan, const float *columns,
                   lsc_shap_scratch *scratch, double *contributions)
{
    const lsc_shap_plan *shap = &plan->shap;
    fill_slots(forest, shap, columns, scratch->slots, 1);
    memset(scratch->sums, 0, shap->n_columns * sizeof *scratch->sums);
    lsc_shap_general(shap, scratch->slots, &scratch->stack, scratch->sums);
    memset(contributions, 0, forest->n_columns * sizeof *contributions);
    for (size_t i = 0; i < shap->n_columns; i++) {
        contributions[shap->columns[i]] = scratch->sums[i] * shap->unit;
    }
}

/** Explain at most as many rows as a block has, with kernels. */
static void explain_rows(const lsc_forest *forest, const lsc_shap_plan *plan,
                         const lsc_shap_kernels *kernels, const float *rows, size_t n_rows,
                         lsc_shap_scratch *scratch, float *contributions)
{
    size_t lanes = kernels->lanes;
    size_t n_slots = lsc_shap_n_slots(plan);
    size_t n_groups = (n_rows + lanes - 1) / lanes;
    for (size_t row = 0; row < n_groups * lanes; row++) {
        /* Lanes past the last row repeat it. */
        const float *columns = rows + (row < n_rows ? row : n_rows - 1) * forest->n_columns;
        float *slots = scratch->slots + row / lanes * n_slots * lanes + row % lanes;
        fill_slots(forest, plan, columns, slots, lanes);
    }
    memset(scratch->sums, 0, n_groups * lanes * plan->n_columns * sizeof *scratch->sums);
    lsc_shap_block block = {scratch->slots, scratch->sums, n_groups};
    kernels->explain_block(plan, &block);
    for (size_t row = 0; row < n_rows; row++) {
        const int32_t *sums = scratch->sums + row / lanes * plan->n_columns * lanes + row % lanes;
        float *out = contributions + row * (forest->n_columns + 1);
        memset(out, 0, forest->n_columns * sizeof *out);
        for (size_t i = 0; i < plan->n_columns; i++) {
            out[plan->columns[i]] = (float)(sums[i * lanes] * plan->unit);
        }
    }
}

static void explain_row(const lsc_forest *forest, const lsc_shap_plan *plan, const float *columns,
                        lsc_shap_scratch *scratch, float *contributions)
{
    fill_slots(forest, plan, columns, scratch->slots, 1);
    memset(scratch->sums, 0, plan->n_columns * sizeof *scratch->sums);
    lsc_shap_general(plan, scratch->slots, &scratch->stack, scratch->sums);
    memset(contributions, 0, forest->n_columns * sizeof *contributions);
    for (size_t i = 0; i < plan->n_columns; i++) {
        contributions[plan->columns[i]] = (float)(scratch->sums[i] * plan->unit);
    }
}

void lsc_tree_shap_rows(const lsc_forest *forest, const lsc_forest_plan *plan, const float *rows,
                        size_t n_rows, lsc_shap_scratch *scratch, float *contributions)
{
    const lsc_shap_plan *shap = &plan->shap;
    const lsc_shap_kernels *kernels = lsc_shap_kernels_of(plan->cpu);
    bool fits = kernels != NULL && shap->n_points <= LSC_SHAP_POINTS &&
                shap->max_depth <= LSC_SHAP_LEVELS;
    size_t n_columns = forest->n_columns;
    for (size_t row = 0; row < n_rows;) {
        size_t n = n_rows - row < scratch->n_rows ? n_rows - row : scratch->n_rows;
        const float *from = rows + row * n_columns;
        float *to = contributions + row * (n_columns + 1);
        if (fits && n > 1) {
            explain_rows(forest, shap, kernels, from, n, scratch, to);
            row += n;
        } else {
            explain_row(forest, shap, from, scratch, to);
            row++;
        }
    }
}
