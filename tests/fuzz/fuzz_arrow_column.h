/**
 * @file fuzz_arrow_column.h
 * How a column of a hostile table is made, and what is then done to it.
 */
#ifndef LSC_TESTS_FUZZ_ARROW_COLUMN_H
#define LSC_TESTS_FUZZ_ARROW_COLUMN_H

#include "fuzz_arrow_table.h"

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

/** Entries of a dictionary. */
#define N_LOOKED_UP 30

/** What a column is made as. */
typedef enum shape {
    SHAPE_FIXED,
    SHAPE_TEXT,
    SHAPE_LIST,
    SHAPE_STRUCT,
    SHAPE_NONE,
    SHAPE_LOOKED_UP,
    SHAPE_ACTIVITIES,
    SHAPE_VIEWS
} shape;

typedef struct column_kind {
    const char *format;
    shape shape;
    size_t size; /* of a value or an offset; 0: a bit */
} column_kind;

/** Memory of exactly this size, all 0. */
void *fuzz_block(size_t size);

/** Give a column a block as one of its buffers. */
void fuzz_set_buffer(fuzz_column *column, size_t buffer, void *block);

/** Write a number of 4 or 8 bytes. */
void fuzz_put_offset(void *offsets, size_t size, size_t at, int64_t value);

/** What is wrong with a column: of most nothing is. */
void fuzz_twist(fuzz_bytes *bytes, fuzz_column *column, const column_kind *kind);

#endif
