/* The forms that a model of XGBoost comes in, and what must be refused in each. */
#include "suite.h"

#include <math.h>

#include <leadscore/spec.h>

#include "model_fixtures.h"
#include "xgboost_text.h"

static const text_model good = TEXT_MODEL;

START_TEST(members_come_in_any_order)
{
    text_model model = good;
    model.n_trees = 2;
    model.tree_info = "[0,0]";
    for (int i = 0; i < 2; i++) {
        model.backwards = i == 1;
        lsc_forest forest = text_forest(&model);
        ck_assert_uint_eq(forest.n_trees, 2);
        ck_assert_uint_eq(forest.n_nodes, 6);
        ck_assert_uint_eq(forest.n_columns, 2);
        ck_float_eq(forest.nodes[0].value, 0.5f);
        ck_float_eq(forest.nodes[2].value, 0.5f);
        ck_float_eq(forest.base_margin, 0);
        lsc_forest_free(&forest);
    }
}
END_TEST

START_TEST(a_base_score_has_many_forms)
{
    static const char *const forms[] = {"\"2.5E-1\"", "\"[2.5E-1]\"", "\"0.25\"", "0.25", "[0.25]"};
    text_model model = good;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        model.base_score = forms[i];
        lsc_forest forest = text_forest(&model);
        ck_float_eq(forest.base_margin, -logf(3.0f));
        lsc_forest_free(&forest);
    }
    static const char *const bad[] = {"\"x\"", "\"\"",    "null", "{}",
                                      "[]",    "\"NaN\"", "NaN",  "1e99"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        model.base_score = bad[i];
        text_refuse(&model, LSC_BAD_MODEL, "");
    }
    model.base_score = "[0.5,0.5]";
    text_refuse(&model, LSC_UNSUPPORTED, "only one output");
    model.base_score = NULL;
    text_refuse(&model, LSC_BAD_MODEL, "base_score is missing");
}
END_TEST

START_TEST(a_base_score_at_the_edge_is_read_as_its_version_does)
{
    text_model model = good;
    model.base_score = "\"1E-7\"";
    lsc_forest forest = text_forest(&model);
    ck_float_eq(forest.base_margin, -logf(1.0f / 1e-7f - 1.0f));
    lsc_forest_free(&forest);
    model.version = "[3,2,0]";
    forest = text_forest(&model);
    ck_float_eq(forest.base_margin, -logf(1.0f / 1e-6f - 1.0f));
    lsc_forest_free(&forest);
    model.base_score = "\"[0E0]\"";
    forest = text_forest(&model);
    ck_float_eq(forest.base_margin, -logf(1.0f / 1e-6f - 1.0f));
    lsc_forest_free(&forest);
    model.base_score = "\"[1E0]\"";
    forest = text_forest(&model);
    ck_float_eq(forest.base_margin, -logf(1.0f / (1.0f - 1e-6f) - 1.0f));
    lsc_forest_free(&forest);
    model.base_score = "\"[1.0000001E0]\"";
    text_refuse(&model, LSC_BAD_MODEL, "must lie between 0 and 1");
    model.version = "[3,1,3]";
    model.base_score = "\"[0E0]\"";
    text_refuse(&model, LSC_BAD_MODEL, "base_score is 0, must lie between 0 and 1");
}
END_TEST

START_TEST(the_raw_objective_takes_the_base_score_as_margin)
{
    text_model model = good;
    model.objective = "binary:logitraw";
    model.base_score = "\"-1.25E0\"";
    lsc_forest forest = text_forest(&model);
    ck_float_eq(forest.base_margin, -1.25f);
    lsc_forest_free(&forest);
    model.objective = "reg:logistic";
    text_refuse(&model, LSC_BAD_MODEL, "base_score is -1.25");
    model.base_score = "\"2.5E-1\"";
    forest = text_forest(&model);
    ck_float_eq(forest.base_margin, -logf(3.0f));
    lsc_forest_free(&forest);
}
END_TEST

