/**
 * @file lead_state.h
 * Leads between the library and the store, for the files of src/pipeline. All is within a change, or
 * a look, of the caller's.
 */
#ifndef LSC_PIPELINE_LEAD_STATE_H
#define LSC_PIPELINE_LEAD_STATE_H

#include "core/json.h"
#include "pipeline/companion.h"

/** What a call wrote. */
typedef struct lsc_written {
    size_t added;      /**< activities that were new */
    size_t duplicates; /**< activities that were there already */
} lsc_written;

/** Write a lead and the activities on its timeline. */
lsc_status lsc_state_put_lead(lsc_store *store, int64_t organization_key, lsc_lead *lead,
                              lsc_written *written, lsc_error *error);

/**
 * Write one activity that is read already.
 * @param lead_id  NULL: it names its lead; else it must not name another
 */
lsc_status lsc_state_put_activity(lsc_store *store, int64_t organization_key, const char *lead_id,
                                  const lsc_json *activity, lsc_written *written, lsc_error *error);

/** Fill a lead with what the store holds of it. On error it may hold a part. */
lsc_status lsc_state_get_lead(lsc_store *store, int64_t key, lsc_lead *lead, lsc_error *error);

/** What a lead was like when it was scored. */
typedef struct lsc_past_lead {
    int64_t properties; /**< the revision whose properties it has */
    int64_t activities; /**< the revision whose activities it has */
    int64_t seen_ms;    /**< and those alone that were visible at this time */
} lsc_past_lead;

/**
 * Fill a lead with what it was like. Whether it consents to profiling today does not count.
 * @param withdrawn  set to whether it has withdrawn that
 */
lsc_status lsc_state_get_past_lead(lsc_store *store, int64_t key, const lsc_past_lead *past,
                                   lsc_lead *lead, bool *withdrawn, lsc_error *error);

#endif
