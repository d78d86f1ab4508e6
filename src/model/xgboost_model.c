/*
 * The layout of XGBoost's model, keys sorted, so that the trees come before the facts about them:
 *
 *   learner
 *     gradient_booster
 *       model                    trees [{left_children, split_conditions, ..., tree_param}]
 *       name                     "gbtree"
 *     learner_model_param        base_score, num_class, num_feature, num_target
 *     objective                  name
 *
 * One function reads one object; what it does not name is skipped. The facts are judged at the end,
 * when all are known, so that a model of another kind is named rather than called broken.
 */
#include "forest.h"

#include <math.h>
#include <string.h>

#include <leadscore/model.h>

#include "core/number.h"
#include "forest_builder.h"
#include "ubjson.h"

/** Bytes of a booster's or objective's name that a message shows. */
#define NAME_SIZE 64
/** Most members that one object is read for. */
#define MAX_MEMBERS 16

typedef struct numbers {
    double *items;
    size_t count;
    size_t capacity;
} numbers;

enum {
    LEFT,
    RIGHT,
    COLUMN,
    VALUE,
    COVER,
    DEFAULT_LEFT,
    SPLIT_TYPE,
    N_ARRAYS
};

static const char *const array_keys[N_ARRAYS] = {
    "left_children", "right_children", "split_indices", "split_conditions",
    "sum_hessian",   "default_left",   "split_type"};

/** What is read so far. Numbers that must be there are NaN until they are. */
typedef struct importer {
    const lsc_allocator *allocator;
    lsc_ubjson in;
    lsc_forest_builder builder;
    /* Of the tree under way. */
    numbers arrays[N_ARRAYS];
    double tree_id;
    double num_nodes;
    double num_deleted;
    double tree_leaf_vector;
    /* Of the model. */
    double num_trees;
    double leaf_vector;
    numbers tree_info; /**< the output that each tree belongs to */
    double num_class;
    double num_target;
    double num_feature;
    numbers base_score;
    char booster[NAME_SIZE];
    char objective[NAME_SIZE];
} importer;

/** Reads the value of `event`, with what follows it, to `out`. */
typedef lsc_status (*read_call)(importer *self, const lsc_ubjson_event *event, void *out,
                                lsc_error *error);

/** A member of an object: what reads its value, and to which place of the importer. */
typedef struct member {
    const char *key;
    read_call read;
    size_t place;
} member;

/* clang-format off */
#define MEMBER(key, read, field) {key, read, offsetof(importer, field)}
/** An object whose reader knows the places itself. */
#define OBJECT(key, read) {key, read, 0}
/* clang-format on */
#define READ_OBJECT(self, event, members, error) \
    read_object(self, event, members, sizeof(members) / sizeof(members)[0], error)

static lsc_status fail_value(const lsc_ubjson_event *event, const char *what, lsc_error *error)
{
    return lsc_fail_at(error, LSC_BAD_MODEL, (int64_t)event->offset, "%.*s at byte %zu %s",
                       (int)event->key_length, event->key != NULL ? event->key : "", event->offset,
                       what);
}

static const member *find_member(const member *members, size_t n, const lsc_ubjson_event *event)
{
    for (size_t i = 0; i < n; i++) {
        if (lsc_ubjson_key_is(event, members[i].key)) {
            return &members[i];
        }
    }
    return NULL;
}

/** Read the object that `object` began: each of `members` at most once, others skipped. */
static lsc_status read_object(importer *self, const lsc_ubjson_event *object, const member *members,
                              size_t n, lsc_error *error)
{
    bool seen[MAX_MEMBERS] = {false};
    if (object->kind != LSC_UBJSON_OBJECT) {
        return fail_value(object, "is not an object", error);
    }
    for (;;) {
        lsc_ubjson_event event;
        lsc_status status = lsc_ubjson_next(&self->in, &event, error);
        if (status != LSC_OK || event.kind == LSC_UBJSON_END) {
            return status;
        }
        const member *found = find_member(members, n, &event);
        if (found == NULL) {
            status = lsc_ubjson_skip(&self->in, &event, error);
        } else if (seen[found - members]) {
            status = fail_value(&event, "stands there twice", error);
        } else {
            seen[found - members] = true;
            status = found->read(self, &event, (char *)self + found->place, error);
        }
        if (status != LSC_OK) {
            return status;
        }
    }
}

