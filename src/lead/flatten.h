/**
 * @file flatten.h
 * A JSON object as properties under dotted paths.
 */
#ifndef LSC_LEAD_FLATTEN_H
#define LSC_LEAD_FLATTEN_H

#include "core/json.h"
#include "lead/lead_impl.h"

/**
 * Set lead->leaves to what stands in an object. Nested objects become dotted paths; an array
 * becomes a list of its texts, numbers and booleans, each as text, and what else stands in it is
 * left out. Missing values are left out. The leaves live until lead->scratch is cleared.
 *
 * @param object  of at most LSC_MAX_JSON_DEPTH levels; NULL gives no leaves
 * @param prefix  a path in front of every name; "" for none
 * @param skip    a member of the object to leave out; NULL for none
 * @return LSC_OK; LSC_BAD_LEAD for an empty name, LSC_LIMIT for a long path or list;
 *         LSC_NO_MEMORY.
 */
lsc_status lsc_flatten(lsc_lead *lead, const lsc_json *object, const char *prefix, const char *skip,
                       lsc_error *error);

#endif
