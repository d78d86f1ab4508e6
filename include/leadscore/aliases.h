/**
 * @file aliases.h
 * What other systems call the properties of a lead.
 *
 * A table of aliases maps the names of a system to the library's own: "jobtitle" to "job_title". Tables
 * of HubSpot, Salesforce, Mailchimp and Segment are part of the library, and all of them together are
 * what leads are read by where none is chosen. docs/lead.md has them, and the form of a table of
 * one's own.
 *
 * A table is immutable, reference-counted, and shared by any number of threads.
 */
#ifndef LEADSCORE_ALIASES_H
#define LEADSCORE_ALIASES_H

#include <stddef.h>

#include "allocator.h"
#include "lead.h"
#include "status.h"

LSC_BEGIN_DECLS

/** Limits of a table. One past any of them is LSC_LIMIT. */
#define LSC_MAX_ALIASES_JSON (1u << 20) /**< bytes */
#define LSC_MAX_ALIASES 10000           /**< names of the other system */

typedef struct lsc_aliases lsc_aliases;

/**
 * A table of the library's own.
 *
 * @param name       "hubspot", "salesforce", "mailchimp" or "segment"; "all": these together; "none":
 *                   names are taken as they are given
 * @param allocator  copied; NULL for the C library's
 * @param aliases    set to a table with one reference; NULL on error
 * @return LSC_OK; LSC_NOT_FOUND for another name, with those there are; LSC_INVALID_ARG;
 *         LSC_NO_MEMORY.
 * @since 0.1
 */
LSC_API lsc_status lsc_aliases_named(const char *name, const lsc_allocator *allocator,
                                     lsc_aliases **aliases, lsc_error *error);

/**
 * Read a table of one's own from JSON.
 *
 * @param json       strict JSON, not NUL-terminated, at most LSC_MAX_ALIASES_JSON bytes
 * @param allocator  copied; NULL for the C library's
 * @param aliases    set to a table with one reference; NULL on error
 * @return LSC_OK; LSC_BAD_JSON; LSC_BAD_SPEC naming the member and its value: a property that is
 *         none of the library's, a name given twice, one that is the library's own, one that leads to
 *         another; LSC_UNSUPPORTED for a newer format; LSC_LIMIT; LSC_INVALID_ARG; LSC_NO_MEMORY.
 * @since 0.1
 */
LSC_API lsc_status lsc_aliases_parse(const char *json, size_t length,
                                     const lsc_allocator *allocator, lsc_aliases **aliases,
                                     lsc_error *error);

/** One more reference. Returns `aliases`. @since 0.1 */
LSC_API lsc_aliases *lsc_aliases_ref(lsc_aliases *aliases);
/** One reference less; the last one frees. NULL is allowed. @since 0.1 */
LSC_API void lsc_aliases_unref(lsc_aliases *aliases);

/**
 * What a name of the other system is called here.
 *
 * @param aliases  NULL: all of the library's tables
 * @param name     a dotted path
 * @return a text of the table's, or a part of `name` where it is no alias.
 * @since 0.1
 */
LSC_API const char *lsc_aliases_meaning(const lsc_aliases *aliases, const char *name);

/**
 * Choose the table by which a lead's properties are named from now on, by typed calls, in JSON and in
 * its identify activities. lsc_lead_clear() keeps it; properties that are set already keep their names.
 *
 * @param aliases  the lead holds a reference; NULL: all of the library's tables, as at first
 * @return LSC_OK or LSC_INVALID_ARG.
 * @since 0.1
 */
LSC_API lsc_status lsc_lead_set_aliases(lsc_lead *lead, lsc_aliases *aliases, lsc_error *error);

LSC_END_DECLS

#endif
