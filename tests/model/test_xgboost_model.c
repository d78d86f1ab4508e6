#include "suite.h"

#include <math.h>

#include "model_fixtures.h"

static fixture_tree trees[2];
static lsc_buffer bytes;

/** A model of two stumps; `bytes` is empty. */
static fixture_model two_stumps(void)
{
    trees[0] = fixture_stump(-0.25, 0.5);
    trees[1] = fixture_stump(-0.125, 0.75);
    fixture_model model = FIXTURE_MODEL;
    model.trees = trees;
    model.n_trees = 2;
    lsc_buffer_init(&bytes, fixture_allocator());
    return model;
}

static void clean_up(void)
{
    fixture_tree_free(&trees[0]);
    fixture_tree_free(&trees[1]);
    lsc_buffer_free(&bytes);
}

static lsc_status read_bytes(lsc_forest *forest, lsc_error *error)
{
    return lsc_forest_read_ubjson(bytes.data, bytes.length, 2, fixture_allocator(), forest, error);
}

static void refuse(const fixture_model *model, lsc_status status, const char *words)
{
    lsc_forest forest;
    lsc_buffer_clear(&bytes);
    fixture_ubjson(model, &bytes);
    ck_fails(read_bytes(&forest, error), status, words);
}

START_TEST(the_trees_are_read)
{
    fixture_model model = two_stumps();
    model.base_score = "2.5E-1";
    for (int plain = 0; plain < 2; plain++) {
        lsc_forest forest;
        model.plain_arrays = plain == 1;
        lsc_buffer_clear(&bytes);
        fixture_ubjson(&model, &bytes);
        ck_ok(read_bytes(&forest, error));
        ck_assert_uint_eq(forest.n_trees, 2);
        ck_assert_uint_eq(forest.n_nodes, 6);
        ck_float_eq(forest.base_margin, -logf(3.0f));
        ck_float_eq(forest.nodes[forest.nodes[forest.roots[1]].left + 1].value, 0.75f);
        lsc_forest_free(&forest);
    }
    clean_up();
}
END_TEST

START_TEST(base_score_may_stand_in_brackets)
{
    fixture_model model = two_stumps();
    lsc_forest forest;
    model.base_score = "[2.5E-1]";
    fixture_ubjson(&model, &bytes);
    ck_ok(read_bytes(&forest, error));
    ck_float_eq(forest.base_margin, -logf(3.0f));
    lsc_forest_free(&forest);
    clean_up();
}
END_TEST

START_TEST(what_is_not_supported_is_named)
{
    fixture_model good = two_stumps();
    fixture_model model = good;
    model.booster = "gblinear";
    refuse(&model, LSC_UNSUPPORTED, "booster is \"gblinear\"");
    model = good;
    model.objective = "reg:squarederror";
    refuse(&model, LSC_UNSUPPORTED, "objective is \"reg:squarederror\"");
    model = good;
    model.num_class = "3";
    refuse(&model, LSC_UNSUPPORTED, "3 classes");
    model = good;
    model.num_target = "2";
    refuse(&model, LSC_UNSUPPORTED, "2 targets");
    model = good;
    model.tree_info = 1;
    refuse(&model, LSC_UNSUPPORTED, "only one output");
    model = good;
    model.leaf_vector = "2";
    refuse(&model, LSC_UNSUPPORTED, "leaves have 2 values");
    model = good;
    model.split_type = 1;
    refuse(&model, LSC_BAD_MODEL, "trees[0].nodes[0]: it splits by category, and has no");
    clean_up();
}
END_TEST

START_TEST(facts_that_do_not_agree_are_refused)
{
    fixture_model good = two_stumps();
    fixture_model model = good;
    model.num_trees = "3";
    refuse(&model, LSC_BAD_MODEL, "num_trees is 3 for 2 trees");
    model = good;
    model.num_nodes = "1000000000";
    refuse(&model, LSC_BAD_MODEL, "num_nodes is 1000000000, but left_children has 3");
    model = good;
    model.n_columns = 3;
    refuse(&model, LSC_BAD_MODEL, "num_feature is 3, but the spec gives 2 columns");
    model = good;
    model.num_class = "many";
    refuse(&model, LSC_BAD_MODEL, "num_class at byte");
    static const char *const scores[] = {"-1E-9", "1.0000001", "nan", "", "[]", "1,2"};
    for (size_t i = 0; i < sizeof scores / sizeof scores[0]; i++) {
        model = good;
        model.base_score = scores[i];
        refuse(&model, LSC_BAD_MODEL, "base_score");
    }
    model = good;
    model.base_score = "[1E-1,2E-1]";
    refuse(&model, LSC_UNSUPPORTED, "only one output");
    clean_up();
}
END_TEST

START_TEST(an_array_that_is_not_there_is_named)
{
    fixture_model model = two_stumps();
    lsc_forest forest;
    fixture_ubjson(&model, &bytes);
    size_t at = 0;
    while (memcmp(bytes.data + at, "right_children", 14) != 0) {
        at++;
    }
    bytes.data[at] = 'R';
    ck_fails(read_bytes(&forest, error), LSC_BAD_MODEL,
             "trees[0].right_children has 0 values, must have 3");
    clean_up();
}
END_TEST

