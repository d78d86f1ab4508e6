/**
 * @file explain.h
 * Why a lead has its score: contributions, breakdown, reasons, and a receipt to replay it.
 */
#ifndef LEADSCORE_EXPLAIN_H
#define LEADSCORE_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "score.h"
#include "status.h"

LSC_BEGIN_DECLS

/** Most reasons up, and most down. */
#define LSC_MAX_REASONS 5
/** Most activities named behind a reason. */
#define LSC_MAX_EVIDENCE 3
/** Bytes of an explanation or receipt to replay. One past is LSC_LIMIT. */
#define LSC_MAX_EXPLANATION_JSON (32u << 20)

/** What a feature contributes: exact TreeSHAP in log-odds, or points of a scorecard. */
typedef struct lsc_contribution {
    const char *feature;
    const char *group;
    double value; /**< a feature of several columns: their sum */
} lsc_contribution;

/** Points of the score that a group accounts for; may be negative. */
typedef struct lsc_breakdown_part {
    const char *group;
    int points;
} lsc_breakdown_part;

/** A reason, as a sentence. */
typedef struct lsc_reason {
    const char *code; /**< stable: "feature_name.up" or "feature_name.down" */
    const char *feature;
    const char *text;    /**< one sentence, UTF-8 */
    double contribution; /**< as in contributions; its sign is the direction */
    const char *activity_ids[LSC_MAX_EVIDENCE]; /**< latest first; they belong to the lead */
    size_t n_activity_ids;
} lsc_reason;

/** What is needed to compute a score again and see that it is the same. Hashes are SHA-256, hex. */
typedef struct lsc_receipt {
    char model_sha256[65];  /**< of the bundle's file */
    char spec_sha256[65];   /**< of features.json */
    char input_sha256[65];  /**< of the canonical lead and its visible activities, or the vector */
    char result_sha256[65]; /**< of the bits of the result and contributions */
    int64_t as_of_ms;
    char library_version[16];
} lsc_receipt;

/**
 * An explained score. Arrays and texts belong to the scorer and are valid until its next call;
 * names belong to the model; activity ids belong to the lead and are valid until that is changed or
 * freed. The structs inside it keep their size as long as the SONAME stays.
 */
typedef struct lsc_explanation {
    size_t size; /**< sizeof(lsc_explanation), set by the caller */
    lsc_result result;
    double base_value; /**< margin (or points) before any contribution; NaN for an unscored lead */
    const lsc_contribution *contributions; /**< [n_contributions], a feature each, in spec order */
    size_t n_contributions;                /**< 0 for an unscored lead */
    /** baseline + the points of all parts == result.score; 0, which says nothing, for an unscored lead */
    int baseline;
    const lsc_breakdown_part *breakdown; /**< [n_breakdown], a group each, in spec order */
    size_t n_breakdown;
    const lsc_reason *reasons; /**< [n_reasons], those up by size, then those down by size */
    size_t n_reasons;
    lsc_receipt receipt;
} lsc_explanation;

/* clang-format off */
#define LSC_EXPLANATION_INIT \
    {sizeof(lsc_explanation), LSC_RESULT_INIT, 0, NULL, 0, 0, NULL, 0, NULL, 0, \
     {{0}, {0}, {0}, {0}, LSC_TIME_NONE, {0}}}
/* clang-format on */

/** As lsc_activity_init(), with LSC_EXPLANATION_INIT. @since 0.1 */
LSC_API void lsc_explanation_init(lsc_explanation *explanation, size_t size);

/**
 * Whether explanations of this scorer get a receipt. They do unless told otherwise; but hashing a
 * lead takes longer than all the rest of explaining it, so do without where no score is replayed.
 * The hashes are then empty texts, and "receipt" in JSON is null; as_of_ms is filled all the same.
 * Explaining the lead once more with `wanted` gives the receipt that it would have had.
 *
 * @param wanted  from the next explanation on. lsc_replay_lead() is not touched by it
 * @since 0.1
 */
