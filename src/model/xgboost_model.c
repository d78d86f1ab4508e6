/*
 * The layout of XGBoost's model:
 *
 *   learner
 *     attributes                   best_iteration
 *     feature_names, feature_types
 *     gradient_booster
 *       model                      cats, trees [{left_children, split_conditions, ...}], weight_drop
 *       name                       "gbtree", "dart"
 *       gbtree {model}             of dart, to 3.2; with weight_drop beside it
 *     learner_model_param          base_score, num_class, num_feature, num_target
 *     objective                    name
 *   version
 *
 * One function reads one object; what it does not name is skipped. Members come in any order, so the
 * facts are judged at the end, when all are known; also so that a model of another kind is named
 * rather than called broken.
 */
#include "xgboost_model.h"

#include <math.h>
#include <string.h>

#include <leadscore/model.h>
#include <leadscore/spec.h>

#include "core/number.h"
#include "forest_builder.h"
#include "pull_object.h"
#include "xgboost_names.h"
#include "xgboost_tree.h"

/** XGBoost 3.2 and later take a base score that is nearer to 0 or 1 as this far from it. */
#define LEAST_BASE_SCORE 1e-6f

/** What is read so far. */
typedef struct importer {
    lsc_pull_task task;
    lsc_pull reader;
    lsc_forest_builder builder;
    lsc_tree_reader tree;
    lsc_names_reader names;
    bool want_names;
    bool trees_read;
    bool weights_read;
    int64_t num_trees;
    int64_t parallel_trees;
    int64_t leaf_vector;
    size_t n_tree_info;
    bool several_outputs;
    lsc_float_list weights; /**< of dart */
    int64_t num_class;
    int64_t num_target;
    int64_t num_feature;
    float base_score;
    size_t n_base_scores;
    int64_t best_iteration;
    float scale_pos_weight;
    int32_t version[3];
    char booster[LSC_PULL_NAME_SIZE];
    char objective[LSC_PULL_NAME_SIZE];
    lsc_xgboost_texts feature_names;
    lsc_xgboost_texts feature_types;
} importer;

#define MEMBER(key, read, field) LSC_PULL_MEMBER(importer, key, read, field)

/* The trees */

static lsc_status read_trees(void *self, const lsc_pull_event *event, void *out, lsc_error *error)
{
    importer *model = self;
    (void)out;
    if (event->kind != LSC_PULL_ARRAY) {
        return lsc_pull_fail_value(event, "is not an array of trees", error);
    }
    if (model->trees_read) {
        return lsc_pull_fail_value(event, "stands there twice", error);
    }
    model->trees_read = true;
    for (;;) {
        lsc_pull_event tree;
        lsc_status status = lsc_pull_next(model->task.in, &tree, error);
        if (status != LSC_OK || tree.kind == LSC_PULL_END) {
            return status;
        }
        status = lsc_tree_read(&model->tree, &tree, error);
        if (status != LSC_OK) {
            return status;
        }
    }
}

/** The output that each tree belongs to: there is one. */
static lsc_status read_tree_info(void *self, const lsc_pull_event *event, void *out,
                                 lsc_error *error)
{
    importer *model = self;
    int64_t batch[64];
    size_t n = 64;
    (void)out;
    if (event->kind != LSC_PULL_ARRAY) {
        return lsc_pull_fail_value(event, "is not an array", error);
    }
    model->n_tree_info = 0;
    while (n == 64) {
        lsc_status status = lsc_pull_ints(model->task.in, batch, 64, &n, error);
        if (status != LSC_OK) {
            return status;
        }
        for (size_t i = 0; i < n; i++) {
            model->several_outputs = model->several_outputs || batch[i] != 0;
        }
        model->n_tree_info += n;
    }
    return LSC_OK;
}

static lsc_status read_weights(void *self, const lsc_pull_event *event, void *out, lsc_error *error)
{
    importer *model = self;
    if (model->weights_read) {
        return lsc_pull_fail_value(event, "stands there twice", error);
    }
    model->weights_read = true;
    return lsc_pull_read_floats(self, event, out, error);
}

static lsc_status read_cats(void *self, const lsc_pull_event *event, void *out, lsc_error *error)
{
    importer *model = self;
    (void)out;
    return model->want_names ? lsc_names_read_categories(&model->names, event, error)
                             : lsc_pull_skip(model->task.in, event, error);
}

