/**
 * @file fields.h
 * Properties as given, checked and copied to fields: of a lead, or of an activity.
 */
#ifndef LSC_LEAD_FIELDS_H
#define LSC_LEAD_FIELDS_H

#include "lead/lead_impl.h"

/** What names mean. */
typedef enum lsc_naming {
    LSC_NAMES_AS_GIVEN, /**< properties of an activity */
    LSC_NAMES_OF_LEAD   /**< aliases are resolved, and times that we know of are read */
} lsc_naming;

/**
 * Check a property and copy it to the lead's arena.
 * @param field  its type is LSC_VALUE_MISSING for a missing value
 * @return LSC_OK, LSC_INVALID_ARG, LSC_LIMIT or LSC_NO_MEMORY.
 */
lsc_status lsc_field_make(lsc_lead *lead, const lsc_property *property, lsc_naming naming,
                          lsc_field *field, lsc_error *error);

/**
 * Check properties and copy those that are not missing to the lead's arena, sorted by name. Where
 * several names mean the same, our own wins, then the best of the lead's table of aliases.
 * @param fields  set to an array [n_fields] in the lead's arena, or NULL where there is none
 * @return as lsc_field_make(); LSC_INVALID_ARG also for a repeated name. How many there may be is
 *         the caller's to check.
 */
lsc_status lsc_fields_make(lsc_lead *lead, const lsc_property *properties, size_t n_properties,
                           lsc_naming naming, lsc_field **fields, size_t *n_fields,
                           lsc_error *error);

/** LSC_OK, or LSC_LIMIT for more than `max` properties. */
lsc_status lsc_fields_check_count(size_t n, size_t max, lsc_error *error);

/** Where a field of this name stands, or would: 0 to n. */
size_t lsc_fields_place(const lsc_field *fields, size_t n, const char *name, size_t length,
                        bool *found);

/** The value of this name, or NULL. */
const lsc_value *lsc_fields_find(const lsc_field *fields, size_t n, const char *name,
                                 size_t length);

/** A total order over fields: <0, 0, >0. */
int lsc_fields_compare(const lsc_field *a, size_t n_a, const lsc_field *b, size_t n_b);

/** Check that `text` is UTF-8 of at most `max` bytes; `what` names it in the message. */
lsc_status lsc_text_measure(const char *what, const char *text, size_t max, size_t *length,
                            lsc_error *error);

#endif
