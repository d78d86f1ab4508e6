/**
 * @file values.h
 * Conversions of values that only src/lead needs; the others stand in lead_data.h.
 */
#ifndef LSC_LEAD_VALUES_H
#define LSC_LEAD_VALUES_H

#include "core/number.h"
#include "lead/lead_data.h"

/** Epoch milliseconds, a fraction cut; false outside the times accepted. */
bool lsc_time_from_number(double number, int64_t *time_ms);

/**
 * What a label says: converted ("converted", "won", or a flag that is true) or not ("lost",
 * "disqualified", "not_converted", or a flag that is false). False for any other.
 */
bool lsc_value_label(const lsc_value *value, bool *converted);

/** The digits of a whole number that a double holds exactly: ids are often given as numbers. */
bool lsc_id_from_number(double number, char text[LSC_NUMBER_TEXT_SIZE]);

#endif
