#include "number.h"

#include <float.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * A decimal becomes a double first, correctly rounded or off by a few units. Rounding that to
 * float32 is right unless the double lies at, or too near to, the middle between two float32s. Only
 * then do the digits of the decimal decide, compared with those of the middle.
 */

/** Bits of a double's fraction that a float32 has not, and their value in the middle of two. */
#define EXTRA_BITS 29
#define EXTRA_MASK ((UINT64_C(1) << EXTRA_BITS) - 1)
#define MIDDLE (UINT64_C(1) << (EXTRA_BITS - 1))
/** Units of a double that three roundings can be off, with room to spare. */
#define NEAR_MIDDLE 8
/** The middle of two float32s has at most 113 significant digits: 25 bits, the last of 2^-150. */
#define MIDDLE_DIGITS 120
/** Largest power of ten that is a double exactly. */
#define EXACT_POWER 22
/** Powers that the quick way takes in three steps at most. */
#define MAX_QUICK_POWER (3 * EXACT_POWER)
/** Digits that a uint64 holds whatever they are. */
#define MAX_QUICK_DIGITS 19

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static uint64_t bits_of(double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

static double from_bits(uint64_t bits)
{
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

/** digits × 10^exponent, of a text that has only few digits. */
typedef struct small_decimal {
    bool negative;
    uint64_t digits;
    int exponent;
} small_decimal;

/** Digits onto those that are there; NULL where they become too many. */
static const char *add_digits(const char *at, const char *end, small_decimal *out, int *n_digits)
{
    for (; at < end && is_digit(*at); at++) {
        if (++*n_digits > MAX_QUICK_DIGITS) {
            return NULL;
        }
        out->digits = out->digits * 10 + (uint64_t)(*at - '0');
    }
    return at;
}

/** Up to three digits of an exponent with its sign; NULL where it is something else. */
static const char *add_exponent(const char *at, const char *end, small_decimal *out)
{
    bool negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+')) {
        at++;
    }
    if (at == end || end - at > 3) {
        return NULL;
    }
    int exponent = 0;
    for (; at < end && is_digit(*at); at++) {
        exponent = exponent * 10 + (*at - '0');
    }
    out->exponent += negative ? -exponent : exponent;
    return at;
}

/** False where the text is not that simple, which need not be a fault. */
static bool read_small(const char *at, const char *end, small_decimal *out)
{
    int n_digits = 0;
    *out = (small_decimal){.negative = at < end && *at == '-'};
    at = add_digits(at + out->negative, end, out, &n_digits);
    if (at != NULL && at < end && *at == '.') {
        int whole = n_digits;
        at = add_digits(at + 1, end, out, &n_digits);
        out->exponent = whole - n_digits;
    }
    if (at != NULL && at < end && (*at == 'e' || *at == 'E')) {
        at = add_exponent(at + 1, end, out);
    }
    return at == end && n_digits > 0;
}

/** The nearest double, or one a few units from it. */
static double scale(double number, int exponent)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    for (; exponent > EXACT_POWER; exponent -= EXACT_POWER) {
        number *= powers[EXACT_POWER];
    }
    for (; exponent < -EXACT_POWER; exponent += EXACT_POWER) {
        number /= powers[EXACT_POWER];
    }
    return exponent < 0 ? number / powers[-exponent] : number * powers[exponent];
}

/** The quick way, for nearly all numbers. */
static bool quick_value(const char *text, size_t length, float *number)
{
    small_decimal parts;
    if (!read_small(text, text + length, &parts) || parts.digits > UINT64_C(1) << DBL_MANT_DIG ||
        abs(parts.exponent) > MAX_QUICK_POWER) {
        return false;
    }
    double value = scale((double)parts.digits, parts.exponent);
    uint64_t extra = bits_of(value) & EXTRA_MASK;
    bool near_middle = extra + NEAR_MIDDLE >= MIDDLE && extra <= MIDDLE + NEAR_MIDDLE;
    if (parts.digits != 0 && (near_middle || value < (double)FLT_MIN || value > (double)FLT_MAX)) {
        return false;
    }
    *number = parts.negative ? -(float)value : (float)value;
    return true;
}

