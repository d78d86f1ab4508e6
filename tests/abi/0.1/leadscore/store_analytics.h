/**
 * @file store_analytics.h
 * Counts over the scores and outcomes of an organization: no lead is named. A count of one may still tell of
 * somebody.
 *
 * Outcomes are those of lsc_store_add_outcome() and lsc_store_ingest(); the property "outcome" of a lead,
 * which may be encrypted, does not count. A score counts at the time it is as of, whenever it was made: one that was
 * made later, by a model that had learnt from these very outcomes, makes that model look better than it is.
 */
#ifndef LEADSCORE_STORE_ANALYTICS_H
#define LEADSCORE_STORE_ANALYTICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock.h"
#include "score.h"
#include "store_file.h"

LSC_BEGIN_DECLS

/** How many leads have a score. */
typedef struct lsc_score_count {
    lsc_outcome_status status; /**< of their latest score */
    int score;                 /**< -1 for unscored leads */
    char grade;                /**< 0 for unscored leads */
    int64_t n_leads;
} lsc_score_count;

/**
 * Count the leads of an organization by their latest score, the best first, of equal ones by grade, then
 * unscored leads by their status; those that have no score at all are left out.
 *
 * @param counts  set to an array [n]
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_count_scores(lsc_store *store, const char *organization,
                                          const lsc_score_count **counts, size_t *n,
                                          lsc_error *error);

/** Which conversions are counted. Start from LSC_CONVERSION_QUERY_INIT. */
typedef struct lsc_conversion_query {
    size_t size;        /**< sizeof(lsc_conversion_query) */
    int64_t as_of_ms;   /**< leads count as they stood then */
    int64_t horizon_ms; /**< a lead converts when it does within this time after it */
    const char *model;  /**< scores of the model of this id alone; NULL: of any */
    bool repeats;       /**< leads that had converted already count, too */
} lsc_conversion_query;

/* clang-format off */
#define LSC_CONVERSION_QUERY_INIT {sizeof(lsc_conversion_query), LSC_TIME_NONE, 0, NULL, false}
/* clang-format on */

/** As lsc_activity_init(), with LSC_CONVERSION_QUERY_INIT. @since 0.1 */
LSC_API void lsc_conversion_query_init(lsc_conversion_query *query, size_t size);

/** How many leads of a grade converted. */
typedef struct lsc_grade_conversion {
    char grade;
    int64_t n_leads;
    int64_t n_converted; /**< of them */
} lsc_grade_conversion;

/**
 * Count conversions by grade, point in time: each lead by the grade of its latest score as of a time or before,
 * and whether it converted within the horizon after that time, the end included. Leads without such a score,
 * and those that had converted by then, are left out. Where the horizon has not passed there are more to come.
 *
 * @param grades  set to an array [n], 'A' first
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization or model; LSC_INVALID_ARG for a time outside the
 *         years 1 to 9999, or a horizon that is not positive.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_count_conversions(lsc_store *store, const char *organization,
                                               const lsc_conversion_query *query,
                                               const lsc_grade_conversion **grades, size_t *n,
                                               lsc_error *error);

/** Most months of one call. One past is LSC_LIMIT. */
#define LSC_MAX_MONTHS 120
/** Bins of probability: [0, 0.1), [0.1, 0.2) ... [0.9, 1]. */
#define LSC_N_PROBABILITY_BINS 10

/** Of which time models are looked at. Start from LSC_PERFORMANCE_QUERY_INIT. */
typedef struct lsc_performance_query {
    size_t size;        /**< sizeof(lsc_performance_query) */
    int64_t from_ms;    /**< scores as of this time on */
    int64_t until_ms;   /**< and before this one */
    int64_t horizon_ms; /**< a lead converts when it does within this time after its score's */
    /** Until when outcomes are known: scores whose horizon ends later are left out. */
    int64_t known_ms;
    bool repeats; /**< leads that had converted already count, too */
} lsc_performance_query;

/* clang-format off */
#define LSC_PERFORMANCE_QUERY_INIT \
    {sizeof(lsc_performance_query), LSC_TIME_NONE, LSC_TIME_NONE, 0, LSC_TIME_NONE, false}
/* clang-format on */

/** As lsc_activity_init(), with LSC_PERFORMANCE_QUERY_INIT. @since 0.1 */
LSC_API void lsc_performance_query_init(lsc_performance_query *query, size_t size);

/** Leads whose probability is in a bin. */
typedef struct lsc_probability_bin {
    int64_t n_leads;
    int64_t n_converted;
    double mean_probability; /**< NaN where there are none */
} lsc_probability_bin;

/** How a model did in a month. What cannot be said is NaN, as all of probabilities is of a scorecard without. */
typedef struct lsc_performance {
    char month[8]; /**< "2026-03", UTC */
    const char *model_sha256;
    const char *model_name;
    const char *model_version;
    int64_t n_leads;
    int64_t n_converted;
    /** Beside n_converted / n_leads: whether it says too much or too little. */
    double mean_probability;
    double brier;    /**< mean of (probability - outcome)^2 */
    double log_loss; /**< mean, in nats; probabilities taken to within 1e-15 of 0 and 1 */
    double auc; /**< of the scores: that one who converts has more than one who does not; equal ones
                     count half */
    lsc_probability_bin bins[LSC_N_PROBABILITY_BINS];
} lsc_performance;

/**
 * Say how models did, by month and model. Each lead counts once a month and model, by its first score as of that
 * month: the last would be chosen by when the lead converted. Leads that had converted by then are left out.
 *
 * Takes time in proportion to the leads of the organization and their scores of the time.
 *
 * @param rows  set to an array [n], by month, then in the order in which the models were added
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization; LSC_LIMIT past LSC_MAX_MONTHS; LSC_INVALID_ARG for
 *         a time outside the years 1 to 9999, or a horizon that is not positive.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_list_performance(lsc_store *store, const char *organization,
                                              const lsc_performance_query *query,
                                              const lsc_performance **rows, size_t *n,
                                              lsc_error *error);

LSC_END_DECLS

#endif
