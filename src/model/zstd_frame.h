/**
 * @file zstd_frame.h
 * One zstd frame with content size and checksum. zstd_frame.c is the only user of zstd.
 */
#ifndef LSC_MODEL_ZSTD_FRAME_H
#define LSC_MODEL_ZSTD_FRAME_H

#include <stddef.h>

#include "core/buffer.h"
#include "core/error.h"
#include "core/stream.h"
#include "core/visibility.h"

/** Compress `bytes` onto `out`. Same bytes and same zstd, same frame. */
LSC_SHARED lsc_status lsc_zstd_pack(const void *bytes, size_t length, lsc_buffer *out,
                                    lsc_error *error);

/** A frame that is being decompressed, chunk by chunk. */
typedef struct lsc_zstd_reader lsc_zstd_reader;

/**
 * Open a frame, which is all there is in `bytes`; they outlive the reader. Memory is that of the
 * frame's window, at most 8 MiB, and a chunk; what the frame claims to hold costs nothing.
 * @param max_unpacked  a larger claim is LSC_LIMIT
 * @param reader        set to a new reader; NULL on error
 * @return LSC_OK; LSC_BAD_MODEL; LSC_LIMIT; LSC_NO_MEMORY.
 */
LSC_SHARED lsc_status lsc_zstd_open(const void *bytes, size_t length, size_t max_unpacked,
                                    const lsc_allocator *allocator, lsc_zstd_reader **reader,
                                    lsc_error *error);

/**
 * Begin at the first byte. The stream, which the reader outlives, fails with LSC_BAD_MODEL where the
 * frame is damaged or holds more or less than it says; the end is reached only where its checksum
 * agrees.
 */
LSC_SHARED void lsc_zstd_begin(lsc_zstd_reader *reader, lsc_stream *stream);

/** NULL is allowed. */
LSC_SHARED void lsc_zstd_close(lsc_zstd_reader *reader);

#endif
