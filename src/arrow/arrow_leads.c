#include <string.h>

#include "arrow_lead_rows.h"
#include "arrow_results.h"
#include "core/error.h"
#include "core/time_check.h"

/** A table of leads at work. */
typedef struct lead_work {
    const lsc_spec *spec;
    lsc_scorer *scorer; /* NULL: features are wanted, not scores */
    int64_t as_of_ms;
    lsc_arrow_options options;
    lsc_arrow_field *fields; /* of what comes out */
    size_t n_fields;
    float *columns; /* of the row under way */
    lsc_lead_rows rows;
} lead_work;

/** A float32 column for each of the spec. */
static lsc_arrow_field *feature_fields(const lsc_spec *spec, const lsc_allocator *allocator,
                                       size_t *n)
{
    *n = lsc_spec_n_columns(spec);
    lsc_arrow_field *fields = lsc_alloc_array(allocator, *n + 1, sizeof *fields);
    for (size_t i = 0; fields != NULL && i < *n; i++) {
        fields[i] = (lsc_arrow_field){lsc_spec_column_name(spec, i), "f", false};
    }
    return fields;
}

/** The columns of scores, all of which may be null, and the status. */
static lsc_arrow_field *lead_score_fields(const lsc_allocator *allocator, size_t *n)
{
    const lsc_arrow_field *of_scores = lsc_arrow_score_fields(n);
    lsc_arrow_field *fields = lsc_alloc_array(allocator, *n + 1, sizeof *fields);
    if (fields == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < *n; i++) {
        fields[i] = of_scores[i];
        fields[i].nullable = true;
    }
    fields[*n] = (lsc_arrow_field){"status", "i", false};
    *n += 1;
    return fields;
}

static lsc_status put_features(lead_work *work, const struct ArrowArray *table, size_t row,
                               lsc_error *error)
{
    lsc_status status = lsc_spec_extract(work->spec, work->rows.lead, work->as_of_ms, work->columns,
                                         work->n_fields, error);
    for (size_t column = 0; column < work->n_fields && status == LSC_OK; column++) {
        ((float *)lsc_arrow_values(table, column))[row] = work->columns[column];
    }
    return status;
}

static lsc_status put_score(lead_work *work, const struct ArrowArray *table, size_t row,
                            lsc_error *error)
{
    const size_t status_column = work->n_fields - 1;
    lsc_result result = LSC_RESULT_INIT;
    lsc_status status =
        lsc_score_lead(work->scorer, work->rows.lead, work->as_of_ms, &result, error);
    if (status != LSC_OK) {
        return status;
    }
    ((int32_t *)lsc_arrow_values(table, status_column))[row] = (int32_t)result.status;
    if (result.status == LSC_SCORED) {
        lsc_arrow_put_result(table, row, &result);
        return LSC_OK;
    }
    for (size_t column = 0; column < status_column; column++) {
        lsc_arrow_set_null(table, column, row);
    }
    return LSC_OK;
}

static lsc_status put_rows(lead_work *work, const struct ArrowArray *table, lsc_error *error)
{
    lsc_status status = LSC_OK;
    for (size_t row = 0; row < (size_t)table->length && status == LSC_OK; row++) {
        status = lsc_lead_rows_read(&work->rows, row, error);
        if (status == LSC_OK) {
            status = work->scorer == NULL ? put_features(work, table, row, error)
                                          : put_score(work, table, row, error);
        }
    }
    return status;
}

static lsc_status prepare(lead_work *work, const struct ArrowArray *array,
                          const struct ArrowSchema *schema, lsc_error *error)
{
    const lsc_allocator *allocator = &work->options.allocator;
    lsc_status status = lsc_lead_rows_open(&work->rows, array, schema, &work->options, error);
    if (status != LSC_OK) {
        return status;
    }
    work->fields = work->scorer == NULL ? feature_fields(work->spec, allocator, &work->n_fields)
                                        : lead_score_fields(allocator, &work->n_fields);
    work->columns = lsc_alloc_array(allocator, work->n_fields + 1, sizeof *work->columns);
    return work->fields != NULL && work->columns != NULL ? LSC_OK : lsc_fail_memory(error);
}

static lsc_status run(lead_work *work, const struct ArrowArray *array,
                      const struct ArrowSchema *schema, struct ArrowArray *out,
                      struct ArrowSchema *out_schema, lsc_error *error)
{
    const lsc_allocator *allocator = &work->options.allocator;
    struct ArrowArray table = {.release = NULL};
    struct ArrowSchema made = {.release = NULL};
    lsc_status status = prepare(work, array, schema, error);
    if (status == LSC_OK) {
        status = lsc_arrow_table_new(work->fields, work->n_fields, (size_t)array->length, allocator,
                                     &table, error);
    }
    if (status == LSC_OK) {
        status = put_rows(work, &table, error);
    }
    if (status == LSC_OK && out_schema != NULL) {
        status = lsc_arrow_schema_new(work->fields, work->n_fields, allocator, &made, error);
    }
    if (status == LSC_OK) {
        *out = table;
        if (out_schema != NULL) {
            *out_schema = made;
        }
    } else if (table.release != NULL) {
        table.release(&table);
    }
    lsc_lead_rows_close(&work->rows);
    lsc_release(allocator, work->fields);
    lsc_release(allocator, work->columns);
    return status;
}

static lsc_status begin(lead_work *work, const lsc_arrow_options *options, lsc_error *error)
{
    lsc_status status = lsc_time_check("as_of_ms", work->as_of_ms, error);
    return status == LSC_OK ? lsc_arrow_options_resolve(options, &work->options, error) : status;
}

lsc_status lsc_arrow_extract(const lsc_spec *spec, const struct ArrowArray *array,
                             const struct ArrowSchema *schema, int64_t as_of_ms,
                             const lsc_arrow_options *options, struct ArrowArray *out,
                             struct ArrowSchema *out_schema, lsc_error *error)
{
    if (spec == NULL || array == NULL || schema == NULL || out == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "spec, array, schema or out is NULL");
    }
    lead_work work = {.spec = spec, .as_of_ms = as_of_ms};
    lsc_status status = begin(&work, options, error);
    return status == LSC_OK ? run(&work, array, schema, out, out_schema, error) : status;
}

lsc_status lsc_arrow_score_leads(lsc_scorer *scorer, const struct ArrowArray *array,
                                 const struct ArrowSchema *schema, int64_t as_of_ms,
                                 const lsc_arrow_options *options, struct ArrowArray *out,
                                 struct ArrowSchema *out_schema, lsc_error *error)
{
    if (scorer == NULL || array == NULL || schema == NULL || out == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "scorer, array, schema or out is NULL");
    }
    lead_work work = {
        .spec = lsc_model_spec(scorer->model), .scorer = scorer, .as_of_ms = as_of_ms};
    lsc_status status = begin(&work, options, error);
    return status == LSC_OK ? run(&work, array, schema, out, out_schema, error) : status;
}
