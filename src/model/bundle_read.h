/**
 * @file bundle_read.h
 * From the bytes of a bundle to its members, all of them covered by a hash.
 *
 * It is read twice. The first time everything is checked, and all members but the forest are kept;
 * the second time, when every hash is known to be right, the forest is streamed to its reader. So
 * nothing is parsed that is not as the manifest says, and a forest is never held in the form it has
 * in the file.
 */
#ifndef LSC_MODEL_BUNDLE_READ_H
#define LSC_MODEL_BUNDLE_READ_H

#include <stddef.h>

#include "bundle.h"
#include "core/stream.h"
#include "manifest.h"
#include "signature.h"
#include "zstd_frame.h"

/** Part of a stream. */
typedef struct lsc_stream_part {
    lsc_stream *from;
    uint64_t left;
} lsc_stream_part;

/** A bundle that is being read. */
typedef struct lsc_archive {
    const lsc_allocator *allocator;
    lsc_member members[LSC_MAX_MEMBERS]; /**< [n_members], the manifest first */
    lsc_found_member found[LSC_MAX_MEMBERS];
    size_t n_members;
    size_t n_kept; /**< bytes of members so far */
    lsc_manifest_facts manifest;
    lsc_signature signature; /**< of the right form, and not checked */
    lsc_zstd_reader *frame;
    lsc_stream content; /**< what the frame unpacks to */
    lsc_stream_part part;
} lsc_archive;

/**
 * Unpack a bundle and check frame, archive, manifest, hashes and the form of its signature; not yet
 * what the members say.
 * @param bytes      outlive the archive
 * @param allocator  outlives the archive, and what is taken of it
 * @param archive    freed by lsc_archive_free(), also after an error
 */
LSC_SHARED lsc_status lsc_archive_read(const void *bytes, size_t length,
                                       const lsc_allocator *allocator, lsc_archive *archive,
                                       lsc_error *error);

/** The member of this name, or NULL. The bytes of the forest are NULL, its length is there. */
LSC_SHARED const lsc_member *lsc_archive_find(const lsc_archive *archive, const char *name);

/** Stream a member, of an archive that lsc_archive_read() found good, from the bytes once more. */
LSC_SHARED lsc_status lsc_archive_stream(lsc_archive *archive, const char *name, lsc_stream *stream,
                                         lsc_error *error);

LSC_SHARED void lsc_archive_free(lsc_archive *archive);

#endif
