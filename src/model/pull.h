/**
 * @file pull.h
 * A pull reader of values: of JSON and of UBJSON, the two forms of XGBoost's models, from a stream,
 * with the same events. It allocates nothing, keeps only keys and short texts, and each event costs
 * at least one byte of input, so that claims of length cannot make it spin.
 *
 * JSON is that of RFC 8259, strictly, and the words NaN, Infinity and -Infinity, which XGBoost
 * writes for such numbers. Keys that occur twice are for the caller to tell.
 *
 * Not read of UBJSON (draft 12), because XGBoost writes none of it: objects of a stated count or
 * type, arrays of a type without bytes, high-precision numbers, characters.
 */
#ifndef LSC_MODEL_PULL_H
#define LSC_MODEL_PULL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"
#include "core/number.h"
#include "core/stream.h"
#include "core/visibility.h"

/** Objects and arrays inside each other. A model of XGBoost has 9. */
#define LSC_PULL_DEPTH 32
/** Bytes of a key that are kept, with the NUL. */
#define LSC_PULL_KEY_SIZE 64
/** Bytes of a text that are kept, with the NUL. A number of JSON is shorter, by its limit. */
#define LSC_PULL_TEXT_SIZE 1024

typedef enum lsc_pull_format {
    LSC_PULL_ANY, /**< told by the first two characters */
    LSC_PULL_JSON,
    LSC_PULL_UBJSON
} lsc_pull_format;

typedef enum lsc_pull_kind {
    LSC_PULL_END,    /**< of the object or array entered last; at the end, of the document */
    LSC_PULL_OBJECT, /**< its members follow, then its end */
    LSC_PULL_ARRAY,  /**< its items follow, then its end */
    LSC_PULL_NUMBER, /**< a boolean is 0 or 1 */
    LSC_PULL_STRING,
    LSC_PULL_NULL
} lsc_pull_kind;

/** What the reader came to. */
typedef struct lsc_pull_event {
    lsc_pull_kind kind;
    uint64_t offset; /**< of the value */
    size_t count;    /**< of an array: items, where it says so; else 0 */

    bool has_key; /**< a member of an object */
    size_t key_length;
    char key[LSC_PULL_KEY_SIZE]; /**< NUL-terminated; cut where key_length is more */

    const char *text;   /**< of a string or a number of JSON: the reader's, until the next event */
    size_t text_length; /**< a text of LSC_PULL_TEXT_SIZE or more is cut */
    char number_type;   /**< of UBJSON: i U I l L d D; of JSON: 0 */
    uint64_t number_bits;
} lsc_pull_event;

/** An object or array under way. */
typedef struct lsc_pull_frame {
    bool object;
    bool counted;       /**< of UBJSON */
    bool begun;         /**< of JSON: the next member or item needs a comma before it */
    char type;          /**< of UBJSON: of all items; 0 where each says its own */
    uint64_t remaining; /**< items of a counted array */
} lsc_pull_frame;

typedef struct lsc_pull {
    lsc_stream *in;
    lsc_pull_format format;
    bool begun;
    size_t depth;
    lsc_pull_frame frames[LSC_PULL_DEPTH];
    char text[LSC_PULL_TEXT_SIZE];
} lsc_pull;

/** @param in  outlives the reader */
LSC_SHARED void lsc_pull_init(lsc_pull *reader, lsc_stream *in, lsc_pull_format format);

/**
 * The next event.
 * @return LSC_OK; LSC_BAD_MODEL, or LSC_LIMIT for depth and the length of a number, with the offset;
 *         what the stream fails with. What follows the document is an error, white space of JSON
 *         aside.
 */
LSC_SHARED lsc_status lsc_pull_next(lsc_pull *reader, lsc_pull_event *event, lsc_error *error);

/** Go past what `event` began: to the end of an object or array. Nothing for other events. */
LSC_SHARED lsc_status lsc_pull_skip(lsc_pull *reader, const lsc_pull_event *event,
                                    lsc_error *error);

/** The number of an event: the nearest float32. @return false where it is beyond one. */
LSC_SHARED bool lsc_pull_float(const lsc_pull_event *event, float *number);
/** The number of an event. @return false where it is not written as an integer, or beyond one. */
LSC_SHARED bool lsc_pull_int(const lsc_pull_event *event, int64_t *number);

/**
 * The next items of the array that is under way, all numbers.
 * @param room  of `numbers`, at least 1
 * @param n     set to how many there were; fewer than `room` at the array's end, which is then taken
 * @return as lsc_pull_next(); LSC_BAD_MODEL for an item that is no such number.
 */
LSC_SHARED lsc_status lsc_pull_floats(lsc_pull *reader, float *numbers, size_t room, size_t *n,
                                      lsc_error *error);
LSC_SHARED lsc_status lsc_pull_ints(lsc_pull *reader, int64_t *numbers, size_t room, size_t *n,
                                    lsc_error *error);

/** True when the event's key is `key`. */
LSC_SHARED bool lsc_pull_key_is(const lsc_pull_event *event, const char *key);

#endif
