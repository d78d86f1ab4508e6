#include "jobs.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "answers.h"
#include "auth/auth.h"
#include "job_rows.h"
#include "runner_lock.h"
#include "server_log.h"
#include "trace/trace_start.h"
#include "train_job.h"
#include "wall_clock.h"

/** How often it is looked for what other processes add, and for the lock. */
#define LOOK_SECONDS 1
/** How often progress is kept, besides each new stage, and how often it is asked whether it is wanted still. */
#define KEEP_US 1000000
#define ASK_US 100000

static const char *const state_names[] = {"waiting", "running", "done", "failed", "cancelled"};

struct srv_jobs {
    srv_app *app;
    pthread_mutex_t lock;
    pthread_cond_t there_is_work;
    bool is_asked; /* there may be work */
    atomic_bool ends;
    pthread_t thread;
    bool has_thread;
    int runner; /* the lock, as srv_runner_lock() gave it */
};

static srv_auth_db *db_of(const srv_jobs *jobs)
{
    return jobs->app->auth->db;
}

static json_t *text_or_null(const char *text)
{
    return srv_json_text(text[0] != '\0' ? text : NULL);
}

static json_t *json_of_job(const srv_job *job)
{
    return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I}", "id", job->id, "status",
                     state_names[job->state], "stage", text_or_null(job->stage), "fraction",
                     job->fraction >= 0 ? json_real(job->fraction) : json_null(), "created_at",
                     srv_json_time(job->created_ms), "ended_at", srv_json_time(job->ended_ms),
                     "model_id", text_or_null(job->model), "gate_passed",
                     job->state == SRV_JOB_DONE ? json_boolean(job->gate_passed) : json_null(),
                     "error", job->state == SRV_JOB_FAILED ? text_or_null(job->error) : json_null(),
                     "restarts", (json_int_t)job->restarts);
}

/* Work. */

/* Until there may be work, or it is time to look. */
static void wait_a_while(srv_jobs *jobs)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += LOOK_SECONDS;
    pthread_mutex_lock(&jobs->lock);
    if (!jobs->is_asked && !jobs->ends) {
        pthread_cond_timedwait(&jobs->there_is_work, &jobs->lock, &until);
    }
    jobs->is_asked = false;
    pthread_mutex_unlock(&jobs->lock);
}

static void wake(srv_jobs *jobs)
{
    pthread_mutex_lock(&jobs->lock);
    jobs->is_asked = true;
    pthread_cond_signal(&jobs->there_is_work);
    pthread_mutex_unlock(&jobs->lock);
}

/** The training under way, and what its progress came to. */
typedef struct job_watch {
    srv_jobs *jobs;
    srv_job *job;
    int64_t kept_us;
    int64_t asked_us;
} job_watch;

static bool note_progress(void *ctx, const char *stage, double fraction)
{
    job_watch *watch = ctx;
    srv_job *job = watch->job;
    srv_auth_db *db = db_of(watch->jobs);
    int64_t now_us = srv_ticks_us();
    bool is_new = strncmp(job->stage, stage, sizeof(job->stage) - 1) != 0;
    job->fraction = fraction > 1 ? 1 : fraction;
    snprintf(job->stage, sizeof(job->stage), "%s", stage);
    if (is_new || now_us - watch->kept_us >= KEEP_US) {
        srv_job_keep_progress(db, job);
        watch->kept_us = now_us;
    }
    if (now_us - watch->asked_us >= ASK_US) {
        job->is_unwanted = !srv_job_is_wanted(db, job);
        watch->asked_us = now_us;
    }
    return !job->is_unwanted && !watch->jobs->ends;
}

