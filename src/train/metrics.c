#include "train/metrics.h"

#include <math.h>

#include "core/fixed_math.h"
#include "core/sort.h"

/** Probabilities of 0 and 1 would make an infinite log loss of one mistake. */
#define LEAST_PROBABILITY 1e-15

const char *lsc_metric_name(lsc_metric metric)
{
    static const char *const names[LSC_N_METRICS] = {
        [LSC_METRIC_ROC_AUC] = "roc_auc",   [LSC_METRIC_PR_AUC] = "pr_auc",
        [LSC_METRIC_LOG_LOSS] = "log_loss", [LSC_METRIC_BRIER] = "brier",
        [LSC_METRIC_ECE] = "ece",           [LSC_METRIC_KS] = "ks",
        [LSC_METRIC_LIFT_10] = "lift_10",
    };
    return names[metric];
}

static int compare_falling(const void *a, const void *b, void *ctx)
{
    const double *probabilities = ctx;
    uint32_t row_a = *(const uint32_t *)a;
    uint32_t row_b = *(const uint32_t *)b;
    if (probabilities[row_a] != probabilities[row_b]) {
        return probabilities[row_a] > probabilities[row_b] ? -1 : 1;
    }
    return row_a < row_b ? -1 : row_a > row_b;
}

static double log_loss(bool label, double probability)
{
    double likelihood = label ? probability : 1 - probability;
    return -lsc_log(fmin(fmax(likelihood, LEAST_PROBABILITY), 1 - LEAST_PROBABILITY));
}

lsc_status lsc_ranking_init(lsc_ranking *ranking, const lsc_predictions *predictions,
                            const lsc_allocator *allocator, lsc_error *error)
{
    size_t n_rows = predictions->n_rows;
    *ranking = (lsc_ranking){.allocator = allocator, .predictions = predictions};
    ranking->order = lsc_alloc_array(allocator, n_rows, sizeof *ranking->order);
    ranking->log_losses = lsc_alloc_array(allocator, n_rows, sizeof *ranking->log_losses);
    if (ranking->order == NULL || ranking->log_losses == NULL) {
        lsc_ranking_free(ranking);
        return lsc_fail_memory(error);
    }
    for (size_t row = 0; row < n_rows; row++) {
        ranking->order[row] = (uint32_t)row;
        ranking->log_losses[row] =
            log_loss(predictions->labels[row], predictions->probabilities[row]);
    }
    lsc_sort(ranking->order, n_rows, sizeof *ranking->order, compare_falling,
             (double *)(uintptr_t)predictions->probabilities);
    return LSC_OK;
}

void lsc_ranking_free(lsc_ranking *ranking)
{
    lsc_release(ranking->allocator, ranking->order);
    lsc_release(ranking->allocator, ranking->log_losses);
    *ranking = (lsc_ranking){.allocator = ranking->allocator};
}

/** Rows of one probability: whatever order they stand in, no metric may depend on it. */
typedef struct tie {
    double probability;
    double positive; /**< weight of the rows that converted */
    double negative;
} tie;

/** The tie that begins at `*at` of the order; `*at` moves past it. */
static tie next_tie(const lsc_ranking *ranking, const double *weights, size_t *at)
{
    const lsc_predictions *predictions = ranking->predictions;
    tie block = {predictions->probabilities[ranking->order[*at]], 0, 0};
    for (; *at < predictions->n_rows; ++*at) {
        uint32_t row = ranking->order[*at];
        if (predictions->probabilities[row] != block.probability) {
            break;
        }
        *(predictions->labels[row] ? &block.positive : &block.negative) += weights[row];
    }
    return block;
}

static tie total_weights(const lsc_predictions *predictions, const double *weights)
{
    tie total = {0, 0, 0};
    for (size_t row = 0; row < predictions->n_rows; row++) {
        *(predictions->labels[row] ? &total.positive : &total.negative) += weights[row];
    }
    return total;
}

/** Weight of what converted in a bin of the calibration error, and of what was to by the model. */
typedef struct bin {
    double positive;
    double expected;
} bin;

static double calibration_error(const bin *bins, double weight)
{
    double sum = 0;
    for (size_t i = 0; i < LSC_ECE_BINS; i++) {
        sum += fabs(bins[i].positive - bins[i].expected);
    }
    return sum / weight;
}

/** Mean log loss and Brier score: they need no order. */
static void measure_losses(const lsc_ranking *ranking, const double *weights, double weight,
                           double values[LSC_N_METRICS])
{
    const lsc_predictions *predictions = ranking->predictions;
    double log_losses = 0;
    double squares = 0;
    for (size_t row = 0; row < predictions->n_rows; row++) {
        double miss = predictions->probabilities[row] - (predictions->labels[row] ? 1 : 0);
        log_losses += weights[row] * ranking->log_losses[row];
        squares += weights[row] * miss * miss;
    }
    values[LSC_METRIC_LOG_LOSS] = log_losses / weight;
    values[LSC_METRIC_BRIER] = squares / weight;
}

/** The metrics that compare the order of the rows, and the calibration error. */
static void measure_order(const lsc_ranking *ranking, const double *weights, tie total,
                          double values[LSC_N_METRICS])
{
    double weight = total.positive + total.negative;
    double top = weight / 10; /* what of the highest tenth is still to be taken */
    double top_positive = 0;
    tie above = {0, 0, 0};
    double pairs = 0;
    double precision = 0;
    double distance = 0;
    bin bins[LSC_ECE_BINS] = {{0, 0}};
    for (size_t at = 0; at < ranking->predictions->n_rows;) {
        tie block = next_tie(ranking, weights, &at);
        double block_weight = block.positive + block.negative;
        if (block_weight <= 0) {
            continue;
        }
        double middle = (above.positive + above.negative + block_weight / 2) / weight;
        bin *into = &bins[(size_t)fmin(middle * LSC_ECE_BINS, LSC_ECE_BINS - 1)];
        into->positive += block.positive;
        into->expected += block_weight * block.probability;

        double taken = fmin(block_weight, top);
        top -= taken;
        top_positive += block.positive * taken / block_weight;

        pairs += block.negative * (above.positive + block.positive / 2);
        above.positive += block.positive;
        above.negative += block.negative;
        precision += block.positive * above.positive / (above.positive + above.negative);
        distance =
            fmax(distance, fabs(above.positive / total.positive - above.negative / total.negative));
    }
    values[LSC_METRIC_ROC_AUC] = pairs / (total.positive * total.negative);
    values[LSC_METRIC_PR_AUC] = precision / total.positive;
    values[LSC_METRIC_ECE] = calibration_error(bins, weight);
    values[LSC_METRIC_KS] = distance;
    values[LSC_METRIC_LIFT_10] = top_positive / (weight / 10) / (total.positive / weight);
}

bool lsc_ranking_measure(const lsc_ranking *ranking, const double *weights,
                         double values[LSC_N_METRICS])
{
    tie total = total_weights(ranking->predictions, weights);
    if (total.positive <= 0 || total.negative <= 0) {
        return false;
    }
    measure_order(ranking, weights, total, values);
    measure_losses(ranking, weights, total.positive + total.negative, values);
    return true;
}

double lsc_ranking_roc_auc(const lsc_ranking *ranking, const double *weights)
{
    double positive = 0;
    double negative = 0;
    double pairs = 0;
    for (size_t at = 0; at < ranking->predictions->n_rows;) {
        tie block = next_tie(ranking, weights, &at);
        pairs += block.negative * (positive + block.positive / 2);
        positive += block.positive;
        negative += block.negative;
    }
    return positive > 0 && negative > 0 ? pairs / (positive * negative) : (double)NAN;
}
