/**
 * @file reference.h
 * reference.json: how the columns and the probability were distributed when the model was trained,
 * so that drift can be told later. Shares of bins only, each with at least LSC_LEVEL_SUPPORT rows,
 * and rounded edges: no row of the data can be read from it.
 */
#ifndef LSC_TRAIN_REFERENCE_H
#define LSC_TRAIN_REFERENCE_H

#include "train/evaluation.h"

/** Bins of a column, at the most. */
#define LSC_REFERENCE_BINS 10

/** Append reference.json. */
lsc_status lsc_reference_write(const lsc_rows *rows, const lsc_evaluation *evaluation,
                               const lsc_spec *spec, lsc_buffer *out, lsc_error *error);

#endif
