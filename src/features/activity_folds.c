/*
 * Kinds over activities in a pass: the same operations in the same order as the plain functions of
 * activity_features.c, on the bits of a block.
 */
#include <math.h>

#include "core/fixed_math.h"
#include "features/feature_kinds.h"
#include "features/value_set.h"

#define DAY_MS INT64_C(86400000)
#define MINUTE_MS 60000.0

static const double missing = (double)NAN;

static double sum_of(const lsc_step *step, const lsc_tally *tally, const lsc_view *view)
{
    (void)step;
    (void)view;
    return tally->sum;
}

/* Counts. Whole numbers: the order does not matter. */

static void add_count(const lsc_step *step, const lsc_block *block, lsc_tally *tally)
{
    tally->sum += lsc_count_bits(lsc_block_counted(block, step));
}

const lsc_fold lsc_fold_count = {.add = add_count, .value = sum_of};

static void add_count_of(const lsc_step *step, const lsc_block *block, lsc_tally *tally)
{
    add_count(step, block, tally);
    tally->of += lsc_count_bits(block->selected[step->of] & block->within[step->window]);
}

static double rate(const lsc_step *step, const lsc_tally *tally, double strength)
{
    double done = tally->sum;
    double of = tally->of;
    double possible = (of > done ? of : done) + strength;
    return possible > 0 ? (done + step->feature->prior * strength) / possible : missing;
}

static double smoothed_rate(const lsc_step *step, const lsc_tally *tally, const lsc_view *view)
{
    (void)view;
    return rate(step, tally, step->feature->strength);
}

static double observed_rate(const lsc_step *step, const lsc_tally *tally, const lsc_view *view)
{
    (void)view;
    return rate(step, tally, 0);
}

const lsc_fold lsc_fold_smoothed_rate = {
    .add = add_count_of, .value = smoothed_rate, .observed = observed_rate, .asks_of = true};

static double share(const lsc_step *step, const lsc_tally *tally, const lsc_view *view)
{
    (void)step;
    (void)view;
    return tally->of > 0 ? tally->sum / tally->of : missing;
}

const lsc_fold lsc_fold_share = {.add = add_count_of, .value = share, .asks_of = true};

/** `of` counts those of the window before. */
static void add_trend(const lsc_step *step, const lsc_block *block, lsc_tally *tally)
{
    add_count(step, block, tally);
    uint64_t earlier = block->within[step->twice] & ~block->within[step->window];
    tally->of += lsc_count_bits(block->selected[step->events] & earlier);
}

static double trend(const lsc_step *step, const lsc_tally *tally, const lsc_view *view)
{
    (void)step;
    (void)view;
    return lsc_log2((tally->sum + 1) / (tally->of + 1));
}

const lsc_fold lsc_fold_trend = {.add = add_trend, .value = trend, .asks_twice = true};

/* Sums, in the order of the timeline. */

static void add_decayed(const lsc_step *step, const lsc_block *block, lsc_tally *tally)
{
    const double *left = block->left[step->decay];
    uint64_t bits = lsc_block_counted(block, step);
    double sum = tally->sum;
    while (bits != 0) {
        unsigned i = lsc_take_lowest(&bits);
        double weight =
            step->weights != NULL ? step->weights[block->types[i]] : step->feature->weight;
        sum += weight * left[i];
    }
    tally->sum = sum;
}

const lsc_fold lsc_fold_decayed_count = {.add = add_decayed, .value = sum_of};

static void add_numbers(const lsc_step *step, const lsc_block *block, lsc_tally *tally)
{
    uint64_t bits = lsc_block_counted(block, step);
    while (bits != 0) {
        const lsc_event *event = &block->events[lsc_take_lowest(&bits)];
        const lsc_value *value = lsc_event_named(event, &step->feature->data);
        double number = 0;
        if (value != NULL && lsc_value_number(value, &number)) {
            tally->sum += number;
        }
    }
}

const lsc_fold lsc_fold_sum = {.add = add_numbers, .value = sum_of};

/* Times. `sum` tells whether there was a last event. */

static void add_last(const lsc_step *step, const lsc_block *block, lsc_tally *tally)
{
    uint64_t bits = lsc_block_counted(block, step);
    if (bits != 0) {
        tally->last_ms = block->events[lsc_highest_bit(bits)].time_ms;
        tally->sum = 1;
    }
}

static double recency(const lsc_step *step, const lsc_tally *tally, const lsc_view *view)
{
    (void)step;
    bool any = tally->sum > 0;
    return any ? (double)(view->as_of_ms - tally->last_ms) / LSC_DAY_MS : missing;
}

