#include "node_store.h"

#include "node_key.h"
#include "node_lead.h"
#include "node_model.h"

#include <stdlib.h>

/* Opening and closing. */

static void finalize_store(napi_env env, void *data, void *hint)
{
    (void)env;
    (void)hint;
    lsc_node_store *held = data;
    lsc_store_close(held->store);
    free(held);
}

static bool read_options(napi_env env, const napi_value args[], lsc_store_options *options)
{
    int durability = 0;
    if (!lsc_node_read_bool(env, args[0], &options->create) ||
        !lsc_node_read_bool(env, args[1], &options->read_only) ||
        !lsc_node_read_int(env, args[2], &durability) ||
        !lsc_node_read_int(env, args[3], &options->busy_ms) ||
        !lsc_node_read_bool(env, args[4], &options->make_leads)) {
        return false;
    }
    options->durability = (lsc_durability)durability;
    return true;
}

/* (path, create, readOnly, durability, busyMs, makeLeads, key, id, hasActor, uuid, time) */
static bool open_held(napi_env env, lsc_node_state *state, lsc_node_store *held, lsc_node_key *key)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    lsc_store_actor actor = LSC_STORE_ACTOR_INIT;
    const napi_value *args = state->args;
    bool has_actor = false;
    if (!lsc_node_read_name(env, args[0], &state->texts[0]) ||
        !read_options(env, &args[1], &options) || !lsc_node_read_key(env, args[6], args[7], key) ||
        !lsc_node_read_bool(env, args[8], &has_actor) ||
        !lsc_node_read_actor(env, args[9], args[10], &held->actor_time_ms, &state->texts[1],
                             &actor)) {
        return false;
    }
    options.key = lsc_node_key_of(key);
    options.actor = has_actor ? &actor : NULL;
    if (lsc_store_open(state->texts[0].bytes, &options, &held->store, &error) != LSC_OK) {
        lsc_node_throw(env, &error);
        return false;
    }
    return true;
}

/* openStore(path, ...): see open_held() */
static napi_value open_store(napi_env env, napi_callback_info info)
{
    lsc_node_state *state = lsc_node_enter(env, info);
    lsc_node_key key = {0};
    napi_value handle = NULL;
    lsc_node_store *held = calloc(1, sizeof(*held));
    if (held == NULL) {
        return lsc_node_no_memory(env);
    }
    bool opened = open_held(env, state, held, &key);
    lsc_node_key_free(&key);
    if (!opened || napi_create_external(env, held, finalize_store, NULL, &handle) != napi_ok) {
        finalize_store(env, held, NULL);
        return NULL;
    }
    return handle;
}

lsc_node_store *lsc_node_read_store(napi_env env, napi_value value)
{
    lsc_node_store *held = lsc_node_read_external(env, value);
    if (held == NULL) {
        return NULL;
    }
    if (held->busy) {
        lsc_node_refuse(env, "the store is at work: wait for the promise that it gave");
        return NULL;
    }
    if (held->store == NULL) {
        lsc_node_refuse(env, "the store is closed");
        return NULL;
    }
    return held;
}

/* closeStore(store): a closed one stays so */
static napi_value close_store(napi_env env, napi_callback_info info)
{
    lsc_node_state *state = lsc_node_enter(env, info);
    lsc_node_store *held = lsc_node_read_external(env, state->args[0]);
    if (held != NULL && held->store != NULL && lsc_node_read_store(env, state->args[0]) != NULL) {
        lsc_store_close(held->store);
        held->store = NULL;
    }
    return NULL;
}

/* What all other calls have in common. */

bool lsc_node_begin_call(napi_env env, napi_callback_info info, size_t n_names, lsc_node_call *call)
{
    call->state = lsc_node_enter(env, info);
    call->error = (lsc_error)LSC_ERROR_INIT;
    call->texts = call->state->texts;
    call->held = lsc_node_read_store(env, call->state->args[0]);
    if (call->held == NULL) {
        return false;
    }
    call->store = call->held->store;
    return lsc_node_read_args(env, &call->state->args[1], call->state->texts, n_names);
}

