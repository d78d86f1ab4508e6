/**
 * @file reasons.h
 * The largest contributions, as sentences with the activities behind them.
 */
#ifndef LSC_EXPLAIN_REASONS_H
#define LSC_EXPLAIN_REASONS_H

#include "score/scorer.h"

/**
 * The least |contribution| of a reason, in log-odds or points. One in log-odds moves a probability by
 * less than 0.03 %.
 */
#define LSC_LEAST_REASON 0.001

/**
 * Write scorer->scratch.reasons from scorer->contributions: at most LSC_MAX_REASONS up by size, then
 * as many down; equal ones in the order of the spec.
 * @param sightings  of the lead's extraction; NULL when only the vector is known
 * @return how many.
 */
size_t lsc_reasons_write(lsc_scorer *scorer, const lsc_sightings *sightings);

#endif
