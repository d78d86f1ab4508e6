/**
 * @file text.h
 * UTF-8 checks and comparisons of text.
 */
#ifndef LSC_CORE_TEXT_H
#define LSC_CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "visibility.h"

/** Offset of the first byte that is not part of well-formed UTF-8 (RFC 3629); `length` if none. */
LSC_SHARED size_t lsc_utf8_check(const char *text, size_t length);

/**
 * A hash for tables in memory: equal texts have equal ones. It is neither secret nor the same on
 * every machine, so a table must stay correct and quick enough where texts collide, and nothing that
 * is written or given out may depend on it.
 */
LSC_SHARED uint64_t lsc_text_hash(const char *text, size_t length);

/**
 * Whether the first `length` bytes of two texts are equal. For the short texts that a look-up ends
 * with, where calling memcmp() would cost more than it does.
 */
static inline bool lsc_text_equal(const char *a, const char *b, size_t length)
{
    if (length < sizeof(uint64_t)) {
        size_t i = 0;
        while (i < length && a[i] == b[i]) {
            i++;
        }
        return i == length;
    }
    uint64_t differing = 0;
    for (size_t at = 0; at < length && differing == 0; at += sizeof(uint64_t)) {
        /* The last word overlaps the one before. */
        size_t word_at = length - at < sizeof(uint64_t) ? length - sizeof(uint64_t) : at;
        uint64_t words[2];
        memcpy(&words[0], a + word_at, sizeof words[0]);
        memcpy(&words[1], b + word_at, sizeof words[1]);
        differing = words[0] ^ words[1];
    }
    return differing == 0;
}

/** Bytes as unsigned, shorter first where one begins the other. <0, 0, >0. */
LSC_SHARED int lsc_text_compare(const char *a, size_t a_length, const char *b, size_t b_length);

/** ASCII letters lowered; other bytes kept. `out` may be `text`. */
LSC_SHARED void lsc_text_lower(const char *text, size_t length, char *out);

/** True when both are equal but for the case of ASCII letters. */
LSC_SHARED bool lsc_text_equal_nocase(const char *a, const char *b);

#endif
