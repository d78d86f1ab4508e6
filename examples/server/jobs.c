#include "jobs.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "server_log.h"
#include "trace/trace_start.h"
#include "train_job.h"
#include "wall_clock.h"

typedef enum job_state {
    WAITING,
    RUNNING,
    DONE,
    FAILED,
    CANCELLED
} job_state;

static const char *const state_names[] = {"waiting", "running", "done", "failed", "cancelled"};

typedef struct job {
    struct job *next; /**< the one that was added after it */
    char id[37];
    srv_principal who;
    srv_trace_context asked_by; /**< the request's span */
    job_state state;
    atomic_bool is_unwanted;
    srv_training wanted;
    const char *stage;
    double fraction; /**< negative: not known */
    int64_t created_ms;
    int64_t ended_ms;
    char model[65];
    lsc_error error;
    bool gate_passed;
} job;

struct srv_jobs {
    srv_app *app;
    pthread_mutex_t lock;
    pthread_cond_t there_is_work;
    pthread_t thread;
    bool has_thread;
    bool ends;
    job *first;
    size_t n;
};

static bool has_ended(const job *each)
{
    return each->state >= DONE;
}

static json_t *json_of_job(const job *each)
{
    json_t *json =
        json_pack("{s:s, s:s, s:s?, s:o, s:o, s:o, s:s?, s:o}", "id", each->id, "status",
                  state_names[each->state], "stage", each->stage, "fraction",
                  each->fraction >= 0 ? json_real(each->fraction) : json_null(), "created_at",
                  srv_json_time(each->created_ms), "ended_at", srv_json_time(each->ended_ms),
                  "model_id", each->model[0] != '\0' ? each->model : NULL, "gate_passed",
                  each->state == DONE ? json_boolean(each->gate_passed) : json_null());
    json_object_set_new(json, "error",
                        each->state == FAILED ? json_string(each->error.message) : json_null());
    return json;
}

/* Work. */

typedef struct job_watch {
    srv_jobs *jobs;
    job *job;
} job_watch;

static bool note_progress(void *ctx, const char *stage, double fraction)
{
    const job_watch *watch = ctx;
    pthread_mutex_lock(&watch->jobs->lock);
    watch->job->stage = stage;
    watch->job->fraction = fraction > 1 ? 1 : fraction;
    pthread_mutex_unlock(&watch->jobs->lock);
    return !watch->job->is_unwanted;
}

static void tell(srv_app *app, const job *each)
{
    srv_publish(app, each->who.organization, "model_training_complete",
                json_pack("{s:s, s:s, s:s?, s:b}", "job_id", each->id, "status",
                          state_names[each->state], "model_id",
                          each->model[0] != '\0' ? each->model : NULL, "gate_passed",
                          (int)each->gate_passed));
    srv_log(each->state == FAILED ? SRV_WARNING : SRV_INFO, "training",
            json_pack("{s:s, s:s, s:s, s:s}", "job", each->id, "organization",
                      each->who.organization, "status", state_names[each->state], "message",
                      each->error.message));
}

static void end_job(srv_jobs *jobs, job *each, lsc_status status)
{
    pthread_mutex_lock(&jobs->lock);
    each->state = status == LSC_OK ? DONE : status == LSC_CANCELLED ? CANCELLED : FAILED;
    each->fraction = each->state == DONE ? 1 : each->fraction;
    each->ended_ms = srv_wall_ms();
    const job told = *each; /* one that has ended may make room for another at once */
    pthread_mutex_unlock(&jobs->lock);
    tell(jobs->app, &told);
}

static void run(srv_jobs *jobs, job *each)
{
    job_watch watch = {jobs, each};
    srv_trained trained = {{0}, false};
    lsc_error error = LSC_ERROR_INIT;
    srv_trace_begin_work(srv_tracer_of(jobs->app), "srv_train", &each->asked_by);
    lsc_status status =
        srv_train(jobs->app, &each->who, &each->wanted, note_progress, &watch, &trained, &error);
    pthread_mutex_lock(&jobs->lock);
    memcpy(each->model, trained.sha256, sizeof(each->model));
    each->gate_passed = trained.gate_passed;
    each->error = error;
    pthread_mutex_unlock(&jobs->lock);
    end_job(jobs, each, status);
    srv_trace_end_work(status);
}

static job *next_waiting(srv_jobs *jobs)
{
    for (job *each = jobs->first; each != NULL; each = each->next) {
        if (each->state == WAITING) {
            return each;
        }
    }
    return NULL;
}

static void *work(void *ctx)
{
    srv_jobs *jobs = ctx;
    pthread_mutex_lock(&jobs->lock);
    while (!jobs->ends) {
        job *each = next_waiting(jobs);
        if (each == NULL) {
            pthread_cond_wait(&jobs->there_is_work, &jobs->lock);
            continue;
        }
        each->state = RUNNING;
        pthread_mutex_unlock(&jobs->lock);
        run(jobs, each);
        pthread_mutex_lock(&jobs->lock);
    }
    pthread_mutex_unlock(&jobs->lock);
    return NULL;
}

