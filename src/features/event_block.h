/**
 * @file event_block.h
 * Up to 64 events that follow each other, as bits: which of them are of a type, taken by a selector,
 * in a window. Counting is then counting bits, and a walk goes from bit to bit.
 */
#ifndef LSC_FEATURES_EVENT_BLOCK_H
#define LSC_FEATURES_EVENT_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "features/event_walk.h"
#include "features/spec_plan.h"

/** Events of a block, at the most: bits of a word. */
#define LSC_BLOCK_EVENTS 64

/** Bit i is of events[i]. */
typedef struct lsc_block {
    const lsc_event *events;
    size_t n_events;
    int64_t as_of_ms;
    uint64_t selected[LSC_PASS_SELECTORS]; /**< visible, and taken by the selector */
    uint64_t within[LSC_PASS_WINDOWS];     /**< in the window */
    uint16_t types[LSC_BLOCK_EVENTS];      /**< in the numbers of the pass */
    /** What is left of 1, of the events that features of this decay count. */
    double left[LSC_PASS_DECAYS][LSC_BLOCK_EVENTS];
} lsc_block;

/** What a feature has come to, over the blocks so far. Zero at first. */
typedef struct lsc_tally {
    double sum;
    double of;
    int64_t last_ms; /**< of the last event counted, where there was one */
} lsc_tally;

/** Blocks that are kept in mind, at the most. */
#define LSC_MARK_BLOCKS 16

/** The events that a feature counts, of all blocks. The first block may not be full. */
typedef struct lsc_marks {
    const lsc_event *events; /**< of the first block */
    size_t n_first;          /**< events in it */
    size_t n_blocks;
    uint64_t bits[LSC_MARK_BLOCKS];
} lsc_marks;

/** A walk from mark to mark. Start from {marks}. */
typedef struct lsc_mark_walk {
    const lsc_marks *marks;
    size_t n_blocks; /**< that were begun */
    uint64_t left;   /**< bits of the block under way */
} lsc_mark_walk;

/** Where the windows of a pass begin: the events before, of the whole timeline. */
typedef struct lsc_window_starts {
    size_t of[LSC_PASS_WINDOWS];
} lsc_window_starts;

void lsc_window_starts_find(lsc_window_starts *starts, const lsc_pass *pass, const lsc_view *view);

/** Look at the events [begin, begin + n_events) of a view, at most LSC_BLOCK_EVENTS. */
void lsc_block_load(lsc_block *block, const lsc_pass *pass, const lsc_window_starts *starts,
                    const lsc_view *view, size_t begin, size_t n_events);

/** The events that a feature counts. */
static inline uint64_t lsc_block_counted(const lsc_block *block, const lsc_step *step)
{
    return block->selected[step->events] & block->within[step->window];
}

/** Bits that are set: pairs, then fours, then eights, then their sum by a multiplication. */
static inline unsigned lsc_count_bits(uint64_t bits)
{
    bits -= bits >> 1 & UINT64_C(0x5555555555555555);
    bits = (bits & UINT64_C(0x3333333333333333)) + (bits >> 2 & UINT64_C(0x3333333333333333));
    bits = (bits + (bits >> 4)) & UINT64_C(0x0F0F0F0F0F0F0F0F);
    return (unsigned)(bits * UINT64_C(0x0101010101010101) >> 56);
}

/** The place of the lowest bit; one is set. */
static inline unsigned lsc_lowest_bit(uint64_t bits)
{
#if defined __GNUC__ || defined __clang__
    return (unsigned)__builtin_ctzll(bits);
#else
    return lsc_count_bits((bits & -bits) - 1);
#endif
}

/** The place of the highest bit; one is set. */
static inline unsigned lsc_highest_bit(uint64_t bits)
{
#if defined __GNUC__ || defined __clang__
    return 63 - (unsigned)__builtin_clzll(bits);
#else
    for (int by = 1; by < 64; by *= 2) {
        bits |= bits >> by;
    }
    return lsc_count_bits(bits) - 1;
#endif
}

/** The lowest bit's place, which is then taken away. */
static inline unsigned lsc_take_lowest(uint64_t *bits)
{
    unsigned place = lsc_lowest_bit(*bits);
    *bits &= *bits - 1;
    return place;
}

/** The next event that is marked, in the order of the timeline, or NULL. */
static inline const lsc_event *lsc_mark_next(lsc_mark_walk *walk)
{
    const lsc_marks *marks = walk->marks;
    while (walk->left == 0) {
        if (walk->n_blocks == marks->n_blocks) {
            return NULL;
        }
        walk->left = marks->bits[walk->n_blocks++];
    }
    /* Only now: of no events the place is NULL, to which nothing may be added, not even 0. */
    size_t before =
        walk->n_blocks == 1 ? 0 : marks->n_first + (walk->n_blocks - 2) * LSC_BLOCK_EVENTS;
    return marks->events + before + lsc_take_lowest(&walk->left);
}

static inline size_t lsc_count_marks(const lsc_marks *marks)
{
    size_t n = 0;
    for (size_t i = 0; i < marks->n_blocks; i++) {
        n += lsc_count_bits(marks->bits[i]);
    }
    return n;
}

#endif
