/* What is done to a column when it is made. Each way takes a byte. */
#include "fuzz_arrow_column.h"

#include <string.h>

/* Formats that stand in a schema whatever the array is: none is read, but for the last. */
static const char *const formats[] = {
    NULL,   "",     "z",   "vz",         "w:4",          "+m",  "+ud:0,1", "+r",
    "+vl",  "+w:2", "ts",  "tsm",        "tsx:",         "tDm", "tiM",     "e",
    "d:19", "+",    "+sx", "line\nline", "\xff\xfe\xfd", "n"};

/** Numbers that an honest array never has; none of them, nor one less, is a length that can be read. */
static const int64_t refused_numbers[] = {-1, INT64_MIN + 8, INT64_MAX, INT64_MAX / 16 + 8, -2};

static const int64_t large_numbers[] = {INT64_MAX / 16,     INT32_MAX, (int64_t)INT32_MAX + 1,
                                        INT64_MAX / 16 - 3, 1 << 26,   INT64_C(1) << 40};

/** A number that may stand for a length or an offset, for one whose buffers cannot be missed. */
static int64_t wrong_number(const fuzz_column *column, unsigned byte)
{
    const bool has_blocks =
        column->blocks[0] != NULL || column->blocks[1] != NULL || column->blocks[2] != NULL;
    if (has_blocks || column->dictionary != NULL || byte % 2 == 0) {
        return refused_numbers[byte / 2 % COUNT(refused_numbers)];
    }
    return large_numbers[byte / 2 % COUNT(large_numbers)];
}

static void twist_schema(fuzz_column *column, unsigned what, unsigned byte)
{
    struct ArrowSchema *schema = &column->schema;
    switch (what) {
    case 0:
        schema->release = NULL;
        break;
    case 1:
        schema->format = formats[byte % COUNT(formats)];
        break;
    case 2:
        schema->name = NULL;
        break;
    case 3: /* more than there are: behind the last stands NULL */
        schema->n_children =
            byte < 128 ? (int64_t)(byte % 4) - 2 : large_numbers[byte % COUNT(large_numbers)];
        break;
    case 4:
        schema->children = NULL;
        break;
    case 5:
        if (column->n_children > 0) {
            column->schema_children[byte % column->n_children] = NULL;
        }
        break;
    case 6:
        schema->dictionary = byte < 128 ? NULL : schema;
        break;
    default:
        schema->flags = (int64_t)byte << 32 | byte;
        schema->metadata = "";
        break;
    }
}

static void twist_counts(fuzz_column *column, unsigned what, unsigned byte)
{
    struct ArrowArray *array = &column->array;
    switch (what) {
    case 0:
        array->length = wrong_number(column, byte);
        break;
    case 1:
        array->offset = wrong_number(column, byte);
        break;
    case 2:
        array->null_count = byte < 200 ? (int64_t)byte - 2 : INT64_MIN + byte;
        break;
    case 3:
        array->n_buffers = byte < 200 ? (int64_t)(byte % 6) - 1 : INT64_MAX - byte;
        break;
    case 4:
        array->n_children = byte < 200 ? (int64_t)(byte % 4) - 2 : INT64_MIN + byte;
        break;
    default: /* but of texts, where another offset would be the last */
        array->length -= array->length > 0 && array->n_buffers != 3;
        break;
    }
}

/**
 * An offset, an index or another value. The last offset of texts stays: it says how long their bytes
 * are; that of lists need not, as their items are counted.
 */
static void twist_value(fuzz_column *column, const column_kind *kind, unsigned byte)
{
    static const int64_t values[] = {-1,          INT32_MAX,       0,         1,
                                     N_LOOKED_UP, N_LOOKED_UP + 1, INT64_MIN, INT64_MAX};
    const bool of_lists = kind->shape == SHAPE_LIST || kind->shape == SHAPE_ACTIVITIES;
    const size_t n = column->n_values + (of_lists ? 1 : 0);
    if (kind->shape == SHAPE_VIEWS) {
        if (n > 0) { /* a length, the beginning of the text, a buffer or an offset */
            fuzz_put_offset(column->blocks[1], sizeof(int32_t), byte / 8 % (4 * n),
                            values[byte % 8]);
        }
        return;
    }
    if (column->blocks[1] != NULL && kind->size >= 4 && n > 0) {
        fuzz_put_offset(column->blocks[1], kind->size, byte / 8 % n, values[byte % 8]);
    }
}

static void twist_pointers(fuzz_column *column, unsigned what, unsigned byte)
{
    struct ArrowArray *array = &column->array;
    switch (what) {
    case 0:
        array->release = NULL;
        break;
    case 1:
        array->buffers = NULL;
        break;
    case 2:
        column->buffers[byte % (column->array.n_buffers == 4 ? 4 : 3)] = NULL;
        break;
    case 3:
        array->children = NULL;
        break;
    case 4:
        if (column->n_children > 0) {
            column->array_children[byte % column->n_children] = NULL;
        }
        break;
    default:
        array->dictionary = NULL;
        break;
    }
}

/** Bits of what is there, of nulls here and there. */
static void put_validity(fuzz_column *column, unsigned byte)
{
    const size_t n = column->n_values;
    unsigned char *bits = fuzz_block((n + 7) / 8);
    memset(bits, (int)(byte | 1 << byte % 8), (n + 7) / 8);
    fuzz_set_buffer(column, 0, bits);
    column->array.null_count = -1;
}

void fuzz_twist(fuzz_bytes *bytes, fuzz_column *column, const column_kind *kind)
{
    enum {
        IS_WRONG = 224
    };
    const unsigned first = fuzz_next(bytes);
    if (first % 4 == 1 && column->array.n_buffers > 0) {
        put_validity(column, fuzz_next(bytes));
    }
    for (unsigned left = first < IS_WRONG ? 0 : first % 3 + 1; left > 0; left--) {
        const unsigned what = fuzz_next(bytes);
        const unsigned byte = fuzz_next(bytes);
        if (what % 4 == 0) {
            twist_schema(column, what / 4 % 8, byte);
        } else if (what % 4 == 1) {
            twist_counts(column, what / 4 % 6, byte);
        } else if (what % 4 == 2) {
            twist_pointers(column, what / 4 % 6, byte);
        } else {
            twist_value(column, kind, byte);
        }
    }
}