const lsc_fold lsc_fold_recency = {.add = add_last, .value = recency};

static int64_t day_of(int64_t time_ms)
{
    int64_t day = time_ms / DAY_MS;
    return time_ms % DAY_MS < 0 ? day - 1 : day;
}

static void add_active_days(const lsc_step *step, const lsc_block *block, lsc_tally *tally)
{
    uint64_t bits = lsc_block_counted(block, step);
    int64_t last = tally->sum > 0 ? day_of(tally->last_ms) : INT64_MIN;
    while (bits != 0) {
        tally->last_ms = block->events[lsc_take_lowest(&bits)].time_ms;
        int64_t day = day_of(tally->last_ms);
        tally->sum += day != last;
        last = day;
    }
}

const lsc_fold lsc_fold_active_days = {.add = add_active_days, .value = sum_of};

static void add_sessions(const lsc_step *step, const lsc_block *block, lsc_tally *tally)
{
    uint64_t bits = lsc_block_counted(block, step);
    double longest_ms = step->feature->gap_minutes * MINUTE_MS;
    while (bits != 0) {
        int64_t time_ms = block->events[lsc_take_lowest(&bits)].time_ms;
        bool first = !(tally->sum > 0);
        tally->sum += first || (double)(time_ms - tally->last_ms) > longest_ms;
        tally->last_ms = time_ms;
    }
}

const lsc_fold lsc_fold_sessions = {.add = add_sessions, .value = sum_of};

/* Kinds that must see all events at once. */

static double distinct(const lsc_step *step, const lsc_marks *marks)
{
    lsc_mark_walk walk = {.marks = marks};
    const lsc_event *event = NULL;
    lsc_value_set set;
    lsc_value_set_init(&set, lsc_count_marks(marks));
    while (set.count < LSC_MAX_DISTINCT && (event = lsc_mark_next(&walk)) != NULL) {
        const lsc_value *value = lsc_event_named(event, &step->feature->data);
        if (value != NULL) {
            lsc_value_set_add(&set, value);
        }
    }
    return (double)set.count;
}

const lsc_fold lsc_fold_distinct = {.of_marks = distinct};

/** Move the numbers below the pivot to the front; returns how many they are. */
static size_t partition(int64_t *numbers, size_t n, int64_t pivot)
{
    size_t below = 0;
    for (size_t i = 0; i < n; i++) {
        int64_t number = numbers[i];
        numbers[i] = numbers[below];
        numbers[below] = number;
        below += number < pivot;
    }
    return below;
}

/**
 * The number of a rank, from 0, among `n` that lie in [low, high]. The range is halved until it holds
 * a single value: at most 64 times, whatever the numbers.
 */
static int64_t number_of_rank(int64_t *numbers, size_t n, int64_t low, int64_t high, size_t rank)
{
    while (low < high && n > 1) {
        int64_t pivot = low + (high - low) / 2 + 1;
        size_t below = partition(numbers, n, pivot);
        if (rank < below) {
            n = below;
            high = pivot - 1;
        } else {
            numbers += below;
            n -= below;
            rank -= below;
            low = pivot;
        }
    }
    return numbers[0];
}

/** The gaps between the events that are marked, and the longest of them. */
static size_t find_gaps(const lsc_marks *marks, int64_t *gaps, int64_t *longest)
{
    lsc_mark_walk walk = {.marks = marks};
    const lsc_event *before = lsc_mark_next(&walk);
    const lsc_event *event = NULL;
    size_t n = 0;
    *longest = 0;
    while (before != NULL && (event = lsc_mark_next(&walk)) != NULL) {
        gaps[n] = event->time_ms - before->time_ms;
        *longest = gaps[n] > *longest ? gaps[n] : *longest;
        before = event;
        n++;
    }
    return n;
}

static double median_gap(const lsc_step *step, const lsc_marks *marks)
{
    (void)step;
    int64_t gaps[LSC_MARK_BLOCKS * LSC_BLOCK_EVENTS];
    int64_t longest;
    size_t n = find_gaps(marks, gaps, &longest);
    if (n == 0) {
        return missing;
    }
    int64_t low = number_of_rank(gaps, n, 0, longest, (n - 1) / 2);
    int64_t high = n % 2 == 1 ? low : number_of_rank(gaps, n, 0, longest, n / 2);
    return ((double)low + (double)high) / 2 / LSC_DAY_MS;
}

const lsc_fold lsc_fold_median_gap = {.of_marks = median_gap};
