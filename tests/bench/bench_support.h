/**
 * @file bench_support.h
 * What the programs of the bench share: they stop at the first thing that does not work.
 */
#ifndef LSC_TESTS_BENCH_SUPPORT_H
#define LSC_TESTS_BENCH_SUPPORT_H

#include <stddef.h>

/** Say what went wrong, and end the program. */
_Noreturn void bench_die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** A zeroed block of `count` items of `size` bytes; ends the program where there is none. */
void *bench_alloc(size_t count, size_t size);

/** The bytes of a file, NUL-terminated past their end; freed with free(). */
char *bench_read_file(const char *path, size_t *length);
void bench_write_file(const char *path, const void *bytes, size_t length);

#endif
