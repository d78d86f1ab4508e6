/*
 * The kernels of score_kernels.h, written once for vectors of bytes of any width. A file that
 * includes this says first, as static inline functions and macros:
 *
 *   VECTOR_BYTES                  the width of a `bytes_vector`
 *   bytes_mask                    what a comparison of two of them gives
 *   load_bytes(from), store_bytes(to, v), same_bytes(b)
 *   below(a, b)                   bytewise a <= b, unsigned
 *   mask_bytes(mask)              255 where it is set
 *   choose(mask, a, b)            a where the mask is set, else b
 *   count_at_most(block, x)       how many of the 16 rising floats of a block are <= x
 *   first_above(block, x)         the same, where not all are
 *   FEW_LEAVES                    where there is a quicker way for trees of so many leaves:
 *   add_few_leaves(leaves, leaf_of_row, margins)   for 8 rows
 *   logistic_three(a, b, c, out)  lsc_logistic_three()
 *   KERNELS                       the name of the lsc_score_kernels
 *   TREE_LANES                    1 where these two are there:
 *   row_table, load_table(bytes)  the bytes of a row, LSC_LANE_BYTES of them
 *   look_up_64(table, slots), look_up_128(table, slots)   those at slots below 64, below 128
 *   SHORT_ROWS                    where this is there too:
 *   short_table(words, column_of_slot, columns, n_columns)   the bytes of a short row (ranks.h)
 *
 * docs/engine.md explains the steps: ranks, heap, lanes, blend.
 */
#include <assert.h>
#include <string.h>

#include "core/inline.h"
#include "score_kernels.h"

/* Ranks */

/** How many of a column's thresholds are at or below a number; none for NaN. */
static ALWAYS_INLINE uint32_t rank_of(const float *pivots, uint32_t n_pivot_blocks,
                                      const float *thresholds, float x)
{
    uint32_t block = count_at_most(pivots, x);
    for (uint32_t i = 1; i < n_pivot_blocks && block == i * LSC_RANK_BLOCK; i++) {
        block += count_at_most(pivots + block, x);
    }
    block *= LSC_RANK_BLOCK;
    return block + count_at_most(thresholds + block, x);
}

/** Put a rank into the slots of its column; `stride` bytes lie between two slots. */
static ALWAYS_INLINE void put_rank(uint8_t *bytes, const uint32_t n_slots, size_t to_missing,
                                   size_t stride, uint32_t rank, bool missing)
{
    for (uint32_t k = 0; k < n_slots; k++) {
        uint32_t byte = rank < LSC_SLOT_RANKS ? rank : LSC_SLOT_RANKS;
        bytes[k * stride] = (uint8_t)byte; /* NaN has rank 0 */
        bytes[k * stride + to_missing] = (uint8_t)(byte | (missing ? 255 : 0));
        rank -= byte;
    }
}

static ALWAYS_INLINE void rank_column(const lsc_ranks *ranks, const lsc_rank_column *column,
                                      const uint32_t n_slots, const uint32_t n_pivot_blocks,
                                      const float *rows, size_t n_columns, const size_t n_rows,
                                      uint8_t *bytes)
{
    const float *pivots = ranks->thresholds + column->pivots;
    const float *thresholds = ranks->thresholds + column->first;
    const float *values = rows + column->column;
    uint8_t *slot = bytes + column->slot * n_rows;
    for (size_t row = 0; row < n_rows; row++) {
        float x = values[row * n_columns];
        uint32_t rank = rank_of(pivots, n_pivot_blocks, thresholds, x);
        put_rank(slot + row, n_slots, ranks->n_slots * n_rows, n_rows, rank, isnan(x));
    }
}

/** Rank rows, column by column; byte `row` of each slot is that of a row. */
static ALWAYS_INLINE void rank_columns(const lsc_ranks *ranks, const float *rows, size_t n_columns,
                                       const size_t n_rows, uint8_t *bytes)
{
    for (size_t i = 0; i < ranks->n_columns; i++) {
        const lsc_rank_column *column = &ranks->columns[i];
        if (column->n_pivot_blocks == 1 && column->n_slots == 1) { /* most have so few */
            rank_column(ranks, column, 1, 1, rows, n_columns, n_rows, bytes);
        } else {
            rank_column(ranks, column, column->n_slots, column->n_pivot_blocks, rows, n_columns,
                        n_rows, bytes);
        }
    }
}

