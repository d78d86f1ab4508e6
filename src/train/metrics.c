#include "train/metrics.h"

#include <math.h>

#include "core/fixed_math.h"
#include "core/sort.h"

/** Probabilities of 0 and 1 would make an infinite log loss of one mistake. */
#define LEAST_PROBABILITY 1e-15

const char *lsc_metric_name(lsc_metric metric)
{
    static const char *const names[LSC_N_METRICS] = {
        [LSC_METRIC_ROC_AUC] = "roc_auc",
        [LSC_METRIC_PR_AUC] = "pr_auc",
        [LSC_METRIC_LOG_LOSS] = "log_loss",
        [LSC_METRIC_BRIER] = "brier",
        [LSC_METRIC_BRIER_RELIABILITY] = "brier_reliability",
        [LSC_METRIC_BRIER_RESOLUTION] = "brier_resolution",
        [LSC_METRIC_BRIER_UNCERTAINTY] = "brier_uncertainty",
        [LSC_METRIC_ECE] = "ece",
        [LSC_METRIC_KS] = "ks",
        [LSC_METRIC_LIFT_10] = "lift_10",
    };
    return names[metric];
}

/** What is needed of each row, in the order of the predictions and in that of the ranking. */
static lsc_status fill_ranking(lsc_ranking *ranking, lsc_error *error)
{
    const lsc_predictions *predictions = ranking->predictions;
    size_t n_rows = predictions->n_rows;
    lsc_sort_place *room = lsc_alloc_array(ranking->allocator, n_rows, 2 * sizeof *room);
    if (room == NULL) {
        return lsc_fail_memory(error);
    }
    for (size_t row = 0; row < n_rows; row++) {
        double probability = predictions->probabilities[row];
        double likelihood = predictions->labels[row] ? probability : 1 - probability;
        double miss = probability - (predictions->labels[row] ? 1 : 0);
        ranking->order[row] = (uint32_t)row;
        ranking->log_losses[row] = fmin(fmax(likelihood, LEAST_PROBABILITY), 1 - LEAST_PROBABILITY);
        ranking->squares[row] = miss * miss;
    }
    lsc_log_each(ranking->log_losses, n_rows);
    lsc_sort_by_values(ranking->order, n_rows, predictions->probabilities, true, room);
    for (size_t i = 0; i < n_rows; i++) {
        ranking->log_losses[i] = -ranking->log_losses[i];
        ranking->falling[i] = predictions->probabilities[ranking->order[i]];
        ranking->labels[i] = predictions->labels[ranking->order[i]];
    }
    lsc_release(ranking->allocator, room);
    return LSC_OK;
}

lsc_status lsc_ranking_init(lsc_ranking *ranking, const lsc_predictions *predictions,
                            const lsc_allocator *allocator, lsc_error *error)
{
    size_t n_rows = predictions->n_rows;
    *ranking = (lsc_ranking){.allocator = allocator, .predictions = predictions};
    ranking->order = lsc_alloc_array(allocator, n_rows, sizeof *ranking->order);
    ranking->falling = lsc_alloc_array(allocator, n_rows, sizeof *ranking->falling);
    ranking->labels = lsc_alloc_array(allocator, n_rows, sizeof *ranking->labels);
    ranking->log_losses = lsc_alloc_array(allocator, n_rows, sizeof *ranking->log_losses);
    ranking->squares = lsc_alloc_array(allocator, n_rows, sizeof *ranking->squares);
    lsc_status status = LSC_OK;
    if (ranking->order == NULL || ranking->falling == NULL || ranking->labels == NULL ||
        ranking->log_losses == NULL || ranking->squares == NULL) {
        status = lsc_fail_memory(error);
    }
    if (status == LSC_OK) {
        status = fill_ranking(ranking, error);
    }
    if (status != LSC_OK) {
        lsc_ranking_free(ranking);
    }
    return status;
}

void lsc_ranking_free(lsc_ranking *ranking)
{
    lsc_release(ranking->allocator, ranking->order);
    lsc_release(ranking->allocator, ranking->falling);
    lsc_release(ranking->allocator, ranking->labels);
    lsc_release(ranking->allocator, ranking->log_losses);
    lsc_release(ranking->allocator, ranking->squares);
    *ranking = (lsc_ranking){.allocator = ranking->allocator};
}

