/**
 * @file jobs.h
 * Trainings: one thread trains what waits, in the order in which it came. An organization has one at a time.
 *
 * Jobs stand in auth.db, so that they outlive the server: what it had not begun it begins when it is started again,
 * and what it was at it begins anew, from the start. Of several processes that share an auth.db one trains
 * (runner_lock.h); each adds, lists and cancels.
 */
#ifndef SRV_JOBS_H
#define SRV_JOBS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "app.h"
#include "principal.h"

typedef struct srv_jobs srv_jobs;

/** NULL: no memory. Nothing is trained before srv_jobs_start(). Uses app->auth. */
srv_jobs *srv_jobs_new(srv_app *app);
/** Train what waits. False: there is no thread. */
bool srv_jobs_start(srv_jobs *jobs);
/** Stop what is under way, which waits again, and end the thread. NULL is allowed. */
void srv_jobs_free(srv_jobs *jobs);

/**
 * Train a model from the leads of who asks, and add it to those of the organization.
 *
 * @param wanted   {"name", "version", "horizon_days", "effort", "activate"}, each may be absent
 * @param is_busy  set to whether the organization has one that has not ended
 * @return the job as JSON, the caller's; NULL: it is busy, or the job cannot be kept.
 */
json_t *srv_jobs_add(srv_jobs *jobs, const srv_principal *who, const json_t *wanted, int64_t now_ms,
                     bool *is_busy);

/** A job of an organization as JSON. 1; 0: there is none; -1: it cannot be looked up now. */
int srv_jobs_get(srv_jobs *jobs, const char *organization, const char *id, json_t **job);
/** All jobs of an organization that are kept, the latest first. NULL: they cannot be read now. */
json_t *srv_jobs_list(srv_jobs *jobs, const char *organization);
/** Stop a job, or do not begin it. 1; 0: there is none, or it has ended; -1: it cannot be kept now. */
int srv_jobs_cancel(srv_jobs *jobs, const char *organization, const char *id);
/**
 * Stop what is under way for a user or a key that may not train any more; what waits fails when it is its turn.
 * Where this cannot be kept now, it fails when it ends.
 */
bool srv_jobs_stop_of(srv_jobs *jobs, const char *uuid);

#endif
