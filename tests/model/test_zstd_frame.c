#include "suite.h"

#include <zstd.h>

#include "model/zstd_frame.h"
#include "model_fixtures.h"

static void refuse(const void *bytes, size_t length, lsc_status status, const char *words)
{
    lsc_buffer content;
    lsc_buffer_init(&content, fixture_allocator());
    ck_fails(fixture_unpack(bytes, length, 1000, &content, error), status, words);
    lsc_buffer_free(&content);
}

START_TEST(what_was_packed_is_unpacked)
{
    static const size_t lengths[] = {0, 1, 511, 65536, 65537, 131072, 5000000};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        char *content = malloc(lengths[i] + 1);
        ck_assert_ptr_nonnull(content);
        for (size_t k = 0; k < lengths[i]; k++) {
            content[k] = (char)(k * k >> 7);
        }
        lsc_buffer frame;
        lsc_buffer unpacked;
        lsc_buffer_init(&frame, fixture_allocator());
        lsc_buffer_init(&unpacked, fixture_allocator());
        ck_ok(lsc_zstd_pack(content, lengths[i], &frame, error));
        ck_ok(fixture_unpack(frame.data, frame.length, lengths[i], &unpacked, error));
        ck_assert_uint_eq(unpacked.length, lengths[i]);
        ck_assert(lengths[i] == 0 || memcmp(unpacked.data, content, lengths[i]) == 0);
        lsc_buffer_free(&unpacked);
        lsc_buffer_free(&frame);
        free(content);
    }
}
END_TEST

START_TEST(content_is_unpacked_to_its_limit_and_not_past_it)
{
    char content[1001] = {0};
    lsc_buffer frame;
    lsc_buffer unpacked;
    lsc_buffer_init(&frame, fixture_allocator());
    lsc_buffer_init(&unpacked, fixture_allocator());
    ck_ok(lsc_zstd_pack(content, 1000, &frame, error));
    ck_ok(fixture_unpack(frame.data, frame.length, 1000, &unpacked, error));
    ck_assert_uint_eq(unpacked.length, 1000);
    lsc_buffer_free(&unpacked);
    lsc_buffer_clear(&frame);
    ck_ok(lsc_zstd_pack(content, 1001, &frame, error));
    refuse(frame.data, frame.length, LSC_LIMIT, "unpacks to 1001 bytes, at most 1000");
    lsc_buffer_free(&frame);
}
END_TEST

/** A frame by zstd itself, with one parameter of ours. */
static size_t other_frame(ZSTD_cParameter parameter, int value, bool checksum, char *frame,
                          size_t size)
{
    char content[900];
    memset(content, 'x', sizeof content);
    ZSTD_CCtx *context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, checksum);
    ZSTD_CCtx_setParameter(context, parameter, value);
    size_t length = ZSTD_compress2(context, frame, size, content, sizeof content);
    ck_assert(!ZSTD_isError(length));
    ZSTD_freeCCtx(context);
    return length;
}

START_TEST(frames_of_another_form_are_refused)
{
    char frame[2000];
    size_t length = other_frame(ZSTD_c_compressionLevel, 3, false, frame, sizeof frame);
    refuse(frame, length, LSC_BAD_MODEL, "must have a checksum");
    length = other_frame(ZSTD_c_contentSizeFlag, 0, true, frame, sizeof frame);
    refuse(frame, length, LSC_BAD_MODEL, "how large its content is");
    refuse("PK\3\4....", 8, LSC_BAD_MODEL, "does not begin as a bundle");
    refuse("\x28\xB5\x2F\xFD", 4, LSC_BAD_MODEL, "does not begin as a bundle");
    refuse("", 0, LSC_BAD_MODEL, "does not begin as a bundle");
}
END_TEST

START_TEST(nothing_may_follow_the_frame)
{
    char frame[4000];
    size_t length = other_frame(ZSTD_c_compressionLevel, 3, true, frame, sizeof frame / 2);
    memcpy(frame + length, frame, length);
    refuse(frame, 2 * length, LSC_BAD_MODEL, "bytes follow its zstd frame");
    /* A skippable frame of four bytes. */
    memcpy(frame + length, "\x50\x2A\x4D\x18\4\0\0\0abcd", 12);
    refuse(frame, length + 12, LSC_BAD_MODEL, "12 bytes follow its zstd frame");
    refuse(frame + length, 12, LSC_BAD_MODEL, "does not begin as a bundle");
}
END_TEST

START_TEST(a_bomb_is_stopped_by_what_it_says_and_by_what_it_does)
{
    /* Blocks of one repeated byte: 128 KiB from four bytes each. */
    enum {
        N_BLOCKS = 64
    };
    char frame[16 + 4 * N_BLOCKS];
    /* Frame content size of eight bytes, single segment off, checksum on; a window of 8 MiB. */
    memcpy(frame, "\x28\xB5\x2F\xFD\xC4\x68\xE8\x03\0\0\0\0\0\0", 14);
    size_t length = 14;
    for (int i = 0; i < N_BLOCKS; i++) {
        unsigned header = (131072u << 3) | (1u << 1) | (i + 1 == N_BLOCKS);
        frame[length++] = (char)header;
        frame[length++] = (char)(header >> 8);
        frame[length++] = (char)(header >> 16);
        frame[length++] = 'x';
    }
    /* It says 1000 bytes and holds 8 MiB. */
    char bytes[sizeof frame + 4] = {0};
    memcpy(bytes, frame, length);
    refuse(bytes, length + 4, LSC_BAD_MODEL, "");
    /* It says 8 MiB. */
    bytes[6] = bytes[7] = 0;
    bytes[8] = (char)0x80;
    refuse(bytes, length + 4, LSC_LIMIT, "unpacks to 8388608 bytes");
    /* It says a window of 1 GiB. */
    memcpy(bytes, "\x28\xB5\x2F\xFD\xC4\xA0\xE8\x03\0\0\0\0\0\0", 14);
    refuse(bytes, length + 4, LSC_BAD_MODEL, "");
}
END_TEST

START_TEST(every_cut_and_every_flipped_bit_is_refused)
{
    char content[900];
    for (size_t i = 0; i < sizeof content; i++) {
        content[i] = (char)(i * i);
    }
    lsc_buffer frame;
    lsc_buffer_init(&frame, fixture_allocator());
    ck_ok(lsc_zstd_pack(content, sizeof content, &frame, error));
    for (size_t length = 0; length < frame.length; length++) {
        refuse(frame.data, length, LSC_BAD_MODEL, "");
    }
    for (size_t i = 0; i < 8 * frame.length; i++) {
        lsc_buffer unpacked;
        lsc_buffer_init(&unpacked, fixture_allocator());
        frame.data[i / 8] ^= (char)(1 << i % 8);
        if (fixture_unpack(frame.data, frame.length, 1 << 20, &unpacked, NULL) == LSC_OK) {
            /* A bit of the header that means nothing. */
            ck_assert_uint_eq(unpacked.length, sizeof content);
            ck_assert_mem_eq(unpacked.data, content, sizeof content);
        }
        lsc_buffer_free(&unpacked);
        frame.data[i / 8] ^= (char)(1 << i % 8);
    }
    lsc_buffer_free(&frame);
}
END_TEST

LSC_SUITE("model/zstd_frame", TEST(what_was_packed_is_unpacked),
          TEST(content_is_unpacked_to_its_limit_and_not_past_it),
          TEST(frames_of_another_form_are_refused), TEST(nothing_may_follow_the_frame),
          TEST(a_bomb_is_stopped_by_what_it_says_and_by_what_it_does),
          TEST(every_cut_and_every_flipped_bit_is_refused))
