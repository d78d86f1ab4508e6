/**
 * @file outcomes.h
 * What became of a lead: from the lead's own properties, or a line of an outcomes file.
 */
#ifndef LSC_LEAD_OUTCOMES_H
#define LSC_LEAD_OUTCOMES_H

#include <leadscore/source.h>

#include "core/json.h"
#include "core/number.h"

/**
 * Read outcome.label and outcome.time of a lead.
 * @param known  set to false where it has no label
 * @return LSC_OK; LSC_BAD_LEAD for a label that says neither, or one without time.
 */
lsc_status lsc_outcome_of_lead(lsc_lead *lead, bool *known, lsc_outcome *outcome, lsc_error *error);

/**
 * Read {"lead_id", "time", "label"}.
 * @param lead_id  set to the lead's id: a part of `json`, or `scratch`
 * @return LSC_OK, or LSC_BAD_LEAD naming the member.
 */
lsc_status lsc_outcome_from_json(const lsc_json *json, const char **lead_id,
                                 char scratch[LSC_NUMBER_TEXT_SIZE], lsc_outcome *outcome,
                                 lsc_error *error);

/** Put outcomes in the order of time, and drop repeated ones. @return how many are left. */
size_t lsc_outcomes_settle(lsc_outcome *outcomes, size_t n);

#endif
