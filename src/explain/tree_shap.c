#include "tree_shap.h"

#include <math.h>
#include <string.h>

#include "score/score_kernels.h"
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

static uint32_t sum_at(const int32_t *numbers, const uint16_t *positions, size_t count)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += (uint32_t)numbers[positions[i]];
    }
    return sum;
}

/** Add up what a batch of groups gave, column by column. */
static void add_batch(const lsc_shap_lanes *lanes, size_t batch, const uint16_t **positions,
                      const int32_t *numbers, int64_t *totals)
{
    const uint16_t *at = *positions;
    for (size_t i = lanes->first_segments[batch]; i < lanes->first_segments[batch + 1]; i++) {
        lsc_shap_segment segment = lanes->segments[i];
        uint32_t sum = sum_at(numbers, at, segment.count);
        at += segment.count;
        totals[segment.column] += (int32_t)sum;
    }
    *positions = at;
}

/** One row by lanes of trees: to scratch->totals, [n_columns]. */
static void sum_lanes(const lsc_forest *forest, const lsc_forest_plan *plan, const float *columns,
                      lsc_shap_scratch *scratch)
{
    const lsc_score_kernels *scoring = lsc_score_kernels_of(plan->cpu);
    const lsc_shap_kernels *kernels = lsc_shap_kernels_of(plan->cpu);
    const lsc_shap_lanes *shap_lanes = &plan->shap_lanes;
    const uint16_t *positions = shap_lanes->positions;
    size_t lanes = shap_lanes->lanes;
    size_t n = (size_t)1 << plan->heap.depth;
    lsc_row_decisions *row = scratch->row;
    memset(scratch->totals, 0, plan->shap.n_columns * sizeof *scratch->totals);
    scoring->rank_row(&plan->ranks, forest, columns, row->bytes);
    for (size_t group = 0; group < shap_lanes->n_groups; group++) {
        size_t tree = group * lanes;
        size_t in_batch = group % shap_lanes->batch_groups;
        if (tree % LSC_LANE_TREES == 0) {
            const lsc_lane_node *nodes = plan->lanes.nodes + tree / LSC_LANE_TREES * n;
            scoring->decide(nodes, n, 2 * plan->ranks.n_slots, row->bytes, row->left);
        }
        kernels->explain_group(&plan->shap, shap_lanes, group, row->left[0] + tree % LSC_LANE_TREES,
                               row->numbers + in_batch * (n - 1) * lanes);
        if (in_batch + 1 == shap_lanes->batch_groups || group + 1 == shap_lanes->n_groups) {
            add_batch(shap_lanes, group / shap_lanes->batch_groups, &positions, row->numbers,
                      scratch->totals);
        }
    }
}

/** Add what a group of trees gives of rows, whose lines are chosen: tables stay in the cache. */
static void add_group(const lsc_shap_tables *tables, const lsc_shap_kernels *kernels, size_t tree,
                      size_t n_rows, lsc_shap_scratch *scratch)
{
    size_t n = tables->n_trees - tree < LSC_LANE_TREES ? tables->n_trees - tree : LSC_LANE_TREES;
    for (size_t unit = 0; unit < tables->tree_units; unit++) {
        size_t first = unit * tables->n_trees + tree;
        for (size_t row = 0; row < n_rows; row++) {
            kernels->add_lines(tables, first, first + n, scratch->rows->lines[row][unit],
                               scratch->sums + row * tables->stride);
        }
    }
}

/** Rows by tables, at most as many as a block has: to scratch->totals, [n_rows][stride]. */
static void sum_lines(const lsc_forest *forest, const lsc_forest_plan *plan, const float *rows,
                      size_t n_rows, lsc_shap_scratch *scratch)
{
    const lsc_score_kernels *scoring = lsc_score_kernels_of(plan->cpu);
    const lsc_shap_kernels *kernels = lsc_shap_kernels_of(plan->cpu);
    const lsc_shap_tables *tables = &plan->tables;
    size_t n = (size_t)1 << plan->heap.depth;
    memset(scratch->sums, 0, n_rows * tables->stride * sizeof *scratch->sums);
    memset(scratch->totals, 0, n_rows * tables->stride * sizeof *scratch->totals);
    for (size_t row = 0; row < n_rows; row++) {
        scoring->rank_row(&plan->ranks, forest, rows + row * forest->n_columns,
                          scratch->rows->bytes[row]);
    }
    for (size_t tree = 0; tree < tables->n_trees; tree += LSC_LANE_TREES) {
        const lsc_lane_node *nodes = plan->lanes.nodes + tree / LSC_LANE_TREES * n;
        for (size_t row = 0; row < n_rows; row++) {
            scoring->decide(nodes, n, 2 * plan->ranks.n_slots, scratch->rows->bytes[row],
                            scratch->row->left);
            kernels->choose_lines(tables, scratch->row->left[0], scratch->rows->lines[row]);
        }
        add_group(tables, kernels, tree, n_rows, scratch);
        lsc_shap_close_window(scratch->sums, scratch->totals, n_rows * tables->stride);
    }
}

