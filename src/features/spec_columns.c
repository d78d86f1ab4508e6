#include <string.h>

#include "core/string_map.h"
#include "features/feature_kinds.h"
#include "features/feature_spec.h"

/** Columns of a feature: one, or one a level. */
static size_t count_columns(const lsc_feature *feature)
{
    return feature->kind->level == NULL ? 1 : feature->levels.count + feature->kind->has_other;
}

static lsc_status number_columns(lsc_spec *spec, lsc_error *error)
{
    lsc_spec_content *content = &spec->content;
    spec->n_columns = 0;
    for (size_t i = 0; i < content->n_features; i++) {
        lsc_feature *feature = &content->features[i];
        size_t n = count_columns(feature);
        if (n > LSC_MAX_COLUMNS - spec->n_columns) {
            return lsc_fail(error, LSC_LIMIT,
                            "features[%zu] brings the columns past %d, the most of a spec", i,
                            LSC_MAX_COLUMNS);
        }
        feature->first_column = (uint32_t)spec->n_columns;
        feature->n_columns = (uint32_t)n;
        spec->n_columns += n;
    }
    return LSC_OK;
}

/** "feature=level", or NULL when memory ran out. */
static const char *join_name(lsc_arena *arena, const char *feature, const lsc_name *level)
{
    size_t length = strlen(feature);
    char *name = lsc_arena_alloc(arena, length + 1 + level->length + 1);
    if (name != NULL) {
        memcpy(name, feature, length);
        name[length] = '=';
        memcpy(name + length + 1, level->text, level->length);
        name[length + 1 + level->length] = '\0';
    }
    return name;
}

/** The name of the feature's column `i`, or NULL when memory ran out. */
static const char *column_name(lsc_arena *arena, const lsc_feature *feature, size_t i)
{
    static const lsc_name other = {.text = LSC_OTHER_LEVEL, .length = sizeof LSC_OTHER_LEVEL - 1};
    if (feature->kind->level == NULL) {
        return feature->name;
    }
    return join_name(arena, feature->name,
                     i < feature->levels.count ? &feature->levels.items[i] : &other);
}

static lsc_status name_column(lsc_spec *spec, lsc_string_map *names, const lsc_feature *feature,
                              size_t i, lsc_error *error)
{
    size_t number = (size_t)(feature - spec->content.features);
    const char *name = column_name(&spec->arena, feature, i);
    if (name == NULL) {
        return lsc_fail_memory(error);
    }
    size_t length = strlen(name);
    if (length > LSC_MAX_NAME) {
        return lsc_fail(error, LSC_LIMIT,
                        "features[%zu] has a column whose name has %zu bytes, at most %d are "
                        "allowed: \"%.64s...\"",
                        number, length, LSC_MAX_NAME, name);
    }
    bool found = false;
    if (lsc_string_map_insert(names, name, length, number, &found) == NULL) {
        return lsc_fail_memory(error);
    }
    if (found) {
        return lsc_fail(error, LSC_BAD_SPEC,
                        "features[%zu] has a column \"%s\", which is there already", number, name);
    }
    spec->columns[feature->first_column + i] = (lsc_column){name, (uint32_t)number};
    return LSC_OK;
}

static lsc_status name_columns(lsc_spec *spec, lsc_string_map *names, lsc_error *error)
{
    for (size_t i = 0; i < spec->content.n_features; i++) {
        const lsc_feature *feature = &spec->content.features[i];
        for (size_t k = 0; k < feature->n_columns; k++) {
            lsc_status status = name_column(spec, names, feature, k, error);
            if (status != LSC_OK) {
                return status;
            }
        }
    }
    return LSC_OK;
}

/** "name.up", or NULL when memory ran out. */
static const char *make_code(lsc_arena *arena, const char *name, const char *suffix)
{
    size_t length = strlen(name);
    size_t suffix_length = strlen(suffix);
    char *code = lsc_arena_alloc(arena, length + suffix_length + 1);
    if (code != NULL) {
        memcpy(code, name, length);
        memcpy(code + length, suffix, suffix_length);
        code[length + suffix_length] = '\0';
    }
    return code;
}

/** What is asked for each time a score is explained. */
static lsc_status prepare_explaining(lsc_spec *spec, lsc_error *error)
{
    lsc_spec_content *content = &spec->content;
    lsc_arena *arena = &spec->arena;
    spec->column_features = lsc_arena_alloc(arena, spec->n_columns * sizeof(uint32_t));
    spec->feature_groups = lsc_arena_alloc(arena, content->n_features * sizeof(uint32_t));
    if (spec->column_features == NULL || spec->feature_groups == NULL) {
        return lsc_fail_memory(error);
    }
    for (size_t i = 0; i < spec->n_columns; i++) {
        spec->column_features[i] = spec->columns[i].feature;
    }
    for (size_t i = 0; i < content->n_features; i++) {
        lsc_feature *feature = &content->features[i];
        spec->feature_groups[i] = feature->group;
        feature->code_up = make_code(arena, feature->name, ".up");
        feature->code_down = make_code(arena, feature->name, ".down");
        if (feature->code_up == NULL || feature->code_down == NULL) {
            return lsc_fail_memory(error);
        }
    }
    return LSC_OK;
}

lsc_status lsc_spec_lay_out(lsc_spec *spec, lsc_error *error)
{
    lsc_status status = number_columns(spec, error);
    if (status != LSC_OK) {
        return status;
    }
    spec->columns = lsc_arena_alloc(&spec->arena, spec->n_columns * sizeof *spec->columns);
    if (spec->columns == NULL) {
        return lsc_fail_memory(error);
    }
    lsc_string_map names;
    lsc_string_map_init(&names, &spec->allocator);
    status = name_columns(spec, &names, error);
    lsc_string_map_free(&names);
    return status == LSC_OK ? prepare_explaining(spec, error) : status;
}
