#include "scoring_handlers.h"

#include "answers.h"
#include "jobs.h"

void srv_list_jobs(srv_call *call)
{
    srv_reply(call, 200,
              srv_json_page(srv_jobs_list(srv_app_of(call)->jobs, srv_organization(call)), NULL));
}

void srv_get_job(srv_call *call)
{
    json_t *job =
        srv_jobs_get(srv_app_of(call)->jobs, srv_organization(call), srv_path(call, "job_id"));
    if (job == NULL) {
        srv_fail(call, 404, "not_found", "there is no job of this id");
        return;
    }
    srv_reply(call, 200, job);
}

void srv_cancel_job(srv_call *call)
{
    srv_jobs *jobs = srv_app_of(call)->jobs;
    const char *organization = srv_organization(call);
    const char *id = srv_path(call, "job_id");
    bool is_cancelled = srv_jobs_cancel(jobs, organization, id);
    json_t *job = srv_jobs_get(jobs, organization, id);
    if (job == NULL) {
        srv_fail(call, 404, "not_found", "there is no job of this id");
    } else if (!is_cancelled) {
        json_decref(job);
        srv_fail(call, 409, "has_ended", "the job has ended");
    } else {
        srv_reply(call, 202, job);
    }
}
