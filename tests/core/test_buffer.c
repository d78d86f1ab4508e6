#include "suite.h"

#include <stdint.h>

#include "core/buffer.h"

START_TEST(a_buffer_holds_what_was_appended)
{
    lsc_test_heap heap = {0};
    lsc_allocator allocator = lsc_test_allocator(&heap);
    lsc_buffer buffer;
    lsc_buffer_init(&buffer, &allocator);
    ck_assert_ptr_null(buffer.data);
    lsc_buffer_append(&buffer, NULL, 0);
    ck_assert_str_eq(buffer.data, "");
    lsc_buffer_append(&buffer, "a\0b", 3);
    lsc_buffer_append_text(&buffer, "cd");
    lsc_buffer_append_format(&buffer, "%d-%s", 42, "ef");
    ck_assert_uint_eq(buffer.length, 10);
    ck_assert_int_eq(memcmp(buffer.data, "a\0bcd42-ef", 11), 0);
    for (int i = 0; i < 1000; i++) {
        lsc_buffer_append_format(&buffer, "%04d", i);
    }
    ck_assert_uint_eq(buffer.length, 4010);
    ck_assert_str_eq(buffer.data + 4006, "0999");
    ck_ok(lsc_buffer_status(&buffer, error));
    size_t calls = heap.calls;
    lsc_buffer_clear(&buffer);
    ck_assert_str_eq(buffer.data, "");
    lsc_buffer_append(&buffer, "0123", 4);
    ck_assert_uint_eq(heap.calls, calls);
    size_t length;
    char *taken = lsc_buffer_take(&buffer, &length);
    ck_assert_str_eq(taken, "0123");
    ck_assert_uint_eq(length, 4);
    ck_assert_ptr_null(buffer.data);
    lsc_release(&allocator, taken);
    lsc_buffer_free(&buffer);
    ck_assert_uint_eq(heap.live, 0);
}
END_TEST

START_TEST(a_buffer_remembers_each_failing_allocation)
{
    for (size_t fail_at = 1;; fail_at++) {
        lsc_test_heap heap = {.fail_at = fail_at};
        lsc_allocator allocator = lsc_test_allocator(&heap);
        lsc_buffer buffer;
        lsc_buffer_init(&buffer, &allocator);
        for (int i = 0; i < 100; i++) {
            lsc_buffer_append(&buffer, "0123456789", 10);
            heap.fail_at = heap.calls >= fail_at ? 0 : fail_at; /* fail once only */
            lsc_buffer_append_format(&buffer, "%d", i);
        }
        bool failed = buffer.failed;
        if (failed) {
            ck_fails(lsc_buffer_status(&buffer, error), LSC_NO_MEMORY, "memory");
            lsc_buffer_clear(&buffer);
            lsc_buffer_append_text(&buffer, "again");
            ck_assert_str_eq(buffer.data, "again");
        } else {
            ck_assert_uint_eq(buffer.length, 1190);
        }
        lsc_buffer_free(&buffer);
        ck_assert_uint_eq(heap.live, 0);
        if (!failed) {
            ck_assert_uint_gt(fail_at, 5);
            break;
        }
    }
}
END_TEST

START_TEST(a_buffer_refuses_lengths_that_overflow)
{
    lsc_buffer buffer;
    lsc_buffer_init(&buffer, lsc_default_allocator());
    lsc_buffer_append(&buffer, "abc", 3);
    lsc_buffer_append(&buffer, "abc", SIZE_MAX - 3);
    ck_assert(buffer.failed);
    ck_assert_str_eq(buffer.data, "abc");
    lsc_buffer_free(&buffer);
}
END_TEST

LSC_SUITE("core/buffer", TEST(a_buffer_holds_what_was_appended),
          TEST(a_buffer_remembers_each_failing_allocation),
          TEST(a_buffer_refuses_lengths_that_overflow))
