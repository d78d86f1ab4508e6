#include "buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void lsc_buffer_init(lsc_buffer *buffer, const lsc_allocator *allocator)
{
    *buffer = (lsc_buffer){.allocator = allocator};
}

/** Make room for `length` more bytes and the NUL. */
static bool reserve(lsc_buffer *buffer, size_t length)
{
    if (buffer->failed) {
        return false;
    }
    void *data = buffer->data;
    if (length >= SIZE_MAX - buffer->length ||
        !lsc_grow(buffer->allocator, &data, &buffer->capacity, buffer->length + length + 1, 1)) {
        buffer->failed = true;
        return false;
    }
    buffer->data = data;
    return true;
}

void lsc_buffer_reserve(lsc_buffer *buffer, size_t length)
{
    void *data = buffer->data;
    size_t needed = buffer->length + length + 1;
    if (buffer->failed) {
        return;
    }
    if (length >= SIZE_MAX - buffer->length ||
        !lsc_grow_by(buffer->allocator, &data, &buffer->capacity, needed, needed, 1)) {
        buffer->failed = true;
        return;
    }
    buffer->data = data;
}

void lsc_buffer_append(lsc_buffer *buffer, const void *bytes, size_t length)
{
    if (!reserve(buffer, length)) {
        return;
    }
    if (length > 0) {
        memcpy(buffer->data + buffer->length, bytes, length);
    }
    buffer->length += length;
    buffer->data[buffer->length] = '\0';
}

void lsc_buffer_append_text(lsc_buffer *buffer, const char *text)
{
    lsc_buffer_append(buffer, text, strlen(text));
}

void lsc_buffer_append_format(lsc_buffer *buffer, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length < 0) {
        buffer->failed = true;
        return;
    }
    if (!reserve(buffer, (size_t)length)) {
        return;
    }
    va_start(args, format);
    vsnprintf(buffer->data + buffer->length, (size_t)length + 1, format, args);
    va_end(args);
    buffer->length += (size_t)length;
}

void lsc_buffer_clear(lsc_buffer *buffer)
{
    buffer->length = 0;
    buffer->failed = false;
    if (buffer->data != NULL) {
        buffer->data[0] = '\0';
    }
}

lsc_status lsc_buffer_status(const lsc_buffer *buffer, lsc_error *error)
{
    return buffer->failed ? lsc_fail_memory(error) : LSC_OK;
}

char *lsc_buffer_take(lsc_buffer *buffer, size_t *length)
{
    char *data = buffer->data;
    if (length != NULL) {
        *length = buffer->length;
    }
    lsc_buffer_init(buffer, buffer->allocator);
    return data;
}

void lsc_buffer_free(lsc_buffer *buffer)
{
    lsc_release(buffer->allocator, buffer->data);
    lsc_buffer_init(buffer, buffer->allocator);
}
