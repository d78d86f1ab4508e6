#include "lead_state.h"

#include <string.h>

#include "core/text.h"
#include "pipeline/properties_json.h"
#include "store/audit.h"
#include "store/lead_rows.h"

static const lsc_value *find(const lsc_field *fields, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(fields[i].name, name) == 0) {
            return &fields[i].value;
        }
    }
    return NULL;
}

/* A property as text, in `scratch` where it is none; NULL where it is missing. */
static const char *text_of(const lsc_field *fields, size_t n, const char *name,
                           char scratch[LSC_VALUE_TEXT_SIZE])
{
    const lsc_value *value = find(fields, n, name);
    return value == NULL ? NULL : lsc_value_text(value, scratch);
}

static lsc_status lower_email(lsc_companion *companion, const char *email, const char **lower,
                              lsc_error *error)
{
    *lower = NULL;
    if (email == NULL) {
        return LSC_OK;
    }
    size_t length = strlen(email);
    if (length > LSC_MAX_STORE_ID) {
        return lsc_fail(error, LSC_LIMIT, "email has %zu bytes, at most %d are taken", length,
                        LSC_MAX_STORE_ID);
    }
    lsc_arena_clear(&companion->scratch);
    char *copy = lsc_arena_copy(&companion->scratch, email, length);
    if (copy == NULL) {
        return lsc_fail_memory(error);
    }
    lsc_text_lower(copy, length, copy);
    *lower = copy;
    return LSC_OK;
}

