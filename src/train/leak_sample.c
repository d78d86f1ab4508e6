#include "train/leak_sample.h"

#include <math.h>

#include "core/sort.h"
#include "train/bootstrap.h"

/** Bins of a number, at the most, and how many of its values they are made from. */
#define NUMBER_BINS 64
#define EDGE_VALUES 10000
/** Rows of the base rate that each bin is given, so that small ones are not believed too much. */
#define PRIOR_ROWS 2

lsc_column_range lsc_feature_columns(const lsc_spec *spec, size_t feature)
{
    lsc_column_range range = {0, 0};
    for (size_t column = 0; column < lsc_spec_n_columns(spec); column++) {
        if (lsc_spec_column_feature(spec, column) == feature) {
            range.first = range.count == 0 ? column : range.first;
            range.count++;
        }
    }
    return range;
}

lsc_status lsc_leak_sample_make(const lsc_rows *rows, lsc_leak_sample *sample, lsc_error *error)
{
    double sum = 0;
    double positive = 0;
    *sample = (lsc_leak_sample){.rows = rows, .n_leads = rows->n_groups};
    sample->picked = lsc_alloc_array(rows->allocator, rows->n_rows, sizeof *sample->picked);
    sample->bins = lsc_alloc_array(rows->allocator, rows->n_rows, sizeof *sample->bins);
    if (sample->picked == NULL || sample->bins == NULL) {
        lsc_leak_sample_free(sample);
        return lsc_fail_memory(error);
    }
    /* Leads are numbered in the order of hashes: the first ones are as good as drawn. */
    if (rows->n_rows > LSC_LEAK_ROWS_WANTED) {
        double share = (double)LSC_LEAK_ROWS_WANTED / (double)rows->n_rows;
        sample->n_leads = (size_t)((double)rows->n_groups * share);
    }
    for (size_t row = 0; row < rows->n_rows; row++) {
        if (rows->groups[row] < sample->n_leads) {
            sample->picked[sample->n++] = (uint32_t)row;
            sum += (double)rows->weights[row];
            positive += rows->labels[row] ? (double)rows->weights[row] : 0;
        }
    }
    sample->rate = sum > 0 ? positive / sum : 0;
    return LSC_OK;
}

void lsc_leak_sample_free(lsc_leak_sample *sample)
{
    lsc_release(sample->rows->allocator, sample->picked);
    lsc_release(sample->rows->allocator, sample->bins);
    sample->picked = NULL;
    sample->bins = NULL;
}

static const float *row_columns(const lsc_leak_sample *sample, lsc_column_range columns, size_t i)
{
    return sample->rows->columns + sample->picked[i] * sample->rows->n_columns + columns.first;
}

bool lsc_leak_has_value(const lsc_leak_sample *sample, lsc_column_range columns, size_t i)
{
    return !isnan(*row_columns(sample, columns, i));
}

/** A bin each for the levels, and bin 0 for what is missing. */
static size_t bin_levels(lsc_leak_sample *sample, lsc_column_range columns)
{
    for (size_t i = 0; i < sample->n; i++) {
        const float *row = row_columns(sample, columns, i);
        uint32_t bin = 0;
        for (size_t k = 0; k < columns.count && bin == 0; k++) {
            bin = row[k] > 0.5f ? (uint32_t)k + 1 : 0;
        }
        sample->bins[i] = bin;
    }
    return columns.count + 1;
}

/** Some values of a column, sorted. */
static size_t look_at_values(const lsc_leak_sample *sample, lsc_column_range columns,
                             double *values)
{
    size_t step = sample->n / EDGE_VALUES + 1;
    size_t n = 0;
    for (size_t i = 0; i < sample->n; i += step) {
        if (lsc_leak_has_value(sample, columns, i)) {
            values[n++] = (double)*row_columns(sample, columns, i);
        }
    }
    lsc_sort_doubles(values, n);
    return n;
}

/** Values where bins end: all of them where these are few, else quantiles. */
static size_t choose_edges(const double *values, size_t n, double edges[NUMBER_BINS])
{
    size_t n_distinct = n > 0;
    size_t n_edges = 0;
    for (size_t i = 1; i < n; i++) {
        n_distinct += values[i] > values[i - 1];
    }
    size_t n_wanted = n_distinct <= NUMBER_BINS ? n : NUMBER_BINS;
    for (size_t i = 0; i < n_wanted; i++) {
        double value = values[(i + 1) * n / n_wanted - 1];
        if (n_edges == 0 || value > edges[n_edges - 1]) {
            edges[n_edges++] = value;
        }
    }
    return n_edges;
}

