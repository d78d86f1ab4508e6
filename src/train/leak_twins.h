/**
 * @file leak_twins.h
 * Leads that are there twice: rows of different leads whose columns are all equal. One in the rows
 * learned from gives away the other in those that are measured.
 */
#ifndef LSC_TRAIN_LEAK_TWINS_H
#define LSC_TRAIN_LEAK_TWINS_H

#include "train/rows.h"

/** What was counted, in pairs of equal rows of different leads. */
typedef struct lsc_twins {
    double n_both;     /**< pairs of which both convert */
    double n_one;      /**< pairs of which one does */
    size_t n_copies;   /**< rows that convert, and that an equal one of an earlier lead does, too */
    size_t n_positive; /**< rows that convert */
} lsc_twins;

lsc_status lsc_twins_count(const lsc_rows *rows, lsc_twins *twins, lsc_error *error);

/**
 * The rows to leave out so that no two leads have equal rows with the same label.
 * @param copies  [n_rows], set to whether a row goes
 */
lsc_status lsc_twins_mark(const lsc_rows *rows, bool *copies, lsc_error *error);

#endif
