#include "number.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * strtod() and snprintf() round correctly, but use the decimal point of the process's locale. So
 * strtod() gets an integer with an exponent, and of what snprintf() wrote only the digits and the
 * exponent are read: no decimal point is ever involved, whatever the locale or thread.
 */

/** Past these a decimal exponent overflows or underflows whatever 1000 digits stand before it. */
#define MAX_EXPONENT 9999

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/** A decimal text taken apart: digits × 10^exponent. */
typedef struct decimal {
    char digits[LSC_NUMBER_MAX_LENGTH];
    int n_digits;
    int exponent;
} decimal;

/** Copy digits to `out`; returns where they end. */
static const char *read_digits(const char *at, const char *end, decimal *out)
{
    while (at < end && is_digit(*at)) {
        out->digits[out->n_digits++] = *at++;
    }
    return at;
}

/** Read "e-12" at `at`; NULL where it is malformed. */
static const char *read_exponent(const char *at, const char *end, int *exponent)
{
    bool negative = false;
    at++;
    if (at < end && (*at == '+' || *at == '-')) {
        negative = *at++ == '-';
    }
    if (at == end || !is_digit(*at)) {
        return NULL;
    }
    int value = 0;
    for (; at < end && is_digit(*at); at++) {
        value = value > MAX_EXPONENT ? value : value * 10 + (*at - '0');
    }
    *exponent = negative ? -value : value;
    return at;
}

/** Take an unsigned decimal number apart. */
static bool read_decimal(const char *at, const char *end, decimal *out)
{
    int fraction = 0;
    int exponent = 0;
    out->n_digits = 0;
    at = read_digits(at, end, out);
    if (at < end && *at == '.') {
        int whole = out->n_digits;
        at = read_digits(at + 1, end, out);
        fraction = out->n_digits - whole;
    }
    if (out->n_digits > 0 && at < end && (*at == 'e' || *at == 'E')) {
        at = read_exponent(at, end, &exponent);
    }
    out->exponent = exponent - fraction;
    return out->n_digits > 0 && at == end;
}

/**
 * The quick way for most numbers: 15 digits are a double exactly, and so is 10^22, so that the one
 * multiplication or division rounds as strtod() would. False where the number is not so small.
 */
static bool small_value(const decimal *parts, double *value)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (parts->n_digits > 15 || parts->exponent < -22 || parts->exponent > 22) {
        return false;
    }
    int64_t whole = 0;
    for (int i = 0; i < parts->n_digits; i++) {
        whole = whole * 10 + (parts->digits[i] - '0');
    }
    *value = parts->exponent < 0 ? (double)whole / powers[-parts->exponent]
                                 : (double)whole * powers[parts->exponent];
    return true;
}

static double any_value(const decimal *parts)
{
    char text[LSC_NUMBER_MAX_LENGTH + 16];
    snprintf(text, sizeof text, "%.*se%d", parts->n_digits, parts->digits, parts->exponent);
    return strtod(text, NULL);
}

bool lsc_number_parse(const char *text, size_t length, double *number)
{
    if (length == 0 || length > LSC_NUMBER_MAX_LENGTH) {
        return false;
    }
    const char *at = text;
    const char *end = text + length;
    while (at < end && is_space(*at)) {
        at++;
    }
    while (end > at && is_space(end[-1])) {
        end--;
    }
    bool negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+')) {
        at++;
    }
    decimal parts;
    if (!read_decimal(at, end, &parts)) {
        return false;
    }
    double value;
    if (!small_value(&parts, &value)) {
        value = any_value(&parts);
    }
    if (isinf(value)) {
        return false;
    }
    *number = negative ? -value : value;
    return true;
}

/** Digits d of a finite number, which is d[0].d[1]d[2]... × 10^exponent. */
typedef struct scientific {
    bool negative;
    char digits[20];
    int n_digits;
    int exponent;
} scientific;

/** Round to `n_digits` (at most 17) significant digits, without trailing zeros. */
static scientific round_decimal(double number, int n_digits)
{
    char text[48];
    snprintf(text, sizeof text, "%.*e", n_digits - 1, number);
    scientific result = {.negative = text[0] == '-'};
    const char *at = text;
    for (; *at != 'e'; at++) {
        if (is_digit(*at)) {
            result.digits[result.n_digits++] = *at;
        }
    }
    result.exponent = (int)strtol(at + 1, NULL, 10);
    while (result.n_digits > 1 && result.digits[result.n_digits - 1] == '0') {
        result.n_digits--;
    }
    return result;
}

static char *put_zeros(char *out, int count)
{
    for (int i = 0; i < count; i++) {
        *out++ = '0';
    }
    return out;
}

static char *put_digits(char *out, const char *digits, int count)
{
    memcpy(out, digits, (size_t)count);
    return out + count;
}

/** Write 1500, 0.25 or 12.5. */
static char *put_positional(char *out, const scientific *number)
{
    int whole = number->exponent + 1; /* digits before the point */
    if (whole <= 0) {
        out = put_digits(out, "0.", 2);
        out = put_zeros(out, -whole);
        return put_digits(out, number->digits, number->n_digits);
    }
    if (whole >= number->n_digits) {
        out = put_digits(out, number->digits, number->n_digits);
        return put_zeros(out, whole - number->n_digits);
    }
    out = put_digits(out, number->digits, whole);
    *out++ = '.';
    return put_digits(out, number->digits + whole, number->n_digits - whole);
}

