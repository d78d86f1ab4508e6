/**
 * @file zstd_frame.h
 * One zstd frame with content size and checksum. zstd_frame.c is the only user of zstd.
 */
#ifndef LSC_MODEL_ZSTD_FRAME_H
#define LSC_MODEL_ZSTD_FRAME_H

#include <stddef.h>

#include "core/buffer.h"
#include "core/error.h"
#include "core/visibility.h"

/** Compress `bytes` onto `out`. Same bytes and same zstd, same frame. */
LSC_SHARED lsc_status lsc_zstd_pack(const void *bytes, size_t length, lsc_buffer *out,
                                    lsc_error *error);

/**
 * Decompress one frame, which is all there is in `bytes`. Memory grows with what comes out, not
 * with what the frame claims.
 * @param max_unpacked  a larger claim is LSC_LIMIT
 * @param unpacked      set to a block released through `allocator`
 * @return LSC_OK; LSC_BAD_MODEL; LSC_LIMIT; LSC_NO_MEMORY.
 */
LSC_SHARED lsc_status lsc_zstd_unpack(const void *bytes, size_t length, size_t max_unpacked,
                                      const lsc_allocator *allocator, char **unpacked,
                                      size_t *unpacked_length, lsc_error *error);

#endif
