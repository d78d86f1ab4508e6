/**
 * @file allocator.h
 * Where the library's memory comes from.
 */
#ifndef LEADSCORE_ALLOCATOR_H
#define LEADSCORE_ALLOCATOR_H

#include <stddef.h>

#include "export.h"

LSC_BEGIN_DECLS

/**
 * An allocator. It is copied into each root object (lead, spec, model, scorer, source) when that
 * is made, and must stay usable until the object is freed. A NULL allocator means malloc, realloc
 * and free of the C library; a given one has all three functions set.
 *
 * The functions behave as their C namesakes and may be called from every thread that uses the
 * object. Two things do not go through it: the parsing of JSON (cJSON's hooks are process-wide and
 * never touched) and what zstd and libcrypto hold while a bundle is read.
 */
typedef struct lsc_allocator {
    void *(*malloc)(size_t size, void *ctx);
    void *(*realloc)(void *block, size_t size, void *ctx);
    void (*free)(void *block, void *ctx);
    void *ctx; /**< Passed to each function as it is. */
} lsc_allocator;

LSC_END_DECLS

#endif