static lsc_status read_gbtree_param(void *self, const lsc_pull_event *event, void *out,
                                    lsc_error *error)
{
    static const lsc_pull_member members[] = {
        MEMBER("num_trees", lsc_pull_read_int, num_trees),
        MEMBER("num_parallel_tree", lsc_pull_read_int, parallel_trees),
        MEMBER("size_leaf_vector", lsc_pull_read_int, leaf_vector),
    };
    (void)out;
    return LSC_PULL_OBJECT_OF(self, event, members, error);
}

static lsc_status read_model(void *self, const lsc_pull_event *event, void *out, lsc_error *error)
{
    static const lsc_pull_member members[] = {
        LSC_PULL_PART("gbtree_model_param", read_gbtree_param),
        LSC_PULL_PART("tree_info", read_tree_info),
        LSC_PULL_PART("trees", read_trees),
        LSC_PULL_PART("cats", read_cats),
        MEMBER("weight_drop", read_weights, weights),
    };
    (void)out;
    return LSC_PULL_OBJECT_OF(self, event, members, error);
}

/** The trees inside of dart. */
static lsc_status read_gbtree(void *self, const lsc_pull_event *event, void *out, lsc_error *error)
{
    static const lsc_pull_member members[] = {LSC_PULL_PART("model", read_model)};
    (void)out;
    return LSC_PULL_OBJECT_OF(self, event, members, error);
}

static lsc_status read_gradient_booster(void *self, const lsc_pull_event *event, void *out,
                                        lsc_error *error)
{
    static const lsc_pull_member members[] = {
        LSC_PULL_PART("model", read_model),
        LSC_PULL_PART("gbtree", read_gbtree),
        MEMBER("weight_drop", read_weights, weights),
        MEMBER("name", lsc_pull_read_name, booster),
    };
    (void)out;
    return LSC_PULL_OBJECT_OF(self, event, members, error);
}

/* The facts */

/** A number, or a text of one, to a float. */
static lsc_status read_float(void *self, const lsc_pull_event *event, void *out, lsc_error *error)
{
    (void)self;
    bool read = event->kind == LSC_PULL_STRING
                    ? lsc_number_parse_float(event->text, event->text_length, out)
                    : event->kind == LSC_PULL_NUMBER && lsc_pull_float(event, out);
    return read ? LSC_OK : lsc_pull_fail_value(event, "is not a number", error);
}

/** A number, a text of one, or a list of one: in brackets in the text (XGBoost 3.1) or as an array. */
static lsc_status read_base_score(void *self, const lsc_pull_event *event, void *out,
                                  lsc_error *error)
{
    importer *model = self;
    if (event->kind == LSC_PULL_ARRAY) {
        lsc_float_list list = {NULL, 0, 0};
        lsc_status status = lsc_pull_read_floats(self, event, &list, error);
        model->n_base_scores = list.count;
        model->base_score = list.count > 0 ? list.items[0] : 0;
        lsc_release(model->task.allocator, list.items);
        return status;
    }
    lsc_pull_event inner = *event;
    if (event->kind == LSC_PULL_STRING && event->text_length >= 2 &&
        event->text_length < LSC_PULL_TEXT_SIZE && event->text[0] == '[' &&
        event->text[event->text_length - 1] == ']') {
        inner.text++;
        inner.text_length -= 2;
        /* Several numbers are told by what separates them. */
        model->n_base_scores = memchr(inner.text, ',', inner.text_length) != NULL ? 2 : 1;
        if (model->n_base_scores > 1) {
            return LSC_OK;
        }
    }
    model->n_base_scores = 1;
    return read_float(self, &inner, out, error);
}

static lsc_status read_learner_param(void *self, const lsc_pull_event *event, void *out,
                                     lsc_error *error)
{
    static const lsc_pull_member members[] = {
        MEMBER("base_score", read_base_score, base_score),
        MEMBER("num_class", lsc_pull_read_int, num_class),
        MEMBER("num_feature", lsc_pull_read_int, num_feature),
        MEMBER("num_target", lsc_pull_read_int, num_target),
    };
    (void)out;
    return LSC_PULL_OBJECT_OF(self, event, members, error);
}

static lsc_status read_loss_param(void *self, const lsc_pull_event *event, void *out,
                                  lsc_error *error)
{
    static const lsc_pull_member members[] = {
        MEMBER("scale_pos_weight", read_float, scale_pos_weight)};
    (void)out;
    return LSC_PULL_OBJECT_OF(self, event, members, error);
}