/** Compilers that see it make the loops of its callers one. */
static inline lsc_tie next_tie(const lsc_ranking *ranking, const double *weights, size_t *at)
{
    const size_t n_rows = ranking->predictions->n_rows;
    size_t i = *at;
    lsc_tie tie = {ranking->falling[i], 0, 0};
    do {
        double weight = weights[ranking->order[i]];
        tie.positive += ranking->labels[i] ? weight : 0;
        tie.negative += ranking->labels[i] ? 0 : weight;
        i++;
    } while (i < n_rows && ranking->falling[i] == tie.probability);
    *at = i;
    return tie;
}

lsc_tie lsc_ranking_tie(const lsc_ranking *ranking, const double *weights, size_t *at)
{
    return next_tie(ranking, weights, at);
}

lsc_tie lsc_ranking_total(const lsc_ranking *ranking, const double *weights)
{
    const lsc_predictions *predictions = ranking->predictions;
    lsc_tie total = {0, 0, 0};
    for (size_t row = 0; row < predictions->n_rows; row++) {
        total.positive += predictions->labels[row] ? weights[row] : 0;
        total.negative += predictions->labels[row] ? 0 : weights[row];
    }
    return total;
}

size_t lsc_equal_mass_bin(double above, double own, double weight)
{
    double middle = (above + own / 2) / weight;
    return (size_t)fmin(middle * LSC_ECE_BINS, LSC_ECE_BINS - 1);
}

/** Of a bin: its weight, what of it converted, and what was to by the model. */
typedef struct mass {
    double weight;
    double positive;
    double expected;
} mass;

/** What is summed while the ranking is walked from the highest probability down. */
typedef struct walk {
    lsc_tie total;
    double weight; /**< of both classes */
    lsc_tie above; /**< the rows passed so far */
    double pairs;
    double precision;
    double distance;
    size_t bin;
    double bin_end; /**< just before the weight at which the bin may end */
    mass bins[LSC_ECE_BINS];
    size_t tenth;
    double tenth_end;            /**< weight at which it ends */
    double tenths[LSC_N_TENTHS]; /**< converted weight of each */
} walk;

/** What rounding may move the end of a bin by, and more, as a share. */
#define ROUNDING 1e-9

static walk walk_from(lsc_tie total)
{
    double weight = total.positive + total.negative;
    return (walk){.total = total,
                  .weight = weight,
                  .bin_end = weight / LSC_ECE_BINS * (1 - ROUNDING),
                  .tenth_end = weight / LSC_N_TENTHS};
}

/** Deal a tie to the tenths it lies in, each taking its part. */
static void deal_tie(walk *sums, lsc_tie tie, double from, double weight)
{
    double left = weight;
    if (from + weight <= sums->tenth_end) {
        sums->tenths[sums->tenth] += tie.positive;
        return;
    }
    while (left > 0) {
        bool is_last = sums->tenth + 1 == LSC_N_TENTHS;
        double taken = is_last ? left : fmin(fmax(sums->tenth_end - from, 0), left);
        sums->tenths[sums->tenth] += tie.positive * (taken / weight);
        left -= taken;
        from += taken;
        if (left > 0) {
            sums->tenth++;
            sums->tenth_end = sums->weight * (double)(sums->tenth + 1) / LSC_N_TENTHS;
        }
    }
}

static void put_in_bin(walk *sums, lsc_tie tie, double above, double own)
{
    if (above + own / 2 >= sums->bin_end) {
        sums->bin = lsc_equal_mass_bin(above, own, sums->weight);
        sums->bin_end = sums->weight * (double)(sums->bin + 1) / LSC_ECE_BINS * (1 - ROUNDING);
    }
    mass *bin = &sums->bins[sums->bin];
    bin->weight += own;
    bin->positive += tie.positive;
    bin->expected += own * tie.probability;
}

