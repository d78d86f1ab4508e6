/**
 * @file text.h
 * UTF-8 checks and comparisons of text.
 */
#ifndef LSC_CORE_TEXT_H
#define LSC_CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "visibility.h"

/** Offset of the first byte that is not part of well-formed UTF-8 (RFC 3629); `length` if none. */
LSC_SHARED size_t lsc_utf8_check(const char *text, size_t length);

/** Bytes as unsigned, shorter first where one begins the other. <0, 0, >0. */
LSC_SHARED int lsc_text_compare(const char *a, size_t a_length, const char *b, size_t b_length);

/** ASCII letters lowered; other bytes kept. `out` may be `text`. */
LSC_SHARED void lsc_text_lower(const char *text, size_t length, char *out);

/** True when both are equal but for the case of ASCII letters. */
LSC_SHARED bool lsc_text_equal_nocase(const char *a, const char *b);

#endif
