/* What a store lists: rows as objects. */
#include "node_store.h"

napi_value lsc_node_rows(napi_env env, const void *rows, size_t n, lsc_node_put_row put)
{
    napi_value list = NULL;
    napi_create_array(env, &list);
    for (size_t i = 0; i < n; i++) {
        napi_value object = NULL;
        napi_create_object(env, &object);
        put(env, object, rows, i);
        lsc_node_set_at(env, list, i, object);
    }
    return list;
}

napi_value lsc_node_give_rows(napi_env env, const lsc_node_call *call, lsc_status status,
                              const void *rows, size_t n, lsc_node_put_row put)
{
    return status == LSC_OK ? lsc_node_rows(env, rows, n, put) : lsc_node_throw(env, &call->error);
}

static void put_organization(napi_env env, napi_value object, const void *rows, size_t row)
{
    const lsc_stored_organization *given = (const lsc_stored_organization *)rows + row;
    lsc_node_set_string(env, object, "id", given->id);
    lsc_node_set_string(env, object, "uuid", given->uuid);
    lsc_node_set_string(env, object, "name", given->name);
}

/* storeListOrganizations(store, after, limit) */
static napi_value list_organizations(napi_env env, napi_callback_info info)
{
    lsc_node_call call;
    const lsc_stored_organization *rows = NULL;
    size_t limit = 0;
    size_t n = 0;
    if (!lsc_node_begin_call(env, info, 1, &call) ||
        !lsc_node_read_size(env, call.state->args[2], &limit)) {
        return NULL;
    }
    lsc_status status = lsc_store_list_organizations(call.store, call.texts[0].bytes, limit, &rows,
                                                     &n, &call.error);
    return lsc_node_give_rows(env, &call, status, rows, n, put_organization);
}

static void put_lead(napi_env env, napi_value object, const void *rows, size_t row)
{
    const lsc_stored_lead *given = (const lsc_stored_lead *)rows + row;
    lsc_node_set_string(env, object, "id", given->id);
    lsc_node_set_string(env, object, "uuid", given->uuid);
    lsc_node_set_string(env, object, "email", given->email);
    lsc_node_set_string(env, object, "status", given->status);
    lsc_node_set_string(env, object, "source", given->source);
    lsc_node_set_time(env, object, "createdAt", given->created_at_ms);
}

/* storeListLeads(store, organization, after, email, status, source, limit) */
static napi_value list_leads(napi_env env, napi_callback_info info)
{
    lsc_node_call call;
    lsc_lead_query query = LSC_LEAD_QUERY_INIT;
    const lsc_stored_lead *rows = NULL;
    size_t n = 0;
    if (!lsc_node_begin_call(env, info, 5, &call) ||
        !lsc_node_read_size(env, call.state->args[6], &query.limit)) {
        return NULL;
    }
    const lsc_node_text *texts = call.texts;
    query.after = texts[1].bytes;
    query.email = texts[2].bytes;
    query.status = texts[3].bytes;
    query.source = texts[4].bytes;
    lsc_status status =
        lsc_store_list_leads(call.store, texts[0].bytes, &query, &rows, &n, &call.error);
    return lsc_node_give_rows(env, &call, status, rows, n, put_lead);
}

static void put_activity(napi_env env, napi_value object, const void *rows, size_t row)
{
    const lsc_stored_activity *given = (const lsc_stored_activity *)rows + row;
    lsc_node_set_string(env, object, "id", given->id);
    lsc_node_set_string(env, object, "source", given->source);
    lsc_node_set_string(env, object, "type", given->type);
    lsc_node_set_time(env, object, "time", given->time_ms);
    lsc_node_set_time(env, object, "recordedTime", given->recorded_time_ms);
    lsc_node_set_bool(env, object, "bot", given->bot);
    lsc_node_set_string(env, object, "data", given->data);
}

/* storeListActivities(store, organization, leadId, afterId, afterSource, type, afterTime, from, until, limit,
   latestFirst) */
