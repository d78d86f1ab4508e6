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
#include "model/shap_plan.h"
#include "score/shap_scratch.h"

/** The most quadrature points, and levels of splits, that the kernels are made for. */
#define LSC_SHAP_POINTS 8
#define LSC_SHAP_LEVELS 30

/** What a kernel for a block of rows reads and writes. */
typedef struct lsc_shap_block {
    const float *slots; /**< [n_groups][n_slots][lanes], aligned: values as splits read them */
    int32_t *sums;      /**< [n_groups][n_columns][lanes], aligned, 0: contributions in units */
    size_t n_groups;
} lsc_shap_block;

typedef struct lsc_shap_kernels {
    size_t lanes; /**< rows of a group: a power of two, at most LSC_SHAP_LEAST_ROWS */
    void (*explain_block)(const lsc_shap_plan *plan, const lsc_shap_block *block);
} lsc_shap_kernels;

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
                      int32_t *sums);

#endif
