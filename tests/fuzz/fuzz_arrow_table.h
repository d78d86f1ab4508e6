/**
 * @file fuzz_arrow_table.h
 * Tables of Arrow as a hostile library might make them, from bytes.
 *
 * A reader cannot see how long a buffer is: each is a block of its own, just as long as its array says,
 * so that the sanitizers see what reads past it. All else may be wrong. Numbers so large that no buffer
 * of their size can be had are given to columns without buffers alone, or are such as must be refused.
 */
#ifndef LSC_TESTS_FUZZ_ARROW_TABLE_H
#define LSC_TESTS_FUZZ_ARROW_TABLE_H

#include "fuzz.h"

/** Bytes that are taken one by one; past the end all are 0. */
typedef struct fuzz_bytes {
    const uint8_t *at;
    const uint8_t *end;
} fuzz_bytes;

unsigned fuzz_next(fuzz_bytes *bytes);

/** A column with what it points at, or a table. */
typedef struct fuzz_column {
    struct ArrowSchema schema;
    struct ArrowArray array;
    struct fuzz_column **children;
    struct ArrowSchema **schema_children;
    struct ArrowArray **array_children;
    size_t n_children;
    size_t n_values; /**< that its buffers have, those before its offset counted */
    struct fuzz_column *dictionary;
    void *blocks[4];
    const void *buffers[5];
    size_t released; /**< how often the callbacks were called */
} fuzz_column;

/** A table of vectors of a spec: a column for each, and some that it does not have. */
fuzz_column *fuzz_vector_table(fuzz_bytes *bytes, const lsc_spec *spec);

/** A table of leads with activities. */
fuzz_column *fuzz_lead_table(fuzz_bytes *bytes);

/** How often anything of a table was released. */
size_t fuzz_n_released(const fuzz_column *column);

void fuzz_free_column(fuzz_column *column);

#endif
