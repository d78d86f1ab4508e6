/**
 * @file store_training.h
 * The leads of a store, to train from: which of them were read is noted in the store, so that erasing one can
 * name the models that have learnt from it. Defined where the program is built with stores, and where it is not.
 */
#ifndef LSC_CLI_STORE_TRAINING_H
#define LSC_CLI_STORE_TRAINING_H

#include <leadscore/store.h>

#include "store_access.h"

/**
 * Open a store to write, and its leads.
 * @param store   closed by lsc_noted_close(), also after an error
 * @param source  NULL on error
 */
lsc_status lsc_noted_open(const lsc_store_access *access, lsc_store **store, lsc_source **source,
                          lsc_error *error);

/** As lsc_store_note_source(); warns of leads that are gone. */
lsc_status lsc_noted_keep(lsc_store *store, lsc_source *source, const void *bundle, size_t length,
                          lsc_error *error);

/** NULL is allowed. */
void lsc_noted_close(lsc_store *store);

#endif
