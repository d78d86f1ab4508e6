#include "text.h"

#include <string.h>

/** Length of the ASCII that `text` begins with, rounded down to whole words. */
static size_t ascii_words(const unsigned char *text, size_t length)
{
    size_t at = 0;
    while (length - at >= sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, text + at, sizeof word);
        if ((word & UINT64_C(0x8080808080808080)) != 0) {
            break;
        }
        at += sizeof word;
    }
    return at;
}

/** Length of the well-formed character at `text`, or 0. */
static size_t character_length(const unsigned char *text, size_t length)
{
    unsigned char first = text[0];
    if (first < 0x80) {
        return 1;
    }
    size_t size;
    unsigned char low = 0x80; /* what the second byte may be */
    unsigned char high = 0xBF;
    if (first >= 0xC2 && first <= 0xDF) {
        size = 2;
    } else if (first >= 0xE0 && first <= 0xEF) {
        size = 3;
        low = first == 0xE0 ? 0xA0 : 0x80;  /* overlong */
        high = first == 0xED ? 0x9F : 0xBF; /* surrogates */
    } else if (first >= 0xF0 && first <= 0xF4) {
        size = 4;
        low = first == 0xF0 ? 0x90 : 0x80;  /* overlong */
        high = first == 0xF4 ? 0x8F : 0xBF; /* past U+10FFFF */
    } else {
        return 0;
    }
    if (size > length || text[1] < low || text[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < size; i++) {
        if ((text[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    return size;
}

size_t lsc_utf8_check(const char *text, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t at = 0;
    while (at < length) {
        at += ascii_words(bytes + at, length - at);
        if (at == length) {
            break;
        }
        size_t size = character_length(bytes + at, length - at);
        if (size == 0) {
            return at;
        }
        at += size;
    }
    return length;
}

static uint64_t word_at(const char *text)
{
    uint64_t word;
    memcpy(&word, text, sizeof word);
    return word;
}

/** Multiply, and fold the high bits, which depend on all of the word, into the low ones. */
static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ (hash >> 32);
}

/** Word by word. The last word overlaps the one before; a text shorter than one is filled up. */
uint64_t lsc_text_hash(const char *text, size_t length)
{
    uint64_t hash = length;
    if (length < sizeof(uint64_t)) {
        uint64_t word = 0;
        for (size_t i = 0; i < length; i++) {
            word = word << 8 | (unsigned char)text[i];
        }
        return mix(hash, word);
    }
    for (size_t at = 0; at + sizeof(uint64_t) < length; at += sizeof(uint64_t)) {
        hash = mix(hash, word_at(text + at));
    }
    return mix(hash, word_at(text + length - sizeof(uint64_t)));
}

int lsc_text_compare(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t common = a_length < b_length ? a_length : b_length;
    int order = common == 0 ? 0 : memcmp(a, b, common);
    return order != 0 ? order : (a_length > b_length) - (a_length < b_length);
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

void lsc_text_lower(const char *text, size_t length, char *out)
{
    for (size_t i = 0; i < length; i++) {
        out[i] = lower(text[i]);
    }
}

bool lsc_text_equal_nocase(const char *a, const char *b)
{
    while (*a != '\0' && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return lower(*a) == lower(*b);
}
