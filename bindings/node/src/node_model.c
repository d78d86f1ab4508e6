#include "node_model.h"

#include "node_batch.h"
#include "node_lead.h"
#include "node_sharing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What a model weighs to the garbage collector: about what its trees and their layouts take. */
#define BYTES_A_MODEL 100000
#define BYTES_A_NODE 64

/* Loading and closing. */

static bool read_key(napi_env env, napi_value value, lsc_public_key *key)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_node_text pem = {0};
    bool read = lsc_node_read_text(env, value, &pem);
    if (read && lsc_public_key_read(pem.bytes, pem.length, key, &error) != LSC_OK) {
        lsc_node_throw(env, &error);
        read = false;
    }
    lsc_node_text_free(&pem);
    return read;
}

static bool read_keys(napi_env env, napi_value keys, lsc_node_load *load)
{
    uint32_t n = 0;
    if (napi_get_array_length(env, keys, &n) != napi_ok || n == 0) {
        return true;
    }
    load->keys = calloc(n, sizeof(*load->keys));
    if (load->keys == NULL) {
        lsc_node_no_memory(env);
        return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        napi_value pem = NULL;
        napi_get_element(env, keys, i, &pem);
        if (!read_key(env, pem, &load->keys[i])) {
            return false;
        }
    }
    load->load.trusted_keys = load->keys;
    load->load.n_trusted_keys = n;
    return true;
}

bool lsc_node_read_load(napi_env env, napi_value self_test, napi_value plan_bytes, napi_value keys,
                        lsc_node_load *load)
{
    lsc_load_init(&load->load, sizeof(load->load));
    if (!lsc_node_read_bool(env, self_test, &load->load.self_test) ||
        !lsc_node_read_size(env, plan_bytes, &load->load.plan_bytes) ||
        !read_keys(env, keys, load)) {
        lsc_node_load_free(load);
        return false;
    }
    return true;
}

void lsc_node_load_free(lsc_node_load *load)
{
    free(load->keys);
    load->keys = NULL;
}

static void drop_model(napi_env env, lsc_node_model *held)
{
    int64_t now = 0;
    lsc_node_unshare(held);
    lsc_scorer_free(held->scorer);
    lsc_model_unref(held->model);
    napi_adjust_external_memory(env, -held->weight, &now);
    memset(held, 0, sizeof(*held));
}

static void finalize_model(napi_env env, void *data, void *hint)
{
    (void)hint;
    drop_model(env, data);
    free(data);
}

static void weigh_model(napi_env env, lsc_node_model *held)
{
    lsc_model_info info = LSC_MODEL_INFO_INIT;
    int64_t now = 0;
    lsc_model_get_info(held->model, &info, NULL);
    held->weight = BYTES_A_MODEL + (int64_t)info.n_nodes * BYTES_A_NODE;
    napi_adjust_external_memory(env, held->weight, &now);
}

napi_value lsc_node_give_model(napi_env env, lsc_model *model)
{
    lsc_error error = LSC_ERROR_INIT;
    napi_value handle = NULL;
    lsc_scorer *scorer = NULL;
    lsc_node_model *held = calloc(1, sizeof(*held));
    if (held == NULL || lsc_scorer_new(model, NULL, &scorer, &error) != LSC_OK) {
        free(held);
        lsc_model_unref(model);
        return lsc_node_no_memory(env);
    }
    held->model = model;
    held->scorer = scorer;
    held->n_columns = lsc_spec_n_columns(lsc_model_spec(model));
    weigh_model(env, held);
    if (napi_create_external(env, held, finalize_model, NULL, &handle) != napi_ok) {
        finalize_model(env, held, NULL);
    }
    return handle;
}

/* loadFile(path, selfTest, planBytes, keys), loadBytes(bytes, ...) */
static napi_value load(napi_env env, napi_callback_info info, bool is_file)
{
    lsc_node_state *state = lsc_node_enter(env, info);
    lsc_error error = LSC_ERROR_INIT;
    lsc_node_text *source = &state->texts[0];
    lsc_node_load how = {0};
    lsc_model *model = NULL;
    bool read = is_file ? lsc_node_read_name(env, state->args[0], source)
                        : lsc_node_read_text(env, state->args[0], source);
    if (!read || !lsc_node_read_load(env, state->args[1], state->args[2], state->args[3], &how)) {
        return NULL;
    }
    lsc_status status =
        is_file ? lsc_model_load_file(source->bytes, &how.load, &model, &error)
                : lsc_model_load_bytes(source->bytes, source->length, &how.load, &model, &error);
    lsc_node_load_free(&how);
    return status == LSC_OK ? lsc_node_give_model(env, model) : lsc_node_throw(env, &error);
}

