#include "comma_locale.h"

#include <math.h>
#include <stdint.h>

#include "core/json.h"

static const lsc_json_limits limits = {1 << 20, LSC_JSON_MAX_DEPTH, 1 << 16};

static lsc_json *parsed(const char *text)
{
    lsc_json *root = NULL;
    ck_ok(lsc_json_parse(text, strlen(text), &limits, &root, error));
    return root;
}

/** Everything a writer can put, once. */
static void put_all(lsc_json_writer *writer)
{
    lsc_json_begin_object(writer);
    lsc_json_put_key(writer, "numbers");
    lsc_json_begin_array(writer);
    lsc_json_put_number(writer, 0.1);
    lsc_json_put_number(writer, -0.0);
    lsc_json_put_number(writer, (double)NAN);
    lsc_json_put_number(writer, HUGE_VAL);
    lsc_json_put_float(writer, 0.1f);
    lsc_json_put_float(writer, -HUGE_VALF);
    lsc_json_put_int(writer, INT64_MIN);
    lsc_json_put_int(writer, 7);
    lsc_json_end_array(writer);
    lsc_json_put_key(writer, "empty");
    lsc_json_begin_array(writer);
    lsc_json_begin_array(writer);
    lsc_json_end_array(writer);
    lsc_json_begin_object(writer);
    lsc_json_end_object(writer);
    lsc_json_end_array(writer);
    lsc_json_put_key(writer, "k\"\n");
    lsc_json_put_string(writer, "v\\\x01\xc3\xa9");
    lsc_json_put_key(writer, "cut");
    lsc_json_put_text(writer, "a\0bc", 3);
    lsc_json_put_key(writer, "words");
    lsc_json_begin_object(writer);
    lsc_json_put_key(writer, "t");
    lsc_json_put_bool(writer, true);
    lsc_json_put_key(writer, "f");
    lsc_json_put_bool(writer, false);
    lsc_json_put_key(writer, "n");
    lsc_json_put_null(writer);
    lsc_json_put_key(writer, "raw");
    lsc_json_put_raw(writer, "[1,2]", 5);
    lsc_json_end_object(writer);
    lsc_json_end_object(writer);
}

START_TEST(values_are_written_on_one_line)
{
    lsc_buffer out;
    lsc_buffer_init(&out, lsc_default_allocator());
    lsc_json_writer writer;
    lsc_json_writer_init(&writer, &out, 0);
    put_all(&writer);
    ck_assert_str_eq(out.data, "{\"numbers\":[0.1,-0,null,null,0.1,null,-9223372036854775808,7],"
                               "\"empty\":[[],{}],\"k\\\"\\n\":\"v\\\\\\u0001\xc3\xa9\","
                               "\"cut\":\"a\\u0000b\",\"words\":{\"t\":true,\"f\":false,\"n\":null,"
                               "\"raw\":[1,2]}}");
    lsc_buffer_free(&out);
}
END_TEST

START_TEST(values_are_indented)
{
    lsc_json *root = parsed("{\"a\":[1,[],{\"b\":null}],\"c\":{}}");
    lsc_buffer out;
    lsc_buffer_init(&out, lsc_default_allocator());
    lsc_json_writer writer;
    lsc_json_writer_init(&writer, &out, 2);
    lsc_json_put_tree(&writer, root);
    ck_assert_str_eq(out.data, "{\n"
                               "  \"a\": [\n"
                               "    1,\n"
                               "    [],\n"
                               "    {\n"
                               "      \"b\": null\n"
                               "    }\n"
                               "  ],\n"
                               "  \"c\": {}\n"
                               "}");
    lsc_json_free(root);
    lsc_buffer_free(&out);
}
END_TEST

START_TEST(every_byte_of_a_string_comes_back)
{
    for (unsigned point = 1; point < 0x80; point++) {
        char text[2] = {(char)point, '\0'};
        lsc_buffer out;
        lsc_buffer_init(&out, lsc_default_allocator());
        lsc_json_writer writer;
        lsc_json_writer_init(&writer, &out, 0);
        lsc_json_put_string(&writer, text);
        for (size_t i = 0; i < out.length; i++) {
            ck_assert(out.data[i] >= 0x20 && out.data[i] < 0x7F);
        }
        lsc_json *root = parsed(out.data);
        ck_assert_str_eq(lsc_json_string(root), text);
        lsc_json_free(root);
        lsc_buffer_free(&out);
    }
}
END_TEST