static lsc_status read_objective(void *self, const lsc_pull_event *event, void *out,
                                 lsc_error *error)
{
    static const lsc_pull_member members[] = {
        MEMBER("name", lsc_pull_read_name, objective),
        LSC_PULL_PART("reg_loss_param", read_loss_param),
    };
    (void)out;
    return LSC_PULL_OBJECT_OF(self, event, members, error);
}

/** Attributes may hold anything: what is no number is none. */
static lsc_status read_best_iteration(void *self, const lsc_pull_event *event, void *out,
                                      lsc_error *error)
{
    importer *model = self;
    int64_t *best = out;
    if (event->kind != LSC_PULL_STRING || lsc_pull_read_int(self, event, best, NULL) != LSC_OK) {
        *best = -1;
    }
    return lsc_pull_skip(model->task.in, event, error);
}

static lsc_status read_attributes(void *self, const lsc_pull_event *event, void *out,
                                  lsc_error *error)
{
    static const lsc_pull_member members[] = {
        MEMBER("best_iteration", read_best_iteration, best_iteration)};
    (void)out;
    return LSC_PULL_OBJECT_OF(self, event, members, error);
}

static lsc_status read_texts(void *self, const lsc_pull_event *event, void *out, lsc_error *error)
{
    importer *model = self;
    return model->want_names ? lsc_names_read_texts(&model->names, event, out, error)
                             : lsc_pull_skip(model->task.in, event, error);
}

static lsc_status read_learner(void *self, const lsc_pull_event *event, void *out, lsc_error *error)
{
    static const lsc_pull_member members[] = {
        LSC_PULL_PART("attributes", read_attributes),
        MEMBER("feature_names", read_texts, feature_names),
        MEMBER("feature_types", read_texts, feature_types),
        LSC_PULL_PART("gradient_booster", read_gradient_booster),
        LSC_PULL_PART("learner_model_param", read_learner_param),
        LSC_PULL_PART("objective", read_objective),
    };
    (void)out;
    return LSC_PULL_OBJECT_OF(self, event, members, error);
}

static lsc_status read_version(void *self, const lsc_pull_event *event, void *out, lsc_error *error)
{
    importer *model = self;
    int64_t numbers[4];
    size_t n = 0;
    (void)out;
    if (event->kind != LSC_PULL_ARRAY) {
        return lsc_pull_fail_value(event, "is not an array", error);
    }
    lsc_status status = lsc_pull_ints(model->task.in, numbers, 4, &n, error);
    for (size_t i = 0; status == LSC_OK && i < n; i++) {
        if (n != 3 || numbers[i] < 0 || numbers[i] > 9999) {
            return lsc_pull_fail_value(event, "is not a version of XGBoost", error);
        }
        model->version[i] = (int32_t)numbers[i];
    }
    return status;
}

static lsc_status read_document(importer *model, lsc_error *error)
{
    static const lsc_pull_member members[] = {
        LSC_PULL_PART("learner", read_learner),
        LSC_PULL_PART("version", read_version),
    };
    lsc_pull_event event;
    lsc_status status = lsc_pull_next(model->task.in, &event, error);
    if (status == LSC_OK) {
        status = LSC_PULL_OBJECT_OF(model, &event, members, error);
    }
    if (status == LSC_OK) {
        status = lsc_pull_next(model->task.in, &event, error);
    }
    return status;
}

/* The judgement */

static bool is_raw(const importer *model)
{
    return strcmp(model->objective, "binary:logitraw") == 0;
}

/** That it is a model of the kind that is read here. */
static lsc_status check_kind(const importer *model, lsc_error *error)
{
    if (strcmp(model->booster, "gbtree") != 0 && strcmp(model->booster, "dart") != 0) {
        return lsc_fail(error, LSC_UNSUPPORTED,
                        "the booster is \"%s\", only gbtree and dart are read", model->booster);
    }
    if (strcmp(model->objective, "binary:logistic") != 0 &&
        strcmp(model->objective, "reg:logistic") != 0 && !is_raw(model)) {
        return lsc_fail(error, LSC_UNSUPPORTED,
                        "the objective is \"%s\", only binary:logistic, reg:logistic and "
                        "binary:logitraw are read",
                        model->objective);
    }
    if (model->several_outputs || model->num_class > 1 || model->num_target > 1 ||
        model->n_base_scores > 1) {
        return lsc_fail(error, LSC_UNSUPPORTED,
                        "the model has %lld classes and %lld targets, only one output is read",
                        (long long)model->num_class, (long long)model->num_target);
    }
    if (model->leaf_vector > 1) {
        return lsc_fail(error, LSC_UNSUPPORTED,
                        "leaves have %lld values, only single values are read",
                        (long long)model->leaf_vector);
    }
    return LSC_OK;
}

