#include "lead/activity_json.h"

#include <string.h>

#include "lead/flatten.h"
#include "lead/lead_members.h"
#include "lead/timeline.h"

/* A call of Segment's API, as the body of an envelope. */
typedef struct segment_call {
    const char *call;
    const char *type;   /**< of the activity; NULL: the call's "event" */
    const char *data;   /**< the member that holds the properties */
    const char *prefix; /**< where they belong among the lead's */
} segment_call;

static const segment_call segment_calls[] = {
    {"track", NULL, "properties", ""},
    {"page", "Page Viewed", "properties", ""},
    {"screen", "Screen Viewed", "properties", ""},
    {"identify", LSC_IDENTIFY, "traits", ""},
    {"group", LSC_IDENTIFY, "traits", "company"},
};

lsc_json_limits lsc_lead_json_limits(size_t max_bytes)
{
    return (lsc_json_limits){
        .max_bytes = max_bytes, .max_depth = LSC_MAX_JSON_DEPTH, .max_values = LSC_MAX_JSON_VALUES};
}

static const segment_call *find_call(const lsc_json *body)
{
    const lsc_json *type = body == NULL ? NULL : lsc_json_member(body, "type");
    if (type == NULL || lsc_json_kind(type) != LSC_JSON_STRING) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof segment_calls / sizeof segment_calls[0]; i++) {
        if (strcmp(lsc_json_string(type), segment_calls[i].call) == 0) {
            return &segment_calls[i];
        }
    }
    return NULL;
}

static lsc_status read_flat(const lsc_json *json, lsc_activity_view *view, lsc_error *error)
{
    lsc_activity *activity = &view->activity;
    lsc_status status = lsc_member_text(json, "lead_id", view->lead_id_text, &view->lead_id, error);
    if (status == LSC_OK) {
        status = lsc_member_text(json, "type", NULL, &activity->type, error);
    }
    if (status == LSC_OK) {
        status = lsc_member_time(json, "recorded_time", &activity->recorded_time_ms, error);
    }
    if (status == LSC_OK) {
        status = lsc_member_object(json, "data", &view->data, error);
    }
    return status;
}

/* Times and lead of a Segment body stand in for those that the envelope leaves out. */
static lsc_status read_body_defaults(const lsc_json *body, lsc_activity_view *view,
                                     lsc_error *error)
{
    lsc_activity *activity = &view->activity;
    lsc_status status = LSC_OK;
    if (view->lead_id == NULL) {
        status = lsc_member_text(body, "userId", view->lead_id_text, &view->lead_id, error);
    }
    if (status == LSC_OK && activity->time_ms == LSC_TIME_NONE) {
        status = lsc_member_time(body, "timestamp", &activity->time_ms, error);
    }
    if (status == LSC_OK && activity->recorded_time_ms == LSC_TIME_NONE) {
        status = lsc_member_time(body, "receivedAt", &activity->recorded_time_ms, error);
    }
    return status;
}

