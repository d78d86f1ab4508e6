/* Categories of a model of XGBoost: splits by them, their names, and what cannot be. */
#include "suite.h"

#include <math.h>
#include <stdio.h>

#include "model_fixtures.h"
#include "xgboost_text.h"

static const text_model good = TEXT_MODEL;

START_TEST(a_category_of_the_set_goes_right_and_all_else_left)
{
    static const float right[] = {1, 1.5f, 40, 40.9f};
    static const float left[] = {0,  -0.0f, 2,  0.99f, 39,       41,       63,
                                 64, 100,   -1, -0.5f, 16777215, 16777216, 3e38f};
    text_model model = text_by_category();
    lsc_forest forest = text_forest(&model);
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
    forest = text_forest(&model);
    ck_assert(!lsc_forest_goes_left(&forest, &forest.nodes[0], NAN));
    ck_assert(lsc_forest_goes_left(&forest, &forest.nodes[0], -1));
    lsc_forest_free(&forest);
}
END_TEST

START_TEST(categories_that_cannot_be_are_refused)
{
    text_model model = text_by_category();
    model.tree.categories = "[1,16777215]";
    lsc_forest forest = text_forest(&model);
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
    model = text_by_category();
    model.tree.category_counts = "[-1]";
    text_refuse(&model, LSC_BAD_MODEL, "with -1 categories");
    model.tree.category_counts = "[2,0]";
    text_refuse(&model, LSC_BAD_MODEL, "categories_sizes has 2 values, must have 1");
    model = text_by_category();
    model.tree.category_starts = "[1]";
    text_refuse(&model, LSC_BAD_MODEL, "categories_segments[0] is 1");
    model = text_by_category();
    model.tree.category_nodes = "[3]";
    text_refuse(&model, LSC_BAD_MODEL, "categories_nodes[0] is 3, must be a node");
    model.tree.category_nodes = "[-1]";
    text_refuse(&model, LSC_BAD_MODEL, "categories_nodes[0] is -1");
    model.tree.category_nodes = "[1]";
    text_refuse(&model, LSC_BAD_MODEL, "nodes[0]: it splits by category, and has no categories");
    model = text_by_category();
    model.tree.category_nodes = "[0,0]";
    model.tree.category_starts = "[0,1]";
    model.tree.category_counts = "[1,1]";
    text_refuse(&model, LSC_BAD_MODEL, "categories_nodes[1] is 0, must be a node, and rise");
    model = text_by_category();
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
    text_model model = text_by_category();
    model.tree.split_type = "[1,1,0]";
    model.tree.categories = "[1,40,3]";
    model.tree.category_nodes = "[0,1]";
    model.tree.category_starts = "[0,2]";
    model.tree.category_counts = "[2,1]";
    lsc_forest forest = text_forest(&model);
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

/** The name of the second column's first category. @return what is wrong with its names, or NULL */
static const char *read_first_name(const char *enc, char name[64])
{
    text_model model = good;
    lsc_forest forest;
    lsc_xgboost_facts facts;
    char cats[1000];
    snprintf(cats, sizeof cats, "{\"enc\":[{\"offsets\":[],\"values\":[]},%s]}", enc);
    model.cats = cats;
    ck_ok(text_read(&model, &forest, &facts, error));
    snprintf(name, 64, "%s", facts.categories[1].items[0].text);
    const char *fault = facts.categories[1].fault; /* no memory of the facts */
    lsc_xgboost_facts_free(&facts);
    lsc_forest_free(&forest);
    return fault;
}

START_TEST(categories_may_be_numbers)
{
    static const struct {
        const char *enc;
        const char *name;
    } cases[] = {
        {"{\"type\":15,\"values\":[-5]}", "-5"},
        {"{\"type\":9,\"values\":[-1]}", "-1"},
        /* Unsigned numbers that UBJSON has not are written as signed ones of the same size. */
        {"{\"values\":[-1],\"type\":12}", "65535"},
        {"{\"type\":14,\"values\":[-1]}", "4294967295"},
        {"{\"type\":14,\"values\":[7]}", "7"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char name[64];
        ck_assert_ptr_null(read_first_name(cases[i].enc, name));
        ck_assert_str_eq(name, cases[i].name);
    }
}
END_TEST

START_TEST(names_of_categories_that_are_broken_are_told)
{
    char name[64];
    ck_assert_str_eq(read_first_name("{\"offsets\":[0,1],\"values\":[-61]}", name),
                     "have a name that is not UTF-8");
    ck_assert_str_eq(name, "");
    ck_assert_str_eq(read_first_name("{\"offsets\":[0,1],\"values\":[0]}", name),
                     "have a name that is not UTF-8");
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
    lsc_forest forest = text_forest(&model);
    lsc_forest_free(&forest);
    cats.length = length;
    lsc_buffer_append_text(&cats, "]},{\"values\":[],\"offsets\":[0,0]}]}");
    model.cats = cats.data;
    text_refuse(&model, LSC_LIMIT, "cats.enc[1] brings the categories past 4194304");
    lsc_buffer_free(&cats);
}
END_TEST

LSC_SUITE("model/xgboost_categories", TEST(a_category_of_the_set_goes_right_and_all_else_left),
          TEST(categories_that_cannot_be_are_refused),
          TEST(a_leaf_that_pruning_left_its_categories_is_read),
          TEST(sets_are_taken_to_their_limit_and_not_past_it),
          TEST(names_types_and_categories_are_read), TEST(categories_may_be_numbers),
          TEST(names_of_categories_that_are_broken_are_told),
          TEST(categories_are_taken_to_their_limit_and_not_past_it))