static ALWAYS_INLINE void rank_sets(const lsc_ranks *ranks, const lsc_forest *forest,
                                    const float *rows, size_t n_columns, const size_t n_rows,
                                    uint8_t *bytes)
{
    for (size_t i = 0; i < ranks->n_sets; i++) {
        const lsc_rank_set *set = &ranks->sets[i];
        for (size_t row = 0; row < n_rows; row++) {
            float x = rows[row * n_columns + set->column];
            uint8_t holds = !isnan(x) && lsc_forest_set_holds(forest, set->set, x);
            put_rank(bytes + set->slot * n_rows + row, 1, ranks->n_slots * n_rows, n_rows, holds,
                     isnan(x));
        }
    }
}

/** The rank of a column's value, where there is one block of pivots at the most. */
static ALWAYS_INLINE uint32_t rank_of_few(const lsc_ranks *ranks, const lsc_rank_column *column,
                                          const float *columns)
{
    const float *thresholds = ranks->thresholds + column->first;
    float x = columns[column->column];
    uint32_t below = 0;
    if (column->n_blocks > 1) {
        below = LSC_RANK_BLOCK * first_above(ranks->thresholds + column->pivots, x);
    }
    return below + first_above(thresholds + below, x);
}

/** 1 for NaN. No branch: whether a value is missing is not foreseeable. */
static ALWAYS_INLINE uint64_t is_missing(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return ((bits & 0x7fffffffu) + 0x7fffffu) >> 31; /* infinity is 0x7f800000 */
}

static ALWAYS_INLINE uint64_t rank_eight(const lsc_ranks *ranks, size_t word, const float *columns)
{
    const lsc_rank_column *column = ranks->columns + word * LSC_RANK_WORD;
    uint64_t bytes = 0;
    UNROLL for (unsigned k = 0; k < LSC_RANK_WORD; k++)
    {
        bytes |= (uint64_t)rank_of_few(ranks, &column[k], columns) << 8 * k;
    }
    return bytes;
}

/** 255 in the bytes of what is missing. */
static ALWAYS_INLINE uint64_t missing_eight(const lsc_ranks *ranks, size_t word,
                                            const float *columns)
{
    const lsc_rank_column *column = ranks->columns + word * LSC_RANK_WORD;
    uint64_t ones = 0;
    UNROLL for (unsigned k = 0; k < LSC_RANK_WORD; k++)
    {
        ones |= is_missing(columns[column[k].column]) << 8 * k;
    }
    return 255 * ones;
}

static void rank_row(const lsc_ranks *ranks, const lsc_forest *forest, const float *columns,
                     uint8_t *bytes)
{
    for (size_t i = 0; i < ranks->n_words; i++) {
        uint64_t word = rank_eight(ranks, i, columns);
        uint64_t with_missing = word | missing_eight(ranks, i, columns);
        memcpy(bytes + i * LSC_RANK_WORD, &word, LSC_RANK_WORD);
        memcpy(bytes + ranks->n_slots + i * LSC_RANK_WORD, &with_missing, LSC_RANK_WORD);
    }
    if (ranks->n_words == 0) {
        rank_columns(ranks, columns, 0, 1, bytes);
    }
    rank_sets(ranks, forest, columns, 0, 1, bytes);
}

/* One row: eight trees in lockstep, so that their loads overlap. */

/** Trees that are walked in lockstep. */
#define LOCKSTEP 8

static ALWAYS_INLINE uint32_t next_node(const lsc_rank_split *nodes, uint32_t i,
                                        const uint8_t *bytes)
{
    return 2 * i + (bytes[nodes[i].slot] > nodes[i].rank);
}

static ALWAYS_INLINE float walk_heap(const lsc_byte_heap *heap, float margin, const uint8_t *bytes,
                                     const unsigned depth)
{
    const size_t n = (size_t)1 << depth;
    const lsc_rank_split *nodes = heap->nodes;
    const float *leaves = heap->leaves;
    size_t tree = 0;
    for (; tree + LOCKSTEP <= heap->n_trees; tree += LOCKSTEP) {
        uint32_t at[LOCKSTEP] = {1, 1, 1, 1, 1, 1, 1, 1};
        UNROLL for (unsigned level = 0; level < depth; level++)
        {
            UNROLL for (size_t k = 0; k < LOCKSTEP; k++)
            {
                at[k] = next_node(nodes + k * n, at[k], bytes);
            }
        }
        UNROLL for (size_t k = 0; k < LOCKSTEP; k++)
        {
            margin += leaves[k * n + at[k] - n];
        }
        nodes += LOCKSTEP * n;
        leaves += LOCKSTEP * n;
    }
    for (; tree < heap->n_trees; tree++, nodes += n, leaves += n) {
        uint32_t at = 1;
        for (unsigned level = 0; level < depth; level++) {
            at = next_node(nodes, at, bytes);
        }
        margin += leaves[at - n];
    }
    return margin;
}

