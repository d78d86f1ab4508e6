#include <stdio.h>
#include <string.h>

#include "core/json.h"
#include "core/string_map.h"
#include "features/feature_kinds.h"
#include "features/spec_members.h"
#include "features/spec_plan.h"

/** Members of a feature, its kind's and the common ones, with the NULL at the end. */
#define MAX_MEMBERS 32

static lsc_status check_members(lsc_spec_reader *reader, const lsc_json *object,
                                const lsc_kind *kind)
{
    const char *known[MAX_MEMBERS] = {"name", "group", "kind", "monotone"};
    size_t n = 4;
    for (const lsc_param *param = kind->params; param->key != NULL; param++) {
        known[n++] = param->key;
    }
    for (const lsc_param *param = lsc_common_params; param->key != NULL; param++) {
        known[n++] = param->key;
    }
    return lsc_json_check_keys(object, known, LSC_BAD_SPEC, reader->place, reader->error);
}

static lsc_status read_kind(lsc_spec_reader *reader, const lsc_json *object, lsc_feature *feature)
{
    const char *name = NULL;
    lsc_status status = lsc_json_get_string(object, "kind", true, &name, LSC_BAD_SPEC,
                                            reader->place, reader->error);
    if (status != LSC_OK) {
        return status;
    }
    feature->kind = lsc_kind_find(name);
    if (feature->kind == NULL) {
        return lsc_fail(reader->error, LSC_BAD_SPEC, "%s.kind is \"%.100s\", which is no kind",
                        reader->place, name);
    }
    return check_members(reader, object, feature->kind);
}

/** A member of an object that is a text of 1 to LSC_MAX_NAME bytes. */
static lsc_status read_required_name(lsc_spec_reader *reader, const lsc_json *object,
                                     const char *key, lsc_name *name)
{
    const lsc_json *value = lsc_json_member(object, key);
    char place[LSC_PLACE_SIZE];
    lsc_place_member(reader->place, key, place);
    if (value == NULL) {
        return lsc_fail(reader->error, LSC_BAD_SPEC, "%s is missing", place);
    }
    return lsc_read_name(reader, value, place, LSC_MAX_NAME, name);
}

static lsc_status read_group(lsc_spec_reader *reader, const lsc_json *object,
                             const lsc_spec_content *content, lsc_feature *feature)
{
    const char *name = NULL;
    lsc_status status = lsc_json_get_string(object, "group", true, &name, LSC_BAD_SPEC,
                                            reader->place, reader->error);
    if (status != LSC_OK) {
        return status;
    }
    for (size_t i = 0; i < content->n_groups; i++) {
        if (strcmp(content->groups[i].text, name) == 0) {
            feature->group = (uint32_t)i;
            return LSC_OK;
        }
    }
    return lsc_fail(reader->error, LSC_BAD_SPEC, "%s.group is \"%.100s\", which is not in groups",
                    reader->place, name);
}

static lsc_status read_monotone(lsc_spec_reader *reader, const lsc_json *object,
                                lsc_feature *feature)
{
    double direction = 0;
    lsc_status status = lsc_json_get_number(object, "monotone", false, -1, 1, &direction,
                                            LSC_BAD_SPEC, reader->place, reader->error);
    if (status != LSC_OK) {
        return status;
    }
    feature->monotone = (direction > 0) - (direction < 0);
    if (direction > feature->monotone || direction < feature->monotone) {
        return lsc_fail(reader->error, LSC_BAD_SPEC, "%s.monotone must be 1, 0 or -1",
                        reader->place);
    }
    if (feature->monotone != 0 && feature->kind->level != NULL) {
        return lsc_fail(reader->error, LSC_BAD_SPEC,
                        "%s.monotone is set, but a %s has a column for each level", reader->place,
                        feature->kind->name);
    }
    return LSC_OK;
}

static lsc_status take_fixed_levels(lsc_spec_reader *reader, lsc_feature *feature)
{
    const char *const *levels = feature->kind->fixed_levels;
    size_t count = 0;
    while (levels != NULL && levels[count] != NULL) {
        count++;
    }
    if (count == 0) {
        return LSC_OK;
    }
    lsc_name *items = lsc_reader_alloc(reader, count, sizeof *items);
    if (items == NULL) {
        return lsc_fail_memory(reader->error);
    }
    for (size_t i = 0; i < count; i++) {
        items[i] = lsc_name_of(levels[i], strlen(levels[i]));
    }
    feature->levels = (lsc_name_list){items, count, false};
    return LSC_OK;
}

