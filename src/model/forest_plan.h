/**
 * @file forest_plan.h
 * What is laid out of a forest when it is loaded, so that its kernels need not think: chosen by the
 * shape of the forest, the processor and a budget of memory. Every layout gives the same bits.
 */
#ifndef LSC_MODEL_FOREST_PLAN_H
#define LSC_MODEL_FOREST_PLAN_H

#include <stddef.h>

#include "core/cpu.h"
#include "core/error.h"
#include "core/memory.h"
#include "core/visibility.h"
#include "model/byte_heap.h"
#include "model/forest.h"
#include "model/ranks.h"
#include "model/shap_lanes.h"
#include "model/shap_plan.h"
#include "model/shap_tables.h"
#include "model/tree_lanes.h"

typedef struct lsc_forest_plan {
    lsc_cpu cpu;               /**< whose kernels to run */
    lsc_shap_plan shap;        /**< always there */
    lsc_ranks ranks;           /**< may be empty, as may all that follow */
    lsc_byte_heap heap;        /**< not without ranks */
    lsc_tree_lanes lanes;      /**< not without a heap */
    lsc_shap_tables tables;    /**< not without lanes, nor for deep trees */
    lsc_shap_lanes shap_lanes; /**< not without lanes, nor beside tables */
} lsc_forest_plan;

/**
 * Lay out a forest.
 * @param budget_bytes  the layouts that are there for speed take no more together
 * @param plan          freed by lsc_forest_plan_free(), also after an error
 */
LSC_SHARED lsc_status lsc_forest_plan_build(const lsc_forest *forest, lsc_cpu cpu,
                                            size_t budget_bytes, const lsc_allocator *allocator,
                                            lsc_forest_plan *plan, lsc_error *error);

/** Bytes of all layouts. */
LSC_SHARED size_t lsc_forest_plan_size(const lsc_forest_plan *plan);

LSC_SHARED void lsc_forest_plan_free(lsc_forest_plan *plan);

#endif
