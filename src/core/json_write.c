#include "json.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include <leadscore/clock.h>

#include "number.h"

void lsc_json_writer_init(lsc_json_writer *writer, lsc_buffer *out, int indent)
{
    *writer = (lsc_json_writer){.out = out, .indent = indent};
}

static void new_line(lsc_json_writer *writer)
{
    static const char spaces[] = "                ";
    if (writer->indent == 0) {
        return;
    }
    lsc_buffer_append(writer->out, "\n", 1);
    for (size_t left = (size_t)writer->indent * (size_t)writer->depth; left > 0;) {
        size_t part = left < sizeof spaces - 1 ? left : sizeof spaces - 1;
        lsc_buffer_append(writer->out, spaces, part);
        left -= part;
    }
}

/** What stands between the last value and the one that comes now, key or not. */
static void separate(lsc_json_writer *writer)
{
    if (writer->after_key) {
        writer->after_key = false;
        return;
    }
    if (writer->comma) {
        lsc_buffer_append(writer->out, ",", 1);
    }
    if (writer->depth > 0) {
        new_line(writer);
    }
}

static void put_value(lsc_json_writer *writer, const char *text, size_t length)
{
    separate(writer);
    lsc_buffer_append(writer->out, text, length);
    writer->comma = true;
}

static void begin(lsc_json_writer *writer, const char *bracket)
{
    put_value(writer, bracket, 1);
    writer->depth++;
    writer->comma = false;
}

static void end(lsc_json_writer *writer, const char *bracket)
{
    assert(writer->depth > 0);
    assert(!writer->after_key);
    writer->depth--;
    if (writer->comma) { /* something stands in it */
        new_line(writer);
    }
    lsc_buffer_append(writer->out, bracket, 1);
    writer->comma = true;
}

void lsc_json_begin_object(lsc_json_writer *writer)
{
    begin(writer, "{");
}

void lsc_json_end_object(lsc_json_writer *writer)
{
    end(writer, "}");
}

void lsc_json_begin_array(lsc_json_writer *writer)
{
    begin(writer, "[");
}

void lsc_json_end_array(lsc_json_writer *writer)
{
    end(writer, "]");
}

/** The escape of a byte that a string may not hold as it is, or NULL. */
static const char *short_escape(char c)
{
    switch (c) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\b':
        return "\\b";
    case '\f':
        return "\\f";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    default:
        return NULL;
    }
}

static void put_quoted(lsc_buffer *out, const char *text, size_t length)
{
    lsc_buffer_append(out, "\"", 1);
    size_t start = 0; /* of what is not yet written */
    for (size_t i = 0; i < length; i++) {
        const char *escape = short_escape(text[i]);
        bool control = (unsigned char)text[i] < 0x20 || text[i] == 0x7F;
        if (escape == NULL && !control) {
            continue;
        }
        lsc_buffer_append(out, text + start, i - start);
        start = i + 1;
        if (escape != NULL) {
            lsc_buffer_append_text(out, escape);
        } else {
            lsc_buffer_append_format(out, "\\u%04x", (unsigned)text[i]);
        }
    }
    lsc_buffer_append(out, text + start, length - start);
    lsc_buffer_append(out, "\"", 1);
}

void lsc_json_put_key(lsc_json_writer *writer, const char *key)
{
    separate(writer);
    put_quoted(writer->out, key, strlen(key));
    lsc_buffer_append_text(writer->out, writer->indent == 0 ? ":" : ": ");
    writer->after_key = true;
}

void lsc_json_put_string(lsc_json_writer *writer, const char *text)
{
    lsc_json_put_text(writer, text, strlen(text));
}

void lsc_json_put_text(lsc_json_writer *writer, const char *text, size_t length)
{
    separate(writer);
    put_quoted(writer->out, text, length);
    writer->comma = true;
}

void lsc_json_put_number(lsc_json_writer *writer, double number)
{
    if (!isfinite(number)) {
        lsc_json_put_null(writer);
        return;
    }
    char text[LSC_NUMBER_TEXT_SIZE];
    lsc_number_format(number, text);
    put_value(writer, text, strlen(text));
}

