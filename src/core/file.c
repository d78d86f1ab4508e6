#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aside.h"

/** What is read at a time. */
#define CHUNK_SIZE 65536

lsc_status lsc_fail_errno(lsc_error *error, const char *name, const char *action)
{
    int code = errno;
    char reason[256];
    if (strerror_r(code, reason, sizeof reason) != 0) {
        reason[0] = '\0';
    }
    lsc_status status = code == ENOENT || code == ENOTDIR ? LSC_NOT_FOUND : LSC_IO;
    return lsc_fail(error, status, "%s: cannot %s: %s", name, action, reason);
}

static lsc_status refuse_size(const char *path, size_t max_bytes, lsc_error *error)
{
    return lsc_fail(error, LSC_LIMIT, "%s: larger than %zu bytes", path, max_bytes);
}

static lsc_status refuse_folder(const char *path, lsc_error *error)
{
    return lsc_fail(error, LSC_IO, "%s: is a folder", path);
}

/** read(), called again where a signal came between. */
static ssize_t read_some(int fd, void *bytes, size_t size)
{
    ssize_t got;
    do {
        got = read(fd, bytes, size);
    } while (got < 0 && errno == EINTR);
    return got;
}

/** Append all of `fd` to `out`. */
static lsc_status read_all(int fd, const char *path, size_t max_bytes, lsc_buffer *out,
                           lsc_error *error)
{
    char chunk[CHUNK_SIZE];
    lsc_buffer_append(out, "", 0);
    for (;;) {
        ssize_t got = read_some(fd, chunk, sizeof chunk);
        if (got < 0) {
            return lsc_fail_errno(error, path, "read it");
        }
        if (got == 0) {
            return lsc_buffer_status(out, error);
        }
        if ((size_t)got > max_bytes - out->length) {
            return refuse_size(path, max_bytes, error);
        }
        lsc_buffer_append(out, chunk, (size_t)got);
        if (out->failed) {
            return lsc_fail_memory(error);
        }
    }
}

lsc_status lsc_file_read(const char *path, size_t max_bytes, const lsc_allocator *allocator,
                         char **bytes, size_t *length, lsc_error *error)
{
    *bytes = NULL;
    *length = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return lsc_fail_errno(error, path, "open it");
    }
    lsc_buffer buffer;
    lsc_buffer_init(&buffer, allocator);
    struct stat info;
    lsc_status status;
    if (fstat(fd, &info) != 0) {
        status = lsc_fail_errno(error, path, "read it");
    } else if (S_ISDIR(info.st_mode)) {
        status = refuse_folder(path, error);
    } else if (S_ISREG(info.st_mode) && (uintmax_t)info.st_size > max_bytes) {
        status = refuse_size(path, max_bytes, error);
    } else {
        if (S_ISREG(info.st_mode)) {
            lsc_buffer_reserve(&buffer, (size_t)info.st_size);
        }
        status = read_all(fd, path, max_bytes, &buffer, error);
    }
    close(fd);
    if (status == LSC_OK) {
        *bytes = lsc_buffer_take(&buffer, length);
    }
    lsc_buffer_free(&buffer);
    return status;
}

lsc_status lsc_file_put(int fd, const char *path, const void *bytes, size_t length,
                        lsc_error *error)
{
    const char *at = bytes;
    while (length > 0) {
        ssize_t put = write(fd, at, length);
        if (put < 0 && errno != EINTR) {
            return lsc_fail_errno(error, path, "write it");
        }
        if (put > 0) {
            at += put;
            length -= (size_t)put;
        }
    }
    return LSC_OK;
}

/** Devices and pipes hold nothing to preserve, and must not be renamed over. */
static lsc_status write_directly(const char *path, const void *bytes, size_t length,
                                 lsc_error *error)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) {
        return lsc_fail_errno(error, path, "open it");
    }
    lsc_status status = lsc_file_put(fd, path, bytes, length, error);
    close(fd);
    return status;
}

/** Write the regular file `path`, which may not exist yet. */
static lsc_status replace(const char *path, const void *bytes, size_t length, lsc_error *error)
{
    lsc_aside aside;
    lsc_status status = lsc_aside_create(path, 0666, &aside, error);
    if (status != LSC_OK) {
        return status;
    }
    status = lsc_aside_write(&aside, bytes, length, error);
    if (status == LSC_OK) {
        return lsc_aside_commit(&aside, error);
    }
    lsc_aside_discard(&aside);
    return status;
}

