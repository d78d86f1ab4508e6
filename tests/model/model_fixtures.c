#include "model_fixtures.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/zstd_frame.h"
#include "suite.h"

const lsc_allocator *fixture_allocator(void)
{
    static lsc_allocator allocator;
    ck_ok(lsc_allocator_resolve(NULL, &allocator, error));
    return &allocator;
}

/* Specs */

void fixture_spec_json(size_t n_columns, size_t n_groups, lsc_buffer *out)
{
    static const char *const groups[LSC_MAX_GROUPS] = {
        "behavioral", "demographic", "engagement", "g3", "g4",  "g5",
        "g6",         "g7",          "g8",         "g9", "g10", "g11"};
    lsc_buffer_append_text(out, "{\"format\": 1, \"name\": \"fixture\", \"groups\": [");
    for (size_t g = 0; g < n_groups; g++) {
        lsc_buffer_append_format(out, "%s\"%s\"", g == 0 ? "" : ", ", groups[g]);
    }
    lsc_buffer_append_text(out, "], \"insufficient_data\": {\"missing\": [\"f0\"]}");
    lsc_buffer_append_text(out, ", \"features\": [");
    for (size_t i = 0; i < n_columns; i++) {
        lsc_buffer_append_format(out,
                                 "%s{\"name\": \"f%zu\", \"group\": \"%s\", \"kind\": \"number\", "
                                 "\"property\": \"f%zu\"}",
                                 i == 0 ? "" : ", ", i, groups[i % n_groups], i);
    }
    lsc_buffer_append_text(out, "]}");
}

lsc_spec *fixture_spec(size_t n_columns, size_t n_groups)
{
    lsc_buffer json;
    lsc_spec *spec = NULL;
    lsc_buffer_init(&json, fixture_allocator());
    fixture_spec_json(n_columns, n_groups, &json);
    ck_ok(lsc_spec_parse(json.data, json.length, NULL, &spec, error));
    lsc_buffer_free(&json);
    return spec;
}

/* Trees */

static fixture_tree new_tree(size_t room)
{
    fixture_tree tree = {.n_nodes = room};
    double **const arrays[] = {&tree.left,  &tree.right, &tree.column,
                               &tree.value, &tree.cover, &tree.default_left};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) {
        *arrays[i] = calloc(room, sizeof(double));
        ck_assert_ptr_nonnull(*arrays[i]);
    }
    return tree;
}

static void set_leaf(fixture_tree *tree, size_t node, double value, double cover)
{
    tree->left[node] = -1;
    tree->right[node] = -1;
    tree->value[node] = value;
    tree->cover[node] = cover;
}

fixture_tree fixture_leaf(double value)
{
    fixture_tree tree = new_tree(1);
    set_leaf(&tree, 0, value, 4);
    return tree;
}

fixture_tree fixture_stump(double low, double high)
{
    fixture_tree tree = new_tree(3);
    tree.left[0] = 1;
    tree.right[0] = 2;
    tree.value[0] = 0.5;
    tree.cover[0] = 4;
    tree.default_left[0] = 1;
    set_leaf(&tree, 1, low, 3);
    set_leaf(&tree, 2, high, 1);
    return tree;
}

/** The node and all below it; returns the next free place. */
static size_t grow_tree(fixture_tree *tree, lsc_random *random, size_t node, size_t depth,
                        size_t n_columns, size_t next)
{
    if (depth == 0 || lsc_random_below(random, 8) == 0) {
        double value = (double)(float)(lsc_random_uniform(random) - 0.5);
        set_leaf(tree, node, value, (double)(float)lsc_random_uniform(random));
        return next;
    }
    tree->column[node] = (double)lsc_random_below(random, n_columns);
    tree->value[node] = (double)lsc_random_below(random, 16) / 8 - 1;
    tree->default_left[node] = (double)lsc_random_below(random, 2);
    tree->left[node] = (double)next;
    tree->right[node] = (double)(next + 1);
    size_t left = next;
    next = grow_tree(tree, random, left, depth - 1, n_columns, next + 2);
    next = grow_tree(tree, random, left + 1, depth - 1, n_columns, next);
    tree->cover[node] = (double)(float)(tree->cover[left] + tree->cover[left + 1]);
    return next;
}

