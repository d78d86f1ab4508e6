/**
 * @file rounding.h
 * From float to integer, to the nearest and to the even one of two.
 */
#ifndef LSC_CORE_ROUNDING_H
#define LSC_CORE_ROUNDING_H

#include <stdint.h>
#include <string.h>

/**
 * The nearest integer of a float between -2^31 and 2^31, as the instructions of the kernels have it.
 * Added to 1.5·2^52 a double has no bits left for a fraction, and its low bits are the integer.
 */
static inline int32_t lsc_round_to_int(float value)
{
    double shifted = (double)value + 6755399441055744.0;
    uint64_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    return (int32_t)(uint32_t)bits;
}

#endif
