/**
 * @file arrow_lead_columns.h
 * The columns of a table of leads: its schema as a list, each column before those within it.
 */
#ifndef LSC_ARROW_ARROW_LEAD_COLUMNS_H
#define LSC_ARROW_ARROW_LEAD_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include <leadscore/arrow.h>

#include "core/arena.h"

/** What a column holds. */
typedef enum lsc_lead_type {
    LSC_LEAD_NULL, /**< nothing but nulls */
    LSC_LEAD_BOOL,
    LSC_LEAD_INT8,
    LSC_LEAD_UINT8,
    LSC_LEAD_INT16,
    LSC_LEAD_UINT16,
    LSC_LEAD_INT32,
    LSC_LEAD_UINT32,
    LSC_LEAD_INT64,
    LSC_LEAD_UINT64,
    LSC_LEAD_FLOAT32,
    LSC_LEAD_FLOAT64,
    LSC_LEAD_TEXT,       /**< offsets of 32 bits */
    LSC_LEAD_LARGE_TEXT, /**< offsets of 64 bits */
    LSC_LEAD_TEXT_VIEW,  /**< views: short texts themselves, or where in which buffer one stands */
    LSC_LEAD_TIMESTAMP,
    LSC_LEAD_DATE32, /**< days */
    LSC_LEAD_DATE64, /**< milliseconds */
    LSC_LEAD_STRUCT,
    LSC_LEAD_LIST,      /**< offsets of 32 bits; what it holds is the next column */
    LSC_LEAD_LARGE_LIST /**< offsets of 64 bits */
} lsc_lead_type;

/** No column: what the parent of the table itself is. */
#define LSC_NO_COLUMN SIZE_MAX
/** Most columns of a table of leads, those within others among them. */
#define LSC_MAX_LEAD_COLUMNS 8192

/** A column, or the table itself, which is the first. */
typedef struct lsc_lead_column {
    lsc_lead_type type;
    int64_t per_second;      /**< of a timestamp */
    bool has_dictionary;     /**< `type` is that of the indices */
    lsc_lead_type looked_up; /**< and this that of what they point at: a text */
    bool is_skipped;         /**< of no type that is read, and passed over */
    size_t parent;
    size_t child;     /**< its number there */
    size_t end;       /**< the column behind the last within it */
    size_t depth;     /**< of the table 0 */
    const char *name; /**< dotted, from the table or from the list that it is in */
} lsc_lead_column;

/** Whether it holds a list: of what the next column is. */
static inline bool lsc_lead_column_is_list(const lsc_lead_column *column)
{
    return column->type == LSC_LEAD_LIST || column->type == LSC_LEAD_LARGE_LIST;
}

/** All columns. */
typedef struct lsc_lead_columns {
    lsc_lead_column *columns; /**< [n] */
    size_t n;
    size_t activities; /**< the list of activities, or LSC_NO_COLUMN */
} lsc_lead_columns;

/**
 * Read a schema. Everything stands in the arena, and nothing of the schema is pointed at.
 * @return LSC_OK; LSC_UNSUPPORTED; LSC_INVALID_ARG; LSC_LIMIT; LSC_NO_MEMORY.
 */
lsc_status lsc_lead_columns_read(const struct ArrowSchema *schema, bool ignore_unknown,
                                 lsc_arena *arena, lsc_lead_columns *columns, lsc_error *error);

#endif
