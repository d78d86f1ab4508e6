/**
 * @file outcomes.h
 * What became of a lead: from the lead's own properties, or a line of an outcomes file.
 */
#ifndef LSC_LEAD_OUTCOMES_H
#define LSC_LEAD_OUTCOMES_H

#include "lead/lead_data.h"

/** Put outcomes in the order of time, and drop repeated ones. @return how many are left. */
size_t lsc_outcomes_settle(lsc_outcome *outcomes, size_t n);

#endif
