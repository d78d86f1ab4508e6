/**
 * @file sorted_rows.h
 * Rows in the order of their margins, and room to fit calibrations to parts of them.
 */
#ifndef LSC_TRAIN_SORTED_ROWS_H
#define LSC_TRAIN_SORTED_ROWS_H

#include "train/interval.h"
#include "train/isotonic.h"

typedef struct lsc_sorted {
    const lsc_allocator *allocator;
    const lsc_calibrated *rows;
    double count;    /**< the effective number of rows: lsc_effective_count() of all */
    double weight;   /**< of all rows */
    uint32_t *order; /**< [n_order], margins rising; rows without weight left out */
    size_t n_order;
    /* Room, [n_order] each. */
    uint32_t *part;
    lsc_margin_tie *ties;
    lsc_block *blocks;
    double *p0;
    double *p1;
    double *margins;
    double *weights;
    unsigned char *labels;
} lsc_sorted;

/** @param sorted  freed by lsc_sorted_free(); empty on error */
lsc_status lsc_sorted_init(lsc_sorted *sorted, const lsc_calibrated *rows,
                           const lsc_allocator *allocator, lsc_error *error);
void lsc_sorted_free(lsc_sorted *sorted);

/**
 * Margins of rows that stand in order into sorted->ties. Weights are scaled so that those of all
 * rows sum to their effective number: one that weighs 1 is a lead of its own.
 * @return how many ties there are
 */
size_t lsc_sorted_ties(lsc_sorted *sorted, const uint32_t *rows, size_t n_rows);

#endif
