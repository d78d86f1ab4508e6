/* Platt scaling against a search over a grid, and its interval against simulated repetitions. */
#include "suite.h"

#include <math.h>

#include "train/interval.h"
#include "train/platt.h"
#include "train_support.h"

enum {
    MAX_ROWS = 2000
};

typedef struct labelled {
    double margins[MAX_ROWS];
    unsigned char labels[MAX_ROWS];
    double weights[MAX_ROWS];
    size_t n_rows;
} labelled;

static void fill(labelled *data, lsc_random *random, size_t n_rows, double slope, double intercept)
{
    data->n_rows = n_rows;
    for (size_t row = 0; row < n_rows; row++) {
        data->margins[row] = 2 * random_normal(random) - 1;
        double odds = slope * data->margins[row] + intercept;
        data->labels[row] = lsc_random_uniform(random) < lsc_logistic(odds);
        data->weights[row] = 1;
    }
}

static lsc_platt fit(const labelled *data)
{
    return lsc_platt_fit(data->margins, data->labels, data->weights, data->n_rows, NULL);
}

/** The loss that Platt's fit is to make least, by its definition. */
static double loss(const labelled *data, double slope, double intercept)
{
    double positive = 0;
    double negative = 0;
    double sum = 0;
    for (size_t row = 0; row < data->n_rows; row++) {
        *(data->labels[row] ? &positive : &negative) += data->weights[row];
    }
    for (size_t row = 0; row < data->n_rows; row++) {
        double target = data->labels[row] ? (positive + 1) / (positive + 2) : 1 / (negative + 2);
        double p = 1 / (1 + exp(-(slope * data->margins[row] + intercept)));
        sum -= data->weights[row] * (target * log(p) + (1 - target) * log1p(-p));
    }
    return sum;
}

START_TEST(no_point_of_a_grid_around_the_fit_has_a_lower_loss)
{
    lsc_random random;
    lsc_random_seed(&random, 21);
    for (int round = 0; round < 20; round++) {
        labelled data;
        fill(&data, &random, 30 + lsc_random_below(&random, 300), 0.5 + 0.1 * round, -1);
        for (size_t row = 0; row < data.n_rows; row++) {
            data.weights[row] = 0.5 + lsc_random_uniform(&random);
        }
        data.labels[0] = 1;
        lsc_platt platt = fit(&data);
        double least = loss(&data, platt.slope, platt.intercept);
        for (double reach = 1; reach > 1e-4; reach /= 10) {
            for (int i = -5; i <= 5; i++) {
                for (int j = -5; j <= 5; j++) {
                    double other =
                        loss(&data, platt.slope + reach * i / 5, platt.intercept + reach * j / 5);
                    /* Losses of up to 300, summed in doubles. */
                    ck_assert_double_ge(other, least - 1e-10);
                }
            }
        }
    }
}
END_TEST

START_TEST(a_long_search_over_a_grid_finds_the_same_numbers)
{
    lsc_random random;
    lsc_random_seed(&random, 22);
    labelled data;
    fill(&data, &random, 500, 0.8, -0.5);
    double slope = 0;
    double intercept = 0;
    for (double step = 1; step > 1e-7; step /= 2) {
        for (bool better = true; better;) {
            better = false;
            for (int i = -1; i <= 1; i++) {
                for (int j = -1; j <= 1; j++) {
                    if (loss(&data, slope + i * step, intercept + j * step) <
                        loss(&data, slope, intercept)) {
                        slope += i * step;
                        intercept += j * step;
                        better = true;
                    }
                }
            }
        }
    }
    lsc_platt platt = fit(&data);
    /* The grid ends at steps of 1e-7; the loss is flat within about 1e-6 of its least point. */
    ck_assert_double_eq_tol(platt.slope, slope, 1e-5);
    ck_assert_double_eq_tol(platt.intercept, intercept, 1e-5);
}
END_TEST

START_TEST(the_start_of_the_search_does_not_matter)
{
    static const lsc_platt starts[] = {{5, 5}, {-3, 0}, {0.01, -20}, {30, -30}};
    lsc_random random;
    lsc_random_seed(&random, 23);
    labelled data;
    fill(&data, &random, 400, 1.2, 0.3);
    lsc_platt expected = fit(&data);
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        lsc_platt platt =
            lsc_platt_fit(data.margins, data.labels, data.weights, data.n_rows, &starts[i]);
        ck_assert_double_eq_tol(platt.slope, expected.slope, 1e-6);
        ck_assert_double_eq_tol(platt.intercept, expected.intercept, 1e-6);
    }
}
END_TEST

START_TEST(the_truth_is_found_from_many_rows)
{
    static labelled data;
    lsc_random random;
    lsc_random_seed(&random, 24);
    fill(&data, &random, MAX_ROWS, 1.5, -2);
    lsc_platt platt = fit(&data);
    /* Standard errors are about .07 and .1. */
    ck_assert_double_eq_tol(platt.slope, 1.5, 0.25);
    ck_assert_double_eq_tol(platt.intercept, -2, 0.35);
}
END_TEST

