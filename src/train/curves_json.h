/**
 * @file curves_json.h
 * Curves as JSON: members of an object that the caller has begun.
 */
#ifndef LSC_TRAIN_CURVES_JSON_H
#define LSC_TRAIN_CURVES_JSON_H

#include "core/json.h"
#include "train/bootstrap.h"
#include "train/curves.h"

/** "base_rate", "calibration_bins", "interval_met", "roc", "pr", "deciles" and "histogram". */
void lsc_curves_put(lsc_json_writer *writer, const lsc_curves *curves,
                    const lsc_estimate estimates[LSC_N_MEASURES]);

#endif
