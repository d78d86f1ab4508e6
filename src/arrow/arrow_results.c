#include "arrow_results.h"

#include <leadscore/explain.h>

#include <math.h>
#include <string.h>

#include "arrow_build.h"
#include "core/error.h"
#include "score/score_kernels.h"

/** The columns of scores, in the order of `score_fields`. */
enum {
    PROBABILITY,
    LOW,
    HIGH,
    CONFIDENCE,
    SCORE,
    GRADE,
    MARGIN,
    RAW,
    POINTS,
    N_SCORE_FIELDS
};

static const lsc_arrow_field score_fields[N_SCORE_FIELDS] = {
    {"probability", "g", true}, {"probability_low", "g", true}, {"probability_high", "g", true},
    {"confidence", "g", true},  {"score", "i", false},          {"grade", "u", false},
    {"margin", "f", true},      {"raw_probability", "f", true}, {"points", "g", true},
};

lsc_arrow_field *lsc_arrow_fields_of(const lsc_spec *spec, lsc_arrow_output output,
                                     const lsc_allocator *allocator, size_t *n)
{
    const bool of_scores = output == LSC_ARROW_SCORES;
    const size_t n_columns = of_scores ? N_SCORE_FIELDS : lsc_spec_n_columns(spec);
    lsc_arrow_field *fields = lsc_alloc_array(allocator, n_columns + 2, sizeof *fields);
    *n = 0;
    if (fields == NULL) {
        return NULL;
    }
    for (; *n < n_columns; *n += 1) {
        fields[*n] = of_scores ? score_fields[*n]
                               : (lsc_arrow_field){lsc_spec_column_name(spec, *n), "f", false};
    }
    if (output == LSC_ARROW_CONTRIBUTIONS) {
        fields[*n] = (lsc_arrow_field){"base_value", "f", false};
        *n += 1;
    }
    return fields;
}

static void put_double(const struct ArrowArray *table, size_t column, size_t row, double value)
{
    if (isnan(value)) {
        lsc_arrow_set_null(table, column, row);
    } else {
        ((double *)lsc_arrow_values(table, column))[row] = value;
    }
}

static void put_float(const struct ArrowArray *table, size_t column, size_t row, float value)
{
    if (isnan(value)) {
        lsc_arrow_set_null(table, column, row);
    } else {
        ((float *)lsc_arrow_values(table, column))[row] = value;
    }
}

void lsc_arrow_put_result(const struct ArrowArray *table, size_t row, const lsc_result *result)
{
    put_double(table, PROBABILITY, row, result->probability);
    put_double(table, LOW, row, result->probability_low);
    put_double(table, HIGH, row, result->probability_high);
    put_double(table, CONFIDENCE, row, result->confidence);
    ((int32_t *)lsc_arrow_values(table, SCORE))[row] = result->score;
    ((char *)lsc_arrow_values(table, GRADE))[row] = result->grade;
    put_float(table, MARGIN, row, result->margin);
    put_float(table, RAW, row, result->raw_probability);
    put_double(table, POINTS, row, result->points);
}

/** A strip of rows at work, block by block. */
typedef struct strip_work {
    lsc_scorer *scorer;
    lsc_arrow_output output;
    size_t n_columns;
    size_t n_together;    /**< rows of a strip */
    float *rows;          /**< [n_together][n_columns] */
    float *contributions; /**< [LSC_BLOCK_ROWS][n_columns + 1]; NULL for scores */
} strip_work;

static void put_scores(const strip_work *work, const float *rows, size_t first, size_t n,
                       const struct ArrowArray *table)
{
    lsc_result results[LSC_BLOCK_ROWS];
    lsc_scorer_run_rows(work->scorer, rows, n, results);
    for (size_t row = 0; row < n; row++) {
        lsc_arrow_put_result(table, first + row, &results[row]);
    }
}

static lsc_status put_contributions(const strip_work *work, const float *rows, size_t first,
                                    size_t n, const struct ArrowArray *table, lsc_error *error)
{
    size_t width = work->n_columns + 1;
    lsc_status status =
        lsc_contributions_batch(work->scorer, rows, n, work->n_columns, work->contributions, error);
    for (size_t column = 0; column < width && status == LSC_OK; column++) {
        float *values = lsc_arrow_values(table, column);
        for (size_t row = 0; row < n; row++) {
            values[first + row] = work->contributions[row * width + column];
        }
    }
    return status;
}

/** Put what is asked of the rows of a strip, the first of which is row `first` of the table. */
static lsc_status put_strip(const strip_work *work, size_t first, size_t n_rows,
                            const struct ArrowArray *table, lsc_error *error)
{
    lsc_status status = LSC_OK;
    for (size_t row = 0; row < n_rows && status == LSC_OK; row += LSC_BLOCK_ROWS) {
        size_t n = n_rows - row < LSC_BLOCK_ROWS ? n_rows - row : LSC_BLOCK_ROWS;
        const float *rows = work->rows + row * work->n_columns;
        if (work->output == LSC_ARROW_SCORES) {
            put_scores(work, rows, first + row, n, table);
        } else {
            status = put_contributions(work, rows, first + row, n, table, error);
        }
    }
    return status;
}