static napi_value list_activities(napi_env env, napi_callback_info info)
{
    lsc_node_call call;
    lsc_activity_query query = LSC_ACTIVITY_QUERY_INIT;
    const lsc_stored_activity *rows = NULL;
    size_t n = 0;
    if (!lsc_node_begin_call(env, info, 5, &call) ||
        !lsc_node_read_time(env, call.state->args[6], &query.after_ms) ||
        !lsc_node_read_time(env, call.state->args[7], &query.from_ms) ||
        !lsc_node_read_time(env, call.state->args[8], &query.until_ms) ||
        !lsc_node_read_size(env, call.state->args[9], &query.limit) ||
        !lsc_node_read_bool(env, call.state->args[10], &query.latest_first)) {
        return NULL;
    }
    const lsc_node_text *texts = call.texts;
    query.after_id = texts[2].bytes;
    query.after_source = texts[3].bytes;
    query.type = texts[4].bytes;
    lsc_status status = lsc_store_list_activities(call.store, texts[0].bytes, texts[1].bytes,
                                                  &query, &rows, &n, &call.error);
    return lsc_node_give_rows(env, &call, status, rows, n, put_activity);
}

static void put_model(napi_env env, napi_value object, const void *rows, size_t row)
{
    const lsc_stored_model *given = (const lsc_stored_model *)rows + row;
    lsc_node_set_string(env, object, "sha256", given->sha256);
    lsc_node_set_string(env, object, "uuid", given->uuid);
    lsc_node_set_string(env, object, "name", given->name);
    lsc_node_set_string(env, object, "version", given->version);
    lsc_node_set_string(env, object, "modelType", given->model_type);
    lsc_node_set_bool(env, object, "gatePassed", given->gate_passed);
    lsc_node_set_bool(env, object, "active", given->active);
}

/* storeListModels(store, organization) */
static napi_value list_models(napi_env env, napi_callback_info info)
{
    lsc_node_call call;
    const lsc_stored_model *rows = NULL;
    size_t n = 0;
    if (!lsc_node_begin_call(env, info, 1, &call)) {
        return NULL;
    }
    lsc_status status =
        lsc_store_list_models(call.store, call.texts[0].bytes, &rows, &n, &call.error);
    return lsc_node_give_rows(env, &call, status, rows, n, put_model);
}

static void put_consent(napi_env env, napi_value object, const void *rows, size_t row)
{
    const lsc_consent *given = (const lsc_consent *)rows + row;
    lsc_node_set_string(env, object, "purpose", given->purpose);
    lsc_node_set_bool(env, object, "given", given->given);
    lsc_node_set_time(env, object, "time", given->time_ms);
    lsc_node_set_string(env, object, "source", given->source);
}

/* storeListConsents(store, organization, leadId) */
static napi_value list_consents(napi_env env, napi_callback_info info)
{
    lsc_node_call call;
    const lsc_consent *rows = NULL;
    size_t n = 0;
    if (!lsc_node_begin_call(env, info, 2, &call)) {
        return NULL;
    }
    lsc_status status = lsc_store_list_consents(call.store, call.texts[0].bytes,
                                                call.texts[1].bytes, &rows, &n, &call.error);
    return lsc_node_give_rows(env, &call, status, rows, n, put_consent);
}

static void put_stale_lead(napi_env env, napi_value object, const void *rows, size_t row)
{
    static const char *const reasons[] = {"changed", "model", "due"};
    const lsc_stale_lead *given = (const lsc_stale_lead *)rows + row;
    lsc_node_set_string(env, object, "id", given->id);
    lsc_node_set_string(env, object, "reason", reasons[given->reason]);
    lsc_node_set_time(env, object, "due", given->due_ms);
}

/* storeListStale(store, organization, asOf, limit) */
static napi_value list_stale(napi_env env, napi_callback_info info)
{
    lsc_node_call call;
    const lsc_stale_lead *rows = NULL;
    int64_t as_of_ms = 0;
    size_t limit = 0;
    size_t n = 0;
    if (!lsc_node_begin_call(env, info, 1, &call) ||
        !lsc_node_read_time(env, call.state->args[2], &as_of_ms) ||
        !lsc_node_read_size(env, call.state->args[3], &limit)) {
        return NULL;
    }
    lsc_status status = lsc_store_list_stale(call.store, call.texts[0].bytes, as_of_ms, limit,
                                             &rows, &n, &call.error);
    return lsc_node_give_rows(env, &call, status, rows, n, put_stale_lead);
}

/* Scores. */

