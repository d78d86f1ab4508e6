#include "zstd_frame.h"

#include <string.h>

#include <zstd.h>
#include <zstd_errors.h>

/** Part of the format: another level would give other bytes. */
#define LEVEL 9
/** log2 of the window that is written: reading takes as much memory. */
#define WINDOW_LOG 20
/** log2 of the largest window accepted, which bounds what zstd allocates: 8 MiB. */
#define WINDOW_LOG_MAX 23
/** Bytes decompressed at a time. */
#define CHUNK_SIZE 65536

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
        result = ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, WINDOW_LOG);
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
        return lsc_fail(error, LSC_LIMIT, "it unpacks to %llu bytes, at most %zu are read of %zu",
                        size, max_unpacked, length);
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

struct lsc_zstd_reader {
    lsc_allocator allocator;
    ZSTD_DCtx *context;
    ZSTD_inBuffer in;
    uint64_t content_size;
    uint64_t unpacked; /**< so far */
    bool ended;
    unsigned char chunk[CHUNK_SIZE];
};

static lsc_status fail_frame(size_t code, lsc_error *error)
{
    return ZSTD_getErrorCode(code) == ZSTD_error_memory_allocation
               ? lsc_fail_memory(error)
               : lsc_fail(error, LSC_BAD_MODEL, "its zstd frame is damaged: %s",
                          ZSTD_getErrorName(code));
}

/** The next bytes of the content, an lsc_stream_call. */
static lsc_status unpack_chunk(void *ctx, const unsigned char **chunk, size_t *length,
                               lsc_error *error)
{
    lsc_zstd_reader *self = ctx;
    ZSTD_outBuffer out = {self->chunk, sizeof self->chunk, 0};
    *chunk = self->chunk;
    while (!self->ended && out.pos < out.size) {
        size_t in_before = self->in.pos;
        size_t out_before = out.pos;
        size_t more = ZSTD_decompressStream(self->context, &out, &self->in);
        if (ZSTD_isError(more)) {
            return fail_frame(more, error);
        }
        self->ended = more == 0;
        if (more != 0 && self->in.pos == in_before && out.pos == out_before) {
            break;
        }
    }
    self->unpacked += out.pos;
    *length = out.pos;
    bool short_of = self->unpacked < self->content_size || !self->ended;
    bool other = self->unpacked > self->content_size || (out.pos == 0 && short_of);
    return !other ? LSC_OK
                  : lsc_fail(error, LSC_BAD_MODEL, "its zstd frame holds other than it says");
}

lsc_status lsc_zstd_open(const void *bytes, size_t length, size_t max_unpacked,
                         const lsc_allocator *allocator, lsc_zstd_reader **reader, lsc_error *error)
{
    size_t content_size = 0;
    *reader = NULL;
    lsc_status status = check_frame(bytes, length, max_unpacked, &content_size, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_zstd_reader *made = lsc_alloc(allocator, sizeof *made);
    if (made == NULL) {
        return lsc_fail_memory(error);
    }
    made->allocator = *allocator;
    made->in = (ZSTD_inBuffer){bytes, length, 0};
    made->content_size = content_size;
    made->context = ZSTD_createDCtx();
    if (made->context == NULL) {
        lsc_release(allocator, made);
        return lsc_fail_memory(error);
    }
    *reader = made;
    return LSC_OK;
}

void lsc_zstd_begin(lsc_zstd_reader *reader, lsc_stream *stream)
{
    ZSTD_DCtx_reset(reader->context, ZSTD_reset_session_only);
    ZSTD_DCtx_setParameter(reader->context, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
    reader->in.pos = 0;
    reader->unpacked = 0;
    reader->ended = false;
    lsc_stream_init(stream, unpack_chunk, reader);
}

void lsc_zstd_close(lsc_zstd_reader *reader)
{
    if (reader != NULL) {
        lsc_allocator allocator = reader->allocator;
        ZSTD_freeDCtx(reader->context);
        lsc_release(&allocator, reader);
    }
}