void lsc_json_put_float(lsc_json_writer *writer, float number)
{
    if (!isfinite(number)) {
        lsc_json_put_null(writer);
        return;
    }
    char text[LSC_NUMBER_TEXT_SIZE];
    lsc_number_format_float(number, text);
    put_value(writer, text, strlen(text));
}

void lsc_json_put_int(lsc_json_writer *writer, int64_t number)
{
    separate(writer);
    lsc_buffer_append_format(writer->out, "%" PRId64, number);
    writer->comma = true;
}

void lsc_json_put_time(lsc_json_writer *writer, int64_t time_ms)
{
    if (time_ms < LSC_TIME_MIN || time_ms > LSC_TIME_MAX) {
        lsc_json_put_null(writer);
        return;
    }
    char text[LSC_TIME_TEXT_SIZE];
    lsc_time_format(time_ms, text);
    lsc_json_put_string(writer, text);
}

void lsc_json_put_bool(lsc_json_writer *writer, bool boolean)
{
    lsc_json_put_raw(writer, boolean ? "true" : "false", boolean ? 4 : 5);
}

void lsc_json_put_null(lsc_json_writer *writer)
{
    lsc_json_put_raw(writer, "null", 4);
}

void lsc_json_put_raw(lsc_json_writer *writer, const char *json, size_t length)
{
    put_value(writer, json, length);
}

/** A scalar; of a container its opening bracket. */
static void put_node(lsc_json_writer *writer, const lsc_json *value)
{
    switch (lsc_json_kind(value)) {
    case LSC_JSON_NULL:
        lsc_json_put_null(writer);
        break;
    case LSC_JSON_BOOL:
        lsc_json_put_bool(writer, lsc_json_bool(value));
        break;
    case LSC_JSON_NUMBER:
        lsc_json_put_number(writer, lsc_json_number(value));
        break;
    case LSC_JSON_STRING:
        lsc_json_put_string(writer, lsc_json_string(value));
        break;
    case LSC_JSON_ARRAY:
        lsc_json_begin_array(writer);
        break;
    case LSC_JSON_OBJECT:
        lsc_json_begin_object(writer);
        break;
    }
}

/** A container whose opening bracket is written, and the item that comes next in it. */
typedef struct open_container {
    const lsc_json *container;
    const lsc_json *next;
} open_container;

/** Write a value, of a container its opening bracket; the new depth. */
static size_t put_opening(lsc_json_writer *writer, const lsc_json *value, open_container *open,
                          size_t depth)
{
    put_node(writer, value);
    if (lsc_json_kind(value) >= LSC_JSON_ARRAY) {
        open[depth++] = (open_container){value, lsc_json_first(value)};
    }
    return depth;
}

void lsc_json_put_tree(lsc_json_writer *writer, const lsc_json *value)
{
    open_container open[LSC_JSON_MAX_DEPTH];
    size_t depth = put_opening(writer, value, open, 0);
    while (depth > 0) {
        open_container *innermost = &open[depth - 1];
        const lsc_json *item = innermost->next;
        bool is_object = lsc_json_kind(innermost->container) == LSC_JSON_OBJECT;
        if (item == NULL) {
            end(writer, is_object ? "}" : "]");
            depth--;
            continue;
        }
        innermost->next = lsc_json_next(item);
        if (is_object) {
            lsc_json_put_key(writer, lsc_json_key(item));
        }
        depth = put_opening(writer, item, open, depth);
    }
}

void lsc_json_member_string(lsc_json_writer *writer, const char *key, const char *text)
{
    lsc_json_put_key(writer, key);
    lsc_json_put_string(writer, text);
}

void lsc_json_member_number(lsc_json_writer *writer, const char *key, double number)
{
    lsc_json_put_key(writer, key);
    lsc_json_put_number(writer, number);
}

void lsc_json_member_int(lsc_json_writer *writer, const char *key, int64_t number)
{
    lsc_json_put_key(writer, key);
    lsc_json_put_int(writer, number);
}

void lsc_json_member_time(lsc_json_writer *writer, const char *key, int64_t time_ms)
{
    lsc_json_put_key(writer, key);
    lsc_json_put_time(writer, time_ms);
}

void lsc_json_member_bool(lsc_json_writer *writer, const char *key, bool boolean)
{
    lsc_json_put_key(writer, key);
    lsc_json_put_bool(writer, boolean);
}
