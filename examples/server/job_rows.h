/**
 * @file job_rows.h
 * Trainings as auth.db keeps them, over a restart of the server. Each call is a transaction of its own.
 */
#ifndef SRV_JOB_ROWS_H
#define SRV_JOB_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include <leadscore/status.h>

#include "auth/auth_db.h"
#include "principal.h"
#include "trace/trace_context.h"

/** Jobs of an organization that are kept when they have ended. One more, and the oldest goes. */
#define SRV_MAX_JOBS_KEPT 100
/** How often the server may end by no will of anybody while it is at a job; then the job has failed. */
#define SRV_MAX_JOB_CRASHES 3
/** How often a job is begun anew at most where leads were deleted while it was trained. */
#define SRV_MAX_JOB_RESTARTS 5
/** Bytes of a request to train, as JSON. */
#define SRV_MAX_JOB_REQUEST 1024

typedef enum srv_job_state {
    SRV_JOB_WAITING,
    SRV_JOB_RUNNING,
    SRV_JOB_DONE,
    SRV_JOB_FAILED,
    SRV_JOB_CANCELLED
} srv_job_state;

typedef struct srv_job {
    int64_t number; /**< they are begun in this order */
    char id[37];
    char organization[SRV_MAX_ORGANIZATION];
    char uuid[37];                    /**< of who asked for it */
    char wanted[SRV_MAX_JOB_REQUEST]; /**< JSON */
    char asked_by
        [SRV_TRACEPARENT_SIZE]; /**< the request's span, as a header traceparent; "": none */
    srv_job_state state;
    bool is_unwanted; /**< it is to be stopped */
    char stage[64];
    double fraction; /**< of the whole; negative: not known */
    int64_t created_ms;
    int64_t ended_ms; /**< LSC_TIME_NONE: it has not */
    char model[65];   /**< "": none */
    bool gate_passed;
    char error[LSC_ERROR_MESSAGE_SIZE];
    int64_t restarts; /**< how often it was begun anew, since the server had ended */
} srv_job;

/**
 * Add a job that waits, and forget ended ones that are too many. Its id, organization, uuid, wanted, asked_by
 * and created_ms are given; the rest is filled.
 * @return 1; 0: the organization has one that has not ended; -1: auth.db cannot be written.
 */
int srv_job_add(srv_auth_db *db, srv_job *job);

/** Find a job of an organization. 1; 0: there is none; -1. */
int srv_job_find(srv_auth_db *db, const char *organization, const char *id, srv_job *job);

/** Give each job of an organization to `take`, the latest first. It must not use `db`. */
bool srv_job_list(srv_auth_db *db, const char *organization,
                  void (*take)(void *ctx, const srv_job *job), void *ctx);

/** Stop a job, or do not begin it. 1; 0: there is none, or it has ended; -1. */
int srv_job_cancel(srv_auth_db *db, const char *organization, const char *id, int64_t now_ms);

/** Stop the jobs under way that this user or key has asked for. */
bool srv_job_stop_of(srv_auth_db *db, const char *uuid);

/*
 * Of the one who runs them.
 */

/** Begin the next job that waits. 1; 0: there is none; -1. */
int srv_job_begin_next(srv_auth_db *db, srv_job *job);
/** Whether a job is still wanted. */
bool srv_job_is_wanted(srv_auth_db *db, const srv_job *job);
/** Keep how far it is: stage and fraction. */
bool srv_job_keep_progress(srv_auth_db *db, const srv_job *job);
/** Keep what came of it: state, ended_ms, model, gate_passed, error. */
bool srv_job_keep_end(srv_auth_db *db, const srv_job *job);
/** It waits again, to be begun anew. */
bool srv_job_put_back(srv_auth_db *db, const srv_job *job);
/** Nobody is at the jobs that were under way: they wait again, or have failed, or were to be stopped. */
bool srv_job_recover(srv_auth_db *db, int64_t now_ms);

#endif
