/**
 * @file lead_members.h
 * Members that activities and outcomes have in common: ids and times. Errors are LSC_BAD_LEAD,
 * naming the member and what stands there.
 */
#ifndef LSC_LEAD_LEAD_MEMBERS_H
#define LSC_LEAD_LEAD_MEMBERS_H

#include "core/json.h"
#include "core/number.h"
#include "lead/lead_data.h"

/**
 * A text: a string, or with `scratch` a whole number. Absent, null and "" are missing.
 * @param text  set to the text, or to NULL where it is missing
 */
lsc_status lsc_member_text(const lsc_json *object, const char *key,
                           char scratch[LSC_NUMBER_TEXT_SIZE], const char **text, lsc_error *error);

/**
 * A time: RFC 3339 or epoch milliseconds.
 * @param time_ms  set to the time, or to LSC_TIME_NONE where it is missing
 */
lsc_status lsc_member_time(const lsc_json *object, const char *key, int64_t *time_ms,
                           lsc_error *error);

/** A boolean; missing is false. */
lsc_status lsc_member_bool(const lsc_json *object, const char *key, bool *boolean,
                           lsc_error *error);

/** An object; NULL where it is missing. */
lsc_status lsc_member_object(const lsc_json *object, const char *key, const lsc_json **member,
                             lsc_error *error);

/** Turn LSC_INVALID_ARG, which a caller would get, to the LSC_BAD_LEAD that the data earns. */
lsc_status lsc_blame_lead(lsc_status status, lsc_error *error);

/** Move the offset of an error, where it has one, by that of the text in what it stands in. */
void lsc_error_shift(lsc_error *error, int64_t by);

#endif