START_TEST(weights_of_dart_are_taken_into_the_leaves)
{
    for (int form = 0; form < 6; form++) {
        text_model model = good;
        model.n_trees = 2;
        model.tree_info = "[0,0]";
        model.booster = form < 2 ? "dart" : "gbtree";
        model.weights = form < 4 ? "[1E0,3.3333334E-1]" : NULL;
        model.new_weights = form < 4 ? NULL : "[1E0,3.3333334E-1]";
        model.backwards = form % 2 == 1;
        lsc_forest forest = text_forest(&model);
        ck_float_eq(forest.nodes[1].value, -0.25f);
        ck_float_eq(forest.nodes[4].value, -0.25f * 3.3333334E-1f);
        ck_float_eq(forest.nodes[5].value, 0.5f * 3.3333334E-1f);
        ck_float_eq(forest.nodes[3].value, 0.5f); /* the threshold */
        /* The means are those of the weighed leaves: (3·(-0.25) + 0.5) / 4 = -0.0625 */
        ck_assert_double_eq_tol(forest.base_value, -0.0625 - 0.0625 / 3, 1e-8);
        lsc_forest_free(&forest);
    }
}
END_TEST

START_TEST(weights_that_do_not_fit_are_refused)
{
    text_model model = good;
    model.booster = "dart";
    model.weights = "[1,1]";
    text_refuse(&model, LSC_BAD_MODEL, "weight_drop has 2 values for 1 trees");
    model.weights = "[]";
    text_refuse(&model, LSC_BAD_MODEL, "weight_drop has 0 values for 1 trees");
    model.weights = "[NaN]";
    text_refuse(&model, LSC_BAD_MODEL, "its weight nan");
    model.weights = "[1]";
    model.new_weights = "[1]";
    text_refuse(&model, LSC_BAD_MODEL, "weight_drop at byte");
}
END_TEST

START_TEST(what_is_not_read_is_refused_by_name)
{
    text_model model = good;
    model.booster = "gblinear";
    text_refuse(&model, LSC_UNSUPPORTED, "the booster is \"gblinear\"");
    static const char *const objectives[] = {"reg:squarederror", "multi:softprob", "rank:ndcg",
                                             "count:poisson",    "binary:hinge",   ""};
    for (size_t i = 0; i < sizeof objectives / sizeof objectives[0]; i++) {
        model = good;
        model.objective = objectives[i];
        text_refuse(&model, LSC_UNSUPPORTED, objectives[i]);
        text_refuse(&model, LSC_UNSUPPORTED, "the objective is");
    }
    model = good;
    model.num_class = "3";
    text_refuse(&model, LSC_UNSUPPORTED, "3 classes");
    model = good;
    model.tree_info = "[1]";
    text_refuse(&model, LSC_UNSUPPORTED, "only one output");
    model = good;
    model.tree.leaf_vector = "3";
    text_refuse(&model, LSC_UNSUPPORTED, "trees[0] has leaves of 3 values");
}
END_TEST

START_TEST(facts_that_do_not_fit_are_refused)
{
    text_model model = good;
    model.num_feature = "0";
    text_refuse(&model, LSC_BAD_MODEL, "num_feature is 0");
    model.tree.column = "[1,0,0]";
    model.num_feature = "1";
    text_refuse(&model, LSC_BAD_MODEL, "trees[0] splits by column 1, the model has 1 columns");
    model = good;
    model.tree_info = "[0,0]";
    text_refuse(&model, LSC_BAD_MODEL, "tree_info has 2 values for 1 trees");
    model = good;
    model.tree.num_nodes = "1000000000";
    text_refuse(&model, LSC_BAD_MODEL, "num_nodes is 1000000000, but left_children has 3");
    model = good;
    model.tree.num_deleted = "-1";
    text_refuse(&model, LSC_BAD_MODEL, "num_deleted is -1");
    model = good;
    model.tree.num_nodes = "3.0";
    text_refuse(&model, LSC_BAD_MODEL, "num_nodes at byte");
    model = good;
    model.version = "[1,2]";
    text_refuse(&model, LSC_BAD_MODEL, "version at byte");
    model.version = "\"1.7\"";
    text_refuse(&model, LSC_BAD_MODEL, "version at byte");
    model = good;
    model.tree.cover = NULL;
    text_refuse(&model, LSC_BAD_MODEL, "sum_hessian has 0 values, must have 3");
}
END_TEST

