#include <float.h>
#include <math.h>

#include "core/error.h"
#include "features/feature_kinds.h"
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

static void extract_levels(const lsc_feature *feature, const lsc_view *view, float *columns)
{
    size_t level = feature->kind->level(feature, view);
    for (size_t i = 0; i < feature->n_columns; i++) {
        if (level == LSC_NO_LEVEL) {
            columns[i] = to_float(feature->missing);
        } else {
            columns[i] = i == level ? 1.0f : 0.0f;
        }
    }
}

static void extract_value(const lsc_feature *feature, const lsc_view *view, float *column)
{
    double value = feature->kind->value(feature, view);
    *column = to_float(isnan(value) ? feature->missing : value);
}

lsc_status lsc_spec_extract(const lsc_spec *spec, lsc_lead *lead, int64_t as_of_ms, float *columns,
                            size_t n_columns, lsc_error *error)
{
    if (spec == NULL || lead == NULL || columns == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "spec, lead or columns is NULL");
    }
    if (as_of_ms < LSC_TIME_MIN || as_of_ms > LSC_TIME_MAX) {
        return lsc_fail(error, LSC_INVALID_ARG, "as_of_ms is %lld, outside the years 1 to 9999",
                        (long long)as_of_ms);
    }
    if (n_columns != spec->n_columns) {
        return lsc_fail(error, LSC_INVALID_ARG, "n_columns is %zu, the spec has %zu", n_columns,
                        spec->n_columns);
    }
    lsc_view view;
    lsc_view_init(&view, lead, as_of_ms);
    for (size_t i = 0; i < spec->content.n_features; i++) {
        const lsc_feature *feature = &spec->content.features[i];
        if (feature->kind->level != NULL) {
            extract_levels(feature, &view, columns + feature->first_column);
        } else {
            extract_value(feature, &view, columns + feature->first_column);
        }
    }
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
