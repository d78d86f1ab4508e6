/* A reader of UBJSON that accepts a little more than XGBoost writes, and its writer. */
#include <string.h>

#include "value_tree.h"

typedef struct ubjson_reader {
    const char *at;
    const char *end;
    int depth;
} ubjson_reader;

static size_t type_size(char type)
{
    static const char types[] = "iUIldLD";
    static const size_t sizes[] = {1, 1, 2, 4, 4, 8, 8};
    const char *found = type == '\0' ? NULL : strchr(types, type);
    return found == NULL ? 0 : sizes[found - types];
}

static bool take_byte(ubjson_reader *reader, char *byte)
{
    if (reader->at == reader->end) {
        return false;
    }
    *byte = *reader->at++;
    return true;
}

static bool take_if(ubjson_reader *reader, char byte)
{
    if (reader->at == reader->end || *reader->at != byte) {
        return false;
    }
    reader->at++;
    return true;
}

static bool take_number(ubjson_reader *reader, char type, double *number)
{
    size_t size = type_size(type);
    uint64_t bits = 0;
    if (size == 0 || (size_t)(reader->end - reader->at) < size) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        bits = bits << 8 | (unsigned char)*reader->at++;
    }
    if (type == 'd') {
        uint32_t half = (uint32_t)bits;
        float single;
        memcpy(&single, &half, sizeof single);
        *number = (double)single;
    } else if (type == 'D') {
        memcpy(number, &bits, sizeof *number);
    } else if (type == 'U') {
        *number = (double)bits;
    } else {
        /* The division is exact, and brings the sign down. */
        const size_t unused_bits = 64 - 8 * size;
        const int64_t whole = (int64_t)(bits << unused_bits) / (INT64_C(1) << unused_bits);
        *number = (double)whole;
    }
    return true;
}

static bool take_length(ubjson_reader *reader, size_t *length)
{
    char type;
    double number;
    if (!take_byte(reader, &type) || !take_number(reader, type, &number) ||
        !(number >= 0 && number < 1e9)) {
        return false;
    }
    *length = (size_t)number;
    return true;
}

static bool take_text(ubjson_reader *reader, const char **text, size_t *length)
{
    if (!take_length(reader, length) || (size_t)(reader->end - reader->at) < *length) {
        return false;
    }
    *text = reader->at;
    reader->at += *length;
    return true;
}

static value *read_value(ubjson_reader *reader);

static value *number_of(char type, ubjson_reader *reader)
{
    value *one = value_new_number(0);
    if (one == NULL || !take_number(reader, type, &one->number)) {
        return NULL;
    }
    one->type = type;
    return one;
}

static value *read_array(ubjson_reader *reader)
{
    value *array = value_new_number(0);
    size_t count = 0;
    char type = '\0';
    if (array == NULL || (take_if(reader, '$') && !take_byte(reader, &type))) {
        return NULL;
    }
    array->kind = VALUE_ARRAY;
    array->type = type;
    array->counted = take_if(reader, '#');
    if ((type != '\0' && !array->counted) || (array->counted && !take_length(reader, &count))) {
        return NULL;
    }
    while (array->counted ? array->n_items < count : !take_if(reader, ']')) {
        size_t before = array->n_items;
        value *item = type != '\0' ? number_of(type, reader) : read_value(reader);
        value_insert(array, before, item);
        if (array->n_items == before) {
            return NULL;
        }
    }
    return array;
}

static value *read_object(ubjson_reader *reader)
{
    value *object = value_new_number(0);
    if (object == NULL) {
        return NULL;
    }
    object->kind = VALUE_OBJECT;
    while (!take_if(reader, '}')) {
        const char *key;
        size_t key_length;
        value *item = take_text(reader, &key, &key_length) ? read_value(reader) : NULL;
        if (item == NULL) {
            return NULL;
        }
        item->key = key;
        item->key_length = key_length;
        value_insert(object, object->n_items, item);
    }
    return object;
}

