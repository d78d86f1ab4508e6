#include "ranks.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/sort.h"

/** What building needs besides. */
typedef struct builder {
    const lsc_forest *forest;
    lsc_ranks *ranks;
    size_t *starts;      /**< [n_columns + 1]: where the keys of each column begin */
    uint32_t *keys;      /**< thresholds as keys, by column */
    uint32_t *room;      /**< as many */
    size_t n_thresholds; /**< of all columns, with what fills up their blocks */
} builder;

/** Keys of floats: unsigned integers in the same order. Both zeros have one. */
static uint32_t key_of(float value)
{
    uint32_t bits;
    value += 0.0f; /* -0 becomes +0 */
    memcpy(&bits, &value, sizeof bits);
    return (bits & 0x80000000u) != 0 ? ~bits : bits | 0x80000000u;
}

static float value_of(uint32_t key)
{
    float value;
    uint32_t bits = (key & 0x80000000u) != 0 ? key & 0x7fffffffu : ~key;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static bool has_threshold(const lsc_node *node)
{
    return node->left != 0 && !node->categorical;
}

/** The keys of all thresholds, column by column. */
static void collect_keys(const builder *self)
{
    const lsc_forest *forest = self->forest;
    for (size_t i = 0; i < forest->n_nodes; i++) {
        if (has_threshold(&forest->nodes[i])) {
            self->starts[forest->nodes[i].column + 1]++;
        }
    }
    for (size_t column = 0; column < forest->n_columns; column++) {
        self->starts[column + 1] += self->starts[column];
    }
    for (size_t i = 0; i < forest->n_nodes; i++) {
        const lsc_node *node = &forest->nodes[i];
        if (has_threshold(node)) {
            self->keys[self->starts[node->column]++] = key_of(node->value);
        }
    }
    /* Each start has moved to the end of its column, which is where the next one began. */
    memmove(self->starts + 1, self->starts, forest->n_columns * sizeof *self->starts);
    self->starts[0] = 0;
}

/** Sort keys and drop what stands there twice; returns how many are left. */
static size_t sort_distinct(uint32_t *keys, size_t count, uint32_t *room)
{
    size_t n = 0;
    lsc_sort_keys(keys, count, room);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || keys[i] != keys[i - 1]) {
            room[n++] = keys[i];
        }
    }
    memcpy(keys, room, n * sizeof *keys);
    return n;
}

static size_t count_sets(const lsc_forest *forest)
{
    size_t n = 0;
    for (size_t i = 0; i < forest->n_nodes; i++) {
        n += forest->nodes[i].left != 0 && forest->nodes[i].categorical;
    }
    return n;
}

/** Blocks that `n` thresholds take, so that at least one NaN follows them. */
static uint32_t blocks_of(size_t n)
{
    return (uint32_t)(n / LSC_RANK_BLOCK + 1);
}

/**
 * Whether rows are ranked in words; if so, fill up the last one with columns that have no threshold.
 * @param at  where the next threshold goes
 */
static uint32_t lay_out_words(lsc_ranks *ranks, uint32_t at)
{
    for (size_t i = 0; i < ranks->n_columns; i++) {
        if (ranks->columns[i].n_slots > 1 || ranks->columns[i].n_pivot_blocks > 1) {
            return at;
        }
    }
    if (ranks->n_columns > LSC_MAX_WORDS * LSC_RANK_WORD) {
        return at;
    }
    ranks->n_words = (ranks->n_columns + LSC_RANK_WORD - 1) / LSC_RANK_WORD;
    for (size_t i = ranks->n_columns; i < ranks->n_words * LSC_RANK_WORD; i++) {
        ranks->columns[i] = (lsc_rank_column){.first = at, .n_blocks = 1};
    }
    ranks->n_slots = ranks->n_words * LSC_RANK_WORD;
    return at + LSC_RANK_BLOCK;
}

