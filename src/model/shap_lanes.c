#include "shap_lanes.h"

#include <assert.h>
#include <string.h>

#include "byte_heap.h"

typedef struct builder {
    const lsc_shap_plan *shap;
    lsc_shap_lanes *made;
    size_t n_splits;   /**< of a perfect tree */
    uint16_t *columns; /**< [n_groups][n_splits][lanes]: index of the column; NONE past a leaf */
    size_t *counts;    /**< [n_columns] */
} builder;

#define NONE UINT16_MAX

/** The preorder index of a node of the heap, in a tree of `depth` levels of splits. */
static size_t preorder_of(size_t node, size_t depth)
{
    size_t level = 0;
    while (node >> (level + 1) != 0) {
        level++;
    }
    size_t index = 0;
    for (size_t i = 0; i < level; i++) {
        bool right = (node >> (level - 1 - i) & 1) != 0;
        index += right ? (size_t)1 << (depth - 1 - i) : 1;
    }
    return index;
}

/** Make room for the constants of a split with an ancestor in some lane: first as if in none. */
static void begin_same(builder *self, uint32_t *same)
{
    lsc_shap_lanes *made = self->made;
    float *merged = made->merged + made->n_same * made->lanes;
    for (size_t lane = 0; lane < made->lanes; lane++) {
        merged[lane] = 1;
    }
    *same = (uint32_t)made->n_same++;
}

static void put_split(builder *self, size_t at, size_t lane, const lsc_shap_split *split)
{
    lsc_shap_lanes *made = self->made;
    size_t lanes = made->lanes;
    made->shares[at * lanes + lane] = split->share;
    self->columns[at * lanes + lane] = split->column;
    if (split->same == 0) {
        return;
    }
    if (made->same[at] == 0) {
        begin_same(self, &made->same[at]);
    }
    size_t same = made->same[at];
    made->shifts[same * lanes + lane] = (uint8_t)(31 - split->ancestor);
    made->merged[same * lanes + lane] = split->merged;
}

static void put_tree(builder *self, size_t tree)
{
    lsc_shap_place places[2 << LSC_MAX_HEAP_DEPTH];
    lsc_shap_lanes *made = self->made;
    size_t group = tree / made->lanes;
    size_t lane = tree % made->lanes;
    size_t n = self->n_splits + 1;
    places[1] = lsc_shap_root(self->shap, tree);
    for (size_t i = 1; i < n; i++) {
        if (places[i].split != NULL) {
            size_t at = group * self->n_splits + preorder_of(i, made->depth);
            put_split(self, at, lane, places[i].split);
        }
        places[2 * i] = lsc_shap_child(self->shap, places[i], false);
        places[2 * i + 1] = lsc_shap_child(self->shap, places[i], true);
    }
    for (size_t i = 0; i < n; i++) {
        made->leaves[(group * n + i) * made->lanes + lane] = places[n + i].value;
    }
}

/** How many splits of all groups have an ancestor on the column in some lane, at the most. */
static size_t most_same(const lsc_shap_plan *shap, size_t n_places)
{
    return shap->n_same < n_places ? shap->n_same : n_places + 1;
}

/** Sort the splits of a batch by column: counting first, then placing. */
static void sort_batch(builder *self, size_t batch, size_t *n_segments, size_t *n_positions)
{
    lsc_shap_lanes *made = self->made;
    size_t n_columns = self->shap->n_columns;
    size_t in_group = self->n_splits * made->lanes;
    size_t first = batch * made->batch_groups * in_group;
    size_t end = (batch + 1) * made->batch_groups * in_group;
    size_t all = made->n_groups * in_group;
    end = end < all ? end : all;
    memset(self->counts, 0, n_columns * sizeof *self->counts);
    for (size_t i = first; i < end; i++) {
        if (self->columns[i] != NONE) {
            self->counts[self->columns[i]]++;
        }
    }
    for (size_t column = 0; column < n_columns; column++) {
        size_t count = self->counts[column];
        self->counts[column] = *n_positions;
        *n_positions += count;
        if (count > 0) {
            made->segments[(*n_segments)++] = (lsc_shap_segment){(uint16_t)column, (uint16_t)count};
        }
    }
    for (size_t i = first; i < end; i++) {
        if (self->columns[i] != NONE) {
            made->positions[self->counts[self->columns[i]]++] = (uint16_t)(i - first);
        }
    }
}

static void sort_batches(builder *self)
{
    lsc_shap_lanes *made = self->made;
    size_t n_segments = 0;
    size_t n_positions = 0;
    for (size_t batch = 0; batch < made->n_batches; batch++) {
        made->first_segments[batch] = (uint32_t)n_segments;
        sort_batch(self, batch, &n_segments, &n_positions);
    }
    made->first_segments[made->n_batches] = (uint32_t)n_segments;
}

