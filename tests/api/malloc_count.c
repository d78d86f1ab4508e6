#include "malloc_count.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "suite.h"

static atomic_size_t calls;

size_t malloc_count(void)
{
    return atomic_load(&calls);
}

bool malloc_count_works(void)
{
    size_t before = malloc_count();
    void *volatile block = malloc(1);
    free(block);
    return malloc_count() == before + 1;
}

#if defined LSC_SANITIZED

/* The sanitizer's malloc tells whoever asks (sanitizer/allocator_interface.h). */
int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void *, size_t),
                                              void (*on_free)(const volatile void *));

static void on_malloc(const volatile void *block, size_t size)
{
    (void)block;
    (void)size;
    atomic_fetch_add(&calls, 1);
}

static void on_free(const volatile void *block)
{
    (void)block;
}

__attribute__((constructor)) static void install(void)
{
    __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
}

#elif defined __GLIBC__

/* A program's own definitions come before those of glibc, for every library of the process (glibc
   manual, "Replacing malloc"); these hand on to glibc's by its other names for them. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);

#define EXPORTED __attribute__((visibility("default")))

EXPORTED void *malloc(size_t size)
{
    atomic_fetch_add(&calls, 1);
    return __libc_malloc(size);
}

EXPORTED void *calloc(size_t count, size_t size)
{
    atomic_fetch_add(&calls, 1);
    return __libc_calloc(count, size);
}

EXPORTED void *realloc(void *block, size_t size)
{
    atomic_fetch_add(&calls, 1);
    return __libc_realloc(block, size);
}

#endif