napi_value lsc_node_leave(napi_env env, const lsc_node_call *call, lsc_status status,
                          napi_value value)
{
    return status == LSC_OK ? value : lsc_node_throw(env, &call->error);
}

static napi_value call_store(napi_env env, napi_callback_info info,
                             lsc_status (*function)(lsc_store *, lsc_error *))
{
    lsc_node_call call;
    if (!lsc_node_begin_call(env, info, 0, &call)) {
        return NULL;
    }
    return lsc_node_leave(env, &call, function(call.store, &call.error), NULL);
}

/* storeBegin(store) */
static napi_value begin(napi_env env, napi_callback_info info)
{
    return call_store(env, info, lsc_store_begin);
}

/* storeCommit(store) */
static napi_value commit(napi_env env, napi_callback_info info)
{
    return call_store(env, info, lsc_store_commit);
}

/* storeCheck(store) */
static napi_value check(napi_env env, napi_callback_info info)
{
    return call_store(env, info, lsc_store_check);
}

/* storeRollback(store) */
static napi_value rollback(napi_env env, napi_callback_info info)
{
    lsc_node_call call;
    if (lsc_node_begin_call(env, info, 0, &call)) {
        lsc_store_rollback(call.store);
    }
    return NULL;
}

/* storeCount(store, organization) */
static napi_value count(napi_env env, napi_callback_info info)
{
    lsc_node_call call;
    lsc_store_counts counts = LSC_STORE_COUNTS_INIT;
    napi_value object = NULL;
    if (!lsc_node_begin_call(env, info, 1, &call)) {
        return NULL;
    }
    if (lsc_store_count(call.store, call.texts[0].bytes, &counts, &call.error) != LSC_OK) {
        return lsc_node_throw(env, &call.error);
    }
    napi_create_object(env, &object);
    lsc_node_set_number(env, object, "organizations", (double)counts.organizations);
    lsc_node_set_number(env, object, "leads", (double)counts.leads);
    lsc_node_set_number(env, object, "activities", (double)counts.activities);
    lsc_node_set_number(env, object, "outcomes", (double)counts.outcomes);
    lsc_node_set_number(env, object, "models", (double)counts.models);
    lsc_node_set_number(env, object, "scores", (double)counts.scores);
    lsc_node_set_number(env, object, "bytes", (double)counts.bytes);
    return object;
}

/* A call that takes two names, the first of them of an organization. */
static napi_value call_named(napi_env env, napi_callback_info info,
                             lsc_status (*function)(lsc_store *, const char *, const char *,
                                                    lsc_error *))
{
    lsc_node_call call;
    if (!lsc_node_begin_call(env, info, 2, &call)) {
        return NULL;
    }
    const char *organization = call.texts[0].bytes;
    return lsc_node_leave(
        env, &call, function(call.store, organization, call.texts[1].bytes, &call.error), NULL);
}

/* storeAddOrganization(store, organization, name) */
static napi_value add_organization(napi_env env, napi_callback_info info)
{
    return call_named(env, info, lsc_store_add_organization);
}

/* Leads. */

/* A lead whose properties are named by a table. */
static lsc_status put_named(lsc_node_call *call, const lsc_node_text *json, lsc_aliases *aliases)
{
    const lsc_node_text none = {0};
    lsc_lead *lead = NULL;
    lsc_status status = lsc_node_new_lead(json, &none, aliases, &lead, &call->error);
    if (status == LSC_OK && lsc_lead_id(lead)[0] == '\0') {
        /* As of JSON without aliases. */
        call->error = (lsc_error){LSC_BAD_LEAD, -1, "id is missing"};
        status = LSC_BAD_LEAD;
    }
    if (status == LSC_OK) {
        status = lsc_store_put_lead(call->store, call->texts[0].bytes, lead, &call->error);
    }
    lsc_lead_free(lead);
    return status;
}