static value *read_value(ubjson_reader *reader)
{
    char marker;
    value *one = NULL;
    if (!take_byte(reader, &marker) || reader->depth == VALUE_MAX_DEPTH) {
        return NULL;
    }
    reader->depth++;
    if (marker == '{') {
        one = read_object(reader);
    } else if (marker == '[') {
        one = read_array(reader);
    } else if (type_size(marker) > 0) {
        one = number_of(marker, reader);
    } else if (strchr("STFZ", marker) != NULL && marker != '\0') {
        one = value_new_number(marker == 'T');
        if (one != NULL) {
            one->kind = marker == 'S' ? VALUE_TEXT : marker == 'Z' ? VALUE_NULL : VALUE_BOOL;
        }
        if (one != NULL && marker == 'S' && !take_text(reader, &one->text, &one->length)) {
            one = NULL;
        }
    }
    reader->depth--;
    return one;
}

value *value_read_ubjson(const char *bytes, size_t length)
{
    ubjson_reader reader = {bytes, bytes + length, 0};
    return read_value(&reader);
}

typedef struct byte_writer {
    char *out;
    size_t length;
    size_t room;
} byte_writer;

static void put(byte_writer *writer, const void *bytes, size_t length)
{
    if (writer->out == NULL || length > writer->room - writer->length) {
        writer->out = NULL;
        return;
    }
    if (length > 0) {
        memcpy(writer->out + writer->length, bytes, length);
    }
    writer->length += length;
}

static void put_bits(byte_writer *writer, uint64_t bits, size_t size)
{
    for (size_t i = size; i-- > 0;) {
        char byte = (char)(bits >> (8 * i));
        put(writer, &byte, 1);
    }
}

static int64_t whole(double number)
{
    return number >= 9.2e18    ? INT64_MAX
           : number <= -9.2e18 ? INT64_MIN
           : number != number  ? 0
                               : (int64_t)number;
}

static void put_number(byte_writer *writer, char type, double number)
{
    uint64_t bits = 0;
    if (type == 'd') {
        float single =
            number > 3.5e38 || number < -3.5e38 ? (float)(number * 0 + 1) : (float)number;
        uint32_t half;
        memcpy(&half, &single, sizeof half);
        bits = number > 3.5e38 ? UINT32_C(0x7F800000) : half;
    } else if (type == 'D') {
        memcpy(&bits, &number, sizeof bits);
    } else {
        bits = (uint64_t)whole(number);
    }
    put_bits(writer, bits, type_size(type));
}

static void put_text(byte_writer *writer, const char *text, size_t length)
{
    put(writer, "L", 1);
    put_bits(writer, length, 8);
    put(writer, text, length);
}

static void put_value(byte_writer *writer, const value *one);

static void put_array(byte_writer *writer, const value *array)
{
    bool typed = type_size(array->type) > 0;
    put(writer, "[", 1);
    if (typed) {
        put(writer, "$", 1);
        put(writer, &array->type, 1);
    }
    if (typed || array->counted) {
        put(writer, "#L", 2);
        put_bits(writer, array->n_items, 8);
    }
    for (size_t i = 0; i < array->n_items; i++) {
        if (typed) {
            put_number(writer, array->type, array->items[i]->number);
        } else {
            put_value(writer, array->items[i]);
        }
    }
    if (!typed && !array->counted) {
        put(writer, "]", 1);
    }
}

static void put_value(byte_writer *writer, const value *one)
{
    char type = type_size(one->type) > 0 ? one->type : 'd';
    switch (one->kind) {
    case VALUE_NULL:
        put(writer, "Z", 1);
        break;
    case VALUE_BOOL:
        put(writer, one->number != 0 ? "T" : "F", 1);
        break;
    case VALUE_NUMBER:
        put(writer, &type, 1);
        put_number(writer, type, one->number);
        break;
    case VALUE_TEXT:
        put(writer, "S", 1);
        put_text(writer, one->text, one->length);
        break;
    case VALUE_ARRAY:
        put_array(writer, one);
        break;
    case VALUE_OBJECT:
        put(writer, "{", 1);
        for (size_t i = 0; i < one->n_items; i++) {
            put_text(writer, one->items[i]->key, one->items[i]->key_length);
            put_value(writer, one->items[i]);
        }
        put(writer, "}", 1);
        break;
    }
}

size_t value_write_ubjson(const value *root, char *out, size_t room)
{
    byte_writer writer = {out, 0, room};
    put_value(&writer, root);
    return writer.out == NULL ? 0 : writer.length;
}
