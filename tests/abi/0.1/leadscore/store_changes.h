/**
 * @file store_changes.h
 * What changed between two scores of a lead.
 */
#ifndef LEADSCORE_STORE_CHANGES_H
#define LEADSCORE_STORE_CHANGES_H

#include <stddef.h>
#include <stdint.h>

#include "clock.h"
#include "store_file.h"

LSC_BEGIN_DECLS

/** What can make two scores of a lead differ. */
typedef enum lsc_change_part {
    LSC_CHANGE_TIME = 0, /**< time went by: what was known decayed, left windows, grew older */
    LSC_CHANGE_ACTIVITIES = 1, /**< activities that the earlier score did not see */
    LSC_CHANGE_PROPERTIES = 2, /**< the lead was put with other properties */
    LSC_CHANGE_MODEL = 3       /**< another model scored */
} lsc_change_part;

#define LSC_N_CHANGE_PARTS 4

/** "time", "activities", "properties" or "model"; "unknown" for what is none. Static. @since 0.1 */
LSC_API const char *lsc_change_part_name(lsc_change_part part);

/** Which two scores are compared. Start from LSC_CHANGE_QUERY_INIT. */
typedef struct lsc_change_query {
    size_t size;     /**< sizeof(lsc_change_query) */
    int64_t from_ms; /**< the as-of time of the earlier score */
    int64_t to_ms;   /**< of the later one; not before `from_ms` */
    /**
     * The id (SHA-256, hex) of the model; NULL: of several that scored at the time, the one that lists
     * give first.
     */
    const char *from_model;
    const char *to_model; /**< likewise */
} lsc_change_query;

/* clang-format off */
#define LSC_CHANGE_QUERY_INIT {sizeof(lsc_change_query), LSC_TIME_NONE, LSC_TIME_NONE, NULL, NULL}
/* clang-format on */

/** As lsc_activity_init(), with LSC_CHANGE_QUERY_INIT. @since 0.1 */
LSC_API void lsc_change_query_init(lsc_change_query *query, size_t size);

/** What each part adds to a score, by lsc_change_part. Start from LSC_SCORE_CHANGE_INIT. */
typedef struct lsc_score_change {
    size_t size; /**< sizeof(lsc_score_change), set by the caller */
    int from_score;
    int to_score;
    int points[LSC_N_CHANGE_PARTS]; /**< of the score: they sum to to_score - from_score */
    /**
     * Before rounding, of 100·probability, or a scorecard's points: they sum to the difference of
     * these, exactly.
     */
    double exact_points[LSC_N_CHANGE_PARTS];
    /**
     * In log-odds: they sum to the difference of the margins, exactly. NaN where a model has none, or
     * one beyond 1024.
     */
    double margins[LSC_N_CHANGE_PARTS];
    size_t from_activities; /**< how many the earlier score saw */
    size_t to_activities;
} lsc_score_change;

/* clang-format off */
#define LSC_SCORE_CHANGE_INIT {sizeof(lsc_score_change), 0, 0, {0}, {0}, {0}, 0, 0}
/* clang-format on */

/** As lsc_activity_init(), with LSC_SCORE_CHANGE_INIT. @since 0.1 */
LSC_API void lsc_score_change_init(lsc_score_change *change, size_t size);

/**
 * Say what made two kept scores of a lead differ. Both are computed again from what the store holds, and
 * must be what was kept; then the lead is scored with each part as it was, and as it became, and a part is
 * the mean of what its change adds, over the orders in which the four can change: Shapley's value. Orders
 * in which activities come before the time in which they happened are none (docs/store.md).
 *
 * Exact points and margins are whole multiples of 2^-40; in any order they sum, as doubles, without
 * rounding. The two ends are taken to the nearest multiple, which a margin of 2^-17 or more, up or down, is.
 *
 * @param change  filled; untouched on error
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization or lead, or a score that is not kept;
 *         LSC_INPUT_NOT_HELD where what one of them was made from is not there any more;
 *         LSC_MISMATCH where it is, and gives another score now, as by another version of the library;
 *         LSC_INVALID_ARG for a `to_ms` before `from_ms`, where one of both has the status
 *         "insufficient_data" or "suppressed", or the lead has withdrawn its consent to profiling.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_explain_change(lsc_store *store, const char *organization,
                                            const char *lead_id, const lsc_change_query *query,
                                            lsc_score_change *change, lsc_error *error);

LSC_END_DECLS

#endif
