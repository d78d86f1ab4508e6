/**
 * @file ubjson.h
 * A pull reader of UBJSON (draft 12), as XGBoost writes it. Numbers are big-endian. It copies
 * nothing and never reads past its bytes, and each event costs at least one byte of input, so that
 * claims of length cannot make it spin.
 *
 * Not read, because XGBoost writes none of it: objects of a stated count or type, arrays of a type
 * without bytes, high-precision numbers, characters.
 */
#ifndef LSC_MODEL_UBJSON_H
#define LSC_MODEL_UBJSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"
#include "core/visibility.h"

/** Objects and arrays inside each other. A model of XGBoost has 8. */
#define LSC_UBJSON_DEPTH 32

typedef enum lsc_ubjson_kind {
    LSC_UBJSON_END,     /**< of the object or array entered last; at the end, of the document */
    LSC_UBJSON_OBJECT,  /**< its members follow, then its end */
    LSC_UBJSON_ARRAY,   /**< its items follow, then its end */
    LSC_UBJSON_NUMBERS, /**< an array of one type of number, whole */
    LSC_UBJSON_NUMBER,  /**< one number; a boolean is 0 or 1 */
    LSC_UBJSON_STRING,
    LSC_UBJSON_NULL
} lsc_ubjson_kind;

/** What the reader came to. Pointers are into its bytes. */
typedef struct lsc_ubjson_event {
    lsc_ubjson_kind kind;
    size_t offset;   /**< of the value */
    const char *key; /**< of a member of an object; not NUL-terminated */
    size_t key_length;
    const char *text; /**< of a string; not NUL-terminated */
    size_t text_length;
    char type;            /**< of numbers: i U I l L d D */
    const uint8_t *items; /**< of numbers */
    size_t count;
} lsc_ubjson_event;

/** An object or array under way. */
typedef struct lsc_ubjson_frame {
    bool object;
    bool counted;
    uint64_t remaining; /**< items of a counted array */
} lsc_ubjson_frame;

typedef struct lsc_ubjson {
    const uint8_t *bytes;
    size_t length;
    size_t offset;
    bool begun;
    size_t depth;
    lsc_ubjson_frame frames[LSC_UBJSON_DEPTH];
} lsc_ubjson;

LSC_SHARED void lsc_ubjson_init(lsc_ubjson *reader, const void *bytes, size_t length);

/**
 * The next event.
 * @return LSC_OK; LSC_BAD_MODEL or LSC_LIMIT with the offset. Bytes past the document are an error.
 */
LSC_SHARED lsc_status lsc_ubjson_next(lsc_ubjson *reader, lsc_ubjson_event *event,
                                      lsc_error *error);

/** Go past what `event` began: to the end of an object or array. Nothing for other events. */
LSC_SHARED lsc_status lsc_ubjson_skip(lsc_ubjson *reader, const lsc_ubjson_event *event,
                                      lsc_error *error);

/** Number `i` of an event: exact for all types but L beyond 2^53. */
LSC_SHARED double lsc_ubjson_number(const lsc_ubjson_event *event, size_t i);

/** True when the event's key is `key`. */
LSC_SHARED bool lsc_ubjson_key_is(const lsc_ubjson_event *event, const char *key);

#endif
