/**
 * @file arrow_lead_cells.h
 * One value of a column of leads, whatever its type, as a property.
 */
#ifndef LSC_ARROW_ARROW_LEAD_CELLS_H
#define LSC_ARROW_ARROW_LEAD_CELLS_H

#include "arrow_lead_columns.h"
#include "core/arena.h"

/** That an array is as its column and its numbers say, where values 0 to `used` of it are read. */
lsc_status lsc_lead_cells_check(const lsc_lead_column *column, const struct ArrowArray *array,
                                int64_t used, lsc_error *error);

/**
 * Read a plain value that is valid. Its name is left alone.
 * @param at        the array's offset counted
 * @param scratch   where texts are put
 * @param property  its type is LSC_VALUE_MISSING for "" and NaN
 */
lsc_status lsc_lead_cell_read(const lsc_lead_column *column, const struct ArrowArray *array,
                              size_t at, lsc_arena *scratch, lsc_property *property,
                              lsc_error *error);

/** What a list holds at `at`: items `*from` to `*to` of its values. */
lsc_status lsc_lead_cell_list(const lsc_lead_column *column, const struct ArrowArray *array,
                              const struct ArrowArray *values, size_t at, size_t *from, size_t *to,
                              lsc_error *error);

#endif
