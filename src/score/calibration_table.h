/**
 * @file calibration_table.h
 * What a Venn-Abers calibration looks up: what its curve adds to the log-odds, and the step of the
 * interval. Some ten comparisons each, none of them a branch.
 */
#ifndef LSC_SCORE_CALIBRATION_TABLE_H
#define LSC_SCORE_CALIBRATION_TABLE_H

#include "core/visibility.h"
#include "model/model_data.h"

/** slope·margin + intercept + what the curve has there: linear between its points, constant beyond. */
LSC_SHARED double lsc_calibration_log_odds(const lsc_calibration *calibration, double margin);

/**
 * The step that a margin lies on: the last that begins at or below it, or the first of all.
 * @param low, high  set to its probabilities
 */
LSC_SHARED void lsc_calibration_step(const lsc_calibration *calibration, double margin, double *low,
                                     double *high);

#endif
