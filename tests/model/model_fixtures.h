/**
 * @file model_fixtures.h
 * Models for the tests of model and score: specs of plain numbers, trees made by hand or at random,
 * and the UBJSON and bundles that hold them.
 */
#ifndef LSC_TESTS_MODEL_FIXTURES_H
#define LSC_TESTS_MODEL_FIXTURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buffer.h"
#include "core/random.h"
#include "model/bundle_read.h"
#include "model/forest_builder.h"
#include "model/model_data.h"

/** Assert that two floats are equal; ck_assert_float_eq() promotes without saying so. */
#define ck_float_eq(a, b) ck_assert_double_eq((double)(a), (double)(b))

/** The C library's, for buffers of tests. */
const lsc_allocator *fixture_allocator(void);

/** The JSON of a spec of `n_columns` numbers f0, f1, ... in `n_groups` groups in turn. */
void fixture_spec_json(size_t n_columns, size_t n_groups, lsc_buffer *out);
lsc_spec *fixture_spec(size_t n_columns, size_t n_groups);

/** A tree; freed by fixture_tree_free(). The arrays are of doubles, which hold what any has. */
typedef struct fixture_tree {
    size_t n_nodes;
    size_t n_deleted;
    double *left;
    double *right;
    double *column;
    double *value;
    double *cover;
    double *default_left;
} fixture_tree;

fixture_tree fixture_leaf(double value);
/** "f0 < 0.5 ? low : high", NaN to the left; covers 3 and 1. */
fixture_tree fixture_stump(double low, double high);
/** Splits at random down to `depth`, thresholds of few distinct values. */
fixture_tree fixture_random_tree(lsc_random *random, size_t depth, size_t n_columns);
void fixture_tree_free(fixture_tree *tree);
/** The tree as the builder takes it, until the next call. */
lsc_raw_tree fixture_raw(const fixture_tree *tree);

/** A model as XGBoost would write it. Start from FIXTURE_MODEL. */
typedef struct fixture_model {
    const fixture_tree *trees;
    size_t n_trees;
    size_t n_columns;
    const char *booster;
    const char *objective;
    const char *base_score;
    const char *num_class;
    const char *num_target;
    const char *leaf_vector;
    const char *num_trees; /**< NULL: as there are */
    const char *num_nodes; /**< NULL: as there are */
    uint8_t tree_info;     /**< of the last tree */
    uint8_t split_type;    /**< of every first node */
    bool plain_arrays;     /**< numbers item by item */
} fixture_model;

#define FIXTURE_MODEL                                                                              \
    {                                                                                              \
        .n_columns = 2, .booster = "gbtree", .objective = "binary:logistic", .base_score = "5E-1", \
        .num_class = "0", .num_target = "1", .leaf_vector = "0"                                    \
    }

void fixture_ubjson(const fixture_model *model, lsc_buffer *out);

/** The margin of a vector, by the tree's definition, recursively. */
double fixture_walk(const fixture_tree *tree, size_t node, const float *columns);

/** calibration.json of a Platt calibration with a plain interval. */
extern const char fixture_calibration[];

/** What a frame unpacks to, appended. */
lsc_status fixture_unpack(const void *bytes, size_t length, size_t most, lsc_buffer *out,
                          lsc_error *error);

/** The bytes of a member, in the place of what `out` held; of the forest as it is streamed. */
void fixture_member(lsc_archive *archive, size_t member, lsc_buffer *out);

/** A manifest that packs. */
lsc_manifest fixture_manifest(lsc_engine engine);

/** The UBJSON of `n_trees` random trees of `depth`. Same seed, same trees. */
void fixture_random_ubjson(uint64_t seed, size_t n_trees, size_t depth, size_t n_columns,
                           lsc_buffer *out);

/** A bundle of `n_trees` random trees of `depth`. */
void fixture_bundle(uint64_t seed, size_t n_trees, size_t depth, size_t n_columns, size_t n_groups,
                    lsc_buffer *out);

/** The same, read. */
lsc_model *fixture_random_model(uint64_t seed, size_t n_trees, size_t depth, size_t n_columns,
                                size_t n_groups);

#endif
