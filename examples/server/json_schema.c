#include "json_schema.h"

#include <math.h>
#include <regex.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats.h"

/** Schemas inside each other, and references followed. One past is an error: a schema may not recur. */
#define MAX_DEPTH 24

enum {
    IS_NULL = 1,
    IS_BOOLEAN = 2,
    IS_INTEGER = 4,
    IS_NUMBER = 8,
    IS_STRING = 16,
    IS_ARRAY = 32,
    IS_OBJECT = 64,
    IS_ANY = 127
};

typedef struct named_schema {
    const char *name;
    const srv_schema *schema;
} named_schema;

/** A compiled schema. What is not limited has 0 or the largest number. */
struct srv_schema {
    srv_schema *next; /**< of those of the document */
    unsigned types;
    const json_t *choices;  /**< of enum; NULL: any */
    const json_t *constant; /**< of const; NULL: any */
    named_schema *members;
    size_t n_members;
    const json_t *required; /**< array of names; NULL: none */
    bool is_closed;         /**< no member but those named */
    const srv_schema *others;
    const srv_schema *items;
    size_t least_size; /**< of members, items or characters, by the type */
    size_t most_size;
    double low;
    double high;
    regex_t *pattern;
    const char *pattern_text;
    srv_format format;
};

struct srv_schemas {
    const json_t *document;
    srv_schema *all;
};

typedef struct compilation {
    srv_schemas *schemas;
    const char *name;
    int depth;
    char *error;
} compilation;

static const char *const type_names[] = {"null",   "boolean", "integer", "number",
                                         "string", "array",   "object"};

srv_schemas *srv_schemas_new(const json_t *document)
{
    srv_schemas *schemas = calloc(1, sizeof(*schemas));
    if (schemas != NULL) {
        schemas->document = document;
    }
    return schemas;
}

void srv_schemas_free(srv_schemas *schemas)
{
    if (schemas == NULL) {
        return;
    }
    while (schemas->all != NULL) {
        srv_schema *schema = schemas->all;
        schemas->all = schema->next;
        if (schema->pattern != NULL) {
            regfree(schema->pattern);
            free(schema->pattern);
        }
        free(schema->members);
        free(schema);
    }
    free(schemas);
}

/* Compiling. */

static bool wrong(compilation *compiler, const char *keyword, const char *what)
{
    snprintf(compiler->error, SRV_SCHEMA_ERROR, "%s: \"%s\" %s", compiler->name, keyword, what);
    return false;
}

static unsigned type_bit(const char *name)
{
    for (size_t i = 0; i < sizeof(type_names) / sizeof(type_names[0]); i++) {
        if (strcmp(name, type_names[i]) == 0) {
            return 1u << i;
        }
    }
    return 0;
}

static const srv_schema *compile(compilation *compiler, const json_t *from);

static bool take_type(compilation *compiler, srv_schema *schema, const json_t *value)
{
    schema->types = 0;
    if (json_is_string(value)) {
        schema->types = type_bit(json_string_value(value));
    }
    for (size_t i = 0; i < json_array_size(value); i++) {
        const char *name = json_string_value(json_array_get(value, i));
        schema->types |= type_bit(name != NULL ? name : "");
    }
    return schema->types != 0 || wrong(compiler, "type", "names no type");
}

static bool take_members(compilation *compiler, srv_schema *schema, json_t *value)
{
    schema->members = calloc(json_object_size(value) + 1, sizeof(*schema->members));
    if (schema->members == NULL) {
        return wrong(compiler, "properties", "takes more memory than there is");
    }
    const char *name;
    json_t *child;
    json_object_foreach(value, name, child)
    {
        named_schema *member = &schema->members[schema->n_members++];
        member->name = name;
        member->schema = compile(compiler, child);
        if (member->schema == NULL) {
            return false;
        }
    }
    return true;
}

