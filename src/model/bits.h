/**
 * @file bits.h
 * Floating-point numbers by their bits, as text: "0xbf800000" for -1.0f.
 */
#ifndef LSC_MODEL_BITS_H
#define LSC_MODEL_BITS_H

#include <stdbool.h>

#include "core/visibility.h"

/** Room for the bits of a float, or of a double, with the NUL. */
#define LSC_BITS_TEXT_SIZE 19

LSC_SHARED void lsc_float_bits_format(float number, char text[LSC_BITS_TEXT_SIZE]);
LSC_SHARED void lsc_double_bits_format(double number, char text[LSC_BITS_TEXT_SIZE]);

/** @return false where `text` is not "0x" and 8 lower-case digits. */
LSC_SHARED bool lsc_float_bits_parse(const char *text, float *number);

#endif