/** Segments of all batches, at the most: in each a column has at least one number, and one segment. */
static size_t most_segments(const builder *self)
{
    size_t by_column = self->made->n_batches * self->shap->n_columns;
    return by_column < self->shap->n_splits ? by_column : self->shap->n_splits;
}

static bool allocate(builder *self, const lsc_allocator *allocator)
{
    lsc_shap_lanes *made = self->made;
    size_t n = made->n_groups * self->n_splits;
    size_t lanes = made->lanes;
    size_t n_same = most_same(self->shap, n);
    made->shares = lsc_alloc_aligned(allocator, n * lanes, sizeof *made->shares);
    made->leaves = lsc_alloc_aligned(allocator, (n + made->n_groups) * lanes, sizeof(float));
    made->same = lsc_alloc_array(allocator, n, sizeof *made->same);
    made->shifts = lsc_alloc_aligned(allocator, n_same * lanes, sizeof *made->shifts);
    made->merged = lsc_alloc_aligned(allocator, n_same * lanes, sizeof(float));
    made->first_segments =
        lsc_alloc_array(allocator, made->n_batches + 1, sizeof *made->first_segments);
    made->segments = lsc_alloc_array(allocator, most_segments(self), sizeof *made->segments);
    made->positions = lsc_alloc_array(allocator, self->shap->n_splits, sizeof *made->positions);
    self->columns = lsc_alloc_array(allocator, n * lanes, sizeof *self->columns);
    self->counts = lsc_alloc_array(allocator, self->shap->n_columns, sizeof *self->counts);
    return made->shares != NULL && made->leaves != NULL && made->same != NULL &&
           made->shifts != NULL && made->merged != NULL && made->first_segments != NULL &&
           made->segments != NULL && made->positions != NULL && self->columns != NULL &&
           self->counts != NULL;
}

static size_t size_of(const builder *self)
{
    const lsc_shap_lanes *made = self->made;
    size_t n = made->n_groups * self->n_splits;
    return n * (made->lanes * 2 * sizeof(float) + sizeof *made->same) +
           most_same(self->shap, n) * made->lanes * (sizeof *made->merged + sizeof *made->shifts) +
           most_segments(self) * sizeof *made->segments +
           self->shap->n_splits * sizeof *made->positions;
}

static lsc_status build(builder *self, const lsc_allocator *allocator, lsc_error *error)
{
    lsc_shap_lanes *made = self->made;
    if (!allocate(self, allocator)) {
        return lsc_fail_memory(error);
    }
    memset(self->columns, 255, made->n_groups * self->n_splits * made->lanes * sizeof(uint16_t));
    made->n_same = 1;
    for (size_t tree = 0; tree < self->shap->n_trees; tree++) {
        put_tree(self, tree);
    }
    sort_batches(self);
    return LSC_OK;
}

/** Groups of a batch: a power of two, so that no batch has trees of two windows. */
static size_t choose_batch(size_t n_splits, size_t lanes)
{
    size_t n_groups = LSC_SHAP_WINDOW / lanes;
    while (n_groups * n_splits * lanes > LSC_SHAP_BATCH) {
        n_groups /= 2;
    }
    return n_groups;
}

lsc_status lsc_shap_lanes_build(const lsc_shap_plan *shap, size_t depth, size_t lanes,
                                size_t budget_bytes, const lsc_allocator *allocator,
                                lsc_shap_lanes *made, lsc_error *error)
{
    memset(made, 0, sizeof *made);
    made->allocator = *allocator;
    if (depth == 0) {
        return LSC_OK;
    }
    builder self = {.shap = shap, .made = made, .n_splits = ((size_t)1 << depth) - 1};
    size_t n_groups = (shap->n_trees + lanes - 1) / lanes;
    made->lanes = lanes;
    made->n_groups = n_groups;
    made->batch_groups = choose_batch(self.n_splits, lanes);
    made->n_batches = (n_groups + made->batch_groups - 1) / made->batch_groups;
    made->size_bytes = size_of(&self);
    if (made->size_bytes > budget_bytes) {
        memset(made, 0, sizeof *made);
        return LSC_OK;
    }
    made->depth = depth;
    lsc_status status = build(&self, allocator, error);
    lsc_release(allocator, self.columns);
    lsc_release(allocator, self.counts);
    return status;
}

void lsc_shap_lanes_free(lsc_shap_lanes *lanes)
{
    const lsc_allocator *allocator = &lanes->allocator;
    lsc_release_aligned(allocator, lanes->shares);
    lsc_release(allocator, lanes->same);
    lsc_release_aligned(allocator, lanes->shifts);
    lsc_release_aligned(allocator, lanes->merged);
    lsc_release_aligned(allocator, lanes->leaves);
    lsc_release(allocator, lanes->first_segments);
    lsc_release(allocator, lanes->segments);
    lsc_release(allocator, lanes->positions);
    memset(lanes, 0, sizeof *lanes);
}
