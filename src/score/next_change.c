#include "next_change.h"

#include <float.h>
#include <math.h>

#include "core/fixed_math.h"
#include "features/motion.h"

#define DAY_MS 86400000.0
#define LN_2 0.6931471805599453

/** A lead at a time. */
typedef struct look {
    int64_t time_ms;
    lsc_result result;
} look;

static lsc_status look_at(lsc_scorer *scorer, lsc_lead *lead, int64_t time_ms, look *seen,
                          lsc_error *error)
{
    lsc_outcome_status outcome;
    seen->time_ms = time_ms;
    seen->result = (lsc_result)LSC_RESULT_INIT;
    lsc_status status =
        lsc_scorer_extract(scorer, lead, time_ms, &scorer->sightings, &outcome, error);
    if (status == LSC_OK && outcome == LSC_SCORED) {
        lsc_scorer_run(scorer, &seen->result);
    } else {
        lsc_result_clear(&seen->result, outcome);
    }
    return status;
}

/* Of two with the same status and score either both have a probability or none has. */
static bool is_same(const lsc_cells *cells, const lsc_result *a, const lsc_result *b)
{
    return a->status == b->status && a->score == b->score && a->grade == b->grade &&
           (cells->has_per_unit || isnan(a->probability) || a->probability == b->probability);
}

/* When a motion meets a number, in days; HUGE_VAL: never. Early is allowed, late is not. */

static double days_to(const lsc_motion *motion, double boundary)
{
    double gap = fabs(boundary - motion->value) - motion->error;
    if (gap <= motion->error) {
        return 0;
    }
    if (motion->half_life_days == 0) {
        bool is_ahead = (boundary > motion->value) == (motion->per_day > 0);
        return is_ahead ? gap / fabs(motion->per_day) : HUGE_VAL;
    }
    /* Towards 0, and never beyond. */
    bool is_ahead = (boundary < 0) == (motion->value < 0) && boundary != 0 &&
                    fabs(boundary) < fabs(motion->value);
    double left = fabs(motion->value) - motion->error;
    return is_ahead ? motion->half_life_days * lsc_log2(left / fabs(boundary)) : HUGE_VAL;
}

/** Where floats begin to be rounded to the threshold, not to the one below it. */
static double boundary_of(float threshold)
{
    return ((double)nextafterf(threshold, -INFINITY) + (double)threshold) / 2;
}

/** When the column of a motion has passed the threshold next to it, on either side. */
static double days_to_threshold(const lsc_cells *cells, const lsc_motion *motion)
{
    double days = HUGE_VAL;
    for (int rises = 0; rises < 2; rises++) {
        float threshold;
        if (lsc_cells_next(cells, motion->column, (float)motion->value, rises != 0, &threshold)) {
            days = fmin(days, days_to(motion, boundary_of(threshold)));
        }
    }
    return days;
}

/** The most by which a motion changes in a day, from now on. */
static double fastest_per_day(const lsc_motion *motion)
{
    return motion->half_life_days > 0
               ? (fabs(motion->value) + motion->error) * LN_2 / motion->half_life_days
               : fabs(motion->per_day);
}

/** How the points of a scorecard move, all that moves taken together. */
typedef struct drift {
    double up_per_day;   /**< at the most */
    double down_per_day; /**< at the most */
    double error;        /**< by rounding */
} drift;

static void add_movement(const lsc_rule *rule, const lsc_motion *motion, drift *all)
{
    bool rises = motion->half_life_days > 0 ? motion->value < 0 : motion->per_day > 0;
    double per_day = fabs(rule->points) * fastest_per_day(motion);
    if (rises == (rule->points > 0)) {
        all->up_per_day += per_day;
    } else {
        all->down_per_day += per_day;
    }
    /* The column is a float, now and later. */
    double rounding = fabs(motion->value) * (double)FLT_EPSILON + motion->error;
    all->error += fabs(rule->points) * rounding;
}

/** Add a rule's movement. @return the days until it moves, where its cap is reached; else HUGE_VAL */
static double add_rule(const lsc_rule *rule, const lsc_motion *motion, drift *all)
{
    double capped_from = rule->cap / fabs(rule->points);
    if (fabs(motion->value) > capped_from * (1 + 1e-6)) {
        return days_to(motion, copysign(capped_from * (1 + 1e-7), motion->value));
    }
    add_movement(rule, motion, all);
    return HUGE_VAL;
}

/** With caps on groups, what adds points to one can take some from the total in the end. */
static bool is_one_way(const lsc_model *model)
{
    bool any = false;
    for (size_t i = 0; i < lsc_spec_n_groups(model->spec); i++) {
        any = any || isfinite(model->scorecard.group_cap[i]);
    }
    return !any;
}

