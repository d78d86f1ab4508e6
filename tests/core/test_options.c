#include "suite.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/options.h"

/** A struct over three releases: `b` and then `c` were added. */
typedef struct options_1 {
    size_t size;
    int64_t a;
} options_1;

typedef struct options_2 {
    size_t size;
    int64_t a;
    int64_t b;
} options_2;

typedef struct options_3 {
    size_t size;
    int64_t a;
    int64_t b;
    int64_t c;
} options_3;

#define READ(known, given) \
    lsc_options_read("lsc_things", known, sizeof *(known), given, sizeof(options_1), error)
#define WRITE(known, given) \
    lsc_options_write("lsc_things", known, sizeof *(known), given, sizeof(options_1), error)

START_TEST(a_struct_of_the_same_release_is_copied)
{
    options_2 known = {sizeof known, -1, -2};
    options_2 given = {sizeof given, 1, 2};
    ck_ok(READ(&known, &given));
    ck_assert_int_eq(known.a, 1);
    ck_assert_int_eq(known.b, 2);
    ck_assert_uint_eq(known.size, sizeof known);
}
END_TEST

START_TEST(an_older_struct_leaves_the_rest_at_its_default)
{
    options_2 known = {sizeof known, -1, -2};
    options_1 given = {sizeof given, 1};
    ck_ok(READ(&known, &given));
    ck_assert_int_eq(known.a, 1);
    ck_assert_int_eq(known.b, -2);
    ck_assert_uint_eq(known.size, sizeof known);
}
END_TEST

START_TEST(a_newer_struct_is_read_while_it_asks_for_nothing_new)
{
    options_2 known = {sizeof known, -1, -2};
    options_3 given = {sizeof given, 1, 2, 0};
    ck_ok(READ(&known, &given));
    ck_assert_int_eq(known.b, 2);
    ck_assert_uint_eq(known.size, sizeof known);
    for (size_t byte = offsetof(options_3, c); byte < sizeof given; byte++) {
        known = (options_2){sizeof known, -1, -2};
        given.c = 0;
        ((unsigned char *)&given)[byte] = 1;
        char words[64];
        snprintf(words, sizeof words, "lsc_things has a member at byte %zu", byte);
        ck_fails(READ(&known, &given), LSC_UNSUPPORTED, words);
        ck_assert_int_eq(known.a, -1);
        ck_assert_int_eq(known.b, -2);
    }
}
END_TEST

START_TEST(a_size_that_cannot_be_is_refused)
{
    options_2 known = {sizeof known, -1, -2};
    options_2 given = {0, 1, 2};
    ck_fails(READ(&known, &given), LSC_INVALID_ARG, "lsc_things.size is 0");
    ck_fails(WRITE(&known, &given), LSC_INVALID_ARG, "lsc_things.size is 0");
    given.size = sizeof(options_1) - 1;
    ck_fails(READ(&known, &given), LSC_INVALID_ARG, "lsc_things.size is 15, must be 16 to");
    ck_fails(WRITE(&known, &given), LSC_INVALID_ARG, "lsc_things.size is 15, must be 16 to");
    given.size = 65537;
    ck_fails(READ(&known, &given), LSC_INVALID_ARG, "must be 16 to 65536");
    given.size = SIZE_MAX;
    ck_fails(READ(&known, &given), LSC_INVALID_ARG, "must be 16 to 65536");
    ck_assert_int_eq(known.a, -1);
    ck_assert_int_eq(given.a, 1);
}
END_TEST

START_TEST(a_result_fills_as_much_as_the_caller_knows)
{
    options_2 known = {sizeof known, 1, 2};
    options_1 older = {sizeof older, -1};
    ck_ok(WRITE(&known, &older));
    ck_assert_int_eq(older.a, 1);
    ck_assert_uint_eq(older.size, sizeof older);
    options_3 newer = {sizeof newer, -1, -2, -3};
    ck_ok(WRITE(&known, &newer));
    ck_assert_int_eq(newer.b, 2);
    ck_assert_int_eq(newer.c, -3);
    ck_assert_uint_eq(newer.size, sizeof newer);
}
END_TEST

START_TEST(defaults_fill_a_struct_as_far_as_it_goes)
{
    const options_2 defaults = {sizeof defaults, -1, -2};
    options_3 made = {0, 7, 7, 7};
    lsc_options_init(&made, sizeof(options_1), &defaults, sizeof defaults);
    ck_assert_uint_eq(made.size, sizeof(options_1));
    ck_assert(made.a == -1 && made.b == 7 && made.c == 7);
    lsc_options_init(&made, sizeof(options_2), &defaults, sizeof defaults);
    ck_assert_uint_eq(made.size, sizeof(options_2));
    ck_assert(made.a == -1 && made.b == -2 && made.c == 7);
    lsc_options_init(&made, sizeof(options_3), &defaults, sizeof defaults);
    ck_assert_uint_eq(made.size, sizeof(options_3));
    ck_assert(made.a == -1 && made.b == -2 && made.c == 0);
    made.a = 7;
    lsc_options_init(&made, sizeof(size_t) - 1, &defaults, sizeof defaults);
    ck_assert(made.size == sizeof(options_3) && made.a == 7);
}
END_TEST

LSC_SUITE("core/options", TEST(defaults_fill_a_struct_as_far_as_it_goes),
          TEST(a_struct_of_the_same_release_is_copied),
          TEST(an_older_struct_leaves_the_rest_at_its_default),
          TEST(a_newer_struct_is_read_while_it_asks_for_nothing_new),
          TEST(a_size_that_cannot_be_is_refused), TEST(a_result_fills_as_much_as_the_caller_knows))
