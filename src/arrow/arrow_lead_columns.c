#include "arrow_lead_columns.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "core/error.h"

/** Where a lead's activities stand. */
#define ACTIVITIES "activities"

/** A schema being read: columns that wait for theirs to be read stand in a chain of parents. */
typedef struct reading {
    lsc_arena *arena;
    lsc_lead_columns *to;
    bool ignore_unknown;
    size_t capacity;
    const struct ArrowSchema *schemas[LSC_MAX_JSON_DEPTH + 2]; /* of the columns under way */
    int64_t next[LSC_MAX_JSON_DEPTH + 2];                      /* child of each */
    lsc_error *error;
} reading;

static const struct {
    const char *format;
    lsc_lead_type type;
} plain_types[] = {
    {"n", LSC_LEAD_NULL},     {"b", LSC_LEAD_BOOL},        {"c", LSC_LEAD_INT8},
    {"C", LSC_LEAD_UINT8},    {"s", LSC_LEAD_INT16},       {"S", LSC_LEAD_UINT16},
    {"i", LSC_LEAD_INT32},    {"I", LSC_LEAD_UINT32},      {"l", LSC_LEAD_INT64},
    {"L", LSC_LEAD_UINT64},   {"f", LSC_LEAD_FLOAT32},     {"g", LSC_LEAD_FLOAT64},
    {"u", LSC_LEAD_TEXT},     {"U", LSC_LEAD_LARGE_TEXT},  {"vu", LSC_LEAD_TEXT_VIEW},
    {"tdD", LSC_LEAD_DATE32}, {"tdm", LSC_LEAD_DATE64},    {"+s", LSC_LEAD_STRUCT},
    {"+l", LSC_LEAD_LIST},    {"+L", LSC_LEAD_LARGE_LIST},
};

static bool find_type(const char *format, lsc_lead_column *column)
{
    static const char units[] = "smun";
    static const int64_t per_second[] = {1, 1000, 1000000, 1000000000};
    for (size_t i = 0; i < sizeof plain_types / sizeof plain_types[0]; i++) {
        if (strcmp(plain_types[i].format, format) == 0) {
            column->type = plain_types[i].type;
            return true;
        }
    }
    const char *unit = strncmp(format, "ts", 2) == 0 && format[2] != '\0' && format[3] == ':'
                           ? strchr(units, format[2])
                           : NULL;
    if (unit != NULL) {
        column->type = LSC_LEAD_TIMESTAMP;
        column->per_second = per_second[unit - units];
    }
    return unit != NULL;
}

/** The type of a column, with that of its dictionary; false where it is none that is read. */
static bool read_type(const struct ArrowSchema *schema, lsc_lead_column *column)
{
    if (!find_type(schema->format, column)) {
        return false;
    }
    if (schema->dictionary == NULL) {
        return true;
    }
    lsc_lead_column values = {.type = LSC_LEAD_NULL};
    const struct ArrowSchema *dictionary = schema->dictionary;
    const bool is_index = column->type >= LSC_LEAD_INT8 && column->type <= LSC_LEAD_UINT64;
    column->has_dictionary = true;
    if (!is_index || dictionary->release == NULL || dictionary->format == NULL ||
        dictionary->dictionary != NULL || !find_type(dictionary->format, &values)) {
        return false;
    }
    column->looked_up = values.type;
    return values.type >= LSC_LEAD_TEXT && values.type <= LSC_LEAD_TEXT_VIEW;
}