static double days_for(double gap, double per_day)
{
    return per_day == 0 ? HUGE_VAL : gap > 0 ? gap / per_day : 0;
}

/** Days until there is another score, where what is computed is off by `error` at the most. */
static double days_within(const drift *all, double error, const lsc_result *result)
{
    double above = result->score + 0.5 - result->points - error;
    double below = result->points - (result->score - 0.5) - error;
    return fmin(days_for(above, all->up_per_day), days_for(below, all->down_per_day));
}

/**
 * When points of a scorecard can have come to another score, at the earliest. What grows meanwhile is
 * rounded more coarsely in the end than it is now.
 */
static double days_to_score(const lsc_model *model, drift all, const lsc_result *result)
{
    double per_day = all.up_per_day + all.down_per_day;
    double error = all.error + 1e-9;
    if (per_day == 0) {
        return HUGE_VAL;
    }
    if (!is_one_way(model)) {
        all.up_per_day = all.down_per_day = per_day;
    }
    double at_most = days_within(&all, error, result);
    return days_within(&all, error + (double)FLT_EPSILON * per_day * at_most, result);
}

/** The time after so many days: the first millisecond that is not before, and one at the least. */
static int64_t time_after(int64_t time_ms, double days)
{
    double ms = days * DAY_MS;
    if (!(ms < (double)(LSC_TIME_MAX - time_ms))) {
        return LSC_TIME_NONE;
    }
    double whole = ceil(ms * (1 - 1e-14) - 1e-3);
    return time_ms + (whole > 1 ? (int64_t)whole : 1);
}

/** Days until points that are given per unit can have come to another score. */
static double days_by_units(const lsc_scorer *scorer, lsc_lead *lead, const look *seen)
{
    const lsc_model *model = scorer->model;
    double days = HUGE_VAL;
    drift all = {0};
    lsc_motion motion;
    for (size_t i = 0; i < model->scorecard.n_rules; i++) {
        const lsc_rule *rule = &model->scorecard.rules[i];
        if (rule->per_unit && rule->points != 0 &&
            lsc_spec_motion(model->spec, rule->feature, lead, seen->time_ms, &scorer->sightings,
                            &motion)) {
            days = fmin(days, add_rule(rule, &motion, &all));
        }
    }
    return fmin(days, days_to_score(model, all, &seen->result));
}

/** The next time at which what was seen may have changed, as far as motion goes. */
static int64_t next_by_motion(const lsc_scorer *scorer, const lsc_cells *cells, lsc_lead *lead,
                              const look *seen)
{
    const lsc_spec *spec = scorer->model->spec;
    double days = cells->has_per_unit ? days_by_units(scorer, lead, seen) : HUGE_VAL;
    lsc_motion motion;
    for (size_t i = 0; i < lsc_spec_n_features(spec); i++) {
        if (lsc_spec_motion(spec, i, lead, seen->time_ms, &scorer->sightings, &motion)) {
            days = fmin(days, days_to_threshold(cells, &motion));
        }
    }
    return time_after(seen->time_ms, days);
}

/** The next time at which a lead may have changed. The scorer has seen it as `seen`. */
static int64_t next_time(const lsc_scorer *scorer, const lsc_cells *cells, lsc_lead *lead,
                         const look *seen)
{
    int64_t moment = lsc_spec_next_moment(scorer->model->spec, lead, seen->time_ms);
    int64_t by_motion = seen->result.status == LSC_SCORED
                            ? next_by_motion(scorer, cells, lead, seen)
                            : LSC_TIME_NONE;
    bool is_first = by_motion != LSC_TIME_NONE && (moment == LSC_TIME_NONE || by_motion < moment);
    int64_t next = is_first ? by_motion : moment;
    return next <= LSC_TIME_MAX ? next : LSC_TIME_NONE;
}

lsc_status lsc_next_change(lsc_scorer *scorer, const lsc_cells *cells, lsc_lead *lead,
                           int64_t as_of_ms, int64_t *next_ms, lsc_error *error)
{
    look first;
    lsc_status status = look_at(scorer, lead, as_of_ms, &first, error);
    if (status != LSC_OK) {
        return status;
    }
    look seen = first;
    int64_t next = next_time(scorer, cells, lead, &seen);
    for (int looks = 1; looks < LSC_MAX_LOOKS && next != LSC_TIME_NONE; looks++) {
        status = look_at(scorer, lead, next, &seen, error);
        if (status != LSC_OK || !is_same(cells, &first.result, &seen.result)) {
            break;
        }
        next = next_time(scorer, cells, lead, &seen);
    }
    if (status == LSC_OK) {
        *next_ms = next;
    }
    return status;
}
