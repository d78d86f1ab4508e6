/**
 * @file isotonic.h
 * Isotonic regression of labels on margins by pooling adjacent violators (Ayer et al., "An empirical
 * distribution function for sampling with incomplete information", 1955): the never falling function
 * of the margin that is closest to the labels. It is constant over blocks.
 */
#ifndef LSC_TRAIN_ISOTONIC_H
#define LSC_TRAIN_ISOTONIC_H

#include <stddef.h>
#include <stdint.h>

/** Rows of one margin. */
typedef struct lsc_margin_tie {
    double margin;
    double weight;
    double positive; /**< weight of those that converted */
    size_t n_rows;
} lsc_margin_tie;

/** Ties side by side. */
typedef struct lsc_block {
    size_t first; /**< index of its first tie */
    size_t n_ties;
    size_t n_rows;
    double weight;
    double positive;
} lsc_block;

/**
 * The blocks on which isotonic regression is constant, from the lowest margin up; the rate
 * positive / weight of each is higher than that of the one before.
 * @param ties    [n_ties], margins rising, weights > 0
 * @param blocks  [n_ties], room
 * @return how many there are
 */
size_t lsc_isotonic_fit(const lsc_margin_tie *ties, size_t n_ties, lsc_block *blocks);

/**
 * Join blocks, from the lowest up, until each weighs at least `least`.
 * @return how many are left, at least 1 of n_blocks > 0
 */
size_t lsc_blocks_join(lsc_block *blocks, size_t n_blocks, double least);

#endif