static lsc_status read_body(const segment_call *call, const lsc_json *body, lsc_activity_view *view,
                            lsc_error *error)
{
    const lsc_json *context;
    lsc_status status = read_body_defaults(body, view, error);
    if (status == LSC_OK) {
        status = lsc_member_object(body, call->data, &view->data, error);
    }
    if (status == LSC_OK) {
        status = lsc_member_object(body, "context", &context, error);
    }
    if (status == LSC_OK && context != NULL && !view->activity.bot) {
        status = lsc_member_bool(context, "bot", &view->activity.bot, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    view->data_prefix = call->prefix;
    view->activity.type = call->type;
    if (call->type != NULL) {
        return LSC_OK;
    }
    status = lsc_member_text(body, "event", NULL, &view->activity.type, error);
    if (status == LSC_OK && view->activity.type == NULL) {
        status = lsc_fail(error, LSC_BAD_LEAD, "data.event is missing");
    }
    return status;
}

static lsc_status read_envelope(const lsc_json *json, lsc_activity_view *view, lsc_error *error)
{
    const char *version;
    const lsc_json *body;
    lsc_activity *activity = &view->activity;
    lsc_status status = lsc_member_text(json, "specversion", NULL, &version, error);
    if (status == LSC_OK && (version == NULL || strcmp(version, "1.0") != 0)) {
        status = lsc_fail(error, LSC_BAD_LEAD, "specversion must be \"1.0\", not \"%s\"",
                          version == NULL ? "" : version);
    }
    if (status == LSC_OK) {
        status = lsc_member_text(json, "subject", NULL, &view->lead_id, error);
    }
    if (status == LSC_OK) {
        status = lsc_member_time(json, "recordedtime", &activity->recorded_time_ms, error);
    }
    if (status == LSC_OK) {
        status = lsc_member_object(json, "data", &body, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    const segment_call *call = find_call(body);
    if (call != NULL) {
        return read_body(call, body, view, error);
    }
    view->data = body;
    return lsc_member_text(json, "type", NULL, &activity->type, error);
}

static lsc_status require_members(const lsc_activity *activity, lsc_error *error)
{
    const char *missing = activity->id == NULL                 ? "id"
                          : activity->type == NULL             ? "type"
                          : activity->time_ms == LSC_TIME_NONE ? "time"
                                                               : NULL;
    return missing == NULL ? LSC_OK : lsc_fail(error, LSC_BAD_LEAD, "%s is missing", missing);
}

lsc_status lsc_activity_read(const lsc_json *json, lsc_activity_view *view, lsc_error *error)
{
    *view = (lsc_activity_view){.activity = LSC_ACTIVITY_INIT, .data_prefix = ""};
    if (lsc_json_kind(json) != LSC_JSON_OBJECT) {
        return lsc_fail(error, LSC_BAD_LEAD, "an activity must be an object, not of type %s",
                        lsc_json_kind_name(json));
    }
    lsc_activity *activity = &view->activity;
    lsc_status status = lsc_member_text(json, "id", view->id_text, &activity->id, error);
    if (status == LSC_OK) {
        status = lsc_member_text(json, "source", NULL, &activity->source, error);
    }
    if (status == LSC_OK) {
        status = lsc_member_time(json, "time", &activity->time_ms, error);
    }
    if (status == LSC_OK) {
        status = lsc_member_bool(json, "bot", &activity->bot, error);
    }
    if (status == LSC_OK) {
        bool enveloped = lsc_json_member(json, "specversion") != NULL;
        status = enveloped ? read_envelope(json, view, error) : read_flat(json, view, error);
    }
    return status == LSC_OK ? require_members(activity, error) : status;
}

static lsc_status stage_view(lsc_lead *lead, lsc_activity_view *view, lsc_error *error)
{
    lsc_arena_clear(&lead->scratch);
    lsc_status status = lsc_flatten(lead, view->data, view->data_prefix, NULL, error);
    if (status == LSC_OK) {
        view->activity.properties = lead->leaves;
        view->activity.n_properties = lead->n_leaves;
        status = lsc_timeline_stage(lead, &view->activity, error);
    }
    return lsc_blame_lead(status, error);
}

lsc_status lsc_activity_stage(lsc_lead *lead, const lsc_json *json, lsc_error *error)
{
    lsc_activity_view view;
    lsc_status status = lsc_activity_read(json, &view, error);
    if (status != LSC_OK) {
        return status;
    }
    if (view.lead_id != NULL && lead->id[0] != '\0' && strcmp(view.lead_id, lead->id) != 0) {
        return lsc_fail(error, LSC_BAD_LEAD, "lead_id is \"%s\", the lead's id is \"%s\"",
                        view.lead_id, lead->id);
    }
    return stage_view(lead, &view, error);
}

lsc_status lsc_lead_add_activity_tree(lsc_lead *lead, const lsc_json *activity,
                                      const char **lead_id, lsc_error *error)
{
    lsc_activity_view view;
    const char *named = NULL;
    lsc_status status = lsc_activity_read(activity, &view, error);
    if (status == LSC_OK && view.lead_id != NULL) {
        named = lsc_arena_copy(&lead->arena, view.lead_id, strlen(view.lead_id));
        status = named == NULL ? lsc_fail_memory(error) : LSC_OK;
    }
    if (status == LSC_OK) {
        status = stage_view(lead, &view, error);
    }
    lsc_arena_clear(&lead->scratch);
    if (status != LSC_OK) {
        lsc_timeline_drop(lead);
        return status;
    }
    status = lsc_timeline_commit(lead, error);
    if (status == LSC_OK) {
        *lead_id = named;
    }
    return status;
}

lsc_status lsc_activity_stage_array(lsc_lead *lead, const lsc_json *array, lsc_error *error)
{
    size_t index = 0;
    for (const lsc_json *item = lsc_json_first(array); item != NULL; item = lsc_json_next(item)) {
        lsc_status status = lsc_activity_stage(lead, item, error);
        if (status != LSC_OK) {
            lsc_error_prefix(error, "activities[%zu]: ", index);
            return status;
        }
        index++;
    }
    return LSC_OK;
}

static lsc_status stage_text_array(lsc_lead *lead, const char *json, size_t length,
                                   lsc_error *error)
{
    const lsc_json_limits limits = lsc_lead_json_limits(LSC_MAX_ACTIVITIES_JSON);
    lsc_json *root;
    lsc_status status = lsc_json_parse(json, length, &limits, &root, error);
    if (status == LSC_OK) {
        status = lsc_activity_stage_array(lead, root, error);
        lsc_json_free(root);
    }
    return status;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool all_blank(const char *text, size_t length)
{
    size_t i = 0;
    while (i < length && is_blank(text[i])) {
        i++;
    }
    return i == length;
}

static lsc_status stage_line(lsc_lead *lead, const char *line, size_t length, lsc_error *error)
{
    if (all_blank(line, length)) {
        return LSC_OK;
    }
    const lsc_json_limits limits = lsc_lead_json_limits(LSC_MAX_LEAD_JSON);
    lsc_json *root;
    lsc_status status = lsc_json_parse(line, length, &limits, &root, error);
    if (status == LSC_OK) {
        status = lsc_activity_stage(lead, root, error);
        lsc_json_free(root);
    }
    return status;
}

static lsc_status stage_text_lines(lsc_lead *lead, const char *json, size_t length,
                                   lsc_error *error)
{
    size_t line = 1;
    for (size_t at = 0; at < length; line++) {
        const char *end = memchr(json + at, '\n', length - at);
        size_t n = end == NULL ? length - at : (size_t)(end - (json + at));
        lsc_status status = stage_line(lead, json + at, n, error);
        if (status != LSC_OK) {
            lsc_error_shift(error, (int64_t)at);
            lsc_error_prefix(error, "activities, line %zu: ", line);
            return status;
        }
        at += n + 1;
    }
    return LSC_OK;
}

static bool begins_array(const char *json, size_t length)
{
    size_t i = 0;
    while (i < length && is_blank(json[i])) {
        i++;
    }
    return i < length && json[i] == '[';
}

lsc_status lsc_lead_add_activities_json(lsc_lead *lead, const char *json, size_t length,
                                        lsc_error *error)
{
    if (lead == NULL || (json == NULL && length > 0)) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL", lead == NULL ? "lead" : "json");
    }
    if (length > LSC_MAX_ACTIVITIES_JSON) {
        return lsc_fail(error, LSC_LIMIT, "activities have %zu bytes, at most %u are taken", length,
                        LSC_MAX_ACTIVITIES_JSON);
    }
    lsc_status status = begins_array(json, length) ? stage_text_array(lead, json, length, error)
                                                   : stage_text_lines(lead, json, length, error);
    lsc_arena_clear(&lead->scratch);
    if (status != LSC_OK) {
        lsc_timeline_drop(lead);
        return status;
    }
    return lsc_timeline_commit(lead, error);
}
