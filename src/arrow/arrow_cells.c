#include "arrow_cells.h"

#include <float.h>
#include <math.h>
#include <string.h>

/** To float32, finite where the value is. */
static inline float narrowed(double value)
{
    if (value > (double)FLT_MAX) {
        return isinf(value) ? INFINITY : FLT_MAX;
    }
    if (value < -(double)FLT_MAX) {
        return isinf(value) ? -INFINITY : -FLT_MAX;
    }
    return (float)value;
}

/* A buffer need not be aligned. */
#define READ_AS(name, type, as_float)                                                              \
    static void read_##name(const void *values, size_t first, size_t n, float *out, size_t stride) \
    {                                                                                              \
        const unsigned char *from = (const unsigned char *)values + first * sizeof(type);          \
        for (size_t i = 0; i < n; i++) {                                                           \
            type value;                                                                            \
            memcpy(&value, from + i * sizeof value, sizeof value);                                 \
            out[i * stride] = as_float(value);                                                     \
        }                                                                                          \
    }

READ_AS(int8, int8_t, (float))
READ_AS(uint8, uint8_t, (float))
READ_AS(int16, int16_t, (float))
READ_AS(uint16, uint16_t, (float))
READ_AS(int32, int32_t, (float))
READ_AS(uint32, uint32_t, (float))
READ_AS(int64, int64_t, (float))
READ_AS(uint64, uint64_t, (float))
READ_AS(float32, float, (float))
READ_AS(float64, double, narrowed)

static void read_bool(const void *values, size_t first, size_t n, float *out, size_t stride)
{
    for (size_t i = 0; i < n; i++) {
        out[i * stride] = (float)lsc_arrow_bit(values, first + i);
    }
}

static const lsc_arrow_type types[] = {
    {"n", 0, NULL},       {"b", 2, read_bool},   {"c", 2, read_int8},    {"C", 2, read_uint8},
    {"s", 2, read_int16}, {"S", 2, read_uint16}, {"i", 2, read_int32},   {"I", 2, read_uint32},
    {"l", 2, read_int64}, {"L", 2, read_uint64}, {"f", 2, read_float32}, {"g", 2, read_float64},
};

const lsc_arrow_type *lsc_arrow_type_of(const char *format)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(types[i].format, format) == 0) {
            return &types[i];
        }
    }
    return NULL;
}
