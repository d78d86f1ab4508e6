#include "train/interval.h"

#include <math.h>

#include "core/random.h"
#include "train/bootstrap.h"

#define LOW_QUANTILE 0.05
#define HIGH_QUANTILE 0.95
/** The knots reach beyond the margins by this share of their range, and by this at the least. */
#define REACH 0.5
#define LEAST_REACH 1.0

static void place_knots(const double *margins, size_t n_rows, double knots[LSC_INTERVAL_KNOTS])
{
    double low = margins[0];
    double high = margins[0];
    for (size_t row = 1; row < n_rows; row++) {
        low = fmin(low, margins[row]);
        high = fmax(high, margins[row]);
    }
    double reach = fmax((high - low) * REACH, LEAST_REACH);
    double from = low - reach;
    double step = (high - low + 2 * reach) / (LSC_INTERVAL_KNOTS - 1);
    for (size_t i = 0; i < LSC_INTERVAL_KNOTS; i++) {
        knots[i] = from + step * (double)i;
    }
}

static void enclose(lsc_platt fitted, const lsc_platt draws[LSC_INTERVAL_DRAWS],
                    lsc_interval_curve *curve)
{
    double log_odds[LSC_INTERVAL_DRAWS];
    for (size_t i = 0; i < LSC_INTERVAL_KNOTS; i++) {
        double point = lsc_platt_log_odds(fitted, curve->knots[i]);
        for (size_t draw = 0; draw < LSC_INTERVAL_DRAWS; draw++) {
            log_odds[draw] = lsc_platt_log_odds(draws[draw], curve->knots[i]);
        }
        lsc_sort_doubles(log_odds, LSC_INTERVAL_DRAWS);
        curve->low[i] = fmin(point, lsc_quantile(log_odds, LSC_INTERVAL_DRAWS, LOW_QUANTILE));
        curve->high[i] = fmax(point, lsc_quantile(log_odds, LSC_INTERVAL_DRAWS, HIGH_QUANTILE));
    }
}

lsc_status lsc_interval_draw(lsc_platt fitted, const double *margins, const double *weights,
                             size_t n_rows, uint64_t seed, const lsc_allocator *allocator,
                             lsc_interval_curve *curve, lsc_error *error)
{
    lsc_platt draws[LSC_INTERVAL_DRAWS];
    unsigned char *labels = lsc_alloc_array(allocator, n_rows, sizeof *labels);
    double *probabilities = lsc_alloc_array(allocator, n_rows, sizeof *probabilities);
    if (labels == NULL || probabilities == NULL) {
        lsc_release(allocator, labels);
        lsc_release(allocator, probabilities);
        return lsc_fail_memory(error);
    }
    for (size_t row = 0; row < n_rows; row++) {
        probabilities[row] = lsc_platt_probability(fitted, margins[row]);
    }
    lsc_random random;
    lsc_random_seed(&random, seed);
    for (size_t draw = 0; draw < LSC_INTERVAL_DRAWS; draw++) {
        for (size_t row = 0; row < n_rows; row++) {
            labels[row] = lsc_random_uniform(&random) < probabilities[row];
        }
        draws[draw] = lsc_platt_fit(margins, labels, weights, n_rows, &fitted);
    }
    place_knots(margins, n_rows, curve->knots);
    enclose(fitted, draws, curve);
    lsc_release(allocator, labels);
    lsc_release(allocator, probabilities);
    return LSC_OK;
}
