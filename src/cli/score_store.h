/**
 * @file score_store.h
 * Scoring leads from the state of a store, which keeps the scores.
 */
#ifndef LSC_CLI_SCORE_STORE_H
#define LSC_CLI_SCORE_STORE_H

#include <leadscore/leadscore.h>

#include "model_args.h"
#include "store_access.h"

/** Takes what a lead came to. */
typedef lsc_status (*lsc_take_score)(void *ctx, lsc_loaded *loaded, const char *lead_id,
                                     const lsc_explanation *explanation, lsc_error *error);

/** Takes the score of a lead. */
typedef void (*lsc_take_result)(void *ctx, const char *lead_id, const lsc_result *result);

/** What to score, and who takes it. */
typedef struct lsc_store_scoring {
    lsc_store_access access;
    const char *id; /**< of a lead; NULL: all */
    bool stale;     /**< of these only those whose score can have changed */
    int64_t as_of_ms;
    const lsc_model_args *loading;
    lsc_take_score take; /**< NULL: take_result */
    lsc_take_result take_result;
    void *ctx;
} lsc_store_scoring;

/** Score with the active model of the organization. */
lsc_status lsc_score_store(const lsc_store_scoring *wanted, lsc_error *error);

#endif