static void tell(srv_app *app, const srv_job *job)
{
    srv_publish(app, job->organization, "model_training_complete",
                json_pack("{s:s, s:s, s:o, s:b}", "job_id", job->id, "status",
                          state_names[job->state], "model_id", text_or_null(job->model),
                          "gate_passed", (int)job->gate_passed));
    srv_log(job->state == SRV_JOB_FAILED ? SRV_WARNING : SRV_INFO, "training",
            json_pack("{s:s, s:s, s:s, s:s}", "job", job->id, "organization", job->organization,
                      "status", state_names[job->state], "message", job->error));
}

/* What is not kept now is tried again: a model that was added is not trained twice. */
static void end_job(srv_jobs *jobs, srv_job *job)
{
    job->ended_ms = srv_wall_ms();
    while (!srv_job_keep_end(db_of(jobs), job) && !jobs->ends) {
        wait_a_while(jobs);
    }
    tell(jobs->app, job);
}

static lsc_status train(srv_jobs *jobs, srv_job *job, srv_trained *trained, lsc_error *error)
{
    job_watch watch = {.jobs = jobs, .job = job};
    srv_training wanted;
    json_t *request = json_loads(job->wanted, 0, NULL);
    bool is_read = request != NULL && srv_training_read(&wanted, request);
    json_decref(request);
    if (!is_read) {
        *error = (lsc_error){LSC_NO_MEMORY, -1, "no memory"};
        return LSC_NO_MEMORY;
    }
    lsc_status status = srv_train(jobs->app, job, &wanted, note_progress, &watch, trained, error);
    srv_training_free(&wanted);
    memcpy(job->model, trained->sha256, sizeof(job->model));
    job->gate_passed = trained->gate_passed;
    return status;
}

/* It is begun anew: as the server ends, or without a lead that was deleted, of which no model shall know. */
static bool waits_again(const srv_job *job, lsc_status status, const srv_trained *trained)
{
    return (status == LSC_CANCELLED && !job->is_unwanted) ||
           (trained->leads_went && job->restarts < SRV_MAX_JOB_RESTARTS);
}

/* What is not kept now is tried again: it would be under way for ever, and its organization could train nothing else. */
static void put_back(srv_jobs *jobs, const srv_job *job)
{
    while (!srv_job_put_back(db_of(jobs), job) && !jobs->ends) {
        wait_a_while(jobs);
    }
}

/* Train, and keep what came of it. Nothing, where it is put back. */
static lsc_status run(srv_jobs *jobs, srv_job *job)
{
    lsc_error error = LSC_ERROR_INIT;
    srv_trained trained = {.sha256 = ""};
    srv_log(SRV_INFO, "training_begun",
            json_pack("{s:s, s:s, s:I}", "job", job->id, "organization", job->organization,
                      "restarts", (json_int_t)job->restarts));
    lsc_status status = train(jobs, job, &trained, &error);
    if (waits_again(job, status, &trained)) {
        put_back(jobs, job);
        return status;
    }
    job->state = status == LSC_OK          ? SRV_JOB_DONE
                 : status == LSC_CANCELLED ? SRV_JOB_CANCELLED
                                           : SRV_JOB_FAILED;
    snprintf(job->error, sizeof(job->error), "%s", error.message);
    end_job(jobs, job);
    return status;
}

static void run_traced(srv_jobs *jobs, srv_job *job)
{
    srv_trace_context asked_by = {0};
    srv_traceparent_read(job->asked_by, &asked_by);
    srv_trace_begin_work(srv_tracer_of(jobs->app), "srv_train", &asked_by);
    srv_trace_end_work(run(jobs, job));
}

/* Whether this is the process that trains. It finds what the one before it left. */
static bool is_runner(srv_jobs *jobs)
{
    if (jobs->runner >= 0) {
        return true;
    }
    int before = jobs->runner;
    jobs->runner = srv_runner_lock(jobs->app->config.auth_store);
    if (jobs->runner == SRV_RUNNER_FAILED && before != SRV_RUNNER_FAILED) {
        srv_log(
            SRV_ERROR, "trainings_wait",
            json_pack("{s:s}", "message",
                      "the file beside auth_store whose name ends in -runner cannot be locked"));
    }
    if (jobs->runner >= 0 && !srv_job_recover(db_of(jobs), srv_wall_ms())) {
        srv_runner_unlock(jobs->runner);
        jobs->runner = SRV_RUNNER_HELD;
    }
    return jobs->runner >= 0;
}

