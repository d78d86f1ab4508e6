#include "suite.h"

#include <math.h>

#include "model/ubjson.h"

/** The bytes of a string literal, NULs included. */
#define BYTES(text) text, sizeof(text) - 1

static lsc_ubjson reader_of(const char *bytes, size_t length)
{
    lsc_ubjson reader;
    lsc_ubjson_init(&reader, bytes, length);
    return reader;
}

static lsc_ubjson_event next(lsc_ubjson *reader)
{
    lsc_ubjson_event event;
    ck_ok(lsc_ubjson_next(reader, &event, error));
    return event;
}

/** Read to the end or the first error. */
static lsc_status drain(const char *bytes, size_t length, lsc_error *error)
{
    lsc_ubjson reader = reader_of(bytes, length);
    for (;;) {
        lsc_ubjson_event event;
        lsc_status status = lsc_ubjson_next(&reader, &event, error);
        if (status != LSC_OK || (event.kind == LSC_UBJSON_END && reader.depth == 0)) {
            return status;
        }
    }
}

static double single(const char *bytes, size_t length)
{
    lsc_ubjson reader = reader_of(bytes, length);
    lsc_ubjson_event event = next(&reader);
    ck_assert_int_eq(event.kind, LSC_UBJSON_NUMBER);
    ck_assert_uint_eq(event.count, 1);
    return lsc_ubjson_number(&event, 0);
}

START_TEST(numbers_of_every_type_are_big_endian)
{
    ck_assert_double_eq(single(BYTES("i\xff")), -1);
    ck_assert_double_eq(single(BYTES("U\xff")), 255);
    ck_assert_double_eq(single(BYTES("I\xff\x00")), -256);
    ck_assert_double_eq(single(BYTES("l\x7f\xff\xff\xff")), 2147483647);
    ck_assert_double_eq(single(BYTES("l\xff\xff\xff\xff")), -1);
    ck_assert_double_eq(single(BYTES("L\x00\x00\x00\x01\x00\x00\x00\x00")), 4294967296.0);
    ck_assert_double_eq(single(BYTES("d\x3f\x80\x00\x00")), 1);
    ck_assert_double_eq(single(BYTES("D\x3f\xb9\x99\x99\x99\x99\x99\x9a")), 0.1);
    ck_assert_double_eq(single(BYTES("T")), 1);
    ck_assert_double_eq(single(BYTES("F")), 0);
    ck_assert(isnan(single(BYTES("d\x7f\xc0\x00\x00"))));
}
END_TEST

START_TEST(members_come_with_their_keys)
{
    lsc_ubjson reader = reader_of(BYTES("{i\x01"
                                        "aSU\x02hi"
                                        "i\x01"
                                        "bZ"
                                        "}"));
    ck_assert_int_eq(next(&reader).kind, LSC_UBJSON_OBJECT);
    lsc_ubjson_event event = next(&reader);
    ck_assert(lsc_ubjson_key_is(&event, "a"));
    ck_assert(!lsc_ubjson_key_is(&event, "ab"));
    ck_assert_int_eq(event.kind, LSC_UBJSON_STRING);
    ck_assert_mem_eq(event.text, "hi", 2);
    event = next(&reader);
    ck_assert(lsc_ubjson_key_is(&event, "b"));
    ck_assert_int_eq(event.kind, LSC_UBJSON_NULL);
    ck_assert_int_eq(next(&reader).kind, LSC_UBJSON_END);
    ck_assert_int_eq(next(&reader).kind, LSC_UBJSON_END);
}
END_TEST

START_TEST(arrays_end_by_count_or_by_bracket)
{
    lsc_ubjson reader = reader_of(BYTES("[[#i\x02i\x05i\x06[$U#i\x03\x01\x02\x03[#i\x00]"));
    ck_assert_int_eq(next(&reader).kind, LSC_UBJSON_ARRAY);
    ck_assert_int_eq(next(&reader).kind, LSC_UBJSON_ARRAY);
    ck_assert_int_eq(next(&reader).kind, LSC_UBJSON_NUMBER);
    ck_assert_int_eq(next(&reader).kind, LSC_UBJSON_NUMBER);
    ck_assert_int_eq(next(&reader).kind, LSC_UBJSON_END);
    lsc_ubjson_event event = next(&reader);
    ck_assert_int_eq(event.kind, LSC_UBJSON_NUMBERS);
    ck_assert_uint_eq(event.count, 3);
    ck_assert_double_eq(lsc_ubjson_number(&event, 2), 3);
    ck_assert_int_eq(next(&reader).kind, LSC_UBJSON_ARRAY);
    ck_assert_int_eq(next(&reader).kind, LSC_UBJSON_END);
    ck_assert_int_eq(next(&reader).kind, LSC_UBJSON_END);
    ck_assert_int_eq(next(&reader).kind, LSC_UBJSON_END);
}
END_TEST