/** A number; XGBoost writes those of its parameter blocks as texts. To a double. */
static lsc_status read_number(importer *self, const lsc_ubjson_event *event, void *out,
                              lsc_error *error)
{
    (void)self;
    double *number = out;
    if (event->kind == LSC_UBJSON_NUMBER) {
        *number = lsc_ubjson_number(event, 0);
        return LSC_OK;
    }
    if (event->kind == LSC_UBJSON_STRING &&
        lsc_number_parse(event->text, event->text_length, number)) {
        return LSC_OK;
    }
    return fail_value(event, "is not a number", error);
}

/** To a char[NAME_SIZE], cut where it is longer. */
static lsc_status read_name(importer *self, const lsc_ubjson_event *event, void *out,
                            lsc_error *error)
{
    (void)self;
    char *name = out;
    if (event->kind != LSC_UBJSON_STRING) {
        return fail_value(event, "is not a text", error);
    }
    size_t length = event->text_length < NAME_SIZE ? event->text_length : NAME_SIZE - 1;
    memcpy(name, event->text, length);
    name[length] = '\0';
    return LSC_OK;
}

static lsc_status append_numbers(importer *self, numbers *out, const lsc_ubjson_event *event,
                                 lsc_error *error)
{
    if (event->count > LSC_MAX_NODES - out->count) {
        return lsc_fail_at(error, LSC_LIMIT, (int64_t)event->offset,
                           "%.*s at byte %zu has more than %u values", (int)event->key_length,
                           event->key != NULL ? event->key : "", event->offset, LSC_MAX_NODES);
    }
    void *items = out->items;
    if (!lsc_grow(self->allocator, &items, &out->capacity, out->count + event->count,
                  sizeof *out->items)) {
        return lsc_fail_memory(error);
    }
    out->items = items;
    for (size_t i = 0; i < event->count; i++) {
        out->items[out->count++] = lsc_ubjson_number(event, i);
    }
    return LSC_OK;
}

/** An array of numbers: of one type, as XGBoost writes most, or item by item. To a numbers. */
static lsc_status read_numbers(importer *self, const lsc_ubjson_event *event, void *out,
                               lsc_error *error)
{
    numbers *list = out;
    list->count = 0;
    if (event->kind == LSC_UBJSON_NUMBERS) {
        return append_numbers(self, list, event, error);
    }
    if (event->kind != LSC_UBJSON_ARRAY) {
        return fail_value(event, "is not an array", error);
    }
    for (;;) {
        lsc_ubjson_event item;
        lsc_status status = lsc_ubjson_next(&self->in, &item, error);
        if (status != LSC_OK || item.kind == LSC_UBJSON_END) {
            return status;
        }
        if (item.kind != LSC_UBJSON_NUMBER) {
            return fail_value(event, "holds something that is no number", error);
        }
        status = append_numbers(self, list, &item, error);
        if (status != LSC_OK) {
            return status;
        }
    }
}

/** A number, a text, or a list of one: in brackets in the text (XGBoost 3.1) or as an array. */
static lsc_status read_base_score(importer *self, const lsc_ubjson_event *event, void *out,
                                  lsc_error *error)
{
    if (event->kind == LSC_UBJSON_NUMBERS || event->kind == LSC_UBJSON_ARRAY) {
        return read_numbers(self, event, out, error);
    }
    lsc_ubjson_event inner = *event;
    if (event->kind == LSC_UBJSON_STRING && event->text_length >= 2 && event->text[0] == '[' &&
        event->text[event->text_length - 1] == ']') {
        inner.text++;
        inner.text_length -= 2;
    }
    void *items = NULL;
    numbers *list = out;
    if (!lsc_grow(self->allocator, &items, &list->capacity, 1, sizeof *list->items)) {
        return lsc_fail_memory(error);
    }
    list->items = items;
    list->count = 1;
    return read_number(self, &inner, &list->items[0], error);
}

