#include "memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <leadscore/spec.h>

#include "error.h"

static void *default_malloc(size_t size, void *ctx)
{
    (void)ctx;
    return malloc(size);
}

static void *default_realloc(void *block, size_t size, void *ctx)
{
    (void)ctx;
    return realloc(block, size);
}

static void default_free(void *block, void *ctx)
{
    (void)ctx;
    free(block);
}

const lsc_allocator *lsc_default_allocator(void)
{
    static const lsc_allocator allocator = {default_malloc, default_realloc, default_free, NULL};
    return &allocator;
}

lsc_status lsc_allocator_resolve(const lsc_allocator *given, lsc_allocator *resolved,
                                 lsc_error *error)
{
    int n_set = given == NULL
                    ? 0
                    : (given->malloc != NULL) + (given->realloc != NULL) + (given->free != NULL);
    if (n_set != 0 && n_set != 3) {
        return lsc_fail(error, LSC_INVALID_ARG,
                        "allocator.%s is NULL while others are set: set all three or none",
                        given->malloc == NULL    ? "malloc"
                        : given->realloc == NULL ? "realloc"
                                                 : "free");
    }
    *resolved = n_set == 3 ? *given : *lsc_default_allocator();
    return LSC_OK;
}

/** A larger block could not be indexed; asking for one is a size gone wrong. */
#define MAX_BLOCK ((size_t)PTRDIFF_MAX)

void *lsc_alloc(const lsc_allocator *allocator, size_t size)
{
    if (size > MAX_BLOCK) {
        return NULL;
    }
    return allocator->malloc(size == 0 ? 1 : size, allocator->ctx);
}

void *lsc_alloc_array(const lsc_allocator *allocator, size_t count, size_t size)
{
    if (size != 0 && count > MAX_BLOCK / size) {
        return NULL;
    }
    void *block = lsc_alloc(allocator, count * size);
    if (block != NULL) {
        memset(block, 0, count * size);
    }
    return block;
}

/*
 * The block begins at most LSC_ALIGNMENT bytes before the room, and at least the size of the pointer
 * to it that stands in between.
 */
void *lsc_alloc_aligned(const lsc_allocator *allocator, size_t count, size_t size)
{
    size_t most = MAX_BLOCK - LSC_ALIGNMENT - sizeof(void *);
    if (size != 0 && count > most / size) {
        return NULL;
    }
    char *block = lsc_alloc_array(allocator, count * size + LSC_ALIGNMENT + sizeof(void *), 1);
    if (block == NULL) {
        return NULL;
    }
    size_t past = (uintptr_t)(block + sizeof(void *)) % LSC_ALIGNMENT;
    char *room = block + sizeof(void *) + (LSC_ALIGNMENT - past);
    memcpy(room - sizeof(void *), &block, sizeof block);
    return room;
}

void lsc_release_aligned(const lsc_allocator *allocator, void *room)
{
    if (room != NULL) {
        void *block;
        memcpy(&block, (char *)room - sizeof(void *), sizeof block);
        lsc_release(allocator, block);
    }
}

/** An array of `wanted` items in the place of `block`, which holds fewer. */
static bool resize(const lsc_allocator *allocator, void **block, size_t *capacity, size_t wanted,
                   size_t item_size)
{
    if (wanted > MAX_BLOCK / item_size) {
        return false;
    }
    void *grown = *block == NULL ? lsc_alloc(allocator, wanted * item_size)
                                 : allocator->realloc(*block, wanted * item_size, allocator->ctx);
    if (grown == NULL) {
        return false;
    }
    *block = grown;
    *capacity = wanted;
    return true;
}

bool lsc_grow(const lsc_allocator *allocator, void **block, size_t *capacity, size_t needed,
              size_t item_size)
{
    if (needed <= *capacity) {
        return true;
    }
    size_t most = MAX_BLOCK / item_size;
    size_t half_more = *capacity <= most / 3 * 2 ? *capacity + *capacity / 2 : most;
    size_t wanted = needed > half_more ? needed : half_more;
    if (wanted < 8 && most >= 8) {
        wanted = 8;
    }
    return resize(allocator, block, capacity, wanted, item_size);
}

bool lsc_grow_by(const lsc_allocator *allocator, void **block, size_t *capacity, size_t needed,
                 size_t expected, size_t item_size)
{
    if (needed <= *capacity) {
        return true;
    }
    size_t quarter_more = *capacity + *capacity / 4;
    size_t wanted = needed > quarter_more ? needed : quarter_more;
    if (expected >= needed && wanted > expected) {
        wanted = expected;
    }
    return resize(allocator, block, capacity, wanted, item_size);
}

void lsc_shrink(const lsc_allocator *allocator, void **block, size_t count, size_t item_size)
{
    if (*block == NULL || count == 0) {
        return;
    }
    void *smaller = allocator->realloc(*block, count * item_size, allocator->ctx);
    if (smaller != NULL) {
        *block = smaller;
    }
}

char *lsc_fill_text(char *copy, const char *text, size_t length)
{
    if (copy == NULL) {
        return NULL;
    }
    if (length > 0) {
        memcpy(copy, text, length);
    }
    copy[length] = '\0';
    return copy;
}

char *lsc_copy_text(const lsc_allocator *allocator, const char *text, size_t length)
{
    return lsc_fill_text(length == SIZE_MAX ? NULL : lsc_alloc(allocator, length + 1), text,
                         length);
}

void lsc_release(const lsc_allocator *allocator, void *block)
{
    if (block != NULL) {
        allocator->free(block, allocator->ctx);
    }
}

char *lsc_text_give(const char *text, size_t length)
{
    return lsc_copy_text(lsc_default_allocator(), text, length);
}

void lsc_text_free(char *text)
{
    lsc_release(lsc_default_allocator(), text);
}
