#include "motion.h"

#include <float.h>
#include <math.h>

#include "features/feature_kinds.h"
#include "features/spec_plan.h"

static bool decays(const lsc_feature *feature)
{
    return feature->decay.days > 0;
}

bool lsc_spec_moves(const lsc_spec *spec, size_t number)
{
    const lsc_feature *feature = &spec->content.features[number];
    return decays(feature) || feature->kind->since;
}

/* Moments. */

static int64_t earlier(int64_t a, int64_t b)
{
    return b == LSC_TIME_NONE || (a != LSC_TIME_NONE && a < b) ? a : b;
}

/** The next activity that becomes visible. */
static int64_t next_arrival(const lsc_lead *lead, int64_t as_of_ms)
{
    size_t n;
    const lsc_event *events = lsc_lead_events(lead, &n);
    int64_t next = LSC_TIME_NONE;
    for (size_t i = 0; i < n; i++) {
        int64_t seen_ms = events[i].time_ms > events[i].recorded_time_ms
                              ? events[i].time_ms
                              : events[i].recorded_time_ms;
        next = seen_ms > as_of_ms ? earlier(seen_ms, next) : next;
    }
    return next;
}

/** When the first activity of a window leaves it. */
static int64_t next_leaving(const lsc_view *view, double days)
{
    int64_t after_ms = lsc_view_window(view, days).after_ms;
    size_t first = lsc_count_until(view->events, view->n_events, after_ms);
    return first < view->n_events ? view->events[first].time_ms + (view->as_of_ms - after_ms)
                                  : LSC_TIME_NONE;
}

/** The age from which on nothing is left of an activity, in the arithmetic of the feature. */
static int64_t age_of_nothing(const lsc_decay *decay)
{
    int64_t age_ms = (int64_t)(decay->days * LSC_DAY_MS) - 1;
    while ((double)age_ms / LSC_DAY_MS < decay->days) {
        age_ms++;
    }
    return age_ms;
}

/** When the next activity is worth nothing any more. */
static int64_t next_end(const lsc_feature *feature, const lsc_view *view)
{
    int64_t age_ms = age_of_nothing(&feature->decay);
    size_t first = lsc_count_until(view->events, view->n_events, view->as_of_ms - age_ms);
    return first < view->n_events ? view->events[first].time_ms + age_ms : LSC_TIME_NONE;
}

/** A tenure begins when its time has come. */
static int64_t next_beginning(const lsc_feature *feature, const lsc_view *view)
{
    int64_t time_ms;
    const lsc_value *value = lsc_view_value(view, &feature->property);
    bool is_to_come = value != NULL && lsc_value_time(value, &time_ms) && time_ms > view->as_of_ms;
    return is_to_come ? time_ms : LSC_TIME_NONE;
}

static int64_t next_of_pass(const lsc_pass *pass, const lsc_view *view, int64_t next)
{
    for (size_t i = 0; i < pass->n_windows; i++) {
        if (pass->windows[i] > 0) {
            next = earlier(next_leaving(view, pass->windows[i]), next);
        }
    }
    for (size_t i = 0; i < pass->n_event_steps; i++) {
        const lsc_feature *feature = pass->event_steps[i].feature;
        if (feature->decay.linear) {
            next = earlier(next_end(feature, view), next);
        }
    }
    for (size_t i = 0; i < pass->n_property_steps; i++) {
        const lsc_feature *feature = pass->property_steps[i].feature;
        if (feature->kind->since) {
            next = earlier(next_beginning(feature, view), next);
        }
    }
    return next;
}

int64_t lsc_spec_next_moment(const lsc_spec *spec, lsc_lead *lead, int64_t as_of_ms)
{
    lsc_view view;
    lsc_view_init(&view, lead, as_of_ms);
    int64_t next = next_arrival(lead, as_of_ms);
    for (const lsc_pass *pass = spec->passes; pass != NULL; pass = pass->next) {
        next = next_of_pass(pass, &view, next);
    }
    return next;
}

/* Motions. */

/** The largest weight of an activity; whether some add and others take away is told by `mixed`. */
static double largest_weight(const lsc_feature *feature, bool *mixed)
{
    double low = feature->weight;
    double high = feature->weight;
    for (size_t i = 0; i < feature->weights.count; i++) {
        low = fmin(low, feature->weights.items[i].weight);
        high = fmax(high, feature->weights.items[i].weight);
    }
    *mixed = low < 0 && high > 0;
    return fmax(-low, high);
}

/** What a linear decay loses in a day: of every activity of which something is left. */
static double lost_in_a_day(const lsc_feature *feature, const lsc_view *view)
{
    lsc_walk walk =
        lsc_walk_begin(view, &feature->events, lsc_view_window(view, feature->window_days));
    const lsc_event *event = NULL;
    double weights = 0;
    while ((event = lsc_walk_next(&walk)) != NULL) {
        bool is_left = (double)(view->as_of_ms - event->time_ms) / LSC_DAY_MS < feature->decay.days;
        weights += is_left ? lsc_weight_of(feature, event) : 0;
    }
    return weights / feature->decay.days;
}

/** The ages of a view's activities reach so far. */
static double longest_age_days(const lsc_view *view)
{
    return view->n_events > 0 ? (double)(view->as_of_ms - view->events[0].time_ms) / LSC_DAY_MS : 0;
}

/**
 * What rounding does to a decayed count: each addition of n, and the exponent of each share, is off
 * by a rounding of what is added up.
 */
static double decay_error(const lsc_feature *feature, const lsc_view *view, double value)
{
    bool mixed;
    double most = largest_weight(feature, &mixed);
    double n = (double)view->n_events;
    double exponent = fmin(longest_age_days(view) / feature->decay.days, 1100);
    double added = mixed || feature->decay.linear ? most * n : fabs(value);
    return DBL_EPSILON * (8 + n + exponent) * added;
}

bool lsc_spec_motion(const lsc_spec *spec, size_t number, lsc_lead *lead, int64_t as_of_ms,
                     const lsc_sightings *sightings, lsc_motion *motion)
{
    const lsc_feature *feature = &spec->content.features[number];
    const lsc_sighting *sighting = &sightings->of[number];
    if (!lsc_spec_moves(spec, number) || sighting->missing) {
        return false;
    }
    *motion = (lsc_motion){.column = feature->first_column, .value = sighting->seen};
    if (!decays(feature)) {
        motion->per_day = 1;
        motion->error = DBL_EPSILON * fabs(motion->value);
        return true;
    }
    lsc_view view;
    lsc_view_init(&view, lead, as_of_ms);
    motion->error = decay_error(feature, &view, motion->value);
    if (feature->decay.linear) {
        motion->per_day = -lost_in_a_day(feature, &view);
    } else {
        motion->half_life_days = feature->decay.days;
    }
    return motion->per_day != 0 || motion->half_life_days > 0;
}
