/**
 * @file store_settings.h
 * What a store notes of itself: numbers by name.
 */
#ifndef LSC_STORE_STORE_SETTINGS_H
#define LSC_STORE_STORE_SETTINGS_H

#include "store/store_data.h"

/** Whether what is done with personal data is noted. */
#define LSC_SETTING_AUDITED "audited"
/** Whether what was erased may still be in unused pages: a number of what was erased last, or 0. */
#define LSC_SETTING_PURGE "purge_due"
/** While keys are being changed: the last lead that is sealed with the newest. */
#define LSC_SETTING_REKEYED "rekeyed_to"

/** @param value  set to it; 0 where it was never set */
lsc_status lsc_setting_read(lsc_store *store, const char *name, int64_t *value, lsc_error *error);

/** Set one, within a change. */
lsc_status lsc_setting_write(lsc_store *store, const char *name, int64_t value, lsc_error *error);

#endif
