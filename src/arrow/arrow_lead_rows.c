#include "arrow_lead_rows.h"

#include <math.h>
#include <string.h>

#include "arrow_array.h"
#include "arrow_lead_cells.h"
#include "core/error.h"
#include "lead/values.h"

/** Where an activity's own properties stand, and what is in front of their names. */
#define DATA "data"
#define IN_DATA DATA "."

static lsc_status check_table(const struct ArrowArray *array, lsc_error *error)
{
    if (array->length > LSC_MAX_ARROW_ROWS) {
        return lsc_fail(error, LSC_LIMIT, "the table has %lld rows, the most are %d",
                        (long long)array->length, LSC_MAX_ARROW_ROWS);
    }
    return LSC_OK;
}

/** The array of a column, from that of its parent. */
static lsc_status find_array(const lsc_lead_rows *rows, const lsc_lead_column *column,
                             const struct ArrowArray **array, lsc_error *error)
{
    const struct ArrowArray *parent = rows->arrays[column->parent];
    if (parent->n_children < 0 || (uint64_t)parent->n_children <= column->child ||
        parent->children == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "what it stands in has %lld children",
                        (long long)parent->n_children);
    }
    *array = parent->children[column->child];
    return LSC_OK;
}

/** Find and check every array, once for all rows. `reach` is where each one's values end. */
static lsc_status bind_arrays(lsc_lead_rows *rows, const struct ArrowArray *table, int64_t *reach,
                              lsc_error *error)
{
    const lsc_lead_columns *columns = &rows->columns;
    for (size_t i = 0; i < columns->n; i++) {
        const lsc_lead_column *column = &columns->columns[i];
        const struct ArrowArray *array = table;
        lsc_status status = LSC_OK;
        int64_t used = 0;
        if (column->is_skipped) {
            continue;
        }
        if (i > 0) {
            const bool in_struct = columns->columns[column->parent].type == LSC_LEAD_STRUCT;
            used = in_struct ? reach[column->parent] : 0;
            status = find_array(rows, column, &array, error);
        }
        if (status == LSC_OK) {
            status = lsc_lead_cells_check(column, array, used, error);
        }
        if (status != LSC_OK) {
            lsc_error_prefix(error, i == 0 ? "the table: " : "column \"%s\": ", column->name);
            return status;
        }
        rows->arrays[i] = array;
        reach[i] = array->offset + array->length;
    }
    return check_table(table, error);
}

static lsc_status make_room(lsc_lead_rows *rows, int64_t **reach, lsc_error *error)
{
    const size_t n = rows->columns.n;
    rows->arrays = lsc_arena_alloc(&rows->arena, n * sizeof(void *));
    rows->places = lsc_arena_alloc(&rows->arena, n * sizeof *rows->places);
    rows->valid = lsc_arena_alloc(&rows->arena, n * sizeof *rows->valid);
    rows->properties = lsc_arena_alloc(&rows->arena, n * sizeof *rows->properties);
    *reach = lsc_arena_alloc(&rows->arena, n * sizeof **reach);
    return rows->arrays != NULL && rows->places != NULL && rows->valid != NULL &&
                   rows->properties != NULL && *reach != NULL
               ? LSC_OK
               : lsc_fail_memory(error);
}

lsc_status lsc_lead_rows_open(lsc_lead_rows *rows, const struct ArrowArray *array,
                              const struct ArrowSchema *schema, const lsc_arrow_options *options,
                              lsc_error *error)
{
    int64_t *reach = NULL;
    rows->allocator = options->allocator;
    lsc_arena_init(&rows->arena, &rows->allocator);
    lsc_arena_init(&rows->scratch, &rows->allocator);
    lsc_status status =
        lsc_lead_columns_read(schema, options->ignore_unknown, &rows->arena, &rows->columns, error);
    if (status == LSC_OK) {
        status = make_room(rows, &reach, error);
    }
    if (status == LSC_OK) {
        status = bind_arrays(rows, array, reach, error);
    }
    if (status == LSC_OK) {
        status = lsc_lead_new(&rows->allocator, &rows->lead, error);
    }
    return status == LSC_OK ? lsc_lead_set_aliases(rows->lead, options->aliases, error) : status;
}

void lsc_lead_rows_close(lsc_lead_rows *rows)
{
    lsc_lead_free(rows->lead);
    lsc_arena_free(&rows->scratch);
    lsc_arena_free(&rows->arena);
}

