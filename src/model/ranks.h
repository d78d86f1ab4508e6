/**
 * @file ranks.h
 * A row as bytes. Of each column that a forest splits on, the distinct thresholds are sorted; the
 * rank of a value is the number of thresholds at or below it. x < threshold k exactly when
 * rank(x) <= k, so a split compares two bytes instead of two floats (docs/engine.md).
 *
 * A slot is a byte of a row. A column with more than 255 thresholds has several, 255 thresholds
 * each; a split by category has one of its own, 1 for a category in its set. Each slot stands in a
 * row twice: first for splits that send NaN to the left, where NaN is 0, and then, n_slots bytes
 * later, for those that send it to the right, where it is 255.
 *
 * Where there are few columns, and none has more than 239 thresholds, slot i is that of column i of
 * the ranks, and a row is ranked in words, eight columns each (n_words).
 */
#ifndef LSC_MODEL_RANKS_H
#define LSC_MODEL_RANKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"
#include "core/memory.h"
#include "core/visibility.h"
#include "model/forest.h"

/** Thresholds of one slot. */
#define LSC_SLOT_RANKS 255
/** So that a node can name a byte of a row by a byte. */
#define LSC_MAX_SLOTS 128
/** No forest has fewer: the two halves of a short row stand where a vector of 64 bytes has its own. */
#define LSC_LEAST_SLOTS 32
/** Thresholds that are compared at once. */
#define LSC_RANK_BLOCK 16
/** Columns, and bytes, of a word; and words of a row, at the most. */
#define LSC_RANK_WORD 8
#define LSC_MAX_WORDS 8
/** Columns of a short row, at the most. */
#define LSC_SHORT_COLUMNS 64

/**
 * A column that splits have thresholds for. They stand in blocks, the last one filled up with NaN, at
 * least one; the last thresholds of all blocks, the pivots, stand in blocks of their own in the same
 * way. No number is at or above NaN: so each has a rank, even an infinity that came into a row after it
 * was looked at, in memory that another thread changes.
 */
typedef struct lsc_rank_column {
    uint32_t column;
    uint32_t slot; /**< the first of n_slots */
    uint32_t n_slots;
    uint32_t n_thresholds;
    uint32_t first; /**< index in lsc_ranks.thresholds of the first block */
    uint32_t n_blocks;
    uint32_t pivots; /**< index in lsc_ranks.thresholds of the first block of pivots */
    uint32_t n_pivot_blocks;
} lsc_rank_column;

/** A split by category. */
typedef struct lsc_rank_set {
    uint32_t column;
    uint32_t set; /**< in lsc_forest.sets */
    uint32_t slot;
} lsc_rank_set;

typedef struct lsc_ranks {
    lsc_allocator allocator;
    float *thresholds;        /**< aligned */
    lsc_rank_column *columns; /**< [n_columns], by column, and what fills up the last word */
    size_t n_columns;
    size_t n_words; /**< 0 where a column has more than a slot, or than a block of pivots, or where
                         there are more than LSC_MAX_WORDS */
    lsc_rank_set *sets; /**< [n_sets], by set */
    size_t n_sets;
    size_t n_slots;    /**< LSC_LEAST_SLOTS to LSC_MAX_SLOTS; 0: there are no ranks */
    bool is_short;     /**< in words, by the least number of slots, from at most
                            LSC_SHORT_COLUMNS columns, and without sets */
    size_t size_bytes; /**< of all of the above */
    uint8_t column_of_slot[LSC_LEAST_SLOTS]; /**< of a short row */
} lsc_ranks;

/** A split as it stands to the bytes of a row: to the right when bytes[slot] > rank. */
typedef struct lsc_rank_split {
    uint8_t slot; /**< with the place that its missing direction asks for */
    uint8_t rank;
} lsc_rank_split;

/**
 * The ranks of a forest. Where it would take more than LSC_MAX_SLOTS slots, or has no split, there
 * are none: n_slots is 0.
 * @param ranks  freed by lsc_ranks_free(), also after an error
 */
LSC_SHARED lsc_status lsc_ranks_build(const lsc_forest *forest, const lsc_allocator *allocator,
                                      lsc_ranks *ranks, lsc_error *error);

/** Where a split of the forest stands. Its column has ranks. */
LSC_SHARED lsc_rank_split lsc_ranks_place(const lsc_ranks *ranks, const lsc_node *split);

LSC_SHARED void lsc_ranks_free(lsc_ranks *ranks);

#endif
