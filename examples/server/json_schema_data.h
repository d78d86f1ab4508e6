/**
 * @file json_schema_data.h
 * What a compiled schema is: json_schema.c makes it, json_schema_check.c looks at values with it.
 */
#ifndef SRV_JSON_SCHEMA_DATA_H
#define SRV_JSON_SCHEMA_DATA_H

#include <regex.h>

#include "formats.h"
#include "json_schema.h"

/** Types of JSON, as a set. A whole number has two of them. */
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

typedef struct size_range {
    size_t least;
    size_t most;
} size_range;

/** A compiled schema. What is not limited has 0 or the largest number. */
struct srv_schema {
    srv_schema *next;      /**< of those of the document */
    const char *reference; /**< the $ref that names it; NULL: none does */
    unsigned types;
    const json_t *choices;  /**< of enum; NULL: any */
    const json_t *constant; /**< of const; NULL: any */
    named_schema *members;
    size_t n_members;
    const json_t *required; /**< array of names; NULL: none */
    bool is_closed;         /**< no member but those named */
    const srv_schema *others;
    const srv_schema *names; /**< what the names of members must be */
    const srv_schema *items;
    size_range members_range; /**< how many of them there may be */
    size_range items_range;
    size_range characters_range;
    double low;
    double high;
    regex_t *pattern;
    const char *pattern_text;
    srv_format format;
};

/** Names of the types, in the order of their bits; ends with NULL. */
extern const char *const srv_schema_types[];

#endif
