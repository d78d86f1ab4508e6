#include "suite.h"

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/random.h"

/** Fill `n` blocks of sizes drawn by `seed`, and check that none overlaps another. */
static void fill_arena(lsc_arena *arena, uint64_t seed, size_t n)
{
    enum {
        MOST = 400
    };
    unsigned char *blocks[MOST];
    size_t sizes[MOST];
    lsc_random random;
    lsc_random_seed(&random, seed);
    for (size_t i = 0; i < n; i++) {
        sizes[i] = lsc_random_below(&random, i % 50 == 49 ? 100000 : 300);
        blocks[i] = lsc_arena_alloc(arena, sizes[i]);
        ck_assert_ptr_nonnull(blocks[i]);
        ck_assert_uint_eq((uintptr_t)blocks[i] % _Alignof(max_align_t), 0);
        memset(blocks[i], (int)(i % 251), sizes[i]);
        char *text = lsc_arena_copy(arena, "odd", i % 4);
        ck_assert_uint_eq(strlen(text), i % 4);
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t at = 0; at < sizes[i]; at++) {
            ck_quick(blocks[i][at] == i % 251);
        }
    }
}

START_TEST(arena_blocks_are_aligned_and_apart)
{
    lsc_test_heap heap = {0};
    lsc_allocator allocator = lsc_test_allocator(&heap);
    lsc_arena arena;
    lsc_arena_init(&arena, &allocator);
    fill_arena(&arena, 1, 400);
    lsc_arena_free(&arena);
    ck_assert_uint_eq(heap.live, 0);
}
END_TEST

START_TEST(a_cleared_arena_needs_no_more_memory_for_the_same)
{
    lsc_test_heap heap = {0};
    lsc_allocator allocator = lsc_test_allocator(&heap);
    lsc_arena arena;
    lsc_arena_init(&arena, &allocator);
    fill_arena(&arena, 2, 400);
    size_t calls = heap.calls;
    for (int i = 0; i < 10; i++) {
        lsc_arena_clear(&arena);
        fill_arena(&arena, 2, 400);
    }
    ck_assert_uint_eq(heap.calls, calls);
    lsc_arena_free(&arena);
    lsc_arena_clear(&arena);
    lsc_arena_free(&arena);
    ck_assert_uint_eq(heap.live, 0);
}
END_TEST

START_TEST(clearing_costs_what_was_used_not_what_was_ever_used)
{
    /* Of 5000 chunks all but one are empty: to visit them each time would be 10^10 steps. */
    lsc_arena arena;
    lsc_arena_init(&arena, lsc_default_allocator());
    for (int i = 0; i < 5000; i++) {
        ck_assert_ptr_nonnull(lsc_arena_alloc(&arena, 16000));
    }
    for (int i = 0; i < 2000000; i++) {
        lsc_arena_clear(&arena);
        ck_quick(lsc_arena_alloc(&arena, 100) != NULL);
    }
    lsc_arena_free(&arena);
}
END_TEST

START_TEST(an_arena_survives_each_failing_allocation)
{
    for (size_t fail_at = 1;; fail_at++) {
        lsc_test_heap heap = {.fail_at = fail_at};
        lsc_allocator allocator = lsc_test_allocator(&heap);
        lsc_arena arena;
        lsc_arena_init(&arena, &allocator);
        bool failed = false;
        for (int i = 0; i < 30; i++) {
            char *block =
                i % 2 == 0 ? lsc_arena_alloc(&arena, 5000) : lsc_arena_copy(&arena, "text", 4);
            failed |= block == NULL;
            if (block != NULL) {
                block[0] = 'x';
            }
        }
        heap.fail_at = 0;
        ck_assert_ptr_nonnull(lsc_arena_alloc(&arena, 40000));
        lsc_arena_free(&arena);
        ck_assert_uint_eq(heap.live, 0);
        if (!failed) {
            ck_assert_uint_gt(fail_at, 5);
            break;
        }
    }
}
END_TEST

START_TEST(an_arena_refuses_sizes_that_overflow)
{
    lsc_arena arena;
    lsc_arena_init(&arena, lsc_default_allocator());
    ck_assert_ptr_nonnull(lsc_arena_alloc(&arena, 1));
    for (size_t less = 0; less < 40; less++) {
        ck_assert_ptr_null(lsc_arena_alloc(&arena, SIZE_MAX - less));
        ck_assert_ptr_null(lsc_arena_copy(&arena, "x", SIZE_MAX - less));
    }
    lsc_arena_free(&arena);
}
END_TEST

LSC_SUITE("core/arena", TEST(arena_blocks_are_aligned_and_apart),
          TEST(a_cleared_arena_needs_no_more_memory_for_the_same),
          TEST(clearing_costs_what_was_used_not_what_was_ever_used),
          TEST(an_arena_survives_each_failing_allocation),
          TEST(an_arena_refuses_sizes_that_overflow))
