#include "suite.h"

#include <stdio.h>

#include "core/memory.h"
#include "core/stream.h"

/** Chunks of a text: each ends at a blank. */
static lsc_status next_word(void *ctx, const unsigned char **chunk, size_t *length,
                            lsc_error *error)
{
    const char **text = ctx;
    if (**text == '!') {
        return lsc_fail(error, LSC_IO, "no more words");
    }
    *chunk = (const unsigned char *)*text;
    *length = strcspn(*text, " !");
    *length += (*text)[*length] == ' ';
    *text += *length;
    return LSC_OK;
}

START_TEST(bytes_come_in_order_whatever_the_chunks)
{
    const char *text = "one two three";
    char taken[32] = {0};
    lsc_stream stream;
    lsc_stream_init(&stream, next_word, &text);
    ck_assert_int_eq(lsc_stream_peek(&stream), 'o');
    ck_assert_uint_eq(lsc_stream_offset(&stream), 0);
    ck_assert_uint_eq(lsc_stream_take(&stream, taken, 6), 6);
    ck_assert_str_eq(taken, "one tw");
    ck_assert_uint_eq(lsc_stream_offset(&stream), 6);
    ck_assert_uint_eq(lsc_stream_take(&stream, NULL, 2), 2);
    ck_assert_int_eq(lsc_stream_peek(&stream), 't');
    memset(taken, 0, sizeof taken);
    ck_assert_uint_eq(lsc_stream_take(&stream, taken, 20), 5);
    ck_assert_str_eq(taken, "three");
    ck_assert_int_eq(lsc_stream_peek(&stream), -1);
    ck_assert_int_eq(lsc_stream_peek(&stream), -1);
    ck_assert_uint_eq(lsc_stream_offset(&stream), 13);
    ck_ok(lsc_stream_status(&stream, error));
}
END_TEST

START_TEST(a_failure_reads_as_the_end_and_is_remembered)
{
    const char *text = "one !";
    lsc_stream stream;
    lsc_stream_init(&stream, next_word, &text);
    ck_assert_uint_eq(lsc_stream_take(&stream, NULL, 10), 4);
    ck_assert(!lsc_stream_fill(&stream));
    ck_fails(lsc_stream_status(&stream, error), LSC_IO, "no more words");
    ck_assert_int_eq(lsc_stream_status(&stream, NULL), LSC_IO);
}
END_TEST

START_TEST(bytes_in_memory_are_one_chunk)
{
    lsc_stream stream;
    lsc_stream_of_bytes(&stream, "abc", 3);
    ck_assert_uint_eq(lsc_stream_offset(&stream), 0);
    ck_assert_uint_eq(lsc_stream_take(&stream, NULL, 2), 2);
    ck_assert_int_eq(lsc_stream_peek(&stream), 'c');
    ck_assert_uint_eq(lsc_stream_take(&stream, NULL, 2), 1);
    lsc_stream_of_bytes(&stream, NULL, 0);
    ck_assert_int_eq(lsc_stream_peek(&stream), -1);
}
END_TEST

START_TEST(a_stream_is_taken_to_its_limit_and_not_past_it)
{
    const char *text = "one two";
    lsc_stream stream;
    lsc_stream_init(&stream, next_word, &text);
    stream.most = 7;
    ck_assert_uint_eq(lsc_stream_take(&stream, NULL, 10), 7);
    ck_ok(lsc_stream_status(&stream, error));
    text = "one two";
    lsc_stream_init(&stream, next_word, &text);
    stream.most = 6;
    ck_assert_uint_eq(lsc_stream_take(&stream, NULL, 10), 4);
    ck_fails(lsc_stream_status(&stream, error), LSC_LIMIT, "more than 6 bytes are not read");
}
END_TEST

START_TEST(a_file_is_streamed_whole)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/streamed", lsc_test_folder());
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    for (int i = 0; i < 200000; i++) {
        ck_quick(putc(i % 251, file) != EOF);
    }
    fclose(file);
    lsc_file_stream *opened = NULL;
    lsc_stream stream;
    ck_ok(lsc_file_stream_open(path, lsc_default_allocator(), &opened, &stream, error));
    for (int i = 0; i < 200000; i++) {
        ck_quick(lsc_stream_peek(&stream) == i % 251);
        stream.at++;
    }
    ck_assert_int_eq(lsc_stream_peek(&stream), -1);
    lsc_file_stream_close(opened);
}
END_TEST

START_TEST(a_file_that_cannot_be_read_is_named)
{
    lsc_file_stream *opened = NULL;
    lsc_stream stream;
    const lsc_allocator *allocator = lsc_default_allocator();
    ck_fails(lsc_file_stream_open("no/such/file", allocator, &opened, &stream, error),
             LSC_NOT_FOUND, "no/such/file: cannot open it");
    ck_assert_ptr_null(opened);
    ck_fails(lsc_file_stream_open("/", allocator, &opened, &stream, error), LSC_IO,
             "/: is a folder");
    lsc_file_stream_close(NULL);
}
END_TEST

LSC_SUITE("core/stream", TEST(bytes_come_in_order_whatever_the_chunks),
          TEST(a_failure_reads_as_the_end_and_is_remembered), TEST(bytes_in_memory_are_one_chunk),
          TEST(a_stream_is_taken_to_its_limit_and_not_past_it), TEST(a_file_is_streamed_whole),
          TEST(a_file_that_cannot_be_read_is_named))
