#include "shap_tables.h"

#include <assert.h>
#include <string.h>

#include "core/rounding.h"
#include "shap_math.h"

/** Lines of a unit, at the most. */
#define LINES (1 << LSC_TABLE_BITS)
/** Quadrature points that trees of LSC_TABLE_DEPTH levels ask for, at the most. */
#define POINTS ((LSC_TABLE_DEPTH + 1) / 2)
#define NODES (2 << LSC_TABLE_DEPTH)

/** A number for each line of a unit. Where bits of the line make no difference, they are 0. */
typedef float line_floats[LINES];

/** A split on the path. */
typedef struct level {
    const lsc_shap_split *split;
    lsc_shap_point points[POINTS];
    size_t path; /**< bits of the splits above: what `above` depends on */
    size_t seen; /**< and of the split itself: the next three */
    line_floats factors[POINTS];
    bool goes_left[LINES];
    bool taken[LINES]; /**< the path at the splits above on the column */
    bool right;        /**< the child under way */
    line_floats above[POINTS];
    line_floats left[POINTS]; /**< values of the left child */
} level;

typedef struct builder {
    const lsc_shap_plan *plan;
    lsc_shap_tables *made;
    lsc_shap_place places[NODES];        /**< of a tree, by node of the heap */
    uint8_t bits[LSC_TREE_UNITS][NODES]; /**< the inverse of lsc_shap_tables.nodes */
    level levels[LSC_TABLE_DEPTH];
    line_floats result[POINTS];       /**< values of the child done last */
    int32_t units[LINES];             /**< what a split gives */
    size_t unit;                      /**< of a tree, under way */
    int32_t *numbers;                 /**< of that unit */
    uint16_t columns[LSC_TABLE_BITS]; /**< of the numbers of that unit */
    size_t n_columns;
} builder;

/* The recurrence of shap_math.h, for all lines */

/** The next lower line of those that have no other bits than the mask; after 0 the mask. */
static size_t line_below(size_t line, size_t mask)
{
    return (line - 1) & mask;
}

static void look(builder *self, size_t node, size_t depth)
{
    const lsc_shap_split *split = self->places[node].split;
    level *at = &self->levels[depth];
    const level *ancestor = &self->levels[split->ancestor];
    size_t bit = (size_t)1 << self->bits[self->unit][node];
    at->split = split;
    at->seen = at->path | bit;
    for (size_t q = 0; q < self->plan->n_points; q++) {
        at->points[q] = lsc_shap_at(self->plan, split, q);
    }
    size_t line = at->seen;
    do {
        size_t before = line & ancestor->seen;
        at->goes_left[line] = (line & bit) != 0;
        at->taken[line] = split->same == 0 || (ancestor->taken[before] &&
                                               ancestor->goes_left[before] != ancestor->right);
        for (size_t q = 0; q < self->plan->n_points; q++) {
            at->factors[q][line] =
                lsc_shap_factor(at->points[q], at->goes_left[line], at->taken[line]);
        }
        line = line_below(line, at->seen);
    } while (line != at->seen);
}

/** The factors that come to a child. */
static void go_down(builder *self, size_t depth, bool right)
{
    level *at = &self->levels[depth];
    at->right = right;
    if (depth + 1 == LSC_TABLE_DEPTH) {
        return;
    }
    at[1].path = at->seen;
    size_t line = at->seen;
    do {
        for (size_t q = 0; q < self->plan->n_points; q++) {
            float above = at->above[q][line & at->path];
            float to_left = above * at->factors[q][line];
            at[1].above[q][line] = right ? above - to_left : to_left;
        }
        line = line_below(line, at->seen);
    } while (line != at->seen);
}

/** The index in a line of a column's number, which is made where there is none so far. */
static size_t number_of(builder *self, uint16_t column)
{
    size_t i = 0;
    while (i < self->n_columns && self->columns[i] != column) {
        i++;
    }
    assert(i < LSC_TABLE_BITS);
    self->columns[i] = column;
    self->n_columns += i == self->n_columns;
    return i;
}

/** Add what a split gives to its column, in every line. @param mask  of the bits that matter to it */
static void add_units(builder *self, const lsc_shap_split *split, size_t mask)
{
    int32_t *first = self->numbers + number_of(self, split->column);
    for (size_t line = 0; line < (size_t)1 << self->made->n_bits; line++) {
        int32_t *number = &first[line * LSC_TABLE_BITS];
        *number = (int32_t)((uint32_t)*number + (uint32_t)self->units[line & mask]);
    }
}

