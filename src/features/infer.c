#include <math.h>
#include <string.h>

#include "core/options.h"
#include "core/text.h"
#include "features/feature_kinds.h"
#include "features/infer_columns.h"
#include "features/protected.h"
#include "features/spec_data.h"

/** A text is an identifier when it has more rows than this, and hardly repeats. */
#define LEAST_ROWS 50
#define IDENTIFIER_SHARE 0.9
/** A column changes its type when so many values, a third of all at the least, are numbers before the
    first that is none, and it has more different values than a category of codes would. */
#define LEAST_LEADING 50
#define MOST_CODES 50
/** Bytes left in a column's name for "=(other)". */
#define MAX_INFERRED_NAME (LSC_MAX_NAME - (sizeof "=" LSC_OTHER_LEVEL - 1))

/** What becomes of a property: a kind, or the reason it is left out. */
typedef struct verdict {
    const char *kind;
    const char *reason;
    bool unasked; /**< its values were not looked at */
} verdict;

static bool is_listed(const char *const *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/** Names of `exclude` or `include` that no lead has. */
static lsc_status check_listed(const lsc_column_table *table, const char *list,
                               const char *const *names, size_t n, lsc_error *error)
{
    for (size_t i = 0; i < n; i++) {
        if (names[i] == NULL) {
            return lsc_fail(error, LSC_INVALID_ARG, "%s[%zu] is NULL", list, i);
        }
        if (!lsc_column_table_has(table, names[i])) {
            return lsc_fail(error, LSC_NOT_FOUND, "%s names \"%.200s\", which no lead has", list,
                            names[i]);
        }
    }
    return LSC_OK;
}

static bool is_identifier(const lsc_column_stats *column)
{
    return column->n_counted > LEAST_ROWS &&
           (double)column->values.count > IDENTIFIER_SHARE * (double)column->n_counted;
}

static verdict judge_values(const lsc_column_stats *column, uint64_t n_rows)
{
    if (column->n_present == 0) {
        return (verdict){NULL, "all its values are missing", false};
    }
    if (column->n_lists > 0) {
        return (verdict){NULL, "it holds lists", false};
    }
    if (column->values.count == 1 && column->n_present == n_rows) {
        return (verdict){NULL, "all its values are equal", false};
    }
    if (column->n_flags == column->n_present && column->values.count <= 2) {
        return (verdict){"flag", NULL, false};
    }
    if (column->n_numbers == column->n_present) {
        return (verdict){"number", NULL, false};
    }
    if (column->n_times == column->n_present) {
        return (verdict){"date", NULL, false};
    }
    if (is_identifier(column)) {
        return (verdict){NULL, "its texts hardly repeat, as those of an identifier", false};
    }
    return (verdict){"category", NULL, false};
}

/** Whether a column of numbers goes on with something else. */
static bool changes_type(const lsc_column_stats *column)
{
    return column->other_row > 0 && column->n_leading >= LEAST_LEADING &&
           3 * column->n_leading >= column->n_present && column->values.count > MOST_CODES;
}

static lsc_status fail_type(const lsc_column_stats *column, lsc_error *error)
{
    return lsc_fail(error, LSC_BAD_DATA,
                    "column \"%.100s\" changes its type half-way: %llu values are numbers before "
                    "row %llu, where it is \"%s\"; leave out the column, or empty what is missing",
                    column->name, (unsigned long long)column->n_leading,
                    (unsigned long long)column->other_row,
                    column->other_text != NULL ? column->other_text : "a list");
}

static verdict judge(const lsc_column_stats *column, uint64_t n_rows, const lsc_infer *infer,
                     bool of_leads)
{
    if (is_listed(infer->exclude, infer->n_exclude, column->name)) {
        return (verdict){NULL, "excluded", true};
    }
    if (lsc_is_protected(column->name) &&
        !is_listed(infer->include, infer->n_include, column->name)) {
        return (verdict){NULL, "a protected attribute, taken only when it is included by name",
                         true};
    }
    if (of_leads && lsc_tells_outcome(column->name)) {
        return (verdict){NULL, "it tells what became of the lead", true};
    }
    if (strlen(column->name) > MAX_INFERRED_NAME) {
        return (verdict){NULL, "its name is too long", true};
    }
    return judge_values(column, n_rows);
}

static void note(lsc_buffer *notes, const lsc_column_stats *column, verdict taken)
{
    lsc_buffer_append_text(notes, column->name);
    if (taken.kind != NULL) {
        lsc_buffer_append_format(notes, ": taken as a %s\n", taken.kind);
    } else {
        lsc_buffer_append_format(notes, ": left out, %s\n", taken.reason);
    }
}

static void add_feature(lsc_spec_content *content, const lsc_column_stats *column, const char *kind)
{
    lsc_feature *feature = &content->features[content->n_features++];
    feature->kind = lsc_kind_find(kind);
    feature->name = column->name;
    feature->property = lsc_name_of(column->name, strlen(column->name));
    feature->missing = (double)NAN;
    feature->part = LSC_DATE_DAYS;
}

/** The features of all columns that are taken, and a note on each column. */
static lsc_status choose(const lsc_column_table *table, const lsc_infer *infer, bool of_leads,
                         lsc_spec_content *content, lsc_buffer *notes, lsc_error *error)
{
    for (size_t i = 0; i < table->n_columns; i++) {
        const lsc_column_stats *column = &table->columns[table->by_name[i]];
        verdict taken = judge(column, table->n_rows, infer, of_leads);
        note(notes, column, taken);
        if (!taken.unasked && changes_type(column)) {
            return fail_type(column, error);
        }
        if (taken.kind != NULL) {
            add_feature(content, column, taken.kind);
        }
    }
    if (content->n_features == 0) {
        return lsc_fail(error, LSC_BAD_DATA,
                        "nothing is left to learn from: %zu properties in %llu rows",
                        table->n_columns, (unsigned long long)table->n_rows);
    }
    return lsc_buffer_status(notes, error);
}

static lsc_status build(const lsc_column_table *table, const lsc_infer *infer, bool of_leads,
                        const lsc_allocator *allocator, lsc_buffer *notes, lsc_spec **spec,
                        lsc_error *error)
{
    static const char group[] = "demographic";
    lsc_spec_content content = {.name = "inferred", .n_groups = 1};
    content.groups[0] = lsc_name_of(group, sizeof group - 1);
    content.features = lsc_alloc_array(allocator, table->n_columns, sizeof *content.features);
    if (content.features == NULL) {
        return lsc_fail_memory(error);
    }
    lsc_status status = choose(table, infer, of_leads, &content, notes, error);
    if (status == LSC_OK) {
        status = lsc_spec_build(&content, allocator, spec, error);
    }
    lsc_release(allocator, content.features);
    return status;
}

static lsc_status give_notes(const lsc_buffer *written, char **notes, lsc_error *error)
{
    *notes = lsc_text_give(written->data, written->length);
    return *notes != NULL ? LSC_OK : lsc_fail_memory(error);
}

static lsc_status read_options(const lsc_infer *given, lsc_infer *infer, lsc_error *error)
{
    *infer = (lsc_infer)LSC_INFER_INIT;
    lsc_status status = LSC_OK;
    if (given != NULL) {
        status = lsc_options_read("lsc_infer", infer, sizeof *infer, given,
                                  LSC_SIZE_UP_TO(lsc_infer, max_rows), error);
    }
    if (status != LSC_OK) {
        return status;
    }
    if ((infer->exclude == NULL && infer->n_exclude > 0) ||
        (infer->include == NULL && infer->n_include > 0)) {
        return lsc_fail(error, LSC_INVALID_ARG, "exclude or include is NULL, but has a number");
    }
    return LSC_OK;
}

static lsc_status infer_spec(lsc_source *source, const lsc_infer *infer,
                             const lsc_allocator *allocator, lsc_buffer *notes, lsc_spec **spec,
                             lsc_error *error)
{
    lsc_column_table table;
    lsc_column_table_init(&table, allocator);
    lsc_status status = lsc_column_table_read(&table, source, infer->max_rows, error);
    if (status == LSC_OK) {
        status = check_listed(&table, "exclude", infer->exclude, infer->n_exclude, error);
    }
    if (status == LSC_OK) {
        status = check_listed(&table, "include", infer->include, infer->n_include, error);
    }
    if (status == LSC_OK) {
        status = build(&table, infer, lsc_source_has_times(source), allocator, notes, spec, error);
    }
    lsc_column_table_free(&table);
    return status;
}

lsc_status lsc_spec_infer(lsc_source *source, const lsc_infer *infer,
                          const lsc_allocator *allocator, lsc_spec **spec, char **notes,
                          lsc_error *error)
{
    if (spec != NULL) {
        *spec = NULL;
    }
    if (notes != NULL) {
        *notes = NULL;
    }
    if (source == NULL || spec == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s is NULL", source == NULL ? "source" : "spec");
    }
    lsc_infer options;
    lsc_allocator resolved;
    lsc_status status = read_options(infer, &options, error);
    if (status == LSC_OK) {
        status = lsc_allocator_resolve(allocator, &resolved, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    lsc_buffer written;
    lsc_buffer_init(&written, &resolved);
    status = infer_spec(source, &options, &resolved, &written, spec, error);
    if (status == LSC_OK && notes != NULL) {
        status = give_notes(&written, notes, error);
    }
    lsc_buffer_free(&written);
    if (status != LSC_OK) {
        lsc_spec_unref(*spec);
        *spec = NULL;
    }
    return status;
}

void lsc_infer_init(lsc_infer *infer, size_t size)
{
    const lsc_infer defaults = LSC_INFER_INIT;
    lsc_options_init(infer, size, &defaults, sizeof defaults);
}
