#include "train/history.h"

#include <string.h>

#include "lead/lead_data.h"

static lsc_status add_property(lsc_history *history, const lsc_json *name, lsc_error *error)
{
    const lsc_allocator *allocator = history->numbers.allocator;
    const char *text = lsc_json_string(name);
    bool found = false;
    if (!lsc_grow(allocator, (void **)&history->properties, &history->capacity,
                  history->n_properties + 1, sizeof *history->properties) ||
        lsc_string_map_insert(&history->numbers, text, strlen(text), history->n_properties,
                              &found) == NULL) {
        return lsc_fail_memory(error);
    }
    if (!found) {
        history->properties[history->n_properties++] = (lsc_read_property){text, false, 0, 0};
    }
    return LSC_OK;
}

/** The members of a feature that name properties: "property" and "properties". */
static lsc_status add_feature(lsc_history *history, const lsc_json *feature, lsc_error *error)
{
    const lsc_json *one = lsc_json_member(feature, "property");
    const lsc_json *many = lsc_json_member(feature, "properties");
    lsc_status status = one != NULL ? add_property(history, one, error) : LSC_OK;
    if (many == NULL) {
        return status;
    }
    for (const lsc_json *item = lsc_json_first(many); item != NULL && status == LSC_OK;
         item = lsc_json_next(item)) {
        status = add_property(history, item, error);
    }
    return status;
}

lsc_status lsc_history_init(lsc_history *history, const lsc_spec *spec,
                            const lsc_allocator *allocator, lsc_error *error)
{
    const lsc_json_limits limits = {LSC_MAX_SPEC_JSON, LSC_MAX_JSON_DEPTH, SIZE_MAX};
    size_t length;
    const char *json = lsc_spec_json(spec, &length);
    *history = (lsc_history){.spec = NULL};
    lsc_string_map_init(&history->numbers, allocator);
    lsc_status status = lsc_json_parse(json, length, &limits, &history->spec, error);
    if (status != LSC_OK) {
        return status;
    }
    const lsc_json *features = lsc_json_member(history->spec, "features");
    for (const lsc_json *feature = lsc_json_first(features); feature != NULL && status == LSC_OK;
         feature = lsc_json_next(feature)) {
        status = add_feature(history, feature, error);
    }
    history->namings = lsc_alloc_array(allocator, history->n_properties, sizeof(lsc_naming));
    if (status == LSC_OK && history->namings == NULL) {
        status = lsc_fail_memory(error);
    }
    if (status != LSC_OK) {
        lsc_history_free(history);
    }
    return status;
}

/** What one identify activity names. */
static void look_at(lsc_history *history, const lsc_event *event)
{
    int64_t visible_ms =
        event->recorded_time_ms > event->time_ms ? event->recorded_time_ms : event->time_ms;
    for (size_t i = 0; i < event->n_fields; i++) {
        const lsc_field *field = &event->fields[i];
        const uint64_t *number =
            lsc_string_map_find(&history->numbers, field->name, field->name_length);
        if (number != NULL) {
            lsc_naming *naming = &history->namings[*number];
            history->properties[*number].versioned = true;
            naming->last = &field->value;
            if (naming->first_ms == LSC_TIME_NONE || visible_ms < naming->first_ms) {
                naming->first_ms = visible_ms;
            }
        }
    }
}

static bool is_same(const lsc_value *a, const lsc_value *b)
{
    char scratch[2][LSC_VALUE_TEXT_SIZE];
    const char *left = lsc_value_text(a, scratch[0]);
    const char *right = lsc_value_text(b, scratch[1]);
    return left != NULL && right != NULL && strcmp(left, right) == 0;
}

/**
 * When the lead's own value was set: the first time it was named, where the own value is what it was
 * named last, or the time that the value itself is. LSC_TIME_NONE: that is not known.
 */
static int64_t set_time(const lsc_naming *naming, const lsc_value *own)
{
    int64_t time_ms;
    bool tells_time = own->type == LSC_VALUE_TIME || own->type == LSC_VALUE_TEXT;
    if (naming->first_ms != LSC_TIME_NONE) {
        return is_same(own, naming->last) ? naming->first_ms : LSC_TIME_NONE;
    }
    return tells_time && lsc_value_time(own, &time_ms) ? time_ms : LSC_TIME_NONE;
}

static void count_times(lsc_history *history, const lsc_lead *lead, int64_t converted_ms)
{
    for (size_t i = 0; i < history->n_properties; i++) {
        lsc_read_property *property = &history->properties[i];
        /* At the beginning of time no activity is visible. */
        const lsc_value *own =
            lsc_lead_value(lead, property->name, strlen(property->name), LSC_TIME_MIN);
        int64_t time_ms = own != NULL ? set_time(&history->namings[i], own) : LSC_TIME_NONE;
        if (time_ms != LSC_TIME_NONE) {
            *(time_ms < converted_ms ? &property->n_before : &property->n_after) += 1;
        }
    }
}

void lsc_history_look(lsc_history *history, const lsc_lead *lead, int64_t converted_ms)
{
    size_t n_events;
    const lsc_event *events = lsc_lead_events(lead, &n_events);
    for (size_t i = 0; i < history->n_properties; i++) {
        history->namings[i] = (lsc_naming){LSC_TIME_NONE, NULL};
    }
    for (size_t i = 0; i < n_events; i++) {
        if (events[i].identify) {
            look_at(history, &events[i]);
        }
    }
    if (converted_ms != INT64_MAX) {
        count_times(history, lead, converted_ms);
    }
}

lsc_status lsc_history_narrow(lsc_history *history, const lsc_spec *spec, lsc_error *error)
{
    lsc_history narrow;
    lsc_status status = lsc_history_init(&narrow, spec, history->numbers.allocator, error);
    if (status != LSC_OK) {
        return status;
    }
    for (size_t i = 0; i < narrow.n_properties; i++) {
        const char *name = narrow.properties[i].name;
        const uint64_t *number = lsc_string_map_find(&history->numbers, name, strlen(name));
        if (number != NULL) {
            narrow.properties[i] = history->properties[*number];
            narrow.properties[i].name = name;
        }
    }
    lsc_history_free(history);
    *history = narrow;
    return LSC_OK;
}

void lsc_history_free(lsc_history *history)
{
    const lsc_allocator *allocator = history->numbers.allocator;
    lsc_release(allocator, history->properties);
    lsc_release(allocator, history->namings);
    lsc_string_map_free(&history->numbers);
    lsc_json_free(history->spec);
    history->properties = NULL;
    history->namings = NULL;
    history->n_properties = 0;
    history->spec = NULL;
}
