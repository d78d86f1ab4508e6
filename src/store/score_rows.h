/**
 * @file score_rows.h
 * Rows of scores.
 */
#ifndef LSC_STORE_SCORE_ROWS_H
#define LSC_STORE_SCORE_ROWS_H

#include "store/store_data.h"

/** Whose score it is, and which model's. */
typedef struct lsc_score_place {
    int64_t organization_key;
    int64_t lead_key;
    int64_t model_key;
    const char *lead_id;
    int64_t due_ms; /**< until when it holds, if it is the latest: LSC_QUEUE_NEVER, or a time */
} lsc_score_place;

/**
 * Keep a score, in place of one of the same lead, time and model; within a change of the caller's.
 * Names of lead and model, and the model's hashes, are known by its place.
 */
lsc_status lsc_score_row_put(lsc_store *store, const lsc_score_place *place,
                             const lsc_stored_score *score, lsc_error *error);

/** What two scores are compared by. */
typedef struct lsc_score_mark {
    bool known; /**< there is one */
    int status;
    int score;
    int grade;
    double probability;
} lsc_score_mark;

/** The latest score of a lead. */
lsc_status lsc_score_row_latest(lsc_store *store, int64_t lead_key, lsc_score_mark *mark,
                                lsc_error *error);

#endif
