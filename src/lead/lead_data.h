/**
 * @file lead_data.h
 * What the modules above read of a lead.
 */
#ifndef LSC_LEAD_LEAD_DATA_H
#define LSC_LEAD_LEAD_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <leadscore/lead.h>
#include <leadscore/source.h>

#include "core/hash.h"
#include "core/json.h"
#include "core/number.h"
#include "core/text.h"
#include "core/visibility.h"

/** A value of a property. Pointers belong to the lead. */
typedef struct lsc_value {
    lsc_value_type type;
    bool boolean;
    uint32_t n_items;
    uint32_t length; /**< bytes of `text` */
    union {
        double number;
        int64_t time_ms;
        const char *text;         /**< NUL-terminated UTF-8, never empty */
        const char *const *items; /**< NUL-terminated UTF-8 [n_items] */
    };
} lsc_value;

/** A named value of a lead or of an event. */
typedef struct lsc_field {
    const char *name;
    uint32_t name_length;
    uint32_t name_hash; /**< lsc_text_hash(), cut */
    lsc_value value;
} lsc_field;

/** An activity on the timeline. Pointers belong to the lead. */
typedef struct lsc_event {
    int64_t time_ms;
    int64_t recorded_time_ms; /**< time_ms where not given */
    const char *type;         /**< one text a type: the same pointer for all events of the lead */
    const char *source;       /**< "" where none */
    const char *id;
    uint32_t type_length;
    uint32_t n_fields;
    const lsc_field *fields; /**< sorted by name */
    bool bot;
    bool identify;      /**< versions the lead's properties: its fields are traits */
    uint32_t type_hash; /**< lsc_text_hash(), cut */
} lsc_event;

/** Put the timeline in order: by (time, source, id). Cheap when it is already. Allocates nothing. */
LSC_SHARED void lsc_lead_settle(lsc_lead *lead);

/** The timeline of a settled lead, deduplicated, in order: events [n]. */
LSC_SHARED const lsc_event *lsc_lead_events(const lsc_lead *lead, size_t *n);

/** True when the event had happened and was known at `as_of_ms`. */
static inline bool lsc_event_visible(const lsc_event *event, int64_t as_of_ms)
{
    return event->time_ms <= as_of_ms && event->recorded_time_ms <= as_of_ms;
}

/**
 * Take names as they are given from now on, and no alias for another: for properties that have been read
 * before, and come back from where they were kept. False: by the lead's table again.
 */
LSC_SHARED void lsc_lead_hold_names(lsc_lead *lead, bool final);

/** Whether a name is another system's: lsc_lead_value() then looks for ours, too. */
LSC_SHARED bool lsc_lead_name_is_alias(const char *name);

/**
 * The value a property had at `as_of_ms`: that of the last visible identify event that names it,
 * else that of the lead itself. The lead is settled. `name`, NUL-terminated past `length`, may be one
 * of the library's aliases, whatever table the lead was read by, unless the lead is a row of a table.
 * @return NULL when it is missing.
 */
LSC_SHARED const lsc_value *lsc_lead_value(const lsc_lead *lead, const char *name, size_t length,
                                           int64_t as_of_ms);

/** A property of an event, or NULL. */
LSC_SHARED const lsc_value *lsc_event_value(const lsc_event *event, const char *name,
                                            size_t length);

/** More fields than this are looked through by halves, not one after the other. */
#define LSC_FEW_FIELDS 16

/** As lsc_event_value(), with the lsc_text_hash() of the name, cut. */
static inline const lsc_value *lsc_event_value_hashed(const lsc_event *event, const char *name,
                                                      size_t length, uint32_t hash)
{
    if (event->n_fields > LSC_FEW_FIELDS) {
        return lsc_event_value(event, name, length);
    }
    for (uint32_t i = 0; i < event->n_fields; i++) {
        const lsc_field *field = &event->fields[i];
        if (field->name_hash == hash && field->name_length == length &&
            lsc_text_equal(field->name, name, length)) {
            return &field->value;
        }
    }
    return NULL;
}

/**
 * The lead has withdrawn its consent to profiling, whatever its properties say: it is not scored as of
 * any time. lsc_lead_clear() forgets it.
 */
LSC_SHARED void lsc_lead_withdraw(lsc_lead *lead);
LSC_SHARED bool lsc_lead_is_withdrawn(const lsc_lead *lead);

/**
 * Set all properties of a lead that was cleared, as lsc_lead_parse_json() does with what it read: of
 * several names of one property the best counts, and one name given twice is refused.
 * @return as lsc_lead_set(). On error clear the lead.
 */
LSC_SHARED lsc_status lsc_lead_fill(lsc_lead *lead, const lsc_property *properties, size_t n,
                                    lsc_error *error);

