/**
 * @file report.h
 * What training found, for people and programs: metrics.json and MODEL_CARD.md of the bundle.
 */
#ifndef LSC_TRAIN_REPORT_H
#define LSC_TRAIN_REPORT_H

#include "train/evaluation.h"
#include "train/gate.h"
#include "train/grading.h"
#include "train/history.h"
#include "train/ladder.h"
#include "train/leaks.h"
#include "train/repeated.h"

/** Features named as those that the model leans on most. */
#define LSC_TOP_FEATURES 15

/** All that a report speaks of. */
typedef struct lsc_findings {
    const char *name;
    const char *version;
    const lsc_spec *spec;
    const lsc_plan_options *options;
    const lsc_plan *plan;
    const lsc_rows *rows;
    const lsc_split *split;
    const lsc_fit *fit;
    const lsc_evaluation *evaluation;
    const lsc_ladder *ladder;
    const lsc_validations *validations;
    const lsc_grade_row *grades; /**< [LSC_N_GRADES] */
    const lsc_gate *gate;
    const lsc_history *history;
    const lsc_leaks *leaks;
} lsc_findings;

/** A feature and its share of all that the splits have lowered the loss by. */
typedef struct lsc_feature_gain {
    size_t feature;
    double share;
} lsc_feature_gain;

/** The features of the highest shares, falling; those without any left out. */
size_t lsc_top_features(const lsc_findings *findings, lsc_feature_gain top[LSC_TOP_FEATURES]);

/** What was measured on, for people: "held-out newest rows". Static.
    @param split_ms  LSC_TIME_NONE: folds of all rows */
const char *lsc_measured_on(int64_t split_ms);

/** Append metrics.json. */
lsc_status lsc_report_write(const lsc_findings *findings, lsc_buffer *out, lsc_error *error);

/** Append MODEL_CARD.md. */
lsc_status lsc_model_card_write(const lsc_findings *findings, lsc_buffer *out, lsc_error *error);

#endif
