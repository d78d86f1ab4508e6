#include <leadscore/lead.h>

#include <string.h>

#include <leadscore/source.h>

#include "core/number.h"
#include "core/options.h"
#include "core/text.h"
#include "lead/fields.h"
#include "lead/lead_impl.h"
#include "lead/timeline.h"
#include "lead/values.h"

void lsc_activity_init(lsc_activity *activity, size_t size)
{
    const lsc_activity defaults = LSC_ACTIVITY_INIT;
    lsc_options_init(activity, size, &defaults, sizeof defaults);
}

lsc_status lsc_lead_new(const lsc_allocator *allocator, lsc_lead **lead, lsc_error *error)
{
    if (lead == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "lead is NULL");
    }
    *lead = NULL;
    lsc_allocator resolved;
    lsc_status status = lsc_allocator_resolve(allocator, &resolved, error);
    if (status != LSC_OK) {
        return status;
    }
    lsc_lead *made = lsc_alloc_array(&resolved, 1, sizeof *made);
    if (made == NULL) {
        return lsc_fail_memory(error);
    }
    made->allocator = resolved;
    made->names = &lsc_all_aliases;
    lsc_arena_init(&made->arena, &made->allocator);
    lsc_arena_init(&made->scratch, &made->allocator);
    lsc_string_map_init(&made->types, &made->allocator);
    lsc_string_map_init(&made->places, &made->allocator);
    lsc_lead_clear(made);
    *lead = made;
    return LSC_OK;
}

void lsc_lead_free(lsc_lead *lead)
{
    if (lead == NULL) {
        return;
    }
    lsc_string_map_free(&lead->types);
    lsc_string_map_free(&lead->places);
    lsc_arena_free(&lead->scratch);
    lsc_arena_free(&lead->arena);
    lsc_release(&lead->allocator, lead->leaves);
    lsc_release(&lead->allocator, lead->events);
    lsc_release(&lead->allocator, lead->fields);
    lsc_aliases_unref(lead->aliases);
    lsc_allocator allocator = lead->allocator;
    lsc_release(&allocator, lead);
}

void lsc_lead_clear(lsc_lead *lead)
{
    if (lead == NULL) {
        return;
    }
    lsc_timeline_clear(lead);
    lead->n_fields = 0;
    lead->id = "";
    lead->is_row = false;
    lead->withdrawn = false;
    lsc_arena_clear(&lead->arena);
    lsc_arena_clear(&lead->scratch);
}

lsc_status lsc_lead_set_aliases(lsc_lead *lead, lsc_aliases *aliases, lsc_error *error)
{
    if (lead == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "lead is NULL");
    }
    lsc_aliases *old = lead->aliases;
    lead->aliases = aliases != NULL ? lsc_aliases_ref(aliases) : NULL;
    lsc_aliases_unref(old);
    lsc_lead_hold_names(lead, false);
    return LSC_OK;
}

void lsc_lead_hold_names(lsc_lead *lead, bool final)
{
    lead->names = final                   ? &lsc_no_aliases
                  : lead->aliases != NULL ? &lead->aliases->table
                                          : &lsc_all_aliases;
}

void lsc_lead_withdraw(lsc_lead *lead)
{
    lead->withdrawn = true;
}

bool lsc_lead_is_withdrawn(const lsc_lead *lead)
{
    return lead->withdrawn;
}

lsc_status lsc_lead_set_id(lsc_lead *lead, const char *id, lsc_error *error)
{
    if (lead == NULL || id == NULL || id[0] == '\0') {
        return lsc_fail(error, LSC_INVALID_ARG, "%s",
                        lead == NULL ? "lead is NULL" : "the id of a lead is empty");
    }
    size_t length;
    lsc_status status = lsc_text_measure("id", id, LSC_MAX_TEXT, &length, error);
    if (status != LSC_OK) {
        return status;
    }
    const char *copy = lsc_arena_copy(&lead->arena, id, length);
    if (copy == NULL) {
        return lsc_fail_memory(error);
    }
    lead->id = copy;
    return LSC_OK;
}

const char *lsc_lead_id(const lsc_lead *lead)
{
    return lead == NULL ? "" : lead->id;
}

lsc_status lsc_lead_take_id(lsc_lead *lead, const lsc_value *value, lsc_error *error)
{
    char text[LSC_NUMBER_TEXT_SIZE];
    switch (value->type) {
    case LSC_VALUE_MISSING:
        lead->id = "";
        return LSC_OK;
    case LSC_VALUE_TEXT:
        lead->id = value->text;
        return LSC_OK;
    case LSC_VALUE_NUMBER:
        if (!lsc_id_from_number(value->number, text)) {
            return lsc_fail(error, LSC_INVALID_ARG,
                            "id must be text, or a whole number below 2^53 in size");
        }
        return lsc_lead_set_id(lead, text, error);
    default:
        return lsc_fail(error, LSC_INVALID_ARG, "id must be text");
    }
}

