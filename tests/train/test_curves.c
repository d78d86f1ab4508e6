/* Curves by what they must hold, each point against a count of the rows. */
#include "suite.h"

#include <math.h>

#include "train/curves.h"
#include "train/proportion.h"
#include "train_support.h"

/** Sums of a few thousand terms of order one, added in another order. */
#define CLOSE 1e-11

enum {
    N = 2000
};

typedef struct drawn {
    unsigned char labels[N];
    double probabilities[N];
    double lows[N];
    double highs[N];
    double weights[N];
    lsc_predictions predictions;
    lsc_curves curves;
} drawn;

static void fill(drawn *data, uint64_t seed, size_t n_rows, size_t n_levels)
{
    lsc_random random;
    lsc_random_seed(&random, seed);
    for (size_t row = 0; row < n_rows; row++) {
        double p = (double)lsc_random_below(&random, n_levels) / (double)n_levels;
        data->probabilities[row] = p;
        data->lows[row] = p / 2;
        data->highs[row] = (1 + p) / 2;
        data->labels[row] = lsc_random_uniform(&random) < p;
        data->weights[row] = 0.5 + lsc_random_uniform(&random);
    }
    data->labels[0] = 0;
    data->labels[1] = 1;
    data->predictions = (lsc_predictions){.labels = data->labels,
                                          .probabilities = data->probabilities,
                                          .lows = data->lows,
                                          .highs = data->highs,
                                          .weights = data->weights,
                                          .n_rows = n_rows};
    ck_ok(lsc_curves_draw(&data->predictions, lsc_default_allocator(), &data->curves, error));
}

/** Weight of the rows of a label (of any: -1) with a probability from `from` to `to`. */
static double weight_within(const drawn *data, int label, double from, double to)
{
    double sum = 0;
    for (size_t row = 0; row < data->predictions.n_rows; row++) {
        double p = data->probabilities[row];
        if ((label < 0 || data->labels[row] == label) && p >= from && p <= to) {
            sum += data->weights[row];
        }
    }
    return sum;
}

static void check_bin(const drawn *data, const lsc_calibration_bin *bin)
{
    double weight = 0;
    double squares = 0;
    double expected = 0;
    size_t n_rows = 0;
    for (size_t row = 0; row < data->predictions.n_rows; row++) {
        double p = data->probabilities[row];
        if (p >= bin->from && p <= bin->to) {
            weight += data->weights[row];
            squares += data->weights[row] * data->weights[row];
            expected += data->weights[row] * p;
            n_rows++;
        }
    }
    double low;
    double high;
    double observed = weight_within(data, 1, bin->from, bin->to) / weight;
    lsc_wilson_interval(observed, weight * weight / squares, &low, &high);
    ck_assert_uint_eq(bin->n_rows, n_rows);
    ck_assert_double_eq_tol(bin->predicted, expected / weight, CLOSE);
    ck_assert_double_eq_tol(bin->observed, observed, CLOSE);
    ck_assert_double_eq_tol(bin->low, low, CLOSE);
    ck_assert_double_eq_tol(bin->high, high, CLOSE);
    ck_assert_double_eq_tol(bin->mean_low, bin->predicted / 2, CLOSE);
    ck_assert_double_eq_tol(bin->mean_high, (1 + bin->predicted) / 2, CLOSE);
    ck_assert_double_eq_tol(bin->share, weight / weight_within(data, -1, 0, 1), CLOSE);
}

START_TEST(bins_hold_every_row_once_and_rise)
{
    static drawn data;
    static const size_t levels[] = {1, 2, 7, 30, 1000000};
    for (size_t round = 0; round < 25; round++) {
        fill(&data, 31 + round, 2 + round * 70, levels[round % 5]);
        size_t n_rows = 0;
        ck_assert(data.curves.n_bins >= 1 && data.curves.n_bins <= LSC_ECE_BINS);
        for (size_t i = 0; i < data.curves.n_bins; i++) {
            const lsc_calibration_bin *bin = &data.curves.bins[i];
            check_bin(&data, bin);
            n_rows += bin->n_rows;
            ck_assert(bin->from <= bin->to);
            ck_assert(i == 0 || bin->from > data.curves.bins[i - 1].to);
        }
        ck_assert_uint_eq(n_rows, data.predictions.n_rows);
    }
}
END_TEST

/** That a point of the ROC curve is one of the rows': some threshold gives it. */
static void check_roc_point(const drawn *data, double misses, double hits)
{
    bool found = false;
    for (size_t row = 0; row < data->predictions.n_rows && !found; row++) {
        double from = data->probabilities[row];
        found =
            fabs(weight_within(data, 0, from, 1) / weight_within(data, 0, 0, 1) - misses) < CLOSE &&
            fabs(weight_within(data, 1, from, 1) / weight_within(data, 1, 0, 1) - hits) < CLOSE;
    }
    ck_assert(found);
}

