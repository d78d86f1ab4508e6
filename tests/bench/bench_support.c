#include "bench_support.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void bench_die(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

void *bench_alloc(size_t count, size_t size)
{
    void *block = calloc(count > 0 ? count : 1, size);
    if (block == NULL) {
        bench_die("no memory for %zu items of %zu bytes", count, size);
    }
    return block;
}

char *bench_read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        bench_die("%s: %s", path, strerror(errno));
    }
    long size = ftell(file);
    char *bytes = bench_alloc((size_t)size + 1, 1);
    rewind(file);
    if (fread(bytes, 1, (size_t)size, file) != (size_t)size) {
        bench_die("%s: cannot be read", path);
    }
    fclose(file);
    *length = (size_t)size;
    return bytes;
}

void bench_write_file(const char *path, const void *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        bench_die("%s: %s", path, strerror(errno));
    }
    size_t written = fwrite(bytes, 1, length, file);
    if (fclose(file) != 0 || written != length) {
        bench_die("%s: cannot be written", path);
    }
}
