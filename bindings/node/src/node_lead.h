/**
 * @file node_lead.h
 * Leads of JSON, and tables of aliases, by which their properties are named.
 */
#ifndef LSC_NODE_LEAD_H
#define LSC_NODE_LEAD_H

#include "node_values.h"

/**
 * The table of a handle, which holds it during the call; undefined: NULL, for all of the library's tables.
 * @return false, and an exception, for what is no handle
 */
bool lsc_node_read_aliases(napi_env env, napi_value value, lsc_aliases **aliases);
/** The same with a reference, which is the caller's. */
bool lsc_node_keep_aliases(napi_env env, napi_value value, lsc_aliases **aliases);

/**
 * Make a lead, in any thread.
 * @param activities  may have no bytes
 * @param lead        the caller's to free, also on error; or NULL
 */
lsc_status lsc_node_new_lead(const lsc_node_text *json, const lsc_node_text *activities,
                             lsc_aliases *aliases, lsc_lead **lead, lsc_error *error);

/** Of node_lead.c. */
extern const lsc_node_function lsc_node_alias_functions[];

#endif