static napi_value load_file(napi_env env, napi_callback_info info)
{
    return load(env, info, true);
}

static napi_value load_bytes(napi_env env, napi_callback_info info)
{
    return load(env, info, false);
}

lsc_node_model *lsc_node_read_model(napi_env env, napi_value value)
{
    lsc_node_model *held = lsc_node_read_external(env, value);
    if (held != NULL && held->model == NULL) {
        lsc_node_refuse(env, "the model is closed");
        return NULL;
    }
    return held;
}

/* closeModel(model) */
static napi_value close_model(napi_env env, napi_callback_info info)
{
    lsc_node_state *state = lsc_node_enter(env, info);
    lsc_node_model *held = lsc_node_read_external(env, state->args[0]);
    if (held != NULL && held->model != NULL) {
        drop_model(env, held);
    }
    return NULL;
}

/* What it is. */

/* What calls begin with: (model, ...) */
static lsc_node_model *enter_model(napi_env env, napi_callback_info info, lsc_node_state **state)
{
    *state = lsc_node_enter(env, info);
    return lsc_node_read_model(env, (*state)->args[0]);
}

/* modelInfo(model) */
static napi_value model_info(napi_env env, napi_callback_info info)
{
    lsc_node_state *state = NULL;
    lsc_node_model *held = enter_model(env, info, &state);
    lsc_model_info facts = LSC_MODEL_INFO_INIT;
    napi_value object = NULL;
    if (held == NULL || lsc_model_get_info(held->model, &facts, NULL) != LSC_OK) {
        return NULL;
    }
    napi_create_object(env, &object);
    lsc_node_set_string(env, object, "name", facts.name);
    lsc_node_set_string(env, object, "version", facts.version);
    lsc_node_set_string(env, object, "modelType", facts.model_type);
    lsc_node_set_string(env, object, "engine",
                        facts.engine == LSC_ENGINE_SCORECARD ? "scorecard" : "gbdt");
    lsc_node_set_bool(env, object, "gatePassed", facts.gate_passed);
    lsc_node_set_bool(env, object, "calibrated", facts.calibrated);
    lsc_node_set_number(env, object, "nFeatures", (double)facts.n_features);
    lsc_node_set_number(env, object, "nColumns", (double)facts.n_columns);
    lsc_node_set_number(env, object, "nTrees", (double)facts.n_trees);
    lsc_node_set_number(env, object, "nNodes", (double)facts.n_nodes);
    lsc_node_set_number(env, object, "maxDepth", (double)facts.max_depth);
    lsc_node_set_string(env, object, "sha256", facts.sha256);
    lsc_node_set_string(env, object, "specSha256", facts.spec_sha256);
    lsc_node_set_string(env, object, "signedBy", facts.signed_by);
    lsc_node_set_string(env, object, "claimedKey", facts.claimed_key);
    return object;
}

/* The name of one of many of a model. */
typedef const char *(*name_at)(const lsc_model *model, size_t at);

static const char *column_name(const lsc_model *model, size_t at)
{
    return lsc_spec_column_name(lsc_model_spec(model), at);
}

static napi_value give_names(napi_env env, const lsc_model *model, size_t n, name_at name)
{
    napi_value names = NULL;
    napi_create_array_with_length(env, n, &names);
    for (size_t i = 0; i < n; i++) {
        lsc_node_set_at(env, names, i, lsc_node_string(env, name(model, i)));
    }
    return names;
}

/* columnNames(model) */
static napi_value column_names(napi_env env, napi_callback_info info)
{
    lsc_node_state *state = NULL;
    lsc_node_model *held = enter_model(env, info, &state);
    return held == NULL ? NULL : give_names(env, held->model, held->n_columns, column_name);
}

/* memberNames(model) */
static napi_value member_names(napi_env env, napi_callback_info info)
{
    lsc_node_state *state = NULL;
    lsc_node_model *held = enter_model(env, info, &state);
    if (held == NULL) {
        return NULL;
    }
    return give_names(env, held->model, lsc_model_n_members(held->model), lsc_model_member_name);
}

