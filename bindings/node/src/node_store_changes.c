/* What changed between two scores of a lead. */
#include "node_store.h"

/* {time, activities, properties, model} of what an array holds in their order. */
static napi_value parts_of(napi_env env, const double values[LSC_N_CHANGE_PARTS])
{
    napi_value object = NULL;
    napi_create_object(env, &object);
    for (int part = 0; part < LSC_N_CHANGE_PARTS; part++) {
        lsc_node_set_number(env, object, lsc_change_part_name((lsc_change_part)part), values[part]);
    }
    return object;
}

static napi_value change_object(napi_env env, const lsc_score_change *change)
{
    napi_value object = NULL;
    double points[LSC_N_CHANGE_PARTS];
    for (int part = 0; part < LSC_N_CHANGE_PARTS; part++) {
        points[part] = (double)change->points[part];
    }
    napi_create_object(env, &object);
    lsc_node_set_number(env, object, "fromScore", (double)change->from_score);
    lsc_node_set_number(env, object, "toScore", (double)change->to_score);
    lsc_node_set(env, object, "points", parts_of(env, points));
    lsc_node_set(env, object, "exactPoints", parts_of(env, change->exact_points));
    lsc_node_set(env, object, "margins", parts_of(env, change->margins));
    lsc_node_set_number(env, object, "fromActivities", (double)change->from_activities);
    lsc_node_set_number(env, object, "toActivities", (double)change->to_activities);
    return object;
}

/* storeExplainChange(store, organization, leadId, fromModel, toModel, from, to) */
static napi_value explain_change(napi_env env, napi_callback_info info)
{
    lsc_node_call call;
    lsc_change_query query = LSC_CHANGE_QUERY_INIT;
    lsc_score_change change = LSC_SCORE_CHANGE_INIT;
    if (!lsc_node_begin_call(env, info, 4, &call) ||
        !lsc_node_read_time(env, call.state->args[5], &query.from_ms) ||
        !lsc_node_read_time(env, call.state->args[6], &query.to_ms)) {
        return NULL;
    }
    query.from_model = call.texts[2].bytes;
    query.to_model = call.texts[3].bytes;
    lsc_status status = lsc_store_explain_change(call.store, call.texts[0].bytes,
                                                 call.texts[1].bytes, &query, &change, &call.error);
    return status == LSC_OK ? change_object(env, &change) : lsc_node_throw(env, &call.error);
}

const lsc_node_function lsc_node_store_change_functions[] = {
    {"storeExplainChange", explain_change},
    {NULL, NULL},
};