fixture_tree fixture_random_tree(lsc_random *random, size_t depth, size_t n_columns)
{
    fixture_tree tree = new_tree(((size_t)2 << depth) - 1);
    tree.n_nodes = grow_tree(&tree, random, 0, depth, n_columns, 1);
    return tree;
}

void fixture_tree_free(fixture_tree *tree)
{
    free(tree->left);
    free(tree->right);
    free(tree->column);
    free(tree->value);
    free(tree->cover);
    free(tree->default_left);
}

lsc_raw_tree fixture_raw(const fixture_tree *tree)
{
    static struct {
        int32_t *left;
        int32_t *right;
        int32_t *column;
        float *value;
        float *cover;
        uint8_t *default_left;
    } raw;
    size_t n = tree->n_nodes;
    raw.left = realloc(raw.left, n * sizeof *raw.left);
    raw.right = realloc(raw.right, n * sizeof *raw.right);
    raw.column = realloc(raw.column, n * sizeof *raw.column);
    raw.value = realloc(raw.value, n * sizeof *raw.value);
    raw.cover = realloc(raw.cover, n * sizeof *raw.cover);
    raw.default_left = realloc(raw.default_left, n);
    ck_assert(raw.left != NULL && raw.right != NULL && raw.column != NULL);
    ck_assert(raw.value != NULL && raw.cover != NULL && raw.default_left != NULL);
    for (size_t i = 0; i < n; i++) {
        raw.left[i] = (int32_t)tree->left[i];
        raw.right[i] = (int32_t)tree->right[i];
        raw.column[i] = (int32_t)tree->column[i];
        raw.value[i] = (float)tree->value[i];
        raw.cover[i] = (float)tree->cover[i];
        raw.default_left[i] = (uint8_t)tree->default_left[i];
    }
    return (lsc_raw_tree){.n_nodes = n,
                          .n_deleted = tree->n_deleted,
                          .left = raw.left,
                          .right = raw.right,
                          .column = raw.column,
                          .value = raw.value,
                          .cover = raw.cover,
                          .default_left = raw.default_left};
}

double fixture_walk(const fixture_tree *tree, size_t node, const float *columns)
{
    if (tree->left[node] == -1) {
        return tree->value[node];
    }
    float x = columns[(size_t)tree->column[node]];
    bool left = isnan(x) ? tree->default_left[node] == 1 : (double)x < tree->value[node];
    return fixture_walk(tree, (size_t)(left ? tree->left[node] : tree->right[node]), columns);
}

/* UBJSON */

static void put_big_endian(lsc_buffer *out, uint64_t bits, size_t size)
{
    for (size_t i = size; i-- > 0;) {
        char byte = (char)(bits >> (8 * i));
        lsc_buffer_append(out, &byte, 1);
    }
}

static void put_key(lsc_buffer *out, const char *key)
{
    lsc_buffer_append_text(out, "L");
    put_big_endian(out, strlen(key), 8);
    lsc_buffer_append_text(out, key);
}

static void put_string(lsc_buffer *out, const char *key, const char *text)
{
    put_key(out, key);
    lsc_buffer_append_text(out, "S");
    put_key(out, text);
}

static void put_object(lsc_buffer *out, const char *key)
{
    put_key(out, key);
    lsc_buffer_append_text(out, "{");
}

static void put_number(lsc_buffer *out, char type, double number)
{
    if (type == 'd') {
        float value = (float)number;
        uint32_t bits;
        memcpy(&bits, &value, sizeof bits);
        put_big_endian(out, bits, 4);
    } else {
        put_big_endian(out, (uint64_t)(int64_t)number, type == 'U' ? 1 : 4);
    }
}

static void put_array(lsc_buffer *out, const char *key, char type, const double *numbers, size_t n,
                      bool plain)
{
    char marker[2] = {type, '\0'};
    put_key(out, key);
    lsc_buffer_append_text(out, "[");
    if (!plain) {
        lsc_buffer_append_text(out, "$");
        lsc_buffer_append_text(out, marker);
        lsc_buffer_append_text(out, "#L");
        put_big_endian(out, n, 8);
    }
    for (size_t i = 0; i < n; i++) {
        if (plain) {
            lsc_buffer_append_text(out, marker);
        }
        put_number(out, type, numbers[i]);
    }
    if (plain) {
        lsc_buffer_append_text(out, "]");
    }
}

