/**
 * @file tile_kernels.h
 * Columns turned into rows. Each set of kernels is one file; all give the same bits.
 *
 * Eight columns are turned together: a row's line of the cache is fetched for eight values, and eight lines of
 * the table are on their way at once.
 */
#ifndef LSC_ARROW_TILE_KERNELS_H
#define LSC_ARROW_TILE_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/cpu.h"

/** Columns that are turned together. */
#define LSC_TILE 8
/** Most rows that are turned together: few enough to stay in the nearest cache. */
#define LSC_TILE_ROWS 64

/** Values of a column, from a row on. */
typedef struct lsc_tile_column {
    const unsigned char *values; /**< which need not be aligned */
    const uint8_t *bits; /**< set where a value is there, the least one first; NULL: all are */
    size_t first_bit;    /**< that of the row */
} lsc_tile_column;

/**
 * Write columns beside each other, NaN where a value is not there.
 *
 * @param columns  [LSC_TILE]
 * @param out      float32 [n_rows] rows, `stride` apart
 * @return whether any value that was written is an infinity
 */
typedef bool (*lsc_tile_turn)(const lsc_tile_column *columns, size_t n_rows, float *out,
                              size_t stride);

typedef struct lsc_tile_kernels {
    lsc_tile_turn turn; /**< columns of float32 */
    /** Columns of double, which are rounded: one beyond float32 becomes an infinity. */
    lsc_tile_turn turn_doubles;
    /**
     * Round doubles, as turn_doubles does.
     * @param from  [n] doubles, which need not be aligned
     * @return whether any became or was an infinity
     */
    bool (*narrow)(const unsigned char *from, size_t n, float *out);
} lsc_tile_kernels;

/** The kernels of a processor. */
const lsc_tile_kernels *lsc_tile_kernels_of(lsc_cpu cpu);

/** Turn fewer than LSC_TILE columns of float32. */
bool lsc_tile_turn_few(const lsc_tile_column *columns, size_t n_columns, size_t n_rows, float *out,
                       size_t stride);

extern const lsc_tile_kernels lsc_tile_portable;
extern const lsc_tile_kernels lsc_tile_avx2;
extern const lsc_tile_kernels lsc_tile_avx512;

#endif
