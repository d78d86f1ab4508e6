#include "zstd_frame.h"

#include <string.h>

#include <zstd.h>
#include <zstd_errors.h>

/** Part of the format: another level would give other bytes. Its window is at most 4 MiB. */
#define LEVEL 9
/** log2 of the largest window accepted, which bounds what zstd allocates: 8 MiB. */
#define WINDOW_LOG_MAX 23
/** Room for the first output; it grows from there. */
#define FIRST_ROOM 65536

/** The frame header's descriptor (RFC 8878, 3.1.1.1.1): where it stands, and two of its fields. */
#define DESCRIPTOR_AT 4
#define DESCRIPTOR_CHECKSUM 0x04
#define DESCRIPTOR_DICTIONARY 0x03

static lsc_status compress(ZSTD_CCtx *context, const void *bytes, size_t length, void *room,
                           size_t room_size, size_t *packed, lsc_error *error)
{
    size_t result = ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, LEVEL);
    if (!ZSTD_isError(result)) {
        result = ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    }
    if (!ZSTD_isError(result)) {
        result = ZSTD_compress2(context, room, room_size, bytes, length);
    }
    if (ZSTD_isError(result)) {
        return ZSTD_getErrorCode(result) == ZSTD_error_memory_allocation
                   ? lsc_fail_memory(error)
                   : lsc_fail(error, LSC_INTERNAL, "zstd: %s", ZSTD_getErrorName(result));
    }
    *packed = result;
    return LSC_OK;
}

lsc_status lsc_zstd_pack(const void *bytes, size_t length, lsc_buffer *out, lsc_error *error)
{
    size_t packed = 0;
    size_t room_size = ZSTD_compressBound(length);
    ZSTD_CCtx *context = ZSTD_createCCtx();
    char *room = lsc_alloc(out->allocator, room_size);
    lsc_status status = context == NULL || room == NULL
                            ? lsc_fail_memory(error)
                            : compress(context, bytes, length, room, room_size, &packed, error);
    if (status == LSC_OK) {
        lsc_buffer_append(out, room, packed);
        status = lsc_buffer_status(out, error);
    }
    lsc_release(out->allocator, room);
    ZSTD_freeCCtx(context);
    return status;
}

/** That there is one frame, of the form lsc_zstd_pack() writes, and nothing after it. */
static lsc_status check_frame(const void *bytes, size_t length, size_t max_unpacked,
                              size_t *content_size, lsc_error *error)
{
    static const unsigned char magic[DESCRIPTOR_AT] = {0x28, 0xB5, 0x2F, 0xFD};
    if (length <= DESCRIPTOR_AT || memcmp(bytes, magic, sizeof magic) != 0) {
        return lsc_fail_at(error, LSC_BAD_MODEL, 0, "it does not begin as a bundle (zstd) does");
    }
    unsigned char descriptor = ((const unsigned char *)bytes)[DESCRIPTOR_AT];
    if ((descriptor & DESCRIPTOR_CHECKSUM) == 0 || (descriptor & DESCRIPTOR_DICTIONARY) != 0) {
        return lsc_fail_at(error, LSC_BAD_MODEL, DESCRIPTOR_AT,
                           "its zstd frame must have a checksum and no dictionary");
    }
    unsigned long long size = ZSTD_getFrameContentSize(bytes, length);
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN) {
        return lsc_fail_at(error, LSC_BAD_MODEL, DESCRIPTOR_AT,
                           "its zstd frame does not say how large its content is");
    }
    if (size > max_unpacked) {
        return lsc_fail(error, LSC_LIMIT, "it unpacks to %llu bytes, at most %zu are read", size,
                        max_unpacked);
    }
    size_t frame_size = ZSTD_findFrameCompressedSize(bytes, length);
    if (ZSTD_isError(frame_size)) {
        return lsc_fail(error, LSC_BAD_MODEL, "its zstd frame is cut short or damaged: %s",
                        ZSTD_getErrorName(frame_size));
    }
    if (frame_size != length) {
        return lsc_fail_at(error, LSC_BAD_MODEL, (int64_t)frame_size,
                           "%zu bytes follow its zstd frame", length - frame_size);
    }
    *content_size = (size_t)size;
    return LSC_OK;
}

/** Room for more output: half as much again, but no more than the content needs. */
static bool grow_room(const lsc_allocator *allocator, ZSTD_outBuffer *out, size_t content_size)
{
    size_t needed = out->size < FIRST_ROOM ? FIRST_ROOM : out->size + out->size / 2;
    void *block = out->dst;
    size_t capacity = out->size;
    if (!lsc_grow(allocator, &block, &capacity, needed < content_size ? needed : content_size, 1)) {
        return false;
    }
    out->dst = block;
    out->size = capacity < content_size ? capacity : content_size;
    return true;
}

static lsc_status decompress(ZSTD_DCtx *context, ZSTD_inBuffer *in, size_t content_size,
                             const lsc_allocator *allocator, ZSTD_outBuffer *out, lsc_error *error)
{
    size_t more = ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
    bool done = false;
    while (!ZSTD_isError(more) && !done) {
        if (out->pos == out->size && out->size < content_size &&
            !grow_room(allocator, out, content_size)) {
            return lsc_fail_memory(error);
        }
        size_t in_before = in->pos;
        size_t out_before = out->pos;
        more = ZSTD_decompressStream(context, out, in);
        done = more == 0;
        if (!done && !ZSTD_isError(more) && in->pos == in_before && out->pos == out_before) {
            return lsc_fail(error, LSC_BAD_MODEL, "its zstd frame holds other than it says");
        }
    }
    if (ZSTD_isError(more)) {
        return ZSTD_getErrorCode(more) == ZSTD_error_memory_allocation
                   ? lsc_fail_memory(error)
                   : lsc_fail(error, LSC_BAD_MODEL, "its zstd frame is damaged: %s",
                              ZSTD_getErrorName(more));
    }
    return LSC_OK;
}

lsc_status lsc_zstd_unpack(const void *bytes, size_t length, size_t max_unpacked,
                           const lsc_allocator *allocator, char **unpacked, size_t *unpacked_length,
                           lsc_error *error)
{
    size_t content_size = 0;
    lsc_status status = check_frame(bytes, length, max_unpacked, &content_size, error);
    if (status != LSC_OK) {
        return status;
    }
    ZSTD_DCtx *context = ZSTD_createDCtx();
    ZSTD_inBuffer in = {bytes, length, 0};
    ZSTD_outBuffer out = {NULL, 0, 0};
    status = context == NULL ? lsc_fail_memory(error)
                             : decompress(context, &in, content_size, allocator, &out, error);
    ZSTD_freeDCtx(context);
    if (status != LSC_OK) {
        lsc_release(allocator, out.dst);
        return status;
    }
    *unpacked = out.dst;
    *unpacked_length = out.pos;
    return LSC_OK;
}