/** Write 1.5e-7. */
static char *put_scientific(char *out, const scientific *number)
{
    *out++ = number->digits[0];
    if (number->n_digits > 1) {
        *out++ = '.';
        out = put_digits(out, number->digits + 1, number->n_digits - 1);
    }
    return out + snprintf(out, 8, "e%d", number->exponent);
}

/** Write the number; with an exponent below 1e-6 and from 10^exponent_from on. */
static void put(const scientific *number, int exponent_from, char text[LSC_NUMBER_TEXT_SIZE])
{
    char *out = text;
    if (number->negative) {
        *out++ = '-';
    }
    bool positional = number->exponent >= -6 && number->exponent < exponent_from;
    out = positional ? put_positional(out, number) : put_scientific(out, number);
    *out = '\0';
}

static double read_back(const scientific *number)
{
    char text[LSC_NUMBER_TEXT_SIZE];
    double value = 0.0;
    put(number, 0, text);
    lsc_number_parse(text, strlen(text), &value);
    return value;
}

void lsc_number_format(double number, char text[LSC_NUMBER_TEXT_SIZE])
{
    assert(isfinite(number));
    /* Any text of 15 digits survives a normal double, so a shorter one that reads back shows up
     * as 15 digits ending in zeros. Subnormal ones hold fewer. */
    int n_digits = fabs(number) < DBL_MIN ? 1 : DBL_DIG;
    scientific parts = round_decimal(number, n_digits);
    while (n_digits < DBL_DECIMAL_DIG && read_back(&parts) != number) {
        parts = round_decimal(number, ++n_digits);
    }
    put(&parts, 21, text);
}

void lsc_number_format_float(float number, char text[LSC_NUMBER_TEXT_SIZE])
{
    assert(isfinite(number));
    int n_digits = fabsf(number) < FLT_MIN ? 1 : FLT_DIG;
    scientific parts = round_decimal((double)number, n_digits);
    while (n_digits < FLT_DECIMAL_DIG && (float)read_back(&parts) != number) {
        parts = round_decimal((double)number, ++n_digits);
    }
    put(&parts, 21, text);
}

/** Take the digits of a whole number, not 0, without trailing zeros; returns how many they are. */
static int take_digits(int64_t whole, scientific *parts)
{
    char backwards[20];
    int n = 0;
    for (; whole > 0; whole /= 10) {
        backwards[n++] = (char)('0' + whole % 10);
    }
    parts->exponent = n - 1;
    for (int i = 0; i < n; i++) {
        parts->digits[i] = backwards[n - 1 - i];
    }
    while (parts->digits[n - 1] == '0') {
        n--;
    }
    parts->n_digits = n;
    return n;
}

/** Numbers of [1e-3, 1e5) to at most 5 digits, by a whole number of as many. */
static bool round_fraction(double size, int n_digits, scientific *parts)
{
    static const double tens[] = {1e-3, 1e-2, 1e-1, 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7};
    if (n_digits > 5 || !(size >= tens[0] && size < tens[8])) {
        return false;
    }
    int exponent = -3;
    while (size >= tens[exponent + 4]) {
        exponent++;
    }
    int scale = n_digits - 1 - exponent;
    if (scale < 0) {
        return false;
    }
    /* The product is off by less than 1e-10: unless it is about halfway, it rounds as it should. */
    double scaled = size * tens[scale + 3];
    int64_t whole = (int64_t)scaled;
    double rest = scaled - (double)whole;
    if (fabs(rest - 0.5) < 1e-6) {
        return false;
    }
    take_digits(whole + (rest > 0.5), parts);
    parts->exponent -= scale;
    return true;
}

/** The quick way of round_decimal(), for most numbers that people are told; false for others. */
static bool round_small(double number, int n_digits, scientific *parts)
{
    double size = fabs(number);
    *parts = (scientific){.negative = number < 0, .digits = "0", .n_digits = 1};
    if (size == 0) {
        return true;
    }
    if (size < 1e15 && (double)(int64_t)size == size) {
        return take_digits((int64_t)size, parts) <= n_digits;
    }
    return round_fraction(size, n_digits, parts);
}

void lsc_number_format_short(double number, int digits, char text[LSC_NUMBER_TEXT_SIZE])
{
    if (isnan(number)) {
        strcpy(text, "nan");
    } else if (isinf(number)) {
        strcpy(text, number > 0 ? "inf" : "-inf");
    } else {
        int n_digits = digits < 1 ? 1 : digits > DBL_DECIMAL_DIG ? DBL_DECIMAL_DIG : digits;
        scientific parts;
        if (!round_small(number, n_digits, &parts)) {
            parts = round_decimal(number, n_digits);
        }
        put(&parts, 15, text);
    }
}

lsc_number_text lsc_number_show(double number, int digits)
{
    lsc_number_text shown;
    lsc_number_format_short(number, digits, shown.text);
    return shown;
}
