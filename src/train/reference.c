#include "train/reference.h"

#include <math.h>
#include <string.h>

#include "core/json.h"
#include "core/sort.h"
#include "features/spec_data.h"
#include "train/bins.h"
#include "train/dependence.h"

/** The measured rows, of one column at a time, and room to sort them. */
typedef struct column_scratch {
    double *values;
    double *rising;
    double *weights;
    uint32_t *groups;
    uint32_t *keys; /**< two for each row */
} column_scratch;

static void put_bins(lsc_json_writer *writer, const char *name, const lsc_bins *bins,
                     double effective)
{
    double missing = bins->weights[bins->n_edges + 1];
    double present = bins->total - missing;
    lsc_json_begin_object(writer);
    lsc_json_member_string(writer, "name", name);
    lsc_json_member_number(writer, "n_effective", lsc_bins_round(effective));
    lsc_json_member_number(writer, "missing", lsc_bins_round(missing / bins->total));
    lsc_json_put_key(writer, "edges");
    lsc_json_begin_array(writer);
    for (size_t i = 0; i < bins->n_edges; i++) {
        lsc_json_put_number(writer, bins->edges[i]);
    }
    lsc_json_end_array(writer);
    lsc_json_put_key(writer, "shares");
    lsc_json_begin_array(writer);
    for (size_t i = 0; i <= bins->n_edges && present > 0; i++) {
        lsc_json_put_number(writer, lsc_bins_round(bins->weights[i] / present));
    }
    lsc_json_end_array(writer);
    lsc_json_end_object(writer);
}

/** Bin rows and write what came out. @param rising  the values that are not missing */
static void put_rows(lsc_json_writer *writer, const char *name, const lsc_binned *rows,
                     const double *rising, size_t count)
{
    lsc_bins bins = {.n_edges = 0};
    lsc_bins_place(&bins, rising, count);
    for (size_t row = 0; row < rows->n_rows; row++) {
        lsc_bins_add(&bins, rows->values[row], rows->weights[row]);
    }
    put_bins(writer, name, &bins, lsc_bins_effective(&bins, rows));
}

/** Bits of a float, so that they rise as an unsigned number where the floats do. */
static uint32_t key_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits >> 31 ? ~bits : bits | UINT32_C(1) << 31;
}

static double value_of(uint32_t key)
{
    uint32_t bits = key >> 31 ? key & ~(UINT32_C(1) << 31) : ~key;
    float value;
    memcpy(&value, &bits, sizeof value);
    return (double)value;
}

/** Sort the values of a column that are not missing into scratch->rising. @return how many */
static size_t sort_column(const column_scratch *scratch, size_t n_rows)
{
    size_t count = 0;
    for (size_t row = 0; row < n_rows; row++) {
        if (!isnan(scratch->values[row])) {
            scratch->keys[count++] = key_of((float)scratch->values[row]);
        }
    }
    lsc_sort_keys(scratch->keys, count, scratch->keys + n_rows);
    for (size_t i = 0; i < count; i++) {
        scratch->rising[i] = value_of(scratch->keys[i]);
    }
    return count;
}

/** @return how many rows are measured; their weights and groups are filled. */
static size_t gather_rows(const lsc_findings *findings, const column_scratch *scratch)
{
    size_t n = 0;
    for (size_t row = 0; row < findings->rows->n_rows; row++) {
        if ((findings->split->parts[row] & LSC_ROW_MEASURED) != 0) {
            scratch->weights[n] = (double)findings->rows->weights[row];
            scratch->groups[n++] = findings->rows->groups[row];
        }
    }
    return n;
}

static void gather_column(const lsc_findings *findings, size_t column, double *values)
{
    const lsc_rows *rows = findings->rows;
    for (size_t row = 0; row < rows->n_rows; row++) {
        if ((findings->split->parts[row] & LSC_ROW_MEASURED) != 0) {
            *values++ = (double)rows->columns[row * rows->n_columns + column];
        }
    }
}

static void put_columns(lsc_json_writer *writer, const lsc_findings *findings,
                        const column_scratch *scratch)
{
    const lsc_binned binned = {scratch->values, scratch->weights, scratch->groups,
                               gather_rows(findings, scratch)};
    lsc_json_put_key(writer, "columns");
    lsc_json_begin_array(writer);
    for (size_t column = 0; column < findings->rows->n_columns; column++) {
        gather_column(findings, column, scratch->values);
        size_t count = sort_column(scratch, binned.n_rows);
        put_rows(writer, lsc_spec_column_name(findings->spec, column), &binned, scratch->rising,
                 count);
    }
    lsc_json_end_array(writer);
}

static lsc_status put_reference(lsc_json_writer *writer, const lsc_findings *findings,
                                lsc_model *model, const column_scratch *scratch, lsc_error *error)
{
    const lsc_evaluation *evaluation = findings->evaluation;
    const lsc_binned measured = {evaluation->probabilities, evaluation->weights, evaluation->groups,
                                 evaluation->n_rows};
    lsc_json_begin_object(writer);
    lsc_json_member_int(writer, "format", 1);
    lsc_json_put_key(writer, "horizon_ms");
    if (findings->plan->timed) {
        lsc_json_put_int(writer, findings->options->horizon_ms);
    } else {
        lsc_json_put_null(writer);
    }
    lsc_json_member_bool(writer, "repeats", findings->plan->timed && findings->options->repeats);
    put_columns(writer, findings, scratch);
    lsc_json_put_key(writer, "probability");
    memcpy(scratch->rising, measured.values, measured.n_rows * sizeof *measured.values);
    lsc_sort_doubles(scratch->rising, measured.n_rows);
    put_rows(writer, "probability", &measured, scratch->rising, measured.n_rows);
    lsc_status status = lsc_dependence_put(writer, findings, model, error);
    lsc_json_end_object(writer);
    return status;
}

lsc_status lsc_reference_write(const lsc_findings *findings, lsc_model *model, lsc_buffer *out,
                               lsc_error *error)
{
    const lsc_allocator *allocator = findings->rows->allocator;
    size_t n_rows = findings->rows->n_rows;
    column_scratch scratch = {.values = lsc_alloc_array(allocator, n_rows, sizeof(double)),
                              .rising = lsc_alloc_array(allocator, n_rows, sizeof(double)),
                              .weights = lsc_alloc_array(allocator, n_rows, sizeof(double)),
                              .groups = lsc_alloc_array(allocator, n_rows, sizeof(uint32_t)),
                              .keys = lsc_alloc_array(allocator, 2 * n_rows, sizeof(uint32_t))};
    lsc_status status = LSC_OK;
    if (scratch.values == NULL || scratch.rising == NULL || scratch.weights == NULL ||
        scratch.groups == NULL || scratch.keys == NULL) {
        status = lsc_fail_memory(error);
    } else {
        lsc_json_writer writer;
        lsc_json_writer_init(&writer, out, 1);
        status = put_reference(&writer, findings, model, &scratch, error);
        status = status == LSC_OK ? lsc_buffer_status(out, error) : status;
    }
    lsc_release(allocator, scratch.values);
    lsc_release(allocator, scratch.rising);
    lsc_release(allocator, scratch.weights);
    lsc_release(allocator, scratch.groups);
    lsc_release(allocator, scratch.keys);
    return status;
}
