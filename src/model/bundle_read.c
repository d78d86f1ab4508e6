#include "bundle_read.h"

#include <string.h>

#include "tar.h"

/** Bytes of a member taken at a time. */
#define CHUNK_SIZE 16384

const lsc_member *lsc_archive_find(const lsc_archive *archive, const char *name)
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
    lsc_zstd_close(archive->frame);
    archive->frame = NULL;
    for (size_t i = 0; i < archive->n_members; i++) {
        lsc_release(archive->allocator, archive->members[i].name);
        lsc_release(archive->allocator, archive->members[i].bytes);
    }
    archive->n_members = 0;
}

/* The first time */

/** Append bytes to a member that is kept; it grows as they come, whatever its length claims. */
static lsc_status keep(lsc_archive *archive, lsc_member *member, const char *bytes, size_t n,
                       size_t *kept, size_t *capacity, lsc_error *error)
{
    if (n > LSC_MAX_KEPT - archive->n_kept) {
        return lsc_fail(error, LSC_LIMIT, "%s brings what is kept of the bundle past %u bytes",
                        member->name, LSC_MAX_KEPT);
    }
    archive->n_kept += n;
    void *block = member->bytes;
    if (!lsc_grow_by(archive->allocator, &block, capacity, *kept + n + 1, member->length + 1, 1)) {
        return lsc_fail_memory(error);
    }
    member->bytes = block;
    memcpy(member->bytes + *kept, bytes, n);
    *kept += n;
    member->bytes[*kept] = '\0';
    return LSC_OK;
}

/** The content of the member that was added last: hashed, and kept unless it is the forest. */
static lsc_status read_content(lsc_archive *archive, const lsc_tar_entry *entry, lsc_hash *hash,
                               lsc_error *error)
{
    lsc_member *member = &archive->members[archive->n_members - 1];
    bool is_forest = strcmp(member->name, LSC_FOREST_MEMBER) == 0;
    size_t kept = 0;
    size_t capacity = 0;
    uint64_t left = entry->length;
    lsc_hash_begin(hash);
    do {
        char chunk[CHUNK_SIZE];
        size_t n = left < sizeof chunk ? (size_t)left : sizeof chunk;
        if (lsc_stream_take(&archive->content, chunk, n) < n) {
            return lsc_tar_fail_short(&archive->content, entry, error);
        }
        lsc_hash_bytes(hash, chunk, n);
        lsc_status status =
            is_forest ? LSC_OK : keep(archive, member, chunk, n, &kept, &capacity, error);
        if (status != LSC_OK) {
            return status;
        }
        left -= n;
    } while (left > 0);
    lsc_hash_end(hash, archive->found[archive->n_members - 1].digest);
    return lsc_tar_pad(&archive->content, entry, error);
}

static lsc_status add_member(lsc_archive *archive, const lsc_tar_entry *entry, lsc_error *error)
{
    if (archive->n_members == LSC_MAX_MEMBERS) {
        return lsc_fail(error, LSC_LIMIT, "the bundle has more than %d members", LSC_MAX_MEMBERS);
    }
    if (lsc_archive_find(archive, entry->name) != NULL) {
        return lsc_fail(error, LSC_BAD_MODEL, "%s stands in the bundle twice", entry->name);
    }
    char *name = lsc_copy_text(archive->allocator, entry->name, strlen(entry->name));
    if (name == NULL) {
        return lsc_fail_memory(error);
    }
    archive->members[archive->n_members] = (lsc_member){name, NULL, (size_t)entry->length};
    archive->found[archive->n_members] =
        (lsc_found_member){.name = name, .length = (size_t)entry->length};
    archive->n_members++;
    return LSC_OK;
}

static lsc_status read_members(lsc_archive *archive, lsc_hash *hash, lsc_error *error)
{
    lsc_zstd_begin(archive->frame, &archive->content);
    for (;;) {
        lsc_tar_entry entry;
        bool more = false;
        lsc_status status = lsc_tar_next(&archive->content, &entry, &more, error);
        if (status != LSC_OK || !more) {
            return status;
        }
        status = add_member(archive, &entry, error);
        if (status == LSC_OK) {
            status = read_content(archive, &entry, hash, error);
        }
        if (status != LSC_OK) {
            return status;
        }
    }
}

/** That the manifest stands first, its hash last, and that they agree. */
static lsc_status check_seal(const lsc_archive *archive, lsc_error *error)
{
    if (archive->n_members == 0) {
        return lsc_fail(error, LSC_BAD_MODEL, "the bundle is empty");
    }
    const lsc_member *manifest = &archive->members[0];
    const lsc_member *last = &archive->members[archive->n_members - 1];
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
    lsc_hash *hash = NULL;
    lsc_status status = lsc_hash_new(&hash, error);
    if (status == LSC_OK) {
        status = read_members(archive, hash, error);
    }
    lsc_hash_free(hash);
    if (status == LSC_OK) {
        status = check_seal(archive, error);
    }
    if (status == LSC_OK) {
        status = lsc_manifest_parse(archive->members[0].bytes, archive->members[0].length,
                                    &archive->manifest, error);
    }
    if (status == LSC_OK) {
        status = lsc_manifest_check_members(&archive->manifest, archive->found + 1,
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
    size_t packed = archive->signature.signed_length;
    lsc_status status =
        lsc_zstd_open(bytes, packed, lsc_bundle_room(packed), allocator, &archive->frame, error);
    return status == LSC_OK ? read_archive(archive, error) : status;
}

/* The second time */

/** An lsc_stream_call. */
static lsc_status next_of_part(void *ctx, const unsigned char **chunk, size_t *length,
                               lsc_error *error)
{
    lsc_stream_part *part = ctx;
    lsc_stream *from = part->from;
    *length = 0;
    if (part->left == 0 || !lsc_stream_fill(from)) {
        return lsc_stream_status(from, error);
    }
    size_t n = (size_t)(from->end - from->at);
    n = part->left < n ? (size_t)part->left : n;
    *chunk = from->at;
    *length = n;
    from->at += n;
    part->left -= n;
    return LSC_OK;
}

lsc_status lsc_archive_stream(lsc_archive *archive, const char *name, lsc_stream *stream,
                              lsc_error *error)
{
    lsc_stream *content = &archive->content;
    lsc_zstd_begin(archive->frame, content);
    for (;;) {
        lsc_tar_entry entry;
        bool more = false;
        lsc_status status = lsc_tar_next(content, &entry, &more, error);
        if (status == LSC_OK && !more) {
            return lsc_fail(error, LSC_BAD_MODEL, "the bundle has no member %s", name);
        }
        if (status == LSC_OK && strcmp(entry.name, name) == 0) {
            archive->part = (lsc_stream_part){content, entry.length};
            lsc_stream_init(stream, next_of_part, &archive->part);
            return LSC_OK;
        }
        if (status == LSC_OK) {
            lsc_stream_take(content, NULL, (size_t)entry.length);
            status = lsc_tar_pad(content, &entry, error);
        }
        if (status != LSC_OK) {
            return status;
        }
    }
}
