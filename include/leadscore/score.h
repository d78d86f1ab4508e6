/**
 * @file score.h
 * Scoring: lead, JSON or vector in; probability, interval, score and grade out.
 *
 * A scorer is one thread's scratch for one model: make one a thread, and keep it. Once it is made,
 * scoring and explaining typed leads and vectors allocate nothing.
 */
#ifndef LEADSCORE_SCORE_H
#define LEADSCORE_SCORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aliases.h"
#include "allocator.h"
#include "lead.h"
#include "model.h"
#include "status.h"

LSC_BEGIN_DECLS

typedef struct lsc_scorer lsc_scorer;

/**
 * Make a scorer. It holds a reference to the model.
 *
 * @param allocator  copied; NULL for the C library's
 * @param scorer     set to the new scorer, freed by lsc_scorer_free(); NULL on error
 * @return LSC_OK, LSC_NO_MEMORY or LSC_INVALID_ARG.
 * @since 0.1
 */
LSC_API lsc_status lsc_scorer_new(lsc_model *model, const lsc_allocator *allocator,
                                  lsc_scorer **scorer, lsc_error *error);

/** Free a scorer. NULL is allowed. @since 0.1 */
LSC_API void lsc_scorer_free(lsc_scorer *scorer);

/** The model of a scorer. Owned by the scorer. @since 0.1 */
LSC_API lsc_model *lsc_scorer_model(const lsc_scorer *scorer);

/** Whether a lead was scored. */
typedef enum lsc_outcome_status {
    LSC_SCORED = 0,
    LSC_INSUFFICIENT_DATA = 1, /**< the spec's rule says that too little is known */
    LSC_SUPPRESSED = 2         /**< consent.profiling of the lead is false, or its
                                    store holds that it withdrew */
} lsc_outcome_status;

/** "scored", "insufficient_data" or "suppressed". Static. @since 0.1 */
LSC_API const char *lsc_outcome_status_name(lsc_outcome_status status);

/**
 * A score. Numbers that do not exist are NaN, and `score` is -1: an unscored lead has no score,
 * never 0. A scorecard has points and a score, and no probability until it is calibrated. A model
 * that was imported has the probability that it says itself, uncalibrated, and no interval.
 */
typedef struct lsc_result {
    size_t size; /**< sizeof(lsc_result), set by the caller: LSC_RESULT_INIT */
    lsc_outcome_status status;
    int score;              /**< 0 to 100: floor(100·probability + 1/2); or -1 */
    char grade;             /**< 'A', 'B', 'C', 'D' or 'F' by the thresholds in the bundle; or 0 */
    double probability;     /**< in [0, 1]; calibrated where the model is */
    double probability_low; /**< 90 % interval of the probability, from the calibration; NaN */
    double probability_high;
    double confidence;     /**< 1 - (high - low) */
    float margin;          /**< log-odds as XGBoost gives them, bit for bit; NaN for a scorecard */
    float raw_probability; /**< XGBoost's sigmoid of the margin, bit for bit; NaN for a scorecard */
    double points;         /**< of a scorecard, capped; else NaN */
} lsc_result;

/* clang-format off */
#define LSC_RESULT_INIT {sizeof(lsc_result), LSC_SCORED, -1, 0, 0, 0, 0, 0, 0, 0, 0}
/* clang-format on */

/** As lsc_activity_init(), with LSC_RESULT_INIT. @since 0.1 */
LSC_API void lsc_result_init(lsc_result *result, size_t size);

/**
 * Score a lead as of a time.
 *
 * @param lead      may be sorted in place
 * @param as_of_ms  what is later is not seen
 * @param result    filled; untouched on error
 * @return LSC_OK (also for an unscored lead: see result->status), or LSC_INVALID_ARG.
 *
 * Allocates nothing.
 * @since 0.1
 */
LSC_API lsc_status lsc_score_lead(lsc_scorer *scorer, lsc_lead *lead, int64_t as_of_ms,
                                  lsc_result *result, lsc_error *error);

/**
 * Score a lead given as JSON: lsc_lead_parse_json(), then lsc_lead_add_activities_json() where
 * `activities` is not NULL, then lsc_score_lead().
 * @return what these return.
 * @since 0.1
 */
LSC_API lsc_status lsc_score_json(lsc_scorer *scorer, const char *lead, size_t lead_length,
                                  const char *activities, size_t activities_length,
                                  int64_t as_of_ms, lsc_result *result, lsc_error *error);

/**
 * Choose the table by which the JSON calls name a lead's properties, as lsc_lead_set_aliases() does.
 *
 * @param aliases  NULL: all of the library's tables, as at first
 * @return LSC_OK or LSC_INVALID_ARG.
 * @since 0.1
 */
LSC_API lsc_status lsc_scorer_set_aliases(lsc_scorer *scorer, lsc_aliases *aliases,
                                          lsc_error *error);

/**
 * Score one feature vector.
 *
 * @param columns    float32 [n_columns] in the order of the model's spec; NaN means missing
 * @param n_columns  lsc_spec_n_columns() of the model's spec
 * @return LSC_OK; LSC_INVALID_ARG for another width or an infinity, naming the column.
 *
 * Allocates nothing.
 * @since 0.1
 */
LSC_API lsc_status lsc_score_vector(lsc_scorer *scorer, const float *columns, size_t n_columns,
                                    lsc_result *result, lsc_error *error);

/**
 * Score a batch of feature vectors.
 *
 * @param columns        float32 [n_rows][n_columns], row-major; NaN means missing
 * @param probabilities  float32 [n_rows], filled, calibrated; NULL where not wanted; NaN for a
 *                       scorecard that is not calibrated
 * @param margins        float32 [n_rows], filled; NULL where not wanted. Points for a scorecard
 * @return LSC_OK; LSC_INVALID_ARG for NULL columns while n_rows > 0, another width, or an infinity,
 *         naming row and column.
 *
 * Allocates nothing. On error the outputs are untouched: all rows are looked at before the first is scored. Of
 * more rows than the processor's caches hold, calls of some hundred rows each take less (docs/benchmarks.md).
 * @since 0.1
 */
LSC_API lsc_status lsc_score_batch(lsc_scorer *scorer, const float *columns, size_t n_rows,
                                   size_t n_columns, float *probabilities, float *margins,
                                   lsc_error *error);

LSC_END_DECLS

#endif
