#include "xgboost_text.h"

#include <stdio.h>

#include "model_fixtures.h"
#include "pull_support.h"
#include "suite.h"

/** Members of an object, which come in either order. */
typedef struct members {
    char *items[32];
    size_t count;
} members;

static void add(members *list, const char *key, const char *value)
{
    if (value != NULL) {
        lsc_buffer text;
        lsc_buffer_init(&text, fixture_allocator());
        lsc_buffer_append_format(&text, "\"%s\":%s", key, value);
        list->items[list->count++] = lsc_buffer_take(&text, NULL);
    }
}

static void add_text(members *list, const char *key, const char *value)
{
    if (value != NULL) {
        lsc_buffer text;
        lsc_buffer_init(&text, fixture_allocator());
        lsc_buffer_append_format(&text, "\"%s\":\"%s\"", key, value);
        list->items[list->count++] = lsc_buffer_take(&text, NULL);
    }
}

/** The object; the list is empty after it. */
static char *object(members *list, bool backwards)
{
    lsc_buffer text;
    lsc_buffer_init(&text, fixture_allocator());
    lsc_buffer_append_text(&text, "{");
    for (size_t i = 0; i < list->count; i++) {
        char *item = list->items[backwards ? list->count - 1 - i : i];
        lsc_buffer_append_format(&text, "%s%s", i == 0 ? "" : ",", item);
        free(item);
    }
    lsc_buffer_append_text(&text, "}");
    list->count = 0;
    return lsc_buffer_take(&text, NULL);
}

static char *tree_text(const text_model *model, size_t number)
{
    const text_tree *tree = &model->tree;
    members list = {.count = 0};
    char id[24];
    snprintf(id, sizeof id, "%zu", number);
    add(&list, "base_weights", "[1,2,3]");
    add(&list, "categories", tree->categories);
    add(&list, "categories_nodes", tree->category_nodes);
    add(&list, "categories_segments", tree->category_starts);
    add(&list, "categories_sizes", tree->category_counts);
    add(&list, "default_left", tree->default_left);
    add(&list, "id", id);
    add(&list, "left_children", tree->left);
    add(&list, "right_children", tree->right);
    add(&list, "split_conditions", tree->value);
    add(&list, "split_indices", tree->column);
    add(&list, "split_type", tree->split_type);
    add(&list, "sum_hessian", tree->cover);
    members param = {.count = 0};
    add_text(&param, "num_deleted", tree->num_deleted);
    add_text(&param, "num_nodes", tree->num_nodes);
    add_text(&param, "size_leaf_vector", tree->leaf_vector);
    char *text = object(&param, model->backwards);
    add(&list, "tree_param", text);
    free(text);
    return object(&list, model->backwards);
}

static char *trees_text(const text_model *model)
{
    lsc_buffer text;
    lsc_buffer_init(&text, fixture_allocator());
    lsc_buffer_append_text(&text, "[");
    for (size_t i = 0; i < model->n_trees; i++) {
        char *tree = tree_text(model, i);
        lsc_buffer_append_format(&text, "%s%s", i == 0 ? "" : ",", tree);
        free(tree);
    }
    lsc_buffer_append_text(&text, "]");
    return lsc_buffer_take(&text, NULL);
}

static char *booster_text(const text_model *model)
{
    members list = {.count = 0};
    char n_trees[24];
    snprintf(n_trees, sizeof n_trees, "%zu", model->n_trees);
    add_text(&list, "num_parallel_tree", "1");
    add_text(&list, "num_trees", n_trees);
    char *param = object(&list, model->backwards);
    char *trees = trees_text(model);
    add(&list, "cats", model->cats);
    add(&list, "gbtree_model_param", param);
    add(&list, "tree_info", model->tree_info);
    add(&list, "trees", trees);
    add(&list, "weight_drop", model->new_weights);
    char *inner = object(&list, model->backwards);
    free(param);
    free(trees);
    bool dart = strcmp(model->booster, "dart") == 0;
    add(&list, "model", inner);
    add_text(&list, "name", dart ? "gbtree" : model->booster);
    add(&list, "weight_drop", dart ? NULL : model->weights);
    char *booster = object(&list, model->backwards);
    free(inner);
    if (!dart) {
        return booster;
    }
    add(&list, "gbtree", booster);
    add_text(&list, "name", "dart");
    add(&list, "weight_drop", model->weights);
    free(booster);
    return object(&list, model->backwards);
}

static char *learner_text(const text_model *model)
{
    members list = {.count = 0};
    add(&list, "base_score", model->base_score);
    add_text(&list, "num_class", model->num_class);
    add_text(&list, "num_feature", model->num_feature);
    add_text(&list, "num_target", "1");
    char *param = object(&list, model->backwards);
    add_text(&list, "name", model->objective);
    add(&list, "reg_loss_param", "{\"scale_pos_weight\":\"2\"}");
    char *objective = object(&list, model->backwards);
    char *booster = booster_text(model);
    add(&list, "attributes", model->attributes);
    add(&list, "feature_names", model->names);
    add(&list, "feature_types", model->types);
    add(&list, "gradient_booster", booster);
    add(&list, "learner_model_param", param);
    add(&list, "objective", objective);
    char *learner = object(&list, model->backwards);
    free(param);
    free(objective);
    free(booster);
    return learner;
}

text_model text_by_category(void)
{
    text_model model = TEXT_MODEL;
    model.tree.split_type = "[1,0,0]";
    model.tree.value = "[NaN,-0.25,0.5]";
    model.tree.categories = "[1,40]";
    model.tree.category_nodes = "[0]";
    model.tree.category_starts = "[0]";
    model.tree.category_counts = "[2]";
    return model;
}

void text_of_model(const text_model *model, lsc_buffer *out)
{
    char *learner = learner_text(model);
    lsc_buffer_clear(out);
    if (model->backwards && model->version != NULL) {
        lsc_buffer_append_format(out, "{%s\"version\":%s,\"learner\":%s}", model->more,
                                 model->version, learner);
    } else {
        lsc_buffer_append_format(out, "{%s\"learner\":%s%s%s}", model->more, learner,
                                 model->version != NULL ? ",\"version\":" : "",
                                 model->version != NULL ? model->version : "");
    }
    free(learner);
    ck_assert(!out->failed);
}

lsc_status text_read(const text_model *model, lsc_forest *forest, lsc_xgboost_facts *facts,
                     lsc_error *error)
{
    lsc_buffer text;
    chunked source;
    lsc_xgboost_facts read;
    const lsc_xgboost_reading reading = {.allocator = fixture_allocator(), .names = true};
    lsc_buffer_init(&text, fixture_allocator());
    text_of_model(model, &text);
    lsc_stream *in = stream_in_chunks(&source, text.data, text.length, 7);
    lsc_status status = lsc_xgboost_read(in, &reading, forest, &read, error);
    lsc_buffer_free(&text);
    if (status == LSC_OK && facts != NULL) {
        *facts = read;
    } else if (status == LSC_OK) {
        lsc_xgboost_facts_free(&read);
    }
    return status;
}

lsc_forest text_forest(const text_model *model)
{
    lsc_forest forest;
    ck_ok(text_read(model, &forest, NULL, error));
    return forest;
}

void text_refuse(const text_model *model, lsc_status status, const char *words)
{
    lsc_forest forest;
    ck_fails(text_read(model, &forest, NULL, error), status, words);
}
