#include <math.h>
#include <string.h>

#include "core/fixed_math.h"
#include "features/feature_kinds.h"
#include "features/value_set.h"

#define DAY_MS INT64_C(86400000)
#define MINUTE_MS 60000.0

static const double missing = (double)NAN;

static lsc_walk walk_window(const lsc_feature *feature, const lsc_view *view)
{
    return lsc_walk_begin(view, &feature->events, lsc_view_window(view, feature->window_days));
}

static double count_between(const lsc_view *view, const lsc_selector *selector, lsc_span span)
{
    lsc_walk walk = lsc_walk_begin(view, selector, span);
    double count = 0;
    while (lsc_walk_next(&walk) != NULL) {
        count += 1;
    }
    return count;
}

static double count_window(const lsc_feature *feature, const lsc_view *view,
                           const lsc_selector *selector)
{
    return count_between(view, selector, lsc_view_window(view, feature->window_days));
}

static double count_value(const lsc_feature *feature, const lsc_view *view)
{
    return count_window(feature, view, &feature->events);
}

double lsc_weight_of(const lsc_feature *feature, const lsc_event *event)
{
    for (size_t i = 0; i < feature->weights.count; i++) {
        const lsc_type_weight *weight = &feature->weights.items[i];
        if (weight->type.length == event->type_length &&
            memcmp(weight->type.text, event->type, event->type_length) == 0) {
            return weight->weight;
        }
    }
    return feature->weight;
}

/** What is left of 1 after some days. */
static double decay_after(const lsc_decay *decay, double days)
{
    if (decay->linear) {
        return days < decay->days ? 1 - days / decay->days : 0;
    }
    return lsc_exp2(-days / decay->days);
}

static double decayed_count_value(const lsc_feature *feature, const lsc_view *view)
{
    lsc_walk walk = walk_window(feature, view);
    const lsc_event *event = NULL;
    double sum = 0;
    while ((event = lsc_walk_next(&walk)) != NULL) {
        double days = (double)(view->as_of_ms - event->time_ms) / LSC_DAY_MS;
        sum += lsc_weight_of(feature, event) * decay_after(&feature->decay, days);
    }
    return sum;
}

static double sum_value(const lsc_feature *feature, const lsc_view *view)
{
    lsc_walk walk = walk_window(feature, view);
    const lsc_event *event = NULL;
    double sum = 0;
    while ((event = lsc_walk_next(&walk)) != NULL) {
        const lsc_value *value = lsc_event_named(event, &feature->data);
        double number = 0;
        if (value != NULL && lsc_value_number(value, &number)) {
            sum += number;
        }
    }
    return sum;
}

/** What was done was possible: of d mails that arrived and n opened there were max(n, d). */
static double rate(const lsc_feature *feature, const lsc_view *view, double strength)
{
    double done = count_window(feature, view, &feature->events);
    double of = count_window(feature, view, &feature->of);
    double possible = (of > done ? of : done) + strength;
    return possible > 0 ? (done + feature->prior * strength) / possible : missing;
}

static double smoothed_rate_value(const lsc_feature *feature, const lsc_view *view)
{
    return rate(feature, view, feature->strength);
}

static double smoothed_rate_observed(const lsc_feature *feature, const lsc_view *view)
{
    return rate(feature, view, 0);
}

static double recency_value(const lsc_feature *feature, const lsc_view *view)
{
    lsc_walk walk = walk_window(feature, view);
    const lsc_event *last = lsc_walk_previous(&walk);
    return last != NULL ? (double)(view->as_of_ms - last->time_ms) / LSC_DAY_MS : missing;
}

static int64_t day_of(int64_t time_ms)
{
    int64_t day = time_ms / DAY_MS;
    return time_ms % DAY_MS < 0 ? day - 1 : day;
}

static double active_days_value(const lsc_feature *feature, const lsc_view *view)
{
    lsc_walk walk = walk_window(feature, view);
    const lsc_event *event = NULL;
    int64_t last = INT64_MIN;
    double days = 0;
    while ((event = lsc_walk_next(&walk)) != NULL) {
        if (day_of(event->time_ms) != last) {
            last = day_of(event->time_ms);
            days += 1;
        }
    }
    return days;
}

