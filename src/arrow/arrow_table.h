/**
 * @file arrow_table.h
 * What reading, scoring and streams share: a reader's insides, and an array that was looked over.
 */
#ifndef LSC_ARROW_ARROW_TABLE_H
#define LSC_ARROW_ARROW_TABLE_H

#include <leadscore/arrow.h>

#include "arrow_cells.h"
#include "core/memory.h"

/** Where a column of the model stands in the table, and what it is there. */
typedef struct lsc_arrow_source {
    size_t child;
    const lsc_arrow_type *type;
} lsc_arrow_source;

struct lsc_arrow_reader {
    lsc_allocator allocator;
    lsc_spec *spec;
    size_t n_children;         /**< of the schema */
    size_t n_columns;          /**< of the spec */
    lsc_arrow_source *sources; /**< [n_columns] */
    const lsc_tile_kernels *kernels;
};

/** Options as they are meant: the defaults for NULL, and an allocator that can be called. */
lsc_status lsc_arrow_options_resolve(const lsc_arrow_options *given, lsc_arrow_options *options,
                                     lsc_error *error);

/** Look an array over, once for all its rows. */
lsc_status lsc_arrow_check(const lsc_arrow_reader *reader, const struct ArrowArray *array,
                           lsc_error *error);

/**
 * How many rows are best made at a time: so many that the processor sees where each column is read, and fetches
 * ahead, and so few that they are still in its cache when they are used.
 */
size_t lsc_arrow_strip_rows(size_t n_columns);

/** As lsc_arrow_read(), of an array that was looked over and rows that it has. */
lsc_status lsc_arrow_fill(const lsc_arrow_reader *reader, const struct ArrowArray *array,
                          size_t first_row, size_t n_rows, float *columns, lsc_error *error);

#endif
