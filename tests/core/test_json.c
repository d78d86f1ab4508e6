#include "comma_locale.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>

#include "core/json.h"
#include "core/number.h"
#include "core/random.h"

static const lsc_json_limits limits = {1 << 24, 64, 1 << 20};

static lsc_json *parsed(const char *text)
{
    lsc_json *root = NULL;
    ck_ok(lsc_json_parse(text, strlen(text), &limits, &root, error));
    return root;
}

/** Check that `text` is refused at `offset` with `words` in the message. */
static void check_refused_bytes(const char *text, size_t length, lsc_status expected,
                                int64_t offset, const char *words)
{
    char *copy = malloc(length + 1); /* without a NUL: a sanitizer sees one byte too far */
    memcpy(copy, text, length);
    lsc_json *root = (lsc_json *)copy;
    lsc_error error = LSC_ERROR_INIT;
    lsc_status status = lsc_json_parse(copy, length, &limits, &root, &error);
    ck_assert_msg(status == expected, "%.40s: %s %s", text, lsc_status_name(status), error.message);
    ck_assert_int_eq(error.status, expected);
    ck_assert_ptr_null(root);
    ck_assert_msg(error.offset == offset, "%.40s: offset %lld, not %lld: %s", text,
                  (long long)error.offset, (long long)offset, error.message);
    ck_assert_msg(strstr(error.message, words) != NULL, "%.40s: \"%s\" is not in \"%s\"", text,
                  words, error.message);
    free(copy);
}

static void check_refused(const char *text, int64_t offset, const char *words)
{
    check_refused_bytes(text, strlen(text), LSC_BAD_JSON, offset, words);
}

START_TEST(scalars_are_read)
{
    lsc_json *root = parsed(" null ");
    ck_assert_int_eq(lsc_json_kind(root), LSC_JSON_NULL);
    ck_assert_str_eq(lsc_json_kind_name(root), "null");
    lsc_json_free(root);
    root = parsed("\t\r\ntrue");
    ck_assert_int_eq(lsc_json_kind(root), LSC_JSON_BOOL);
    ck_assert_str_eq(lsc_json_kind_name(root), "boolean");
    ck_assert(lsc_json_bool(root));
    lsc_json_free(root);
    root = parsed("false");
    ck_assert_int_eq(lsc_json_kind(root), LSC_JSON_BOOL);
    ck_assert(!lsc_json_bool(root));
    lsc_json_free(root);
    root = parsed("-12.5e1");
    ck_assert_int_eq(lsc_json_kind(root), LSC_JSON_NUMBER);
    ck_assert_str_eq(lsc_json_kind_name(root), "number");
    ck_assert_double_eq(lsc_json_number(root), -125.0);
    lsc_json_free(root);
    root = parsed("\"text\"");
    ck_assert_int_eq(lsc_json_kind(root), LSC_JSON_STRING);
    ck_assert_str_eq(lsc_json_kind_name(root), "string");
    ck_assert_str_eq(lsc_json_string(root), "text");
    lsc_json_free(root);
    lsc_json_free(NULL);
}
END_TEST

START_TEST(a_text_without_numbers_adds_nothing_to_null)
{
    lsc_json *root = parsed("{\"a\": [true, null, \"x\"]}"); /* a sanitizer sees NULL + 0 */
    ck_assert_ptr_nonnull(root);
    lsc_json_free(root);
}
END_TEST

