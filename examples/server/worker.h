/**
 * @file worker.h
 * What a thread that answers requests has to itself: a connection to the store, and a scorer for each of
 * the organizations that it scored for last. Made when it is first asked for, gone with the thread.
 */
#ifndef SRV_WORKER_H
#define SRV_WORKER_H

#include <leadscore/score.h>
#include <leadscore/store.h>

#include "app.h"

/** Scorers that a thread keeps. One more, and the one that was used longest ago goes. */
#define SRV_MAX_SCORERS 16

/** This thread's connection. NULL on error. */
lsc_store *srv_worker_store(const srv_app *app, lsc_error *error);

/** This thread's scorer of the active model of an organization. NULL on error: LSC_NOT_FOUND where none is
    active. */
lsc_scorer *srv_worker_scorer(srv_app *app, const char *organization, lsc_error *error);

/** Give up what this thread has, before it ends by itself. */
void srv_worker_end(void);

#endif