/** How many events of the timeline version properties. */
LSC_SHARED size_t lsc_lead_n_identify(const lsc_lead *lead);

/** Properties of the lead itself, sorted by name: fields [n]. */
LSC_SHARED const lsc_field *lsc_lead_fields(const lsc_lead *lead, size_t *n);

/** A number, a boolean as 0 or 1, or a text that reads as a number. */
LSC_SHARED bool lsc_value_number(const lsc_value *value, double *number);
/** A time, a number of epoch milliseconds, or a text that lsc_time_parse() reads. */
LSC_SHARED bool lsc_value_time(const lsc_value *value, int64_t *time_ms);
/** A boolean, 0 or 1, or one of true/false/yes/no/y/n/t/f/on/off/1/0 in any case. */
LSC_SHARED bool lsc_value_flag(const lsc_value *value, bool *flag);
/** Room for the text of a number or time, see lsc_value_text(). */
#define LSC_VALUE_TEXT_SIZE 40
/**
 * The value as text: texts as they are, numbers in shortest form, booleans "true" or "false",
 * times as RFC 3339. Lists give NULL.
 * @param scratch  used for what is not text already
 */
LSC_SHARED const char *lsc_value_text(const lsc_value *value, char scratch[LSC_VALUE_TEXT_SIZE]);

/**
 * Feed the canonical form of what is visible of a lead at a time into a hash under way: its id, its
 * fields sorted by name, then its visible events in order with all their members. Equal inputs,
 * typed or JSON, in any order, give equal hashes; what is invisible does not count. Settles.
 */
LSC_SHARED void lsc_lead_hash(lsc_lead *lead, int64_t as_of_ms, lsc_hash *hash);

/** What a JSON text of a lead or its activities may hold at the most. */
LSC_SHARED lsc_json_limits lsc_lead_json_limits(size_t max_bytes);

/**
 * Add one activity that is read already, as lsc_lead_add_activities_json() does.
 * @param lead_id  set to the lead that it names, valid until `lead` is cleared; NULL where it names
 *                 none
 */
LSC_SHARED lsc_status lsc_lead_add_activity_tree(lsc_lead *lead, const lsc_json *activity,
                                                 const char **lead_id, lsc_error *error);

/**
 * Read {"lead_id", "time", "label"}.
 * @param lead_id  set to the lead's id: a part of `json`, or `scratch`
 * @return LSC_OK, or LSC_BAD_LEAD naming the member.
 */
LSC_SHARED lsc_status lsc_outcome_from_json(const lsc_json *json, const char **lead_id,
                                            char scratch[LSC_NUMBER_TEXT_SIZE],
                                            lsc_outcome *outcome, lsc_error *error);

/**
 * Read outcome.label and outcome.time of a lead.
 * @param known  set to false where it has no label
 * @return LSC_OK; LSC_BAD_LEAD for a label that says neither, or one without time.
 */
LSC_SHARED lsc_status lsc_outcome_of_lead(lsc_lead *lead, bool *known, lsc_outcome *outcome,
                                          lsc_error *error);

/**
 * Add a cell of a table's row to a lead that was cleared. No alias is taken, the name is no path, and
 * nothing is copied: name and text must stay until the lead is cleared again.
 * @param column  its name, with length and hash; columns come in the order of their names
 * @param length  of `text`; 0: missing
 */
LSC_SHARED lsc_status lsc_lead_add_cell(lsc_lead *lead, const lsc_field *column, const char *text,
                                        size_t length, lsc_error *error);

/** The name of a property that the source says leads may have, by number; NULL past the last. */
LSC_SHARED const char *lsc_source_property(const lsc_source *source, size_t number);

/**
 * What lsc_source_new() was given to work on, where that is freed by `free_ctx`, which tells whose source it is;
 * NULL for any other.
 */
LSC_SHARED void *lsc_source_ctx(const lsc_source *source, void (*free_ctx)(void *ctx));

/**
 * A source that gives what another gives, and keeps it in memory once it was read to its end, so that
 * after a rewind it need not be read again. Where that would take more than `max_bytes` nothing is
 * kept, and the other source is read each time. What it then gives may be read alone, and not changed.
 * @param from    outlives the new source, which is read in its place
 * @param source  freed by lsc_source_free(), by which what was kept is forgotten
 * @return LSC_OK or LSC_NO_MEMORY, and so for the leads: the other source's statuses, or LSC_NO_MEMORY.
 */
LSC_SHARED lsc_status lsc_source_keep(lsc_source *from, size_t max_bytes,
                                      const lsc_allocator *allocator, lsc_source **source,
                                      lsc_error *error);

#endif