START_TEST(containers_are_walked_in_order)
{
    lsc_json *root = parsed("{\"a\": [1, 2, 3], \"b\": {}, \"A\": null}");
    ck_assert_int_eq(lsc_json_kind(root), LSC_JSON_OBJECT);
    ck_assert_str_eq(lsc_json_kind_name(root), "object");
    ck_assert_uint_eq(lsc_json_count(root), 3);
    const lsc_json *array = lsc_json_first(root);
    ck_assert_str_eq(lsc_json_key(array), "a");
    ck_assert_int_eq(lsc_json_kind(array), LSC_JSON_ARRAY);
    ck_assert_str_eq(lsc_json_kind_name(array), "array");
    ck_assert_uint_eq(lsc_json_count(array), 3);
    double expected = 1;
    for (const lsc_json *item = lsc_json_first(array); item != NULL; item = lsc_json_next(item)) {
        ck_assert_double_eq(lsc_json_number(item), expected++);
    }
    const lsc_json *empty = lsc_json_next(array);
    ck_assert_ptr_null(lsc_json_first(empty));
    ck_assert_uint_eq(lsc_json_count(empty), 0);
    ck_assert_ptr_eq(lsc_json_member(root, "b"), empty);
    ck_assert_int_eq(lsc_json_kind(lsc_json_member(root, "A")), LSC_JSON_NULL);
    ck_assert_ptr_null(lsc_json_member(root, "B"));
    ck_assert_ptr_null(lsc_json_member(root, ""));
    lsc_json_free(root);
}
END_TEST

