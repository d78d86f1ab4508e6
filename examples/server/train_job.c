#include "train_job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "active_models.h"
#include "answers.h"
#include "trace/tracing.h"
#include "wall_clock.h"

/** Ids of leads that are noted at a time. */
#define NOTED_AT_ONCE 1000

static char *copy_member(const json_t *wanted, const char *name, const char *fallback)
{
    const char *text = json_string_value(json_object_get(wanted, name));
    return strdup(text != NULL ? text : fallback);
}

static lsc_effort effort_of(const json_t *wanted)
{
    const char *effort = json_string_value(json_object_get(wanted, "effort"));
    if (effort != NULL && strcmp(effort, "quick") == 0) {
        return LSC_EFFORT_QUICK;
    }
    return effort != NULL && strcmp(effort, "best") == 0 ? LSC_EFFORT_BEST : LSC_EFFORT_STANDARD;
}

bool srv_training_read(srv_training *training, const json_t *wanted)
{
    training->name = copy_member(wanted, "name", "lead-score");
    training->version = copy_member(wanted, "version", "1");
    training->horizon_ms = srv_member_integer(wanted, "horizon_days", 90) * SRV_DAY_MS;
    training->effort = effort_of(wanted);
    training->activate = json_is_true(json_object_get(wanted, "activate"));
    if (training->name == NULL || training->version == NULL) {
        srv_training_free(training);
        return false;
    }
    return true;
}

void srv_training_free(srv_training *training)
{
    free(training->name);
    free(training->version);
    training->name = NULL;
    training->version = NULL;
}

/* Note which leads the model has learnt from, so that erasing one of them names it. A lead that came while
   it was trained is noted, too: one too many does no harm. */
static lsc_status note_leads(lsc_store *store, const char *organization, const char *sha256,
                             lsc_error *error)
{
    lsc_lead_query query = LSC_LEAD_QUERY_INIT;
    const lsc_stored_lead *leads;
    size_t n = NOTED_AT_ONCE;
    char *last = NULL;
    lsc_status status = LSC_OK;
    query.limit = NOTED_AT_ONCE;
    while (status == LSC_OK && n == NOTED_AT_ONCE) {
        const char *ids[NOTED_AT_ONCE];
        query.after = last;
        status = lsc_store_list_leads(store, organization, &query, &leads, &n, error);
        for (size_t i = 0; status == LSC_OK && i < n; i++) {
            ids[i] = leads[i].id;
        }
        char *next = status == LSC_OK && n > 0 ? strdup(ids[n - 1]) : NULL;
        if (status == LSC_OK && n > 0) {
            status = lsc_store_note_training(store, organization, sha256, ids, n, error);
        }
        free(last);
        last = next;
    }
    free(last);
    return status;
}

static lsc_status keep(srv_app *app, lsc_store *store, const char *organization,
                       const srv_training *training, const lsc_training *done, srv_trained *trained,
                       lsc_error *error)
{
    size_t length;
    const void *bundle = lsc_training_bundle(done, &length);
    trained->gate_passed = lsc_training_gate_passed(done);
    lsc_status status = SRV_STEP(lsc_store_add_model, store, organization, bundle, length, NULL,
                                 trained->sha256, error);
    if (status == LSC_OK) {
        status = SRV_STEP(note_leads, store, organization, trained->sha256, error);
    }
    if (status == LSC_OK && training->activate && trained->gate_passed) {
        status =
            SRV_STEP(lsc_store_activate_model, store, organization, trained->sha256, false, error);
        srv_models_forget(app->models, organization);
    }
    return status;
}

static lsc_status train_from(lsc_source *source, const srv_job *job, const srv_training *training,
                             lsc_progress progress, void *progress_ctx, lsc_training **done,
                             lsc_error *error)
{
    char created[LSC_TIME_TEXT_SIZE];
    lsc_train train = LSC_TRAIN_INIT;
    lsc_time_format(job->created_ms, created);
    train.name = training->name;
    train.version = training->version;
    train.horizon_ms = training->horizon_ms;
    train.effort = training->effort;
    train.created = created;
    train.progress = progress;
    train.progress_ctx = progress_ctx;
    return SRV_STEP(lsc_train_model, source, &train, done, error);
}

lsc_status srv_train(srv_app *app, const srv_job *job, const srv_training *training,
                     lsc_progress progress, void *progress_ctx, srv_trained *trained,
                     lsc_error *error)
{
    lsc_store_actor actor = LSC_STORE_ACTOR_INIT;
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    lsc_source *source = NULL;
    lsc_training *done = NULL;
    lsc_store *store = NULL;
    actor.uuid = job->uuid;
    actor.now_ms = srv_tell_time;
    options.actor = &actor;
    lsc_status status =
        lsc_source_open_store(app->config.store, job->organization, &options, &source, error);
    if (status == LSC_OK) {
        status = train_from(source, job, training, progress, progress_ctx, &done, error);
    }
    lsc_source_free(source);
    if (status == LSC_OK) {
        status = lsc_store_open(app->config.store, &options, &store, error);
    }
    if (status == LSC_OK) {
        status = keep(app, store, job->organization, training, done, trained, error);
    }
    lsc_store_close(store);
    lsc_training_free(done);
    return status;
}
