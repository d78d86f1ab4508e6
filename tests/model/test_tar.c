#include "suite.h"

#include <stdio.h>

#include "model/tar.h"
#include "model_fixtures.h"

static lsc_buffer archive;

/** An archive of "a.txt" ("hello") and "b" (empty). */
static void make_archive(void)
{
    lsc_buffer_init(&archive, fixture_allocator());
    lsc_tar_append(&archive, "a.txt", "hello", 5);
    lsc_tar_append(&archive, "b", NULL, 0);
    lsc_tar_end(&archive);
}

static lsc_status drain(size_t length, lsc_error *error)
{
    lsc_stream in;
    lsc_tar_entry entry;
    bool more = true;
    lsc_status status = LSC_OK;
    lsc_stream_of_bytes(&in, archive.data, length);
    while (status == LSC_OK && more) {
        status = lsc_tar_next(&in, &entry, &more, error);
        if (status == LSC_OK && more) {
            bool whole = lsc_stream_take(&in, NULL, (size_t)entry.length) == entry.length;
            status =
                whole ? lsc_tar_pad(&in, &entry, error) : lsc_tar_fail_short(&in, &entry, error);
        }
    }
    return status;
}

/** Write the checksum that a header with other contents should have. */
static void fix_checksum(char *header)
{
    memset(header + 148, ' ', 8);
    unsigned sum = 0;
    for (int i = 0; i < LSC_TAR_BLOCK; i++) {
        sum += (unsigned char)header[i];
    }
    snprintf(header + 148, 8, "%06o", sum);
}

/** The archive's first header with bytes changed and its checksum right is refused. */
static void refuse_header(size_t at, const char *bytes, size_t length, const char *words)
{
    make_archive();
    memcpy(archive.data + at, bytes, length);
    fix_checksum(archive.data);
    ck_fails(drain(archive.length, error), LSC_BAD_MODEL, words);
    lsc_buffer_free(&archive);
}

START_TEST(what_was_written_is_read)
{
    make_archive();
    ck_assert_uint_eq(archive.length, 5 * LSC_TAR_BLOCK);
    ck_assert_uint_eq(lsc_tar_member_size(5) + lsc_tar_member_size(0), 3 * LSC_TAR_BLOCK);
    lsc_stream in;
    lsc_tar_entry entry;
    char content[5];
    bool more = false;
    lsc_stream_of_bytes(&in, archive.data, archive.length);
    ck_ok(lsc_tar_next(&in, &entry, &more, error));
    ck_assert(more);
    ck_assert_str_eq(entry.name, "a.txt");
    ck_assert_uint_eq(entry.length, 5);
    ck_assert_uint_eq(lsc_stream_take(&in, content, 5), 5);
    ck_assert_mem_eq(content, "hello", 5);
    ck_ok(lsc_tar_pad(&in, &entry, error));
    ck_ok(lsc_tar_next(&in, &entry, &more, error));
    ck_assert_str_eq(entry.name, "b");
    ck_assert_uint_eq(entry.length, 0);
    ck_ok(lsc_tar_pad(&in, &entry, error));
    ck_ok(lsc_tar_next(&in, &entry, &more, error));
    ck_assert(!more);
    lsc_buffer_free(&archive);
}
END_TEST

START_TEST(names_are_plain)
{
    char longest[LSC_TAR_NAME_SIZE + 1];
    memset(longest, 'x', sizeof longest);
    longest[LSC_TAR_NAME_SIZE] = '\0';
    ck_assert(!lsc_tar_name_valid(longest));
    longest[LSC_TAR_NAME_SIZE - 1] = '\0';
    ck_assert(lsc_tar_name_valid(longest));
    ck_assert(lsc_tar_name_valid("MODEL_CARD.md"));
    static const char *const bad[] = {"",     ".",  "..",  ".hidden", "a/b",
                                      "../x", "/x", "a b", "\xc3\xa9"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_msg(!lsc_tar_name_valid(bad[i]), "%s", bad[i]);
    }
}
END_TEST

START_TEST(names_that_lead_elsewhere_are_refused)
{
    char longest[LSC_TAR_NAME_SIZE];
    memset(longest, 'x', sizeof longest);
    refuse_header(0, "../up", 5, "\"../up\" is no name of a member");
    refuse_header(0, "/root", 5, "\"/root\" is no name of a member");
    refuse_header(0, "\0.txt", 5, "\"\" is no name of a member");
    refuse_header(0, longest, sizeof longest, "longer than 99 bytes");
}
END_TEST