lsc_status lsc_file_write(const char *path, const void *bytes, size_t length, lsc_error *error)
{
    struct stat info;
    bool is_special = stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
    return is_special ? write_directly(path, bytes, length, error)
                      : replace(path, bytes, length, error);
}

lsc_status lsc_file_open(const char *path, FILE **file, const char **name, lsc_error *error)
{
    *file = NULL;
    bool is_stdin = strcmp(path, "-") == 0;
    *name = is_stdin ? "standard input" : path;
    FILE *opened = is_stdin ? stdin : fopen(path, "r");
    if (opened == NULL) {
        return lsc_fail_errno(error, path, "open it");
    }
    struct stat info;
    if (fstat(fileno(opened), &info) == 0 && S_ISDIR(info.st_mode)) {
        lsc_file_close(opened);
        return refuse_folder(*name, error);
    }
    *file = opened;
    return LSC_OK;
}

void lsc_file_close(FILE *file)
{
    if (file != NULL && file != stdin) {
        fclose(file);
    }
}

lsc_status lsc_line_reader_open(lsc_line_reader *reader, const char *path,
                                const lsc_allocator *allocator, lsc_error *error)
{
    *reader = (lsc_line_reader){.file = NULL};
    lsc_buffer_init(&reader->text, allocator);
    return lsc_file_open(path, &reader->file, &reader->name, error);
}

/** Read to the next newline or the end of the file. */
static lsc_status read_line(lsc_line_reader *reader, size_t max_bytes, bool *newline,
                            lsc_error *error)
{
    char chunk[4096];
    size_t filled = 0;
    int c;
    while ((c = getc_unlocked(reader->file)) != EOF && c != '\n') {
        if (reader->text.length + filled > max_bytes) { /* one more, since a CR may be dropped */
            break;
        }
        chunk[filled++] = (char)c;
        if (filled == sizeof chunk) {
            lsc_buffer_append(&reader->text, chunk, filled);
            filled = 0;
        }
    }
    if (ferror(reader->file)) {
        return lsc_fail_errno(error, reader->name, "read it");
    }
    lsc_buffer_append(&reader->text, chunk, filled);
    reader->next_offset += (int64_t)reader->text.length + (c != EOF);
    *newline = c == '\n';
    reader->cut = c != '\n' && c != EOF;
    return lsc_buffer_status(&reader->text, error);
}

lsc_status lsc_line_reader_next(lsc_line_reader *reader, size_t max_bytes, const char **text,
                                size_t *length, lsc_error *error)
{
    *text = NULL;
    *length = 0;
    lsc_buffer *line = &reader->text;
    lsc_buffer_clear(line);
    reader->offset = reader->next_offset;
    reader->line++;
    bool newline;
    lsc_status status = read_line(reader, max_bytes, &newline, error);
    if (status != LSC_OK) {
        return status;
    }
    if (line->length == 0 && !newline) {
        reader->line--;
        return LSC_OK;
    }
    if (newline && line->length > 0 && line->data[line->length - 1] == '\r') {
        line->data[--line->length] = '\0';
    }
    if (line->length > max_bytes) {
        return lsc_fail_at(error, LSC_LIMIT, reader->offset,
                           "%s:%lld: the line is longer than %zu bytes", reader->name,
                           (long long)reader->line, max_bytes);
    }
    *text = line->data;
    *length = line->length;
    return LSC_OK;
}

lsc_status lsc_line_reader_skip(lsc_line_reader *reader, lsc_error *error)
{
    int c = 0;
    while (reader->cut && (c = getc_unlocked(reader->file)) != EOF) {
        reader->next_offset++;
        reader->cut = c != '\n';
    }
    reader->cut = false;
    return ferror(reader->file) ? lsc_fail_errno(error, reader->name, "read it") : LSC_OK;
}

lsc_status lsc_line_reader_rewind(lsc_line_reader *reader, lsc_error *error)
{
    if (fseeko(reader->file, 0, SEEK_SET) != 0) {
        return lsc_fail(error, LSC_UNSUPPORTED, "%s cannot be read a second time", reader->name);
    }
    clearerr(reader->file);
    reader->line = 0;
    reader->offset = 0;
    reader->next_offset = 0;
    reader->cut = false;
    return LSC_OK;
}

void lsc_line_reader_close(lsc_line_reader *reader)
{
    lsc_file_close(reader->file);
    reader->file = NULL;
    lsc_buffer_free(&reader->text);
}
