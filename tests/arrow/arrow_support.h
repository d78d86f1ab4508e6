/**
 * @file arrow_support.h
 * Tables of Arrow made by hand, over memory of the tests, and models to read them for.
 */
#ifndef LSC_TESTS_ARROW_SUPPORT_H
#define LSC_TESTS_ARROW_SUPPORT_H

#include "suite.h"

#include <leadscore/arrow.h>

enum {
    HAND_COLUMNS = 16
};

/** A table, its schema, and what both point at. Releasing either counts. */
typedef struct hand_table {
    struct ArrowSchema schema;
    struct ArrowArray array;
    struct ArrowSchema schemas[HAND_COLUMNS];
    struct ArrowArray arrays[HAND_COLUMNS];
    struct ArrowSchema *schema_children[HAND_COLUMNS];
    struct ArrowArray *array_children[HAND_COLUMNS];
    const void *buffers[HAND_COLUMNS][2];
    const void *table_buffers[1];
    int released;
} hand_table;

/** A table of `n_rows` without columns. */
void hand_begin(hand_table *table, int64_t n_rows);

/** Add a column. @param validity  NULL: no value is null. @return the array, to be changed */
struct ArrowArray *hand_add(hand_table *table, const char *name, const char *format,
                            const void *validity, const void *values);

/** A stream of `n` tables of one schema; the code that `fail_at` gives, counted from 0, is EIO. */
typedef struct hand_stream {
    struct ArrowArrayStream stream;
    hand_table *tables;
    size_t n;
    size_t next;
    size_t fail_at;
    bool no_schema;
    int released;
} hand_stream;

void hand_stream_begin(hand_stream *stream, hand_table *tables, size_t n);

/** A scorer of a model of the numbers f0, f1, ...; it holds the model. */
lsc_scorer *hand_forest_scorer(size_t n_columns);
lsc_scorer *hand_card_scorer(size_t n_columns);

#endif
