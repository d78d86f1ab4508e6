/**
 * @file table.h
 * A table of aligned columns for people. Widths come from the first rows, and grow where a later
 * cell needs more, so that tables of any length take little memory.
 */
#ifndef LSC_CLI_TABLE_H
#define LSC_CLI_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "text_out.h"

#define LSC_MAX_TABLE_COLUMNS 12
/** Rows that are looked at before the first is written. */
#define LSC_TABLE_LOOK_AHEAD 200

typedef struct lsc_table_column {
    const char *title;
    bool right; /**< aligned to the right */
} lsc_table_column;

typedef struct lsc_table lsc_table;

lsc_table *lsc_table_new(const lsc_style *style, const lsc_table_column *columns, size_t n_columns);

/** Add a row; its cells are copied. */
void lsc_table_row(lsc_table *table, const char *const *cells);

/** Write what has not been written, and free. */
void lsc_table_end(lsc_table *table);

#endif
