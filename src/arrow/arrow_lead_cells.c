#include "arrow_lead_cells.h"

#include <math.h>
#include <string.h>

#include "arrow_array.h"
#include "core/error.h"

#define MS_PER_DAY INT64_C(86400000)
/** Bytes of a view: its length, and a text of up to so many bytes itself. */
#define VIEW_SIZE 16
#define MAX_INLINE 12
/** Most buffers of a column of views: as many hold 2 TiB as others make them. */
#define MAX_VIEW_BUFFERS (1 << 20)

static bool is_wide(lsc_lead_type type)
{
    return type == LSC_LEAD_LARGE_TEXT || type == LSC_LEAD_LARGE_LIST;
}

/** How many buffers a type has. */
static size_t buffers_of(lsc_lead_type type)
{
    switch (type) {
    case LSC_LEAD_NULL:
        return 0;
    case LSC_LEAD_STRUCT:
        return 1;
    case LSC_LEAD_TEXT:
    case LSC_LEAD_LARGE_TEXT:
        return 3;
    default:
        return 2;
    }
}

static int64_t offset_at(const struct ArrowArray *array, bool wide, size_t at)
{
    const unsigned char *offsets = array->buffers[1];
    int64_t large;
    int32_t small;
    if (wide) {
        memcpy(&large, offsets + at * sizeof large, sizeof large);
        return large;
    }
    memcpy(&small, offsets + at * sizeof small, sizeof small);
    return small;
}

/** A bitmap, views, any number of buffers with texts, and the sizes of these. */
static lsc_status check_views(const struct ArrowArray *array, lsc_error *error)
{
    if (array->n_buffers < 3 || array->n_buffers > MAX_VIEW_BUFFERS) {
        return lsc_fail(error, LSC_INVALID_ARG, "has %lld buffers, must be 3 to %d",
                        (long long)array->n_buffers, MAX_VIEW_BUFFERS);
    }
    struct ArrowArray fixed = *array;
    fixed.n_buffers = 2;
    lsc_status status = lsc_arrow_check_buffers(&fixed, 2, error);
    if (status == LSC_OK && array->n_buffers > 3 && array->buffers[array->n_buffers - 1] == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "has no buffer of sizes");
    }
    return status;
}

static lsc_status check_array(lsc_lead_type type, const struct ArrowArray *array, int64_t used,
                              lsc_error *error)
{
    lsc_status status = lsc_arrow_check_extent(array, error);
    if (status == LSC_OK && array->length < used) {
        return lsc_fail(error, LSC_INVALID_ARG, "has %lld values, where %lld are read",
                        (long long)array->length, (long long)used);
    }
    if (status != LSC_OK || type == LSC_LEAD_TEXT_VIEW) {
        return status == LSC_OK ? check_views(array, error) : status;
    }
    return lsc_arrow_check_buffers(array, buffers_of(type), error);
}

lsc_status lsc_lead_cells_check(const lsc_lead_column *column, const struct ArrowArray *array,
                                int64_t used, lsc_error *error)
{
    lsc_status status = check_array(column->type, array, used, error);
    if (status == LSC_OK && column->has_dictionary) {
        status = check_array(column->looked_up, array->dictionary, 0, error);
        if (status != LSC_OK) {
            lsc_error_prefix(error, "its dictionary: ");
        }
    }
    return status;
}

/** Two offsets beside each other, which must go forwards and not past `last`. */
static lsc_status read_span(const struct ArrowArray *array, bool wide, size_t at, int64_t last,
                            int64_t *from, int64_t *to, lsc_error *error)
{
    *from = offset_at(array, wide, at);
    *to = offset_at(array, wide, at + 1);
    if (*from < 0 || *to < *from || *to > last) {
        return lsc_fail(error, LSC_INVALID_ARG,
                        "its offsets are %lld and %lld, and the last is %lld", (long long)*from,
                        (long long)*to, (long long)last);
    }
    return LSC_OK;
}

lsc_status lsc_lead_cell_list(const lsc_lead_column *column, const struct ArrowArray *array,
                              const struct ArrowArray *values, size_t at, size_t *from, size_t *to,
                              lsc_error *error)
{
    int64_t first = 0;
    int64_t end = 0;
    lsc_status status =
        read_span(array, is_wide(column->type), at, values->length, &first, &end, error);
    *from = (size_t)first;
    *to = (size_t)end;
    return status;
}