static lsc_status check_trees(const importer *model, lsc_error *error)
{
    size_t n_trees = model->builder.forest.n_trees;
    if (!model->trees_read) {
        return lsc_fail(error, LSC_BAD_MODEL, "the model has no trees");
    }
    if (model->num_trees != (int64_t)n_trees) {
        return lsc_fail(error, LSC_BAD_MODEL, "gbtree_model_param.num_trees is %lld for %zu trees",
                        (long long)model->num_trees, n_trees);
    }
    if (model->n_tree_info != n_trees) {
        return lsc_fail(error, LSC_BAD_MODEL, "tree_info has %zu values for %zu trees",
                        model->n_tree_info, n_trees);
    }
    if (model->weights_read && model->weights.count != n_trees) {
        return lsc_fail(error, LSC_BAD_MODEL, "weight_drop has %zu values for %zu trees",
                        model->weights.count, n_trees);
    }
    return LSC_OK;
}

/** Whether the XGBoost that wrote the model brings its base score away from 0 and 1. */
static bool clamps(const importer *model)
{
    return model->version[0] > 3 || (model->version[0] == 3 && model->version[1] >= 2);
}

static bool base_score_valid(const importer *model)
{
    float score = model->base_score;
    if (is_raw(model)) {
        return isfinite(score);
    }
    return clamps(model) ? score >= 0 && score <= 1 : score > 0 && score < 1;
}

static lsc_status check_base_score(const importer *model, lsc_error *error)
{
    if (model->n_base_scores != 1) {
        return lsc_fail(error, LSC_BAD_MODEL, "learner_model_param.base_score is missing");
    }
    if (!base_score_valid(model)) {
        return lsc_fail(error, LSC_BAD_MODEL, "learner_model_param.base_score is %s, must %s",
                        lsc_number_show((double)model->base_score, 9).text,
                        is_raw(model) ? "be finite" : "lie between 0 and 1");
    }
    return LSC_OK;
}

static lsc_status check_columns(importer *model, size_t wanted, lsc_error *error)
{
    int64_t given = model->num_feature;
    if (given < 1 || (wanted > 0 && given != (int64_t)wanted)) {
        return wanted > 0 ? lsc_fail(error, LSC_BAD_MODEL,
                                     "learner_model_param.num_feature is %lld, but the spec gives "
                                     "%zu columns",
                                     (long long)given, wanted)
                          : lsc_fail(error, LSC_BAD_MODEL,
                                     "learner_model_param.num_feature is %lld, must be positive",
                                     (long long)given);
    }
    if (given > LSC_MAX_COLUMNS) {
        return lsc_fail(error, LSC_LIMIT, "the model has %lld features, at most %d are read",
                        (long long)given, LSC_MAX_COLUMNS);
    }
    return lsc_forest_builder_set_columns(&model->builder, (size_t)given, error);
}

static lsc_status check_names(const importer *model, lsc_error *error)
{
    size_t n_columns = model->builder.forest.n_columns;
    const struct {
        const char *key;
        size_t count;
    } lists[] = {{"feature_names", model->feature_names.count},
                 {"feature_types", model->feature_types.count},
                 {"cats.enc", model->names.n_columns}};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        if (lists[i].count != 0 && lists[i].count != n_columns) {
            return lsc_fail(error, LSC_BAD_MODEL, "%s has %zu items for %zu features", lists[i].key,
                            lists[i].count, n_columns);
        }
    }
    return LSC_OK;
}

static lsc_status check_facts(importer *model, size_t n_columns, lsc_error *error)
{
    lsc_status status = check_kind(model, error);
    if (status == LSC_OK) {
        status = check_trees(model, error);
    }
    if (status == LSC_OK) {
        status = check_base_score(model, error);
    }
    if (status == LSC_OK) {
        status = check_columns(model, n_columns, error);
    }
    return status == LSC_OK ? check_names(model, error) : status;
}