static lsc_status insert_field(lsc_lead *lead, size_t at, const lsc_field *field, size_t max,
                               lsc_error *error)
{
    lsc_status status = lsc_fields_check_count(lead->n_fields + 1, max, error);
    if (status != LSC_OK) {
        return status;
    }
    void *block = lead->fields;
    if (!lsc_grow(&lead->allocator, &block, &lead->fields_capacity, lead->n_fields + 1,
                  sizeof *field)) {
        return lsc_fail_memory(error);
    }
    lead->fields = block;
    memmove(lead->fields + at + 1, lead->fields + at, (lead->n_fields - at) * sizeof *field);
    lead->fields[at] = *field;
    lead->n_fields++;
    return LSC_OK;
}

static lsc_status put_field(lsc_lead *lead, const lsc_field *field, size_t max, lsc_error *error)
{
    bool found;
    size_t at =
        lsc_fields_place(lead->fields, lead->n_fields, field->name, field->name_length, &found);
    if (found) {
        lead->fields[at].value = field->value;
        return LSC_OK;
    }
    return insert_field(lead, at, field, max, error);
}

static void remove_field(lsc_lead *lead, const lsc_field *field)
{
    bool found;
    size_t at =
        lsc_fields_place(lead->fields, lead->n_fields, field->name, field->name_length, &found);
    if (found) {
        lead->n_fields--;
        memmove(lead->fields + at, lead->fields + at + 1,
                (lead->n_fields - at) * sizeof *lead->fields);
    }
}

lsc_status lsc_lead_set(lsc_lead *lead, const lsc_property *property, lsc_error *error)
{
    if (lead == NULL || property == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL", lead == NULL ? "lead" : "property");
    }
    lsc_field field;
    lsc_status status = lsc_field_make(lead, property, LSC_NAMES_OF_LEAD, &field, error);
    if (status != LSC_OK) {
        return status;
    }
    if (strcmp(field.name, "id") == 0) {
        return lsc_lead_take_id(lead, &field.value, error);
    }
    if (field.value.type == LSC_VALUE_MISSING) {
        remove_field(lead, &field);
        return LSC_OK;
    }
    return put_field(lead, &field, LSC_MAX_PROPERTIES, error);
}

lsc_status lsc_lead_set_text(lsc_lead *lead, const char *name, const char *text, lsc_error *error)
{
    const lsc_property property = {.name = name, .type = LSC_VALUE_TEXT, .text = text};
    return lsc_lead_set(lead, &property, error);
}

lsc_status lsc_lead_set_number(lsc_lead *lead, const char *name, double number, lsc_error *error)
{
    const lsc_property property = {.name = name, .type = LSC_VALUE_NUMBER, .number = number};
    return lsc_lead_set(lead, &property, error);
}

lsc_status lsc_lead_set_bool(lsc_lead *lead, const char *name, bool boolean, lsc_error *error)
{
    const lsc_property property = {.name = name, .type = LSC_VALUE_BOOL, .boolean = boolean};
    return lsc_lead_set(lead, &property, error);
}

lsc_status lsc_lead_set_time(lsc_lead *lead, const char *name, int64_t time_ms, lsc_error *error)
{
    const lsc_property property = {.name = name, .type = LSC_VALUE_TIME, .time_ms = time_ms};
    return lsc_lead_set(lead, &property, error);
}

lsc_status lsc_lead_add_cell(lsc_lead *lead, const lsc_field *column, const char *text,
                             size_t length, lsc_error *error)
{
    lead->is_row = true;
    if (length == 0) {
        return LSC_OK;
    }
    if (length > LSC_MAX_TEXT) {
        return lsc_fail(error, LSC_LIMIT, "%s is longer than %d bytes", column->name, LSC_MAX_TEXT);
    }
    lsc_field field = *column;
    field.value = (lsc_value){.type = LSC_VALUE_TEXT, .length = (uint32_t)length, .text = text};
    return insert_field(lead, lead->n_fields, &field, LSC_MAX_CSV_COLUMNS, error);
}

const lsc_field *lsc_lead_fields(const lsc_lead *lead, size_t *n)
{
    *n = lead->n_fields;
    return lead->fields;
}

lsc_status lsc_lead_add_activity(lsc_lead *lead, const lsc_activity *activity, lsc_error *error)
{
    if (lead == NULL || activity == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL", lead == NULL ? "lead" : "activity");
    }
    lsc_activity known = LSC_ACTIVITY_INIT;
    lsc_status status = lsc_options_read("lsc_activity", &known, sizeof known, activity,
                                         LSC_SIZE_UP_TO(lsc_activity, n_properties), error);
    if (status == LSC_OK && known.properties == NULL && known.n_properties > 0) {
        status = lsc_fail(error, LSC_INVALID_ARG, "properties is NULL, n_properties is %zu",
                          known.n_properties);
    }
    if (status == LSC_OK) {
        status = lsc_timeline_stage(lead, &known, error);
    }
    lsc_arena_clear(&lead->scratch);
    return status == LSC_OK ? lsc_timeline_commit(lead, error) : status;
}

size_t lsc_lead_n_activities(const lsc_lead *lead)
{
    return lead == NULL ? 0 : lead->n_events;
}