static lsc_status run_strips(const strip_work *work, const lsc_arrow_reader *reader,
                             const struct ArrowArray *array, const struct ArrowArray *table,
                             lsc_error *error)
{
    size_t n_rows = (size_t)array->length;
    lsc_status status = LSC_OK;
    for (size_t first = 0; first < n_rows && status == LSC_OK; first += work->n_together) {
        size_t n = n_rows - first < work->n_together ? n_rows - first : work->n_together;
        status = lsc_arrow_fill(reader, array, first, n, work->rows, error);
        if (status == LSC_OK) {
            status = put_strip(work, first, n, table, error);
        }
    }
    return status;
}

static lsc_status new_table(const lsc_spec *spec, lsc_arrow_output output, size_t n_rows,
                            const lsc_allocator *allocator, struct ArrowArray *out,
                            lsc_error *error)
{
    size_t n;
    lsc_arrow_field *fields = lsc_arrow_fields_of(spec, output, allocator, &n);
    lsc_status status = fields != NULL
                            ? lsc_arrow_table_new(fields, n, n_rows, allocator, out, error)
                            : lsc_fail_memory(error);
    lsc_release(allocator, fields);
    return status;
}

lsc_status lsc_arrow_run_schema(const lsc_spec *spec, lsc_arrow_output output,
                                const lsc_allocator *allocator, struct ArrowSchema *out,
                                lsc_error *error)
{
    size_t n;
    lsc_arrow_field *fields = lsc_arrow_fields_of(spec, output, allocator, &n);
    lsc_status status = fields != NULL ? lsc_arrow_schema_new(fields, n, allocator, out, error)
                                       : lsc_fail_memory(error);
    lsc_release(allocator, fields);
    return status;
}

static bool make_room(strip_work *work, size_t n_rows, const lsc_allocator *allocator)
{
    size_t n_columns = work->n_columns;
    size_t most = lsc_arrow_strip_rows(n_columns);
    work->n_together = n_rows < most ? n_rows : most;
    work->rows = lsc_alloc_array(allocator, n_columns * work->n_together, sizeof *work->rows);
    if (work->output == LSC_ARROW_CONTRIBUTIONS) {
        work->contributions = lsc_alloc_array(allocator, (n_columns + 1) * LSC_BLOCK_ROWS,
                                              sizeof *work->contributions);
    }
    return work->rows != NULL && (work->contributions != NULL || work->output == LSC_ARROW_SCORES);
}

lsc_status lsc_arrow_run(lsc_scorer *scorer, lsc_arrow_output output,
                         const lsc_arrow_reader *reader, const struct ArrowArray *array,
                         struct ArrowArray *out, lsc_error *error)
{
    lsc_status status = lsc_arrow_check(reader, array, error);
    if (status != LSC_OK) {
        return status;
    }
    const lsc_allocator *allocator = &reader->allocator;
    struct ArrowArray table = {.release = NULL};
    strip_work work = {.scorer = scorer, .output = output, .n_columns = reader->n_columns};
    size_t n_rows = (size_t)array->length;
    status = make_room(&work, n_rows, allocator)
                 ? new_table(reader->spec, output, n_rows, allocator, &table, error)
                 : lsc_fail_memory(error);
    if (status == LSC_OK) {
        status = run_strips(&work, reader, array, &table, error);
    }
    lsc_release(allocator, work.rows);
    lsc_release(allocator, work.contributions);
    if (status == LSC_OK) {
        *out = table;
    } else if (table.release != NULL) {
        table.release(&table);
    }
    return status;
}

static lsc_status run_table(lsc_scorer *scorer, lsc_arrow_output output,
                            const struct ArrowArray *array, const struct ArrowSchema *schema,
                            const lsc_arrow_options *options, struct ArrowArray *out,
                            struct ArrowSchema *out_schema, lsc_error *error)
{
    if (scorer == NULL || array == NULL || schema == NULL || out == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "scorer, array, schema or out is NULL");
    }
    lsc_arrow_reader *reader;
    struct ArrowSchema made = {.release = NULL};
    lsc_spec *spec = lsc_model_spec(scorer->model);
    lsc_status status = lsc_arrow_reader_new(spec, schema, options, &reader, error);
    if (status != LSC_OK) {
        return status;
    }
    if (out_schema != NULL) {
        status = lsc_arrow_run_schema(spec, output, &reader->allocator, &made, error);
    }
    if (status == LSC_OK) {
        status = lsc_arrow_run(scorer, output, reader, array, out, error);
    }
    if (status == LSC_OK && out_schema != NULL) {
        *out_schema = made;
    } else if (made.release != NULL) {
        made.release(&made);
    }
    lsc_arrow_reader_free(reader);
    return status;
}

lsc_status lsc_arrow_score(lsc_scorer *scorer, const struct ArrowArray *array,
                           const struct ArrowSchema *schema, const lsc_arrow_options *options,
                           struct ArrowArray *out, struct ArrowSchema *out_schema, lsc_error *error)
{
    return run_table(scorer, LSC_ARROW_SCORES, array, schema, options, out, out_schema, error);
}

lsc_status lsc_arrow_contributions(lsc_scorer *scorer, const struct ArrowArray *array,
                                   const struct ArrowSchema *schema,
                                   const lsc_arrow_options *options, struct ArrowArray *out,
                                   struct ArrowSchema *out_schema, lsc_error *error)
{
    return run_table(scorer, LSC_ARROW_CONTRIBUTIONS, array, schema, options, out, out_schema,
                     error);
}
