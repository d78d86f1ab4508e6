#include "suite.h"

#include <math.h>

#include "model_fixtures.h"

/* Models that pass every check when they are loaded, and whose numbers are as far out as the format
   lets them be. An explanation of them is made of finite numbers that add up. */

enum {
    N_SPLITS = 6
};

/** The cover of a child that gets 2^exponent of its parent's, beside one that gets the rest. */
static const double shares[N_SPLITS] = {-267, -267, -267, -267, -6, -1};

/**
 * A chain of splits on f0, each sending what is below it on, with covers such that the share of the
 * way down is 2^-1074, the least double, and then nothing.
 */
static fixture_tree starved_chain(void)
{
    static double left[2 * N_SPLITS + 1], right[2 * N_SPLITS + 1], column[2 * N_SPLITS + 1],
        value[2 * N_SPLITS + 1], cover[2 * N_SPLITS + 1], default_left[2 * N_SPLITS + 1];
    for (size_t i = 0; i < N_SPLITS; i++) {
        size_t node = 2 * i;
        left[node] = (double)(node + 2);
        right[node] = (double)(node + 1);
        value[node] = 0.5;
        left[node + 1] = -1;
        right[node + 1] = -1;
        value[node + 1] = 0.25;
        cover[node + 1] = shares[i] < -100 ? 0x1p127 : 1;
        cover[node + 2] = shares[i] < -100 ? 0x1p-140 : ldexp(1, (int)shares[i]);
    }
    cover[0] = 0x1p127;
    left[2 * N_SPLITS] = -1;
    right[2 * N_SPLITS] = -1;
    value[2 * N_SPLITS] = -0.25;
    return (fixture_tree){.n_nodes = 2 * N_SPLITS + 1,
                          .left = left,
                          .right = right,
                          .column = column,
                          .value = value,
                          .cover = cover,
                          .default_left = default_left};
}

static lsc_model *model_of(const fixture_tree *tree)
{
    lsc_buffer ubjson;
    lsc_buffer bundle;
    lsc_model *read = NULL;
    lsc_buffer_init(&ubjson, fixture_allocator());
    lsc_buffer_init(&bundle, fixture_allocator());
    fixture_model model = FIXTURE_MODEL;
    model.trees = tree;
    model.n_trees = 1;
    fixture_ubjson(&model, &ubjson);
    lsc_spec *spec = fixture_spec(2, 2);
    lsc_manifest manifest = fixture_manifest(LSC_ENGINE_GBDT);
    size_t length;
    const char *json = lsc_spec_json(spec, &length);
    const lsc_bundle_member members[] = {
        {"features.json", json, length},
        {"model.ubj", ubjson.data, ubjson.length},
        {"calibration.json", fixture_calibration, strlen(fixture_calibration)}};
    ck_ok(lsc_bundle_pack(&manifest, spec, members, 3, &bundle, error));
    ck_ok(lsc_model_load_bytes(bundle.data, bundle.length, NULL, &read, error));
    lsc_spec_unref(spec);
    lsc_buffer_free(&ubjson);
    lsc_buffer_free(&bundle);
    return read;
}

/** Explain rows on both sides of the splits. */
static void check_explanations(const fixture_tree *tree)
{
    static const float rows[][2] = {{0, 0}, {1, 0}, {NAN, NAN}};
    lsc_scorer *scorer = NULL;
    lsc_model *model = model_of(tree);
    ck_ok(lsc_scorer_new(model, NULL, &scorer, error));
    for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++) {
        lsc_explanation explained = LSC_EXPLANATION_INIT;
        ck_ok(lsc_explain_vector(scorer, rows[row], 2, &explained, error));
        double sum = explained.base_value;
        for (size_t i = 0; i < explained.n_contributions; i++) {
            ck_assert_msg(isfinite(explained.contributions[i].value), "row %zu, feature %zu: %g",
                          row, i, explained.contributions[i].value);
            sum += explained.contributions[i].value;
        }
        /* Contributions of leaves of 1/4, in float32 or better. */
        ck_assert_double_le(fabs(sum - (double)explained.result.margin), 1e-6);
        int points = explained.baseline;
        for (size_t i = 0; i < explained.n_breakdown; i++) {
            points += explained.breakdown[i].points;
        }
        ck_assert_int_eq(points, explained.result.score);
    }
    lsc_scorer_free(scorer);
    lsc_model_unref(model);
}

START_TEST(shares_of_cover_below_the_least_double_are_no_shares)
{
    fixture_tree tree = starved_chain();
    check_explanations(&tree);
}
END_TEST

LSC_SUITE("explain/hostile_model", TEST(shares_of_cover_below_the_least_double_are_no_shares))
