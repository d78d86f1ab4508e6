/* What a store lists: rows as objects. */
#include "node_store.h"

#include <stddef.h>

/* A page under way. */
typedef struct page {
    lsc_node_call call;
    const napi_value *args;
    const lsc_node_text *texts;
    napi_value rows;
} page;

static bool begin_page(napi_env env, napi_callback_info info, size_t n_names, page *made)
{
    if (!lsc_node_begin_call(env, info, n_names, &made->call)) {
        return false;
    }
    made->args = made->call.state->args;
    made->texts = made->call.texts;
    napi_create_array(env, &made->rows);
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

static napi_value add_row(napi_env env, const page *to, size_t row)
{
    napi_value object = NULL;
    napi_create_object(env, &object);
    lsc_node_set_at(env, to->rows, row, object);
    return object;
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
    if (lsc_store_list_organizations(made.call.store, made.texts[0].bytes, limit, &rows, &n,
                                     &made.call.error) != LSC_OK) {
        return lsc_node_throw(env, &made.call.error);
    }
    for (size_t i = 0; i < n; i++) {
        napi_value object = add_row(env, &made, i);
        lsc_node_set_string(env, object, "id", rows[i].id);
        lsc_node_set_string(env, object, "uuid", rows[i].uuid);
        lsc_node_set_string(env, object, "name", rows[i].name);
    }
    return made.rows;
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
    if (lsc_store_list_leads(made.call.store, texts[0].bytes, &query, &rows, &n,
                             &made.call.error) != LSC_OK) {
        return lsc_node_throw(env, &made.call.error);
    }
    for (size_t i = 0; i < n; i++) {
        napi_value object = add_row(env, &made, i);
        lsc_node_set_string(env, object, "id", rows[i].id);
        lsc_node_set_string(env, object, "uuid", rows[i].uuid);
        lsc_node_set_string(env, object, "email", rows[i].email);
        lsc_node_set_string(env, object, "status", rows[i].status);
        lsc_node_set_string(env, object, "source", rows[i].source);
        lsc_node_set_time(env, object, "createdAt", rows[i].created_at_ms);
    }
    return made.rows;
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
    if (lsc_store_list_models(made.call.store, made.texts[0].bytes, &rows, &n, &made.call.error) !=
        LSC_OK) {
        return lsc_node_throw(env, &made.call.error);
    }
    for (size_t i = 0; i < n; i++) {
        napi_value object = add_row(env, &made, i);
        lsc_node_set_string(env, object, "sha256", rows[i].sha256);
        lsc_node_set_string(env, object, "uuid", rows[i].uuid);
        lsc_node_set_string(env, object, "name", rows[i].name);
        lsc_node_set_string(env, object, "version", rows[i].version);
        lsc_node_set_string(env, object, "modelType", rows[i].model_type);
        lsc_node_set_bool(env, object, "gatePassed", rows[i].gate_passed);
        lsc_node_set_bool(env, object, "active", rows[i].active);
    }
    return made.rows;
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
    if (lsc_store_list_consents(made.call.store, made.texts[0].bytes, made.texts[1].bytes, &rows,
                                &n, &made.call.error) != LSC_OK) {
        return lsc_node_throw(env, &made.call.error);
    }
    for (size_t i = 0; i < n; i++) {
        napi_value object = add_row(env, &made, i);
        lsc_node_set_string(env, object, "purpose", rows[i].purpose);
        lsc_node_set_bool(env, object, "given", rows[i].given);
        lsc_node_set_time(env, object, "time", rows[i].time_ms);
        lsc_node_set_string(env, object, "source", rows[i].source);
    }
    return made.rows;
}

/* storeListStale(store, organization, asOf, limit) */
static napi_value list_stale(napi_env env, napi_callback_info info)
{
    static const char *const reasons[] = {"changed", "model", "due"};
    page made = {0};
    const lsc_stale_lead *rows = NULL;
    double as_of = 0;
    size_t limit = 0;
    size_t n = 0;
    if (!begin_page(env, info, 1, &made) || !lsc_node_read_number(env, made.args[2], &as_of) ||
        !read_size(env, made.args[3], &limit)) {
        return NULL;
    }
    if (lsc_store_list_stale(made.call.store, made.texts[0].bytes, (int64_t)as_of, limit, &rows, &n,
                             &made.call.error) != LSC_OK) {
        return lsc_node_throw(env, &made.call.error);
    }
    for (size_t i = 0; i < n; i++) {
        napi_value object = add_row(env, &made, i);
        lsc_node_set_string(env, object, "id", rows[i].id);
        lsc_node_set_string(env, object, "reason", reasons[rows[i].reason]);
        lsc_node_set_time(env, object, "due", rows[i].due_ms);
    }
    return made.rows;
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

static void add_score(napi_env env, const page *to, size_t row, const lsc_stored_score *score)
{
    napi_value object = add_row(env, to, row);
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
    if (lsc_store_list_scores(made.call.store, made.texts[0].bytes, &query, &rows, &n,
                              &made.call.error) != LSC_OK) {
        return lsc_node_throw(env, &made.call.error);
    }
    for (size_t i = 0; i < n; i++) {
        add_score(env, &made, i, &rows[i]);
    }
    return made.rows;
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
    if (lsc_store_list_history(made.call.store, made.texts[0].bytes, made.texts[1].bytes,
                               type == napi_null ? LSC_TIME_NONE : (int64_t)before, limit, &rows,
                               &n, &made.call.error) != LSC_OK) {
        return lsc_node_throw(env, &made.call.error);
    }
    for (size_t i = 0; i < n; i++) {
        add_score(env, &made, i, &rows[i]);
    }
    return made.rows;
}

static const lsc_node_function functions[] = {
    {"storeListOrganizations", list_organizations},
    {"storeListLeads", list_leads},
    {"storeListConsents", list_consents},
    {"storeListModels", list_models},
    {"storeListScores", list_scores},
    {"storeListStale", list_stale},
    {"storeListHistory", list_history},
};

bool lsc_node_define_store_lists(napi_env env, napi_value exports, lsc_node_state *state)
{
    return lsc_node_define(env, exports, state, functions,
                           sizeof(functions) / sizeof(functions[0]));
}
