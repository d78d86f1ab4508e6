#include <leadscore/lead.h>

#include <string.h>

#include "lead/activity_json.h"
#include "lead/fields.h"
#include "lead/flatten.h"
#include "lead/lead_impl.h"
#include "lead/lead_members.h"
#include "lead/timeline.h"

#define ACTIVITIES "activities"

/* The field "id" is the lead's id, and no property. */
static lsc_status take_id(lsc_lead *lead, lsc_field *fields, size_t *n_fields, lsc_error *error)
{
    bool found;
    size_t at = lsc_fields_place(fields, *n_fields, "id", 2, &found);
    if (!found) {
        return LSC_OK;
    }
    lsc_status status = lsc_lead_take_id(lead, &fields[at].value, error);
    *n_fields -= 1;
    memmove(fields + at, fields + at + 1, (*n_fields - at) * sizeof *fields);
    return status;
}

static lsc_status keep_fields(lsc_lead *lead, const lsc_field *fields, size_t n, lsc_error *error)
{
    lsc_status status = lsc_fields_check_count(n, LSC_MAX_PROPERTIES, error);
    if (status != LSC_OK || n == 0) {
        return status;
    }
    void *block = lead->fields;
    if (!lsc_grow(&lead->allocator, &block, &lead->fields_capacity, n, sizeof *fields)) {
        return lsc_fail_memory(error);
    }
    lead->fields = block;
    memcpy(lead->fields, fields, n * sizeof *fields);
    lead->n_fields = n;
    return LSC_OK;
}

lsc_status lsc_lead_fill(lsc_lead *lead, const lsc_property *properties, size_t n, lsc_error *error)
{
    lsc_field *fields;
    size_t n_fields;
    lsc_status status =
        lsc_fields_make(lead, properties, n, LSC_NAMES_OF_LEAD, &fields, &n_fields, error);
    if (status == LSC_OK) {
        status = take_id(lead, fields, &n_fields, error);
    }
    if (status == LSC_OK) {
        status = keep_fields(lead, fields, n_fields, error);
    }
    lsc_arena_clear(&lead->scratch);
    return status;
}

static lsc_status read_properties(lsc_lead *lead, const lsc_json *root, lsc_error *error)
{
    lsc_status status = lsc_flatten(lead, root, "", ACTIVITIES, error);
    if (status == LSC_OK) {
        status = lsc_lead_fill(lead, lead->leaves, lead->n_leaves, error);
    }
    return lsc_blame_lead(status, error);
}

static lsc_status read_activities(lsc_lead *lead, const lsc_json *root, lsc_error *error)
{
    const lsc_json *activities = lsc_json_member(root, ACTIVITIES);
    if (activities == NULL || lsc_json_kind(activities) == LSC_JSON_NULL) {
        return LSC_OK;
    }
    if (lsc_json_kind(activities) != LSC_JSON_ARRAY) {
        return lsc_fail(error, LSC_BAD_LEAD, ACTIVITIES " must be an array, not of type %s",
                        lsc_json_kind_name(activities));
    }
    lsc_status status = lsc_activity_stage_array(lead, activities, error);
    return status == LSC_OK ? lsc_timeline_commit(lead, error) : status;
}

static lsc_status read_lead(lsc_lead *lead, const lsc_json *root, lsc_error *error)
{
    if (lsc_json_kind(root) != LSC_JSON_OBJECT) {
        return lsc_fail(error, LSC_BAD_LEAD, "a lead must be an object, not of type %s",
                        lsc_json_kind_name(root));
    }
    lsc_status status = read_properties(lead, root, error);
    return status == LSC_OK ? read_activities(lead, root, error) : status;
}

lsc_status lsc_lead_parse_json(lsc_lead *lead, const char *json, size_t length, lsc_error *error)
{
    if (lead == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "lead is NULL");
    }
    lsc_lead_clear(lead);
    if (json == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "json is NULL");
    }
    const lsc_json_limits limits = lsc_lead_json_limits(LSC_MAX_LEAD_JSON);
    lsc_json *root;
    lsc_status status = lsc_json_parse(json, length, &limits, &root, error);
    if (status == LSC_OK) {
        status = read_lead(lead, root, error);
        lsc_json_free(root);
    }
    if (status != LSC_OK) {
        lsc_lead_clear(lead);
    }
    lsc_arena_clear(&lead->scratch);
    return status;
}
