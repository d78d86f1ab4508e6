#include "train/bins.h"

#include <math.h>
#include <string.h>

#include "core/number.h"
#include "features/spec_data.h"
#include "train/bootstrap.h"

/** Significant digits of an edge or share. */
#define BIN_DIGITS 3

double lsc_bins_round(double value)
{
    char text[LSC_NUMBER_TEXT_SIZE];
    lsc_number_format_short(value, BIN_DIGITS, text);
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

void lsc_bins_place(lsc_bins *bins, const double *rising, size_t count)
{
    size_t placed = 0;
    for (size_t i = 1; i < LSC_REFERENCE_BINS && count > 0; i++) {
        double edge = lsc_bins_round(lsc_quantile(rising, count, (double)i / LSC_REFERENCE_BINS));
        size_t below = count_up_to(rising, count, edge);
        if (below >= placed + LSC_LEVEL_SUPPORT && count - below >= LSC_LEVEL_SUPPORT) {
            bins->edges[bins->n_edges++] = edge;
            placed = below;
        }
    }
}

size_t lsc_bins_find(const lsc_bins *bins, double value)
{
    size_t bin = 0;
    if (isnan(value)) {
        return bins->n_edges + 1;
    }
    while (bin < bins->n_edges && value > bins->edges[bin]) {
        bin++;
    }
    return bin;
}

void lsc_bins_add(lsc_bins *bins, double value, double weight)
{
    bins->weights[lsc_bins_find(bins, value)] += weight;
    bins->total += weight;
}

/** Add what a lead's rows say to the variances: the squares of its residuals. */
static void end_lead(const lsc_bins *bins, double sums[LSC_MOST_BINS],
                     double variances[LSC_MOST_BINS])
{
    double weight = 0;
    for (size_t bin = 0; bin < lsc_bins_count(bins); bin++) {
        weight += sums[bin];
    }
    for (size_t bin = 0; bin < lsc_bins_count(bins); bin++) {
        double residual = (sums[bin] - bins->weights[bin] / bins->total * weight) / bins->total;
        variances[bin] += residual * residual;
        sums[bin] = 0;
    }
}

double lsc_bins_effective(const lsc_bins *bins, const lsc_binned *rows)
{
    double sums[LSC_MOST_BINS] = {0};
    double variances[LSC_MOST_BINS] = {0};
    size_t n_filled = 0;
    double spread = 0;
    for (size_t row = 0; row < rows->n_rows; row++) {
        sums[lsc_bins_find(bins, rows->values[row])] += rows->weights[row];
        if (row + 1 == rows->n_rows || rows->groups[row + 1] != rows->groups[row]) {
            end_lead(bins, sums, variances);
        }
    }
    for (size_t bin = 0; bin < lsc_bins_count(bins); bin++) {
        if (bins->weights[bin] > 0) {
            n_filled++;
            spread += variances[bin] * bins->total / bins->weights[bin];
        }
    }
    return n_filled > 1 && spread > 0 ? ((double)n_filled - 1) / spread : (double)rows->n_rows;
}
