/* Metrics against slow references that follow their definitions word by word. */
#include "suite.h"

#include <math.h>

#include "train/bootstrap.h"
#include "train_support.h"

/** Sums of a few thousand terms of order one, added in another order. */
#define CLOSE 1e-11

enum {
    MAX_ROWS = 300
};

typedef struct labelled {
    unsigned char labels[MAX_ROWS];
    double probabilities[MAX_ROWS];
    double weights[MAX_ROWS];
    size_t n_rows;
} labelled;

/** Random rows of both classes; with few levels most probabilities are tied. */
static void fill(labelled *data, lsc_random *random, size_t n_rows, size_t n_levels)
{
    data->n_rows = n_rows;
    for (size_t row = 0; row < n_rows; row++) {
        data->probabilities[row] = (double)lsc_random_below(random, n_levels) / (double)n_levels;
        data->labels[row] = lsc_random_uniform(random) < 0.2 + 0.6 * data->probabilities[row];
        data->weights[row] = 0.25 + lsc_random_uniform(random);
    }
    data->labels[0] = 0;
    data->labels[1] = 1;
}

static void measure(const labelled *data, double values[LSC_N_MEASURES])
{
    lsc_predictions predictions = {
        .labels = data->labels, .probabilities = data->probabilities, .n_rows = data->n_rows};
    lsc_ranking ranking;
    ck_ok(lsc_ranking_init(&ranking, &predictions, lsc_default_allocator(), error));
    ck_assert(lsc_ranking_measure(&ranking, data->weights, values));
    ck_assert_double_eq_tol(lsc_ranking_roc_auc(&ranking, data->weights),
                            values[LSC_METRIC_ROC_AUC], CLOSE);
    lsc_ranking_free(&ranking);
}

/** Over all pairs of a converted and another row: the share ranked right, ties counting half. */
static double slow_roc_auc(const labelled *data)
{
    double right = 0;
    double all = 0;
    for (size_t i = 0; i < data->n_rows; i++) {
        for (size_t j = 0; j < data->n_rows; j++) {
            if (data->labels[i] && !data->labels[j]) {
                double pair = data->weights[i] * data->weights[j];
                double gap = data->probabilities[i] - data->probabilities[j];
                all += pair;
                right += gap > 0 ? pair : gap < 0 ? 0 : pair / 2;
            }
        }
    }
    return right / all;
}

/** Weight of the rows of a label with at least, or more than, a probability. */
static double weight_from(const labelled *data, double from, bool label)
{
    double sum = 0;
    for (size_t i = 0; i < data->n_rows; i++) {
        sum += data->labels[i] == label && data->probabilities[i] >= from ? data->weights[i] : 0;
    }
    return sum;
}

/** The mean over converted rows of the precision among rows ranked at least as high. */
static double slow_pr_auc(const labelled *data)
{
    double sum = 0;
    for (size_t i = 0; i < data->n_rows; i++) {
        if (data->labels[i]) {
            double hits = weight_from(data, data->probabilities[i], true);
            double misses = weight_from(data, data->probabilities[i], false);
            sum += data->weights[i] * hits / (hits + misses);
        }
    }
    return sum / weight_from(data, 0, true);
}

static double slow_ks(const labelled *data)
{
    double most = 0;
    for (size_t i = 0; i < data->n_rows; i++) {
        double from = data->probabilities[i];
        double hits = weight_from(data, from, true) / weight_from(data, 0, true);
        double misses = weight_from(data, from, false) / weight_from(data, 0, false);
        most = fmax(most, fabs(hits - misses));
    }
    return most;
}

static double slow_log_loss(const labelled *data)
{
    double sum = 0;
    double weight = 0;
    for (size_t i = 0; i < data->n_rows; i++) {
        double p = fmin(fmax(data->probabilities[i], 1e-15), 1 - 1e-15);
        sum -= data->weights[i] * (data->labels[i] ? log(p) : log(1 - p));
        weight += data->weights[i];
    }
    return sum / weight;
}

