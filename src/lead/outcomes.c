#include "lead/outcomes.h"

#include <string.h>

#include "core/sort.h"
#include "lead/fields.h"
#include "lead/lead_data.h"
#include "lead/lead_members.h"
#include "lead/values.h"

static lsc_status read_label(const lsc_value *label, const char *name, bool *converted,
                             lsc_error *error)
{
    if (lsc_value_label(label, converted)) {
        return LSC_OK;
    }
    char scratch[LSC_VALUE_TEXT_SIZE];
    const char *text = lsc_value_text(label, scratch);
    return lsc_fail(error, LSC_BAD_LEAD,
                    "%s must be true, \"converted\" or \"won\", or false, \"lost\" or "
                    "\"disqualified\"; it is \"%s\"",
                    name, text == NULL ? "a list" : text);
}

static const lsc_value *find(const lsc_field *fields, size_t n, const char *name)
{
    return lsc_fields_find(fields, n, name, strlen(name));
}

/* "Converted: no" of a lead that is at work, as Salesforce says it: nothing has become of it yet. */
static bool is_not_yet(const lsc_value *label)
{
    bool flag;
    return lsc_value_flag(label, &flag) && !flag;
}

lsc_status lsc_outcome_of_lead(lsc_lead *lead, bool *known, lsc_outcome *outcome, lsc_error *error)
{
    size_t n;
    const lsc_field *fields = lsc_lead_fields(lead, &n);
    const lsc_value *label = find(fields, n, "outcome.label");
    const lsc_value *time = find(fields, n, "outcome.time");
    *known = label != NULL;
    if (label == NULL) {
        return LSC_OK;
    }
    if (time == NULL && is_not_yet(label)) {
        *known = false;
        return LSC_OK;
    }
    if (time == NULL) {
        return lsc_fail(error, LSC_BAD_LEAD, "outcome.time is missing, and outcome.label is there");
    }
    outcome->time_ms = time->time_ms;
    return read_label(label, "outcome.label", &outcome->converted, error);
}

/* A label as a value; LSC_VALUE_MISSING for what is no label. */
static lsc_value label_value(const lsc_json *label)
{
    lsc_value value = {.type = LSC_VALUE_MISSING};
    switch (label == NULL ? LSC_JSON_NULL : lsc_json_kind(label)) {
    case LSC_JSON_BOOL:
        value.type = LSC_VALUE_BOOL;
        value.boolean = lsc_json_bool(label);
        break;
    case LSC_JSON_NUMBER:
        value.type = LSC_VALUE_NUMBER;
        value.number = lsc_json_number(label);
        break;
    case LSC_JSON_STRING:
        value.type = LSC_VALUE_TEXT;
        value.text = lsc_json_string(label);
        break;
    default:
        break;
    }
    return value;
}

lsc_status lsc_outcome_from_json(const lsc_json *json, const char **lead_id,
                                 char scratch[LSC_NUMBER_TEXT_SIZE], lsc_outcome *outcome,
                                 lsc_error *error)
{
    if (lsc_json_kind(json) != LSC_JSON_OBJECT) {
        return lsc_fail(error, LSC_BAD_LEAD, "an outcome must be an object, not of type %s",
                        lsc_json_kind_name(json));
    }
    lsc_status status = lsc_member_text(json, "lead_id", scratch, lead_id, error);
    if (status == LSC_OK) {
        status = lsc_member_time(json, "time", &outcome->time_ms, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    const lsc_value label = label_value(lsc_json_member(json, "label"));
    const char *missing = *lead_id == NULL                    ? "lead_id"
                          : outcome->time_ms == LSC_TIME_NONE ? "time"
                          : label.type == LSC_VALUE_MISSING   ? "label"
                                                              : NULL;
    if (missing != NULL) {
        return lsc_fail(error, LSC_BAD_LEAD, "%s is missing", missing);
    }
    return read_label(&label, "label", &outcome->converted, error);
}

static int compare(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    const lsc_outcome *left = a;
    const lsc_outcome *right = b;
    int order = (left->time_ms > right->time_ms) - (left->time_ms < right->time_ms);
    return order != 0 ? order : left->converted - right->converted;
}

size_t lsc_outcomes_settle(lsc_outcome *outcomes, size_t n)
{
    lsc_sort(outcomes, n, sizeof *outcomes, compare, NULL);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || compare(&outcomes[kept - 1], &outcomes[i], NULL) != 0) {
            outcomes[kept++] = outcomes[i];
        }
    }
    return kept;
}
