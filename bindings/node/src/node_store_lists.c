/* What a store lists: rows as objects. */
#include "node_store.h"

#include <stddef.h>

/* A page under way. */
typedef struct page {
    lsc_node_call call;
    const napi_value *args;
    const lsc_node_text *texts;
} page;

static bool begin_page(napi_env env, napi_callback_info info, size_t n_names, page *made)
{
    if (!lsc_node_begin_call(env, info, n_names, &made->call)) {
        return false;
    }
    made->args = made->call.state->args;
    made->texts = made->call.texts;
    return true;
}

static bool read_size(napi_env env, napi_value value, size_t *size)
{
    double number = 0;
    if (!lsc_node_read_number(env, value, &number)) {
        return false;
    }
    *size = (size_t)number;
    return true;
}

static bool read_int(napi_env env, napi_value value, int *integer)
{
    double number = 0;
    if (!lsc_node_read_number(env, value, &number)) {
        return false;
    }
    *integer = (int)number;
    return true;
}

napi_value lsc_node_give_rows(napi_env env, const lsc_node_call *call, lsc_status status,
                              const void *rows, size_t n, lsc_node_put_row put)
{
    napi_value list = NULL;
    if (status != LSC_OK) {
        return lsc_node_throw(env, &call->error);
    }
    napi_create_array(env, &list);
    for (size_t i = 0; i < n; i++) {
        napi_value object = NULL;
        napi_create_object(env, &object);
        put(env, object, rows, i);
        lsc_node_set_at(env, list, i, object);
    }
    return list;
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
    page made = {0};
    const lsc_stored_organization *rows = NULL;
    size_t limit = 0;
    size_t n = 0;
    if (!begin_page(env, info, 1, &made) || !read_size(env, made.args[2], &limit)) {
        return NULL;
    }
    lsc_status status = lsc_store_list_organizations(made.call.store, made.texts[0].bytes, limit,
                                                     &rows, &n, &made.call.error);
    return lsc_node_give_rows(env, &made.call, status, rows, n, put_organization);
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
    page made = {0};
    lsc_lead_query query = LSC_LEAD_QUERY_INIT;
    const lsc_stored_lead *rows = NULL;
    size_t n = 0;
    if (!begin_page(env, info, 5, &made) || !read_size(env, made.args[6], &query.limit)) {
        return NULL;
    }
    const lsc_node_text *texts = made.texts;
    query.after = texts[1].bytes;
    query.email = texts[2].bytes;
    query.status = texts[3].bytes;
    query.source = texts[4].bytes;
    lsc_status status =
        lsc_store_list_leads(made.call.store, texts[0].bytes, &query, &rows, &n, &made.call.error);
    return lsc_node_give_rows(env, &made.call, status, rows, n, put_lead);
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
    page made = {0};
    const lsc_stored_model *rows = NULL;
    size_t n = 0;
    if (!begin_page(env, info, 1, &made)) {
        return NULL;
    }
    lsc_status status =
        lsc_store_list_models(made.call.store, made.texts[0].bytes, &rows, &n, &made.call.error);
    return lsc_node_give_rows(env, &made.call, status, rows, n, put_model);
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
    page made = {0};
    const lsc_consent *rows = NULL;
    size_t n = 0;
    if (!begin_page(env, info, 2, &made)) {
        return NULL;
    }
    lsc_status status = lsc_store_list_consents(made.call.store, made.texts[0].bytes,
                                                made.texts[1].bytes, &rows, &n, &made.call.error);
    return lsc_node_give_rows(env, &made.call, status, rows, n, put_consent);
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
    page made = {0};
    const lsc_stale_lead *rows = NULL;
    double as_of = 0;
    size_t limit = 0;
    size_t n = 0;
    if (!begin_page(env, info, 1, &made) || !lsc_node_read_number(env, made.args[2], &as_of) ||
        !read_size(env, made.args[3], &limit)) {
        return NULL;
    }
    lsc_status status = lsc_store_list_stale(made.call.store, made.texts[0].bytes, (int64_t)as_of,
                                             limit, &rows, &n, &made.call.error);
    return lsc_node_give_rows(env, &made.call, status, rows, n, put_stale_lead);
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
    page made = {0};
    lsc_score_query query = LSC_SCORE_QUERY_INIT;
    const lsc_stored_score *rows = NULL;
    size_t n = 0;
    if (!begin_page(env, info, 2, &made) || !read_int(env, made.args[3], &query.after_score) ||
        !read_size(env, made.args[4], &query.limit) ||
        !read_int(env, made.args[5], &query.min_score) ||
        !read_int(env, made.args[6], &query.max_score)) {
        return NULL;
    }
    query.after_id = made.texts[1].bytes;
    lsc_status status = lsc_store_list_scores(made.call.store, made.texts[0].bytes, &query, &rows,
                                              &n, &made.call.error);
    return lsc_node_give_rows(env, &made.call, status, rows, n, put_score);
}

/* storeListHistory(store, organization, leadId, before or null, limit) */
static napi_value list_history(napi_env env, napi_callback_info info)
{
    page made = {0};
    const lsc_stored_score *rows = NULL;
    napi_valuetype type = napi_null;
    double before = 0;
    size_t limit = 0;
    size_t n = 0;
    if (!begin_page(env, info, 2, &made) || !read_size(env, made.args[4], &limit)) {
        return NULL;
    }
    napi_typeof(env, made.args[3], &type);
    if (type != napi_null && !lsc_node_read_number(env, made.args[3], &before)) {
        return NULL;
    }
    lsc_status status = lsc_store_list_history(
        made.call.store, made.texts[0].bytes, made.texts[1].bytes,
        type == napi_null ? LSC_TIME_NONE : (int64_t)before, limit, &rows, &n, &made.call.error);
    return lsc_node_give_rows(env, &made.call, status, rows, n, put_score);
}

const lsc_node_function lsc_node_store_list_functions[] = {
    {"storeListOrganizations", list_organizations},
    {"storeListLeads", list_leads},
    {"storeListConsents", list_consents},
    {"storeListModels", list_models},
    {"storeListScores", list_scores},
    {"storeListStale", list_stale},
    {"storeListHistory", list_history},
    {NULL, NULL},
};
