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

static lsc_status fail_header(const lsc_tar_reader *reader, const char *what, lsc_error *error)
{
    return lsc_fail_at(error, LSC_BAD_MODEL, (int64_t)reader->offset,
                       "archive member at byte %zu: %s", reader->offset, what);
}

/** The size field: octal digits and a NUL. */
static bool read_size(const char *field, size_t *size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < SIZE_DIGITS; i++) {
        if (field[i] < '0' || field[i] > '7') {
            return false;
        }
        value = value * 8 + (uint64_t)(field[i] - '0');
    }
    *size = (size_t)value;
    return field[SIZE_DIGITS] == '\0' && value <= SIZE_MAX;
}

static lsc_status read_end(const lsc_tar_reader *reader, lsc_error *error)
{
    const char *end = reader->bytes + reader->offset;
    if (reader->length - reader->offset != 2 * LSC_TAR_BLOCK ||
        memcmp(end + LSC_TAR_BLOCK, zeros, LSC_TAR_BLOCK) != 0) {
        return fail_header(reader, "the archive must end with two blocks of zeros", error);
    }
    return LSC_OK;
}

static lsc_status read_header(const lsc_tar_reader *reader, lsc_bundle_member *member,
                              lsc_error *error)
{
    const char *header = reader->bytes + reader->offset;
    if (memchr(header + NAME_AT, '\0', LSC_TAR_NAME_SIZE) == NULL) {
        return fail_header(reader, "its name is longer than 99 bytes", error);
    }
    member->name = header + NAME_AT;
    if (!lsc_tar_name_valid(member->name)) {
        return lsc_fail_at(error, LSC_BAD_MODEL, (int64_t)reader->offset,
                           "archive member at byte %zu: \"%s\" is no name of a member",
                           reader->offset, member->name);
    }
    if (header[TYPE_AT] != '0') {
        return fail_header(reader, "it is a link, a folder or something else than a file", error);
    }
    if (!read_size(header + SIZE_AT, &member->length)) {
        return fail_header(reader, "its size is no octal number", error);
    }
    char expected[LSC_TAR_BLOCK];
    make_header(expected, member->name, member->length);
    if (memcmp(header, expected, LSC_TAR_BLOCK) != 0) {
        return fail_header(reader, "its header is not the one a bundle has", error);
    }
    return LSC_OK;
}

lsc_status lsc_tar_next(lsc_tar_reader *reader, lsc_bundle_member *member, bool *more,
                        lsc_error *error)
{
    if (reader->length - reader->offset < 2 * LSC_TAR_BLOCK) {
        return fail_header(reader, "the archive ends without two blocks of zeros", error);
    }
    *more = memcmp(reader->bytes + reader->offset, zeros, LSC_TAR_BLOCK) != 0;
    if (!*more) {
        return read_end(reader, error);
    }
    lsc_status status = read_header(reader, member, error);
    if (status != LSC_OK) {
        return status;
    }
    size_t room = reader->length - reader->offset - LSC_TAR_BLOCK;
    if (member->length > room || padding(member->length) > room - member->length) {
        return fail_header(reader, "its content goes past the end of the archive", error);
    }
    const char *content = reader->bytes + reader->offset + LSC_TAR_BLOCK;
    if (memcmp(content + member->length, zeros, padding(member->length)) != 0) {
        return fail_header(reader, "the padding after its content is not zero", error);
    }
    member->bytes = content;
    reader->offset += lsc_tar_member_size(member->length);
    return LSC_OK;
}
