#include "node_values.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a text keeps between calls: enough for most leads, and no burden. */
#define KEPT_BYTES ((size_t)1 << 20)

void lsc_node_text_free(lsc_node_text *text)
{
    free(text->block);
    memset(text, 0, sizeof(*text));
}

bool lsc_node_text_add(lsc_node_text *text, const void *bytes, size_t length)
{
    if (text->capacity - text->length < length) {
        size_t capacity = 2 * text->capacity + length + 4096;
        char *grown = capacity > text->capacity ? realloc(text->block, capacity) : NULL;
        if (grown == NULL) {
            return false;
        }
        text->bytes = text->block = grown;
        text->capacity = capacity;
    }
    memcpy(text->block + text->length, bytes, length);
    text->length += length;
    return true;
}

/* Through a volatile pointer, so that it is not left out as writing what nobody reads. */
void lsc_node_cleanse(void *memory, size_t size)
{
    volatile unsigned char *bytes = memory;
    for (size_t i = 0; i < size; i++) {
        bytes[i] = 0;
    }
}

lsc_node_state *lsc_node_enter(napi_env env, napi_callback_info info)
{
    void *data = NULL;
    napi_value args[LSC_NODE_MAX_ARGS];
    size_t n = LSC_NODE_MAX_ARGS;
    napi_get_cb_info(env, info, &n, args, NULL, &data);
    lsc_node_state *state = data;
    memcpy(state->args, args, sizeof(args));
    for (size_t i = 0; i < LSC_NODE_TEXTS; i++) {
        if (state->texts[i].capacity > KEPT_BYTES) {
            lsc_node_text_free(&state->texts[i]);
        }
    }
    return state;
}

/* Errors. */

napi_value lsc_node_make_error(napi_env env, const lsc_error *error, int64_t index)
{
    lsc_node_state *state = NULL;
    napi_value class = NULL;
    napi_value args[5] = {NULL};
    napi_value made = NULL;
    napi_get_instance_data(env, (void **)&state);
    napi_get_reference_value(env, state->error_class, &class);
    napi_create_string_utf8(env, error->message, NAPI_AUTO_LENGTH, &args[0]);
    napi_create_string_utf8(env, lsc_status_name(error->status), NAPI_AUTO_LENGTH, &args[1]);
    napi_create_uint32(env, (uint32_t)error->status, &args[2]);
    napi_create_int64(env, error->offset, &args[3]);
    napi_create_int64(env, index, &args[4]);
    napi_new_instance(env, class, 5, args, &made);
    return made;
}

napi_value lsc_node_throw(napi_env env, const lsc_error *error)
{
    napi_throw(env, lsc_node_make_error(env, error, -1));
    return NULL;
}

static napi_value throw_message(napi_env env, lsc_status status, const char *message)
{
    lsc_error error = LSC_ERROR_INIT;
    error.status = status;
    size_t length = strlen(message);
    memcpy(error.message, message, length < sizeof(error.message) ? length : 0);
    return lsc_node_throw(env, &error);
}

napi_value lsc_node_refuse(napi_env env, const char *message)
{
    return throw_message(env, LSC_INVALID_ARG, message);
}

napi_value lsc_node_no_memory(napi_env env)
{
    return throw_message(env, LSC_NO_MEMORY, "memory ran out");
}

/* Arguments. */

napi_valuetype lsc_node_type(napi_env env, napi_value value)
{
    napi_valuetype type = napi_undefined;
    napi_typeof(env, value, &type);
    return type;
}

bool lsc_node_read_number(napi_env env, napi_value value, double *number)
{
    if (napi_get_value_double(env, value, number) != napi_ok) {
        lsc_node_refuse(env, "an argument is no number");
        return false;
    }
    return true;
}

bool lsc_node_read_int(napi_env env, napi_value value, int *number)
{
    double read = 0;
    if (!lsc_node_read_number(env, value, &read)) {
        return false;
    }
    *number = (int)read;
    return true;
}

bool lsc_node_read_size(napi_env env, napi_value value, size_t *size)
{
    double read = 0;
    if (!lsc_node_read_number(env, value, &read)) {
        return false;
    }
    *size = (size_t)read;
    return true;
}

