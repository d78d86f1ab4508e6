#include <float.h>
#include <math.h>
#include <string.h>

#include "core/error.h"
#include "core/time_check.h"
#include "features/feature_kinds.h"
#include "features/pass_properties.h"
#include "features/spec_data.h"

static float to_float(double value)
{
    if (isnan(value)) {
        return NAN;
    }
    if (value > (double)FLT_MAX) {
        return FLT_MAX;
    }
    return value < -(double)FLT_MAX ? -FLT_MAX : (float)value;
}

static void put_level(const lsc_feature *feature, size_t level, float *columns)
{
    columns += feature->first_column;
    for (size_t i = 0; i < feature->n_columns; i++) {
        if (level == LSC_NO_LEVEL) {
            columns[i] = to_float(feature->missing);
        } else {
            columns[i] = i == level ? 1.0f : 0.0f;
        }
    }
}

static void put_value(const lsc_feature *feature, double value, float *columns)
{
    columns[feature->first_column] = to_float(isnan(value) ? feature->missing : value);
}

void lsc_spec_extract_plainly(const lsc_spec *spec, lsc_lead *lead, int64_t as_of_ms,
                              float *columns)
{
    lsc_view view;
    lsc_view_init(&view, lead, as_of_ms);
    for (size_t i = 0; i < spec->content.n_features; i++) {
        const lsc_feature *feature = &spec->content.features[i];
        if (feature->kind->level != NULL) {
            put_level(feature, feature->kind->level(feature, &view), columns);
        } else {
            put_value(feature, feature->kind->value(feature, &view), columns);
        }
    }
}

/* In passes. */

/** Where a pass writes. */
typedef struct target {
    float *columns;
    lsc_sightings *sightings; /* NULL where it is not wanted */
    const lsc_feature *features;
} target;

static lsc_sighting *sighting_of(const target *to, const lsc_feature *feature)
{
    return to->sightings == NULL ? NULL : &to->sightings->of[feature - to->features];
}

static void run_property_step(const lsc_feature *feature, const lsc_view *view, const target *to)
{
    const lsc_kind *kind = feature->kind;
    bool is_missing;
    double value = (double)NAN;
    if (kind->level != NULL) {
        size_t level = kind->level(feature, view);
        put_level(feature, level, to->columns);
        is_missing = level == LSC_NO_LEVEL;
    } else {
        value = (kind->quick_value != NULL ? kind->quick_value : kind->value)(feature, view);
        put_value(feature, value, to->columns);
        is_missing = isnan(value);
    }
    lsc_sighting *sighting = sighting_of(to, feature);
    if (sighting != NULL) {
        sighting->missing = is_missing;
        sighting->seen = value;
        sighting->property =
            feature->property.text != NULL ? lsc_view_value(view, &feature->property) : NULL;
        sighting->counted = 0;
        sighting->n_earlier = 0;
    }
}

static void run_property_steps(const lsc_pass *pass, lsc_view *view, const target *to)
{
    const lsc_value *values[LSC_PASS_PROPERTIES];
    if (pass->n_property_steps == 0) {
        return;
    }
    lsc_pass_properties(pass, view, values);
    view->values = values;
    for (size_t i = 0; i < pass->n_property_steps; i++) {
        run_property_step(pass->property_steps[i].feature, view, to);
    }
    view->values = NULL;
}

/** What a pass has come to, over the blocks so far. */
typedef struct progress {
    lsc_block block;
    lsc_tally tallies[LSC_PASS_FEATURES];
    lsc_marks marks[LSC_PASS_FEATURES]; /* of features that must see all events at once */
    size_t n_blocks;
} progress;

/** The value of a feature, when all blocks have been added. */
static double step_value(const lsc_step *step, const progress *done, size_t number,
                         const lsc_view *view)
{
    const lsc_kind *kind = step->feature->kind;
    if (kind->fold->of_marks == NULL) {
        return kind->fold->value(step, &done->tallies[number], view);
    }
    return done->n_blocks <= LSC_MARK_BLOCKS ? kind->fold->of_marks(step, &done->marks[number])
                                             : kind->value(step->feature, view);
}

static void finish_event_step(const lsc_step *step, const progress *done, size_t number,
                              const lsc_view *view, const target *to)
{
    const lsc_fold *fold = step->feature->kind->fold;
    double value = step_value(step, done, number, view);
    put_value(step->feature, value, to->columns);
    lsc_sighting *sighting = sighting_of(to, step->feature);
    if (sighting != NULL) {
        sighting->seen =
            fold->observed != NULL ? fold->observed(step, &done->tallies[number], view) : value;
        sighting->missing = isnan(sighting->seen);
        sighting->property = NULL;
        sighting->counted = lsc_block_counted(&done->block, step);
    }
}