static void put_tree(const fixture_model *model, size_t number, lsc_buffer *out)
{
    const fixture_tree *tree = &model->trees[number];
    size_t n = tree->n_nodes;
    bool plain = model->plain_arrays;
    char text[32];
    double *split_type = calloc(n, sizeof *split_type);
    ck_assert_ptr_nonnull(split_type);
    split_type[0] = model->split_type;
    lsc_buffer_append_text(out, "{");
    put_array(out, "base_weights", 'd', tree->value, n, plain);
    put_array(out, "categories", 'l', NULL, 0, plain);
    put_array(out, "default_left", 'U', tree->default_left, n, plain);
    put_key(out, "id");
    lsc_buffer_append_text(out, "l");
    put_big_endian(out, number, 4);
    put_array(out, "left_children", 'l', tree->left, n, plain);
    put_array(out, "right_children", 'l', tree->right, n, plain);
    put_array(out, "split_conditions", 'd', tree->value, n, plain);
    put_array(out, "split_indices", 'l', tree->column, n, plain);
    put_array(out, "split_type", 'U', split_type, n, plain);
    put_array(out, "sum_hessian", 'd', tree->cover, n, plain);
    put_object(out, "tree_param");
    snprintf(text, sizeof text, "%zu", tree->n_deleted);
    put_string(out, "num_deleted", text);
    snprintf(text, sizeof text, "%zu", n);
    put_string(out, "num_nodes", model->num_nodes != NULL ? model->num_nodes : text);
    put_string(out, "size_leaf_vector", "0");
    lsc_buffer_append_text(out, "}}");
    free(split_type);
}

static void put_booster(const fixture_model *model, lsc_buffer *out)
{
    char text[32];
    put_object(out, "gradient_booster");
    put_object(out, "model");
    put_object(out, "gbtree_model_param");
    snprintf(text, sizeof text, "%zu", model->n_trees);
    put_string(out, "num_trees", model->num_trees != NULL ? model->num_trees : text);
    put_string(out, "size_leaf_vector", model->leaf_vector);
    lsc_buffer_append_text(out, "}");
    put_key(out, "tree_info");
    lsc_buffer_append_text(out, "[#L");
    put_big_endian(out, model->n_trees, 8);
    for (size_t i = 0; i < model->n_trees; i++) {
        lsc_buffer_append_text(out, "i");
        put_big_endian(out, i + 1 == model->n_trees ? model->tree_info : 0, 1);
    }
    put_key(out, "trees");
    lsc_buffer_append_text(out, "[#L");
    put_big_endian(out, model->n_trees, 8);
    for (size_t i = 0; i < model->n_trees; i++) {
        put_tree(model, i, out);
    }
    lsc_buffer_append_text(out, "}");
    put_string(out, "name", model->booster);
    lsc_buffer_append_text(out, "}");
}

void fixture_ubjson(const fixture_model *model, lsc_buffer *out)
{
    char text[32];
    lsc_buffer_append_text(out, "{");
    put_object(out, "learner");
    put_object(out, "attributes");
    lsc_buffer_append_text(out, "}");
    put_booster(model, out);
    put_object(out, "learner_model_param");
    put_string(out, "base_score", model->base_score);
    put_string(out, "num_class", model->num_class);
    snprintf(text, sizeof text, "%zu", model->n_columns);
    put_string(out, "num_feature", text);
    put_string(out, "num_target", model->num_target);
    lsc_buffer_append_text(out, "}");
    put_object(out, "objective");
    put_string(out, "name", model->objective);
    lsc_buffer_append_text(out, "}}");
    put_key(out, "version");
    lsc_buffer_append_text(out, "[#L");
    put_big_endian(out, 3, 8);
    lsc_buffer_append_text(out, "i\1i\7i\4}");
    ck_assert(!out->failed);
}

/* Bundles */

