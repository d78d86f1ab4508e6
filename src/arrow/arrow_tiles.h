/**
 * @file arrow_tiles.h
 * Columns turned into rows. Four columns are written together, so that a row's line of the cache is
 * fetched for four values, and while they are read their next values are asked for: a table's columns
 * lie far apart, and no processor looks so far ahead by itself.
 */
#ifndef LSC_ARROW_ARROW_TILES_H
#define LSC_ARROW_ARROW_TILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Columns that are turned together. */
#define LSC_TILE 4
/** Most rows that are turned together: few enough to stay in the nearest cache. */
#define LSC_TILE_ROWS 64

/**
 * Write columns beside each other.
 *
 * @param columns  each [n_rows] float32, which need not be aligned
 * @param out      float32 [n_rows] rows, `stride` apart
 */
void lsc_tile_write(const unsigned char *const columns[LSC_TILE], size_t n_rows, float *out,
                    size_t stride);

/** Ask for memory that will be read soon; at an address, as it may be beyond the end of a buffer. */
void lsc_tile_ask(uintptr_t from, size_t size);

/** Whether any value is an infinity. */
bool lsc_tile_infinite(const float *values, size_t n);

#endif
