/**
 * @file lead_table.h
 * Tables of leads made by hand. Each buffer is a block of its own and of its exact size, so that the
 * sanitizers see what reads past it.
 */
#ifndef LSC_TESTS_LEAD_TABLE_H
#define LSC_TESTS_LEAD_TABLE_H

#include "suite.h"

#include <leadscore/arrow.h>

enum {
    MOST_CHILDREN = 16
};

/** A column with what it points at. Freed by free_column(), never by its callbacks, which count. */
typedef struct test_column {
    struct ArrowSchema schema;
    struct ArrowArray array;
    void *blocks[4];
    const void *buffers[4];
    struct test_column *children[MOST_CHILDREN];
    struct ArrowSchema *schema_children[MOST_CHILDREN];
    struct ArrowArray *array_children[MOST_CHILDREN];
    struct test_column *dictionary;
    int released;
} test_column;

/** Values of a fixed size, or bits of "b" given as bytes. @param valid  a byte each; NULL: all */
test_column *fixed_column(const char *name, const char *format, const void *values, size_t size,
                          const bool *valid, size_t n);
/** Texts; NULL is null. @param format  "u", "U" or "vu" */
test_column *text_column(const char *name, const char *format, const char *const *texts, size_t n);
/** A struct, to which its columns are added. */
test_column *struct_column(const char *name, const bool *valid, size_t n);
/** A list whose items are given. @param offsets  [n + 1] */
test_column *list_column(const char *name, const int32_t *offsets, const bool *valid, size_t n,
                         test_column *items);
/** Indices of 32 bits into texts, which become the column's. */
test_column *dictionary_column(const char *name, const int32_t *indices, const bool *valid,
                               size_t n, test_column *texts);
/** Put a column into a struct. Returns it. */
test_column *add_column(test_column *parent, test_column *child);
void free_column(test_column *column);

#endif
