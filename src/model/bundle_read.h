/**
 * @file bundle_read.h
 * From the bytes of a bundle to its members, all of them covered by a hash.
 */
#ifndef LSC_MODEL_BUNDLE_READ_H
#define LSC_MODEL_BUNDLE_READ_H

#include <stddef.h>

#include "bundle.h"
#include "manifest.h"
#include "signature.h"

/** An unpacked bundle. Names and bytes of the members are those of the archive. */
typedef struct lsc_archive {
    const lsc_allocator *allocator;
    char *bytes;
    size_t length;
    lsc_bundle_member members[LSC_MAX_MEMBERS]; /**< [n_members], the manifest first */
    size_t n_members;
    lsc_manifest_facts manifest;
    lsc_signature signature; /**< of the right form, and not checked */
} lsc_archive;

/**
 * Unpack a bundle and check the form of its signature, frame, archive, manifest and hashes; not yet what the members say.
 * @param allocator  outlives the archive
 * @param archive    freed by lsc_archive_free(), also after an error
 */
LSC_SHARED lsc_status lsc_archive_read(const void *bytes, size_t length,
                                       const lsc_allocator *allocator, lsc_archive *archive,
                                       lsc_error *error);

/** The member of this name, or NULL. */
LSC_SHARED const lsc_bundle_member *lsc_archive_find(const lsc_archive *archive, const char *name);

LSC_SHARED void lsc_archive_free(lsc_archive *archive);

#endif
