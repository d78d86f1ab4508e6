/**
 * @file shap_scratch.h
 * What TreeSHAP writes to: made with the scorer, used by src/explain alone.
 */
#ifndef LSC_SCORE_SHAP_SCRATCH_H
#define LSC_SCORE_SHAP_SCRATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/memory.h"
#include "core/visibility.h"
#include "model/shap_lanes.h"
#include "model/shap_plan.h"
#include "model/shap_tables.h"
#include "score/score_kernels.h"

/** The most rows of a block, and the least: as many as any vector has lanes. */
#define LSC_SHAP_ROWS 64
#define LSC_SHAP_LEAST_ROWS 16

/** A split that the walk over any forest has begun with. */
typedef struct lsc_shap_frame {
    uint32_t split;
    uint32_t n_children; /**< that are done */
    bool left;           /**< the row goes left */
    bool taken;          /**< it takes the path at all splits on the column above */
} lsc_shap_frame;

/** Of that walk: arrays a level of the forest, n_points each. */
typedef struct lsc_shap_stack {
    lsc_shap_frame *frames; /**< [max_depth] */
    float *above;           /**< [max_depth + 1][n_points] */
    float *factors;         /**< [max_depth][n_points] */
    float *below;           /**< [max_depth][n_points]: values of the left child */
    float *result;          /**< [n_points]: values of the child done last */
} lsc_shap_stack;

/** A row as bytes, and its decisions in a group of trees. */
typedef struct lsc_row_decisions {
    uint8_t left[1 << LSC_MAX_HEAP_DEPTH][LSC_LANE_TREES];
    uint8_t bytes[LSC_ROW_BYTES];
    int32_t numbers[LSC_SHAP_BATCH]; /**< what the splits of a batch give */
} lsc_row_decisions;

/** A block of rows by tables: as bytes, and the lines that they take of a group of trees. */
typedef struct lsc_shap_lines {
    uint8_t bytes[LSC_SHAP_ROWS][LSC_ROW_BYTES];
    uint8_t lines[LSC_SHAP_ROWS][LSC_TREE_UNITS][LSC_LANE_TREES];
} lsc_shap_lines;

typedef struct lsc_shap_scratch {
    lsc_allocator allocator;
    lsc_shap_stack stack;
    size_t n_rows;          /**< of a block: LSC_SHAP_LEAST_ROWS to LSC_SHAP_ROWS, a power of two */
    float *slots;           /**< [n_slots·n_rows], aligned */
    int32_t *sums;          /**< [n_columns, filled up to vectors][n_rows], aligned: of a window */
    int64_t *totals;        /**< of the same shape: of all trees */
    lsc_row_decisions *row; /**< of one row, aligned */
    lsc_shap_lines *rows;   /**< aligned */
} lsc_shap_scratch;

/** @return false when memory ran out; lsc_shap_scratch_free() is due all the same. */
LSC_SHARED bool lsc_shap_scratch_make(const lsc_shap_plan *plan, const lsc_allocator *allocator,
                                      lsc_shap_scratch *scratch);

LSC_SHARED void lsc_shap_scratch_free(lsc_shap_scratch *scratch);

#endif
