#include "suite.h"

#include <stdint.h>
#include <stdio.h>

#include "core/hash.h"
#include "core/json.h"

/*
 * What has no allocator of its own takes memory from the C library: this test's malloc() stands
 * before it, for cJSON too. A sanitizer brings its own, and leaves no room for another.
 */
#if defined __has_feature
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

/* Volatile: a compiler may take it that malloc() reads and writes nothing of the program. */
static volatile size_t n_calls;
static volatile size_t fail_at; /* 0: never */

#if defined __GLIBC__ && !defined SANITIZED && !defined __SANITIZE_ADDRESS__
#define CAN_FAIL 1

extern void *__libc_malloc(size_t size);
extern void *__libc_realloc(void *block, size_t size);

__attribute__((visibility("default"))) void *malloc(size_t size)
{
    return fail_at != 0 && ++n_calls >= fail_at ? NULL : __libc_malloc(size);
}

__attribute__((visibility("default"))) void *realloc(void *block, size_t size)
{
    return fail_at != 0 && ++n_calls >= fail_at ? NULL : __libc_realloc(block, size);
}
#else
#define CAN_FAIL 0
#endif

/** Whether this malloc() is the one in use; memcheck puts its own before it. */
static bool can_fail(void)
{
    /* Through a pointer, or the compiler would put the one above in its place. */
    void *(*volatile take)(size_t size) = malloc;
    fail_at = CAN_FAIL;
    void *block = take(1);
    fail_at = 0;
    bool failed = block == NULL;
    free(block);
    if (!failed) {
        fprintf(stderr, "SKIPPED: malloc cannot be made to fail here\n");
    }
    return failed;
}

START_TEST(parsing_survives_each_failing_allocation)
{
    static const char text[] =
        "{\"a\":[1,2.5,{\"b\\u00e9\":\"x\\n\",\"c\":null}],\"d\":{\"e\":[[],\"\",true]},\"f\":1,"
        "\"g\":2,\"h\":3,\"i\":4,\"j\":5,\"k\":6,\"l\":7,\"m\":8,\"n\":9}";
    static const lsc_json_limits limits = {1000, 10, 100};
    if (!can_fail()) {
        return;
    }
    size_t n_failed = 0;
    for (lsc_status status = LSC_NO_MEMORY; status != LSC_OK; n_failed++) {
        lsc_json *root = NULL;
        lsc_error error = LSC_ERROR_INIT;
        n_calls = 0;
        fail_at = n_failed + 1;
        status = lsc_json_parse(text, sizeof text - 1, &limits, &root, &error);
        fail_at = 0;
        ck_assert(status == LSC_OK || status == LSC_NO_MEMORY);
        ck_assert_int_eq(error.status, status);
        ck_assert((root != NULL) == (status == LSC_OK));
        lsc_json_free(root);
    }
    ck_assert_uint_gt(n_failed, 40);
}
END_TEST

START_TEST(a_hash_needs_memory_only_to_be_made)
{
    if (!can_fail()) {
        return;
    }
    lsc_hash *hash = NULL;
    uint8_t digest[LSC_HASH_SIZE];
    n_calls = 0;
    fail_at = 1;
    lsc_status made = lsc_hash_new(&hash, NULL);
    lsc_status block = lsc_hash_block("abc", 3, digest, NULL);
    fail_at = 0;
    ck_assert_int_eq(made, LSC_NO_MEMORY);
    ck_assert_ptr_null(hash);
    ck_assert_int_eq(block, LSC_NO_MEMORY);
    ck_ok(lsc_hash_new(&hash, error));
    n_calls = 0;
    fail_at = 1;
    lsc_hash_begin(hash);
    lsc_hash_text(hash, "abc", 3);
    lsc_hash_end(hash, digest);
    fail_at = 0;
    ck_assert_uint_eq(n_calls, 0);
    lsc_hash_free(hash);
}
END_TEST

LSC_SUITE("core/json_memory", TEST(parsing_survives_each_failing_allocation),
          TEST(a_hash_needs_memory_only_to_be_made))
