#include "arrow/tile_kernels.h"
#include "suite.h"

#include <float.h>
#include <math.h>

#define MOST_ROWS 75
#define MOST_STRIDE 11

/* A deterministic sequence, so that a failure comes again. */
static uint32_t next_number(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Values that rounding, infinities and the bits of NaN depend on, and plain ones. */
static double next_value(uint32_t *state, bool finite)
{
    static const double odd[] = {0.0, -0.0, (double)NAN, (double)FLT_MAX, -(double)FLT_MAX,
                                 0x1.fffffefffffffp127, /* the last that rounds to FLT_MAX */
                                 0x1.000001p0,          /* half way, to the even one */
                                 0x1.000003p0, 0x1p-149, 0x1p-150, 0x1.8p-150, -0x1p-1074,
                                 /* From here on infinite, as float32 at the latest. */
                                 0x1.ffffffp127, -1e300, (double)INFINITY, -(double)INFINITY};
    const uint32_t number = next_number(state);
    if (number % 4 != 0) {
        return (double)(number % 2001) / 8 - 100;
    }
    return odd[number / 4 % (finite ? 12 : 16)];
}

/* A column in memory that ends where its last value does, not aligned. */
typedef struct own_column {
    unsigned char *values;
    uint8_t *bits;
} own_column;

static own_column new_column(uint32_t *state, bool doubles, bool finite, size_t n, size_t shift,
                             size_t first_bit)
{
    const size_t size = doubles ? sizeof(double) : sizeof(float);
    own_column column = {malloc(shift + n * size), malloc((first_bit + n + 7) / 8)};
    for (size_t i = 0; i < n; i++) {
        const double value = next_value(state, finite);
        const float narrow = (float)value;
        memcpy(column.values + shift + i * size,
               doubles ? (const void *)&value : (const void *)&narrow, size);
    }
    for (size_t i = 0; i < (first_bit + n + 7) / 8; i++) {
        column.bits[i] = (uint8_t)next_number(state);
    }
    return column;
}

/* What a kernel writes of a value, by the plainest code. */
static float expected_of(const lsc_tile_column *column, bool doubles, size_t row)
{
    float narrow;
    double value;
    const size_t bit = column->first_bit + row;
    if (column->bits != NULL && (column->bits[bit / 8] >> bit % 8 & 1) == 0) {
        return NAN;
    }
    if (!doubles) {
        memcpy(&narrow, column->values + row * sizeof narrow, sizeof narrow);
        return narrow;
    }
    memcpy(&value, column->values + row * sizeof value, sizeof value);
    return (float)value;
}

static void check_turned(const lsc_tile_column *columns, bool doubles, size_t n, size_t stride,
                         const float *out, bool found)
{
    bool infinite = false;
    for (size_t i = 0; i < n * stride; i++) {
        const bool inside = i % stride < LSC_TILE;
        const float expected =
            inside ? expected_of(&columns[i % stride], doubles, i / stride) : 7.0f;
        infinite |= inside && isinf(expected) != 0;
        ck_quick(memcmp(&out[i], &expected, sizeof expected) == 0);
    }
    ck_quick(infinite == found);
}

static void try_turn(const lsc_tile_kernels *kernels, uint32_t *state, size_t n)
{
    const bool doubles = next_number(state) % 2 != 0;
    const bool finite = next_number(state) % 2 != 0;
    const size_t stride = LSC_TILE + next_number(state) % (MOST_STRIDE - LSC_TILE + 1);
    own_column own[LSC_TILE];
    lsc_tile_column columns[LSC_TILE];
    float out[MOST_ROWS * MOST_STRIDE];
    for (size_t i = 0; i < LSC_TILE; i++) {
        const size_t shift = next_number(state) % 8;
        const size_t first_bit = next_number(state) % 17;
        own[i] = new_column(state, doubles, finite, n, shift, first_bit);
        const uint8_t *bits = next_number(state) % 2 != 0 ? own[i].bits : NULL;
        columns[i] = (lsc_tile_column){own[i].values + shift, bits, first_bit};
    }
    for (size_t i = 0; i < n * stride; i++) {
        out[i] = 7;
    }
    lsc_tile_turn turn = doubles ? kernels->turn_doubles : kernels->turn;
    const bool found = turn(columns, n, out, stride);
    check_turned(columns, doubles, n, stride, out, found);
    for (size_t i = 0; i < LSC_TILE; i++) {
        free(own[i].values);
        free(own[i].bits);
    }
}

static void try_narrow(const lsc_tile_kernels *kernels, uint32_t *state, size_t n)
{
    const bool finite = next_number(state) % 2 != 0;
    const size_t shift = next_number(state) % 8;
    own_column own = new_column(state, true, finite, n, shift, 0);
    const lsc_tile_column column = {own.values + shift, NULL, 0};
    float out[MOST_ROWS + 1];
    bool infinite = false;
    out[n] = 7;
    const bool found = kernels->narrow(column.values, n, out);
    for (size_t i = 0; i < n; i++) {
        const float expected = expected_of(&column, true, i);
        infinite |= isinf(expected) != 0;
        ck_quick(memcmp(&out[i], &expected, sizeof expected) == 0);
    }
    ck_quick(out[n] == 7 && infinite == found);
    free(own.values);
    free(own.bits);
}

START_TEST(every_processor_s_kernels_write_what_plain_c_does)
{
    for (int cpu = 0; cpu < LSC_N_CPUS; cpu++) {
        if (!lsc_cpu_has((lsc_cpu)cpu)) {
            continue;
        }
        const lsc_tile_kernels *kernels = lsc_tile_kernels_of((lsc_cpu)cpu);
        uint32_t state = 1;
        for (size_t n = 1; n <= MOST_ROWS; n++) {
            for (int i = 0; i < 20; i++) {
                try_turn(kernels, &state, n);
                try_narrow(kernels, &state, n);
            }
        }
    }
}
END_TEST

START_TEST(fewer_columns_are_written_too)
{
    uint32_t state = 5;
    for (size_t n_columns = 1; n_columns < LSC_TILE; n_columns++) {
        own_column own = new_column(&state, false, true, 40, 3, 6);
        lsc_tile_column columns[LSC_TILE];
        float out[40 * LSC_TILE];
        for (size_t i = 0; i < n_columns; i++) {
            const lsc_tile_column column = {own.values + 3 + i * sizeof(float),
                                            i % 2 == 0 ? own.bits : NULL, 6 + i};
            columns[i] = column;
        }
        ck_assert(!lsc_tile_turn_few(columns, n_columns, 30, out, n_columns));
        for (size_t i = 0; i < 30 * n_columns; i++) {
            const float expected = expected_of(&columns[i % n_columns], false, i / n_columns);
            ck_quick(memcmp(&out[i], &expected, sizeof expected) == 0);
        }
        free(own.values);
        free(own.bits);
    }
}
END_TEST

LSC_SUITE("arrow/tiles", TEST(every_processor_s_kernels_write_what_plain_c_does),
          TEST(fewer_columns_are_written_too))