static lsc_status read_tree_param(importer *self, const lsc_ubjson_event *event, void *out,
                                  lsc_error *error)
{
    static const member members[] = {
        MEMBER("num_nodes", read_number, num_nodes),
        MEMBER("num_deleted", read_number, num_deleted),
        MEMBER("size_leaf_vector", read_number, tree_leaf_vector),
    };
    (void)out;
    return READ_OBJECT(self, event, members, error);
}

/** Of the arrays: one length, and no split by category. */
static lsc_status check_arrays(const importer *self, lsc_error *error)
{
    size_t tree = self->builder.forest.n_trees;
    size_t n_nodes = self->arrays[LEFT].count;
    if (self->num_nodes != (double)n_nodes) {
        return lsc_fail(error, LSC_BAD_MODEL,
                        "trees[%zu].tree_param.num_nodes is %s, but left_children has %zu", tree,
                        lsc_number_show(self->num_nodes, 9).text, n_nodes);
    }
    for (size_t i = 0; i < N_ARRAYS; i++) {
        if (self->arrays[i].count != n_nodes && i != SPLIT_TYPE) {
            return lsc_fail(error, LSC_BAD_MODEL, "trees[%zu].%s has %zu values for %zu nodes",
                            tree, array_keys[i], self->arrays[i].count, n_nodes);
        }
    }
    for (size_t i = 0; i < self->arrays[SPLIT_TYPE].count; i++) {
        if (self->arrays[SPLIT_TYPE].items[i] != 0) {
            return lsc_fail(error, LSC_UNSUPPORTED,
                            "trees[%zu] splits by category, only numerical splits are read", tree);
        }
    }
    return LSC_OK;
}

static lsc_status check_tree(const importer *self, lsc_error *error)
{
    size_t tree = self->builder.forest.n_trees;
    if (self->tree_leaf_vector > 1) {
        return lsc_fail(error, LSC_UNSUPPORTED,
                        "trees[%zu] has leaves of %s values, only single values are read", tree,
                        lsc_number_show(self->tree_leaf_vector, 9).text);
    }
    if (self->tree_id != (double)tree) {
        return lsc_fail(error, LSC_BAD_MODEL, "trees[%zu].id is %s", tree,
                        lsc_number_show(self->tree_id, 9).text);
    }
    if (!(self->num_deleted >= 0 && self->num_deleted < (double)LSC_MAX_NODES)) {
        return lsc_fail(error, LSC_BAD_MODEL, "trees[%zu].tree_param.num_deleted is %s", tree,
                        lsc_number_show(self->num_deleted, 9).text);
    }
    return check_arrays(self, error);
}

static void forget_tree(importer *self)
{
    for (size_t i = 0; i < N_ARRAYS; i++) {
        self->arrays[i].count = 0;
    }
    self->tree_id = (double)NAN;
    self->num_nodes = (double)NAN;
    self->num_deleted = (double)NAN;
    self->tree_leaf_vector = 0;
}

static lsc_status add_tree(importer *self, lsc_error *error)
{
    lsc_raw_tree tree = {
        .n_nodes = self->arrays[LEFT].count,
        .n_deleted = (size_t)self->num_deleted,
        .left = self->arrays[LEFT].items,
        .right = self->arrays[RIGHT].items,
        .column = self->arrays[COLUMN].items,
        .value = self->arrays[VALUE].items,
        .cover = self->arrays[COVER].items,
        .default_left = self->arrays[DEFAULT_LEFT].items,
    };
    return lsc_forest_builder_add(&self->builder, &tree, error);
}

