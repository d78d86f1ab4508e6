/**
 * @file pass_properties.h
 * The properties of a lead that a pass asks for, each looked for once.
 */
#ifndef LSC_FEATURES_PASS_PROPERTIES_H
#define LSC_FEATURES_PASS_PROPERTIES_H

#include "features/event_walk.h"
#include "features/spec_plan.h"

/**
 * Find the properties of a pass, as lsc_lead_value() would one by one.
 * @param values  [pass->n_properties], filled; NULL for one that is missing
 */
void lsc_pass_properties(const lsc_pass *pass, const lsc_view *view, const lsc_value **values);

#endif