static lsc_status read_feature(lsc_spec_reader *reader, const lsc_json *object,
                               const lsc_spec_content *content, lsc_feature *feature)
{
    lsc_name name = {.text = NULL};
    lsc_status status = read_required_name(reader, object, "name", &name);
    feature->name = name.text;
    if (status == LSC_OK) {
        status = read_kind(reader, object, feature);
    }
    if (status == LSC_OK) {
        status = read_group(reader, object, content, feature);
    }
    if (status == LSC_OK) {
        status = lsc_params_read(reader, object, feature->kind->params, feature);
    }
    if (status == LSC_OK) {
        status = lsc_params_read(reader, object, lsc_common_params, feature);
    }
    if (status == LSC_OK) {
        status = read_monotone(reader, object, feature);
    }
    if (status == LSC_OK) {
        status = take_fixed_levels(reader, feature);
    }
    if (status == LSC_OK && feature->kind->check != NULL) {
        status = feature->kind->check(feature, reader->place, reader->error);
    }
    return status;
}

static lsc_status check_unique(lsc_string_map *names, const lsc_feature *feature,
                               const lsc_spec_reader *reader)
{
    bool found = false;
    if (lsc_string_map_insert(names, feature->name, strlen(feature->name), 0, &found) == NULL) {
        return lsc_fail_memory(reader->error);
    }
    if (found) {
        return lsc_fail(reader->error, LSC_BAD_SPEC,
                        "%s.name is \"%s\", the name of another feature", reader->place,
                        feature->name);
    }
    return LSC_OK;
}

static lsc_status read_feature_list(lsc_spec_reader *reader, const lsc_json *array,
                                    lsc_string_map *names, lsc_spec_content *content)
{
    for (const lsc_json *item = lsc_json_first(array); item != NULL; item = lsc_json_next(item)) {
        lsc_place_item("features", content->n_features, reader->place);
        if (lsc_json_kind(item) != LSC_JSON_OBJECT) {
            return lsc_fail(reader->error, LSC_BAD_SPEC, "%s is of type %s, must be an object",
                            reader->place, lsc_json_kind_name(item));
        }
        lsc_feature *feature = &content->features[content->n_features++];
        lsc_status status = read_feature(reader, item, content, feature);
        if (status == LSC_OK) {
            status = check_unique(names, feature, reader);
        }
        if (status != LSC_OK) {
            return status;
        }
    }
    return LSC_OK;
}

static lsc_status read_features(lsc_spec_reader *reader, const lsc_json *root,
                                lsc_spec_content *content)
{
    const lsc_json *array = NULL;
    lsc_status status = lsc_json_get_container(root, "features", true, LSC_JSON_ARRAY, &array,
                                               LSC_BAD_SPEC, "", reader->error);
    if (status != LSC_OK) {
        return status;
    }
    size_t count = lsc_json_count(array);
    if (count == 0) {
        return lsc_fail(reader->error, LSC_BAD_SPEC, "features is empty");
    }
    if (count > LSC_MAX_FEATURES) {
        return lsc_fail(reader->error, LSC_LIMIT, "features has %zu items, at most %d are allowed",
                        count, LSC_MAX_FEATURES);
    }
    content->features = lsc_reader_alloc(reader, count, sizeof *content->features);
    if (content->features == NULL) {
        return lsc_fail_memory(reader->error);
    }
    lsc_string_map names;
    lsc_string_map_init(&names, reader->arena->allocator);
    status = read_feature_list(reader, array, &names, content);
    lsc_string_map_free(&names);
    return status;
}

static lsc_status read_groups(lsc_spec_reader *reader, const lsc_json *root,
                              lsc_spec_content *content)
{
    const lsc_json *array = NULL;
    lsc_name_list groups = {NULL, 0, false};
    lsc_status status = lsc_json_get_container(root, "groups", true, LSC_JSON_ARRAY, &array,
                                               LSC_BAD_SPEC, "", reader->error);
    if (status == LSC_OK) {
        status = lsc_read_names(reader, array, "groups", 1, LSC_MAX_GROUPS, LSC_MAX_NAME, &groups);
    }
    if (status != LSC_OK) {
        return status;
    }
    for (size_t i = 0; i < groups.count; i++) {
        if (strcmp(groups.items[i].text, LSC_BASELINE_GROUP) == 0) {
            return lsc_fail(reader->error, LSC_BAD_SPEC,
                            "groups[%zu] is \"%s\", which names a part of every breakdown", i,
                            LSC_BASELINE_GROUP);
        }
        for (size_t k = 0; k < i; k++) {
            if (strcmp(groups.items[i].text, groups.items[k].text) == 0) {
                return lsc_fail(reader->error, LSC_BAD_SPEC,
                                "groups[%zu] is \"%s\", as groups[%zu] is", i, groups.items[i].text,
                                k);
            }
        }
        content->groups[content->n_groups++] = groups.items[i];
    }
    return LSC_OK;
}

