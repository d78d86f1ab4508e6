#include <math.h>
#include <string.h>

#include "core/text.h"
#include "pull_impl.h"

/** Where a text is read to: what does not fit is counted, and dropped. */
typedef struct text_room {
    char *bytes;
    size_t size;
    size_t length;
} text_room;

static void put(text_room *room, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++, room->length++) {
        if (room->length < room->size - 1) {
            room->bytes[room->length] = bytes[i];
        }
    }
}

static void put_end(const text_room *room)
{
    room->bytes[room->length < room->size - 1 ? room->length : room->size - 1] = '\0';
}

static bool is_digit(int c)
{
    return c >= '0' && c <= '9';
}

void lsc_pull_json_space(lsc_pull *reader)
{
    int c = lsc_stream_peek(reader->in);
    while (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
        reader->in->at++;
        c = lsc_stream_peek(reader->in);
    }
}

/** "expected a colon" at the next byte. */
static lsc_status expected(const lsc_pull *reader, const char *what, lsc_error *error)
{
    lsc_stream *in = reader->in;
    return lsc_pull_fail(reader, lsc_stream_peek(in) < 0 ? "the text ends too soon" : what, error);
}

/* Texts */

static lsc_status take_hex(lsc_pull *reader, unsigned long *unit, lsc_error *error)
{
    *unit = 0;
    for (int i = 0; i < 4; i++) {
        int c = lsc_stream_peek(reader->in);
        int digit = is_digit(c)              ? c - '0'
                    : (c >= 'a' && c <= 'f') ? c - 'a' + 10
                    : (c >= 'A' && c <= 'F') ? c - 'A' + 10
                                             : -1;
        if (digit < 0) {
            return expected(reader, "\\u is not followed by four hex digits", error);
        }
        *unit = *unit * 16 + (unsigned long)digit;
        reader->in->at++;
    }
    return LSC_OK;
}

/** The second half of a surrogate pair, to the code point. */
static lsc_status take_low_surrogate(lsc_pull *reader, unsigned long *point, lsc_error *error)
{
    static const char half[] = "\\u stands for half of a surrogate pair";
    unsigned long low = 0;
    char begin[2];
    if (lsc_stream_take(reader->in, begin, 2) != 2 || begin[0] != '\\' || begin[1] != 'u') {
        return lsc_pull_fail(reader, half, error);
    }
    lsc_status status = take_hex(reader, &low, error);
    if (status == LSC_OK && (low < 0xDC00 || low > 0xDFFF)) {
        return lsc_pull_fail(reader, half, error);
    }
    *point = 0x10000 + ((*point - 0xD800) << 10) + (low - 0xDC00);
    return status;
}

static void put_point(text_room *room, unsigned long point)
{
    static const unsigned char marks[] = {0, 0xC0, 0xE0, 0xF0};
    int n_more = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    char bytes[4];
    bytes[0] = (char)(marks[n_more] | (point >> (6 * n_more)));
    for (int i = 1; i <= n_more; i++) {
        bytes[i] = (char)(0x80 | ((point >> (6 * (n_more - i))) & 0x3F));
    }
    put(room, bytes, (size_t)n_more + 1);
}

/** An escape after its backslash. */
static lsc_status take_escape(lsc_pull *reader, text_room *room, lsc_error *error)
{
    static const char names[] = "\"\\/bfnrt";
    static const char meant[] = "\"\\/\b\f\n\r\t";
    int c = lsc_stream_peek(reader->in);
    const char *name = c > 0 ? strchr(names, c) : NULL;
    if (name == NULL && c != 'u') {
        return expected(reader, "expected one of \"\\/bfnrtu after the backslash", error);
    }
    reader->in->at++;
    if (name != NULL) {
        put(room, &meant[name - names], 1);
        return LSC_OK;
    }
    unsigned long point = 0;
    lsc_status status = take_hex(reader, &point, error);
    if (status == LSC_OK && point >= 0xD800 && point <= 0xDBFF) {
        status = take_low_surrogate(reader, &point, error);
    } else if (status == LSC_OK && (point == 0 || (point >= 0xDC00 && point <= 0xDFFF))) {
        return lsc_pull_fail(reader,
                             point == 0 ? "\\u0000 is not allowed"
                                        : "\\u stands for half of a surrogate pair",
                             error);
    }
    if (status == LSC_OK) {
        put_point(room, point);
    }
    return status;
}