static double slow_brier(const labelled *data)
{
    double sum = 0;
    double weight = 0;
    for (size_t i = 0; i < data->n_rows; i++) {
        sum += data->weights[i] * pow(data->probabilities[i] - data->labels[i], 2);
        weight += data->weights[i];
    }
    return sum / weight;
}

/** The bin of a row: of ten by the middle of its tie's ranks. */
static int slow_bin(const labelled *data, size_t row)
{
    double weight = weight_from(data, 0, true) + weight_from(data, 0, false);
    double above = 0;
    double tied = 0;
    for (size_t j = 0; j < data->n_rows; j++) {
        double gap = data->probabilities[j] - data->probabilities[row];
        above += gap > 0 ? data->weights[j] : 0;
        tied += gap > 0 || gap < 0 ? 0 : data->weights[j];
    }
    return (int)((above + tied / 2) / weight * 10);
}

/** A bin by its definition. */
typedef struct slow_mass {
    double weight;
    double observed; /**< mean label */
    double predicted;
} slow_mass;

static void slow_bins(const labelled *data, slow_mass bins[10])
{
    memset(bins, 0, 10 * sizeof *bins);
    for (size_t i = 0; i < data->n_rows; i++) {
        slow_mass *bin = &bins[slow_bin(data, i)];
        bin->weight += data->weights[i];
        bin->observed += data->weights[i] * data->labels[i];
        bin->predicted += data->weights[i] * data->probabilities[i];
    }
    for (int bin = 0; bin < 10; bin++) {
        if (bins[bin].weight > 0) {
            bins[bin].observed /= bins[bin].weight;
            bins[bin].predicted /= bins[bin].weight;
        }
    }
}

static double all_weight(const labelled *data)
{
    return weight_from(data, 0, true) + weight_from(data, 0, false);
}

/** The mean gap of the bins' two means. */
static double slow_ece(const labelled *data)
{
    slow_mass bins[10];
    double sum = 0;
    slow_bins(data, bins);
    for (int bin = 0; bin < 10; bin++) {
        sum += bins[bin].weight * fabs(bins[bin].predicted - bins[bin].observed);
    }
    return sum / all_weight(data);
}

static double slow_reliability(const labelled *data)
{
    slow_mass bins[10];
    double sum = 0;
    slow_bins(data, bins);
    for (int bin = 0; bin < 10; bin++) {
        sum += bins[bin].weight * pow(bins[bin].predicted - bins[bin].observed, 2);
    }
    return sum / all_weight(data);
}

static double slow_uncertainty(const labelled *data)
{
    double rate = weight_from(data, 0, true) / all_weight(data);
    return rate - rate * rate;
}

/** Murphy's resolution of the bins, less the variance of the probabilities within them, and twice
 *  their covariance with the labels there (Stephenson, Coelho and Jolliffe 2008). */
static double slow_resolution(const labelled *data)
{
    slow_mass bins[10];
    double rate = weight_from(data, 0, true) / all_weight(data);
    double sum = 0;
    slow_bins(data, bins);
    for (int bin = 0; bin < 10; bin++) {
        sum += bins[bin].weight * pow(bins[bin].observed - rate, 2);
    }
    for (size_t i = 0; i < data->n_rows; i++) {
        const slow_mass *bin = &bins[slow_bin(data, i)];
        double spread = data->probabilities[i] - bin->predicted;
        sum -= data->weights[i] * spread * spread;
        sum += 2 * data->weights[i] * spread * (data->labels[i] - bin->observed);
    }
    return sum / all_weight(data);
}