static bool has_tables(const lsc_forest_plan *plan)
{
    return plan->tables.depth > 0 && lsc_shap_kernels_of(plan->cpu) != NULL;
}

/** One row, by whatever suits the forest: to scratch->totals, [n_columns]. */
static void sum_row(const lsc_forest *forest, const lsc_forest_plan *plan, const float *columns,
                    lsc_shap_scratch *scratch)
{
    if (has_tables(plan)) {
        sum_lines(forest, plan, columns, 1, scratch);
        return;
    }
    if (plan->shap_lanes.depth > 0 && lsc_shap_kernels_of(plan->cpu) != NULL) {
        sum_lanes(forest, plan, columns, scratch);
        return;
    }
    fill_slots(forest, &plan->shap, columns, scratch->slots, 1);
    memset(scratch->totals, 0, plan->shap.n_columns * sizeof *scratch->totals);
    lsc_shap_general(&plan->shap, scratch->slots, &scratch->stack, scratch->totals);
}

void lsc_tree_shap(const lsc_forest *forest, const lsc_forest_plan *plan, const float *columns,
                   lsc_shap_scratch *scratch, double *contributions)
{
    const lsc_shap_plan *shap = &plan->shap;
    sum_row(forest, plan, columns, scratch);
    memset(contributions, 0, forest->n_columns * sizeof *contributions);
    for (size_t i = 0; i < shap->n_columns; i++) {
        contributions[shap->columns[i]] = (double)scratch->totals[i] * shap->unit;
    }
}

/** Write a row's contributions; its totals stand `stride` apart. */
static void put_row(const lsc_forest *forest, const lsc_shap_plan *plan, const int64_t *totals,
                    size_t stride, float *contributions)
{
    memset(contributions, 0, forest->n_columns * sizeof *contributions);
    for (size_t i = 0; i < plan->n_columns; i++) {
        contributions[plan->columns[i]] = (float)((double)totals[i * stride] * plan->unit);
    }
}

/** Explain at most as many rows as a block has, a row in each lane. */
static void explain_block(const lsc_forest *forest, const lsc_shap_plan *plan,
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
    memset(scratch->totals, 0, n_groups * lanes * plan->n_columns * sizeof *scratch->totals);
    lsc_shap_block block = {scratch->slots, scratch->sums, scratch->totals, n_groups};
    kernels->explain_block(plan, &block);
    for (size_t row = 0; row < n_rows; row++) {
        const int64_t *totals =
            scratch->totals + row / lanes * plan->n_columns * lanes + row % lanes;
        put_row(forest, plan, totals, lanes, contributions + row * (forest->n_columns + 1));
    }
}

/** Explain at most as many rows as a block has, by tables. */
static void explain_lines(const lsc_forest *forest, const lsc_forest_plan *plan, const float *rows,
                          size_t n_rows, lsc_shap_scratch *scratch, float *contributions)
{
    sum_lines(forest, plan, rows, n_rows, scratch);
    for (size_t row = 0; row < n_rows; row++) {
        put_row(forest, &plan->shap, scratch->totals + row * plan->tables.stride, 1,
                contributions + row * (forest->n_columns + 1));
    }
}

void lsc_tree_shap_rows(const lsc_forest *forest, const lsc_forest_plan *plan, const float *rows,
                        size_t n_rows, lsc_shap_scratch *scratch, float *contributions)
{
    const lsc_shap_plan *shap = &plan->shap;
    const lsc_shap_kernels *kernels = lsc_shap_kernels_of(plan->cpu);
    bool fits =
        kernels != NULL && shap->n_points <= LSC_SHAP_POINTS && shap->max_depth <= LSC_SHAP_LEVELS;
    for (size_t row = 0, n; row < n_rows; row += n) {
        const float *from = rows + row * forest->n_columns;
        float *to = contributions + row * (forest->n_columns + 1);
        n = n_rows - row < scratch->n_rows ? n_rows - row : scratch->n_rows;
        if (has_tables(plan)) {
            explain_lines(forest, plan, from, n, scratch, to);
        } else if (fits && n > 1) {
            explain_block(forest, shap, kernels, from, n, scratch, to);
        } else {
            n = 1;
            sum_row(forest, plan, from, scratch);
            put_row(forest, shap, scratch->totals, 1, to);
        }
    }
}
