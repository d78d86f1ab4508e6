/**
 * @file spec_members.h
 * The members that every feature may have, whatever its kind.
 */
#ifndef LSC_FEATURES_SPEC_MEMBERS_H
#define LSC_FEATURES_SPEC_MEMBERS_H

#include "features/feature_params.h"

/** But "name", "group", "kind" and "monotone", which read and write by themselves. */
extern const lsc_param lsc_common_params[];

#endif
