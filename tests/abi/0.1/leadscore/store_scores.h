/**
 * @file store_scores.h
 * Models of a store, and the scores that they gave.
 */
#ifndef LEADSCORE_STORE_SCORES_H
#define LEADSCORE_STORE_SCORES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "explain.h"
#include "model.h"
#include "score.h"
#include "store_file.h"

LSC_BEGIN_DECLS

/* Models. */

/** A model as lists give it. */
typedef struct lsc_stored_model {
    const char *sha256; /**< of its bundle, hex: its id */
    const char *uuid;   /**< made by the store */
    const char *name;
    const char *version;
    const char *model_type;
    bool gate_passed;
    bool active; /**< the one that scores, at most one of an organization */
} lsc_stored_model;

/**
 * Add a model. It is loaded to see that it is one; its bytes are held once, whoever adds them.
 *
 * @param bundle  the bytes of a bundle (.lsm)
 * @param load    how it must load: trusted keys, self-test; may be NULL
 * @param sha256  filled with its id; may be NULL
 * @return LSC_OK, also when the organization has it already; LSC_NOT_FOUND for an unknown
 *         organization; LSC_LIMIT; what lsc_model_load_bytes() returns.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_add_model(lsc_store *store, const char *organization,
                                       const void *bundle, size_t length, const lsc_load *load,
                                       char sha256[65], lsc_error *error);

/**
 * Make a model the one that scores, in place of the one before.
 *
 * @param sha256  its id
 * @param force   also when its gate did not pass
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization or model; LSC_GATE_FAILED.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_activate_model(lsc_store *store, const char *organization,
                                            const char *sha256, bool force, lsc_error *error);

/**
 * List the models of an organization, in the order in which they were added.
 * @param models  set to an array [n]
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_list_models(lsc_store *store, const char *organization,
                                         const lsc_stored_model **models, size_t *n,
                                         lsc_error *error);

/**
 * Load a model.
 *
 * @param sha256  its id; NULL: the one that scores
 * @param load    may be NULL
 * @param model   set to a new model with one reference; NULL on error
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization or model, or when none scores; what
 *         lsc_model_load_bytes() returns.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_load_model(lsc_store *store, const char *organization,
                                        const char *sha256, const lsc_load *load, lsc_model **model,
                                        lsc_error *error);

/* Scores. */

/**
 * Score a lead from the store as of a time, say why, and keep the score. A score of the same lead,
 * time and model is kept once, the last one.
 *
 * @param scorer       of a model that the organization has. There is a receipt whatever
 *                     lsc_scorer_set_receipts() said
 * @param explanation  filled as lsc_explain_lead() does; its activity ids belong to the store.
 *                     Untouched on error; may be NULL
 * @return LSC_OK, also for an unscored lead; LSC_NOT_FOUND for an unknown organization, lead or
 *         model.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_score_lead(lsc_store *store, const char *organization,
                                        const char *lead_id, lsc_scorer *scorer, int64_t as_of_ms,
                                        lsc_explanation *explanation, lsc_error *error);

/** A score that was kept. */
typedef struct lsc_stored_score {
    const char *lead_id;
    const char *model_name;
    const char *model_version;
    lsc_result result;
    /** baseline + the points of all parts == result.score; 0, which says nothing, for an unscored lead */
    int baseline;
    const lsc_breakdown_part *breakdown; /**< [n_breakdown] */
    size_t n_breakdown;
    lsc_receipt receipt; /**< lsc_replay_lead() takes it as JSON */
} lsc_stored_score;

/** Which scores are listed. Start from LSC_SCORE_QUERY_INIT. */
typedef struct lsc_score_query {
    size_t size;          /**< sizeof(lsc_score_query) */
    const char *after_id; /**< begin after the score of this lead: the last one of the page before,
                               NULL: at the best. With after_score */
    int after_score;      /**< its score; -1 for an unscored lead */
    size_t limit;         /**< most rows; 0: LSC_PAGE. A shorter page is the last */
    int min_score;        /**< 0: also the scores of 0, but no unscored lead; -1: these too */
    int max_score;        /**< 0: 100 */
} lsc_score_query;

/* clang-format off */
#define LSC_SCORE_QUERY_INIT {sizeof(lsc_score_query), NULL, 0, 0, 0, 0}
/* clang-format on */

/** As lsc_activity_init(), with LSC_SCORE_QUERY_INIT. @since 0.1 */
LSC_API void lsc_score_query_init(lsc_score_query *query, size_t size);

/**
 * List the latest score of each lead that has one, the best first, of equals in the order of their
 * ids. The latest is the one of the latest as-of time; where several models scored at it, of the one
 * that was kept last.
 *
 * @param query   may be NULL
 * @param scores  set to an array [n]
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_list_scores(lsc_store *store, const char *organization,
                                         const lsc_score_query *query,
                                         const lsc_stored_score **scores, size_t *n,
                                         lsc_error *error);

/**
 * List the scores of a lead, the latest as-of time first.
 *
 * @param before_ms  begin before this time; LSC_TIME_NONE: at the latest
 * @param limit      most as-of times; 0: LSC_PAGE. A page of fewer rows is the last. Models that
 *                   scored at one time come together, so a page may have more rows
 * @param scores     set to an array [n]
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization or lead.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_list_history(lsc_store *store, const char *organization,
                                          const char *lead_id, int64_t before_ms, size_t limit,
                                          const lsc_stored_score **scores, size_t *n,
                                          lsc_error *error);

/* Scores that can have changed. */

