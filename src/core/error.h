/**
 * @file error.h
 * Filling an lsc_error. Messages are one line, name the value and the place, and do not begin with
 * "failed to": "features[3].window_days is -7, must be 1 to 3650".
 */
#ifndef LSC_CORE_ERROR_H
#define LSC_CORE_ERROR_H

#include <stdarg.h>

#include <leadscore/status.h>

#include "visibility.h"

/**
 * Fill `error` (which may be NULL) and return `status`, so that a call site reads
 * `return lsc_fail(error, LSC_LIMIT, "...")`. Control characters in the result become spaces;
 * it is cut at LSC_ERROR_MESSAGE_SIZE, never inside a character.
 */
LSC_SHARED lsc_status lsc_fail(lsc_error *error, lsc_status status, const char *format, ...)
    LSC_PRINTF(3, 4);

/** As lsc_fail(), with the byte offset of the fault. */
LSC_SHARED lsc_status lsc_fail_at(lsc_error *error, lsc_status status, int64_t offset,
                                  const char *format, ...) LSC_PRINTF(4, 5);

/** Put the place in front of the message that `error` already holds: "leads.ndjson:3: ...". */
LSC_SHARED void lsc_error_prefix(lsc_error *error, const char *format, ...) LSC_PRINTF(2, 3);

/** The usual words for LSC_NO_MEMORY. Here, where analysers see that it is never LSC_OK. */
static inline lsc_status lsc_fail_memory(lsc_error *error)
{
    lsc_fail(error, LSC_NO_MEMORY, "memory ran out");
    return LSC_NO_MEMORY;
}

#endif