START_TEST(escapes_are_resolved)
{
    lsc_json *root = parsed("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\u20AC\\ud83d\\uDE00\"");
    ck_assert_str_eq(lsc_json_string(root), "\"\\/\b\f\n\r\tA\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
    lsc_json_free(root);
    root = parsed("\"\xc3\xa9\xf0\x9f\x98\x80\x7f\"");
    ck_assert_str_eq(lsc_json_string(root), "\xc3\xa9\xf0\x9f\x98\x80\x7f");
    lsc_json_free(root);
}
END_TEST

START_TEST(what_is_not_json_is_refused_at_its_byte)
{
    static const struct {
        const char *text;
        int64_t offset;
        const char *words;
    } cases[] = {
        {"", 0, "expected a value, but the text ends at byte 0"},
        {"   ", 3, "the text ends at byte 3"},
        {"1 2", 2, "expected nothing after the value, found '2' at byte 2"},
        {"{} x", 3, "nothing after the value"},
        {"[1,2]]", 5, "nothing after the value"},
        {"[", 1, "expected a value, but the text ends"},
        {"[1", 2, "expected ',' or ']', but the text ends"},
        {"[1,", 3, "expected a value, but the text ends"},
        {"[1,]", 3, "expected a value, found ']'"},
        {"[,1]", 1, "expected a value, found ','"},
        {"[1 2]", 3, "expected ',' or ']', found '2'"},
        {"[1}", 2, "expected ',' or ']', found '}'"},
        {"{", 1, "expected a key in quotes, but the text ends"},
        {"{]", 1, "expected a key in quotes, found ']'"},
        {"{\"a\"", 4, "expected ':' after the key, but the text ends"},
        {"{\"a\" 1}", 5, "expected ':' after the key, found '1'"},
        {"{\"a\":}", 5, "expected a value, found '}'"},
        {"{\"a\":1", 6, "expected ',' or '}', but the text ends"},
        {"{\"a\":1,}", 7, "expected a key in quotes, found '}'"},
        {"{\"a\":1]", 6, "expected ',' or '}', found ']'"},
        {"{a:1}", 1, "expected a key in quotes, found 'a'"},
        {"{'a':1}", 1, "expected a key in quotes, found '''"},
        {"{1:1}", 1, "expected a key in quotes, found '1'"},
        {"{,}", 1, "expected a key in quotes"},
        {"}", 0, "expected a value"},
        {"tru", 3, "expected true, but the text ends"},
        {"trux", 3, "expected true, found 'x'"},
        {"nul ", 3, "expected null, found byte 0x20"},
        {"nulll", 4, "nothing after the value"},
        {"False", 0, "expected a value, found 'F'"},
        {"NaN", 0, "expected a value"},
        {"-Infinity", 1, "expected a digit, found 'I'"},
        {"'a'", 0, "expected a value, found '''"},
        {"01", 0, "begins with a zero"},
        {"[-01]", 2, "begins with a zero"},
        {"[00]", 1, "begins with a zero"},
        {"+1", 0, "expected a value, found '+'"},
        {".5", 0, "expected a value, found '.'"},
        {"-", 1, "expected a digit, but the text ends"},
        {"1.", 2, "expected a digit, but the text ends"},
        {"[1.]", 3, "expected a digit, found ']'"},
        {"1e", 2, "expected a digit"},
        {"1e+", 3, "expected a digit"},
        {"1.e3", 2, "expected a digit, found 'e'"},
        {"0x10", 1, "nothing after the value"},
        {"1_000", 1, "nothing after the value"},
        {"1e309", 0, "1e309 at byte 0 is too large"},
        {"[0, -1e999999]", 4, "-1e999999 at byte 4 is too large"},
        {"\"", 1, "expected a closing quote, but the text ends"},
        {"\"a", 2, "expected a closing quote"},
        {"\"a\\\"", 4, "expected a closing quote"},
        {"\"\\", 2, "after the backslash, but the text ends"},
        {"\"\\x\"", 2, "expected one of \"\\/bfnrtu after the backslash, found 'x'"},
        {"\"\\'\"", 2, "after the backslash"},
        {"\"\\U0041\"", 2, "after the backslash"},
        {"\"\\u\"", 1, "four hex digits"},
        {"\"\\u12\"", 1, "four hex digits"},
        {"\"\\u12g4\"", 1, "four hex digits"},
        {"\"\\u123", 1, "four hex digits"},
        {"\"a\\u0000\"", 2, "\\u0000 at byte 2 is not allowed"},
        {"{\"\\u0000\":1}", 2, "\\u0000 at byte 2 is not allowed"},
        {"\"\\ud800\"", 1, "\\ud800 at byte 1 is half of a surrogate pair"},
        {"\"\\udc00\"", 1, "half of a surrogate pair"},
        {"\"\\ud800\\ud800\"", 1, "half of a surrogate pair"},
        {"\"\\ud800\\n\"", 1, "half of a surrogate pair"},
        {"\"\\ud800\\u0041\"", 1, "half of a surrogate pair"},
        {"\"\\udc00\\ud800\"", 1, "half of a surrogate pair"},
        {"\"\\ud83d\\ude0", 1, "half of a surrogate pair"},
        {"\"a\nb\"", 2, "the control character 0x0A at byte 2 must be escaped"},
        {"\"\x1f\"", 1, "0x1F"},
        {"\xef\xbb\xbf{}", 0, "expected a value, found byte 0xEF"},
        {"\"\xff\"", 1, "byte 0xFF at byte 1 is not UTF-8"},
        {"\"\xc0\x80\"", 1, "not UTF-8"},
        {"\"\xed\xa0\x80\"", 1, "not UTF-8"},
        {"{\"\xe2\x82\":1}", 2, "not UTF-8"},
        {"[1,\xa0 2]", 3, "not UTF-8"},
        {"[1,\xc2\xa0 2]", 3, "expected a value, found byte 0xC2"},
        {"\v1", 0, "expected a value, found byte 0x0B"},
        {"/**/1", 0, "expected a value, found '/'"},
        {"[1] // no", 4, "nothing after the value"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check_refused(cases[i].text, cases[i].offset, cases[i].words);
    }
}
END_TEST

START_TEST(a_nul_byte_is_refused)
{
    check_refused_bytes("1\0", 2, LSC_BAD_JSON, 1, "nothing after the value, found byte 0x00");
    check_refused_bytes("\0", 1, LSC_BAD_JSON, 0, "expected a value, found byte 0x00");
    check_refused_bytes("\"a\0b\"", 5, LSC_BAD_JSON, 2, "control character 0x00");
    check_refused_bytes("[1\0]", 4, LSC_BAD_JSON, 2, "found byte 0x00");
    check_refused_bytes("\"\\\0\"", 4, LSC_BAD_JSON, 2, "after the backslash");
}
END_TEST

START_TEST(no_prefix_of_json_is_json)
{
    static const char whole[] =
        "{\"a\":[1.5e+3,true,null],\"b\\u00e9\":{\"c\":\"\\ud83d\\ude00\"}}";
    for (size_t length = 0; length < sizeof whole - 1; length++) {
        char *part = malloc(length + 1);
        memcpy(part, whole, length);
        lsc_json *root;
        ck_assert_int_eq(lsc_json_parse(part, length, &limits, &root, NULL), LSC_BAD_JSON);
        ck_assert_ptr_null(root);
        free(part);
    }
    lsc_json_free(parsed(whole));
}
END_TEST

START_TEST(repeated_keys_are_refused_at_the_second)
{
    check_refused("{\"a\":1,\"a\":2}", 7, "the key \"a\" at byte 7 stands in its object already");
    check_refused("{\"a\":1,\"\\u0061\":2}", 7, "the key \"a\" at byte 7");
    check_refused("{\"\\u0061\":1,\"a\":2}", 12, "the key \"a\" at byte 12");
    check_refused("{\"\":1,\"\":2}", 6, "the key \"\"");
    check_refused("{\"\xc3\xa9\":1,\"\\u00E9\":2}", 8, "the key \"\xc3\xa9\"");
    check_refused("{\"\\ud83d\\ude00\":1,\"\xf0\x9f\x98\x80\":2}", 18,
                  "the key \"\xf0\x9f\x98\x80\"");
    check_refused("{\"\\n\":1,\"\\u000a\":2}", 8, "the key \" \"");
    check_refused("[{\"x\":{\"b\":0,\"c\":0,\"b\":0}}]", 19, "the key \"b\"");
    check_refused("{\"z\":0,\"y\":0,\"y\":1,\"z\":1}", 13, "the key \"y\"");
    lsc_json_free(parsed("{\"a\":{\"a\":{\"a\":1}},\"b\":[{\"a\":1},{\"a\":2}],\"A\":3}"));
    lsc_json_free(parsed("{\"ab\":1,\"a\":2,\"abc\":3,\"\":4}"));
}
END_TEST

/** An object of `n` keys; of the one at `repeat` a second follows at the end. */
static char *many_keys(size_t n, size_t repeat, const char *format)
{
    lsc_buffer buffer;
    lsc_buffer_init(&buffer, lsc_default_allocator());
    lsc_buffer_append_text(&buffer, "{");
    for (size_t i = 0; i < n; i++) {
        lsc_buffer_append_format(&buffer, "%s\"%s%06zx\":%zu", i == 0 ? "" : ",", format, i, i);
    }
    if (repeat < n) {
        lsc_buffer_append_format(&buffer, ",\"%s%06zx\":0", format, repeat);
    }
    lsc_buffer_append_text(&buffer, "}");
    return lsc_buffer_take(&buffer, NULL);
}

START_TEST(a_hundred_thousand_keys_are_checked)
{
    char *text = many_keys(100000, SIZE_MAX, "k");
    lsc_json *root = parsed(text);
    ck_assert_uint_eq(lsc_json_count(root), 100000);
    ck_assert_double_eq(lsc_json_number(lsc_json_member(root, "k01869f")), 99999.0);
    lsc_json_free(root);
    free(text);
    static const char *const formats[] = {"k", "\\u006b"};
    for (size_t f = 0; f < 2; f++) {
        text = many_keys(100000, 77777, formats[f]);
        const char *last = strrchr(text, ',');
        check_refused(text, last + 1 - text, "the key \"k012fd1\"");
        free(text);
    }
}
END_TEST

/** `depth` arrays, or objects, around a 1. */
static char *nested(size_t depth, bool objects)
{
    lsc_buffer buffer;
    lsc_buffer_init(&buffer, lsc_default_allocator());
    for (size_t i = 0; i < depth; i++) {
        lsc_buffer_append_text(&buffer, objects ? "{\"k\":" : "[");
    }
    lsc_buffer_append_text(&buffer, "1");
    for (size_t i = 0; i < depth; i++) {
        lsc_buffer_append_text(&buffer, objects ? "}" : "]");
    }
    return lsc_buffer_take(&buffer, NULL);
}

static lsc_status parse_with(const char *text, size_t length, lsc_json_limits some,
                             lsc_error *error)
{
    lsc_json *root;
    lsc_status status = lsc_json_parse(text, length, &some, &root, error);
    ck_assert((root != NULL) == (status == LSC_OK));
    lsc_json_free(root);
    return status;
}

START_TEST(depth_is_limited)
{
    static const size_t depths[] = {0, 1, 7, LSC_JSON_MAX_DEPTH};
    for (size_t i = 0; i < 8; i++) {
        size_t depth = depths[i / 2];
        lsc_json_limits some = {1 << 20, depth, 10000};
        char *text = nested(depth, i % 2);
        ck_ok(parse_with(text, strlen(text), some, error));
        free(text);
        text = nested(depth + 1, i % 2);
        ck_fails(parse_with(text, strlen(text), some, error), LSC_LIMIT, "nested deeper than");
        lsc_error error;
        parse_with(text, strlen(text), some, &error);
        ck_assert_int_eq(error.offset, (int64_t)(i % 2 == 0 ? depth : 5 * depth));
        free(text);
    }
    lsc_json_limits no_limit = {SIZE_MAX, SIZE_MAX, SIZE_MAX};
    char *text = nested(LSC_JSON_MAX_DEPTH, false);
    ck_ok(parse_with(text, strlen(text), no_limit, error));
    free(text);
    text = nested(1000000, false);
    ck_fails(parse_with(text, strlen(text), no_limit, error), LSC_LIMIT, "deeper than 256");
    free(text);
}
END_TEST

START_TEST(bytes_are_limited)
{
    lsc_json_limits some = {5, 4, 10};
    ck_ok(parse_with("[1,2]", 5, some, error));
    ck_fails(parse_with("[1,2] ", 6, some, error), LSC_LIMIT, "JSON of 6 bytes, at most 5");
}
END_TEST

START_TEST(values_are_limited)
{
    lsc_json_limits some = {100, 4, 4};
    ck_ok(parse_with("[1,{\"a\":2}]", 11, some, error));
    ck_fails(parse_with("[1,{\"a\":2},3]", 13, some, error), LSC_LIMIT, "more than 4 values");
    some.max_values = 0;
    ck_fails(parse_with("1", 1, some, error), LSC_LIMIT, "more than 0 values at byte 0");
}
END_TEST

START_TEST(a_number_has_at_most_1000_bytes)
{
    char text[LSC_NUMBER_MAX_LENGTH + 4];
    memset(text, '1', sizeof text);
    memcpy(text, "[0.", 3);
    text[LSC_NUMBER_MAX_LENGTH + 1] = ']';
    ck_ok(parse_with(text, LSC_NUMBER_MAX_LENGTH + 2, limits, error));
    text[LSC_NUMBER_MAX_LENGTH + 1] = '1';
    text[LSC_NUMBER_MAX_LENGTH + 2] = ']';
    check_refused_bytes(text, LSC_NUMBER_MAX_LENGTH + 3, LSC_LIMIT, 1, "has 1001 characters");
}
END_TEST

/** Numbers of all shapes must come back as strtod() reads them in the C locale. */
static void check_numbers(void)
{
    static const struct {
        const char *text;
        double number;
    } cases[] = {
        {"0", 0.0},
        {"-0", -0.0},
        {"0.1", 0.1},
        {"1.5E-3", 0.0015},
        {"123456789012345678901234567890", 123456789012345678901234567890.0},
        {"9007199254740993", 9007199254740992.0},
        /* Just past half way to the next double, told only by its last digit. */
        {"0.1000000000000000124900090270330110797658562660217285156250000000000001",
         0.10000000000000002},
        {"5e-324", 5e-324},
        {"1e-400", 0.0},
        {"1.7976931348623157e308", 1.7976931348623157e308},
        {"-2147483649", -2147483649.0},
    };
    lsc_buffer buffer;
    lsc_buffer_init(&buffer, lsc_default_allocator());
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lsc_buffer_append_text(&buffer, i == 0 ? "[" : ",{\"\":[] , \"n\":");
        lsc_buffer_append_text(&buffer, cases[i].text);
        lsc_buffer_append_text(&buffer, i == 0 ? "" : "}");
    }
    lsc_buffer_append_text(&buffer, "]");
    lsc_json *root = parsed(buffer.data);
    const lsc_json *item = lsc_json_first(root);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++, item = lsc_json_next(item)) {
        double number = lsc_json_number(i == 0 ? item : lsc_json_member(item, "n"));
        ck_assert_msg(memcmp(&number, &cases[i].number, sizeof number) == 0, "%s gives %a",
                      cases[i].text, number);
    }
    lsc_json_free(root);
    lsc_buffer_free(&buffer);
}

