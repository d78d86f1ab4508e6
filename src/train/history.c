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
        history->properties[history->n_properties++] = (lsc_read_property){text, false};
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
    if (status != LSC_OK) {
        lsc_history_free(history);
    }
    return status;
}

void lsc_history_look(lsc_history *history, const lsc_lead *lead)
{
    size_t n_events;
    const lsc_event *events = lsc_lead_events(lead, &n_events);
    for (size_t i = 0; i < n_events; i++) {
        for (size_t j = 0; events[i].identify && j < events[i].n_fields; j++) {
            const lsc_field *field = &events[i].fields[j];
            const uint64_t *number =
                lsc_string_map_find(&history->numbers, field->name, field->name_length);
            if (number != NULL) {
                history->properties[*number].versioned = true;
            }
        }
    }
}

void lsc_history_free(lsc_history *history)
{
    const lsc_allocator *allocator = history->numbers.allocator;
    lsc_release(allocator, history->properties);
    lsc_string_map_free(&history->numbers);
    lsc_json_free(history->spec);
    history->properties = NULL;
    history->n_properties = 0;
    history->spec = NULL;
}
