#include "heap_peak.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "suite.h"

static atomic_size_t live;
static atomic_size_t peak;

size_t heap_live_bytes(void)
{
    return atomic_load(&live);
}

size_t heap_peak_bytes(void)
{
    return atomic_load(&peak);
}

void heap_peak_begin(void)
{
    atomic_store(&peak, atomic_load(&live));
}

bool heap_peak_works(void)
{
    size_t before = heap_live_bytes();
    void *volatile block = malloc(1000);
    bool works = heap_live_bytes() >= before + 1000;
    free(block);
    return works && heap_live_bytes() == before;
}

#if defined __GLIBC__ && !defined LSC_SANITIZED

/* A program's own definitions come before those of glibc, for every library of the process (glibc
   manual, "Replacing malloc"); these hand on to glibc's by its other names for them. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void __libc_free(void *block);

#define EXPORTED __attribute__((visibility("default")))

static void *add(void *block)
{
    if (block != NULL) {
        size_t now = atomic_fetch_add(&live, malloc_usable_size(block)) + malloc_usable_size(block);
        size_t most = atomic_load(&peak);
        while (now > most && !atomic_compare_exchange_weak(&peak, &most, now)) {
        }
    }
    return block;
}

EXPORTED void *malloc(size_t size)
{
    return add(__libc_malloc(size));
}

EXPORTED void *calloc(size_t count, size_t size)
{
    return add(__libc_calloc(count, size));
}

EXPORTED void *realloc(void *block, size_t size)
{
    size_t before = block != NULL ? malloc_usable_size(block) : 0;
    void *moved = __libc_realloc(block, size);
    if (moved != NULL) {
        add(moved);
        atomic_fetch_sub(&live, before);
    }
    return moved;
}

EXPORTED void free(void *block)
{
    if (block != NULL) {
        atomic_fetch_sub(&live, malloc_usable_size(block));
    }
    __libc_free(block);
}

#endif