START_TEST(skip_goes_past_everything_inside)
{
    lsc_ubjson reader = reader_of(BYTES("[{i\x01k[[#i\x01{}]}i\x07]"));
    next(&reader);
    lsc_ubjson_event object = next(&reader);
    ck_ok(lsc_ubjson_skip(&reader, &object, error));
    lsc_ubjson_event seven = next(&reader);
    ck_assert_double_eq(lsc_ubjson_number(&seven, 0), 7);
    ck_ok(lsc_ubjson_skip(&reader, &seven, error));
    ck_assert_int_eq(next(&reader).kind, LSC_UBJSON_END);
}
END_TEST

START_TEST(depth_is_taken_to_its_limit_and_not_past_it)
{
    char bytes[2 * (LSC_UBJSON_DEPTH + 1)];
    memset(bytes, '[', LSC_UBJSON_DEPTH);
    memset(bytes + LSC_UBJSON_DEPTH, ']', LSC_UBJSON_DEPTH);
    ck_ok(drain(bytes, 2 * LSC_UBJSON_DEPTH, error));
    memset(bytes, '[', LSC_UBJSON_DEPTH + 1);
    memset(bytes + LSC_UBJSON_DEPTH + 1, ']', LSC_UBJSON_DEPTH + 1);
    ck_fails(drain(bytes, sizeof bytes, error), LSC_LIMIT, "inside each other");
}
END_TEST

START_TEST(a_claim_of_length_beyond_the_bytes_is_refused)
{
    ck_fails(drain(BYTES("[$d#L\x00\x00\x00\x00\x3b\x9a\xca\x00"), error), LSC_BAD_MODEL,
             "end within numbers");
    ck_fails(drain(BYTES("[$D#L\x7f\xff\xff\xff\xff\xff\xff\xff"), error), LSC_BAD_MODEL,
             "end within numbers");
    ck_fails(drain(BYTES("[#L\x7f\xff\xff\xff\xff\xff\xff\xff"
                         "Z"),
                   error),
             LSC_BAD_MODEL, "end too soon");
    ck_fails(drain(BYTES("SL\x7f\xff\xff\xff\xff\xff\xff\xffx"), error), LSC_BAD_MODEL,
             "end within a text");
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
    ck_fails(drain(BYTES("Si\xff"), error), LSC_BAD_MODEL, "negative");
    ck_fails(drain(BYTES("Sd\x00\x00\x00\x00"), error), LSC_BAD_MODEL, "no integer");
    ck_fails(drain(BYTES("[$d]"), error), LSC_BAD_MODEL, "no count");
    ck_fails(drain(BYTES("i\x01i"), error), LSC_BAD_MODEL, "bytes follow");
    ck_fails(drain(BYTES("{i\x01"), error), LSC_BAD_MODEL, "end within a text");
    ck_fails(drain(BYTES("L\x00\x00"), error), LSC_BAD_MODEL, "byte 1");
}
END_TEST

START_TEST(every_cut_of_a_document_is_refused)
{
    static const char document[] = "{i\x01"
                                   "a[$d#i\x01\x3f\x80\x00\x00i\x01"
                                   "b[SU\x02hi[#i\x01I\x00\x01]i\x01"
                                   "cT}";
    ck_ok(drain(document, sizeof document - 1, error));
    for (size_t length = 0; length + 1 < sizeof document; length++) {
        ck_fails(drain(document, length, error), LSC_BAD_MODEL, "UBJSON at byte");
    }
}
END_TEST

LSC_SUITE("model/ubjson", TEST(numbers_of_every_type_are_big_endian),
          TEST(members_come_with_their_keys), TEST(arrays_end_by_count_or_by_bracket),
          TEST(skip_goes_past_everything_inside), TEST(depth_is_taken_to_its_limit_and_not_past_it),
          TEST(a_claim_of_length_beyond_the_bytes_is_refused),
          TEST(arrays_whose_items_have_no_bytes_are_refused),
          TEST(broken_bytes_are_refused_with_their_offset),
          TEST(every_cut_of_a_document_is_refused))
