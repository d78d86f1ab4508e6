#include "comma_locale.h"

#include <float.h>
#include <math.h>
#include <stdint.h>

#include "core/number.h"
#include "core/random.h"

static double parsed(const char *text)
{
    double number = -12345.0;
    if (!lsc_number_parse(text, strlen(text), &number)) {
        ck_abort_msg("\"%s\" is refused", text);
    }
    return number;
}

static void check_refused(const char *text)
{
    double number = -12345.0;
    if (lsc_number_parse(text, strlen(text), &number) || number != -12345.0) {
        ck_abort_msg("\"%s\" is read", text);
    }
}

static double double_of(uint64_t bits)
{
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

START_TEST(decimal_numbers_are_read)
{
    static const struct {
        const char *text;
        double number;
    } cases[] = {
        {"0", 0.0},
        {"7", 7.0},
        {"-7", -7.0},
        {"+7", 7.0},
        {"007", 7.0},
        {"1.5", 1.5},
        {".5", 0.5},
        {"5.", 5.0},
        {"-.5e1", -5.0},
        {"1e3", 1000.0},
        {"1E+3", 1000.0},
        {"25e-2", 0.25},
        {" 12 ", 12.0},
        {"\t\n1\r\f\v", 1},
        {"1e0000000003", 1e3},
        {"0e999999999999", 0.0},
        {"1e-999999999999", 0.0},
        {"1.7976931348623157e308", DBL_MAX},
        {"4.9406564584124654e-324", 0x1p-1074},
        {"2e-324", 0.0},
        {"3e-324", 0x1p-1074},
        {"2.2250738585072011e-308", 0x0.fffffffffffffp-1022},
        /* Half way between two doubles: to the even one. */
        {"9007199254740993", 9007199254740992.0},
        {"9007199254740993.00000000000000000000000000000001", 9007199254740994.0},
        {"0.1", 0x1.999999999999ap-4},
        {"123456789012345678901234567890", 123456789012345678901234567890.0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_msg(parsed(cases[i].text) == cases[i].number, "%s gives %a", cases[i].text,
                      parsed(cases[i].text));
    }
    ck_assert(signbit(parsed("-0")));
    ck_assert(!signbit(parsed("+0")));
}
END_TEST

START_TEST(what_is_no_decimal_number_is_refused)
{
    static const char *const texts[] = {
        "",
        " ",
        "+",
        "-",
        ".",
        "e5",
        ".e5",
        "1e",
        "1e+",
        "1e+-1",
        "--1",
        "+-1",
        "1 2",
        "0x10",
        "inf",
        "nan",
        "-inf",
        "NaN",
        "1,5",
        "1.2.3",
        "1_0",
        "1e5.",
        "12a",
        "a12",
        "1e5e5",
        "- 1",
        "1.e",
        ("\xc2\xa0"
         "1"),
        "1f",
        "1d",
        "infinity",
        "1e309",
        "-1e309",
        "1.7976931348623159e308",
        "1e99999999999999999999",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        check_refused(texts[i]);
    }
    double number = 0;
    ck_assert(!lsc_number_parse("1\0", 2, &number));
    ck_assert(!lsc_number_parse(NULL, 0, &number));
    ck_assert(lsc_number_parse("12", 1, &number));
    ck_assert_double_eq(number, 1.0);
}
END_TEST

START_TEST(at_most_1000_bytes_are_read)
{
    char text[LSC_NUMBER_MAX_LENGTH + 2];
    memset(text, '0', sizeof text);
    text[0] = '1';
    text[1] = '.';
    text[LSC_NUMBER_MAX_LENGTH - 1] = '1';
    text[LSC_NUMBER_MAX_LENGTH] = '\0';
    ck_assert_double_eq(parsed(text), 1.0);
    memset(text, '9', LSC_NUMBER_MAX_LENGTH);
    memcpy(text + LSC_NUMBER_MAX_LENGTH - 5, "e-990", 5);
    ck_assert_double_eq(parsed(text), 1e5); /* 995 nines × 10^-990 */
    memset(text, '0', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    check_refused(text);
}
END_TEST

/** A double drawn over all bit patterns, or one of few digits, or one near 1. */
static double draw(lsc_random *random)
{
    for (;;) {
        uint64_t bits = lsc_random_next(random);
        double number = double_of(bits);
        switch (bits % 4) {
        case 0:
            number = (double)(int64_t)(bits >> 40) / 1000.0;
            break;
        case 1:
            number = 1.0 + (double)(bits >> 60) * 0x1p-52;
            break;
        case 2:
            number = lsc_random_uniform(random);
            break;
        }
        if (isfinite(number)) {
            return number;
        }
    }
}

START_TEST(reading_agrees_with_the_c_library)
{
    setlocale(LC_ALL, "C"); /* for strtod() and printf() */
    lsc_random random;
    lsc_random_seed(&random, 11);
    for (int i = 0; i < 200000; i++) {
        double number = draw(&random);
        char text[64];
        snprintf(text, sizeof text, "%.*e", (int)lsc_random_below(&random, 25), number);
        double expected = strtod(text, NULL);
        if (isinf(expected)) {
            check_refused(text);
        } else if (parsed(text) != expected) {
            ck_abort_msg("%s gives %a, not %a", text, parsed(text), expected);
        }
    }
}
END_TEST

/** The digits of a text, without sign, point, exponent, and zeros at either end. */
static size_t count_digits(const char *text)
{
    size_t count = 0;
    size_t zeros = 0;
    for (; *text != '\0' && *text != 'e'; text++) {
        if (*text == '0') {
            zeros += count > 0;
        } else if (*text >= '1' && *text <= '9') {
            count += zeros + 1;
            zeros = 0;
        }
    }
    return count;
}

/** The fewest digits at which the rounded number reads back, by trying all. */
static size_t fewest_digits(double number, bool as_float)
{
    for (int n_digits = 1;; n_digits++) {
        char text[64];
        snprintf(text, sizeof text, "%.*e", n_digits - 1, number);
        double back = strtod(text, NULL);
        if (as_float ? (float)back == (float)number : back == number) {
            return count_digits(text);
        }
    }
}

static void check_format(double number)
{
    char text[LSC_NUMBER_TEXT_SIZE];
    lsc_number_format(number, text);
    double back = parsed(text);
    if (memcmp(&back, &number, sizeof back) != 0 || strlen(text) >= LSC_NUMBER_TEXT_SIZE ||
        count_digits(text) != fewest_digits(number, false)) {
        ck_abort_msg("%a gives %s", number, text);
    }
}

START_TEST(shortest_text_reads_back_to_the_same_double)
{
    lsc_random random;
    lsc_random_seed(&random, 12);
    for (int i = 0; i < 40000; i++) {
        check_format(draw(&random));
    }
    for (int exponent = -1074; exponent < 1024; exponent++) {
        double power = ldexp(1.0, exponent);
        check_format(power);
        check_format(-nextafter(power, 0));
        check_format(nextafter(power, DBL_MAX));
    }
    check_format(DBL_MAX);
    check_format(DBL_MIN);
    for (uint64_t bits = 0; bits < 2000; bits++) {
        check_format(double_of(bits)); /* subnormals */
    }
}
END_TEST

START_TEST(shortest_text_reads_back_to_the_same_float)
{
    lsc_random random;
    lsc_random_seed(&random, 13);
    for (int i = 0; i < 60000; i++) {
        uint32_t bits = i < 1000 ? (uint32_t)i : (uint32_t)lsc_random_next(&random);
        float number;
        memcpy(&number, &bits, sizeof number);
        if (!isfinite(number)) {
            continue;
        }
        char text[LSC_NUMBER_TEXT_SIZE];
        lsc_number_format_float(number, text);
        float back = (float)parsed(text);
        if (memcmp(&back, &number, sizeof back) != 0 ||
            count_digits(text) != fewest_digits((double)number, true)) {
            ck_abort_msg("%a gives %s", (double)number, text);
        }
    }
}
END_TEST

START_TEST(formatted_numbers_look_like_this)
{
    static const struct {
        double number;
        const char *text;
    } cases[] = {
        {0.0, "0"},
        {-0.0, "-0"},
        {1.0, "1"},
        {-12.5, "-12.5"},
        {0.1, "0.1"},
        {100.0, "100"},
        {1e20, "100000000000000000000"},
        {1e21, "1e21"},
        {-1.5e300, "-1.5e300"},
        {0.000001, "0.000001"},
        {0.0000001, "1e-7"},
        {-0.0000012345678901234567, "-0.0000012345678901234567"},
        {123456789012345680.0, "123456789012345680"},
        {5e-324, "5e-324"},
        {2.2250738585072014e-308, "2.2250738585072014e-308"},
        {DBL_MAX, "1.7976931348623157e308"},
    };
    char text[LSC_NUMBER_TEXT_SIZE];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lsc_number_format(cases[i].number, text);
        ck_assert_str_eq(text, cases[i].text);
    }
    lsc_number_format_float(0.1f, text);
    ck_assert_str_eq(text, "0.1");
    lsc_number_format_float(16777216.0f, text);
    ck_assert_str_eq(text, "16777216");
    lsc_number_format_float(1e-45f, text);
    ck_assert_str_eq(text, "1e-45");
}
END_TEST

START_TEST(short_numbers_are_for_people)
{
    static const struct {
        double number;
        int digits;
        const char *text;
    } cases[] = {
        {0.25, 3, "0.25"},
        {12, 3, "12"},
        {1500000, 3, "1500000"},
        {1234567, 3, "1230000"},
        {0.0, 4, "0"},
        {-0.0, 4, "0"},
        {1.0 / 3.0, 4, "0.3333"},
        {999.96, 4, "1000"},
        {-2.0 / 3.0, 2, "-0.67"},
        {9.99e14, 17, "999000000000000"},
        {1e15, 3, "1e15"},
        {9.9999e14, 2, "1e15"},
        {0.1, 17, "0.10000000000000001"},
        {5, 0, "5"},
        {0.1, 99, "0.10000000000000001"},
        {(double)NAN, 3, "nan"},
        {HUGE_VAL, 3, "inf"},
        {-HUGE_VAL, 3, "-inf"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[LSC_NUMBER_TEXT_SIZE];
        lsc_number_format_short(cases[i].number, cases[i].digits, text);
        ck_assert_str_eq(text, cases[i].text);
    }
}
END_TEST

/* Against the C library's rounding: the same number, and no digit more than it takes. Numbers halfway
   between two, and a step beside, are as many as others. */
START_TEST(short_numbers_are_rounded_as_printf_rounds_them)
{
    setlocale(LC_ALL, "C"); /* for strtod() and printf() */
    lsc_random random;
    lsc_random_seed(&random, 5);
    for (int i = 0; i < 200000; i++) {
        int digits = 1 + (int)lsc_random_below(&random, 6);
        double scale = pow(10, (double)lsc_random_below(&random, 14) - 6);
        double number = (lsc_random_uniform(&random) - 0.5) * scale;
        if (lsc_random_below(&random, 2) == 0) {
            number = ((double)lsc_random_below(&random, 20000) + 0.5) / scale;
            number = nextafter(number, (double)lsc_random_below(&random, 3) - 1 + number);
        }
        char text[LSC_NUMBER_TEXT_SIZE];
        char expected[LSC_NUMBER_TEXT_SIZE];
        lsc_number_format_short(number, digits, text);
        snprintf(expected, sizeof expected, "%.*e", digits - 1, number);
        double value = strtod(text, NULL);
        size_t length = strlen(text);
        bool point = strchr(text, '.') != NULL && strchr(text, 'e') == NULL;
        if (memcmp(&value, &(double){strtod(expected, NULL)}, sizeof value) != 0 ||
            (point && text[length - 1] == '0')) {
            ck_abort_msg("%a to %d digits is \"%s\", not %s", number, digits, text, expected);
        }
    }
}
END_TEST

START_TEST(a_decimal_comma_of_the_locale_changes_nothing)
{
    if (!lsc_test_comma_locale()) {
        return;
    }
    char text[LSC_NUMBER_TEXT_SIZE];
    ck_assert_double_eq(parsed("1234.5e-2"), 12.345);
    check_refused("1,5");
    lsc_number_format(-1234.5625, text);
    ck_assert_str_eq(text, "-1234.5625");
    lsc_number_format_float(0.1f, text);
    ck_assert_str_eq(text, "0.1");
    lsc_number_format_short(1.5e-9, 3, text);
    ck_assert_str_eq(text, "1.5e-9");
    lsc_random random;
    lsc_random_seed(&random, 14);
    for (int i = 0; i < 20000; i++) {
        double number = draw(&random);
        lsc_number_format(number, text);
        ck_quick(strchr(text, ',') == NULL);
        ck_quick(parsed(text) == number);
    }
}
END_TEST

LSC_SUITE("core/number", TEST(decimal_numbers_are_read), TEST(what_is_no_decimal_number_is_refused),
          TEST(at_most_1000_bytes_are_read), TEST(reading_agrees_with_the_c_library),
          TEST(shortest_text_reads_back_to_the_same_double),
          TEST(shortest_text_reads_back_to_the_same_float), TEST(formatted_numbers_look_like_this),
          TEST(short_numbers_are_for_people), TEST(short_numbers_are_rounded_as_printf_rounds_them),
          TEST(a_decimal_comma_of_the_locale_changes_nothing))
