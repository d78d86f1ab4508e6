#include "arrow_cells.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "arrow_array.h"

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
#define READ_AS(name, type, as_float)                                                          \
    static void read_##name(const lsc_tile_kernels *kernels, const void *values, size_t first, \
                            size_t n, float *out)                                              \
    {                                                                                          \
        const unsigned char *from = (const unsigned char *)values + first * sizeof(type);      \
        (void)kernels;                                                                         \
        for (size_t i = 0; i < n; i++) {                                                       \
            type value;                                                                        \
            memcpy(&value, from + i * sizeof value, sizeof value);                             \
            out[i] = as_float(value);                                                          \
        }                                                                                      \
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
READ_AS(each_float64, double, narrowed)

/* Few values are beyond float32. Rounded they are infinities (IEC 60559), and only a piece in which one
   is found is looked at value by value. */
static void read_float64(const lsc_tile_kernels *kernels, const void *values, size_t first,
                         size_t n, float *out)
{
    if (kernels->narrow((const unsigned char *)values + first * sizeof(double), n, out)) {
        read_each_float64(kernels, values, first, n, out);
    }
}

static void read_bool(const lsc_tile_kernels *kernels, const void *values, size_t first, size_t n,
                      float *out)
{
    (void)kernels;
    for (size_t i = 0; i < n; i++) {
        out[i] = (float)lsc_arrow_bit(values, first + i);
    }
}

static const lsc_arrow_type types[] = {
    {"n", 0, 0, false, false, NULL},        {"b", 2, 0, false, false, read_bool},
    {"c", 2, 1, false, false, read_int8},   {"C", 2, 1, false, false, read_uint8},
    {"s", 2, 2, false, false, read_int16},  {"S", 2, 2, false, false, read_uint16},
    {"i", 2, 4, false, false, read_int32},  {"I", 2, 4, false, false, read_uint32},
    {"l", 2, 8, false, false, read_int64},  {"L", 2, 8, false, false, read_uint64},
    {"f", 2, 4, true, false, read_float32}, {"g", 2, 8, false, true, read_float64},
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
