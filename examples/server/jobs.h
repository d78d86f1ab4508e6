/**
 * @file jobs.h
 * Trainings: one thread trains what waits, in the order in which it came. An organization has one at a time.
 * Jobs are kept in memory: those of a server that ended are gone, and what they had not ended is not done.
 */
#ifndef SRV_JOBS_H
#define SRV_JOBS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "app.h"
#include "principal.h"

/** Jobs that are kept, of all organizations. One more, and the oldest that has ended goes. */
#define SRV_MAX_JOBS 1000

typedef struct srv_jobs srv_jobs;

/** NULL: no memory, or no thread. */
srv_jobs *srv_jobs_new(srv_app *app);
/** Cancel what is under way, and end the thread. NULL is allowed. */
void srv_jobs_free(srv_jobs *jobs);

/**
 * Train a model from the leads of who asks, and add it to those of the organization.
 *
 * @param wanted  {"name", "version", "horizon_days", "effort", "activate"}, each may be absent
 * @return the job as JSON, the caller's; NULL: the organization has one that has not ended, or there are
 *         too many.
 */
json_t *srv_jobs_add(srv_jobs *jobs, const srv_principal *who, const json_t *wanted,
                     int64_t now_ms);

/** A job of an organization as JSON; NULL: there is none. */
json_t *srv_jobs_get(srv_jobs *jobs, const char *organization, const char *id);
/** All jobs of an organization, the latest first. */
json_t *srv_jobs_list(srv_jobs *jobs, const char *organization);
/** Stop a job, or do not begin it. False: there is none, or it has ended. */
bool srv_jobs_cancel(srv_jobs *jobs, const char *organization, const char *id);

#endif
