#include "lead/kept_lead.h"

#include <string.h>

void lsc_lead_keeper_init(lsc_lead_keeper *keeper, const lsc_allocator *allocator)
{
    *keeper = (lsc_lead_keeper){.first = NULL};
    lsc_arena_init(&keeper->arena, allocator);
    lsc_string_map_init(&keeper->texts, allocator);
}

void lsc_lead_keeper_free(lsc_lead_keeper *keeper)
{
    const lsc_allocator *allocator = keeper->arena.allocator;
    lsc_string_map_free(&keeper->texts);
    lsc_arena_free(&keeper->arena);
    lsc_lead_keeper_init(keeper, allocator);
}

size_t lsc_lead_keeper_bytes(const lsc_lead_keeper *keeper)
{
    return keeper->arena.n_bytes + lsc_string_map_bytes(&keeper->texts);
}

static void *take_room(lsc_lead_keeper *keeper, size_t count, size_t size)
{
    return lsc_arena_alloc(&keeper->arena, count * size);
}

static const char *keep_text(lsc_lead_keeper *keeper, const char *text, size_t length)
{
    return lsc_arena_copy(&keeper->arena, text, length);
}

/**
 * The one copy of a text that many leads share.
 * @param likely  of this length: often it is the same as in the lead before; or NULL
 */
static const char *share_text(lsc_lead_keeper *keeper, const char *text, size_t length,
                              const char *likely)
{
    if (likely != NULL && lsc_text_equal(likely, text, length)) {
        return likely;
    }
    const uint64_t *known = lsc_string_map_find(&keeper->texts, text, length);
    if (known != NULL) {
        return (const char *)(uintptr_t)*known;
    }
    const char *copy = keep_text(keeper, text, length);
    if (copy == NULL ||
        lsc_string_map_insert(&keeper->texts, copy, length, (uintptr_t)copy, NULL) == NULL) {
        return NULL;
    }
    return copy;
}

static bool keep_items(lsc_lead_keeper *keeper, lsc_value *value)
{
    const char **items = take_room(keeper, value->n_items, sizeof *items);
    bool kept = items != NULL;
    for (uint32_t i = 0; i < value->n_items && kept; i++) {
        items[i] = keep_text(keeper, value->items[i], strlen(value->items[i]));
        kept = items[i] != NULL;
    }
    value->items = items;
    return kept;
}

/** Copy what a value points to. */
static bool keep_value(lsc_lead_keeper *keeper, lsc_value *value)
{
    if (value->type == LSC_VALUE_TEXT) {
        value->text = keep_text(keeper, value->text, value->length);
        return value->text != NULL;
    }
    return value->type != LSC_VALUE_LIST || keep_items(keeper, value);
}

/** @param like  fields that were kept before, probably of the same names; NULL: none */
static const lsc_field *keep_fields(lsc_lead_keeper *keeper, const lsc_field *fields, size_t n,
                                    const lsc_field *like, size_t n_like)
{
    lsc_field *kept = take_room(keeper, n, sizeof *kept);
    for (size_t i = 0; i < n && kept != NULL; i++) {
        bool same = i < n_like && like[i].name_length == fields[i].name_length;
        kept[i] = fields[i];
        kept[i].name =
            share_text(keeper, fields[i].name, fields[i].name_length, same ? like[i].name : NULL);
        if (kept[i].name == NULL || !keep_value(keeper, &kept[i].value)) {
            return NULL;
        }
    }
    return kept;
}

/** Source, NUL and id stand one after the other, as in the lead. */
static bool keep_identity(lsc_lead_keeper *keeper, lsc_event *event)
{
    size_t id_at = (size_t)(event->id - event->source);
    const char *copy = keep_text(keeper, event->source, id_at + strlen(event->id));
    if (copy != NULL) {
        event->source = copy;
        event->id = copy + id_at;
    }
    return copy != NULL;
}

