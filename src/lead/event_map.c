#include "lead/event_map.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <leadscore/clock.h>

#include "core/error.h"
#include "core/number.h"

/** Messages name the whole, and the members of its objects. */
#define PLACE "map"

static lsc_status get_text(const lsc_json *object, const char *key, bool required,
                           const char **text, const char *place, lsc_error *error)
{
    lsc_status status =
        lsc_json_get_string(object, key, required, text, LSC_BAD_SPEC, place, error);
    if (status == LSC_OK && *text != NULL && (*text)[0] == '\0') {
        return lsc_fail(error, LSC_BAD_SPEC, "%s.%s is empty", place, key);
    }
    return status;
}

static lsc_status check_format_text(const char *format, lsc_error *error)
{
    static const char *const needed[] = {"YYYY", "MM", "DD"};
    if (format == NULL || strcmp(format, "seconds") == 0) {
        return LSC_OK;
    }
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        if (strstr(format, needed[i]) == NULL) {
            return lsc_fail(
                error, LSC_BAD_SPEC,
                "map.time.format is \"%.100s\", must be \"seconds\" or have YYYY, MM and "
                "DD in it, as YYYYMMDD does",
                format);
        }
    }
    return LSC_OK;
}

/** "time": "date", or {"column": "date", "format": "YYYYMMDD"}. */
static lsc_status read_time(lsc_event_map *map, lsc_error *error)
{
    static const char *const known[] = {"column", "format", NULL};
    const lsc_json *time = lsc_json_member(map->root, "time");
    if (time == NULL || lsc_json_kind(time) != LSC_JSON_OBJECT) {
        return get_text(map->root, "time", true, &map->time, PLACE, error);
    }
    lsc_status status = lsc_json_check_keys(time, known, LSC_BAD_SPEC, "map.time", error);
    if (status == LSC_OK) {
        status = get_text(time, "column", true, &map->time, "map.time", error);
    }
    if (status == LSC_OK) {
        status = get_text(time, "format", false, &map->time_format, "map.time", error);
    }
    return status == LSC_OK ? check_format_text(map->time_format, error) : status;
}

/** "type": "Purchase", or {"column": "event"}. */
static lsc_status read_type(lsc_event_map *map, lsc_error *error)
{
    static const char *const known[] = {"column", NULL};
    const lsc_json *type = lsc_json_member(map->root, "type");
    if (type == NULL || lsc_json_kind(type) != LSC_JSON_OBJECT) {
        return get_text(map->root, "type", true, &map->type, PLACE, error);
    }
    lsc_status status = lsc_json_check_keys(type, known, LSC_BAD_SPEC, "map.type", error);
    return status == LSC_OK ? get_text(type, "column", true, &map->type_column, "map.type", error)
                            : status;
}

/** "data": {"amount": "sales"}. */
static lsc_status read_data(lsc_event_map *map, lsc_error *error)
{
    const lsc_json *data = NULL;
    lsc_status status = lsc_json_get_container(map->root, "data", false, LSC_JSON_OBJECT, &data,
                                               LSC_BAD_SPEC, PLACE, error);
    if (status != LSC_OK || data == NULL) {
        return status;
    }
    if (lsc_json_count(data) > LSC_MAX_EVENT_DATA) {
        return lsc_fail(error, LSC_LIMIT, "map.data has %zu members, at most %d are read",
                        lsc_json_count(data), LSC_MAX_EVENT_DATA);
    }
    for (const lsc_json *item = lsc_json_first(data); item != NULL; item = lsc_json_next(item)) {
        lsc_event_datum *datum = &map->data[map->n_data++];
        datum->name = lsc_json_key(item);
        status = get_text(data, datum->name, true, &datum->column, "map.data", error);
        if (status != LSC_OK) {
            return status;
        }
        if (datum->name[0] == '\0') {
            return lsc_fail(error, LSC_BAD_SPEC, "map.data has a member without a name");
        }
    }
    return LSC_OK;
}

