/**
 * @file score_rows.h
 * Rows of scores.
 */
#ifndef LSC_STORE_SCORE_ROWS_H
#define LSC_STORE_SCORE_ROWS_H

#include "core/hash.h"
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

/** What is read of a kept score to compute it again. */
typedef struct lsc_kept_score {
    int64_t as_of_ms;
    int64_t revision; /**< of the lead that was scored */
    int status;
    int score;
    char model_sha256[LSC_HASH_TEXT_SIZE];
    char input_sha256[LSC_HASH_TEXT_SIZE];
    char result_sha256[LSC_HASH_TEXT_SIZE];
    char library_version[16];
} lsc_kept_score;

/**
 * Find a score of a lead.
 * @param model_sha256  NULL: of several of the time, the one that lists give first
 * @return LSC_OK; LSC_NOT_FOUND; LSC_INVALID_ARG for what is no hash.
 */
lsc_status lsc_score_row_find(lsc_store *store, int64_t lead_key, int64_t as_of_ms,
                              const char *model_sha256, lsc_kept_score *kept, lsc_error *error);

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

/**
 * Scores of a lead, the latest as-of time first, in the page of the store.
 * @param limit  most as-of times; where several models scored at one there are more rows
 */
lsc_status lsc_score_rows_read(lsc_store *store, int64_t lead_key, const char *lead_id,
                               int64_t before_ms, size_t limit, const lsc_stored_score **rows,
                               size_t *n, lsc_error *error);

#endif