START_TEST(separated_classes_give_finite_numbers)
{
    labelled data = {.n_rows = 40};
    for (size_t row = 0; row < data.n_rows; row++) {
        data.labels[row] = row >= 20;
        data.margins[row] = data.labels[row] ? 50 : -50;
        data.weights[row] = 1;
    }
    lsc_platt platt = fit(&data);
    /* The targets are 21/22 and 1/22: log-odds of +-ln 21 at margins of +-50. */
    ck_assert_double_eq_tol(platt.slope, log(21) / 50, 1e-6);
    ck_assert_double_eq_tol(platt.intercept, 0, 1e-6);
}
END_TEST

START_TEST(margins_that_point_the_wrong_way_get_the_least_slope_and_the_base_rate)
{
    lsc_random random;
    lsc_random_seed(&random, 25);
    labelled data;
    fill(&data, &random, 1000, -2, 1);
    lsc_platt platt = fit(&data);
    double expected = 0;
    double converted = 0;
    ck_assert_double_eq(platt.slope, LSC_PLATT_LEAST_SLOPE);
    for (size_t row = 0; row < data.n_rows; row++) {
        expected += lsc_platt_probability(platt, data.margins[row]);
        converted += data.labels[row];
    }
    /* Smoothing moves the mean target by less than two rows. */
    ck_assert_double_eq_tol(expected, converted, 2);
}
END_TEST

START_TEST(one_margin_for_all_gives_the_base_rate)
{
    labelled data = {.n_rows = 10};
    for (size_t row = 0; row < data.n_rows; row++) {
        data.margins[row] = 3;
        data.labels[row] = row < 4;
        data.weights[row] = 1;
    }
    lsc_platt platt = fit(&data);
    /* (4·5/6 + 6·1/8) / 10 */
    ck_assert_double_eq_tol(lsc_platt_probability(platt, 3), 0.4083333, 1e-6);
}
END_TEST

static lsc_calibrated rows_of(const labelled *data)
{
    return (lsc_calibrated){.margins = data->margins,
                            .labels = data->labels,
                            .weights = data->weights,
                            .n_rows = data->n_rows};
}

static void draw(const labelled *data, lsc_platt platt, uint64_t seed, lsc_interval_curve *curve)
{
    lsc_calibrated rows = rows_of(data);
    ck_ok(lsc_interval_draw(platt, &rows, seed, lsc_default_allocator(), curve, error));
}

START_TEST(the_interval_encloses_the_calibration_and_rises_with_the_margin)
{
    lsc_random random;
    lsc_random_seed(&random, 26);
    labelled data;
    lsc_interval_curve curve;
    fill(&data, &random, 200, 1, -1);
    lsc_platt platt = fit(&data);
    draw(&data, platt, 7, &curve);
    for (size_t i = 0; i < LSC_INTERVAL_KNOTS; i++) {
        double point = lsc_platt_log_odds(platt, curve.knots[i]);
        ck_assert_double_le(curve.low[i], point);
        ck_assert_double_ge(curve.high[i], point);
        if (i > 0) {
            ck_assert_double_gt(curve.knots[i], curve.knots[i - 1]);
            ck_assert_double_gt(curve.low[i], curve.low[i - 1]);
            ck_assert_double_gt(curve.high[i], curve.high[i - 1]);
        }
    }
    for (size_t row = 0; row < data.n_rows; row++) {
        ck_assert_double_ge(data.margins[row], curve.knots[0]);
        ck_assert_double_le(data.margins[row], curve.knots[LSC_INTERVAL_KNOTS - 1]);
    }
}
END_TEST

START_TEST(the_interval_depends_on_the_seed_alone)
{
    lsc_random random;
    lsc_random_seed(&random, 27);
    labelled data;
    lsc_interval_curve first;
    lsc_interval_curve second;
    fill(&data, &random, 100, 1, 0);
    lsc_platt platt = fit(&data);
    draw(&data, platt, 7, &first);
    draw(&data, platt, 7, &second);
    ck_assert_mem_eq(&first, &second, sizeof first);
    draw(&data, platt, 8, &second);
    ck_assert_mem_ne(&first, &second, sizeof first);
}
END_TEST

START_TEST(the_interval_holds_the_true_log_odds_as_often_as_it_says)
{
    lsc_random random;
    lsc_random_seed(&random, 28);
    int covered = 0;
    int checked = 0;
    for (int round = 0; round < 150; round++) {
        labelled data;
        lsc_interval_curve curve;
        fill(&data, &random, 300, 0.9, -1);
        draw(&data, fit(&data), lsc_random_next(&random), &curve);
        /* One knot a round: those of one round come and go together. */
        size_t knot = 8 + lsc_random_below(&random, 17);
        double truth = 0.9 * curve.knots[knot] - 1;
        covered += curve.low[knot] <= truth && truth <= curve.high[knot];
        checked++;
    }
    /* Binomial(150, .9) has mean 135 and deviation 3.7. Percentiles of a parametric bootstrap with
       smoothed targets may be off by a point or two: four deviations below, and not all. */
    ck_assert_int_ge(covered, 120);
    ck_assert_int_lt(covered, checked);
}
END_TEST

