/**
 * @file pull_support.h
 * Reading values from memory in chunks of any size.
 */
#ifndef LSC_TESTS_PULL_SUPPORT_H
#define LSC_TESTS_PULL_SUPPORT_H

#include "model/pull.h"

/** The bytes of a string literal, NULs included. */
#define BYTES(text) text, sizeof(text) - 1

/** Bytes that a stream gives in chunks. */
typedef struct chunked {
    const char *bytes;
    size_t length;
    size_t chunk; /**< bytes at a time */
    size_t at;
    lsc_stream stream;
} chunked;

static inline lsc_status next_chunk(void *ctx, const unsigned char **chunk, size_t *length,
                                    lsc_error *error)
{
    chunked *self = ctx;
    (void)error;
    size_t left = self->length - self->at;
    *chunk = (const unsigned char *)self->bytes + self->at;
    *length = left < self->chunk ? left : self->chunk;
    self->at += *length;
    return LSC_OK;
}

static inline lsc_stream *stream_in_chunks(chunked *self, const char *bytes, size_t length,
                                           size_t chunk)
{
    *self = (chunked){.bytes = bytes, .length = length, .chunk = chunk};
    lsc_stream_init(&self->stream, next_chunk, self);
    return &self->stream;
}

/** Read all events to the end or the first error. */
static inline lsc_status drain_chunks(const char *bytes, size_t length, lsc_pull_format format,
                                      size_t chunk, lsc_error *error)
{
    chunked source;
    lsc_pull reader;
    lsc_pull_init(&reader, stream_in_chunks(&source, bytes, length, chunk), format);
    for (;;) {
        lsc_pull_event event;
        lsc_status status = lsc_pull_next(&reader, &event, error);
        if (status != LSC_OK || (event.kind == LSC_PULL_END && reader.depth == 0)) {
            /* The end of the document is one event, that nothing follows it another. */
            return status == LSC_OK ? lsc_pull_next(&reader, &event, error) : status;
        }
        if (reader.depth == 0) {
            return lsc_pull_next(&reader, &event, error);
        }
    }
}

#endif
