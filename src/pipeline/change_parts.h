/**
 * @file change_parts.h
 * What each of four parts adds to a value: Shapley's value where one part comes before another.
 */
#ifndef LSC_PIPELINE_CHANGE_PARTS_H
#define LSC_PIPELINE_CHANGE_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include <leadscore/store_changes.h>

/** A set of parts that have changed, a bit for each lsc_change_part. */
#define LSC_N_CHANGE_SETS (1u << LSC_N_CHANGE_PARTS)

/** Parts are whole multiples of it: 2^-40. */
#define LSC_CHANGE_UNIT 0x1p-40

/** Values beyond it, up or down, are not taken apart. */
#define LSC_MOST_CHANGE_VALUE 1024.0

/** Whether a set of parts can be: activities come with the time in which they happened. */
static inline bool lsc_change_set_exists(unsigned set)
{
    return (set >> LSC_CHANGE_ACTIVITIES & 1) == 0 || (set >> LSC_CHANGE_TIME & 1) != 0;
}

/**
 * The mean of what a part adds when it changes, over the 12 orders of the four in which time comes before
 * activities:
 *
 *     part_i = 1/12 · sum over the orders of v(those before i, and i) - v(those before i)
 *
 * in whole numbers, each v having been taken to a multiple of LSC_CHANGE_UNIT; twelfths of units that remain
 * go by largest remainder, ties in order, so that the parts sum to v(all) - v(none).
 *
 * @param worth  v of each set that exists, by its bits
 * @return false where one is NaN or beyond LSC_MOST_CHANGE_VALUE: `units` is then untouched.
 */
bool lsc_change_parts(const double worth[LSC_N_CHANGE_SETS], int64_t units[LSC_N_CHANGE_PARTS]);

/**
 * Parts in whole points, by largest remainder, ties in order.
 * @param total  what they sum to
 */
void lsc_change_round(const int64_t units[LSC_N_CHANGE_PARTS], int total,
                      int points[LSC_N_CHANGE_PARTS]);

#endif