/** Of all conversions, those among the highest share of the rows, ties at its edge in part. */
static double slow_gain(const labelled *data, double top)
{
    double all = all_weight(data);
    double taken = 0;
    for (size_t i = 0; i < data->n_rows; i++) {
        double from = data->probabilities[i];
        double least_above = 2;
        for (size_t j = 0; j < data->n_rows; j++) {
            double other = data->probabilities[j];
            least_above = other > from && other < least_above ? other : least_above;
        }
        double above = weight_from(data, least_above, true) + weight_from(data, least_above, false);
        double with = weight_from(data, from, true) + weight_from(data, from, false);
        double share = fmin(fmax((all * top - above) / (with - above), 0), 1);
        taken += data->labels[i] ? data->weights[i] * share : 0;
    }
    return taken / weight_from(data, 0, true);
}

static double slow_lift(const labelled *data)
{
    return slow_gain(data, 0.1) / 0.1;
}

START_TEST(every_metric_is_what_its_definition_gives)
{
    static double (*const slow[LSC_N_METRICS])(const labelled *) = {
        [LSC_METRIC_ROC_AUC] = slow_roc_auc,
        [LSC_METRIC_PR_AUC] = slow_pr_auc,
        [LSC_METRIC_LOG_LOSS] = slow_log_loss,
        [LSC_METRIC_BRIER] = slow_brier,
        [LSC_METRIC_BRIER_RELIABILITY] = slow_reliability,
        [LSC_METRIC_BRIER_RESOLUTION] = slow_resolution,
        [LSC_METRIC_BRIER_UNCERTAINTY] = slow_uncertainty,
        [LSC_METRIC_ECE] = slow_ece,
        [LSC_METRIC_KS] = slow_ks,
        [LSC_METRIC_LIFT_10] = slow_lift};
    static const size_t levels[] = {2, 5, 40, 1000000};
    lsc_random random;
    lsc_random_seed(&random, 11);
    for (int round = 0; round < 80; round++) {
        labelled data;
        double values[LSC_N_MEASURES];
        fill(&data, &random, 2 + lsc_random_below(&random, MAX_ROWS - 1), levels[round % 4]);
        measure(&data, values);
        for (size_t metric = 0; metric < LSC_N_METRICS; metric++) {
            double expected = slow[metric](&data);
            ck_assert_msg(fabs(values[metric] - expected) < CLOSE,
                          "%s of %zu rows: %.17g, not %.17g", lsc_metric_name((lsc_metric)metric),
                          data.n_rows, values[metric], expected);
        }
    }
}
END_TEST

START_TEST(a_tenth_has_the_conversions_of_its_ranks)
{
    static const size_t levels[] = {3, 20, 1000000};
    lsc_random random;
    lsc_random_seed(&random, 19);
    for (int round = 0; round < 30; round++) {
        labelled data;
        double values[LSC_N_MEASURES];
        fill(&data, &random, 2 + lsc_random_below(&random, MAX_ROWS - 1), levels[round % 3]);
        measure(&data, values);
        double rate = weight_from(&data, 0, true) / all_weight(&data);
        double before = 0;
        for (size_t i = 0; i < LSC_N_TENTHS; i++) {
            double gain = slow_gain(&data, (double)(i + 1) / 10);
            double lift = (gain - before) * 10;
            ck_assert_double_eq_tol(values[LSC_MEASURE_GAIN + i], gain, CLOSE);
            ck_assert_double_eq_tol(values[LSC_MEASURE_LIFT + i], lift, 10 * CLOSE);
            ck_assert_double_eq_tol(values[LSC_MEASURE_RATE + i], lift * rate, 10 * CLOSE);
            before = gain;
        }
        ck_assert_double_eq_tol(values[LSC_MEASURE_GAIN + 9], 1, CLOSE);
    }
}
END_TEST

