/* The kernels in plain C, which say what the others do. */
#include "tile_kernels.h"

#include <math.h>

#include "core/inline.h"

/* 1 or 0, to be gathered without a branch. */
static inline uint32_t is_infinite(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (bits & 0x7fffffffu) == 0x7f800000u;
}

static inline float float_at(const unsigned char *values, size_t at)
{
    float value;
    memcpy(&value, values + at * sizeof value, sizeof value);
    return value;
}

static inline float rounded_at(const unsigned char *values, size_t at)
{
    double value;
    memcpy(&value, values + at * sizeof value, sizeof value);
    return (float)value;
}

/* Without a branch, which nulls here and there would make slow. */
static inline float or_missing(const lsc_tile_column *column, size_t row, float value)
{
    if (column->bits == NULL) {
        return value;
    }
    const float either[] = {NAN, value};
    size_t at = column->first_bit + row;
    return either[column->bits[at / 8] >> (at % 8) & 1];
}

static ALWAYS_INLINE bool turn_any(const lsc_tile_column *columns, size_t n_columns, bool doubles,
                                   size_t n_rows, float *out, size_t stride)
{
    uint32_t any = 0;
    for (size_t row = 0; row < n_rows; row++) {
        for (size_t i = 0; i < n_columns; i++) {
            const unsigned char *values = columns[i].values;
            float value = doubles ? rounded_at(values, row) : float_at(values, row);
            value = or_missing(&columns[i], row, value);
            out[row * stride + i] = value;
            any |= is_infinite(value);
        }
    }
    return any != 0;
}

bool lsc_tile_turn_few(const lsc_tile_column *columns, size_t n_columns, size_t n_rows, float *out,
                       size_t stride)
{
    return turn_any(columns, n_columns, false, n_rows, out, stride);
}

static bool turn(const lsc_tile_column *columns, size_t n_rows, float *out, size_t stride)
{
    return turn_any(columns, LSC_TILE, false, n_rows, out, stride);
}

static bool turn_doubles(const lsc_tile_column *columns, size_t n_rows, float *out, size_t stride)
{
    return turn_any(columns, LSC_TILE, true, n_rows, out, stride);
}

static bool narrow(const unsigned char *from, size_t n, float *out)
{
    uint32_t any = 0;
    for (size_t i = 0; i < n; i++) {
        out[i] = rounded_at(from, i);
        any |= is_infinite(out[i]);
    }
    return any != 0;
}

const lsc_tile_kernels lsc_tile_portable = {turn, turn_doubles, narrow};