static napi_value receipt_object(napi_env env, const lsc_receipt *receipt)
{
    napi_value object = NULL;
    napi_create_object(env, &object);
    lsc_node_set_string(env, object, "modelSha256", receipt->model_sha256);
    lsc_node_set_string(env, object, "specSha256", receipt->spec_sha256);
    lsc_node_set_string(env, object, "inputSha256", receipt->input_sha256);
    lsc_node_set_string(env, object, "resultSha256", receipt->result_sha256);
    lsc_node_set_time(env, object, "asOf", receipt->as_of_ms);
    lsc_node_set_string(env, object, "libraryVersion", receipt->library_version);
    return object;
}

/* The result's numbers stand in an array of their own, which lib/store.js makes a Result of. */
static napi_value result_numbers(napi_env env, const lsc_result *result)
{
    double numbers[LSC_NODE_RESULT];
    napi_value list = NULL;
    lsc_node_put_result(result, numbers);
    napi_create_array_with_length(env, LSC_NODE_RESULT, &list);
    for (size_t i = 0; i < LSC_NODE_RESULT; i++) {
        napi_value number = NULL;
        napi_create_double(env, numbers[i], &number);
        lsc_node_set_at(env, list, i, number);
    }
    return list;
}

static void put_score(napi_env env, napi_value object, const void *rows, size_t row)
{
    const lsc_stored_score *score = (const lsc_stored_score *)rows + row;
    napi_value breakdown = NULL;
    lsc_node_set_string(env, object, "leadId", score->lead_id);
    lsc_node_set_string(env, object, "modelName", score->model_name);
    lsc_node_set_string(env, object, "modelVersion", score->model_version);
    lsc_node_set(env, object, "result", result_numbers(env, &score->result));
    lsc_node_set_number(env, object, "baseline", (double)score->baseline);
    napi_create_object(env, &breakdown);
    for (size_t i = 0; i < score->n_breakdown; i++) {
        lsc_node_set_number(env, breakdown, score->breakdown[i].group,
                            (double)score->breakdown[i].points);
    }
    lsc_node_set(env, object, "breakdown", breakdown);
    lsc_node_set(env, object, "receipt", receipt_object(env, &score->receipt));
}

/* storeListScores(store, organization, afterId, afterScore, limit, minScore, maxScore) */
static napi_value list_scores(napi_env env, napi_callback_info info)
{
    lsc_node_call call;
    lsc_score_query query = LSC_SCORE_QUERY_INIT;
    const lsc_stored_score *rows = NULL;
    size_t n = 0;
    if (!lsc_node_begin_call(env, info, 2, &call) ||
        !lsc_node_read_int(env, call.state->args[3], &query.after_score) ||
        !lsc_node_read_size(env, call.state->args[4], &query.limit) ||
        !lsc_node_read_int(env, call.state->args[5], &query.min_score) ||
        !lsc_node_read_int(env, call.state->args[6], &query.max_score)) {
        return NULL;
    }
    query.after_id = call.texts[1].bytes;
    lsc_status status =
        lsc_store_list_scores(call.store, call.texts[0].bytes, &query, &rows, &n, &call.error);
    return lsc_node_give_rows(env, &call, status, rows, n, put_score);
}

/* storeListHistory(store, organization, leadId, before or NaN, limit) */
static napi_value list_history(napi_env env, napi_callback_info info)
{
    lsc_node_call call;
    const lsc_stored_score *rows = NULL;
    int64_t before_ms = 0;
    size_t limit = 0;
    size_t n = 0;
    if (!lsc_node_begin_call(env, info, 2, &call) ||
        !lsc_node_read_time(env, call.state->args[3], &before_ms) ||
        !lsc_node_read_size(env, call.state->args[4], &limit)) {
        return NULL;
    }
    lsc_status status = lsc_store_list_history(call.store, call.texts[0].bytes, call.texts[1].bytes,
                                               before_ms, limit, &rows, &n, &call.error);
    return lsc_node_give_rows(env, &call, status, rows, n, put_score);
}

const lsc_node_function lsc_node_store_list_functions[] = {
    {"storeListOrganizations", list_organizations},
    {"storeListLeads", list_leads},
    {"storeListActivities", list_activities},
    {"storeListConsents", list_consents},
    {"storeListModels", list_models},
    {"storeListScores", list_scores},
    {"storeListStale", list_stale},
    {"storeListHistory", list_history},
    {NULL, NULL},
};
