#include "lead/timeline.h"

#include <assert.h>
#include <string.h>

#include "core/sort.h"
#include "core/text.h"
#include "core/time_check.h"
#include "lead/alias_lookup.h"
#include "lead/fields.h"

/* Up to so many events that came late are put in their places one by one: what comes in order costs
   nothing, and one that does not no sorting of all. */
#define FEW_LATE 16

/* A place in lead->places of an event that is staged and not committed. */
#define UNPLACED UINT64_MAX

static int compare_ints(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* The order of the timeline: total, as (source, id) is unique. */
static int compare_order(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    const lsc_event *left = a;
    const lsc_event *right = b;
    int order = compare_ints(left->time_ms, right->time_ms);
    if (order == 0) {
        order = strcmp(left->source, right->source);
    }
    return order != 0 ? order : strcmp(left->id, right->id);
}

/* Which of two duplicates stays: below 0 the first. The earliest recorded, then the earliest; what
   is left decides so that the order of arrival does not. */
static int compare_duplicates(const lsc_event *a, const lsc_event *b)
{
    int order = compare_ints(a->recorded_time_ms, b->recorded_time_ms);
    if (order == 0) {
        order = compare_ints(a->time_ms, b->time_ms);
    }
    if (order == 0) {
        order = strcmp(a->type, b->type);
    }
    if (order == 0) {
        order = a->bot - b->bot;
    }
    return order != 0 ? order : lsc_fields_compare(a->fields, a->n_fields, b->fields, b->n_fields);
}

/* Source, NUL and id: they stand one after the other in the arena. */
static const char *identity(const lsc_event *event, size_t *length)
{
    *length = (size_t)(event->id - event->source) + strlen(event->id);
    return event->source;
}

static lsc_status check_text(const char *what, const char *text, size_t *length, lsc_error *error)
{
    if (text == NULL || text[0] == '\0') {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is missing", what);
    }
    return lsc_text_measure(what, text, LSC_MAX_TEXT, length, error);
}

static lsc_status read_times(const lsc_activity *activity, lsc_event *event, lsc_error *error)
{
    if (activity->time_ms == LSC_TIME_NONE) {
        return lsc_fail(error, LSC_INVALID_ARG, "time is missing");
    }
    event->time_ms = activity->time_ms;
    event->recorded_time_ms = activity->recorded_time_ms == LSC_TIME_NONE
                                  ? activity->time_ms
                                  : activity->recorded_time_ms;
    lsc_status status = lsc_time_check("time", event->time_ms, error);
    return status != LSC_OK ? status
                            : lsc_time_check("recorded_time", event->recorded_time_ms, error);
}

/** Set the type to the text that all events of it share; false when memory ran out. */
static bool share_type(lsc_lead *lead, const char *type, size_t length, lsc_event *event)
{
    uint64_t *shared = lsc_string_map_find(&lead->types, type, length);
    if (shared == NULL) {
        const char *copy = lsc_arena_copy(&lead->arena, type, length);
        if (copy == NULL) {
            return false;
        }
        shared = lsc_string_map_insert(&lead->types, copy, length, (uintptr_t)copy, NULL);
    }
    event->type = shared == NULL ? NULL : (const char *)(uintptr_t)*shared;
    event->type_length = (uint32_t)length;
    event->type_hash = (uint32_t)lsc_text_hash(type, length);
    return shared != NULL;
}

static lsc_status copy_texts(lsc_lead *lead, const lsc_activity *activity, lsc_event *event,
                             lsc_error *error)
{
    size_t id_length = 0;
    size_t type_length = 0;
    size_t source_length = 0;
    const char *source = activity->source == NULL ? "" : activity->source;
    lsc_status status = check_text("id", activity->id, &id_length, error);
    if (status == LSC_OK) {
        status = check_text("type", activity->type, &type_length, error);
    }
    if (status == LSC_OK) {
        status = lsc_text_measure("source", source, LSC_MAX_TEXT, &source_length, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    char *texts = lsc_arena_alloc(&lead->arena, source_length + 1 + id_length + 1);
    if (texts == NULL || !share_type(lead, activity->type, type_length, event)) {
        return lsc_fail_memory(error);
    }
    memcpy(texts, source, source_length + 1);
    memcpy(texts + source_length + 1, activity->id, id_length + 1);
    event->source = texts;
    event->id = texts + source_length + 1;
    event->bot = activity->bot;
    event->identify = strcmp(activity->type, LSC_IDENTIFY) == 0;
    return LSC_OK;
}

static lsc_status copy_fields(lsc_lead *lead, const lsc_activity *activity, lsc_event *event,
                              lsc_error *error)
{
    lsc_field *fields;
    size_t n_fields;
    lsc_status status = lsc_fields_make(lead, activity->properties, activity->n_properties,
                                        event->identify ? LSC_NAMES_OF_LEAD : LSC_NAMES_AS_GIVEN,
                                        &fields, &n_fields, error);
    if (status == LSC_OK) {
        status = lsc_fields_check_count(n_fields, LSC_MAX_PROPERTIES, error);
    }
    if (status == LSC_OK) {
        event->fields = fields;
        event->n_fields = (uint32_t)n_fields;
    }
    return status;
}

lsc_status lsc_timeline_stage(lsc_lead *lead, const lsc_activity *activity, lsc_error *error)
{
    lsc_event event = {0};
    lsc_status status = copy_texts(lead, activity, &event, error);
    if (status == LSC_OK) {
        status = read_times(activity, &event, error);
    }
    if (status == LSC_OK) {
        status = copy_fields(lead, activity, &event, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    size_t n = lead->n_events + lead->n_staged;
    void *block = lead->events;
    if (!lsc_grow(&lead->allocator, &block, &lead->events_capacity, n + 1, sizeof event)) {
        return lsc_fail_memory(error);
    }
    lead->events = block;
    lead->events[n] = event;
    lead->n_staged++;
    return LSC_OK;
}

static bool claim_place(lsc_lead *lead, const lsc_event *event, uint64_t place)
{
    size_t length;
    const char *key = identity(event, &length);
    return lsc_string_map_insert(&lead->places, key, length, place, NULL) != NULL;
}

/* Make the map of places anew, after events have moved. */
static bool refresh_places(lsc_lead *lead)
{
    lsc_string_map_clear(&lead->places);
    for (size_t i = 0; i < lead->n_events; i++) {
        if (!claim_place(lead, &lead->events[i], i)) {
            return false;
        }
    }
    lead->places_stale = false;
    return true;
}

/* Give all that is staged a place in the map, so that nothing can fail after. */
static lsc_status claim_places(lsc_lead *lead, lsc_error *error)
{
    if (lead->places_stale && !refresh_places(lead)) {
        return lsc_fail_memory(error);
    }
    for (size_t i = 0; i < lead->n_staged; i++) {
        if (!claim_place(lead, &lead->events[lead->n_events + i], UNPLACED)) {
            return lsc_fail_memory(error);
        }
        if (lead->places.count > LSC_MAX_ACTIVITIES) {
            return lsc_fail(error, LSC_LIMIT, "more than %d activities", LSC_MAX_ACTIVITIES);
        }
    }
    return LSC_OK;
}

static void append(lsc_lead *lead, const lsc_event *event)
{
    size_t n = lead->n_events++;
    lead->events[n] = *event;
    lead->n_identify += event->identify;
    if (lead->n_ordered == n &&
        (n == 0 || compare_order(&lead->events[n - 1], &lead->events[n], NULL) < 0)) {
        lead->n_ordered = n + 1;
    }
}

static void replace(lsc_lead *lead, lsc_event *old, const lsc_event *event)
{
    lead->n_identify -= old->identify;
    lead->n_identify += event->identify;
    *old = *event;
    size_t place = (size_t)(old - lead->events);
    lead->n_ordered = place < lead->n_ordered ? place : lead->n_ordered;
}

static void place(lsc_lead *lead, const lsc_event *event)
{
    size_t length;
    const char *key = identity(event, &length);
    uint64_t *where = lsc_string_map_find(&lead->places, key, length);
    assert(where != NULL);
    if (*where == UNPLACED) {
        *where = lead->n_events;
        append(lead, event);
    } else if (compare_duplicates(event, &lead->events[*where]) < 0) {
        replace(lead, &lead->events[*where], event);
    }
}

lsc_status lsc_timeline_commit(lsc_lead *lead, lsc_error *error)
{
    lsc_status status = claim_places(lead, error);
    if (status != LSC_OK) {
        lead->places_stale = true;
        lsc_timeline_drop(lead);
        return status;
    }
    size_t n_staged = lead->n_staged;
    size_t first = lead->n_events;
    lead->n_staged = 0;
    for (size_t i = 0; i < n_staged; i++) {
        lsc_event event = lead->events[first + i];
        place(lead, &event);
    }
    return LSC_OK;
}

void lsc_timeline_drop(lsc_lead *lead)
{
    lead->n_staged = 0;
}

/** Clearing costs what the map has room for: the room of one huge lead must not slow down all that
    come after it. */
static void clear_map(lsc_string_map *map)
{
    if (map->capacity > 1024 && map->capacity / 16 > map->count) {
        lsc_string_map_free(map);
    } else {
        lsc_string_map_clear(map);
    }
}

void lsc_timeline_clear(lsc_lead *lead)
{
    clear_map(&lead->types);
    clear_map(&lead->places);
    lead->places_stale = false;
    lead->n_events = 0;
    lead->n_staged = 0;
    lead->n_identify = 0;
    lead->n_ordered = 0;
}

/** Where an event belongs among those in order. */
static size_t ordered_place(const lsc_lead *lead, const lsc_event *event)
{
    size_t low = 0;
    size_t high = lead->n_ordered;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_order(&lead->events[middle], event, NULL) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/** Put the first event that is out of order where it belongs. */
static void insert_next(lsc_lead *lead)
{
    lsc_event event = lead->events[lead->n_ordered];
    size_t at = ordered_place(lead, &event);
    memmove(lead->events + at + 1, lead->events + at,
            (lead->n_ordered - at) * sizeof *lead->events);
    lead->events[at] = event;
    lead->n_ordered++;
}

void lsc_lead_settle(lsc_lead *lead)
{
    size_t n_late = lead->n_events - lead->n_ordered;
    if (n_late == 0) {
        return;
    }
    if (n_late <= FEW_LATE) {
        while (lead->n_ordered < lead->n_events) {
            insert_next(lead);
        }
    } else {
        lsc_sort(lead->events, lead->n_events, sizeof *lead->events, compare_order, NULL);
        lead->n_ordered = lead->n_events;
    }
    lead->places_stale = true;
}

const lsc_event *lsc_lead_events(const lsc_lead *lead, size_t *n)
{
    assert(lead->n_ordered == lead->n_events);
    *n = lead->n_events;
    return lead->events;
}

size_t lsc_lead_n_identify(const lsc_lead *lead)
{
    return lead->n_identify;
}

const lsc_value *lsc_event_value(const lsc_event *event, const char *name, size_t length)
{
    return lsc_fields_find(event->fields, event->n_fields, name, length);
}

static const lsc_value *identified_value(const lsc_lead *lead, const char *name, size_t length,
                                         int64_t as_of_ms)
{
    size_t left = lead->n_identify;
    for (size_t i = lead->n_events; left > 0; i--) {
        const lsc_event *event = &lead->events[i - 1];
        if (!event->identify) {
            continue;
        }
        left--;
        const lsc_value *value =
            lsc_event_visible(event, as_of_ms) ? lsc_event_value(event, name, length) : NULL;
        if (value != NULL) {
            return value;
        }
    }
    return NULL;
}

static const lsc_value *value_named(const lsc_lead *lead, const char *name, size_t length,
                                    int64_t as_of_ms)
{
    const lsc_value *value = identified_value(lead, name, length, as_of_ms);
    return value != NULL ? value : lsc_fields_find(lead->fields, lead->n_fields, name, length);
}

bool lsc_lead_name_is_alias(const char *name)
{
    size_t rank;
    return lsc_alias_resolve(&lsc_all_aliases, name, &rank) != name;
}

const lsc_value *lsc_lead_value(const lsc_lead *lead, const char *name, size_t length,
                                int64_t as_of_ms)
{
    assert(lead->n_ordered == lead->n_events);
    const lsc_value *value = value_named(lead, name, length, as_of_ms);
    if (value != NULL || lead->is_row) {
        return value;
    }
    /* Another system's name stands under ours in a lead; in a table every name is its own. */
    size_t rank;
    const char *ours = lsc_alias_resolve(&lsc_all_aliases, name, &rank);
    return ours != name ? value_named(lead, ours, strlen(ours), as_of_ms) : NULL;
}
