#include "arrow_leads.h"

#include <leadscore/explain.h>

#include "arrow_lead_rows.h"
#include "core/error.h"
#include "core/time_check.h"

/** A table of leads at work. */
typedef struct lead_work {
    const lsc_lead_question *asked;
    const struct ArrowArray *table; /* what comes out */
    size_t n_fields;
    float *values; /* of the row under way */
    lsc_lead_rows rows;
} lead_work;

/** What comes out; of scores and contributions each may be null, and the status is the last. */
static lsc_arrow_field *answer_fields(const lsc_lead_question *asked, size_t *n)
{
    lsc_arrow_field *fields =
        lsc_arrow_fields_of(asked->spec, asked->output, &asked->options.allocator, n);
    if (fields == NULL || asked->output == LSC_ARROW_FEATURES) {
        return fields;
    }
    for (size_t i = 0; i < *n; i++) {
        fields[i].nullable = true;
    }
    fields[*n] = (lsc_arrow_field){"status", "i", false};
    *n += 1;
    return fields;
}

static void put_values(const lead_work *work, size_t n, size_t row)
{
    for (size_t column = 0; column < n; column++) {
        ((float *)lsc_arrow_values(work->table, column))[row] = work->values[column];
    }
}

/** Say whether a lead has a score; where it has none, all else is null. */
static void put_status(const lead_work *work, size_t row, lsc_outcome_status status)
{
    const size_t status_column = work->n_fields - 1;
    ((int32_t *)lsc_arrow_values(work->table, status_column))[row] = (int32_t)status;
    for (size_t column = 0; status != LSC_SCORED && column < status_column; column++) {
        lsc_arrow_set_null(work->table, column, row);
    }
}

static lsc_status put_features(lead_work *work, size_t row, lsc_error *error)
{
    lsc_status status = lsc_spec_extract(work->asked->spec, work->rows.lead, work->asked->as_of_ms,
                                         work->values, work->n_fields, error);
    if (status == LSC_OK) {
        put_values(work, work->n_fields, row);
    }
    return status;
}

static lsc_status put_score(lead_work *work, size_t row, lsc_error *error)
{
    lsc_result result = LSC_RESULT_INIT;
    lsc_status status =
        lsc_score_lead(work->asked->scorer, work->rows.lead, work->asked->as_of_ms, &result, error);
    if (status != LSC_OK) {
        return status;
    }
    if (result.status == LSC_SCORED) {
        lsc_arrow_put_result(work->table, row, &result);
    }
    put_status(work, row, result.status);
    return LSC_OK;
}

static lsc_status put_contributions(lead_work *work, size_t row, lsc_error *error)
{
    lsc_scorer *scorer = work->asked->scorer;
    const size_t n_columns = lsc_spec_n_columns(work->asked->spec);
    lsc_outcome_status outcome = LSC_SCORED;
    lsc_status status =
        lsc_scorer_extract(scorer, work->rows.lead, work->asked->as_of_ms, NULL, &outcome, error);
    if (status == LSC_OK && outcome == LSC_SCORED) {
        status =
            lsc_contributions_batch(scorer, scorer->columns, 1, n_columns, work->values, error);
    }
    if (status != LSC_OK) {
        return status;
    }
    if (outcome == LSC_SCORED) {
        put_values(work, n_columns + 1, row);
    }
    put_status(work, row, outcome);
    return LSC_OK;
}

static lsc_status put_row(lead_work *work, size_t row, lsc_error *error)
{
    switch (work->asked->output) {
    case LSC_ARROW_FEATURES:
        return put_features(work, row, error);
    case LSC_ARROW_SCORES:
        return put_score(work, row, error);
    default:
        return put_contributions(work, row, error);
    }
}

static lsc_status put_rows(lead_work *work, lsc_error *error)
{
    lsc_status status = LSC_OK;
    for (size_t row = 0; row < (size_t)work->table->length && status == LSC_OK; row++) {
        status = lsc_lead_rows_read(&work->rows, row, error);
        if (status == LSC_OK) {
            status = put_row(work, row, error);
        }
    }
    return status;
}

static lsc_status new_table(lead_work *work, size_t n_rows, struct ArrowArray *table,
                            lsc_error *error)
{
    const lsc_allocator *allocator = &work->asked->options.allocator;
    lsc_arrow_field *fields = answer_fields(work->asked, &work->n_fields);
    work->values = lsc_alloc_array(allocator, work->n_fields + 1, sizeof *work->values);
    lsc_status status =
        fields != NULL && work->values != NULL
            ? lsc_arrow_table_new(fields, work->n_fields, n_rows, allocator, table, error)
            : lsc_fail_memory(error);
    lsc_release(allocator, fields);
    work->table = table;
    return status;
}

