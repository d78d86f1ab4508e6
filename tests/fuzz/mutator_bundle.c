/*
 * The mutator of bundles. Plain changes stop at the checksum or at the hashes: so it unpacks the
 * archive, changes a member or the list of them, writes manifest and seal anew, and packs again.
 */
#include <stdlib.h>
#include <string.h>

#include <zstd.h>

#include "core/hash.h"
#include "fuzz.h"
#include "fuzz_signature.h"
#include "model/manifest.h"
#include "model/tar.h"
#include "mutators.h"

#define MAX_UNPACKED (1u << 20)
#define MAX_PARTS 16

/** A member, whose bytes have room to grow. */
typedef struct part {
    char name[LSC_TAR_NAME_SIZE];
    uint8_t *bytes;
    size_t length;
} part;

typedef struct parts {
    part items[MAX_PARTS];
    size_t count;
} parts;

/** Where members stand, each in a piece of its own. */
static uint8_t pieces[MAX_PARTS + 2][MAX_UNPACKED / 4];

/** The size in a header of the archive. */
static size_t size_of(const char *header)
{
    char digits[12] = {0};
    memcpy(digits, header + 124, 11);
    return strtoul(digits, NULL, 8);
}

/** Members of a well-formed archive; others need not be told apart. */
static bool read_parts(const char *archive, size_t length, parts *out)
{
    out->count = 0;
    for (size_t at = 0; at + LSC_TAR_BLOCK <= length && archive[at] != '\0';) {
        const char *header = archive + at;
        size_t size = size_of(header);
        at += LSC_TAR_BLOCK;
        if (out->count == MAX_PARTS || size > sizeof pieces[0] || size > length - at) {
            return false;
        }
        part *next = &out->items[out->count];
        memcpy(next->name, header, LSC_TAR_NAME_SIZE);
        next->name[LSC_TAR_NAME_SIZE - 1] = '\0';
        next->bytes = pieces[out->count++];
        next->length = size;
        memcpy(next->bytes, archive + at, size);
        at += (size + LSC_TAR_BLOCK - 1) / LSC_TAR_BLOCK * LSC_TAR_BLOCK;
    }
    return out->count > 0;
}

static part *find_part(parts *all, const char *name)
{
    for (size_t i = 0; i < all->count; i++) {
        if (strcmp(all->items[i].name, name) == 0) {
            return &all->items[i];
        }
    }
    return NULL;
}

static void put_hash(value *object, const char *key, const void *bytes, size_t length)
{
    static char texts[MAX_PARTS + 4][LSC_HASH_TEXT_SIZE];
    static size_t next;
    uint8_t digest[LSC_HASH_SIZE];
    value *member = value_member(object, key);
    if (member == NULL || lsc_hash_block(bytes, length, digest, NULL) != LSC_OK) {
        return;
    }
    char *text = texts[next++ % (MAX_PARTS + 4)];
    lsc_hash_format(digest, text);
    member->kind = VALUE_TEXT;
    member->text = text;
    member->length = strlen(text);
}

static value *describe(const part *member)
{
    value *entry = value_read_json("{\"name\":\"\",\"size\":0,\"sha256\":\"\"}", 34);
    if (entry != NULL) {
        value *name = value_member(entry, "name");
        name->text = member->name;
        name->length = strlen(member->name);
        value_member(entry, "size")->number = (double)member->length;
        put_hash(entry, "sha256", member->bytes, member->length);
    }
    return entry;
}

/** Write the manifest anew, for the members as they are now. */
static void write_manifest(parts *all)
{
    part *manifest = find_part(all, LSC_MANIFEST_NAME);
    part *features = find_part(all, "features.json");
    if (manifest == NULL) {
        return;
    }
    value *root = value_read_json((const char *)manifest->bytes, manifest->length);
    value *members = root == NULL ? NULL : value_member(root, "members");
    if (members == NULL) {
        return;
    }
    members->kind = VALUE_ARRAY;
    members->n_items = 0;
    for (size_t i = 0; i < all->count; i++) {
        const char *name = all->items[i].name;
        if (strcmp(name, LSC_MANIFEST_NAME) != 0 && strcmp(name, LSC_SEAL_NAME) != 0) {
            value_insert(members, members->n_items, describe(&all->items[i]));
        }
    }
    if (features != NULL) {
        put_hash(root, "spec_sha256", features->bytes, features->length);
    }
    if (value_roll(4) == 0) {
        value_mutate(root);
    }
    uint8_t *out = pieces[MAX_PARTS];
    size_t length = value_write_json(root, (char *)out, sizeof pieces[0]);
    if (length > 0) {
        memcpy(manifest->bytes, out, length);
        manifest->length = length;
    }
}

static void write_seal(parts *all)
{
    const part *manifest = find_part(all, LSC_MANIFEST_NAME);
    part *seal = find_part(all, LSC_SEAL_NAME);
    if (manifest != NULL && seal != NULL &&
        lsc_manifest_seal(manifest->bytes, manifest->length, (char *)seal->bytes, NULL) == LSC_OK) {
        seal->length = strlen((const char *)seal->bytes);
    }
}

