#include "arrow_table.h"

#include <string.h>

#include "core/error.h"
#include "core/options.h"
#include "core/string_map.h"

/** Bytes of lsc_arrow_options in release 0.1, the least that a caller may give. */
#define OPTIONS_SIZE_0_1 LSC_SIZE_UP_TO(lsc_arrow_options, ignore_unknown)

void lsc_arrow_options_init(lsc_arrow_options *options, size_t size)
{
    const lsc_arrow_options defaults = LSC_ARROW_OPTIONS_INIT;
    lsc_options_init(options, size, &defaults, sizeof defaults);
}

lsc_status lsc_arrow_options_resolve(const lsc_arrow_options *given, lsc_arrow_options *options,
                                     lsc_error *error)
{
    *options = (lsc_arrow_options)LSC_ARROW_OPTIONS_INIT;
    lsc_status status = LSC_OK;
    if (given != NULL) {
        status = lsc_options_read("lsc_arrow_options", options, sizeof *options, given,
                                  OPTIONS_SIZE_0_1, error);
    }
    if (status == LSC_OK) {
        lsc_allocator resolved;
        status = lsc_allocator_resolve(&options->allocator, &resolved, error);
        if (status == LSC_OK) {
            options->allocator = resolved;
        }
    }
    return status;
}

/** That a schema is a table's, and what it points at is there. */
static lsc_status check_schema(const struct ArrowSchema *schema, lsc_error *error)
{
    if (schema->release == NULL || schema->format == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "the schema was released, or never filled");
    }
    if (strcmp(schema->format, "+s") != 0) {
        return lsc_fail(error, LSC_INVALID_ARG,
                        "the schema is of format \"%.32s\", a table is a struct, \"+s\"",
                        schema->format);
    }
    if (schema->n_children < 0 || (schema->n_children > 0 && schema->children == NULL)) {
        return lsc_fail(error, LSC_INVALID_ARG,
                        "the schema has %lld children, and no room for them",
                        (long long)schema->n_children);
    }
    if (schema->n_children > LSC_MAX_ARROW_COLUMNS) {
        return lsc_fail(error, LSC_LIMIT, "the table has %lld columns, the most are %d",
                        (long long)schema->n_children, LSC_MAX_ARROW_COLUMNS);
    }
    return LSC_OK;
}

/** The name of a child, "" where it has none; NULL where it is no schema. */
static const char *child_name(const struct ArrowSchema *schema, size_t child)
{
    const struct ArrowSchema *of_child = schema->children[child];
    if (of_child == NULL || of_child->release == NULL || of_child->format == NULL) {
        return NULL;
    }
    return of_child->name != NULL ? of_child->name : "";
}

/** Add each column of the spec to the map, by its number. */
static lsc_status map_columns(const lsc_spec *spec, lsc_string_map *map, lsc_error *error)
{
    size_t n_columns = lsc_spec_n_columns(spec);
    for (size_t column = 0; column < n_columns; column++) {
        const char *name = lsc_spec_column_name(spec, column);
        bool found;
        if (lsc_string_map_insert(map, name, strlen(name), column, &found) == NULL) {
            return lsc_fail_memory(error);
        }
        if (found) {
            return lsc_fail(error, LSC_UNSUPPORTED,
                            "two columns of the model are called \"%s\": no name tells them apart",
                            name);
        }
    }
    return LSC_OK;
}

/** Note where a column of the model stands. A source without type is one that was not seen yet. */
static lsc_status take_child(lsc_arrow_reader *reader, const struct ArrowSchema *child,
                             const char *name, size_t number, size_t column, lsc_error *error)
{
    lsc_arrow_source *source = &reader->sources[column];
    if (source->type != NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "the table has two columns \"%s\"", name);
    }
    source->child = number;
    source->type = child->dictionary == NULL ? lsc_arrow_type_of(child->format) : NULL;
    if (source->type == NULL) {
        return lsc_fail(error, LSC_UNSUPPORTED,
                        "column \"%s\" is of format \"%.32s\"%s, must be a number or boolean", name,
                        child->format, child->dictionary != NULL ? " with a dictionary" : "");
    }
    return LSC_OK;
}

