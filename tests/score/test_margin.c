#include "suite.h"

#include <math.h>

#include "model_fixtures.h"
#include "score/scorer.h"

enum {
    N_COLUMNS = 5
};

/** Values around the thresholds of fixture_random_tree(), which are eighths, and missing ones. */
static void random_vector(lsc_random *random, float columns[N_COLUMNS])
{
    for (size_t i = 0; i < N_COLUMNS; i++) {
        uint64_t choice = lsc_random_below(random, 6);
        float threshold = (float)lsc_random_below(random, 16) / 8 - 1;
        columns[i] = choice == 0   ? NAN
                     : choice == 1 ? threshold
                     : choice == 2 ? nextafterf(threshold, -2)
                                   : (float)(2 * lsc_random_uniform(random) - 1);
    }
}

START_TEST(a_margin_is_the_sum_of_the_leaves_in_float32_in_order)
{
    lsc_random random;
    lsc_random_seed(&random, 3);
    for (int trial = 0; trial < 50; trial++) {
        enum {
            MOST = 40
        };
        fixture_tree trees[MOST];
        size_t n_trees = 1 + lsc_random_below(&random, MOST);
        lsc_forest_builder builder;
        lsc_forest forest;
        lsc_forest_builder_init(&builder, N_COLUMNS, fixture_allocator());
        for (size_t t = 0; t < n_trees; t++) {
            trees[t] = fixture_random_tree(&random, lsc_random_below(&random, 8), N_COLUMNS);
            lsc_raw_tree raw = fixture_raw(&trees[t]);
            ck_ok(lsc_forest_builder_add(&builder, &raw, error));
        }
        ck_ok(lsc_forest_builder_finish(&builder, -1.7f, &forest, error));
        for (int row = 0; row < 200; row++) {
            float columns[N_COLUMNS];
            random_vector(&random, columns);
            float expected = -1.7f;
            for (size_t t = 0; t < n_trees; t++) {
                expected = expected + (float)fixture_walk(&trees[t], 0, columns);
            }
            ck_float_eq(lsc_forest_walk(&forest, columns), expected);
        }
        for (size_t t = 0; t < n_trees; t++) {
            fixture_tree_free(&trees[t]);
        }
        lsc_forest_free(&forest);
        lsc_forest_builder_free(&builder);
    }
}
END_TEST

START_TEST(a_value_at_the_threshold_goes_right)
{
    fixture_tree tree = fixture_stump(-1, 1);
    lsc_forest_builder builder;
    lsc_forest forest;
    lsc_raw_tree raw = fixture_raw(&tree);
    lsc_forest_builder_init(&builder, 1, fixture_allocator());
    ck_ok(lsc_forest_builder_add(&builder, &raw, error));
    ck_ok(lsc_forest_builder_finish(&builder, 0, &forest, error));
    ck_float_eq(lsc_forest_walk(&forest, (float[]){0.5f}), 1);
    ck_float_eq(lsc_forest_walk(&forest, (float[]){nextafterf(0.5f, 0)}), -1);
    ck_float_eq(lsc_forest_walk(&forest, (float[]){NAN}), -1);
    lsc_forest_free(&forest);
    lsc_forest_builder_free(&builder);
    fixture_tree_free(&tree);
}
END_TEST

START_TEST(the_raw_sigmoid_stays_finite)
{
    ck_float_eq(lsc_raw_sigmoid(0), 0.5f);
    ck_float_eq(lsc_raw_sigmoid(100), 1);
    ck_assert(lsc_raw_sigmoid(-1000) > 0);
    ck_float_eq(lsc_raw_sigmoid(-1000), lsc_raw_sigmoid(-88.7f));
}
END_TEST

LSC_SUITE("score/margin", TEST(a_margin_is_the_sum_of_the_leaves_in_float32_in_order),
          TEST(a_value_at_the_threshold_goes_right), TEST(the_raw_sigmoid_stays_finite))
