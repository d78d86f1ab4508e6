#include "suite.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>

#include "core/number.h"
#include "core/random.h"

/*
 * The oracle is glibc's strtof(), which rounds the decimal once, to nearest, ties to even.
 */
static void use_c_locale(void)
{
    setlocale(LC_ALL, "C"); /* for strtof() and printf() */
}

static void check(const char *text)
{
    float expected = strtof(text, NULL);
    float number = 7;
    bool read = lsc_number_parse_float(text, strlen(text), &number);
    if (isinf(expected)) {
        ck_assert_msg(!read && number == 7, "%s overflows", text);
        return;
    }
    ck_assert_msg(read && memcmp(&number, &expected, sizeof number) == 0, "%s: %a, not %a", text,
                  (double)number, (double)expected);
}

static float float_of_bits(uint32_t bits)
{
    float number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

/** A finite float32 of any size. */
static float random_float(lsc_random *random)
{
    uint32_t bits = (uint32_t)lsc_random_below(random, UINT64_C(1) << 32);
    return (bits & 0x7f800000) == 0x7f800000 ? 1.5f : float_of_bits(bits);
}

START_TEST(numbers_are_rounded_once)
{
    use_c_locale();
    static const char *const texts[] = {
        "0", "-0", "1", "-1.5", "5E-1", "4.4365123E-1", "1E-45", "3.4028235E38", "1.1754944E-38",
        "00012.50", "+3", "1e10", "1E22", "1e23", "123456789012345678", "1234567890123456789012",
        /* 2^24 + 1 lies in the middle of two float32s; a digit far behind decides. */
        "16777217", "16777217.0000000000000000000000000001", "16777216.9999999999999999999999",
        "16777219", "16777219.0000000000000000000001",
        /* The double nearest to this is that middle: rounding twice gives another float. */
        "1.00000005960464477539062499999999999", "1.000000059604644775390625",
        "1.00000005960464477539062500000000001",
        /* Middles around the smallest and the largest float32. */
        "7.006492321624085354618e-46", "7.006492321624085354619e-46",
        "7.0064923216240853546186479164495806564013097093825788587853e-46", "3.4028235677973366e38",
        "3.40282356779733661637539395458142568447e38",
        "3.40282356779733661637539395458142568448e38", "3.4028236e38", "1e39", "1e400", "-1e400",
        "1e-400", "0e400", "0.00000000000000000000000000000000000000000000001e2"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        check(texts[i]);
    }
}
END_TEST

START_TEST(what_xgboost_writes_of_a_float_reads_back)
{
    use_c_locale();
    lsc_random random;
    lsc_random_seed(&random, 1);
    for (int i = 0; i < 300000; i++) {
        char text[64];
        float number = random_float(&random);
        float read = 0;
        snprintf(text, sizeof text, "%.8E", (double)number);
        ck_quick(lsc_number_parse_float(text, strlen(text), &read));
        ck_quick(memcmp(&read, &number, sizeof read) == 0);
    }
}
END_TEST

START_TEST(decimals_of_any_length_are_as_strtof_has_them)
{
    use_c_locale();
    lsc_random random;
    lsc_random_seed(&random, 2);
    for (int i = 0; i < 300000; i++) {
        char text[64];
        size_t n_digits = 1 + lsc_random_below(&random, 25);
        size_t length = 0;
        for (size_t k = 0; k < n_digits; k++) {
            text[length++] = (char)('0' + lsc_random_below(&random, 10));
            if (k == n_digits / 2) {
                text[length++] = '.';
            }
        }
        snprintf(text + length, sizeof text - length, "e%d",
                 (int)lsc_random_below(&random, 110) - 65);
        check(text);
    }
}
END_TEST

START_TEST(the_middle_of_two_floats_goes_to_the_even_one_and_a_hair_from_it_does_not)
{
    use_c_locale();
    lsc_random random;
    lsc_random_seed(&random, 3);
    for (int i = 0; i < 60000; i++) {
        uint32_t bits = (uint32_t)lsc_random_below(&random, 0x7f7fffff);
        if (lsc_random_below(&random, 4) == 0) {
            bits &= 0x007fffff; /* subnormal */
        }
        double middle = ((double)float_of_bits(bits) + (double)float_of_bits(bits + 1)) / 2;
        char text[256];
        int length = snprintf(text, sizeof text, "%.150e", middle); /* all digits of it */
        check(text);
        char *exponent = strchr(text, 'e');
        ck_quick(exponent != NULL && length < 200);
        exponent[-1] = '1'; /* the 150th digit after the point was 0 */
        check(text);
        exponent[-1] = '0';
        for (char *digit = exponent - 1;; digit--) { /* and a hair below */
            if (*digit == '.') {
                continue;
            }
            if (*digit != '0') {
                --*digit;
                break;
            }
            *digit = '9';
        }
        check(text);
    }
}
END_TEST

START_TEST(few_digits_near_a_middle_are_as_strtof_has_them)
{
    use_c_locale();
    lsc_random random;
    lsc_random_seed(&random, 4);
    for (int i = 0; i < 200000; i++) {
        uint32_t bits = (uint32_t)lsc_random_below(&random, 0x7f7fffff);
        double middle = ((double)float_of_bits(bits) + (double)float_of_bits(bits + 1)) / 2;
        char text[64];
        /* 14 to 16 digits: as near as a few units of a double, on either side. */
        snprintf(text, sizeof text, "%.*e", 13 + i % 3, middle);
        check(text);
    }
}
END_TEST

START_TEST(what_is_no_number_is_refused)
{
    static const char *const texts[] = {"",    "-",   ".",   "e5",  "1e",  "1e+",   "1x",   "0x1",
                                        "nan", "inf", "1,5", "1 2", "--1", "1.2.3", "1e5.5"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        float number = 7;
        ck_assert_msg(!lsc_number_parse_float(texts[i], strlen(texts[i]), &number), "%s", texts[i]);
        ck_assert_double_eq((double)number, 7);
    }
}
END_TEST

START_TEST(length_counts_not_what_stands_behind)
{
    float number = 0;
    ck_assert(lsc_number_parse_float("1.25e1234", 6, &number));
    ck_assert_double_eq((double)number, 12.5);
    ck_assert(lsc_number_parse_float("167772170000000000000000000000000000001", 8, &number));
    ck_assert_double_eq((double)number, 16777216);
}
END_TEST

START_TEST(a_locale_with_a_decimal_comma_changes_nothing)
{
    if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL) {
        return; /* the suite runs under such a locale elsewhere, too */
    }
    float number = 0;
    ck_assert(lsc_number_parse_float("16777217.0000000000000000000001", 31, &number));
    ck_assert_double_eq((double)number, 16777218);
    ck_assert(lsc_number_parse_float("0.1", 3, &number));
    ck_assert_double_eq((double)number, (double)0.1f);
}
END_TEST

LSC_SUITE("core/number_float", TEST(numbers_are_rounded_once),
          TEST(what_xgboost_writes_of_a_float_reads_back),
          TEST(decimals_of_any_length_are_as_strtof_has_them),
          TEST(the_middle_of_two_floats_goes_to_the_even_one_and_a_hair_from_it_does_not),
          TEST(few_digits_near_a_middle_are_as_strtof_has_them), TEST(what_is_no_number_is_refused),
          TEST(length_counts_not_what_stands_behind),
          TEST(a_locale_with_a_decimal_comma_changes_nothing))
