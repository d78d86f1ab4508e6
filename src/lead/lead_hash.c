#include "lead/lead_data.h"

#include <string.h>

static void hash_text(lsc_hash *hash, const char *text)
{
    lsc_hash_text(hash, text, strlen(text));
}

static void hash_value(lsc_hash *hash, const lsc_value *value)
{
    lsc_hash_int(hash, value->type);
    switch (value->type) {
    case LSC_VALUE_BOOL:
        lsc_hash_int(hash, value->boolean);
        break;
    case LSC_VALUE_NUMBER:
        lsc_hash_double(hash, value->number);
        break;
    case LSC_VALUE_TIME:
        lsc_hash_int(hash, value->time_ms);
        break;
    case LSC_VALUE_TEXT:
        lsc_hash_text(hash, value->text, value->length);
        break;
    case LSC_VALUE_LIST:
        lsc_hash_int(hash, value->n_items);
        for (uint32_t i = 0; i < value->n_items; i++) {
            hash_text(hash, value->items[i]);
        }
        break;
    case LSC_VALUE_MISSING:
        break;
    }
}

static void hash_fields(lsc_hash *hash, const lsc_field *fields, size_t n)
{
    lsc_hash_int(hash, (int64_t)n);
    for (size_t i = 0; i < n; i++) {
        lsc_hash_text(hash, fields[i].name, fields[i].name_length);
        hash_value(hash, &fields[i].value);
    }
}

static void hash_event(lsc_hash *hash, const lsc_event *event)
{
    lsc_hash_int(hash, event->time_ms);
    lsc_hash_int(hash, event->recorded_time_ms);
    lsc_hash_text(hash, event->type, event->type_length);
    hash_text(hash, event->source);
    hash_text(hash, event->id);
    lsc_hash_int(hash, event->bot);
    hash_fields(hash, event->fields, event->n_fields);
}

void lsc_lead_hash(lsc_lead *lead, int64_t as_of_ms, lsc_hash *hash)
{
    size_t n;
    hash_text(hash, lsc_lead_id(lead));
    const lsc_field *fields = lsc_lead_fields(lead, &n);
    hash_fields(hash, fields, n);
    lsc_lead_settle(lead);
    const lsc_event *events = lsc_lead_events(lead, &n);
    for (size_t i = 0; i < n; i++) {
        if (lsc_event_visible(&events[i], as_of_ms)) {
            hash_event(hash, &events[i]);
        }
    }
    if (lsc_lead_is_withdrawn(lead)) {
        hash_text(hash, "profiling withdrawn");
    }
}
