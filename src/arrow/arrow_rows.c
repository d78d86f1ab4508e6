#include "arrow_table.h"

#include <math.h>

#include "arrow_array.h"
#include "arrow_tiles.h"
#include "core/error.h"

static lsc_status check_child(const struct ArrowArray *table, const struct ArrowArray *child,
                              const lsc_arrow_type *type, lsc_error *error)
{
    lsc_status status = lsc_arrow_check_extent(child, error);
    int64_t end = table->offset + table->length;
    if (status == LSC_OK && child->length < end) {
        return lsc_fail(error, LSC_INVALID_ARG, "has %lld values, and the table %lld rows",
                        (long long)child->length, (long long)end);
    }
    return status == LSC_OK ? lsc_arrow_check_buffers(child, type->n_buffers, error) : status;
}

static lsc_status check_table(const lsc_arrow_reader *reader, const struct ArrowArray *array,
                              lsc_error *error)
{
    lsc_status status = lsc_arrow_check_extent(array, error);
    if (status == LSC_OK) {
        status = lsc_arrow_check_buffers(array, 1, error);
    }
    if (status == LSC_OK && array->length > LSC_MAX_ARROW_ROWS) {
        return lsc_fail(error, LSC_LIMIT, "has %lld rows, the most are %d",
                        (long long)array->length, LSC_MAX_ARROW_ROWS);
    }
    if (status == LSC_OK &&
        (array->n_children != (int64_t)reader->n_children || array->children == NULL)) {
        return lsc_fail(error, LSC_INVALID_ARG, "has %lld columns, and its schema %zu",
                        (long long)array->n_children, reader->n_children);
    }
    return status;
}

lsc_status lsc_arrow_check(const lsc_arrow_reader *reader, const struct ArrowArray *array,
                           lsc_error *error)
{
    lsc_status status = check_table(reader, array, error);
    if (status != LSC_OK) {
        lsc_error_prefix(error, "the table: ");
        return status;
    }
    for (size_t column = 0; column < reader->n_columns; column++) {
        const lsc_arrow_source *source = &reader->sources[column];
        status = check_child(array, array->children[source->child], source->type, error);
        if (status != LSC_OK) {
            lsc_error_prefix(error, "column \"%s\": ", lsc_spec_column_name(reader->spec, column));
            return status;
        }
    }
    return LSC_OK;
}

static void set_missing(float *out, size_t n, size_t stride)
{
    for (size_t i = 0; i < n; i++) {
        out[i * stride] = NAN;
    }
}

static void read_column(const lsc_arrow_type *type, const struct ArrowArray *child, size_t first,
                        size_t n, float *out, size_t stride)
{
    if (type->read == NULL) {
        set_missing(out, n, stride);
        return;
    }
    type->read(child->buffers[1], first, n, out, stride);
    if (!lsc_arrow_has_nulls(child)) {
        return;
    }
    const uint8_t *valid = child->buffers[0];
    /* Without a branch, which nulls here and there would make slow. */
    for (size_t i = 0; i < n; i++) {
        const float either[] = {NAN, out[i * stride]};
        out[i * stride] = either[lsc_arrow_bit(valid, first + i)];
    }
}

/** A column's values as float32, where they are, or in `room`; and ask for those after them. */
static const unsigned char *column_values(const lsc_arrow_type *type,
                                          const struct ArrowArray *child, size_t first, size_t n,
                                          float *room)
{
    if (type->size > 0) {
        lsc_tile_ask((uintptr_t)child->buffers[1] + (first + n) * type->size, n * type->size);
    }
    if (type->is_float32 && !lsc_arrow_has_nulls(child)) {
        return (const unsigned char *)child->buffers[1] + first * type->size;
    }
    read_column(type, child, first, n, room, 1);
    return (const unsigned char *)room;
}

/** Rows that are null as a whole. */
static void blank_rows(const struct ArrowArray *array, size_t first, size_t n, float *columns,
                       size_t n_columns)
{
    if (!lsc_arrow_has_nulls(array)) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        if (!lsc_arrow_bit(array->buffers[0], first + i)) {
            set_missing(columns + i * n_columns, n_columns, 1);
        }
    }
}

