#include "lead_handlers.h"

#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "trace/tracing.h"

/** Bytes of all that is held on a lead whose activities are listed. One past is 422. */
#define MAX_EXPORT (64u << 20)

typedef struct gathered {
    char *bytes;
    size_t length;
    size_t room;
    bool is_full;
} gathered;

static bool gather(void *ctx, const char *bytes, size_t length)
{
    gathered *all = ctx;
    if (all->length + length > all->room) {
        size_t room = (all->length + length) * 2;
        char *grown = room <= 2 * MAX_EXPORT ? realloc(all->bytes, room) : NULL;
        if (grown == NULL) {
            all->is_full = true;
            return false;
        }
        all->bytes = grown;
        all->room = room;
    }
    memcpy(all->bytes + all->length, bytes, length);
    all->length += length;
    return true;
}

/* The activities of a lead, from all that is held on it: the store has no other list of them. NULL: the
   call has been answered. */
static json_t *read_activities(srv_call *call, lsc_store *store, const char *id)
{
    gathered all = {0};
    lsc_error error = LSC_ERROR_INIT;
    lsc_status status =
        lsc_store_export_lead(store, srv_organization(call), id, gather, &all, &error);
    json_t *person = status == LSC_OK ? json_loadb(all.bytes, all.length, 0, NULL) : NULL;
    json_t *activities = json_incref(json_object_get(person, "activities"));
    json_decref(person);
    free(all.bytes);
    if (all.is_full) {
        srv_fail(call, 422, "limit", "the lead has too many activities to list");
    } else if (srv_went_well(call, status, &error) && activities == NULL) {
        srv_fail(call, 503, "no_memory", "no memory");
    }
    return activities;
}

static const char *text_of(const json_t *activity, const char *name)
{
    const char *text = json_string_value(json_object_get(activity, name));
    return text != NULL ? text : "";
}

/* The latest first; of one moment by source, then id. */
static int compare(const void *a, const void *b)
{
    const json_t *left = *(json_t *const *)a;
    const json_t *right = *(json_t *const *)b;
    int64_t left_ms = srv_member_time(left, "time", LSC_TIME_NONE);
    int64_t right_ms = srv_member_time(right, "time", LSC_TIME_NONE);
    if (left_ms != right_ms) {
        return left_ms > right_ms ? -1 : 1;
    }
    int by_source = strcmp(text_of(left, "source"), text_of(right, "source"));
    return by_source != 0 ? by_source : strcmp(text_of(left, "id"), text_of(right, "id"));
}

/* An activity as a cursor has it: its place in the order, without the rest of it. */
static char *key_of(const json_t *activity)
{
    json_t *key = json_pack("[s, s, s]", text_of(activity, "time"), text_of(activity, "source"),
                            text_of(activity, "id"));
    char *text = json_dumps(key, JSON_COMPACT);
    json_decref(key);
    return text;
}

static json_t *activity_of(const char *key)
{
    json_t *place = json_loads(key, 0, NULL);
    const char *time;
    const char *source;
    const char *id;
    json_t *activity = NULL;
    if (json_unpack(place, "[s, s, s]", &time, &source, &id) == 0) {
        activity = json_pack("{s:s, s:s, s:s}", "time", time, "source", source, "id", id);
    }
    json_decref(place);
    return activity;
}

/* The page of `sorted` that comes after `after`, which may be NULL. */
static json_t *page_after(json_t **sorted, size_t n, const json_t *after, size_t limit)
{
    size_t from = 0;
    while (after != NULL && from < n && compare(&sorted[from], &after) <= 0) {
        from++;
    }
    json_t *items = json_array();
    size_t at = from;
    for (; at < n && at - from < limit; at++) {
        json_array_append(items, sorted[at]);
    }
    char *key = at < n && at > from ? key_of(sorted[at - 1]) : NULL;
    json_t *page = srv_json_page(items, key);
    free(key);
    return page;
}

static void reply_activities(srv_call *call, json_t *activities, const json_t *after)
{
    size_t n = json_array_size(activities);
    json_t **sorted = malloc((n + 1) * sizeof(*sorted));
    if (sorted == NULL) {
        srv_fail(call, 503, "no_memory", "no memory");
        return;
    }
    for (size_t i = 0; i < n; i++) {
        sorted[i] = json_array_get(activities, i);
    }
    qsort(sorted, n, sizeof(*sorted), compare);
    srv_reply(call, 200,
              page_after(sorted, n, after, (size_t)srv_query_integer(call, "limit", LSC_PAGE)));
    free(sorted);
}

void srv_list_activities(srv_call *call)
{
    char *key;
    lsc_store *store = srv_store(call);
    if (store == NULL || !srv_read_cursor(call, &key)) {
        return;
    }
    json_t *after = key != NULL ? activity_of(key) : NULL;
    if (key != NULL && after == NULL) {
        srv_fail(call, 400, "bad_cursor", "cursor is not what a page before gave");
    } else {
        json_t *activities = read_activities(call, store, srv_path(call, "lead_id"));
        if (activities != NULL) {
            reply_activities(call, activities, after);
            json_decref(activities);
        }
    }
    json_decref(after);
    free(key);
}

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