/** Why the latest score of a lead may not be what scoring it again would give. */
typedef enum lsc_stale_reason {
    LSC_STALE_CHANGED = 0, /**< the lead or its activities changed since, or it was never scored */
    LSC_STALE_MODEL = 1,   /**< another model scored it */
    LSC_STALE_DUE =
        2 /**< time: an activity left a window, decayed past a threshold, came to light */
} lsc_stale_reason;

/** A lead whose score can have changed. */
typedef struct lsc_stale_lead {
    const char *id;
    lsc_stale_reason reason;
    int64_t due_ms; /**< of LSC_STALE_DUE, since when; else LSC_TIME_NONE */
} lsc_stale_lead;

/**
 * List the first leads of an organization whose latest score can be another as of a time, scored by
 * its active model: those to be scored again. A lead that is scored is out of the list, so to go
 * through all of them one scores a page and asks again.
 *
 * Time alone makes a lead stale when its status, its score, its grade or, to the bit, its
 * probability can be another, and mostly not before it is; never after. Where a scorecard gives points
 * per unit of what moves at each moment (a decaying count, days since), its probability does not count.
 *
 * @param as_of_ms  not before the times that leads were scored as of
 * @param limit     most rows; 0: LSC_PAGE
 * @param leads     set to an array [n]
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_list_stale(lsc_store *store, const char *organization,
                                        int64_t as_of_ms, size_t limit,
                                        const lsc_stale_lead **leads, size_t *n, lsc_error *error);

/** Scoring many leads. Start from LSC_RESCORING_INIT. */
typedef struct lsc_rescoring {
    size_t size; /**< sizeof(lsc_rescoring) */
    int64_t as_of_ms;
    int n_threads; /**< that read and score, each through a connection of its own, while the caller's
                        writes. 0 or 1, a store in memory or a transaction that has begun: the caller's
                        does it all. At most LSC_MAX_THREADS */
    /** Told of each score that was kept, in the caller's thread; `changed`: its status, score, grade
        or probability is not that of the latest before. False: stop with LSC_CANCELLED. It must not
        use the store. May be NULL. */
    bool (*take)(void *ctx, const lsc_stored_score *score, bool changed);
    void *take_ctx;
} lsc_rescoring;

/** One past is LSC_LIMIT. */
#define LSC_MAX_THREADS 64

/* clang-format off */
#define LSC_RESCORING_INIT {sizeof(lsc_rescoring), LSC_TIME_NONE, 0, NULL, NULL}
/* clang-format on */

/** As lsc_activity_init(), with LSC_RESCORING_INIT. @since 0.1 */
LSC_API void lsc_rescoring_init(lsc_rescoring *rescoring, size_t size);

/** What a call that scores many leads came to. */
typedef struct lsc_rescoring_counts {
    size_t size;      /**< sizeof(lsc_rescoring_counts), set by the caller */
    uint64_t scored;  /**< scores that were kept */
    uint64_t changed; /**< of them, those that were not the same before */
} lsc_rescoring_counts;

/* clang-format off */
#define LSC_RESCORING_COUNTS_INIT {sizeof(lsc_rescoring_counts), 0, 0}
/* clang-format on */

/** As lsc_activity_init(), with LSC_RESCORING_COUNTS_INIT. @since 0.1 */
LSC_API void lsc_rescoring_counts_init(lsc_rescoring_counts *counts, size_t size);

/**
 * Score all leads of an organization from the store and keep the scores, as lsc_store_score_lead()
 * does, some hundreds in a transaction, in the order in which the leads were added. It takes memory for
 * these, however many leads there are, and others can write between the transactions: a lead that
 * they change meanwhile is scored as it is then.
 *
 * @param model   of the organization
 * @param counts  filled, also on error; may be NULL
 * @return LSC_OK; LSC_NOT_FOUND for an unknown organization or model; LSC_CANCELLED; LSC_LIMIT;
 *         LSC_INVALID_ARG for a time outside the years 1 to 9999. On error the transactions before
 *         are kept.
 * @since 0.1
 */
LSC_API lsc_status lsc_store_score_all(lsc_store *store, const char *organization, lsc_model *model,
                                       const lsc_rescoring *rescoring, lsc_rescoring_counts *counts,
                                       lsc_error *error);

/**
 * As lsc_store_score_all(), only of leads whose latest score is not the model's or can be another as of
 * the time: see lsc_store_list_stale().
 * @since 0.1
 */
LSC_API lsc_status lsc_store_score_stale(lsc_store *store, const char *organization,
                                         lsc_model *model, const lsc_rescoring *rescoring,
                                         lsc_rescoring_counts *counts, lsc_error *error);

LSC_END_DECLS

#endif