static lsc_status check_finite(const lsc_arrow_reader *reader, const float *columns,
                               size_t first_row, size_t n_rows, lsc_error *error)
{
    size_t n_columns = reader->n_columns;
    if (!lsc_tile_infinite(columns, n_rows * n_columns)) {
        return LSC_OK;
    }
    for (size_t i = 0; i < n_rows * n_columns; i++) {
        if (isinf(columns[i])) {
            return lsc_fail(
                error, LSC_INVALID_ARG, "row %zu, column \"%s\" is %s, must be finite or null",
                first_row + i / n_columns, lsc_spec_column_name(reader->spec, i % n_columns),
                columns[i] > 0 ? "infinity" : "-infinity");
        }
    }
    return LSC_OK;
}

/** The array of a column of the model. */
static const struct ArrowArray *child_of(const lsc_arrow_reader *reader,
                                         const struct ArrowArray *array, size_t column)
{
    return array->children[reader->sources[column].child];
}

static void fill_four(const lsc_arrow_reader *reader, const struct ArrowArray *array, size_t column,
                      size_t first, size_t n_rows, float *columns)
{
    float room[LSC_TILE][LSC_TILE_ROWS];
    const unsigned char *values[LSC_TILE];
    for (size_t i = 0; i < LSC_TILE; i++) {
        const struct ArrowArray *child = child_of(reader, array, column + i);
        values[i] = column_values(reader->sources[column + i].type, child,
                                  (size_t)child->offset + first, n_rows, room[i]);
    }
    lsc_tile_write(values, n_rows, columns + column, reader->n_columns);
}

static lsc_status fill_tile(const lsc_arrow_reader *reader, const struct ArrowArray *array,
                            size_t first_row, size_t n_rows, float *columns, lsc_error *error)
{
    size_t n_columns = reader->n_columns;
    size_t first = (size_t)array->offset + first_row;
    size_t column = 0;
    for (; n_columns - column >= LSC_TILE; column += LSC_TILE) {
        fill_four(reader, array, column, first, n_rows, columns);
    }
    for (; column < n_columns; column++) {
        const struct ArrowArray *child = child_of(reader, array, column);
        read_column(reader->sources[column].type, child, (size_t)child->offset + first, n_rows,
                    columns + column, n_columns);
    }
    blank_rows(array, first, n_rows, columns, n_columns);
    return check_finite(reader, columns, first_row, n_rows, error);
}

lsc_status lsc_arrow_fill(const lsc_arrow_reader *reader, const struct ArrowArray *array,
                          size_t first_row, size_t n_rows, float *columns, lsc_error *error)
{
    lsc_status status = LSC_OK;
    for (size_t row = 0; row < n_rows && status == LSC_OK; row += LSC_TILE_ROWS) {
        size_t n = n_rows - row < LSC_TILE_ROWS ? n_rows - row : LSC_TILE_ROWS;
        status =
            fill_tile(reader, array, first_row + row, n, columns + row * reader->n_columns, error);
    }
    return status;
}

lsc_status lsc_arrow_read(const lsc_arrow_reader *reader, const struct ArrowArray *array,
                          size_t first_row, size_t n_rows, float *columns, size_t n_columns,
                          lsc_error *error)
{
    if (reader == NULL || array == NULL || (columns == NULL && n_rows > 0)) {
        return lsc_fail(error, LSC_INVALID_ARG, "reader, array or columns is NULL");
    }
    if (n_columns != reader->n_columns) {
        return lsc_fail(error, LSC_INVALID_ARG, "n_columns is %zu, the model has %zu columns",
                        n_columns, reader->n_columns);
    }
    lsc_status status = lsc_arrow_check(reader, array, error);
    if (status != LSC_OK) {
        return status;
    }
    size_t length = (size_t)array->length;
    if (first_row > length || n_rows > length - first_row) {
        return lsc_fail(error, LSC_INVALID_ARG, "rows %zu and %zu more are asked for, of %zu",
                        first_row, n_rows, length);
    }
    return lsc_arrow_fill(reader, array, first_row, n_rows, columns, error);
}
