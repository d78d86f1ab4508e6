/**
 * @file clock.h
 * Times as the library holds them: milliseconds since 1970-01-01T00:00:00Z, in an int64.
 *
 * The library never reads a clock. Whoever wants "now" passes it.
 */
#ifndef LEADSCORE_CLOCK_H
#define LEADSCORE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "status.h"

LSC_BEGIN_DECLS

/** No time. */
#define LSC_TIME_NONE INT64_MIN
/** The earliest and latest time accepted: 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999Z. */
#define LSC_TIME_MIN (-INT64_C(62135596800000))
#define LSC_TIME_MAX INT64_C(253402300799999)
/** Room for the text of any time, with its final NUL. */
#define LSC_TIME_TEXT_SIZE 32

/**
 * Read a time: RFC 3339 ("2026-04-01T00:00:00Z", "2026-04-01T02:00:00.5+02:00"; a space may stand
 * for the T, and an offset may lack its colon), a date alone ("2026-04-01", midnight UTC), or epoch
 * milliseconds ("1775001600000", at least five digits and an optional minus sign). Fractions are
 * cut to milliseconds; a leap second counts as the last millisecond before it.
 *
 * @param text    not NUL-terminated
 * @param length  bytes in `text`
 * @param time_ms filled; untouched on error
 * @return LSC_OK, or LSC_INVALID_ARG when `text` is no time between LSC_TIME_MIN and LSC_TIME_MAX.
 * @since 0.1
 */
LSC_API lsc_status lsc_time_parse(const char *text, size_t length, int64_t *time_ms,
                                  lsc_error *error);

/**
 * Write a time as RFC 3339 in UTC, with milliseconds only when they are not zero.
 *
 * @param time_ms between LSC_TIME_MIN and LSC_TIME_MAX; any other writes "none"
 * @param text    filled and NUL-terminated
 * @since 0.1
 */
LSC_API void lsc_time_format(int64_t time_ms, char text[LSC_TIME_TEXT_SIZE]);

LSC_END_DECLS

#endif