/* specJson(model) */
static napi_value spec_json(napi_env env, napi_callback_info info)
{
    lsc_node_state *state = NULL;
    lsc_node_model *held = enter_model(env, info, &state);
    napi_value json = NULL;
    size_t length = 0;
    if (held == NULL) {
        return NULL;
    }
    const char *text = lsc_spec_json(lsc_model_spec(held->model), &length);
    napi_create_string_utf8(env, text, length, &json);
    return json;
}

/* member(model, name): undefined when there is none */
static napi_value member(napi_env env, napi_callback_info info)
{
    lsc_node_state *state = NULL;
    lsc_node_model *held = enter_model(env, info, &state);
    size_t length = 0;
    if (held == NULL || !lsc_node_read_name(env, state->args[1], &state->texts[0])) {
        return NULL;
    }
    const char *bytes = lsc_model_member(held->model, state->texts[0].bytes, &length);
    return bytes != NULL ? lsc_node_bytes(env, bytes, length) : NULL;
}

/* Leads. */

/* A call about a lead: (model, lead, activities, asOf, aliases or undefined, ...) */
typedef struct lead_call {
    lsc_node_state *state;
    lsc_node_model *held;
    const lsc_node_text *lead;
    const lsc_node_text *activities;
    int64_t as_of_ms;
    lsc_aliases *aliases;
    lsc_error error;
} lead_call;

static bool enter_lead(napi_env env, napi_callback_info info, lead_call *call)
{
    call->error = (lsc_error)LSC_ERROR_INIT;
    call->held = enter_model(env, info, &call->state);
    lsc_node_state *state = call->state;
    call->lead = &state->texts[0];
    call->activities = &state->texts[1];
    return call->held != NULL && lsc_node_read_text(env, state->args[1], &state->texts[0]) &&
           lsc_node_read_text(env, state->args[2], &state->texts[1]) &&
           lsc_node_read_time(env, state->args[3], &call->as_of_ms) &&
           lsc_node_read_aliases(env, state->args[4], &call->aliases);
}

/* scoreLead(model, lead, activities, asOf, aliases): the score is in the numbers */
static napi_value score_lead(napi_env env, napi_callback_info info)
{
    lead_call call;
    lsc_result result = LSC_RESULT_INIT;
    if (!enter_lead(env, info, &call)) {
        return NULL;
    }
    lsc_scorer_set_aliases(call.held->scorer, call.aliases, NULL);
    if (lsc_score_json(call.held->scorer, call.lead->bytes, call.lead->length,
                       call.activities->bytes, call.activities->length, call.as_of_ms, &result,
                       &call.error) != LSC_OK) {
        return lsc_node_throw(env, &call.error);
    }
    lsc_node_put_result(&result, call.state->numbers);
    return NULL;
}

napi_value lsc_node_explanation(napi_env env, lsc_scorer *scorer,
                                const lsc_explanation *explanation, const char *lead_id)
{
    lsc_error error = LSC_ERROR_INIT;
    const char *json = NULL;
    size_t length = 0;
    napi_value text = NULL;
    if (lsc_explanation_json(scorer, explanation, lead_id, 0, &json, &length, &error) != LSC_OK) {
        return lsc_node_throw(env, &error);
    }
    napi_create_string_utf8(env, json, length, &text);
    return text;
}

/* explainLead(model, lead, activities, asOf, aliases, leadId): JSON */
static napi_value explain_lead(napi_env env, napi_callback_info info)
{
    lead_call call;
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    if (!enter_lead(env, info, &call) ||
        !lsc_node_read_name(env, call.state->args[5], &call.state->texts[2])) {
        return NULL;
    }
    lsc_scorer_set_aliases(call.held->scorer, call.aliases, NULL);
    if (lsc_explain_json(call.held->scorer, call.lead->bytes, call.lead->length,
                         call.activities->bytes, call.activities->length, call.as_of_ms,
                         &explanation, &call.error) != LSC_OK) {
        return lsc_node_throw(env, &call.error);
    }
    return lsc_node_explanation(env, call.held->scorer, &explanation, call.state->texts[2].bytes);
}

