#include "train/bootstrap.h"

#include <math.h>
#include <string.h>

#include "core/random.h"
#include "core/sort.h"

#define LOW_QUANTILE 0.025
#define HIGH_QUANTILE 0.975

double lsc_quantile(const double *rising, size_t count, double q)
{
    double place = q * (double)(count - 1);
    size_t below = (size_t)place;
    size_t above = below + 1 < count ? below + 1 : below;
    return rising[below] + (place - (double)below) * (rising[above] - rising[below]);
}

static int compare_doubles(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    double left = *(const double *)a;
    double right = *(const double *)b;
    return left < right ? -1 : left > right;
}

void lsc_sort_doubles(double *values, size_t count)
{
    lsc_sort(values, count, sizeof *values, compare_doubles, NULL);
}

/** A resampling under way: how often each lead was drawn, and the rows' weights by that. */
typedef struct resampler {
    const lsc_allocator *allocator;
    const lsc_predictions *predictions;
    size_t n_groups;
    lsc_random random;
    uint32_t *counts; /**< [n_groups] */
    double *weights;  /**< [n_rows] */
} resampler;

static double own_weight(const lsc_predictions *predictions, size_t row)
{
    return predictions->weights != NULL ? predictions->weights[row] : 1;
}

static void resampler_free(resampler *sampler)
{
    lsc_release(sampler->allocator, sampler->counts);
    lsc_release(sampler->allocator, sampler->weights);
    *sampler = (resampler){.allocator = sampler->allocator};
}

/** Its first weights are the predictions' own. */
static lsc_status resampler_init(resampler *sampler, const lsc_predictions *predictions,
                                 uint64_t seed, const lsc_allocator *allocator, lsc_error *error)
{
    *sampler = (resampler){.allocator = allocator, .predictions = predictions};
    sampler->n_groups = predictions->groups != NULL ? predictions->n_groups : predictions->n_rows;
    sampler->counts = lsc_alloc_array(allocator, sampler->n_groups, sizeof *sampler->counts);
    sampler->weights = lsc_alloc_array(allocator, predictions->n_rows, sizeof *sampler->weights);
    if (sampler->counts == NULL || sampler->weights == NULL) {
        resampler_free(sampler);
        lsc_fail_memory(error);
        return LSC_NO_MEMORY; /* said here, for clang-tidy to see */
    }
    for (size_t row = 0; row < predictions->n_rows; row++) {
        sampler->weights[row] = own_weight(predictions, row);
    }
    lsc_random_seed(&sampler->random, seed);
    return LSC_OK;
}

static void resampler_draw(resampler *sampler)
{
    const lsc_predictions *predictions = sampler->predictions;
    memset(sampler->counts, 0, sampler->n_groups * sizeof *sampler->counts);
    for (size_t i = 0; i < sampler->n_groups; i++) {
        sampler->counts[lsc_random_below(&sampler->random, sampler->n_groups)]++;
    }
    for (size_t row = 0; row < predictions->n_rows; row++) {
        size_t group = predictions->groups != NULL ? predictions->groups[row] : row;
        sampler->weights[row] = own_weight(predictions, row) * sampler->counts[group];
    }
}

/**
 * Percentiles of what the draws gave. Some metrics (the calibration error) come out worse in almost
 * every draw than in the data themselves: the value is in its interval all the same.
 */
static lsc_estimate estimate_of(double value, double *draws, size_t n_draws)
{
    if (n_draws == 0) {
        return (lsc_estimate){value, value, value};
    }
    lsc_sort_doubles(draws, n_draws);
    return (lsc_estimate){value, fmin(value, lsc_quantile(draws, n_draws, LOW_QUANTILE)),
                          fmax(value, lsc_quantile(draws, n_draws, HIGH_QUANTILE))};
}

static lsc_status fail_one_class(const lsc_predictions *predictions, lsc_error *error)
{
    if (predictions->n_rows == 0) {
        return lsc_fail(error, LSC_BAD_DATA, "there are no rows to measure");
    }
    return lsc_fail(error, LSC_BAD_DATA,
                    "all %zu rows have the label %d: metrics need both classes",
                    predictions->n_rows, predictions->labels[0] ? 1 : 0);
}