lsc_status lsc_lead_question_run(const lsc_lead_question *asked, const struct ArrowArray *array,
                                 const struct ArrowSchema *schema, struct ArrowArray *out,
                                 lsc_error *error)
{
    struct ArrowArray table = {.release = NULL};
    lead_work work = {.asked = asked};
    lsc_status status = lsc_lead_rows_open(&work.rows, array, schema, &asked->options, error);
    if (status == LSC_OK) {
        status = new_table(&work, (size_t)array->length, &table, error);
    }
    if (status == LSC_OK) {
        status = put_rows(&work, error);
    }
    if (status == LSC_OK) {
        *out = table;
    } else if (table.release != NULL) {
        table.release(&table);
    }
    lsc_lead_rows_close(&work.rows);
    lsc_release(&asked->options.allocator, work.values);
    return status;
}

lsc_status lsc_lead_question_schema(const lsc_lead_question *asked, struct ArrowSchema *out,
                                    lsc_error *error)
{
    size_t n;
    const lsc_allocator *allocator = &asked->options.allocator;
    lsc_arrow_field *fields = answer_fields(asked, &n);
    lsc_status status = fields != NULL ? lsc_arrow_schema_new(fields, n, allocator, out, error)
                                       : lsc_fail_memory(error);
    lsc_release(allocator, fields);
    return status;
}

lsc_status lsc_lead_question_check(const lsc_lead_question *asked, const struct ArrowSchema *schema,
                                   lsc_error *error)
{
    lsc_arena arena;
    lsc_lead_columns columns;
    lsc_arena_init(&arena, &asked->options.allocator);
    lsc_status status =
        lsc_lead_columns_read(schema, asked->options.ignore_unknown, &arena, &columns, error);
    lsc_arena_free(&arena);
    return status;
}

lsc_status lsc_lead_question_begin(lsc_lead_question *asked, const lsc_arrow_options *options,
                                   lsc_error *error)
{
    lsc_status status = lsc_time_check("as_of_ms", asked->as_of_ms, error);
    return status == LSC_OK ? lsc_arrow_options_resolve(options, &asked->options, error) : status;
}

static lsc_status answer(lsc_lead_question *asked, const struct ArrowArray *array,
                         const struct ArrowSchema *schema, const lsc_arrow_options *options,
                         struct ArrowArray *out, struct ArrowSchema *out_schema, lsc_error *error)
{
    struct ArrowSchema made = {.release = NULL};
    lsc_status status = lsc_lead_question_begin(asked, options, error);
    if (status == LSC_OK && out_schema != NULL) {
        status = lsc_lead_question_schema(asked, &made, error);
    }
    if (status == LSC_OK) {
        status = lsc_lead_question_run(asked, array, schema, out, error);
    }
    if (status == LSC_OK && out_schema != NULL) {
        *out_schema = made;
    } else if (made.release != NULL) {
        made.release(&made);
    }
    return status;
}

lsc_status lsc_arrow_extract(const lsc_spec *spec, const struct ArrowArray *array,
                             const struct ArrowSchema *schema, int64_t as_of_ms,
                             const lsc_arrow_options *options, struct ArrowArray *out,
                             struct ArrowSchema *out_schema, lsc_error *error)
{
    if (spec == NULL || array == NULL || schema == NULL || out == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "spec, array, schema or out is NULL");
    }
    lsc_lead_question asked = {.spec = spec, .output = LSC_ARROW_FEATURES, .as_of_ms = as_of_ms};
    return answer(&asked, array, schema, options, out, out_schema, error);
}

static lsc_status ask_scorer(lsc_scorer *scorer, lsc_arrow_output output,
                             const struct ArrowArray *array, const struct ArrowSchema *schema,
                             int64_t as_of_ms, const lsc_arrow_options *options,
                             struct ArrowArray *out, struct ArrowSchema *out_schema,
                             lsc_error *error)
{
    if (scorer == NULL || array == NULL || schema == NULL || out == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "scorer, array, schema or out is NULL");
    }
    lsc_lead_question asked = {.spec = lsc_model_spec(scorer->model),
                               .scorer = scorer,
                               .output = output,
                               .as_of_ms = as_of_ms};
    return answer(&asked, array, schema, options, out, out_schema, error);
}

lsc_status lsc_arrow_score_leads(lsc_scorer *scorer, const struct ArrowArray *array,
                                 const struct ArrowSchema *schema, int64_t as_of_ms,
                                 const lsc_arrow_options *options, struct ArrowArray *out,
                                 struct ArrowSchema *out_schema, lsc_error *error)
{
    return ask_scorer(scorer, LSC_ARROW_SCORES, array, schema, as_of_ms, options, out, out_schema,
                      error);
}

lsc_status lsc_arrow_contributions_leads(lsc_scorer *scorer, const struct ArrowArray *array,
                                         const struct ArrowSchema *schema, int64_t as_of_ms,
                                         const lsc_arrow_options *options, struct ArrowArray *out,
                                         struct ArrowSchema *out_schema, lsc_error *error)
{
    return ask_scorer(scorer, LSC_ARROW_CONTRIBUTIONS, array, schema, as_of_ms, options, out,
                      out_schema, error);
}