/** "outcome": {"types": ["Purchase"], "repeatable": true}. */
static lsc_status read_outcome(lsc_event_map *map, lsc_error *error)
{
    static const char *const known[] = {"types", "repeatable", NULL};
    const lsc_json *outcome = NULL;
    lsc_status status = lsc_json_get_container(map->root, "outcome", false, LSC_JSON_OBJECT,
                                               &outcome, LSC_BAD_SPEC, PLACE, error);
    if (status != LSC_OK || outcome == NULL) {
        return status;
    }
    status = lsc_json_check_keys(outcome, known, LSC_BAD_SPEC, "map.outcome", error);
    if (status == LSC_OK) {
        status = lsc_json_get_container(outcome, "types", true, LSC_JSON_ARRAY, &map->outcome_types,
                                        LSC_BAD_SPEC, "map.outcome", error);
    }
    if (status == LSC_OK) {
        status = lsc_json_get_bool(outcome, "repeatable", false, &map->repeatable, LSC_BAD_SPEC,
                                   "map.outcome", error);
    }
    if (status != LSC_OK) {
        return status;
    }
    size_t n = lsc_json_count(map->outcome_types);
    if (n == 0 || n > LSC_MAX_EVENT_TYPES) {
        return lsc_fail(error, LSC_BAD_SPEC, "map.outcome.types has %zu items, must have 1 to %d",
                        n, LSC_MAX_EVENT_TYPES);
    }
    for (const lsc_json *item = lsc_json_first(map->outcome_types); item != NULL;
         item = lsc_json_next(item)) {
        if (lsc_json_kind(item) != LSC_JSON_STRING) {
            return lsc_fail(error, LSC_BAD_SPEC, "map.outcome.types has a %s, must have texts",
                            lsc_json_kind_name(item));
        }
    }
    return LSC_OK;
}

static lsc_status read_members(lsc_event_map *map, lsc_error *error)
{
    static const char *const known[] = {"format", "id", "time", "type", "data", "outcome", NULL};
    double format = 1;
    if (lsc_json_kind(map->root) != LSC_JSON_OBJECT) {
        return lsc_fail(error, LSC_BAD_SPEC, "the map is a %s, must be an object",
                        lsc_json_kind_name(map->root));
    }
    lsc_status status = lsc_json_check_keys(map->root, known, LSC_BAD_SPEC, PLACE, error);
    if (status == LSC_OK) {
        status = lsc_json_get_number(map->root, "format", false, 1, 1, &format, LSC_BAD_SPEC, PLACE,
                                     error);
    }
    if (status == LSC_OK) {
        status = get_text(map->root, "id", true, &map->id, PLACE, error);
    }
    if (status == LSC_OK) {
        status = read_time(map, error);
    }
    if (status == LSC_OK) {
        status = read_type(map, error);
    }
    if (status == LSC_OK) {
        status = read_data(map, error);
    }
    return status == LSC_OK ? read_outcome(map, error) : status;
}

lsc_status lsc_event_map_parse(const char *json, size_t length, lsc_event_map *map,
                               lsc_error *error)
{
    const lsc_json_limits limits = {LSC_MAX_EVENT_MAP, 8, LSC_MAX_EVENT_TYPES * 4};
    memset(map, 0, sizeof *map);
    lsc_status status = lsc_json_parse(json, length, &limits, &map->root, error);
    if (status == LSC_OK) {
        status = read_members(map, error);
    }
    if (status != LSC_OK) {
        lsc_event_map_free(map);
    }
    return status;
}

void lsc_event_map_free(lsc_event_map *map)
{
    lsc_json_free(map->root);
    memset(map, 0, sizeof *map);
}

bool lsc_event_map_converts(const lsc_event_map *map, const char *type)
{
    if (map->outcome_types == NULL) {
        return false;
    }
    for (const lsc_json *item = lsc_json_first(map->outcome_types); item != NULL;
         item = lsc_json_next(item)) {
        if (strcmp(lsc_json_string(item), type) == 0) {
            return true;
        }
    }
    return false;
}

/** The parts of a time, by the letters of a pattern. */
static const char LETTERS[] = "YMDhms";

static bool read_pattern(const char *format, const char *text, size_t length, int parts[6])
{
    const char *end = text + length;
    for (; *format != '\0'; format++, text++) {
        const char *letter = strchr(LETTERS, *format);
        if (text == end) {
            return false;
        }
        if (letter == NULL && *text != *format) {
            return false;
        }
        if (letter != NULL) {
            int *part = &parts[letter - LETTERS];
            if (*text < '0' || *text > '9' || *part > 9999) {
                return false;
            }
            *part = *part * 10 + (*text - '0');
        }
    }
    return text == end;
}

bool lsc_event_time_parse(const char *format, const char *text, size_t length, int64_t *time_ms)
{
    int parts[6] = {0};
    char written[64];
    if (format == NULL) {
        return lsc_time_parse(text, length, time_ms, NULL) == LSC_OK;
    }
    if (strcmp(format, "seconds") == 0) {
        double seconds;
        if (!lsc_number_parse(text, length, &seconds) ||
            !(seconds * 1000 >= (double)LSC_TIME_MIN && seconds * 1000 <= (double)LSC_TIME_MAX)) {
            return false;
        }
        *time_ms = (int64_t)floor(seconds * 1000);
        return true;
    }
    if (!read_pattern(format, text, length, parts)) {
        return false;
    }
    snprintf(written, sizeof written, "%04d-%02d-%02dT%02d:%02d:%02dZ", parts[0], parts[1],
             parts[2], parts[3], parts[4], parts[5]);
    return lsc_time_parse(written, strlen(written), time_ms, NULL) == LSC_OK;
}
