/**
 * @file store_training.h
 * The leads of a store, to train from: which of them were read is noted in the store, so that erasing one can
 * name the models that have learnt from it.
 */
#ifndef LSC_CLI_STORE_TRAINING_H
#define LSC_CLI_STORE_TRAINING_H

#include <leadscore/leadscore.h>

#include "store_access.h"

/** A reading that is noted. */
typedef struct lsc_noted lsc_noted;

/**
 * Open the leads of a store. Defined where the program is built with stores, and where it is not.
 * @param noted   freed by lsc_noted_free(), after the source; NULL on error
 * @param source  NULL on error
 * @return what opening says, of the store to be written, too
 */
lsc_status lsc_noted_open(const lsc_store_access *access, lsc_noted **noted, lsc_source **source,
                          lsc_error *error);

/** Note that a model was trained from the leads that were read. @param bundle  its bytes */
lsc_status lsc_noted_keep(lsc_noted *noted, const void *bundle, size_t length, lsc_error *error);

/** NULL is allowed. */
void lsc_noted_free(lsc_noted *noted);

#endif
