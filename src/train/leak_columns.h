/**
 * @file leak_columns.h
 * What the values of one property tell: whether they are there for one class only, and whether they
 * number the leads.
 */
#ifndef LSC_TRAIN_LEAK_COLUMNS_H
#define LSC_TRAIN_LEAK_COLUMNS_H

#include "train/leak_sample.h"

/** Leads of the sample by whether some row of theirs has a value. */
typedef struct lsc_filled {
    size_t n_leads;
    size_t n_converted;
    size_t n_filled;
    size_t n_filled_converted;
} lsc_filled;

void lsc_leak_count_filled(const lsc_leak_sample *sample, lsc_column_range columns,
                           lsc_filled *filled);

/** Whether the values are there for one class only, and that is no chance. */
bool lsc_leak_one_class(const lsc_filled *filled);

/** Whether the values are whole numbers, all different and close together, as running numbers. */
lsc_status lsc_leak_is_identifier(const lsc_leak_sample *sample, lsc_column_range columns,
                                  bool *is_identifier, lsc_error *error);

#endif
