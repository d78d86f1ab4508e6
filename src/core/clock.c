#include <leadscore/clock.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "time_check.h"

#define MS_PER_SECOND 1000
#define MS_PER_MINUTE (60 * MS_PER_SECOND)
#define MS_PER_DAY (INT64_C(24) * 60 * MS_PER_MINUTE)

/** A text being read. `bad` is set, once and for all, by what does not fit. */
typedef struct reader {
    const char *at;
    const char *end;
    bool bad;
} reader;

static bool more(const reader *in)
{
    return in->at < in->end;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/** Skip the next byte if it is one of `allowed`; returns it, or NUL. */
static char accept(reader *in, const char *allowed)
{
    if (more(in) && *in->at != '\0' && strchr(allowed, *in->at) != NULL) {
        return *in->at++;
    }
    return '\0';
}

static char expect(reader *in, const char *allowed)
{
    char found = accept(in, allowed);
    if (found == '\0') {
        in->bad = true;
    }
    return found;
}

/** A number of exactly `n_digits` between low and high. */
static int read_field(reader *in, int n_digits, int low, int high)
{
    int value = 0;
    for (int i = 0; i < n_digits; i++) {
        if (!more(in) || !is_digit(*in->at)) {
            in->bad = true;
            return low;
        }
        value = value * 10 + (*in->at++ - '0');
    }
    if (value < low || value > high) {
        in->bad = true;
        return low;
    }
    return value;
}

static bool is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int64_t year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year));
}

/** Days from 0001-01-01 to the first of January of `year` (from 1 on). */
static int64_t days_before_year(int64_t year)
{
    int64_t past = year - 1;
    return past * 365 + past / 4 - past / 100 + past / 400;
}

/** Days from 1970-01-01 to a date of the Gregorian calendar. */
static int64_t days_from_date(int64_t year, int month, int day)
{
    int64_t days = days_before_year(year) - days_before_year(1970) + (day - 1);
    for (int m = 1; m < month; m++) {
        days += days_in_month(year, m);
    }
    return days;
}

/** The date of a day counted from 1970-01-01. */
static void date_from_days(int64_t days, int *year, int *month, int *day)
{
    int64_t since_1 = days + days_before_year(1970);
    int64_t y = since_1 * 400 / days_before_year(401) + 1; /* or a year too early, never late */
    while (days_before_year(y + 1) <= since_1) {
        y++;
    }
    int rest = (int)(since_1 - days_before_year(y));
    int m = 1;
    while (rest >= days_in_month(y, m)) {
        rest -= days_in_month(y, m++);
    }
    *year = (int)y;
    *month = m;
    *day = rest + 1;
}

/** The digits of a fraction of a second, cut to milliseconds. */
static int read_fraction(reader *in)
{
    int fraction = 0;
    int unit = 100;
    do {
        fraction += (expect(in, "0123456789") - '0') * unit;
        unit /= 10;
    } while (!in->bad && more(in) && is_digit(*in->at));
    return fraction;
}

/** "Z", "+02:00" or "+0200", in milliseconds east of UTC. */
static int64_t read_offset(reader *in)
{
    char sign = expect(in, "Zz+-");
    if (in->bad || sign == 'Z' || sign == 'z') {
        return 0;
    }
    int hours = read_field(in, 2, 0, 23);
    accept(in, ":");
    int minutes = read_field(in, 2, 0, 59);
    int64_t offset = (int64_t)(hours * 60 + minutes) * MS_PER_MINUTE;
    return sign == '-' ? -offset : offset;
}

/** "02:00:00.5+02:00", in milliseconds after midnight UTC of its date. */
static int64_t read_time_of_day(reader *in)
{
    int hour = read_field(in, 2, 0, 23);
    expect(in, ":");
    int minute = read_field(in, 2, 0, 59);
    expect(in, ":");
    int second = read_field(in, 2, 0, 60);
    int fraction = accept(in, ".") != '\0' ? read_fraction(in) : 0;
    bool leap_second = second == 60;
    int64_t ms = (int64_t)(hour * 60 + minute) * MS_PER_MINUTE;
    ms += leap_second ? MS_PER_MINUTE - 1 : second * MS_PER_SECOND + fraction;
    ms -= read_offset(in);
    if (leap_second && (ms + MS_PER_DAY) % MS_PER_DAY != MS_PER_DAY - 1) {
        in->bad = true; /* they are inserted at the end of a day of UTC only */
    }
    return ms;
}

