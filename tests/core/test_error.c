#include "suite.h"

#include <stdio.h>

#include "core/error.h"

START_TEST(every_status_has_its_name)
{
    for (int status = LSC_OK; status <= LSC_GATE_FAILED; status++) {
        const char *name = lsc_status_name((lsc_status)status);
        ck_assert_int_eq(strncmp(name, "LSC_", 4), 0);
        ck_assert_str_ne(name, "LSC_UNKNOWN");
        for (int other = LSC_OK; other < status; other++) {
            ck_assert_str_ne(name, lsc_status_name((lsc_status)other));
        }
    }
    ck_assert_str_eq(lsc_status_name(LSC_OK), "LSC_OK");
    ck_assert_str_eq(lsc_status_name(LSC_BAD_JSON), "LSC_BAD_JSON");
    ck_assert_str_eq(lsc_status_name((lsc_status)(LSC_GATE_FAILED + 1)), "LSC_UNKNOWN");
    ck_assert_str_eq(lsc_status_name((lsc_status)-1), "LSC_UNKNOWN");
}
END_TEST

START_TEST(version_is_that_of_the_headers)
{
    char text[32];
    snprintf(text, sizeof text, "%d.%d.%d", LSC_VERSION_MAJOR, LSC_VERSION_MINOR,
             LSC_VERSION_PATCH);
    ck_assert_str_eq(lsc_version(), text);
    ck_assert_str_eq(lsc_version(), LSC_VERSION);
}
END_TEST

START_TEST(fail_fills_the_error_and_returns_the_status)
{
    lsc_error error = LSC_ERROR_INIT;
    ck_assert_int_eq(lsc_fail(&error, LSC_LIMIT, "%s is %d", "depth", 7), LSC_LIMIT);
    ck_assert_int_eq(error.status, LSC_LIMIT);
    ck_assert_int_eq(error.offset, -1);
    ck_assert_str_eq(error.message, "depth is 7");
    ck_assert_int_eq(lsc_fail_at(&error, LSC_BAD_JSON, 12, "here"), LSC_BAD_JSON);
    ck_assert_int_eq(error.offset, 12);
    ck_assert_int_eq(lsc_fail(&error, LSC_IO, "there"), LSC_IO);
    ck_assert_int_eq(error.offset, -1);
}
END_TEST

START_TEST(no_error_struct_is_needed)
{
    ck_assert_int_eq(lsc_fail(NULL, LSC_LIMIT, "%d", 1), LSC_LIMIT);
    ck_assert_int_eq(lsc_fail_at(NULL, LSC_IO, 3, "x"), LSC_IO);
    ck_assert_int_eq(lsc_fail_memory(NULL), LSC_NO_MEMORY);
    lsc_error_prefix(NULL, "x");
}
END_TEST

START_TEST(a_message_is_one_line)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_fail(&error, LSC_IO, "%s",
             "a\nb\tc\rd\x1b[31me\x7f"
             "f\xc2\x9bg\xc2\xa0h");
    ck_assert_str_eq(error.message, "a b c d [31me f  g\xc2\xa0h");
}
END_TEST

START_TEST(a_message_is_utf8_whatever_it_quotes)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_fail(&error, LSC_IO, "%s",
             "a\xff"
             "b\xc3\xa9\xc3"
             "c\xed\xa0\x80"
             "d\xe2\x82");
    ck_assert_str_eq(error.message, "a?b\xc3\xa9?c???d??");
}
END_TEST

START_TEST(a_long_message_is_cut_at_a_character)
{
    static const char *const characters[] = {"a", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"};
    for (int c = 0; c < 4; c++) {
        size_t size = strlen(characters[c]);
        for (size_t lead = 0; lead < 5; lead++) {
            char text[2 * LSC_ERROR_MESSAGE_SIZE] = "xxxxx";
            size_t length = lead;
            while (length < LSC_ERROR_MESSAGE_SIZE + 10) {
                memcpy(text + length, characters[c], size + 1);
                length += size;
            }
            lsc_error error = LSC_ERROR_INIT;
            lsc_fail(&error, LSC_IO, "%s", text);
            size_t kept = strlen(error.message);
            size_t room = LSC_ERROR_MESSAGE_SIZE - 1 - lead;
            ck_assert_uint_eq(kept, lead + room / size * size);
            ck_assert_int_eq(memcmp(error.message, text, kept), 0);
        }
    }
}
END_TEST

START_TEST(a_message_that_just_fits_is_kept_whole)
{
    char text[LSC_ERROR_MESSAGE_SIZE];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    lsc_error error = LSC_ERROR_INIT;
    lsc_fail(&error, LSC_IO, "%s", text);
    ck_assert_str_eq(error.message, text);
    memcpy(text + sizeof text - 3, "\xc3\xa9", 2);
    lsc_fail(&error, LSC_IO, "%s", text);
    ck_assert_str_eq(error.message, text);
}
END_TEST

START_TEST(a_prefix_goes_before_the_message)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_fail_at(&error, LSC_BAD_LEAD, 42, "id is missing");
    lsc_error_prefix(&error, "%s:%d: ", "leads.ndjson", 3);
    ck_assert_str_eq(error.message, "leads.ndjson:3: id is missing");
    ck_assert_int_eq(error.status, LSC_BAD_LEAD);
    ck_assert_int_eq(error.offset, 42);
}
END_TEST

START_TEST(an_old_message_may_be_an_argument)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_fail(&error, LSC_IO, "inner");
    lsc_fail(&error, LSC_BAD_MODEL, "outer(%s)", error.message);
    ck_assert_str_eq(error.message, "outer(inner)");
}
END_TEST

LSC_SUITE("core/error", TEST(every_status_has_its_name), TEST(version_is_that_of_the_headers),
          TEST(fail_fills_the_error_and_returns_the_status), TEST(no_error_struct_is_needed),
          TEST(a_message_is_one_line), TEST(a_message_is_utf8_whatever_it_quotes),
          TEST(a_long_message_is_cut_at_a_character), TEST(a_message_that_just_fits_is_kept_whole),
          TEST(a_prefix_goes_before_the_message), TEST(an_old_message_may_be_an_argument))