/** Say which columns there are and where their thresholds go. */
static void lay_out_columns(builder *self)
{
    lsc_ranks *ranks = self->ranks;
    uint32_t at = 0;
    for (size_t column = 0; column < self->forest->n_columns; column++) {
        size_t start = self->starts[column];
        size_t count = self->starts[column + 1] - start;
        if (count == 0) {
            continue;
        }
        size_t n = sort_distinct(self->keys + start, count, self->room);
        lsc_rank_column *laid = &ranks->columns[ranks->n_columns++];
        laid->column = (uint32_t)column;
        laid->slot = (uint32_t)ranks->n_slots;
        laid->n_slots = (uint32_t)((n + LSC_SLOT_RANKS - 1) / LSC_SLOT_RANKS);
        laid->n_thresholds = (uint32_t)n;
        laid->first = at;
        laid->n_blocks = blocks_of(n);
        laid->pivots = at + laid->n_blocks * LSC_RANK_BLOCK;
        laid->n_pivot_blocks = blocks_of(laid->n_blocks);
        at = laid->pivots + laid->n_pivot_blocks * LSC_RANK_BLOCK;
        ranks->n_slots += laid->n_slots;
    }
    self->n_thresholds = lay_out_words(ranks, at);
}

static void note_short(lsc_ranks *ranks, size_t n_columns)
{
    ranks->is_short = ranks->n_words > 0 && ranks->n_sets == 0 &&
                      ranks->n_slots == LSC_LEAST_SLOTS && n_columns <= LSC_SHORT_COLUMNS;
    for (size_t i = 0; ranks->is_short && i < ranks->n_columns; i++) {
        ranks->column_of_slot[i] = (uint8_t)ranks->columns[i].column;
    }
}

static void lay_out_sets(builder *self)
{
    lsc_ranks *ranks = self->ranks;
    for (size_t i = 0; i < self->forest->n_nodes; i++) {
        const lsc_node *node = &self->forest->nodes[i];
        if (node->left != 0 && node->categorical) {
            ranks->sets[ranks->n_sets++] =
                (lsc_rank_set){node->column, node->set, (uint32_t)ranks->n_slots++};
        }
    }
}

static void fill_thresholds(const builder *self)
{
    lsc_ranks *ranks = self->ranks;
    for (size_t i = 0; i < self->n_thresholds; i++) {
        ranks->thresholds[i] = NAN;
    }
    for (size_t i = 0; i < ranks->n_columns; i++) {
        const lsc_rank_column *column = &ranks->columns[i];
        const uint32_t *keys = self->keys + self->starts[column->column];
        float *thresholds = ranks->thresholds + column->first;
        for (size_t k = 0; k < column->n_thresholds; k++) {
            thresholds[k] = value_of(keys[k]);
        }
        for (size_t block = 0; block < column->n_blocks; block++) {
            ranks->thresholds[column->pivots + block] =
                thresholds[(block + 1) * LSC_RANK_BLOCK - 1];
        }
    }
}

/** Nothing but the memory: the ranks of a forest that has none. */
static void give_up(lsc_ranks *ranks)
{
    lsc_allocator allocator = ranks->allocator;
    lsc_ranks_free(ranks);
    ranks->allocator = allocator;
}

