#include "bundle.h"

#include <string.h>

#include "core/file.h"
#include "manifest.h"
#include "tar.h"
#include "zstd_frame.h"

static const lsc_bundle_member *find(const lsc_bundle_member *members, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(members[i].name, name) == 0) {
            return &members[i];
        }
    }
    return NULL;
}

static lsc_status check_names(const lsc_bundle_member *members, size_t n, lsc_error *error)
{
    if (n > LSC_MAX_MEMBERS - 2) {
        return lsc_fail(error, LSC_LIMIT, "%zu members, at most %d go into a bundle", n,
                        LSC_MAX_MEMBERS - 2);
    }
    for (size_t i = 0; i < n; i++) {
        const char *name = members[i].name;
        if (!lsc_tar_name_valid(name) || strcmp(name, LSC_MANIFEST_NAME) == 0 ||
            strcmp(name, LSC_SEAL_NAME) == 0) {
            return lsc_fail(error, LSC_INVALID_ARG, "\"%s\" cannot be a member of a bundle", name);
        }
        if (find(members, i, name) != NULL) {
            return lsc_fail(error, LSC_INVALID_ARG, "%s is given twice", name);
        }
    }
    return LSC_OK;
}

static lsc_status check_features(const lsc_spec *spec, const lsc_bundle_member *members, size_t n,
                                 lsc_error *error)
{
    size_t length;
    const char *json = lsc_spec_json(spec, &length);
    const lsc_bundle_member *features = find(members, n, "features.json");
    if (features == NULL || features->length != length ||
        memcmp(features->bytes, json, length) != 0) {
        return lsc_fail(error, LSC_INVALID_ARG, "features.json must be there, and be the spec");
    }
    return LSC_OK;
}

static lsc_status check_members(const lsc_manifest *manifest, const lsc_spec *spec,
                                const lsc_bundle_member *members, size_t n, lsc_error *error)
{
    lsc_status status = check_names(members, n, error);
    if (status == LSC_OK) {
        status = check_features(spec, members, n, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    if (manifest->engine == LSC_ENGINE_SCORECARD) {
        return find(members, n, "scorecard.json") != NULL
                   ? LSC_OK
                   : lsc_fail(error, LSC_INVALID_ARG, "scorecard.json must be there");
    }
    if (find(members, n, "model.ubj") == NULL || find(members, n, "calibration.json") == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "model.ubj and calibration.json must be there");
    }
    return LSC_OK;
}

/** The archive: manifest, members, the manifest's hash. */
static lsc_status append_archive(const lsc_buffer *json, const lsc_bundle_member *members, size_t n,
                                 lsc_buffer *archive, lsc_error *error)
{
    char seal[LSC_SEAL_SIZE];
    lsc_status status = lsc_manifest_seal(json->data, json->length, seal, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_tar_append(archive, LSC_MANIFEST_NAME, json->data, json->length);
    for (size_t i = 0; i < n; i++) {
        lsc_tar_append(archive, members[i].name, members[i].bytes, members[i].length);
    }
    lsc_tar_append(archive, LSC_SEAL_NAME, seal, strlen(seal));
    lsc_tar_end(archive);
    return lsc_buffer_status(archive, error);
}

/** Pack the archive, which loading must not take for a bomb. */
static lsc_status pack_archive(const lsc_buffer *archive, lsc_buffer *out, lsc_error *error)
{
    size_t before = out->length;
    lsc_status status = lsc_zstd_pack(archive->data, archive->length, out, error);
    size_t packed = out->length - before;
    if (status == LSC_OK && archive->length > lsc_bundle_room(packed)) {
        return lsc_fail(error, LSC_LIMIT,
                        "the bundle's %zu bytes pack to %zu, more than %d to one are not read",
                        archive->length, packed, LSC_MAX_BUNDLE_RATIO);
    }
    return status;
}

/** What the archive will take up, checked before any of it is made. */
static lsc_status check_size(const lsc_bundle_member *members, size_t n, lsc_error *error)
{
    size_t kept = LSC_MAX_KEPT - LSC_MAX_MANIFEST - LSC_SEAL_SIZE;
    size_t room = LSC_MAX_BUNDLE_UNPACKED - lsc_tar_member_size(LSC_MAX_MANIFEST) -
                  lsc_tar_member_size(LSC_SEAL_SIZE) - 2 * LSC_TAR_BLOCK;
    for (size_t i = 0; i < n; i++) {
        if (members[i].length > LSC_MAX_BUNDLE_UNPACKED ||
            lsc_tar_member_size(members[i].length) > room) {
            return lsc_fail(error, LSC_LIMIT, "%s makes the bundle larger than %u bytes",
                            members[i].name, LSC_MAX_BUNDLE_UNPACKED);
        }
        room -= lsc_tar_member_size(members[i].length);
        bool is_forest = strcmp(members[i].name, LSC_FOREST_MEMBER) == 0;
        if (!is_forest && members[i].length > kept) {
            return lsc_fail(error, LSC_LIMIT, "%s brings what is kept of the bundle past %u bytes",
                            members[i].name, LSC_MAX_KEPT);
        }
        kept -= is_forest ? 0 : members[i].length;
    }
    return LSC_OK;
}

lsc_status lsc_bundle_pack(const lsc_manifest *manifest, const lsc_spec *spec,
                           const lsc_bundle_member *members, size_t n_members, lsc_buffer *out,
                           lsc_error *error)
{
    lsc_buffer json;
    lsc_buffer archive;
    lsc_buffer_init(&json, out->allocator);
    lsc_buffer_init(&archive, out->allocator);
    lsc_status status = check_members(manifest, spec, members, n_members, error);
    if (status == LSC_OK) {
        status = check_size(members, n_members, error);
    }
    if (status == LSC_OK) {
        status = lsc_manifest_write(manifest, spec, members, n_members, &json, error);
    }
    if (status == LSC_OK) {
        status = append_archive(&json, members, n_members, &archive, error);
    }
    if (status == LSC_OK) {
        status = pack_archive(&archive, out, error);
    }
    lsc_buffer_free(&json);
    lsc_buffer_free(&archive);
    return status;
}

lsc_status lsc_bundle_write(const char *path, const void *bundle, size_t length, lsc_error *error)
{
    if (path == NULL || bundle == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL", path == NULL ? "path" : "bundle");
    }
    return lsc_file_write(path, bundle, length, error);
}

void lsc_bundle_free(void *bundle)
{
    lsc_allocator allocator;
    if (lsc_allocator_resolve(NULL, &allocator, NULL) == LSC_OK) {
        lsc_release(&allocator, bundle);
    }
}
