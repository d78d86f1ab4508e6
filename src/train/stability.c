#include "train/stability.h"

#include <math.h>
#include <stdbool.h>

#include "core/fixed_math.h"

/** Rows that must be expected in a bin, or be found in it, for it to be compared by itself. */
#define LEAST_EXPECTED 1.0
#define LEAST_FOUND 5.0
/** Rows added to each bin, so that a logarithm exists. */
#define ADDED 0.5
#define TWO_OVER_ROOT_PI 1.1283791670955126
/** Rows of a reference whose size is not known: then only the added half row depends on it. */
#define UNKNOWN_SIZE 1e6

double lsc_chi_square_tail(double x, size_t df)
{
    double half = x / 2;
    double term;
    double sum;
    size_t i;
    if (df == 0 || !(x > 0)) {
        return 1;
    }
    if (df % 2 == 0) {
        term = lsc_exp(-half);
        sum = term;
        i = 2;
    } else {
        sum = erfc(sqrt(half));
        term = lsc_exp(-half) * sqrt(half) * TWO_OVER_ROOT_PI;
        sum += df > 1 ? term : 0;
        i = 3;
    }
    for (; i < df; i += 2) {
        term *= 2 * half / (double)i;
        sum += term;
    }
    return sum < 1 ? sum : 1;
}

static bool stands_alone(double share, double count, double total)
{
    return share * total >= LEAST_EXPECTED || count >= LEAST_FOUND;
}

/** The counts that are compared, and how many bins they are. */
typedef struct comparison {
    double n_reference;
    double n_found;
    size_t n_bins;
    double psi;
} comparison;

static void add_bin(comparison *sum, double share, double count)
{
    double bins = (double)sum->n_bins * ADDED;
    double then = (share * sum->n_reference + ADDED) / (sum->n_reference + bins);
    double now = (count + ADDED) / (sum->n_found + bins);
    sum->psi += (now - then) * lsc_log(now / then);
}

lsc_stability lsc_stability_measure(const double *shares, double n_reference, const double *counts,
                                    size_t n_bins)
{
    comparison sum = {.n_reference = isnan(n_reference) ? UNKNOWN_SIZE : n_reference};
    double rare_share = 0;
    double rare_count = 0;
    for (size_t bin = 0; bin < n_bins; bin++) {
        sum.n_found += counts[bin];
    }
    for (size_t bin = 0; bin < n_bins; bin++) {
        bool alone = stands_alone(shares[bin], counts[bin], sum.n_found);
        sum.n_bins += alone;
        rare_share += alone ? 0 : shares[bin];
        rare_count += alone ? 0 : counts[bin];
    }
    bool has_rare = stands_alone(rare_share, rare_count, sum.n_found);
    sum.n_bins += has_rare;
    for (size_t bin = 0; bin < n_bins && sum.n_found > 0; bin++) {
        if (stands_alone(shares[bin], counts[bin], sum.n_found)) {
            add_bin(&sum, shares[bin], counts[bin]);
        }
    }
    if (has_rare) {
        add_bin(&sum, rare_share, rare_count);
    }
    lsc_stability found = {.psi = sum.psi, .p_value = (double)NAN, .n_bins = sum.n_bins};
    if (!isnan(n_reference) && sum.n_found > 0) {
        double scale = 1 / sum.n_reference + 1 / sum.n_found;
        found.p_value = lsc_chi_square_tail(sum.psi / scale, sum.n_bins > 0 ? sum.n_bins - 1 : 0);
    }
    return found;
}