/** Where a text stands, by its offsets. */
static lsc_status find_text(lsc_lead_type type, const struct ArrowArray *array, size_t at,
                            const char **text, size_t *length, lsc_error *error)
{
    const bool wide = is_wide(type);
    const int64_t last = offset_at(array, wide, (size_t)(array->offset + array->length));
    int64_t from = 0;
    int64_t to = 0;
    lsc_status status = read_span(array, wide, at, last, &from, &to, error);
    if (status != LSC_OK || from == to) {
        return status;
    }
    if (array->buffers[2] == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "has no buffer of bytes");
    }
    *text = (const char *)array->buffers[2] + from;
    *length = (size_t)(to - from);
    return LSC_OK;
}

/** Where a text stands that its view says is in another buffer. */
static lsc_status follow_view(const struct ArrowArray *array, const unsigned char *view,
                              int32_t length, const char **text, lsc_error *error)
{
    const int64_t n = array->n_buffers - 3;
    int32_t place[2]; /* of the buffer, and within it */
    int64_t size = 0;
    memcpy(place, view + 8, sizeof place);
    if (place[0] < 0 || place[0] >= n || array->buffers[2 + place[0]] == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "its buffer is %d, and there are %lld",
                        (int)place[0], (long long)n);
    }
    const unsigned char *sizes = array->buffers[array->n_buffers - 1];
    memcpy(&size, sizes + (size_t)place[0] * sizeof size, sizeof size);
    if (place[1] < 0 || (int64_t)place[1] + length > size) {
        return lsc_fail(error, LSC_INVALID_ARG, "it has %d bytes at %d of a buffer of %lld",
                        (int)length, (int)place[1], (long long)size);
    }
    *text = (const char *)array->buffers[2 + place[0]] + place[1];
    return LSC_OK;
}

/** Where a text stands, by its view. */
static lsc_status find_viewed(const struct ArrowArray *array, size_t at, const char **text,
                              size_t *length, lsc_error *error)
{
    const unsigned char *view = (const unsigned char *)array->buffers[1] + at * VIEW_SIZE;
    int32_t n = 0;
    memcpy(&n, view, sizeof n);
    if (n < 0) {
        return lsc_fail(error, LSC_INVALID_ARG, "its length is %d", (int)n);
    }
    *text = (const char *)view + sizeof n;
    *length = (size_t)n;
    return n > MAX_INLINE ? follow_view(array, view, n, text, error) : LSC_OK;
}

static lsc_status read_text(lsc_lead_type type, const struct ArrowArray *array, size_t at,
                            lsc_arena *scratch, lsc_property *property, lsc_error *error)
{
    const char *text = NULL;
    size_t length = 0;
    lsc_status status = type == LSC_LEAD_TEXT_VIEW
                            ? find_viewed(array, at, &text, &length, error)
                            : find_text(type, array, at, &text, &length, error);
    if (status != LSC_OK || length == 0) {
        return status;
    }
    if (length > LSC_MAX_TEXT) {
        return lsc_fail(error, LSC_LIMIT, "is longer than %d bytes", LSC_MAX_TEXT);
    }
    if (memchr(text, '\0', length) != NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "has a NUL in it");
    }
    property->text = lsc_arena_copy(scratch, text, length);
    property->type = LSC_VALUE_TEXT;
    return property->text != NULL ? LSC_OK : lsc_fail_memory(error);
}

#define READ(type)                                                \
    do {                                                          \
        type value;                                               \
        memcpy(&value, values + at * sizeof value, sizeof value); \
        return (double)value;                                     \
    } while (0)

/** A number; exact but for integers beyond 2^53, which are rounded as those of JSON. */
static double read_number(lsc_lead_type type, const unsigned char *values, size_t at)
{
    switch (type) {
    case LSC_LEAD_INT8:
        READ(int8_t);
    case LSC_LEAD_UINT8:
        READ(uint8_t);
    case LSC_LEAD_INT16:
        READ(int16_t);
    case LSC_LEAD_UINT16:
        READ(uint16_t);
    case LSC_LEAD_INT32:
        READ(int32_t);
    case LSC_LEAD_UINT32:
        READ(uint32_t);
    case LSC_LEAD_INT64:
        READ(int64_t);
    case LSC_LEAD_UINT64:
        READ(uint64_t);
    case LSC_LEAD_FLOAT32:
        READ(float);
    default:
        READ(double);
    }
}

