/**
 * @file value_set.h
 * A set of values that needs no memory but its own: for counting distinct ones up to a limit.
 */
#ifndef LSC_FEATURES_VALUE_SET_H
#define LSC_FEATURES_VALUE_SET_H

#include <stddef.h>
#include <stdint.h>

#include "lead/lead_data.h"

/** More distinct values count as so many. */
#define LSC_MAX_DISTINCT 1000

/** Values are equal when their type and content are. */
typedef struct lsc_value_set {
    const lsc_value *slots[2048]; /**< open addressing, never more than half full */
    size_t n_slots;               /**< in use: a power of two */
    size_t count;
} lsc_value_set;

/** An empty set, for at most `most` values, and LSC_MAX_DISTINCT. */
void lsc_value_set_init(lsc_value_set *set, size_t most);

/** Add a value that outlives the set; it has room. */
void lsc_value_set_add(lsc_value_set *set, const lsc_value *value);

#endif