/**
 * Both children are done: the values of the left one depend on the bits of `left`, those of the
 * right one, in self->result, on `right`. A line overwrites none that is still read.
 * @return the bits that the values of the split depend on
 */
static size_t combine(builder *self, size_t depth, size_t left, size_t right)
{
    const level *at = &self->levels[depth];
    size_t mask = at->seen | left | right;
    size_t line = mask;
    do {
        size_t here = line & at->seen;
        float sum = 0;
        for (size_t q = 0; q < self->plan->n_points; q++) {
            float b = self->result[q][line & right];
            float difference = at->left[q][line & left] - b;
            sum += lsc_shap_weight(at->points[q], at->above[q][line & at->path]) * difference;
            self->result[q][line] = at->factors[q][here] * difference + b;
        }
        float off = lsc_shap_off(at->split, at->goes_left[here]);
        self->units[line] = at->taken[here] ? lsc_round_to_int(sum * off) : 0;
        line = line_below(line, mask);
    } while (line != mask);
    add_units(self, at->split, mask);
    return mask;
}

/**
 * The values of a node, to self->result; what the splits from it down give is added.
 * @return the bits of a line that the values depend on
 *
 * Recursion: at most LSC_TABLE_DEPTH deep.
 */
static size_t visit(builder *self, size_t node, size_t depth)
{
    if (self->places[node].split == NULL) {
        for (size_t q = 0; q < POINTS; q++) {
            self->result[q][0] = self->places[node].value;
        }
        return 0;
    }
    look(self, node, depth);
    go_down(self, depth, false);
    size_t left = visit(self, 2 * node, depth + 1);
    memcpy(self->levels[depth].left, self->result, sizeof self->result);
    go_down(self, depth, true);
    size_t right = visit(self, 2 * node + 1, depth + 1);
    return combine(self, depth, left, right);
}

/** A child of the root, and what the root gives by it. */
static void visit_root(builder *self, bool right)
{
    const lsc_shap_plan *plan = self->plan;
    const level *root = &self->levels[0];
    go_down(self, 0, right);
    size_t below = visit(self, right ? 3 : 2, 1);
    size_t mask = below | root->seen;
    size_t line = mask;
    do {
        float sum = 0;
        for (size_t q = 0; q < plan->n_points; q++) {
            sum += plan->weights[q] * self->result[q][line & below];
        }
        float off = lsc_shap_off(root->split, root->goes_left[line & root->seen]);
        int32_t units = lsc_round_to_int(sum * off);
        self->units[line] = right ? -units : units;
        line = line_below(line, mask);
    } while (line != mask);
    add_units(self, root->split, mask);
}

/* The trees */

static void place_tree(builder *self, size_t tree)
{
    self->places[1] = lsc_shap_root(self->plan, tree);
    for (size_t node = 1; node < NODES / 2; node++) {
        for (size_t side = 0; side < 2; side++) {
            self->places[2 * node + side] =
                lsc_shap_child(self->plan, self->places[node], side == 1);
        }
    }
}

/** Say which column each number of a unit is of. */
static void put_columns(builder *self, size_t unit)
{
    lsc_shap_tables *made = self->made;
    for (size_t i = 0; i < self->n_columns; i++) {
        if (made->places != NULL) {
            made->places[unit * made->stride + self->columns[i]] = (uint8_t)(LSC_PLACED + i);
        } else {
            made->columns[unit * LSC_TABLE_BITS + i] = self->columns[i];
        }
    }
}

static void fill_unit(builder *self, size_t tree, size_t of_tree)
{
    lsc_shap_tables *made = self->made;
    size_t unit = of_tree * made->n_trees + tree;
    self->unit = of_tree;
    self->n_columns = 0;
    self->numbers = made->numbers + (unit << made->n_bits) * LSC_TABLE_BITS;
    if (self->places[1].split != NULL) {
        look(self, 1, 0);
        for (size_t side = 0; side < 2; side++) {
            if (made->tree_units == 1 || of_tree == side) {
                visit_root(self, side == 1);
            }
        }
    }
    put_columns(self, unit);
}

