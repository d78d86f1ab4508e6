#include "suite.h"

#include <stdint.h>

#include "core/text.h"

/** Encode any 21-bit number as UTF-8 would, valid or not; returns the length. */
static size_t encode(uint32_t point, char out[4])
{
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    size_t size = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    for (size_t i = size - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (point & 0x3F));
        point >>= 6;
    }
    out[0] = (char)((0xF00u >> size) | point);
    return size;
}

START_TEST(every_code_point_is_utf8_but_surrogates)
{
    for (uint32_t point = 0; point < 0x200000; point++) {
        char text[4];
        size_t size = encode(point, text);
        bool valid = point < 0x110000 && (point < 0xD800 || point > 0xDFFF);
        if (lsc_utf8_check(text, size) != (valid ? size : 0)) {
            ck_abort_msg("U+%04X", point);
        }
    }
}
END_TEST

START_TEST(overlong_forms_are_not_utf8)
{
    ck_assert_uint_eq(lsc_utf8_check("\xc0\x80", 2), 0);
    ck_assert_uint_eq(lsc_utf8_check("\xc1\xbf", 2), 0);
    ck_assert_uint_eq(lsc_utf8_check("\xe0\x9f\xbf", 3), 0);
    ck_assert_uint_eq(lsc_utf8_check("\xf0\x8f\xbf\xbf", 4), 0);
    ck_assert_uint_eq(lsc_utf8_check("\xf8\x88\x80\x80\x80", 5), 0);
    ck_assert_uint_eq(lsc_utf8_check("\x80", 1), 0);
}
END_TEST

START_TEST(the_first_bad_byte_is_found_at_every_place)
{
    char text[40];
    for (size_t length = 0; length <= sizeof text; length++) {
        for (size_t bad = 0; bad <= length; bad++) {
            memset(text, 'a', sizeof text);
            if (bad < length) {
                text[bad] = '\xff';
            }
            ck_assert_uint_eq(lsc_utf8_check(text, length), bad);
        }
    }
}
END_TEST

START_TEST(a_character_cut_by_the_end_is_bad)
{
    static const char text[] = "ab\xf0\x9f\x98\x80";
    for (size_t length = 0; length <= 6; length++) {
        ck_assert_uint_eq(lsc_utf8_check(text, length), length < 6 && length > 2 ? 2 : length);
    }
}
END_TEST

START_TEST(texts_compare_as_unsigned_bytes)
{
    ck_assert_int_eq(lsc_text_compare("", 0, "", 0), 0);
    ck_assert_int_eq(lsc_text_compare(NULL, 0, NULL, 0), 0);
    ck_assert_int_lt(lsc_text_compare("", 0, "a", 1), 0);
    ck_assert_int_gt(lsc_text_compare("ab", 2, "a", 1), 0);
    ck_assert_int_lt(lsc_text_compare("z", 1, "\xc3\xa9", 2), 0);
    ck_assert_int_lt(lsc_text_compare("a\0a", 3, "a\0b", 3), 0);
    ck_assert_int_gt(lsc_text_compare("b", 1, "az", 2), 0);
}
END_TEST

START_TEST(only_ascii_letters_are_lowered)
{
    for (int c = 0; c < 256; c++) {
        char in = (char)c;
        char out;
        lsc_text_lower(&in, 1, &out);
        bool upper = c >= 'A' && c <= 'Z';
        ck_assert_int_eq(out, (char)(upper ? c + 32 : c));
    }
    char text[] = "AbC\xc3\x89";
    lsc_text_lower(text, strlen(text), text);
    ck_assert_str_eq(text, "abc\xc3\x89");
}
END_TEST

START_TEST(case_of_ascii_letters_may_be_ignored)
{
    ck_assert(lsc_text_equal_nocase("", ""));
    ck_assert(lsc_text_equal_nocase("Email", "eMAIL"));
    ck_assert(!lsc_text_equal_nocase("Email", "Emai"));
    ck_assert(!lsc_text_equal_nocase("Emai", "Email"));
    ck_assert(!lsc_text_equal_nocase("@", "`"));
    ck_assert(!lsc_text_equal_nocase("[", "{"));
}
END_TEST

/* Every length around the words that both work in, and a difference at every place. */
START_TEST(hash_and_equality_see_every_byte)
{
    char a[40];
    char b[41]; /* not where words are aligned */
    for (size_t length = 0; length < sizeof a; length++) {
        for (size_t i = 0; i < length; i++) {
            a[i] = (char)('a' + i);
        }
        char *copy = b + 1;
        memcpy(copy, a, length);
        ck_assert(lsc_text_equal(a, copy, length));
        ck_assert_uint_eq(lsc_text_hash(a, length), lsc_text_hash(copy, length));
        for (size_t i = 0; i < length; i++) {
            copy[i] ^= 0x20;
            ck_assert(!lsc_text_equal(a, copy, length));
            ck_assert_uint_ne(lsc_text_hash(a, length), lsc_text_hash(copy, length));
            copy[i] = a[i];
        }
        if (length > 0) {
            ck_assert_uint_ne(lsc_text_hash(a, length), lsc_text_hash(a, length - 1));
        }
    }
}
END_TEST

LSC_SUITE("core/text", TEST(every_code_point_is_utf8_but_surrogates),
          TEST(overlong_forms_are_not_utf8), TEST(the_first_bad_byte_is_found_at_every_place),
          TEST(a_character_cut_by_the_end_is_bad), TEST(texts_compare_as_unsigned_bytes),
          TEST(only_ascii_letters_are_lowered), TEST(case_of_ascii_letters_may_be_ignored),
          TEST(hash_and_equality_see_every_byte))