START_TEST(numbers_are_the_nearest_doubles)
{
    check_numbers();
}
END_TEST

START_TEST(numbers_are_the_same_under_a_decimal_comma)
{
    if (lsc_test_comma_locale()) {
        check_numbers();
        check_refused("[1,5,]", 5, "expected a value");
    }
}
END_TEST

/** One byte of valid JSON changed at random: it is refused, or reads and writes back alike. */
START_TEST(damaged_json_never_crashes)
{
    static const char whole[] = "{\"id\":\"x\\u00e9\\ud83d\\ude00\",\"n\":[0,-1.5e-3,true,false,"
                                "null,{}],\"o\":{\"a\":{\"b\":[[[]]]}},\"\":\"\\\\\"}";
    lsc_random random;
    lsc_random_seed(&random, 41);
    size_t n_read = 0;
    for (int i = 0; i < 100000; i++) {
        char text[sizeof whole];
        memcpy(text, whole, sizeof whole);
        for (uint64_t n = 1 + lsc_random_below(&random, 3); n > 0; n--) {
            size_t at = (size_t)lsc_random_below(&random, sizeof whole - 1);
            text[at] = lsc_random_below(&random, 2) == 0
                           ? (char)lsc_random_below(&random, 256)
                           : whole[lsc_random_below(&random, sizeof whole - 1)];
        }
        lsc_json *root;
        lsc_error error = LSC_ERROR_INIT;
        lsc_status status = lsc_json_parse(text, sizeof whole - 1, &limits, &root, &error);
        if (status != LSC_OK) {
            ck_assert_int_eq(status, LSC_BAD_JSON);
            ck_assert(error.offset >= 0 && error.offset <= (int64_t)sizeof whole - 1);
            continue;
        }
        n_read++;
        lsc_buffer out;
        lsc_buffer_init(&out, lsc_default_allocator());
        lsc_json_writer writer;
        lsc_json_writer_init(&writer, &out, 0);
        lsc_json_put_tree(&writer, root);
        lsc_json_free(root);
        root = parsed(out.data);
        lsc_json_free(root);
        lsc_buffer_free(&out);
    }
    ck_assert_uint_gt(n_read, 1000);
}
END_TEST

LSC_SUITE("core/json", TEST(scalars_are_read), TEST(a_text_without_numbers_adds_nothing_to_null),
          TEST(containers_are_walked_in_order), TEST(escapes_are_resolved),
          TEST(what_is_not_json_is_refused_at_its_byte), TEST(a_nul_byte_is_refused),
          TEST(no_prefix_of_json_is_json), TEST(repeated_keys_are_refused_at_the_second),
          TEST(a_hundred_thousand_keys_are_checked), TEST(depth_is_limited),
          TEST(bytes_are_limited), TEST(values_are_limited), TEST(a_number_has_at_most_1000_bytes),
          TEST(numbers_are_the_nearest_doubles), TEST(numbers_are_the_same_under_a_decimal_comma),
          TEST(damaged_json_never_crashes))