/* storePutLead(store, organization, json, aliases) */
static napi_value put_lead(napi_env env, napi_callback_info info)
{
    lsc_node_call call;
    lsc_aliases *aliases = NULL;
    if (!lsc_node_begin_call(env, info, 1, &call) ||
        !lsc_node_read_text(env, call.state->args[2], &call.state->texts[1]) ||
        !lsc_node_read_aliases(env, call.state->args[3], &aliases)) {
        return NULL;
    }
    const lsc_node_text *json = &call.texts[1];
    lsc_status status = aliases != NULL
                            ? put_named(&call, json, aliases)
                            : lsc_store_put_lead_json(call.store, call.texts[0].bytes, json->bytes,
                                                      json->length, &call.error);
    return lsc_node_leave(env, &call, status, NULL);
}

/* storeLeadJson(store, organization, id) */
static napi_value lead_json(napi_env env, napi_callback_info info)
{
    lsc_node_call call;
    const char *json = NULL;
    size_t length = 0;
    napi_value text = NULL;
    if (!lsc_node_begin_call(env, info, 2, &call)) {
        return NULL;
    }
    if (lsc_store_lead_json(call.store, call.texts[0].bytes, call.texts[1].bytes, &json, &length,
                            &call.error) != LSC_OK) {
        return lsc_node_throw(env, &call.error);
    }
    napi_create_string_utf8(env, json, length, &text);
    return text;
}

/* storeDeleteLead(store, organization, id) */
static napi_value delete_lead(napi_env env, napi_callback_info info)
{
    return call_named(env, info, lsc_store_delete_lead);
}

/* storeAddActivities(store, organization, leadId, json): how many were new */
static napi_value add_activities(napi_env env, napi_callback_info info)
{
    lsc_node_call call;
    size_t n_added = 0;
    napi_value number = NULL;
    if (!lsc_node_begin_call(env, info, 2, &call) ||
        !lsc_node_read_text(env, call.state->args[3], &call.state->texts[2])) {
        return NULL;
    }
    lsc_status status = lsc_store_add_activities_json(call.store, call.texts[0].bytes,
                                                      call.texts[1].bytes, call.texts[2].bytes,
                                                      call.texts[2].length, &n_added, &call.error);
    napi_create_double(env, (double)n_added, &number);
    return lsc_node_leave(env, &call, status, number);
}

/* storeAddOutcome(store, organization, leadId, time, converted) */
static napi_value add_outcome(napi_env env, napi_callback_info info)
{
    lsc_node_call call;
    lsc_outcome outcome = {0, false};
    if (!lsc_node_begin_call(env, info, 2, &call) ||
        !lsc_node_read_time(env, call.state->args[3], &outcome.time_ms) ||
        !lsc_node_read_bool(env, call.state->args[4], &outcome.converted)) {
        return NULL;
    }
    return lsc_node_leave(env, &call,
                          lsc_store_add_outcome(call.store, call.texts[0].bytes,
                                                call.texts[1].bytes, &outcome, &call.error),
                          NULL);
}

/* storeClearOutcomes(store, organization, leadId) */
static napi_value clear_outcomes(napi_env env, napi_callback_info info)
{
    return call_named(env, info, lsc_store_clear_outcomes);
}

/* storeSetConsent(store, organization, leadId, purpose, given, time, source) */
static napi_value set_consent(napi_env env, napi_callback_info info)
{
    lsc_node_call call;
    lsc_consent consent = LSC_CONSENT_INIT;
    if (!lsc_node_begin_call(env, info, 3, &call) ||
        !lsc_node_read_bool(env, call.state->args[4], &consent.given) ||
        !lsc_node_read_time(env, call.state->args[5], &consent.time_ms) ||
        !lsc_node_read_name(env, call.state->args[6], &call.state->texts[3])) {
        return NULL;
    }
    consent.purpose = call.texts[2].bytes;
    consent.source = call.texts[3].bytes;
    return lsc_node_leave(env, &call,
                          lsc_store_set_consent(call.store, call.texts[0].bytes,
                                                call.texts[1].bytes, &consent, &call.error),
                          NULL);
}