START_TEST(curves_go_from_end_to_end_in_few_real_points)
{
    static drawn data;
    static const size_t levels[] = {2, 5, 300, 1000000};
    for (size_t round = 0; round < 8; round++) {
        fill(&data, 61 + round, 40 + round * 50, levels[round % 4]);
        const lsc_curve *roc = &data.curves.roc;
        const lsc_curve *precision = &data.curves.precision;
        ck_assert_uint_le(roc->n_points, LSC_MAX_CURVE_POINTS);
        ck_assert_uint_le(precision->n_points, LSC_MAX_CURVE_POINTS);
        ck_assert(roc->x[0] <= 0 && roc->y[0] <= 0);
        ck_assert_double_eq_tol(roc->x[roc->n_points - 1], 1, CLOSE);
        ck_assert_double_eq_tol(roc->y[roc->n_points - 1], 1, CLOSE);
        ck_assert_double_eq_tol(precision->x[precision->n_points - 1], 1, CLOSE);
        for (size_t i = 1; i < roc->n_points; i++) {
            ck_assert(roc->x[i] >= roc->x[i - 1] && roc->y[i] >= roc->y[i - 1]);
            check_roc_point(&data, roc->x[i], roc->y[i]);
        }
        for (size_t i = 0; i < precision->n_points; i++) {
            ck_assert(i == 0 || precision->x[i] > precision->x[i - 1]);
            ck_assert(precision->y[i] > 0 && precision->y[i] <= 1);
        }
    }
}
END_TEST

START_TEST(the_area_below_the_drawn_curve_is_that_of_all_rows)
{
    static drawn data;
    fill(&data, 71, N, 1000000);
    lsc_ranking ranking;
    ck_ok(lsc_ranking_init(&ranking, &data.predictions, lsc_default_allocator(), error));
    double area = 0;
    const lsc_curve *roc = &data.curves.roc;
    for (size_t i = 1; i < roc->n_points; i++) {
        area += (roc->x[i] - roc->x[i - 1]) * (roc->y[i] + roc->y[i - 1]) / 2;
    }
    /* A chord of a step of 1/98 leaves out a sliver below the curve, of 1/98² at the most. */
    ck_assert_double_eq_tol(area, lsc_ranking_roc_auc(&ranking, data.weights), 0.002);
    lsc_ranking_free(&ranking);
}
END_TEST

START_TEST(a_histogram_has_all_of_each_class)
{
    static drawn data;
    double converted = 0;
    double others = 0;
    fill(&data, 81, 500, 1000000);
    for (size_t i = 0; i < LSC_HISTOGRAM_STEPS; i++) {
        double from = (double)i / LSC_HISTOGRAM_STEPS;
        double to = i + 1 < LSC_HISTOGRAM_STEPS ? from + 0.02 - 1e-9 : 1;
        ck_assert_double_eq_tol(data.curves.converted[i] * weight_within(&data, 1, 0, 1),
                                weight_within(&data, 1, from, to), 1e-9);
        converted += data.curves.converted[i];
        others += data.curves.others[i];
    }
    ck_assert_double_eq_tol(converted, 1, CLOSE);
    ck_assert_double_eq_tol(others, 1, CLOSE);
    ck_assert_double_eq_tol(data.curves.base_rate,
                            weight_within(&data, 1, 0, 1) / weight_within(&data, -1, 0, 1), CLOSE);
}
END_TEST

START_TEST(an_interval_meets_what_was_observed_where_they_share_a_point)
{
    lsc_curves curves = {.n_bins = 3};
    curves.bins[0] =
        (lsc_calibration_bin){.low = 0.1, .high = 0.2, .mean_low = 0.2, .mean_high = 1};
    curves.bins[1] =
        (lsc_calibration_bin){.low = 0.1, .high = 0.2, .mean_low = 0, .mean_high = 0.09};
    curves.bins[2] = (lsc_calibration_bin){.low = 0.1, .high = 0.2, .mean_low = 0, .mean_high = 1};
    ck_assert_uint_eq(lsc_curves_count_met(&curves), 2);
}
END_TEST

LSC_SUITE("train/curves", TEST(bins_hold_every_row_once_and_rise),
          TEST(curves_go_from_end_to_end_in_few_real_points),
          TEST(the_area_below_the_drawn_curve_is_that_of_all_rows),
          TEST(a_histogram_has_all_of_each_class),
          TEST(an_interval_meets_what_was_observed_where_they_share_a_point))
