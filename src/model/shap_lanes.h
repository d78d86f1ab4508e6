/**
 * @file shap_lanes.h
 * The constants of shap_plan.h for one row: perfect trees, with a tree in each lane of a vector. The
 * decisions of their splits come from tree_lanes.h. What continues a leaf adds nothing, for both of
 * its children have the same values.
 */
#ifndef LSC_MODEL_SHAP_LANES_H
#define LSC_MODEL_SHAP_LANES_H

#include <stddef.h>
#include <stdint.h>

#include "core/error.h"
#include "core/memory.h"
#include "core/visibility.h"
#include "model/shap_plan.h"

/** Numbers that a batch of groups may give, so that they stay in a cache and a uint16_t names each. */
#define LSC_SHAP_BATCH 4096

/** Which of a batch's numbers belong to a column: the next `count` of lsc_shap_lanes.positions. */
typedef struct lsc_shap_segment {
    uint16_t column; /**< index in lsc_shap_plan.columns */
    uint16_t count;
} lsc_shap_segment;

/**
 * The splits of a group stand in preorder, 2^depth - 1 of them; its leaves from left to right. The
 * groups of a batch give a number a split and lane, which are then added up column by column.
 */
typedef struct lsc_shap_lanes {
    lsc_allocator allocator;
    size_t lanes;    /**< of a vector */
    size_t depth;    /**< of every tree; 0: there is nothing laid out */
    size_t n_groups; /**< of `lanes` trees */
    float *shares;   /**< [n_groups][2^depth - 1][lanes], aligned */
    float *leaves;   /**< [n_groups][2^depth][lanes], aligned: in units */
    uint32_t *same;  /**< [n_groups][2^depth - 1]: index in the next two; 0: in no lane the path has
                          another split on the column */
    uint8_t *shifts; /**< [n_same][lanes], aligned: 31 less the level of the ancestor; or 0 */
    float *merged;   /**< [n_same][lanes], aligned: the merged share; or 1 */
    size_t n_same;
    size_t batch_groups;        /**< groups of a batch */
    size_t n_batches;           /**< the last one may have fewer groups */
    uint32_t *first_segments;   /**< [n_batches + 1] */
    lsc_shap_segment *segments; /**< of all batches */
    uint16_t *positions;        /**< of all segments: group in the batch, split, lane */
    size_t size_bytes;
} lsc_shap_lanes;

/**
 * Lay out the trees of a plan, of at most `depth` levels of splits for vectors of `lanes` floats. Where that
 * would take more than `budget_bytes`, nothing is.
 * @param made  freed by lsc_shap_lanes_free(), also after an error
 */
LSC_SHARED lsc_status lsc_shap_lanes_build(const lsc_shap_plan *shap, size_t depth, size_t lanes,
                                           size_t budget_bytes, const lsc_allocator *allocator,
                                           lsc_shap_lanes *made, lsc_error *error);

LSC_SHARED void lsc_shap_lanes_free(lsc_shap_lanes *lanes);

#endif