static lsc_status read_tree(importer *self, const lsc_ubjson_event *event, lsc_error *error)
{
    static const member members[] = {
        MEMBER("left_children", read_numbers, arrays[LEFT]),
        MEMBER("right_children", read_numbers, arrays[RIGHT]),
        MEMBER("split_indices", read_numbers, arrays[COLUMN]),
        MEMBER("split_conditions", read_numbers, arrays[VALUE]),
        MEMBER("sum_hessian", read_numbers, arrays[COVER]),
        MEMBER("default_left", read_numbers, arrays[DEFAULT_LEFT]),
        MEMBER("split_type", read_numbers, arrays[SPLIT_TYPE]),
        MEMBER("id", read_number, tree_id),
        OBJECT("tree_param", read_tree_param),
    };
    forget_tree(self);
    lsc_status status = READ_OBJECT(self, event, members, error);
    if (status == LSC_OK) {
        status = check_tree(self, error);
    }
    return status == LSC_OK ? add_tree(self, error) : status;
}

static lsc_status read_trees(importer *self, const lsc_ubjson_event *event, void *out,
                             lsc_error *error)
{
    (void)out;
    if (event->kind != LSC_UBJSON_ARRAY) {
        return fail_value(event, "is not an array of trees", error);
    }
    for (;;) {
        lsc_ubjson_event tree;
        lsc_status status = lsc_ubjson_next(&self->in, &tree, error);
        if (status != LSC_OK || tree.kind == LSC_UBJSON_END) {
            return status;
        }
        status = read_tree(self, &tree, error);
        if (status != LSC_OK) {
            return status;
        }
    }
}

static lsc_status read_gbtree_param(importer *self, const lsc_ubjson_event *event, void *out,
                                    lsc_error *error)
{
    static const member members[] = {
        MEMBER("num_trees", read_number, num_trees),
        MEMBER("size_leaf_vector", read_number, leaf_vector),
    };
    (void)out;
    return READ_OBJECT(self, event, members, error);
}

static lsc_status read_model(importer *self, const lsc_ubjson_event *event, void *out,
                             lsc_error *error)
{
    static const member members[] = {
        OBJECT("gbtree_model_param", read_gbtree_param),
        MEMBER("tree_info", read_numbers, tree_info),
        OBJECT("trees", read_trees),
    };
    (void)out;
    return READ_OBJECT(self, event, members, error);
}

static lsc_status read_gradient_booster(importer *self, const lsc_ubjson_event *event, void *out,
                                        lsc_error *error)
{
    static const member members[] = {
        OBJECT("model", read_model),
        MEMBER("name", read_name, booster),
    };
    (void)out;
    return READ_OBJECT(self, event, members, error);
}

static lsc_status read_learner_param(importer *self, const lsc_ubjson_event *event, void *out,
                                     lsc_error *error)
{
    static const member members[] = {
        MEMBER("base_score", read_base_score, base_score),
        MEMBER("num_class", read_number, num_class),
        MEMBER("num_feature", read_number, num_feature),
        MEMBER("num_target", read_number, num_target),
    };
    (void)out;
    return READ_OBJECT(self, event, members, error);
}

static lsc_status read_objective(importer *self, const lsc_ubjson_event *event, void *out,
                                 lsc_error *error)
{
    static const member members[] = {MEMBER("name", read_name, objective)};
    (void)out;
    return READ_OBJECT(self, event, members, error);
}

static lsc_status read_learner(importer *self, const lsc_ubjson_event *event, void *out,
                               lsc_error *error)
{
    static const member members[] = {
        OBJECT("gradient_booster", read_gradient_booster),
        OBJECT("learner_model_param", read_learner_param),
        OBJECT("objective", read_objective),
    };
    (void)out;
    return READ_OBJECT(self, event, members, error);
}

static lsc_status read_document(importer *self, lsc_error *error)
{
    static const member members[] = {OBJECT("learner", read_learner)};
    lsc_ubjson_event event;
    lsc_status status = lsc_ubjson_next(&self->in, &event, error);
    if (status == LSC_OK) {
        status = READ_OBJECT(self, &event, members, error);
    }
    if (status == LSC_OK) {
        status = lsc_ubjson_next(&self->in, &event, error);
    }
    return status;
}

