#include "suite.h"

#include <stdint.h>
#include <stdio.h>

#include "core/random.h"

#define DAY INT64_C(86400000)

static int64_t parsed(const char *text)
{
    int64_t time = 77;
    ck_ok(lsc_time_parse(text, strlen(text), &time, error));
    return time;
}

static void check_refused(const char *text, const char *words)
{
    int64_t time = 77;
    ck_fails(lsc_time_parse(text, strlen(text), &time, error), LSC_INVALID_ARG, words);
    ck_assert_msg(time == 77, "%s", text);
}

START_TEST(rfc_3339_times_are_read)
{
    static const struct {
        const char *text;
        int64_t time;
    } cases[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"2026-04-01T00:00:00Z", INT64_C(1775001600000)},
        {"2026-04-01t00:00:00z", INT64_C(1775001600000)},
        {"2026-04-01 00:00:00Z", INT64_C(1775001600000)},
        {"2026-04-01", INT64_C(1775001600000)},
        {"2026-04-01T02:00:00.5+02:00", INT64_C(1775001600500)},
        {"2026-03-31T17:30:00-06:30", INT64_C(1775001600000)},
        {"2026-04-01T02:00:00.000+0200", INT64_C(1775001600000)},
        {"2026-04-01T00:00:00-00:00", INT64_C(1775001600000)},
        {"2026-04-01T23:59:00+23:59", INT64_C(1775001600000)},
        {"1969-12-31T23:59:59.999Z", -1},
        {"1969-12-31T23:59:59.9999999999999999Z", -1},
        {"1969-12-31T23:59:59.0Z", -1000},
        {"1970-01-01T00:00:00.0009Z", 0},
        {"1970-01-01T00:00:00.01Z", 10},
        {"2000-02-29T12:00:00Z", INT64_C(951825600000)},
        {"2016-12-31T23:59:60Z", INT64_C(1483228799999)},
        {"2016-12-31T23:59:60.7Z", INT64_C(1483228799999)},
        {"2017-01-01T00:59:60+01:00", INT64_C(1483228799999)},
        {"2016-12-31T15:59:60-08:00", INT64_C(1483228799999)},
        {"0001-01-01T00:00:00Z", LSC_TIME_MIN},
        {"9999-12-31T23:59:59.999Z", LSC_TIME_MAX},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t time = parsed(cases[i].text);
        ck_assert_msg(time == cases[i].time, "%s gives %lld", cases[i].text, (long long)time);
    }
}
END_TEST

START_TEST(epoch_milliseconds_are_read)
{
    ck_assert_int_eq(parsed("1775001600000"), INT64_C(1775001600000));
    ck_assert_int_eq(parsed("10000"), 10000);
    ck_assert_int_eq(parsed("-10000"), -10000);
    ck_assert_int_eq(parsed("00000"), 0);
    ck_assert_int_eq(parsed("000000000000000000000000000012345"), 12345);
    ck_assert_int_eq(parsed("253402300799999"), LSC_TIME_MAX);
    ck_assert_int_eq(parsed("-62135596800000"), LSC_TIME_MIN);
    check_refused("253402300800000", "outside");
    check_refused("-62135596800001", "outside");
    check_refused("99999999999999999999999999999999", "outside");
    check_refused("1234", "neither");
    check_refused("-1234", "neither");
    check_refused("12345.5", "neither");
    check_refused("+12345", "neither");
}
END_TEST

START_TEST(what_is_no_time_is_refused)
{
    static const char *const texts[] = {
        "",
        " ",
        "-",
        "now",
        "2026",
        "2026-04",
        "2026-4-1",
        "2026-04-01T",
        "2026-04-01T00",
        "2026-04-01T00:00",
        "2026-04-01T00:00Z",
        "2026-04-01T00:00:00",
        "2026-04-01T00:00:00.Z",
        "2026-04-01T00:00:00.5",
        "2026-04-01T00:00:00ZZ",
        "2026-04-01T00:00:00Z ",
        " 2026-04-01T00:00:00Z",
        "2026-04-01  00:00:00Z",
        "2026-13-01",
        "2026-00-01",
        "2026-04-00",
        "2026-04-31",
        "2025-02-29",
        "1900-02-29",
        "2026-04-01T24:00:00Z",
        "2026-04-01T00:60:00Z",
        "2026-04-01T00:00:61Z",
        "2026-04-01T00:00:00+24:00",
        "2026-04-01T00:00:00+00:60",
        "2026-04-01T00:00:00+2",
        "2026-04-01T00:00:00+02:",
        "2026-04-01T00:00:00 Z",
        "0000-01-01",
        "20260401T000000Z",
        "2026/04/01",
        "04/01/2026",
        "2026-04-01T12:00:60Z",
        "2016-12-31T23:59:60+01:00",
        "2016-12-31T22:59:60Z",
        "2026-04-01T00:00:00,5Z",
        "-2026-04-01",
        "2026-04-01X00:00:00Z",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        check_refused(texts[i], "is neither RFC 3339");
    }
    check_refused("0001-01-01T00:00:00+00:01", "outside the years 1 to 9999");
    check_refused("9999-12-31T23:59:59-00:01", "outside the years 1 to 9999");
    int64_t time;
    ck_fails(lsc_time_parse("2026-04-01\0", 11, &time, error), LSC_INVALID_ARG, "neither");
    ck_fails(lsc_time_parse(NULL, 3, &time, error), LSC_INVALID_ARG, "NULL");
    ck_fails(lsc_time_parse(NULL, 0, &time, error), LSC_INVALID_ARG, "NULL");
    ck_fails(lsc_time_parse("2026-04-01", 10, NULL, error), LSC_INVALID_ARG, "NULL");
}
END_TEST

