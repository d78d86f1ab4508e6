#include "suite.h"

#include <float.h>
#include <math.h>

#include "pull_support.h"

static lsc_stream stream;

static lsc_pull reader_of(const char *bytes, size_t length)
{
    lsc_pull reader;
    lsc_stream_of_bytes(&stream, bytes, length);
    lsc_pull_init(&reader, &stream, LSC_PULL_UBJSON);
    return reader;
}

static lsc_pull_event next(lsc_pull *reader)
{
    lsc_pull_event event;
    ck_ok(lsc_pull_next(reader, &event, error));
    return event;
}

static lsc_status drain(const char *bytes, size_t length, lsc_error *error)
{
    return drain_chunks(bytes, length, LSC_PULL_UBJSON, length + 1, error);
}

static int64_t integer(const char *bytes, size_t length)
{
    lsc_pull reader = reader_of(bytes, length);
    lsc_pull_event event = next(&reader);
    int64_t number = 0;
    ck_assert_int_eq(event.kind, LSC_PULL_NUMBER);
    ck_assert(lsc_pull_int(&event, &number));
    return number;
}

static double real(const char *bytes, size_t length)
{
    lsc_pull reader = reader_of(bytes, length);
    lsc_pull_event event = next(&reader);
    float number = 0;
    ck_assert(lsc_pull_float(&event, &number));
    return (double)number;
}

START_TEST(numbers_of_every_type_are_big_endian)
{
    ck_assert_int_eq(integer(BYTES("i\xff")), -1);
    ck_assert_int_eq(integer(BYTES("U\xff")), 255);
    ck_assert_int_eq(integer(BYTES("I\xff\x00")), -256);
    ck_assert_int_eq(integer(BYTES("l\x7f\xff\xff\xff")), 2147483647);
    ck_assert_int_eq(integer(BYTES("l\xff\xff\xff\xff")), -1);
    ck_assert_int_eq(integer(BYTES("L\x00\x00\x00\x01\x00\x00\x00\x00")), 4294967296);
    ck_assert_int_eq(integer(BYTES("T")), 1);
    ck_assert_int_eq(integer(BYTES("F")), 0);
    ck_assert_double_eq(real(BYTES("d\x3f\x80\x00\x00")), 1);
    ck_assert_double_eq(real(BYTES("U\x07")), 7);
    ck_assert_double_eq(real(BYTES("D\x3f\xb9\x99\x99\x99\x99\x99\x9a")), (double)0.1f);
    ck_assert(isnan(real(BYTES("d\x7f\xc0\x00\x00"))));
    ck_assert(isinf(real(BYTES("D\x7f\xf0\x00\x00\x00\x00\x00\x00"))));
}
END_TEST

START_TEST(a_number_that_does_not_fit_is_told)
{
    lsc_pull reader = reader_of(BYTES("D\x47\xf0\x00\x00\x00\x00\x00\x00")); /* 2^128 */
    lsc_pull_event event = next(&reader);
    float number;
    int64_t whole;
    ck_assert(!lsc_pull_float(&event, &number));
    ck_assert(!lsc_pull_int(&event, &whole));
    reader = reader_of(BYTES("d\x3f\x80\x00\x00"));
    event = next(&reader);
    ck_assert(!lsc_pull_int(&event, &whole));
}
END_TEST

START_TEST(members_come_with_their_keys)
{
    lsc_pull reader = reader_of(BYTES("{i\x01"
                                      "aSU\x02hi"
                                      "i\x01"
                                      "bZ"
                                      "}"));
    ck_assert_int_eq(next(&reader).kind, LSC_PULL_OBJECT);
    lsc_pull_event event = next(&reader);
    ck_assert(lsc_pull_key_is(&event, "a"));
    ck_assert(!lsc_pull_key_is(&event, "ab"));
    ck_assert_int_eq(event.kind, LSC_PULL_STRING);
    ck_assert_str_eq(event.text, "hi");
    event = next(&reader);
    ck_assert(lsc_pull_key_is(&event, "b"));
    ck_assert_int_eq(event.kind, LSC_PULL_NULL);
    ck_assert_int_eq(next(&reader).kind, LSC_PULL_END);
    ck_assert_int_eq(next(&reader).kind, LSC_PULL_END);
}
END_TEST

