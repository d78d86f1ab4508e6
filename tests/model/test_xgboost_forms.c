/* The forms that a model of XGBoost comes in, and what must be refused in each. */
#include "suite.h"

#include <math.h>
#include <stdio.h>

#include <leadscore/spec.h>

#include "model_fixtures.h"
#include "xgboost_text.h"

static const text_model good = TEXT_MODEL;

static lsc_forest read_good(const text_model *model)
{
    lsc_forest forest;
    ck_ok(text_read(model, &forest, NULL, error));
    return forest;
}

START_TEST(members_come_in_any_order)
{
    text_model model = good;
    model.n_trees = 2;
    model.tree_info = "[0,0]";
    for (int i = 0; i < 2; i++) {
        model.backwards = i == 1;
        lsc_forest forest = read_good(&model);
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
        lsc_forest forest = read_good(&model);
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
    lsc_forest forest = read_good(&model);
    ck_float_eq(forest.base_margin, -logf(1.0f / 1e-7f - 1.0f));
    lsc_forest_free(&forest);
    model.version = "[3,2,0]";
    forest = read_good(&model);
    ck_float_eq(forest.base_margin, -logf(1.0f / 1e-6f - 1.0f));
    lsc_forest_free(&forest);
    model.base_score = "\"[0E0]\"";
    forest = read_good(&model);
    ck_float_eq(forest.base_margin, -logf(1.0f / 1e-6f - 1.0f));
    lsc_forest_free(&forest);
    model.base_score = "\"[1E0]\"";
    forest = read_good(&model);
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
    lsc_forest forest = read_good(&model);
    ck_float_eq(forest.base_margin, -1.25f);
    lsc_forest_free(&forest);
    model.objective = "reg:logistic";
    text_refuse(&model, LSC_BAD_MODEL, "base_score is -1.25");
    model.base_score = "\"2.5E-1\"";
    forest = read_good(&model);
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
        lsc_forest forest = read_good(&model);
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

/** "f0 is 1 or 40 ? 0.5 : -0.25", the threshold NaN as XGBoost before 3.0 has it. */
static text_model by_category(void)
{
    text_model model = good;
    model.tree.split_type = "[1,0,0]";
    model.tree.value = "[NaN,-0.25,0.5]";
    model.tree.categories = "[1,40]";
    model.tree.category_nodes = "[0]";
    model.tree.category_starts = "[0]";
    model.tree.category_counts = "[2]";
    return model;
}

START_TEST(a_category_of_the_set_goes_right_and_all_else_left)
{
    static const float right[] = {1, 1.5f, 40, 40.9f};
    static const float left[] = {0,  -0.0f, 2,  0.99f, 39,       41,       63,
                                 64, 100,   -1, -0.5f, 16777215, 16777216, 3e38f};
    text_model model = by_category();
    lsc_forest forest = read_good(&model);
    ck_assert_uint_eq(forest.n_sets, 1);
    ck_assert_uint_eq(forest.n_set_words, 2);
    ck_assert(forest.nodes[0].categorical);
    for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
        ck_assert_msg(!lsc_forest_goes_left(&forest, &forest.nodes[0], right[i]), "%g",
                      (double)right[i]);
    }
    for (size_t i = 0; i < sizeof left / sizeof left[0]; i++) {
        ck_assert_msg(lsc_forest_goes_left(&forest, &forest.nodes[0], left[i]), "%g",
                      (double)left[i]);
    }
    ck_assert(lsc_forest_goes_left(&forest, &forest.nodes[0], NAN));
    lsc_forest_free(&forest);
    model.tree.default_left = "[0,0,0]";
    forest = read_good(&model);
    ck_assert(!lsc_forest_goes_left(&forest, &forest.nodes[0], NAN));
    ck_assert(lsc_forest_goes_left(&forest, &forest.nodes[0], -1));
    lsc_forest_free(&forest);
}
END_TEST

START_TEST(categories_that_cannot_be_are_refused)
{
    text_model model = by_category();
    model.tree.categories = "[1,16777215]";
    lsc_forest forest = read_good(&model);
    ck_assert(!lsc_forest_goes_left(&forest, &forest.nodes[0], 16777215));
    lsc_forest_free(&forest);
    model.tree.categories = "[1,16777216]";
    text_refuse(&model, LSC_BAD_MODEL, "its category does not exist: 16777216");
    model.tree.categories = "[-1,2]";
    text_refuse(&model, LSC_BAD_MODEL, "its category does not exist: -1");
    model.tree.categories = "[1.5,2]";
    text_refuse(&model, LSC_BAD_MODEL, "an integer was expected");
    model.tree.categories = "[1,3000000000]";
    text_refuse(&model, LSC_BAD_MODEL, "categories at byte");
    model.tree.categories = "[1,2,3]";
    text_refuse(&model, LSC_BAD_MODEL, "categories has 3 values, but its nodes have 2");
    model.tree.categories = "[]";
    text_refuse(&model, LSC_BAD_MODEL, "categories_segments[0] is 0 with 2 categories");
    model.tree.category_counts = "[0]";
    text_refuse(&model, LSC_BAD_MODEL, "nodes[0]: it splits by category, and has no categories");
    model = by_category();
    model.tree.category_counts = "[-1]";
    text_refuse(&model, LSC_BAD_MODEL, "with -1 categories");
    model.tree.category_counts = "[2,0]";
    text_refuse(&model, LSC_BAD_MODEL, "categories_sizes has 2 values, must have 1");
    model = by_category();
    model.tree.category_starts = "[1]";
    text_refuse(&model, LSC_BAD_MODEL, "categories_segments[0] is 1");
    model = by_category();
    model.tree.category_nodes = "[3]";
    text_refuse(&model, LSC_BAD_MODEL, "categories_nodes[0] is 3, must be a node");
    model.tree.category_nodes = "[-1]";
    text_refuse(&model, LSC_BAD_MODEL, "categories_nodes[0] is -1");
    model.tree.category_nodes = "[1]";
    text_refuse(&model, LSC_BAD_MODEL, "nodes[0]: it splits by category, and has no categories");
    model = by_category();
    model.tree.category_nodes = "[0,0]";
    model.tree.category_starts = "[0,1]";
    model.tree.category_counts = "[1,1]";
    text_refuse(&model, LSC_BAD_MODEL, "categories_nodes[1] is 0, must be a node, and rise");
    model = by_category();
    model.tree.split_type = "[2,0,0]";
    text_refuse(&model, LSC_BAD_MODEL, "its type of split is 2");
    model.tree.split_type = "[1,0]";
    text_refuse(&model, LSC_BAD_MODEL, "split_type has 2 values, must have 3");
    model = good;
    model.tree.value = "[NaN,-0.25,0.5]";
    text_refuse(&model, LSC_BAD_MODEL, "its threshold is nan");
}
END_TEST

START_TEST(a_leaf_that_pruning_left_its_categories_is_read)
{
    text_model model = by_category();
    model.tree.split_type = "[1,1,0]";
    model.tree.categories = "[1,40,3]";
    model.tree.category_nodes = "[0,1]";
    model.tree.category_starts = "[0,2]";
    model.tree.category_counts = "[2,1]";
    lsc_forest forest = read_good(&model);
    ck_assert_uint_eq(forest.n_sets, 1);
    ck_float_eq(forest.nodes[1].value, -0.25f);
    lsc_forest_free(&forest);
    model.tree.value = "[NaN,NaN,0.5]";
    text_refuse(&model, LSC_BAD_MODEL, "nodes[1]: its value is nan");
}
END_TEST

/** A chain of `n` splits by category, each with the largest one in its set. */
static lsc_status build_chain(int32_t n, lsc_error *error)
{
    enum {
        MOST = 64
    };
    static int32_t left[2 * MOST + 1], right[2 * MOST + 1], column[2 * MOST + 1];
    static int32_t nodes[MOST], starts[MOST], counts[MOST], categories[MOST];
    static float value[2 * MOST + 1], cover[2 * MOST + 1];
    static uint8_t zero[2 * MOST + 1], by_set[2 * MOST + 1];
    for (int32_t i = 0; i < 2 * n + 1; i++) {
        bool split = i % 2 == 0 && i < 2 * n;
        left[i] = split ? i + 1 : -1;
        right[i] = split ? i + 2 : -1;
        by_set[i] = split;
    }
    for (int32_t i = 0; i < n; i++) {
        nodes[i] = 2 * i;
        starts[i] = i;
        counts[i] = 1;
        categories[i] = (int32_t)LSC_MAX_CATEGORY - 1;
    }
    lsc_raw_tree tree = {.n_nodes = 2 * (size_t)n + 1,
                         .left = left,
                         .right = right,
                         .column = column,
                         .value = value,
                         .cover = cover,
                         .default_left = zero,
                         .categorical = by_set,
                         .category_nodes = nodes,
                         .category_starts = starts,
                         .category_counts = counts,
                         .n_category_nodes = (size_t)n,
                         .categories = categories,
                         .n_categories = (size_t)n};
    lsc_forest_builder builder;
    lsc_forest_builder_init(&builder, 1, fixture_allocator());
    lsc_status status = lsc_forest_builder_add(&builder, &tree, error);
    lsc_forest_builder_free(&builder);
    return status;
}

START_TEST(sets_are_taken_to_their_limit_and_not_past_it)
{
    /* Each has 2^24 / 32 words. */
    ck_ok(build_chain(LSC_MAX_CATEGORY_WORDS / (LSC_MAX_CATEGORY / 32), error));
    ck_fails(build_chain(LSC_MAX_CATEGORY_WORDS / (LSC_MAX_CATEGORY / 32) + 1, error), LSC_LIMIT,
             "the sets of categories take more than 16777216 words");
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
    lsc_forest forest = read_good(&model);
    ck_assert_double_eq(forest.base_value, 0.125);
    lsc_forest_free(&forest);
}
END_TEST

START_TEST(features_are_taken_to_their_limit_and_not_past_it)
{
    text_model model = good;
    model.num_feature = "65535";
    lsc_forest forest = read_good(&model);
    ck_assert_uint_eq(forest.n_columns, LSC_MAX_COLUMNS);
    lsc_forest_free(&forest);
    model.num_feature = "65536";
    text_refuse(&model, LSC_LIMIT, "65536 features, at most 65535");
}
END_TEST

START_TEST(names_types_and_categories_are_read)
{
    text_model model = good;
    lsc_forest forest;
    lsc_xgboost_facts facts;
    model.names = "[\"a \\\"b\\\"\",\"\\u00fc\xc3\xbc\"]";
    model.types = "[\"q\",\"c\"]";
    model.attributes = "{\"best_iteration\":\"7\",\"scikit_learn\":\"{}\",\"x\":[1,{}]}";
    model.cats = "{\"enc\":[{\"offsets\":[],\"values\":[]},"
                 "{\"offsets\":[0,3,3,5],\"values\":[114,101,100,-61,-97]}],"
                 "\"feature_segments\":[0,0,3],\"sorted_idx\":[0,1,2]}";
    model.version = "[3,4,1]";
    ck_ok(text_read(&model, &forest, &facts, error));
    ck_assert_uint_eq(facts.names.count, 2);
    ck_assert_str_eq(facts.names.items[0].text, "a \"b\"");
    ck_assert_str_eq(facts.names.items[1].text, "\xc3\xbc\xc3\xbc");
    ck_assert_str_eq(facts.types.items[1].text, "c");
    ck_assert_int_eq(facts.best_iteration, 7);
    ck_assert_int_eq(facts.version[0], 3);
    ck_assert_int_eq(facts.version[2], 1);
    ck_assert_str_eq(facts.objective, "binary:logistic");
    ck_float_eq(facts.scale_pos_weight, 2);
    ck_assert_uint_eq(facts.categories[0].count, 0);
    ck_assert_uint_eq(facts.categories[1].count, 3);
    ck_assert_str_eq(facts.categories[1].items[0].text, "red");
    ck_assert_str_eq(facts.categories[1].items[1].text, "");
    ck_assert_str_eq(facts.categories[1].items[2].text, "\xc3\x9f");
    ck_assert(facts.categories[1].beyond_ascii);
    ck_assert_ptr_null(facts.categories[1].fault);
    lsc_xgboost_facts_free(&facts);
    lsc_forest_free(&forest);
    model.attributes = "{\"best_iteration\":[1,2]}";
    ck_ok(text_read(&model, &forest, &facts, error));
    ck_assert_int_eq(facts.best_iteration, -1);
    lsc_xgboost_facts_free(&facts);
    lsc_forest_free(&forest);
}
END_TEST

/** The names that the second column's categories have; the count where they are not read. */
static const char *first_name(const char *enc, char name[64], const char **fault)
{
    text_model model = good;
    lsc_forest forest;
    lsc_xgboost_facts facts;
    char cats[1000];
    snprintf(cats, sizeof cats, "{\"enc\":[{\"offsets\":[],\"values\":[]},%s]}", enc);
    model.cats = cats;
    ck_ok(text_read(&model, &forest, &facts, error));
    snprintf(name, 64, "%s", facts.categories[1].items[0].text);
    *fault = facts.categories[1].fault;
    lsc_xgboost_facts_free(&facts);
    lsc_forest_free(&forest);
    return name;
}

START_TEST(categories_may_be_numbers)
{
    char name[64];
    const char *fault;
    ck_assert_str_eq(first_name("{\"type\":15,\"values\":[-5]}", name, &fault), "-5");
    ck_assert_str_eq(first_name("{\"type\":9,\"values\":[-1]}", name, &fault), "-1");
    /* Unsigned numbers that UBJSON has not are written as signed ones of the same size. */
    ck_assert_str_eq(first_name("{\"values\":[-1],\"type\":12}", name, &fault), "65535");
    ck_assert_str_eq(first_name("{\"type\":14,\"values\":[-1]}", name, &fault), "4294967295");
    ck_assert_str_eq(first_name("{\"type\":14,\"values\":[7]}", name, &fault), "7");
}
END_TEST

START_TEST(names_of_categories_that_are_broken_are_told)
{
    char name[64];
    const char *fault;
    first_name("{\"offsets\":[0,1],\"values\":[-61]}", name, &fault);
    ck_assert_str_eq(name, "");
    ck_assert_str_eq(fault, "have a name that is not UTF-8");
    first_name("{\"offsets\":[0,1],\"values\":[0]}", name, &fault);
    ck_assert_str_eq(fault, "have a name that is not UTF-8");
    text_model model = good;
    model.cats = "{\"enc\":[{\"offsets\":[0,2],\"values\":[65]},{\"offsets\":[],\"values\":[]}]}";
    text_refuse(&model, LSC_BAD_MODEL, "cats.enc[0]: category 0 has no text where its offset says");
    model.cats = "{\"enc\":[{\"offsets\":[1,0],\"values\":[65]},{\"offsets\":[],\"values\":[]}]}";
    text_refuse(&model, LSC_BAD_MODEL, "category 0 has no text");
    model.cats = "{\"enc\":[{\"offsets\":[-1,0],\"values\":[65]},{\"offsets\":[],\"values\":[]}]}";
    text_refuse(&model, LSC_BAD_MODEL, "category 0 has no text");
    model.cats = "{\"enc\":[{\"offsets\":[],\"values\":[]}]}";
    text_refuse(&model, LSC_BAD_MODEL, "cats.enc has 1 items for 2 features");
    model.cats = "{\"enc\":[{\"type\":7,\"values\":[0.5]},{\"offsets\":[],\"values\":[]}]}";
    text_refuse(&model, LSC_BAD_MODEL, "an integer was expected");
    model.cats = "[]";
    text_refuse(&model, LSC_BAD_MODEL, "cats at byte");
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
    lsc_forest forest = read_good(&model);
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

START_TEST(categories_are_taken_to_their_limit_and_not_past_it)
{
    /* Names without a byte, of which a byte of an offset each is all that there is. */
    static const char begin[] = "{\"enc\":[{\"values\":[],\"offsets\":[0";
    text_model model = good;
    lsc_buffer cats;
    lsc_buffer_init(&cats, fixture_allocator());
    lsc_buffer_append_text(&cats, begin);
    for (size_t i = 0; i < 4u << 20; i++) {
        lsc_buffer_append_text(&cats, ",0");
    }
    size_t length = cats.length;
    lsc_buffer_append_text(&cats, "]},{\"values\":[],\"offsets\":[0]}]}");
    model.cats = cats.data;
    lsc_forest forest = read_good(&model);
    lsc_forest_free(&forest);
    cats.length = length;
    lsc_buffer_append_text(&cats, "]},{\"values\":[],\"offsets\":[0,0]}]}");
    model.cats = cats.data;
    text_refuse(&model, LSC_LIMIT, "cats.enc[1] brings the categories past 4194304");
    lsc_buffer_free(&cats);
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
    lsc_forest forest = read_good(&model);
    lsc_forest_free(&forest);
}
END_TEST

START_TEST(every_cut_of_a_text_is_refused)
{
    text_model model = by_category();
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
    text_model model = by_category();
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
          TEST(weights_that_do_not_fit_are_refused),
          TEST(a_category_of_the_set_goes_right_and_all_else_left),
          TEST(categories_that_cannot_be_are_refused),
          TEST(a_leaf_that_pruning_left_its_categories_is_read),
          TEST(sets_are_taken_to_their_limit_and_not_past_it),
          TEST(what_is_not_read_is_refused_by_name), TEST(facts_that_do_not_fit_are_refused),
          TEST(trees_that_cannot_be_walked_are_refused),
          TEST(features_are_taken_to_their_limit_and_not_past_it),
          TEST(names_types_and_categories_are_read), TEST(categories_may_be_numbers),
          TEST(names_of_categories_that_are_broken_are_told),
          TEST(names_are_taken_to_their_limit_and_not_past_it),
          TEST(categories_are_taken_to_their_limit_and_not_past_it),
          TEST(hostile_texts_are_refused_with_their_offset), TEST(every_cut_of_a_text_is_refused),
          TEST(running_out_of_memory_leaks_nothing))
