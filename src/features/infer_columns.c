#include "features/infer_columns.h"

#include <string.h>

#include <leadscore/spec.h>

#include "core/error.h"
#include "core/sort.h"
#include "core/text.h"
#include "lead/lead_data.h"

/** Longer values are told apart by their first bytes. */
#define MAX_TOLD_APART 256
/** Bytes of a value that a message shows. */
#define MAX_SHOWN 40

void lsc_column_table_init(lsc_column_table *table, const lsc_allocator *allocator)
{
    *table = (lsc_column_table){.allocator = allocator};
    lsc_arena_init(&table->arena, allocator);
    lsc_string_map_init(&table->places, allocator);
}

void lsc_column_table_free(lsc_column_table *table)
{
    for (size_t i = 0; i < table->n_columns; i++) {
        lsc_string_map_free(&table->columns[i].values);
    }
    lsc_string_map_free(&table->places);
    lsc_release(table->allocator, table->columns);
    lsc_release(table->allocator, table->by_name);
    lsc_arena_free(&table->arena);
}

bool lsc_column_table_has(const lsc_column_table *table, const char *name)
{
    return lsc_string_map_find(&table->places, name, strlen(name)) != NULL;
}

static lsc_status add_column(lsc_column_table *table, const char *given, size_t length,
                             lsc_error *error)
{
    if (table->n_columns == LSC_MAX_FEATURES) {
        return lsc_fail(error, LSC_LIMIT, "the leads have more than %d properties",
                        LSC_MAX_FEATURES);
    }
    char *name = lsc_arena_copy(&table->arena, given, length);
    if (name == NULL ||
        !lsc_grow(table->allocator, (void **)&table->columns, &table->capacity,
                  table->n_columns + 1, sizeof *table->columns) ||
        lsc_string_map_insert(&table->places, name, length, table->n_columns, NULL) == NULL) {
        return lsc_fail_memory(error);
    }
    lsc_column_stats *column = &table->columns[table->n_columns++];
    *column = (lsc_column_stats){.name = name};
    lsc_string_map_init(&column->values, table->allocator);
    return LSC_OK;
}

/** Keep the value among the distinct ones, as long as these are few. */
static lsc_status count_distinct(lsc_column_table *table, lsc_column_stats *column,
                                 const lsc_value *value, lsc_error *error)
{
    char scratch[LSC_VALUE_TEXT_SIZE];
    const char *text = lsc_value_text(value, scratch);
    if (text == NULL || column->values.count > LSC_MAX_LEVELS) {
        return LSC_OK;
    }
    size_t length = strlen(text);
    if (length > MAX_TOLD_APART) {
        length = MAX_TOLD_APART;
    }
    column->n_counted++;
    if (lsc_string_map_find(&column->values, text, length) != NULL) {
        return LSC_OK;
    }
    char *copy = lsc_arena_copy(&table->arena, text, length);
    if (copy == NULL || lsc_string_map_insert(&column->values, copy, length, 0, NULL) == NULL) {
        return lsc_fail_memory(error);
    }
    return LSC_OK;
}

/** Note the first value that is no number. */
static lsc_status note_other(lsc_column_table *table, lsc_column_stats *column,
                             const lsc_value *value, lsc_error *error)
{
    char scratch[LSC_VALUE_TEXT_SIZE];
    const char *text = lsc_value_text(value, scratch);
    column->n_leading = column->n_present - 1;
    column->other_row = table->n_rows + 1;
    if (text == NULL) {
        return LSC_OK;
    }
    column->other_text = lsc_arena_copy(&table->arena, text, strnlen(text, MAX_SHOWN));
    return column->other_text != NULL ? LSC_OK : lsc_fail_memory(error);
}

