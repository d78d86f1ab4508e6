/**
 * @file flat_source.h
 * Leads to learn from, and what is computed of them.
 */
#ifndef LEADSCORE_FLAT_SOURCE_H
#define LEADSCORE_FLAT_SOURCE_H

#include "flat.h"
#include "flat_key.h"

#include <leadscore/aliases.h>
#include <leadscore/source.h>
#include <leadscore/spec.h>

/* Sources, freed with lsc_source_free(). What is not needed may be NULL, a delimiter 0. */

lsc_source *flat_source_files(const char *leads, const char *activities, const char *outcomes,
                              bool ignore_unknown, lsc_aliases *aliases, lsc_error *error);
lsc_source *flat_source_table(const char *path, const char *label, const char *positive,
                              const char *id, int delimiter, lsc_aliases *aliases,
                              lsc_error *error);
lsc_source *flat_source_events(const char *path, const char *map, size_t map_length, int delimiter,
                               lsc_error *error);
/** `actor` must outlive the source. */
lsc_source *flat_source_store(const char *path, const char *organization, const flat_key *key,
                              const flat_actor *actor, lsc_error *error);

/** A spec, with what was left out of it, and why. */
typedef struct flat_spec flat_spec;

flat_spec *flat_spec_read(const char *bytes, size_t length, lsc_error *error);
/** As the library has it where none is given. */
flat_spec *flat_spec_usual(lsc_error *error);
/** Inferred from a table, which is then at its first row again. */
flat_spec *flat_spec_of_table(lsc_source *source, const char *const *exclude, size_t n_exclude,
                              const char *const *include, size_t n_include, lsc_error *error);
/** Inferred from events, which are then at their first lead again. */
flat_spec *flat_spec_of_events(lsc_source *source, lsc_error *error);
lsc_spec *flat_spec_inner(const flat_spec *spec);
flat_bytes flat_spec_text(const flat_spec *spec);
/** A line each; NULL where nothing was inferred from a table. */
const char *flat_spec_notes(const flat_spec *spec);
size_t flat_spec_columns(const flat_spec *spec);
/** NULL past the last. */
const char *flat_spec_column(const flat_spec *spec, size_t column);
void flat_spec_free(flat_spec *spec);

#endif