START_TEST(a_tree_is_written_as_it_was_read)
{
    static const char *const texts[] = {
        "null",
        "-1.5",
        "\"\\u0001\"",
        "[]",
        "{}",
        "[[],[[]],{}]",
        "{\"a\":{\"b\":[{\"c\":[true,false,null]},\"x\"]},\"d\":1e300,\"\":\"\"}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        lsc_json *root = parsed(texts[i]);
        lsc_buffer out;
        lsc_buffer_init(&out, lsc_default_allocator());
        lsc_json_writer writer;
        lsc_json_writer_init(&writer, &out, 0);
        lsc_json_put_tree(&writer, root);
        ck_assert_str_eq(out.data, texts[i]);
        lsc_json_free(root);
        lsc_buffer_free(&out);
    }
}
END_TEST

START_TEST(a_part_of_a_tree_is_written_alone)
{
    lsc_json *root = parsed("{\"a\":[1,{\"b\":2},3],\"c\":4}");
    lsc_buffer out;
    lsc_buffer_init(&out, lsc_default_allocator());
    lsc_json_writer writer;
    lsc_json_writer_init(&writer, &out, 0);
    lsc_json_begin_array(&writer);
    const lsc_json *array = lsc_json_member(root, "a");
    lsc_json_put_tree(&writer, array);
    lsc_json_put_tree(&writer, lsc_json_first(array));
    lsc_json_put_tree(&writer, lsc_json_next(lsc_json_first(array)));
    lsc_json_end_array(&writer);
    ck_assert_str_eq(out.data, "[[1,{\"b\":2},3],1,{\"b\":2}]");
    lsc_json_free(root);
    lsc_buffer_free(&out);
}
END_TEST

START_TEST(the_deepest_tree_is_written)
{
    char text[2 * LSC_JSON_MAX_DEPTH + 1] = {0};
    memset(text, '[', LSC_JSON_MAX_DEPTH);
    memset(text + LSC_JSON_MAX_DEPTH, ']', LSC_JSON_MAX_DEPTH);
    lsc_json *root = parsed(text);
    lsc_buffer out;
    lsc_buffer_init(&out, lsc_default_allocator());
    lsc_json_writer writer;
    lsc_json_writer_init(&writer, &out, 0);
    lsc_json_put_tree(&writer, root);
    ck_assert_str_eq(out.data, text);
    lsc_buffer_clear(&out);
    lsc_json_writer_init(&writer, &out, 3);
    lsc_json_put_tree(&writer, root);
    lsc_json *back = parsed(out.data);
    lsc_json_free(back);
    lsc_json_free(root);
    lsc_buffer_free(&out);
}
END_TEST

START_TEST(a_decimal_comma_of_the_locale_is_not_written)
{
    if (!lsc_test_comma_locale()) {
        return;
    }
    lsc_buffer out;
    lsc_buffer_init(&out, lsc_default_allocator());
    lsc_json_writer writer;
    lsc_json_writer_init(&writer, &out, 0);
    lsc_json_put_number(&writer, 1234567.25);
    ck_assert_str_eq(out.data, "1234567.25");
    lsc_buffer_free(&out);
}
END_TEST

START_TEST(a_writer_survives_each_failing_allocation)
{
    for (size_t fail_at = 1;; fail_at++) {
        lsc_test_heap heap = {.fail_at = fail_at};
        lsc_allocator allocator = lsc_test_allocator(&heap);
        lsc_buffer out;
        lsc_buffer_init(&out, &allocator);
        lsc_json_writer writer;
        lsc_json_writer_init(&writer, &out, 1);
        put_all(&writer);
        bool failed = out.failed;
        if (failed) {
            ck_fails(lsc_buffer_status(&out, error), LSC_NO_MEMORY, "memory");
        }
        lsc_buffer_free(&out);
        ck_assert_uint_eq(heap.live, 0);
        if (!failed) {
            ck_assert_uint_gt(fail_at, 4);
            break;
        }
    }
}
END_TEST

LSC_SUITE("core/json_write", TEST(values_are_written_on_one_line), TEST(values_are_indented),
          TEST(every_byte_of_a_string_comes_back), TEST(a_tree_is_written_as_it_was_read),
          TEST(a_part_of_a_tree_is_written_alone), TEST(the_deepest_tree_is_written),
          TEST(a_decimal_comma_of_the_locale_is_not_written),
          TEST(a_writer_survives_each_failing_allocation))