/** Items of a list as texts, as those of a list in JSON. */
static const char *item_text(lsc_arena *scratch, const lsc_property *item)
{
    char text[LSC_NUMBER_TEXT_SIZE + LSC_TIME_TEXT_SIZE];
    switch (item->type) {
    case LSC_VALUE_TEXT:
        return item->text;
    case LSC_VALUE_BOOL:
        return item->boolean ? "true" : "false";
    case LSC_VALUE_NUMBER:
        lsc_number_format(item->number, text);
        return lsc_arena_copy(scratch, text, strlen(text));
    case LSC_VALUE_TIME:
        lsc_time_format(item->time_ms, text);
        return lsc_arena_copy(scratch, text, strlen(text));
    default:
        return "";
    }
}

static lsc_status read_item(lsc_lead_rows *rows, size_t list, size_t item, const char **text,
                            lsc_error *error)
{
    const struct ArrowArray *values = rows->arrays[list + 1];
    const size_t at = item + (size_t)values->offset;
    lsc_property property = {.type = LSC_VALUE_MISSING};
    lsc_status status = lsc_arrow_valid(values, at)
                            ? lsc_lead_cell_read(&rows->columns.columns[list + 1], values, at,
                                                 &rows->scratch, &property, error)
                            : LSC_OK;
    if (status != LSC_OK) {
        return status;
    }
    if (property.type == LSC_VALUE_NUMBER && !isfinite(property.number)) {
        return lsc_fail(error, LSC_INVALID_ARG, "has an item that is not a finite number");
    }
    *text = item_text(&rows->scratch, &property);
    return *text != NULL ? LSC_OK : lsc_fail_memory(error);
}

static lsc_status read_list(lsc_lead_rows *rows, size_t list, lsc_property *property,
                            lsc_error *error)
{
    size_t from = 0;
    size_t to = 0;
    const lsc_lead_column *of_items = &rows->columns.columns[list + 1];
    if (of_items->is_skipped) {
        return LSC_OK;
    }
    lsc_status status =
        lsc_lead_cell_list(&rows->columns.columns[list], rows->arrays[list], rows->arrays[list + 1],
                           rows->places[list], &from, &to, error);
    if (of_items->type == LSC_LEAD_NULL) {
        return status; /* however many there are: they take no memory, and would take time */
    }
    if (status != LSC_OK || from == to) {
        return status;
    }
    const char **items = lsc_arena_alloc(&rows->scratch, LSC_MAX_LIST * sizeof *items);
    if (items == NULL) {
        return lsc_fail_memory(error);
    }
    size_t n = 0;
    for (size_t i = from; i < to && status == LSC_OK; i++) {
        const char *text = "";
        status = read_item(rows, list, i, &text, error);
        if (status == LSC_OK && text[0] != '\0') {
            if (n == LSC_MAX_LIST) {
                return lsc_fail(error, LSC_LIMIT, "has more than %d items", LSC_MAX_LIST);
            }
            items[n++] = text;
        }
    }
    property->type = n > 0 ? LSC_VALUE_LIST : LSC_VALUE_MISSING;
    property->items = items;
    property->n_items = n;
    return status;
}

/** Where the value of a column stands in the row under way, and whether it is there. */
static void place(lsc_lead_rows *rows, size_t number)
{
    const lsc_lead_column *column = &rows->columns.columns[number];
    const struct ArrowArray *array = rows->arrays[number];
    rows->places[number] = rows->places[column->parent] + (size_t)array->offset;
    rows->valid[number] =
        rows->valid[column->parent] && lsc_arrow_valid(array, rows->places[number]);
}

/** Read the value under way of a column that is no struct. */
static lsc_status read_value(lsc_lead_rows *rows, size_t number, lsc_property *property,
                             lsc_error *error)
{
    const lsc_lead_column *column = &rows->columns.columns[number];
    *property = (lsc_property){.name = column->name, .type = LSC_VALUE_MISSING};
    if (!rows->valid[number] || number == rows->columns.activities) {
        return LSC_OK;
    }
    lsc_status status = lsc_lead_column_is_list(column)
                            ? read_list(rows, number, property, error)
                            : lsc_lead_cell_read(column, rows->arrays[number], rows->places[number],
                                                 &rows->scratch, property, error);
    if (status != LSC_OK) {
        lsc_error_prefix(error, "column \"%s\" ", column->name);
    }
    return status;
}

