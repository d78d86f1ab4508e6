/**
 * @file queue_rows.h
 * The queue of leads whose score can have changed. Each lead has a row that says of its latest score
 * whose it is and until when it holds. All is within a change, or a look, of the caller's.
 */
#ifndef LSC_STORE_QUEUE_ROWS_H
#define LSC_STORE_QUEUE_ROWS_H

#include "store/store_data.h"

/** What stands in place of a model's key: the lead was changed since, or never scored. */
#define LSC_QUEUE_CHANGED 0
/** Until when a score holds that stays as it is. */
#define LSC_QUEUE_NEVER INT64_MAX

/** Add a new lead. */
lsc_status lsc_queue_add(lsc_store *store, int64_t organization_key, int64_t lead_key,
                         lsc_error *error);

/** SQL: the revision of what is written next of lead ?1. lsc_queue_mark() makes it the lead's. */
#define LSC_SQL_NEXT_REVISION \
    "(SELECT revision + (model_key <> 0) FROM score_queue WHERE lead_key = ?1)"
/** SQL: the revision of lead ?1, as it would be scored. */
#define LSC_SQL_REVISION "coalesce((SELECT revision FROM score_queue WHERE lead_key = ?1), 0)"

/**
 * Say that what scoring reads of a lead has changed. Also takes away who is at it. Where the lead was
 * scored since the last time its revision ends.
 */
lsc_status lsc_queue_mark(lsc_store *store, int64_t lead_key, lsc_error *error);

/** Say that a lead was scored, where that is not its latest score: what is changed next is a new revision. */
lsc_status lsc_queue_close_revision(lsc_store *store, int64_t lead_key, lsc_error *error);

/** Say whose a lead's latest score is, and until when it holds. */
lsc_status lsc_queue_put(lsc_store *store, int64_t lead_key, int64_t model_key, int64_t due_ms,
                         lsc_error *error);

/** A number, below 0, by which leads are claimed that are about to be scored. */
int64_t lsc_queue_new_claim(void);

/** Say who is at a lead: until it changes, or is scored, lsc_queue_is_claimed() says so. */
lsc_status lsc_queue_claim(lsc_store *store, int64_t lead_key, int64_t claim, lsc_error *error);
lsc_status lsc_queue_is_claimed(lsc_store *store, int64_t lead_key, int64_t claim, bool *is_claimed,
                                lsc_error *error);

/** Take back a claim that still stands: the lead's row says again whose its latest score is. */
lsc_status lsc_queue_unclaim(lsc_store *store, int64_t lead_key, int64_t claim, int64_t model_key,
                             lsc_error *error);

/** Takes a lead of the queue. `id` is valid until it returns. */
typedef lsc_status (*lsc_take_queued)(void *ctx, int64_t lead_key, const char *id,
                                      lsc_stale_reason reason, int64_t due_ms, lsc_error *error);

/**
 * Give the first leads of the queue to `take`: of those whose latest score is not the model's, or
 * holds no longer as of a time.
 * @param model_key  0: no model scores, all leads are stale
 * @param claim      leads that are claimed by it are left out; 0: none
 */
lsc_status lsc_queue_read(lsc_store *store, int64_t organization_key, int64_t model_key,
                          int64_t claim, int64_t as_of_ms, size_t limit, lsc_take_queued take,
                          void *ctx, lsc_error *error);

/** Takes a lead, and whose its latest score is. `id` is valid until it returns. */
typedef lsc_status (*lsc_take_key)(void *ctx, int64_t lead_key, const char *id, int64_t model_key,
                                   lsc_error *error);

/** Give the next leads of an organization to `take`, stale or not, in the order in which they were added. */
lsc_status lsc_queue_list(lsc_store *store, int64_t organization_key, int64_t after_key,
                          size_t limit, lsc_take_key take, void *ctx, lsc_error *error);

#endif
