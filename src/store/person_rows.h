/**
 * @file person_rows.h
 * What else is held of a lead, for who asks for all of it. All is within a look, or a change, of the caller's.
 */
#ifndef LSC_STORE_PERSON_ROWS_H
#define LSC_STORE_PERSON_ROWS_H

#include "core/hash.h"
#include "store/store_data.h"

/** The time of the last of a lead's activities that went by age; LSC_TIME_NONE: none did. */
lsc_status lsc_last_seen_read(lsc_store *store, int64_t lead_key, int64_t *time_ms,
                              lsc_error *error);

/** Of which of a lead's scores lists tell. */
typedef struct lsc_latest_row {
    bool found;
    int64_t as_of_ms;
    char model_sha256[LSC_HASH_TEXT_SIZE];
} lsc_latest_row;

lsc_status lsc_latest_row_read(lsc_store *store, int64_t lead_key, lsc_latest_row *row,
                               lsc_error *error);

/** Whether a lead's latest score is what scoring it again would give, and until when. */
typedef struct lsc_queue_row {
    bool changed; /**< it is not */
    int64_t due_ms;
} lsc_queue_row;

lsc_status lsc_queue_row_read(lsc_store *store, int64_t lead_key, lsc_queue_row *row,
                              lsc_error *error);

/** The models (SHA-256, hex) that were trained from a lead, in the page of the store. */
lsc_status lsc_training_rows_read(lsc_store *store, int64_t lead_key, const char *const **models,
                                  size_t *n, lsc_error *error);

#endif
