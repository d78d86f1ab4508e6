#include "suite.h"

#include <errno.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/** Places that a process tells apart; of two that are taken for one, the second is not noted. */
#define N_PLACES 4096

#undef _mark_point

void lsc_mark_point(const char *file, int line)
{
    static atomic_bool noted[N_PLACES];
    size_t place = ((size_t)line + ((uintptr_t)file >> 4) * 31) % N_PLACES;
    if (!atomic_load_explicit(&noted[place], memory_order_relaxed)) {
        atomic_store_explicit(&noted[place], true, memory_order_relaxed);
        _mark_point(file, line);
    }
}

/**
 * Take the locale of the environment, as a host may. False where LEADSCORE_TEST_COMMA asks for one
 * with a decimal comma, and printf() writes none: the run would prove nothing.
 */
static bool take_locale(void)
{
    char half[16];
    setlocale(LC_ALL, "");
    snprintf(half, sizeof half, "%.1f", 0.5);
    return getenv("LEADSCORE_TEST_COMMA") == NULL || strcmp(half, "0,5") == 0;
}

/** The name of a test that stands twice in its suite, where it would be counted twice; or NULL. */
static const char *named_twice(const lsc_test_entry *tests, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (tests[i].test == tests[j].test) {
                return tests[i].test->name;
            }
        }
    }
    return NULL;
}

int lsc_run_suite(const char *name, const lsc_test_entry *tests, size_t count)
{
    const char *twice = named_twice(tests, count);
    if (twice != NULL) {
        printf("%s stands twice in its suite.\nTESTS 1 1\n", twice);
        return EXIT_FAILURE;
    }
    if (!take_locale()) {
        printf("The locale has no decimal comma.\nTESTS 1 1\n");
        return EXIT_FAILURE;
    }
    Suite *suite = suite_create(name);
    for (size_t i = 0; i < count; i++) {
        TCase *tcase = tcase_create(tests[i].test->name);
        tcase_set_timeout(tcase, 600);
        tcase_add_test(tcase, tests[i].test);
        suite_add_tcase(suite, tcase);
    }
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    printf("TESTS %d %d\n", srunner_ntests_run(runner), failed);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static bool heap_fails(lsc_test_heap *heap)
{
    size_t call = ++heap->calls;
    return heap->fail_at != 0 && (heap->once ? call == heap->fail_at : call >= heap->fail_at);
}

static void *heap_malloc(size_t size, void *ctx)
{
    lsc_test_heap *heap = ctx;
    if (heap_fails(heap)) {
        return NULL;
    }
    heap->live++;
    return malloc(size);
}

static void *heap_realloc(void *block, size_t size, void *ctx)
{
    lsc_test_heap *heap = ctx;
    if (heap_fails(heap)) {
        return NULL;
    }
    if (block == NULL) {
        heap->live++;
    }
    return realloc(block, size);
}

static void heap_free(void *block, void *ctx)
{
    lsc_test_heap *heap = ctx;
    if (block != NULL) {
        heap->live--;
        free(block);
    }
}

lsc_allocator lsc_test_allocator(lsc_test_heap *heap)
{
    return (lsc_allocator){heap_malloc, heap_realloc, heap_free, heap};
}

const char *lsc_test_data(const char *file)
{
    static char path[4096];
    const char *folder = getenv("LEADSCORE_TEST_DATA");
    if (folder == NULL) {
        folder = LSC_TEST_DATA;
    }
    snprintf(path, sizeof path, "%s/%s", folder, file);
    if (access(path, R_OK) != 0) {
        fprintf(stderr, "SKIPPED: %s is not there; set LEADSCORE_TEST_DATA to its folder\n", path);
        return NULL;
    }
    return path;
}

/* One of the same number may be there of an earlier run, with its files. */
const char *lsc_test_folder(void)
{
    static char path[4096];
    static pid_t owner;
    if (owner == getpid()) {
        return path;
    }
    owner = getpid();
    mkdir(LSC_TEST_SCRATCH, 0777);
    for (unsigned run = 0; run == 0 || errno == EEXIST; run++) {
        snprintf(path, sizeof path, "%s/t%ld-%u", LSC_TEST_SCRATCH, (long)owner, run);
        if (mkdir(path, 0777) == 0) {
            break;
        }
    }
    return path;
}