/** @param before  the event that was kept before it; NULL: none */
static bool keep_event(lsc_lead_keeper *keeper, lsc_event *event, const lsc_event *before)
{
    bool same = before != NULL && before->type_length == event->type_length;
    event->type = share_text(keeper, event->type, event->type_length, same ? before->type : NULL);
    event->fields =
        keep_fields(keeper, event->fields, event->n_fields, before != NULL ? before->fields : NULL,
                    before != NULL ? before->n_fields : 0);
    return event->type != NULL && event->fields != NULL && keep_identity(keeper, event);
}

static const lsc_event *keep_events(lsc_lead_keeper *keeper, const lsc_lead *lead)
{
    size_t n;
    const lsc_event *events = lsc_lead_events(lead, &n);
    lsc_event *kept = take_room(keeper, n, sizeof *kept);
    for (size_t i = 0; i < n && kept != NULL; i++) {
        kept[i] = events[i];
        if (!keep_event(keeper, &kept[i], i > 0 ? &kept[i - 1] : NULL)) {
            return NULL;
        }
    }
    return kept;
}

static const lsc_outcome *keep_outcomes(lsc_lead_keeper *keeper, const lsc_record *record)
{
    lsc_outcome *kept = take_room(keeper, record->n_outcomes, sizeof *kept);
    if (kept != NULL && record->n_outcomes > 0) {
        memcpy(kept, record->outcomes, record->n_outcomes * sizeof *kept);
    }
    return kept;
}

lsc_status lsc_lead_keep(lsc_lead_keeper *keeper, const lsc_record *record, lsc_error *error)
{
    const lsc_lead *lead = record->lead;
    const lsc_kept_lead *before = keeper->last;
    lsc_kept_lead *kept = take_room(keeper, 1, sizeof *kept);
    if (kept == NULL) {
        return lsc_fail_memory(error);
    }
    *kept = (lsc_kept_lead){
        .id = keep_text(keeper, lead->id, strlen(lead->id)),
        .fields = keep_fields(keeper, lead->fields, lead->n_fields,
                              before != NULL ? before->fields : NULL,
                              before != NULL ? before->n_fields : 0),
        .events = keep_events(keeper, lead),
        .outcomes = keep_outcomes(keeper, record),
        .n_fields = lead->n_fields,
        .n_events = lead->n_events,
        .n_identify = lead->n_identify,
        .n_outcomes = record->n_outcomes,
        .position = record->position,
        .is_row = lead->is_row,
        .withdrawn = lead->withdrawn,
    };
    if (kept->id == NULL || kept->fields == NULL || kept->events == NULL ||
        kept->outcomes == NULL) {
        return lsc_fail_memory(error);
    }
    *(keeper->last != NULL ? &keeper->last->next : &keeper->first) = kept;
    keeper->last = kept;
    return LSC_OK;
}

/** Room in a lead for what comes back. */
static bool make_room(const lsc_kept_lead *kept, lsc_lead *lead)
{
    void *fields = lead->fields;
    void *events = lead->events;
    bool made = lsc_grow(&lead->allocator, &fields, &lead->fields_capacity, kept->n_fields,
                         sizeof *lead->fields);
    lead->fields = fields;
    made = made && lsc_grow(&lead->allocator, &events, &lead->events_capacity, kept->n_events,
                            sizeof *lead->events);
    lead->events = events;
    return made;
}

lsc_status lsc_kept_lead_show(const lsc_kept_lead *kept, lsc_lead *lead, lsc_record *record,
                              lsc_error *error)
{
    lsc_lead_clear(lead);
    if (!make_room(kept, lead)) {
        return lsc_fail_memory(error);
    }
    if (kept->n_fields > 0) {
        memcpy(lead->fields, kept->fields, kept->n_fields * sizeof *lead->fields);
    }
    if (kept->n_events > 0) {
        memcpy(lead->events, kept->events, kept->n_events * sizeof *lead->events);
    }
    lead->id = kept->id;
    lead->is_row = kept->is_row;
    lead->withdrawn = kept->withdrawn;
    lead->n_fields = kept->n_fields;
    lead->n_events = lead->n_ordered = kept->n_events;
    lead->n_identify = kept->n_identify;
    lead->places_stale = true;
    *record = (lsc_record){lead, kept->outcomes, kept->n_outcomes, kept->position};
    return LSC_OK;
}
