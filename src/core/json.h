/**
 * @file json.h
 * Reading JSON into a tree (through cJSON, behind a strict pre-scan) and writing it.
 *
 * The tree is read-only and opaque. Strings in it are UTF-8 and NUL-terminated (\u0000 is refused).
 */
#ifndef LSC_CORE_JSON_H
#define LSC_CORE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"
#include "error.h"

/** The deepest nesting read, whatever the limits say. */
#define LSC_JSON_MAX_DEPTH 256

typedef struct lsc_json lsc_json;

typedef enum lsc_json_type {
    LSC_JSON_NULL,
    LSC_JSON_BOOL,
    LSC_JSON_NUMBER,
    LSC_JSON_STRING,
    LSC_JSON_ARRAY,
    LSC_JSON_OBJECT
} lsc_json_type;

/** What a reader accepts. */
typedef struct lsc_json_limits {
    size_t max_bytes;
    size_t max_depth;  /**< 1: no nesting */
    size_t max_values; /**< values of any type, all together */
} lsc_json_limits;

/**
 * Parse strict RFC 8259 JSON: one value, white space around it. Numbers become the nearest double,
 * in any locale; those of more than LSC_NUMBER_MAX_LENGTH bytes are LSC_LIMIT. Refused with the byte
 * offset:
 * invalid UTF-8, repeated keys in an object (compared after unescaping), \u0000, lone surrogates,
 * leading zeros, control characters in strings, numbers that overflow a double, anything after the
 * value, a byte order mark.
 *
 * @param root  set to the tree, freed by lsc_json_free(); NULL on error
 * @return LSC_OK, LSC_BAD_JSON, LSC_LIMIT or LSC_NO_MEMORY.
 */
LSC_SHARED lsc_status lsc_json_parse(const char *text, size_t length, const lsc_json_limits *limits,
                                     lsc_json **root, lsc_error *error);
LSC_SHARED void lsc_json_free(lsc_json *root);

LSC_SHARED lsc_json_type lsc_json_kind(const lsc_json *value);
/** "null", "boolean", "number", "string", "array", "object": for messages. */
LSC_SHARED const char *lsc_json_kind_name(const lsc_json *value);
LSC_SHARED bool lsc_json_bool(const lsc_json *value);
LSC_SHARED double lsc_json_number(const lsc_json *value);
LSC_SHARED const char *lsc_json_string(const lsc_json *value);

/** First item of an array or member of an object, then its siblings; NULL at the end. */
LSC_SHARED const lsc_json *lsc_json_first(const lsc_json *container);
LSC_SHARED const lsc_json *lsc_json_next(const lsc_json *item);
/** The key of a member of an object. */
LSC_SHARED const char *lsc_json_key(const lsc_json *member);
/** Items or members. */
LSC_SHARED size_t lsc_json_count(const lsc_json *container);
/** The member of this name (case counts), or NULL. */
LSC_SHARED const lsc_json *lsc_json_member(const lsc_json *object, const char *key);

/**
 * Typed members of an object with the message a user needs. `place` is the object's name for the
 * message, e.g. "features[3]". An absent member leaves `out` as it is when `required` is false.
 * @return LSC_OK, or `status` naming place, key, and what stands there.
 */
LSC_SHARED lsc_status lsc_json_get_string(const lsc_json *object, const char *key, bool required,
                                          const char **out, lsc_status status, const char *place,
                                          lsc_error *error);
LSC_SHARED lsc_status lsc_json_get_number(const lsc_json *object, const char *key, bool required,
                                          double low, double high, double *out, lsc_status status,
                                          const char *place, lsc_error *error);
LSC_SHARED lsc_status lsc_json_get_bool(const lsc_json *object, const char *key, bool required,
                                        bool *out, lsc_status status, const char *place,
                                        lsc_error *error);
LSC_SHARED lsc_status lsc_json_get_container(const lsc_json *object, const char *key, bool required,
                                             lsc_json_type type, const lsc_json **out,
                                             lsc_status status, const char *place,
                                             lsc_error *error);
/** Refuse members whose key is not in the NULL-terminated list `known`. */
LSC_SHARED lsc_status lsc_json_check_keys(const lsc_json *object, const char *const *known,
                                          lsc_status status, const char *place, lsc_error *error);

/**
 * A writer onto a buffer. Commas and indentation are its business; nesting is the caller's.
 * Numbers are written so that they read back to the same double, shortest first; NaN and
 * infinities become null.
 */
typedef struct lsc_json_writer {
    lsc_buffer *out;
    int indent; /**< spaces a level; 0: all on one line */
    int depth;
    bool comma;     /**< the next value needs one before it */
    bool after_key; /**< a key stands before it */
} lsc_json_writer;

LSC_SHARED void lsc_json_writer_init(lsc_json_writer *writer, lsc_buffer *out, int indent);
LSC_SHARED void lsc_json_begin_object(lsc_json_writer *writer);
LSC_SHARED void lsc_json_end_object(lsc_json_writer *writer);
LSC_SHARED void lsc_json_begin_array(lsc_json_writer *writer);
LSC_SHARED void lsc_json_end_array(lsc_json_writer *writer);
LSC_SHARED void lsc_json_put_key(lsc_json_writer *writer, const char *key);
LSC_SHARED void lsc_json_put_string(lsc_json_writer *writer, const char *text);
LSC_SHARED void lsc_json_put_text(lsc_json_writer *writer, const char *text, size_t length);
LSC_SHARED void lsc_json_put_number(lsc_json_writer *writer, double number);
/** A float32, shortest text that reads back to the same float. */
LSC_SHARED void lsc_json_put_float(lsc_json_writer *writer, float number);
LSC_SHARED void lsc_json_put_int(lsc_json_writer *writer, int64_t number);
/** A time as RFC 3339; null for one that lsc_time_format() writes as none. */
LSC_SHARED void lsc_json_put_time(lsc_json_writer *writer, int64_t time_ms);
LSC_SHARED void lsc_json_put_bool(lsc_json_writer *writer, bool boolean);
LSC_SHARED void lsc_json_put_null(lsc_json_writer *writer);
/** A tree read by lsc_json_parse(), as it is. */
LSC_SHARED void lsc_json_put_tree(lsc_json_writer *writer, const lsc_json *value);
/** Text that is JSON already. */
LSC_SHARED void lsc_json_put_raw(lsc_json_writer *writer, const char *json, size_t length);

/** A member of an object: its key and its value. */
LSC_SHARED void lsc_json_member_string(lsc_json_writer *writer, const char *key, const char *text);
LSC_SHARED void lsc_json_member_number(lsc_json_writer *writer, const char *key, double number);
LSC_SHARED void lsc_json_member_int(lsc_json_writer *writer, const char *key, int64_t number);
LSC_SHARED void lsc_json_member_time(lsc_json_writer *writer, const char *key, int64_t time_ms);
LSC_SHARED void lsc_json_member_bool(lsc_json_writer *writer, const char *key, bool boolean);

#endif
