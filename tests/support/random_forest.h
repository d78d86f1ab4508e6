/**
 * @file random_forest.h
 * Forests that no training would make, and rows that meet their thresholds. Same seed, same forest.
 */
#ifndef LSC_TESTS_RANDOM_FOREST_H
#define LSC_TESTS_RANDOM_FOREST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buffer.h"

/** What a forest looks like. */
typedef struct forest_shape {
    const char *name;
    size_t n_trees;
    size_t depth; /**< splits on the longest path */
    size_t n_columns;
    size_t n_thresholds; /**< different ones a column */
    double leaf_chance;  /**< that a node above the depth is a leaf; 0: perfect trees */
    bool chain;          /**< one child of each split is a leaf */
    bool zero_covers;    /**< some leaves have a cover of 0 */
    size_t n_categories; /**< of every third column, the first among them; 0: all are numbers */
} forest_shape;

#define RANDOM_FOREST_MOST_CATEGORIES 96

/** Shapes that have been, or could be, somebody's weak point. */
#define RANDOM_FOREST_SHAPES 20
extern const forest_shape random_forest_shapes[RANDOM_FOREST_SHAPES];

bool random_forest_is_categorical(const forest_shape *shape, size_t column);

/** Append the forest as XGBoost's JSON. */
void random_forest_json(const forest_shape *shape, uint64_t seed, float base_score,
                        lsc_buffer *json);

/**
 * Rows for the forest of the same shape and seed: values at its thresholds, the floats next to
 * them, zeros of both signs, denormals, missing ones; categories, and what is none; the first row
 * misses all.
 * @param rows  float32 [n_rows][n_columns], filled
 */
void random_forest_rows(const forest_shape *shape, uint64_t seed, size_t n_rows, float *rows);

#endif
