/**
 * @file stream.h
 * Bytes that are pulled chunk by chunk: of memory, of a file, or of whatever makes them. A failure
 * of the source is remembered and reads as the end: look at lsc_stream_status() there.
 */
#ifndef LSC_CORE_STREAM_H
#define LSC_CORE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "memory.h"
#include "visibility.h"

/**
 * The next chunk of a source, which stays valid until the next call.
 * @param chunk   set to its bytes
 * @param length  set to their number; 0 at the end
 */
typedef lsc_status (*lsc_stream_call)(void *ctx, const unsigned char **chunk, size_t *length,
                                      lsc_error *error);

typedef struct lsc_stream {
    lsc_stream_call next;
    void *ctx;
    const unsigned char *at; /**< what is left of the chunk under way */
    const unsigned char *end;
    uint64_t end_offset; /**< offset of `end` in all bytes */
    uint64_t most;       /**< bytes it may have; more is LSC_LIMIT. No limit where nothing is set */
    bool ended;
    lsc_error failure; /**< of the source; its status is LSC_OK while there is none */
} lsc_stream;

/** A stream of what `next` gives. */
LSC_SHARED void lsc_stream_init(lsc_stream *stream, lsc_stream_call next, void *ctx);

/** A stream of bytes in memory, which outlive it. */
LSC_SHARED void lsc_stream_of_bytes(lsc_stream *stream, const void *bytes, size_t length);

/** Get the next chunk where none is left of the last. @return false at the end. */
LSC_SHARED bool lsc_stream_fill(lsc_stream *stream);

/** The next byte, which is not taken; -1 at the end. */
static inline int lsc_stream_peek(lsc_stream *stream)
{
    return stream->at < stream->end || lsc_stream_fill(stream) ? *stream->at : -1;
}

/** Take up to `length` bytes to `out` (NULL: skip them). @return how many there were. */
LSC_SHARED size_t lsc_stream_take(lsc_stream *stream, void *out, size_t length);

/** The offset of the next byte. */
static inline uint64_t lsc_stream_offset(const lsc_stream *stream)
{
    return stream->end_offset - (uint64_t)(stream->end - stream->at);
}

/** LSC_OK, or what the source failed with. */
LSC_SHARED lsc_status lsc_stream_status(const lsc_stream *stream, lsc_error *error);

/** The bytes of a file. */
typedef struct lsc_file_stream lsc_file_stream;

/**
 * Open a file to stream it.
 * @param file    set to what lsc_file_stream_close() closes; NULL on error
 * @param stream  initialized; it reads the file from its beginning
 * @return LSC_OK; LSC_NOT_FOUND, LSC_IO, naming the file; LSC_NO_MEMORY. Reading can fail with LSC_IO.
 */
LSC_SHARED lsc_status lsc_file_stream_open(const char *path, const lsc_allocator *allocator,
                                           lsc_file_stream **file, lsc_stream *stream,
                                           lsc_error *error);
/** NULL is allowed. */
LSC_SHARED void lsc_file_stream_close(lsc_file_stream *file);

#endif