static lsc_status build(builder *self, lsc_error *error)
{
    const lsc_forest *forest = self->forest;
    lsc_ranks *ranks = self->ranks;
    size_t n_sets = count_sets(forest);
    if (n_sets > LSC_MAX_SLOTS) {
        return LSC_OK;
    }
    collect_keys(self);
    size_t n_columns = forest->n_columns + LSC_RANK_WORD;
    ranks->columns = lsc_alloc_array(&ranks->allocator, n_columns, sizeof *ranks->columns);
    ranks->sets = lsc_alloc_array(&ranks->allocator, n_sets, sizeof *ranks->sets);
    if (ranks->columns == NULL || ranks->sets == NULL) {
        return lsc_fail_memory(error);
    }
    lay_out_columns(self);
    lay_out_sets(self);
    if (ranks->n_slots > 0 && ranks->n_slots < LSC_LEAST_SLOTS) {
        ranks->n_slots = LSC_LEAST_SLOTS;
    }
    note_short(ranks, forest->n_columns);
    if (ranks->n_slots == 0 || ranks->n_slots > LSC_MAX_SLOTS) {
        give_up(ranks);
        return LSC_OK;
    }
    ranks->thresholds =
        lsc_alloc_aligned(&ranks->allocator, self->n_thresholds, sizeof *ranks->thresholds);
    if (ranks->thresholds == NULL) {
        return lsc_fail_memory(error);
    }
    fill_thresholds(self);
    ranks->size_bytes = n_columns * sizeof *ranks->columns + n_sets * sizeof *ranks->sets +
                        self->n_thresholds * sizeof *ranks->thresholds;
    return LSC_OK;
}

lsc_status lsc_ranks_build(const lsc_forest *forest, const lsc_allocator *allocator,
                           lsc_ranks *ranks, lsc_error *error)
{
    memset(ranks, 0, sizeof *ranks);
    ranks->allocator = *allocator;
    builder self = {
        .forest = forest,
        .ranks = ranks,
        .starts = lsc_alloc_array(allocator, forest->n_columns + 1, sizeof *self.starts),
        .keys = lsc_alloc_array(allocator, forest->n_nodes, sizeof *self.keys),
        .room = lsc_alloc_array(allocator, forest->n_nodes, sizeof *self.room),
    };
    lsc_status status = self.starts == NULL || self.keys == NULL || self.room == NULL
                            ? lsc_fail_memory(error)
                            : build(&self, error);
    lsc_release(allocator, self.starts);
    lsc_release(allocator, self.keys);
    lsc_release(allocator, self.room);
    return status;
}

static const lsc_rank_column *find_column(const lsc_ranks *ranks, uint32_t column)
{
    size_t low = 0;
    size_t high = ranks->n_columns;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (ranks->columns[middle].column <= column) {
            low = middle;
        } else {
            high = middle;
        }
    }
    assert(ranks->columns[low].column == column);
    return &ranks->columns[low];
}

/** The index of a threshold among those of its column. */
static size_t find_threshold(const float *thresholds, size_t n, float threshold)
{
    size_t low = 0;
    size_t high = n;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (thresholds[middle] <= threshold) {
            low = middle;
        } else {
            high = middle;
        }
    }
    assert(thresholds[low] == threshold);
    return low;
}

static size_t find_set_slot(const lsc_ranks *ranks, uint32_t set)
{
    for (size_t i = 0; i < ranks->n_sets; i++) {
        if (ranks->sets[i].set == set) {
            return ranks->sets[i].slot;
        }
    }
    assert(false);
    return 0;
}

lsc_rank_split lsc_ranks_place(const lsc_ranks *ranks, const lsc_node *split)
{
    size_t slot;
    size_t rank = 0;
    if (split->categorical) {
        slot = find_set_slot(ranks, split->set);
    } else {
        const lsc_rank_column *column = find_column(ranks, split->column);
        rank =
            find_threshold(ranks->thresholds + column->first, column->n_thresholds, split->value);
        slot = column->slot + rank / LSC_SLOT_RANKS;
        rank %= LSC_SLOT_RANKS;
    }
    slot += split->default_left ? 0 : ranks->n_slots;
    return (lsc_rank_split){(uint8_t)slot, (uint8_t)rank};
}

void lsc_ranks_free(lsc_ranks *ranks)
{
    lsc_release_aligned(&ranks->allocator, ranks->thresholds);
    lsc_release(&ranks->allocator, ranks->columns);
    lsc_release(&ranks->allocator, ranks->sets);
    memset(ranks, 0, sizeof *ranks);
}
