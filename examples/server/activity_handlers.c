#include "lead_handlers.h"

#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "trace/tracing.h"

/* Listing. */

static json_t *json_of_activity(const lsc_stored_activity *activity)
{
    json_error_t error;
    json_t *data = srv_json_read(activity->data, strlen(activity->data), 0, &error);
    return json_pack("{s:s, s:s, s:s, s:o, s:o, s:b, s:o}", "source", activity->source, "id",
                     activity->id, "type", activity->type, "time", srv_json_time(activity->time_ms),
                     "recorded_time", srv_json_time(activity->recorded_time_ms), "bot",
                     (int)activity->bot, "data", data);
}

/* A page begins after an activity: its place in the order is what a cursor has. */
static char *key_of(const lsc_stored_activity *activity)
{
    json_t *place =
        json_pack("[I, s, s]", (json_int_t)activity->time_ms, activity->source, activity->id);
    char *key = json_dumps(place, JSON_COMPACT);
    json_decref(place);
    return key;
}

/* The place that a cursor has; its texts are in what is returned. NULL: it has none. */
static json_t *read_place(const char *key, lsc_activity_query *query)
{
    json_t *place = json_loads(key, 0, NULL);
    json_int_t time_ms;
    if (json_unpack(place, "[I, s, s!]", &time_ms, &query->after_source, &query->after_id) != 0 ||
        time_ms < LSC_TIME_MIN || time_ms > LSC_TIME_MAX) {
        json_decref(place);
        return NULL;
    }
    query->after_ms = time_ms;
    return place;
}

static void reply_page(srv_call *call, const lsc_activity_query *query)
{
    lsc_error error = LSC_ERROR_INIT;
    const lsc_stored_activity *activities;
    size_t n;
    lsc_store *store = srv_store(call);
    if (store == NULL || !srv_went_well(call,
                                        lsc_store_list_activities(store, srv_organization(call),
                                                                  srv_path(call, "lead_id"), query,
                                                                  &activities, &n, &error),
                                        &error)) {
        return;
    }
    json_t *items = json_array();
    for (size_t i = 0; i < n; i++) {
        json_array_append_new(items, json_of_activity(&activities[i]));
    }
    char *key = n == query->limit ? key_of(&activities[n - 1]) : NULL;
    srv_reply(call, 200, srv_json_page(items, key));
    free(key);
}

void srv_list_activities(srv_call *call)
{
    lsc_activity_query query = LSC_ACTIVITY_QUERY_INIT;
    char *key;
    if (!srv_read_cursor(call, &key)) {
        return;
    }
    query.latest_first = true;
    query.limit = (size_t)srv_query_integer(call, "limit", LSC_PAGE);
    query.type = srv_query(call, "type");
    query.from_ms = srv_query_time(call, "from", LSC_TIME_NONE);
    query.until_ms = srv_query_time(call, "until", LSC_TIME_NONE);
    json_t *place = key != NULL ? read_place(key, &query) : NULL;
    if (key != NULL && place == NULL) {
        srv_fail(call, 404, "bad_cursor", "cursor is not what a page before gave");
    } else {
        reply_page(call, &query);
    }
    json_decref(place);
    free(key);
}

/* Adding. */

/* One or many, as the array that the library takes. */
static char *as_array(const json_t *body)
{
    if (json_is_array(body)) {
        return json_dumps(body, JSON_COMPACT);
    }
    json_t *array = json_pack("[O]", body);
    char *text = json_dumps(array, JSON_COMPACT);
    json_decref(array);
    return text;
}

static void tell(srv_call *call, const char *id, size_t n_added)
{
    srv_publish(srv_app_of(call), srv_organization(call), "new_lead_activity",
                json_pack("{s:s, s:I}", "lead_id", id, "activities", (json_int_t)n_added));
}

void srv_add_activities(srv_call *call)
{
    lsc_error error = LSC_ERROR_INIT;
    const json_t *body = srv_body(call);
    const char *id = srv_path(call, "lead_id");
    lsc_store *store = srv_store(call);
    size_t n_added = 0;
    char *text = store != NULL ? as_array(body) : NULL;
    if (text == NULL) {
        return;
    }
    lsc_status status = SRV_STEP(lsc_store_add_activities_json, store, srv_organization(call), id,
                                 text, strlen(text), &n_added, &error);
    free(text);
    if (!srv_went_well(call, status, &error)) {
        return;
    }
    if (n_added > 0) {
        srv_lead_changed(srv_app_of(call), srv_organization(call), id);
        tell(call, id, n_added);
    }
    size_t n_given = json_is_array(body) ? json_array_size(body) : 1;
    srv_reply(call, 201,
              json_pack("{s:I, s:I}", "added", (json_int_t)n_added, "duplicates",
                        (json_int_t)(n_given - n_added)));
}

void srv_add_outcome(srv_call *call)
{
    lsc_error error = LSC_ERROR_INIT;
    const json_t *body = srv_body(call);
    const char *id = srv_path(call, "lead_id");
    lsc_store *store = srv_store(call);
    lsc_outcome outcome = {srv_member_time(body, "time", LSC_TIME_NONE),
                           json_is_true(json_object_get(body, "converted"))};
    if (store != NULL && srv_went_well(call,
                                       SRV_STEP(lsc_store_add_outcome, store,
                                                srv_organization(call), id, &outcome, &error),
                                       &error)) {
        srv_lead_changed(srv_app_of(call), srv_organization(call), id);
        srv_reply(call, 201,
                  json_pack("{s:o, s:b}", "time", srv_json_time(outcome.time_ms), "converted",
                            (int)outcome.converted));
    }
}