srv_jobs *srv_jobs_new(srv_app *app)
{
    srv_jobs *jobs = calloc(1, sizeof(*jobs));
    if (jobs == NULL) {
        return NULL;
    }
    jobs->app = app;
    pthread_mutex_init(&jobs->lock, NULL);
    pthread_cond_init(&jobs->there_is_work, NULL);
    jobs->has_thread = pthread_create(&jobs->thread, NULL, work, jobs) == 0;
    if (!jobs->has_thread) {
        srv_jobs_free(jobs);
        return NULL;
    }
    return jobs;
}

void srv_jobs_free(srv_jobs *jobs)
{
    if (jobs == NULL) {
        return;
    }
    pthread_mutex_lock(&jobs->lock);
    jobs->ends = true;
    for (job *each = jobs->first; each != NULL; each = each->next) {
        each->is_unwanted = true;
    }
    pthread_cond_signal(&jobs->there_is_work);
    pthread_mutex_unlock(&jobs->lock);
    if (jobs->has_thread) {
        pthread_join(jobs->thread, NULL);
    }
    while (jobs->first != NULL) {
        job *first = jobs->first;
        jobs->first = first->next;
        srv_training_free(&first->wanted);
        free(first);
    }
    pthread_cond_destroy(&jobs->there_is_work);
    pthread_mutex_destroy(&jobs->lock);
    free(jobs);
}

/* What follows is called with the lock held. */

static bool is_busy(const srv_jobs *jobs, const char *organization)
{
    for (const job *each = jobs->first; each != NULL; each = each->next) {
        if (!has_ended(each) && strcmp(each->who.organization, organization) == 0) {
            return true;
        }
    }
    return false;
}

/* Room for one more. */
static bool make_room(srv_jobs *jobs)
{
    if (jobs->n < SRV_MAX_JOBS) {
        return true;
    }
    for (job **at = &jobs->first; *at != NULL; at = &(*at)->next) {
        job *each = *at;
        if (has_ended(each)) {
            *at = each->next;
            srv_training_free(&each->wanted);
            free(each);
            jobs->n--;
            return true;
        }
    }
    return false;
}

static void append(srv_jobs *jobs, job *added)
{
    job **at = &jobs->first;
    while (*at != NULL) {
        at = &(*at)->next;
    }
    *at = added;
    jobs->n++;
}

static job *find(srv_jobs *jobs, const char *organization, const char *id)
{
    for (job *each = jobs->first; each != NULL; each = each->next) {
        if (strcmp(each->id, id) == 0 && strcmp(each->who.organization, organization) == 0) {
            return each;
        }
    }
    return NULL;
}

static job *new_job(const srv_principal *who, const json_t *wanted, int64_t now_ms)
{
    job *added = calloc(1, sizeof(*added));
    if (added == NULL || !srv_training_read(&added->wanted, wanted)) {
        free(added);
        return NULL;
    }
    srv_make_uuid(added->id);
    added->who = *who;
    added->asked_by = srv_trace_here();
    added->fraction = -1;
    added->created_ms = now_ms;
    added->ended_ms = LSC_TIME_NONE;
    return added;
}

json_t *srv_jobs_add(srv_jobs *jobs, const srv_principal *who, const json_t *wanted, int64_t now_ms)
{
    json_t *json = NULL;
    pthread_mutex_lock(&jobs->lock);
    if (!is_busy(jobs, who->organization) && make_room(jobs)) {
        job *added = new_job(who, wanted, now_ms);
        if (added != NULL) {
            append(jobs, added);
            json = json_of_job(added);
            pthread_cond_signal(&jobs->there_is_work);
        }
    }
    pthread_mutex_unlock(&jobs->lock);
    return json;
}

json_t *srv_jobs_get(srv_jobs *jobs, const char *organization, const char *id)
{
    pthread_mutex_lock(&jobs->lock);
    const job *found = find(jobs, organization, id);
    json_t *json = found != NULL ? json_of_job(found) : NULL;
    pthread_mutex_unlock(&jobs->lock);
    return json;
}

json_t *srv_jobs_list(srv_jobs *jobs, const char *organization)
{
    json_t *list = json_array();
    pthread_mutex_lock(&jobs->lock);
    for (const job *each = jobs->first; each != NULL; each = each->next) {
        if (strcmp(each->who.organization, organization) == 0) {
            json_array_insert_new(list, 0, json_of_job(each));
        }
    }
    pthread_mutex_unlock(&jobs->lock);
    return list;
}

bool srv_jobs_cancel(srv_jobs *jobs, const char *organization, const char *id)
{
    pthread_mutex_lock(&jobs->lock);
    job *found = find(jobs, organization, id);
    bool can = found != NULL && !has_ended(found);
    if (can) {
        found->is_unwanted = true;
        if (found->state == WAITING) {
            found->state = CANCELLED;
            found->ended_ms = srv_wall_ms();
        }
    }
    pthread_mutex_unlock(&jobs->lock);
    return can;
}