START_TEST(four_rows_give_what_one_counts_by_hand)
{
    /* Ranked: 0.9 yes, 0.6 no, 0.4 yes, 0.1 no. 3 of 4 pairs are right; precisions at the two hits
       are 1 and 2/3; the classes' shares differ most after the first (1/2 to 0) and third (1 to
       1/2); the highest tenth lies within the first row, which converted, where half do. */
    labelled data = {{1, 0, 1, 0}, {0.9, 0.6, 0.4, 0.1}, {1, 1, 1, 1}, 4};
    double values[LSC_N_MEASURES];
    measure(&data, values);
    ck_assert_double_eq_tol(values[LSC_METRIC_ROC_AUC], 0.75, CLOSE);
    ck_assert_double_eq_tol(values[LSC_METRIC_PR_AUC], (1 + 2.0 / 3) / 2, CLOSE);
    ck_assert_double_eq_tol(values[LSC_METRIC_KS], 0.5, CLOSE);
    ck_assert_double_eq_tol(values[LSC_METRIC_LIFT_10], 2, CLOSE);
    ck_assert_double_eq_tol(values[LSC_METRIC_BRIER], (0.01 + 0.36 + 0.36 + 0.01) / 4, CLOSE);
    ck_assert_double_eq_tol(values[LSC_METRIC_ECE], (0.1 + 0.6 + 0.6 + 0.1) / 4, CLOSE);
    ck_assert_double_eq_tol(values[LSC_METRIC_LOG_LOSS], -(log(0.9) + log(0.4)) / 2, CLOSE);
}
END_TEST

START_TEST(a_probability_of_one_that_was_wrong_costs_a_finite_loss)
{
    labelled data = {{1, 0}, {0, 1}, {1, 1}, 2};
    double values[LSC_N_MEASURES];
    measure(&data, values);
    ck_assert_double_eq_tol(values[LSC_METRIC_LOG_LOSS], -log(1e-15), 1e-9);
    ck_assert_double_eq_tol(values[LSC_METRIC_ROC_AUC], 0, CLOSE);
}
END_TEST

START_TEST(a_weight_of_two_is_a_row_that_stands_twice)
{
    lsc_random random;
    lsc_random_seed(&random, 12);
    labelled once;
    labelled twice;
    double values[LSC_N_MEASURES];
    double expected[LSC_N_MEASURES];
    fill(&once, &random, 100, 7);
    twice = once;
    twice.n_rows = 200;
    for (size_t row = 0; row < 100; row++) {
        bool doubled = row % 3 == 0;
        once.weights[row] = doubled ? 2 : 1;
        twice.weights[row] = 1;
        twice.labels[row + 100] = once.labels[row];
        twice.probabilities[row + 100] = once.probabilities[row];
        twice.weights[row + 100] = doubled ? 1 : 0;
    }
    measure(&once, values);
    measure(&twice, expected);
    for (size_t metric = 0; metric < LSC_N_MEASURES; metric++) {
        ck_assert_double_eq_tol(values[metric], expected[metric], CLOSE);
    }
}
END_TEST

START_TEST(the_order_of_rows_changes_no_metric)
{
    lsc_random random;
    lsc_random_seed(&random, 13);
    labelled data;
    double before[LSC_N_MEASURES];
    double after[LSC_N_MEASURES];
    fill(&data, &random, MAX_ROWS, 6);
    measure(&data, before);
    for (size_t row = MAX_ROWS - 1; row > 0; row--) {
        size_t other = lsc_random_below(&random, row + 1);
        unsigned char label = data.labels[row];
        double probability = data.probabilities[row];
        double weight = data.weights[row];
        data.labels[row] = data.labels[other];
        data.probabilities[row] = data.probabilities[other];
        data.weights[row] = data.weights[other];
        data.labels[other] = label;
        data.probabilities[other] = probability;
        data.weights[other] = weight;
    }
    measure(&data, after);
    for (size_t metric = 0; metric < LSC_N_MEASURES; metric++) {
        ck_assert_double_eq_tol(before[metric], after[metric], CLOSE);
    }
}
END_TEST

