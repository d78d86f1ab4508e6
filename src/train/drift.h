/**
 * @file drift.h
 * New rows counted beside the reference of a model: what lsc_drift_json() tells of.
 */
#ifndef LSC_TRAIN_DRIFT_H
#define LSC_TRAIN_DRIFT_H

#include "train/bootstrap.h"
#include "train/calibration_check.h"
#include "train/drift_rows.h"
#include "train/stability.h"

/** From here on a distribution has moved some, and far: the usual bounds for the index. */
#define LSC_PSI_MOVED 0.1
#define LSC_PSI_FAR 0.25
/** What chance alone may bring, among all features together. */
#define LSC_DRIFT_ALPHA 0.01
/** Rows, and conversions among them, that calibration is judged on. */
#define LSC_LEAST_OUTCOME_ROWS 100
#define LSC_LEAST_OUTCOMES 10
/** Converted over expected, or expected over converted, from which calibration is off. */
#define LSC_CALIBRATION_OFF 1.25

typedef enum lsc_drift_verdict {
    LSC_DRIFT_STABLE,
    LSC_DRIFT_WATCH,
    LSC_DRIFT_DRIFTED
} lsc_drift_verdict;

/** "stable", "watch" or "drifted". Static. */
const char *lsc_drift_verdict_name(lsc_drift_verdict verdict);

/** Of a feature or the probability. */
typedef struct lsc_drifted {
    size_t feature;
    size_t first_column;
    size_t n_columns;
    lsc_stability stability;
    double missing_then; /**< shares */
    double missing_now;
    lsc_drift_verdict verdict;
} lsc_drifted;

/** All that was found. */
typedef struct lsc_drift_findings {
    const lsc_drift_rows *rows;
    lsc_drifted score;
    lsc_drifted *features; /**< [n_features], in the order of the spec */
    size_t n_features;
    bool outcomes_known; /**< calibration and the metrics are filled */
    lsc_calibration_check calibration;
    bool has_metrics; /**< both classes are there */
    lsc_estimate estimates[LSC_N_MEASURES];
    lsc_predictions predictions;
    lsc_drift_verdict calibration_verdict;
    lsc_drift_verdict verdict; /**< the worst of score and calibration; of the features at most
                                    LSC_DRIFT_WATCH */
} lsc_drift_findings;

/** Append the JSON of docs/drift.md. */
void lsc_drift_write(const lsc_model_info *info, const lsc_drift_findings *findings,
                     lsc_buffer *out);

#endif
