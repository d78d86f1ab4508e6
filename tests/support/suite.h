/**
 * @file suite.h
 * What every test file shares. A file defines tests with START_TEST, and one suite:
 *
 *     LSC_SUITE("core/number", TEST(shortest_text_reads_back), TEST(...))
 *
 * which makes its main(). Tests run in a process of their own each, unless CK_FORK=no.
 */
#ifndef LSC_TESTS_SUITE_H
#define LSC_TESTS_SUITE_H

#include <check.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <leadscore/leadscore.h>

/**
 * Where Check notes each assertion that holds, to say after which one a test died. It writes to a file each time,
 * which takes longer than most of what is tested: a place is noted when a test comes to it first.
 */
void lsc_mark_point(const char *file, int line);
#define _mark_point lsc_mark_point

/** Set under AddressSanitizer, where each access costs many times as much. */
#if defined __SANITIZE_ADDRESS__
#define LSC_SANITIZED
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define LSC_SANITIZED
#endif
#endif

/** Assert that a call gave LSC_OK, and show the message where not. */
#define ck_ok(call)                                                                           \
    do {                                                                                      \
        lsc_error ck_error_ = LSC_ERROR_INIT;                                                 \
        lsc_error *error = &ck_error_;                                                        \
        lsc_status ck_status_ = (call);                                                       \
        ck_assert_msg(ck_status_ == LSC_OK, "%s: %s: %s", #call, lsc_status_name(ck_status_), \
                      error->message);                                                        \
    } while (0)

/**
 * Assert that a call fails with `expected`, that the error says the same, and that its message has
 * `words` in it. The call names its error argument `error`.
 */
#define ck_fails(call, expected, words)                                                            \
    do {                                                                                           \
        lsc_error ck_error_ = LSC_ERROR_INIT;                                                      \
        lsc_error *error = &ck_error_;                                                             \
        lsc_status ck_status_ = (call);                                                            \
        ck_assert_msg(ck_status_ == (expected), "%s: %s, not %s: %s", #call,                       \
                      lsc_status_name(ck_status_), #expected, error->message);                     \
        ck_assert_int_eq(error->status, (expected));                                               \
        ck_assert_msg(strstr(error->message, (words)) != NULL, "\"%s\" is not in \"%s\"", (words), \
                      error->message);                                                             \
    } while (0)

/**
 * ck_assert() for inner loops, where a call for each that holds would be too much.
 */
#define ck_quick(condition)                 \
    do {                                    \
        if (!(condition)) {                 \
            ck_abort_msg("%s", #condition); \
        }                                   \
    } while (0)

typedef struct lsc_test_entry {
    const TTest *test;
} lsc_test_entry;

/* clang-format off */
#define TEST(name) {name}
/* clang-format on */

/** Run `tests` as a suite; the exit code of main(). */
int lsc_run_suite(const char *name, const lsc_test_entry *tests, size_t count);

#define LSC_SUITE(name, ...)                                                     \
    int main(void)                                                               \
    {                                                                            \
        const lsc_test_entry entries[] = {__VA_ARGS__};                          \
        return lsc_run_suite(name, entries, sizeof entries / sizeof entries[0]); \
    }

/**
 * An allocator that counts its calls, and fails from the call number fail_at on (0: never), or at
 * that call alone. `live` is the number of blocks not yet freed.
 */
typedef struct lsc_test_heap {
    atomic_size_t calls; /* threads may share it */
    atomic_size_t live;
    size_t fail_at;
    bool once;
} lsc_test_heap;

lsc_allocator lsc_test_allocator(lsc_test_heap *heap);

/**
 * Path of a file of the real data sets, from LEADSCORE_TEST_DATA (default: the build's). Where it
 * is absent NULL, after a line "SKIPPED: ..." on stderr.
 */
const char *lsc_test_data(const char *file);

/** A folder for this test's files; removed by no one, below the build folder. */
const char *lsc_test_folder(void);

#endif
