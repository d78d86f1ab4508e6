/**
 * @file arrow_cells.h
 * The values of one column of Arrow, whatever they are, as float32.
 */
#ifndef LSC_ARROW_ARROW_CELLS_H
#define LSC_ARROW_ARROW_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <leadscore/arrow.h>

#include "tile_kernels.h"

/**
 * Read values, validity left aside.
 * @param values  the buffer of values
 * @param first   number of the first one in it
 * @param out     float32 [n]
 */
typedef void (*lsc_arrow_cell_reader)(const lsc_tile_kernels *kernels, const void *values,
                                      size_t first, size_t n, float *out);

/** A type that is read. */
typedef struct lsc_arrow_type {
    const char *format;         /**< as Arrow writes it */
    size_t n_buffers;           /**< validity and values; none of "n", whose values are all null */
    size_t size;                /**< bytes of a value; 0 of bits and nulls */
    bool is_float32;            /**< so that values are as they stand */
    bool is_float64;            /**< so that they need but be rounded */
    lsc_arrow_cell_reader read; /**< NULL of "n" */
} lsc_arrow_type;

/** The type of a format; NULL where it is none that is read. */
const lsc_arrow_type *lsc_arrow_type_of(const char *format);

#endif
