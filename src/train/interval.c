#include "train/interval.h"

#include <math.h>
#include <string.h>

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

/** Other labels of the same rows, by the probabilities that were fitted. */
static void draw_labels(const lsc_calibrated *rows, lsc_platt fitted, lsc_random *random,
                        unsigned char *labels)
{
    for (size_t row = 0; row < rows->n_rows; row++) {
        double probability = lsc_platt_probability(fitted, rows->margins[row]);
        labels[row] = lsc_random_uniform(random) < probability;
    }
}

/** Other leads, drawn with replacement, each with all its rows: a row weighs as often as drawn. */
static void draw_leads(const lsc_calibrated *rows, lsc_random *random, uint32_t *counts,
                       double *weights)
{
    memset(counts, 0, rows->n_groups * sizeof *counts);
    for (size_t i = 0; i < rows->n_groups; i++) {
        counts[lsc_random_below(random, rows->n_groups)]++;
    }
    for (size_t row = 0; row < rows->n_rows; row++) {
        weights[row] = rows->weights[row] * counts[rows->groups[row]];
    }
}

static lsc_status draw_by_labels(const lsc_calibrated *rows, lsc_platt fitted, lsc_random *random,
                                 const lsc_allocator *allocator,
                                 lsc_platt draws[LSC_INTERVAL_DRAWS], lsc_error *error)
{
    unsigned char *labels = lsc_alloc_array(allocator, rows->n_rows, sizeof *labels);
    if (labels == NULL) {
        return lsc_fail_memory(error);
    }
    for (size_t draw = 0; draw < LSC_INTERVAL_DRAWS; draw++) {
        draw_labels(rows, fitted, random, labels);
        draws[draw] = lsc_platt_fit(rows->margins, labels, rows->weights, rows->n_rows, &fitted);
    }
    lsc_release(allocator, labels);
    return LSC_OK;
}

static lsc_status draw_by_leads(const lsc_calibrated *rows, lsc_platt fitted, lsc_random *random,
                                const lsc_allocator *allocator, lsc_platt draws[LSC_INTERVAL_DRAWS],
                                lsc_error *error)
{
    uint32_t *counts = lsc_alloc_array(allocator, rows->n_groups, sizeof *counts);
    double *weights = lsc_alloc_array(allocator, rows->n_rows, sizeof *weights);
    lsc_status status = LSC_OK;
    if (counts == NULL || weights == NULL) {
        status = lsc_fail_memory(error);
        goto out;
    }
    for (size_t draw = 0; draw < LSC_INTERVAL_DRAWS; draw++) {
        draw_leads(rows, random, counts, weights);
        draws[draw] = lsc_platt_fit(rows->margins, rows->labels, weights, rows->n_rows, &fitted);
    }
out:
    lsc_release(allocator, counts);
    lsc_release(allocator, weights);
    return status;
}

lsc_status lsc_interval_draw(lsc_platt fitted, const lsc_calibrated *rows, uint64_t seed,
                             const lsc_allocator *allocator, lsc_interval_curve *curve,
                             lsc_error *error)
{
    lsc_platt draws[LSC_INTERVAL_DRAWS] = {{0, 0}};
    lsc_random random;
    lsc_random_seed(&random, seed);
    lsc_status status = rows->groups != NULL
                            ? draw_by_leads(rows, fitted, &random, allocator, draws, error)
                            : draw_by_labels(rows, fitted, &random, allocator, draws, error);
    if (status == LSC_OK) {
        place_knots(rows->margins, rows->n_rows, curve->knots);
        enclose(fitted, draws, curve);
    }
    return status;
}
