#include "suite.h"

#include <math.h>
#include <stdint.h>

#include "core/random.h"
#include "core/sort.h"

/** An item of `size` bytes: its first is the key, the others follow from it. */
typedef struct order {
    size_t size;
    size_t n_compared;
} order;

static int compare_first(const void *a, const void *b, void *ctx)
{
    order *o = ctx;
    o->n_compared++;
    const unsigned char *x = a;
    const unsigned char *y = b;
    for (size_t i = 1; i < o->size; i++) { /* only whole items are ever shown */
        ck_quick(x[i] == (unsigned char)(x[0] + i));
        ck_quick(y[i] == (unsigned char)(y[0] + i));
    }
    return x[0] - y[0];
}

static void check_sort(lsc_random *random, size_t count, size_t size, uint64_t n_keys)
{
    unsigned char *items = malloc(count * size + 1);
    size_t counts[256] = {0};
    items[count * size] = 0xEE;
    for (size_t i = 0; i < count; i++) {
        unsigned char key = (unsigned char)lsc_random_below(random, n_keys);
        counts[key]++;
        for (size_t at = 0; at < size; at++) {
            items[i * size + at] = (unsigned char)(key + at);
        }
    }
    order o = {size, 0};
    lsc_sort(items, count, size, compare_first, &o);
    size_t i = 0;
    for (size_t key = 0; key < 256; key++) {
        for (size_t n = 0; n < counts[key]; n++, i++) {
            ck_quick(items[i * size] == key);
        }
    }
    ck_assert_uint_eq(items[count * size], 0xEE);
    free(items);
}

START_TEST(sorting_orders_and_keeps_all_items)
{
    lsc_random random;
    lsc_random_seed(&random, 5);
    static const size_t sizes[] = {1, 3, 8, 24, 63, 64};
    for (size_t count = 0; count < 200; count++) {
        for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
            check_sort(&random, count, sizes[s], 1 + lsc_random_below(&random, 256));
        }
    }
}
END_TEST

typedef struct counted {
    size_t n_compared;
} counted;

static int compare_numbers(const void *a, const void *b, void *ctx)
{
    ((counted *)ctx)->n_compared++;
    const uint32_t *x = a;
    const uint32_t *y = b;
    return (*x > *y) - (*x < *y);
}

START_TEST(sorting_takes_n_log_n_comparisons_on_every_pattern)
{
    enum {
        N = 1 << 17
    };
    uint32_t *numbers = malloc(N * sizeof *numbers);
    for (int pattern = 0; pattern < 5; pattern++) {
        for (uint32_t i = 0; i < N; i++) {
            numbers[i] = pattern == 0   ? i
                         : pattern == 1 ? N - i
                         : pattern == 2 ? 7
                         : pattern == 3 ? i % 2
                                        : (i < N / 2 ? i : N - i);
        }
        counted c = {0};
        lsc_sort(numbers, N, sizeof *numbers, compare_numbers, &c);
        for (uint32_t i = 1; i < N; i++) {
            ck_quick(numbers[i - 1] <= numbers[i]);
        }
        /* At most 2 log2 n times all are parted, with n comparisons and a few for pivots; then a
           heap sort compares at most 2 n log2 n times, and 2 n to build the heap. */
        ck_assert_uint_le(c.n_compared, 4u * N * 17 + 4u * N);
    }
    free(numbers);
}
END_TEST

static int compare_values(const void *a, const void *b, void *ctx)
{
    const double *values = ctx;
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    if (values[x] < values[y] || values[x] > values[y]) {
        return values[x] < values[y] ? -1 : 1;
    }
    return (x > y) - (x < y);
}

/** Values of every size and sign, floats among them, many of them twice. */
static double draw_value(lsc_random *random, const double *values, size_t n)
{
    static const double odd[] = {0,         -0.0,   1e308,   -1e308,    HUGE_VAL,
                                 -HUGE_VAL, 5e-324, -5e-324, 0x1p-1022, 1};
    double value =
        ldexp(lsc_random_uniform(random) - 0.5, (int)lsc_random_below(random, 2000) - 1000);
    switch (lsc_random_below(random, 5)) {
    case 0:
        return odd[lsc_random_below(random, sizeof odd / sizeof odd[0])];
    case 1:
        return n > 0 ? values[lsc_random_below(random, n)] : 0;
    case 2:
        return (double)(float)lsc_random_uniform(random);
    default:
        return value;
    }
}

START_TEST(numbers_of_values_come_in_their_order_and_equal_ones_stay)
{
    enum {
        MOST = 300
    };
    double values[MOST];
    uint32_t numbers[MOST];
    uint32_t expected[MOST];
    lsc_sort_place room[2 * MOST];
    lsc_random random;
    lsc_random_seed(&random, 6);
    for (size_t n = 0; n <= MOST; n++) {
        for (size_t i = 0; i < n; i++) {
            values[i] = draw_value(&random, values, i);
            numbers[i] = expected[i] = (uint32_t)i;
        }
        lsc_sort(expected, n, sizeof *expected, compare_values, values);
        lsc_sort_by_values(numbers, n, values, false, room);
        ck_assert(n == 0 || memcmp(numbers, expected, n * sizeof *numbers) == 0);
        for (size_t i = 0; i < n; i++) {
            numbers[i] = (uint32_t)i;
        }
        lsc_sort_by_values(numbers, n, values, true, room);
        for (size_t i = 1; i < n; i++) {
            ck_quick(
                values[numbers[i - 1]] > values[numbers[i]] ||
                (!(values[numbers[i - 1]] < values[numbers[i]]) && numbers[i - 1] < numbers[i]));
        }
    }
}
END_TEST

LSC_SUITE("core/sort", TEST(sorting_orders_and_keeps_all_items),
          TEST(numbers_of_values_come_in_their_order_and_equal_ones_stay),
          TEST(sorting_takes_n_log_n_comparisons_on_every_pattern))
