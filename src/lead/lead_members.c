#include "lead/lead_members.h"

#include <string.h>

#include "lead/values.h"

static const lsc_json *present(const lsc_json *object, const char *key)
{
    const lsc_json *member = lsc_json_member(object, key);
    if (member == NULL || lsc_json_kind(member) == LSC_JSON_NULL) {
        return NULL;
    }
    bool empty = lsc_json_kind(member) == LSC_JSON_STRING && lsc_json_string(member)[0] == '\0';
    return empty ? NULL : member;
}

static lsc_status wrong_kind(const char *key, const lsc_json *member, const char *wanted,
                             lsc_error *error)
{
    return lsc_fail(error, LSC_BAD_LEAD, "%s must be %s, not of type %s", key, wanted,
                    lsc_json_kind_name(member));
}

lsc_status lsc_member_text(const lsc_json *object, const char *key,
                           char scratch[LSC_NUMBER_TEXT_SIZE], const char **text, lsc_error *error)
{
    *text = NULL;
    const lsc_json *member = present(object, key);
    if (member == NULL) {
        return LSC_OK;
    }
    if (lsc_json_kind(member) == LSC_JSON_STRING) {
        *text = lsc_json_string(member);
        return LSC_OK;
    }
    if (scratch == NULL || lsc_json_kind(member) != LSC_JSON_NUMBER) {
        return wrong_kind(key, member, "a string", error);
    }
    if (!lsc_id_from_number(lsc_json_number(member), scratch)) {
        return lsc_fail(error, LSC_BAD_LEAD,
                        "%s must be a string, or a whole number below 2^53 in size", key);
    }
    *text = scratch;
    return LSC_OK;
}

lsc_status lsc_member_time(const lsc_json *object, const char *key, int64_t *time_ms,
                           lsc_error *error)
{
    static const char rule[] = "RFC 3339 or epoch milliseconds";
    *time_ms = LSC_TIME_NONE;
    const lsc_json *member = present(object, key);
    if (member == NULL) {
        return LSC_OK;
    }
    if (lsc_json_kind(member) == LSC_JSON_NUMBER) {
        char number[LSC_NUMBER_TEXT_SIZE];
        lsc_number_format(lsc_json_number(member), number);
        return lsc_time_from_number(lsc_json_number(member), time_ms)
                   ? LSC_OK
                   : lsc_fail(error, LSC_BAD_LEAD, "%s must be %s, not %s", key, rule, number);
    }
    if (lsc_json_kind(member) != LSC_JSON_STRING) {
        return wrong_kind(key, member, rule, error);
    }
    const char *text = lsc_json_string(member);
    return lsc_time_parse(text, strlen(text), time_ms, NULL) == LSC_OK
               ? LSC_OK
               : lsc_fail(error, LSC_BAD_LEAD, "%s must be %s, not \"%s\"", key, rule, text);
}

lsc_status lsc_member_bool(const lsc_json *object, const char *key, bool *boolean, lsc_error *error)
{
    *boolean = false;
    const lsc_json *member = present(object, key);
    if (member == NULL) {
        return LSC_OK;
    }
    if (lsc_json_kind(member) != LSC_JSON_BOOL) {
        return wrong_kind(key, member, "true or false", error);
    }
    *boolean = lsc_json_bool(member);
    return LSC_OK;
}

lsc_status lsc_member_object(const lsc_json *object, const char *key, const lsc_json **member,
                             lsc_error *error)
{
    *member = present(object, key);
    if (*member == NULL || lsc_json_kind(*member) == LSC_JSON_OBJECT) {
        return LSC_OK;
    }
    return wrong_kind(key, *member, "an object", error);
}

lsc_status lsc_blame_lead(lsc_status status, lsc_error *error)
{
    if (status != LSC_INVALID_ARG) {
        return status;
    }
    if (error != NULL) {
        error->status = LSC_BAD_LEAD;
    }
    return LSC_BAD_LEAD;
}

void lsc_error_shift(lsc_error *error, int64_t by)
{
    if (error != NULL && error->offset >= 0) {
        error->offset += by;
    }
}