/* extract(model, lead, activities, asOf, aliases, vector): fills the vector */
static napi_value extract(napi_env env, napi_callback_info info)
{
    lead_call call;
    lsc_lead *lead = NULL;
    float *vector = NULL;
    size_t length = 0;
    if (!enter_lead(env, info, &call) ||
        !lsc_node_read_floats(env, call.state->args[5], &vector, &length)) {
        return NULL;
    }
    lsc_status status =
        lsc_node_new_lead(call.lead, call.activities, call.aliases, &lead, &call.error);
    if (status == LSC_OK) {
        status = lsc_spec_extract(lsc_model_spec(call.held->model), lead, call.as_of_ms, vector,
                                  length, &call.error);
    }
    lsc_lead_free(lead);
    return status == LSC_OK ? NULL : lsc_node_throw(env, &call.error);
}

/* replay(model, lead, activities, 0, aliases, receipt) */
static napi_value replay(napi_env env, napi_callback_info info)
{
    lead_call call;
    lsc_lead *lead = NULL;
    if (!enter_lead(env, info, &call) ||
        !lsc_node_read_text(env, call.state->args[5], &call.state->texts[2])) {
        return NULL;
    }
    const lsc_node_text *receipt = &call.state->texts[2];
    lsc_status status =
        lsc_node_new_lead(call.lead, call.activities, call.aliases, &lead, &call.error);
    if (status == LSC_OK) {
        status =
            lsc_replay_lead(call.held->scorer, lead, receipt->bytes, receipt->length, &call.error);
    }
    lsc_lead_free(lead);
    return status == LSC_OK ? NULL : lsc_node_throw(env, &call.error);
}

/* Vectors. */

/* A call about a vector: (model, vector) */
typedef struct vector_call {
    lsc_node_state *state;
    lsc_node_model *held;
    float *vector;
    size_t length;
    lsc_error error;
} vector_call;

static bool enter_vector(napi_env env, napi_callback_info info, vector_call *call)
{
    call->error = (lsc_error)LSC_ERROR_INIT;
    call->held = enter_model(env, info, &call->state);
    return call->held != NULL &&
           lsc_node_read_floats(env, call->state->args[1], &call->vector, &call->length);
}

/* scoreVector(model, vector): the score is in the numbers */
static napi_value score_vector(napi_env env, napi_callback_info info)
{
    vector_call call;
    lsc_result result = LSC_RESULT_INIT;
    if (!enter_vector(env, info, &call)) {
        return NULL;
    }
    if (lsc_score_vector(call.held->scorer, call.vector, call.length, &result, &call.error) !=
        LSC_OK) {
        return lsc_node_throw(env, &call.error);
    }
    lsc_node_put_result(&result, call.state->numbers);
    return NULL;
}

/* explainVector(model, vector): JSON */
static napi_value explain_vector(napi_env env, napi_callback_info info)
{
    vector_call call;
    lsc_explanation explanation = LSC_EXPLANATION_INIT;
    if (!enter_vector(env, info, &call)) {
        return NULL;
    }
    lsc_scorer *scorer = call.held->scorer;
    if (lsc_explain_vector(scorer, call.vector, call.length, &explanation, &call.error) != LSC_OK) {
        return lsc_node_throw(env, &call.error);
    }
    return lsc_node_explanation(env, scorer, &explanation, NULL);
}

/* batch(model, columns, rows, output, out): see node_batch.h */
static napi_value batch(napi_env env, napi_callback_info info)
{
    lsc_node_state *state = lsc_node_enter(env, info);
    lsc_error error = LSC_ERROR_INIT;
    lsc_node_batch work = {0};
    lsc_node_model *held = lsc_node_read_model(env, state->args[0]);
    if (held == NULL || !lsc_node_read_batch(env, held, &state->args[1], &work)) {
        return NULL;
    }
    if (lsc_node_run_batch(held->scorer, &work, &error) != LSC_OK) {
        return lsc_node_throw(env, &error);
    }
    return NULL;
}

const lsc_node_function lsc_node_model_functions[] = {
    {"loadFile", load_file},
    {"loadBytes", load_bytes},
    {"closeModel", close_model},
    {"modelInfo", model_info},
    {"columnNames", column_names},
    {"specJson", spec_json},
    {"memberNames", member_names},
    {"member", member},
    {"scoreLead", score_lead},
    {"explainLead", explain_lead},
    {"extract", extract},
    {"replay", replay},
    {"scoreVector", score_vector},
    {"explainVector", explain_vector},
    {"batch", batch},
    {NULL, NULL},
};
