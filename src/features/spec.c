#include <stdint.h>

#include "core/text.h"
#include "features/feature_spec.h"
#include "features/spec_data.h"

lsc_name lsc_name_of(const char *text, size_t length)
{
    return (lsc_name){text, length, (uint32_t)lsc_text_hash(text, length), 0};
}

lsc_spec *lsc_spec_ref(lsc_spec *spec)
{
    atomic_fetch_add_explicit(&spec->references, 1, memory_order_relaxed);
    return spec;
}

void lsc_spec_unref(lsc_spec *spec)
{
    if (spec == NULL ||
        atomic_fetch_sub_explicit(&spec->references, 1, memory_order_acq_rel) != 1) {
        return;
    }
    lsc_arena_free(&spec->arena);
    lsc_buffer_free(&spec->json);
    lsc_allocator allocator = spec->allocator;
    lsc_release(&allocator, spec);
}

const char *lsc_spec_json(const lsc_spec *spec, size_t *length)
{
    if (length != NULL) {
        *length = spec->json.length;
    }
    return spec->json.data;
}

const uint8_t *lsc_spec_hash(const lsc_spec *spec)
{
    return spec->hash;
}

size_t lsc_spec_n_features(const lsc_spec *spec)
{
    return spec->content.n_features;
}

size_t lsc_spec_n_columns(const lsc_spec *spec)
{
    return spec->n_columns;
}

size_t lsc_spec_n_groups(const lsc_spec *spec)
{
    return spec->content.n_groups;
}

const char *lsc_spec_feature_name(const lsc_spec *spec, size_t feature)
{
    return feature < spec->content.n_features ? spec->content.features[feature].name : NULL;
}

size_t lsc_spec_feature_group(const lsc_spec *spec, size_t feature)
{
    return feature < spec->content.n_features ? spec->content.features[feature].group : SIZE_MAX;
}

const char *lsc_spec_group_name(const lsc_spec *spec, size_t group)
{
    return group < spec->content.n_groups ? spec->content.groups[group].text : NULL;
}

const char *lsc_spec_column_name(const lsc_spec *spec, size_t column)
{
    return column < spec->n_columns ? spec->columns[column].name : NULL;
}

size_t lsc_spec_column_feature(const lsc_spec *spec, size_t column)
{
    return column < spec->n_columns ? spec->columns[column].feature : SIZE_MAX;
}

int lsc_spec_monotone(const lsc_spec *spec, size_t column)
{
    size_t feature = lsc_spec_column_feature(spec, column);
    return feature != SIZE_MAX ? spec->content.features[feature].monotone : 0;
}

const uint32_t *lsc_spec_column_features(const lsc_spec *spec)
{
    return spec->column_features;
}

const uint32_t *lsc_spec_feature_groups(const lsc_spec *spec)
{
    return spec->feature_groups;
}

const char *lsc_spec_feature_property(const lsc_spec *spec, size_t feature)
{
    return spec->content.features[feature].property.text;
}

const char *lsc_spec_reason_code(const lsc_spec *spec, size_t feature, bool up)
{
    const lsc_feature *told = &spec->content.features[feature];
    return up ? told->code_up : told->code_down;
}

bool lsc_spec_actionable(const lsc_spec *spec, size_t feature)
{
    return feature < spec->content.n_features && spec->content.features[feature].actionable;
}