static void *work(void *ctx)
{
    srv_jobs *jobs = ctx;
    srv_job job;
    while (!jobs->ends) {
        if (is_runner(jobs) && srv_job_begin_next(db_of(jobs), &job) == 1) {
            run_traced(jobs, &job);
        } else {
            wait_a_while(jobs);
        }
    }
    return NULL;
}

srv_jobs *srv_jobs_new(srv_app *app)
{
    pthread_condattr_t monotonic;
    srv_jobs *jobs = calloc(1, sizeof(*jobs));
    if (jobs == NULL) {
        return NULL;
    }
    jobs->app = app;
    jobs->runner = SRV_RUNNER_HELD;
    pthread_mutex_init(&jobs->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&jobs->there_is_work, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return jobs;
}

bool srv_jobs_start(srv_jobs *jobs)
{
    jobs->has_thread = pthread_create(&jobs->thread, NULL, work, jobs) == 0;
    return jobs->has_thread;
}

void srv_jobs_free(srv_jobs *jobs)
{
    if (jobs == NULL) {
        return;
    }
    jobs->ends = true;
    wake(jobs);
    if (jobs->has_thread) {
        pthread_join(jobs->thread, NULL);
    }
    srv_runner_unlock(jobs->runner);
    pthread_cond_destroy(&jobs->there_is_work);
    pthread_mutex_destroy(&jobs->lock);
    free(jobs);
}

/* What is asked. */

static bool write_request(const json_t *wanted, char text[SRV_MAX_JOB_REQUEST])
{
    size_t length = json_dumpb(wanted, text, SRV_MAX_JOB_REQUEST - 1, JSON_COMPACT);
    if (length == 0 || length >= SRV_MAX_JOB_REQUEST) {
        return false;
    }
    text[length] = '\0';
    return true;
}

json_t *srv_jobs_add(srv_jobs *jobs, const srv_principal *who, const json_t *wanted, int64_t now_ms,
                     bool *is_busy)
{
    srv_job job = {.created_ms = now_ms};
    *is_busy = false;
    if (!write_request(wanted, job.wanted)) {
        return NULL;
    }
    srv_make_uuid(job.id);
    memcpy(job.organization, who->organization, sizeof(job.organization));
    memcpy(job.uuid, who->uuid, sizeof(job.uuid));
    srv_trace_context here = srv_trace_here();
    srv_traceparent_write(&here, job.asked_by);
    int added = srv_job_add(db_of(jobs), &job);
    *is_busy = added == 0;
    if (added != 1) {
        return NULL;
    }
    wake(jobs);
    return json_of_job(&job);
}

int srv_jobs_get(srv_jobs *jobs, const char *organization, const char *id, json_t **json)
{
    srv_job job;
    int found = srv_job_find(db_of(jobs), organization, id, &job);
    *json = found == 1 ? json_of_job(&job) : NULL;
    return found;
}

static void append(void *list, const srv_job *job)
{
    json_array_append_new(list, json_of_job(job));
}

json_t *srv_jobs_list(srv_jobs *jobs, const char *organization)
{
    json_t *list = json_array();
    if (srv_job_list(db_of(jobs), organization, append, list)) {
        return list;
    }
    json_decref(list);
    return NULL;
}

int srv_jobs_cancel(srv_jobs *jobs, const char *organization, const char *id)
{
    return srv_job_cancel(db_of(jobs), organization, id, srv_wall_ms());
}

bool srv_jobs_stop_of(srv_jobs *jobs, const char *uuid)
{
    return srv_job_stop_of(db_of(jobs), uuid);
}