/** The column of a field, a new one where there is none. @param guess  which it may well be */
static lsc_status find_column(lsc_column_table *table, const lsc_field *field, size_t guess,
                              size_t *at, lsc_error *error)
{
    *at = guess;
    if (guess < table->n_columns && strcmp(table->columns[guess].name, field->name) == 0) {
        return LSC_OK;
    }
    const uint64_t *place = lsc_string_map_find(&table->places, field->name, field->name_length);
    if (place != NULL) {
        *at = (size_t)*place;
        return LSC_OK;
    }
    *at = table->n_columns;
    return add_column(table, field->name, field->name_length, error);
}

/** @param at  the column of the lead's field before; set to that of this one */
static lsc_status add_value(lsc_column_table *table, const lsc_field *field, size_t *at,
                            lsc_error *error)
{
    lsc_status found = find_column(table, field, *at + 1, at, error);
    if (found != LSC_OK) {
        return found;
    }
    lsc_column_stats *column = &table->columns[*at];
    double number = 0;
    int64_t time_ms = 0;
    bool flag = false;
    column->n_present++;
    bool is_number = lsc_value_number(&field->value, &number);
    column->n_numbers += is_number;
    column->n_times += lsc_value_time(&field->value, &time_ms);
    column->n_flags += lsc_value_flag(&field->value, &flag);
    column->n_lists += field->value.type == LSC_VALUE_LIST;
    if (!is_number && column->other_row == 0) {
        lsc_status status = note_other(table, column, &field->value, error);
        if (status != LSC_OK) {
            return status;
        }
    }
    return count_distinct(table, column, &field->value, error);
}

static lsc_status add_row(lsc_column_table *table, lsc_lead *lead, lsc_error *error)
{
    size_t n = 0;
    size_t at = SIZE_MAX; /* the first field may well be of the first column */
    const lsc_field *fields = lsc_lead_fields(lead, &n);
    for (size_t i = 0; i < n; i++) {
        lsc_status status = add_value(table, &fields[i], &at, error);
        if (status != LSC_OK) {
            return status;
        }
    }
    table->n_rows++;
    return LSC_OK;
}

static int compare_columns(const void *a, const void *b, void *ctx)
{
    const lsc_column_stats *columns = ctx;
    return strcmp(columns[*(const size_t *)a].name, columns[*(const size_t *)b].name);
}

static lsc_status sort_columns(lsc_column_table *table, lsc_error *error)
{
    table->by_name = lsc_alloc_array(table->allocator, table->n_columns, sizeof *table->by_name);
    if (table->by_name == NULL) {
        return lsc_fail_memory(error);
    }
    for (size_t i = 0; i < table->n_columns; i++) {
        table->by_name[i] = i;
    }
    lsc_sort(table->by_name, table->n_columns, sizeof *table->by_name, compare_columns,
             table->columns);
    return LSC_OK;
}

/** Columns of which the source tells, though no lead may have a value. */
static lsc_status add_told_columns(lsc_column_table *table, const lsc_source *source,
                                   lsc_error *error)
{
    const char *name = NULL;
    for (size_t i = 0; (name = lsc_source_property(source, i)) != NULL; i++) {
        if (lsc_column_table_has(table, name)) {
            continue;
        }
        lsc_status status = add_column(table, name, strlen(name), error);
        if (status != LSC_OK) {
            return status;
        }
    }
    return LSC_OK;
}

lsc_status lsc_column_table_read(lsc_column_table *table, lsc_source *source, size_t max_rows,
                                 lsc_error *error)
{
    lsc_status told = add_told_columns(table, source, error);
    if (told != LSC_OK) {
        return told;
    }
    while (max_rows == 0 || table->n_rows < max_rows) {
        lsc_record record;
        bool more = false;
        lsc_status status = lsc_source_next(source, &record, &more, error);
        if (status == LSC_OK && !more) {
            break;
        }
        if (status == LSC_OK) {
            status = add_row(table, record.lead, error);
        }
        if (status != LSC_OK) {
            return status;
        }
    }
    return sort_columns(table, error);
}
