/**
 * @file settings.h
 * How to train, read from the caller's struct: checked, with the defaults filled in.
 */
#ifndef LSC_TRAIN_SETTINGS_H
#define LSC_TRAIN_SETTINGS_H

#include <leadscore/train.h>

#include "core/error.h"
#include "train/plan.h"

#define LSC_DAY_IN_MS INT64_C(86400000)
/** Bounds of the times that make rows: 1 hour and 100 years. */
#define LSC_LEAST_TRAIN_MS INT64_C(3600000)
#define LSC_MOST_TRAIN_MS (36525 * LSC_DAY_IN_MS)
#define LSC_MOST_ROWS_PER_LEAD LSC_MAX_TIMES

/**
 * @param given     the caller's; NULL: all defaults
 * @param settings  filled; nothing in it is zero that has a default
 * @return LSC_OK; LSC_INVALID_ARG or LSC_UNSUPPORTED naming the member and its value.
 */
lsc_status lsc_settings_read(const lsc_train *given, lsc_train *settings, lsc_error *error);

lsc_plan_options lsc_settings_plan(const lsc_train *settings);

/** A part of the work, see progress.h. */
lsc_stage lsc_settings_stage(const lsc_train *settings, const char *name, double from, double to);

/**
 * The spec to train with: the one given or the default, with the groups of the model type only.
 * @param spec  set to a new reference
 * @return LSC_OK; LSC_BAD_DATA for a table without a spec, or when no group is left.
 */
lsc_status lsc_settings_spec(const lsc_train *settings, bool timed, lsc_spec **spec,
                             lsc_error *error);

#endif
