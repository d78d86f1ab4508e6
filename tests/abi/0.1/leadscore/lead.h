/**
 * @file lead.h
 * A lead: its properties, and the timeline of its activities.
 *
 * A lead is filled by typed calls or from JSON; both give the same lead, to the byte of its hash.
 * It is used by one thread at a time (scoring it may sort its timeline in place), and can be
 * cleared and filled again, which keeps its memory.
 *
 * Properties are named by dotted paths ("company.industry"). A value is text, a number, a boolean,
 * a time or a list of texts. Field names of HubSpot, Salesforce and Mailchimp are taken for the
 * library's own (docs/lead.md lists them).
 */
#ifndef LEADSCORE_LEAD_H
#define LEADSCORE_LEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "allocator.h"
#include "clock.h"
#include "status.h"

LSC_BEGIN_DECLS

/** Limits of one lead. One past any of them is LSC_LIMIT. */
#define LSC_MAX_PROPERTIES 1000       /**< properties of a lead, and of an activity */
#define LSC_MAX_PROPERTY_NAME 256     /**< bytes of a dotted path */
#define LSC_MAX_TEXT 65536            /**< bytes of a text value, id, type or source */
#define LSC_MAX_LIST 1000             /**< items of a list */
#define LSC_MAX_ACTIVITIES 1000000    /**< activities of a lead, duplicates not counted */
#define LSC_MAX_LEAD_JSON (16u << 20) /**< bytes of the JSON of one lead, activities embedded */
#define LSC_MAX_ACTIVITIES_JSON (256u << 20) /**< bytes of the activities of one lead */
#define LSC_MAX_JSON_DEPTH 32                /**< arrays and objects inside each other */

typedef struct lsc_lead lsc_lead;

/** The type of a property's value. */
typedef enum lsc_value_type {
    LSC_VALUE_MISSING = 0, /**< null, "", or not there */
    LSC_VALUE_BOOL = 1,
    LSC_VALUE_NUMBER = 2,
    LSC_VALUE_TEXT = 3,
    LSC_VALUE_TIME = 4,
    LSC_VALUE_LIST = 5
} lsc_value_type;

/** A named value. The pointers are the caller's and need to live for the call only. */
typedef struct lsc_property {
    const char *name; /**< dotted path, UTF-8 */
    lsc_value_type type;
    bool boolean;
    double number;    /**< finite */
    const char *text; /**< UTF-8 */
    int64_t time_ms;
    const char *const *items; /**< of a list: UTF-8 texts [n_items] */
    size_t n_items;
} lsc_property;

/** Something a lead did, or that was done to it. Start from LSC_ACTIVITY_INIT. */
typedef struct lsc_activity {
    size_t size;                    /**< sizeof(lsc_activity) */
    const char *id;                 /**< unique within `source`; required, not empty */
    const char *type;               /**< e.g. "Email Opened"; required, not empty */
    const char *source;             /**< the system it came from; NULL counts as "" */
    int64_t time_ms;                /**< when it happened; required */
    int64_t recorded_time_ms;       /**< when we learned of it; LSC_TIME_NONE: at time_ms */
    bool bot;                       /**< made by a machine; features count people */
    const lsc_property *properties; /**< [n_properties], or NULL */
    size_t n_properties;
} lsc_activity;

/* clang-format off */
#define LSC_ACTIVITY_INIT \
    {sizeof(lsc_activity), NULL, NULL, NULL, LSC_TIME_NONE, LSC_TIME_NONE, false, NULL, 0}
/* clang-format on */

/**
 * Set an activity to LSC_ACTIVITY_INIT, for languages without the macro.
 *
 * @param size  sizeof(lsc_activity) of the headers that the caller was built with. No more is
 *              written, though the library's own may have grown since; what the library does not
 *              know of is set to zero
 * @since 0.1
 */
LSC_API void lsc_activity_init(lsc_activity *activity, size_t size);

/**
 * Make an empty lead.
 *
 * @param allocator  copied; NULL for the C library's
 * @param lead       set to the new lead, freed by lsc_lead_free(); NULL on error
 * @return LSC_OK, LSC_INVALID_ARG or LSC_NO_MEMORY.
 * @since 0.1
 */
LSC_API lsc_status lsc_lead_new(const lsc_allocator *allocator, lsc_lead **lead, lsc_error *error);

/** Free a lead. NULL is allowed. @since 0.1 */
LSC_API void lsc_lead_free(lsc_lead *lead);