static float score_row(const lsc_byte_heap *heap, float base_margin, const uint8_t *bytes)
{
    switch (heap->depth) {
    case 1:
        return walk_heap(heap, base_margin, bytes, 1);
    case 2:
        return walk_heap(heap, base_margin, bytes, 2);
    case 3:
        return walk_heap(heap, base_margin, bytes, 3);
    case 4:
        return walk_heap(heap, base_margin, bytes, 4);
    case 5:
        return walk_heap(heap, base_margin, bytes, 5);
    case 6:
        return walk_heap(heap, base_margin, bytes, 6);
    case 7:
        return walk_heap(heap, base_margin, bytes, 7);
    default:
        return walk_heap(heap, base_margin, bytes, 8);
    }
}

/* One row: a tree in each byte of a vector. From the bottom up, each node chooses between the leaves
   that its two children come to, for all trees of the vector at once. */

#if TREE_LANES

/** The leaf that each tree of a group comes to, VECTOR_BYTES of them from the tree `first` on. */
static ALWAYS_INLINE bytes_vector leaves_of_trees(const lsc_lane_node *nodes, size_t n,
                                                  size_t first, const row_table *table,
                                                  bytes_vector (*look_up)(const row_table *,
                                                                          bytes_vector))
{
    bytes_vector leaves[1 << LSC_MAX_HEAP_DEPTH];
    leaves[1] = same_bytes(0);
    for (size_t i = n - 1; i >= n / 2; i--) {
        bytes_vector row = look_up(table, load_bytes(nodes[i].slots + first));
        bytes_mask left = below(row, load_bytes(nodes[i].ranks + first));
        leaves[i] =
            choose(left, same_bytes((uint8_t)(2 * i - n)), same_bytes((uint8_t)(2 * i - n + 1)));
    }
    for (size_t i = n / 2 - 1; i > 0; i--) {
        bytes_vector row = look_up(table, load_bytes(nodes[i].slots + first));
        bytes_mask left = below(row, load_bytes(nodes[i].ranks + first));
        leaves[i] = choose(left, leaves[2 * i], leaves[2 * i + 1]);
    }
    return leaves[1];
}

/** Add the leaves of so many trees, eight at a time, so that nothing but the sum is waited for. */
static ALWAYS_INLINE float add_trees(const float *leaves, const size_t n,
                                     const uint8_t *leaf_of_tree, size_t n_trees, float margin)
{
    size_t tree = 0;
    for (; tree + LOCKSTEP <= n_trees; tree += LOCKSTEP) {
        UNROLL for (size_t k = 0; k < LOCKSTEP; k++)
        {
            margin += leaves[k * n + leaf_of_tree[tree + k]];
        }
        leaves += LOCKSTEP * n;
    }
    for (; tree < n_trees; tree++, leaves += n) {
        margin += leaves[leaf_of_tree[tree]];
    }
    return margin;
}

static ALWAYS_INLINE float score_groups(const lsc_tree_lanes *lanes, const lsc_byte_heap *heap,
                                        float margin, const row_table *table, const unsigned depth,
                                        bytes_vector (*look_up)(const row_table *, bytes_vector))
{
    const size_t n = (size_t)1 << depth;
    _Alignas(LSC_LANE_TREES) uint8_t leaf_of_tree[LSC_LANE_TREES];
    for (size_t group = 0; group < lanes->n_groups; group++) {
        size_t tree = group * LSC_LANE_TREES;
        size_t n_trees =
            heap->n_trees - tree < LSC_LANE_TREES ? heap->n_trees - tree : LSC_LANE_TREES;
        for (size_t first = 0; first < n_trees; first += VECTOR_BYTES) {
            store_bytes(leaf_of_tree + first,
                        leaves_of_trees(lanes->nodes + group * n, n, first, table, look_up));
        }
        margin = add_trees(heap->leaves + tree * n, n, leaf_of_tree, n_trees, margin);
    }
    return margin;
}

