/**
 * @file time_check.h
 * Whether a time that a caller gives is one.
 */
#ifndef LSC_CORE_TIME_CHECK_H
#define LSC_CORE_TIME_CHECK_H

#include <stdint.h>

#include "core/visibility.h"
#include "error.h"

/**
 * LSC_OK, or LSC_INVALID_ARG for what is no time between LSC_TIME_MIN and LSC_TIME_MAX.
 * @param what  its name
 */
LSC_SHARED lsc_status lsc_time_check(const char *what, int64_t time_ms, lsc_error *error);

#endif
