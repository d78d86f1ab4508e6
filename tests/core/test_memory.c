#include "suite.h"

#include <stdint.h>

#include "core/memory.h"

START_TEST(no_allocator_means_the_c_librarys)
{
    lsc_allocator resolved;
    ck_ok(lsc_allocator_resolve(NULL, &resolved, error));
    void *block = lsc_alloc(&resolved, 10);
    ck_assert_ptr_nonnull(block);
    lsc_release(&resolved, block);
    lsc_allocator none = {0};
    ck_ok(lsc_allocator_resolve(&none, &resolved, error));
    ck_assert(resolved.realloc != NULL);
}
END_TEST

START_TEST(half_an_allocator_is_refused)
{
    lsc_test_heap heap = {0};
    lsc_allocator whole = lsc_test_allocator(&heap);
    lsc_allocator resolved;
    ck_ok(lsc_allocator_resolve(&whole, &resolved, error));
    ck_assert_ptr_eq(resolved.ctx, &heap);
    lsc_allocator part = whole;
    part.malloc = NULL;
    ck_fails(lsc_allocator_resolve(&part, &resolved, error), LSC_INVALID_ARG, "allocator.malloc");
    part = whole;
    part.realloc = NULL;
    ck_fails(lsc_allocator_resolve(&part, &resolved, error), LSC_INVALID_ARG, "allocator.realloc");
    part = whole;
    part.free = NULL;
    ck_fails(lsc_allocator_resolve(&part, &resolved, error), LSC_INVALID_ARG, "allocator.free");
}
END_TEST

START_TEST(an_array_is_zeroed_and_its_product_checked)
{
    lsc_test_heap heap = {0};
    lsc_allocator allocator = lsc_test_allocator(&heap);
    uint64_t *array = lsc_alloc_array(&allocator, 100, sizeof *array);
    for (int i = 0; i < 100; i++) {
        ck_assert_uint_eq(array[i], 0);
    }
    lsc_release(&allocator, array);
    ck_assert_ptr_null(lsc_alloc_array(&allocator, SIZE_MAX / 8 + 1, 8));
    ck_assert_ptr_null(lsc_alloc_array(&allocator, SIZE_MAX, SIZE_MAX));
    void *empty = lsc_alloc_array(&allocator, 0, 8);
    ck_assert_ptr_nonnull(empty);
    lsc_release(&allocator, empty);
    lsc_release(&allocator, NULL);
    ck_assert_uint_eq(heap.live, 0);
}
END_TEST

START_TEST(an_aligned_array_has_the_limit_of_others)
{
    lsc_test_heap heap = {0};
    lsc_allocator allocator = lsc_test_allocator(&heap);
    char *room = lsc_alloc_aligned(&allocator, 3, 5);
    ck_assert_uint_eq((uintptr_t)room % LSC_ALIGNMENT, 0);
    lsc_release_aligned(&allocator, room);
    room = lsc_alloc_aligned(&allocator, SIZE_MAX, 0);
    ck_assert_ptr_nonnull(room);
    lsc_release_aligned(&allocator, room);
    lsc_release_aligned(&allocator, NULL);
    ck_assert_uint_eq(heap.live, 0);
    size_t before = heap.calls;
    ck_assert_ptr_null(lsc_alloc_aligned(&allocator, SIZE_MAX / 4, 4));
    ck_assert_ptr_null(lsc_alloc_aligned(&allocator, PTRDIFF_MAX, 1));
    ck_assert_uint_eq(heap.calls, before);
}
END_TEST

/* What is asked of the allocator: nothing above the limit, and never fewer items than are needed. */
START_TEST(growing_near_the_limit_does_not_go_beyond)
{
    lsc_test_heap heap = {.fail_at = 1};
    lsc_allocator allocator = lsc_test_allocator(&heap);
    void *block = NULL;
    size_t capacity = PTRDIFF_MAX / 8; /* as if */
    ck_assert(!lsc_grow(&allocator, &block, &capacity, capacity + 1, 8));
    ck_assert_uint_eq(heap.calls, 0);
    heap = (lsc_test_heap){0};
    capacity = 0; /* of items so large, not even eight are within the limit */
    ck_assert(!lsc_grow(&allocator, &block, &capacity, 8, PTRDIFF_MAX / 7));
    ck_assert_uint_eq(heap.calls, 0);
    lsc_shrink(&allocator, &block, 3, 4);
    ck_assert_ptr_null(block);
    ck_assert(lsc_grow(&allocator, &block, &capacity, 3, 4));
    ck_assert_uint_eq(capacity, 8);
    void *same = block;
    lsc_shrink(&allocator, &block, 0, 4);
    ck_assert_ptr_eq(block, same);
    lsc_release(&allocator, block);
    ck_assert_uint_eq(heap.live, 0);
}
END_TEST

