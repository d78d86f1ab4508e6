#include <string.h>

#include "pull_impl.h"

/** Bytes of a number of this type; 0 for what is no type of number. */
static size_t type_size(int type)
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

static uint64_t big_endian(const unsigned char *bytes, size_t size)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < size; i++) {
        bits = bits << 8 | bytes[i];
    }
    return bits;
}

static float float_of_bits(uint64_t bits)
{
    uint32_t low = (uint32_t)bits;
    float number;
    memcpy(&number, &low, sizeof number);
    return number;
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

static bool to_float(char type, uint64_t bits, float *number)
{
    if (type == 'd') {
        *number = float_of_bits(bits);
        return true;
    }
    if (type != 'D') {
        *number = (float)integer_of_type(type, bits);
        return true;
    }
    double wide = double_of_bits(bits);
    /* From the middle between the largest float32 and 2^128 on it rounds to infinity. */
    if ((wide >= 0x1.ffffffp127 || wide <= -0x1.ffffffp127) && wide - wide == 0) {
        return false;
    }
    *number = (float)wide;
    return true;
}

bool lsc_pull_ubjson_float(const lsc_pull_event *event, float *number)
{
    return to_float(event->number_type, event->number_bits, number);
}

bool lsc_pull_ubjson_int(const lsc_pull_event *event, int64_t *number)
{
    if (event->number_type == 'd' || event->number_type == 'D') {
        return false;
    }
    *number = integer_of_type(event->number_type, event->number_bits);
    return true;
}

static bool take_if(lsc_pull *reader, char byte)
{
    if (lsc_stream_peek(reader->in) != byte) {
        return false;
    }
    reader->in->at++;
    return true;
}

/** A number's bits, of `size` bytes. */
static lsc_status take_bits(lsc_pull *reader, size_t size, uint64_t *bits, lsc_error *error)
{
    unsigned char bytes[8];
    if (lsc_stream_take(reader->in, bytes, size) != size) {
        return lsc_pull_fail(reader, "the bytes end within a number", error);
    }
    *bits = big_endian(bytes, size);
    return LSC_OK;
}

static lsc_status fail_end(const lsc_pull *reader, lsc_error *error)
{
    return lsc_pull_fail(reader, "the bytes end too soon", error);
}

/** A length: a number of an integer type, not negative. */
static lsc_status take_length(lsc_pull *reader, uint64_t *length, lsc_error *error)
{
    int type = lsc_stream_peek(reader->in);
    size_t size = type_size(type);
    if (type < 0) {
        return fail_end(reader, error);
    }
    if (size == 0 || type == 'd' || type == 'D') {
        return lsc_pull_fail(reader, "a length is no integer", error);
    }
    reader->in->at++;
    uint64_t bits = 0;
    lsc_status status = take_bits(reader, size, &bits, error);
    int64_t number = integer_of_type((char)type, bits);
    if (status == LSC_OK && number < 0) {
        return lsc_pull_fail(reader, "a length is negative", error);
    }
    *length = (uint64_t)number;
    return status;
}

/** A text, cut to fit `size` bytes with its NUL. */
static lsc_status take_text(lsc_pull *reader, char *text, size_t size, size_t *length,
                            lsc_error *error)
{
    uint64_t n = 0;
    lsc_status status = take_length(reader, &n, error);
    if (status != LSC_OK) {
        return status;
    }
    if (n > SIZE_MAX / 2) {
        return lsc_pull_fail(reader, "the bytes end within a text", error);
    }
    *length = (size_t)n;
    size_t kept = *length < size - 1 ? *length : size - 1;
    size_t taken = lsc_stream_take(reader->in, text, kept);
    text[taken] = '\0';
    if (taken < kept || lsc_stream_take(reader->in, NULL, *length - kept) < *length - kept) {
        return lsc_pull_fail(reader, "the bytes end within a text", error);
    }
    return LSC_OK;
}

static lsc_status take_type(lsc_pull *reader, char *type, lsc_error *error)
{
    int next = lsc_stream_peek(reader->in);
    if (next < 0) {
        return fail_end(reader, error);
    }
    if (type_size(next) == 0) {
        return lsc_pull_fail(reader, "an array of this type is not read", error);
    }
    reader->in->at++;
    *type = (char)next;
    return LSC_OK;
}

/** An array after its `[`: of one type and count, of a count, or open-ended. */
static lsc_status begin_array(lsc_pull *reader, lsc_pull_event *event, lsc_error *error)
{
    lsc_pull_frame frame = {.object = false};
    lsc_status status = LSC_OK;
    event->kind = LSC_PULL_ARRAY;
    if (take_if(reader, '$')) {
        status = take_type(reader, &frame.type, error);
    }
    if (status == LSC_OK && take_if(reader, '#')) {
        frame.counted = true;
        status = take_length(reader, &frame.remaining, error);
        event->count = frame.remaining < SIZE_MAX ? (size_t)frame.remaining : SIZE_MAX;
    } else if (status == LSC_OK && frame.type != 0) {
        return lsc_pull_fail(reader, "an array with a type has no count", error);
    }
    return status == LSC_OK ? lsc_pull_enter(reader, frame, event->offset, error) : status;
}

static lsc_status read_number(lsc_pull *reader, char type, lsc_pull_event *event, lsc_error *error)
{
    event->kind = LSC_PULL_NUMBER;
    event->number_type = type;
    return take_bits(reader, type_size(type), &event->number_bits, error);
}

/** A value after its marker. */
static lsc_status read_marked(lsc_pull *reader, int marker, lsc_pull_event *event, lsc_error *error)
{
    switch (marker) {
    case '{':
        event->kind = LSC_PULL_OBJECT;
        return lsc_pull_enter(reader, (lsc_pull_frame){.object = true}, event->offset, error);
    case '[':
        return begin_array(reader, event, error);
    case 'S':
        event->kind = LSC_PULL_STRING;
        event->text = reader->text;
        return take_text(reader, reader->text, sizeof reader->text, &event->text_length, error);
    case 'Z':
        event->kind = LSC_PULL_NULL;
        return LSC_OK;
    case 'T':
    case 'F':
        event->kind = LSC_PULL_NUMBER;
        event->number_type = 'U';
        event->number_bits = marker == 'T';
        return LSC_OK;
    default:
        return read_number(reader, (char)marker, event, error);
    }
}

lsc_status lsc_pull_ubjson_value(lsc_pull *reader, lsc_pull_event *event, lsc_error *error)
{
    event->offset = lsc_stream_offset(reader->in);
    if (reader->depth > 0 && reader->frames[reader->depth - 1].type != 0) {
        return read_number(reader, reader->frames[reader->depth - 1].type, event, error);
    }
    int marker = lsc_stream_peek(reader->in);
    if (marker < 0) {
        return fail_end(reader, error);
    }
    if (marker == 0 || (strchr("{[SZTF", marker) == NULL && type_size(marker) == 0)) {
        return lsc_pull_fail(reader, "no value begins with this byte", error);
    }
    reader->in->at++;
    return read_marked(reader, marker, event, error);
}

lsc_status lsc_pull_ubjson_step(lsc_pull *reader, lsc_pull_event *event, bool *end,
                                lsc_error *error)
{
    lsc_pull_frame *frame = &reader->frames[reader->depth - 1];
    event->offset = lsc_stream_offset(reader->in);
    if (frame->counted) {
        *end = frame->remaining == 0;
        frame->remaining -= !*end;
        return LSC_OK;
    }
    *end = take_if(reader, frame->object ? '}' : ']');
    if (*end || !frame->object) {
        return LSC_OK;
    }
    event->has_key = true;
    return take_text(reader, event->key, sizeof event->key, &event->key_length, error);
}

/** How many items of a typed array can be read from the chunk, and their type. */
static size_t items_at_hand(lsc_pull *reader, size_t room, char *type)
{
    if (reader->depth == 0) {
        return 0;
    }
    lsc_pull_frame *frame = &reader->frames[reader->depth - 1];
    *type = frame->type;
    size_t size = type_size(*type);
    if (size == 0 || !lsc_stream_fill(reader->in)) {
        return 0;
    }
    size_t whole = (size_t)(reader->in->end - reader->in->at) / size;
    size_t n = whole < room ? whole : room;
    n = frame->remaining < n ? (size_t)frame->remaining : n;
    frame->remaining -= n;
    return n;
}

size_t lsc_pull_ubjson_floats(lsc_pull *reader, float *numbers, size_t room)
{
    char type = 0;
    size_t n = items_at_hand(reader, room, &type);
    const unsigned char *at = reader->in->at;
    size_t size = type_size(type);
    size_t i = 0;
    while (i < n && to_float(type, big_endian(at, size), &numbers[i])) {
        at += size;
        i++;
    }
    /* One beyond a float32 is left for the reader of single items, which says so. */
    if (n > 0) {
        reader->frames[reader->depth - 1].remaining += n - i;
    }
    reader->in->at = at;
    return i;
}

size_t lsc_pull_ubjson_ints(lsc_pull *reader, int64_t *numbers, size_t room)
{
    char type = reader->depth > 0 ? reader->frames[reader->depth - 1].type : 0;
    if (type == 'd' || type == 'D') {
        return 0;
    }
    size_t n = items_at_hand(reader, room, &type);
    const unsigned char *at = reader->in->at;
    size_t size = type_size(type);
    for (size_t i = 0; i < n; i++, at += size) {
        numbers[i] = integer_of_type(type, big_endian(at, size));
    }
    reader->in->at = at;
    return n;
}

lsc_status lsc_pull_ubjson_pass(lsc_pull *reader, lsc_error *error)
{
    lsc_pull_frame *frame = &reader->frames[reader->depth - 1];
    size_t size = type_size(frame->type);
    while (size > 0 && frame->remaining > 0) {
        size_t n = frame->remaining < SIZE_MAX / 16 ? (size_t)frame->remaining : SIZE_MAX / 16;
        if (lsc_stream_take(reader->in, NULL, n * size) < n * size) {
            return lsc_pull_fail(reader, "the bytes end within numbers", error);
        }
        frame->remaining -= n;
    }
    return LSC_OK;
}
