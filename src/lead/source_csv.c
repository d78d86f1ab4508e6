#include <leadscore/source.h>

#include <assert.h>
#include <string.h>

#include "core/arena.h"
#include "core/options.h"
#include "core/sort.h"
#include "core/string_map.h"
#include "core/text.h"
#include "lead/alias_lookup.h"
#include "lead/csv_reader.h"
#include "lead/lead_impl.h"

/* What a column is. */
typedef struct csv_column {
    const char *name;
    uint32_t length;
    uint32_t cell;   /* its place in a row */
    uint32_t rank;   /* of those that mean the same the lowest counts */
    bool is_again;   /* the one before it means the same */
    lsc_field field; /* what it means */
} csv_column;

/* A table as a source; everything hangs on the arena, the lead or the reader. */
typedef struct csv_source {
    lsc_allocator allocator;
    lsc_arena arena;
    lsc_csv_reader reader;
    lsc_lead *lead;
    csv_column *properties; /* sorted by meaning, so that each cell is appended to the lead's */
    size_t n_properties;
    size_t n_columns;
    const csv_column *label; /* NULL: none */
    const csv_column *id;    /* NULL: none */
    const char *positive;    /* NULL: the usual words */
    const lsc_alias_table *aliases;
    lsc_aliases *held; /* what has them; NULL: columns have their own names */
    lsc_outcome outcome;
    int64_t row; /* from 1 */
} csv_source;

static lsc_status ragged_row(const csv_source *source, lsc_error *error)
{
    return lsc_fail(error, LSC_BAD_CSV, "%s:%lld: the row has %zu cells, the head has %zu",
                    source->reader.name, (long long)source->reader.row_line, source->reader.n_cells,
                    source->n_columns);
}

/* Prefix an error about the row with its place. */
static lsc_status at_row(const csv_source *source, lsc_status status, lsc_error *error)
{
    if (status != LSC_OK && status != LSC_NO_MEMORY) {
        lsc_error_prefix(error, "%s:%lld: ", source->reader.name,
                         (long long)source->reader.row_line);
    }
    return status;
}

static lsc_status set_cells(csv_source *source, lsc_error *error)
{
    bool is_set = false; /* the property that the column means */
    for (size_t i = 0; i < source->n_properties; i++) {
        const csv_column *column = &source->properties[i];
        size_t length;
        const char *text = lsc_csv_cell(&source->reader, column->cell, &length);
        is_set = is_set && column->is_again;
        if (is_set) {
            continue;
        }
        is_set = length > 0;
        lsc_status status = lsc_lead_add_cell(source->lead, &column->field, text, length, error);
        if (status != LSC_OK) {
            return status;
        }
    }
    /* A spec's other names for a property are looked for in a lead, not among columns as they are. */
    source->lead->is_row = source->held == NULL;
    return LSC_OK;
}

static lsc_status set_id(csv_source *source, lsc_error *error)
{
    char number[24];
    size_t length;
    const char *id = number;
    if (source->id == NULL) {
        snprintf(number, sizeof number, "%lld", (long long)source->row);
    } else {
        id = lsc_csv_cell(&source->reader, source->id->cell, &length);
        if (length == 0) {
            return lsc_fail(error, LSC_BAD_CSV, "the id in column \"%s\" is empty",
                            source->id->name);
        }
    }
    return lsc_lead_set_id(source->lead, id, error);
}

static bool is_word(const char *text, const char *const *words)
{
    while (*words != NULL && !lsc_text_equal_nocase(text, *words)) {
        words++;
    }
    return *words != NULL;
}

static lsc_status read_label(const csv_source *source, const char *text, bool *converted,
                             lsc_error *error)
{
    static const char *const yes[] = {"1", "1.0", "true", "yes", "y", NULL};
    static const char *const no[] = {"0", "0.0", "false", "no", "n", NULL};
    if (source->positive != NULL) {
        *converted = strcmp(text, source->positive) == 0;
        return LSC_OK;
    }
    *converted = is_word(text, yes);
    if (*converted || is_word(text, no)) {
        return LSC_OK;
    }
    return lsc_fail(error, LSC_BAD_CSV,
                    "the label in column \"%s\" is none of 1, true, yes, y, 0, false, no, n: say "
                    "which value is the positive one; it is \"%s\"",
                    source->label->name, text);
}

