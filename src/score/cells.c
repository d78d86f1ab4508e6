#include "cells.h"

#include <math.h>
#include <string.h>

#include "core/sort.h"
#include "features/motion.h"

/** Takes a threshold of a column. */
typedef void (*take_threshold)(lsc_cells *cells, size_t column, float threshold);

static void count_one(lsc_cells *cells, size_t column, float threshold)
{
    (void)threshold;
    cells->first[column + 1]++;
}

/** While they are put in place, first[column] is where the next one goes. */
static void place_one(lsc_cells *cells, size_t column, float threshold)
{
    cells->thresholds[cells->first[column]++] = threshold;
}

/** The least float that is not below a number, or that is above it. */
static float float_from(double number, bool above)
{
    float nearest = (float)number;
    bool is_there = above ? (double)nearest > number : (double)nearest >= number;
    return is_there ? nearest : nextafterf(nearest, INFINITY);
}

static void visit_forest(const lsc_forest *forest, const bool *moves, take_threshold take,
                         lsc_cells *cells)
{
    for (size_t i = 0; i < forest->n_nodes; i++) {
        const lsc_node *node = &forest->nodes[i];
        if (node->left == 0 || !moves[node->column]) {
            continue;
        }
        if (node->categorical) {
            cells->is_whole[node->column] = true;
        } else {
            take(cells, node->column, node->value);
        }
    }
}

static void visit_card(const lsc_scorecard *card, const bool *moves, take_threshold take,
                       lsc_cells *cells)
{
    for (size_t i = 0; i < card->n_rules; i++) {
        const lsc_rule *rule = &card->rules[i];
        if (!moves[rule->column]) {
            continue;
        }
        if (rule->per_unit) {
            cells->has_per_unit |= rule->points != 0;
            continue;
        }
        if (isfinite(rule->least)) {
            take(cells, rule->column, float_from(rule->least, false));
        }
        if (isfinite(rule->most)) {
            take(cells, rule->column, float_from(rule->most, true));
        }
    }
}

static void visit(const lsc_model *model, const bool *moves, take_threshold take, lsc_cells *cells)
{
    if (model->engine == LSC_ENGINE_GBDT) {
        visit_forest(&model->forest, moves, take, cells);
    } else {
        visit_card(&model->scorecard, moves, take, cells);
    }
}

static int compare_floats(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    float left = *(const float *)a;
    float right = *(const float *)b;
    return (left > right) - (left < right);
}

static lsc_status fill(const lsc_model *model, const bool *moves, size_t n_columns,
                       lsc_cells *cells, lsc_error *error)
{
    visit(model, moves, count_one, cells);
    for (size_t i = 0; i < n_columns; i++) {
        cells->first[i + 1] += cells->first[i];
    }
    size_t n = cells->first[n_columns];
    cells->thresholds = lsc_alloc_array(cells->allocator, n + 1, sizeof *cells->thresholds);
    if (cells->thresholds == NULL) {
        return lsc_fail_memory(error);
    }
    visit(model, moves, place_one, cells);
    memmove(cells->first + 1, cells->first, n_columns * sizeof *cells->first);
    cells->first[0] = 0;
    for (size_t i = 0; i < n_columns; i++) {
        lsc_sort(cells->thresholds + cells->first[i], cells->first[i + 1] - cells->first[i],
                 sizeof *cells->thresholds, compare_floats, NULL);
    }
    return LSC_OK;
}

lsc_status lsc_cells_make(const lsc_model *model, const lsc_allocator *allocator, lsc_cells *cells,
                          lsc_error *error)
{
    size_t n_columns = lsc_spec_n_columns(model->spec);
    *cells = (lsc_cells){.allocator = allocator};
    cells->first = lsc_alloc_array(allocator, n_columns + 1, sizeof *cells->first);
    cells->is_whole = lsc_alloc_array(allocator, n_columns, sizeof *cells->is_whole);
    bool *moves = lsc_alloc_array(allocator, n_columns, sizeof *moves);
    if (cells->first == NULL || cells->is_whole == NULL || moves == NULL) {
        lsc_release(allocator, moves);
        return lsc_fail_memory(error);
    }
    for (size_t i = 0; i < n_columns; i++) {
        moves[i] = lsc_spec_moves(model->spec, lsc_spec_column_feature(model->spec, i));
    }
    lsc_status status = fill(model, moves, n_columns, cells, error);
    lsc_release(allocator, moves);
    return status;
}

void lsc_cells_free(lsc_cells *cells)
{
    if (cells->allocator == NULL) {
        return;
    }
    lsc_release(cells->allocator, cells->thresholds);
    lsc_release(cells->allocator, cells->first);
    lsc_release(cells->allocator, cells->is_whole);
    *cells = (lsc_cells){0};
}

/** How many of the rising numbers are at or below a value. */
static size_t count_up_to(const float *rising, size_t n, float value)
{
    size_t low = 0;
    while (n > 0) {
        size_t half = n / 2;
        bool is_up_to = rising[low + half] <= value;
        low += is_up_to ? half + 1 : 0;
        n = is_up_to ? n - half - 1 : half;
    }
    return low;
}

bool lsc_cells_next(const lsc_cells *cells, size_t column, float value, bool rises,
                    float *threshold)
{
    const float *rising = cells->thresholds + cells->first[column];
    size_t n = cells->first[column + 1] - cells->first[column];
    size_t below = count_up_to(rising, n, value);
    bool found = rises ? below < n : below > 0;
    if (found) {
        *threshold = rises ? rising[below] : rising[below - 1];
    }
    if (cells->is_whole[column]) {
        float whole = floorf(value) + (rises ? 1.0f : 0.0f);
        bool is_nearer = !found || (rises ? whole < *threshold : whole > *threshold);
        *threshold = is_nearer ? whole : *threshold;
        found = true;
    }
    return found;
}
