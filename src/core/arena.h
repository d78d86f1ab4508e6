/**
 * @file arena.h
 * Many small blocks that are freed together. Blocks never move. Clearing keeps the memory.
 */
#ifndef LSC_CORE_ARENA_H
#define LSC_CORE_ARENA_H

#include <stddef.h>

#include "memory.h"

typedef struct lsc_arena_chunk lsc_arena_chunk;

typedef struct lsc_arena {
    const lsc_allocator *allocator; /**< outlives the arena */
    lsc_arena_chunk *first;
    lsc_arena_chunk *current;
    size_t n_bytes; /**< that the chunks take, their unused ends too */
} lsc_arena;

LSC_SHARED void lsc_arena_init(lsc_arena *arena, const lsc_allocator *allocator);

/** A block aligned for any type, not zeroed; NULL when memory ran out. */
LSC_SHARED void *lsc_arena_alloc(lsc_arena *arena, size_t size);

/** A NUL-terminated copy of `length` bytes, or NULL. */
LSC_SHARED char *lsc_arena_copy(lsc_arena *arena, const char *text, size_t length);

/** Forget all blocks and keep the chunks for the next. */
LSC_SHARED void lsc_arena_clear(lsc_arena *arena);

LSC_SHARED void lsc_arena_free(lsc_arena *arena);

#endif
