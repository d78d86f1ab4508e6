/**
 * @file memory.h
 * The one place that allocates. Each root object holds an lsc_allocator resolved by
 * lsc_allocator_resolve(), and passes its address to these.
 */
#ifndef LSC_CORE_MEMORY_H
#define LSC_CORE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#include <leadscore/allocator.h>
#include <leadscore/status.h>

#include "visibility.h"

/** A cache line, and the widest vector. */
#define LSC_ALIGNMENT 64

/**
 * Copy `given` to `resolved`; NULL, or all members NULL, gives the C library's.
 * @return LSC_OK, or LSC_INVALID_ARG where some functions are set and others are not.
 */
LSC_SHARED lsc_status lsc_allocator_resolve(const lsc_allocator *given, lsc_allocator *resolved,
                                            lsc_error *error);

/** The C library's, for what has no root object to ask. */
LSC_SHARED const lsc_allocator *lsc_default_allocator(void);

/** A block of `size` bytes, or NULL. A size of 0 gives a block too. */
LSC_SHARED void *lsc_alloc(const lsc_allocator *allocator, size_t size);

/** Zeroed room for count × size bytes; NULL also when the product overflows. */
LSC_SHARED void *lsc_alloc_array(const lsc_allocator *allocator, size_t count, size_t size);

/**
 * Grow an array to hold at least `needed` items, by half at the least.
 * @param block     the array; changed on success only
 * @param capacity  its room in items; changed on success only
 * @return false when memory ran out.
 */
LSC_SHARED bool lsc_grow(const lsc_allocator *allocator, void **block, size_t *capacity,
                         size_t needed, size_t item_size);

/**
 * Grow an array that may become large: by a quarter, so that little of it is unused.
 * @param expected  items in the end, as far as known, 0 where not: the array does not grow past it
 *                  before it has to. It costs nothing when it is wrong
 */
LSC_SHARED bool lsc_grow_by(const lsc_allocator *allocator, void **block, size_t *capacity,
                            size_t needed, size_t expected, size_t item_size);

/** Give back what an array does not use. Where that cannot be done the array stays as it is. */
LSC_SHARED void lsc_shrink(const lsc_allocator *allocator, void **block, size_t count,
                           size_t item_size);

/** Fill a copy of `length` bytes and a NUL; NULL where there is no room. @return copy */
char *lsc_fill_text(char *copy, const char *text, size_t length);

/** A NUL-terminated copy of `length` bytes, or NULL. */
LSC_SHARED char *lsc_copy_text(const lsc_allocator *allocator, const char *text, size_t length);

/**
 * Zeroed room for count × size bytes that begins at a multiple of LSC_ALIGNMENT; NULL as
 * lsc_alloc_array(). It is freed by lsc_release_aligned() alone.
 */
LSC_SHARED void *lsc_alloc_aligned(const lsc_allocator *allocator, size_t count, size_t size);
/** Free what lsc_alloc_aligned() gave. NULL is allowed. */
LSC_SHARED void lsc_release_aligned(const lsc_allocator *allocator, void *room);

/** Free a block. NULL is allowed. */
LSC_SHARED void lsc_release(const lsc_allocator *allocator, void *block);

/**
 * A NUL-terminated copy of `length` bytes that a user of the library frees with lsc_text_free(), or
 * NULL. It comes from the C library, since lsc_text_free() knows no allocator.
 */
LSC_SHARED char *lsc_text_give(const char *text, size_t length);

#endif
