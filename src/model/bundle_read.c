#include "bundle_read.h"

#include <string.h>

#include "tar.h"
#include "zstd_frame.h"

const lsc_bundle_member *lsc_archive_find(const lsc_archive *archive, const char *name)
{
    for (size_t i = 0; i < archive->n_members; i++) {
        if (strcmp(archive->members[i].name, name) == 0) {
            return &archive->members[i];
        }
    }
    return NULL;
}

void lsc_archive_free(lsc_archive *archive)
{
    lsc_json_free(archive->manifest.root);
    archive->manifest.root = NULL;
    lsc_release(archive->allocator, archive->bytes);
    archive->bytes = NULL;
}

static lsc_status list_members(lsc_archive *archive, lsc_error *error)
{
    lsc_tar_reader reader = {archive->bytes, archive->length, 0};
    for (;;) {
        lsc_bundle_member member;
        bool more = false;
        lsc_status status = lsc_tar_next(&reader, &member, &more, error);
        if (status != LSC_OK || !more) {
            return status;
        }
        if (archive->n_members == LSC_MAX_MEMBERS) {
            return lsc_fail(error, LSC_LIMIT, "the bundle has more than %d members",
                            LSC_MAX_MEMBERS);
        }
        if (lsc_archive_find(archive, member.name) != NULL) {
            return lsc_fail(error, LSC_BAD_MODEL, "%s stands in the bundle twice", member.name);
        }
        archive->members[archive->n_members++] = member;
    }
}

/** That the manifest stands first, its hash last, and that they agree. */
static lsc_status check_seal(const lsc_archive *archive, lsc_error *error)
{
    const lsc_bundle_member *manifest = &archive->members[0];
    const lsc_bundle_member *last = &archive->members[archive->n_members - 1];
    if (archive->n_members < 2 || strcmp(manifest->name, LSC_MANIFEST_NAME) != 0 ||
        strcmp(last->name, LSC_SEAL_NAME) != 0) {
        return lsc_fail(error, LSC_BAD_MODEL, "the bundle must begin with %s and end with %s",
                        LSC_MANIFEST_NAME, LSC_SEAL_NAME);
    }
    char seal[LSC_SEAL_SIZE];
    lsc_status status = lsc_manifest_seal(manifest->bytes, manifest->length, seal, error);
    if (status != LSC_OK) {
        return status;
    }
    if (last->length != strlen(seal) || memcmp(last->bytes, seal, last->length) != 0) {
        return lsc_fail(error, LSC_BAD_MODEL, "%s has another SHA-256 than %s says",
                        LSC_MANIFEST_NAME, LSC_SEAL_NAME);
    }
    return LSC_OK;
}

static lsc_status read_archive(lsc_archive *archive, lsc_error *error)
{
    lsc_status status = list_members(archive, error);
    if (status == LSC_OK && archive->n_members == 0) {
        status = lsc_fail(error, LSC_BAD_MODEL, "the bundle is empty");
    }
    if (status == LSC_OK) {
        status = check_seal(archive, error);
    }
    if (status == LSC_OK) {
        status = lsc_manifest_parse(archive->members[0].bytes, archive->members[0].length,
                                    &archive->manifest, error);
    }
    if (status == LSC_OK) {
        status = lsc_manifest_check_members(&archive->manifest, archive->members + 1,
                                            archive->n_members - 2, error);
    }
    return status;
}

lsc_status lsc_archive_read(const void *bytes, size_t length, const lsc_allocator *allocator,
                            lsc_archive *archive, lsc_error *error)
{
    memset(archive, 0, sizeof *archive);
    archive->allocator = allocator;
    if (length > LSC_MAX_BUNDLE) {
        return lsc_fail(error, LSC_LIMIT, "the bundle has %zu bytes, at most %u are read", length,
                        LSC_MAX_BUNDLE);
    }
    lsc_signature_find(bytes, length, &archive->signature);
    if (archive->signature.state == LSC_SIGNATURE_DAMAGED) {
        return lsc_fail(error, LSC_BAD_MODEL, "its signature is damaged");
    }
    lsc_status status =
        lsc_zstd_unpack(bytes, archive->signature.signed_length, LSC_MAX_BUNDLE_UNPACKED, allocator,
                        &archive->bytes, &archive->length, error);
    return status == LSC_OK ? read_archive(archive, error) : status;
}
