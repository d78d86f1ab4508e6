/**
 * @file heap_peak.h
 * How many bytes the whole process has allocated at the most, whoever did it: linked into a program,
 * it stands in for malloc() and its kin. A block counts with the room that the C library gave it; one
 * that is moved counts twice while it is.
 */
#ifndef LSC_TESTS_HEAP_PEAK_H
#define LSC_TESTS_HEAP_PEAK_H

#include <stdbool.h>
#include <stddef.h>

/** False where it does not count: under a sanitizer, or without glibc. */
bool heap_peak_works(void);

/** Bytes in use now. */
size_t heap_live_bytes(void);

/** The most bytes in use since heap_peak_begin(). */
size_t heap_peak_bytes(void);
void heap_peak_begin(void);

#endif