/** The properties that columns [first, end) hold for the row under way, but for activities. */
static lsc_status collect(lsc_lead_rows *rows, size_t first, size_t end, size_t *n,
                          lsc_error *error)
{
    lsc_status status = LSC_OK;
    size_t next;
    *n = 0;
    for (size_t i = first; i < end && status == LSC_OK; i = next) {
        const lsc_lead_column *column = &rows->columns.columns[i];
        next = column->end;
        if (column->is_skipped) {
            continue;
        }
        place(rows, i);
        if (column->type == LSC_LEAD_STRUCT) {
            next = i + 1; /* into it */
            continue;
        }
        status = read_value(rows, i, &rows->properties[*n], error);
        *n += rows->properties[*n].type != LSC_VALUE_MISSING;
    }
    return status;
}

/** What an activity says itself. */
typedef enum activity_member {
    MEMBER_ID,
    MEMBER_TYPE,
    MEMBER_SOURCE,
    MEMBER_LEAD_ID,
    MEMBER_TIME,
    MEMBER_RECORDED_TIME,
    MEMBER_BOT,
    N_MEMBERS
} activity_member;

static const char *const member_names[N_MEMBERS] = {"id",   "type",          "source", "lead_id",
                                                    "time", "recorded_time", "bot"};

/** An activity being read, with room for ids that are numbers. */
typedef struct activity_reading {
    lsc_activity activity;
    const char *lead_id;
    bool is_given[N_MEMBERS];
    char id_text[LSC_NUMBER_TEXT_SIZE];
    char lead_id_text[LSC_NUMBER_TEXT_SIZE];
} activity_reading;

static lsc_status bad_member(const lsc_property *property, const char *must, lsc_error *error)
{
    return lsc_fail(error, LSC_BAD_LEAD, "%s must be %s", property->name, must);
}

static lsc_status take_text(const lsc_property *property, char *scratch, const char **text,
                            lsc_error *error)
{
    *text = property->text;
    if (property->type == LSC_VALUE_TEXT) {
        return LSC_OK;
    }
    if (scratch == NULL || property->type != LSC_VALUE_NUMBER ||
        !lsc_id_from_number(property->number, scratch)) {
        return bad_member(property, scratch == NULL ? "text" : "text or a whole number", error);
    }
    *text = scratch;
    return LSC_OK;
}

static lsc_status take_time(const lsc_property *property, int64_t *time_ms, lsc_error *error)
{
    lsc_value value = {.type = property->type};
    if (property->type == LSC_VALUE_NUMBER) {
        value.number = property->number;
    } else if (property->type == LSC_VALUE_TIME) {
        value.time_ms = property->time_ms;
    } else if (property->type == LSC_VALUE_TEXT) {
        value.text = property->text;
        value.length = (uint32_t)strlen(property->text);
    }
    return lsc_value_time(&value, time_ms)
               ? LSC_OK
               : bad_member(property, "a time: RFC 3339 or epoch milliseconds", error);
}

static lsc_status take_bot(const lsc_property *property, bool *bot, lsc_error *error)
{
    *bot = property->boolean;
    return property->type == LSC_VALUE_BOOL ? LSC_OK : bad_member(property, "a boolean", error);
}

static lsc_status take_member(activity_reading *at, activity_member member,
                              const lsc_property *property, lsc_error *error)
{
    lsc_activity *activity = &at->activity;
    switch (member) {
    case MEMBER_ID:
        return take_text(property, at->id_text, &activity->id, error);
    case MEMBER_TYPE:
        return take_text(property, NULL, &activity->type, error);
    case MEMBER_SOURCE:
        return take_text(property, NULL, &activity->source, error);
    case MEMBER_LEAD_ID:
        return take_text(property, at->lead_id_text, &at->lead_id, error);
    case MEMBER_TIME:
        return take_time(property, &activity->time_ms, error);
    case MEMBER_RECORDED_TIME:
        return take_time(property, &activity->recorded_time_ms, error);
    default:
        return take_bot(property, &activity->bot, error);
    }
}

