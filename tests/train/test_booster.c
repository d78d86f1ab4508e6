/* What we ask of XGBoost, and what it does with what is odd. */
#include "suite.h"

#include <math.h>

#include "train/booster.h"
#include "train_support.h"

enum {
    N_ROWS = 400,
    N_COLUMNS = 3,
    N_ROUNDS = 30
};

typedef struct sample {
    float columns[N_ROWS][N_COLUMNS];
    unsigned char labels[N_ROWS];
    float weights[N_ROWS];
} sample;

/** The label follows column 0, wavily; column 1 is noise, column 2 all missing. */
static void fill(sample *rows, uint64_t seed)
{
    lsc_random random;
    lsc_random_seed(&random, seed);
    for (size_t row = 0; row < N_ROWS; row++) {
        double x = random_normal(&random);
        rows->columns[row][0] = (float)x;
        rows->columns[row][1] = (float)random_normal(&random);
        rows->columns[row][2] = NAN;
        rows->labels[row] = lsc_random_uniform(&random) < lsc_logistic(x + 2 * sin(4 * x));
        rows->weights[row] = 1;
    }
}

static lsc_matrix *matrix_of(const sample *rows)
{
    lsc_matrix *matrix;
    ck_ok(lsc_matrix_new(&rows->columns[0][0], rows->labels, rows->weights, N_ROWS, N_COLUMNS,
                         lsc_default_allocator(), &matrix, error));
    return matrix;
}

static lsc_booster *train(const lsc_matrix *matrix, const signed char *monotone, uint64_t seed)
{
    lsc_booster *booster;
    ck_ok(lsc_booster_new(matrix, &lsc_usual_growth, monotone, N_COLUMNS, seed,
                          lsc_default_allocator(), &booster, error));
    for (int round = 0; round < N_ROUNDS; round++) {
        ck_ok(lsc_booster_update(booster, round, matrix, error));
    }
    return booster;
}

static const signed char no_constraint[N_COLUMNS] = {0, 0, 0};

START_TEST(the_same_seed_gives_the_same_bytes_and_another_seed_others)
{
    static sample rows;
    lsc_buffer models[3];
    fill(&rows, 1);
    for (size_t i = 0; i < 3; i++) {
        lsc_matrix *matrix = matrix_of(&rows);
        lsc_booster *booster = train(matrix, no_constraint, i < 2 ? 5 : UINT64_C(5) << 40);
        lsc_buffer_init(&models[i], lsc_default_allocator());
        ck_ok(lsc_booster_save(booster, &models[i], error));
        lsc_booster_free(booster);
        lsc_matrix_free(matrix);
    }
    ck_assert_uint_eq(models[0].length, models[1].length);
    ck_assert_mem_eq(models[0].data, models[1].data, models[0].length);
    ck_assert(models[0].length != models[2].length ||
              memcmp(models[0].data, models[2].data, models[0].length) != 0);
    for (size_t i = 0; i < 3; i++) {
        lsc_buffer_free(&models[i]);
    }
}
END_TEST

/** Largest fall of the margin as column 0 rises. */
static double largest_fall(lsc_booster *booster)
{
    static sample steps;
    float margins[N_ROWS];
    double fall = 0;
    fill(&steps, 2);
    for (size_t row = 0; row < N_ROWS; row++) {
        steps.columns[row][0] = -4 + 8 * (float)row / N_ROWS;
        steps.columns[row][1] = 0;
    }
    lsc_matrix *matrix = matrix_of(&steps);
    ck_ok(lsc_booster_margins(booster, matrix, N_ROUNDS, margins, error));
    for (size_t row = 1; row < N_ROWS; row++) {
        fall = fmax(fall, (double)(margins[row - 1] - margins[row]));
    }
    lsc_matrix_free(matrix);
    return fall;
}

START_TEST(a_monotone_column_never_lowers_the_margin_as_it_rises)
{
    static sample rows;
    const signed char rising[N_COLUMNS] = {1, 0, 0};
    fill(&rows, 3);
    lsc_matrix *matrix = matrix_of(&rows);
    lsc_booster *bound = train(matrix, rising, 1);
    lsc_booster *unbound = train(matrix, no_constraint, 1);
    ck_assert_double_le(largest_fall(bound), 0);
    ck_assert_double_gt(largest_fall(unbound), 0.1);
    lsc_booster_free(bound);
    lsc_booster_free(unbound);
    lsc_matrix_free(matrix);
}
END_TEST

START_TEST(gains_name_the_column_that_matters_and_none_for_one_all_missing)
{
    static sample rows;
    double gains[N_COLUMNS];
    fill(&rows, 4);
    lsc_matrix *matrix = matrix_of(&rows);
    lsc_booster *booster = train(matrix, no_constraint, 1);
    ck_ok(lsc_booster_gains(booster, gains, N_COLUMNS, error));
    ck_assert_double_gt(gains[0], 2 * gains[1]);
    ck_assert_double_eq(gains[2], 0);
    lsc_booster_free(booster);
    lsc_matrix_free(matrix);
}
END_TEST