/** A character of several bytes. */
static lsc_status take_wide(lsc_pull *reader, int lead, text_room *room, lsc_error *error)
{
    uint64_t offset = lsc_stream_offset(reader->in);
    size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char bytes[4];
    size_t taken = lsc_stream_take(reader->in, bytes, size);
    if (taken < size || lsc_utf8_check(bytes, size) != size) {
        return lsc_pull_fail_at(reader, offset, "the text is not UTF-8", error);
    }
    put(room, bytes, size);
    return LSC_OK;
}

/** A text after its opening quote. */
static lsc_status take_text(lsc_pull *reader, text_room *room, lsc_error *error)
{
    for (;;) {
        int c = lsc_stream_peek(reader->in);
        lsc_status status = LSC_OK;
        if (c < 0x20) {
            return expected(reader, "a control character must be escaped", error);
        }
        if (c >= 0x80) {
            status = take_wide(reader, c, room, error);
        } else {
            reader->in->at++;
            if (c == '"') {
                put_end(room);
                return LSC_OK;
            }
            char byte = (char)c;
            if (c == '\\') {
                status = take_escape(reader, room, error);
            } else {
                put(room, &byte, 1);
            }
        }
        if (status != LSC_OK) {
            return status;
        }
    }
}

/* Numbers */

static bool in_number(int c)
{
    return is_digit(c) || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E';
}

/** The characters of a number, to the reader's room. */
static lsc_status take_number_text(lsc_pull *reader, lsc_pull_event *event, lsc_error *error)
{
    size_t length = 0;
    for (;;) {
        const unsigned char *at = reader->in->at;
        const unsigned char *end = reader->in->end;
        while (at < end && in_number(*at)) {
            if (length == LSC_NUMBER_MAX_LENGTH) {
                return lsc_fail_at(error, LSC_LIMIT, (int64_t)event->offset,
                                   "JSON at byte %llu: a number of more than %d characters",
                                   (unsigned long long)event->offset, LSC_NUMBER_MAX_LENGTH);
            }
            reader->text[length++] = (char)*at++;
        }
        reader->in->at = at;
        if (at < end || !lsc_stream_fill(reader->in)) {
            break;
        }
    }
    reader->text[length] = '\0';
    event->text = reader->text;
    event->text_length = length;
    return lsc_stream_status(reader->in, error);
}

static const char *past_digits(const char *at)
{
    while (is_digit(*at)) {
        at++;
    }
    return at;
}

/** Where the text stops being a number as the grammar of RFC 8259 has it; NULL where it is one. */
static const char *number_fault(const char *at)
{
    at += *at == '-';
    const char *whole = at;
    at = past_digits(at);
    if (at == whole || (*whole == '0' && at - whole > 1)) {
        return whole;
    }
    if (*at == '.') {
        const char *fraction = ++at;
        at = past_digits(at);
        if (at == fraction) {
            return at;
        }
    }
    if (*at == 'e' || *at == 'E') {
        at++;
        at += *at == '+' || *at == '-';
        const char *exponent = at;
        at = past_digits(at);
        if (at == exponent) {
            return at;
        }
    }
    return *at != '\0' ? at : NULL;
}

static lsc_status take_word(lsc_pull *reader, const char *word, lsc_error *error)
{
    for (; *word != '\0'; word++) {
        if (lsc_stream_peek(reader->in) != *word) {
            return expected(reader, "expected a value", error);
        }
        reader->in->at++;
    }
    return LSC_OK;
}

/** A number that XGBoost spells out: as the bits of a float32, which is what UBJSON would have. */
static lsc_status take_special(lsc_pull *reader, const char *word, float number,
                               lsc_pull_event *event, lsc_error *error)
{
    uint32_t bits;
    memcpy(&bits, &number, sizeof bits);
    event->kind = LSC_PULL_NUMBER;
    event->number_type = 'd';
    event->number_bits = bits;
    return take_word(reader, word, error);
}

static lsc_status read_number(lsc_pull *reader, lsc_pull_event *event, lsc_error *error)
{
    event->kind = LSC_PULL_NUMBER;
    lsc_status status = take_number_text(reader, event, error);
    if (status != LSC_OK) {
        return status;
    }
    if (strcmp(reader->text, "-") == 0 && lsc_stream_peek(reader->in) == 'I') {
        event->text = NULL;
        return take_special(reader, "Infinity", -INFINITY, event, error);
    }
    const char *fault = number_fault(reader->text);
    return fault == NULL
               ? LSC_OK
               : lsc_pull_fail_at(reader, event->offset + (uint64_t)(fault - reader->text),
                                  "a number is not written as JSON has it", error);
}