static lsc_status match_child(lsc_arrow_reader *reader, const struct ArrowSchema *schema,
                              size_t number, const lsc_string_map *map, bool ignore_unknown,
                              lsc_error *error)
{
    const char *name = child_name(schema, number);
    if (name == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "child %zu of the schema is none", number);
    }
    const uint64_t *column = lsc_string_map_find(map, name, strlen(name));
    if (column == NULL) {
        return ignore_unknown
                   ? LSC_OK
                   : lsc_fail(error, LSC_NOT_FOUND,
                              "the model has no column \"%.256s\", which the table has", name);
    }
    return take_child(reader, schema->children[number], name, number, (size_t)*column, error);
}

/** That no column of the model was left out. */
static lsc_status check_all_seen(const lsc_arrow_reader *reader, lsc_error *error)
{
    for (size_t column = 0; column < reader->n_columns; column++) {
        if (reader->sources[column].type == NULL) {
            return lsc_fail(error, LSC_NOT_FOUND,
                            "the table has no column \"%s\", which the model has",
                            lsc_spec_column_name(reader->spec, column));
        }
    }
    return LSC_OK;
}

static lsc_status match(lsc_arrow_reader *reader, const struct ArrowSchema *schema,
                        bool ignore_unknown, lsc_error *error)
{
    lsc_string_map map;
    lsc_string_map_init(&map, &reader->allocator);
    lsc_status status = map_columns(reader->spec, &map, error);
    for (size_t i = 0; i < reader->n_children && status == LSC_OK; i++) {
        status = match_child(reader, schema, i, &map, ignore_unknown, error);
    }
    lsc_string_map_free(&map);
    return status == LSC_OK ? check_all_seen(reader, error) : status;
}

static lsc_status make(lsc_spec *spec, const struct ArrowSchema *schema,
                       const lsc_arrow_options *options, lsc_arrow_reader **reader,
                       lsc_error *error)
{
    lsc_arrow_reader *made = lsc_alloc_array(&options->allocator, 1, sizeof *made);
    if (made == NULL) {
        return lsc_fail_memory(error);
    }
    made->allocator = options->allocator;
    made->spec = lsc_spec_ref(spec);
    made->n_children = (size_t)schema->n_children;
    made->n_columns = lsc_spec_n_columns(spec);
    made->kernels = lsc_tile_kernels_of(lsc_cpu_choose());
    made->sources = lsc_alloc_array(&made->allocator, made->n_columns, sizeof *made->sources);
    lsc_status status = made->sources != NULL ? match(made, schema, options->ignore_unknown, error)
                                              : lsc_fail_memory(error);
    if (status != LSC_OK) {
        lsc_arrow_reader_free(made);
        return status;
    }
    *reader = made;
    return LSC_OK;
}

lsc_status lsc_arrow_reader_new(lsc_spec *spec, const struct ArrowSchema *schema,
                                const lsc_arrow_options *options, lsc_arrow_reader **reader,
                                lsc_error *error)
{
    if (reader == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "reader is NULL");
    }
    *reader = NULL;
    if (spec == NULL || schema == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "spec or schema is NULL");
    }
    lsc_arrow_options resolved;
    lsc_status status = lsc_arrow_options_resolve(options, &resolved, error);
    if (status == LSC_OK) {
        status = check_schema(schema, error);
    }
    return status == LSC_OK ? make(spec, schema, &resolved, reader, error) : status;
}

void lsc_arrow_reader_free(lsc_arrow_reader *reader)
{
    if (reader == NULL) {
        return;
    }
    lsc_allocator allocator = reader->allocator;
    lsc_spec_unref(reader->spec);
    lsc_release(&allocator, reader->sources);
    lsc_release(&allocator, reader);
}
