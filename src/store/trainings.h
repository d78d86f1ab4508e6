/**
 * @file trainings.h
 * Which leads a model was trained from. All is within a change of the caller's.
 */
#ifndef LSC_STORE_TRAININGS_H
#define LSC_STORE_TRAININGS_H

#include "core/hash.h"
#include "store/store_data.h"

/** A training whose leads are being noted. */
typedef struct lsc_training_note {
    int64_t organization_key;
    int64_t key;
    int64_t n_new; /**< leads of which it was not known */
} lsc_training_note;

/** Begin to note, or go on: what was noted of the model before stays. @param hash  of its bundle */
lsc_status lsc_training_note_begin(lsc_store *store, int64_t organization_key,
                                   const uint8_t hash[LSC_HASH_SIZE], lsc_training_note *note,
                                   lsc_error *error);

/**
 * Note a lead, where it is there.
 * @param uuid   NULL: whichever lead has the id now
 * @param there  set to whether it is
 */
lsc_status lsc_training_note_lead(lsc_store *store, lsc_training_note *note, const char *lead_id,
                                  const char *uuid, bool *there, lsc_error *error);

/** Tell the audit trail how many were new. */
lsc_status lsc_training_note_end(lsc_store *store, const lsc_training_note *note, lsc_error *error);

#endif
