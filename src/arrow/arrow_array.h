/**
 * @file arrow_array.h
 * An array as another library made it: that it can be read, and which of its values are there.
 */
#ifndef LSC_ARROW_ARROW_ARRAY_H
#define LSC_ARROW_ARROW_ARRAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <leadscore/arrow.h>

/** That an array is there, and its numbers can be counted with. */
lsc_status lsc_arrow_check_extent(const struct ArrowArray *array, lsc_error *error);

/** That it has the buffers of its type; those of values may be left out where there is no value. */
lsc_status lsc_arrow_check_buffers(const struct ArrowArray *array, size_t n_buffers,
                                   lsc_error *error);

/** Whether bit `at` of a bitmap is set, its bits counted from the least one of each byte. */
static inline bool lsc_arrow_bit(const uint8_t *bits, size_t at)
{
    return (bits[at / 8] >> (at % 8) & 1) != 0;
}

/** Whether there is a bitmap of the values that are there, and any may be missing in it. */
static inline bool lsc_arrow_has_nulls(const struct ArrowArray *array)
{
    return array->null_count != 0 && array->n_buffers > 0 && array->buffers[0] != NULL;
}

/** Whether value `at`, the array's offset counted, is there. */
static inline bool lsc_arrow_valid(const struct ArrowArray *array, size_t at)
{
    return !lsc_arrow_has_nulls(array) || lsc_arrow_bit(array->buffers[0], at);
}

#endif
