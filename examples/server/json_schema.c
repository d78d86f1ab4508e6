#include "json_schema.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_schema_data.h"

/** Schemas inside each other, and references in a row. One past is an error. */
#define MAX_DEPTH 24

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

const char *const srv_schema_types[] = {"null",   "boolean", "integer", "number",
                                        "string", "array",   "object",  NULL};

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
    for (size_t i = 0; srv_schema_types[i] != NULL; i++) {
        if (strcmp(name, srv_schema_types[i]) == 0) {
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

static bool take_names(compilation *compiler, srv_schema *schema, const json_t *value)
{
    schema->names = compile(compiler, value);
    return schema->names != NULL;
}

static bool take_items(compilation *compiler, srv_schema *schema, const json_t *value)
{
    schema->items = compile(compiler, value);
    return schema->items != NULL;
}

static bool take_size(srv_schema *schema, const char *keyword, size_t size)
{
    if (strncmp(keyword, "min", 3) != 0 && strncmp(keyword, "max", 3) != 0) {
        return false;
    }
    const char *of = keyword + 3;
    size_range *range = strcmp(of, "Length") == 0       ? &schema->characters_range
                        : strcmp(of, "Items") == 0      ? &schema->items_range
                        : strcmp(of, "Properties") == 0 ? &schema->members_range
                                                        : NULL;
    if (range != NULL) {
        *(keyword[1] == 'i' ? &range->least : &range->most) = size;
    }
    return range != NULL;
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
    } else {
        return take_size(schema, keyword, (size_t)json_integer_value(value));
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
    {"type", take_type},           {"properties", take_properties},
    {"pattern", take_pattern},     {"additionalProperties", take_others},
    {"format", take_format},       {"items", take_items},
    {"propertyNames", take_names},
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

static srv_schema *new_schema(compilation *compiler)
{
    srv_schema *schema = calloc(1, sizeof(*schema));
    if (schema == NULL) {
        wrong(compiler, "schema", "takes more memory than there is");
        return NULL;
    }
    schema->types = IS_ANY;
    schema->members_range.most = SIZE_MAX;
    schema->items_range.most = SIZE_MAX;
    schema->characters_range.most = SIZE_MAX;
    schema->low = -HUGE_VAL;
    schema->high = HUGE_VAL;
    schema->next = compiler->schemas->all;
    compiler->schemas->all = schema;
    return schema;
}

static const srv_schema *compiled_for(const compilation *compiler, const char *reference)
{
    for (const srv_schema *schema = compiler->schemas->all; schema != NULL; schema = schema->next) {
        if (schema->reference != NULL && strcmp(schema->reference, reference) == 0) {
            return schema;
        }
    }
    return NULL;
}

static const json_t *find_schema(const compilation *compiler, const char *reference)
{
    static const char prefix[] = "#/components/schemas/";
    const json_t *schemas =
        json_object_get(json_object_get(compiler->schemas->document, "components"), "schemas");
    return strncmp(reference, prefix, sizeof(prefix) - 1) == 0
               ? json_object_get(schemas, reference + sizeof(prefix) - 1)
               : NULL;
}

/* `reference` names what is compiled, so that it may refer to itself; NULL: nothing does. */
static const srv_schema *compile_members(compilation *compiler, const json_t *from,
                                         const char *reference)
{
    srv_schema *schema = new_schema(compiler);
    if (schema == NULL) {
        return NULL;
    }
    schema->reference = reference;
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

/* Each schema that is referred to is compiled once. */
static const srv_schema *follow(compilation *compiler, const char *reference)
{
    const srv_schema *known = compiled_for(compiler, reference);
    const json_t *found = find_schema(compiler, reference);
    if (known == NULL && (found == NULL || json_object_get(found, "$ref") != NULL)) {
        wrong(compiler, reference, "names no schema, or one that is a reference only");
        return NULL;
    }
    return known != NULL ? known : compile_members(compiler, found, reference);
}

static const srv_schema *compile(compilation *compiler, const json_t *from)
{
    if (!json_is_object(from) || compiler->depth >= MAX_DEPTH) {
        wrong(compiler, "schema", "is no object, or goes too deep");
        return NULL;
    }
    compiler->depth++;
    const char *reference = json_string_value(json_object_get(from, "$ref"));
    const srv_schema *schema =
        reference != NULL ? follow(compiler, reference) : compile_members(compiler, from, NULL);
    compiler->depth--;
    return schema;
}

const srv_schema *srv_schema_compile(srv_schemas *schemas, const json_t *schema, const char *name,
                                     char error[SRV_SCHEMA_ERROR])
{
    compilation compiler = {schemas, name, 0, error};
    return compile(&compiler, schema);
}
