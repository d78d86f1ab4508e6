/**
 * @file segments.h
 * Whether the new model is worse than the one in use for some large part of the leads: those of a
 * level of a category, or with a flag.
 */
#ifndef LSC_TRAIN_SEGMENTS_H
#define LSC_TRAIN_SEGMENTS_H

#include "train/evaluation.h"
#include "train/gate.h"

/**
 * Compare in every large segment.
 *
 * @param evaluation  of `rows`, with an incumbent
 * @param segments    filled; its names belong to the spec
 * @return LSC_OK; LSC_NO_MEMORY.
 */
lsc_status lsc_segments_compare(const lsc_rows *rows, const lsc_spec *spec,
                                const lsc_evaluation *evaluation, uint64_t seed,
                                lsc_gate_segments *segments, lsc_error *error);

#endif
