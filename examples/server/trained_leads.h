/**
 * @file trained_leads.h
 * Which leads a training has read, so that they can be noted in the store: whoever erases one of them later is told of
 * the model. One that went while the model was trained is in no list any more, but the model has learnt from it.
 */
#ifndef SRV_TRAINED_LEADS_H
#define SRV_TRAINED_LEADS_H

#include <stdbool.h>

#include <leadscore/leadscore.h>
#include <leadscore/store.h>

typedef struct srv_trained_leads srv_trained_leads;

/**
 * Open a store as lsc_source_open_store() does.
 *
 * @param leads   set to what is read of it, to be freed by srv_trained_leads_free(); NULL on error
 * @param source  set to the one to read. It is freed before the leads; NULL on error
 */
lsc_status srv_trained_leads_open(const char *path, const char *organization,
                                  const lsc_store_options *options, srv_trained_leads **leads,
                                  lsc_source **source, lsc_error *error);
void srv_trained_leads_free(srv_trained_leads *leads);

/**
 * Note them as those that a model has learnt from, which should not be in the store yet.
 *
 * @param went  set to whether one was deleted since it was read
 * @return LSC_NOT_FOUND where one was
 */
lsc_status srv_trained_leads_note(const srv_trained_leads *leads, lsc_store *store,
                                  const char *organization, const char *sha256, bool *went,
                                  lsc_error *error);

#endif
