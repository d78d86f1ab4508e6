/**
 * @file number.h
 * Numbers to text and back, whatever the locale.
 */
#ifndef LSC_CORE_NUMBER_H
#define LSC_CORE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

#include "visibility.h"

/** Room for any number written by these, with its NUL. */
#define LSC_NUMBER_TEXT_SIZE 32
/** The longest text read as a number, in bytes. */
#define LSC_NUMBER_MAX_LENGTH 1000

/**
 * Read the whole of `text` as a decimal number: optional sign, digits with an optional point,
 * optional exponent; white space around it is allowed. No hex, no "inf" or "nan", no thousands
 * separators. At most LSC_NUMBER_MAX_LENGTH bytes. Rounded to the nearest double.
 * @return false where it is none, or overflows a double. `number` is then untouched.
 */
LSC_SHARED bool lsc_number_parse(const char *text, size_t length, double *number);

/**
 * As lsc_number_parse(), rounded to the nearest float32, and once: a double between would round
 * twice.
 * @return false also where it overflows a float32.
 */
LSC_SHARED bool lsc_number_parse_float(const char *text, size_t length, float *number);

/**
 * The shortest text that reads back to the same double: `number` rounded to as few digits as that
 * takes, with an exponent below 1e-6 and from 1e21 on. Finite numbers only.
 */
LSC_SHARED void lsc_number_format(double number, char text[LSC_NUMBER_TEXT_SIZE]);

/** As lsc_number_format(), reading back to the same float. */
LSC_SHARED void lsc_number_format_float(float number, char text[LSC_NUMBER_TEXT_SIZE]);

/**
 * For people: at most `digits` significant digits, no exponent from 1e-6 to below 1e15, trailing
 * zeros dropped: 0.25, 12, 1500000; also nan, inf and -inf.
 */
LSC_SHARED void lsc_number_format_short(double number, int digits, char text[LSC_NUMBER_TEXT_SIZE]);

/** A number as text that is passed by value, so that a message can show it in one expression. */
typedef struct lsc_number_text {
    char text[LSC_NUMBER_TEXT_SIZE];
} lsc_number_text;

/** As lsc_number_format_short(). */
LSC_SHARED lsc_number_text lsc_number_show(double number, int digits);

#endif
