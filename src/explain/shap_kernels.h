/**
 * @file shap_kernels.h
 * The fast ways to contributions. Each set of kernels is one file that includes shap_template.h; all
 * give the bits of lsc_shap_general().
 */
#ifndef LSC_EXPLAIN_SHAP_KERNELS_H
#define LSC_EXPLAIN_SHAP_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "core/cpu.h"
#include "model/forest.h"
#include "model/shap_lanes.h"
#include "model/shap_plan.h"
#include "model/shap_tables.h"
#include "model/tree_lanes.h"
#include "score/shap_scratch.h"

/** The most levels of splits that the kernels are made for; of points, LSC_SHAP_POINTS. */
#define LSC_SHAP_LEVELS 30

/** What a kernel for a block of rows reads and writes. */
typedef struct lsc_shap_block {
    const float *slots; /**< [n_groups][n_slots][lanes], aligned: values as splits read them */
    int32_t *sums;      /**< [n_groups][n_columns][lanes], aligned, 0: of a window, in units */
    int64_t *totals;    /**< of the same shape, 0: contributions in units */
    size_t n_groups;
} lsc_shap_block;

typedef struct lsc_shap_kernels {
    size_t lanes; /**< rows, or trees, of a group: lsc_cpu_lanes() */
    void (*explain_block)(const lsc_shap_plan *plan, const lsc_shap_block *block);
    /**
     * One row, in a group of as many trees as there are lanes.
     * @param left     decisions of the group's first tree, LSC_LANE_TREES bytes a node of the heap:
     *                 255 where it goes left
     * @param numbers  [2^depth - 1][lanes], aligned, filled: what each split gives, in units
     */
    void (*explain_group)(const lsc_shap_plan *plan, const lsc_shap_lanes *lanes, size_t group,
                          const uint8_t *left, int32_t *numbers);
    /**
     * The lines of tables that a row takes.
     * @param left   decisions of 64 trees, LSC_LANE_TREES bytes a node of the heap: 255 where one goes left
     * @param lines  [tree_units], aligned: filled
     */
    void (*choose_lines)(const lsc_shap_tables *tables, const uint8_t *left,
                         uint8_t (*lines)[LSC_LANE_TREES]);
    /**
     * Add what the units from `first` to before `end` give of a row.
     * @param lines  [end - first]: which line of each the row takes
     * @param sums   [stride], aligned: in units
     */
    void (*add_lines)(const lsc_shap_tables *tables, size_t first, size_t end, const uint8_t *lines,
                      int32_t *sums);
} lsc_shap_kernels;

/** Take what a window of trees gave over to the totals. @param sums  [n], made 0 */
static inline void lsc_shap_close_window(int32_t *sums, int64_t *totals, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        totals[i] += sums[i];
        sums[i] = 0;
    }
}

/** The kernels of a processor; NULL for LSC_CPU_GENERAL. */
const lsc_shap_kernels *lsc_shap_kernels_of(lsc_cpu cpu);

extern const lsc_shap_kernels lsc_shap_portable;
extern const lsc_shap_kernels lsc_shap_avx2;
extern const lsc_shap_kernels lsc_shap_avx512;

/**
 * One row, whatever the forest.
 * @param slots  float32 [n_slots]
 * @param sums   [n_columns], 0; contributions in units are added
 */
void lsc_shap_general(const lsc_shap_plan *plan, const float *slots, lsc_shap_stack *stack,
                      int64_t *sums);

#endif
