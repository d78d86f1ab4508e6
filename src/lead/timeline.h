/**
 * @file timeline.h
 * Adding activities to a lead: staged first, which may fail, then committed all together.
 */
#ifndef LSC_LEAD_TIMELINE_H
#define LSC_LEAD_TIMELINE_H

#include "lead/lead_impl.h"

/** Check an activity and copy it behind the timeline. On error what is staged stays so. */
lsc_status lsc_timeline_stage(lsc_lead *lead, const lsc_activity *activity, lsc_error *error);

/**
 * Put what is staged on the timeline, the first recorded of each (source, id). Nothing is staged
 * afterwards; on error (LSC_NO_MEMORY, or LSC_LIMIT past LSC_MAX_ACTIVITIES) none of it was added.
 */
lsc_status lsc_timeline_commit(lsc_lead *lead, lsc_error *error);

/** Forget what is staged. */
void lsc_timeline_drop(lsc_lead *lead);

/** Forget all activities. */
void lsc_timeline_clear(lsc_lead *lead);

#endif