START_TEST(arrays_end_by_count_or_by_bracket)
{
    lsc_pull reader = reader_of(BYTES("[[#i\x02i\x05i\x06[$U#i\x03\x01\x02\x03[#i\x00]"));
    ck_assert_int_eq(next(&reader).kind, LSC_PULL_ARRAY);
    ck_assert_int_eq(next(&reader).kind, LSC_PULL_ARRAY);
    ck_assert_int_eq(next(&reader).kind, LSC_PULL_NUMBER);
    ck_assert_int_eq(next(&reader).kind, LSC_PULL_NUMBER);
    ck_assert_int_eq(next(&reader).kind, LSC_PULL_END);
    lsc_pull_event event = next(&reader);
    ck_assert_int_eq(event.kind, LSC_PULL_ARRAY);
    ck_assert_uint_eq(event.count, 3);
    int64_t numbers[4];
    size_t n = 0;
    ck_ok(lsc_pull_ints(&reader, numbers, 4, &n, error));
    ck_assert_uint_eq(n, 3);
    ck_assert_int_eq(numbers[2], 3);
    ck_assert_int_eq(next(&reader).kind, LSC_PULL_ARRAY);
    ck_assert_int_eq(next(&reader).kind, LSC_PULL_END);
    ck_assert_int_eq(next(&reader).kind, LSC_PULL_END);
    ck_assert_int_eq(next(&reader).kind, LSC_PULL_END);
}
END_TEST

/** An array of 100 numbers of a type, i, i + 1, ..., after its head. */
static size_t put_array(char *out, const char *head, size_t head_length, size_t size)
{
    memcpy(out, head, head_length);
    char *at = out + head_length;
    for (unsigned i = 0; i < 100; i++) {
        memset(at, 0, size);
        at[size - 1] = (char)i;
        at += size;
    }
    return (size_t)(at - out);
}

START_TEST(arrays_of_a_type_read_the_same_in_chunks_of_any_size)
{
    char bytes[1024];
    size_t length = put_array(bytes, BYTES("[$l#U\x64"), 4);
    for (size_t chunk = 1; chunk < 40; chunk++) {
        for (size_t room = 1; room < 120; room += 17) {
            chunked source;
            lsc_pull reader;
            int64_t numbers[120];
            size_t n = room;
            size_t read = 0;
            lsc_pull_init(&reader, stream_in_chunks(&source, bytes, length, chunk),
                          LSC_PULL_UBJSON);
            ck_assert_int_eq(next(&reader).kind, LSC_PULL_ARRAY);
            while (n == room) {
                ck_ok(lsc_pull_ints(&reader, numbers, room, &n, error));
                for (size_t i = 0; i < n; i++) {
                    ck_assert_int_eq(numbers[i], (int64_t)(read + i));
                }
                read += n;
            }
            ck_assert_uint_eq(read, 100);
            ck_assert_int_eq(next(&reader).kind, LSC_PULL_END);
        }
    }
}
END_TEST

START_TEST(a_list_of_floats_has_none_beyond_one)
{
    lsc_pull reader = reader_of(BYTES("[$D#i\x02\x3f\xf0\x00\x00\x00\x00\x00\x00"
                                      "\x47\xf0\x00\x00\x00\x00\x00\x00"));
    float numbers[4];
    size_t n;
    next(&reader);
    ck_fails(lsc_pull_floats(&reader, numbers, 4, &n, error), LSC_BAD_MODEL,
             "byte 14: a number beyond a float32");
    reader = reader_of(BYTES("[$d#i\x01\x3f\x80\x00\x00"));
    next(&reader);
    int64_t whole[4];
    ck_fails(lsc_pull_ints(&reader, whole, 4, &n, error), LSC_BAD_MODEL,
             "byte 6: an integer was expected");
    reader = reader_of(BYTES("[i\x01SU\x01x]"));
    next(&reader);
    ck_fails(lsc_pull_ints(&reader, whole, 4, &n, error), LSC_BAD_MODEL, "a number was expected");
}
END_TEST