START_TEST(only_plain_files_are_read)
{
    static const char types[] = "1234567xgLK";
    for (size_t i = 0; types[i] != '\0'; i++) {
        refuse_header(156, &types[i], 1, "it is a link, a folder");
    }
    refuse_header(156, "\0", 1, "it is a link, a folder");
}
END_TEST

START_TEST(headers_other_than_ours_are_refused)
{
    refuse_header(100, "0000755", 7, "not the one a bundle has");
    refuse_header(108, "0001750", 7, "not the one a bundle has");
    refuse_header(136, "14712345670", 11, "not the one a bundle has");
    refuse_header(157, "target", 6, "not the one a bundle has");
    refuse_header(257, "ustar  ", 7, "not the one a bundle has");
    refuse_header(265, "root", 4, "not the one a bundle has");
    refuse_header(345, "prefix", 6, "not the one a bundle has");
    refuse_header(500, "x", 1, "not the one a bundle has");
    refuse_header(50, "x", 1, "not the one a bundle has");
}
END_TEST

START_TEST(sizes_are_octal_and_true)
{
    refuse_header(124, "0000000000x", 11, "no octal number");
    refuse_header(124, "\x80\0\0\0\0\0\0\0\0\0\5", 11, "no octal number");
    refuse_header(124, "00000000005 ", 12, "no octal number");
    refuse_header(124, "77777777777", 11, "past the end");
    refuse_header(124, "00000004001", 11, "past the end");
}
END_TEST

START_TEST(padding_is_zero)
{
    make_archive();
    archive.data[LSC_TAR_BLOCK + 5] = 'x';
    ck_fails(drain(archive.length, error), LSC_BAD_MODEL, "padding");
    lsc_buffer_free(&archive);
}
END_TEST

START_TEST(the_end_is_two_blocks_of_zeros_and_nothing_more)
{
    make_archive();
    lsc_buffer_append(&archive, "", 1);
    ck_fails(drain(archive.length, error), LSC_BAD_MODEL, "must end with two blocks");
    ck_fails(drain(archive.length - 1 - LSC_TAR_BLOCK, error), LSC_BAD_MODEL,
             "without two blocks of zeros");
    archive.data[archive.length - 2] = 'x';
    ck_fails(drain(archive.length - 1, error), LSC_BAD_MODEL, "must end with two blocks");
    lsc_buffer_free(&archive);
}
END_TEST

START_TEST(an_archive_that_ends_within_padding_is_refused)
{
    char content[1020] = {0};
    lsc_buffer_init(&archive, fixture_allocator());
    lsc_tar_append(&archive, "a", content, sizeof content);
    /* The content is there, its padding is not. */
    ck_fails(drain(LSC_TAR_BLOCK + sizeof content + 1, error), LSC_BAD_MODEL, "past the end");
    lsc_buffer_free(&archive);
}
END_TEST

START_TEST(every_cut_is_refused)
{
    make_archive();
    for (size_t length = 0; length < archive.length; length++) {
        ck_fails(drain(length, error), LSC_BAD_MODEL, "archive member at byte");
    }
    lsc_buffer_free(&archive);
}
END_TEST

START_TEST(every_flipped_bit_outside_names_and_contents_is_refused)
{
    make_archive();
    size_t n_accepted = 0;
    for (size_t i = 0; i < 8 * archive.length; i++) {
        archive.data[i / 8] ^= (char)(1 << i % 8);
        n_accepted += drain(archive.length, NULL) == LSC_OK;
        archive.data[i / 8] ^= (char)(1 << i % 8);
    }
    /* The five bytes of "hello". A name's checksum tells. */
    ck_assert_uint_eq(n_accepted, 40);
    lsc_buffer_free(&archive);
}
END_TEST

LSC_SUITE("model/tar", TEST(what_was_written_is_read), TEST(names_are_plain),
          TEST(names_that_lead_elsewhere_are_refused), TEST(only_plain_files_are_read),
          TEST(headers_other_than_ours_are_refused), TEST(sizes_are_octal_and_true),
          TEST(padding_is_zero), TEST(the_end_is_two_blocks_of_zeros_and_nothing_more),
          TEST(an_archive_that_ends_within_padding_is_refused), TEST(every_cut_is_refused),
          TEST(every_flipped_bit_outside_names_and_contents_is_refused))
