/**
 * @file score_kernels.h
 * The fast ways to a margin. Each set of kernels is one file that includes score_template.h; all
 * give the bits of lsc_forest_walk().
 */
#ifndef LSC_SCORE_SCORE_KERNELS_H
#define LSC_SCORE_SCORE_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "core/cpu.h"
#include "core/visibility.h"
#include "model/byte_heap.h"
#include "model/forest.h"
#include "model/ranks.h"
#include "model/tree_lanes.h"

/** Rows that are scored together. */
#define LSC_BLOCK_ROWS 64
/** Bytes of a row (ranks.h), with room for vectors that reach past the last. */
#define LSC_ROW_BYTES (2 * LSC_MAX_SLOTS + 64)

/** The most bytes of a row that kernels for tree_lanes.h look up. */
#define LSC_LANE_BYTES 128

/** What scoring a block of rows writes to: aligned, and the caller's. */
typedef struct lsc_block_bytes {
    uint8_t of_slot[2 * LSC_MAX_SLOTS][LSC_BLOCK_ROWS];
    uint8_t of_row[LSC_ROW_BYTES];
} lsc_block_bytes;

typedef struct lsc_score_kernels {
    /** The bytes of a row. @param bytes  [LSC_ROW_BYTES], aligned */
    void (*rank_row)(const lsc_ranks *ranks, const lsc_forest *forest, const float *columns,
                     uint8_t *bytes);
    /** The margin of a row given as bytes. */
    float (*score_row)(const lsc_byte_heap *heap, float base_margin, const uint8_t *bytes);
    /** The same by lanes, for rows of at most LSC_LANE_BYTES bytes; NULL where there is no such. */
    float (*score_lanes)(const lsc_tree_lanes *lanes, const lsc_byte_heap *heap, size_t n_bytes,
                         float base_margin, const uint8_t *bytes);
    /**
     * The margin of a short row (ranks.h) by lanes, from its values on; NULL where there is no such.
     * @param columns  float32 [n_columns], at most 64
     */
    float (*score_short)(const lsc_ranks *ranks, const lsc_tree_lanes *lanes,
                         const lsc_byte_heap *heap, float base_margin, const float *columns,
                         size_t n_columns);
    /**
     * The decisions of a row in a group of trees.
     * @param nodes  [n], of the group
     * @param left   [n], aligned: 255 where a tree goes left, else 0. The first is not written
     */
    void (*decide)(const lsc_lane_node *nodes, size_t n, size_t n_bytes, const uint8_t *bytes,
                   uint8_t (*left)[LSC_LANE_TREES]);
    /**
     * The margins of LSC_BLOCK_ROWS rows.
     * @param rows     float32 [LSC_BLOCK_ROWS][n_columns]
     * @param scratch  aligned
     */
    void (*score_block)(const lsc_ranks *ranks, const lsc_forest *forest, const lsc_byte_heap *heap,
                        const float *rows, size_t n_columns, lsc_block_bytes *scratch,
                        float *margins);
    /** lsc_logistic_three(). By value: what was just written cannot be read as a vector yet. */
    void (*logistic_three)(double a, double b, double c, double out[3]);
} lsc_score_kernels;

/** The kernels of a processor; NULL for LSC_CPU_GENERAL. */
LSC_SHARED const lsc_score_kernels *lsc_score_kernels_of(lsc_cpu cpu);

extern const lsc_score_kernels lsc_score_portable;
extern const lsc_score_kernels lsc_score_avx2;
extern const lsc_score_kernels lsc_score_avx512;

#endif