START_TEST(a_quantile_lies_between_its_neighbours)
{
    const double rising[] = {1, 2, 4, 8};
    ck_assert_double_eq(lsc_quantile(rising, 4, 0), 1);
    ck_assert_double_eq(lsc_quantile(rising, 4, 1), 8);
    ck_assert_double_eq(lsc_quantile(rising, 4, 0.5), 3);
    ck_assert_double_eq(lsc_quantile(rising, 1, 0.7), 1);
}
END_TEST

/** Whether the interval of the ROC AUC holds the AUC of the process that made the rows. */
static bool covers(lsc_random *random, size_t n_rows, size_t rows_a_lead, bool grouped, double auc)
{
    static unsigned char labels[1200];
    static double probabilities[1200];
    static uint32_t groups[1200];
    lsc_estimate estimates[LSC_N_MEASURES];
    for (size_t row = 0; row < n_rows; row++) {
        bool first = row % rows_a_lead == 0;
        labels[row] = first ? lsc_random_uniform(random) < 0.5 : labels[row - 1];
        double score = random_normal(random) + (labels[row] ? 1 : 0);
        probabilities[row] = first ? lsc_logistic(score) : probabilities[row - 1];
        groups[row] = (uint32_t)(row / rows_a_lead);
    }
    lsc_predictions predictions = {.labels = labels,
                                   .probabilities = probabilities,
                                   .groups = grouped ? groups : NULL,
                                   .n_groups = n_rows / rows_a_lead,
                                   .n_rows = n_rows};
    ck_ok(lsc_metrics_estimate(&predictions, LSC_BOOTSTRAP_DRAWS, lsc_random_next(random),
                               lsc_default_allocator(), estimates, error));
    ck_assert_double_le(estimates[LSC_METRIC_ROC_AUC].low, estimates[LSC_METRIC_ROC_AUC].value);
    ck_assert_double_ge(estimates[LSC_METRIC_ROC_AUC].high, estimates[LSC_METRIC_ROC_AUC].value);
    return estimates[LSC_METRIC_ROC_AUC].low <= auc && auc <= estimates[LSC_METRIC_ROC_AUC].high;
}

/* Scores of the classes are normal, one apart: AUC = Phi(1 / sqrt 2) = 0.76025. */
#define TRUE_AUC 0.76025

START_TEST(the_interval_holds_the_true_auc_as_often_as_it_says)
{
    lsc_random random;
    lsc_random_seed(&random, 14);
    int covered = 0;
    for (int round = 0; round < 100; round++) {
        covered += covers(&random, 300, 1, false, TRUE_AUC);
    }
    /* Binomial(100, .95) is below 87 or above 100 less than once in 1,000 times. */
    ck_assert_int_ge(covered, 87);
}
END_TEST

START_TEST(rows_of_one_lead_are_drawn_together)
{
    lsc_random random;
    lsc_random_seed(&random, 15);
    int grouped = 0;
    int alone = 0;
    for (int round = 0; round < 60; round++) {
        grouped += covers(&random, 1200, 6, true, TRUE_AUC);
        alone += covers(&random, 1200, 6, false, TRUE_AUC);
    }
    /* Six copies of each row: drawn alone they look like six times the data, and the interval is
       2.4 times too narrow: it would hold the truth in about 58 % of the cases. */
    ck_assert_int_ge(grouped, 51);
    ck_assert_int_le(alone, 50);
}
END_TEST

START_TEST(one_class_or_no_row_is_bad_data)
{
    const unsigned char labels[] = {1, 1, 1};
    const double probabilities[] = {0.1, 0.2, 0.3};
    lsc_estimate estimates[LSC_N_MEASURES];
    lsc_comparison comparison;
    lsc_predictions predictions = {.labels = labels, .probabilities = probabilities, .n_rows = 3};
    const lsc_allocator *allocator = lsc_default_allocator();
    ck_fails(
        lsc_metrics_estimate(&predictions, LSC_BOOTSTRAP_DRAWS, 1, allocator, estimates, error),
        LSC_BAD_DATA, "all 3 rows have the label 1");
    ck_fails(lsc_metrics_compare(&predictions, probabilities, 1, allocator, &comparison, error),
             LSC_BAD_DATA, "label 1");
    predictions.n_rows = 0;
    ck_fails(
        lsc_metrics_estimate(&predictions, LSC_BOOTSTRAP_DRAWS, 1, allocator, estimates, error),
        LSC_BAD_DATA, "no rows");
}
END_TEST