START_TEST(skip_goes_past_everything_inside)
{
    lsc_pull reader = reader_of(BYTES("[{i\x01k[[#i\x01{}[$l#i\x02\0\0\0\1\0\0\0\2]}i\x07]"));
    next(&reader);
    lsc_pull_event object = next(&reader);
    ck_ok(lsc_pull_skip(&reader, &object, error));
    lsc_pull_event seven = next(&reader);
    int64_t number = 0;
    ck_assert(lsc_pull_int(&seven, &number));
    ck_assert_int_eq(number, 7);
    ck_ok(lsc_pull_skip(&reader, &seven, error));
    ck_assert_int_eq(next(&reader).kind, LSC_PULL_END);
}
END_TEST

START_TEST(long_keys_and_texts_are_cut)
{
    char bytes[4096];
    char *at = bytes;
    memcpy(at, "{I\x01\x00", 4);
    memset(at + 4, 'k', 256);
    memcpy(at + 260, "SI\x08\x00", 4);
    memset(at + 264, 't', 2048);
    memcpy(at + 264 + 2048, "}", 1);
    lsc_pull reader = reader_of(bytes, 265 + 2048);
    next(&reader);
    lsc_pull_event event = next(&reader);
    ck_assert_uint_eq(event.key_length, 256);
    ck_assert_uint_eq(strlen(event.key), LSC_PULL_KEY_SIZE - 1);
    ck_assert_uint_eq(event.text_length, 2048);
    ck_assert_uint_eq(strlen(event.text), LSC_PULL_TEXT_SIZE - 1);
    ck_assert_int_eq(next(&reader).kind, LSC_PULL_END);
}
END_TEST

START_TEST(depth_is_taken_to_its_limit_and_not_past_it)
{
    char bytes[2 * (LSC_PULL_DEPTH + 1)];
    memset(bytes, '[', LSC_PULL_DEPTH);
    memset(bytes + LSC_PULL_DEPTH, ']', LSC_PULL_DEPTH);
    ck_ok(drain(bytes, 2 * LSC_PULL_DEPTH, error));
    memset(bytes, '[', LSC_PULL_DEPTH + 1);
    memset(bytes + LSC_PULL_DEPTH + 1, ']', LSC_PULL_DEPTH + 1);
    ck_fails(drain(bytes, sizeof bytes, error), LSC_LIMIT, "inside each other");
}
END_TEST

START_TEST(a_claim_of_length_beyond_the_bytes_is_refused)
{
    ck_fails(drain(BYTES("[$d#L\x00\x00\x00\x00\x3b\x9a\xca\x00"), error), LSC_BAD_MODEL,
             "end within a number");
    ck_fails(drain(BYTES("[$D#L\x7f\xff\xff\xff\xff\xff\xff\xff"), error), LSC_BAD_MODEL,
             "end within a number");
    ck_fails(drain(BYTES("[#L\x7f\xff\xff\xff\xff\xff\xff\xff"
                         "Z"),
                   error),
             LSC_BAD_MODEL, "end too soon");
    ck_fails(drain(BYTES("SL\x7f\xff\xff\xff\xff\xff\xff\xffx"), error), LSC_BAD_MODEL,
             "end within a text");
    lsc_pull reader = reader_of(BYTES("[$D#L\x7f\xff\xff\xff\xff\xff\xff\xff"));
    lsc_pull_event array = next(&reader);
    ck_fails(lsc_pull_skip(&reader, &array, error), LSC_BAD_MODEL, "end within numbers");
}
END_TEST

START_TEST(arrays_whose_items_have_no_bytes_are_refused)
{
    ck_fails(drain(BYTES("[$Z#L\x7f\xff\xff\xff\xff\xff\xff\xff"), error), LSC_BAD_MODEL,
             "type is not read");
    ck_fails(drain(BYTES("[$T#i\x01"), error), LSC_BAD_MODEL, "type is not read");
    ck_fails(drain(BYTES("[$[#i\x01"), error), LSC_BAD_MODEL, "type is not read");
}
END_TEST

