/**
 * @file infer_columns.h
 * What the properties of a table hold, in memory that does not grow with its rows.
 */
#ifndef LSC_FEATURES_INFER_COLUMNS_H
#define LSC_FEATURES_INFER_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <leadscore/source.h>

#include "core/arena.h"
#include "core/string_map.h"

/** One property. A value counts in each way that it can be read. */
typedef struct lsc_column_stats {
    const char *name;
    uint64_t n_present;
    uint64_t n_numbers;
    uint64_t n_times;
    uint64_t n_flags;
    uint64_t n_lists;
    uint64_t n_leading;     /**< values, all numbers, before the first that is none */
    uint64_t other_row;     /**< the row of that one, from 1; 0: all values are numbers */
    const char *other_text; /**< it, cut; NULL: a list */
    lsc_string_map values;  /**< distinct ones, up to LSC_MAX_LEVELS + 1 */
    uint64_t n_counted;     /**< rows among which `values` are the distinct ones */
} lsc_column_stats;

typedef struct lsc_column_table {
    const lsc_allocator *allocator;
    lsc_arena arena;           /**< holds names and values */
    lsc_string_map places;     /**< a name's index in columns */
    lsc_column_stats *columns; /**< [n_columns] in order of appearance */
    size_t n_columns;
    size_t capacity;
    size_t *by_name; /**< [n_columns] indices of columns, once the table is read */
    uint64_t n_rows;
} lsc_column_table;

/** @param allocator  outlives the table */
void lsc_column_table_init(lsc_column_table *table, const lsc_allocator *allocator);

/** Look at the rows of a source up to its end, or at the first max_rows (0: all). */
lsc_status lsc_column_table_read(lsc_column_table *table, lsc_source *source, size_t max_rows,
                                 lsc_error *error);

bool lsc_column_table_has(const lsc_column_table *table, const char *name);

void lsc_column_table_free(lsc_column_table *table);

#endif