/** As XGBoost computes it: the raw objective takes the base score as the margin. */
static float base_margin(const importer *model)
{
    if (is_raw(model)) {
        return model->base_score;
    }
    float score = model->base_score;
    if (clamps(model)) {
        score = fminf(fmaxf(score, LEAST_BASE_SCORE), 1.0f - LEAST_BASE_SCORE);
    }
    return lsc_base_margin(score);
}

static lsc_status give_facts(importer *model, lsc_xgboost_facts *facts, lsc_error *error)
{
    facts->base_score = model->base_score;
    memcpy(facts->objective, model->objective, sizeof facts->objective);
    memcpy(facts->version, model->version, sizeof facts->version);
    facts->n_columns = model->builder.forest.n_columns;
    facts->parallel_trees = model->parallel_trees;
    facts->best_iteration = model->best_iteration;
    facts->scale_pos_weight = model->scale_pos_weight;
    facts->names = model->feature_names;
    facts->types = model->feature_types;
    if (model->names.n_columns > 0) {
        size_t size = model->names.n_columns * sizeof *facts->categories;
        facts->categories = lsc_arena_alloc(&facts->arena, size);
        if (facts->categories == NULL) {
            return lsc_fail_memory(error);
        }
        memcpy(facts->categories, model->names.columns, size);
    }
    return LSC_OK;
}

static void init(importer *model, lsc_stream *in, const lsc_xgboost_reading *reading,
                 lsc_xgboost_facts *facts)
{
    memset(model, 0, sizeof *model);
    lsc_pull_init(&model->reader, in, reading->format);
    model->task = (lsc_pull_task){&model->reader, reading->allocator};
    lsc_forest_builder_init(&model->builder,
                            reading->n_columns > 0 ? reading->n_columns : LSC_MAX_COLUMNS,
                            reading->allocator);
    model->builder.expected_nodes = reading->expected_nodes;
    model->tree.task = model->task;
    model->tree.builder = &model->builder;
    model->names.task = model->task;
    model->names.arena = &facts->arena;
    model->want_names = reading->names;
    model->num_trees = -1;
    model->num_feature = -1;
    model->parallel_trees = 1;
    model->best_iteration = -1;
    model->scale_pos_weight = 1;
}

static lsc_status read_whole(importer *model, const lsc_xgboost_reading *reading,
                             lsc_forest *forest, lsc_xgboost_facts *facts, lsc_error *error)
{
    lsc_status status = read_document(model, error);
    if (status == LSC_OK) {
        status = check_facts(model, reading->n_columns, error);
    }
    if (status == LSC_OK && model->weights_read) {
        status = lsc_forest_builder_weigh(&model->builder, model->weights.items, error);
    }
    if (status == LSC_OK) {
        status = give_facts(model, facts, error);
    }
    lsc_tree_reader_free(&model->tree); /* before the forest is trimmed: what it frees counts */
    memset(&model->tree, 0, sizeof model->tree);
    model->tree.task = model->task;
    if (status == LSC_OK) {
        status = lsc_forest_builder_finish(&model->builder, base_margin(model), forest, error);
    }
    return status;
}

lsc_status lsc_xgboost_read(lsc_stream *in, const lsc_xgboost_reading *reading, lsc_forest *forest,
                            lsc_xgboost_facts *facts, lsc_error *error)
{
    importer model;
    lsc_xgboost_facts read;
    memset(&read, 0, sizeof read);
    lsc_arena_init(&read.arena, reading->allocator);
    init(&model, in, reading, &read);
    lsc_status status = read_whole(&model, reading, forest, &read, error);
    lsc_names_reader_free(&model.names);
    lsc_release(reading->allocator, model.weights.items);
    lsc_forest_builder_free(&model.builder);
    if (status == LSC_OK && facts != NULL) {
        *facts = read;
    } else {
        lsc_xgboost_facts_free(&read);
    }
    return status;
}

void lsc_xgboost_facts_free(lsc_xgboost_facts *facts)
{
    lsc_arena_free(&facts->arena);
    memset(facts, 0, sizeof *facts);
}

lsc_status lsc_forest_read_ubjson(const void *bytes, size_t length, size_t n_columns,
                                  const lsc_allocator *allocator, lsc_forest *forest,
                                  lsc_error *error)
{
    lsc_stream in;
    lsc_xgboost_reading reading = {
        .allocator = allocator, .format = LSC_PULL_UBJSON, .n_columns = n_columns};
    lsc_stream_of_bytes(&in, bytes, length);
    return lsc_xgboost_read(&in, &reading, forest, NULL, error);
}
