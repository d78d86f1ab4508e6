#include "arena.h"

#include <stdalign.h>
#include <stdint.h>

/** Room of an ordinary chunk. A larger block gets a chunk of its own size. */
#define CHUNK_SIZE 16384

struct lsc_arena_chunk {
    lsc_arena_chunk *next;
    size_t size; /* room, in bytes after this header */
    size_t used;
    alignas(max_align_t) unsigned char bytes[];
};

void lsc_arena_init(lsc_arena *arena, const lsc_allocator *allocator)
{
    *arena = (lsc_arena){.allocator = allocator};
}

/** Take `size` bytes from the chunk, or NULL where it has no room. */
static void *take(lsc_arena_chunk *chunk, size_t size, size_t alignment)
{
    size_t at = (chunk->used + alignment - 1) / alignment * alignment;
    if (at > chunk->size || chunk->size - at < size) {
        return NULL;
    }
    chunk->used = at + size;
    return chunk->bytes + at;
}

/** Put a new chunk with room for `size` bytes behind the current one, and make it current. */
static bool add_chunk(lsc_arena *arena, size_t size)
{
    size_t room = size > CHUNK_SIZE ? size : CHUNK_SIZE;
    if (room > SIZE_MAX - sizeof(lsc_arena_chunk)) {
        return false;
    }
    lsc_arena_chunk *chunk = lsc_alloc(arena->allocator, sizeof *chunk + room);
    if (chunk == NULL) {
        return false;
    }
    lsc_arena_chunk **link = arena->current == NULL ? &arena->first : &arena->current->next;
    *chunk = (lsc_arena_chunk){.next = *link, .size = room};
    *link = chunk;
    arena->current = chunk;
    arena->n_bytes += sizeof *chunk + room;
    return true;
}

/**
 * A block goes to the first chunk from the current one on that has room; those passed over stay as
 * they are until the arena is cleared. Each chunk filled wastes less than the block that did not
 * fit, so at worst half of the memory is wasted.
 */
static void *alloc(lsc_arena *arena, size_t size, size_t alignment)
{
    for (lsc_arena_chunk *chunk = arena->current; chunk != NULL; chunk = chunk->next) {
        void *block = take(chunk, size, alignment);
        if (block != NULL) {
            arena->current = chunk;
            return block;
        }
    }
    return add_chunk(arena, size) ? take(arena->current, size, alignment) : NULL;
}

void *lsc_arena_alloc(lsc_arena *arena, size_t size)
{
    return alloc(arena, size == 0 ? 1 : size, alignof(max_align_t));
}

char *lsc_arena_copy(lsc_arena *arena, const char *text, size_t length)
{
    return lsc_fill_text(length == SIZE_MAX ? NULL : alloc(arena, length + 1, 1), text, length);
}

/**
 * Chunks behind the current one are empty already. To go through them too would make each clearing
 * cost what the largest use ever took: one huge lead would slow down all that come after it.
 */
void lsc_arena_clear(lsc_arena *arena)
{
    for (lsc_arena_chunk *chunk = arena->first; chunk != NULL; chunk = chunk->next) {
        chunk->used = 0;
        if (chunk == arena->current) {
            break;
        }
    }
    arena->current = arena->first;
}

void lsc_arena_free(lsc_arena *arena)
{
    for (lsc_arena_chunk *chunk = arena->first; chunk != NULL;) {
        lsc_arena_chunk *next = chunk->next;
        lsc_release(arena->allocator, chunk);
        chunk = next;
    }
    lsc_arena_init(arena, arena->allocator);
}