static void pass_tie(walk *sums, lsc_tie tie)
{
    double own = tie.positive + tie.negative;
    double above = sums->above.positive + sums->above.negative;
    put_in_bin(sums, tie, above, own);
    deal_tie(sums, tie, above, own);

    sums->pairs += tie.negative * (sums->above.positive + tie.positive / 2);
    sums->above.positive += tie.positive;
    sums->above.negative += tie.negative;
    if (tie.positive > 0) {
        sums->precision += tie.positive * sums->above.positive / (above + own);
    }
    /* Times both totals, by which it is divided at the end. */
    double distance = fabs(sums->above.positive * sums->total.negative -
                           sums->above.negative * sums->total.positive);
    sums->distance = distance > sums->distance ? distance : sums->distance;
}

/** Mean log loss and Brier score: they need no order. */
static void measure_losses(const lsc_ranking *ranking, const double *weights, double weight,
                           double values[LSC_N_MEASURES])
{
    double log_losses = 0;
    double squares = 0;
    for (size_t row = 0; row < ranking->predictions->n_rows; row++) {
        log_losses += weights[row] * ranking->log_losses[row];
        squares += weights[row] * ranking->squares[row];
    }
    values[LSC_METRIC_LOG_LOSS] = log_losses / weight;
    values[LSC_METRIC_BRIER] = squares / weight;
}

/** The calibration error, and the Brier score's parts. Its resolution is what is left: that of the
 *  bins, and what probabilities tell within them. */
static void measure_bins(const walk *sums, double values[LSC_N_MEASURES])
{
    double weight = sums->weight;
    double rate = sums->total.positive / weight;
    double gaps = 0;
    double squares = 0;
    for (size_t i = 0; i < LSC_ECE_BINS; i++) {
        const mass *bin = &sums->bins[i];
        double gap = bin->positive - bin->expected;
        gaps += fabs(gap);
        squares += bin->weight > 0 ? gap * gap / bin->weight : 0;
    }
    values[LSC_METRIC_ECE] = gaps / weight;
    values[LSC_METRIC_BRIER_RELIABILITY] = squares / weight;
    values[LSC_METRIC_BRIER_UNCERTAINTY] = rate * (1 - rate);
    values[LSC_METRIC_BRIER_RESOLUTION] =
        squares / weight + rate * (1 - rate) - values[LSC_METRIC_BRIER];
}

static void measure_tenths(const walk *sums, double values[LSC_N_MEASURES])
{
    double weight = sums->weight;
    double rate = sums->total.positive / weight;
    double gained = 0;
    for (size_t i = 0; i < LSC_N_TENTHS; i++) {
        gained += sums->tenths[i];
        values[LSC_MEASURE_RATE + i] = sums->tenths[i] / (weight / LSC_N_TENTHS);
        values[LSC_MEASURE_LIFT + i] = values[LSC_MEASURE_RATE + i] / rate;
        values[LSC_MEASURE_GAIN + i] = fmin(gained / sums->total.positive, 1);
    }
    values[LSC_METRIC_LIFT_10] = values[LSC_MEASURE_LIFT];
}

bool lsc_ranking_measure(const lsc_ranking *ranking, const double *weights,
                         double values[LSC_N_MEASURES])
{
    walk sums = walk_from(lsc_ranking_total(ranking, weights));
    if (sums.total.positive <= 0 || sums.total.negative <= 0) {
        return false;
    }
    for (size_t at = 0; at < ranking->predictions->n_rows;) {
        lsc_tie tie = next_tie(ranking, weights, &at);
        if (tie.positive + tie.negative > 0) {
            pass_tie(&sums, tie);
        }
    }
    double n_pairs = sums.total.positive * sums.total.negative;
    values[LSC_METRIC_ROC_AUC] = sums.pairs / n_pairs;
    values[LSC_METRIC_PR_AUC] = sums.precision / sums.total.positive;
    values[LSC_METRIC_KS] = sums.distance / n_pairs;
    measure_losses(ranking, weights, sums.weight, values);
    measure_bins(&sums, values);
    measure_tenths(&sums, values);
    return true;
}

double lsc_ranking_roc_auc(const lsc_ranking *ranking, const double *weights)
{
    double positive = 0;
    double negative = 0;
    double pairs = 0;
    for (size_t at = 0; at < ranking->predictions->n_rows;) {
        lsc_tie block = next_tie(ranking, weights, &at);
        pairs += block.negative * (positive + block.positive / 2);
        positive += block.positive;
        negative += block.negative;
    }
    return positive > 0 && negative > 0 ? pairs / (positive * negative) : (double)NAN;
}