bool lsc_node_read_time(napi_env env, napi_value value, int64_t *time_ms)
{
    double read = 0;
    if (!lsc_node_read_number(env, value, &read)) {
        return false;
    }
    *time_ms = isnan(read) ? LSC_TIME_NONE : (int64_t)read;
    return true;
}

bool lsc_node_read_bool(napi_env env, napi_value value, bool *flag)
{
    if (napi_get_value_bool(env, value, flag) != napi_ok) {
        lsc_node_refuse(env, "an argument is no boolean");
        return false;
    }
    return true;
}

static bool make_room(napi_env env, lsc_node_text *text, size_t capacity)
{
    char *block = capacity < SIZE_MAX / 2 ? realloc(text->block, capacity) : NULL;
    if (block == NULL) {
        lsc_node_no_memory(env);
        return false;
    }
    text->block = block;
    text->capacity = capacity;
    return true;
}

/*
 * Written in one go where the block held all of it: a character takes up to four bytes. V8 writes many
 * times as fast into three bytes a character, so that is what the next text like this finds.
 */
static bool read_string(napi_env env, napi_value value, lsc_node_text *text)
{
    size_t length = 0;
    if (text->capacity > 0) {
        napi_get_value_string_utf8(env, value, text->block, text->capacity, &length);
    }
    bool whole = length + 5 <= text->capacity;
    if (!whole) {
        napi_get_value_string_utf8(env, value, NULL, 0, &length);
    }
    if (text->capacity / 3 < length + 1 && !make_room(env, text, 3 * length + 256)) {
        return false;
    }
    if (!whole) {
        napi_get_value_string_utf8(env, value, text->block, text->capacity, &length);
    }
    text->bytes = text->block;
    text->length = length;
    return true;
}

static bool read_bytes(napi_env env, napi_value value, lsc_node_text *text)
{
    bool is_array = false;
    napi_typedarray_type type = napi_int8_array;
    void *data = NULL;
    napi_is_typedarray(env, value, &is_array);
    if (is_array) {
        napi_get_typedarray_info(env, value, &type, &text->length, &data, NULL, NULL);
    }
    if (type != napi_uint8_array) {
        lsc_node_refuse(env, "an argument is neither text nor an Uint8Array");
        return false;
    }
    text->bytes = data != NULL ? data : ""; /* an empty or a detached array has no memory */
    return true;
}

bool lsc_node_read_text(napi_env env, napi_value value, lsc_node_text *text)
{
    napi_valuetype type = lsc_node_type(env, value);
    text->bytes = NULL;
    text->length = 0;
    if (type == napi_undefined || type == napi_null) {
        return true;
    }
    return type == napi_string ? read_string(env, value, text) : read_bytes(env, value, text);
}

bool lsc_node_read_name(napi_env env, napi_value value, lsc_node_text *text)
{
    napi_valuetype type = lsc_node_type(env, value);
    if (type != napi_string && type != napi_undefined && type != napi_null) {
        lsc_node_refuse(env, "an argument is no text");
        return false;
    }
    if (!lsc_node_read_text(env, value, text)) {
        return false;
    }
    if (text->bytes != NULL && strlen(text->bytes) != text->length) {
        lsc_node_refuse(env, "a text has a NUL in it");
        return false;
    }
    return true;
}

bool lsc_node_read_args(napi_env env, const napi_value args[], lsc_node_text *texts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!lsc_node_read_name(env, args[i], &texts[i])) {
            return false;
        }
    }
    return true;
}

bool lsc_node_read_texts(napi_env env, napi_value list, uint32_t first, lsc_node_text *texts,
                         uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        napi_value text = NULL;
        if (napi_get_element(env, list, first + i, &text) != napi_ok) {
            lsc_node_refuse(env, "an argument is no array");
            return false;
        }
        if (!lsc_node_read_name(env, text, &texts[i])) {
            return false;
        }
    }
    return true;
}

void *lsc_node_read_external(napi_env env, napi_value value)
{
    void *held = NULL;
    if (napi_get_value_external(env, value, &held) != napi_ok) {
        lsc_node_refuse(env, "an argument is no handle of the addon");
        return NULL;
    }
    return held;
}

