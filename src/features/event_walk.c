#include "features/event_walk.h"

#include <string.h>

/** Halves without branches: which way it goes is anybody's guess. */
size_t lsc_count_until(const lsc_event *events, size_t n, int64_t time_ms)
{
    const lsc_event *at = events;
    while (n > 1) {
        size_t half = n / 2;
        at += at[half - 1].time_ms <= time_ms ? half : 0;
        n -= half;
    }
    return (size_t)(at - events) + (n == 1 && at->time_ms <= time_ms);
}

void lsc_view_init(lsc_view *view, lsc_lead *lead, int64_t as_of_ms)
{
    lsc_lead_settle(lead);
    size_t n = 0;
    view->lead = lead;
    view->events = lsc_lead_events(lead, &n);
    view->n_events = lsc_count_until(view->events, n, as_of_ms);
    view->as_of_ms = as_of_ms;
    view->values = NULL;
}

const lsc_value *lsc_view_value(const lsc_view *view, const lsc_name *property)
{
    if (view->values != NULL) {
        return view->values[property->number];
    }
    return lsc_lead_value(view->lead, property->text, property->length, view->as_of_ms);
}

static bool text_is(const char *text, size_t length, const lsc_name *name)
{
    return length == name->length && lsc_text_equal(text, name->text, length);
}

static bool text_meets(const lsc_condition *condition, const char *text, size_t length)
{
    const lsc_name_list *wanted = &condition->texts;
    if (condition->kind == LSC_CONDITION_PREFIX) {
        const lsc_name *prefix = &wanted->items[0];
        return length >= prefix->length && lsc_text_equal(text, prefix->text, prefix->length);
    }
    for (size_t i = 0; i < wanted->count; i++) {
        if (text_is(text, length, &wanted->items[i])) {
            return true;
        }
    }
    return false;
}

static bool value_meets(const lsc_condition *condition, const lsc_value *value)
{
    if (condition->kind == LSC_CONDITION_LEAST || condition->kind == LSC_CONDITION_MOST) {
        double number = 0;
        if (!lsc_value_number(value, &number)) {
            return false;
        }
        return condition->kind == LSC_CONDITION_LEAST ? number >= condition->number
                                                      : number <= condition->number;
    }
    if (value->type == LSC_VALUE_LIST) {
        for (uint32_t i = 0; i < value->n_items; i++) {
            if (text_meets(condition, value->items[i], strlen(value->items[i]))) {
                return true;
            }
        }
        return false;
    }
    if (value->type == LSC_VALUE_TEXT) {
        return text_meets(condition, value->text, value->length);
    }
    char scratch[LSC_VALUE_TEXT_SIZE];
    const char *text = lsc_value_text(value, scratch);
    return text != NULL && text_meets(condition, text, strlen(text));
}

static bool takes_type(const lsc_selector *selector, const lsc_event *event)
{
    if (!selector->types.given) {
        return !event->identify;
    }
    for (size_t i = 0; i < selector->types.count; i++) {
        const lsc_name *type = &selector->types.items[i];
        if (event->type_hash == type->hash && text_is(event->type, event->type_length, type)) {
            return true;
        }
    }
    return false;
}

bool lsc_conditions_hold(const lsc_selector *selector, const lsc_event *event)
{
    for (size_t i = 0; i < selector->n_conditions; i++) {
        const lsc_condition *condition = &selector->conditions[i];
        const lsc_value *value = lsc_event_named(event, &condition->property);
        if (value == NULL || !value_meets(condition, value)) {
            return false;
        }
    }
    return true;
}

bool lsc_selector_takes(const lsc_selector *selector, const lsc_event *event)
{
    return (!event->bot || selector->include_bots) && takes_type(selector, event) &&
           lsc_conditions_hold(selector, event);
}

lsc_span lsc_view_window(const lsc_view *view, double days)
{
    lsc_span span = {INT64_MIN, view->as_of_ms};
    if (days > 0) {
        span.after_ms = view->as_of_ms - (int64_t)(days * LSC_DAY_MS);
    }
    return span;
}

lsc_walk lsc_walk_begin(const lsc_view *view, const lsc_selector *selector, lsc_span span)
{
    return (lsc_walk){view, selector, lsc_count_until(view->events, view->n_events, span.after_ms),
                      lsc_count_until(view->events, view->n_events, span.to_ms)};
}

static bool shows(const lsc_walk *walk, const lsc_event *event)
{
    return lsc_event_visible(event, walk->view->as_of_ms) &&
           lsc_selector_takes(walk->selector, event);
}

const lsc_event *lsc_walk_next(lsc_walk *walk)
{
    while (walk->next < walk->end) {
        const lsc_event *event = &walk->view->events[walk->next++];
        if (shows(walk, event)) {
            return event;
        }
    }
    return NULL;
}

const lsc_event *lsc_walk_previous(lsc_walk *walk)
{
    while (walk->next < walk->end) {
        const lsc_event *event = &walk->view->events[--walk->end];
        if (shows(walk, event)) {
            return event;
        }
    }
    return NULL;
}
