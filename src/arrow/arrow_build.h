/**
 * @file arrow_build.h
 * Tables of Arrow that are given out. Each column owns its memory, since who takes a table may move a
 * column out of it and release the rest.
 */
#ifndef LSC_ARROW_ARROW_BUILD_H
#define LSC_ARROW_ARROW_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <leadscore/arrow.h>

#include "core/memory.h"

/** A column to be. */
typedef struct lsc_arrow_field {
    const char *name;
    const char *format; /**< "f", "g", "i", or "u" for texts of one byte each */
    bool nullable;
} lsc_arrow_field;

/**
 * A table of `n_rows`, its values to be filled in: all valid, all zero.
 * @param out  filled; released by its callback. Untouched on error
 */
lsc_status lsc_arrow_table_new(const lsc_arrow_field *fields, size_t n_fields, size_t n_rows,
                               const lsc_allocator *allocator, struct ArrowArray *out,
                               lsc_error *error);

/** The schema of such tables. As lsc_arrow_table_new(). */
lsc_status lsc_arrow_schema_new(const lsc_arrow_field *fields, size_t n_fields,
                                const lsc_allocator *allocator, struct ArrowSchema *out,
                                lsc_error *error);

/** The values of a column: of "u" its bytes. */
void *lsc_arrow_values(const struct ArrowArray *table, size_t column);

/** Make a value of a nullable column null. */
void lsc_arrow_set_null(const struct ArrowArray *table, size_t column, size_t row);

#endif