START_TEST(a_better_ranking_wins_most_draws_and_an_equal_one_none)
{
    enum {
        N = 500
    };
    static unsigned char labels[N];
    static double better[N];
    static double worse[N];
    lsc_random random;
    lsc_random_seed(&random, 16);
    for (size_t row = 0; row < N; row++) {
        labels[row] = row % 2;
        double score = random_normal(&random) + (labels[row] ? 2 : 0);
        better[row] = lsc_logistic(score);
        worse[row] = lsc_logistic(score + 3 * random_normal(&random));
    }
    lsc_predictions predictions = {.labels = labels, .probabilities = better, .n_rows = N};
    lsc_comparison comparison;
    const lsc_allocator *allocator = lsc_default_allocator();
    ck_ok(lsc_metrics_compare(&predictions, worse, 1, allocator, &comparison, error));
    ck_assert_double_gt(comparison.gain.low, 0);
    ck_assert_double_eq(comparison.won, 1);
    ck_ok(lsc_metrics_compare(&predictions, better, 1, allocator, &comparison, error));
    ck_assert_double_eq(comparison.gain.value, 0);
    ck_assert_double_eq(comparison.won, 0);
}
END_TEST

START_TEST(running_out_of_memory_leaks_nothing)
{
    labelled data;
    lsc_random random;
    lsc_random_seed(&random, 17);
    fill(&data, &random, 50, 10);
    lsc_predictions predictions = {
        .labels = data.labels, .probabilities = data.probabilities, .n_rows = data.n_rows};
    lsc_estimate estimates[LSC_N_MEASURES];
    lsc_comparison comparison;
    lsc_test_heap heap = {.fail_at = 0};
    lsc_allocator allocator = lsc_test_allocator(&heap);
    for (heap.fail_at = 1;; heap.fail_at++) {
        heap.calls = 0;
        lsc_status first =
            lsc_metrics_estimate(&predictions, LSC_BOOTSTRAP_DRAWS, 1, &allocator, estimates, NULL);
        lsc_status second =
            lsc_metrics_compare(&predictions, data.weights, 1, &allocator, &comparison, NULL);
        ck_assert_uint_eq(heap.live, 0);
        if (heap.calls < heap.fail_at) {
            ck_assert_int_eq(first, LSC_OK);
            ck_assert_int_eq(second, LSC_OK);
            break;
        }
        ck_assert_int_eq(second, LSC_NO_MEMORY);
    }
    ck_assert_uint_gt(heap.fail_at, 4);
}
END_TEST

LSC_SUITE("train/metrics", TEST(every_metric_is_what_its_definition_gives),
          TEST(a_tenth_has_the_conversions_of_its_ranks),
          TEST(four_rows_give_what_one_counts_by_hand),
          TEST(a_probability_of_one_that_was_wrong_costs_a_finite_loss),
          TEST(a_weight_of_two_is_a_row_that_stands_twice),
          TEST(the_order_of_rows_changes_no_metric), TEST(a_quantile_lies_between_its_neighbours),
          TEST(the_interval_holds_the_true_auc_as_often_as_it_says),
          TEST(rows_of_one_lead_are_drawn_together), TEST(one_class_or_no_row_is_bad_data),
          TEST(a_better_ranking_wins_most_draws_and_an_equal_one_none),
          TEST(running_out_of_memory_leaks_nothing))