/** Before a block gives way to the next: the latest events that the feature counts so far. */
static void keep_earlier(const lsc_block *block, uint64_t counted, lsc_sighting *sighting)
{
    const lsc_event *events[2 * LSC_SIGHTING_EVENTS];
    size_t n = 0;
    while (counted != 0 && n < LSC_SIGHTING_EVENTS) {
        unsigned place = lsc_highest_bit(counted);
        counted &= ~(UINT64_C(1) << place);
        events[n++] = &block->events[place];
    }
    for (size_t i = 0; i < sighting->n_earlier; i++) {
        events[n++] = sighting->earlier[i];
    }
    sighting->n_earlier = n < LSC_SIGHTING_EVENTS ? n : LSC_SIGHTING_EVENTS;
    memcpy(sighting->earlier, events, sighting->n_earlier * sizeof(const lsc_event *));
}

static void mark_block(uint64_t counted, const progress *done, const lsc_view *view,
                       lsc_marks *marks)
{
    if (done->n_blocks == 0) {
        marks->events = view->events;
        marks->n_first = done->block.n_events;
    }
    if (done->n_blocks < LSC_MARK_BLOCKS) {
        marks->bits[done->n_blocks] = counted;
        marks->n_blocks = done->n_blocks + 1;
    }
}

static void add_block(const lsc_pass *pass, progress *done, bool last, const lsc_view *view,
                      const target *to)
{
    for (size_t i = 0; i < pass->n_event_steps; i++) {
        const lsc_step *step = &pass->event_steps[i];
        const lsc_fold *fold = step->feature->kind->fold;
        uint64_t counted = lsc_block_counted(&done->block, step);
        if (fold->of_marks != NULL) {
            mark_block(counted, done, view, &done->marks[i]);
        } else {
            fold->add(step, &done->block, &done->tallies[i]);
        }
        if (!last && to->sightings != NULL) {
            keep_earlier(&done->block, counted, sighting_of(to, step->feature));
        }
    }
    done->n_blocks++;
}

static void begin_sightings(const lsc_pass *pass, const target *to)
{
    for (size_t i = 0; to->sightings != NULL && i < pass->n_event_steps; i++) {
        sighting_of(to, pass->event_steps[i].feature)->n_earlier = 0;
    }
}

/** The first block is the one that may not be full: so the latest events are together. */
static void run_event_steps(const lsc_pass *pass, const lsc_view *view, const target *to)
{
    lsc_window_starts starts;
    progress done;
    if (pass->n_event_steps == 0) {
        return;
    }
    done.n_blocks = 0;
    memset(done.tallies, 0, pass->n_event_steps * sizeof *done.tallies);
    begin_sightings(pass, to);
    lsc_window_starts_find(&starts, pass, view);
    size_t n = view->n_events > 0 ? (view->n_events - 1) % LSC_BLOCK_EVENTS + 1 : 0;
    for (size_t begin = 0; begin < view->n_events || done.n_blocks == 0; n = LSC_BLOCK_EVENTS) {
        lsc_block_load(&done.block, pass, &starts, view, begin, n);
        begin += n;
        add_block(pass, &done, begin == view->n_events, view, to);
    }
    for (size_t i = 0; i < pass->n_event_steps; i++) {
        finish_event_step(&pass->event_steps[i], &done, i, view, to);
    }
    if (to->sightings != NULL) {
        to->sightings->last_events = done.block.events;
    }
}

void lsc_spec_extract_noting(const lsc_spec *spec, lsc_lead *lead, int64_t as_of_ms, float *columns,
                             lsc_sightings *sightings)
{
    lsc_view view;
    const target to = {columns, sightings, spec->content.features};
    lsc_view_init(&view, lead, as_of_ms);
    for (const lsc_pass *pass = spec->passes; pass != NULL; pass = pass->next) {
        run_property_steps(pass, &view, &to);
        run_event_steps(pass, &view, &to);
    }
}

lsc_status lsc_spec_extract(const lsc_spec *spec, lsc_lead *lead, int64_t as_of_ms, float *columns,
                            size_t n_columns, lsc_error *error)
{
    if (spec == NULL || lead == NULL || columns == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "spec, lead or columns is NULL");
    }
    lsc_status status = lsc_time_check("as_of_ms", as_of_ms, error);
    if (status != LSC_OK) {
        return status;
    }
    if (n_columns != spec->n_columns) {
        return lsc_fail(error, LSC_INVALID_ARG, "n_columns is %zu, the spec has %zu", n_columns,
                        spec->n_columns);
    }
    lsc_spec_extract_noting(spec, lead, as_of_ms, columns, NULL);
    return LSC_OK;
}

bool lsc_spec_insufficient(const lsc_spec *spec, lsc_lead *lead, int64_t as_of_ms)
{
    static const lsc_selector any_activity = {0};
    const lsc_insufficient_rule *rule = &spec->content.insufficient;
    if (!rule->given) {
        return false;
    }
    lsc_view view;
    lsc_view_init(&view, lead, as_of_ms);
    for (size_t i = 0; i < rule->missing.count; i++) {
        if (lsc_view_value(&view, &rule->missing.items[i]) != NULL) {
            return false;
        }
    }
    lsc_walk walk = lsc_walk_begin(&view, &any_activity, lsc_view_window(&view, 0));
    return !rule->no_activities || lsc_walk_next(&walk) == NULL;
}
