#include "ubjson.h"

#include <string.h>

static const uint8_t false_and_true[2] = {0, 1};

/** Bytes of a number of this type; 0 for what is no type of number. */
static size_t type_size(char type)
{
    switch (type) {
    case 'i':
    case 'U':
        return 1;
    case 'I':
        return 2;
    case 'l':
    case 'd':
        return 4;
    case 'L':
    case 'D':
        return 8;
    default:
        return 0;
    }
}

static uint64_t big_endian(const uint8_t *bytes, size_t size)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < size; i++) {
        bits = bits << 8 | bytes[i];
    }
    return bits;
}

static double float_of_bits(uint32_t bits)
{
    float number;
    memcpy(&number, &bits, sizeof number);
    return (double)number;
}

static double double_of_bits(uint64_t bits)
{
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

static int64_t integer_of_type(char type, uint64_t bits)
{
    switch (type) {
    case 'i':
        return (int8_t)bits;
    case 'I':
        return (int16_t)bits;
    case 'l':
        return (int32_t)bits;
    default:
        return (int64_t)bits;
    }
}

double lsc_ubjson_number(const lsc_ubjson_event *event, size_t i)
{
    size_t size = type_size(event->type);
    uint64_t bits = big_endian(event->items + i * size, size);
    switch (event->type) {
    case 'd':
        return float_of_bits((uint32_t)bits);
    case 'D':
        return double_of_bits(bits);
    default:
        return (double)integer_of_type(event->type, bits);
    }
}

bool lsc_ubjson_key_is(const lsc_ubjson_event *event, const char *key)
{
    size_t length = strlen(key);
    return event->key != NULL && event->key_length == length &&
           memcmp(event->key, key, length) == 0;
}

void lsc_ubjson_init(lsc_ubjson *reader, const void *bytes, size_t length)
{
    memset(reader, 0, sizeof *reader);
    reader->bytes = bytes;
    reader->length = length;
}

static size_t bytes_left(const lsc_ubjson *reader)
{
    return reader->length - reader->offset;
}

static lsc_status fail_here(const lsc_ubjson *reader, const char *what, lsc_error *error)
{
    return lsc_fail_at(error, LSC_BAD_MODEL, (int64_t)reader->offset, "UBJSON at byte %zu: %s",
                       reader->offset, what);
}

static lsc_status take_byte(lsc_ubjson *reader, char *byte, lsc_error *error)
{
    if (bytes_left(reader) == 0) {
        return fail_here(reader, "the bytes end too soon", error);
    }
    *byte = (char)reader->bytes[reader->offset++];
    return LSC_OK;
}

static bool take_if(lsc_ubjson *reader, char byte)
{
    if (bytes_left(reader) == 0 || (char)reader->bytes[reader->offset] != byte) {
        return false;
    }
    reader->offset++;
    return true;
}

/** A length: a number of an integer type, not negative. */
static lsc_status take_length(lsc_ubjson *reader, uint64_t *length, lsc_error *error)
{
    char type = 0;
    lsc_status status = take_byte(reader, &type, error);
    if (status != LSC_OK) {
        return status;
    }
    size_t size = type_size(type);
    if (size == 0 || type == 'd' || type == 'D') {
        reader->offset--;
        return fail_here(reader, "a length is no integer", error);
    }
    if (bytes_left(reader) < size) {
        return fail_here(reader, "the bytes end within a length", error);
    }
    int64_t number = integer_of_type(type, big_endian(reader->bytes + reader->offset, size));
    if (number < 0) {
        return fail_here(reader, "a length is negative", error);
    }
    reader->offset += size;
    *length = (uint64_t)number;
    return LSC_OK;
}

static lsc_status take_text(lsc_ubjson *reader, const char **text, size_t *length, lsc_error *error)
{
    uint64_t n = 0;
    lsc_status status = take_length(reader, &n, error);
    if (status != LSC_OK) {
        return status;
    }
    if (n > bytes_left(reader)) {
        return fail_here(reader, "the bytes end within a text", error);
    }
    *text = (const char *)reader->bytes + reader->offset;
    *length = (size_t)n;
    reader->offset += (size_t)n;
    return LSC_OK;
}

static lsc_status take_numbers(lsc_ubjson *reader, char type, uint64_t count,
                               lsc_ubjson_event *event, lsc_error *error)
{
    size_t size = type_size(type);
    if (count > bytes_left(reader) / size) {
        return fail_here(reader, "the bytes end within numbers", error);
    }
    event->type = type;
    event->items = reader->bytes + reader->offset;
    event->count = (size_t)count;
    reader->offset += (size_t)count * size;
    return LSC_OK;
}

static lsc_status enter(lsc_ubjson *reader, lsc_ubjson_frame frame, lsc_error *error)
{
    if (reader->depth == LSC_UBJSON_DEPTH) {
        return lsc_fail_at(error, LSC_LIMIT, (int64_t)reader->offset,
                           "UBJSON at byte %zu: more than %d arrays and objects inside each other",
                           reader->offset, LSC_UBJSON_DEPTH);
    }
    reader->frames[reader->depth++] = frame;
    return LSC_OK;
}

/** An array after its `[`: of one type and count, of a count, or open-ended. */
static lsc_status begin_array(lsc_ubjson *reader, lsc_ubjson_event *event, lsc_error *error)
{
    char type = 0;
    if (take_if(reader, '$')) {
        lsc_status status = take_byte(reader, &type, error);
        if (status != LSC_OK) {
            return status;
        }
        if (type_size(type) == 0) {
            reader->offset--;
            return fail_here(reader, "an array of this type is not read", error);
        }
    }
    if (!take_if(reader, '#')) {
        if (type != 0) {
            return fail_here(reader, "an array with a type has no count", error);
        }
        event->kind = LSC_UBJSON_ARRAY;
        return enter(reader, (lsc_ubjson_frame){.object = false}, error);
    }
    uint64_t count = 0;
    lsc_status status = take_length(reader, &count, error);
    if (status != LSC_OK) {
        return status;
    }
    if (type != 0) {
        event->kind = LSC_UBJSON_NUMBERS;
        return take_numbers(reader, type, count, event, error);
    }
    event->kind = LSC_UBJSON_ARRAY;
    return enter(reader, (lsc_ubjson_frame){.counted = true, .remaining = count}, error);
}

static lsc_status begin_object(lsc_ubjson *reader, lsc_ubjson_event *event, lsc_error *error)
{
    event->kind = LSC_UBJSON_OBJECT;
    return enter(reader, (lsc_ubjson_frame){.object = true}, error);
}

static lsc_status read_value(lsc_ubjson *reader, lsc_ubjson_event *event, lsc_error *error)
{
    event->offset = reader->offset;
    char marker = 0;
    lsc_status status = take_byte(reader, &marker, error);
    if (status != LSC_OK) {
        return status;
    }
    switch (marker) {
    case '{':
        return begin_object(reader, event, error);
    case '[':
        return begin_array(reader, event, error);
    case 'S':
        event->kind = LSC_UBJSON_STRING;
        return take_text(reader, &event->text, &event->text_length, error);
    case 'Z':
        event->kind = LSC_UBJSON_NULL;
        return LSC_OK;
    case 'T':
    case 'F':
        event->kind = LSC_UBJSON_NUMBER;
        event->type = 'U';
        event->items = &false_and_true[marker == 'T'];
        event->count = 1;
        return LSC_OK;
    default:
        break;
    }
    if (type_size(marker) == 0) {
        reader->offset--;
        return fail_here(reader, "no value begins with this byte", error);
    }
    event->kind = LSC_UBJSON_NUMBER;
    return take_numbers(reader, marker, 1, event, error);
}

/** True where the innermost object or array ends here; its end is then taken. */
static bool take_end(lsc_ubjson *reader)
{
    lsc_ubjson_frame *frame = &reader->frames[reader->depth - 1];
    if (frame->counted) {
        return frame->remaining-- == 0;
    }
    return take_if(reader, frame->object ? '}' : ']');
}

lsc_status lsc_ubjson_next(lsc_ubjson *reader, lsc_ubjson_event *event, lsc_error *error)
{
    memset(event, 0, sizeof *event);
    event->offset = reader->offset;
    if (reader->depth == 0 && reader->begun) {
        event->kind = LSC_UBJSON_END;
        return bytes_left(reader) == 0 ? LSC_OK
                                       : fail_here(reader, "bytes follow the document", error);
    }
    reader->begun = true;
    if (reader->depth > 0) {
        if (take_end(reader)) {
            reader->depth--;
            event->kind = LSC_UBJSON_END;
            return LSC_OK;
        }
        if (reader->frames[reader->depth - 1].object) {
            lsc_status status = take_text(reader, &event->key, &event->key_length, error);
            if (status != LSC_OK) {
                return status;
            }
        }
    }
    return read_value(reader, event, error);
}

lsc_status lsc_ubjson_skip(lsc_ubjson *reader, const lsc_ubjson_event *event, lsc_error *error)
{
    if (event->kind != LSC_UBJSON_OBJECT && event->kind != LSC_UBJSON_ARRAY) {
        return LSC_OK;
    }
    size_t outside = reader->depth - 1;
    while (reader->depth > outside) {
        lsc_ubjson_event inner;
        lsc_status status = lsc_ubjson_next(reader, &inner, error);
        if (status != LSC_OK) {
            return status;
        }
    }
    return LSC_OK;
}
