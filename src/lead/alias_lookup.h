/**
 * @file alias_lookup.h
 * Tables of aliases: as they are looked up, and those of src/lead/aliases, which alias_tables.py
 * compiles in.
 */
#ifndef LSC_LEAD_ALIAS_LOOKUP_H
#define LSC_LEAD_ALIAS_LOOKUP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <leadscore/aliases.h>

#include "core/arena.h"

/** An entry of a table. */
typedef struct lsc_alias {
    const char *theirs;
    const char *ours;
    uint32_t rank; /**< from 0: of several names of one property the lowest counts */
} lsc_alias;

/** What is looked up. */
typedef struct lsc_alias_table {
    const lsc_alias *entries; /**< [n], sorted by the bytes of `theirs` */
    size_t n;
    const char *wrapper; /**< "properties." where such an object is looked into; "" for none */
    size_t wrapper_length;
} lsc_alias_table;

/** A table with its name; after the last stands one whose name is NULL. */
typedef struct lsc_named_aliases {
    const char *name;
    lsc_alias_table table;
} lsc_named_aliases;

/** The tables of src/lead/aliases, by the names of their files, and "all". */
extern const lsc_named_aliases lsc_alias_tables[];
/** All of them in one: what is taken where none is chosen. */
extern const lsc_alias_table lsc_all_aliases;
/** What every table has besides: names of Segment, which identify activities bring along. */
extern const lsc_alias_table lsc_common_aliases;
/** No alias at all. */
extern const lsc_alias_table lsc_no_aliases;

struct lsc_aliases {
    atomic_size_t references;
    lsc_allocator allocator;
    lsc_arena arena; /**< what the table points to */
    lsc_alias_table table;
};

/** A table with one reference and no entries; NULL when memory ran out. */
lsc_aliases *lsc_aliases_new(const lsc_allocator *allocator);

/** Where names within a wrapper begin to rank: behind all that stand outside. */
#define LSC_WRAPPED_RANK (2 * LSC_MAX_ALIASES)

/**
 * What a property of a lead is called here. A name within the table's wrapper counts as if it stood
 * outside, behind all that do.
 *
 * @param rank  set to how good the name is, where several mean the same: 0 for our own
 * @return a text of the table's, or a part of `name`.
 */
const char *lsc_alias_resolve(const lsc_alias_table *table, const char *name, size_t *rank);

/** The entry of a name, which is not looked for within the wrapper; NULL where it is none. */
const lsc_alias *lsc_alias_find(const lsc_alias_table *table, const char *name);

/** Whether the name is one of the lead's own that docs/lead.md lists. */
bool lsc_is_own_property(const char *name);

/** Whether any of these begins so, as "company." does. */
bool lsc_holds_own_property(const char *prefix);

#endif