static lsc_status set_outcome(csv_source *source, lsc_record *record, lsc_error *error)
{
    if (source->label == NULL) {
        return LSC_OK;
    }
    size_t length;
    const char *text = lsc_csv_cell(&source->reader, source->label->cell, &length);
    if (length == 0) {
        return LSC_OK;
    }
    source->outcome.time_ms = LSC_TIME_NONE;
    record->outcomes = &source->outcome;
    record->n_outcomes = 1;
    return read_label(source, text, &source->outcome.converted, error);
}

static lsc_status csv_next(void *ctx, lsc_record *record, bool *more, lsc_error *error)
{
    csv_source *source = ctx;
    lsc_status status = lsc_csv_next(&source->reader, more, error);
    if (status != LSC_OK || !*more) {
        return status;
    }
    if (source->reader.n_cells != source->n_columns) {
        return ragged_row(source, error);
    }
    source->row++;
    lsc_lead_clear(source->lead);
    status = set_id(source, error);
    if (status == LSC_OK) {
        status = set_cells(source, error);
    }
    if (status == LSC_OK) {
        status = set_outcome(source, record, error);
    }
    record->lead = source->lead;
    record->position = source->reader.row_line;
    return at_row(source, status, error);
}

static lsc_status csv_rewind(void *ctx, lsc_error *error)
{
    csv_source *source = ctx;
    bool more;
    lsc_status status = lsc_csv_rewind(&source->reader, error);
    if (status == LSC_OK) {
        status = lsc_csv_next(&source->reader, &more, error); /* the head */
        source->row = 0;
    }
    return status;
}

static const char *csv_property(void *ctx, size_t number)
{
    const csv_source *source = ctx;
    return number < source->n_properties ? source->properties[number].field.name : NULL;
}

static void csv_free(void *ctx)
{
    csv_source *source = ctx;
    lsc_lead_free(source->lead);
    lsc_csv_close(&source->reader);
    lsc_arena_free(&source->arena);
    lsc_aliases_unref(source->held);
    lsc_allocator allocator = source->allocator;
    lsc_release(&allocator, source);
}

static void set_meaning(const csv_source *source, csv_column *column)
{
    size_t rank;
    const char *meaning = lsc_alias_resolve(source->aliases, column->name, &rank);
    const size_t length = strlen(meaning);
    column->rank = (uint32_t)rank;
    column->field = (lsc_field){.name = meaning,
                                .name_length = (uint32_t)length,
                                .name_hash = (uint32_t)lsc_text_hash(meaning, length)};
}

/* Read the head into columns [n_columns] in the arena, in the order of the file. */
static lsc_status read_head(csv_source *source, csv_column **columns, lsc_error *error)
{
    bool more;
    lsc_csv_reader *reader = &source->reader;
    lsc_status status = lsc_csv_next(reader, &more, error);
    if (status != LSC_OK) {
        return status;
    }
    if (!more) {
        return lsc_fail(error, LSC_BAD_CSV, "%s: empty, not even a head", reader->name);
    }
    *columns = lsc_arena_alloc(&source->arena, reader->n_cells * sizeof **columns);
    if (*columns == NULL) {
        return lsc_fail_memory(error);
    }
    source->n_columns = reader->n_cells;
    for (size_t i = 0; i < reader->n_cells; i++) {
        csv_column *column = &(*columns)[i];
        size_t length;
        const char *name = lsc_csv_cell(reader, i, &length);
        column->cell = (uint32_t)i;
        column->length = (uint32_t)length;
        if (length > LSC_MAX_PROPERTY_NAME) {
            return lsc_fail(error, LSC_LIMIT,
                            "%s:%lld: the name of column %zu is longer than %d bytes", reader->name,
                            (long long)reader->row_line, i + 1, LSC_MAX_PROPERTY_NAME);
        }
        if (length == 0) {
            return lsc_fail(error, LSC_BAD_CSV, "%s:%lld: column %zu has no name", reader->name,
                            (long long)reader->row_line, i + 1);
        }
        column->name = lsc_arena_copy(&source->arena, name, length);
        if (column->name == NULL) {
            return lsc_fail_memory(error);
        }
        set_meaning(source, column);
    }
    return LSC_OK;
}

