/**
 * @file flat_aliases.h
 * What other systems call the properties of a lead.
 */
#ifndef LEADSCORE_FLAT_ALIASES_H
#define LEADSCORE_FLAT_ALIASES_H

#include "flat.h"

#include <leadscore/aliases.h>

/* Tables, freed with lsc_aliases_unref(). */

lsc_aliases *flat_aliases_named(const char *name, lsc_error *error);
lsc_aliases *flat_aliases_read(const char *bytes, size_t length, lsc_error *error);

/** By which leads and activities of JSON are read from now on; NULL: all tables of the library. */
void flat_scorer_set_aliases(flat_scorer *scorer, lsc_aliases *aliases, lsc_error *error);

#endif