/** An index of a dictionary, which a double might not hold. */
static uint64_t read_index(lsc_lead_type type, const unsigned char *values, size_t at)
{
    int64_t wide;
    if (type == LSC_LEAD_INT64 || type == LSC_LEAD_UINT64) {
        memcpy(&wide, values + at * sizeof wide, sizeof wide);
        return (uint64_t)wide; /* one below zero is beyond any length */
    }
    return (uint64_t)(int64_t)read_number(type, values, at);
}

static lsc_status read_looked_up(const lsc_lead_column *column, const struct ArrowArray *array,
                                 size_t at, lsc_arena *scratch, lsc_property *property,
                                 lsc_error *error)
{
    const struct ArrowArray *dictionary = array->dictionary;
    const uint64_t index = read_index(column->type, array->buffers[1], at);
    if (index >= (uint64_t)dictionary->length) {
        return lsc_fail(error, LSC_INVALID_ARG, "its index is %lld, and its dictionary has %lld",
                        (long long)index, (long long)dictionary->length);
    }
    const size_t place = (size_t)index + (size_t)dictionary->offset;
    return lsc_arrow_valid(dictionary, place)
               ? read_text(column->looked_up, dictionary, place, scratch, property, error)
               : LSC_OK;
}

/** Floored, as a time is cut to its millisecond; false where it is out of range. */
static bool scale_time(int64_t value, int64_t per_second, int64_t *time_ms)
{
    if (per_second <= 1000) {
        const int64_t factor = 1000 / per_second;
        *time_ms =
            value < INT64_MIN / factor || value > INT64_MAX / factor ? INT64_MAX : value * factor;
    } else {
        const int64_t divisor = per_second / 1000;
        *time_ms = value / divisor - (value % divisor < 0);
    }
    return *time_ms >= LSC_TIME_MIN && *time_ms <= LSC_TIME_MAX;
}

static lsc_status read_time(const lsc_lead_column *column, const unsigned char *values, size_t at,
                            lsc_property *property, lsc_error *error)
{
    int64_t value;
    int32_t days;
    int64_t per_second = column->type == LSC_LEAD_DATE64 ? 1000 : column->per_second;
    if (column->type == LSC_LEAD_DATE32) {
        memcpy(&days, values + at * sizeof days, sizeof days);
        value = days * MS_PER_DAY;
        per_second = 1000;
    } else {
        memcpy(&value, values + at * sizeof value, sizeof value);
    }
    property->type = LSC_VALUE_TIME;
    if (!scale_time(value, per_second, &property->time_ms)) {
        return lsc_fail(error, LSC_INVALID_ARG, "is a time outside the years 1 to 9999");
    }
    return LSC_OK;
}

lsc_status lsc_lead_cell_read(const lsc_lead_column *column, const struct ArrowArray *array,
                              size_t at, lsc_arena *scratch, lsc_property *property,
                              lsc_error *error)
{
    property->type = LSC_VALUE_MISSING;
    if (column->has_dictionary) {
        return read_looked_up(column, array, at, scratch, property, error);
    }
    switch (column->type) {
    case LSC_LEAD_NULL:
        return LSC_OK;
    case LSC_LEAD_BOOL:
        property->type = LSC_VALUE_BOOL;
        property->boolean = lsc_arrow_bit(array->buffers[1], at);
        return LSC_OK;
    case LSC_LEAD_TEXT:
    case LSC_LEAD_LARGE_TEXT:
    case LSC_LEAD_TEXT_VIEW:
        return read_text(column->type, array, at, scratch, property, error);
    case LSC_LEAD_TIMESTAMP:
    case LSC_LEAD_DATE32:
    case LSC_LEAD_DATE64:
        return read_time(column, array->buffers[1], at, property, error);
    default:
        property->number = read_number(column->type, array->buffers[1], at);
        property->type = isnan(property->number) ? LSC_VALUE_MISSING : LSC_VALUE_NUMBER;
        return LSC_OK;
    }
}
