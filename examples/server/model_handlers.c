#include "scoring_handlers.h"

#include <string.h>

#include "active_models.h"
#include "answers.h"
#include "jobs.h"
#include "performance_json.h"
#include "trace/tracing.h"

static json_t *json_of_model(const lsc_stored_model *model)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:b}", "id", model->sha256, "uuid",
                     model->uuid, "name", model->name, "version", model->version, "model_type",
                     model->model_type, "gate_passed", (int)model->gate_passed, "active",
                     (int)model->active);
}

void srv_list_models(srv_call *call)
{
    lsc_error error = LSC_ERROR_INIT;
    const lsc_stored_model *models;
    size_t n;
    lsc_store *store = srv_store(call);
    if (store == NULL || !srv_went_well(call,
                                        SRV_STEP(lsc_store_list_models, store,
                                                 srv_organization(call), &models, &n, &error),
                                        &error)) {
        return;
    }
    json_t *items = json_array();
    for (size_t i = 0; i < n; i++) {
        json_array_append_new(items, json_of_model(&models[i]));
    }
    srv_reply(call, 200, srv_json_page(items, NULL));
}

/* A model of the list as JSON; NULL: the call has been answered. */
static json_t *find_model(srv_call *call, lsc_store *store, const char *id)
{
    lsc_error error = LSC_ERROR_INIT;
    const lsc_stored_model *models;
    size_t n;
    if (!srv_went_well(
            call,
            SRV_STEP(lsc_store_list_models, store, srv_organization(call), &models, &n, &error),
            &error)) {
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        if (strcmp(models[i].sha256, id) == 0) {
            return json_of_model(&models[i]);
        }
    }
    srv_fail(call, 404, "not_found", "there is no model of this id");
    return NULL;
}

static void take_bundle(srv_call *call)
{
    lsc_error error = LSC_ERROR_INIT;
    size_t length;
    const void *bundle = srv_raw_body(call, &length);
    char sha256[65];
    char location[96] = "/api/v1/scoring/models/";
    lsc_store *store = srv_store(call);
    if (store == NULL || !srv_went_well(call,
                                        SRV_STEP(lsc_store_add_model, store, srv_organization(call),
                                                 bundle, length, NULL, sha256, &error),
                                        &error)) {
        return;
    }
    json_t *model = find_model(call, store, sha256);
    if (model != NULL) {
        strncat(location, sha256, sizeof(location) - strlen(location) - 1);
        srv_set_header(call, "Location", location);
        srv_reply(call, 201, model);
    }
}

static void begin_training(srv_call *call)
{
    bool is_busy;
    json_t *job = srv_jobs_add(srv_app_of(call)->jobs, srv_who(call), srv_body(call),
                               srv_now_ms(call), &is_busy);
    if (job == NULL && is_busy) {
        srv_fail(call, 409, "training_under_way",
                 "the organization has a training that waits or is under way");
        return;
    }
    if (job == NULL) {
        srv_fail(call, 503, "unavailable", "the training cannot be kept now");
        return;
    }
    char location[96] = "/api/v1/scoring/jobs/";
    strncat(location, json_string_value(json_object_get(job, "id")),
            sizeof(location) - strlen(location) - 1);
    srv_set_header(call, "Location", location);
    srv_reply(call, 202, job);
}

void srv_create_model(srv_call *call)
{
    if (srv_body(call) != NULL) {
        begin_training(call);
    } else {
        take_bundle(call);
    }
}

/* What the bundle itself says: its features, and how it did when it was made. */
static void add_facts(json_t *answer, const lsc_model *model)
{
    lsc_model_info info = LSC_MODEL_INFO_INIT;
    lsc_model_get_info(model, &info, NULL);
    json_object_set_new(answer, "engine",
                        json_string(info.engine == LSC_ENGINE_GBDT ? "gbdt" : "scorecard"));
    json_object_set_new(answer, "calibrated", json_boolean(info.calibrated));
    json_object_set_new(answer, "n_features", json_integer((json_int_t)info.n_features));
    json_object_set_new(answer, "n_trees", json_integer((json_int_t)info.n_trees));
}

/* A member of the bundle that is JSON; null where it has none. */
static json_t *json_member(const lsc_model *model, const char *name)
{
    size_t length;
    const char *text = lsc_model_member(model, name, &length);
    json_t *value = text != NULL ? json_loadb(text, length, 0, NULL) : NULL;
    return value != NULL ? value : json_null();
}

void srv_get_model(srv_call *call)
{
    lsc_error error = LSC_ERROR_INIT;
    const char *id = srv_path(call, "model_id");
    lsc_model *model;
    lsc_store *store = srv_store(call);
    json_t *answer = store != NULL ? find_model(call, store, id) : NULL;
    if (answer == NULL) {
        return;
    }
    if (!srv_went_well(
            call,
            SRV_STEP(lsc_store_load_model, store, srv_organization(call), id, NULL, &model, &error),
            &error)) {
        json_decref(answer);
        return;
    }
    add_facts(answer, model);
    lsc_model_unref(model);
    srv_reply(call, 200, answer);
}

static void get_model_performance(srv_call *call)
{
    lsc_error error = LSC_ERROR_INIT;
    const char *id = srv_path(call, "model_id");
    const char *organization = srv_organization(call);
    lsc_model *model;
    json_t *months;
    lsc_store *store = srv_store(call);
    if (store == NULL) {
        return;
    }
    if (!srv_went_well(
            call, SRV_STEP(lsc_store_load_model, store, organization, id, NULL, &model, &error),
            &error)) {
        return;
    }
    json_t *metrics = json_member(model, "metrics.json");
    lsc_model_unref(model);
    if (srv_performance(call, store, id, &months)) {
        srv_reply(
            call, 200,
            json_pack("{s:s, s:O, s:o}", "model_id", id, "training", metrics, "months", months));
    }
    json_decref(metrics);
}

void srv_get_model_performance(srv_call *call)
{
    lsc_store *store = srv_store(call);
    json_t *listed = store != NULL ? find_model(call, store, srv_path(call, "model_id")) : NULL;
    /* Another organization's is looked for no further than one that is not there. */
    if (listed != NULL) {
        srv_answer_in_line(call, get_model_performance);
    }
    json_decref(listed);
}

void srv_activate_model(srv_call *call)
{
    lsc_error error = LSC_ERROR_INIT;
    const char *id = srv_path(call, "model_id");
    const char *organization = srv_organization(call);
    bool force = json_is_true(json_object_get(srv_body(call), "force"));
    lsc_store *store = srv_store(call);
    if (store == NULL ||
        !srv_went_well(call,
                       SRV_STEP(lsc_store_activate_model, store, organization, id, force, &error),
                       &error)) {
        return;
    }
    srv_models_forget(srv_app_of(call)->models, organization);
    json_t *model = find_model(call, store, id);
    if (model != NULL) {
        srv_reply(call, 200, model);
    }
}