START_TEST(a_long_text_is_quoted_in_part)
{
    char text[1000];
    memset(text, 'x', sizeof text);
    int64_t time;
    lsc_error error = LSC_ERROR_INIT;
    ck_assert_int_eq(lsc_time_parse(text, sizeof text, &time, &error), LSC_INVALID_ARG);
    ck_assert_uint_lt(strlen(error.message), 200);
    ck_assert_ptr_nonnull(strstr(error.message, "milliseconds"));
}
END_TEST

START_TEST(any_offset_inside_the_text_is_safe)
{
    static const char whole[] = "2026-04-01T02:00:00.5+02:00";
    for (size_t length = 0; length < sizeof whole - 1; length++) {
        char *part = malloc(length + 1); /* so that a sanitizer sees one byte too far */
        memcpy(part, whole, length);
        int64_t time;
        lsc_status status = lsc_time_parse(part, length, &time, NULL);
        ck_assert_int_eq(status, length == 10 ? LSC_OK : LSC_INVALID_ARG);
        free(part);
    }
}
END_TEST

START_TEST(times_are_written_as_rfc_3339)
{
    static const struct {
        int64_t time;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00Z"},
        {INT64_C(1775001600500), "2026-04-01T00:00:00.500Z"},
        {-1, "1969-12-31T23:59:59.999Z"},
        {LSC_TIME_MIN, "0001-01-01T00:00:00Z"},
        {LSC_TIME_MAX, "9999-12-31T23:59:59.999Z"},
        {LSC_TIME_NONE, "none"},
        {LSC_TIME_MIN - 1, "none"},
        {LSC_TIME_MAX + 1, "none"},
        {INT64_MAX, "none"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[LSC_TIME_TEXT_SIZE];
        lsc_time_format(cases[i].time, text);
        ck_assert_str_eq(text, cases[i].text);
    }
}
END_TEST

static void check_day(int64_t time, int year, int month, int day)
{
    char expected[64];
    char text[LSC_TIME_TEXT_SIZE];
    snprintf(expected, sizeof expected, "%04d-%02d-%02dT00:00:00Z", year, month, day);
    lsc_time_format(time, text);
    int64_t back;
    if (strcmp(text, expected) != 0) {
        ck_abort_msg("%s, not %s", text, expected);
    }
    if (lsc_time_parse(text, strlen(text), &back, NULL) != LSC_OK || back != time) {
        ck_abort_msg("%s does not read back", text);
    }
}

START_TEST(every_day_follows_the_day_before)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year = 1;
    int month = 1;
    int day = 1;
    for (int64_t time = LSC_TIME_MIN; time <= LSC_TIME_MAX; time += DAY) {
        if (year <= 800 || day == 1 || day >= 28) { /* the calendar repeats after 400 years */
            check_day(time, year, month, day);
        }
        bool leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
        if (++day > lengths[month - 1] + (month == 2 && leap)) {
            day = 1;
            if (++month > 12) {
                month = 1;
                year++;
            }
        }
    }
    ck_assert_int_eq(year, 10000);
}
END_TEST

START_TEST(any_time_reads_back)
{
    lsc_random random;
    lsc_random_seed(&random, 21);
    uint64_t span = (uint64_t)(LSC_TIME_MAX - LSC_TIME_MIN) + 1;
    for (int i = 0; i < 100000; i++) {
        int64_t time = LSC_TIME_MIN + (int64_t)lsc_random_below(&random, span);
        char text[LSC_TIME_TEXT_SIZE];
        lsc_time_format(time, text);
        int64_t back = 0;
        ck_quick(lsc_time_parse(text, strlen(text), &back, NULL) == LSC_OK);
        ck_quick(back == time);
    }
}
END_TEST

LSC_SUITE("core/clock", TEST(rfc_3339_times_are_read), TEST(epoch_milliseconds_are_read),
          TEST(what_is_no_time_is_refused), TEST(a_long_text_is_quoted_in_part),
          TEST(any_offset_inside_the_text_is_safe), TEST(times_are_written_as_rfc_3339),
          TEST(every_day_follows_the_day_before), TEST(any_time_reads_back))
