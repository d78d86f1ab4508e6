/**
 * @file event_map.h
 * The map of a foreign file of events: which column says what. docs/events.md describes the JSON.
 */
#ifndef LSC_LEAD_EVENT_MAP_H
#define LSC_LEAD_EVENT_MAP_H

#include "core/json.h"

/** Bytes of a map, and members of its lists. */
#define LSC_MAX_EVENT_MAP (1u << 20)
#define LSC_MAX_EVENT_DATA 100
#define LSC_MAX_EVENT_TYPES 1000

/** A property of an activity, and the column its number stands in. */
typedef struct lsc_event_datum {
    const char *name;
    const char *column;
} lsc_event_datum;

/** What a map says. Texts belong to `root`. */
typedef struct lsc_event_map {
    lsc_json *root;
    const char *id; /**< column */
    const char *time;
    const char *time_format; /**< NULL: what lsc_time_parse() reads */
    const char *type;        /**< of every activity; NULL: it stands in type_column */
    const char *type_column;
    lsc_event_datum data[LSC_MAX_EVENT_DATA];
    size_t n_data;
    const lsc_json *outcome_types; /**< array of texts; NULL: no outcomes */
    bool repeatable;
} lsc_event_map;

/**
 * @param map  freed by lsc_event_map_free(); empty on error
 * @return LSC_OK; LSC_BAD_JSON; LSC_BAD_SPEC naming the member and its value; LSC_LIMIT;
 *         LSC_NO_MEMORY.
 */
lsc_status lsc_event_map_parse(const char *json, size_t length, lsc_event_map *map,
                               lsc_error *error);
void lsc_event_map_free(lsc_event_map *map);

/** Whether activities of a type are conversions. */
bool lsc_event_map_converts(const lsc_event_map *map, const char *type);

/**
 * Read a time by a pattern: runs of Y, M, D, h, m and s are digits of year, month, day, hour, minute
 * and second, all else stands for itself. "YYYYMMDD", "DD.MM.YYYY hh:mm". Times are UTC. NULL for
 * what lsc_time_parse() reads, and "seconds" for seconds since 1970.
 * @return false where the text is no such time.
 */
bool lsc_event_time_parse(const char *format, const char *text, size_t length, int64_t *time_ms);

#endif
