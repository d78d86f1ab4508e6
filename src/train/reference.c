#include "train/reference.h"

#include <math.h>
#include <string.h>

#include "core/json.h"
#include "core/number.h"
#include "features/spec_data.h"

/** Significant digits of an edge. */
#define EDGE_DIGITS 3

/** The bins of a column: below or at edge 0, then up to edge 1, ..., above the last. */
typedef struct bin_set {
    double edges[LSC_REFERENCE_BINS - 1];
    size_t n_edges;
    double weights[LSC_REFERENCE_BINS];
    double missing;
    double total;
} bin_set;

static double round_edge(double value)
{
    char text[LSC_NUMBER_TEXT_SIZE];
    lsc_number_format_short(value, EDGE_DIGITS, text);
    lsc_number_parse(text, strlen(text), &value);
    return value;
}

/** How many of the rising values are at most `edge`. */
static size_t count_up_to(const double *rising, size_t count, double edge)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (rising[middle] <= edge) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/** Deciles, but for those that would leave a bin with too few rows. */
static void place_edges(const double *rising, size_t count, bin_set *bins)
{
    size_t placed = 0;
    for (size_t i = 1; i < LSC_REFERENCE_BINS && count > 0; i++) {
        double edge = round_edge(lsc_quantile(rising, count, (double)i / LSC_REFERENCE_BINS));
        size_t below = count_up_to(rising, count, edge);
        if (below >= placed + LSC_LEVEL_SUPPORT && count - below >= LSC_LEVEL_SUPPORT) {
            bins->edges[bins->n_edges++] = edge;
            placed = below;
        }
    }
}

static void add_value(bin_set *bins, double value, double weight)
{
    size_t bin = 0;
    bins->total += weight;
    if (isnan(value)) {
        bins->missing += weight;
        return;
    }
    while (bin < bins->n_edges && value > bins->edges[bin]) {
        bin++;
    }
    bins->weights[bin] += weight;
}

static void put_bins(lsc_json_writer *writer, const char *name, const bin_set *bins)
{
    double present = bins->total - bins->missing;
    lsc_json_begin_object(writer);
    lsc_json_put_key(writer, "name");
    lsc_json_put_string(writer, name);
    lsc_json_put_key(writer, "missing");
    lsc_json_put_number(writer, round_edge(bins->missing / bins->total));
    lsc_json_put_key(writer, "edges");
    lsc_json_begin_array(writer);
    for (size_t i = 0; i < bins->n_edges; i++) {
        lsc_json_put_number(writer, bins->edges[i]);
    }
    lsc_json_end_array(writer);
    lsc_json_put_key(writer, "shares");
    lsc_json_begin_array(writer);
    for (size_t i = 0; i <= bins->n_edges && present > 0; i++) {
        lsc_json_put_number(writer, round_edge(bins->weights[i] / present));
    }
    lsc_json_end_array(writer);
    lsc_json_end_object(writer);
}

static void put_column(lsc_json_writer *writer, const lsc_rows *rows, const lsc_spec *spec,
                       size_t column, double *values)
{
    bin_set bins = {.n_edges = 0};
    size_t count = 0;
    for (size_t row = 0; row < rows->n_rows; row++) {
        float value = rows->columns[row * rows->n_columns + column];
        if (!isnan(value)) {
            values[count++] = (double)value;
        }
    }
    lsc_sort_doubles(values, count);
    place_edges(values, count, &bins);
    for (size_t row = 0; row < rows->n_rows; row++) {
        add_value(&bins, (double)rows->columns[row * rows->n_columns + column],
                  (double)rows->weights[row]);
    }
    put_bins(writer, lsc_spec_column_name(spec, column), &bins);
}

static void put_probability(lsc_json_writer *writer, const lsc_evaluation *evaluation,
                            double *values)
{
    bin_set bins = {.n_edges = 0};
    memcpy(values, evaluation->probabilities, evaluation->n_rows * sizeof *values);
    lsc_sort_doubles(values, evaluation->n_rows);
    place_edges(values, evaluation->n_rows, &bins);
    for (size_t row = 0; row < evaluation->n_rows; row++) {
        add_value(&bins, evaluation->probabilities[row], evaluation->weights[row]);
    }
    put_bins(writer, "probability", &bins);
}

lsc_status lsc_reference_write(const lsc_rows *rows, const lsc_evaluation *evaluation,
                               const lsc_spec *spec, lsc_buffer *out, lsc_error *error)
{
    double *values = lsc_alloc_array(rows->allocator, rows->n_rows, sizeof *values);
    if (values == NULL) {
        return lsc_fail_memory(error);
    }
    lsc_json_writer writer;
    lsc_json_writer_init(&writer, out, 1);
    lsc_json_begin_object(&writer);
    lsc_json_put_key(&writer, "format");
    lsc_json_put_int(&writer, 1);
    lsc_json_put_key(&writer, "columns");
    lsc_json_begin_array(&writer);
    for (size_t column = 0; column < rows->n_columns; column++) {
        put_column(&writer, rows, spec, column, values);
    }
    lsc_json_end_array(&writer);
    lsc_json_put_key(&writer, "probability");
    put_probability(&writer, evaluation, values);
    lsc_json_end_object(&writer);
    lsc_release(rows->allocator, values);
    return lsc_buffer_status(out, error);
}