static ALWAYS_INLINE float score_table(const lsc_tree_lanes *lanes, const lsc_byte_heap *heap,
                                       float margin, const row_table *table,
                                       bytes_vector (*look_up)(const row_table *, bytes_vector))
{
    switch (heap->depth) {
    case 3:
        return score_groups(lanes, heap, margin, table, 3, look_up);
    case 4:
        return score_groups(lanes, heap, margin, table, 4, look_up);
    case 5:
        return score_groups(lanes, heap, margin, table, 5, look_up);
    case 6:
        return score_groups(lanes, heap, margin, table, 6, look_up);
    default:
        return score_groups(lanes, heap, margin, table, (unsigned)heap->depth, look_up);
    }
}

static float score_lanes(const lsc_tree_lanes *lanes, const lsc_byte_heap *heap, size_t n_bytes,
                         float base_margin, const uint8_t *bytes)
{
    row_table table = load_table(bytes);
    return n_bytes <= 64 ? score_table(lanes, heap, base_margin, &table, look_up_64)
                         : score_table(lanes, heap, base_margin, &table, look_up_128);
}

#ifdef SHORT_ROWS

/** From the values to the margin, with nothing written in between. */
static float score_short(const lsc_ranks *ranks, const lsc_tree_lanes *lanes,
                         const lsc_byte_heap *heap, float base_margin, const float *columns,
                         size_t n_columns)
{
    uint64_t words[SHORT_WORDS] = {0};
    UNROLL for (size_t i = 0; i < SHORT_WORDS; i++)
    {
        if (i < ranks->n_words) {
            words[i] = rank_eight(ranks, i, columns);
        }
    }
    row_table table = short_table(words, ranks->column_of_slot, columns, n_columns);
    return score_table(lanes, heap, base_margin, &table, look_up_64);
}

#else
#define score_short NULL
#endif

static ALWAYS_INLINE void decide_lanes(const lsc_lane_node *nodes, size_t n, const uint8_t *bytes,
                                       uint8_t (*left)[LSC_LANE_TREES],
                                       bytes_vector (*look_up)(const row_table *, bytes_vector))
{
    row_table table = load_table(bytes);
    for (size_t i = 1; i < n; i++) {
        for (size_t first = 0; first < LSC_LANE_TREES; first += VECTOR_BYTES) {
            bytes_vector row = look_up(&table, load_bytes(nodes[i].slots + first));
            bytes_mask mask = below(row, load_bytes(nodes[i].ranks + first));
            store_bytes(left[i] + first, mask_bytes(mask));
        }
    }
}

#else
#define score_lanes NULL
#define score_short NULL
#endif

static void decide(const lsc_lane_node *nodes, size_t n, size_t n_bytes, const uint8_t *bytes,
                   uint8_t (*left)[LSC_LANE_TREES])
{
#if TREE_LANES
    if (n_bytes <= 64) {
        decide_lanes(nodes, n, bytes, left, look_up_64);
        return;
    }
    if (n_bytes <= 128) {
        decide_lanes(nodes, n, bytes, left, look_up_128);
        return;
    }
#endif
    (void)n_bytes;
    for (size_t i = 1; i < n; i++) {
        for (size_t lane = 0; lane < LSC_LANE_TREES; lane++) {
            left[i][lane] = bytes[nodes[i].slots[lane]] <= nodes[i].ranks[lane] ? 255 : 0;
        }
    }
}

/* A block of rows: from the bottom up, each node blends the indices of the leaves that its two
   children come to, for all rows of a vector at once. */

/** Vectors that are worked on together, so that a node's constants are loaded once for both. */
#define N_VECTORS (VECTOR_BYTES < LSC_BLOCK_ROWS ? 2 : 1)

typedef struct row_leaves {
    bytes_vector of[N_VECTORS];
} row_leaves;

/** The bytes of all rows for each slot, seen from the first row of the vectors. */
typedef const uint8_t (*slot_bytes)[LSC_BLOCK_ROWS];

/** The leaves below a node of the last level of splits. */
static ALWAYS_INLINE row_leaves last_split(const lsc_rank_split *nodes, slot_bytes bytes,
                                           size_t node, size_t n)
{
    row_leaves leaves;
    bytes_vector rank = same_bytes(nodes[node].rank);
    bytes_vector left = same_bytes((uint8_t)(2 * node - n));
    bytes_vector right = same_bytes((uint8_t)(2 * node - n + 1));
    UNROLL for (size_t v = 0; v < N_VECTORS; v++)
    {
        bytes_vector row = load_bytes(&bytes[nodes[node].slot][v * VECTOR_BYTES]);
        leaves.of[v] = choose(below(row, rank), left, right);
    }
    return leaves;
}