LSC_API void lsc_scorer_set_receipts(lsc_scorer *scorer, bool wanted);

/**
 * Score a lead as of a time and say why.
 *
 * Contributions are exact path-dependent TreeSHAP (Lundberg et al., "From local explanations to
 * global understanding with explainable AI for trees", Nature Machine Intelligence 2, 2020) with the
 * trees' sum of hessians as cover, as XGBoost's pred_contribs; within 5e-6·max(1, sum of the trees'
 * absolute outputs) of those in double, and the same bits on every processor (docs/engine.md). The breakdown holds the Shapley
 * values over the groups of 100·c(base value + contributions of the groups in S), c being the
 * calibrated probability, rounded by largest remainder so that it sums to the score. An unscored
 * lead has neither, nor reasons, but a receipt.
 *
 * @param explanation  filled; untouched on error
 * @return LSC_OK or LSC_INVALID_ARG.
 *
 * Allocates nothing.
 * @since 0.1
 */
LSC_API lsc_status lsc_explain_lead(lsc_scorer *scorer, lsc_lead *lead, int64_t as_of_ms,
                                    lsc_explanation *explanation, lsc_error *error);

/** As lsc_explain_lead(), from JSON; see lsc_score_json(). @since 0.1 */
LSC_API lsc_status lsc_explain_json(lsc_scorer *scorer, const char *lead, size_t lead_length,
                                    const char *activities, size_t activities_length,
                                    int64_t as_of_ms, lsc_explanation *explanation,
                                    lsc_error *error);

/**
 * As lsc_explain_lead(), from a feature vector (see lsc_score_vector()). Reasons name no
 * activities, and as_of_ms of the receipt is LSC_TIME_NONE.
 * @since 0.1
 */
LSC_API lsc_status lsc_explain_vector(lsc_scorer *scorer, const float *columns, size_t n_columns,
                                      lsc_explanation *explanation, lsc_error *error);

/**
 * Contributions of a batch of vectors.
 *
 * @param columns        float32 [n_rows][n_columns], row-major; NaN means missing
 * @param contributions  float32 [n_rows][n_columns + 1], filled: one a column, the base value last
 *                       (points, for a scorecard)
 * @return as lsc_score_batch(). Allocates nothing. On error the output is untouched.
 * @since 0.1
 */
LSC_API lsc_status lsc_contributions_batch(lsc_scorer *scorer, const float *columns, size_t n_rows,
                                           size_t n_columns, float *contributions,
                                           lsc_error *error);

/**
 * An explanation as one JSON object (docs/result.md).
 *
 * @param explanation  made by `scorer`, and still valid
 * @param lead_id      goes into the object; NULL leaves it out
 * @param indent       spaces a level, at most 16; 0 for one line
 * @param json         set to NUL-terminated text owned by the scorer, valid until its next call of
 *                     this; untouched on error
 * @return LSC_OK, LSC_NO_MEMORY or LSC_INVALID_ARG. Allocates from the scorer's allocator.
 * @since 0.1
 */
LSC_API lsc_status lsc_explanation_json(lsc_scorer *scorer, const lsc_explanation *explanation,
                                        const char *lead_id, int indent, const char **json,
                                        size_t *length, lsc_error *error);

/**
 * Compute an explained score again, and compare its bits with a receipt.
 *
 * @param receipt  the JSON of lsc_explanation_json(), or its "receipt" member alone
 * @return LSC_OK when all agrees; LSC_MISMATCH naming what differs (model, spec, input, result,
 *         or a member beside the receipt);
 *         LSC_BAD_JSON when `receipt` is none; LSC_LIMIT; LSC_INVALID_ARG, also for the receipt of a
 *         vector; LSC_NO_MEMORY. A receipt of another library version is compared all the same:
 *         versions that give other bits say so in the changelog.
 * @since 0.1
 */
LSC_API lsc_status lsc_replay_lead(lsc_scorer *scorer, lsc_lead *lead, const char *receipt,
                                   size_t length, lsc_error *error);

LSC_END_DECLS

#endif