static void change_part(part *one)
{
    size_t room = sizeof pieces[0];
    room = one->length + 512 < room ? one->length + 512 : room;
    const char *dot = strrchr(one->name, '.');
    one->length = dot != NULL && strcmp(dot, ".ubj") == 0
                      ? mutate_ubjson(one->bytes, one->length, room)
                      : mutate_json(one->bytes, one->length, room);
}

/** Leave out, repeat, rename or move a member. */
static void change_list(parts *all, size_t at)
{
    part kept = all->items[at];
    size_t other = value_roll(all->count);
    switch (value_roll(4)) {
    case 0:
        memmove(&all->items[at], &all->items[at + 1], (all->count - at - 1) * sizeof kept);
        all->count--;
        break;
    case 1:
        if (all->count < MAX_PARTS) {
            part *added = &all->items[all->count];
            *added = kept;
            added->bytes = pieces[all->count++];
            memcpy(added->bytes, kept.bytes, kept.length);
            added->name[value_roll(strlen(added->name))] = (char)('a' + value_roll(26));
        }
        break;
    case 2:
        memcpy(all->items[at].name, all->items[other].name, sizeof kept.name);
        break;
    default:
        all->items[at] = all->items[other];
        all->items[other] = kept;
        break;
    }
}

/** Pack quickly, in the form that the reader asks for. */
static size_t pack(const void *archive, size_t length, uint8_t *out, size_t room)
{
    static ZSTD_CCtx *context;
    if (context == NULL) {
        context = ZSTD_createCCtx();
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, 1);
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    }
    size_t packed = ZSTD_compress2(context, out, room, archive, length);
    return ZSTD_isError(packed) ? 0 : packed;
}

static void write_archive(const parts *all, lsc_buffer *archive)
{
    for (size_t i = 0; i < all->count; i++) {
        lsc_tar_append(archive, all->items[i].name, all->items[i].bytes, all->items[i].length);
    }
    lsc_tar_end(archive);
}

static void change_parts(parts *all)
{
    for (size_t changes = 1 + value_roll(3); changes > 0; changes--) {
        size_t at = value_roll(all->count);
        if (value_roll(12) == 0) {
            change_list(all, at);
        } else {
            change_part(&all->items[at]);
        }
        if (all->count == 0) {
            return;
        }
    }
    if (value_roll(16) != 0) {
        write_manifest(all);
    }
    if (value_roll(32) != 0) {
        write_seal(all);
    }
}

/** The archive of the frame at the beginning, changed, as a frame; 0 where there is none. */
static size_t change_frame(const uint8_t *bytes, size_t length, uint8_t *out, size_t room)
{
    static parts all;
    static char archive[MAX_UNPACKED];
    size_t archive_length = ZSTD_decompress(archive, sizeof archive, bytes, length);
    if (ZSTD_isError(archive_length) || archive_length == 0) {
        return 0;
    }
    lsc_buffer changed;
    lsc_buffer_init(&changed, lsc_default_allocator());
    if (value_roll(24) == 0 || !read_parts(archive, archive_length, &all)) {
        archive_length = LLVMFuzzerMutate((uint8_t *)archive, archive_length, archive_length);
        lsc_buffer_append(&changed, archive, archive_length);
    } else {
        change_parts(&all);
        write_archive(&all, &changed);
    }
    size_t packed = pack(changed.data, changed.length, out, room);
    lsc_buffer_free(&changed);
    return packed;
}

/** The signature behind the frame: one by the trusted key, the old one, or that changed. */
static size_t change_signature(uint8_t *bytes, size_t frame, const uint8_t *old, size_t length)
{
    char made[FUZZ_SIGNATURE_SIZE + 1];
    if (value_roll(8) == 0) {
        fuzz_sign(bytes, frame, made);
        old = (const uint8_t *)made;
        length = FUZZ_SIGNATURE_SIZE;
    }
    memcpy(bytes + frame, old, length);
    return length > 0 && value_roll(4) == 0 ? LLVMFuzzerMutate(bytes + frame, length, length)
                                            : length;
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t room, unsigned int seed)
{
    static uint8_t out[MAX_UNPACKED];
    value_tree_reset(seed);
    size_t frame = ZSTD_findFrameCompressedSize(bytes, length);
    if (value_roll(24) == 0 || ZSTD_isError(frame)) {
        return LLVMFuzzerMutate(bytes, length, room);
    }
    size_t rest = length - frame;
    size_t packed = change_frame(bytes, frame, out, room < sizeof out ? room : sizeof out);
    size_t most = rest > FUZZ_SIGNATURE_SIZE ? rest : FUZZ_SIGNATURE_SIZE;
    if (packed == 0 || most > sizeof out - packed || packed + most > room) {
        return LLVMFuzzerMutate(bytes, length, room);
    }
    rest = change_signature(out, packed, bytes + frame, rest);
    memcpy(bytes, out, packed + rest);
    return packed + rest;
}
