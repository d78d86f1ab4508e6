/**
 * @file next_change.h
 * How long a score holds while nothing is added to its lead.
 *
 * What counts is the status, the score, the grade and the probability, to the bit. Where a scorecard
 * gives points per unit of something that moves at each moment, as a decaying count does, so does
 * its probability: there the score and the grade count alone.
 */
#ifndef LSC_SCORE_NEXT_CHANGE_H
#define LSC_SCORE_NEXT_CHANGE_H

#include "score/cells.h"
#include "score/scorer.h"

/** Times at which a lead is looked at again, at the most, before the next one is taken unseen. */
#define LSC_MAX_LOOKS 12

/**
 * The earliest time after `as_of_ms` at which the score of a lead can be another. Mostly it is the
 * time at which it is another; it can be earlier, never later. What the scorer has of the lead under
 * way is lost, but for an explanation.
 *
 * @param cells    of the scorer's model
 * @param next_ms  set to it; LSC_TIME_NONE: it stays as it is
 * @return LSC_OK; LSC_INVALID_ARG as lsc_score_lead().
 *
 * Allocates nothing.
 */
LSC_SHARED lsc_status lsc_next_change(lsc_scorer *scorer, const lsc_cells *cells, lsc_lead *lead,
                                      int64_t as_of_ms, int64_t *next_ms, lsc_error *error);

#endif
