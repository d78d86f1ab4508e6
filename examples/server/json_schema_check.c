#include "json_schema.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_schema_data.h"

/* A schema may refer to itself: a check recurs as deep as the value, up to SRV_MAX_NESTING. */

static unsigned type_of(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_NULL:
        return IS_NULL;
    case JSON_TRUE:
    case JSON_FALSE:
        return IS_BOOLEAN;
    case JSON_INTEGER:
        return IS_INTEGER | IS_NUMBER;
    case JSON_REAL:
        return json_real_value(value) == floor(json_real_value(value)) ? IS_INTEGER | IS_NUMBER
                                                                       : IS_NUMBER;
    case JSON_STRING:
        return IS_STRING;
    case JSON_ARRAY:
        return IS_ARRAY;
    case JSON_OBJECT:
    default:
        return IS_OBJECT;
    }
}

static bool fails(srv_fault *fault, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool fails(srv_fault *fault, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(fault->text, sizeof(fault->text), format, arguments);
    va_end(arguments);
    return false;
}

/* Add a step to the pointer, escaped as RFC 6901 says. Returns what the length was. */
static size_t step_into(srv_fault *fault, const char *name)
{
    size_t before = strlen(fault->pointer);
    size_t at = before;
    if (at + 2 < sizeof(fault->pointer)) {
        fault->pointer[at++] = '/';
    }
    for (; *name != '\0' && at + 3 < sizeof(fault->pointer); name++) {
        if (*name == '~' || *name == '/') {
            fault->pointer[at++] = '~';
            fault->pointer[at++] = *name == '~' ? '0' : '1';
        } else {
            fault->pointer[at++] = *name;
        }
    }
    fault->pointer[at] = '\0';
    return before;
}

static bool check(const srv_schema *schema, const json_t *value, srv_fault *fault);

static bool check_inside(const srv_schema *schema, const json_t *value, const char *name,
                         srv_fault *fault)
{
    size_t before = step_into(fault, name);
    if (fault->depth == SRV_MAX_NESTING) {
        return fails(fault, "lies deeper than %d in each other", SRV_MAX_NESTING);
    }
    fault->depth++;
    bool is_right = check(schema, value, fault);
    fault->depth--;
    if (is_right) {
        fault->pointer[before] = '\0';
    }
    return is_right;
}

static const srv_schema *schema_of_member(const srv_schema *schema, const char *name)
{
    for (size_t i = 0; i < schema->n_members; i++) {
        if (strcmp(schema->members[i].name, name) == 0) {
            return schema->members[i].schema;
        }
    }
    return schema->others;
}

/* Only where a member that is not named has a rule. */
static bool check_every_member(const srv_schema *schema, const json_t *value, srv_fault *fault)
{
    const char *name;
    json_t *child;
    json_object_foreach((json_t *)(uintptr_t)value, name, child)
    {
        const srv_schema *rule = schema_of_member(schema, name);
        if (rule == NULL) {
            return fails(fault, "\"%.100s\" is no member that is known", name);
        }
        if (!check_inside(rule, child, name, fault)) {
            return false;
        }
    }
    return true;
}

static bool check_size(const size_range *range, size_t size, const char *what, srv_fault *fault)
{
    return (size >= range->least && size <= range->most) ||
           fails(fault, "has %zu %s, must have %zu to %zu", size, what, range->least, range->most);
}

static bool check_text(const srv_schema *schema, const char *text, srv_fault *fault);

static bool check_names(const srv_schema *schema, const json_t *value, srv_fault *fault)
{
    const char *name;
    json_t *child;
    json_object_foreach((json_t *)(uintptr_t)value, name, child)
    {
        if (!check_text(schema->names, name, fault)) {
            size_t length = strlen(fault->text);
            snprintf(fault->text + length, sizeof(fault->text) - length,
                     ", as the name of a member: \"%.100s\"", name);
            return false;
        }
    }
    return true;
}

static bool check_object(const srv_schema *schema, const json_t *value, srv_fault *fault)
{
    for (size_t i = 0; i < json_array_size(schema->required); i++) {
        const char *name = json_string_value(json_array_get(schema->required, i));
        if (json_object_get(value, name) == NULL) {
            return fails(fault, "\"%s\" is missing", name);
        }
    }
    size_t size = json_object_size(value);
    if (!check_size(&schema->members_range, size, "members", fault)) {
        return false;
    }
    if (schema->names != NULL && !check_names(schema, value, fault)) {
        return false;
    }
    if (schema->is_closed || schema->others != NULL) {
        return check_every_member(schema, value, fault);
    }
    for (size_t i = 0; i < schema->n_members; i++) {
        const json_t *child = json_object_get(value, schema->members[i].name);
        if (child != NULL &&
            !check_inside(schema->members[i].schema, child, schema->members[i].name, fault)) {
            return false;
        }
    }
    return true;
}

static bool check_array(const srv_schema *schema, const json_t *value, srv_fault *fault)
{
    size_t size = json_array_size(value);
    if (!check_size(&schema->items_range, size, "items", fault)) {
        return false;
    }
    for (size_t i = 0; schema->items != NULL && i < size; i++) {
        char index[24];
        snprintf(index, sizeof(index), "%zu", i);
        if (!check_inside(schema->items, json_array_get(value, i), index, fault)) {
            return false;
        }
    }
    return true;
}

static size_t characters(const char *text)
{
    size_t n = 0;
    for (; *text != '\0'; text++) {
        n += ((unsigned char)*text & 0xc0) != 0x80;
    }
    return n;
}

static bool check_text(const srv_schema *schema, const char *text, srv_fault *fault)
{
    size_t size = characters(text);
    if (!check_size(&schema->characters_range, size, "characters", fault)) {
        return false;
    }
    if (schema->pattern != NULL && regexec(schema->pattern, text, 0, NULL, 0) != 0) {
        return fails(fault, "does not match %s", schema->pattern_text);
    }
    return srv_format_check(schema->format, text) ||
           fails(fault, "is no %s", srv_format_name(schema->format));
}

static bool check_string(const srv_schema *schema, const json_t *value, srv_fault *fault)
{
    const char *text = json_string_value(value);
    return strlen(text) == json_string_length(value) ? check_text(schema, text, fault)
                                                     : fails(fault, "holds a NUL");
}

static bool check_number(const srv_schema *schema, const json_t *value, srv_fault *fault)
{
    double number = json_number_value(value);
    return (number >= schema->low && number <= schema->high) ||
           fails(fault, "is %g, must be from %g to %g", number, schema->low, schema->high);
}

static bool check_type(const srv_schema *schema, const json_t *value, srv_fault *fault)
{
    if ((type_of(value) & schema->types) != 0) {
        return true;
    }
    char names[96] = "";
    for (size_t i = 0; srv_schema_types[i] != NULL; i++) {
        if ((schema->types & (1u << i)) != 0) {
            size_t length = strlen(names);
            snprintf(names + length, sizeof(names) - length, "%s%s", length > 0 ? " or " : "",
                     srv_schema_types[i]);
        }
    }
    return fails(fault, "must be of type %s", names);
}

static bool is_among(const json_t *choices, const json_t *value)
{
    for (size_t i = 0; i < json_array_size(choices); i++) {
        if (json_equal(json_array_get(choices, i), value)) {
            return true;
        }
    }
    return false;
}

/* Whether `value` is among `choices`; else the fault lists them. */
static bool check_choice(const json_t *choices, const json_t *value, srv_fault *fault)
{
    if (is_among(choices, value)) {
        return true;
    }
    char *list = json_dumps(choices, JSON_COMPACT);
    fails(fault, "must be one of %s", list != NULL ? list : "some values");
    free(list);
    return false;
}

static bool check(const srv_schema *schema, const json_t *value, srv_fault *fault)
{
    if (!check_type(schema, value, fault)) {
        return false;
    }
    if (schema->choices != NULL && !check_choice(schema->choices, value, fault)) {
        return false;
    }
    if (schema->constant != NULL && !json_equal(schema->constant, value)) {
        return fails(fault, "is not the value that it must be");
    }
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return check_object(schema, value, fault);
    case JSON_ARRAY:
        return check_array(schema, value, fault);
    case JSON_STRING:
        return check_string(schema, value, fault);
    case JSON_INTEGER:
    case JSON_REAL:
        return check_number(schema, value, fault);
    default:
        return true;
    }
}

bool srv_schema_check(const srv_schema *schema, const json_t *value, srv_fault *fault)
{
    fault->pointer[0] = '\0';
    fault->text[0] = '\0';
    fault->depth = 0;
    return check(schema, value, fault);
}

/* Texts of a URL. */

json_t *srv_schema_read_text(const srv_schema *schema, const char *text)
{
    json_t *value = NULL;
    if ((schema->types & (IS_INTEGER | IS_NUMBER | IS_BOOLEAN)) != 0 &&
        (schema->types & IS_STRING) == 0) {
        value = json_loads(text, JSON_DECODE_ANY, NULL);
        if (value != NULL && (json_is_object(value) || json_is_array(value))) {
            json_decref(value);
            value = NULL;
        }
    }
    return value != NULL ? value : json_string(text);
}