bool lsc_pull_json_float(const lsc_pull_event *event, float *number)
{
    return lsc_number_parse_float(event->text, event->text_length, number);
}

bool lsc_pull_json_int(const lsc_pull_event *event, int64_t *number)
{
    bool negative = event->text[0] == '-';
    uint64_t most = negative ? (uint64_t)INT64_MAX + 1 : INT64_MAX;
    uint64_t value = 0;
    for (const char *at = event->text + negative; *at != '\0'; at++) {
        unsigned digit = (unsigned)(*at - '0');
        if (digit > 9 || value > (most - digit) / 10) {
            return false;
        }
        value = value * 10 + digit;
    }
    *number = negative ? -(int64_t)(value - (value > 0)) - (value > 0) : (int64_t)value;
    return true;
}

/* Values */

static lsc_status read_container(lsc_pull *reader, lsc_pull_kind kind, lsc_pull_event *event,
                                 lsc_error *error)
{
    event->kind = kind;
    reader->in->at++;
    return lsc_pull_enter(reader, (lsc_pull_frame){.object = kind == LSC_PULL_OBJECT},
                          event->offset, error);
}

static lsc_status read_string(lsc_pull *reader, lsc_pull_event *event, lsc_error *error)
{
    text_room room = {reader->text, sizeof reader->text, 0};
    event->kind = LSC_PULL_STRING;
    reader->in->at++;
    lsc_status status = take_text(reader, &room, error);
    event->text = reader->text;
    event->text_length = room.length;
    return status;
}

static lsc_status read_boolean(lsc_pull *reader, bool value, lsc_pull_event *event,
                               lsc_error *error)
{
    event->kind = LSC_PULL_NUMBER;
    event->number_type = 'U';
    event->number_bits = value;
    return take_word(reader, value ? "true" : "false", error);
}

lsc_status lsc_pull_json_value(lsc_pull *reader, lsc_pull_event *event, lsc_error *error)
{
    lsc_pull_json_space(reader);
    event->offset = lsc_stream_offset(reader->in);
    int c = lsc_stream_peek(reader->in);
    switch (c) {
    case '{':
        return read_container(reader, LSC_PULL_OBJECT, event, error);
    case '[':
        return read_container(reader, LSC_PULL_ARRAY, event, error);
    case '"':
        return read_string(reader, event, error);
    case 't':
    case 'f':
        return read_boolean(reader, c == 't', event, error);
    case 'n':
        event->kind = LSC_PULL_NULL;
        return take_word(reader, "null", error);
    case 'N':
        return take_special(reader, "NaN", NAN, event, error);
    case 'I':
        return take_special(reader, "Infinity", INFINITY, event, error);
    default:
        return c == '-' || is_digit(c) ? read_number(reader, event, error)
                                       : expected(reader, "expected a value", error);
    }
}

static lsc_status take_key(lsc_pull *reader, lsc_pull_event *event, lsc_error *error)
{
    text_room room = {event->key, sizeof event->key, 0};
    if (lsc_stream_peek(reader->in) != '"') {
        return expected(reader, "expected a key in quotes", error);
    }
    reader->in->at++;
    lsc_status status = take_text(reader, &room, error);
    event->has_key = true;
    event->key_length = room.length;
    lsc_pull_json_space(reader);
    if (status == LSC_OK && lsc_stream_peek(reader->in) != ':') {
        return expected(reader, "expected a colon", error);
    }
    reader->in->at += status == LSC_OK;
    return status;
}

lsc_status lsc_pull_json_step(lsc_pull *reader, lsc_pull_event *event, bool *end, lsc_error *error)
{
    lsc_pull_frame *frame = &reader->frames[reader->depth - 1];
    lsc_pull_json_space(reader);
    event->offset = lsc_stream_offset(reader->in);
    int c = lsc_stream_peek(reader->in);
    *end = c == (frame->object ? '}' : ']');
    if (*end) {
        reader->in->at++;
        return LSC_OK;
    }
    if (frame->begun) {
        if (c != ',') {
            return expected(reader, "expected a comma or the end", error);
        }
        reader->in->at++;
        lsc_pull_json_space(reader);
    }
    frame->begun = true;
    return frame->object ? take_key(reader, event, error) : LSC_OK;
}
