#include "percent.h"

#include <stdlib.h>
#include <string.h>

static int hex_digit(char digit)
{
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    if (digit >= 'a' && digit <= 'f') {
        return digit - 'a' + 10;
    }
    if (digit >= 'A' && digit <= 'F') {
        return digit - 'A' + 10;
    }
    return -1;
}

/* The length of the character at `at`, of `left` bytes; 0 where there is none. */
static size_t character(const unsigned char *at, size_t left)
{
    if (at[0] < 0x80) {
        return 1;
    }
    size_t length = at[0] >= 0xf0 ? 4 : at[0] >= 0xe0 ? 3 : 2;
    if (at[0] < 0xc2 || at[0] > 0xf4 || length > left) {
        return 0;
    }
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    /* Too long a form, half of a pair, or past the last character. */
    bool is_none = (at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) ||
                   (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f);
    return is_none ? 0 : length;
}

static bool is_utf8(const char *bytes, size_t length)
{
    size_t at = 0;
    while (at < length) {
        size_t step = character((const unsigned char *)bytes + at, length - at);
        if (step == 0) {
            return false;
        }
        at += step;
    }
    return true;
}

bool srv_percent_decode(char *text, bool plus_is_space)
{
    char *out = text;
    for (const char *at = text; *at != '\0'; at++) {
        char byte = *at;
        if (byte == '%') {
            int high = hex_digit(at[1]);
            int low = high < 0 ? -1 : hex_digit(at[2]);
            if (low < 0) {
                return false;
            }
            byte = (char)(high * 16 + low);
            at += 2;
        } else if (byte == '+' && plus_is_space) {
            byte = ' ';
        }
        if ((unsigned char)byte < 0x20 || byte == 0x7f) {
            return false;
        }
        *out++ = byte;
    }
    *out = '\0';
    return is_utf8(text, (size_t)(out - text));
}

static bool is_unreserved(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || (byte != '\0' && strchr("-._~", byte) != NULL);
}

char *srv_percent_encode(const char *text)
{
    static const char digits[] = "0123456789ABCDEF";
    char *encoded = malloc(strlen(text) * 3 + 1);
    if (encoded == NULL) {
        return NULL;
    }
    char *out = encoded;
    for (const char *at = text; *at != '\0'; at++) {
        if (is_unreserved(*at)) {
            *out++ = *at;
        } else {
            *out++ = '%';
            *out++ = digits[(unsigned char)*at >> 4];
            *out++ = digits[(unsigned char)*at & 15];
        }
    }
    *out = '\0';
    return encoded;
}
