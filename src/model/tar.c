#include "tar.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/** Fields of a ustar header (POSIX.1-2008, pax): offsets and sizes. */
enum {
    NAME_AT = 0,
    MODE_AT = 100,
    UID_AT = 108,
    GID_AT = 116,
    SIZE_AT = 124,
    MTIME_AT = 136,
    CHECKSUM_AT = 148,
    TYPE_AT = 156,
    MAGIC_AT = 257,
    VERSION_AT = 263,
    DEVMAJOR_AT = 329,
    DEVMINOR_AT = 337,
    SIZE_DIGITS = 11
};

static const char zeros[LSC_TAR_BLOCK];

bool lsc_tar_name_valid(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789._-";
    size_t length = strlen(name);
    return length > 0 && length < LSC_TAR_NAME_SIZE && name[0] != '.' &&
           strspn(name, allowed) == length;
}

static size_t padding(size_t length)
{
    return (LSC_TAR_BLOCK - length % LSC_TAR_BLOCK) % LSC_TAR_BLOCK;
}

size_t lsc_tar_member_size(size_t length)
{
    return LSC_TAR_BLOCK + length + padding(length);
}

/** Write a text into a header of zeros; what follows it is its NUL, where the field has room. */
static void put(char *field, const char *text)
{
    for (; *text != '\0'; text++) {
        *field++ = *text;
    }
}

static unsigned sum_bytes(const char header[LSC_TAR_BLOCK])
{
    unsigned sum = 0;
    for (size_t i = 0; i < LSC_TAR_BLOCK; i++) {
        sum += (unsigned char)header[i];
    }
    return sum;
}

/** The one header that a member of this name and length has. */
static void make_header(char header[LSC_TAR_BLOCK], const char *name, size_t length)
{
    char number[32];
    memset(header, 0, LSC_TAR_BLOCK);
    put(header + NAME_AT, name);
    put(header + MODE_AT, "0000644");
    put(header + UID_AT, "0000000");
    put(header + GID_AT, "0000000");
    snprintf(number, sizeof number, "%0*llo", SIZE_DIGITS, (unsigned long long)length);
    put(header + SIZE_AT, number);
    put(header + MTIME_AT, "00000000000");
    header[TYPE_AT] = '0';
    put(header + MAGIC_AT, "ustar");
    put(header + VERSION_AT, "00");
    put(header + DEVMAJOR_AT, "0000000");
    put(header + DEVMINOR_AT, "0000000");
    /* The checksum counts its own field as blanks, and keeps the last of them. */
    put(header + CHECKSUM_AT, "        ");
    snprintf(number, sizeof number, "%06o", sum_bytes(header));
    put(header + CHECKSUM_AT, number);
    header[CHECKSUM_AT + 6] = '\0';
}

void lsc_tar_append(lsc_buffer *out, const char *name, const void *bytes, size_t length)
{
    char header[LSC_TAR_BLOCK];
    make_header(header, name, length);
    lsc_buffer_append(out, header, sizeof header);
    lsc_buffer_append(out, bytes, length);
    lsc_buffer_append(out, zeros, padding(length));
}

void lsc_tar_end(lsc_buffer *out)
{
    lsc_buffer_append(out, zeros, sizeof zeros);
    lsc_buffer_append(out, zeros, sizeof zeros);
}

/** LSC_BAD_MODEL at a header; or what the stream failed with, where it did. */
static lsc_status fail_header(const lsc_stream *in, uint64_t offset, const char *what,
                              lsc_error *error)
{
    lsc_status status = lsc_stream_status(in, error);
    return status != LSC_OK
               ? status
               : lsc_fail_at(error, LSC_BAD_MODEL, (int64_t)offset,
                             "archive member at byte %llu: %s", (unsigned long long)offset, what);
}

/** The size field: octal digits and a NUL. */
static bool read_size(const char *field, uint64_t *size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < SIZE_DIGITS; i++) {
        if (field[i] < '0' || field[i] > '7') {
            return false;
        }
        value = value * 8 + (uint64_t)(field[i] - '0');
    }
    *size = value;
    return field[SIZE_DIGITS] == '\0' && value <= SIZE_MAX / 2;
}

/** After a block of zeros: another, and nothing. */
static lsc_status read_end(lsc_stream *in, uint64_t offset, lsc_error *error)
{
    char block[LSC_TAR_BLOCK];
    size_t taken = lsc_stream_take(in, block, sizeof block);
    if (taken < sizeof block) {
        return fail_header(in, offset, "the archive ends without two blocks of zeros", error);
    }
    if (memcmp(block, zeros, sizeof block) != 0 || lsc_stream_peek(in) >= 0) {
        return fail_header(in, offset, "the archive must end with two blocks of zeros", error);
    }
    return lsc_stream_status(in, error);
}

static lsc_status read_header(const lsc_stream *in, const char header[LSC_TAR_BLOCK],
                              lsc_tar_entry *entry, lsc_error *error)
{
    if (memchr(header + NAME_AT, '\0', LSC_TAR_NAME_SIZE) == NULL) {
        return fail_header(in, entry->offset, "its name is longer than 99 bytes", error);
    }
    strcpy(entry->name, header + NAME_AT);
    if (!lsc_tar_name_valid(entry->name)) {
        return lsc_fail_at(error, LSC_BAD_MODEL, (int64_t)entry->offset,
                           "archive member at byte %llu: \"%s\" is no name of a member",
                           (unsigned long long)entry->offset, entry->name);
    }
    if (header[TYPE_AT] != '0') {
        return fail_header(in, entry->offset,
                           "it is a link, a folder or something else than a file", error);
    }
    if (!read_size(header + SIZE_AT, &entry->length)) {
        return fail_header(in, entry->offset, "its size is no octal number", error);
    }
    char expected[LSC_TAR_BLOCK];
    make_header(expected, entry->name, (size_t)entry->length);
    if (memcmp(header, expected, LSC_TAR_BLOCK) != 0) {
        return fail_header(in, entry->offset, "its header is not the one a bundle has", error);
    }
    return LSC_OK;
}

lsc_status lsc_tar_next(lsc_stream *in, lsc_tar_entry *entry, bool *more, lsc_error *error)
{
    char header[LSC_TAR_BLOCK];
    entry->offset = lsc_stream_offset(in);
    if (lsc_stream_take(in, header, sizeof header) < sizeof header) {
        return fail_header(in, entry->offset, "the archive ends without two blocks of zeros",
                           error);
    }
    *more = memcmp(header, zeros, sizeof header) != 0;
    return *more ? read_header(in, header, entry, error) : read_end(in, entry->offset, error);
}

lsc_status lsc_tar_fail_short(const lsc_stream *in, const lsc_tar_entry *entry, lsc_error *error)
{
    return fail_header(in, entry->offset, "its content goes past the end of the archive", error);
}

lsc_status lsc_tar_pad(lsc_stream *in, const lsc_tar_entry *entry, lsc_error *error)
{
    char pad[LSC_TAR_BLOCK];
    size_t length = padding((size_t)entry->length);
    if (lsc_stream_take(in, pad, length) < length) {
        return lsc_tar_fail_short(in, entry, error);
    }
    if (memcmp(pad, zeros, length) != 0) {
        return fail_header(in, entry->offset, "the padding after its content is not zero", error);
    }
    return LSC_OK;
}
