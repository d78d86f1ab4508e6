/* Isotonic regression and Venn-Abers against their definitions, worked out slowly. */
#include "suite.h"

#include <math.h>

#include "train/venn_abers.h"
#include "train_support.h"

/** Sums of some hundred terms of order one, added in another order. */
#define CLOSE 1e-11

enum {
    MAX_TIES = 60
};

typedef struct scored {
    lsc_margin_tie ties[MAX_TIES];
    size_t n;
} scored;

/** Ties of one or more rows of one weight each, or of any weight. */
static void fill(scored *data, lsc_random *random, bool whole)
{
    data->n = 1 + lsc_random_below(random, MAX_TIES - 1);
    for (size_t i = 0; i < data->n; i++) {
        lsc_margin_tie *tie = &data->ties[i];
        *tie =
            (lsc_margin_tie){.margin = (double)i - 20, .n_rows = 1 + lsc_random_below(random, 3)};
        for (size_t row = 0; row < tie->n_rows; row++) {
            double weight = whole ? 1 : 0.2 + lsc_random_uniform(random);
            bool label = lsc_random_uniform(random) < lsc_logistic(tie->margin / 20);
            tie->weight += weight;
            tie->positive += label ? weight : 0;
        }
    }
}

/**
 * Isotonic regression at tie `at` by its max-min formula: the greatest over the ways down of the
 * least over the ways up of the mean. The added lead is a tie's weight more.
 */
static double slow_isotonic(const scored *data, size_t at, double added_weight, bool added_label)
{
    double best = -1;
    for (size_t from = 0; from <= at; from++) {
        double least = 2;
        double weight = added_weight;
        double positive = added_label ? added_weight : 0;
        for (size_t to = from; to < data->n; to++) {
            weight += data->ties[to].weight;
            positive += data->ties[to].positive;
            if (to >= at) {
                least = fmin(least, positive / weight);
            }
        }
        best = fmax(best, least);
    }
    return best;
}

START_TEST(blocks_are_those_of_isotonic_regression)
{
    lsc_random random;
    lsc_random_seed(&random, 41);
    for (int round = 0; round < 300; round++) {
        scored data = {.n = 0};
        lsc_block blocks[MAX_TIES];
        fill(&data, &random, round % 2 == 0);
        size_t n = lsc_isotonic_fit(data.ties, data.n, blocks);
        size_t next = 0;
        for (size_t i = 0; i < n; i++) {
            ck_assert_uint_eq(blocks[i].first, next);
            size_t n_rows = 0;
            for (size_t at = next; at < next + blocks[i].n_ties; at++) {
                ck_assert_double_eq_tol(blocks[i].positive / blocks[i].weight,
                                        slow_isotonic(&data, at, 0, false), CLOSE);
                n_rows += data.ties[at].n_rows;
            }
            ck_assert_uint_eq(blocks[i].n_rows, n_rows);
            next += blocks[i].n_ties;
        }
        ck_assert_uint_eq(next, data.n);
    }
}
END_TEST

START_TEST(p0_and_p1_are_isotonic_regression_with_the_lead_added)
{
    lsc_random random;
    lsc_random_seed(&random, 42);
    for (int round = 0; round < 400; round++) {
        scored data = {.n = 0};
        double p0[MAX_TIES];
        double p1[MAX_TIES];
        fill(&data, &random, round % 2 == 0);
        ck_ok(lsc_venn_abers_pairs(data.ties, data.n, lsc_default_allocator(), p0, p1, error));
        for (size_t i = 0; i < data.n; i++) {
            ck_assert_double_eq_tol(p0[i], slow_isotonic(&data, i, 1, false), CLOSE);
            ck_assert_double_eq_tol(p1[i], slow_isotonic(&data, i, 1, true), CLOSE);
            ck_assert(p0[i] < p1[i] && p0[i] < 1 && p1[i] > 0);
            double merged = lsc_venn_abers_merge(p0[i], p1[i]);
            ck_assert(merged >= p0[i] && merged <= p1[i]);
            ck_assert(i == 0 || (p0[i] >= p0[i - 1] - CLOSE && p1[i] >= p1[i - 1] - CLOSE));
        }
    }
}
END_TEST

START_TEST(joined_blocks_weigh_enough_and_hold_everything)
{
    lsc_random random;
    lsc_random_seed(&random, 43);
    for (int round = 0; round < 200; round++) {
        scored data = {.n = 0};
        lsc_block blocks[MAX_TIES];
        double least = lsc_random_uniform(&random) * 20;
        double weight = 0;
        double positive = 0;
        fill(&data, &random, true);
        size_t n = lsc_blocks_join(blocks, lsc_isotonic_fit(data.ties, data.n, blocks), least);
        ck_assert_uint_ge(n, 1);
        for (size_t i = 0; i < n; i++) {
            ck_assert(n == 1 || blocks[i].weight >= least);
            ck_assert(i == 0 || blocks[i].first == blocks[i - 1].first + blocks[i - 1].n_ties);
            weight += blocks[i].weight;
            positive += blocks[i].positive;
        }
        for (size_t i = 0; i < data.n; i++) {
            weight -= data.ties[i].weight;
            positive -= data.ties[i].positive;
        }
        ck_assert_double_eq_tol(weight, 0, CLOSE);
        ck_assert_double_eq_tol(positive, 0, CLOSE);
    }
}
END_TEST

LSC_SUITE("train/venn_abers", TEST(blocks_are_those_of_isotonic_regression),
          TEST(p0_and_p1_are_isotonic_regression_with_the_lead_added),
          TEST(joined_blocks_weigh_enough_and_hold_everything))