/** Bin 0 for what is missing, then those that end at each edge, and one above. */
static size_t bin_numbers(lsc_leak_sample *sample, lsc_column_range columns, double *values)
{
    double edges[NUMBER_BINS];
    size_t n_edges = choose_edges(values, look_at_values(sample, columns, values), edges);
    for (size_t i = 0; i < sample->n; i++) {
        double value = (double)*row_columns(sample, columns, i);
        uint32_t low = 0;
        uint32_t high = (uint32_t)n_edges;
        while (low < high) {
            uint32_t middle = low + (high - low) / 2;
            *(edges[middle] < value ? &low : &high) = edges[middle] < value ? middle + 1 : middle;
        }
        sample->bins[i] = isnan(value) ? 0 : low + 1;
    }
    return n_edges + 2;
}

/** What one half of the leads holds in a bin, by weight, and the rate in the other half. */
typedef struct leak_bin {
    double positive;
    double other;
    double rate;
} leak_bin;

static int compare_rates(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    const leak_bin *left = a;
    const leak_bin *right = b;
    return left->rate < right->rate ? -1 : left->rate > right->rate;
}

static void fill_bins(const lsc_leak_sample *sample, int half, leak_bin *bins, size_t n_bins)
{
    const lsc_rows *rows = sample->rows;
    for (size_t bin = 0; bin < n_bins; bin++) {
        bins[bin] = (leak_bin){0, 0, 0};
    }
    for (size_t i = 0; i < sample->n; i++) {
        if (lsc_leak_half(sample, i) == half) {
            leak_bin *bin = &bins[sample->bins[i]];
            size_t row = sample->picked[i];
            *(rows->labels[row] ? &bin->positive : &bin->other) += (double)rows->weights[row];
        }
    }
}

/** Bins of one rate are ties. 1/2 where a class is absent. */
static double auc_of_bins(leak_bin *bins, size_t n_bins)
{
    double area = 0;
    double positive = 0;
    double other = 0;
    lsc_sort(bins, n_bins, sizeof *bins, compare_rates, NULL);
    for (size_t from = 0, to; from < n_bins; from = to) {
        double tied_positive = 0;
        double tied_other = 0;
        for (to = from; to < n_bins && bins[to].rate <= bins[from].rate; to++) {
            tied_positive += bins[to].positive;
            tied_other += bins[to].other;
        }
        area += tied_positive * (other + tied_other / 2);
        positive += tied_positive;
        other += tied_other;
    }
    return positive > 0 && other > 0 ? area / (positive * other) : 0.5;
}

lsc_status lsc_leak_auc_alone(lsc_leak_sample *sample, lsc_column_range columns, double *auc,
                              lsc_error *error)
{
    const lsc_allocator *allocator = sample->rows->allocator;
    size_t most = columns.count > 1 ? columns.count + 1 : NUMBER_BINS + 2;
    leak_bin *halves[2] = {lsc_alloc_array(allocator, most, sizeof(leak_bin)),
                           lsc_alloc_array(allocator, most, sizeof(leak_bin))};
    double *values = lsc_alloc_array(allocator, EDGE_VALUES + 1, sizeof *values);
    lsc_status status = lsc_fail_memory(NULL);
    if (halves[0] != NULL && halves[1] != NULL && values != NULL) {
        size_t n_bins =
            columns.count > 1 ? bin_levels(sample, columns) : bin_numbers(sample, columns, values);
        fill_bins(sample, 0, halves[0], n_bins);
        fill_bins(sample, 1, halves[1], n_bins);
        for (size_t bin = 0; bin < n_bins; bin++) {
            for (int half = 0; half < 2; half++) {
                const leak_bin *seen = &halves[1 - half][bin];
                halves[half][bin].rate = (seen->positive + PRIOR_ROWS * sample->rate) /
                                         (seen->positive + seen->other + PRIOR_ROWS);
            }
        }
        *auc = (auc_of_bins(halves[0], n_bins) + auc_of_bins(halves[1], n_bins)) / 2;
        status = LSC_OK;
    }
    lsc_release(allocator, halves[0]);
    lsc_release(allocator, halves[1]);
    lsc_release(allocator, values);
    return status == LSC_OK ? LSC_OK : lsc_fail_memory(error);
}
