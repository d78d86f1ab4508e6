/* A reader of JSON that accepts more than JSON, and its writer. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "value_tree.h"

typedef struct json_reader {
    const char *at;
    const char *end;
    int depth;
} json_reader;

static value *read_value(json_reader *reader);

static bool take_if(json_reader *reader, char c)
{
    while (reader->at < reader->end && strchr(" \t\r\n", *reader->at) != NULL &&
           *reader->at != '\0') {
        reader->at++;
    }
    if (reader->at == reader->end || *reader->at != c) {
        return false;
    }
    reader->at++;
    return true;
}

/** What stands between quotes, the first of them taken. */
static bool take_text(json_reader *reader, const char **text, size_t *length)
{
    *text = reader->at;
    while (reader->at < reader->end && *reader->at != '"') {
        reader->at += *reader->at == '\\' && reader->at + 1 < reader->end ? 2 : 1;
    }
    *length = (size_t)(reader->at - *text);
    return take_if(reader, '"');
}

static value *made(value_kind kind)
{
    value *one = value_new_number(0);
    if (one != NULL) {
        one->kind = kind;
        one->type = '\0';
    }
    return one;
}

static value *read_items(json_reader *reader, value_kind kind, char closer)
{
    value *container = made(kind);
    if (container == NULL || take_if(reader, closer)) {
        return container;
    }
    do {
        const char *key = NULL;
        size_t key_length = 0;
        if (kind == VALUE_OBJECT &&
            !(take_if(reader, '"') && take_text(reader, &key, &key_length) &&
              take_if(reader, ':'))) {
            return NULL;
        }
        value *item = read_value(reader);
        if (item == NULL) {
            return NULL;
        }
        item->key = key;
        item->key_length = key_length;
        value_insert(container, container->n_items, item);
    } while (take_if(reader, ','));
    return take_if(reader, closer) ? container : NULL;
}

static value *read_word(json_reader *reader)
{
    char word[40] = {0};
    size_t length = 0;
    while (reader->at < reader->end && length < sizeof word - 1 && *reader->at != '\0' &&
           strchr(",]} \t\r\n:", *reader->at) == NULL) {
        word[length++] = *reader->at++;
    }
    if (strcmp(word, "null") == 0) {
        return made(VALUE_NULL);
    }
    if (strcmp(word, "true") == 0 || strcmp(word, "false") == 0) {
        value *truth = made(VALUE_BOOL);
        if (truth != NULL) {
            truth->number = word[0] == 't';
        }
        return truth;
    }
    char *end;
    double number = strtod(word, &end);
    return end == word ? NULL : value_new_number(number);
}

static value *read_value(json_reader *reader)
{
    value *one = NULL;
    if (++reader->depth > VALUE_MAX_DEPTH) {
        return NULL;
    }
    if (take_if(reader, '{')) {
        one = read_items(reader, VALUE_OBJECT, '}');
    } else if (take_if(reader, '[')) {
        one = read_items(reader, VALUE_ARRAY, ']');
    } else if (take_if(reader, '"')) {
        one = made(VALUE_TEXT);
        if (one != NULL && !take_text(reader, &one->text, &one->length)) {
            one = NULL;
        }
    } else {
        one = read_word(reader);
    }
    reader->depth--;
    return one;
}

value *value_read_json(const char *bytes, size_t length)
{
    json_reader reader = {bytes, bytes + length, 0};
    return read_value(&reader);
}

typedef struct text_writer {
    char *out;
    size_t length;
    size_t room;
} text_writer;

static void put(text_writer *writer, const char *text, size_t length)
{
    if (length > writer->room - writer->length) {
        writer->room = writer->length; /* nothing more goes in, and the end shows it */
        writer->out = NULL;
        return;
    }
    if (length > 0 && writer->out != NULL) {
        memcpy(writer->out + writer->length, text, length);
        writer->length += length;
    }
}

static void put_quoted(text_writer *writer, const char *text, size_t length)
{
    put(writer, "\"", 1);
    put(writer, text, length);
    put(writer, "\"", 1);
}

static void put_number(text_writer *writer, double number)
{
    char text[40];
    int length;
    if (number == floor(number) && fabs(number) < 1e15) {
        length = snprintf(text, sizeof text, "%.0f", number);
    } else {
        length = snprintf(text, sizeof text, "%.9g", number);
    }
    put(writer, text, (size_t)length);
}

static void put_value(text_writer *writer, const value *one)
{
    bool object = one->kind == VALUE_OBJECT;
    switch (one->kind) {
    case VALUE_NULL:
        put(writer, "null", 4);
        break;
    case VALUE_BOOL:
        put(writer, one->number != 0 ? "true" : "false", one->number != 0 ? 4 : 5);
        break;
    case VALUE_NUMBER:
        put_number(writer, one->number);
        break;
    case VALUE_TEXT:
        put_quoted(writer, one->text, one->length);
        break;
    case VALUE_ARRAY:
    case VALUE_OBJECT:
        put(writer, object ? "{" : "[", 1);
        for (size_t i = 0; i < one->n_items; i++) {
            put(writer, ",", i == 0 ? 0 : 1);
            if (object) {
                put_quoted(writer, one->items[i]->key, one->items[i]->key_length);
                put(writer, ":", 1);
            }
            put_value(writer, one->items[i]);
        }
        put(writer, object ? "}" : "]", 1);
        break;
    }
}

size_t value_write_json(const value *root, char *out, size_t room)
{
    text_writer writer = {out, 0, room};
    put_value(&writer, root);
    return writer.out == NULL ? 0 : writer.length;
}
