/**
 * @file row_walk.h
 * Reading a source again along the plan of its rows.
 */
#ifndef LSC_TRAIN_ROW_WALK_H
#define LSC_TRAIN_ROW_WALK_H

#include "train/plan.h"

/** What is done with a row. The lead may be settled, scored or extracted. */
typedef lsc_status (*lsc_row_visit)(void *ctx, lsc_lead *lead, const lsc_row *row,
                                    lsc_error *error);

/**
 * Read the source again from its first lead and visit the plan's rows, but for those that would not
 * be scored: by the spec's rule too little is known, or the lead does not consent to profiling.
 *
 * @return LSC_OK; LSC_BAD_DATA when the source gives other leads than before; what the source, the
 *         visit or the caller's callback return.
 */
lsc_status lsc_plan_walk(const lsc_plan *plan, lsc_source *source, const lsc_spec *spec,
                         const lsc_stage *stage, lsc_row_visit visit, void *ctx, lsc_error *error);

#endif
