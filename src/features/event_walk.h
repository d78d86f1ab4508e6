/**
 * @file event_walk.h
 * What features see of a lead at a time, and the way along its timeline: only what is visible, in
 * a window, and taken by a selector.
 */
#ifndef LSC_FEATURES_EVENT_WALK_H
#define LSC_FEATURES_EVENT_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "features/feature_spec.h"
#include "lead/lead_data.h"

typedef struct lsc_view {
    const lsc_lead *lead;
    const lsc_event *events; /**< [n_events], those with time <= as_of_ms */
    size_t n_events;
    int64_t as_of_ms;
    const lsc_value *const *values; /**< of properties, by lsc_name's number; NULL: to be found */
} lsc_view;

/** Settles the lead. */
void lsc_view_init(lsc_view *view, lsc_lead *lead, int64_t as_of_ms);

/** The value of a property at the view's time, or NULL. */
const lsc_value *lsc_view_value(const lsc_view *view, const lsc_name *property);

/** A property of an event, or NULL. */
static inline const lsc_value *lsc_event_named(const lsc_event *event, const lsc_name *property)
{
    return lsc_event_value_hashed(event, property->text, property->length, property->hash);
}

/** Whether an event is what all conditions of a selector ask for. */
bool lsc_conditions_hold(const lsc_selector *selector, const lsc_event *event);

/** Whether a selector takes the event, whenever it was. */
bool lsc_selector_takes(const lsc_selector *selector, const lsc_event *event);

/** Events of the timeline [n] with time <= time_ms. */
size_t lsc_count_until(const lsc_event *events, size_t n, int64_t time_ms);

/** A half-open span of time: after_ms < time <= to_ms. */
typedef struct lsc_span {
    int64_t after_ms;
    int64_t to_ms;
} lsc_span;

/** The `days` up to the view's time; 0 days: all history. */
lsc_span lsc_view_window(const lsc_view *view, double days);

/** A walk over the events [next, end) of a view. */
typedef struct lsc_walk {
    const lsc_view *view;
    const lsc_selector *selector;
    size_t next;
    size_t end;
} lsc_walk;

lsc_walk lsc_walk_begin(const lsc_view *view, const lsc_selector *selector, lsc_span span);

/** The next event in the order of the timeline, or NULL. */
const lsc_event *lsc_walk_next(lsc_walk *walk);

/** The last event of the walk, which then ends before it, or NULL. */
const lsc_event *lsc_walk_previous(lsc_walk *walk);

#endif