static bool read_array(napi_env env, napi_value value, napi_typedarray_type wanted, void **data,
                       size_t *length)
{
    napi_typedarray_type type = napi_int8_array;
    if (napi_get_typedarray_info(env, value, &type, length, data, NULL, NULL) != napi_ok ||
        type != wanted) {
        lsc_node_refuse(env, "an argument is no typed array of the kind that is read");
        return false;
    }
    return true;
}

bool lsc_node_read_floats(napi_env env, napi_value value, float **floats, size_t *length)
{
    void *data = NULL;
    bool read = read_array(env, value, napi_float32_array, &data, length);
    *floats = data;
    return read;
}

bool lsc_node_read_doubles(napi_env env, napi_value value, double **doubles, size_t *length)
{
    void *data = NULL;
    bool read = read_array(env, value, napi_float64_array, &data, length);
    *doubles = data;
    return read;
}

/* Values. */

napi_value lsc_node_undefined(napi_env env)
{
    napi_value value = NULL;
    napi_get_undefined(env, &value);
    return value;
}

static napi_value null_value(napi_env env)
{
    napi_value value = NULL;
    napi_get_null(env, &value);
    return value;
}

napi_value lsc_node_string(napi_env env, const char *text)
{
    napi_value value = NULL;
    if (text == NULL) {
        return null_value(env);
    }
    napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value);
    return value;
}

napi_value lsc_node_bytes(napi_env env, const void *bytes, size_t length)
{
    napi_value value = NULL;
    napi_create_buffer_copy(env, length, bytes, NULL, &value);
    return value;
}

void lsc_node_set(napi_env env, napi_value object, const char *name, napi_value value)
{
    const napi_property_descriptor property = {
        .utf8name = name, .value = value, .attributes = napi_default_jsproperty};
    napi_define_properties(env, object, 1, &property);
}

void lsc_node_set_at(napi_env env, napi_value array, size_t at, napi_value value)
{
    char name[24]; /* more than 2^64 has digits */
    snprintf(name, sizeof(name), "%zu", at);
    lsc_node_set(env, array, name, value);
}

void lsc_node_set_string(napi_env env, napi_value object, const char *name, const char *text)
{
    lsc_node_set(env, object, name, lsc_node_string(env, text));
}

void lsc_node_set_number(napi_env env, napi_value object, const char *name, double number)
{
    napi_value value = null_value(env);
    if (!isnan(number)) {
        napi_create_double(env, number, &value);
    }
    lsc_node_set(env, object, name, value);
}

void lsc_node_set_bool(napi_env env, napi_value object, const char *name, bool flag)
{
    napi_value value = NULL;
    napi_get_boolean(env, flag, &value);
    lsc_node_set(env, object, name, value);
}

void lsc_node_set_time(napi_env env, napi_value object, const char *name, int64_t time_ms)
{
    lsc_node_set_number(env, object, name,
                        time_ms == LSC_TIME_NONE ? (double)NAN : (double)time_ms);
}

void lsc_node_put_result(const lsc_result *result, double numbers[LSC_NODE_RESULT])
{
    numbers[0] = (double)result->status;
    numbers[1] = result->score < 0 ? (double)NAN : (double)result->score;
    numbers[2] = (double)result->grade;
    numbers[3] = result->probability;
    numbers[4] = result->probability_low;
    numbers[5] = result->probability_high;
    numbers[6] = result->confidence;
    numbers[7] = (double)result->margin;
    numbers[8] = (double)result->raw_probability;
    numbers[9] = result->points;
}

bool lsc_node_define(napi_env env, napi_value exports, lsc_node_state *state,
                     const lsc_node_function *functions)
{
    for (; functions->name != NULL; functions++) {
        napi_value function = NULL;
        if (napi_create_function(env, functions->name, NAPI_AUTO_LENGTH, functions->call, state,
                                 &function) != napi_ok ||
            napi_set_named_property(env, exports, functions->name, function) != napi_ok) {
            return false;
        }
    }
    return true;
}
