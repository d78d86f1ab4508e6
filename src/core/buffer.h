/**
 * @file buffer.h
 * Bytes that grow. A failed append is remembered: append freely, and look at `failed` once, or let
 * lsc_buffer_status() say it.
 */
#ifndef LSC_CORE_BUFFER_H
#define LSC_CORE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "memory.h"

typedef struct lsc_buffer {
    const lsc_allocator *allocator; /**< outlives the buffer */
    char *data;                     /**< NUL-terminated once anything was appended; else NULL */
    size_t length;                  /**< without the NUL */
    size_t capacity;
    bool failed; /**< memory ran out; the contents are then cut short */
} lsc_buffer;

LSC_SHARED void lsc_buffer_init(lsc_buffer *buffer, const lsc_allocator *allocator);
/** Make room for `length` more bytes, and no more, where that is known before. */
LSC_SHARED void lsc_buffer_reserve(lsc_buffer *buffer, size_t length);
LSC_SHARED void lsc_buffer_append(lsc_buffer *buffer, const void *bytes, size_t length);
LSC_SHARED void lsc_buffer_append_text(lsc_buffer *buffer, const char *text);
LSC_SHARED void lsc_buffer_append_format(lsc_buffer *buffer, const char *format, ...)
    LSC_PRINTF(2, 3);
/** Set the length to 0 and forget a failure; keep the memory. */
LSC_SHARED void lsc_buffer_clear(lsc_buffer *buffer);
/** LSC_OK, or LSC_NO_MEMORY once an append failed. */
LSC_SHARED lsc_status lsc_buffer_status(const lsc_buffer *buffer, lsc_error *error);
/** Give the bytes away: the caller releases them through the buffer's allocator. */
LSC_SHARED char *lsc_buffer_take(lsc_buffer *buffer, size_t *length);
LSC_SHARED void lsc_buffer_free(lsc_buffer *buffer);

#endif
