/**
 * @file lead_impl.h
 * The insides of a lead, for the files of src/lead alone.
 */
#ifndef LSC_LEAD_LEAD_IMPL_H
#define LSC_LEAD_LEAD_IMPL_H

#include "core/arena.h"
#include "core/error.h"
#include "core/string_map.h"
#include "lead/alias_lookup.h"
#include "lead/lead_data.h"

/** Values in the JSON of a lead, or of its activities, all together. */
#define LSC_MAX_JSON_VALUES 20000000

/**
 * Fields in the JSON of a lead or of an activity, before those that are one property by another name
 * are told. It bounds what is held of them until their number is known.
 */
#define LSC_MAX_LEAVES (4 * LSC_MAX_PROPERTIES)

/** The type of activities whose properties are traits of the lead. */
#define LSC_IDENTIFY "identify"

/**
 * Everything a lead points to stands in its arena. Events are first staged behind the timeline,
 * which can run out of memory, then committed to it: that is what makes a call all or nothing.
 */
struct lsc_lead {
    lsc_allocator allocator;
    lsc_arena arena;
    const char *id; /**< "" where none */
    bool is_row;    /**< of a table: its fields have the names of its columns */
    bool withdrawn; /**< see lsc_lead_withdraw() */

    lsc_aliases *aliases;         /**< a reference, or NULL: all of the library's */
    const lsc_alias_table *names; /**< of `aliases`, or lsc_no_aliases while names are final */

    lsc_field *fields; /**< [n_fields], sorted by name */
    size_t n_fields;
    size_t fields_capacity;

    lsc_event *events; /**< [n_events + n_staged] */
    size_t n_events;   /**< distinct by (source, id) */
    size_t n_staged;
    size_t events_capacity;
    size_t n_identify; /**< identify events among n_events */
    size_t n_ordered;  /**< the first of them, which stand in the order of lsc_lead_settle() */

    lsc_string_map types; /**< texts of types: events of one type share it */

    lsc_string_map places; /**< identity of an event to its index in events */
    bool places_stale;     /**< to be made again before it is used */

    /* What reading JSON uses, one lead or activity at a time. */
    lsc_arena scratch;
    lsc_property *leaves; /**< [n_leaves] */
    size_t n_leaves;
    size_t leaves_capacity;
};

/**
 * Set the id from a value of the lead's property "id". A text is not copied.
 * @return as lsc_lead_set_id().
 */
lsc_status lsc_lead_take_id(lsc_lead *lead, const lsc_value *value, lsc_error *error);

#endif