static double distinct_value(const lsc_feature *feature, const lsc_view *view)
{
    lsc_walk walk = walk_window(feature, view);
    const lsc_event *event = NULL;
    lsc_value_set set;
    lsc_value_set_init(&set, LSC_MAX_DISTINCT);
    while (set.count < LSC_MAX_DISTINCT && (event = lsc_walk_next(&walk)) != NULL) {
        const lsc_value *value = lsc_event_named(event, &feature->data);
        if (value != NULL) {
            lsc_value_set_add(&set, value);
        }
    }
    return (double)set.count;
}

static double sessions_value(const lsc_feature *feature, const lsc_view *view)
{
    lsc_walk walk = walk_window(feature, view);
    const lsc_event *before = NULL;
    const lsc_event *event = NULL;
    double sessions = 0;
    while ((event = lsc_walk_next(&walk)) != NULL) {
        if (before == NULL ||
            (double)(event->time_ms - before->time_ms) > feature->gap_minutes * MINUTE_MS) {
            sessions += 1;
        }
        before = event;
    }
    return sessions;
}

static double trend_value(const lsc_feature *feature, const lsc_view *view)
{
    lsc_span recent = lsc_view_window(view, feature->window_days);
    lsc_span both = lsc_view_window(view, 2 * feature->window_days);
    lsc_span earlier = {both.after_ms, recent.after_ms};
    double now = count_between(view, &feature->events, recent);
    double then = count_between(view, &feature->events, earlier);
    return lsc_log2((now + 1) / (then + 1));
}

/**
 * Selection by digits. Among the gaps that agree with `prefix` above the digit at `shift`, count
 * those of each digit.
 */
static void count_digits(lsc_walk walk, int64_t prefix, int shift, size_t counts[256])
{
    memset(counts, 0, 256 * sizeof *counts);
    const lsc_event *before = lsc_walk_next(&walk);
    const lsc_event *event = NULL;
    while ((event = lsc_walk_next(&walk)) != NULL) {
        int64_t gap = event->time_ms - before->time_ms;
        if (gap >> (shift + 8) == prefix) {
            counts[(gap >> shift) & 255]++;
        }
        before = event;
    }
}

/** The gap of a rank, from 0, in the order of size: digit by digit, from the one at `shift`. */
static int64_t gap_of_rank(lsc_walk walk, int shift, size_t rank)
{
    int64_t gap = 0;
    for (; shift >= 0; shift -= 8) {
        size_t counts[256];
        count_digits(walk, gap, shift, counts);
        int64_t digit = 0;
        while (rank >= counts[digit]) {
            rank -= counts[digit++];
        }
        gap = gap << 8 | digit;
    }
    return gap;
}

/** Where the highest digit of the longest gap can stand. The walk meets two events or more. */
static int highest_shift(lsc_walk walk)
{
    int64_t last_ms = lsc_walk_previous(&walk)->time_ms;
    int64_t span = last_ms - lsc_walk_next(&walk)->time_ms;
    int shift = 0;
    while (span >> (shift + 8) != 0) {
        shift += 8;
    }
    return shift;
}

static double median_gap_value(const lsc_feature *feature, const lsc_view *view)
{
    double n_events = count_value(feature, view);
    if (n_events < 2) {
        return missing;
    }
    size_t n_gaps = (size_t)n_events - 1;
    lsc_walk walk = walk_window(feature, view);
    int shift = highest_shift(walk);
    int64_t low = gap_of_rank(walk, shift, (n_gaps - 1) / 2);
    int64_t high = n_gaps % 2 == 1 ? low : gap_of_rank(walk, shift, n_gaps / 2);
    return ((double)low + (double)high) / 2 / LSC_DAY_MS;
}

static double share_value(const lsc_feature *feature, const lsc_view *view)
{
    double of = count_window(feature, view, &feature->of);
    return of > 0 ? count_window(feature, view, &feature->events) / of : missing;
}