/** @param draws  [LSC_N_MEASURES × n_draws], room for what they give, a measure after another */
static void estimate_measures(const lsc_ranking *ranking, resampler *sampler,
                              const double values[LSC_N_MEASURES], size_t n_draws, double *draws,
                              lsc_estimate estimates[LSC_N_MEASURES])
{
    size_t n = 0;
    for (size_t i = 0; i < n_draws; i++) {
        double drawn[LSC_N_MEASURES];
        resampler_draw(sampler);
        if (!lsc_ranking_measure(ranking, sampler->weights, drawn)) {
            continue;
        }
        for (size_t measure = 0; measure < LSC_N_MEASURES; measure++) {
            draws[measure * n_draws + n] = drawn[measure];
        }
        n++;
    }
    for (size_t measure = 0; measure < LSC_N_MEASURES; measure++) {
        estimates[measure] = estimate_of(values[measure], draws + measure * n_draws, n);
    }
}

lsc_status lsc_metrics_estimate(const lsc_predictions *predictions, size_t n_draws, uint64_t seed,
                                const lsc_allocator *allocator,
                                lsc_estimate estimates[LSC_N_MEASURES], lsc_error *error)
{
    double values[LSC_N_MEASURES];
    resampler sampler = {.allocator = allocator};
    lsc_ranking ranking = {.allocator = allocator};
    lsc_status status;
    double *draws = lsc_alloc_array(allocator, LSC_N_MEASURES * n_draws, sizeof *draws);
    if (draws == NULL) {
        return lsc_fail_memory(error);
    }
    if ((status = resampler_init(&sampler, predictions, seed, allocator, error)) != LSC_OK ||
        (status = lsc_ranking_init(&ranking, predictions, allocator, error)) != LSC_OK) {
        goto out;
    }
    if (lsc_ranking_measure(&ranking, sampler.weights, values)) {
        estimate_measures(&ranking, &sampler, values, n_draws, draws, estimates);
    } else {
        status = fail_one_class(predictions, error);
    }
out:
    lsc_ranking_free(&ranking);
    resampler_free(&sampler);
    lsc_release(allocator, draws);
    return status;
}

static void compare_rankings(const lsc_ranking *ours, const lsc_ranking *others, resampler *sampler,
                             double gain, lsc_comparison *comparison)
{
    double draws[LSC_BOOTSTRAP_DRAWS];
    size_t n_draws = 0;
    size_t n_won = 0;
    for (size_t i = 0; i < LSC_BOOTSTRAP_DRAWS; i++) {
        resampler_draw(sampler);
        double drawn = lsc_ranking_roc_auc(ours, sampler->weights) -
                       lsc_ranking_roc_auc(others, sampler->weights);
        if (!isnan(drawn)) {
            draws[n_draws++] = drawn;
            n_won += drawn > 0;
        }
    }
    comparison->gain = estimate_of(gain, draws, n_draws);
    comparison->won = n_draws > 0 ? (double)n_won / (double)n_draws : 0;
}

lsc_status lsc_metrics_compare(const lsc_predictions *predictions, const double *others,
                               uint64_t seed, const lsc_allocator *allocator,
                               lsc_comparison *comparison, lsc_error *error)
{
    lsc_predictions others_predictions = *predictions;
    others_predictions.probabilities = others;
    resampler sampler = {.allocator = allocator};
    lsc_ranking ours = {.allocator = allocator};
    lsc_ranking theirs = {.allocator = allocator};
    double gain;
    lsc_status status = resampler_init(&sampler, predictions, seed, allocator, error);
    if (status != LSC_OK) {
        return status;
    }
    if ((status = lsc_ranking_init(&ours, predictions, allocator, error)) != LSC_OK ||
        (status = lsc_ranking_init(&theirs, &others_predictions, allocator, error)) != LSC_OK) {
        goto out;
    }
    gain =
        lsc_ranking_roc_auc(&ours, sampler.weights) - lsc_ranking_roc_auc(&theirs, sampler.weights);
    if (isnan(gain)) {
        status = fail_one_class(predictions, error);
    } else {
        compare_rankings(&ours, &theirs, &sampler, gain, comparison);
    }
out:
    lsc_ranking_free(&ours);
    lsc_ranking_free(&theirs);
    resampler_free(&sampler);
    return status;
}
