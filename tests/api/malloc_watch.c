/* dl_iterate_phdr() is of GNU. */
#define _GNU_SOURCE

#include "malloc_watch.h"

#include <link.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "suite.h"

/** Where a watched library stands in memory. */
typedef struct place {
    uintptr_t from;
    uintptr_t to;
} place;

#define MAX_PLACES 16

static atomic_size_t all_calls;
static atomic_bool armed;
static place places[MAX_PLACES];
static size_t n_places;
static size_t fault_at;
static bool fault_once;
static malloc_faults seen;
/** Of `seen` and the slots: scoring has threads of its own. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

size_t malloc_count(void)
{
    return atomic_load(&all_calls);
}

bool malloc_watch_works(void)
{
    size_t before = malloc_count();
    void *volatile block = malloc(1);
    free(block);
    return malloc_count() == before + 1;
}

/** The program too, which has no name here: where a call of the library ends in one of malloc, the
    compiler may let malloc return to the caller of both. */
static bool is_watched_library(const char *path)
{
    static const char *const names[] = {"/libleadscore", "/libcjson", "/libzstd", "/libsqlite3"};
    bool found = path[0] == '\0';
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        found = found || strstr(path, names[i]) != NULL;
    }
    return found;
}

static int add_place(struct dl_phdr_info *info, size_t size, void *ctx)
{
    (void)size;
    (void)ctx;
    for (size_t i = 0; i < info->dlpi_phnum && is_watched_library(info->dlpi_name); i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        if (segment->p_type == PT_LOAD && (segment->p_flags & PF_X) != 0 && n_places < MAX_PLACES) {
            uintptr_t from = info->dlpi_addr + segment->p_vaddr;
            places[n_places++] = (place){from, from + segment->p_memsz};
        }
    }
    return 0;
}

/* The blocks given out, as a set of open addressing: whoever frees one, it is known. */

#define N_SLOTS (UINT32_C(1) << 16)

static void *slots[N_SLOTS];

static void forget_blocks(void)
{
    memset(slots, 0, sizeof slots);
}

static uint32_t home_of(const void *block)
{
    return (uint32_t)((uintptr_t)block >> 4) * UINT32_C(2654435769) % N_SLOTS;
}

/** Where a block is, or else where it would go. */
static uint32_t slot_of(const void *block)
{
    uint32_t at = home_of(block);
    while (slots[at] != NULL && slots[at] != block) {
        at = (at + 1) % N_SLOTS;
    }
    return at;
}

static void add_block(void *block)
{
    pthread_mutex_lock(&lock);
    if (block != NULL && seen.live < N_SLOTS / 2) {
        slots[slot_of(block)] = block;
        seen.live++;
    }
    pthread_mutex_unlock(&lock);
}

/** True where the block is one of those. Those that follow are moved up (Knuth, volume 3, 6.4R). */
static bool drop_known(const void *block)
{
    uint32_t hole = slot_of(block);
    if (block == NULL || slots[hole] != block) {
        return false;
    }
    for (uint32_t at = (hole + 1) % N_SLOTS; slots[at] != NULL; at = (at + 1) % N_SLOTS) {
        if ((at - home_of(slots[at])) % N_SLOTS >= (at - hole) % N_SLOTS) {
            slots[hole] = slots[at];
            hole = at;
        }
    }
    slots[hole] = NULL;
    seen.live--;
    return true;
}

static bool drop_block(const void *block)
{
    pthread_mutex_lock(&lock);
    bool known = drop_known(block);
    pthread_mutex_unlock(&lock);
    return known;
}

void malloc_faults_begin(size_t fail_at, bool once)
{
    n_places = 0;
    dl_iterate_phdr(add_place, NULL);
    forget_blocks();
    seen = (malloc_faults){0, 0};
    fault_at = fail_at;
    fault_once = once;
    atomic_store(&armed, true);
}

malloc_faults malloc_faults_end(void)
{
    atomic_store(&armed, false);
    return seen;
}

#if defined __GLIBC__ && !(defined LSC_SANITIZED && defined __clang__)

/* A program's own definitions come before those of glibc, for every library of the process (glibc
   manual, "Replacing malloc"); these hand on to glibc's by its other names for them, or to the
   sanitizer's by theirs. */
#if defined LSC_SANITIZED
#define REAL(function) __interceptor_##function
#else
#define REAL(function) __libc_##function
#endif
extern void *REAL(malloc)(size_t size);
extern void *REAL(calloc)(size_t count, size_t size);
extern void *REAL(realloc)(void *block, size_t size);
extern void REAL(free)(void *block);

#define EXPORTED __attribute__((visibility("default")))

static bool is_armed(void)
{
    return atomic_load_explicit(&armed, memory_order_relaxed);
}

static bool is_watched(const void *caller)
{
    bool found = false;
    for (size_t i = 0; i < n_places && is_armed(); i++) {
        found = found || ((uintptr_t)caller >= places[i].from && (uintptr_t)caller < places[i].to);
    }
    return found;
}

/** Count a call; true where it is to fail. */
static bool fails(bool watched)
{
    atomic_fetch_add(&all_calls, 1);
    if (!watched) {
        return false;
    }
    pthread_mutex_lock(&lock);
    size_t call = ++seen.calls;
    pthread_mutex_unlock(&lock);
    return fault_at != 0 && (fault_once ? call == fault_at : call >= fault_at);
}

EXPORTED void *malloc(size_t size)
{
    bool watched = is_watched(__builtin_return_address(0));
    void *block = fails(watched) ? NULL : REAL(malloc)(size);
    if (watched) {
        add_block(block);
    }
    return block;
}

EXPORTED void *calloc(size_t count, size_t size)
{
    bool watched = is_watched(__builtin_return_address(0));
    void *block = fails(watched) ? NULL : REAL(calloc)(count, size);
    if (watched) {
        add_block(block);
    }
    return block;
}

EXPORTED void *realloc(void *block, size_t size)
{
    bool watched = is_watched(__builtin_return_address(0));
    if (fails(watched)) {
        return NULL;
    }
    bool held = is_armed() && drop_block(block);
    void *grown = REAL(realloc)(block, size);
    if (held || (watched && block == NULL)) {
        add_block(grown);
    }
    return grown;
}

EXPORTED void free(void *block)
{
    if (is_armed()) {
        drop_block(block);
    }
    REAL(free)(block);
}

#endif