START_TEST(trees_that_cannot_be_walked_are_refused)
{
    static const struct {
        const char *left;
        const char *right;
        const char *words;
    } cases[] = {{"[0,-1,-1]", "[2,-1,-1]", "its child has another parent: 0"},
                 {"[1,0,-1]", "[2,2,-1]", "nodes[1]: its child has another parent: 0"},
                 {"[2,-1,-1]", "[2,-1,-1]", "its child has another parent: 2"},
                 {"[3,-1,-1]", "[2,-1,-1]", "its child does not exist: 3"},
                 {"[-2,-1,-1]", "[2,-1,-1]", "its child does not exist: -2"},
                 {"[1,-1,-1]", "[-1,-1,-1]", "its child does not exist: -1"},
                 {"[-1,-1,-1]", "[-1,-1,-1]", "2 nodes that nothing leads to, but 0 deleted"},
                 {"[99999999999,-1,-1]", "[2,-1,-1]", "left_children at byte"},
                 {"[true,-1,-1]", "[\"2\",-1,-1]", "a number was expected"}};
    text_model model = good;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        model.tree.left = cases[i].left;
        model.tree.right = cases[i].right;
        text_refuse(&model, LSC_BAD_MODEL, cases[i].words);
    }
    static const char *const values[] = {"[NaN,0,0]", "[Infinity,0,0]", "[0,-Infinity,0]",
                                         "[0,0,NaN]", "[1e39,0,0]",     "[0,0,-1e400]"};
    model = good;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        model.tree.value = values[i];
        text_refuse(&model, LSC_BAD_MODEL, i < 4 ? "its " : "beyond a float32");
    }
    static const char *const covers[] = {"[NaN,0,0]", "[-1,0,0]", "[0,Infinity,0]"};
    model = good;
    for (size_t i = 0; i < sizeof covers / sizeof covers[0]; i++) {
        model.tree.cover = covers[i];
        text_refuse(&model, LSC_BAD_MODEL, "its cover is");
    }
    model.tree.cover = "[0,0,0]";
    lsc_forest forest = text_forest(&model);
    ck_assert_double_eq(forest.base_value, 0.125);
    lsc_forest_free(&forest);
}
END_TEST

START_TEST(features_are_taken_to_their_limit_and_not_past_it)
{
    text_model model = good;
    model.num_feature = "65535";
    lsc_forest forest = text_forest(&model);
    ck_assert_uint_eq(forest.n_columns, LSC_MAX_COLUMNS);
    lsc_forest_free(&forest);
    model.num_feature = "65536";
    text_refuse(&model, LSC_LIMIT, "65536 features, at most 65535");
}
END_TEST

START_TEST(names_are_taken_to_their_limit_and_not_past_it)
{
    char names[LSC_MAX_NAME + 20];
    text_model model = good;
    memset(names, 'n', sizeof names);
    memcpy(names, "[\"", 2);
    strcpy(names + 2 + LSC_MAX_NAME, "\",\"b\"]");
    model.names = names;
    lsc_forest forest = text_forest(&model);
    lsc_forest_free(&forest);
    memset(names + 2, 'n', sizeof names - 2);
    strcpy(names + 3 + LSC_MAX_NAME, "\",\"b\"]");
    text_refuse(&model, LSC_LIMIT, "has 257 bytes, at most 256 are read");
    model.names = "[\"a\"]";
    text_refuse(&model, LSC_BAD_MODEL, "feature_names has 1 items for 2 features");
    model.names = NULL;
    model.types = "[\"q\",\"q\",\"q\"]";
    text_refuse(&model, LSC_BAD_MODEL, "feature_types has 3 items for 2 features");
    model.types = "[1,2]";
    text_refuse(&model, LSC_BAD_MODEL, "is not a text");
}
END_TEST

