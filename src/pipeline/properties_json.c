#include "properties_json.h"

#include <string.h>

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
            lsc_json_member_int(&writer, LSC_TIME_MEMBER, value->time_ms);
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
            lsc_json_put_time(writer, value->time_ms);
        } else {
            put_value(writer, value);
        }
    }
}

/* As a lead or an event would hold it. */
static lsc_value value_of(const lsc_property *property)
{
    lsc_value value = {.type = property->type, .boolean = property->boolean};
    switch (property->type) {
    case LSC_VALUE_NUMBER:
        value.number = property->number;
        break;
    case LSC_VALUE_TEXT:
        value.text = property->text;
        value.length = (uint32_t)strlen(property->text);
        break;
    case LSC_VALUE_LIST:
        value.items = property->items;
        value.n_items = (uint32_t)property->n_items;
        break;
    case LSC_VALUE_TIME:
        value.time_ms = property->time_ms;
        break;
    case LSC_VALUE_BOOL:
    case LSC_VALUE_MISSING:
        break;
    }
    return value;
}

lsc_status lsc_properties_put(lsc_companion *companion, const char *json, size_t length,
                              lsc_json_writer *writer, lsc_error *error)
{
    lsc_activity read = LSC_ACTIVITY_INIT;
    lsc_status status = lsc_properties_to_activity(companion, json, length, &read, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_json_begin_object(writer);
    for (size_t i = 0; i < read.n_properties; i++) {
        const lsc_property *property = &read.properties[i];
        const lsc_field field = {.name = property->name, .value = value_of(property)};
        lsc_properties_show(writer, &field, 1);
    }
    lsc_json_end_object(writer);
    return LSC_OK;
}
