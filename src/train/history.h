/**
 * @file history.h
 * Which properties of a spec the data version in time. What no identify activity ever names counts
 * as static: its value of today stands in rows of the past. The model card lists these.
 */
#ifndef LSC_TRAIN_HISTORY_H
#define LSC_TRAIN_HISTORY_H

#include <leadscore/spec.h>

#include "core/error.h"
#include "core/json.h"
#include "core/string_map.h"
#include "lead/lead_data.h"

/** A property that some feature reads. */
typedef struct lsc_read_property {
    const char *name;
    bool versioned; /**< an identify activity names it */
    /** Leads that converted and hold a value themselves, seen at every time, by when the source says
        that it was set: before the conversion, or at it or after. */
    size_t n_before;
    size_t n_after;
} lsc_read_property;

/** What the identify activities of one lead tell of a property. */
typedef struct lsc_naming {
    int64_t first_ms;      /**< when it was first named; LSC_TIME_NONE: never */
    const lsc_value *last; /**< what it was named last */
} lsc_naming;

typedef struct lsc_history {
    lsc_json *spec; /**< holds the names */
    lsc_read_property *properties;
    lsc_naming *namings; /**< [n_properties], of the lead that is looked at */
    size_t n_properties;
    size_t capacity;
    lsc_string_map numbers; /**< name of a property -> its index */
} lsc_history;

/** Begin with the properties that a spec's features read, none of them versioned. */
lsc_status lsc_history_init(lsc_history *history, const lsc_spec *spec,
                            const lsc_allocator *allocator, lsc_error *error);
/**
 * Look at the identify activities of a settled lead.
 * @param converted_ms  when it first converted; INT64_MAX: it did not, or that is not known
 */
void lsc_history_look(lsc_history *history, const lsc_lead *lead, int64_t converted_ms);
/** Keep what is known of the properties that another spec reads. */
lsc_status lsc_history_narrow(lsc_history *history, const lsc_spec *spec, lsc_error *error);
void lsc_history_free(lsc_history *history);

#endif