/** Which nodes a unit depends on: the root, and those of the levels below it, or of a half of them. */
static void choose_bits(builder *self, size_t of_tree)
{
    lsc_shap_tables *made = self->made;
    size_t n_bits = 0;
    for (size_t node = 1; node < (size_t)1 << made->depth; node++) {
        size_t child = node; /* of the root, above the node or the node itself */
        while (child > 3) {
            child /= 2;
        }
        if (node == 1 || made->tree_units == 1 || child == 2 + of_tree) {
            self->bits[of_tree][node] = (uint8_t)n_bits;
            made->nodes[of_tree][n_bits++] = (uint8_t)node;
        }
    }
    made->n_bits = n_bits;
}

static void fill(builder *self)
{
    const lsc_shap_plan *plan = self->plan;
    for (size_t q = 0; q < plan->n_points; q++) {
        self->levels[0].above[q][0] = plan->weights[q];
    }
    for (size_t tree = 0; tree < plan->n_trees; tree++) {
        place_tree(self, tree);
        for (size_t unit = 0; unit < self->made->tree_units; unit++) {
            fill_unit(self, tree, unit);
        }
    }
}

static size_t size_of(const lsc_shap_tables *made, bool placed)
{
    size_t lines = (size_t)1 << made->n_bits;
    size_t of_columns = placed ? made->stride : LSC_TABLE_BITS * sizeof *made->columns;
    return made->tree_units * made->n_trees *
           (lines * LSC_TABLE_BITS * sizeof *made->numbers + of_columns);
}

static bool allocate(lsc_shap_tables *made, bool placed)
{
    const lsc_allocator *allocator = &made->allocator;
    size_t n = made->tree_units * made->n_trees;
    size_t n_numbers = (n << made->n_bits) * LSC_TABLE_BITS;
    made->numbers = lsc_alloc_aligned(allocator, n_numbers, sizeof *made->numbers);
    if (placed) {
        made->places = lsc_alloc_aligned(allocator, n, made->stride);
    } else {
        made->columns = lsc_alloc_array(allocator, n * LSC_TABLE_BITS, sizeof *made->columns);
    }
    return made->numbers != NULL && (made->places != NULL || made->columns != NULL);
}

/** Choose a layout, and fill it, if it fits. */
static lsc_status build(builder *self, size_t lanes, size_t budget_bytes, lsc_error *error)
{
    lsc_shap_tables *made = self->made;
    size_t n_columns = self->plan->n_columns;
    bool placed = n_columns <= LSC_PLACED_COLUMNS && lanes >= LSC_PLACED_LANES;
    made->stride = (n_columns + lanes - 1) / lanes * lanes;
    made->n_trees = self->plan->n_trees;
    made->tree_units = made->depth == LSC_TABLE_DEPTH ? LSC_TREE_UNITS : 1;
    for (size_t unit = 0; unit < made->tree_units; unit++) {
        choose_bits(self, unit);
    }
    made->size_bytes = size_of(made, placed);
    if (made->size_bytes > budget_bytes) {
        memset(made, 0, sizeof *made);
        return LSC_OK;
    }
    if (!allocate(made, placed)) {
        return lsc_fail_memory(error);
    }
    fill(self);
    return LSC_OK;
}

lsc_status lsc_shap_tables_build(const lsc_shap_plan *plan, size_t depth, size_t lanes,
                                 size_t budget_bytes, const lsc_allocator *allocator,
                                 lsc_shap_tables *tables, lsc_error *error)
{
    memset(tables, 0, sizeof *tables);
    if (depth == 0 || depth > LSC_TABLE_DEPTH) {
        return LSC_OK;
    }
    tables->allocator = *allocator;
    tables->depth = depth;
    builder *self = lsc_alloc_array(allocator, 1, sizeof *self);
    if (self == NULL) {
        return lsc_fail_memory(error);
    }
    self->plan = plan;
    self->made = tables;
    lsc_status status = build(self, lanes, budget_bytes, error);
    lsc_release(allocator, self);
    return status;
}

void lsc_shap_tables_free(lsc_shap_tables *tables)
{
    lsc_release_aligned(&tables->allocator, tables->numbers);
    lsc_release_aligned(&tables->allocator, tables->places);
    lsc_release(&tables->allocator, tables->columns);
    memset(tables, 0, sizeof *tables);
}
