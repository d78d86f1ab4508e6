/**
 * @file tar.h
 * The ustar archive inside a bundle: plain files with plain names. The reader accepts exactly the
 * bytes that the writer makes, so that nothing in an archive can vary but names and contents.
 */
#ifndef LSC_MODEL_TAR_H
#define LSC_MODEL_TAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundle.h"
#include "core/buffer.h"
#include "core/error.h"
#include "core/stream.h"
#include "core/visibility.h"

/** Room for a member's name with its NUL. */
#define LSC_TAR_NAME_SIZE 100
/** Everything in an archive is a multiple of this. */
#define LSC_TAR_BLOCK 512

/** 1 to 99 bytes of [a-zA-Z0-9._-], not beginning with a dot. */
LSC_SHARED bool lsc_tar_name_valid(const char *name);

/** Bytes that a member takes up, with its header and padding. */
LSC_SHARED size_t lsc_tar_member_size(size_t length);

/** Append a member. The name is valid; a failure of memory stays in `out`. */
LSC_SHARED void lsc_tar_append(lsc_buffer *out, const char *name, const void *bytes, size_t length);
/** Append the end: two blocks of zeros. */
LSC_SHARED void lsc_tar_end(lsc_buffer *out);

/** A member of an archive that is being read: its content follows in the stream. */
typedef struct lsc_tar_entry {
    char name[LSC_TAR_NAME_SIZE];
    uint64_t length;
    uint64_t offset; /**< of its header */
} lsc_tar_entry;

/**
 * The header of the next member. The content of the last has been taken, and lsc_tar_pad() called.
 * @param more  set to false at the end, which is checked too: two zero blocks and nothing after
 * @return LSC_OK, or LSC_BAD_MODEL naming the place; what the stream fails with.
 */
LSC_SHARED lsc_status lsc_tar_next(lsc_stream *in, lsc_tar_entry *entry, bool *more,
                                   lsc_error *error);

/** Take the zeros after the content of a member. */
LSC_SHARED lsc_status lsc_tar_pad(lsc_stream *in, const lsc_tar_entry *entry, lsc_error *error);

/** LSC_BAD_MODEL: the content ends before its length; or what the stream fails with. */
LSC_SHARED lsc_status lsc_tar_fail_short(const lsc_stream *in, const lsc_tar_entry *entry,
                                         lsc_error *error);

#endif
