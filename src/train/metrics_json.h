/**
 * @file metrics_json.h
 * Metrics as JSON: members of an object that the caller has begun.
 */
#ifndef LSC_TRAIN_METRICS_JSON_H
#define LSC_TRAIN_METRICS_JSON_H

#include "core/json.h"
#include "train/bootstrap.h"
#include "train/grading.h"

/** "n_rows", "n_positive" and a member {"value", "low", "high"} for each metric. */
void lsc_metrics_put(lsc_json_writer *writer, const lsc_predictions *predictions,
                     const lsc_estimate estimates[LSC_N_MEASURES]);

/** {"value", "low", "high"} */
void lsc_estimate_put(lsc_json_writer *writer, lsc_estimate estimate);

/** "grades": what each grade's rows have become. */
void lsc_grades_put(lsc_json_writer *writer, const lsc_grade_row grades[LSC_N_GRADES]);

/**
 * All that is measured of predictions, as one object.
 * @param grades  thresholds to tabulate by; NULL: none
 * @param json    set to a text freed with lsc_text_free()
 * @return as lsc_metrics_estimate().
 */
lsc_status lsc_predictions_json(const lsc_predictions *predictions, const lsc_grades *grades,
                                uint64_t seed, const lsc_allocator *allocator, char **json,
                                lsc_error *error);

#endif