static int compare_columns(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    const csv_column *left = a;
    const csv_column *right = b;
    int order = lsc_text_compare(left->name, left->length, right->name, right->length);
    return order != 0 ? order : (left->cell > right->cell) - (left->cell < right->cell);
}

static lsc_status sort_columns(csv_source *source, const csv_column *columns, lsc_error *error)
{
    csv_column *sorted = lsc_arena_alloc(&source->arena, source->n_columns * sizeof *sorted);
    if (sorted == NULL) {
        return lsc_fail_memory(error);
    }
    memcpy(sorted, columns, source->n_columns * sizeof *sorted);
    lsc_sort(sorted, source->n_columns, sizeof *sorted, compare_columns, NULL);
    for (size_t i = 1; i < source->n_columns; i++) {
        if (strcmp(sorted[i].name, sorted[i - 1].name) == 0) {
            return lsc_fail(
                error, LSC_BAD_CSV, "%s:%lld: columns %zu and %zu are both named \"%s\"",
                source->reader.name, (long long)source->reader.row_line,
                (size_t)sorted[i - 1].cell + 1, (size_t)sorted[i].cell + 1, sorted[i].name);
        }
    }
    source->properties = sorted;
    return LSC_OK;
}

static lsc_status no_column(const csv_source *source, const csv_column *columns, const char *name,
                            lsc_error *error)
{
    lsc_buffer names;
    lsc_buffer_init(&names, &source->allocator);
    for (size_t i = 0; i < source->n_columns && names.length < LSC_ERROR_MESSAGE_SIZE; i++) {
        lsc_buffer_append_format(&names, "%s%s", i == 0 ? "" : ", ", columns[i].name);
    }
    lsc_status status =
        names.failed ? lsc_fail_memory(error)
                     : lsc_fail(error, LSC_BAD_CSV, "%s: no column \"%s\"; the columns are %s",
                                source->reader.name, name, names.data);
    lsc_buffer_free(&names);
    return status;
}

static lsc_status find_column(const csv_source *source, const csv_column *columns, const char *name,
                              const csv_column **found, lsc_error *error)
{
    *found = NULL;
    if (name == NULL) {
        return LSC_OK;
    }
    for (size_t i = 0; i < source->n_columns; i++) {
        if (strcmp(columns[i].name, name) == 0) {
            *found = &columns[i];
            return LSC_OK;
        }
    }
    return no_column(source, columns, name, error);
}

static int compare_meanings(const void *a, const void *b, void *ctx)
{
    const csv_column *left = a;
    const csv_column *right = b;
    int order = lsc_text_compare(left->field.name, left->field.name_length, right->field.name,
                                 right->field.name_length);
    if (order == 0) {
        order = (left->rank > right->rank) - (left->rank < right->rank);
    }
    return order != 0 ? order : compare_columns(a, b, ctx);
}

/* The best column that means the id, where columns mean anything. */
static const csv_column *find_id(const csv_source *source, const csv_column *columns)
{
    const csv_column *best = NULL;
    for (size_t i = 0; source->held != NULL && i < source->n_columns; i++) {
        if (strcmp(columns[i].field.name, "id") == 0 &&
            (best == NULL || columns[i].rank < best->rank)) {
            best = &columns[i];
        }
    }
    return best;
}

/* The columns of label and id are no properties; what means an outcome or an id is none either. */
static bool is_property(const csv_source *source, const csv_column *column)
{
    const bool is_label = source->label != NULL && source->label->cell == column->cell;
    const bool is_id = source->id != NULL && source->id->cell == column->cell;
    const char *meaning = column->field.name;
    const bool is_apart = source->held != NULL &&
                          (strcmp(meaning, "id") == 0 || strncmp(meaning, "outcome.", 8) == 0);
    return !is_label && !is_id && !is_apart;
}