static bool several_outputs(const importer *self)
{
    for (size_t i = 0; i < self->tree_info.count; i++) {
        if (self->tree_info.items[i] != 0) {
            return true;
        }
    }
    return self->num_class > 1 || self->num_target > 1;
}

/** That it is a model of the kind that is read here. */
static lsc_status check_kind(const importer *self, lsc_error *error)
{
    if (strcmp(self->booster, "gbtree") != 0) {
        return lsc_fail(error, LSC_UNSUPPORTED, "the booster is \"%s\", only gbtree is read",
                        self->booster);
    }
    if (strcmp(self->objective, "binary:logistic") != 0) {
        return lsc_fail(error, LSC_UNSUPPORTED,
                        "the objective is \"%s\", only binary:logistic is read", self->objective);
    }
    if (several_outputs(self)) {
        return lsc_fail(error, LSC_UNSUPPORTED,
                        "the model has %s classes and %s targets, only one output is read",
                        lsc_number_show(self->num_class, 9).text,
                        lsc_number_show(self->num_target, 9).text);
    }
    if (self->leaf_vector > 1) {
        return lsc_fail(error, LSC_UNSUPPORTED,
                        "leaves have %s values, only single values are read",
                        lsc_number_show(self->leaf_vector, 9).text);
    }
    return LSC_OK;
}

static lsc_status check_facts(const importer *self, lsc_error *error)
{
    lsc_status status = check_kind(self, error);
    if (status != LSC_OK) {
        return status;
    }
    if (self->num_trees != (double)self->builder.forest.n_trees) {
        return lsc_fail(error, LSC_BAD_MODEL, "gbtree_model_param.num_trees is %s for %zu trees",
                        lsc_number_show(self->num_trees, 9).text, self->builder.forest.n_trees);
    }
    if (self->num_feature != (double)self->builder.forest.n_columns) {
        return lsc_fail(error, LSC_BAD_MODEL,
                        "learner_model_param.num_feature is %s, but the spec gives %zu columns",
                        lsc_number_show(self->num_feature, 9).text, self->builder.forest.n_columns);
    }
    if (self->base_score.count != 1) {
        return lsc_fail(error, LSC_BAD_MODEL,
                        "learner_model_param.base_score has %zu values, must have one",
                        self->base_score.count);
    }
    double score = self->base_score.items[0];
    if (!(score > 0 && score < 1)) {
        return lsc_fail(error, LSC_BAD_MODEL,
                        "learner_model_param.base_score is %s, must lie between 0 and 1",
                        lsc_number_show(score, 9).text);
    }
    return LSC_OK;
}

static void free_importer(importer *self)
{
    for (size_t i = 0; i < N_ARRAYS; i++) {
        lsc_release(self->allocator, self->arrays[i].items);
    }
    lsc_release(self->allocator, self->tree_info.items);
    lsc_release(self->allocator, self->base_score.items);
    lsc_forest_builder_free(&self->builder);
}

lsc_status lsc_forest_read_ubjson(const void *bytes, size_t length, size_t n_columns,
                                  const lsc_allocator *allocator, lsc_forest *forest,
                                  lsc_error *error)
{
    importer self;
    memset(&self, 0, sizeof self);
    self.allocator = allocator;
    self.num_trees = (double)NAN;
    self.num_feature = (double)NAN;
    lsc_ubjson_init(&self.in, bytes, length);
    lsc_forest_builder_init(&self.builder, n_columns, allocator);
    lsc_status status = read_document(&self, error);
    if (status == LSC_OK) {
        status = check_facts(&self, error);
    }
    if (status == LSC_OK) {
        float base_margin = lsc_base_margin((float)self.base_score.items[0]);
        status = lsc_forest_builder_finish(&self.builder, base_margin, forest, error);
    }
    free_importer(&self);
    return status;
}