lsc_status fixture_unpack(const void *bytes, size_t length, size_t most, lsc_buffer *out,
                          lsc_error *error)
{
    lsc_zstd_reader *reader = NULL;
    lsc_stream stream;
    lsc_status status = lsc_zstd_open(bytes, length, most, out->allocator, &reader, error);
    if (status != LSC_OK) {
        return status;
    }
    /* Twice: a reader begins again where it is told to. */
    for (int i = 0; i < 2 && status == LSC_OK; i++) {
        lsc_buffer_clear(out);
        lsc_zstd_begin(reader, &stream);
        while (lsc_stream_fill(&stream)) {
            lsc_buffer_append(out, stream.at, (size_t)(stream.end - stream.at));
            stream.at = stream.end;
        }
        status = lsc_stream_status(&stream, error);
    }
    lsc_zstd_close(reader);
    return status;
}

void fixture_member(lsc_archive *archive, size_t member, lsc_buffer *out)
{
    lsc_stream stream;
    lsc_buffer_clear(out);
    ck_ok(lsc_archive_stream(archive, archive->members[member].name, &stream, error));
    while (lsc_stream_fill(&stream)) {
        lsc_buffer_append(out, stream.at, (size_t)(stream.end - stream.at));
        stream.at = stream.end;
    }
    ck_ok(lsc_stream_status(&stream, error));
    ck_assert_uint_eq(out->length, archive->members[member].length);
}

const char fixture_calibration[] =
    "{\"kind\": \"platt\", \"slope\": 1.25, \"intercept\": -0.5, \"interval\": {\"level\": 0.9, "
    "\"margin\": [-4, 0, 4], \"low\": [-7, -1, 3], \"high\": [-4, 0.5, 7]}}";

lsc_manifest fixture_manifest(lsc_engine engine)
{
    return (lsc_manifest){
        .name = "fixture",
        .version = "3",
        .engine = engine,
        .gate_passed = true,
        .base_margin = 0,
        .grades = {{0.8, 0.6, 0.4, 0.2}},
        .window_from_ms = LSC_TIME_NONE,
        .window_to_ms = LSC_TIME_NONE,
        .n_rows = 100,
        .n_positive = 25,
        .procedure = "refit",
    };
}

void fixture_random_ubjson(uint64_t seed, size_t n_trees, size_t depth, size_t n_columns,
                           lsc_buffer *out)
{
    lsc_random random;
    lsc_random_seed(&random, seed);
    fixture_tree *trees = calloc(n_trees, sizeof *trees);
    ck_assert_ptr_nonnull(trees);
    for (size_t i = 0; i < n_trees; i++) {
        trees[i] = fixture_random_tree(&random, depth, n_columns);
    }
    fixture_model model = FIXTURE_MODEL;
    model.trees = trees;
    model.n_trees = n_trees;
    model.n_columns = n_columns;
    fixture_ubjson(&model, out);
    for (size_t i = 0; i < n_trees; i++) {
        fixture_tree_free(&trees[i]);
    }
    free(trees);
}

void fixture_bundle(uint64_t seed, size_t n_trees, size_t depth, size_t n_columns, size_t n_groups,
                    lsc_buffer *out)
{
    lsc_buffer ubjson;
    lsc_buffer_init(&ubjson, fixture_allocator());
    fixture_random_ubjson(seed, n_trees, depth, n_columns, &ubjson);
    lsc_spec *spec = fixture_spec(n_columns, n_groups);
    lsc_manifest manifest = fixture_manifest(LSC_ENGINE_GBDT);
    size_t spec_length;
    const char *spec_json = lsc_spec_json(spec, &spec_length);
    const lsc_bundle_member members[] = {
        {"features.json", spec_json, spec_length},
        {"model.ubj", ubjson.data, ubjson.length},
        {"calibration.json", fixture_calibration, sizeof fixture_calibration - 1}};
    ck_ok(lsc_bundle_pack(&manifest, spec, members, 3, out, error));
    lsc_spec_unref(spec);
    lsc_buffer_free(&ubjson);
}

lsc_model *fixture_random_model(uint64_t seed, size_t n_trees, size_t depth, size_t n_columns,
                                size_t n_groups)
{
    lsc_buffer bundle;
    lsc_model *model = NULL;
    lsc_buffer_init(&bundle, fixture_allocator());
    fixture_bundle(seed, n_trees, depth, n_columns, n_groups, &bundle);
    ck_ok(lsc_model_read(bundle.data, bundle.length, fixture_allocator(), &model, error));
    lsc_buffer_free(&bundle);
    return model;
}
