/**
 * @file lead_rows.h
 * Rows of leads, their activities and outcomes, as the pipeline writes and reads them. All is within
 * a change, or a look, of the caller's.
 */
#ifndef LSC_STORE_LEAD_ROWS_H
#define LSC_STORE_LEAD_ROWS_H

#include "store/vault.h"

/** A lead to write. Texts are the caller's; NULL: none. */
typedef struct lsc_lead_row {
    const char *id;
    const char *email; /**< in lower case */
    const char *status;
    const char *source;
    int64_t created_at_ms;  /**< LSC_TIME_NONE: none */
    const char *properties; /**< JSON */
} lsc_lead_row;

/**
 * Put a lead in place of the one with its id, or add it. Where nothing differs nothing is written.
 * @param key  set to its key
 * @return LSC_OK; LSC_CONFLICT for an e-mail of another lead; what the database says.
 */
lsc_status lsc_lead_row_put(lsc_store *store, int64_t organization_key, const lsc_lead_row *row,
                            int64_t *key, lsc_error *error);

/** What sealed columns of a lead are called where they are authenticated. */
#define LSC_LEAD_PROPERTIES "leads.properties"
#define LSC_LEAD_EMAIL "leads.email"

/** Make lead `key` the subject of the store. LSC_NOT_FOUND where it is gone. */
lsc_status lsc_lead_subject(lsc_store *store, int64_t key, lsc_error *error);

/** Seal the e-mail and the properties of a lead of an encrypted store. */
lsc_status lsc_lead_seal(lsc_store *store, int64_t organization_key, const char *uuid,
                         const lsc_lead_row *row, uint8_t index[LSC_MAC_SIZE], lsc_error *error);

/**
 * Set the parameters of what is personal: email, properties, sealed_properties, sealed_email and
 * email_index, in this order from `first` on; the last three as lsc_lead_seal() made them.
 */
void lsc_lead_set_personal(lsc_store *store, lsc_query *query, int first, const lsc_lead_row *row,
                           const uint8_t index[LSC_MAC_SIZE]);

/** The key of a lead. LSC_OK; LSC_NOT_FOUND; what lsc_store_check_id() returns. */
lsc_status lsc_lead_row_find(lsc_store *store, int64_t organization_key, const char *id,
                             int64_t *key, lsc_error *error);

/** As lsc_lead_row_find(), in the organization of this id. */
lsc_status lsc_lead_row_find_in(lsc_store *store, const char *organization, const char *id,
                                int64_t *key, lsc_error *error);

/** As lsc_lead_row_find(), but where the store makes leads, one that is not there is made. */
lsc_status lsc_lead_row_need(lsc_store *store, int64_t organization_key, const char *id,
                             int64_t *key, lsc_error *error);

/** Delete a lead and all that is its, within a change. */
lsc_status lsc_lead_row_delete(lsc_store *store, int64_t key, lsc_error *error);

/** What a store holds of a lead itself. It is valid until what takes it returns. */
typedef struct lsc_held_lead {
    const char *id;
    const char *properties; /**< JSON */
    size_t length;
    bool withdrawn; /**< it has withdrawn its consent to profiling */
} lsc_held_lead;

typedef lsc_status (*lsc_take_properties)(void *ctx, const lsc_held_lead *held, lsc_error *error);

/**
 * The lead that comes after `after` in the order of ids.
 * @param after  "" for the first
 * @param key    set to 0 where there is none
 */
lsc_status lsc_lead_row_next(lsc_store *store, int64_t organization_key, const char *after,
                             int64_t *key, lsc_error *error);

/** Give a lead without its activities to `take`. LSC_NOT_FOUND where its key is none. */
lsc_status lsc_lead_row_read(lsc_store *store, int64_t key, lsc_take_properties take, void *ctx,
                             lsc_error *error);

/** An activity. Texts are not NULL. */
typedef struct lsc_activity_row {
    const char *source;
    const char *id;
    const char *type;
    int64_t time_ms;
    int64_t recorded_time_ms;
    bool bot;
    const char *data;   /**< JSON */
    size_t data_length; /**< of a row that is read */
} lsc_activity_row;

/**
 * Add an activity, or put it in the place of its duplicate where it wins over that, by the rule of a
 * timeline: the one recorded first.
 * @param added  set to whether it is new
 */
lsc_status lsc_activity_row_put(lsc_store *store, int64_t lead_key, const lsc_activity_row *row,
                                bool *added, lsc_error *error);

/** Write an activity anew that stands there already: the same, sealed otherwise. */
lsc_status lsc_activity_row_replace(lsc_store *store, int64_t lead_key, const lsc_activity_row *row,
                                    lsc_error *error);

/** Takes one activity, which is valid until it returns. */
typedef lsc_status (*lsc_take_activity)(void *ctx, const lsc_activity_row *row, lsc_error *error);

/** Give each activity of a lead to `take`, by source and id. */
lsc_status lsc_activity_rows_read(lsc_store *store, int64_t lead_key, lsc_take_activity take,
                                  void *ctx, lsc_error *error);

/** As lsc_activity_rows_read(), of those that the lead had at a revision. */
lsc_status lsc_activity_rows_read_at(lsc_store *store, int64_t lead_key, int64_t revision,
                                     lsc_take_activity take, void *ctx, lsc_error *error);

/**
 * Give the next activities of a lead to `take`, in the order of a timeline or backwards.
 * @param wanted  checked; with its limit
 */
lsc_status lsc_activity_rows_list(lsc_store *store, int64_t lead_key,
                                  const lsc_activity_query *wanted, lsc_take_activity take,
                                  void *ctx, lsc_error *error);

/** Add an outcome, where the lead does not have it. LSC_INVALID_ARG for a time that is none. */
lsc_status lsc_outcome_row_put(lsc_store *store, int64_t lead_key, const lsc_outcome *outcome,
                               lsc_error *error);

/** Takes one outcome. */
typedef lsc_status (*lsc_take_outcome)(void *ctx, const lsc_outcome *outcome, lsc_error *error);

/** Give each added outcome of a lead to `take`, in order of time. */
lsc_status lsc_outcome_rows_read(lsc_store *store, int64_t lead_key, lsc_take_outcome take,
                                 void *ctx, lsc_error *error);

#endif
