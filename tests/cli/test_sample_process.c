#include "suite.h"

#include <locale.h>
#include <math.h>

#include "json_out.h"
#include "sample_process.h"

START_TEST(exp_is_that_of_the_c_library_but_for_rounding)
{
    for (double x = -700; x <= 700; x += 0.37) {
        const double expected = exp(x);
        /* 13 terms of the series leave 1e-17; rounding of the sum and the powers the rest. */
        ck_assert_double_le(fabs(lsc_sample_exp(x) - expected), 4e-15 * expected);
    }
    ck_assert_double_eq(lsc_sample_exp(0), 1);
    ck_assert_double_eq(lsc_sample_logistic(0), 0.5);
}
END_TEST

START_TEST(streams_of_a_seed_differ_and_repeat)
{
    lsc_dice a = lsc_dice_start(7, 1), again = lsc_dice_start(7, 1);
    lsc_dice b = lsc_dice_start(7, 2), c = lsc_dice_start(8, 1);
    for (int i = 0; i < 100; i++) {
        const double drawn = lsc_dice_uniform(&a);
        ck_assert_double_eq(drawn, lsc_dice_uniform(&again));
        ck_assert_double_ne(drawn, lsc_dice_uniform(&b));
        ck_assert_double_ne(drawn, lsc_dice_uniform(&c));
    }
}
END_TEST

/* Means of 100,000 draws lie within 5 standard errors of what they must be. */
START_TEST(draws_have_the_moments_of_their_distributions)
{
    enum {
        N = 100000
    };
    const double error = 5 / sqrt(N);
    const double weights[] = {1, 0, 3};
    lsc_dice dice = lsc_dice_start(1, 1);
    double uniform = 0, normal = 0, square = 0, poisson = 0, third = 0, chance = 0;
    for (int i = 0; i < N; i++) {
        const double u = lsc_dice_uniform(&dice), z = lsc_dice_normal(&dice);
        ck_assert(u >= 0 && u < 1);
        uniform += u / N;
        normal += z / N;
        square += z * z / N;
        poisson += (double)lsc_dice_poisson(&dice, 0.7) / N;
        chance += (double)lsc_dice_chance(&dice, 0.2) / N;
        const size_t picked = lsc_dice_pick(&dice, weights, 3);
        ck_assert_uint_ne(picked, 1);
        third += (picked == 2) / (double)N;
        ck_assert_uint_lt(lsc_dice_below(&dice, 3), 3);
    }
    ck_assert_double_le(fabs(uniform - 0.5), error * sqrt(1 / 12.0));
    ck_assert_double_le(fabs(normal), error);
    ck_assert_double_le(fabs(square - 1), error * sqrt(2));
    ck_assert_double_le(fabs(poisson - 0.7), error * sqrt(0.7));
    ck_assert_double_le(fabs(chance - 0.2), error * 0.4);
    ck_assert_double_le(fabs(third - 0.75), error * sqrt(3.0 / 16));
}
END_TEST

/* Whether a lead in this state converts within the horizon, lived day by day. */
static bool converts(lsc_latent latent, lsc_dice *dice)
{
    for (int day = 0; day < LSC_SAMPLE_HORIZON_DAYS; day++) {
        const double drawn = lsc_dice_uniform(dice);
        if (drawn < lsc_latent_conversion(&latent)) {
            return true;
        }
        if (drawn < lsc_latent_conversion(&latent) + lsc_latent_loss(&latent)) {
            return false;
        }
        lsc_latent_next_day(&latent, dice);
    }
    return false;
}

START_TEST(the_oracle_agrees_with_lives_that_are_lived)
{
    enum {
        LIVES = 4000
    };
    lsc_oracle *oracle = lsc_oracle_new();
    ck_assert_ptr_nonnull(oracle);
    for (int i = 0; i < 40; i++) {
        lsc_dice dice = lsc_dice_start(3, (uint64_t)i);
        const lsc_latent latent = lsc_latent_start(&dice);
        const double probability = lsc_oracle_probability(oracle, &latent);
        double share = 0;
        for (int life = 0; life < LIVES; life++) {
            share += (double)converts(latent, &dice) / LIVES;
        }
        /* Five standard errors of the simulation, and one hundredth for the grid. */
        const double error = 5 * sqrt(probability * (1 - probability) / LIVES) + 0.01;
        ck_assert_msg(fabs(share - probability) <= error, "%g lived, %g foretold", share,
                      probability);
    }
    lsc_oracle_free(oracle);
}
END_TEST

START_TEST(more_intent_and_fit_never_lower_the_probability)
{
    lsc_oracle *oracle = lsc_oracle_new();
    for (double fit = -7; fit <= 7; fit += 0.5) {
        double before = 0;
        for (double intent = -7; intent <= 9; intent += 0.25) {
            const lsc_latent latent = {fit, 0.3, intent}, fitter = {fit + 0.5, 0.3, intent};
            const double probability = lsc_oracle_probability(oracle, &latent);
            ck_assert_double_ge(probability, before);
            ck_assert_double_le(probability, lsc_oracle_probability(oracle, &fitter));
            ck_assert_double_le(probability, 1);
            before = probability;
        }
    }
    lsc_oracle_free(oracle);
}
END_TEST

START_TEST(auc_is_the_share_of_pairs_in_order)
{
    enum {
        N = 300
    };
    lsc_dice dice = lsc_dice_start(5, 5);
    lsc_oracle_row rows[N];
    double in_order = 0, pairs = 0;
    for (int i = 0; i < N; i++) {
        rows[i].probability = (double)lsc_dice_below(&dice, 40) / 40; /* with ties */
        rows[i].converted = lsc_dice_chance(&dice, rows[i].probability);
    }
    for (int i = 0; i < N; i++) {
        for (int k = 0; k < N; k++) {
            if (rows[i].converted && !rows[k].converted) {
                const double above = rows[i].probability - rows[k].probability;
                in_order += above > 0 ? 1 : above < 0 ? 0 : 0.5;
                pairs++;
            }
        }
    }
    ck_assert_double_eq_tol(lsc_oracle_auc(rows, N), in_order / pairs, 1e-12);
    ck_assert_double_eq(lsc_oracle_auc(rows, 0), 0.5);
}
END_TEST

START_TEST(decimals_read_back_and_are_short)
{
    setlocale(LC_NUMERIC, "C"); /* as the program has it */
    lsc_dice dice = lsc_dice_start(9, 9);
    char text[LSC_DECIMAL_SIZE];
    for (int i = 0; i < 100000; i++) {
        const double number =
            (lsc_dice_uniform(&dice) - 0.5) * lsc_sample_exp(lsc_dice_normal(&dice) * 50);
        lsc_decimal(number, text);
        ck_assert_double_eq(strtod(text, NULL), number);
    }
    lsc_decimal(0.1, text);
    ck_assert_str_eq(text, "0.1");
    lsc_decimal(83, text);
    ck_assert_str_eq(text, "83");
}
END_TEST

LSC_SUITE("cli/sample_process", TEST(exp_is_that_of_the_c_library_but_for_rounding),
          TEST(streams_of_a_seed_differ_and_repeat),
          TEST(draws_have_the_moments_of_their_distributions),
          TEST(the_oracle_agrees_with_lives_that_are_lived),
          TEST(more_intent_and_fit_never_lower_the_probability),
          TEST(auc_is_the_share_of_pairs_in_order), TEST(decimals_read_back_and_are_short))