static lsc_status read_insufficient(lsc_spec_reader *reader, const lsc_json *root,
                                    lsc_insufficient_rule *rule)
{
    static const char *const known[] = {"missing", "no_activities", NULL};
    const char *place = "insufficient_data";
    const lsc_json *object = NULL;
    lsc_status status = lsc_json_get_container(root, place, false, LSC_JSON_OBJECT, &object,
                                               LSC_BAD_SPEC, "", reader->error);
    if (status != LSC_OK || object == NULL) {
        return status;
    }
    status = lsc_json_check_keys(object, known, LSC_BAD_SPEC, place, reader->error);
    const lsc_json *missing = lsc_json_member(object, "missing");
    if (status == LSC_OK && missing != NULL) {
        status = lsc_read_names(reader, missing, "insufficient_data.missing", 1, LSC_MAX_SPEC_LIST,
                                LSC_MAX_PROPERTY_NAME, &rule->missing);
    }
    if (status == LSC_OK) {
        status = lsc_json_get_bool(object, "no_activities", false, &rule->no_activities,
                                   LSC_BAD_SPEC, place, reader->error);
    }
    if (status == LSC_OK && !rule->missing.given && !rule->no_activities) {
        return lsc_fail(reader->error, LSC_BAD_SPEC,
                        "insufficient_data names no condition: \"missing\" or \"no_activities\"");
    }
    rule->given = true;
    return status;
}

static lsc_status check_format(const lsc_json *root, lsc_error *error)
{
    double format = 0;
    lsc_status status =
        lsc_json_get_number(root, "format", true, 1, 1e9, &format, LSC_BAD_SPEC, "", error);
    if (status == LSC_OK && format > LSC_SPEC_FORMAT) {
        return lsc_fail(error, LSC_UNSUPPORTED, "format is %.0f, this library reads %d", format,
                        LSC_SPEC_FORMAT);
    }
    return status;
}

static lsc_status read_content(lsc_spec_reader *reader, const lsc_json *root,
                               lsc_spec_content *content)
{
    static const char *const known[] = {"format",   "name", "groups", "insufficient_data",
                                        "features", NULL};
    if (lsc_json_kind(root) != LSC_JSON_OBJECT) {
        return lsc_fail(reader->error, LSC_BAD_SPEC, "a spec is of type %s, must be an object",
                        lsc_json_kind_name(root));
    }
    lsc_status status = check_format(root, reader->error);
    if (status == LSC_OK) {
        status = lsc_json_check_keys(root, known, LSC_BAD_SPEC, "", reader->error);
    }
    lsc_name name = {.text = NULL};
    if (status == LSC_OK) {
        status = read_required_name(reader, root, "name", &name);
    }
    content->name = name.text;
    if (status == LSC_OK) {
        status = read_groups(reader, root, content);
    }
    if (status == LSC_OK) {
        status = read_insufficient(reader, root, &content->insufficient);
    }
    if (status == LSC_OK) {
        status = read_features(reader, root, content);
    }
    return status;
}

/** What follows from the content: columns, plan, canonical JSON, hash. */
static lsc_status complete(lsc_spec *spec, lsc_error *error)
{
    lsc_status status = lsc_spec_lay_out(spec, error);
    if (status != LSC_OK) {
        return status;
    }
    status = lsc_spec_plan(spec, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_spec_write(&spec->content, &spec->json);
    status = lsc_buffer_status(&spec->json, error);
    if (status != LSC_OK) {
        return status;
    }
    return lsc_hash_block(spec->json.data, spec->json.length, spec->hash, error);
}

static lsc_status fill(lsc_spec *spec, const char *json, size_t length, lsc_error *error)
{
    const lsc_json_limits limits = {LSC_MAX_SPEC_JSON, LSC_MAX_SPEC_DEPTH, LSC_MAX_SPEC_VALUES};
    lsc_json *root = NULL;
    lsc_status status = lsc_json_parse(json, length, &limits, &root, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_spec_reader reader = {.arena = &spec->arena, .error = error};
    status = read_content(&reader, root, &spec->content);
    lsc_json_free(root);
    return status == LSC_OK ? complete(spec, error) : status;
}

lsc_status lsc_spec_parse(const char *json, size_t length, const lsc_allocator *allocator,
                          lsc_spec **spec, lsc_error *error)
{
    if (spec == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "spec is NULL");
    }
    *spec = NULL;
    if (json == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "json is NULL");
    }
    lsc_allocator resolved;
    lsc_status status = lsc_allocator_resolve(allocator, &resolved, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_spec *made = lsc_alloc_array(&resolved, 1, sizeof *made);
    if (made == NULL) {
        return lsc_fail_memory(error);
    }
    made->allocator = resolved;
    atomic_init(&made->references, 1);
    lsc_arena_init(&made->arena, &made->allocator);
    lsc_buffer_init(&made->json, &made->allocator);
    status = fill(made, json, length, error);
    if (status != LSC_OK) {
        lsc_spec_unref(made);
        return status;
    }
    *spec = made;
    return LSC_OK;
}