static bool take_pattern(compilation *compiler, srv_schema *schema, const json_t *value)
{
    schema->pattern_text = json_string_value(value);
    schema->pattern = calloc(1, sizeof(*schema->pattern));
    if (schema->pattern != NULL && schema->pattern_text != NULL &&
        regcomp(schema->pattern, schema->pattern_text, REG_EXTENDED | REG_NOSUB) == 0) {
        return true;
    }
    free(schema->pattern);
    schema->pattern = NULL;
    return wrong(compiler, "pattern", "is no regular expression");
}

static bool take_format(compilation *compiler, srv_schema *schema, const json_t *value)
{
    const char *name = json_string_value(value);
    return srv_format_of(name != NULL ? name : "", &schema->format) ||
           wrong(compiler, "format", "names none that is known");
}

static bool take_others(compilation *compiler, srv_schema *schema, const json_t *value)
{
    if (json_is_boolean(value)) {
        schema->is_closed = json_is_false(value);
        return true;
    }
    schema->others = compile(compiler, value);
    return schema->others != NULL;
}

static bool take_items(compilation *compiler, srv_schema *schema, const json_t *value)
{
    schema->items = compile(compiler, value);
    return schema->items != NULL;
}

/* The keywords that are one number or one pointer. */
static bool take_simple(srv_schema *schema, const char *keyword, const json_t *value)
{
    if (strcmp(keyword, "enum") == 0) {
        schema->choices = value;
    } else if (strcmp(keyword, "const") == 0) {
        schema->constant = value;
    } else if (strcmp(keyword, "required") == 0) {
        schema->required = value;
    } else if (strcmp(keyword, "minimum") == 0) {
        schema->low = json_number_value(value);
    } else if (strcmp(keyword, "maximum") == 0) {
        schema->high = json_number_value(value);
    } else if (strcmp(keyword, "minLength") == 0 || strcmp(keyword, "minItems") == 0 ||
               strcmp(keyword, "minProperties") == 0) {
        schema->least_size = (size_t)json_integer_value(value);
    } else if (strcmp(keyword, "maxLength") == 0 || strcmp(keyword, "maxItems") == 0 ||
               strcmp(keyword, "maxProperties") == 0) {
        schema->most_size = (size_t)json_integer_value(value);
    } else {
        return false;
    }
    return true;
}

static bool only_describes(const char *keyword)
{
    static const char *const words[] = {"title",      "contentMediaType", "description",
                                        "examples",   "example",          "default",
                                        "deprecated", "readOnly",         "writeOnly"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(keyword, words[i]) == 0) {
            return true;
        }
    }
    return false;
}

typedef struct taker {
    const char *keyword;
    bool (*take)(compilation *compiler, srv_schema *schema, const json_t *value);
} taker;

static bool take_properties(compilation *compiler, srv_schema *schema, const json_t *value)
{
    json_t *members = json_incref((json_t *)(uintptr_t)value);
    bool taken = take_members(compiler, schema, members);
    json_decref(members);
    return taken;
}

static const taker takers[] = {
    {"type", take_type},       {"properties", take_properties},
    {"pattern", take_pattern}, {"additionalProperties", take_others},
    {"format", take_format},   {"items", take_items},
};

static bool take_keyword(compilation *compiler, srv_schema *schema, const char *keyword,
                         const json_t *value)
{
    for (size_t i = 0; i < sizeof(takers) / sizeof(takers[0]); i++) {
        if (strcmp(keyword, takers[i].keyword) == 0) {
            return takers[i].take(compiler, schema, value);
        }
    }
    return take_simple(schema, keyword, value) || only_describes(keyword) ||
           wrong(compiler, keyword, "is no keyword that this server checks");
}

static const srv_schema *follow(compilation *compiler, const char *reference)
{
    static const char prefix[] = "#/components/schemas/";
    const json_t *schemas =
        json_object_get(json_object_get(compiler->schemas->document, "components"), "schemas");
    const json_t *found = NULL;
    if (strncmp(reference, prefix, sizeof(prefix) - 1) == 0) {
        found = json_object_get(schemas, reference + sizeof(prefix) - 1);
    }
    if (found == NULL) {
        wrong(compiler, reference, "names no schema");
        return NULL;
    }
    return compile(compiler, found);
}