static void keep_properties(csv_source *source)
{
    size_t kept = 0;
    csv_column *all = source->properties;
    lsc_sort(all, source->n_columns, sizeof *all, compare_meanings, NULL);
    for (size_t i = 0; i < source->n_columns; i++) {
        if (is_property(source, &all[i])) {
            all[kept] = all[i];
            all[kept].is_again =
                kept > 0 && strcmp(all[kept].field.name, all[kept - 1].field.name) == 0;
            kept++;
        }
    }
    source->n_properties = kept;
}

static lsc_status prepare(csv_source *source, const lsc_csv *options, lsc_error *error)
{
    csv_column *columns = NULL;
    source->held = options->aliases != NULL ? lsc_aliases_ref(options->aliases) : NULL;
    source->aliases = source->held != NULL ? &source->held->table : &lsc_no_aliases;
    const char *path = lsc_arena_copy(&source->arena, options->path, strlen(options->path));
    if (options->positive != NULL) {
        source->positive =
            lsc_arena_copy(&source->arena, options->positive, strlen(options->positive));
    }
    if (path == NULL || (options->positive != NULL && source->positive == NULL)) {
        return lsc_fail_memory(error);
    }
    lsc_status status =
        lsc_csv_open(&source->reader, path, options->delimiter, &source->allocator, error);
    if (status == LSC_OK) {
        status = read_head(source, &columns, error);
    }
    if (status == LSC_OK) {
        status = sort_columns(source, columns, error);
    }
    if (status == LSC_OK) {
        status = find_column(source, columns, options->label, &source->label, error);
    }
    if (status == LSC_OK) {
        status = find_column(source, columns, options->id, &source->id, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    if (options->id == NULL) {
        source->id = find_id(source, columns);
    }
    keep_properties(source);
    return lsc_lead_new(&source->allocator, &source->lead, error);
}

static lsc_status check_options(const lsc_csv *options, lsc_error *error)
{
    if (options->path == NULL || options->path[0] == '\0') {
        return lsc_fail(error, LSC_INVALID_ARG, "csv.path is missing");
    }
    if (options->delimiter != '\0' && strchr("\"\r\n", options->delimiter) != NULL) {
        return lsc_fail(error, LSC_INVALID_ARG,
                        "csv.delimiter is a quote or the end of a line, which cannot be");
    }
    if (options->label != NULL && options->id != NULL && strcmp(options->label, options->id) == 0) {
        return lsc_fail(error, LSC_INVALID_ARG, "csv.label and csv.id are both \"%s\"",
                        options->id);
    }
    return LSC_OK;
}

static csv_source *new_source(const lsc_allocator *allocator)
{
    csv_source *source = lsc_alloc_array(allocator, 1, sizeof *source);
    if (source != NULL) {
        source->allocator = *allocator;
        source->reader.allocator = &source->allocator;
        lsc_arena_init(&source->arena, &source->allocator);
        lsc_buffer_init(&source->reader.text, &source->allocator);
    }
    return source;
}

lsc_status lsc_source_open_csv(const lsc_csv *csv, lsc_source **source, lsc_error *error)
{
    if (csv == NULL || source == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL", csv == NULL ? "csv" : "source");
    }
    *source = NULL;
    lsc_csv options = LSC_CSV_INIT;
    lsc_allocator allocator;
    lsc_status status = lsc_options_read("lsc_csv", &options, sizeof options, csv,
                                         LSC_SIZE_UP_TO(lsc_csv, allocator), error);
    if (status == LSC_OK) {
        status = check_options(&options, error);
    }
    if (status == LSC_OK) {
        status = lsc_allocator_resolve(&options.allocator, &allocator, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    csv_source *made = new_source(&allocator);
    if (made == NULL) {
        return lsc_fail_memory(error);
    }
    status = prepare(made, &options, error);
    if (status == LSC_OK) {
        static const lsc_source_calls calls = {.size = sizeof calls,
                                               .next = csv_next,
                                               .rewind = csv_rewind,
                                               .free = csv_free,
                                               .has_times = false,
                                               .property = csv_property};
        status = lsc_source_new(&calls, made, &allocator, source, error);
    }
    if (status != LSC_OK) {
        csv_free(made);
    }
    return status;
}