START_TEST(the_loss_is_that_of_the_margins)
{
    static sample rows;
    float margins[N_ROWS];
    double loss;
    double expected = 0;
    fill(&rows, 5);
    lsc_matrix *matrix = matrix_of(&rows);
    lsc_booster *booster = train(matrix, no_constraint, 1);
    ck_ok(lsc_booster_loss(booster, N_ROUNDS - 1, matrix, &loss, error));
    ck_ok(lsc_booster_margins(booster, matrix, N_ROUNDS, margins, error));
    for (size_t row = 0; row < N_ROWS; row++) {
        double p = 1 / (1 + exp(-(double)margins[row]));
        expected -= log(rows.labels[row] ? p : 1 - p) / N_ROWS;
    }
    /* XGBoost's margins and probabilities are floats. */
    ck_assert_double_eq_tol(loss, expected, 1e-6);
    lsc_booster_free(booster);
    lsc_matrix_free(matrix);
}
END_TEST

START_TEST(margins_of_the_first_rounds_leave_the_later_trees_out)
{
    static sample rows;
    float all[N_ROWS];
    float ten[N_ROWS];
    float expected[N_ROWS];
    fill(&rows, 6);
    lsc_matrix *matrix = matrix_of(&rows);
    lsc_booster *booster = train(matrix, no_constraint, 1);
    lsc_booster *shorter;
    ck_ok(lsc_booster_new(matrix, &lsc_usual_growth, no_constraint, N_COLUMNS, 1,
                          lsc_default_allocator(), &shorter, error));
    for (int round = 0; round < 10; round++) {
        ck_ok(lsc_booster_update(shorter, round, matrix, error));
    }
    ck_ok(lsc_booster_margins(booster, matrix, N_ROUNDS, all, error));
    ck_ok(lsc_booster_margins(booster, matrix, 10, ten, error));
    ck_ok(lsc_booster_margins(shorter, matrix, 10, expected, error));
    ck_assert_mem_eq(ten, expected, sizeof ten);
    ck_assert_mem_ne(ten, all, sizeof ten);
    lsc_booster_free(booster);
    lsc_booster_free(shorter);
    lsc_matrix_free(matrix);
}
END_TEST

START_TEST(a_slice_is_a_matrix_of_those_rows)
{
    static sample rows;
    static const int numbers[] = {399, 0, 17, 17};
    float all[N_ROWS];
    float some[4];
    lsc_matrix *slice;
    fill(&rows, 7);
    lsc_matrix *matrix = matrix_of(&rows);
    lsc_booster *booster = train(matrix, no_constraint, 1);
    ck_ok(lsc_matrix_slice(matrix, numbers, 4, &slice, error));
    ck_ok(lsc_booster_margins(booster, matrix, N_ROUNDS, all, error));
    ck_ok(lsc_booster_margins(booster, slice, N_ROUNDS, some, error));
    for (size_t i = 0; i < 4; i++) {
        ck_assert_mem_eq(&some[i], &all[numbers[i]], sizeof(float));
    }
    lsc_matrix_free(slice);
    lsc_booster_free(booster);
    lsc_matrix_free(matrix);
}
END_TEST

START_TEST(what_xgboost_refuses_is_told_in_its_words_on_one_line)
{
    static sample rows;
    lsc_matrix *matrix;
    fill(&rows, 8);
    rows.columns[3][1] = INFINITY;
    ck_fails(lsc_matrix_new(&rows.columns[0][0], rows.labels, rows.weights, N_ROWS, N_COLUMNS,
                            lsc_default_allocator(), &matrix, error),
             LSC_TRAINING, "XGBoost: ");
    ck_assert_ptr_null(matrix);
    lsc_error error = LSC_ERROR_INIT;
    lsc_matrix_new(&rows.columns[0][0], rows.labels, rows.weights, N_ROWS, N_COLUMNS,
                   lsc_default_allocator(), &matrix, &error);
    ck_assert_ptr_null(strchr(error.message, '\n'));
}
END_TEST

LSC_SUITE("train/booster", TEST(the_same_seed_gives_the_same_bytes_and_another_seed_others),
          TEST(a_monotone_column_never_lowers_the_margin_as_it_rises),
          TEST(gains_name_the_column_that_matters_and_none_for_one_all_missing),
          TEST(the_loss_is_that_of_the_margins),
          TEST(margins_of_the_first_rounds_leave_the_later_trees_out),
          TEST(a_slice_is_a_matrix_of_those_rows),
          TEST(what_xgboost_refuses_is_told_in_its_words_on_one_line))
