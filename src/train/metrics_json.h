/**
 * @file metrics_json.h
 * Metrics as JSON: members of an object that the caller has begun.
 */
#ifndef LSC_TRAIN_METRICS_JSON_H
#define LSC_TRAIN_METRICS_JSON_H

#include "core/json.h"
#include "train/bootstrap.h"

/** "n_rows", "n_positive" and a member {"value", "low", "high"} for each metric. */
void lsc_metrics_put(lsc_json_writer *writer, const lsc_predictions *predictions,
                     const lsc_estimate estimates[LSC_N_MEASURES]);

/** {"value", "low", "high"} */
void lsc_estimate_put(lsc_json_writer *writer, lsc_estimate estimate);

#endif
