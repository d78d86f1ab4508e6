#include "arrow_table.h"

#include <math.h>

#include "arrow_array.h"
#include "core/error.h"

/** Floats of the rows that are made together: 128 KiB, which stay in a core's own cache. */
#define STRIP_FLOATS 32768

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

static void set_missing(float *out, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        out[i] = NAN;
    }
}

/** A column of a table, from a row on. */
static lsc_tile_column raw_column(const lsc_arrow_source *source, const struct ArrowArray *array,
                                  size_t row)
{
    const struct ArrowArray *child = array->children[source->child];
    size_t at = (size_t)child->offset + row;
    bool has_nulls = lsc_arrow_has_nulls(child);
    lsc_tile_column column = {NULL, has_nulls ? child->buffers[0] : NULL, at};
    if (child->n_buffers > 1) {
        column.values = (const unsigned char *)child->buffers[1] + at * source->type->size;
    }
    return column;
}

/** The same as float32: where it is, or in `room`. */
static lsc_tile_column float_column(const lsc_arrow_reader *reader, const lsc_arrow_source *source,
                                    const struct ArrowArray *array, size_t row, size_t n,
                                    float *room)
{
    lsc_tile_column column = raw_column(source, array, row);
    const lsc_arrow_type *type = source->type;
    if (type->is_float32) {
        return column;
    }
    column.values = (const unsigned char *)room;
    if (type->read == NULL) {
        set_missing(room, n);
        column.bits = NULL;
    } else {
        const struct ArrowArray *child = array->children[source->child];
        type->read(reader->kernels, child->buffers[1], column.first_bit, n, room);
    }
    return column;
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
            set_missing(columns + i * n_columns, n_columns);
        }
    }
}

/** Of rows in which an infinity was seen, which may be in a row that is null. */
static lsc_status check_finite(const lsc_arrow_reader *reader, const float *columns,
                               size_t first_row, size_t n_rows, lsc_error *error)
{
    size_t n_columns = reader->n_columns;
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

static bool are_doubles(const lsc_arrow_source *sources, size_t n)
{
    size_t i = 0;
    while (i < n && sources[i].type->is_float64) {
        i++;
    }
    return i == n;
}

/** Write LSC_TILE columns from one on beside each other. True where an infinity was seen. */
static bool fill_eight(const lsc_arrow_reader *reader, const struct ArrowArray *array,
                       const lsc_arrow_source *sources, size_t row, size_t n_rows, float *out)
{
    float room[LSC_TILE][LSC_TILE_ROWS];
    lsc_tile_column columns[LSC_TILE];
    if (are_doubles(sources, LSC_TILE)) {
        for (size_t i = 0; i < LSC_TILE; i++) {
            columns[i] = raw_column(&sources[i], array, row);
        }
        if (!reader->kernels->turn_doubles(columns, n_rows, out, reader->n_columns)) {
            return false;
        } /* else one may be beyond float32 */
    }
    for (size_t i = 0; i < LSC_TILE; i++) {
        columns[i] = float_column(reader, &sources[i], array, row, n_rows, room[i]);
    }
    return reader->kernels->turn(columns, n_rows, out, reader->n_columns);
}

/** The same of a table that has fewer. */
static bool fill_few(const lsc_arrow_reader *reader, const struct ArrowArray *array, size_t row,
                     size_t n_rows, float *out)
{
    float room[LSC_TILE][LSC_TILE_ROWS];
    lsc_tile_column columns[LSC_TILE];
    for (size_t i = 0; i < reader->n_columns; i++) {
        columns[i] = float_column(reader, &reader->sources[i], array, row, n_rows, room[i]);
    }
    return lsc_tile_turn_few(columns, reader->n_columns, n_rows, out, reader->n_columns);
}

/** Write columns from one on beside each other, some rows at a time. */
static bool fill_columns(const lsc_arrow_reader *reader, const struct ArrowArray *array,
                         size_t column, size_t first, size_t n_rows, float *out)
{
    bool infinite = false;
    for (size_t row = 0; row < n_rows; row += LSC_TILE_ROWS) {
        size_t n = n_rows - row < LSC_TILE_ROWS ? n_rows - row : LSC_TILE_ROWS;
        float *to = out + row * reader->n_columns + column;
        infinite |= reader->n_columns < LSC_TILE
                        ? fill_few(reader, array, first + row, n, to)
                        : fill_eight(reader, array, &reader->sources[column], first + row, n, to);
    }
    return infinite;
}

static lsc_status fill_strip(const lsc_arrow_reader *reader, const struct ArrowArray *array,
                             size_t first_row, size_t n_rows, float *columns, lsc_error *error)
{
    size_t n_columns = reader->n_columns;
    size_t first = (size_t)array->offset + first_row;
    bool infinite = false;
    for (size_t column = 0; column < n_columns; column += LSC_TILE) {
        /* Where fewer are left, the last eight: some of them are written twice. */
        bool is_last = n_columns >= LSC_TILE && n_columns - column < LSC_TILE;
        infinite |= fill_columns(reader, array, is_last ? n_columns - LSC_TILE : column, first,
                                 n_rows, columns);
    }
    blank_rows(array, first, n_rows, columns, n_columns);
    return infinite ? check_finite(reader, columns, first_row, n_rows, error) : LSC_OK;
}

size_t lsc_arrow_strip_rows(size_t n_columns)
{
    size_t tiles = STRIP_FLOATS / LSC_TILE_ROWS / (n_columns + 1);
    return LSC_TILE_ROWS * (tiles > 0 ? tiles : 1);
}

lsc_status lsc_arrow_fill(const lsc_arrow_reader *reader, const struct ArrowArray *array,
                          size_t first_row, size_t n_rows, float *columns, lsc_error *error)
{
    size_t together = lsc_arrow_strip_rows(reader->n_columns);
    lsc_status status = LSC_OK;
    for (size_t row = 0; row < n_rows && status == LSC_OK; row += together) {
        size_t n = n_rows - row < together ? n_rows - row : together;
        status =
            fill_strip(reader, array, first_row + row, n, columns + row * reader->n_columns, error);
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