/** Take what is no property of the activity's own; what has another name is ignored. */
static lsc_status take_named(activity_reading *at, const lsc_property *property, lsc_error *error)
{
    size_t member = 0;
    while (member < N_MEMBERS && strcmp(member_names[member], property->name) != 0) {
        member++;
    }
    if (member == N_MEMBERS) {
        const bool is_data = strcmp(property->name, DATA) == 0;
        return is_data ? bad_member(property, "a struct", error) : LSC_OK;
    }
    if (at->is_given[member]) {
        return lsc_fail(error, LSC_BAD_LEAD, "%s is there twice", property->name);
    }
    at->is_given[member] = true;
    return take_member(at, (activity_member)member, property, error);
}

/** Part what was collected into the activity's members and its own properties. */
static lsc_status part_members(lsc_lead_rows *rows, size_t n, activity_reading *at,
                               lsc_error *error)
{
    const size_t prefix = sizeof IN_DATA - 1;
    lsc_status status = LSC_OK;
    size_t n_own = 0;
    for (size_t i = 0; i < n && status == LSC_OK; i++) {
        const lsc_property property = rows->properties[i];
        if (strncmp(property.name, IN_DATA, prefix) == 0) {
            rows->properties[n_own] = property;
            rows->properties[n_own++].name += prefix;
        } else {
            status = take_named(at, &property, error);
        }
    }
    at->activity.properties = rows->properties;
    at->activity.n_properties = n_own;
    return status;
}

static lsc_status add_activity(lsc_lead_rows *rows, size_t item, lsc_error *error)
{
    const size_t element = rows->columns.activities + 1;
    const struct ArrowArray *values = rows->arrays[element];
    const char *lead_id = lsc_lead_id(rows->lead);
    activity_reading at = {.activity = LSC_ACTIVITY_INIT};
    size_t n = 0;
    rows->places[element] = item + (size_t)values->offset;
    rows->valid[element] = lsc_arrow_valid(values, rows->places[element]);
    if (!rows->valid[element] || rows->columns.columns[element].type == LSC_LEAD_NULL) {
        return lsc_fail(error, LSC_BAD_LEAD, "an activity must not be null");
    }
    lsc_status status = collect(rows, element + 1, rows->columns.columns[element].end, &n, error);
    if (status == LSC_OK) {
        status = part_members(rows, n, &at, error);
    }
    if (status == LSC_OK && at.lead_id != NULL && lead_id[0] != '\0' &&
        strcmp(at.lead_id, lead_id) != 0) {
        return lsc_fail(error, LSC_BAD_LEAD, "lead_id is \"%.100s\", the lead's id is \"%.100s\"",
                        at.lead_id, lead_id);
    }
    return status == LSC_OK ? lsc_lead_add_activity(rows->lead, &at.activity, error) : status;
}

static lsc_status add_activities(lsc_lead_rows *rows, lsc_error *error)
{
    const size_t list = rows->columns.activities;
    size_t from = 0;
    size_t to = 0;
    if (list == LSC_NO_COLUMN || !rows->valid[list] || rows->columns.columns[list + 1].is_skipped) {
        return LSC_OK;
    }
    lsc_status status =
        lsc_lead_cell_list(&rows->columns.columns[list], rows->arrays[list], rows->arrays[list + 1],
                           rows->places[list], &from, &to, error);
    if (status != LSC_OK) {
        lsc_error_prefix(error, "column \"activities\": ");
        return status;
    }
    for (size_t item = from; item < to && status == LSC_OK; item++) {
        lsc_arena_clear(&rows->scratch);
        status = add_activity(rows, item, error);
        if (status != LSC_OK) {
            lsc_error_prefix(error, "activities[%zu]: ", item - from);
        }
    }
    return status;
}

lsc_status lsc_lead_rows_read(lsc_lead_rows *rows, size_t row, lsc_error *error)
{
    const struct ArrowArray *table = rows->arrays[0];
    size_t n = 0;
    lsc_lead_clear(rows->lead);
    lsc_arena_clear(&rows->scratch);
    rows->places[0] = row + (size_t)table->offset;
    rows->valid[0] = lsc_arrow_valid(table, rows->places[0]);
    lsc_status status = collect(rows, 1, rows->columns.n, &n, error);
    if (status == LSC_OK) {
        status = lsc_lead_fill(rows->lead, rows->properties, n, error);
    }
    if (status == LSC_OK) {
        status = add_activities(rows, error);
    }
    if (status != LSC_OK && status != LSC_NO_MEMORY) {
        lsc_error_prefix(error, "row %zu: ", row);
    }
    return status;
}
