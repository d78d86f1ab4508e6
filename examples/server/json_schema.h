/**
 * @file json_schema.h
 * Values checked against the schemas of the OpenAPI document: the keywords that it uses, and no other. A
 * schema is compiled at start, where a keyword that is not known is an error: nothing that the document
 * promises goes unchecked.
 *
 * Known: $ref (to #/components/schemas/..., which may recur), type, enum, const, properties, required,
 * additionalProperties, propertyNames, minProperties, maxProperties, items, minItems, maxItems, minLength, maxLength,
 * pattern, format (date-time, email, uuid, uri, byte), minimum, maximum, and what only describes.
 */
#ifndef SRV_JSON_SCHEMA_H
#define SRV_JSON_SCHEMA_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define SRV_SCHEMA_ERROR 400 /**< room for what is wrong */
#define SRV_SCHEMA_POINTER 300
/** Values of a body inside each other, whatever a schema says: what the library takes of a lead. */
#define SRV_MAX_NESTING 32

typedef struct srv_schema srv_schema;
typedef struct srv_schemas srv_schemas;

/** What is wrong with a value. */
typedef struct srv_fault {
    char pointer[SRV_SCHEMA_POINTER]; /**< where: a JSON pointer (RFC 6901), "" for the whole */
    char text[SRV_SCHEMA_ERROR];
    int depth; /**< where it is while it looks */
} srv_fault;

/** The schemas of a document, which must outlive them; freed by srv_schemas_free(). NULL: no memory. */
srv_schemas *srv_schemas_new(const json_t *document);
void srv_schemas_free(srv_schemas *schemas);

/**
 * Compile a schema of the document.
 *
 * @param name   for messages
 * @param error  filled where it is none
 * @return it, owned by `schemas`; NULL on error.
 */
const srv_schema *srv_schema_compile(srv_schemas *schemas, const json_t *schema, const char *name,
                                     char error[SRV_SCHEMA_ERROR]);

/** Whether a value is as a schema wants it; else `fault` says what is wrong. Any thread. */
bool srv_schema_check(const srv_schema *schema, const json_t *value, srv_fault *fault);

/**
 * Read a text of a URL as the value that a schema wants: a number, true or false, or a text.
 * @return a new value, not yet checked: a text where nothing else fits. NULL: no memory.
 */
json_t *srv_schema_read_text(const srv_schema *schema, const char *text);

#endif
