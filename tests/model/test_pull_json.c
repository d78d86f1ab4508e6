#include "suite.h"

#include <math.h>

#include "core/buffer.h"
#include "core/memory.h"
#include "pull_support.h"

static lsc_stream stream;

static lsc_pull reader_of(const char *text)
{
    lsc_pull reader;
    lsc_stream_of_bytes(&stream, text, strlen(text));
    lsc_pull_init(&reader, &stream, LSC_PULL_JSON);
    return reader;
}

static lsc_pull_event next(lsc_pull *reader)
{
    lsc_pull_event event;
    ck_ok(lsc_pull_next(reader, &event, error));
    return event;
}

/** Every text reads, or fails, the same in chunks of any size. */
static lsc_status drain(const char *text, size_t length, lsc_error *error)
{
    lsc_error whole = LSC_ERROR_INIT;
    lsc_status status = drain_chunks(text, length, LSC_PULL_JSON, length + 1, &whole);
    for (size_t chunk = 1; chunk < length && chunk < 20; chunk++) {
        lsc_error other = LSC_ERROR_INIT;
        ck_assert_int_eq(drain_chunks(text, length, LSC_PULL_JSON, chunk, &other), status);
        ck_assert_str_eq(other.message, whole.message);
    }
    if (status != LSC_OK) {
        *error = whole;
    }
    return status;
}

static void refuse(const char *text, const char *words)
{
    ck_fails(drain(text, strlen(text), error), LSC_BAD_MODEL, words);
}

START_TEST(values_come_with_their_keys)
{
    lsc_pull reader =
        reader_of(" {\"a\" : [1, -2.5e1, true],\n\t\"b\":{\"c\":null},\"d\":\"x\"}\r\n");
    ck_assert_int_eq(next(&reader).kind, LSC_PULL_OBJECT);
    lsc_pull_event event = next(&reader);
    ck_assert_int_eq(event.kind, LSC_PULL_ARRAY);
    ck_assert(lsc_pull_key_is(&event, "a"));
    float numbers[4];
    size_t n = 0;
    ck_ok(lsc_pull_floats(&reader, numbers, 4, &n, error));
    ck_assert_uint_eq(n, 3);
    ck_assert_double_eq((double)numbers[1], -25);
    ck_assert_double_eq((double)numbers[2], 1);
    event = next(&reader);
    ck_assert(lsc_pull_key_is(&event, "b"));
    ck_ok(lsc_pull_skip(&reader, &event, error));
    event = next(&reader);
    ck_assert(lsc_pull_key_is(&event, "d"));
    ck_assert_str_eq(event.text, "x");
    ck_assert_int_eq(next(&reader).kind, LSC_PULL_END);
    ck_assert_int_eq(next(&reader).kind, LSC_PULL_END);
}
END_TEST

static void check_text(const char *json, const char *text)
{
    lsc_pull reader = reader_of(json);
    lsc_pull_event event = next(&reader);
    ck_assert_int_eq(event.kind, LSC_PULL_STRING);
    ck_assert_str_eq(event.text, text);
    ck_assert_uint_eq(event.text_length, strlen(text));
}

