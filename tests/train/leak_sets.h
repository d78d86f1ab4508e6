/**
 * @file leak_sets.h
 * Tables that are made to look for leaks in, where it is known that there is none.
 */
#ifndef LSC_TESTS_LEAK_SETS_H
#define LSC_TESTS_LEAK_SETS_H

#include "train/leaks.h"

/** A table as rows, and the spec of its columns c0, c1, ... */
typedef struct leak_set {
    lsc_rows rows;
    lsc_spec *spec;
    double d; /**< how far the classes' means of the honest column lie apart: ROC AUC .70 to .85 */
    double others; /**< the same of all the other columns together: .50 to .80 */
} leak_set;

/**
 * A set with one honest column: c0 has a normal distribution in each class. Six other columns share
 * what they tell, four tell nothing. By its number a set has 500 to 8,000 rows, converters from 5 %
 * to 40 %, c0 as it is, in eight steps, or missing in a fifth of the rows.
 */
void leak_set_make(leak_set *set, uint64_t number);

/** Room for rows of this many columns, each of a lead of its own, and a spec of numbers. */
void leak_set_new(leak_set *set, size_t n_rows, size_t n_columns);
/** Count the labels, once they are set. */
void leak_set_finish(leak_set *set);
void leak_set_free(leak_set *set);

/** What is found in a set, with no history. */
lsc_leaks leaks_of(const leak_set *set);

#endif
