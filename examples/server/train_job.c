#include "train_job.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "active_models.h"
#include "answers.h"
#include "auth/api_keys.h"
#include "auth/auth.h"
#include "auth/user_accounts.h"
#include "trace/tracing.h"
#include "wall_clock.h"

/** A training under way, and what it works with. */
typedef struct training_at {
    srv_app *app;
    const srv_job *job;
    const srv_training *training;
    lsc_store *store;
    lsc_source *source;
} training_at;

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

/* Who asks may be let out before it ends. */

static bool is_entitled(const srv_job *job, const srv_user *user)
{
    return strcmp(user->uuid, job->uuid) == 0 && user->active && user->role >= SRV_TRAINING_ROLE;
}

/* A user, or a key. */
static srv_verdict may_train(srv_app *app, lsc_store *store, const srv_job *job, lsc_error *error)
{
    srv_credentials held;
    srv_user user;
    srv_auth_db *db = app->auth->db;
    srv_verdict known = srv_credentials_by_uuid(db, job->organization, job->uuid, &held);
    if (known == SRV_NO) {
        return srv_api_key_lives(db, job->uuid, srv_wall_ms());
    }
    if (known == SRV_YES) {
        known = srv_user_get(store, job->organization, held.email, &user, error);
    }
    return known == SRV_YES && !is_entitled(job, &user) ? SRV_NO : known;
}

static lsc_status check_right(srv_app *app, lsc_store *store, const srv_job *job, lsc_error *error)
{
    srv_verdict verdict = may_train(app, store, job, error);
    if (verdict == SRV_NO) {
        *error = (lsc_error){LSC_INVALID_ARG, -1, "who asked for it may not train models any more"};
    } else if (verdict == SRV_FAULT && error->status == LSC_OK) {
        *error = (lsc_error){LSC_BUSY, -1, "auth_store cannot be read now"};
    }
    return verdict == SRV_YES ? LSC_OK : error->status;
}

/* What it leaves. */

/* The model has learnt from what went meanwhile, and no erasure would name it. Which leads they were is not said. */
static lsc_status check_gone(uint64_t n_gone, srv_trained *trained, lsc_error *error)
{
    trained->leads_went = n_gone > 0;
    if (n_gone == 0) {
        return LSC_OK;
    }
    *error = (lsc_error){LSC_NOT_FOUND, -1, ""};
    snprintf(error->message, sizeof(error->message),
             "of the leads that it was trained on %" PRIu64 " were deleted meanwhile", n_gone);
    return error->status;
}

/* The leads are noted before the model is there: who erases one of them from then on is told of it. */
static lsc_status keep(const training_at *at, const lsc_training *done, srv_trained *trained,
                       lsc_error *error)
{
    size_t length;
    uint64_t n_gone = 0;
    const void *bundle = lsc_training_bundle(done, &length);
    const char *organization = at->job->organization;
    lsc_status status =
        SRV_STEP(lsc_store_note_source, at->store, at->source, bundle, length, &n_gone, error);
    if (status == LSC_OK) {
        status = check_gone(n_gone, trained, error);
    }
    if (status == LSC_OK) {
        status = SRV_STEP(lsc_store_add_model, at->store, organization, bundle, length, NULL,
                          trained->sha256, error);
    }
    trained->gate_passed = lsc_training_gate_passed(done);
    if (status == LSC_OK && at->training->activate && trained->gate_passed) {
        status = SRV_STEP(lsc_store_activate_model, at->store, organization, trained->sha256, false,
                          error);
        srv_models_forget(at->app->models, organization);
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

/* Whoever may not train is not let do it, and is told so in place of that it was stopped. */
static lsc_status train_rightly(const training_at *at, lsc_progress progress, void *progress_ctx,
                                lsc_training **done, lsc_error *error)
{
    lsc_status status = check_right(at->app, at->store, at->job, error);
    if (status != LSC_OK) {
        return status;
    }
    status = train_from(at->source, at->job, at->training, progress, progress_ctx, done, error);
    if (status != LSC_OK && status != LSC_CANCELLED) {
        return status;
    }
    lsc_status right = check_right(at->app, at->store, at->job, error);
    return right != LSC_OK ? right : status;
}

lsc_status srv_train(srv_app *app, const srv_job *job, const srv_training *training,
                     lsc_progress progress, void *progress_ctx, srv_trained *trained,
                     lsc_error *error)
{
    lsc_store_actor actor = LSC_STORE_ACTOR_INIT;
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    training_at at = {.app = app, .job = job, .training = training};
    lsc_training *done = NULL;
    actor.uuid = job->uuid;
    actor.now_ms = srv_tell_time;
    options.actor = &actor;
    lsc_status status = lsc_store_open(app->config.store, &options, &at.store, error);
    if (status == LSC_OK) {
        status = lsc_source_open_store(app->config.store, job->organization, &options, &at.source,
                                       error);
    }
    if (status == LSC_OK) {
        status = train_rightly(&at, progress, progress_ctx, &done, error);
    }
    if (status == LSC_OK) {
        status = keep(&at, done, trained, error);
    }
    lsc_source_free(at.source);
    lsc_store_close(at.store);
    lsc_training_free(done);
    return status;
}
