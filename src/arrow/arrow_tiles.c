#include "arrow_tiles.h"

#include <string.h>

#define LINE 64
#define LANES 16

static inline void copy_value(float *to, const unsigned char *column, size_t row)
{
    memcpy(to, column + row * sizeof *to, sizeof *to);
}

void lsc_tile_write(const unsigned char *const columns[LSC_TILE], size_t n_rows, float *out,
                    size_t stride)
{
    const unsigned char *a = columns[0];
    const unsigned char *b = columns[1];
    const unsigned char *c = columns[2];
    const unsigned char *d = columns[3];
    for (size_t row = 0; row < n_rows; row++) {
        float *to = out + row * stride;
        copy_value(to, a, row);
        copy_value(to + 1, b, row);
        copy_value(to + 2, c, row);
        copy_value(to + 3, d, row);
    }
}

void lsc_tile_ask(uintptr_t from, size_t size)
{
#ifdef __GNUC__
    for (size_t at = 0; at < size; at += LINE) {
        __builtin_prefetch((const void *)(from + at));
    }
#else
    (void)from;
    (void)size;
#endif
}

static uint32_t is_infinite(const float *value)
{
    uint32_t bits;
    memcpy(&bits, value, sizeof bits);
    return (bits & 0x7fffffffu) == 0x7f800000u;
}

/* A lane each, which compilers make one instruction of. */
bool lsc_tile_infinite(const float *values, size_t n)
{
    uint32_t lanes[LANES] = {0};
    uint32_t any = 0;
    size_t i = 0;
    for (; n - i >= LANES; i += LANES) {
        for (size_t lane = 0; lane < LANES; lane++) {
            lanes[lane] |= is_infinite(values + i + lane);
        }
    }
    for (; i < n; i++) {
        any |= is_infinite(values + i);
    }
    for (size_t lane = 0; lane < LANES; lane++) {
        any |= lanes[lane];
    }
    return any != 0;
}
