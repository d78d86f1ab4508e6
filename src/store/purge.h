/**
 * @file purge.h
 * Leaving no trace in the file of what is gone from its tables.
 */
#ifndef LSC_STORE_PURGE_H
#define LSC_STORE_PURGE_H

#include "store/store_data.h"

/** Note, within a change, that something goes from the tables: lsc_purge() is due. */
lsc_status lsc_purge_note(lsc_store *store, lsc_error *error);

/** As lsc_store_purge(), whether it is due or not; outside of any change. */
lsc_status lsc_purge(lsc_store *store, lsc_error *error);

#endif
