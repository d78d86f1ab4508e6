#include "properties_json.h"

#include <string.h>

/* The member that tells a time from a number. */
#define TIME "time"

static void put_list(lsc_json_writer *writer, const lsc_value *value)
{
    lsc_json_begin_array(writer);
    for (uint32_t i = 0; i < value->n_items; i++) {
        lsc_json_put_string(writer, value->items[i]);
    }
    lsc_json_end_array(writer);
}

/* What both ways of writing have in common: all but times. */
static void put_value(lsc_json_writer *writer, const lsc_value *value)
{
    switch (value->type) {
    case LSC_VALUE_BOOL:
        lsc_json_put_bool(writer, value->boolean);
        break;
    case LSC_VALUE_NUMBER:
        lsc_json_put_number(writer, value->number);
        break;
    case LSC_VALUE_TEXT:
        lsc_json_put_text(writer, value->text, value->length);
        break;
    case LSC_VALUE_LIST:
        put_list(writer, value);
        break;
    case LSC_VALUE_TIME:
    case LSC_VALUE_MISSING:
        lsc_json_put_null(writer);
        break;
    }
}

lsc_status lsc_properties_write(const lsc_field *fields, size_t n, lsc_buffer *out,
                                lsc_error *error)
{
    lsc_json_writer writer;
    lsc_buffer_clear(out);
    lsc_json_writer_init(&writer, out, 0);
    lsc_json_begin_object(&writer);
    for (size_t i = 0; i < n; i++) {
        const lsc_value *value = &fields[i].value;
        lsc_json_put_key(&writer, fields[i].name);
        if (value->type == LSC_VALUE_TIME) {
            lsc_json_begin_object(&writer);
            lsc_json_member_int(&writer, TIME, value->time_ms);
            lsc_json_end_object(&writer);
        } else {
            put_value(&writer, value);
        }
    }
    lsc_json_end_object(&writer);
    if (!out->failed && out->length > LSC_MAX_STORED_PROPERTIES) {
        return lsc_fail(error, LSC_LIMIT, "properties have %zu bytes as JSON, at most %u are taken",
                        out->length, LSC_MAX_STORED_PROPERTIES);
    }
    return lsc_buffer_status(out, error);
}

void lsc_properties_show(lsc_json_writer *writer, const lsc_field *fields, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const lsc_value *value = &fields[i].value;
        lsc_json_put_key(writer, fields[i].name);
        if (value->type == LSC_VALUE_TIME) {
            char text[LSC_TIME_TEXT_SIZE];
            lsc_time_format(value->time_ms, text);
            lsc_json_put_string(writer, text);
        } else {
            put_value(writer, value);
        }
    }
}

/* Reading. What a store does not write comes of a file that is damaged. */

static lsc_status bad(lsc_error *error, const char *words)
{
    return lsc_fail(error, LSC_BAD_STORE, "the store is damaged: properties %s", words);
}

/* Blame the store for what its own words came to. */
static lsc_status blame_store(lsc_status status, lsc_error *error)
{
    return status == LSC_OK || status == LSC_NO_MEMORY ? status : bad(error, "do not read back");
}

static lsc_status parse(const char *json, size_t length, lsc_json **tree, lsc_error *error)
{
    const lsc_json_limits limits = lsc_lead_json_limits(LSC_MAX_STORED_PROPERTIES);
    lsc_status status = blame_store(lsc_json_parse(json, length, &limits, tree, error), error);
    if (status == LSC_OK && lsc_json_kind(*tree) != LSC_JSON_OBJECT) {
        lsc_json_free(*tree);
        *tree = NULL;
        status = bad(error, "are no object");
    }
    return status;
}

static lsc_status read_list(lsc_companion *companion, const lsc_json *array, lsc_property *property,
                            lsc_error *error)
{
    size_t n = lsc_json_count(array);
    const char **items = lsc_arena_alloc(&companion->scratch, (n + 1) * sizeof *items);
    if (items == NULL) {
        return lsc_fail_memory(error);
    }
    property->n_items = 0;
    for (const lsc_json *item = lsc_json_first(array); item != NULL; item = lsc_json_next(item)) {
        if (lsc_json_kind(item) != LSC_JSON_STRING) {
            return bad(error, "have a list of what is no text");
        }
        items[property->n_items++] = lsc_json_string(item);
    }
    property->type = LSC_VALUE_LIST;
    property->items = items;
    return LSC_OK;
}

