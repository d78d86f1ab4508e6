/**
 * @file result.h
 * Handing a result to the caller.
 */
#ifndef LSC_SCORE_RESULT_H
#define LSC_SCORE_RESULT_H

#include <leadscore/score.h>

#include "core/visibility.h"

/** Copy what was scored to the caller's struct, which may be that of an older or newer header. */
LSC_SHARED lsc_status lsc_result_write(const lsc_result *scored, lsc_result *result,
                                       lsc_error *error);

#endif
