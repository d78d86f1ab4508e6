#include "error.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

const char *lsc_status_name(lsc_status status)
{
    static const char *const names[] = {
        [LSC_OK] = "LSC_OK",
        [LSC_INVALID_ARG] = "LSC_INVALID_ARG",
        [LSC_NO_MEMORY] = "LSC_NO_MEMORY",
        [LSC_IO] = "LSC_IO",
        [LSC_NOT_FOUND] = "LSC_NOT_FOUND",
        [LSC_LIMIT] = "LSC_LIMIT",
        [LSC_BAD_JSON] = "LSC_BAD_JSON",
        [LSC_BAD_CSV] = "LSC_BAD_CSV",
        [LSC_BAD_LEAD] = "LSC_BAD_LEAD",
        [LSC_BAD_SPEC] = "LSC_BAD_SPEC",
        [LSC_BAD_MODEL] = "LSC_BAD_MODEL",
        [LSC_UNSUPPORTED] = "LSC_UNSUPPORTED",
        [LSC_BAD_DATA] = "LSC_BAD_DATA",
        [LSC_TRAINING] = "LSC_TRAINING",
        [LSC_CANCELLED] = "LSC_CANCELLED",
        [LSC_MISMATCH] = "LSC_MISMATCH",
        [LSC_INPUT_NOT_HELD] = "LSC_INPUT_NOT_HELD",
        [LSC_INTERNAL] = "LSC_INTERNAL",
        [LSC_UNTRUSTED] = "LSC_UNTRUSTED",
        [LSC_BAD_KEY] = "LSC_BAD_KEY",
        [LSC_BUSY] = "LSC_BUSY",
        [LSC_BAD_STORE] = "LSC_BAD_STORE",
        [LSC_CONFLICT] = "LSC_CONFLICT",
        [LSC_GATE_FAILED] = "LSC_GATE_FAILED",
    };
    size_t number = (size_t)status;
    return number < sizeof names / sizeof names[0] ? names[number] : "LSC_UNKNOWN";
}

/** Drop the bytes of a character that was cut in two at the end of `text`. */
static void drop_cut_character(char *text, size_t length)
{
    size_t start = length;
    while (start > 0 && length - start < 3 && (text[start - 1] & 0xC0) == 0x80) {
        start--;
    }
    if (start == 0 || (text[start - 1] & 0xC0) != 0xC0) {
        return;
    }
    start--;
    if (lsc_utf8_check(text + start, length - start) < length - start) {
        text[start] = '\0';
    }
}

/** True for the two bytes of U+0080 to U+009F, which some terminals obey. */
static bool is_c1_control(const unsigned char *at)
{
    return at[0] == 0xC2 && at[1] >= 0x80 && at[1] <= 0x9F;
}

/** Messages quote what they were given: make that one line of well-formed UTF-8. */
static void clean(char *text)
{
    size_t length = strlen(text);
    for (size_t at = lsc_utf8_check(text, length); at < length;
         at += lsc_utf8_check(text + at, length - at)) {
        text[at] = '?';
    }
    for (unsigned char *at = (unsigned char *)text; *at != '\0'; at++) {
        if (is_c1_control(at)) {
            *at++ = ' ';
            *at = ' ';
        } else if (*at < 0x20 || *at == 0x7F) {
            *at = ' ';
        }
    }
}

/** `size` bytes at `text` hold the result of a vsnprintf() that wanted `wanted`. */
static void finish(char *text, size_t size, int wanted)
{
    if (wanted < 0) {
        text[0] = '\0';
    } else if ((size_t)wanted >= size) {
        drop_cut_character(text, size - 1);
    }
    clean(text);
}

static lsc_status fail(lsc_error *error, lsc_status status, int64_t offset, const char *format,
                       va_list args) LSC_PRINTF(4, 0);

static lsc_status fail(lsc_error *error, lsc_status status, int64_t offset, const char *format,
                       va_list args)
{
    if (error == NULL) {
        return status;
    }
    /* Not straight into the error: its old message may be among the arguments. */
    char message[LSC_ERROR_MESSAGE_SIZE];
    finish(message, sizeof message, vsnprintf(message, sizeof message, format, args));
    error->status = status;
    error->offset = offset;
    memcpy(error->message, message, strlen(message) + 1);
    return status;
}

lsc_status lsc_fail(lsc_error *error, lsc_status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fail(error, status, -1, format, args);
    va_end(args);
    return status;
}

lsc_status lsc_fail_at(lsc_error *error, lsc_status status, int64_t offset, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fail(error, status, offset, format, args);
    va_end(args);
    return status;
}

void lsc_error_prefix(lsc_error *error, const char *format, ...)
{
    if (error == NULL) {
        return;
    }
    char prefix[LSC_ERROR_MESSAGE_SIZE];
    va_list args;
    va_start(args, format);
    finish(prefix, sizeof prefix, vsnprintf(prefix, sizeof prefix, format, args));
    va_end(args);
    lsc_fail_at(error, error->status, error->offset, "%s%s", prefix, error->message);
}