static ALWAYS_INLINE row_leaves blend(const lsc_rank_split *nodes, slot_bytes bytes, size_t node,
                                      row_leaves left, row_leaves right)
{
    row_leaves leaves;
    bytes_vector rank = same_bytes(nodes[node].rank);
    UNROLL for (size_t v = 0; v < N_VECTORS; v++)
    {
        bytes_vector row = load_bytes(&bytes[nodes[node].slot][v * VECTOR_BYTES]);
        leaves.of[v] = choose(below(row, rank), left.of[v], right.of[v]);
    }
    return leaves;
}

/* A level each, for a function cannot be inlined into itself. Four levels are one call. */
#define LEVELS(name, below_it)                                                          \
    static ALWAYS_INLINE row_leaves name(const lsc_rank_split *nodes, slot_bytes bytes, \
                                         size_t node, size_t n)                         \
    {                                                                                   \
        row_leaves left = below_it(nodes, bytes, 2 * node, n);                          \
        row_leaves right = below_it(nodes, bytes, 2 * node + 1, n);                     \
        return blend(nodes, bytes, node, left, right);                                  \
    }
LEVELS(two_levels, last_split)
LEVELS(three_levels, two_levels)
LEVELS(four_levels, three_levels)
static NEVER_INLINE row_leaves call_four_levels(const lsc_rank_split *nodes, slot_bytes bytes,
                                                size_t node, size_t n)
{
    return four_levels(nodes, bytes, node, n);
}
LEVELS(five_levels, call_four_levels)
LEVELS(six_levels, five_levels)
LEVELS(seven_levels, six_levels)
LEVELS(eight_levels, seven_levels)

static inline row_leaves leaves_of_rows(const lsc_rank_split *nodes, slot_bytes bytes, size_t depth)
{
    size_t n = (size_t)1 << depth;
    switch (depth) {
    case 1:
        return last_split(nodes, bytes, 1, n);
    case 2:
        return two_levels(nodes, bytes, 1, n);
    case 3:
        return three_levels(nodes, bytes, 1, n);
    case 4:
        return four_levels(nodes, bytes, 1, n);
    case 5:
        return five_levels(nodes, bytes, 1, n);
    case 6:
        return six_levels(nodes, bytes, 1, n);
    case 7:
        return seven_levels(nodes, bytes, 1, n);
    default:
        return eight_levels(nodes, bytes, 1, n);
    }
}

static ALWAYS_INLINE void add_leaves(const float *leaves, size_t n_leaves,
                                     const uint8_t *leaf_of_row, const size_t n_rows,
                                     float *margins)
{
#ifdef FEW_LEAVES
    if (n_leaves <= FEW_LEAVES) {
        for (size_t row = 0; row < n_rows; row += 8) {
            add_few_leaves(leaves, leaf_of_row + row, margins + row);
        }
        return;
    }
#endif
    (void)n_leaves;
    for (size_t row = 0; row < n_rows; row++) {
        margins[row] += leaves[leaf_of_row[row]];
    }
}

static void score_block(const lsc_ranks *ranks, const lsc_forest *forest, const lsc_byte_heap *heap,
                        const float *rows, size_t n_columns, lsc_block_bytes *scratch,
                        float *margins)
{
    const size_t n = (size_t)1 << heap->depth;
    uint8_t leaf_of_row[N_VECTORS * VECTOR_BYTES];
    rank_columns(ranks, rows, n_columns, LSC_BLOCK_ROWS, scratch->of_slot[0]);
    rank_sets(ranks, forest, rows, n_columns, LSC_BLOCK_ROWS, scratch->of_slot[0]);
    for (size_t row = 0; row < LSC_BLOCK_ROWS; row++) {
        margins[row] = forest->base_margin;
    }
    for (size_t tree = 0; tree < heap->n_trees; tree++) {
        const float *leaves = heap->leaves + tree * n;
        for (size_t first = 0; first < LSC_BLOCK_ROWS; first += N_VECTORS * VECTOR_BYTES) {
            slot_bytes bytes = (slot_bytes)&scratch->of_slot[0][first];
            row_leaves of_rows = leaves_of_rows(heap->nodes + tree * n, bytes, heap->depth);
            UNROLL for (size_t v = 0; v < N_VECTORS; v++)
            {
                store_bytes(leaf_of_row + v * VECTOR_BYTES, of_rows.of[v]);
            }
            add_leaves(leaves, n, leaf_of_row, N_VECTORS * VECTOR_BYTES, margins + first);
        }
    }
}

const lsc_score_kernels KERNELS = {rank_row, score_row,   score_lanes,   score_short,
                                   decide,   score_block, logistic_three};