START_TEST(it_holds_the_truth_as_often_where_rows_of_one_lead_share_their_label)
{
    enum {
        LEADS = 120,
        ROWS_A_LEAD = 4
    };
    lsc_random random;
    lsc_random_seed(&random, 31);
    static labelled data;
    static uint32_t groups[LEADS * ROWS_A_LEAD];
    int covered = 0;
    int covered_by_rows = 0;
    for (int round = 0; round < 60; round++) {
        fill(&data, &random, LEADS * ROWS_A_LEAD, 0.9, -1);
        for (size_t row = 0; row < data.n_rows; row++) {
            size_t first = row - row % ROWS_A_LEAD;
            groups[row] = (uint32_t)(row / ROWS_A_LEAD);
            data.margins[row] = data.margins[first];
            data.labels[row] = data.labels[first];
        }
        lsc_platt platt = fit(&data);
        lsc_calibrated rows = rows_of(&data);
        lsc_interval_curve by_rows;
        lsc_interval_curve curve;
        uint64_t seed = lsc_random_next(&random);
        draw(&data, platt, seed, &by_rows);
        rows.groups = groups;
        rows.n_groups = LEADS;
        ck_ok(lsc_interval_draw(platt, &rows, seed, lsc_default_allocator(), &curve, error));
        size_t knot = 8 + lsc_random_below(&random, 17);
        double truth = 0.9 * curve.knots[knot] - 1;
        covered += curve.low[knot] <= truth && truth <= curve.high[knot];
        covered_by_rows += by_rows.low[knot] <= truth && truth <= by_rows.high[knot];
    }
    /* Binomial(60, .9) has mean 54 and deviation 2.3. Four rows that are one: half as wide a one
       holds the truth as often as a normal lies within .82 deviations, 59 % of 60 being 35. */
    ck_assert_int_ge(covered, 45);
    ck_assert_int_lt(covered, 60);
    ck_assert_int_lt(covered_by_rows, 45);
}
END_TEST

START_TEST(more_rows_make_it_narrower)
{
    lsc_random random;
    lsc_random_seed(&random, 29);
    static labelled few;
    static labelled many;
    lsc_interval_curve wide;
    lsc_interval_curve narrow;
    fill(&few, &random, 125, 1, 0);
    fill(&many, &random, 2000, 1, 0);
    draw(&few, fit(&few), 1, &wide);
    draw(&many, fit(&many), 1, &narrow);
    size_t middle = LSC_INTERVAL_KNOTS / 2;
    double ratio =
        (wide.high[middle] - wide.low[middle]) / (narrow.high[middle] - narrow.low[middle]);
    /* Sixteen times the rows: four times narrower, give or take what two samples differ by. */
    ck_assert_double_gt(ratio, 2.5);
    ck_assert_double_lt(ratio, 6);
}
END_TEST

START_TEST(running_out_of_memory_is_reported)
{
    lsc_random random;
    lsc_random_seed(&random, 30);
    labelled data;
    lsc_interval_curve curve;
    fill(&data, &random, 20, 1, 0);
    lsc_platt platt = fit(&data);
    static const uint32_t groups[20] = {0};
    lsc_calibrated rows = rows_of(&data);
    for (size_t at = 1; at <= 3; at++) {
        lsc_test_heap heap = {.fail_at = at == 1 ? 1 : at - 1};
        lsc_allocator allocator = lsc_test_allocator(&heap);
        rows.groups = at == 1 ? NULL : groups;
        rows.n_groups = 1;
        ck_fails(lsc_interval_draw(platt, &rows, 1, &allocator, &curve, error), LSC_NO_MEMORY, "");
        ck_assert_uint_eq(heap.live, 0);
    }
}
END_TEST

LSC_SUITE("train/platt", TEST(no_point_of_a_grid_around_the_fit_has_a_lower_loss),
          TEST(a_long_search_over_a_grid_finds_the_same_numbers),
          TEST(the_start_of_the_search_does_not_matter), TEST(the_truth_is_found_from_many_rows),
          TEST(separated_classes_give_finite_numbers),
          TEST(margins_that_point_the_wrong_way_get_the_least_slope_and_the_base_rate),
          TEST(one_margin_for_all_gives_the_base_rate),
          TEST(the_interval_encloses_the_calibration_and_rises_with_the_margin),
          TEST(the_interval_depends_on_the_seed_alone),
          TEST(the_interval_holds_the_true_log_odds_as_often_as_it_says),
          TEST(it_holds_the_truth_as_often_where_rows_of_one_lead_share_their_label),
          TEST(more_rows_make_it_narrower), TEST(running_out_of_memory_is_reported))