/* Write what is known of the lead itself. */
static lsc_status put_properties(lsc_store *store, int64_t organization_key, const lsc_lead *lead,
                                 int64_t *key, lsc_error *error)
{
    char email[LSC_VALUE_TEXT_SIZE];
    char state[LSC_VALUE_TEXT_SIZE];
    char source[LSC_VALUE_TEXT_SIZE];
    size_t n;
    const lsc_field *fields = lsc_lead_fields(lead, &n);
    const lsc_value *created_at = find(fields, n, "created_at");
    lsc_companion *companion;
    lsc_lead_row row = {.id = lsc_lead_id(lead), .created_at_ms = LSC_TIME_NONE};
    lsc_status status = lsc_companion_of(store, &companion, error);
    if (status == LSC_OK) {
        status = lower_email(companion, text_of(fields, n, "email", email), &row.email, error);
    }
    if (status == LSC_OK) {
        status = lsc_properties_write(fields, n, &store->text, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    row.status = text_of(fields, n, "status", state);
    row.source = text_of(fields, n, "source", source);
    if (created_at != NULL) {
        lsc_value_time(created_at, &row.created_at_ms);
    }
    row.properties = store->text.data;
    return lsc_lead_row_put(store, organization_key, &row, key, error);
}

static lsc_status put_event(lsc_store *store, int64_t lead_key, const lsc_event *event,
                            lsc_written *written, lsc_error *error)
{
    bool added = false;
    lsc_status status = lsc_properties_write(event->fields, event->n_fields, &store->text, error);
    if (status != LSC_OK) {
        return status;
    }
    const lsc_activity_row row = {
        .source = event->source,
        .id = event->id,
        .type = event->type,
        .time_ms = event->time_ms,
        .recorded_time_ms = event->recorded_time_ms,
        .bot = event->bot,
        .data = store->text.data,
    };
    status = lsc_activity_row_put(store, lead_key, &row, &added, error);
    if (status == LSC_OK) {
        written->added += added;
        written->duplicates += !added;
    }
    return status;
}

static lsc_status put_events(lsc_store *store, int64_t lead_key, lsc_lead *lead,
                             lsc_written *written, lsc_error *error)
{
    size_t n;
    lsc_lead_settle(lead);
    const lsc_event *events = lsc_lead_events(lead, &n);
    lsc_status status = LSC_OK;
    for (size_t i = 0; i < n && status == LSC_OK; i++) {
        status = put_event(store, lead_key, &events[i], written, error);
    }
    return status;
}

lsc_status lsc_state_put_lead(lsc_store *store, int64_t organization_key, lsc_lead *lead,
                              lsc_written *written, lsc_error *error)
{
    int64_t key = 0;
    lsc_status status = lsc_store_check_id("the lead's id", lsc_lead_id(lead), error);
    if (status == LSC_OK) {
        status = put_properties(store, organization_key, lead, &key, error);
    }
    return status == LSC_OK ? put_events(store, key, lead, written, error) : status;
}

/* Whose activity it is. */
static lsc_status choose_lead(const char *given, const char *named, const char **lead_id,
                              lsc_error *error)
{
    if (given == NULL && named == NULL) {
        return lsc_fail(error, LSC_BAD_LEAD, "lead_id is missing");
    }
    if (given != NULL && named != NULL && strcmp(given, named) != 0) {
        return lsc_fail(error, LSC_BAD_LEAD, "lead_id is \"%.100s\", the lead's id is \"%.100s\"",
                        named, given);
    }
    *lead_id = given != NULL ? given : named;
    return LSC_OK;
}

lsc_status lsc_state_put_activity(lsc_store *store, int64_t organization_key, const char *lead_id,
                                  const lsc_json *activity, lsc_written *written, lsc_error *error)
{
    lsc_companion *companion;
    const char *named = NULL;
    int64_t key = 0;
    lsc_status status = lsc_companion_of(store, &companion, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_lead_clear(companion->activities);
    status = lsc_lead_add_activity_tree(companion->activities, activity, &named, error);
    if (status == LSC_OK) {
        status = choose_lead(lead_id, named, &lead_id, error);
    }
    if (status == LSC_OK) {
        status = lsc_lead_row_need(store, organization_key, lead_id, &key, error);
    }
    return status == LSC_OK ? put_events(store, key, companion->activities, written, error)
                            : status;
}

/* The public calls: each is one change of its own. */

static lsc_status begin(lsc_store *store, const char *organization, int64_t *organization_key,
                        lsc_error *error)
{
    lsc_status status = lsc_change_begin(store->database, error);
    if (status != LSC_OK) {
        return status;
    }
    status = lsc_organization_find(store, organization, organization_key, error);
    return status == LSC_OK ? LSC_OK : lsc_change_end(store->database, status, error);
}

lsc_status lsc_store_put_lead(lsc_store *store, const char *organization, lsc_lead *lead,
                              lsc_error *error)
{
    if (store == NULL || lead == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL", store == NULL ? "store" : "lead");
    }
    int64_t organization_key = 0;
    lsc_written written = {0};
    lsc_status status = begin(store, organization, &organization_key, error);
    if (status != LSC_OK) {
        return status;
    }
    status = lsc_state_put_lead(store, organization_key, lead, &written, error);
    return lsc_audit_change_end(store, "put lead", 1, status, error);
}

lsc_status lsc_store_put_lead_json(lsc_store *store, const char *organization, const char *json,
                                   size_t length, lsc_error *error)
{
    if (store == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store is NULL");
    }
    lsc_companion *companion;
    lsc_status status = lsc_companion_of(store, &companion, error);
    if (status == LSC_OK) {
        status = lsc_lead_parse_json(companion->lead, json, length, error);
    }
    if (status == LSC_OK && lsc_lead_id(companion->lead)[0] == '\0') {
        status = lsc_fail(error, LSC_BAD_LEAD, "id is missing");
    }
    return status == LSC_OK ? lsc_store_put_lead(store, organization, companion->lead, error)
                            : status;
}

/* An array of structs of the size that the caller was built with. */
static const lsc_activity *activity_at(const lsc_activity *activities, size_t i)
{
    return (const lsc_activity *)(const void *)((const char *)activities + i * activities->size);
}

static lsc_status take_activities(lsc_lead *lead, const lsc_activity *activities, size_t n,
                                  lsc_error *error)
{
    lsc_lead_clear(lead);
    lsc_status status = LSC_OK;
    for (size_t i = 0; i < n && status == LSC_OK; i++) {
        const lsc_activity *activity = activity_at(activities, i);
        if (i > 0 && activity->size != activities->size) {
            status = lsc_fail(error, LSC_INVALID_ARG, "its size is not that of the first");
        } else {
            status = lsc_lead_add_activity(lead, activity, error);
        }
        if (status != LSC_OK && status != LSC_NO_MEMORY) {
            lsc_error_prefix(error, "activities[%zu]: ", i);
        }
    }
    return status;
}

lsc_status lsc_store_add_activities(lsc_store *store, const char *organization, const char *lead_id,
                                    const lsc_activity *activities, size_t n_activities,
                                    size_t *n_added, lsc_error *error)
{
    if (store == NULL || (activities == NULL && n_activities > 0)) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL",
                        store == NULL ? "store" : "activities");
    }
    int64_t organization_key = 0;
    int64_t key = 0;
    lsc_written written = {0};
    lsc_companion *companion;
    lsc_status status = lsc_companion_of(store, &companion, error);
    if (status == LSC_OK) {
        status = take_activities(companion->activities, activities, n_activities, error);
    }
    if (status == LSC_OK) {
        status = begin(store, organization, &organization_key, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    status = lsc_lead_row_need(store, organization_key, lead_id, &key, error);
    if (status == LSC_OK) {
        status = put_events(store, key, companion->activities, &written, error);
    }
    status = lsc_audit_change_end(store, "add activities", (int64_t)written.added, status, error);
    if (status == LSC_OK && n_added != NULL) {
        *n_added = written.added;
    }
    return status;
}

/* Activities in JSON: an array, or one a line. */

static lsc_status put_text(lsc_store *store, int64_t organization_key, const char *lead_id,
                           const char *json, size_t length, lsc_written *written, lsc_error *error)
{
    const lsc_json_limits limits = lsc_lead_json_limits(LSC_MAX_ACTIVITIES_JSON);
    lsc_json *root;
    lsc_status status = lsc_json_parse(json, length, &limits, &root, error);
    if (status != LSC_OK) {
        return status;
    }
    if (lsc_json_kind(root) != LSC_JSON_ARRAY) {
        status = lsc_state_put_activity(store, organization_key, lead_id, root, written, error);
    } else {
        size_t index = 0;
        const lsc_json *item = lsc_json_first(root);
        for (; status == LSC_OK && item != NULL; item = lsc_json_next(item)) {
            status = lsc_state_put_activity(store, organization_key, lead_id, item, written, error);
            index++;
        }
        if (status != LSC_OK && status != LSC_NO_MEMORY) {
            lsc_error_prefix(error, "activities[%zu]: ", index - 1);
        }
    }
    lsc_json_free(root);
    return status;
}

static size_t blanks(const char *text, size_t length)
{
    size_t n = 0;
    while (n < length && strchr(" \t\r\n", text[n]) != NULL && text[n] != '\0') {
        n++;
    }
    return n;
}

static lsc_status put_lines(lsc_store *store, int64_t organization_key, const char *lead_id,
                            const char *json, size_t length, lsc_written *written, lsc_error *error)
{
    size_t line = 1;
    for (size_t at = 0; at < length; line++) {
        const char *end = memchr(json + at, '\n', length - at);
        size_t n = end == NULL ? length - at : (size_t)(end - (json + at));
        if (blanks(json + at, n) < n) {
            lsc_status status =
                put_text(store, organization_key, lead_id, json + at, n, written, error);
            if (status != LSC_OK) {
                if (error != NULL && error->offset >= 0) {
                    error->offset += (int64_t)at;
                }
                if (status != LSC_NO_MEMORY) {
                    lsc_error_prefix(error, "activities, line %zu: ", line);
                }
                return status;
            }
        }
        at += n + 1;
    }
    return LSC_OK;
}

/* Of one lead, or of several that they name. */
static lsc_status note_activities(lsc_store *store, int64_t organization_key, const char *lead_id,
                                  const lsc_written *written, lsc_error *error)
{
    const bool is_one = lead_id != NULL && written->added + written->duplicates > 0;
    const lsc_audit_entry entry = {"add activities", organization_key,
                                   is_one ? store->subject.uuid : NULL, (int64_t)written->added};
    return lsc_audit_note(store, &entry, error);
}

lsc_status lsc_store_add_activities_json(lsc_store *store, const char *organization,
                                         const char *lead_id, const char *json, size_t length,
                                         size_t *n_added, lsc_error *error)
{
    if (store == NULL || (json == NULL && length > 0)) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL", store == NULL ? "store" : "json");
    }
    if (length > LSC_MAX_ACTIVITIES_JSON) {
        return lsc_fail(error, LSC_LIMIT, "activities have %zu bytes, at most %u are taken", length,
                        LSC_MAX_ACTIVITIES_JSON);
    }
    int64_t organization_key = 0;
    lsc_written written = {0};
    lsc_status status = begin(store, organization, &organization_key, error);
    if (status != LSC_OK) {
        return status;
    }
    size_t skipped = blanks(json, length);
    bool is_array = skipped < length && json[skipped] == '[';
    status = is_array ? put_text(store, organization_key, lead_id, json, length, &written, error)
                      : put_lines(store, organization_key, lead_id, json, length, &written, error);
    if (status == LSC_OK) {
        status = note_activities(store, organization_key, lead_id, &written, error);
    }
    status = lsc_change_end(store->database, status, error);
    if (status == LSC_OK && n_added != NULL) {
        *n_added = written.added;
    }
    return status;
}