#define EVENTS LSC_PARAM(events, selector, false, 0, 0, 0)
#define EVENTS_REQUIRED LSC_PARAM(events, selector, true, 0, 0, 0)
#define OF LSC_PARAM(of, selector, false, 0, 0, 0)
#define DATA LSC_PARAM(data, name, true, 1, LSC_MAX_PROPERTY_NAME, 0)
#define WINDOW LSC_PARAM(window_days, number, false, 1, 3650, 0)
#define WINDOW_REQUIRED LSC_PARAM(window_days, number, true, 1, 3650, 0)
#define MISSING LSC_PARAM(missing, missing, false, -LSC_MAX_SPEC_NUMBER, LSC_MAX_SPEC_NUMBER, 0)

const lsc_kind lsc_activity_kinds[] = {
    {
        .name = "count",
        .params = LSC_PARAMS(EVENTS, WINDOW),
        .over_events = true,
        .unit = LSC_UNIT_NUMBER,
        .value = count_value,
        .fold = &lsc_fold_count,
    },
    {
        .name = "decayed_count",
        .params = LSC_PARAMS(EVENTS, WINDOW, LSC_PARAM(weight, number, false, -1e6, 1e6, 1),
                             LSC_PARAM(weights, weights, false, -1e6, 1e6, 0),
                             LSC_PARAM(decay, decay, true, 0.01, 3650, 0)),
        .over_events = true,
        .unit = LSC_UNIT_NUMBER,
        .value = decayed_count_value,
        .fold = &lsc_fold_decayed_count,
    },
    {
        .name = "sum",
        .params = LSC_PARAMS(EVENTS, DATA, WINDOW),
        .over_events = true,
        .unit = LSC_UNIT_NUMBER,
        .value = sum_value,
        .fold = &lsc_fold_sum,
    },
    {
        .name = "smoothed_rate",
        .params = LSC_PARAMS(EVENTS_REQUIRED, OF, WINDOW, LSC_PARAM(prior, number, true, 0, 1, 0),
                             LSC_PARAM(strength, number, true, 0, 1e6, 0), MISSING),
        .over_events = true,
        .unit = LSC_UNIT_PERCENT,
        .value = smoothed_rate_value,
        .fold = &lsc_fold_smoothed_rate,
        .observed = smoothed_rate_observed,
    },
    {
        .name = "recency",
        .params = LSC_PARAMS(EVENTS, WINDOW, MISSING),
        .over_events = true,
        .since = true,
        .unit = LSC_UNIT_DAYS,
        .value = recency_value,
        .fold = &lsc_fold_recency,
    },
    {
        .name = "active_days",
        .params = LSC_PARAMS(EVENTS, WINDOW),
        .over_events = true,
        .unit = LSC_UNIT_NUMBER,
        .value = active_days_value,
        .fold = &lsc_fold_active_days,
    },
    {
        .name = "distinct",
        .params = LSC_PARAMS(EVENTS, DATA, WINDOW),
        .over_events = true,
        .unit = LSC_UNIT_NUMBER,
        .value = distinct_value,
        .fold = &lsc_fold_distinct,
    },
    {
        .name = "sessions",
        .params = LSC_PARAMS(EVENTS, WINDOW, LSC_PARAM(gap_minutes, number, false, 1, 1440, 30)),
        .over_events = true,
        .unit = LSC_UNIT_NUMBER,
        .value = sessions_value,
        .fold = &lsc_fold_sessions,
    },
    {
        .name = "trend",
        .params = LSC_PARAMS(EVENTS, WINDOW_REQUIRED),
        .over_events = true,
        .unit = LSC_UNIT_RATIO,
        .value = trend_value,
        .fold = &lsc_fold_trend,
    },
    {
        .name = "median_gap",
        .params = LSC_PARAMS(EVENTS, WINDOW, MISSING),
        .over_events = true,
        .unit = LSC_UNIT_DAYS,
        .value = median_gap_value,
        .fold = &lsc_fold_median_gap,
    },
    {
        .name = "share",
        .params = LSC_PARAMS(EVENTS_REQUIRED, OF, WINDOW, MISSING),
        .over_events = true,
        .unit = LSC_UNIT_PERCENT,
        .value = share_value,
        .fold = &lsc_fold_share,
    },
    {.name = NULL},
};