START_TEST(hostile_texts_are_refused_with_their_offset)
{
    static char more[20100];
    text_model model = good;
    model.more = more;
    strcpy(more, "\"x\":");
    memset(more + 4, '[', 10000);
    memset(more + 10004, ']', 10000);
    strcpy(more + 20004, ",");
    text_refuse(&model, LSC_LIMIT, "JSON at byte 36: more than 32 arrays and objects");
    memset(more + 4, '7', 10000);
    strcpy(more + 10004, ",");
    text_refuse(&model, LSC_LIMIT, "JSON at byte 5: a number of more than 1000 characters");
    strcpy(more, "\"x\":\"\\u0000\",");
    text_refuse(&model, LSC_BAD_MODEL, "\\u0000 is not allowed");
    strcpy(more, "\"learner\":{},");
    text_refuse(&model, LSC_BAD_MODEL, "learner at byte");
    strcpy(more, "\"x\":[NaN,-Infinity,01],");
    text_refuse(&model, LSC_BAD_MODEL, "a number is not written as JSON has it");
    strcpy(more, "\"x\":[NaN,-Infinity,{\"y\":[]}],");
    lsc_forest forest = text_forest(&model);
    lsc_forest_free(&forest);
}
END_TEST

START_TEST(every_cut_of_a_text_is_refused)
{
    text_model model = text_by_category();
    lsc_buffer text;
    model.names = "[\"a\",\"\xc3\xbc\"]";
    model.cats = "{\"enc\":[{\"offsets\":[],\"values\":[]},{\"type\":15,\"values\":[5]}]}";
    lsc_buffer_init(&text, fixture_allocator());
    text_of_model(&model, &text);
    const lsc_xgboost_reading reading = {.allocator = fixture_allocator(), .names = true};
    for (size_t length = 0; length <= text.length; length++) {
        lsc_stream in;
        lsc_forest forest;
        lsc_stream_of_bytes(&in, text.data, length);
        if (length < text.length) {
            ck_fails(lsc_xgboost_read(&in, &reading, &forest, NULL, error), LSC_BAD_MODEL, "");
        } else {
            ck_ok(lsc_xgboost_read(&in, &reading, &forest, NULL, error));
            lsc_forest_free(&forest);
        }
    }
    lsc_buffer_free(&text);
}
END_TEST

START_TEST(running_out_of_memory_leaks_nothing)
{
    text_model model = text_by_category();
    lsc_buffer text;
    model.booster = "dart";
    model.weights = "[0.5]";
    model.names = "[\"a\",\"b\"]";
    model.types = "[\"c\",\"q\"]";
    model.cats = "{\"enc\":[{\"offsets\":[0,1],\"values\":[65]},{\"type\":15,\"values\":[5]}]}";
    lsc_buffer_init(&text, fixture_allocator());
    text_of_model(&model, &text);
    lsc_status status = LSC_NO_MEMORY;
    size_t n_failures = 0;
    for (size_t fail_at = 1; status != LSC_OK; fail_at++, n_failures++) {
        lsc_test_heap heap = {.fail_at = fail_at};
        lsc_allocator allocator = lsc_test_allocator(&heap);
        const lsc_xgboost_reading reading = {.allocator = &allocator, .names = true};
        lsc_stream in;
        lsc_forest forest;
        lsc_xgboost_facts facts;
        lsc_stream_of_bytes(&in, text.data, text.length);
        status = lsc_xgboost_read(&in, &reading, &forest, &facts, NULL);
        if (status == LSC_OK) {
            lsc_xgboost_facts_free(&facts);
            lsc_forest_free(&forest);
        } else {
            ck_assert_int_eq(status, LSC_NO_MEMORY);
        }
        ck_assert_uint_eq(heap.live, 0);
    }
    ck_assert_uint_gt(n_failures, 15);
    lsc_buffer_free(&text);
}
END_TEST

LSC_SUITE("model/xgboost_forms", TEST(members_come_in_any_order), TEST(a_base_score_has_many_forms),
          TEST(a_base_score_at_the_edge_is_read_as_its_version_does),
          TEST(the_raw_objective_takes_the_base_score_as_margin),
          TEST(weights_of_dart_are_taken_into_the_leaves),
          TEST(weights_that_do_not_fit_are_refused), TEST(what_is_not_read_is_refused_by_name),
          TEST(facts_that_do_not_fit_are_refused), TEST(trees_that_cannot_be_walked_are_refused),
          TEST(features_are_taken_to_their_limit_and_not_past_it),
          TEST(names_are_taken_to_their_limit_and_not_past_it),
          TEST(hostile_texts_are_refused_with_their_offset), TEST(every_cut_of_a_text_is_refused),
          TEST(running_out_of_memory_leaks_nothing))