/** The dotted name of a column within its parent's. */
static lsc_status name_column(const reading *at, const lsc_lead_column *parent, const char *own,
                              lsc_lead_column *column)
{
    const bool is_first = parent == NULL || parent->name == NULL || parent->name[0] == '\0';
    const size_t before = is_first ? 0 : strlen(parent->name) + 1;
    const size_t length = strnlen(own, LSC_MAX_PROPERTY_NAME + 1);
    if (length == 0) {
        return lsc_fail(at->error, LSC_INVALID_ARG, "a column has no name");
    }
    if (before + length > LSC_MAX_PROPERTY_NAME) {
        return lsc_fail(at->error, LSC_LIMIT, "the name of a column is longer than %d bytes: %.60s",
                        LSC_MAX_PROPERTY_NAME, own);
    }
    char *name = lsc_arena_alloc(at->arena, before + length + 1);
    if (name == NULL) {
        return lsc_fail_memory(at->error);
    }
    if (before > 0) {
        memcpy(name, parent->name, before - 1);
        name[before - 1] = '.';
    }
    memcpy(name + before, own, length + 1);
    column->name = name;
    return LSC_OK;
}

static bool grow(reading *at)
{
    lsc_lead_columns *to = at->to;
    if (to->n < at->capacity) {
        return true;
    }
    const size_t capacity = 2 * at->capacity + 32;
    lsc_lead_column *room = lsc_arena_alloc(at->arena, capacity * sizeof *room);
    if (room == NULL) {
        return false;
    }
    if (to->n > 0) {
        memcpy(room, to->columns, to->n * sizeof *room);
    }
    to->columns = room;
    at->capacity = capacity;
    return true;
}

static bool is_nested(const lsc_lead_column *column)
{
    return column->type == LSC_LEAD_STRUCT || lsc_lead_column_is_list(column);
}

static bool is_named_activities(const lsc_lead_column *column)
{
    assert(column->name != NULL);
    return column->parent == 0 && strcmp(column->name, ACTIVITIES) == 0;
}

/** Where a column may stand: lists hold plain values, and that of activities, which are nothing else, structs. */
static bool may_stand(const reading *at, const lsc_lead_column *column)
{
    if (is_named_activities(column)) {
        return lsc_lead_column_is_list(column) || column->type == LSC_LEAD_NULL;
    }
    if (!lsc_lead_column_is_list(&at->to->columns[column->parent])) {
        return true;
    }
    const bool of_activities = column->parent == at->to->activities;
    if (of_activities) { /* or nulls, where no lead has any */
        return (column->type == LSC_LEAD_STRUCT || column->type == LSC_LEAD_NULL) &&
               !column->has_dictionary;
    }
    return !is_nested(column);
}

static lsc_status check_children(const reading *at, const struct ArrowSchema *schema,
                                 const lsc_lead_column *column)
{
    const int64_t n = schema->n_children;
    if (n < 0 || (n > 0 && schema->children == NULL) ||
        (lsc_lead_column_is_list(column) && n != 1)) {
        return lsc_fail(at->error, LSC_INVALID_ARG, "column \"%s\": its schema has %lld children",
                        column->name, (long long)n);
    }
    return LSC_OK;
}

static lsc_status refuse_type(const reading *at, const struct ArrowSchema *schema,
                              lsc_lead_column *column)
{
    if (at->ignore_unknown) {
        column->is_skipped = true;
        return LSC_OK;
    }
    return lsc_fail(at->error, LSC_UNSUPPORTED,
                    "column \"%s\" is of format \"%.32s\"%s, which is not read",
                    column->name[0] != '\0' ? column->name : ACTIVITIES "[]", schema->format,
                    schema->dictionary != NULL ? " with a dictionary" : "");
}

/** What a column is: its name within its parent, and its type there. */
static lsc_status describe(const reading *at, const struct ArrowSchema *schema,
                           lsc_lead_column *column)
{
    const lsc_lead_column *within = &at->to->columns[column->parent];
    lsc_status status = LSC_OK;
    if (lsc_lead_column_is_list(within)) {
        column->name = column->parent == at->to->activities ? "" : within->name;
    } else {
        status = name_column(at, within, schema->name != NULL ? schema->name : "", column);
    }
    if (status != LSC_OK) {
        return status;
    }
    if (!read_type(schema, column) || !may_stand(at, column)) {
        return refuse_type(at, schema, column);
    }
    return is_nested(column) ? check_children(at, schema, column) : LSC_OK;
}