static int64_t read_date_time(reader *in)
{
    int year = read_field(in, 4, 1, 9999);
    expect(in, "-");
    int month = read_field(in, 2, 1, 12);
    expect(in, "-");
    int day = read_field(in, 2, 1, days_in_month(year, month));
    int64_t ms = days_from_date(year, month, day) * MS_PER_DAY;
    if (!in->bad && more(in)) {
        expect(in, "Tt ");
        ms += read_time_of_day(in);
    }
    return ms;
}

/** True for five digits or more after an optional minus sign, and nothing else. */
static bool is_epoch(const reader *in)
{
    const char *digits = more(in) && *in->at == '-' ? in->at + 1 : in->at;
    for (const char *at = digits; at < in->end; at++) {
        if (!is_digit(*at)) {
            return false;
        }
    }
    return in->end - digits >= 5;
}

static int64_t read_epoch(reader *in)
{
    bool negative = accept(in, "-") != '\0';
    int64_t value = 0;
    while (more(in) && value <= LSC_TIME_MAX) {
        value = value * 10 + (*in->at++ - '0');
    }
    return negative ? -value : value;
}

lsc_status lsc_time_parse(const char *text, size_t length, int64_t *time_ms, lsc_error *error)
{
    if (time_ms == NULL || text == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "text or time_ms is NULL");
    }
    reader in = {text, text + length, false};
    int shown = length < 64 ? (int)length : 64;
    int64_t ms = is_epoch(&in) ? read_epoch(&in) : read_date_time(&in);
    if (in.bad || (ms >= LSC_TIME_MIN && ms <= LSC_TIME_MAX && more(&in))) {
        return lsc_fail(
            error, LSC_INVALID_ARG,
            "time \"%.*s\" is neither RFC 3339 (2026-04-01T00:00:00Z), a date nor epoch "
            "milliseconds",
            shown, text);
    }
    if (ms < LSC_TIME_MIN || ms > LSC_TIME_MAX) {
        return lsc_fail(error, LSC_INVALID_ARG, "time \"%.*s\" is outside the years 1 to 9999",
                        shown, text);
    }
    *time_ms = ms;
    return LSC_OK;
}

lsc_status lsc_time_check(const char *what, int64_t time_ms, lsc_error *error)
{
    return time_ms >= LSC_TIME_MIN && time_ms <= LSC_TIME_MAX
               ? LSC_OK
               : lsc_fail(error, LSC_INVALID_ARG,
                          "%s is %lld, must be a time of the years 1 to 9999", what,
                          (long long)time_ms);
}

void lsc_time_format(int64_t time_ms, char text[LSC_TIME_TEXT_SIZE])
{
    if (time_ms < LSC_TIME_MIN || time_ms > LSC_TIME_MAX) {
        strcpy(text, "none");
        return;
    }
    int64_t since_min = time_ms - LSC_TIME_MIN; /* not negative: division rounds down */
    int64_t days = since_min / MS_PER_DAY - days_before_year(1970);
    int ms = (int)(since_min % MS_PER_DAY);
    int year;
    int month;
    int day;
    date_from_days(days, &year, &month, &day);
    int length =
        snprintf(text, LSC_TIME_TEXT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d", year, month, day,
                 ms / (60 * MS_PER_MINUTE), ms / MS_PER_MINUTE % 60, ms / MS_PER_SECOND % 60);
    char *end = text + length;
    size_t room = LSC_TIME_TEXT_SIZE - (size_t)length;
    if (ms % MS_PER_SECOND != 0) {
        snprintf(end, room, ".%03dZ", ms % MS_PER_SECOND);
    } else {
        snprintf(end, room, "Z");
    }
}
