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

/** A property that some feature reads. */
typedef struct lsc_read_property {
    const char *name;
    bool versioned; /**< an identify activity names it */
} lsc_read_property;

typedef struct lsc_history {
    lsc_json *spec; /**< holds the names */
    lsc_read_property *properties;
    size_t n_properties;
    size_t capacity;
    lsc_string_map numbers; /**< name of a property -> its index */
} lsc_history;

/** Begin with the properties that a spec's features read, none of them versioned. */
lsc_status lsc_history_init(lsc_history *history, const lsc_spec *spec,
                            const lsc_allocator *allocator, lsc_error *error);
/** Look at the identify activities of a settled lead. */
void lsc_history_look(lsc_history *history, const lsc_lead *lead);
void lsc_history_free(lsc_history *history);

#endif