/** The significant digits of a number, and the power of ten of the first. */
typedef struct digit_string {
    char digits[LSC_NUMBER_MAX_LENGTH];
    int n_digits;
    long exponent;
} digit_string;

/** What stands after the "e" of a number; past 9999 it makes no difference. */
static long read_exponent(const char *at, const char *end)
{
    bool negative = at < end && *at == '-';
    long exponent = 0;
    at += at < end && (*at == '-' || *at == '+');
    for (; at < end && is_digit(*at) && exponent < 9999; at++) {
        exponent = exponent * 10 + (*at - '0');
    }
    return negative ? -exponent : exponent;
}

/** Take a text apart that is known to be a number, or what snprintf() made of one. */
static void read_digits(const char *text, size_t length, digit_string *out)
{
    bool point = false;
    long whole = 0;
    long zeros = 0; /* after the point, before the first digit */
    const char *end = text + length;
    out->n_digits = 0;
    for (; text < end && *text != 'e' && *text != 'E'; text++) {
        if (!is_digit(*text)) {
            /* Signs and blanks stand before the digits; snprintf()'s point is the locale's. */
            point = point || out->n_digits > 0 || *text == '.';
        } else if (*text != '0' || out->n_digits > 0) {
            out->digits[out->n_digits++] = *text;
            whole += !point;
        } else {
            zeros += point;
        }
    }
    out->exponent = whole > 0 ? whole - 1 : -zeros - 1;
    if (text < end) {
        out->exponent += read_exponent(text + 1, end);
    }
}

/** Below 0, 0 or above 0, as a is less than, equal to or greater than b; both positive. */
static int compare_digits(const digit_string *a, const digit_string *b)
{
    if (a->exponent != b->exponent) {
        return a->exponent < b->exponent ? -1 : 1;
    }
    for (int i = 0; i < a->n_digits || i < b->n_digits; i++) {
        int of_a = i < a->n_digits ? a->digits[i] : '0';
        int of_b = i < b->n_digits ? b->digits[i] : '0';
        if (of_a != of_b) {
            return of_a - of_b;
        }
    }
    return 0;
}

/** How |text| compares with a middle, exactly. */
static int compare_with(const char *text, size_t length, double middle)
{
    char shown[MIDDLE_DIGITS + 32];
    digit_string of_text;
    digit_string of_middle;
    int n = snprintf(shown, sizeof shown, "%.*e", MIDDLE_DIGITS - 1, middle);
    read_digits(shown, (size_t)n, &of_middle);
    read_digits(text, length, &of_text);
    return compare_digits(&of_text, &of_middle);
}

/** Where |number| is the middle of two float32s: the lower one, as a double, and the distance. */
static bool is_middle(double number, double *below, double *step)
{
    if (number >= (double)FLT_MIN) {
        uint64_t bits = bits_of(number);
        *below = from_bits(bits & ~EXTRA_MASK);
        *step = 2 * (number - *below);
        return (bits & EXTRA_MASK) == MIDDLE;
    }
    /* Subnormal float32s are multiples of 2^-149; scaling by a power of two is exact. */
    double halves = number * 0x1p150;
    uint64_t whole = (uint64_t)halves;
    *below = (double)(whole & ~UINT64_C(1)) * 0x1p-150;
    *step = 0x1p-149;
    return (double)whole == halves && whole % 2 == 1;
}

bool lsc_number_parse_float(const char *text, size_t length, float *number)
{
    if (quick_value(text, length, number)) {
        return true;
    }
    double value;
    if (!lsc_number_parse(text, length, &value)) {
        return false;
    }
    bool negative = (bits_of(value) >> 63) != 0;
    double magnitude = negative ? -value : value;
    double below;
    double step;
    if (is_middle(magnitude, &below, &step)) {
        int order = compare_with(text, length, magnitude);
        if (order != 0) {
            magnitude = order < 0 ? below : below + step;
        }
    }
    /* From the middle above the largest on it rounds to infinity. */
    if (magnitude >= 0x1.ffffffp127) {
        return false;
    }
    *number = negative ? -(float)magnitude : (float)magnitude;
    return true;
}