START_TEST(a_member_that_stands_there_twice_is_refused)
{
    lsc_forest forest;
    lsc_buffer_init(&bytes, fixture_allocator());
    lsc_buffer_append_text(&bytes, "{i\7learner{}i\7learner{}}");
    ck_fails(read_bytes(&forest, error), LSC_BAD_MODEL, "learner at byte 21 stands there twice");
    lsc_buffer_free(&bytes);
}
END_TEST

START_TEST(other_documents_are_refused)
{
    static const char *const documents[] = {"{}", "[]", "Z", "{i\7learner{}}", "{i\7learnerZ}"};
    lsc_forest forest;
    lsc_buffer_init(&bytes, fixture_allocator());
    for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++) {
        lsc_error failure = LSC_ERROR_INIT;
        lsc_buffer_clear(&bytes);
        lsc_buffer_append_text(&bytes, documents[i]);
        lsc_status status = read_bytes(&forest, &failure);
        ck_assert_msg(status == LSC_BAD_MODEL || status == LSC_UNSUPPORTED, "%s", documents[i]);
        ck_assert_int_eq(failure.status, status);
    }
    lsc_buffer_free(&bytes);
}
END_TEST

START_TEST(an_array_of_more_than_the_nodes_of_a_model_is_refused)
{
    static const char head[] = "{i\x07learner{i\x10gradient_booster{i\x05model{i\x05trees[{"
                               "i\x0dleft_children[$U#l\x04\x00\x00\x01";
    size_t length = sizeof head - 1 + LSC_MAX_NODES + 1;
    char *claim = calloc(length, 1); /* unpacked from a few kilobytes of zstd */
    ck_assert_ptr_nonnull(claim);
    memcpy(claim, head, sizeof head - 1);
    lsc_forest forest;
    ck_fails(lsc_forest_read_ubjson(claim, length, 2, fixture_allocator(), &forest, error),
             LSC_LIMIT, "has more than 67108864 values");
    free(claim);
}
END_TEST

START_TEST(every_cut_is_refused)
{
    fixture_model model = two_stumps();
    fixture_ubjson(&model, &bytes);
    size_t whole = bytes.length;
    for (size_t length = 0; length < whole; length++) {
        lsc_forest forest;
        bytes.length = length;
        ck_fails(read_bytes(&forest, error), LSC_BAD_MODEL, "");
    }
    bytes.length = whole;
    clean_up();
}
END_TEST

START_TEST(every_flipped_bit_is_refused_or_harmless)
{
    fixture_model model = two_stumps();
    fixture_ubjson(&model, &bytes);
    for (size_t i = 0; i < 8 * bytes.length; i++) {
        lsc_forest forest;
        bytes.data[i / 8] ^= (char)(1 << i % 8);
        if (read_bytes(&forest, NULL) == LSC_OK) {
            for (size_t n = 0; n < forest.n_nodes; n++) {
                ck_assert(forest.nodes[n].left == 0 || forest.nodes[n].left + 1 < forest.n_nodes);
                ck_assert(forest.nodes[n].left == 0 || forest.nodes[n].column < 2);
                ck_assert(isfinite(forest.nodes[n].value));
            }
            lsc_forest_free(&forest);
        }
        bytes.data[i / 8] ^= (char)(1 << i % 8);
    }
    clean_up();
}
END_TEST

START_TEST(running_out_of_memory_leaks_nothing)
{
    fixture_model model = two_stumps();
    fixture_ubjson(&model, &bytes);
    lsc_status status = LSC_NO_MEMORY;
    size_t n_failures = 0;
    for (size_t fail_at = 1; status != LSC_OK; fail_at++, n_failures++) {
        lsc_test_heap heap = {.fail_at = fail_at};
        lsc_allocator allocator = lsc_test_allocator(&heap);
        lsc_forest forest;
        status = lsc_forest_read_ubjson(bytes.data, bytes.length, 2, &allocator, &forest, NULL);
        if (status == LSC_OK) {
            lsc_forest_free(&forest);
        } else {
            ck_assert_int_eq(status, LSC_NO_MEMORY);
        }
        ck_assert_uint_eq(heap.live, 0);
    }
    ck_assert_uint_gt(n_failures, 5);
    clean_up();
}
END_TEST

LSC_SUITE("model/xgboost_model", TEST(the_trees_are_read), TEST(base_score_may_stand_in_brackets),
          TEST(what_is_not_supported_is_named), TEST(facts_that_do_not_agree_are_refused),
          TEST(an_array_that_is_not_there_is_named),
          TEST(a_member_that_stands_there_twice_is_refused), TEST(other_documents_are_refused),
          TEST(an_array_of_more_than_the_nodes_of_a_model_is_refused), TEST(every_cut_is_refused),
          TEST(every_flipped_bit_is_refused_or_harmless), TEST(running_out_of_memory_leaks_nothing))
