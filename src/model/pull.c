#include "pull.h"

#include <string.h>

#include "pull_impl.h"

void lsc_pull_init(lsc_pull *reader, lsc_stream *in, lsc_pull_format format)
{
    reader->in = in;
    reader->format = format;
    reader->begun = false;
    reader->depth = 0;
    reader->text[0] = '\0';
}

static const char *format_name(const lsc_pull *reader)
{
    return reader->format == LSC_PULL_UBJSON ? "UBJSON" : "JSON";
}

lsc_status lsc_pull_fail_at(const lsc_pull *reader, uint64_t offset, const char *what,
                            lsc_error *error)
{
    lsc_status status = lsc_stream_status(reader->in, error);
    return status != LSC_OK
               ? status
               : lsc_fail_at(error, LSC_BAD_MODEL, (int64_t)offset, "%s at byte %llu: %s",
                             format_name(reader), (unsigned long long)offset, what);
}

lsc_status lsc_pull_fail(const lsc_pull *reader, const char *what, lsc_error *error)
{
    return lsc_pull_fail_at(reader, lsc_stream_offset(reader->in), what, error);
}

lsc_status lsc_pull_enter(lsc_pull *reader, lsc_pull_frame frame, uint64_t offset, lsc_error *error)
{
    if (reader->depth == LSC_PULL_DEPTH) {
        return lsc_fail_at(error, LSC_LIMIT, (int64_t)offset,
                           "%s at byte %llu: more than %d arrays and objects inside each other",
                           format_name(reader), (unsigned long long)offset, LSC_PULL_DEPTH);
    }
    reader->frames[reader->depth++] = frame;
    return LSC_OK;
}

static void clear_event(lsc_pull_event *event)
{
    event->kind = LSC_PULL_END;
    event->offset = 0;
    event->count = 0;
    event->has_key = false;
    event->key_length = 0;
    event->key[0] = '\0';
    event->text = NULL;
    event->text_length = 0;
    event->number_type = 0;
    event->number_bits = 0;
}

/**
 * A document is an object in both forms, so the `{` is taken before the form is known: after it a
 * key of UBJSON begins with the type of its length, one of JSON with a quote.
 */
static lsc_status begin_any(lsc_pull *reader, lsc_pull_event *event, lsc_error *error)
{
    reader->format = LSC_PULL_JSON;
    lsc_pull_json_space(reader);
    event->offset = lsc_stream_offset(reader->in);
    if (lsc_stream_peek(reader->in) != '{') {
        return lsc_pull_fail(reader, "no model of XGBoost begins so, in JSON or UBJSON", error);
    }
    reader->in->at++;
    int next = lsc_stream_peek(reader->in);
    if (next > 0 && strchr("iUIlL", next) != NULL) {
        reader->format = LSC_PULL_UBJSON;
    }
    event->kind = LSC_PULL_OBJECT;
    return lsc_pull_enter(reader, (lsc_pull_frame){.object = true}, event->offset, error);
}

static lsc_status read_value(lsc_pull *reader, lsc_pull_event *event, lsc_error *error)
{
    return reader->format == LSC_PULL_UBJSON ? lsc_pull_ubjson_value(reader, event, error)
                                             : lsc_pull_json_value(reader, event, error);
}

static lsc_status finish(lsc_pull *reader, lsc_error *error)
{
    if (reader->format == LSC_PULL_JSON) {
        lsc_pull_json_space(reader);
    }
    return lsc_stream_peek(reader->in) < 0
               ? lsc_stream_status(reader->in, error)
               : lsc_pull_fail(reader, "bytes follow the document", error);
}

lsc_status lsc_pull_next(lsc_pull *reader, lsc_pull_event *event, lsc_error *error)
{
    clear_event(event);
    if (!reader->begun) {
        reader->begun = true;
        return reader->format == LSC_PULL_ANY ? begin_any(reader, event, error)
                                              : read_value(reader, event, error);
    }
    if (reader->depth == 0) {
        event->offset = lsc_stream_offset(reader->in);
        return finish(reader, error);
    }
    bool end = false;
    lsc_status status = reader->format == LSC_PULL_UBJSON
                            ? lsc_pull_ubjson_step(reader, event, &end, error)
                            : lsc_pull_json_step(reader, event, &end, error);
    if (status != LSC_OK) {
        return status;
    }
    if (end) {
        reader->depth--;
        return LSC_OK;
    }
    return read_value(reader, event, error);
}

lsc_status lsc_pull_skip(lsc_pull *reader, const lsc_pull_event *event, lsc_error *error)
{
    if (event->kind != LSC_PULL_OBJECT && event->kind != LSC_PULL_ARRAY) {
        return LSC_OK;
    }
    size_t outside = reader->depth - 1;
    while (reader->depth > outside) {
        lsc_pull_event inner;
        lsc_status status = lsc_pull_ubjson_pass(reader, error);
        if (status == LSC_OK) {
            status = lsc_pull_next(reader, &inner, error);
        }
        if (status != LSC_OK) {
            return status;
        }
    }
    return LSC_OK;
}

bool lsc_pull_float(const lsc_pull_event *event, float *number)
{
    return event->number_type != 0 ? lsc_pull_ubjson_float(event, number)
                                   : lsc_pull_json_float(event, number);
}

bool lsc_pull_int(const lsc_pull_event *event, int64_t *number)
{
    return event->number_type != 0 ? lsc_pull_ubjson_int(event, number)
                                   : lsc_pull_json_int(event, number);
}

/** The next item, a number; `end` where there is none. */
static lsc_status next_number(lsc_pull *reader, lsc_pull_event *event, bool *end, lsc_error *error)
{
    lsc_status status = lsc_pull_next(reader, event, error);
    *end = status == LSC_OK && event->kind == LSC_PULL_END;
    if (status == LSC_OK && !*end && event->kind != LSC_PULL_NUMBER) {
        return lsc_pull_fail_at(reader, event->offset, "a number was expected", error);
    }
    return status;
}

lsc_status lsc_pull_floats(lsc_pull *reader, float *numbers, size_t room, size_t *n,
                           lsc_error *error)
{
    for (*n = 0; *n < room;) {
        *n += lsc_pull_ubjson_floats(reader, numbers + *n, room - *n);
        if (*n == room) {
            break;
        }
        lsc_pull_event event;
        bool end = false;
        lsc_status status = next_number(reader, &event, &end, error);
        if (status != LSC_OK || end) {
            return status;
        }
        if (!lsc_pull_float(&event, &numbers[(*n)++])) {
            return lsc_pull_fail_at(reader, event.offset, "a number beyond a float32", error);
        }
    }
    return LSC_OK;
}

lsc_status lsc_pull_ints(lsc_pull *reader, int64_t *numbers, size_t room, size_t *n,
                         lsc_error *error)
{
    for (*n = 0; *n < room;) {
        *n += lsc_pull_ubjson_ints(reader, numbers + *n, room - *n);
        if (*n == room) {
            break;
        }
        lsc_pull_event event;
        bool end = false;
        lsc_status status = next_number(reader, &event, &end, error);
        if (status != LSC_OK || end) {
            return status;
        }
        if (!lsc_pull_int(&event, &numbers[(*n)++])) {
            return lsc_pull_fail_at(reader, event.offset, "an integer was expected", error);
        }
    }
    return LSC_OK;
}

bool lsc_pull_key_is(const lsc_pull_event *event, const char *key)
{
    size_t length = strlen(key);
    return event->has_key && event->key_length == length && memcmp(event->key, key, length) == 0;
}