/** Go on with the columns within a column. */
static lsc_status enter(reading *at, const struct ArrowSchema *schema, size_t number)
{
    const lsc_lead_column *column = &at->to->columns[number];
    assert(column->name != NULL);
    if (is_named_activities(column)) {
        if (at->to->activities != LSC_NO_COLUMN) {
            return lsc_fail(at->error, LSC_INVALID_ARG,
                            "the table has two columns \"" ACTIVITIES "\"");
        }
        at->to->activities = number;
    }
    if (column->depth > LSC_MAX_JSON_DEPTH) {
        return lsc_fail(at->error, LSC_LIMIT, "column \"%s\" is more than %d levels deep",
                        column->name, LSC_MAX_JSON_DEPTH);
    }
    at->schemas[column->depth] = schema;
    at->next[column->depth] = 0;
    return LSC_OK;
}

/** Add a column, and go into it where there are columns within. */
static lsc_status add_column(reading *at, size_t parent, size_t child,
                             const struct ArrowSchema *schema, size_t *under_way)
{
    lsc_lead_columns *to = at->to;
    if (schema == NULL || schema->release == NULL || schema->format == NULL) {
        return lsc_fail(at->error, LSC_INVALID_ARG, "child %zu of \"%s\" is no schema", child,
                        to->columns[parent].name);
    }
    if (to->n == LSC_MAX_LEAD_COLUMNS) {
        return lsc_fail(at->error, LSC_LIMIT, "the table has more than %d columns",
                        LSC_MAX_LEAD_COLUMNS);
    }
    if (!grow(at)) {
        return lsc_fail_memory(at->error);
    }
    lsc_lead_column column = {
        .parent = parent, .child = child, .end = to->n + 1, .depth = to->columns[parent].depth + 1};
    lsc_status status = describe(at, schema, &column);
    if (status != LSC_OK) {
        return status;
    }
    to->columns[to->n++] = column;
    if (column.is_skipped || !is_nested(&column)) {
        return LSC_OK;
    }
    *under_way = to->n - 1;
    return enter(at, schema, to->n - 1);
}

static lsc_status begin(reading *at, const struct ArrowSchema *schema)
{
    lsc_lead_column table = {.type = LSC_LEAD_STRUCT, .parent = LSC_NO_COLUMN, .name = ""};
    if (schema->release == NULL || schema->format == NULL) {
        return lsc_fail(at->error, LSC_INVALID_ARG, "the schema was released, or never filled");
    }
    if (strcmp(schema->format, "+s") != 0 || schema->dictionary != NULL) {
        return lsc_fail(at->error, LSC_INVALID_ARG,
                        "the schema is of format \"%.32s\", a table is a struct, \"+s\"",
                        schema->format);
    }
    if (!grow(at)) {
        return lsc_fail_memory(at->error);
    }
    at->to->columns[at->to->n++] = table;
    at->schemas[0] = schema;
    return check_children(at, schema, &table);
}

lsc_status lsc_lead_columns_read(const struct ArrowSchema *schema, bool ignore_unknown,
                                 lsc_arena *arena, lsc_lead_columns *columns, lsc_error *error)
{
    reading at = {.arena = arena, .to = columns, .ignore_unknown = ignore_unknown, .error = error};
    *columns = (lsc_lead_columns){.activities = LSC_NO_COLUMN};
    size_t under_way = 0;
    lsc_status status = begin(&at, schema);
    while (status == LSC_OK && under_way != LSC_NO_COLUMN) {
        lsc_lead_column *column = &columns->columns[under_way];
        const struct ArrowSchema *own = at.schemas[column->depth];
        const int64_t child = at.next[column->depth]++;
        if (child == own->n_children) {
            column->end = columns->n;
            under_way = column->parent;
        } else {
            status = add_column(&at, under_way, (size_t)child, own->children[child], &under_way);
        }
    }
    return status;
}
