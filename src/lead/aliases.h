/**
 * @file aliases.h
 * Field names of other systems, from the table aliases.def.
 */
#ifndef LSC_LEAD_ALIASES_H
#define LSC_LEAD_ALIASES_H

#include <stddef.h>

/** An entry of the table. */
typedef struct lsc_alias {
    const char *theirs;
    const char *ours;
    const char *system;
} lsc_alias;

/** The table, sorted by `theirs`: [n]. */
const lsc_alias *lsc_aliases(size_t *n);

/**
 * What a property of a lead is called here. A name within "properties." (as HubSpot nests them)
 * counts as if it stood outside.
 *
 * @param rank  set to how good the name is, where several mean the same: 0 for our own
 * @return static text, or a part of `name`.
 */
const char *lsc_alias_resolve(const char *name, size_t *rank);

#endif