START_TEST(escapes_stand_for_their_characters)
{
    check_text("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t");
    check_text("\"\\u0041\\u00e9\\u20AC\\ud83d\\ude00\"", "A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
    check_text("\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
    check_text("\"\"", "");
}
END_TEST

START_TEST(texts_must_be_as_rfc_8259_has_them)
{
    refuse("\"\\x\"", "after the backslash");
    refuse("\"\\u00g0\"", "four hex digits");
    refuse("\"\\u0000\"", "\\u0000 is not allowed");
    refuse("\"\\ud83d\"", "surrogate");
    refuse("\"\\ud83dx\"", "surrogate");
    refuse("\"\\ud83d\\u0041\"", "surrogate");
    refuse("\"\\ude00\"", "surrogate");
    refuse("\"a\nb\"", "control character");
    refuse("\"\xff\"", "not UTF-8");
    refuse("\"\xc3\"", "not UTF-8");
    refuse("\"\xed\xa0\x80\"", "not UTF-8");
    refuse("\"\xf4\x90\x80\x80\"", "not UTF-8");
    refuse("\"\xc0\x80\"", "not UTF-8");
    refuse("\"abc", "ends too soon");
    refuse("'a'", "expected a value");
}
END_TEST

START_TEST(documents_must_be_as_rfc_8259_has_them)
{
    static const char *const bad[] = {
        "",
        "[",
        "]",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{,}",
        "{a:1}",
        "{\"a\" 1}",
        "{\"a\":1 \"b\":2}",
        "[1}",
        "{\"a\":1]",
        "1 2",
        "[] []",
        "tru",
        "truex",
        "nul",
        "+1",
        "01",
        "-01",
        "-",
        "1.",
        ".5",
        "1.e5",
        "1e",
        "1e+",
        "0x10",
        "1-2",
        "--1",
        "1e5.5",
        "1.2.3",
        "nan",
        "inf",
        "-NaN",
        "-Infinit",
        "Infinit",
        "NaNs",
        "\v1",
        "\xef\xbb\xbf[]",
        "[1,\v2]",
        "//\n[]",
        "[1]/**/",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        refuse(bad[i], "JSON at byte");
    }
    static const char *const good[] = {"[]",      "{}",   " [ ] ", "0",       "-0",
                                       "-0.0e-0", "1E+5", "1e5",   "[[],{}]", "{\"\":{}}",
                                       "true",    "null", "\"x\""};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        ck_ok(drain(good[i], strlen(good[i]), error));
    }
    ck_fails(drain(BYTES("[1,\0]"), error), LSC_BAD_MODEL, "byte 3");
}
END_TEST

START_TEST(the_numbers_that_xgboost_spells_out_are_read)
{
    lsc_pull reader = reader_of("[NaN,Infinity,-Infinity,1E-45]");
    float numbers[8];
    size_t n;
    next(&reader);
    ck_ok(lsc_pull_floats(&reader, numbers, 8, &n, error));
    ck_assert_uint_eq(n, 4);
    ck_assert(isnan(numbers[0]));
    ck_assert(isinf(numbers[1]) && numbers[1] > 0);
    ck_assert(isinf(numbers[2]) && numbers[2] < 0);
    ck_assert_double_eq((double)numbers[3], 0x1p-149);
    reader = reader_of("[NaN]");
    next(&reader);
    int64_t whole;
    ck_fails(lsc_pull_ints(&reader, &whole, 1, &n, error), LSC_BAD_MODEL, "an integer");
}
END_TEST

static bool as_int(const char *json, int64_t *number)
{
    lsc_pull reader = reader_of(json);
    lsc_pull_event event = next(&reader);
    return lsc_pull_int(&event, number);
}

START_TEST(integers_are_exact_or_refused)
{
    int64_t number = 0;
    ck_assert(as_int("9223372036854775807", &number) && number == INT64_MAX);
    ck_assert(as_int("-9223372036854775808", &number) && number == INT64_MIN);
    ck_assert(as_int("-0", &number) && number == 0);
    ck_assert(as_int("-17", &number) && number == -17);
    ck_assert(!as_int("9223372036854775808", &number));
    ck_assert(!as_int("-9223372036854775809", &number));
    ck_assert(!as_int("1.0", &number));
    ck_assert(!as_int("1e2", &number));
}
END_TEST

START_TEST(a_number_is_taken_to_its_length_and_not_past_it)
{
    lsc_buffer text;
    lsc_buffer_init(&text, lsc_default_allocator());
    for (int i = 0; i < LSC_NUMBER_MAX_LENGTH; i++) {
        lsc_buffer_append_text(&text, "1");
    }
    ck_ok(drain(text.data, text.length, error));
    lsc_buffer_append_text(&text, "1");
    ck_fails(drain(text.data, text.length, error), LSC_LIMIT,
             "JSON at byte 0: a number of more than 1000 characters");
    for (int i = 0; i < 9000; i++) {
        lsc_buffer_append_text(&text, "1");
    }
    ck_fails(drain(text.data, text.length, error), LSC_LIMIT, "JSON at byte 0");
    lsc_buffer_free(&text);
}
END_TEST

START_TEST(depth_is_taken_to_its_limit_and_not_past_it)
{
    static char text[10000];
    memset(text, '[', LSC_PULL_DEPTH);
    memset(text + LSC_PULL_DEPTH, ']', LSC_PULL_DEPTH);
    ck_ok(drain(text, 2 * LSC_PULL_DEPTH, error));
    memset(text, '[', sizeof text);
    ck_fails(drain(text, sizeof text, error), LSC_LIMIT, "more than 32 arrays and objects");
}
END_TEST

START_TEST(every_cut_of_a_document_is_refused)
{
    static const char document[] =
        "{\"a\":[1,-2.5E-1,NaN,-Infinity],\"b\":\"x\\u00e9\xc3\xa9\",\"c\":{\"d\":true}}";
    ck_ok(drain(BYTES(document), error));
    for (size_t length = 0; length + 1 < sizeof document; length++) {
        ck_fails(drain(document, length, error), LSC_BAD_MODEL, "JSON at byte");
    }
}
END_TEST

START_TEST(the_form_is_told_by_the_first_two_characters)
{
    static const struct {
        const char *bytes;
        size_t length;
        bool good;
    } cases[] = {{BYTES("{}"), true},
                 {BYTES(" \n{\"a\":1}"), true},
                 {BYTES("{i\x01"
                        "aT}"),
                  true},
                 {BYTES("{ \"L\":1}"), true},
                 {BYTES("[]"), false},
                 {BYTES("\x28\xb5\x2f\xfd"), false},
                 {BYTES("binf"), false},
                 {BYTES("{x"), false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (size_t chunk = 1; chunk < 4; chunk++) {
            lsc_status status =
                drain_chunks(cases[i].bytes, cases[i].length, LSC_PULL_ANY, chunk, NULL);
            ck_assert_int_eq(status, cases[i].good ? LSC_OK : LSC_BAD_MODEL);
        }
    }
}
END_TEST

LSC_SUITE("model/pull_json", TEST(values_come_with_their_keys),
          TEST(escapes_stand_for_their_characters), TEST(texts_must_be_as_rfc_8259_has_them),
          TEST(documents_must_be_as_rfc_8259_has_them),
          TEST(the_numbers_that_xgboost_spells_out_are_read), TEST(integers_are_exact_or_refused),
          TEST(a_number_is_taken_to_its_length_and_not_past_it),
          TEST(depth_is_taken_to_its_limit_and_not_past_it),
          TEST(every_cut_of_a_document_is_refused),
          TEST(the_form_is_told_by_the_first_two_characters))
