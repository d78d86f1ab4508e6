#include "flat_source.h"

#include "flat_support.h"

#include <stdlib.h>

struct flat_spec {
    lsc_spec *spec;
    char *notes;
};

lsc_source *flat_source_files(const char *leads, const char *activities, const char *outcomes,
                              bool ignore_unknown, lsc_aliases *aliases, lsc_error *error)
{
    lsc_source *source = NULL;
    lsc_files files = LSC_FILES_INIT;
    files.leads = leads;
    files.activities = activities;
    files.outcomes = outcomes;
    files.ignore_unknown = ignore_unknown;
    files.aliases = aliases;
    lsc_source_open_files(&files, &source, error);
    return source;
}

lsc_source *flat_source_table(const char *path, const char *label, const char *positive,
                              const char *id, int delimiter, lsc_aliases *aliases, lsc_error *error)
{
    lsc_source *source = NULL;
    lsc_csv csv = LSC_CSV_INIT;
    csv.path = path;
    csv.label = label;
    csv.positive = positive;
    csv.id = id;
    csv.delimiter = (char)delimiter;
    csv.aliases = aliases;
    lsc_source_open_csv(&csv, &source, error);
    return source;
}

lsc_source *flat_source_events(const char *path, const char *map, size_t map_length, int delimiter,
                               lsc_error *error)
{
    lsc_source *source = NULL;
    lsc_events events = LSC_EVENTS_INIT;
    events.path = path;
    events.map_json = map;
    events.map_length = map_length;
    events.delimiter = (char)delimiter;
    lsc_source_open_events(&events, &source, error);
    return source;
}

lsc_source *flat_source_store(const char *path, const char *organization, const flat_key *key,
                              const flat_actor *actor, lsc_error *error)
{
    lsc_source *source = NULL;
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    options.key = flat_key_inner(key);
    options.actor = flat_actor_inner(actor);
    lsc_source_open_store(path, organization, &options, &source, error);
    return source;
}

/** The spec, or NULL and its memory freed where it could not be made. */
static flat_spec *made_spec(flat_spec *spec, lsc_status status)
{
    if (status != LSC_OK) {
        flat_spec_free(spec);
        return NULL;
    }
    return spec;
}

flat_spec *flat_spec_read(const char *bytes, size_t length, lsc_error *error)
{
    flat_spec *made = flat_alloc(sizeof *made, error);
    return made == NULL ? NULL
                        : made_spec(made, lsc_spec_parse(bytes, length, NULL, &made->spec, error));
}

flat_spec *flat_spec_usual(lsc_error *error)
{
    flat_spec *made = flat_alloc(sizeof *made, error);
    return made == NULL ? NULL : made_spec(made, lsc_spec_default(NULL, &made->spec, error));
}

flat_spec *flat_spec_of_table(lsc_source *source, const char *const *exclude, size_t n_exclude,
                              const char *const *include, size_t n_include, lsc_error *error)
{
    lsc_infer infer = LSC_INFER_INIT;
    flat_spec *made = flat_alloc(sizeof *made, error);
    if (made == NULL) {
        return NULL;
    }
    infer.exclude = exclude;
    infer.n_exclude = n_exclude;
    infer.include = include;
    infer.n_include = n_include;
    lsc_status status = lsc_spec_infer(source, &infer, NULL, &made->spec, &made->notes, error);
    return made_spec(made, status == LSC_OK ? lsc_source_rewind(source, error) : status);
}

flat_spec *flat_spec_of_events(lsc_source *source, lsc_error *error)
{
    flat_spec *made = flat_alloc(sizeof *made, error);
    if (made == NULL) {
        return NULL;
    }
    lsc_status status = lsc_spec_infer_events(source, NULL, &made->spec, error);
    return made_spec(made, status == LSC_OK ? lsc_source_rewind(source, error) : status);
}

lsc_spec *flat_spec_inner(const flat_spec *spec)
{
    return spec == NULL ? NULL : spec->spec;
}

flat_bytes flat_spec_text(const flat_spec *spec)
{
    flat_bytes json = {NULL, 0};
    json.bytes = lsc_spec_json(spec->spec, &json.length);
    return json;
}

const char *flat_spec_notes(const flat_spec *spec)
{
    return spec->notes;
}

size_t flat_spec_columns(const flat_spec *spec)
{
    return lsc_spec_n_columns(spec->spec);
}

const char *flat_spec_column(const flat_spec *spec, size_t column)
{
    return lsc_spec_column_name(spec->spec, column);
}

void flat_spec_free(flat_spec *spec)
{
    if (spec != NULL) {
        lsc_spec_unref(spec->spec);
        lsc_text_free(spec->notes);
        free(spec);
    }
}