/** Forget id, properties and activities; keep the memory for the next lead. @since 0.1 */
LSC_API void lsc_lead_clear(lsc_lead *lead);

/**
 * Set the lead's id: any UTF-8 text, unique within the organization, not empty.
 * @return LSC_OK, LSC_INVALID_ARG, LSC_LIMIT or LSC_NO_MEMORY; unchanged on error.
 * @since 0.1
 */
LSC_API lsc_status lsc_lead_set_id(lsc_lead *lead, const char *id, lsc_error *error);

/** The lead's id, or "" when none was set. Valid until the lead is changed or freed. @since 0.1 */
LSC_API const char *lsc_lead_id(const lsc_lead *lead);

/**
 * Set a property, in place of one of the same name. Everything is copied.
 * LSC_VALUE_MISSING removes it. "id" sets the lead's id; "created_at" and "outcome.time" are kept
 * as times, in whatever form lsc_time_parse() reads they come.
 *
 * @return LSC_OK; LSC_INVALID_ARG for a NULL or empty name, text that is not UTF-8, a number that
 *         is not finite, a time out of range or that is none; LSC_LIMIT; LSC_NO_MEMORY. Unchanged
 *         on error.
 * @since 0.1
 */
LSC_API lsc_status lsc_lead_set(lsc_lead *lead, const lsc_property *property, lsc_error *error);

/** Set a text; NULL or "" removes the property. As lsc_lead_set(). @since 0.1 */
LSC_API lsc_status lsc_lead_set_text(lsc_lead *lead, const char *name, const char *text,
                                     lsc_error *error);

/** Set a number. As lsc_lead_set(). @since 0.1 */
LSC_API lsc_status lsc_lead_set_number(lsc_lead *lead, const char *name, double number,
                                       lsc_error *error);

/** Set a boolean. As lsc_lead_set(). @since 0.1 */
LSC_API lsc_status lsc_lead_set_bool(lsc_lead *lead, const char *name, bool boolean,
                                     lsc_error *error);

/** Set a time. As lsc_lead_set(). @since 0.1 */
LSC_API lsc_status lsc_lead_set_time(lsc_lead *lead, const char *name, int64_t time_ms,
                                     lsc_error *error);

/**
 * Add an activity. Everything is copied. One that has the source and id of an activity already
 * there is its duplicate: the one recorded first stays, whichever was added first.
 *
 * @return LSC_OK; LSC_INVALID_ARG for a missing id, type or time, or a bad property; LSC_LIMIT;
 *         LSC_NO_MEMORY. Unchanged on error.
 * @since 0.1
 */
LSC_API lsc_status lsc_lead_add_activity(lsc_lead *lead, const lsc_activity *activity,
                                         lsc_error *error);

/** Distinct activities of the lead, visible or not. @since 0.1 */
LSC_API size_t lsc_lead_n_activities(const lsc_lead *lead);

/**
 * Fill a lead from one JSON object, in place of what it held. Nested objects become dotted paths;
 * unknown fields are kept as properties. A field "activities" may hold the array that
 * lsc_lead_add_activities_json() takes.
 *
 * @param json    strict RFC 8259, UTF-8, not NUL-terminated, at most LSC_MAX_LEAD_JSON bytes
 * @return LSC_OK; LSC_BAD_JSON, LSC_BAD_LEAD, LSC_LIMIT with the byte offset where it is known;
 *         LSC_NO_MEMORY. On error the lead is empty.
 * @since 0.1
 */
LSC_API lsc_status lsc_lead_parse_json(lsc_lead *lead, const char *json, size_t length,
                                       lsc_error *error);

/**
 * Add activities from JSON: an array, or objects one a line (NDJSON). Each is either flat
 * ({"id", "type", "time", "recorded_time", "source", "bot", "data"}) or a CloudEvents 1.0 envelope
 * with a Segment body. Times are RFC 3339 or epoch milliseconds. An activity that names another
 * lead ("lead_id") is refused.
 *
 * @param json  as for lsc_lead_parse_json(), at most LSC_MAX_ACTIVITIES_JSON bytes
 * @return as lsc_lead_parse_json(); LSC_BAD_LEAD names the activity's position. On error none of
 *         these activities is added.
 * @since 0.1
 */
LSC_API lsc_status lsc_lead_add_activities_json(lsc_lead *lead, const char *json, size_t length,
                                                lsc_error *error);

LSC_END_DECLS

#endif
