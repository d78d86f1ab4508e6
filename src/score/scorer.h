/**
 * @file scorer.h
 * The scorer's insides: one thread's scratch, carved once, that scoring and explaining share.
 */
#ifndef LSC_SCORE_SCORER_H
#define LSC_SCORE_SCORER_H

#include <stdbool.h>

#include <leadscore/explain.h>
#include <leadscore/score.h>

#include "core/buffer.h"
#include "core/hash.h"
#include "core/visibility.h"
#include "lead/lead_data.h"
#include "model/model_data.h"
#include "score/forest_margin.h"
#include "score/shap_scratch.h"

/** Bytes of a reason's sentence, with the NUL. */
#define LSC_REASON_SIZE 512

/** What explaining needs: allocated with the scorer, read and written by src/explain alone. */
typedef struct lsc_scratch {
    lsc_shap_scratch shap;
    lsc_contribution *out; /**< [n_features] */
    lsc_breakdown_part parts[LSC_MAX_GROUPS];
    lsc_reason reasons[2 * LSC_MAX_REASONS];
    char *texts; /**< [2·LSC_MAX_REASONS][LSC_REASON_SIZE], sentences */
} lsc_scratch;

struct lsc_scorer {
    lsc_allocator allocator;
    lsc_model *model;
    bool without_receipts;
    lsc_lead *lead; /**< filled by the JSON calls */
    lsc_hash *hash;
    float *columns;               /**< [n_columns]: the vector being scored */
    lsc_block_bytes *bytes;       /**< what the kernels of scoring write to, aligned */
    lsc_sightings sightings;      /**< of the lead being explained */
    double *contributions;        /**< [n_features] */
    double *column_contributions; /**< [n_columns] */
    double group_totals[LSC_MAX_GROUPS];
    lsc_scratch scratch; /**< what explaining needs */
    lsc_buffer json;     /**< text given out by lsc_explanation_json() */
};

/** XGBoost's sigmoid in float32: 1 / (expf(min(-x, 88.7)) + 1 + 1e-16). */
LSC_SHARED float lsc_raw_sigmoid(float margin);

/** Calibrated probability of a margin, by fixed_math.h. */
LSC_SHARED double lsc_calibrate(const lsc_calibration *calibration, double margin);

/** margins[i] = lsc_calibrate() of it, the same bits. */
LSC_SHARED void lsc_calibrate_each(const lsc_calibration *calibration, double *margins, size_t n);

/**
 * Probability and interval in one: lsc_calibrate() and lsc_calibrate_interval().
 * @param cpu  whose kernels do it; all give the same bits
 */
LSC_SHARED void lsc_calibrate_with_interval(const lsc_calibration *calibration, lsc_cpu cpu,
                                            double margin, double *probability, double *low,
                                            double *high);

/** The 90 % interval of the probability at a margin; it contains lsc_calibrate(). NaN: unknown. */
LSC_SHARED void lsc_calibrate_interval(const lsc_calibration *calibration, double margin,
                                       double *low, double *high);

/** The grade of a probability (or score / 100). */
LSC_SHARED char lsc_grade(const lsc_grades *grades, double value);

/** Score the vector that stands in scorer->columns. */
LSC_SHARED void lsc_scorer_run(lsc_scorer *scorer, lsc_result *result);

/**
 * Score rows of vectors that were checked, together: the same bits as one by one.
 * @param n_rows   at most LSC_BLOCK_ROWS
 * @param results  [n_rows], filled
 */
LSC_SHARED void lsc_scorer_run_rows(lsc_scorer *scorer, const float *columns, size_t n_rows,
                                    lsc_result *results);

/** Set every number of a result to "none" and its status; `size` is kept. */
LSC_SHARED void lsc_result_clear(lsc_result *result, lsc_outcome_status status);

/**
 * Whether a lead is scored: it consents to profiling, and by the spec's rule enough is known of it.
 * Settles. Training makes no row of a lead that is not.
 */
LSC_SHARED lsc_outcome_status lsc_scoring_status(const lsc_spec *spec, lsc_lead *lead,
                                                 int64_t as_of_ms);

/**
 * Whether the lead may be scored (consent, insufficient data), and if so its vector into
 * scorer->columns.
 * @param sightings  where what reasons need is kept: &scorer->sightings, or NULL
 */
LSC_SHARED lsc_status lsc_scorer_extract(lsc_scorer *scorer, lsc_lead *lead, int64_t as_of_ms,
                                         lsc_sightings *sightings, lsc_outcome_status *status,
                                         lsc_error *error);

/** Fill scorer->lead from JSON, as lsc_score_json() documents. */
LSC_SHARED lsc_status lsc_scorer_read_json(lsc_scorer *scorer, const char *lead, size_t lead_length,
                                           const char *activities, size_t activities_length,
                                           lsc_error *error);

/** Check a caller's vectors for width and infinities, naming row and column. */
LSC_SHARED lsc_status lsc_scorer_check(const lsc_scorer *scorer, const float *columns,
                                       size_t n_rows, size_t n_columns, lsc_error *error);

/**
 * The breakdown: Shapley values over the groups of v(S) = 100·c(base + totals of S), rounded with
 * the baseline 100·c(base) by largest remainder, ties in order, to integers that sum to `score`.
 * For a scorecard v is the identity: base, totals and score are points.
 */
LSC_SHARED void lsc_breakdown(const lsc_model *model, double base, const double *group_totals,
                              size_t n_groups, int score, int *baseline, int *points);

#endif