/* Models and scores. */

/* storeAddModel(store, organization, bundle, selfTest, planBytes, keys): its id */
static napi_value add_model(napi_env env, napi_callback_info info)
{
    lsc_node_call call;
    lsc_node_load how = {0};
    char sha256[65] = "";
    if (!lsc_node_begin_call(env, info, 1, &call) ||
        !lsc_node_read_text(env, call.state->args[2], &call.state->texts[1]) ||
        !lsc_node_read_load(env, call.state->args[3], call.state->args[4], call.state->args[5],
                            &how)) {
        return NULL;
    }
    lsc_status status = lsc_store_add_model(call.store, call.texts[0].bytes, call.texts[1].bytes,
                                            call.texts[1].length, &how.load, sha256, &call.error);
    lsc_node_load_free(&how);
    return lsc_node_leave(env, &call, status, lsc_node_string(env, sha256));
}

/* storeActivateModel(store, organization, sha256, force) */
static napi_value activate_model(napi_env env, napi_callback_info info)
{
    lsc_node_call call;
    bool force = false;
    if (!lsc_node_begin_call(env, info, 2, &call) ||
        !lsc_node_read_bool(env, call.state->args[3], &force)) {
        return NULL;
    }
    return lsc_node_leave(env, &call,
                          lsc_store_activate_model(call.store, call.texts[0].bytes,
                                                   call.texts[1].bytes, force, &call.error),
                          NULL);
}

/* storeLoadModel(store, organization, sha256, selfTest, planBytes, keys): a model */
static napi_value load_model(napi_env env, napi_callback_info info)
{
    lsc_node_call call;
    lsc_node_load how = {0};
    lsc_model *model = NULL;
    if (!lsc_node_begin_call(env, info, 2, &call) ||
        !lsc_node_read_load(env, call.state->args[3], call.state->args[4], call.state->args[5],
                            &how)) {
        return NULL;
    }
    lsc_status status = lsc_store_load_model(call.store, call.texts[0].bytes, call.texts[1].bytes,
                                             &how.load, &model, &call.error);
    lsc_node_load_free(&how);
    return status == LSC_OK ? lsc_node_give_model(env, model) : lsc_node_throw(env, &call.error);
}

/* storeScoreLead(store, organization, leadId, model, asOf): the explanation as JSON */
static napi_value score_lead(napi_env env, napi_callback_info info)
{
    lsc_node_call call;
    int64_t as_of_ms = 0;
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    if (!lsc_node_begin_call(env, info, 2, &call) ||
        !lsc_node_read_time(env, call.state->args[4], &as_of_ms)) {
        return NULL;
    }
    lsc_node_model *model = lsc_node_read_model(env, call.state->args[3]);
    if (model == NULL) {
        return NULL;
    }
    if (lsc_store_score_lead(call.store, call.texts[0].bytes, call.texts[1].bytes, model->scorer,
                             as_of_ms, &explanation, &call.error) != LSC_OK) {
        return lsc_node_throw(env, &call.error);
    }
    return lsc_node_explanation(env, model->scorer, &explanation, call.texts[1].bytes);
}

const lsc_node_function lsc_node_store_functions[] = {
    {"openStore", open_store},
    {"closeStore", close_store},
    {"storeBegin", begin},
    {"storeCommit", commit},
    {"storeRollback", rollback},
    {"storeCheck", check},
    {"storeCount", count},
    {"storeAddOrganization", add_organization},
    {"storePutLead", put_lead},
    {"storeLeadJson", lead_json},
    {"storeDeleteLead", delete_lead},
    {"storeAddActivities", add_activities},
    {"storeAddOutcome", add_outcome},
    {"storeClearOutcomes", clear_outcomes},
    {"storeSetConsent", set_consent},
    {"storeAddModel", add_model},
    {"storeActivateModel", activate_model},
    {"storeLoadModel", load_model},
    {"storeScoreLead", score_lead},
    {NULL, NULL},
};