static srv_schema *new_schema(compilation *compiler)
{
    srv_schema *schema = calloc(1, sizeof(*schema));
    if (schema == NULL) {
        wrong(compiler, "schema", "takes more memory than there is");
        return NULL;
    }
    schema->types = IS_ANY;
    schema->most_size = SIZE_MAX;
    schema->low = -HUGE_VAL;
    schema->high = HUGE_VAL;
    schema->next = compiler->schemas->all;
    compiler->schemas->all = schema;
    return schema;
}

static const srv_schema *compile_members(compilation *compiler, const json_t *from)
{
    const char *reference = json_string_value(json_object_get(from, "$ref"));
    if (reference != NULL) {
        return follow(compiler, reference);
    }
    srv_schema *schema = new_schema(compiler);
    if (schema == NULL) {
        return NULL;
    }
    json_t *keywords = json_incref((json_t *)(uintptr_t)from);
    bool taken = true;
    const char *keyword;
    json_t *value;
    json_object_foreach(keywords, keyword, value)
    {
        taken = taken && take_keyword(compiler, schema, keyword, value);
    }
    json_decref(keywords);
    return taken ? schema : NULL;
}

static const srv_schema *compile(compilation *compiler, const json_t *from)
{
    if (!json_is_object(from) || compiler->depth >= MAX_DEPTH) {
        wrong(compiler, "schema", "is no object, or goes too deep");
        return NULL;
    }
    compiler->depth++;
    const srv_schema *schema = compile_members(compiler, from);
    compiler->depth--;
    return schema;
}

const srv_schema *srv_schema_compile(srv_schemas *schemas, const json_t *schema, const char *name,
                                     char error[SRV_SCHEMA_ERROR])
{
    compilation compiler = {schemas, name, 0, error};
    return compile(&compiler, schema);
}

/* Checking. It recurs as deep as the schema, which is at most MAX_DEPTH, whatever the value is. */

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
    bool is_right = check(schema, value, fault);
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

static bool check_object(const srv_schema *schema, const json_t *value, srv_fault *fault)
{
    for (size_t i = 0; i < json_array_size(schema->required); i++) {
        const char *name = json_string_value(json_array_get(schema->required, i));
        if (json_object_get(value, name) == NULL) {
            return fails(fault, "\"%s\" is missing", name);
        }
    }
    size_t size = json_object_size(value);
    if (size < schema->least_size || size > schema->most_size) {
        return fails(fault, "has %zu members, must have %zu to %zu", size, schema->least_size,
                     schema->most_size);
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
    if (size < schema->least_size || size > schema->most_size) {
        return fails(fault, "has %zu items, must have %zu to %zu", size, schema->least_size,
                     schema->most_size);
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

static bool check_string(const srv_schema *schema, const json_t *value, srv_fault *fault)
{
    const char *text = json_string_value(value);
    if (strlen(text) != json_string_length(value)) {
        return fails(fault, "holds a NUL");
    }
    size_t size = characters(text);
    if (size < schema->least_size || size > schema->most_size) {
        return fails(fault, "has %zu characters, must have %zu to %zu", size, schema->least_size,
                     schema->most_size);
    }
    if (schema->pattern != NULL && regexec(schema->pattern, text, 0, NULL, 0) != 0) {
        return fails(fault, "does not match %s", schema->pattern_text);
    }
    return srv_format_check(schema->format, text) ||
           fails(fault, "is no %s", srv_format_name(schema->format));
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
    for (size_t i = 0; i < sizeof(type_names) / sizeof(type_names[0]); i++) {
        if ((schema->types & (1u << i)) != 0) {
            size_t length = strlen(names);
            snprintf(names + length, sizeof(names) - length, "%s%s", length > 0 ? " or " : "",
                     type_names[i]);
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

static bool check(const srv_schema *schema, const json_t *value, srv_fault *fault)
{
    if (!check_type(schema, value, fault)) {
        return false;
    }
    if (schema->choices != NULL && !is_among(schema->choices, value)) {
        return fails(fault, "is none of the values that it may be");
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