START_TEST(growing_keeps_the_items_and_adds_half)
{
    lsc_test_heap heap = {0};
    lsc_allocator allocator = lsc_test_allocator(&heap);
    void *block = NULL;
    size_t capacity = 0;
    for (size_t n = 0; n < 100000; n++) {
        ck_assert(lsc_grow(&allocator, &block, &capacity, n + 1, sizeof(size_t)));
        ck_assert_uint_gt(capacity, n);
        ((size_t *)block)[n] = n;
    }
    ck_assert_uint_lt(heap.calls, 40);
    for (size_t n = 0; n < 100000; n++) {
        ck_assert_uint_eq(((size_t *)block)[n], n);
    }
    size_t before = capacity;
    void *same = block;
    ck_assert(!lsc_grow(&allocator, &block, &capacity, SIZE_MAX / 2, sizeof(size_t)));
    ck_assert(!lsc_grow(&allocator, &block, &capacity, SIZE_MAX, sizeof(size_t)));
    heap.fail_at = 1;
    ck_assert(!lsc_grow(&allocator, &block, &capacity, capacity + 1, sizeof(size_t)));
    ck_assert_uint_eq(capacity, before);
    ck_assert_ptr_eq(block, same);
    lsc_release(&allocator, block);
    ck_assert_uint_eq(heap.live, 0);
}
END_TEST

START_TEST(growing_slowly_stops_at_what_is_expected)
{
    lsc_test_heap heap = {.fail_at = 0};
    lsc_allocator allocator = lsc_test_allocator(&heap);
    void *block = NULL;
    size_t capacity = 0;
    ck_assert(lsc_grow_by(&allocator, &block, &capacity, 100, 0, 4));
    ck_assert_uint_eq(capacity, 100);
    ck_assert(lsc_grow_by(&allocator, &block, &capacity, 101, 0, 4));
    ck_assert_uint_eq(capacity, 125);
    ck_assert(lsc_grow_by(&allocator, &block, &capacity, 126, 130, 4));
    ck_assert_uint_eq(capacity, 130);
    ck_assert(lsc_grow_by(&allocator, &block, &capacity, 131, 130, 4));
    ck_assert_uint_eq(capacity, 162);
    ck_assert(lsc_grow_by(&allocator, &block, &capacity, 1, 0, 4));
    ck_assert_uint_eq(capacity, 162);
    ck_assert(!lsc_grow_by(&allocator, &block, &capacity, SIZE_MAX / 2, 0, 4));
    lsc_shrink(&allocator, &block, 10, 4);
    heap.fail_at = 1;
    void *same = block;
    lsc_shrink(&allocator, &block, 5, 4);
    ck_assert_ptr_eq(block, same);
    lsc_release(&allocator, block);
    ck_assert_uint_eq(heap.live, 0);
}
END_TEST

START_TEST(a_text_given_away_is_freed_by_the_c_library)
{
    char *text = lsc_text_give("abc", 2);
    ck_assert_str_eq(text, "ab");
    lsc_text_free(text);
    text = lsc_text_give(NULL, 0);
    ck_assert_str_eq(text, "");
    free(text);
    lsc_text_free(NULL);
    ck_assert_ptr_null(lsc_copy_text(lsc_default_allocator(), "x", SIZE_MAX));
}
END_TEST

LSC_SUITE("core/memory", TEST(no_allocator_means_the_c_librarys),
          TEST(half_an_allocator_is_refused), TEST(an_array_is_zeroed_and_its_product_checked),
          TEST(an_aligned_array_has_the_limit_of_others),
          TEST(growing_near_the_limit_does_not_go_beyond),
          TEST(growing_keeps_the_items_and_adds_half),
          TEST(growing_slowly_stops_at_what_is_expected),
          TEST(a_text_given_away_is_freed_by_the_c_library))
