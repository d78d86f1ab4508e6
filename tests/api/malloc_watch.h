/**
 * @file malloc_watch.h
 * Sees every allocation of the process, and lets those of the library fail.
 */
#ifndef LSC_TESTS_MALLOC_WATCH_H
#define LSC_TESTS_MALLOC_WATCH_H

#include <stdbool.h>
#include <stddef.h>

/** Whether allocations can be seen here: with glibc, or under a sanitizer of gcc. */
bool malloc_watch_works(void);

/** Calls of malloc, calloc and realloc so far, by anyone. */
size_t malloc_count(void);

/** What the library, cJSON, zstd and SQLite below it, and the program asked the C library for. */
typedef struct malloc_faults {
    size_t calls; /**< of malloc, calloc and realloc */
    long live;    /**< blocks not yet freed */
} malloc_faults;

/**
 * From now on count what the library, cJSON, zstd, SQLite and the program ask for, and give them nothing
 * from call number `fail_at` on, or at that call alone. 0: never.
 *
 * libcrypto is left out, since what it makes once for the process it does not try again; so are
 * XGBoost and the C library, which are not ours to test.
 */
void malloc_faults_begin(size_t fail_at, bool once);
/** All is granted again. What was seen since malloc_faults_begin(). */
malloc_faults malloc_faults_end(void);

#endif