static lsc_status read_time(const lsc_json *object, lsc_property *property, lsc_error *error)
{
    const lsc_json *time = lsc_json_member(object, TIME);
    bool is_time = time != NULL && lsc_json_kind(time) == LSC_JSON_NUMBER;
    double number = is_time ? lsc_json_number(time) : 0;
    if (!is_time || number < (double)LSC_TIME_MIN || number > (double)LSC_TIME_MAX) {
        return bad(error, "have an object that is no time");
    }
    property->type = LSC_VALUE_TIME;
    property->time_ms = (int64_t)number;
    return LSC_OK;
}

static lsc_status read_property(lsc_companion *companion, const lsc_json *member,
                                lsc_property *property, lsc_error *error)
{
    *property = (lsc_property){.name = lsc_json_key(member)};
    switch (lsc_json_kind(member)) {
    case LSC_JSON_BOOL:
        property->type = LSC_VALUE_BOOL;
        property->boolean = lsc_json_bool(member);
        return LSC_OK;
    case LSC_JSON_NUMBER:
        property->type = LSC_VALUE_NUMBER;
        property->number = lsc_json_number(member);
        return LSC_OK;
    case LSC_JSON_STRING:
        property->type = LSC_VALUE_TEXT;
        property->text = lsc_json_string(member);
        return LSC_OK;
    case LSC_JSON_ARRAY:
        return read_list(companion, member, property, error);
    case LSC_JSON_OBJECT:
        return read_time(member, property, error);
    case LSC_JSON_NULL:
        break;
    }
    return bad(error, "have a null");
}

lsc_status lsc_properties_to_lead(lsc_companion *companion, const char *json, size_t length,
                                  lsc_lead *lead, lsc_error *error)
{
    lsc_json *tree;
    lsc_status status = parse(json, length, &tree, error);
    if (status != LSC_OK) {
        return status;
    }
    const lsc_json *member = lsc_json_first(tree);
    while (status == LSC_OK && member != NULL) {
        lsc_property property;
        lsc_arena_clear(&companion->scratch);
        status = read_property(companion, member, &property, error);
        if (status == LSC_OK) {
            status = blame_store(lsc_lead_set(lead, &property, error), error);
        }
        member = lsc_json_next(member);
    }
    lsc_json_free(tree);
    return status;
}

static lsc_status read_properties(lsc_companion *companion, const lsc_json *tree,
                                  lsc_activity *activity, lsc_error *error)
{
    size_t n = 0;
    void *properties = companion->properties;
    if (!lsc_grow(companion->allocator, &properties, &companion->properties_capacity,
                  lsc_json_count(tree) + 1, sizeof *companion->properties)) {
        return lsc_fail_memory(error);
    }
    companion->properties = properties;
    lsc_arena_clear(&companion->scratch);
    for (const lsc_json *member = lsc_json_first(tree); member != NULL;
         member = lsc_json_next(member)) {
        lsc_status status = read_property(companion, member, &companion->properties[n++], error);
        if (status != LSC_OK) {
            return status;
        }
    }
    activity->properties = companion->properties;
    activity->n_properties = n;
    return LSC_OK;
}

lsc_status lsc_properties_to_activity(lsc_companion *companion, const char *json, size_t length,
                                      lsc_json **tree, lsc_activity *activity, lsc_error *error)
{
    *tree = NULL;
    if (length == 2 && memcmp(json, "{}", 2) == 0) {
        return LSC_OK;
    }
    lsc_status status = parse(json, length, tree, error);
    if (status == LSC_OK) {
        status = read_properties(companion, *tree, activity, error);
    }
    if (status != LSC_OK) {
        lsc_json_free(*tree);
        *tree = NULL;
    }
    return status;
}
