/**
 * @file malloc_count.h
 * Counts every allocation of the process: by the library, by those below it, and by the C library.
 */
#ifndef LSC_TESTS_MALLOC_COUNT_H
#define LSC_TESTS_MALLOC_COUNT_H

#include <stdbool.h>
#include <stddef.h>

/** Whether allocations can be counted here: with glibc, or under a sanitizer. */
bool malloc_count_works(void);

/** Calls of malloc, calloc and realloc so far. */
size_t malloc_count(void);

#endif