START_TEST(broken_bytes_are_refused_with_their_offset)
{
    ck_fails(drain(BYTES(""), error), LSC_BAD_MODEL, "end too soon");
    ck_fails(drain(BYTES("x"), error), LSC_BAD_MODEL, "byte 0: no value begins");
    ck_fails(drain(BYTES("[i\x01}"), error), LSC_BAD_MODEL, "byte 3: no value begins");
    ck_fails(drain(BYTES("[\0]"), error), LSC_BAD_MODEL, "byte 1: no value begins");
    ck_fails(drain(BYTES("Si\xff"), error), LSC_BAD_MODEL, "negative");
    ck_fails(drain(BYTES("Sd\x00\x00\x00\x00"), error), LSC_BAD_MODEL, "no integer");
    ck_fails(drain(BYTES("[$d]"), error), LSC_BAD_MODEL, "no count");
    ck_fails(drain(BYTES("i\x01i"), error), LSC_BAD_MODEL, "bytes follow");
    ck_fails(drain(BYTES("{i\x01"), error), LSC_BAD_MODEL, "end within a text");
    ck_fails(drain(BYTES("L\x00\x00"), error), LSC_BAD_MODEL, "end within a number");
}
END_TEST

static const char document[] = "{i\x01"
                               "a[$d#i\x01\x3f\x80\x00\x00i\x01"
                               "b[SU\x02hi[#i\x01I\x00\x01]i\x01"
                               "cT}";

START_TEST(every_cut_of_a_document_is_refused)
{
    for (size_t chunk = 1; chunk < sizeof document; chunk++) {
        ck_ok(drain_chunks(BYTES(document), LSC_PULL_UBJSON, chunk, error));
        ck_ok(drain_chunks(BYTES(document), LSC_PULL_ANY, chunk, error));
    }
    for (size_t length = 0; length + 1 < sizeof document; length++) {
        ck_fails(drain(document, length, error), LSC_BAD_MODEL, "UBJSON at byte");
    }
}
END_TEST

static lsc_status fail_reading(void *ctx, const unsigned char **chunk, size_t *length,
                               lsc_error *error)
{
    static const unsigned char begun[] = "{i\x05lear";
    bool *given = ctx;
    *chunk = begun;
    *length = sizeof begun - 1;
    if (*given) {
        return lsc_fail(error, LSC_IO, "the disk is gone");
    }
    *given = true;
    return LSC_OK;
}

START_TEST(a_stream_that_fails_is_not_called_a_broken_document)
{
    bool given = false;
    lsc_stream failing;
    lsc_pull reader;
    lsc_pull_event event;
    lsc_stream_init(&failing, fail_reading, &given);
    lsc_pull_init(&reader, &failing, LSC_PULL_ANY);
    ck_ok(lsc_pull_next(&reader, &event, error));
    ck_fails(lsc_pull_next(&reader, &event, error), LSC_IO, "the disk is gone");
}
END_TEST

LSC_SUITE("model/pull_ubjson", TEST(numbers_of_every_type_are_big_endian),
          TEST(a_number_that_does_not_fit_is_told), TEST(members_come_with_their_keys),
          TEST(arrays_end_by_count_or_by_bracket),
          TEST(arrays_of_a_type_read_the_same_in_chunks_of_any_size),
          TEST(a_list_of_floats_has_none_beyond_one), TEST(skip_goes_past_everything_inside),
          TEST(long_keys_and_texts_are_cut), TEST(depth_is_taken_to_its_limit_and_not_past_it),
          TEST(a_claim_of_length_beyond_the_bytes_is_refused),
          TEST(arrays_whose_items_have_no_bytes_are_refused),
          TEST(broken_bytes_are_refused_with_their_offset),
          TEST(every_cut_of_a_document_is_refused),
          TEST(a_stream_that_fails_is_not_called_a_broken_document))
