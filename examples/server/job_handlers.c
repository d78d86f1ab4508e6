#include "scoring_handlers.h"

#include "answers.h"
#include "jobs.h"

static void fail_for_now(srv_call *call)
{
    srv_fail(call, 503, "unavailable", "trainings cannot be looked up, or changed, now");
}

void srv_list_jobs(srv_call *call)
{
    json_t *list = srv_jobs_list(srv_app_of(call)->jobs, srv_organization(call));
    if (list == NULL) {
        fail_for_now(call);
        return;
    }
    srv_reply(call, 200, srv_json_page(list, NULL));
}

/* A job of the organization as JSON; NULL: the call has been answered. */
static json_t *find_job(srv_call *call, const char *id)
{
    json_t *job;
    int found = srv_jobs_get(srv_app_of(call)->jobs, srv_organization(call), id, &job);
    if (found < 0) {
        fail_for_now(call);
    } else if (found == 0) {
        srv_fail(call, 404, "not_found", "there is no job of this id");
    }
    return job;
}

void srv_get_job(srv_call *call)
{
    json_t *job = find_job(call, srv_path(call, "job_id"));
    if (job != NULL) {
        srv_reply(call, 200, job);
    }
}

void srv_cancel_job(srv_call *call)
{
    const char *id = srv_path(call, "job_id");
    int cancelled = srv_jobs_cancel(srv_app_of(call)->jobs, srv_organization(call), id);
    if (cancelled < 0) {
        fail_for_now(call);
        return;
    }
    json_t *job = find_job(call, id);
    if (job != NULL && cancelled == 1) {
        srv_reply(call, 202, job);
    } else if (job != NULL) {
        json_decref(job);
        srv_fail(call, 409, "has_ended", "the job has ended");
    }
}
