/*
 * The kernels of score_kernels.h, written once for vectors of bytes of any width. A file that
 * includes this says first, as static inline functions and macros:
 *
 *   VECTOR_BYTES                  the width of a `bytes_vector`
 *   bytes_mask                    what a comparison of two of them gives
 *   load_bytes(from), store_bytes(to, v), same_bytes(b)
 *   below(a, b)                   bytewise a <= b, unsigned
 *   choose(mask, a, b)            a where the mask is set, else b
 *   count_at_most(block, x)       how many of the 16 floats of a block are <= x
 *   KERNELS                       the name of the lsc_score_kernels
 *
 * docs/engine.md explains the three steps: ranks, heap, blend.
 */
#include <assert.h>
#include <string.h>

#include "core/inline.h"
#include "score_kernels.h"

/* Ranks */

/** How many of a column's thresholds are at or below a number; none for NaN. */
static inline uint32_t rank_of(const lsc_ranks *ranks, const lsc_rank_column *column, float x)
{
    uint32_t block = 0;
    const float *pivots = ranks->thresholds + column->pivots;
    uint32_t n = column->n_pivot_blocks;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t count = count_at_most(pivots + i * LSC_RANK_BLOCK, x);
        block += count;
        if (count < LSC_RANK_BLOCK) {
            break;
        }
    }
    const float *thresholds = ranks->thresholds + column->first + block * LSC_RANK_BLOCK;
    return block * LSC_RANK_BLOCK + count_at_most(thresholds, x);
}

static inline void put_byte(uint8_t *bytes, size_t n_slots, size_t slot, uint32_t byte,
                            uint32_t missing)
{
    bytes[slot] = (uint8_t)byte; /* NaN has rank 0 */
    bytes[n_slots + slot] = (uint8_t)(byte | missing);
}

static void rank_row(const lsc_ranks *ranks, const lsc_forest *forest, const float *columns,
                     uint8_t *bytes)
{
    size_t n_slots = ranks->n_slots;
    for (size_t i = 0; i < ranks->n_columns; i++) {
        const lsc_rank_column *column = &ranks->columns[i];
        float x = columns[column->column];
        uint32_t missing = isnan(x) ? 255 : 0;
        uint32_t rank = rank_of(ranks, column, x);
        for (uint32_t k = 0; k < column->n_slots; k++) {
            uint32_t byte = rank < LSC_SLOT_RANKS ? rank : LSC_SLOT_RANKS;
            put_byte(bytes, n_slots, column->slot + k, byte, missing);
            rank -= byte;
        }
    }
    for (size_t i = 0; i < ranks->n_sets; i++) {
        const lsc_rank_set *set = &ranks->sets[i];
        float x = columns[set->column];
        bool holds = !isnan(x) && lsc_forest_set_holds(forest, set->set, x);
        put_byte(bytes, n_slots, set->slot, holds, isnan(x) ? 255 : 0);
    }
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
        UNROLL for (unsigned level = 0; level < depth; level++) {
            UNROLL for (size_t k = 0; k < LOCKSTEP; k++) {
                at[k] = next_node(nodes + k * n, at[k], bytes);
            }
        }
        UNROLL for (size_t k = 0; k < LOCKSTEP; k++) {
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
    UNROLL for (size_t v = 0; v < N_VECTORS; v++) {
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
    UNROLL for (size_t v = 0; v < N_VECTORS; v++) {
        bytes_vector row = load_bytes(&bytes[nodes[node].slot][v * VECTOR_BYTES]);
        leaves.of[v] = choose(below(row, rank), left.of[v], right.of[v]);
    }
    return leaves;
}

/* A level each, for a function cannot be inlined into itself. Four levels are one call. */
#define LEVELS(name, below_it)                                                                     \
    static ALWAYS_INLINE row_leaves name(const lsc_rank_split *nodes, slot_bytes bytes,            \
                                         size_t node, size_t n)                                    \
    {                                                                                              \
        row_leaves left = below_it(nodes, bytes, 2 * node, n);                                     \
        row_leaves right = below_it(nodes, bytes, 2 * node + 1, n);                                \
        return blend(nodes, bytes, node, left, right);                                             \
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

static inline row_leaves leaves_of_rows(const lsc_rank_split *nodes, slot_bytes bytes,
                                        size_t depth)
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

static void rank_block(const lsc_ranks *ranks, const lsc_forest *forest, const float *rows,
                       size_t n_columns, lsc_block_bytes *scratch)
{
    for (size_t row = 0; row < LSC_BLOCK_ROWS; row++) {
        rank_row(ranks, forest, rows + row * n_columns, scratch->of_row);
        for (size_t slot = 0; slot < 2 * ranks->n_slots; slot++) {
            scratch->of_slot[slot][row] = scratch->of_row[slot];
        }
    }
}

static void score_block(const lsc_ranks *ranks, const lsc_forest *forest,
                        const lsc_byte_heap *heap, const float *rows, size_t n_columns,
                        lsc_block_bytes *scratch, float *margins)
{
    const size_t n = (size_t)1 << heap->depth;
    uint8_t leaf_of_row[N_VECTORS * VECTOR_BYTES];
    rank_block(ranks, forest, rows, n_columns, scratch);
    for (size_t row = 0; row < LSC_BLOCK_ROWS; row++) {
        margins[row] = forest->base_margin;
    }
    for (size_t tree = 0; tree < heap->n_trees; tree++) {
        const float *leaves = heap->leaves + tree * n;
        for (size_t first = 0; first < LSC_BLOCK_ROWS; first += N_VECTORS * VECTOR_BYTES) {
            slot_bytes bytes = (slot_bytes)&scratch->of_slot[0][first];
            row_leaves of_rows = leaves_of_rows(heap->nodes + tree * n, bytes, heap->depth);
            UNROLL for (size_t v = 0; v < N_VECTORS; v++) {
                store_bytes(leaf_of_row + v * VECTOR_BYTES, of_rows.of[v]);
            }
            UNROLL for (size_t row = 0; row < N_VECTORS * VECTOR_BYTES; row++) {
                margins[first + row] += leaves[leaf_of_row[row]];
            }
        }
    }
}

const lsc_score_kernels KERNELS = {rank_row, score_row, score_block};
