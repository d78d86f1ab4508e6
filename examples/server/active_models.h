/**
 * @file active_models.h
 * The model that scores, of each organization: loaded once, shared by all threads, replaced when the store
 * says that another is active. Nobody who scores waits for that.
 */
#ifndef SRV_ACTIVE_MODELS_H
#define SRV_ACTIVE_MODELS_H

#include <stdint.h>

#include <leadscore/model.h>
#include <leadscore/store.h>

#include "counters.h"

/** Organizations whose models are kept. One more, and the one that was asked for longest ago goes. */
#define SRV_MAX_KEPT_MODELS 256

typedef struct srv_models srv_models;

/**
 * @param check_ms  for so long the store is not asked again
 * @param counters  told of each model that is loaded
 * @return NULL: no memory.
 */
srv_models *srv_models_new(int64_t check_ms, srv_counters *counters);
void srv_models_free(srv_models *models);

/**
 * The active model of an organization.
 *
 * @param now_ms  from a clock that does not go back
 * @param model   set to it, with a reference of the caller's; NULL on error
 * @return LSC_OK; LSC_NOT_FOUND where none is active; what lsc_store_load_model() returns.
 */
lsc_status srv_models_get(srv_models *models, lsc_store *store, const char *organization,
                          int64_t now_ms, lsc_model **model, lsc_error *error);

/** Ask the store again the next time, also where a thread is asking it now: another model was activated. */
void srv_models_forget(srv_models *models, const char *organization);
/** As srv_models_forget(), of all organizations. */
void srv_models_forget_all(srv_models *models);

#endif
